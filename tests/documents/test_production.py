"""A real installation: its seal, its start, and nothing of a development PKI in it (T3)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding

from services.documents import commands
from services.documents.config import DocumentsSettings
from services.documents.models import Document, db
from services.documents.signing.certificates import WARNING
from services.documents.verifying import judge
from shared.config import SettingsError, load
from shared.keys import make_development_keys

from .authorities import PASSWORD, QC_SEAL, Owner
from .offices import (
    DIRECTOR,
    NOW,
    ORGANISATION,
    OTHER_ORGANISATION,
    STRANGER,
    Office,
    open_office,
    record,
)
from .softhsm import PIN, SoftToken, make_token
from .world import World, open_world, strong_key

TOKEN, SEAL_KEY = "HSM", "Pečeť"


@pytest.fixture
def world(tmp_path: Path, socket_enabled: None) -> Iterator[World]:
    with open_world(tmp_path / "world", NOW) as opened:
        make_development_keys(tmp_path / "world" / "keys")  # the services' own, no certificates
        yield opened


def in_file(world: World, owner: Owner, name: str = "seal", **more: Any) -> dict[str, Any]:
    """Return the settings of a seal in a PKCS#12 file, its password in a file of its own."""
    store, secret = world.folder / f"{name}.p12", world.folder / f"{name}.secret"
    store.write_bytes(owner.pkcs12())
    secret.write_text(f"{PASSWORD}\n")
    return {
        "way": "pkcs12",
        "file": str(store),
        "secret_file": str(secret),
        "trusted": str(world.trusted),
        **more,
    }


def on_token(world: World, **more: Any) -> dict[str, Any]:
    secret = world.folder / "pin"
    secret.write_text(PIN)
    return {
        "way": "token",
        "token": TOKEN,
        "key": SEAL_KEY,
        "secret_file": str(secret),
        "trusted": str(world.trusted),
        **more,
    }


def production(world: World, tmp_path: Path, database_url: str, **more: Any) -> Office:
    return open_office(tmp_path / "var", database_url, **world.settings(**more))


def sealed(office: Office, rounds: int = 2) -> dict[str, Any]:
    document = office.put(record())
    office.work(rounds)
    return office.view(document["id"])


def content(office: Office, document: dict[str, Any]) -> bytes:
    return office.api("GET", f"/documents/{document['id']}/file.pdf", DIRECTOR).data


def verdict(office: Office, pdf: bytes) -> tuple[str, set[str]]:
    with office.context():
        report = judge(office.app.extensions["documents-tools"], db.session(), pdf).report
    return report.verdict.value, {item.code for item in report.findings}


def lacking(world: World, tmp_path: Path, database_url: str, **more: Any) -> str:
    with pytest.raises(SettingsError) as refused:
        production(world, tmp_path, database_url, **more)
    return str(refused.value)


@pytest.mark.parametrize("key", [None, strong_key()], ids=["P-256", "RSA-3072"])
def test_a_seal_in_a_file_seals_what_the_verifier_passes(
    world: World, tmp_path: Path, database_url: str, key: Any
) -> None:
    seal = in_file(world, world.seal(key=key))
    office = production(world, tmp_path, database_url, seals=[seal])

    document = sealed(office)

    assert document["state"] == "issued"
    pdf = content(office, document)
    assert verdict(office, pdf) == ("TOTAL-PASSED", {"revocation-unknown"})
    assert WARNING.encode().hex().encode() not in pdf.lower()
    assert not (tmp_path / "var" / "documents" / "pki").exists()


@pytest.fixture
def token(tmp_path: Path, world: World) -> SoftToken:
    made = make_token(tmp_path / "softhsm", TOKEN)
    made.put(world.seal(key=strong_key()), SEAL_KEY)
    return made


def with_token(world: World, token: SoftToken) -> dict[str, Any]:
    tokens = [{"module": str(token.module), "label": TOKEN}]
    return {"seals": [on_token(world)], "tokens": tokens}


def test_a_seal_on_a_token_seals_what_the_verifier_passes(
    world: World, tmp_path: Path, database_url: str, token: SoftToken
) -> None:
    office = production(world, tmp_path, database_url, **with_token(world, token))

    document = sealed(office)

    assert document["state"] == "issued"
    assert verdict(office, content(office, document))[0] == "TOTAL-PASSED"


