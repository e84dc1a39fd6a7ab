"""A date of presentations has one truth: what registry changes early, evaluation follows."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from services.evaluation.models import Audit, Call, db
from services.evaluation.worker import create_worker
from tests.contracts.stage import Stage, open_stage
from tests.contracts.three import open_evaluation
from tests.registry.office import prague


@pytest.fixture
def own_stage(tmp_path: Path, new_database: Callable[[], str]) -> Iterator[Stage]:
    with open_stage(tmp_path, new_database(), new_database()) as opened:
        yield opened


def test_evaluation_follows_a_change_that_registry_published(
    own_stage: Stage, new_database: Callable[[], str]
) -> None:
    registry = own_stage.registry
    registry.move_to(prague(7, 5, 10))
    call_id = registry.open_call(9)
    with open_evaluation(own_stage, new_database()) as evaluation:
        with evaluation.app_context():
            assert db.session.get_one(Call, call_id).presentation_place == "Kulturní dům"
        change = {
            "new_at": prague(25, 6, 16).isoformat(),
            "new_place": "Sokolovna",
            "reason": "Volby.",
        }
        registry.assistant.put(f"/calls/{call_id}/presentation-changes/{uuid4()}", change)

        create_worker(evaluation).run_once()

        with evaluation.app_context():
            call = db.session.get_one(Call, call_id)
            assert (call.presentation_at, call.presentation_place) == (
                prague(25, 6, 16),
                "Sokolovna",
            )
            acts = db.session.query(Audit.act).filter(Audit.subject_id == call_id).all()
            assert ("take_over_presentation",) in [tuple(act) for act in acts]
