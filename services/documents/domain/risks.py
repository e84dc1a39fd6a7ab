"""Which documents and proofs may one day prove nothing any more, why, and until when. Pure.

A document is at risk when the care that should have been taken of it by itself was not: a person
must look. What is on its ordinary way is none, however much of it there is.

Source:
    Act No. 499/2004 Coll., s. 69a: a document in digital form keeps its proofs of authenticity.
    ETSI EN 319 142-1, clause 6, and RFC 4998, section 5: proofs are renewed before they end.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.documents.domain.care import A_DAY, B_LTA, DAMAGED, NOT_PROVED, REVOKED
from services.documents.domain.documents import ISSUED, SIGNED
from services.documents.domain.ways import warning_for

FILE_MISSING, FILE_CHANGED = "file_missing", "file_changed"
"""The store lost the file, or holds other bytes; only a backup helps."""
SIGNER_REVOKED, UNPROVED = "signer_revoked", "unproved"
"""A certificate did not hold when it signed; a validator of the standard refuses the file."""
UNSEALED, BELOW_LEVEL = "unsealed", "below_level"
"""Everybody signed, but there is no seal; there is one, but no archival time stamp over it."""
SEAL_REPLACED = "seal_replaced"
"""Another seal has taken the place of the one on it, and no archival time stamp holds it yet."""
RENEWAL_LATE, ENDS_SOON, ALGORITHM_ENDS = "renewal_late", "ends_soon", "algorithm_ends"
"""The newest time stamp was not renewed when it was due; its certificate, or its algorithm,
ends soon or has ended."""
CARE_FAILS = "care_fails"
"""The worker tried often, and could not."""
NO_RECORD, RECORD_ENDS = "no_record", "record_ends"
"""No evidence record holds the file; the one that does was not renewed when it was due."""
NOT_FETCHED = "not_fetched"
"""A data message was sent, and a proof of it still lies at ISDS only, which erases it."""
REASONS = (
    *(FILE_MISSING, FILE_CHANGED, SIGNER_REVOKED, UNPROVED, UNSEALED, BELOW_LEVEL),
    SEAL_REPLACED,
    *(RENEWAL_LATE, ENDS_SOON, ALGORITHM_ENDS, CARE_FAILS, NO_RECORD, RECORD_ENDS),
    NOT_FETCHED,
)

DOCUMENT, PROOF, DELIVERY = "document", "proof", "delivery"
MISSING, CHANGED = "missing", "changed"
FILE_FAULTS = {MISSING: FILE_MISSING, CHANGED: FILE_CHANGED}
"""What a check of the store says of a file, and the risk that it is."""
FIRST_WORD = 90
"""The step of a reminder about what is at risk, but more than 60 days before it is too late."""
LAST_WORD = 7


@dataclass(frozen=True)
class Bounds:
    """How long the ordinary care may take before a person is told."""

    level: timedelta = timedelta(days=3)
    """From the issue of a document to its archival time stamp."""
    record: timedelta = timedelta(days=3)
    """From keeping a file to its evidence record; one is made each night."""
    grace: timedelta = timedelta(days=14)
    """From the day on which a renewal is due to the renewal."""
    near: timedelta = timedelta(days=30)
    """So long before an end it is near, whatever was tried."""
    failures: int = 48
    """Failed attempts at one step; with the longest pauses this is about a day."""
    margin: timedelta = timedelta(days=180)
    """How long before its end a document's time stamp is renewed."""
    record_margin: timedelta = timedelta(days=60)
    """How long before its end the time stamp of an evidence record is renewed."""

    fetch: timedelta = timedelta(days=10)
    """From sending a data message to having both its proofs."""
    erased: timedelta = timedelta(days=90)
    """After which ISDS may erase a message."""

    def within(self, margin: timedelta) -> "Bounds":
        """Return bounds that fit into a margin: half of it is for the care, half for people."""
        return replace(self, grace=min(self.grace, margin / 2), near=min(self.near, margin / 2))

    @property
    def of_documents(self) -> "Bounds":
        """The bounds for documents' own time stamps."""
        return self.within(self.margin)

    @property
    def of_records(self) -> "Bounds":
        """The bounds for evidence records."""
        return self.within(self.record_margin)

    def record_alarm(self, now: datetime) -> datetime:
        """Return until when an evidence record must be good at *now* so that nobody is told."""
        return now + self.record_margin - self.of_records.grace


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a kept document or proof; instants are those of the process clock."""

    kept_at: datetime
    """When the present file was kept."""
    state: str = ""
    """A document's; a proof has none. What is not signed yet proves nothing to be lost."""
    level: str = ""
    signed_at: datetime | None = None
    issued_at: datetime | None = None
    renew_by: datetime | None = None
    good_until: datetime | None = None
    """When the newest proof in the file ends; ``None``: it is not known."""
    algorithm_end: datetime | None = None
    """When the first algorithm of that proof ends."""
    trouble: str | None = None
    trouble_since: datetime | None = None
    failures: int = 0
    is_seal_replaced: bool = False
    """Whether another seal has taken the place of the one that it bears."""
    is_recorded: bool = True
    record_until: datetime | None = None
    """When the newest time stamp of its evidence record ends."""
    fault: str | None = None
    """``missing`` or ``changed``, by the last check of the store."""
    fault_at: datetime | None = None

    @property
    def ends(self) -> datetime | None:
        """The end of the proof in the file, whichever comes first."""
        return earliest(self.good_until, self.algorithm_end)