def test_a_token_that_vanishes_leaves_nothing_half_issued(
    world: World, tmp_path: Path, database_url: str, token: SoftToken
) -> None:
    office = production(world, tmp_path, database_url, **with_token(world, token))
    first = sealed(office)
    token.take_away()

    waiting = sealed(office)
    token.put_back()
    with office.context():
        db.session.query(Document).update({"care_due_at": NOW})
        db.session.commit()
    office.work(2)
    later = office.view(waiting["id"])

    assert (first["state"], waiting["state"], later["state"]) == ("issued", "signed", "issued")
    assert (waiting["trouble"], waiting["issued_at"], later["trouble"]) == ("no_seal", None, None)
    assert verdict(office, content(office, later))[0] == "TOTAL-PASSED"


def test_a_token_that_is_away_at_start_stops_no_start(
    world: World, tmp_path: Path, database_url: str, token: SoftToken
) -> None:
    token.take_away()

    office = production(world, tmp_path, database_url, **with_token(world, token))

    assert office.client.get("/healthz").status_code == 200
    assert sealed(office)["state"] == "signed"


def test_a_refused_pin_is_tried_once_only(
    world: World, tmp_path: Path, database_url: str, token: SoftToken
) -> None:
    settings = with_token(world, token)
    (world.folder / "pin").write_text("000000")
    office = production(world, tmp_path, database_url, **settings)

    for _ in range(3):
        assert sealed(office)["state"] == "signed"
    right = production(world, tmp_path / "b", database_url, **with_token(world, token))

    tools = right.app.extensions["documents-tools"]
    with right.context(), tools.outfit.seals[0].key.open() as (_, der, _others):
        assert der  # the token still takes the right PIN: two tries were left to it


def test_everything_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        load(DocumentsSettings, mode="production", var=tmp_path)

    names = re.findall(r"VYZVA_(\w+):", str(refused.value))
    assert names == [
        *("SECRET_KEY", "DATABASE_URL", "KEYS", "PUBLIC_URL"),
        *("DOCUMENTS_SEALS", "DOCUMENTS_TIME_STAMPS", "DOCUMENTS_REVOCATION_HOSTS"),
    ]


def test_missing_files_are_named(world: World, tmp_path: Path, database_url: str) -> None:
    seal = {"way": "pkcs12", "file": "no.p12", "trusted": "no.pem"}
    stamps = [{"name": "A", "url": "ftp://a", "trusted": "no-tsa.pem"}]

    said = lacking(world, tmp_path, database_url, seals=[seal], time_stamps=stamps)

    for word in ("no.p12", "no.pem", "password or PIN is missing", "ftp://a", "no-tsa.pem"):
        assert word in said


def test_a_wrong_password_and_a_strange_file_are_named(
    world: World, tmp_path: Path, database_url: str
) -> None:
    wrong, strange = (in_file(world, world.seal(), name) for name in ("wrong", "strange"))
    (world.folder / "wrong.secret").write_text("jiné heslo")
    (world.folder / "strange.p12").write_bytes(b"nothing of the kind")

    said = lacking(world, tmp_path, database_url, seals=[wrong, strange])

    assert said.count("is no PKCS#12 file, or its password is another one") == 2
    assert "jiné heslo" not in said
    assert PASSWORD not in said


def test_a_certificate_that_cannot_seal_is_named(
    world: World, tmp_path: Path, database_url: str
) -> None:
    with open_world(tmp_path / "elsewhere", NOW) as elsewhere:
        seals = [
            in_file(world, world.person("Jan Novák"), "person"),
            in_file(world, elsewhere.seal("Cizí pečeť"), "foreign"),
        ]

    said = lacking(world, tmp_path, database_url, seals=seals)

    assert "the certificate Jan Novák is not for sealing" in said
    assert "No way leads from the seal's certificate" in said


