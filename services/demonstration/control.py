"""Third act: two controllers, a deficiency and its repair, notices by data box and by post."""

from functools import partial
from typing import Any

import requests

from services.demonstration.declaring import declare
from services.demonstration.files import paper
from services.demonstration.people import ASSISTANT, CONTROLLER_1, CONTROLLER_2, DIRECTOR, Person
from services.demonstration.projects import DEFICIENT, FICHES, Project
from services.demonstration.stage import Stage, day_in_words
from services.demonstration.web import wait_for
from services.documents.domain.paper import s10_check_digit

CONTROLLERS = (CONTROLLER_1, CONTROLLER_2)
BROKEN_ITEM = "rozpocet"


def prepare_control(stage: Stage) -> None:
    """Freeze a control list per fiche and appoint two different controllers (R25, R29)."""
    stage.later(1)
    assistant, director = stage.as_(ASSISTANT), stage.as_(DIRECTOR)
    call = f"/calls/{stage.id_of('call')}"
    everyone = [stage.id_of(project.code) for project in stage.projects]
    wait_for(
        "cases in evaluation",
        lambda: director.get("evaluation", f"{call}/cases")["total"] == len(everyone),
    )
    twice = {"case_ids": everyone, "controller_ids": [stage.id_of(CONTROLLER_1.login)] * 2}
    words = director.refused("POST", "evaluation", f"{call}/controller-appointments", twice)
    stage.tell(f"Pověřit dvakrát stejnou osobu nejde: {words}")
    for fiche in FICHES:
        path = f"{call}/control-lists/{fiche.code}"
        assistant.put("evaluation", path, {})
        assistant.post("evaluation", f"{path}/freezing")
    two = {
        "case_ids": everyone,
        "controller_ids": [stage.id_of(person.login) for person in CONTROLLERS],
    }
    director.post("evaluation", f"{call}/controller-appointments", two)
    declare(stage, {person: [] for person in CONTROLLERS})
    stage.tell("Ředitelka pověřila dva kontrolory; podepsali prohlášení o střetu zájmů.")


def control_everything(stage: Stage) -> None:
    """Let both controllers fill, conclude and sign their lists; one project has a defect."""
    stage.later(1)
    for project in stage.projects:
        for controller in CONTROLLERS:
            conclude(stage, project, controller, is_broken=project.code == DEFICIENT)
    stage.wait_for_states("end of control", "control_passed", of=stage.sound)
    passed = len(stage.sound)
    stage.tell(f"Administrativní kontrolou prošlo {passed} žádostí, jedna má nedostatek.")


def conclude(stage: Stage, project: Project, controller: Person, *, is_broken: bool) -> None:
    """Fill one control list, conclude, and sign the list and the folder record."""
    visitor = stage.as_(controller)
    call, case = stage.id_of("call"), stage.id_of(project.code)
    lists = visitor.get("evaluation", f"/calls/{call}/control-lists")["items"]
    items = next(one["items"] for one in lists if one["fiche"] == project.fiche)
    body = {
        "findings": [finding(item, is_broken=is_broken) for item in items],
        "is_acceptable": not is_broken,
    }
    made = visitor.post("evaluation", f"/cases/{case}/controls/mine/conclusion", body)
    stage.sign(controller, made["document_ids"])


def finding(item: dict[str, Any], *, is_broken: bool) -> dict[str, str]:
    """Return the finding about one item."""
    is_bad = is_broken and item["attachment_code"] == BROKEN_ITEM
    if is_bad:
        note = "Součet položek rozpočtu neodpovídá požadované částce."
        return {"code": item["code"], "verdict": "no", "note": note}
    return {"code": item["code"], "verdict": "yes", "note": ""}


def repair_deficiency(stage: Stage) -> None:
    """Call on the applicant, deliver the call, record the repair, control again (R33-R35)."""
    project, director = stage.deficient, stage.as_(DIRECTOR)
    case = f"/cases/{stage.id_of(project.code)}"
    wait_for("signed findings", lambda: _awaits_call(stage, case))
    proposal = director.get("evaluation", f"{case}/deficiency-proposal")
    body = {"deficiencies": proposal["deficiencies"], "fixed_date": proposal["fixed_date"]}
    made = director.post("evaluation", f"{case}/deficiency-calls", body)
    stage.sign(DIRECTOR, made["document_ids"])
    stage.tell(
        f"Výzva k odstranění nedostatků má pevný termín {day_in_words(proposal['fixed_date'])}."
    )
    wait_for_delivery(stage, made["document_ids"], "sent", "delivered")
    stage.later(2)
    recipient_signs_in(stage, project)
    wait_for_delivery(stage, made["document_ids"], "delivered")
    stage.later(2)
    repaired = {"repaired_on": stage.today.isoformat(), "note": "Dodán opravený rozpočet."}
    stage.as_(ASSISTANT).post("evaluation", f"{case}/repairs", repaired)
    for controller in CONTROLLERS:
        conclude(stage, project, controller, is_broken=False)
    stage.wait_for_states("second control", "control_passed", "notified", of=[project])
    stage.tell(f"{project.applicant} rozpočet opravila a kontrolou prošla.")


