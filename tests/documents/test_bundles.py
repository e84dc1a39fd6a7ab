"""Evidence bundles: asked for, made in slices, opened by programs that are not ours."""

import csv
import hashlib
import io
import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import html5lib
import pytest
from click.testing import CliRunner
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from services.documents.acts import Bench
from services.documents.adapters.files import FileDamaged
from services.documents.bundling.maker import Bounds, BundleMaker
from services.documents.bundling.making import open_bindery, write_bundle
from services.documents.commands import files as files_command
from services.documents.evidence.containers import BadContainer, ContainerReader
from services.documents.models import Audit, Bundle, BundlePiece, db
from services.documents.service import bundle_making
from services.documents.service.work import worker_actor
from services.documents.signing.port import SigningUnavailable
from services.documents.tools import Tools
from shared.clock import SystemClock
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    DIRECTOR,
    ORGANISATION,
    SCAN,
    STRANGER,
    Office,
    letter,
    open_office,
    record,
)
from tests.validators import dss
from tests.validators.exhibits import Exhibit, Trust

CASE, CALL, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
MOST = 100_000_000


def wanted(**changes: Any) -> dict[str, Any]:
    deadline = {
        "what": {"cs": "Oznámení o kontrole", "en": "Notice of control"},
        "about": "8/012",
        "source": "R36",
        "direction": "at_most",
        "due": "2026-04-10",
        "done": "2026-04-03",
    }
    present = {"what": {"cs": "Kontrolní list"}, "about": "8/012", "requirement": "R97 (3)"}
    missing = {
        "what": {"cs": "Zápis", "en": "Minutes"},
        "about": "8/012",
        "requirement": "R97 (7)",
        "missing": {"cs": "Nebyl podepsán.", "en": "It was not signed."},
    }
    part = {
        "name": "facts/8-012.json",
        "title": "Údaje žádosti 8/012",
        "media_type": "application/json",
        "text": '{"number": "8/012"}',
    }
    body = {
        "kind": "case",
        "title": "Žádost 8/012",
        "call_id": str(CALL),
        "case_ids": [str(CASE)],
        "parts": [part],
        "deadlines": [deadline],
        "expected": [present, missing],
    }
    return {**body, **changes}


def ask(office: Office, body: dict[str, Any] | None = None, key: UUID | None = None) -> Any:
    reply = office.service("PUT", f"/bundles/{key or uuid4()}", body or wanted())
    assert reply.status_code == 200, reply.json
    return reply.json


def signed(office: Office, **more: Any) -> dict[str, Any]:
    made = office.put(record(DIRECTOR, case_id=str(CASE), call_id=str(CALL), **more))
    assert office.sign(made["id"], DIRECTOR).status_code == 201
    return made


def posted(office: Office) -> dict[str, Any]:
    """Return a letter that was posted with a slip."""
    made = office.put({**letter(), "case_id": str(CASE), "call_id": str(CALL)})
    office.work(2)
    delivery = office.view(made["id"])["delivery"]["id"]
    sent = {"posted_on": "2026-04-03", "tracking_number": "RR123456785CZ"}
    assert office.prove(delivery, "posting", ASSISTANT, sent).status_code == 200
    return made


def test_the_papers_of_calls_are_counted(office: Office) -> None:
    office.make_key(DIRECTOR)
    posted(office)
    signed(office)
    gone = office.put(record(DIRECTOR, call_id=str(CALL)))
    cancelled = office.service("POST", f"/documents/{gone['id']}/cancellation", {"reason": "Omyl"})
    office.put(record(call_id=str(OTHER)))
    asked = f"{OTHER},{CALL},{UUID(int=99)}"

    found = office.service("GET", "/call-papers", call_ids=asked).json["items"]
    foreign = office.service("GET", "/call-papers", actor=STRANGER, call_ids=asked).json["items"]

    assert cancelled.status_code == 200
    names = "call_id", "documents", "issued", "deliveries", "delivered"
    assert [tuple(one[name] for name in names) for one in found] == [
        (str(OTHER), 1, 0, 0, 0),
        (str(CALL), 2, 1, 1, 0),
        (str(UUID(int=99)), 0, 0, 0, 0),
    ]
    assert {one["documents"] for one in foreign} == {0}
    assert office.service("GET", "/call-papers", call_ids="x").status_code == 422
    assert office.api("GET", "/call-papers", ASSISTANT, call_ids=asked).status_code == 403