def test_the_command_tries_seals_and_time_stamps(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = in_file(world, world.issue("Prošlá", statements=QC_SEAL, days=-1), "ended")
    seals = [in_file(world, world.seal()), ended]
    for name, value in {**world.settings(seals=seals), "database_url": "sqlite:///a"}.items():
        text = json.dumps(value) if isinstance(value, list) else str(value)
        monkeypatch.setenv(f"VYZVA_{name.upper()}", text)
    monkeypatch.setenv("VYZVA_VAR", str(tmp_path))

    with time_machine.travel(NOW, tick=False):
        both = CliRunner().invoke(commands.seals, ["check"])
        world.has_stamps = False
        worse = CliRunner().invoke(commands.seals, ["check"])

    assert both.exit_code == worse.exit_code == 1
    assert "seal 2: the certificate Prošlá holds from" in both.output
    assert "Vyzkoušeno 3, s chybou 1." in both.output
    assert "503" in worse.output


def test_a_seal_of_nobody_named_serves_one_organisation_only(
    world: World, tmp_path: Path, database_url: str
) -> None:
    office = production(world, tmp_path, database_url, seals=[in_file(world, world.seal())])
    assert sealed(office)["state"] == "issued"

    office.service("PUT", f"/documents/{STRANGER.person_id}", record(), STRANGER)
    second = office.put(record())
    office.work(2)

    assert office.view(second["id"])["state"] == "signed"


def test_each_organisation_seals_with_its_own(
    world: World, tmp_path: Path, database_url: str
) -> None:
    seals = [
        in_file(world, world.seal("Pečeť A"), "a", organisation=str(ORGANISATION)),
        in_file(world, world.seal("Pečeť B"), "b", organisation=str(OTHER_ORGANISATION)),
    ]
    office = production(world, tmp_path, database_url, seals=seals)
    office.service("PUT", f"/documents/{STRANGER.person_id}", record(), STRANGER)

    own = sealed(office)

    assert "Pečeť A".encode().hex().encode() in content(office, own).lower()
    their = office.api("GET", f"/documents/{STRANGER.person_id}/file.pdf", STRANGER).data
    assert "Pečeť B".encode().hex().encode() in their.lower()


def test_a_new_seal_takes_over_and_old_documents_stay_valid(
    world: World, tmp_path: Path, database_url: str
) -> None:
    old = in_file(world, world.seal("Stará pečeť"), "old")
    new = in_file(world, world.seal("Nová pečeť"), "new", since="2026-04-04")
    office = production(world, tmp_path, database_url, seals=[new, old])
    before = content(office, sealed(office))

    office.clock.move_to(NOW.replace(day=4))
    world.stamps.app.at_time = lambda _request: office.clock.now()
    after = content(office, sealed(office))

    assert "Stará pečeť".encode().hex().encode() in before.lower()
    assert "Nová pečeť".encode().hex().encode() in after.lower()
    assert [verdict(office, one)[0] for one in (before, after)] == ["TOTAL-PASSED"] * 2


def development(tmp_path: Path, database_url: str) -> Office:
    return open_office(tmp_path / "dev", database_url)


def test_a_development_authority_is_refused_wherever_it_is_named(
    world: World, tmp_path: Path, database_url: str
) -> None:
    pki = development(tmp_path, database_url).app.extensions["documents-tools"].pki
    root = tmp_path / "root.pem"
    root.write_bytes(pki._root.certificate.public_bytes(Encoding.PEM))
    made = pki._seal_of(ORGANISATION, "MAS")
    own = Owner(made.certificate, made.key, (pki._issuer.certificate, pki._root.certificate))
    stamps = [{"name": "A", "url": f"{world.url}/a", "trusted": str(root)}]
    seals = [in_file(world, own, "dev"), in_file(world, own, "both", trusted=str(root))]
    more = {"seals": seals, "time_stamps": stamps, "accepted_authorities": root}

    said = lacking(world, tmp_path, database_url, former_authorities=root, **more)

    assert said.count("no legal effect") == 5, said


def test_a_document_of_development_passes_nowhere_in_production(
    world: World, tmp_path: Path, database_url: str
) -> None:
    pdf = content(office := development(tmp_path, database_url), sealed(office))
    assert verdict(office, pdf)[0] == "TOTAL-PASSED"

    real = production(world, tmp_path, database_url, seals=[in_file(world, world.seal())])
    told, codes = verdict(real, pdf)

    assert told == "TOTAL-FAILED"  # the same database: production calls it one of its own
    assert "development-certificate" in codes


def test_what_was_signed_in_development_is_never_sealed_in_production(
    world: World, tmp_path: Path, database_url: str
) -> None:
    office = development(tmp_path, database_url)
    office.make_key(DIRECTOR)
    document = office.put(record(DIRECTOR))
    assert office.sign(document["id"], DIRECTOR).status_code < 300

    real = production(world, tmp_path, database_url, seals=[in_file(world, world.seal())])
    real.work(2)

    assert real.view(document["id"])["state"] == "signed"


def test_a_key_of_development_signs_nothing_in_production_and_none_is_made(
    world: World, tmp_path: Path, database_url: str
) -> None:
    office = development(tmp_path, database_url)
    office.make_key(DIRECTOR)
    real = production(world, tmp_path, database_url, seals=[in_file(world, world.seal())])
    document = real.put(record(DIRECTOR))

    signed = real.sign(document["id"], DIRECTOR)
    made = real.api("POST", "/signing-key", STRANGER, {"signing_secret": "kůň-v-zahradě-9"})

    assert (signed.status_code, signed.json["type"].rpartition(":")[2]) == (
        409,
        "keys-not-made-here",
    )
    assert made.status_code == 409
    assert real.client.get("/api/v1/pki/root.cer").status_code == 404
