"""What the page of a delivery says about each proof, and what a person may do about the unknown."""

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask_babel import force_locale
from sqlalchemy import update

from services.documents.delivery import proofs
from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import OutgoingMessage
from services.documents.delivery.proofs import BadProof
from services.documents.dispatch import desk
from services.documents.dispatch.desk import KEPT
from services.documents.domain import agreement
from services.documents.domain.care import PROOF_BEHIND, VERIFIER_BUSY
from services.documents.domain.proof_faults import ProofFault, told_apart
from services.documents.models import Delivery, Proof, db
from services.documents.proof_verdicts import (
    ATTACHMENT,
    BAD,
    FACTS,
    GOOD,
    MESSAGE,
    RECORD,
    TOGETHER,
    judge_proofs,
)
from services.documents.proof_verdicts import FAULTS as VERDICT_FAULTS
from services.documents.service.work import Work
from services.documents.web import proof_words
from shared.db import transaction
from tests.documents.conftest import SENDER_LOGIN, TOWN, Simulator
from tests.documents.meanwhile import open_sender, told_of
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    DIRECTOR,
    Office,
    letter,
)
from tests.house.apps import app_of

ISDS_CHECKS = ["file", "seal", "issuer"]


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    return open_sender(simulator, tmp_path, database_url, told_of(simulator))


def delivered(office: Office) -> dict[str, Any]:
    made = office.put(letter(box=TOWN))
    office.work(3)
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    assert found["state"] == "delivered"
    return found


def verdicts(office: Office, found: dict[str, Any]) -> dict[str, tuple[str, list[str], str]]:
    with office.context():
        work = Work(db.session(), AUDITOR, office.clock)
        row = work.session.get_one(Delivery, UUID(found["id"]))
        tools = office.app.extensions["documents-tools"]
        judged = judge_proofs(work, tools, row)
        return {one.proof.kind: (one.verdict, list(one.held), one.fault) for one in judged}


def spoil(office: Office, found: dict[str, Any], kind: str, **values: Any) -> None:
    with office.context(), transaction(db.session()) as session:
        proof = session.query(Proof).filter_by(delivery_id=UUID(found["id"]), kind=kind).one()
        for name, value in values.items():
            setattr(proof, name, value)


def test_each_proof_of_a_message_passes_its_checks(sender: Office) -> None:
    found = delivered(sender)

    judged = verdicts(sender, found)
    page = sender.browser(AUDITOR).get(f"/deliveries/{found['id']}").text

    assert judged == {
        "sent_message": (GOOD, [*ISDS_CHECKS, "own_hash", "message", "attachment", "facts"], ""),
        "delivery_info": (GOOD, [*ISDS_CHECKS, "message", "together", "facts"], ""),
    }
    assert page.count("v pořádku") == 2
    assert "pečeť souhlasí s obsahem" in page
    assert "vznikne nejbližší noc" in page


def file_of(office: Office, sha256: str) -> Path:
    folder = office.app.extensions["vyzva-settings"].var / "documents" / "files"
    path: Path = folder / sha256[:2] / sha256
    path.chmod(0o600)
    return path


def test_a_proof_whose_file_was_changed_or_is_gone_is_shown_as_such(sender: Office) -> None:
    found = delivered(sender)
    kinds = {proof["kind"]: proof["sha256"] for proof in found["proofs"]}
    file_of(sender, kinds["sent_message"]).write_bytes(b"something else")
    file_of(sender, kinds["delivery_info"]).unlink()

    judged = verdicts(sender, found)
    page = sender.browser(AUDITOR).get(f"/deliveries/{found['id']}").text

    assert judged["sent_message"] == (BAD, [], "file_damaged")
    assert judged["delivery_info"] == (BAD, [], "file_missing")
    assert "má jiný obsah. Obnovte jej ze zálohy" in page
    assert "Soubor v úložišti chybí" in page


