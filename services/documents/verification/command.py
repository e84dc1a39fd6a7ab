"""``vyzva verify FILE...``: the verifier on the command line, without a running product."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from gettext import translation
from importlib.resources import as_file
from importlib.resources import files as files_of
from pathlib import Path

import click
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.documents.verification.report import Report, Verdict
from services.documents.verification.sandbox import Sandbox
from services.documents.verification.trust import Trust
from services.documents.verification.verifier import Question
from services.documents.verification.words import Say, in_czech, lines, plain
from shared.clock import SystemClock

LANGUAGES = ("cs", "en", "de")
ENDINGS = (".pem", ".crt", ".cer", ".der")
STATUS = {Verdict.PASSED: 0, Verdict.INDETERMINATE: 3, Verdict.FAILED: 1}
"""Of the process; the worst file decides. 2 stays what it is everywhere: a wrong command."""
WORST = (Verdict.FAILED, Verdict.INDETERMINATE, Verdict.PASSED)


DEVELOPMENT_ANCHOR = Path("var/documents/pki/root.pem")


class BadAnchor(Exception):
    """A file of the folder of trusted authorities holds no certificate."""


@click.command(help="Verify signed PDF files, and those of folders, without a running product.")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE...",
)
@click.option(
    "--trust",
    type=click.Path(exists=True, path_type=Path),
    help="Folder with certificates of trusted authorities (.pem, .crt, .cer, .der). "
    "Default: the development authority under var, if there is one.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="cs", help="Language of the words.")
def verify(files: tuple[Path, ...], trust: Path | None, as_json: bool, lang: str) -> None:
    """Verify files; status 0 passed, 1 failed, 3 undecided."""
    try:
        status = verify_files(
            files, trust or DEVELOPMENT_ANCHOR, as_json=as_json, say=words_of(lang)
        )
    except BadAnchor as error:
        raise click.ClickException(f"Soubor {error} není certifikát.") from error
    raise SystemExit(status)


def verify_files(
    paths: Iterable[Path], trusted: Path | None, *, as_json: bool, say: Say = in_czech
) -> int:
    """Judge files and the PDF files of folders, print what was found, return the status.

    Args:
        trusted: Folder with certificates of trusted authorities, or one such file.
        say: Puts what is said into the reader's language.

    Raises:
        BadAnchor: see the class.
    """
    trust = Trust(at=SystemClock().now(), anchors=tuple(anchors_in(trusted)))
    verdicts, found = set(), []
    with closing(Sandbox(slots=1)) as sandbox:
        for path in _files(paths):
            report = sandbox.verify(Question(path.read_bytes(), trust))
            verdicts.add(report.verdict)
            found.append({"file": str(path), **plain(report, say)})
            if not as_json:
                _tell(path, report, say)
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    return next((STATUS[item] for item in WORST if item in verdicts), 0)


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


def _tell(path: Path, report: Report, say: Say) -> None:
    for line in lines(str(path), report, say):
        click.echo(line)
    click.echo()
