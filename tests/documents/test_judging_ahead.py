"""Files are judged before their turn, so that no letter waits for the verifier (T7)."""

from pathlib import Path
from typing import Any

import pytest

from services.documents import passing
from services.documents.desk import tools
from services.documents.dispatch.desk import DispatchDesk
from services.documents.dispatch.judging import REST, JudgingAhead
from services.documents.models import FilePass, db
from services.documents.worker import outbox
from tests.documents.conftest import TOWN, Simulator
from tests.documents.meanwhile import open_sender, told_of
from tests.documents.offices import Office, letter

pytestmark = pytest.mark.one_database


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    return open_sender(simulator, tmp_path, database_url, told_of(simulator))


def ready(office: Office, count: int) -> list[dict[str, Any]]:
    made = [office.put(letter(box=TOWN)) for _ in range(count)]
    with office.context():
        outbox(tools()).run_once()
    assert [state_of(office, one) for one in made] == ["ready"] * count
    return made


def state_of(office: Office, made: dict[str, Any]) -> str:
    return str(office.view(made["id"])["delivery"]["state"])


def judge(office: Office, turns: int = 1) -> list[int]:
    with office.context():
        judging = JudgingAhead(DispatchDesk(db.session, tools(), steady=lambda: 0.0))
        return [judging.run_once() for _ in range(turns)]


def words(office: Office) -> int:
    with office.context():
        return db.session().query(FilePass).count()


def test_what_was_judged_while_it_waited_leaves_without_the_verifier(
    sender: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = ready(sender, 6)

    judged = judge(sender, turns=4)
    monkeypatch.setattr(passing, "judge_own", _nobody)
    sender.work(2)

    assert judged == [4, 2, 0, 0]
    assert words(sender) == 6
    assert [state_of(sender, one) for one in made] == ["delivered"] * 6


def _nobody(*_given: Any) -> Any:
    raise AssertionError("The verifier was asked again.")


def test_what_does_not_pass_keeps_no_other_one_and_is_refused_in_its_turn(
    sender: Office, simulator: Simulator
) -> None:
    spoilt, gone, sound = ready(sender, 3)
    for one, content in ((spoilt, b"%PDF-1.7 something else"), (gone, None)):
        with sender.context():
            path = Path(tools().files._path(sender.view(one["id"])["sha256"]))
        path.chmod(0o600)
        path.unlink() if content is None else path.write_bytes(content)

    judged = judge(sender)
    before = [state_of(sender, one) for one in (spoilt, gone, sound)]
    sender.work(2)

    assert judged == [3]
    assert words(sender) == 1
    assert before == ["ready"] * 3
    assert state_of(sender, sound) == "delivered"
    assert len(simulator.messages()) == 1


def test_whoever_found_nothing_rests(sender: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = [0.0], list[float]()
    with sender.context():
        desk = DispatchDesk(db.session, tools(), steady=lambda: now[0])
        everywhere = desk.everywhere
        monkeypatch.setattr(desk, "everywhere", lambda s: asked.append(now[0]) or everywhere(s))
        judging = JudgingAhead(desk)
        for moment in (0.0, 0.5 * REST, 0.9 * REST, 1.1 * REST):
            now[0] = moment
            assert judging.run_once() == 0

    assert asked == [0.0, 1.1 * REST]
