"""Judges that are ordinary programs: openssl, pdfsig, qpdf."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from tests.validators.containers import Container, containers
from tests.validators.exhibits import Exhibit, Trust
from tests.validators.verdicts import JudgeMissing, Verdict

LONGEST = 60
VALID = "Signature Validation: Signature is Valid."
UNKNOWN_TO_PDFSIG = ("Signature Type: ETSI.RFC3161", "Signature Type: unknown")
"""pdfsig does not check document time stamps; openssl does."""


def run(*command: str | Path) -> tuple[int, str]:
    """Run a judge's program; return its status and everything that it printed.

    Raises:
        JudgeMissing: it is not installed.
    """
    if shutil.which(str(command[0])) is None:
        raise JudgeMissing(f"{command[0]} is not installed.")
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        errors="replace",
        timeout=LONGEST,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def count(file: Path) -> tuple[int, int]:
    """Return how many signatures and how many document time stamps a file seems to bear."""
    found = [item.is_document_stamp for item in containers(file.read_bytes())]
    return found.count(False), found.count(True)


def judge_syntax(exhibits: Sequence[Exhibit]) -> list[Verdict]:
    """Let qpdf read each file; a warning fails as well."""
    return [_syntax(exhibit) for exhibit in exhibits]


def _syntax(exhibit: Exhibit) -> Verdict:
    status, told = run("qpdf", "--check", exhibit.file)
    return Verdict("qpdf", exhibit.file, status == 0, (told.strip()[-500:],) if status else ())


def judge_integrity(exhibits: Sequence[Exhibit]) -> list[Verdict]:
    """Let pdfsig check each signature's bytes; whom to trust is left to the others."""
    return [_integrity(exhibit) for exhibit in exhibits if exhibit.signatures]


def _integrity(exhibit: Exhibit) -> Verdict:
    _, told = run("pdfsig", "-nocert", exhibit.file)
    parts = re.split(r"^Signature #\d+:$", told, flags=re.MULTILINE)[1:]
    ours = [part for part in parts if not any(words in part for words in UNKNOWN_TO_PDFSIG)]
    findings = [" ".join(part.split())[-300:] for part in ours if VALID not in part]
    if len(ours) != exhibit.signatures:
        findings.append(f"{len(ours)} signatures, {exhibit.signatures} expected")
    if len(parts) - len(ours) != exhibit.document_stamps:
        findings.append(f"{len(parts) - len(ours)} stamps, {exhibit.document_stamps} expected")
    return Verdict("pdfsig", exhibit.file, not findings, tuple(findings))


def judge_messages(exhibits: Sequence[Exhibit], trust: Trust) -> list[Verdict]:
    """Let openssl check each signature (CAdES) and each time stamp (RFC 3161)."""
    with tempfile.TemporaryDirectory() as name:
        bench = _Bench(Path(name), trust)
        return [bench.judge(exhibit) for exhibit in exhibits if exhibit.signatures]


class _Bench:
    """A folder in which openssl finds what it checks."""

    def __init__(self, folder: Path, trust: Trust) -> None:
        self._folder = folder
        self._anchors = self._put(
            "anchors.pem",
            b"".join(
                x509.load_der_x509_certificate(path.read_bytes()).public_bytes(Encoding.PEM)
                for path in trust.anchors
            ),
        )
        self._is_simulated = trust.at is not None

    def judge(self, exhibit: Exhibit) -> Verdict:
        """Check one file."""
        findings: list[str] = []
        try:
            found = containers(exhibit.file.read_bytes())
        except ValueError as error:
            return Verdict("openssl", exhibit.file, False, (str(error),))
        stamps = [item for item in found if item.is_document_stamp]
        expected = (exhibit.signatures, exhibit.document_stamps)
        if (len(found) - len(stamps), len(stamps)) != expected:
            findings.append(f"{len(found)} signatures and stamps, {sum(expected)} expected")
        for item in found:
            check: Callable[[Container], list[str]]
            check = self._document_stamp if item.is_document_stamp else self._signature
            findings += check(item)
        return Verdict("openssl", exhibit.file, not findings, tuple(findings))

    def _signature(self, item: Container) -> list[str]:
        der, data = self._put("cms.der", item.der), self._put("data", item.data)
        status, told = run(
            *("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER"),
            *("-in", der, "-content", data, "-CAfile", self._anchors, "-purpose", "any"),
            *("-out", self._folder / "out", *self._time_of(item.stamps[:1])),
        )
        findings = [f"cms: {told.strip()[-300:]}"] if status else []
        for stamp in item.stamps:
            findings += self._stamp(stamp, item.value)
        return findings

    def _document_stamp(self, item: Container) -> list[str]:
        return self._stamp(item.der, item.data)

    def _stamp(self, token: bytes, data: bytes) -> list[str]:
        der, file = self._put("ts.der", token), self._put("stamped", data)
        status, told = run(
            *("openssl", "ts", "-verify", "-token_in", "-in", der, "-data", file),
            *("-CAfile", self._anchors, *self._time_of([token])),
        )
        return [f"ts: {told.strip()[-300:]}"] if status else []

    def _time_of(self, tokens: Sequence[bytes]) -> tuple[str, ...]:
        """Return the time at which a certificate must hold in simulated years: that of its stamp.

        openssl knows nothing of proofs by later time stamps.
        """
        if not self._is_simulated or not tokens:
            return ()
        signed = cms.ContentInfo.load(tokens[0])["content"]
        stated = signed["encap_content_info"]["content"].parsed["gen_time"].native
        return ("-attime", str(int(stated.timestamp())))

    def _put(self, name: str, content: bytes) -> Path:
        path = self._folder / name
        path.write_bytes(content)
        return path
