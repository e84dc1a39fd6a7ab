"""Proofs from ISDS and from paper stay provable long after the certificates behind them ended."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from asn1crypto import cms
from sqlalchemy import func, select

from services.documents.archiving import Archivist
from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.proofs import BadProof, read_delivery_proof
from services.documents.evidence.evidence_records import check_record
from services.documents.models import ArchiveStamp, Delivery, db
from services.documents.proof_verdicts import GOOD, ProofVerdict, judge_proofs
from services.documents.service.records import RecordShelf
from services.documents.service.work import Work
from tests.documents.conftest import SENDER_LOGIN, TOWN, Simulator
from tests.documents.directory_office import NOBODY
from tests.documents.offices import AUDITOR, DIRECTOR, Office, letter, open_office
from tests.documents.test_archiving import judge, tools

TEN_YEARS, MONTH = timedelta(days=3653), timedelta(days=30)
HANDED = {"received_by": "Jan Novák"}


def delivered(office: Office) -> list[dict[str, Any]]:
    """Return one delivery by data box and one in person."""
    made = [office.put(letter(box=TOWN)), office.put(letter(name=NOBODY))]
    office.work(3)
    found = [office.view(one["id"])["delivery"] for one in made]
    assert [one["state"] for one in found] == ["delivered", "needs_person"]
    assert found[1]["reason"] == "no_box"
    day = {"handed_over_on": str(office.clock.today())}
    reply = office.prove(found[1]["id"], "hand-over", DIRECTOR, HANDED | day)
    assert reply.status_code == 200, reply.json
    return found


def end_of_seal(office: Office, found: dict[str, Any]) -> datetime:
    """Return when the first certificate ends that stands behind the seal of a delivery info."""
    name = next(one["sha256"] for one in found["proofs"] if one["kind"] == "delivery_info")
    signed = cms.ContentInfo.load(tools(office).files.get(name))["content"]
    ends: list[datetime] = [item.chosen.not_valid_after for item in signed["certificates"]]
    return min(ends)


def verdicts(office: Office, found: dict[str, Any]) -> list[ProofVerdict]:
    work = Work(db.session(), AUDITOR, office.clock)
    return judge_proofs(work, tools(office), db.session().get_one(Delivery, UUID(found["id"])))


def test_ten_years_later_every_proof_is_held_and_renewed(
    simulator: Simulator, tmp_path: Path, database_url: str
) -> None:
    roots = tmp_path / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    office = open_office(tmp_path / "var", database_url, gateway, isds_seal_roots=roots)
    begun = datetime.now(UTC)
    office.clock.move_to(begun)
    deliveries = delivered(office)

    with office.context():
        archivist = Archivist(db.session, tools(office))
        until = max(begun + TEN_YEARS, end_of_seal(office, deliveries[0]) + MONTH)
        while office.clock.now() < until:
            office.clock.move_to(office.clock.now() + MONTH)
            archivist.run_once()
        now = office.clock.now()
        judged = [one for found in deliveries for one in verdicts(office, found)]
        shelf = RecordShelf(Work(db.session(), AUDITOR, office.clock))
        stamps = db.session.scalar(select(func.count(ArchiveStamp.id))) or 0

        assert {one.proof.kind for one in judged} == {"sent_message", "delivery_info", "hand_over"}
        for one in judged:
            assert (one.verdict, one.fault) == (GOOD, "")
            assert one.proven_since is not None
            assert one.proven_since < begun + 2 * MONTH
            assert one.held_until is not None
            assert one.held_until > now
            content, record = tools(office).files.get(one.proof.sha256), shelf.record_for
            assert check_record(record(one.proof.sha256) or b"", content, now, judge(office))
        assert stamps > 1, "the first time stamp ended years ago"
        info = next(one.proof for one in judged if one.proof.kind == "delivery_info")
        zfo, trust = tools(office).files.get(info.sha256), tools(office).seal_trust
        # Without the record nobody could tell any more that the seal was good once.
        with pytest.raises(BadProof):
            read_delivery_proof(zfo, trust=trust, at=now)
    page = office.browser(AUDITOR).get(f"/deliveries/{deliveries[0]['id']}").text
    assert page.count("Soubor drží důkazní záznam") == 2
