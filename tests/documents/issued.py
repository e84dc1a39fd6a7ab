"""Documents as the product issues them, with what its register would know about them."""

import hashlib
import io
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from asn1crypto import tsp
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper

from services.documents.asynchronous import result_of
from services.documents.rendering.incremental import ExactWriter
from services.documents.rendering.port import SEAL_FIELD, StampRequest
from services.documents.rendering.typst_renderer import TypstRenderer
from services.documents.signing.certificates import facts_of
from services.documents.signing.development_pki import DevelopmentPki, DevelopmentSeal
from services.documents.signing.port import Holder, SignatureTask
from services.documents.signing.stamp_desk import StampDesk
from services.documents.verification.issued import (
    ExpectedSigner,
    IssuedDocument,
    Revision,
    Stage,
)
from services.documents.verification.report import Profile, Report
from services.documents.verification.trust import Trust
from services.documents.verification.verifier import Question, verify
from tests.documents.samples import AT, ORGANISATION, request

RENDERER = TypstRenderer()
ORGANISATION_ID = UUID(int=77)
PATIENT = 60
"""Seconds: on a busy machine nothing is left out."""
SECRET = "kůň-v-zahradě-9"
STAMP = RENDERER.stamp(StampRequest("Elektronický podpis", "3. 4. 2026", "1"))


class Stamper(TimeStamper):
    """Lets pyHanko ask the development authority."""

    def __init__(self, pki: DevelopmentPki, at: datetime) -> None:
        super().__init__()
        self._pki, self._at = pki, at

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        return tsp.TimeStampResp.load(self._pki.time_stamp(req.dump(), self._at))


@dataclass
class House:
    """The development PKI and the organisation's seal."""

    pki: DevelopmentPki
    seal: DevelopmentSeal


@dataclass
class Issued:
    """A document on its way: every revision that was stored."""

    house: House
    signers: int = 1
    revisions: list[bytes] = field(default_factory=list)
    people: list[ExpectedSigner] = field(default_factory=list)

    @property
    def pdf(self) -> bytes:
        return self.revisions[-1]

    def task(self, name: str, at: datetime = AT) -> SignatureTask:
        is_first = len(self.revisions) == 1
        return SignatureTask(pdf=self.pdf, field=name, at=at, stamp=STAMP, is_first=is_first)

    def sign(self, place: int) -> None:
        holder = Holder(uuid4(), f"Ing. Jana Malá {place}", ORGANISATION)
        key = self.house.pki.enrol(holder, SECRET)
        name = f"Signature{place}"
        opened = self.house.pki.open(key, SECRET, holder.person_id)
        self.revisions.append(opened.sign(self.task(name)))
        serial = facts_of(key.certificate).serial
        self.people.append(ExpectedSigner(name, holder.name, serial))

    def seal(self) -> None:
        sealed = self.house.seal.seal(ORGANISATION_ID, ORGANISATION, self.task(SEAL_FIELD))
        self.revisions.append(sealed)

    def stamp(self, at: datetime) -> None:
        """Append a document time stamp, as a renewal does."""
        writer, output = ExactWriter(self.pdf), io.BytesIO()
        stamper = PdfTimeStamper(Stamper(self.house.pki, at))
        result_of(stamper.async_timestamp_pdf(writer, "sha256", output=output))
        self.revisions.append(output.getvalue())

    def registered(self, **changes: object) -> IssuedDocument:
        """Return what the register knows: all revisions, those from the seal on are issued."""
        unfinished = 1 + self.signers
        stages = [Stage.UNFINISHED] * unfinished + [Stage.ISSUED] * len(self.revisions)
        known = [
            Revision(hashlib.sha256(pdf).hexdigest(), stage)
            for pdf, stage in zip(self.revisions, stages, strict=False)
        ]
        values = {
            "number": "MASZK-2026-000123",
            "present_sha256": known[-1].sha256,
            "revisions": tuple(known),
            "signers": tuple(self.people),
            "seal_field": SEAL_FIELD,
        }
        return IssuedDocument(**{**values, **changes})  # type: ignore[arg-type]

    def trust(self, at: datetime = AT) -> Trust:
        """Believe the development authority, with its lists of revoked certificates."""
        pki = self.house.pki
        lists = tuple(pki.crl(name, at) for name in pki.authorities)
        return Trust(at=at, anchors=(pki.root_certificate,), crls=lists)

    def judge(self, pdf: bytes | None = None, at: datetime = AT) -> Report:
        """Judge as a document of ours."""
        data = self.pdf if pdf is None else pdf
        known = self.registered()
        return verify(Question(data, self.trust(at), Profile.OWN, known, seconds=PATIENT))

    def judge_as_foreign(self, pdf: bytes | None = None, at: datetime = AT) -> Report:
        """Judge as anybody's document, with our authority believed."""
        data = self.pdf if pdf is None else pdf
        return verify(Question(data, self.trust(at), seconds=PATIENT))


def issue(house: House, signers: int = 1) -> Issued:
    """Typeset, sign and seal a document."""
    document = Issued(house, signers)
    document.revisions.append(RENDERER.render(request(signers=signers)).pdf)
    for place in range(1, signers + 1):
        document.sign(place)
    document.seal()
    return document


def open_house(folder: Path) -> House:
    """Make a PKI with a seal in an empty folder."""
    pki = DevelopmentPki(folder / "pki", is_production=False, now=lambda: AT)
    desk = StampDesk([pki.stamp_source()], folder / "stamps")
    return House(pki, DevelopmentSeal(pki, desk))
