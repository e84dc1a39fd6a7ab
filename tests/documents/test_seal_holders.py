"""Whose seal makes a proof of ISDS."""

from dataclasses import replace

import pytest
from pydantic import ValidationError

from services.documents.domain.seal_holders import Pin, SealHolder, may_seal
from services.documents.isds_settings import ADMINISTRATOR, IsdsSettings, SealHolderSettings

AGENCY = SealHolder(
    organisation="Digitální a informační agentura",
    identifier="NTRCZ-17651921",
    name="Informační systém datových schránek",
    is_person=False,
    purposes=frozenset(),
)
REAL = tuple(one.pin for one in ADMINISTRATOR)


@pytest.mark.parametrize(
    ("holder", "pins", "may"),
    [
        pytest.param(AGENCY, REAL, True, id="the administrator"),
        pytest.param(replace(AGENCY, identifier=""), REAL, True, id="by name alone"),
        pytest.param(replace(AGENCY, organisation="DIA"), REAL, True, id="by identifier alone"),
        pytest.param(
            replace(AGENCY, organisation="DIGITÁLNÍ  A INFORMAČNÍ AGENTURA", identifier=""),
            REAL,
            True,
            id="another spelling",
        ),
        pytest.param(replace(AGENCY, is_person=True), REAL, False, id="an officer of it"),
        pytest.param(
            replace(AGENCY, purposes=frozenset({"server_auth"})), REAL, False, id="its web server"
        ),
        pytest.param(
            replace(AGENCY, purposes=frozenset({"time_stamping"})), REAL, False, id="its stamps"
        ),
        pytest.param(
            replace(AGENCY, purposes=frozenset({"email_protection"})), REAL, True, id="for mail"
        ),
        pytest.param(
            replace(AGENCY, organisation="Digitální a informační agentura 2", identifier=""),
            REAL,
            False,
            id="a similar name",
        ),
        pytest.param(replace(AGENCY, organisation="", identifier=""), REAL, False, id="nobody"),
        pytest.param(AGENCY, (), False, id="no pins"),
        pytest.param(AGENCY, (Pin(),), False, id="a pin that names nothing"),
        pytest.param(
            AGENCY, (Pin(identifier="NTRCZ-17651921", name="jiné"),), False, id="one part differs"
        ),
    ],
)
def test_only_the_pinned_holder_seals(holder: SealHolder, pins: tuple[Pin, ...], may: bool) -> None:
    assert may_seal(holder, pins) is may


def test_a_pin_names_somebody_and_there_is_at_least_one() -> None:
    with pytest.raises(ValidationError, match="at least one must be given"):
        SealHolderSettings(name="  ")
    with pytest.raises(ValidationError, match="isds_seal_holders"):
        IsdsSettings(isds_seal_holders=[])
