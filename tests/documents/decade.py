"""Ten simulated years: certificates end, a hash function ends, authorities fail for 30 days."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.documents.domain.care import B_LTA
from services.documents.models import Document, db
from services.documents.service.register import registered
from services.documents.signing.levels import read_signed
from services.documents.tools import Tools
from services.documents.verification.report import Verdict
from services.documents.verifying import judge_own
from tests.documents.offices import DIRECTOR, NOW, Office, record
from tests.documents.test_levels import row, rows, tools
from tests.documents.test_outages import Switch

YEAR = timedelta(days=365.25)
MONTH = YEAR / 12
BANNED = date(2032, 1, 31)
OUTAGES = (24, 63)
"""Months from whose beginning no time stamp is to be had for 30 days: an ordinary one, and one in
which the renewals before the end of the hash function are due."""
OUTAGE = timedelta(days=30)
KEY_LASTS = 2 * YEAR
SETTINGS = {"algorithm_ends": {"sha256": BANNED}, "renewal_days": 180}


@dataclass
class Decade:
    """The product through ten years, looked after by its own worker."""

    office: Office
    real: Any
    every: int
    """Months between two looks of the worker."""
    papers: int
    """Months between two papers of each kind."""
    made: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    """Documents whose newest proof had ended at a look."""
    key_made: datetime | None = None
    keys: int = 0

    def __post_init__(self) -> None:
        """Put a switch in front of the time stamp authority."""
        self.switch = Switch(self.office)
        self.tools: Tools = tools(self.office)
        object.__setattr__(self.tools.keeper, "stamper", self.tools.stamps)

    def live(self, months: int = 120) -> None:
        """Let the months pass; outages begin and end where they do."""
        looks = set(range(0, months + 1, self.every)) | {month + 1 for month in OUTAGES}
        for month in sorted(looks | set(OUTAGES)):
            self._look(month)
        self._move_to(self.office.clock.now() + timedelta(days=1))
        self.office.work(2)

    def _move_to(self, at: datetime) -> None:
        self.office.clock.move_to(at)
        self.real.move_to(at)

    def _look(self, month: int) -> None:
        now = NOW + month * MONTH
        self._move_to(now)
        self.switch.works = not any(
            month * MONTH - start * MONTH in (timedelta(0), OUTAGE / 2) for start in OUTAGES
        )
        if month % self.papers == 0:
            self._issue()
        self.office.work(2)
        for document_id in self.made:
            kept = rows(self.office, document_id)
            ends = kept[-1].good_until if kept and kept[-1].level == B_LTA else None
            if ends is not None and ends <= now:
                self.missed.append(document_id)

    def _issue(self) -> None:
        """Issue one paper with a person's signature and one with the seal alone."""
        now = self.office.clock.now()
        if self.key_made is None or now > self.key_made + KEY_LASTS:
            self._make_key(now)
        signed = str(self.office.put(record(DIRECTOR))["id"])
        reply = self.office.sign(signed, DIRECTOR)
        if reply.status_code == 201:
            self.made.append(signed)
        else:  # an outage: the paper is given up, and written anew when it is over
            assert reply.status_code == 503, reply.json
            self.office.api("POST", f"/documents/{signed}/cancellation", DIRECTOR, {"reason": "-"})
        self.made.append(str(self.office.put(record())["id"]))

    def _make_key(self, now: datetime) -> None:
        if self.keys:
            browser = self.office.browser(DIRECTOR)
            assert browser.post("/my-signature/retirement").status_code == 303
        self.office.make_key(DIRECTOR)
        self.keys, self.key_made = self.keys + 1, now

    def problems(self) -> dict[str, list[str]]:
        """Return what the product's judge has against each document at the end."""
        end = self.office.clock.now()
        found = {}
        for document_id in self.made:
            content = self.tools.files.get(row(self.office, document_id).sha256)
            found[document_id] = self.tools.keeper.problems(content, end)
        return {document_id: said for document_id, said in found.items() if said}

    def verdicts(self) -> dict[str, Verdict]:
        """Return what the product's verifier says of each document as its own, at the end."""
        found = {}
        for document_id in self.made:
            with self.office.context():
                document = db.session.get_one(Document, UUID(document_id))
                known, sha256 = registered(db.session(), document), document.sha256
            report = judge_own(self.tools, known, self.tools.files.get(sha256))
            found[document_id] = report.verdict
        return found

    def revisions(self) -> int:
        """Return how many files the documents have had."""
        return sum(len(rows(self.office, document_id)) for document_id in self.made)

    def ended_certificates(self) -> int:
        """Return how many certificates of the oldest document ended meanwhile."""
        end = self.office.clock.now()
        oldest = self.tools.files.get(row(self.office, self.made[0]).sha256)
        signed, stamps = read_signed(oldest)
        return sum(one.certificates[0].not_valid_after < end for one in (*signed, *stamps))