def test_the_facts_of_a_large_call_are_let_in_and_nothing_else_so_long(office: Office) -> None:
    text = json.dumps({"slova": "Údaje projektu. " * 1_600_000}, ensure_ascii=False)
    part = {"name": "facts/a.json", "title": "A", "media_type": "application/json", "text": text}

    asked = ask(office, wanted(parts=[part]))
    other = office.service("PUT", f"/documents/{uuid4()}", record(title=text))
    by_person = office.api("PUT", f"/bundles/{uuid4()}", DIRECTOR, wanted(parts=[part]))

    assert len(text.encode()) > 21 * 1024 * 1024
    assert asked["state"] == "waiting"
    assert (other.status_code, by_person.status_code) == (413, 403)


def fetch(office: Office, bundle_id: str) -> TestResponse:
    return office.api("GET", f"/bundles/{bundle_id}/file", AUDITOR)


def opened(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def full(
    tmp_path_factory: pytest.TempPathFactory, module_database_url: str
) -> tuple[Office, dict[str, bytes]]:
    """Give an office with a bundle of two documents, one of them posted; tests only read it."""
    office = open_office(tmp_path_factory.mktemp("full") / "var", module_database_url)
    office.make_key(DIRECTOR)
    signed(office)
    posted(office)
    office.put(record(DIRECTOR, case_id=str(OTHER)))
    office.work(3)
    office.clock.move_to(office.clock.now() + timedelta(days=1))
    office.work()
    bundle = ask(office)
    office.work(3)
    reply = fetch(office, bundle["id"])
    assert reply.status_code == 200, reply.json
    return office, opened(reply.data)


def test_a_bundle_holds_documents_facts_proofs_and_tables(
    full: tuple[Office, dict[str, bytes]],
) -> None:
    _, files = full
    pdfs = sorted(name for name in files if name.endswith(".pdf") and name.startswith("doc"))

    # A night later each has its archival revision, beside the file that was issued.
    assert sorted(name.rpartition("0000")[2] for name in pdfs) == [
        *("1.issued.pdf", "1.pdf"),
        *("2.issued.pdf", "2.pdf"),
    ]
    assert all(files[name].startswith(b"%PDF") for name in pdfs)
    facts = json.loads(files[pdfs[1].replace(".pdf", ".json")])
    assert facts["facts"] == {"application": "8/012"}
    assert facts["signers"][0]["name"] == DIRECTOR.name
    (delivery,) = json.loads(files["deliveries.json"])
    (proof,) = delivery["proofs"]
    assert files[proof["name"]] == SCAN
    verdict = json.loads(files[pdfs[1].replace("documents/", "verification/")[:-3] + "json"])
    assert verdict["verdict"] == "TOTAL-PASSED", verdict["findings"]
    assert any(name.startswith("log/documents-001") for name in files)
    assert files["facts/8-012.json"] == b'{"number": "8/012"}'
    assert files["trust/documents.pem"].startswith(b"-----BEGIN CERTIFICATE")


def test_an_item_that_came_back_is_told_with_its_number(office: Office) -> None:
    delivery = office.view(posted(office)["id"])["delivery"]
    path, back = f"/deliveries/{delivery['id']}/return", {"returned_on": "2026-04-03"}
    assert office.api("POST", path, DIRECTOR, back).status_code == 200
    bundle = ask(office, wanted(kind="call", case_ids=[]))
    office.work(2)

    files = opened(fetch(office, bundle["id"]).data)

    (told,) = json.loads(files["deliveries.json"])
    assert told["tracking_number"] is None
    (item,) = told["posted_items"]
    assert (item["tracking_number"], item["posted_on"]) == ("RR123456785CZ", "2026-04-03")
    assert item["recipient_name"] == delivery["recipient_name"]
    assert item["outcomes"] == [{"outcome": "returned", "day": "2026-04-03"}]


def test_the_tables_tell_deadlines_with_margins_and_what_is_missing(
    full: tuple[Office, dict[str, bytes]],
) -> None:
    _, files = full
    (deadline,) = csv.DictReader(io.StringIO(files["deadlines.csv"].decode("utf-8-sig")))
    records = list(csv.DictReader(io.StringIO(files["missing.csv"].decode("utf-8-sig"))))

    assert (deadline["margin_days"], deadline["verdict"]) == ("7", "kept")
    assert deadline["judged_on"] == json.loads(files["index.json"])["deadlines_judged_on"]
    assert [one["missing_because"] for one in records] == ["", "Nebyl podepsán."]


def test_the_index_names_every_file_with_its_hash(full: tuple[Office, dict[str, bytes]]) -> None:
    _, files = full
    index = json.loads(files["index.json"])
    listed = {one["name"]: one["sha256"] for one in index["files"]}
    own = {"mimetype", "index.json", "index.html", "index.en.html", "index.de.html"}
    rest = {name for name in files if not name.startswith("META-INF/")} - own

    assert listed == {name: hashlib.sha256(files[name]).hexdigest() for name in rest}
    assert [one["requirement"] for one in index["missing"]] == ["R97 (7)"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("index.html", ("1 z 2 očekávaných", "Nebyl podepsán.", "Zápis", "5 pracovních dnů")),
        ("index.en.html", ("1 of 2 expected", "It was not signed.", "Minutes", "5 working days")),
        ("index.de.html", ("1 von 2 erwarteten", "Nebyl podepsán.", "Zápis", "5 Arbeitstagen")),
    ],
)
def test_the_index_is_strict_html_in_three_languages_without_a_network(
    full: tuple[Office, dict[str, bytes]], name: str, words: tuple[str, ...]
) -> None:
    page = full[1][name].decode()

    html5lib.HTMLParser(strict=True).parse(page)
    assert all(word in page for word in words)
    assert re.findall("<dt>(.*?)</dt>", page) == ["R36", "R97"]
    for place in ("missing", "deadlines", "documents", "more"):
        assert page.count(f'href="#{place}"') == page.count(f' id="{place}"') == 1
    assert "http" not in page and "<script" not in page