def test_a_proof_of_another_delivery_is_told_apart(sender: Office) -> None:
    mine, other = delivered(sender), delivered(sender)
    kinds = {proof["kind"]: proof["sha256"] for proof in other["proofs"]}
    spoil(sender, mine, "sent_message", sha256=kinds["sent_message"])
    spoil(sender, mine, "delivery_info", sha256=kinds["delivery_info"])

    judged = verdicts(sender, mine)

    assert judged["sent_message"] == (BAD, [*ISDS_CHECKS, "own_hash"], "message")
    assert judged["delivery_info"] == (BAD, ISDS_CHECKS, "message")


def test_what_the_database_says_of_a_proof_must_stand_in_it(sender: Office) -> None:
    found = delivered(sender)
    with sender.context():
        proof = db.session.query(Proof).filter_by(kind="delivery_info").one()
        facts = {**proof.facts, "state": 7}
    spoil(sender, found, "delivery_info", facts=facts)

    assert verdicts(sender, found)["delivery_info"][::2] == (BAD, "facts")


def test_a_message_cannot_pass_for_a_delivery_info(sender: Office) -> None:
    found = delivered(sender)
    sent = next(p for p in found["proofs"] if p["kind"] == "sent_message")
    info = next(p for p in found["proofs"] if p["kind"] == "delivery_info")
    spoil(sender, found, "sent_message", sha256="0" * 64)
    spoil(sender, found, "delivery_info", sha256=sent["sha256"])

    judged = verdicts(sender, found)

    assert info["sha256"] != sent["sha256"]
    assert judged["delivery_info"] == (BAD, ["file"], ProofFault.NO_DELIVERY_INFO)


def test_paper_says_what_a_machine_can_say_of_it(office: Office) -> None:
    office.make_key(ASSISTANT)
    made = office.put(letter())
    office.work(2)
    found = office.view(made["id"])["delivery"]
    act = {"handed_over_on": "2026-04-03", "received_by": "Jan Novák"}
    office.prove(found["id"], "hand-over", ASSISTANT, act)
    before = verdicts(office, found)
    office.sign(office.view(made["id"])["delivery"]["receipt_id"], ASSISTANT)
    office.work(2)

    assert before["hand_over"] == (GOOD, ["file", "read_by_person"], "")
    assert verdicts(office, found)["hand_over"] == (GOOD, ["file", "read_by_person", "record"], "")


@pytest.mark.one_database
def test_every_reason_of_a_bad_proof_is_a_code_that_is_raised() -> None:
    source = ast.parse(Path(proofs.__file__).read_text("utf-8"))
    raised = {
        ast.unparse(node.args[0])
        for node in ast.walk(source)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "BadProof"
    }

    assert raised == {f"ProofFault.{one.name}" for one in ProofFault}


@pytest.mark.one_database
@pytest.mark.parametrize("language", ["cs", "en", "de"])
def test_every_reason_says_what_is_wrong_and_what_to_do(language: str) -> None:
    verdicts = {MESSAGE, ATTACHMENT, TOGETHER, FACTS, RECORD}
    expected = {*ProofFault, *verdicts, *VERDICT_FAULTS.values(), *KEPT.values()}
    expected |= {told_apart(one) for one in agreement.WAYS}
    expected -= {PROOF_BEHIND, VERIFIER_BUSY}  # of a letter, not of a proof

    with app_of("documents").test_request_context(), force_locale(language):
        told = {code: proof_words.fault_words(code) for code in proof_words.FAULTS}
        wrong = {str(what) for what, _ in proof_words.FAULTS.values()}
    with app_of("documents").test_request_context(), force_locale("cs"):
        czech = {code: proof_words.fault_words(code) for code in proof_words.FAULTS}

    assert set(told) == expected
    assert len(wrong) == len(told), "each kind has a sentence of its own"
    for code, words in told.items():
        assert words.count(". ") >= 1, code
        assert (words == czech[code]) is (language == "cs"), code
        assert "_" not in words


