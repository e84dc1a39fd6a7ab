"""Rules for documents that this installation issued: stricter than for anybody else's.

The register's hash comes first: whatever the signatures say, other bytes are another document.
"""

from collections.abc import Iterator, Mapping

from pyhanko.sign.diff_analysis import ModificationLevel

from services.documents.verification.findings import finding
from services.documents.verification.issued import IssuedDocument, Stage, revision_hashes
from services.documents.verification.raw import RawFile
from services.documents.verification.report import Finding, SignatureReport

FORM_FIELDS = ("Tx", "Btn", "Ch")
CERTIFIED = (1, 2)


def identity(document: IssuedDocument | None, data: bytes) -> Iterator[Finding]:
    """Yield what is to be said about the bytes alone."""
    hashes = revision_hashes(data)
    stage = document.stage_of(hashes[0]) if document else None
    if document is None:
        yield finding("not-issued")
        return
    if document.is_cancelled:
        yield finding("cancelled", number=document.number)
    if stage is Stage.UNFINISHED:
        yield finding("earlier-revision", number=document.number)
    elif stage is None:
        is_known = any(document.stage_of(item) for item in hashes[1:])
        yield (
            finding("bytes-appended", number=document.number) if is_known else finding("not-issued")
        )
    elif hashes[0] != document.present_sha256:
        yield finding("extended-meanwhile")


def structure(raw: RawFile) -> Iterator[Finding]:
    """Yield what our own files never have."""
    values = [item.value for item in raw.objects if isinstance(item.value, dict)]
    if any(value.get("FT") in FORM_FIELDS for value in values):
        yield finding("field-not-ours")
    if any("OCProperties" in value or value.get("Type") == "OCG" for value in values):
        yield finding("layers")
    if raw.has_tables and raw.has_streams:
        yield finding("mixed-references")


def signers(
    document: IssuedDocument | None, signatures: tuple[SignatureReport, ...]
) -> Iterator[Finding]:
    """Yield who is missing and who should not be there."""
    people = [item for item in signatures if not item.is_time_stamp]
    # A person's own program need not certify; the seal locks all of it in any case.
    if people and not any(
        item.certification in CERTIFIED or item.locks == "all" for item in people
    ):
        yield finding("not-certified", people[0].field)
    if document is not None:
        yield from _people(document, people)


def _people(document: IssuedDocument, people: list[SignatureReport]) -> Iterator[Finding]:
    by_field = {item.field: item for item in people}
    for expected in document.signers:
        found = by_field.pop(expected.field, None)
        if found is None:
            yield finding("signer-missing", what=expected.name)
        elif not _is_serial(found, expected.certificate_serial):
            yield finding("signer-not-expected", found.field, what=found.signer)
    yield from _seal(by_field.pop(document.seal_field, None))
    for other in by_field.values():
        yield finding("signer-not-expected", other.field, what=other.signer)


def _seal(seal: SignatureReport | None) -> Iterator[Finding]:
    if seal is None or seal.stamped_at is None:
        yield finding("seal-missing")
    elif seal.locks != "all" and seal.certification != 1:
        yield finding("not-certified", seal.field)


def _is_serial(found: SignatureReport, expected: str) -> bool:
    return bool(found.chain) and found.chain[0].serial.startswith(expected)


def last_changes(raw: RawFile, levels: Mapping[int, ModificationLevel]) -> Iterator[Finding]:
    """Yield whether more than proofs of validity follows the last signature of a person or seal."""
    last = max((item.end for item in raw.signatures if not item.is_time_stamp), default=0)
    level = levels.get(last, ModificationLevel.NONE)
    if level > ModificationLevel.LTA_UPDATES:
        yield finding("changed-after-last")