def _awaits_call(stage: Stage, case: str) -> bool:
    step = stage.as_(DIRECTOR).get("evaluation", f"{case}/controls")["next_step"]
    return bool(step == "deficiency_call")


def send_notices(stage: Stage, projects: list[Project]) -> None:
    """Make, sign and deliver the notices of the administrative control (R36-R39)."""
    director = stage.as_(DIRECTOR)
    body = {"case_ids": [stage.id_of(project.code) for project in projects]}
    made = director.post("evaluation", f"/calls/{stage.id_of('call')}/control-notices", body)
    stage.sign(DIRECTOR, made["document_ids"])
    deliver(stage, made["document_ids"], projects)
    stage.wait_for_states("notified applicants", "notified", of=projects)
    boxes = sum(1 for project in projects if project.data_box)
    by_post = len(projects) - boxes
    stage.tell(f"Oznámení o kontrole: {boxes} datovou schránkou, {by_post} poštou.")


def deliver(
    stage: Stage, document_ids: list[str], projects: list[Project], *, in_person: bool = False
) -> None:
    """See letters out: by data box on their own, on paper with the clerk's record and proof."""
    for document_id, project in zip(document_ids, projects, strict=True):
        if project.data_box:
            continue
        delivery = wait_for("letter on paper", partial(_waiting_for_post, stage, document_id))
        if in_person:
            _hand_over(stage, delivery, project)
        else:
            _post(stage, delivery)
    wait_for_delivery(stage, document_ids, "sent", "delivered")


def _post(stage: Stage, delivery: dict[str, Any]) -> None:
    """Post a registered letter; the posting slip proves it (R39)."""
    serial = f"{int(delivery['id'][:7], 16) % 10**8:08d}"
    number = f"RR{serial}{s10_check_digit(serial)}CZ"
    posting = {"posted_on": stage.today.isoformat(), "tracking_number": number}
    slip = {"slip": ("listek.pdf", paper(f"Podací lístek {number}"), "application/pdf")}
    path = f"/deliveries/{delivery['id']}/posting"
    stage.as_(ASSISTANT).api("POST", "documents", path, posting, files=slip)


def _hand_over(stage: Stage, delivery: dict[str, Any], project: Project) -> None:
    """Hand a letter over against signature, and sign the record of it (R39, R97)."""
    path = f"/deliveries/{delivery['id']}"
    form = stage.as_(ASSISTANT).api("GET", "documents", f"{path}/receipt.pdf")
    facts = {"handed_over_on": stage.today.isoformat(), "received_by": project.applicant}
    # The form comes back signed by hand; in this story the printed form stands for its scan.
    scan = {"scan": ("prevzeti.pdf", form, "application/pdf")}
    made = stage.as_(ASSISTANT).api("POST", "documents", f"{path}/hand-over", facts, files=scan)
    stage.sign(ASSISTANT, [made["receipt_id"]])
    stage.tell(f"{project.applicant} převzal(a) dopis osobně proti podpisu.")


def _waiting_for_post(stage: Stage, document_id: str) -> dict[str, Any] | None:
    document = stage.as_(ASSISTANT).get("documents", f"/documents/{document_id}")
    delivery: dict[str, Any] | None = document["delivery"]
    is_ready = delivery is not None and delivery["state"] == "needs_person"
    return delivery if is_ready else None


def wait_for_delivery(stage: Stage, document_ids: list[str], *states: str) -> None:
    """Wait until each document's delivery is in one of the states."""
    for document_id in document_ids:
        wait_for(f"delivery {states}", partial(_is_delivery_in, stage, document_id, states))


def _is_delivery_in(stage: Stage, document_id: str, states: tuple[str, ...]) -> bool:
    document = stage.as_(DIRECTOR).get("documents", f"/documents/{document_id}")
    return document["delivery"]["state"] in states


def recipient_signs_in(stage: Stage, project: Project) -> None:
    """Play the applicant who opens the data box."""
    if not project.data_box:
        return
    path = f"{stage.simulator_url}/control/boxes/{project.data_box}/recipient-login"
    requests.post(path, json={"event": "EV11"}, timeout=10).raise_for_status()
