"""Documents of ten simulated years prove themselves at the end, and would not without care."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import time_machine

from services.documents import worker
from services.documents.domain.care import B_LTA
from services.documents.verification.report import Verdict
from tests.documents.decade import YEAR, Decade
from tests.documents.offices import NOW, open_office
from tests.documents.test_levels import row
from tests.validators.panel import judge

pytestmark = [pytest.mark.slow, pytest.mark.one_database]


def test_every_document_is_still_proved_after_ten_years(
    tmp_path: Path, database_url: str, judges: list[str]
) -> None:
    open_with = partial(open_office, tmp_path / "var", database_url)
    with time_machine.travel(NOW, tick=False) as real:
        decade = Decade(open_with, tmp_path, real, every=3, papers=30)
        decade.live()
        first, last = decade.made[0], decade.made[-1]
        stampers = [decade.authorities_of(one) for one in (first, last)]
        sample = [decade.exhibit(one) for one in (first, decade.made[4], last)]
        trust = decade.trust()
        problems, ended = decade.problems(), decade.ended_certificates()
        verdicts = set(decade.verdicts().values())
        documents = [row(decade.office, document_id) for document_id in decade.made]
    told = judge(sample, trust, [name for name in judges if name == "EU DSS"])

    assert decade.office.clock.now() - NOW >= 10 * YEAR
    assert len(documents) >= 8
    assert {(document.level, document.trouble) for document in documents} == {(B_LTA, None)}
    assert decade.missed == []
    assert problems == {}
    assert verdicts == {Verdict.PASSED}
    assert (decade.keys, ended) >= (4, 3)
    assert not documents[0].algorithms.startswith("sha256 ")
    assert len(set(stampers[0])) == 2, "another authority went on with the oldest document"
    assert set(stampers[1]) == {stampers[0][-1]}
    assert decade.office.app.extensions["documents-tools"].pki.root_certificate not in {
        other.root_certificate for other in decade.others
    }
    assert [str(one) for one in told if not one.passed] == []


def test_without_care_the_same_years_leave_nothing_proved(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "raise_levels", lambda *_given: 0)
    open_with = partial(open_office, tmp_path / "var", database_url)
    with time_machine.travel(NOW, tick=False) as real:
        decade = Decade(open_with, tmp_path, real, every=12, papers=60)
        decade.live(60)
        decade.office.clock.move_to(datetime(2036, 4, 3, tzinfo=UTC))
        real.move_to(decade.office.clock.now())

        problems, verdicts = decade.problems(), set(decade.verdicts().values())

    assert set(problems) == set(decade.made)
    assert Verdict.PASSED not in verdicts
