"""In which role and in which order people sign: asked at the moment of signing, and kept."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from services.documents.domain.documents import (
    DELEGATE,
    NotYourTurn,
    RoleNotHeld,
    SignerSlot,
    role_to_sign,
    slot_to_sign,
)
from services.documents.models import Audit, Signature, db
from shared.actors import ROLES, Actor, Delegation
from shared.document_kinds import KINDS
from tests.documents.offices import ASSISTANT, CONTROLLER, DIRECTOR, NOW, Office, record

ANNA, BOB, CYRIL = UUID(int=1), UUID(int=2), UUID(int=3)
TODAY = date(2026, 4, 3)


def place(position: int, person: UUID, *, is_signed: bool = False) -> SignerSlot:
    at = NOW if is_signed else None
    return SignerSlot(position, person, f"Osoba {position}", "člen", at)


@pytest.mark.parametrize(
    ("needed", "held", "is_delegate", "role"),
    [
        ((), {"auditor"}, False, ""),
        (("director",), {"director"}, False, "director"),
        (("director", "assistant"), {"assistant", "evaluator"}, False, "assistant"),
        (("director",), {"registrar"}, True, DELEGATE),
        (("director",), {"director"}, True, "director"),
    ],
)
def test_who_has_the_role_signs_in_it(
    needed: tuple[str, ...], held: set[str], is_delegate: bool, role: str
) -> None:
    assert role_to_sign(needed, held, "MAS-1", is_delegate=is_delegate) == role


@pytest.mark.parametrize("held", [set(), {"assistant"}, set(ROLES) - {"director"}])
def test_without_the_role_nobody_signs(held: set[str]) -> None:
    with pytest.raises(RoleNotHeld) as refused:
        role_to_sign(("director",), held, "MAS-1", is_delegate=False)

    assert refused.value.params == {"number": "MAS-1", "role": "director"}


def test_every_kind_names_roles_that_exist_or_says_that_the_person_alone_counts() -> None:
    without = {kind.code for kind in KINDS if not kind.roles}

    assert {role for kind in KINDS for role in kind.roles} <= set(ROLES)
    assert without == {"interest_declaration", "delivery_proof"}
    assert {kind.delegable for kind in KINDS} == {"", "announce_call", "register_application"}


def test_people_sign_as_they_are_named() -> None:
    places = [place(0, ANNA), place(1, BOB), place(2, CYRIL)]

    assert slot_to_sign(places, CYRIL, "MAS-1").position == 2
    assert slot_to_sign(places, ANNA, "MAS-1", in_order=True).position == 0
    with pytest.raises(NotYourTurn) as refused:
        slot_to_sign(places, CYRIL, "MAS-1", in_order=True)
    assert refused.value.params == {"number": "MAS-1", "name": "Osoba 0"}


@pytest.mark.parametrize("signed", [0, 1, 2])
def test_it_is_the_turn_of_the_first_who_has_not_signed(signed: int) -> None:
    people = (ANNA, BOB, CYRIL)
    places = [place(n, one, is_signed=n < signed) for n, one in enumerate(people)]

    assert slot_to_sign(places, people[signed], "MAS-1", in_order=True).position == signed


def test_a_document_in_order_waits_for_one_after_the_other(office: Office) -> None:
    for person in (DIRECTOR, ASSISTANT):
        office.make_key(person)
    made = office.put(record(ASSISTANT, DIRECTOR, in_order=True))
    waiting = {"waiting_for": str(DIRECTOR.person_id)}

    early = office.sign(made["id"], DIRECTOR)
    page = office.browser(DIRECTOR).get(f"/{made['id']}").text
    assert (early.status_code, early.json["type"]) == (409, "urn:vyzva:problem:not-your-turn")
    assert ASSISTANT.name in early.json["detail"]
    assert "Podepisuje se po pořadě" in page
    assert f"/sign?ids={made['id']}" not in page
    assert office.service("GET", "/documents", **waiting).json["total"] == 0

    assert office.sign(made["id"], ASSISTANT).status_code == 201
    assert office.service("GET", "/documents", **waiting).json["total"] == 1
    assert office.sign(made["id"], DIRECTOR).json["state"] == "signed"


def test_side_by_side_the_second_may_be_first(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = office.put(record(ASSISTANT, DIRECTOR))

    assert office.sign(made["id"], DIRECTOR).status_code == 201


def test_who_lost_the_role_cannot_sign_any_more(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = office.put(record(DIRECTOR, kind="result_notice"))
    before = office.stored()
    former = replace(DIRECTOR, roles=frozenset({"auditor"}))

    refused = office.sign(made["id"], former)

    assert (refused.status_code, refused.json["type"]) == (403, "urn:vyzva:problem:role-not-held")
    assert "v roli ředitelka" in refused.json["detail"]
    assert office.stored() == before


def test_the_role_is_kept_with_the_signature(office: Office) -> None:
    office.make_key(CONTROLLER)
    made = office.put(record(CONTROLLER, kind="control_list"))
    signed = office.sign(made["id"], CONTROLLER)

    assert signed.json["signers"][0]["role"] == "controller"
    with office.app.app_context():
        act = db.session.query(Audit).filter_by(act="sign").one()
        assert act.details["role"] == "controller"
    assert "kontrolor" in office.browser(DIRECTOR).get(f"/{made['id']}").text


@pytest.mark.parametrize(
    ("first", "last", "status"),
    [
        (date(2026, 4, 3), date(2026, 4, 3), 201),
        (date(2026, 3, 1), date(2026, 4, 2), 403),
        (date(2026, 4, 4), date(2026, 5, 1), 403),
    ],
)
def test_a_delegate_signs_on_the_days_of_the_delegation(
    office: Office, first: date, last: date, status: int
) -> None:
    delegate = _delegate("announce_call", first, last)
    office.make_key(delegate)
    made = office.put(record(delegate, kind="call_text"))

    answer = office.sign(made["id"], delegate)

    assert answer.status_code == status
    with office.app.app_context():
        assert db.session.query(Signature).one().role == (DELEGATE if status == 201 else "")


def test_another_delegation_does_not_help(office: Office) -> None:
    delegate = _delegate("appoint_controllers", TODAY, TODAY)
    office.make_key(delegate)
    made = office.put(record(delegate, kind="call_text"))

    assert office.sign(made["id"], delegate).status_code == 403


def _delegate(act: str, first: date, last: date) -> Actor:
    return replace(CONTROLLER, delegations=(Delegation(uuid4(), act, first, last),))
