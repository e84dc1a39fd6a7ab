"""What waits is read in the order of its urgency, and no more of it than a page shows."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.registry.models import Call, DocumentRef, db
from services.registry.service import waiting
from services.registry.service.waiting import Waiting, waiting_for
from services.registry.service.work import Work

from .office import Office, Person


def waits_for(office: Office, person: Person, *acts: str) -> list[Waiting]:
    with office.app.app_context():
        work = Work(db.session(), person.actor, office.clock)
        return [one for one in waiting_for(work) if one.act in acts]


def test_the_application_of_the_call_that_closes_first_comes_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    later_call, sooner_call = office.published_call(8), office.open_call(9)
    office.submit(later_call)
    urgent = office.submit(sooner_call)
    with office.app.app_context():
        db.session.get_one(Call, later_call).closes_at += timedelta(days=30)  # type: ignore[operator]  # it is published
        db.session.commit()
    monkeypatch.setattr(waiting, "READ_OF_A_KIND", 1)

    assert [one.record_id for one in waits_for(office, office.registrar, "check")] == [urgent]


def ref(office: Office, case_id: UUID, at: datetime) -> DocumentRef:
    return DocumentRef(
        id=uuid4(),
        organisation_id=office.director.actor.organisation_id,
        application_id=case_id,
        kind="intake_record",
        title="PŘÍJEM ŽÁDOSTI",
        signer_id=office.director.actor.person_id,
        state="draft",
        requested_at=at,
        changed_at=at,
    )


def test_documents_to_sign_come_by_case_the_oldest_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    call_id = office.open_call()
    cases = [office.submit(call_id) for _ in range(3)]
    begin = datetime(2026, 5, 20, 8, tzinfo=UTC)
    # The oldest case has its second document last of all: it is signed together with the first.
    order = [(cases[0], 1), (cases[1], 2), (cases[2], 3), (cases[0], 4)]
    with office.app.app_context():
        rows = [ref(office, case_id, begin + timedelta(hours=hour)) for case_id, hour in order]
        ids = [row.id for row in rows]
        db.session.add_all(rows)
        db.session.commit()
    monkeypatch.setattr(waiting, "READ_OF_A_KIND", 2)

    found = waits_for(office, office.director, "sign")

    assert [one.document_ids for one in found] == [(ids[0], ids[3]), (ids[1],)]
