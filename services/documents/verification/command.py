"""The verifier on the command line: files, what is said of them, the status of the process."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from gettext import translation
from importlib.resources import as_file
from importlib.resources import files as files_of
from pathlib import Path
from typing import Any

import click
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.documents.verification.report import Report, Verdict
from services.documents.verification.sandbox import Sandbox
from services.documents.verification.trust import Trust
from services.documents.verification.verifier import Question
from services.documents.verification.words import Say, in_czech, lines, plain
from shared.clock import SystemClock

ENDINGS = (".pem", ".crt", ".cer", ".der")
STATUS = {Verdict.PASSED: 0, Verdict.INDETERMINATE: 3, Verdict.FAILED: 1}
"""Of the process; the worst file decides. 2 stays what it is everywhere: a wrong command."""
WORST = (Verdict.FAILED, Verdict.INDETERMINATE, Verdict.PASSED)


class BadAnchor(Exception):
    """A file of the folder of trusted authorities holds no certificate."""


@dataclass(frozen=True)
class Told:
    """What is said about a file."""

    report: Report
    document: Mapping[str, Any] | None = None
    """The document of the register that it is, or begins with, for machines."""
    lines: Sequence[str] = ()
    """The same for people."""


Judge = Callable[[bytes], Told]


def verify_files(paths: Iterable[Path], judge: Judge, *, as_json: bool, say: Say) -> int:
    """Judge files and the PDF files of folders, print what was found, return the status.

    Args:
        judge: Says what a file is worth.
        say: Puts what is said into the reader's language.
    """
    verdicts, found = set(), []
    for path in _files(paths):
        told = judge(path.read_bytes())
        verdicts.add(told.report.verdict)
        document = {} if told.document is None else {"document": told.document}
        found.append({"file": str(path), **plain(told.report, say), **document})
        if not as_json:
            _tell(path, told, say)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    return next((STATUS[item] for item in WORST if item in verdicts), 0)


@contextmanager
def judge_by(trusted: Path | None) -> Iterator[Judge]:
    """Give what judges anybody's files by authorities alone.

    Args:
        trusted: Folder with certificates of trusted authorities, or one such file.

    Raises:
        BadAnchor: see the class.
    """
    trust = Trust(at=SystemClock().now(), anchors=tuple(anchors_in(trusted)))
    with closing(Sandbox(slots=1)) as sandbox:
        yield lambda data: Told(sandbox.verify(Question(data, trust)))


def words_of(language: str) -> Say:
    """Return what puts Czech texts into a language, from the catalogues of the pages."""
    with as_file(files_of("services.documents") / "translations") as folder:
        known = translation("messages", folder, [language], fallback=language == "cs")

    def say(msgid: str, **details: str) -> str:
        return in_czech(known.gettext(msgid), **details)

    return say


def anchors_in(place: Path | None) -> Iterator[bytes]:
    """Yield the certificates of a folder or a file, DER; private keys beside them are not read.

    Raises:
        BadAnchor: see the class.
    """
    if place is None or not place.exists():
        return
    names = [place] if place.is_file() else sorted(place.iterdir())
    for path in names:
        if path.suffix.lower() in ENDINGS:
            yield from _certificates(path)


def _certificates(path: Path) -> Iterator[bytes]:
    content = path.read_bytes()
    try:
        if b"-----BEGIN CERTIFICATE-----" in content:
            found = x509.load_pem_x509_certificates(content)
        else:
            found = [x509.load_der_x509_certificate(content)]
    except ValueError as error:
        raise BadAnchor(str(path)) from error
    for item in found:
        yield item.public_bytes(Encoding.DER)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(item for item in path.rglob("*") if item.suffix.lower() == ".pdf")
        else:
            yield path


def _tell(path: Path, told: Told, say: Say) -> None:
    for line in (*lines(str(path), told.report, say), *told.lines):
        click.echo(line)
    click.echo()