def test_a_bad_proof_of_any_kind_is_told_and_is_no_outage(
    sender: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    kinds = list(ProofFault)
    made = [sender.put(letter(box=TOWN)) for _ in kinds]
    told = iter(kinds)

    def refuse(*_given: object, **_how: object) -> None:
        raise BadProof(next(told), "The detail is for the log.")

    with monkeypatch.context() as patched:
        patched.setattr(desk, "read_sent_proof", refuse)
        sender.work()
    with sender.context():
        rows = db.session.query(Delivery).all()
        kept = {row.last_error: (str(row.id), row.state, row.failures) for row in rows}
    pages = {
        code: sender.browser(AUDITOR).get(f"/deliveries/{found[0]}").text
        for code, found in kept.items()
    }
    with sender.context(), transaction(db.session()) as session:
        session.execute(update(Delivery).values(next_at=None))
    sender.work()

    assert set(kept) == set(kinds), "each was asked for, so nobody thought of an outage"
    assert {found[1:] for found in kept.values()} == {("sent", 1)}
    with app_of("documents").test_request_context(), force_locale("cs"):
        for code, text in pages.items():
            assert proof_words.fault_words(code) in text
            assert "Výzva si doklad vyžádá znovu sama." in text
            assert "ISDS neodpověděl" not in text
            assert "The detail" not in text
            assert ">" + code not in text
    after = [sender.view(one["id"])["delivery"] for one in made]
    assert {one["state"] for one in after} == {"delivered"}
    assert proof_words.fault_words(kinds[0]) not in (
        sender.browser(AUDITOR).get(f"/deliveries/{after[0]['id']}").text
    )


# Unknown ones.


def change(office: Office, found: dict[str, Any], **values: Any) -> None:
    with office.context(), transaction(db.session()) as session:
        row = session.get_one(Delivery, UUID(found["id"]))
        for name, value in values.items():
            setattr(row, name, value)


def lost(office: Office, simulator: Simulator, when: str = "before") -> dict[str, Any]:
    """Return a delivery whose answer was lost; on no machine is the search over by itself."""
    office.app.extensions["documents-tools"].settings.look_up_seconds = 1800
    simulator.fault("drop", params={"when": when}, times=1)
    made = office.put(letter(box=TOWN))
    office.work()
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    assert found["state"] == "unknown"
    return found


def by_hand(simulator: Simulator, reference: str, content: bytes) -> str:
    gateway = IsdsGateway(IsdsAccount(simulator.base_url, *SENDER_LOGIN))
    message = OutgoingMessage(TOWN, "Oznámení", reference, "", "Obec", "dopis.pdf", content)
    number = gateway.create_message(message).message_id
    assert number
    return number


def look(
    office: Office, found: dict[str, Any], number: str = "", why: str = "Viděl jsem ji"
) -> Any:
    data = {"message_number": number, "why": why}
    return office.browser(DIRECTOR).post(f"/deliveries/{found['id']}/look", data=data)


def view(office: Office, found: dict[str, Any]) -> dict[str, Any]:
    now: dict[str, Any] = office.view(found["document_id"])["delivery"]
    return now


def test_the_page_tells_what_is_known_and_closes_what_could_send_twice(
    sender: Office, simulator: Simulator
) -> None:
    found = lost(sender, simulator)

    page = sender.browser(DIRECTOR).get(f"/deliveries/{found['id']}").text

    for words in (
        "Odešla zpráva, nebo ne?",
        "Bez jasné odpovědi od",
        "na výsledek hledání se čeká",
    ):
        assert words in page
    assert "Nemusíte nic dělat" in page
    assert "Zapsat podání na poště" not in page
    assert "Zkusit datovou schránku znovu" not in page


def test_a_person_has_the_list_read_at_once_and_says_why(
    sender: Office, simulator: Simulator
) -> None:
    found = lost(sender, simulator, "after")
    change(sender, found, next_at=datetime.now(UTC) + timedelta(hours=5))

    without = look(sender, found, why=" ")
    done = look(sender, found)
    sender.work(3)
    page = sender.browser(DIRECTOR).get(f"/deliveries/{found['id']}").text

    assert (without.status_code, done.status_code) == (422, 303)
    assert view(sender, found)["state"] == "delivered"
    assert len(simulator.messages()) == 1
    assert "Viděl jsem ji" in page


def test_of_two_messages_a_person_names_ours(sender: Office, simulator: Simulator) -> None:
    found = lost(sender, simulator, "after")
    with sender.context():
        reference = db.session().get_one(Delivery, UUID(found["id"])).sender_reference
    ours = simulator.messages()[0]["id"]
    foreign = by_hand(simulator, reference, b"%PDF-1.7 by hand")
    sender.work(3)
    asked = view(sender, found)

    look(sender, found, foreign)
    sender.work(3)
    refused = view(sender, found)
    look(sender, found, ours)
    sender.work(3)

    assert (asked["state"], asked["reason"]) == ("needs_person", "duplicate")
    assert (refused["state"], refused["reason"], refused["message_id"]) == (
        "needs_person",
        "duplicate",
        None,
    )
    after = view(sender, found)
    assert (after["state"], after["message_id"]) == ("delivered", ours)
    assert len(simulator.messages()) == 2


def test_a_named_message_that_is_not_there_is_never_a_reason_to_send(
    sender: Office, simulator: Simulator
) -> None:
    found = lost(sender, simulator)
    sender.work(2)

    look(sender, found, "999999")
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    change(sender, found, lost_at=long_ago, lost_isds_at=long_ago, last_look_at=None)
    sender.work(4)

    after = view(sender, found)
    assert (after["state"], after["reason"]) == ("needs_person", "not_found")
    assert after["message_id"] is None
    assert simulator.messages() == []


@pytest.mark.parametrize("number", ["abc", "12 ab", "-1", "１２"])
def test_what_is_no_number_is_refused(sender: Office, simulator: Simulator, number: str) -> None:
    found = lost(sender, simulator)

    reply = look(sender, found, number)

    assert reply.status_code == 422
    assert "jsou jen číslice" in reply.text


def test_a_known_fate_is_not_looked_for(office: Office) -> None:
    made = office.put(letter())
    office.work(2)
    found = office.view(made["id"])["delivery"]

    reply = look(office, found)

    assert reply.status_code == 409
    assert "už se ví" in reply.text


def test_trying_again_needs_a_reason_and_keeps_it(office: Office) -> None:
    made = office.put(letter())
    office.work(2)
    found = office.view(made["id"])["delivery"]
    address = f"/deliveries/{found['id']}"
    browser = office.browser(DIRECTOR)

    without = browser.post(f"{address}/retry", data={})
    done = browser.post(f"{address}/retry", data={"why": "Obec si schránku zřídila"})
    office.work()

    assert (without.status_code, done.status_code) == (422, 303)
    assert "Obec si schránku zřídila" in browser.get(address).text


def test_the_outbox_begins_with_the_nearest_deadline(office: Office) -> None:
    names = {}
    for name, day in (("Pozdější", "2026-04-20"), ("Bez lhůty", None), ("Nejbližší", "2026-04-08")):
        more = {"dispatch_by": day} if day else {}
        body = letter(**more)
        body["delivery"]["recipient"]["name"] = name
        names[name] = office.put(body)
    done = letter(dispatch_by="2026-04-01")
    done["delivery"]["recipient"]["name"] = "Už předáno"
    made = office.put(done)
    office.work(4)
    handed = office.view(made["id"])["delivery"]
    act = {"handed_over_on": "2026-04-03", "received_by": "Jan Novák"}
    assert office.prove(handed["id"], "hand-over", DIRECTOR, act).status_code == 200

    page = office.browser(DIRECTOR).get("/deliveries").text

    shown = re.findall(r"<td>(Pozdější|Bez lhůty|Nejbližší|Už předáno)</td>", page)
    assert shown == ["Nejbližší", "Pozdější", "Bez lhůty", "Už předáno"]
