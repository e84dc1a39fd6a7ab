"""Second act: applications come in, one is refused and comes again, the list is published."""

from datetime import timedelta
from typing import Any

from services.demonstration.files import paper
from services.demonstration.people import ASSISTANT, DIRECTOR
from services.demonstration.preparing import closing_day
from services.demonstration.projects import INCOMPLETE, Project
from services.demonstration.stage import Stage, crowns, day_in_words
from services.demonstration.web import Visitor, seen, wait_for

PER_DAY = 4


def take_in(stage: Stage) -> None:
    """Delegate registration, receive and register the applications."""
    director = stage.as_(DIRECTOR)
    delegation = {
        "act": "register_application",
        "delegate_id": stage.id_of(ASSISTANT.login),
        "valid_from": stage.today.isoformat(),
        "valid_to": (stage.today + timedelta(days=300)).isoformat(),
    }
    director.put("registry", f"/delegations/{stage.id_of('delegation')}", delegation)
    for number, project in enumerate(stage.projects):
        if number % PER_DAY == 0:
            stage.later(3, hour=9)
        register(stage, project)
        stage.tell(f"Zaregistrovaná žádost {project.applicant}: {project.title}")


def register(stage: Stage, project: Project) -> None:
    """Receive one application and register it; an incomplete one is refused first."""
    assistant = stage.as_(ASSISTANT)
    path = f"/applications/{stage.id_of(project.code)}"
    assistant.put("registry", path, application(stage, project))
    hand_in(assistant, path, project)
    is_incomplete = project.code == INCOMPLETE
    if not is_incomplete:
        upload(assistant, path, "vlastnictvi", paper("Výpis z katastru nemovitostí"))
    check(assistant, path)
    if is_incomplete:
        body = seen(assistant, path)
        words = assistant.refused("POST", "registry", f"{path}/registration", body)
        stage.tell(f"Registrovat neúplnou žádost nejde: {words}")
        reasons = ["Chybí povinná příloha: doklad o vlastnictví nebo nájmu místa realizace."]
        refusal = {"reasons": reasons, **seen(assistant, path)}
        refused = assistant.post("registry", f"{path}/refusal", refusal)
        stage.sign(ASSISTANT, refused["document_ids"])
        again: dict[str, Any] = {"channel": "data_carrier", "submitter_name": "Jan Pekař"}
        again |= seen(assistant, path)
        assistant.post("registry", f"{path}/resubmission", again)
        hand_in(assistant, path, project)
        upload(assistant, path, "vlastnictvi", paper("Nájemní smlouva"))
        check(assistant, path)
    decided = assistant.post("registry", f"{path}/registration", seen(assistant, path))
    stage.sign(ASSISTANT, decided["document_ids"])


def hand_in(assistant: Visitor, path: str, project: Project) -> None:
    """Take in the application and its budget; each submission brings all its files."""
    scan = upload(assistant, path, "application", paper(f"Žádost o dotaci: {project.title}"))
    signed = {"manner": "on_spot", "file_id": scan["id"]}
    assistant.put("registry", f"{path}/applicant-signature", signed)
    upload(assistant, path, "rozpocet", paper(f"Rozpočet: {project.title}"))


def application(stage: Stage, project: Project) -> dict[str, Any]:
    """Return the application as the office types it in."""
    return {
        "call_id": stage.id_of("call"),
        "fiche": project.fiche,
        "title": project.title,
        "place": project.municipality,
        "requested": crowns(project.requested),
        "applicant": {
            "name": project.applicant,
            "kind": project.kind,
            "municipality": project.municipality,
            "address": [f"{project.municipality} 1", f"431 00 {project.municipality}"],
            "ic": project.ic,
            "data_box_id": project.data_box,
            "email": f"{project.code}@example.org",
            "is_natural_person": project.kind == "farmer",
        },
        "submission": {
            "channel": "data_carrier",
            "submitter_name": f"Zástupce: {project.applicant}",
        },
    }


def check(assistant: Visitor, path: str) -> None:
    """Verify the submitter's identity and fill the control sheet as the papers are."""
    identity = {"method": "document", "document": "identity_card", "standing": "statutory"}
    assistant.put("registry", f"{path}/identity", identity)
    sheet = assistant.get("registry", f"{path}/control-sheet")
    files = {file["kind"] for file in assistant.get("registry", path)["files"]}
    answers = []
    for item in sheet["items"]:
        missing = item["attachment"] and item["attachment"] not in files
        optional = missing and item["attachment"] == "fotodokumentace"
        verdict = "n_a" if optional else "no" if missing else "yes"
        note = "Příloha chybí." if verdict == "no" else ""
        answers.append({"code": item["code"], "verdict": verdict, "note": note})
    assistant.put("registry", f"{path}/control-sheet", {"answers": answers})


def upload(assistant: Visitor, path: str, code: str, content: bytes) -> Any:
    """Add a file to the application and return what the registry says of it."""
    files = {"file": (f"{code}.pdf", content, "application/pdf")}
    return assistant.api("POST", "registry", f"{path}/files", {"code": code}, files=files)


def publish_list(stage: Stage) -> None:
    """Close the intake; make, sign and publish the list of received applications (R22, R23)."""
    stage.day(closing_day(stage), 12, 30)
    assistant, director = stage.as_(ASSISTANT), stage.as_(DIRECTOR)
    call = f"/calls/{stage.id_of('call')}"
    wait_for("close of the call", lambda: director.get("registry", call)["state"] == "closed")
    stage.later(2)
    made = assistant.put(
        "registry", f"/received-lists/{stage.id_of('list')}", {"call_id": stage.id_of("call")}
    )
    received = made["received_list"]
    stage.sign(ASSISTANT, [received["document_id"]])

    def signed() -> dict[str, int] | None:
        found = assistant.get("registry", f"{call}/received-list")
        is_signed = found["state"] in ("signed", "published")
        return {"version": found["version"]} if is_signed else None

    version = wait_for("signed list", signed)
    path = f"/received-lists/{received['id']}/publication"
    published = assistant.post("registry", path, version)
    stage.tell(
        f"Seznam {len(published['rows'])} přijatých žádostí je zveřejněný; "
        f"lhůta je do {day_in_words(published['due'])}."
    )
