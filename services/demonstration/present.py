"""After the story: three younger calls left half-way, so that the desks have work on them."""

from datetime import date, timedelta

from services.demonstration import control, evaluation, intake, preparing
from services.demonstration.declaring import declare
from services.demonstration.people import ASSISTANT, CONTROLLER_1, CONTROLLER_2, DIRECTOR
from services.demonstration.projects import DEFICIENT, FICHES, INCOMPLETE, PROJECTS, Project
from services.demonstration.stage import Stage
from services.demonstration.web import wait_for
from shared.calendar_cz import next_working_day

IN_CONTROL = ("p01", "p04", "p06", "p10", "p12", "p14")
FINISHED = ("p01", "p04")
ONE_OPINION = ("p06",)


def leave_work(stage: Stage, today: date) -> None:
    """Bring the ninth call into control, open the tenth, prepare the next; stop before today."""
    ninth = stage.another(next_working_day(today - timedelta(weeks=6)), 9)
    tenth = stage.another(next_working_day(today - timedelta(days=12)), 10)
    open_call(ninth)
    chosen = [project for project in PROJECTS if project.code in IN_CONTROL]
    ninth.later(5)
    for project in chosen:
        intake.register(ninth, project)
    intake.publish_list(ninth)
    start_control(ninth, chosen)
    open_call(tenth)
    tenth.later(5)
    intake.register(tenth, PROJECTS[2])
    leave_unfinished(tenth, PROJECTS[8])
    leave_unfinished(tenth, next(one for one in PROJECTS if one.code == INCOMPLETE))
    finish_some(ninth, chosen, today)
    evaluation.name_committee(ninth)
    eleventh = stage.another(next_working_day(today + timedelta(weeks=2)), 11)
    preparing.draft_call(eleventh)
    preparing.recommend_amount(eleventh)
    ninth.tell("Devátá výzva je v kontrole, desátá přijímá žádosti, jedenáctá čeká na částku.")


def open_call(stage: Stage) -> None:
    """Announce a call on its first day."""
    stage.day(stage.start)
    preparing.draft_call(stage)
    preparing.approve_amount(stage)
    preparing.announce(stage)


def start_control(stage: Stage, chosen: list[Project]) -> None:
    """Freeze the control lists and appoint the controllers."""
    stage.later(1)
    director, assistant = stage.as_(DIRECTOR), stage.as_(ASSISTANT)
    call = f"/calls/{stage.id_of('call')}"
    wait_for(
        "cases in evaluation",
        lambda: director.get("evaluation", f"{call}/cases")["total"] == len(chosen),
    )
    for fiche in FICHES:
        assistant.put("evaluation", f"{call}/control-lists/{fiche.code}", {})
        assistant.post("evaluation", f"{call}/control-lists/{fiche.code}/freezing")
    two = {
        "case_ids": [stage.id_of(project.code) for project in chosen],
        "controller_ids": [stage.id_of(person.login) for person in control.CONTROLLERS],
    }
    director.post("evaluation", f"{call}/controller-appointments", two)
    declare(stage, {person: [] for person in control.CONTROLLERS})


def finish_some(stage: Stage, chosen: list[Project], today: date) -> None:
    """Conclude a few controls a day or two ago; the rest waits."""
    day = today - timedelta(days=2)
    stage.day(max(day, stage.today), 10)
    for project in chosen:
        if project.code in FINISHED or project.code == DEFICIENT:
            for person in (CONTROLLER_1, CONTROLLER_2):
                control.conclude(stage, project, person, is_broken=project.code == DEFICIENT)
        elif project.code in ONE_OPINION:
            control.conclude(stage, project, CONTROLLER_1, is_broken=False)


def leave_unfinished(stage: Stage, project: Project) -> None:
    """Take in an application and leave its check for the registrar."""
    path = f"/applications/{stage.id_of(project.code)}"
    stage.as_(ASSISTANT).put("registry", path, intake.application(stage, project))
    intake.hand_in(stage.as_(ASSISTANT), path, project)
