"""Fifth act: recommendation, allocation by the declared rule, resolution, result notices."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import uuid4

from lxml import html

from services.demonstration.control import deliver, recipient_signs_in
from services.demonstration.people import (
    ASSEMBLY,
    ASSISTANT,
    DIRECTOR,
    EVALUATORS,
    SIGNING_SECRET,
)
from services.demonstration.projects import Project
from services.demonstration.stage import Stage, in_words, instant
from services.demonstration.web import wait_for

CHAIR = EVALUATORS[0]
VOTERS = EVALUATORS[:5]


def recommend_everything(stage: Stage) -> None:
    """Let the selection committee vote on each project separately (R61, R62)."""
    stage.later(2, hour=17)
    chair = stage.as_(CHAIR)
    call = f"/calls/{stage.id_of('call')}"
    stage.sign(ASSISTANT, stage.as_(ASSISTANT).post("evaluation", f"{call}/book")["document_ids"])
    meeting = {
        "held_at": instant(stage.today, 16),
        "place": "kancelář MAS, Stará Huť",
        "present_ids": [stage.id_of(person.login) for person in VOTERS],
        "chair_id": stage.id_of(CHAIR.login),
    }
    chair.put("evaluation", f"{call}/meeting", meeting)
    for project in stage.projects:
        vote = {
            "is_recommended": True,
            "reason": f"Projekt získal {project.points} bodů a plní cíle fiche {project.fiche}.",
            "in_favour": len(VOTERS),
            "against": 0,
            "abstained": 0,
            "version": 0,
        }
        path = f"/cases/{stage.id_of(project.code)}/recommendation"
        chair.put("evaluation", path, vote)
    made = chair.post("evaluation", f"{call}/meeting/closing", {})
    stage.sign(CHAIR, made["document_ids"])
    stage.wait_for_states("recommendations", "recommended")
    stage.tell("Výběrová komise doporučila každý projekt zvlášť a s odůvodněním.")


def allocate(stage: Stage) -> dict[str, Any]:
    """Run the declared rule and tell what it gave."""
    director = stage.as_(DIRECTOR)
    path = f"/calls/{stage.id_of('call')}/allocation-runs/{stage.id_of('run')}"
    run: dict[str, Any] = director.put("evaluation", path, {})
    stage.tell(
        f"Výpočet alokace: přiděleno {in_words(run['granted'])}, zbývá {in_words(run['left'])}."
    )
    return run


def resolve(stage: Stage) -> None:
    """Record the general assembly's resolution (R68)."""
    stage.later(5, hour=18)
    body = {
        "run_id": stage.id_of("run"),
        "number": "VH 3/2026",
        "decided_on": stage.today.isoformat(),
        "vote": {"entitled": 34, "present": 27, "in_favour": 26, "against": 0, "abstained": 1},
    }
    path = f"/calls/{stage.id_of('call')}/resolutions/{stage.id_of('resolution')}"
    made = stage.as_(ASSEMBLY).put("evaluation", path, body)
    stage.sign(ASSEMBLY, made["document_ids"])
    stage.wait_for_states("resolution", "approved", "reserve", "rejected")
    stage.tell("Valná hromada rozhodla; částky jsou konečné.")


def tell_results(stage: Stage) -> None:
    """Make, sign and deliver the result notices as one batch; recipients open their boxes."""
    stage.later(1)
    document_ids = _make_notices(stage)
    deliver(stage, document_ids, list(stage.projects), in_person=True)
    stage.wait_for_states("result notices", "result_notified")
    read = stage.projects[: 2 * len(stage.projects) // 3]
    for project in read:
        recipient_signs_in(stage, project)
    stage.tell("Výsledky jsou doručené nebo odeslané všem žadatelům a zveřejněné na webu.")
    ask_for_review(stage, read)


def ask_for_review(stage: Stage, read: Sequence[Project]) -> None:
    """Let one applicant without money ask for a review; its decision waits for somebody (R98)."""
    found = stage.as_(DIRECTOR).get("evaluation", f"/calls/{stage.id_of('call')}/resolution")
    paid = {line["application_id"] for line in found["lines"] if line["verdict"] == "approved"}
    for project in read:
        case_id = stage.id_of(project.code)
        if project.data_box and case_id not in paid:
            wait_for("delivered result", partial(_is_told, stage, project))
            body = {
                "about": "result_notice",
                "received_on": stage.today.isoformat(),
                "grounds": "Body za potřebnost projektu neodpovídají tomu, co žádost dokládá.",
            }
            path = f"/cases/{case_id}/reviews/{stage.id_of('review')}"
            stage.as_(ASSISTANT).put("evaluation", path, body)
            stage.tell(f"{project.applicant} žádá o přezkum; čeká na rozhodnutí.")
            return


def _is_told(stage: Stage, project: Project) -> bool:
    records = stage.case(project)["records"]
    return any(one["kind"] == "result_notice" and one["delivered_on"] for one in records)


def _make_notices(stage: Stage) -> list[str]:
    """Have all notices made as one batch, sign them with one secret; return their ids."""
    director, count = stage.as_(DIRECTOR), len(stage.projects)
    here = f"/evaluation/calls/{stage.id_of('call')}"
    shown = director.submit(f"{here}/results", {}, button="/letters/result_notice")
    batch = _address(shown, "/confirmation")
    batch_id = batch.rpartition("/")[2]
    director.submit(batch, {"count": count}, button="/confirmation")
    wait_for("batch of notices", partial(_is_made, stage, batch_id))
    listed = director.submit(f"/documents/batches/{batch_id}", {}, button="/signings")
    job = _address(listed, "/beginning")
    secret = {"count": count, "signing_secret": SIGNING_SECRET}
    director.submit(job, secret, button="/beginning")
    stage.tell(f"Výsledky: {count} dopisů v jedné dávce, podepsaných jedním heslem.")
    items = director.get("documents", f"/batches/{batch_id}/items", page_size=200)["items"]
    return [item["document_id"] for item in items]


def _address(page: html.HtmlElement, act: str) -> str:
    """Return the address of the page whose form does the act."""
    (action,) = page.xpath("//form[contains(@action, $act)]/@action", act=act)
    return str(action).removesuffix(act)


def _is_made(stage: Stage, batch_id: str) -> bool:
    found = stage.as_(DIRECTOR).get("documents", f"/batches/{batch_id}")
    return bool(found["state"] == "done")


def ask_for_bundles(stage: Stage) -> None:
    """Have the evidence of the call and of its first project put together."""
    director = stage.as_(DIRECTOR)
    project = stage.id_of(stage.projects[0].code)
    for path in (f"calls/{stage.id_of('call')}", f"cases/{project}"):
        director.submit(f"/evaluation/{path}/evidence", {"bundle_id": uuid4()})
