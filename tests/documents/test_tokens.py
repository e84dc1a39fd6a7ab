"""Keys on a token: the PIN for each act, tokens that go away, and what they cannot do (T3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from werkzeug.test import TestResponse

from services.documents.acts import Bench, Wanted
from services.documents.domain.ways import PinLastTry, PinWrong, TokenAway
from services.documents.models import db
from services.documents.other_ways import OnToken, sign_with_token
from services.documents.rendering.port import Renderer, StampRequest
from shared.actors import Actor

from .authorities import Authority, Key, make_authority, new_key
from .offices import CONTROLLER, DIRECTOR, Office, open_office, record
from .softhsm import PIN, SoftToken, make_token
from .test_sign_elsewhere import verdicts

LABEL = "Karta"
KEY = DIRECTOR.name


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_authority()


@pytest.fixture
def token(tmp_path: Path) -> SoftToken:
    return make_token(tmp_path / "softhsm", LABEL)


@pytest.fixture
def office(tmp_path: Path, database_url: str, authority: Authority, token: SoftToken) -> Office:
    office = open_office(
        tmp_path / "var",
        database_url,
        accepted_authorities=authority.anchors(tmp_path / "anchors"),
        tokens=[{"module": str(token.module), "label": LABEL}],
    )
    office.clock.move_to(datetime.now(UTC))
    return office


def sign(
    office: Office,
    document: dict[str, Any],
    actor: Actor = DIRECTOR,
    *,
    pin: str = PIN,
    key: str = KEY,
) -> TestResponse:
    data = {"token": LABEL, "key_label": key, "pin": pin, "shown": document["sha256"]}
    return office.browser(actor).post(f"/{document['id']}/sign-with-token", data=data)


@pytest.mark.parametrize(
    "key",
    [new_key(), ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 3072)],
    ids=["P-256", "P-384", "RSA-3072"],
)
def test_a_key_on_a_token_signs(
    office: Office, authority: Authority, token: SoftToken, key: Key
) -> None:
    token.put(authority.issue(DIRECTOR.name, key=key), KEY)
    document = office.put(record(DIRECTOR))

    reply = sign(office, document)
    office.work(2)

    assert reply.status_code == 303, reply.text
    sealed = office.api("GET", f"/documents/{document['id']}/file.pdf", DIRECTOR).data
    assert verdicts(office, authority, sealed) == [True, True]
    assert "token nebo HSM" in office.browser(DIRECTOR).get("/my-certificates").text
    assert PIN not in str(office.stored())


def test_wrong_pins_are_told_counted_and_never_lock_the_token(
    office: Office, authority: Authority, token: SoftToken
) -> None:
    token.put(authority.issue(DIRECTOR.name), KEY)
    document = office.put(record(DIRECTOR))
    before = office.stored()

    replies = [sign(office, document, pin="000000") for _ in range(3)]
    right = sign(office, document)

    assert [one.status_code for one in replies] == [403, 403, 403]
    assert "PIN nepřijal" in replies[1].text
    assert "se proto nezkoušel" in " ".join(replies[2].text.split())
    assert "se proto nezkoušel" in " ".join(right.text.split())
    assert office.stored() == before
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=16)):
        assert sign(office, document).status_code == 303


def test_a_token_that_is_not_there_is_told(
    office: Office, authority: Authority, token: SoftToken
) -> None:
    document = office.put(record(DIRECTOR))
    before = office.stored()

    reply = sign(office, document)

    assert reply.status_code == 422
    assert "Na tokenu není klíč" in reply.text
    with pytest.raises(TokenAway), tokens_of(office).open("Jiná", KEY, PIN):
        pass
    assert office.stored() == before


def tokens_of(office: Office) -> Any:
    return office.app.extensions["documents-tools"].tokens


def test_the_key_of_another_signs_for_nobody_else(
    office: Office, authority: Authority, token: SoftToken
) -> None:
    token.put(authority.issue(DIRECTOR.name), KEY)
    document = office.put(record(CONTROLLER))

    reply = sign(office, document, CONTROLLER)

    assert reply.status_code == 403
    assert "vydaný na jméno" in reply.text


class Unplugging:
    """A renderer during whose second stamp somebody takes the token away."""

    def __init__(self, inner: Renderer, token: SoftToken) -> None:
        self._inner, self._token, self._stamps = inner, token, 0

    def stamp(self, appearance: StampRequest) -> bytes:
        self._stamps += 1
        if self._stamps == 2:
            self._token.take_away()
        return self._inner.stamp(appearance)


def test_a_token_taken_away_in_a_batch_leaves_nothing_half_signed(
    office: Office, authority: Authority, token: SoftToken
) -> None:
    token.put(authority.issue(DIRECTOR.name), KEY)
    made = [office.put(record(DIRECTOR)) for _ in range(3)]
    tools = office.app.extensions["documents-tools"]
    pulled = replace(tools, renderer=Unplugging(tools.renderer, token))
    before = office.stored()
    wanted = [Wanted(UUID(one["id"]), one["sha256"]) for one in made]
    actor = replace(DIRECTOR, password_at=datetime.now(UTC))

    with office.context(), pytest.raises(TokenAway):
        sign_with_token(Bench(db.session, pulled, actor), wanted, OnToken(LABEL, KEY, PIN))

    assert office.stored() == before
    token.put_back()
    assert sign(office, made[0]).status_code == 303


def test_a_pin_is_shown_nowhere() -> None:
    assert PIN not in repr(OnToken(LABEL, KEY, PIN))
    assert PIN not in str(PinWrong(label=LABEL))
    assert PIN not in str(PinLastTry(label=LABEL))
