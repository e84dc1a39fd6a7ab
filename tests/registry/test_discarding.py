"""A call begun by mistake can be put away; its record stays and its number is free again."""

from uuid import UUID, uuid4

from sqlalchemy import select

from services.registry.models import Audit, Call, db

from .browser import Browser
from .office import Office, czk, problem_of


def test_a_draft_is_discarded_after_a_confirmation_and_its_number_is_free(office: Office) -> None:
    call_id = office.draft_call(8)
    clerk = Browser(office.app).sign_in(office.assistant.login)
    address = f"/registry/office/calls/{call_id}"
    form = clerk.get(f"{address}/discarding")

    hasty = clerk.submit(form, "Zahodit návrh")
    done = clerk.submit(form, "Zahodit návrh", is_sure="y")

    assert hasty.status == 422
    assert done.status == 303, done.errors()
    assert office.director.get("/calls")["items"] == []
    assert "návrh zahozen" in clerk.get(address).text
    assert "Upravit termíny" not in clerk.get(address).text
    assert clerk.get("/registry/office/calls/new").values("Založit výzvu")["number"] == "1"
    again = uuid4()
    office.assistant.put(f"/calls/{again}", {"number": 8, "title": "8. výzva"})
    with office.app.app_context():
        entry = db.session.scalars(select(Audit).where(Audit.act == "discard_call")).one()
        assert (entry.subject_id, entry.details["number"]) == (call_id, 8)
        kept = {row.id: row.state for row in db.session.scalars(select(Call))}
    assert kept == {call_id: "discarded", again: "draft"}


def test_a_recommendation_goes_with_its_call(office: Office) -> None:
    call_id = office.draft_call()
    recommendation = {"amount": czk(1), "reason": "Podle SPL."}
    office.director.post(f"/calls/{call_id}/allocation-recommendation", recommendation)

    office.assistant.post(f"/calls/{call_id}/discarding")

    member = Browser(office.app).sign_in(office.committee.login)
    assert "Rozhodnout" not in member.get("/registry/office").text


def test_neither_an_approved_nor_a_published_call_is_discarded(office: Office) -> None:
    ids: list[UUID] = [office.approved_call(8), office.published_call(9)]

    for call_id in ids:
        reply = office.director.call("POST", f"/calls/{call_id}/discarding", {})
        assert problem_of(reply) == (409, "act-not-allowed")
        page = (
            Browser(office.app)
            .sign_in(office.director.login)
            .get(f"/registry/office/calls/{call_id}")
        )
        assert "Zahodit návrh" not in page.text