def test_openssl_believes_the_seal(full: tuple[Office, dict[str, bytes]], tmp_path: Path) -> None:
    office, files = full
    manifest, seal = tmp_path / "manifest", tmp_path / "seal"
    manifest.write_bytes(files["META-INF/ASiCManifest001.xml"])
    seal.write_bytes(files["META-INF/signature001.p7s"])
    (tmp_path / "root.pem").write_bytes(files["trust/documents.pem"])
    command = ["openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER"]
    command += ["-in", str(seal), "-content", str(manifest), "-out", "/dev/null"]
    command += ["-CAfile", str(tmp_path / "root.pem"), "-purpose", "any"]
    command += ["-attime", str(int(office.clock.now().timestamp()))]

    good = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    manifest.write_bytes(manifest.read_bytes().replace(b"facts/", b"fakts/", 1))
    bad = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)

    assert good.returncode == 0, good.stderr
    assert bad.returncode != 0


def test_eu_dss_passes_the_seal_and_every_evidence_record(
    full: tuple[Office, dict[str, bytes]], judges: list[str], tmp_path: Path
) -> None:
    if "EU DSS" not in judges:
        pytest.skip("EU DSS is not installed")
    office, files = full
    bundle = tmp_path / "bundle.asice"
    with zipfile.ZipFile(bundle, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    tools: Tools = office.app.extensions["documents-tools"]
    (tmp_path / "root.der").write_bytes(tools.trust_anchors[0])
    at, lists = office.clock.now(), []
    for name in ("root", "issuer"):
        lists.append(tmp_path / f"{name}.crl")
        lists[-1].write_bytes(tools.pki.crl(name, at))
    trust = Trust((tmp_path / "root.der",), tuple(lists), at + timedelta(minutes=1))

    records = sum(name.endswith(".ers") for name in files)
    (verdict,) = dss.judge([Exhibit(bundle, signatures=1, records=records)], trust)

    assert records
    assert verdict.passed, str(verdict)


def test_whichever_part_is_changed_the_reader_sees_it(
    full: tuple[Office, dict[str, bytes]],
) -> None:
    """The manifest itself is under the seal, the records under their time stamps."""
    _, files = full
    names = [name for name in files if not name.endswith(("p7s", "ers", "ASiCManifest001.xml"))]
    assert len(names) > 15
    for name in names:
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for other, content in files.items():
                archive.writestr(other, _flipped(content) if other == name else content)
        with pytest.raises(BadContainer), ContainerReader(target, most_bytes=MOST) as reader:
            list(reader.parts())
            list(reader.records())


def _flipped(content: bytes) -> bytes:
    """Return the content with one bit changed, in the middle of what carries its meaning."""
    at = content.find(b"DigestValue>") + len(b"DigestValue>")
    at = at if at > len(b"DigestValue>") else len(content) // 2
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_evidence_records_stand_beside_what_they_prove(
    full: tuple[Office, dict[str, bytes]],
) -> None:
    """A night has passed since the documents were issued, so each kept file has its record."""
    _, files = full
    described = [files[name].decode() for name in files if "EvidenceRecordManifest" in name]

    kept = [name for name in files if name.endswith(".pdf")]
    assert len(kept) == 2 * 2 + 1
    for name in kept:
        assert sum(f'URI="{name}"' in one for one in described) == 1


def test_a_bundle_asked_for_twice_is_one_and_another_request_is_refused(office: Office) -> None:
    key = uuid4()

    assert ask(office, key=key) == ask(office, key=key)
    reply = office.service("PUT", f"/bundles/{key}", wanted(title="Jiná"))
    assert (reply.status_code, reply.json["type"].rpartition(":")[2]) == (409, "bundle-id-reused")
    other = office.service("PUT", f"/bundles/{key}", wanted(), actor=STRANGER)
    assert other.status_code == 404


def test_asking_making_and_every_download_stay_in_the_trail(office: Office) -> None:
    bundle = ask(office)
    assert fetch(office, bundle["id"]).status_code == 409
    office.work(2)
    office.browser(DIRECTOR).get(f"/bundles/{bundle['id']}/file")
    fetch(office, bundle["id"])

    with office.context():
        query = select(Audit.act, Audit.actor_name).where(Audit.subject_type == "bundle")
        found = db.session.execute(query.order_by(Audit.recorded_at)).all()
    assert [act for act, _ in found] == ["ask_for", "make", *["begin_download"] * 2]
    assert [name for _, name in found][2:] == [DIRECTOR.name, AUDITOR.name]


def made(office: Office) -> str:
    """Return a bundle of many pieces."""
    office.make_key(DIRECTOR)
    for _ in range(2):
        signed(office)
    office.work(2)
    bundle = ask(office)
    with office.context():
        maker = _maker(office, Bounds(octets=1))
        while maker.run_once():
            pass
    assert office.service("GET", f"/bundles/{bundle['id']}").json["state"] == "ready"
    return str(bundle["id"])


def swap_two(pieces: list[BundlePiece], _bundle: Bundle) -> None:
    first, second = pieces[0].sha256, pieces[1].sha256
    pieces[0].sha256, pieces[1].sha256 = second, first


def leave_one_out(pieces: list[BundlePiece], _bundle: Bundle) -> None:
    db.session.delete(pieces[-1])


def put_another_and_tell_its_hash(pieces: list[BundlePiece], bundle: Bundle) -> None:
    """Whoever may write into the database changes the row of the bundle as well."""
    for piece in pieces[1:]:
        db.session.delete(piece)
    bundle.hash = pieces[0].sha256


@pytest.mark.parametrize("change", [swap_two, leave_one_out, put_another_and_tell_its_hash])
def test_a_finished_bundle_of_other_pieces_is_refused_and_named_by_the_check(
    office: Office, monkeypatch: pytest.MonkeyPatch, change: Callable[..., None]
) -> None:
    settings = office.app.extensions["vyzva-settings"]
    monkeypatch.setenv("VYZVA_VAR", str(settings.var))
    monkeypatch.setenv("VYZVA_DATABASE_URL", settings.database_url)
    key = made(office)
    whole = fetch(office, key)
    assert CliRunner().invoke(files_command, ["check"]).exit_code == 0
    with office.context():
        bundle = db.session.get_one(Bundle, UUID(key))
        assert len(bundle.pieces) > 2
        change(list(bundle.pieces), bundle)
        db.session.commit()

    refused = fetch(office, key)
    page = office.browser(DIRECTOR).get(f"/bundles/{key}/file")
    checked = CliRunner().invoke(files_command, ["check"])

    assert (whole.status_code, refused.status_code, page.status_code) == (200, 500, 500)
    assert refused.json["type"].endswith(":bundle-changed")
    assert "není ten, který byl vytvořen" in page.text
    assert (checked.exit_code, f"ZMĚNĚNÝ DŮKAZNÍ BALÍČEK: {key}" in checked.output) == (1, True)
    with office.context():
        acts = db.session.scalars(select(Audit.act).where(Audit.subject_type == "bundle"))
        assert list(acts).count("refuse_download") == 2


def read_pieces(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which every file is added that is read from the store."""
    store, read = office.app.extensions["documents-tools"].files, list[str]()
    get = store.get

    def noted(sha256: str) -> bytes:
        read.append(sha256)
        content: bytes = get(sha256)
        return content

    monkeypatch.setattr(store, "get", noted)
    return read


def pieces_and_acts(office: Office, key: str) -> tuple[list[str], list[str]]:
    with office.context():
        pieces = [one.sha256 for one in db.session.get_one(Bundle, UUID(key)).pieces]
        acts = db.session.scalars(select(Audit.act).where(Audit.subject_id == UUID(key)))
        return pieces, [act for act in acts if "download" in act]


def test_a_bundle_is_read_once_while_it_leaves(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = made(office)
    read = read_pieces(office, monkeypatch)

    reply = office.browser(AUDITOR).get(f"/bundles/{key}/file")
    pieces, acts = pieces_and_acts(office, key)
    before, content = list(read), reply.data

    assert len(pieces) > 2
    assert before == pieces[:1], "the answer begins before the rest is read"
    assert read == pieces
    assert acts == ["begin_download"]
    assert len(content) == reply.content_length
    told = office.service("GET", f"/bundles/{key}").json
    assert hashlib.sha256(content).hexdigest() == told["sha256"]


def test_who_asks_for_the_head_of_a_bundle_takes_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = made(office)
    read = read_pieces(office, monkeypatch)

    heads = [
        office.api("HEAD", f"/bundles/{key}/file", AUDITOR),
        office.browser(DIRECTOR).head(f"/bundles/{key}/file"),
    ]

    _, acts = pieces_and_acts(office, key)
    assert [one.status_code for one in heads] == [200, 200]
    assert {one.content_length for one in heads} == {len(fetch(office, key).data)}
    assert (acts, [one.data for one in heads]) == ([], [b"", b""])
    assert len(read) == len(pieces_and_acts(office, key)[0]), "by the one download"


@pytest.mark.parametrize("place", [0, -1])
def test_a_finished_bundle_with_a_damaged_piece_never_leaves_whole(
    office: Office, place: int
) -> None:
    """A damaged beginning is a refusal; later the download breaks off before the damage."""
    key = made(office)
    pieces, _ = pieces_and_acts(office, key)
    damaged = pieces[place]
    var = office.app.extensions["vyzva-settings"].var
    (var / "documents" / "files" / damaged[:2] / damaged).write_bytes(b"other bytes")

    reply = fetch(office, key)

    if place == 0:
        assert (reply.status_code, reply.json["type"]) == (500, "urn:vyzva:problem:bundle-changed")
        assert pieces_and_acts(office, key)[1] == ["refuse_download"]
    else:
        came: list[bytes] = []
        with pytest.raises(FileDamaged):
            came.extend(reply.iter_encoded())
        assert len(b"".join(came)) < (reply.content_length or 0)


def test_only_director_and_auditor_of_the_organisation_get_it(office: Office) -> None:
    bundle = ask(office)
    office.work(2)
    path = f"/bundles/{bundle['id']}"

    assert office.api("GET", f"{path}/file", ASSISTANT).status_code == 403
    assert office.browser(ASSISTANT).get(f"{path}/file").status_code == 403
    assert office.api("GET", f"{path}/file", STRANGER).status_code == 404
    assert office.api("GET", "/bundles", STRANGER).json["total"] == 0
    assert office.api("GET", "/bundles", AUDITOR, subject_id=str(CASE)).json["total"] == 1
    assert office.api("GET", "/bundles", AUDITOR, subject_id=str(OTHER)).json["total"] == 0


def test_what_the_store_lost_is_told_and_stops_nothing(office: Office) -> None:
    office.make_key(DIRECTOR)
    made = signed(office)
    office.work(2)
    kept = office.view(made["id"])["sha256"]
    path = office.app.extensions["vyzva-settings"].var / "documents" / "files" / kept[:2] / kept
    path.write_bytes(b"%PDF damaged")
    bundle = ask(office)
    office.work(2)

    files = opened(fetch(office, bundle["id"]).data)

    (trouble,) = json.loads(files["index.json"])["troubles"]
    assert (trouble["what"], trouble["sha256"]) == ("damaged", kept)
    assert trouble["name"] not in files and trouble["name"] in files["index.html"].decode()


def _maker(office: Office, bounds: Bounds | None = None) -> BundleMaker:
    tools: Tools = office.app.extensions["documents-tools"]
    return BundleMaker(db.session, tools, slice_seconds=0, bounds=bounds)


def test_a_worker_that_was_killed_is_followed_by_another(office: Office) -> None:
    office.make_key(DIRECTOR)
    for _ in range(3):
        signed(office)
    office.work(2)
    bundle = ask(office)
    with office.context():
        killed, next_one = _maker(office), _maker(office)
        for _ in range(2):  # judged, then put in
            killed.run_once()
        assert next_one.run_once() == 0  # the lease stands
        shown = office.service("GET", f"/bundles/{bundle['id']}").json
        assert (shown["state"], shown["done"], shown["total"]) == ("making", 1, 3)
        _end_lease()

        while next_one.run_once():
            pass
        while killed.run_once():  # it was only asleep: what it made does not count
            pass

        (made,) = db.session.execute(select(Audit).where(Audit.act == "make")).all()
    shown = office.service("GET", f"/bundles/{bundle['id']}").json
    assert (shown["state"], shown["done"], made[0].details["sha256"]) == (
        "ready",
        3,
        shown["sha256"],
    )
    assert len(opened(fetch(office, bundle["id"]).data)) > 12
    unfinished = office.app.extensions["vyzva-settings"].var / "documents" / "unfinished"
    assert list(unfinished.iterdir()) == []


def _end_lease() -> None:
    ended = SystemClock().now().replace(year=2020)
    db.session.execute(update(Bundle).values(leased_until=ended))
    db.session.commit()


def test_without_a_time_stamp_the_bundle_waits_and_then_fails(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle = ask(office)
    tools: Tools = office.app.extensions["documents-tools"]

    def unavailable(*_given: Any) -> bytes:
        raise SigningUnavailable("no time stamp")

    with office.context(), monkeypatch.context() as patch:
        patch.setattr(tools.seal, "seal_data", unavailable)
        maker = _maker(office)
        while maker.run_once():
            pass
        row = db.session.get_one(Bundle, UUID(bundle["id"]), populate_existing=True)
        assert (row.state, row.last_error) == ("making", "SigningUnavailable: no time stamp")
        row.attempts, row.next_at = 59, row.next_at.replace(year=2020)
        db.session.commit()
        while maker.run_once():
            pass
    shown = office.service("GET", f"/bundles/{bundle['id']}").json
    assert (shown["state"], shown["trouble"]) == ("failed", "seal-unavailable")
    assert [_words(office, bundle, language) for language in ("cs", "en", "de")] == [
        "Pečeť organizace nebo její časové razítko teď není k dispozici.",
        "The organisation's seal or its time stamp cannot be had now.",
        "Das Siegel der Organisation oder sein Zeitstempel ist jetzt nicht verfügbar.",
    ]


def _words(office: Office, bundle: dict[str, Any], language: str) -> str:
    """Return what the API tells in a language about what went wrong."""
    headers = {
        "Authorization": f"Bearer {office.person_token(AUDITOR)}",
        "Accept-Language": language,
    }
    reply = office.app.test_client().get(f"/api/v1/bundles/{bundle['id']}", headers=headers)
    words: str = reply.json["trouble_words"] if reply.json else ""
    return words


def test_nothing_is_open_between_two_steps(office: Office) -> None:
    """A step that held a transaction would block the other tasks of the worker."""
    office.make_key(DIRECTOR)
    signed(office)
    office.work(2)
    ask(office)
    with office.context():
        tools: Tools = office.app.extensions["documents-tools"]
        bench = Bench(db.session, tools, worker_actor(ORGANISATION))
        claim = bundle_making.claim_bundle(
            bench.work(db.session()), db.session.scalars(select(Bundle.id)).one()
        )
        db.session.commit()
        assert claim is not None
        bindery = open_bindery(bench, claim, io.BytesIO(), b"key")
        assert bindery is not None
        for _ in write_bundle(bindery):
            assert not db.session().in_transaction()
