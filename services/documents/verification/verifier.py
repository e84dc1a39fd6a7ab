"""The verifier: bytes in, report out. Pure computation; it opens no file and no connection.

Hostile files belong into ``sandbox``; here nothing limits what a library may do.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from time import monotonic

from services.documents.verification import ours, own
from services.documents.verification.active import active_content
from services.documents.verification.additions import unclear_addition
from services.documents.verification.changes import Changes, Strange, guarded
from services.documents.verification.findings import (
    conclude,
    finding,
    for_profile,
    integrity_of,
)
from services.documents.verification.issued import IssuedDocument
from services.documents.verification.packed import TooMuch
from services.documents.verification.pictures import Comparison
from services.documents.verification.raw import RawFile, read_raw
from services.documents.verification.report import (
    Finding,
    Integrity,
    PageDifference,
    Profile,
    Report,
    SignatureReport,
    Weight,
)
from services.documents.verification.shadows import shadow_preparations
from services.documents.verification.signatures import Bench, Read, read_all
from services.documents.verification.store import read_store
from services.documents.verification.trust import Judge, Trust

MEGABYTE = 1_000_000
MOST_BYTES = 60 * MEGABYTE
SEEN_CHANGES = (
    "changes-unclear",
    "page-count-differs",
    "page-content-differs",
    "page-looks-different",
    "page-text-differs",
    "signature-over-content",
    "not-compared",
    "not-compared-in-time",
    "not-drawn",
)
SECONDS = 0.8
"""For everything that may be left out when a file is long."""


@dataclass(frozen=True)
class Question:
    """A file and by what it is judged."""

    data: bytes
    trust: Trust
    profile: Profile = Profile.IN
    issued: IssuedDocument | None = None
    """What the register knows; for the profile of our own documents."""
    seals: tuple[str, ...] = ()
    """SHA-256 of the certificates of our seals: what names one is judged as our own."""
    names_record: bool = False
    """Whether its facts name a record of ours, although the register does not know the file."""
    with_pictures: bool = False
    seconds: float = SECONDS


def verify(question: Question) -> Report:
    """Judge a file. Never raises over its content, short of ``MemoryError``."""
    try:
        return guarded(lambda: _judged(question))
    except Strange as strange:
        return refusal(question, "unexpected", what=strange)


def refusal(question: Question, code: str, **details: object) -> Report:
    """Return a report with one finding about the whole file."""
    return _report(question, [finding(code, "", **details)])


def _judged(question: Question) -> Report:
    data = question.data
    if not data:
        return refusal(question, "file-empty")
    if len(data) > MOST_BYTES:
        return refusal(question, "too-large", most=MOST_BYTES // MEGABYTE)
    if b"%PDF-" not in data[:1024]:
        return refusal(question, "not-a-pdf")
    try:
        raw = read_raw(data)
    except TooMuch:
        return refusal(question, "too-complex")
    return _Examination(question, raw).report()


class _Examination:
    """The steps over one file that could be read."""

    def __init__(self, question: Question, raw: RawFile) -> None:
        self._raw, self._until = raw, monotonic() + question.seconds
        self._items = read_all(raw)
        self._is_sealed_here = ours.is_sealed_here(self._items, question.seals)
        profile = Profile.OWN if self._is_sealed_here else question.profile
        self._question = replace(question, profile=profile)
        self._differences: tuple[PageDifference, ...] = ()
        self._signatures: tuple[SignatureReport, ...] = ()

    def report(self) -> Report:
        found = [*self._about_file(), *self._about_signatures()]
        if not any(_is_broken(item) for item in found) and not self._raw.is_encrypted:
            found += self._about_changes()
        is_own = self._question.profile is Profile.OWN
        if is_own:
            found += self._about_identity()
            found += own.structure(self._raw)
            found += own.signers(self._question.issued, self._signatures)
        return _report(
            self._question,
            found,
            revisions=len(self._raw.ends),
            signatures=self._signatures,
            differences=self._differences,
            names_records=() if is_own else ours.records_named(self._raw.data),
        )

    def _about_identity(self) -> Iterator[Finding]:
        if self._question.issued is None and self._is_sealed_here:
            yield finding("sealed-not-issued")
        if self._question.names_record:
            yield finding("record-without-file")
        yield from own.identity(self._question.issued, self._raw.data)

    def _about_file(self) -> Iterator[Finding]:
        raw = self._raw
        if raw.header_at:
            yield finding("header-not-first")
        if raw.trailing:
            yield finding("trailing-bytes")
        if raw.is_encrypted:
            yield finding("encrypted")
        if not any("usage-rights" not in item.codes for item in self._items):
            yield finding("not-signed")
        yield from shadow_preparations(raw)
        yield from active_content(raw)

    def _about_signatures(self) -> Iterable[Finding]:
        cms = [item.cms for item in self._items if item.cms is not None]
        store = read_store(self._raw, cms)
        bench = Bench(self._raw, self._items, Judge(self._question.trust, store), store)
        found: list[Finding] = []
        reports = []
        for item in self._items:
            own_findings = [*_form(item), *bench.findings(item)]
            found += own_findings
            if "usage-rights" not in item.codes:
                weighed = [for_profile(one, self._question.profile) for one in own_findings]
                reports.append(bench.report(item, weighed))
        self._signatures = tuple(reports)
        return found

    def _about_changes(self) -> Iterable[Finding]:
        changes = Changes(self._raw, self._until)
        found = list(changes.findings())
        found += self._unclear_additions()
        if self._items:
            comparison = Comparison(self._raw, self._until)
            found += comparison.findings(with_pictures=self._question.with_pictures)
            self._differences = tuple(comparison.differences)
        if self._question.profile is Profile.OWN:
            found += own.last_changes(self._raw, changes.levels)
        return _settled(found)

    def _unclear_additions(self) -> Iterator[Finding]:
        """Judge later revisions once more without the library, from the first signature on."""
        signed = [item for item in self._items if "usage-rights" not in item.codes]
        first = min((item.raw.end for item in signed), default=len(self._raw.data))
        what = unclear_addition(self._raw, first) if first < len(self._raw.data) else ""
        if what:
            yield finding("changes-unclear", what=what)


def _settled(found: list[Finding]) -> list[Finding]:
    """Say *disputed* where only the library minds a change that shows nowhere else.

    It minds, for instance, entries of the store of proofs that a later time stamp replaces.
    """
    if any(item.code in SEEN_CHANGES for item in found):
        return found
    return [
        finding("changes-disputed", item.field) if item.code == "changes-not-allowed" else item
        for item in found
    ]


def _form(item: Read) -> list[Finding]:
    if "usage-rights" in item.codes:
        return [finding("usage-rights", item.name)]
    return item.findings


def _is_broken(item: Finding) -> bool:
    """Tell whether a signature is so wrong that what it signed cannot be shown."""
    return item.weight == Weight.FAULT


def _report(
    question: Question,
    found: list[Finding],
    revisions: int = 0,
    signatures: tuple[SignatureReport, ...] = (),
    differences: tuple[PageDifference, ...] = (),
    names_records: tuple[str, ...] = (),
) -> Report:
    weighed = list(dict.fromkeys(for_profile(item, question.profile) for item in found))
    weighed.sort(key=lambda item: -item.weight)
    verdict, sub = conclude(weighed)
    return Report(
        profile=question.profile,
        verdict=verdict,
        sub_indication=sub,
        integrity=integrity_of(weighed) if signatures or weighed else Integrity.UNSIGNED,
        sha256=hashlib.sha256(question.data).hexdigest(),
        size=len(question.data),
        revisions=revisions,
        signatures=signatures,
        findings=tuple(weighed),
        differences=differences,
        names_records=names_records,
    )


def with_finding(report: Report, found: Finding) -> Report:
    """Return the report with one more finding, judged anew."""
    added = for_profile(found, report.profile)
    weighed = sorted([*report.findings, added], key=lambda item: -item.weight)
    verdict, sub = conclude(weighed)
    return replace(report, findings=tuple(weighed), verdict=verdict, sub_indication=sub)
