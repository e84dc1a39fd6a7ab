"""Fourth act: committee, conflicts of interest, scores, on-site checks, presentations."""

from datetime import datetime
from typing import Any

from services.demonstration.declaring import declare
from services.demonstration.people import ASSISTANT, DIRECTOR, EVALUATORS, FARMER, MAYOR, Person
from services.demonstration.projects import PROJECTS, SCORING, Project, scores
from services.demonstration.stage import Stage, link_id
from shared.calendar_cz import PRAGUE

UNTIED = EVALUATORS[:5]


def set_up_committee(stage: Stage) -> None:
    """Name seven members, have each declare interests, show that conflicts are refused."""
    stage.later(1)
    name_committee(stage)
    director = stage.as_(DIRECTOR)
    declare(stage, {person: interests(stage, person) for person in EVALUATORS})
    for person, project in ((MAYOR, PROJECTS[6]), (FARMER, PROJECTS[0])):
        pair = [stage.id_of(person.login), stage.id_of(UNTIED[0].login)]
        path = f"/cases/{stage.id_of(project.code)}/assignment"
        words = director.refused("PUT", "evaluation", path, {"evaluator_ids": pair, "version": 0})
        stage.tell(f"{person.name} nemůže hodnotit „{project.title}“: {words}")


def name_committee(stage: Stage) -> None:
    """Let the director name the seven members."""
    members = {"member_ids": [stage.id_of(one.login) for one in EVALUATORS], "version": 0}
    path = f"/calls/{stage.id_of('call')}/committee"
    stage.as_(DIRECTOR).put("evaluation", path, members)


def interests(stage: Stage, person: Person) -> list[dict[str, Any]]:
    """Return what the person declares."""
    if person is MAYOR:
        return [_link(stage, person, "representative", PROJECTS[5])]
    if person is FARMER:
        return [_link(stage, person, "own_application", PROJECTS[1])]
    return []


def _link(stage: Stage, person: Person, kind: str, project: Project) -> dict[str, Any]:
    return {
        "id": link_id(stage.id_of("call"), person.login),
        "type": kind,
        "party_key": project.ic,
        "party_name": project.applicant,
        "evidence": "Vlastní prohlášení.",
    }


def pair_for(number: int) -> tuple[Person, Person]:
    """Return two members without ties, taking turns."""
    return UNTIED[number % len(UNTIED)], UNTIED[(number + 2) % len(UNTIED)]


def score_everything(stage: Stage) -> None:
    """Assign two evaluators to each project; both study, score with reasons and sign."""
    director = stage.as_(DIRECTOR)
    for number, project in enumerate(stage.projects):
        pair = pair_for(number)
        body = {"evaluator_ids": [stage.id_of(person.login) for person in pair], "version": 0}
        director.put("evaluation", f"/cases/{stage.id_of(project.code)}/assignment", body)
    stage.tell("Každý projekt má dva hodnotitele bez střetu zájmů.")
    stage.later(3)
    for number, project in enumerate(stage.projects):
        for index, person in enumerate(pair_for(number)):
            score(stage, project, person, index)
    stage.wait_for_states("scores", "evaluated")
    stage.tell(f"Vyplněných a podepsaných je {2 * len(stage.projects)} bodovacích listů.")


def score(stage: Stage, project: Project, person: Person, index: int) -> None:
    """Study, score and sign one project as one evaluator."""
    visitor, case = stage.as_(person), f"/cases/{stage.id_of(project.code)}"
    if project is PROJECTS[0] and index == 0:
        take_over_print(stage, project, person)
    visitor.post("evaluation", f"{case}/material", {})
    given = [
        {
            "code": code,
            "points": str(points),
            "reason": f"{text}: doloženo v žádosti a jejích přílohách.",
        }
        for (code, text, _maximum), points in zip(SCORING, scores(project, index), strict=True)
    ]
    closing = f"{case}/score-sheets/mine/closing"
    made = visitor.post("evaluation", closing, {"scores": given})
    stage.sign(person, made["document_ids"])


def take_over_print(stage: Stage, project: Project, person: Person) -> None:
    """Let an evaluator ask for the material on paper and sign for it (R46)."""
    case = f"/cases/{stage.id_of(project.code)}"
    stage.as_(person).post("evaluation", f"{case}/print-request", {})
    assistant = stage.as_(ASSISTANT)
    files = assistant.get("registry", f"/applications/{stage.id_of(project.code)}")["files"]
    given = {
        "evaluator_id": stage.id_of(person.login),
        "file_ids": [file["id"] for file in files],
    }
    made = assistant.post("evaluation", f"{case}/prints", given)
    stage.sign(person, made["document_ids"])
    stage.tell(f"{person.name} chce podklady vytištěné; jejich převzetí potvrdil(a) podpisem.")


def visit_everything(stage: Stage) -> None:
    """Visit each applicant; the project's evaluators are there and sign the record (R48)."""
    stage.later(4)
    for number, project in enumerate(stage.projects):
        pair = pair_for(number)
        visit = {
            "visited_on": stage.today.isoformat(),
            "place": project.municipality,
            "present_ids": [stage.id_of(person.login) for person in pair],
            "claims": [
                {
                    "statement": "Stav místa realizace odpovídá popisu v žádosti.",
                    "verdict": "true",
                    "note": "Ověřeno na místě.",
                }
            ],
            "need": "Potřebnost projektu je zřejmá ze stavu místa.",
            "accord": "Projekt je v souladu s cíli strategického plánu.",
        }
        path = f"/cases/{stage.id_of(project.code)}/onsite-check"
        made = stage.as_(pair[0]).post("evaluation", path, visit)
        for person in pair:
            stage.sign(person, made["document_ids"])
    stage.wait_for_states("on-site checks", "ex_ante_done")
    stage.tell(f"Kontroly ex ante na místě jsou hotové u všech {len(stage.projects)} projektů.")


def present_everything(stage: Stage) -> None:
    """Hold the public presentations on the day given in the call (R56, R57)."""
    assistant = stage.as_(ASSISTANT)
    call = f"/calls/{stage.id_of('call')}"
    planned = assistant.get("evaluation", f"{call}/presentations")["presentation_at"]
    when = datetime.fromisoformat(planned).astimezone(PRAGUE)
    order = {"order": [stage.id_of(project.code) for project in stage.projects]}
    assistant.put("evaluation", f"{call}/presentations/order", order)
    stage.day(when.date(), 18)
    record = {
        "entries": [
            {"application_id": stage.id_of(project.code), "was_presented": True, "note": ""}
            for project in stage.projects
        ],
        "public_count": 24,
        "note": "Prezentace proběhly podle pořadí.",
    }
    made = assistant.post("evaluation", f"{call}/presentations/record", record)
    stage.sign(ASSISTANT, made["document_ids"])
    stage.wait_for_states("presentations", "presented")
    stage.tell("Veřejné prezentace proběhly v termínu z výzvy.")
