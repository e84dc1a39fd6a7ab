"""Tokens: what is forged, borrowed, old or used up opens nothing."""

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt

from shared.actors import Delegation
from shared.config import SERVICES, SettingsError
from shared.keys import KeyRing, make_development_keys
from shared.tokens import (
    ALGORITHM,
    CARRIED_LIFE,
    PERSON_LIFE,
    SKEW,
    TokenExpired,
    TokenRefused,
    make_person_token,
    make_service_token,
    read_person_token,
    read_service_token,
)
from tests.shared.toy import person

pytestmark = pytest.mark.one_database
NOW = datetime(2026, 3, 2, 11, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    make_development_keys(folder)
    return folder


@pytest.fixture
def ring(folder: Path) -> Callable[[str], KeyRing]:
    return lambda service: KeyRing(folder, service)


def claims_of(token: str) -> dict[str, Any]:
    part = token.split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims


def signed(keys: KeyRing, claims: dict[str, Any], **header: Any) -> str:
    head = {"alg": ALGORITHM, "kid": keys.own.kid, **header}
    return jwt.encode(head, claims, keys.own, algorithms=[ALGORITHM])


def plain(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_for_one_form_is_good_for_that_form_only(ring: Callable[[str], KeyRing]) -> None:
    actor = person("director")
    token = make_person_token(ring("registry"), actor, form="/documents/deliveries/1/tablet")
    keys, carried = ring("documents"), replace(actor, token=token)

    sent = read_person_token(keys, token, form="/documents/deliveries/1/tablet")

    assert sent == carried
    for other in ("", "/documents/deliveries/2/tablet", "/documents/deliveries/1/tablet/"):
        with pytest.raises(TokenRefused):
            read_person_token(keys, token, form=other)
    call = make_service_token(ring("documents"), callee="registry", actor=carried)
    assert read_service_token(ring("registry"), call).actor.person_id == actor.person_id


def test_person_comes_back_as_registry_vouched(ring: Callable[[str], KeyRing]) -> None:
    actor = person("director", "evaluator")

    token = make_person_token(ring("registry"), actor)

    assert read_person_token(ring("documents"), token) == replace(actor, token=token)


def test_delegations_travel_with_the_person(ring: Callable[[str], KeyRing]) -> None:
    delegation = Delegation(uuid4(), "appoint_controllers", date(2026, 6, 1), date(2026, 6, 30))
    actor = replace(person("assistant"), delegations=(delegation,))
    actor = replace(actor, token=make_person_token(ring("registry"), actor))

    token = make_service_token(ring("evaluation"), callee="documents", actor=actor)

    assert read_person_token(ring("documents"), actor.token).delegations == (delegation,)
    assert read_service_token(ring("documents"), token).actor.delegations == (delegation,)


@pytest.mark.parametrize(
    ("act", "day", "expected"),
    [
        ("appoint_controllers", date(2026, 5, 31), False),
        ("appoint_controllers", date(2026, 6, 1), True),
        ("appoint_controllers", date(2026, 6, 30), True),
        ("appoint_controllers", date(2026, 7, 1), False),
        ("assign_evaluators", date(2026, 6, 15), False),
    ],
)
def test_a_delegation_covers_one_act_from_its_first_to_its_last_day(
    act: str, day: date, expected: bool
) -> None:
    delegation = Delegation(uuid4(), "appoint_controllers", date(2026, 6, 1), date(2026, 6, 30))
    actor = replace(person("assistant"), delegations=(delegation,))

    assert actor.is_delegated(act, day) is expected
    assert person("assistant").is_delegated(act, day) is False


def test_person_without_a_session_has_a_token_too(ring: Callable[[str], KeyRing]) -> None:
    actor = replace(person(), session_id=None)

    token = make_person_token(ring("registry"), actor)

    assert read_person_token(ring("documents"), token).session_id is None


def test_worker_cannot_have_a_persons_token(ring: Callable[[str], KeyRing]) -> None:
    with pytest.raises(ValueError, match="person"):
        make_person_token(ring("registry"), replace(person(), person_id=None))


def test_service_carries_the_person(ring: Callable[[str], KeyRing]) -> None:
    actor = person("director")
    actor = replace(actor, token=make_person_token(ring("registry"), actor))

    token = make_service_token(ring("evaluation"), callee="documents", actor=actor)
    call = read_service_token(ring("documents"), token)

    assert call.service == "evaluation"
    assert call.actor == replace(actor, service="evaluation")


def test_worker_calls_for_its_organisation_without_a_person(
    ring: Callable[[str], KeyRing],
) -> None:
    actor = replace(person("director"), token="")

    token = make_service_token(ring("evaluation"), callee="documents", actor=actor)
    call = read_service_token(ring("documents"), token)

    assert call.actor.organisation_id == actor.organisation_id
    assert (call.actor.person_id, call.actor.roles) == (None, frozenset())


def test_token_for_another_service_is_refused(ring: Callable[[str], KeyRing]) -> None:
    token = make_service_token(ring("evaluation"), callee="registry", actor=person())

    with pytest.raises(TokenRefused):
        read_service_token(ring("documents"), token)


def test_service_cannot_speak_as_another(ring: Callable[[str], KeyRing]) -> None:
    honest = make_service_token(ring("evaluation"), callee="documents", actor=person())
    forged = signed(ring("evaluation"), claims_of(honest) | {"iss": "registry"})

    with pytest.raises(TokenRefused):
        read_service_token(ring("documents"), forged)


def test_service_cannot_vouch_for_a_person(ring: Callable[[str], KeyRing]) -> None:
    honest = make_person_token(ring("registry"), person("director"))
    forged = signed(ring("evaluation"), claims_of(honest))

    with pytest.raises(TokenRefused):
        read_person_token(ring("documents"), forged)


def test_service_token_of_registry_is_no_person(ring: Callable[[str], KeyRing]) -> None:
    token = make_service_token(ring("registry"), callee="documents", actor=person())

    with pytest.raises(TokenRefused):
        read_person_token(ring("documents"), token)


def test_persons_token_is_no_service(ring: Callable[[str], KeyRing]) -> None:
    token = make_person_token(ring("registry"), person())

    with pytest.raises(TokenRefused):
        read_service_token(ring("documents"), token)


def test_unsigned_token_is_refused(ring: Callable[[str], KeyRing]) -> None:
    for make, read in (
        (lambda: make_person_token(ring("registry"), person()), read_person_token),
        (
            lambda: make_service_token(ring("evaluation"), callee="documents", actor=person()),
            read_service_token,
        ),
    ):
        claims = claims_of(make())
        for algorithm in ("none", "None", "NONE"):
            for signature in ("", "x"):
                token = f"{plain({'alg': algorithm})}.{plain(claims)}.{signature}"
                with pytest.raises(TokenRefused):
                    read(ring("documents"), token)


def test_public_key_is_no_shared_secret(ring: Callable[[str], KeyRing], folder: Path) -> None:
    """The classic: HS256 with the bytes of the public key as the secret."""
    claims = claims_of(make_person_token(ring("registry"), person("director")))
    pem = (folder / "registry.pub.pem").read_bytes()
    kid = ring("registry").own.kid
    for secret in (pem, pem.strip(), ring("registry").own.as_dict(private=False)["x"].encode()):
        signed_part = f"{plain({'alg': 'HS256', 'kid': kid})}.{plain(claims)}"
        mac = hmac.digest(secret, signed_part.encode(), "sha256")
        token = f"{signed_part}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

        with pytest.raises(TokenRefused):
            read_person_token(ring("documents"), token)


def test_key_brought_along_in_the_header_is_not_used(ring: Callable[[str], KeyRing]) -> None:
    stranger = Ed25519PrivateKey.generate()
    pem = stranger.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    keys = ring("registry")
    claims = claims_of(make_person_token(keys, person("director")))
    foreign = KeyRing.__new__(KeyRing)
    foreign.own = type(keys.own).import_key(pem)
    foreign.own.ensure_kid()
    public = foreign.own.as_dict(private=False)

    for header in ({"jwk": public}, {"kid": keys.own.kid}, {}):
        with pytest.raises(TokenRefused):
            read_person_token(ring("documents"), signed(foreign, claims, **header))


@pytest.mark.parametrize("part", [0, 1, 2])
def test_changed_token_is_refused(ring: Callable[[str], KeyRing], part: int) -> None:
    pieces = make_person_token(ring("registry"), person()).split(".")
    middle = len(pieces[part]) // 2
    other = "A" if pieces[part][middle] != "A" else "B"
    pieces[part] = pieces[part][:middle] + other + pieces[part][middle + 1 :]

    with pytest.raises(TokenRefused):
        read_person_token(ring("documents"), ".".join(pieces))


@pytest.mark.parametrize(
    ("after", "error"),
    [
        (PERSON_LIFE + timedelta(seconds=SKEW), None),
        (PERSON_LIFE + timedelta(seconds=SKEW + 1), TokenExpired),
        (timedelta(seconds=-SKEW), None),
        (timedelta(seconds=-SKEW - 1), TokenRefused),
    ],
)
def test_persons_token_has_its_time(
    ring: Callable[[str], KeyRing], after: timedelta, error: type[TokenRefused] | None
) -> None:
    with time_machine.travel(NOW, tick=False):
        token = make_person_token(ring("registry"), person())

    with time_machine.travel(NOW + after, tick=False):
        if error is None:
            assert read_person_token(ring("documents"), token)
        else:
            with pytest.raises(error):
                read_person_token(ring("documents"), token)


@pytest.mark.parametrize(("seconds", "is_good"), [(70, True), (71, False), (-11, False)])
def test_service_token_lives_a_minute(
    ring: Callable[[str], KeyRing], seconds: int, is_good: bool
) -> None:
    with time_machine.travel(NOW, tick=False):
        token = make_service_token(ring("evaluation"), callee="documents", actor=person())

    with time_machine.travel(NOW + timedelta(seconds=seconds), tick=False):
        if is_good:
            assert read_service_token(ring("documents"), token)
        else:
            with pytest.raises(TokenRefused):
                read_service_token(ring("documents"), token)


def test_service_token_that_wants_to_live_longer_is_refused(
    ring: Callable[[str], KeyRing],
) -> None:
    honest = claims_of(make_service_token(ring("evaluation"), callee="documents", actor=person()))
    greedy = signed(ring("evaluation"), honest | {"exp": honest["iat"] + 61})

    with pytest.raises(TokenRefused, match="60 seconds"):
        read_service_token(ring("documents"), greedy)


@pytest.mark.parametrize("claim", ["iss", "aud", "org", "name", "jti", "iat", "exp"])
def test_service_token_without_a_claim_is_refused(
    ring: Callable[[str], KeyRing], claim: str
) -> None:
    claims = claims_of(make_service_token(ring("evaluation"), callee="documents", actor=person()))
    del claims[claim]

    with pytest.raises(TokenRefused):
        read_service_token(ring("documents"), signed(ring("evaluation"), claims))


@pytest.mark.parametrize("claim", ["iss", "aud", "org", "org_name", "name", "sub", "roles", "exp"])
def test_persons_token_without_a_claim_is_refused(
    ring: Callable[[str], KeyRing], claim: str
) -> None:
    claims = claims_of(make_person_token(ring("registry"), person()))
    del claims[claim]

    with pytest.raises(TokenRefused):
        read_person_token(ring("documents"), signed(ring("registry"), claims))


def test_service_cannot_move_a_person_to_another_organisation(
    ring: Callable[[str], KeyRing],
) -> None:
    actor = person("director")
    stranger = replace(
        actor,
        organisation_id=UUID(int=8),
        token=make_person_token(ring("registry"), actor),
    )

    token = make_service_token(ring("evaluation"), callee="documents", actor=stranger)

    with pytest.raises(TokenRefused, match="another organisation"):
        read_service_token(ring("documents"), token)


def test_carried_person_may_be_a_little_older_but_not_old(
    ring: Callable[[str], KeyRing],
) -> None:
    with time_machine.travel(NOW, tick=False):
        actor = person()
        actor = replace(actor, token=make_person_token(ring("registry"), actor))
    last = PERSON_LIFE + CARRIED_LIFE + timedelta(seconds=SKEW)

    with time_machine.travel(NOW + last, tick=False):
        token = make_service_token(ring("evaluation"), callee="documents", actor=actor)
        assert read_service_token(ring("documents"), token)
    with time_machine.travel(NOW + last + timedelta(seconds=1), tick=False):
        token = make_service_token(ring("evaluation"), callee="documents", actor=actor)
        with pytest.raises(TokenRefused):
            read_service_token(ring("documents"), token)


def test_old_and_new_key_count_while_rotating(tmp_path: Path) -> None:
    make_development_keys(tmp_path)
    before = make_service_token(KeyRing(tmp_path, "evaluation"), callee="documents", actor=person())
    old_public = (tmp_path / "evaluation.pub.pem").read_text()
    verifier = KeyRing(tmp_path, "documents")

    for name in ("evaluation.key.pem", "evaluation.pub.pem"):
        (tmp_path / name).unlink()
    make_development_keys(tmp_path)
    new_public = (tmp_path / "evaluation.pub.pem").read_text()
    (tmp_path / "evaluation.pub.pem").write_text(new_public + old_public)
    after = make_service_token(KeyRing(tmp_path, "evaluation"), callee="documents", actor=person())

    assert read_service_token(verifier, before).service == "evaluation"
    assert read_service_token(verifier, after).service == "evaluation"
    (tmp_path / "evaluation.pub.pem").write_text(new_public)
    with pytest.raises(TokenRefused):
        read_service_token(verifier, before)
    assert read_service_token(verifier, after)


def test_service_whose_public_key_is_not_here_is_refused(
    ring: Callable[[str], KeyRing], folder: Path, tmp_path: Path
) -> None:
    token = make_service_token(ring("evaluation"), callee="documents", actor=person())
    for name in ("documents.key.pem", "documents.pub.pem"):
        (tmp_path / name).write_bytes((folder / name).read_bytes())

    with pytest.raises(TokenRefused):
        read_service_token(KeyRing(tmp_path, "documents"), token)


def test_keys_are_private_and_made_once(tmp_path: Path) -> None:
    make_development_keys(tmp_path)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    make_development_keys(tmp_path)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    names = [f"{service}{use}" for service in SERVICES for use in ("", "-evidence")]
    assert set(first) == {f"{name}.{kind}.pem" for name in names for kind in ("key", "pub")}
    for name in names:
        assert (tmp_path / f"{name}.key.pem").stat().st_mode & 0o077 == 0


def test_pair_half_made_by_a_killed_process_is_completed(tmp_path: Path) -> None:
    make_development_keys(tmp_path)
    public = (tmp_path / "registry.pub.pem").read_bytes()
    (tmp_path / "registry.pub.pem").unlink()

    make_development_keys(tmp_path)

    assert (tmp_path / "registry.pub.pem").read_bytes() == public


def test_missing_private_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"registry\.key\.pem"):
        KeyRing(tmp_path, "registry")


HOSTILE = [
    "",
    ".",
    "..",
    "a.b.c",
    "é.é.é",
    f"{plain({'alg': ALGORITHM})}.{plain([])}.x",
    f"{plain({'alg': ALGORITHM})}.{plain('registry')}.x",
    f"{plain([])}.{plain({'iss': 'registry'})}.x",
    f"{plain({'alg': ALGORITHM})}.{plain({'iss': ['registry']})}.x",
    f"{plain({'alg': ALGORITHM, 'kid': {}})}.{plain({'iss': 'registry'})}.x",
    f"{plain({'alg': ALGORITHM, 'crit': ['b64'], 'b64': False})}.{plain({'iss': 'registry'})}.x",
    base64.urlsafe_b64encode(b"[" * 5000).decode() + ".e30.x",
    plain({"alg": ALGORITHM}) + "." + base64.urlsafe_b64encode(b"[" * 5000).decode() + ".x",
    "a" * 1_000_000,
]


@pytest.mark.parametrize("token", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_refused_and_breaks_nothing(
    ring: Callable[[str], KeyRing], token: str
) -> None:
    for read in (read_person_token, read_service_token):
        with pytest.raises(TokenRefused):
            read(ring("documents"), token)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(folder: Path, token: str) -> None:
    for read in (read_person_token, read_service_token):
        with pytest.raises(TokenRefused):
            read(KeyRing(folder, "documents"), token)


def test_each_call_has_its_own_id(ring: Callable[[str], KeyRing]) -> None:
    keys, actor = ring("evaluation"), person()
    made = [make_service_token(keys, callee="documents", actor=actor) for _ in range(20)]

    assert len({read_service_token(ring("documents"), token).jti for token in made}) == 20
