"""R55, R100: every act about a call carries the version of the regulation that the call pins."""

import ast
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select

from services.registry.models import Audit, db
from tests.house.tree import ROOT

from .office import Office, application, czk, expect, fiches, plan, prague
from .test_drawdown import resolve

SUBJECTS = ("call", "application", "received_list")
BEFORE_A_REGULATION = {"create_call"}
"""A call begins without one; it is chosen with its plan."""


def acts_in_source() -> set[str]:
    """Return the acts that use cases about a call leave in the audit trail."""
    found: set[str] = set()
    for file in sorted((ROOT / "services/registry/service").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr != "audit" or not isinstance(node.args[1], ast.Tuple):
                continue
            act, kind = node.args[0], node.args[1].elts[0]
            if isinstance(kind, ast.Constant) and kind.value in SUBJECTS:
                named = isinstance(act, ast.Constant)
                found |= {str(act.value)} if named else {"approve_allocation", "return_allocation"}
    return found


def play_everything(office: Office) -> UUID:
    """Do every act about one call, its applications and its list."""
    call_id = office.draft_call()
    office.director.put(f"/calls/{call_id}/deadlines", {"deadlines": None})
    regulation_id = UUID(office.director.get(f"/calls/{call_id}")["regulation_id"])
    mistaken = uuid4()
    office.assistant.put(f"/calls/{mistaken}", {"number": 9, "title": "Omyl"})
    office.assistant.put(f"/calls/{mistaken}/plan", plan(9, regulation_id))
    office.assistant.post(f"/calls/{mistaken}/discarding")
    decide(office, call_id, "returned")
    decide(office, call_id, "approved")
    office.director.post(f"/calls/{call_id}/reopening")
    office.assistant.put(f"/calls/{call_id}/plan", plan(8, regulation_id))
    office.assistant.put(f"/calls/{call_id}/fiches", fiches())
    decide(office, call_id, "approved")
    office.director.post(f"/calls/{call_id}/announcement")
    office.director.post(f"/calls/{call_id}/text-document")
    early = {**application(call_id), "record_refusal": True}
    office.registrar.put(f"/applications/{uuid4()}", early)
    office.move_to(prague(20, 5, 10))
    change = {
        "new_at": (prague(18, 6, 16) + timedelta(days=7)).isoformat(),
        "new_place": "Sokolovna",
        "reason": "Havárie",
        "actor_name": "",
    }
    office.assistant.put(f"/calls/{call_id}/presentation-changes/{uuid4()}", change)
    paid = take_in(office, call_id)
    office.move_to(prague(1, 6))
    office.run_worker()
    list_id = uuid4()
    made = office.assistant.put(f"/received-lists/{list_id}", {"call_id": str(call_id)})
    office.documents.sign(made["received_list"]["document_id"], office.organisation_id)
    office.run_worker()
    office.assistant.post(f"/received-lists/{list_id}/publication")
    office.move_to(prague(30, 6))
    office.registrar.post(f"/applications/{paid}/withdrawal", {"reason": "Rozmyslel se."})
    resolve(office, call_id, {paid: ("rejected", 0)})
    return regulation_id


def decide(office: Office, call_id: UUID, outcome: str) -> None:
    recommendation = {"amount": czk(8_890_000), "reason": "Podle čerpání SPL."}
    office.director.post(f"/calls/{call_id}/allocation-recommendation", recommendation)
    day = office.clock.today().isoformat()
    decision = {"outcome": outcome, "decided_on": day, "note": "Usneseno."}
    office.committee.post(f"/calls/{call_id}/allocation-decision", decision)


def take_in(office: Office, call_id: UUID) -> UUID:
    """Receive an application, correct it, refuse it, receive it again and register it."""
    application_id = office.submit(call_id)
    path = f"/applications/{application_id}"
    body = application(call_id, title="Naučná stezka II")
    facts = {key: body[key] for key in body if key not in ("call_id", "submission")}
    version = office.registrar.get(path)["version"]
    expect(office.registrar.call("PATCH", path, {**facts, "version": version}), 200)
    file_id = expect(office.registrar.upload(application_id, "photo"), 201)["id"]
    assert office.registrar.call("DELETE", f"{path}/files/{file_id}").status_code == 204
    office.registrar.put(f"{path}/preliminary-check", {"findings": "Chybí razítko."})
    office.director.post(f"{path}/refusal", {"reasons": ["Chybí razítko."]})
    again = {"channel": "in_person", "submitter_name": "Petr Novák"}
    office.registrar.post(f"{path}/resubmission", again)
    office.complete(application_id)
    office.director.post(f"{path}/registration", office.seen(application_id))
    return application_id


def test_r55_every_act_about_a_call_carries_the_version_of_its_regulation(office: Office) -> None:
    regulation_id = play_everything(office)

    with office.app.app_context():
        entries = list(db.session.scalars(select(Audit).where(Audit.subject_type.in_(SUBJECTS))))
        assert {entry.act for entry in entries} == acts_in_source()
        without = {entry.act for entry in entries if "regulation_id" not in entry.details}
        assert without == BEFORE_A_REGULATION
        named = {
            (entry.details["regulation_id"], entry.details["regulation_version"])
            for entry in entries
            if entry.act not in BEFORE_A_REGULATION
        }
        assert named == {(str(regulation_id), "verze 8")}


def test_r55_every_record_about_a_call_names_the_version_of_its_regulation(office: Office) -> None:
    regulation_id = play_everything(office)

    kinds = {body["kind"] for body in office.documents.made.values()}
    assert kinds == {
        "allocation_decision",
        "call_text",
        "control_sheet",
        "intake_record",
        "received_list",
        "refusal",
        "registration_receipt",
    }
    for body in office.documents.made.values():
        assert ["Postup podle předpisu, verze", "verze 8"] in body["content"]["reference"]
        assert body["facts"]["regulation_id"] == str(regulation_id)