@dataclass(frozen=True)
class Risk:
    """One reason why something is at risk."""

    reason: str
    too_late: datetime | None
    """From then on nothing can be mended; ``None``: not known, so every day counts."""


@dataclass(frozen=True)
class AtRisk:
    """A document or a proof with every reason, the most urgent first."""

    subject_id: UUID
    kind: str
    """``document``, ``proof`` or ``delivery``."""
    document_id: UUID
    number: str
    title: str
    risks: tuple[Risk, ...]

    @property
    def first(self) -> Risk:
        """The most urgent one."""
        return self.risks[0]

    @property
    def too_late(self) -> datetime | None:
        """When the first of them becomes irreparable."""
        return self.first.too_late


def earliest(*instants: datetime | None) -> datetime | None:
    """Return the first of those that are known.

    Source:
        RFC 4998, section 5: a proof ends with the first of the things that it rests on.
    """
    return min((one for one in instants if one is not None), default=None)


def risks_of(facts: Facts, bounds: Bounds, now: datetime) -> tuple[Risk, ...]:
    """Return every reason why something is at risk now, the most urgent first.

    Args:
        now: aware instant of the process clock.

    Source:
        See the module; how long is too long is the operator's setting.
    """
    if facts.state not in (SIGNED, ISSUED, ""):
        return ()
    found = [*_of_file(facts), *_of_care(facts, bounds, now)]
    found += [*_of_end(facts, bounds.of_documents, now), *_of_record(facts, bounds, now)]
    return tuple(sorted(found, key=_urgency))


def risk_of_message(sent_at: datetime, bounds: Bounds, now: datetime) -> Risk | None:
    """Return the risk of a sent data message of which a proof was not fetched yet.

    Args:
        sent_at: when ISDS took it, by the clock of the data boxes.

    Source:
        Operating rules of ISDS, retention: a delivered message is erased after 90 days.
    """
    if not _is_over(sent_at, bounds.fetch, now):
        return None
    return Risk(NOT_FETCHED, sent_at + bounds.erased)


def _urgency(risk: Risk) -> tuple[bool, float, int]:
    """What is not known is as urgent as what has ended."""
    at = risk.too_late.timestamp() if risk.too_late else 0.0
    return risk.too_late is not None, at, REASONS.index(risk.reason)


def _of_file(facts: Facts) -> Iterator[Risk]:
    if facts.fault is not None:
        yield Risk(FILE_FAULTS[facts.fault], facts.fault_at)
    elif facts.trouble == DAMAGED:
        yield Risk(FILE_CHANGED, facts.trouble_since)
    if facts.trouble == REVOKED:
        yield Risk(SIGNER_REVOKED, facts.ends)
    if facts.trouble == NOT_PROVED:
        yield Risk(UNPROVED, facts.ends)


def _of_care(facts: Facts, bounds: Bounds, now: datetime) -> Iterator[Risk]:
    if facts.state == SIGNED and _is_over(facts.signed_at, A_DAY, now):
        yield Risk(UNSEALED, facts.ends)
    if facts.state == ISSUED and facts.level != B_LTA:
        if _is_over(facts.issued_at, bounds.level, now):
            yield Risk(BELOW_LEVEL, facts.ends)
        if facts.is_seal_replaced and _is_over(facts.issued_at, A_DAY, now):
            yield Risk(SEAL_REPLACED, facts.ends)
    elif facts.state == ISSUED and _is_over(facts.renew_by, bounds.of_documents.grace, now):
        yield Risk(RENEWAL_LATE, facts.ends)
    if facts.trouble and facts.failures >= bounds.failures:
        yield Risk(CARE_FAILS, facts.ends)


def _of_end(facts: Facts, bounds: Bounds, now: datetime) -> Iterator[Risk]:
    ends, made = facts.ends, facts.issued_at or facts.signed_at
    # What was made today is looked after today, even under a certificate that ends soon.
    if ends is None or not _is_over(made, A_DAY, now) or ends - bounds.near > now:
        return
    yield Risk(ALGORITHM_ENDS if ends == facts.algorithm_end else ENDS_SOON, ends)


def _of_record(facts: Facts, bounds: Bounds, now: datetime) -> Iterator[Risk]:
    if facts.state == SIGNED:  # what is not issued yet is not gathered either
        return
    if not facts.is_recorded and _is_over(facts.kept_at, bounds.record, now):
        yield Risk(NO_RECORD, facts.ends)
    if facts.record_until is not None and facts.record_until <= bounds.record_alarm(now):
        yield Risk(RECORD_ENDS, facts.record_until)


def _is_over(since: datetime | None, allowed: timedelta, now: datetime) -> bool:
    return since is not None and since + allowed <= now


def step_of(too_late: datetime | None, now: datetime) -> int:
    """Return the step of a reminder: 7, 30 or 60 days, or 90 when there is more time.

    What is over, or cannot be told, is at the last step.

    Source:
        The steps are those of reminders about certificates (``domain.ways``).
    """
    if too_late is None:
        return LAST_WORD
    return warning_for(too_late, now) or FIRST_WORD


def to_tell(steps: Mapping[UUID, int], told: Mapping[UUID, int]) -> dict[UUID, int]:
    """Return what nobody was told of yet, or not at so urgent a step.

    Args:
        steps: the present step of everything at risk.
        told: the last step that people heard of; what is at risk no more is left out of it.

    Source:
        The steps are those of reminders about certificates (``domain.ways``).
    """
    return {
        subject: step
        for subject, step in steps.items()
        if subject not in told or step < told[subject]
    }
