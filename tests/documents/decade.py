"""Ten simulated years: certificates end, a hash function ends, authorities fail for 30 days.

In the fourth year another authority begins to make the time stamps, in the seventh another one
stands above people and seal; each change is one of the settings, followed by a start. Only the
network between the product and the authorities is left out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from asn1crypto import pem

from services.documents.domain.care import B_LTA
from services.documents.models import Document, db
from services.documents.service.register import registered
from services.documents.signing.certificates import ISSUER, ROOT, Services
from services.documents.signing.development_pki import DevelopmentPki
from services.documents.signing.levels import read_signed
from services.documents.signing.port import TimeStampAuthority
from services.documents.signing.revocation_lists import Fetch
from services.documents.tools import Tools
from services.documents.verification.report import Verdict
from services.documents.verifying import judge_own
from tests.documents.offices import DIRECTOR, NOW, Office, record
from tests.documents.test_levels import row, rows, tools
from tests.documents.test_outages import Switch
from tests.validators.containers import containers
from tests.validators.exhibits import Exhibit, Trust

YEAR = timedelta(days=365.25)
MONTH = YEAR / 12
BANNED = date(2032, 1, 31)
OUTAGES = (24, 63)
"""Months from whose beginning no time stamp is to be had for 30 days: an ordinary one, and one in
which the renewals before the end of the hash function are due."""
OUTAGE = timedelta(days=30)
KEY_LASTS = 2 * YEAR
STAMPS_CHANGE, AUTHORITY_CHANGES = 42, 78
"""Months in which another authority makes the time stamps, and another one the certificates."""
PROVIDER = "http://razitka.invalid"
SETTINGS = {"algorithm_ends": {"sha256": BANNED}, "renewal_days": 180}


@dataclass
class Decade:
    """The product through ten years, looked after by its own worker."""

    open_with: Callable[..., Office]
    """Opens the product on the same database with these settings."""
    folder: Path
    """Settings name files there; the product keeps its own below ``var``."""
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
    settings: dict[str, Any] = field(default_factory=lambda: dict(SETTINGS))
    provider: TimeStampAuthority | None = None
    """Who makes the time stamps, once the settings name somebody."""
    others: list[DevelopmentPki] = field(default_factory=list)
    """Authorities outside, which go on telling what they revoked."""

    def __post_init__(self) -> None:
        """Start for the first time."""
        self.start(NOW)

    def start(self, now: datetime, **settings: Any) -> None:
        """Start with the settings so far and these, with a switch before the time stamps."""
        self.settings |= settings
        self.office = self.open_with(**self.settings)
        self.office.clock.move_to(now)
        self.switch = Switch(self.office, self.provider)
        self.tools: Tools = tools(self.office)
        object.__setattr__(self.tools.keeper, "stamper", self.tools.stamps)
        self.tools.people.stamper = self.tools.stamps  # type: ignore[attr-defined]
        lists = self.tools.keeper.lists
        lists._fetch = self._asking_others(lists._fetch)

    def _asking_others(self, own: Fetch) -> Fetch:
        def fetch(url: str, request: bytes | None, at: datetime) -> bytes:
            for other in self.others:
                told = other.told_at(url, request, at)
                if told is not None:
                    return told
            return own(url, request, at)

        return fetch

    def live(self, months: int = 120) -> None:
        """Let the months pass; outages begin and end where they do."""
        looks = set(range(0, months + 1, self.every)) | {month + 1 for month in OUTAGES}
        changes = {STAMPS_CHANGE: self.change_stamps, AUTHORITY_CHANGES: self.change_authority}
        for month in sorted(looks | {*OUTAGES, *changes}):
            if month <= months:
                changes.get(month, lambda: None)()
                self._look(month)
        self._move_to(self.office.clock.now() + timedelta(days=1))
        self.office.work(2)

    def change_stamps(self) -> None:
        """Let another authority with a root of its own make the time stamps."""
        now = self.office.clock.now()
        place = (self.folder / "provider", Services(PROVIDER))
        other = self._authority(*place)
        self.provider = other.stamp_source().authority
        trusted = _pem(self.folder / "provider.pem", other)
        one = {"name": "Nová razítka", "url": PROVIDER, "trusted": trusted}
        self.start(now, time_stamps=[one])

    def change_authority(self) -> None:
        """Let another authority with a root of its own issue certificates of people and seals."""
        now, place = self.office.clock.now(), self.tools.settings.var / "documents" / "pki"
        services = Services(f"{self.tools.settings.public_url}/documents/api/v1/pki")
        former = self._authority(place.rename(self.folder / "former"), services)
        self.start(
            now,
            public_url="http://nova.invalid",
            former_authorities=_pem(self.folder / "former.pem", former),
        )
        self.key_made = None

    def _authority(self, folder: Path, services: Services) -> DevelopmentPki:
        def now() -> datetime:
            """Ask the clock of the product that runs then: it is started more than once."""
            return self.office.clock.now()

        other = DevelopmentPki(folder, is_production=False, now=now, services=services)
        self.others.append(other)
        return other

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

    def trust(self) -> Trust:
        """Return the three roots, and what their authorities tell at the end."""
        end = self.office.clock.now()
        assert self.tools.pki is not None
        anchors, lists = [], []
        for number, pki in enumerate((self.tools.pki, *self.others)):
            anchor = self.folder / f"anchor-{number}.cer"
            anchor.write_bytes(pki.root_certificate)
            anchors.append(anchor)
            for name in (ROOT, ISSUER):
                told = self.folder / f"{name}-{number}.crl"
                told.write_bytes(pki.crl(name, end))
                lists.append(told)
        return Trust(tuple(anchors), tuple(lists), end)

    def exhibit(self, document_id: str) -> Exhibit:
        """Return a document's present file with what a judge will find in it."""
        content = self.tools.files.get(row(self.office, document_id).sha256)
        found = [one.is_document_stamp for one in containers(content)]
        file = self.folder / f"{document_id}.pdf"
        file.write_bytes(content)
        return Exhibit(file, signatures=found.count(False), document_stamps=found.count(True))

    def authorities_of(self, document_id: str) -> list[str]:
        """Return which authorities signed the stampers of a document, the oldest stamp first."""
        _, stamps = read_signed(self.tools.files.get(row(self.office, document_id).sha256))
        return [one.certificates[0].authority_key_identifier.hex() for one in stamps]

    def revisions(self) -> int:
        """Return how many files the documents have had."""
        return sum(len(rows(self.office, document_id)) for document_id in self.made)

    def ended_certificates(self) -> int:
        """Return how many certificates of the oldest document ended meanwhile."""
        end = self.office.clock.now()
        oldest = self.tools.files.get(row(self.office, self.made[0]).sha256)
        signed, stamps = read_signed(oldest)
        return sum(one.certificates[0].not_valid_after < end for one in (*signed, *stamps))


def _pem(file: Path, pki: DevelopmentPki) -> Path:
    """Write the authorities of a PKI into a file as the settings want it."""
    file.write_bytes(b"".join(pem.armor("CERTIFICATE", one) for one in pki.chain))
    return file
