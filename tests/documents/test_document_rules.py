"""Documents: states, signers, previews, numbers."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.documents.domain import documents as domain
from services.documents.domain.numbering import (
    BadOrganisationCode,
    document_number,
    sender_reference,
)
from shared.states import ActNotAllowed

JANA, PETR, EVA = UUID(int=1), UUID(int=2), UUID(int=3)
NOON = datetime(2026, 4, 3, 10, tzinfo=UTC)


def slot(position: int, person: UUID, signed_at: datetime | None = None) -> domain.SignerSlot:
    return domain.SignerSlot(position, person, f"Osoba {position}", "kontrolor", signed_at)


@pytest.mark.parametrize(
    ("state", "act", "target"),
    [
        ("draft", "sign", "signing"),
        ("draft", "sign_last", "signed"),
        ("draft", "release_unsigned", "signed"),
        ("signing", "sign", "signing"),
        ("signing", "sign_last", "signed"),
        ("signed", "issue", "issued"),
        ("draft", "cancel", "cancelled"),
        ("signing", "cancel", "cancelled"),
        ("signed", "cancel", "cancelled"),
    ],
)
def test_declared_acts_lead_where_they_say(state: str, act: str, target: str) -> None:
    assert domain.DOCUMENT.apply(state, act) == target


def test_everything_else_is_refused() -> None:
    allowed = {(state, act) for state, act, _ in domain.DOCUMENT.edges()}

    for state in domain.DOCUMENT.states:
        for act in domain.DOCUMENT.acts():
            if (state, act) not in allowed:
                with pytest.raises(ActNotAllowed):
                    domain.DOCUMENT.apply(state, act)


def test_an_issued_document_is_final() -> None:
    assert set(domain.DOCUMENT.final_states()) == {"issued", "cancelled"}


def test_one_person_cannot_be_both_signers() -> None:
    with pytest.raises(domain.SignerNamedTwice):
        domain.check_signers([slot(0, JANA), slot(1, JANA)])


def test_too_many_signers_are_refused() -> None:
    with pytest.raises(domain.TooManySigners):
        domain.check_signers([slot(i, UUID(int=i + 1)) for i in range(21)])


def test_each_signer_fills_only_their_own_slot() -> None:
    slots = [slot(0, JANA), slot(1, PETR)]

    assert domain.slot_to_sign(slots, PETR, "MAS-2026-000001").field == "Signature2"


def test_a_stranger_cannot_sign() -> None:
    with pytest.raises(domain.NotASigner):
        domain.slot_to_sign([slot(0, JANA)], EVA, "MAS-2026-000001")


def test_nobody_signs_twice() -> None:
    with pytest.raises(domain.AlreadySigned) as refused:
        domain.slot_to_sign([slot(0, JANA, NOON)], JANA, "MAS-2026-000001")

    assert refused.value.params["signed_at"] == NOON


def test_only_the_previewed_bytes_can_be_signed() -> None:
    domain.check_preview("AB" * 32, "ab" * 32, "MAS-2026-000001")
    with pytest.raises(domain.DocumentChanged):
        domain.check_preview("ab" * 32, "cd" * 32, "MAS-2026-000001")


@pytest.mark.parametrize(
    ("slots", "act"),
    [
        pytest.param([slot(0, JANA)], "sign_last", id="single signer"),
        pytest.param([slot(0, JANA), slot(1, PETR)], "sign", id="first of two"),
        pytest.param([slot(0, JANA, NOON), slot(1, PETR)], "sign_last", id="second of two"),
    ],
)
def test_the_last_signature_completes_the_document(
    slots: list[domain.SignerSlot], act: str
) -> None:
    assert domain.act_of_signature(slots) == act


def test_numbers_run_per_organisation_and_year() -> None:
    assert document_number("MASZK", 2026, 123) == "MASZK-2026-000123"
    assert sender_reference("MASZK-2026-000123", 1) == "MASZK-2026-000123/1"


@pytest.mark.parametrize("code", ["", "M", "mas", "MAŠ", "MAS-1", "M" * 17, "MAS\n"])
def test_a_code_that_cannot_stand_in_a_number_is_refused(code: str) -> None:
    with pytest.raises(BadOrganisationCode):
        document_number(code, 2026, 1)
