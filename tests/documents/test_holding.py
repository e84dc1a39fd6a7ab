"""Revocation is asked right before signing and sealing, and what cannot be told stops both."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.documents.acts import Bench, Wanted
from services.documents.domain.ways import CertificateRevoked, RevocationUnknown
from services.documents.models import Document, db
from services.documents.other_ways import sign_with_store
from shared.keys import make_development_keys

from .authorities import PASSWORD, Owner
from .offices import DIRECTOR, NOW, Office, record
from .test_production import content, in_file, production, sealed, verdict
from .world import World, open_world


@pytest.fixture
def world(tmp_path: Path, socket_enabled: None) -> Iterator[World]:
    with open_world(tmp_path / "world", NOW) as opened:
        make_development_keys(tmp_path / "world" / "keys")
        yield opened


def office_of(world: World, tmp_path: Path, database_url: str, **more: Any) -> Office:
    seals = [in_file(world, world.seal())]
    return production(world, tmp_path, database_url, seals=seals, **more)


def sign(office: Office, owner: Owner) -> dict[str, Any]:
    """Let the director sign a new document with a PKCS#12 file of her own."""
    document = office.put(record(DIRECTOR))
    actor = replace(DIRECTOR, password_at=datetime.now(UTC))
    with office.context():
        bench = Bench(db.session, office.app.extensions["documents-tools"], actor)
        wanted = [Wanted(UUID(document["id"]), document["sha256"])]
        sign_with_store(bench, wanted, owner.pkcs12(), PASSWORD)
    return document


def troubles(office: Office) -> list[str | None]:
    with office.context():
        return [one.trouble for one in db.session.query(Document).order_by(Document.number)]


REFUSALS = {
    "revoked": CertificateRevoked,
    "unknown": RevocationUnknown,
    "stale": RevocationUnknown,
    "forged": RevocationUnknown,
    "silent": RevocationUnknown,
}


@pytest.mark.parametrize("state", REFUSALS)
def test_nobody_signs_with_a_certificate_of_which_it_is_not_told_that_it_holds(
    world: World, tmp_path: Path, database_url: str, state: str
) -> None:
    office = office_of(world, tmp_path, database_url)
    owner = world.person(DIRECTOR.name)
    world.state = state

    with pytest.raises(REFUSALS[state]):
        sign(office, owner)
    world.state = "good"
    document = sign(office, owner)
    office.work(2)

    issued = office.view(document["id"])
    assert issued["state"] == "issued"
    assert verdict(office, content(office, issued))[0] == "TOTAL-PASSED"


@pytest.mark.parametrize(
    ("state", "trouble"),
    [("revoked", "seal_revoked"), *((s, "seal_unsure") for s in REFUSALS if s != "revoked")],
)
def test_nothing_is_sealed_with_such_a_certificate_and_it_goes_on_by_itself(
    world: World, tmp_path: Path, database_url: str, state: str, trouble: str
) -> None:
    office = office_of(world, tmp_path, database_url)
    world.state = state
    waiting = sealed(office)
    told = troubles(office)

    world.state = "good"
    with office.context():
        db.session.query(Document).update({"care_due_at": NOW})
        db.session.commit()
    office.work(2)

    assert (waiting["state"], told) == ("signed", [trouble])
    assert office.view(waiting["id"])["state"] == "issued"


@pytest.mark.parametrize(("state", "goes_on"), [("silent", True), ("stale", False)])
def test_by_policy_signing_goes_on_visibly_while_nobody_answers(
    world: World, tmp_path: Path, database_url: str, state: str, goes_on: bool
) -> None:
    office = office_of(world, tmp_path, database_url, revocation_unreachable="continue")
    world.state = state

    if not goes_on:
        with pytest.raises(RevocationUnknown):
            sign(office, world.person(DIRECTOR.name))
        return
    document = sign(office, world.person(DIRECTOR.name))

    page = office.browser(DIRECTOR).get(f"/{document['id']}").text
    assert "odvolání certifikátu nešlo ověřit" in page


def test_a_certificate_that_names_no_place_signs_nothing(
    world: World, tmp_path: Path, database_url: str
) -> None:
    office = office_of(world, tmp_path, database_url)

    with pytest.raises(RevocationUnknown):
        sign(office, world.issue(DIRECTOR.name, has_places=False))


def test_an_answer_serves_for_minutes_and_is_then_asked_for_anew(
    world: World, tmp_path: Path, database_url: str
) -> None:
    office = office_of(world, tmp_path, database_url)
    for _ in range(3):
        assert sealed(office)["state"] == "issued"
    asked = world.asked.count("/ocsp")

    world.state = "revoked"
    office.clock.move_to(NOW + timedelta(minutes=11))
    world.stamps.app.at_time = lambda _request: office.clock.now()
    late = sealed(office)

    assert asked == 1
    assert late["state"] == "signed"
    assert troubles(office)[-1] == "seal_revoked"


def test_a_refused_answer_is_not_kept(world: World, tmp_path: Path, database_url: str) -> None:
    office = office_of(world, tmp_path, database_url)
    tools = office.app.extensions["documents-tools"]
    owner = world.person(DIRECTOR.name)
    chain = [one.der for one in map(Owner, owner.chain, [owner.key] * 2)]
    world.state = "silent"

    with pytest.raises(RevocationUnknown):
        tools.revocations.check(owner.der, chain, NOW)
    world.state = "good"

    assert tools.revocations.check(owner.der, chain, NOW) == "good"
    assert tools.revocations.last_seen(owner.der).state == "good"
