"""Play the whole story, against a running product or one that is started for it."""

import sys
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from services.demonstration import control, evaluation, intake, preparing, selection
from services.demonstration.founding import PAGE, found_on_page
from services.demonstration.present import leave_work
from services.demonstration.projects import FEW, PROJECTS
from services.demonstration.report import write_report
from services.demonstration.simulator import prepare_simulator
from services.demonstration.stage import Stage
from shared.calendar_cz import next_working_day
from shared.clock import SystemClock

WEEKS_BEFORE_TODAY = 18
"""The story takes eleven; it ends before the real day, and the clock returns to it."""


def play(stage: Stage, target: Path) -> Path:
    """Play all acts and return the report's page."""
    prepare_simulator(stage)
    stage.day(stage.start)
    preparing.prepare_organisation(stage)
    preparing.announce_call(stage)
    intake.take_in(stage)
    intake.publish_list(stage)
    control.prepare_control(stage)
    control.control_everything(stage)
    stage.later(2)
    control.send_notices(stage, stage.sound)
    control.repair_deficiency(stage)
    control.send_notices(stage, [stage.deficient])
    evaluation.set_up_committee(stage)
    evaluation.score_everything(stage)
    evaluation.visit_everything(stage)
    evaluation.present_everything(stage)
    selection.recommend_everything(stage)
    run = selection.allocate(stage)
    selection.resolve(stage)
    selection.tell_results(stage)
    return write_report(stage, run, target)


def start_day() -> date:
    """Return the day on which the story begins, so that it is over by the real today."""
    return next_working_day(SystemClock().today() - timedelta(weeks=WEEKS_BEFORE_TODAY))


@dataclass(frozen=True)
class Performance:
    """How much is played, and where the report goes."""

    target: Path
    is_short: bool = False
    """Only as many applications as the story needs."""
    leaves_work: bool = False
    """Whether younger calls are left half-way, so that the office has something that waits."""


def perform(url: str, simulator_url: str, code: str, performance: Performance) -> None:
    """Play, bring the clock back to real time and say where the report is.

    Args:
        code: With it the organisation is founded; empty when it is there.
    """
    if code:
        found_on_page(url, code)
        sys.stdout.write(f"Organizace je založená na stránce {PAGE}.\n")
        sys.stdout.flush()
    projects = FEW if performance.is_short else PROJECTS
    stage = Stage(url, simulator_url, start_day(), projects=projects)
    page = play(stage, performance.target)
    if performance.leaves_work:
        leave_work(stage, SystemClock().today())
    stage.to_real_time()
    selection.ask_for_bundles(stage)
    sys.stdout.write(f"\nZpráva o ukázce: {page.resolve()}\n")
