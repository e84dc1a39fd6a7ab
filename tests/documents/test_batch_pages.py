"""A person looks at a batch, confirms it with its count and follows it."""

import hashlib
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from services.documents.models import Audit, BatchItem, db
from tests.documents.batch_office import WHY, confirm, counts, fill, hold, listed, state
from tests.documents.holds import refused_holds
from tests.documents.offices import ASSISTANT, AUDITOR, CONTROLLER, DIRECTOR, NOW, Office


def test_what_was_previewed_is_byte_for_byte_what_is_made(office: Office) -> None:
    batch, ids = fill(office, 3, DIRECTOR)
    browser = office.browser(ASSISTANT)

    looked = browser.post(
        f"/batches/{batch}/items/{ids[1]}/preview", data={}, follow_redirects=True
    )
    office.clock.move_to(NOW + timedelta(days=400))
    confirm(office, batch, 3)
    office.work(2)

    made = office.view(ids[1])
    assert looked.mimetype == "application/pdf"
    assert hashlib.sha256(looked.data).hexdigest() == made["sha256"]
    assert office.api("GET", f"/documents/{ids[1]}/preview.pdf", DIRECTOR).data == looked.data


def test_what_nobody_previewed_would_have_looked_the_same(office: Office) -> None:
    """Also after a year and another letterhead: the batch keeps both."""
    first, ids = fill(office, 1, DIRECTOR)
    looked = office.browser(DIRECTOR).post(
        f"/batches/{first}/items/{ids[0]}/preview", data={}, follow_redirects=True
    )
    with office.context():
        item = db.session().get_one(BatchItem, UUID(ids[0]))
        item.preview_sha256 = None
        db.session().commit()
    head = {"name": "Jiná MAS", "code": "JINA", "lines": ["Jinde 1"], "accent": "#112233"}
    assert office.api("PUT", "/letterhead", DIRECTOR, head).status_code == 200
    office.clock.move_to(NOW + timedelta(days=400))

    confirm(office, first, 1)
    office.work(2)

    assert office.view(ids[0])["sha256"] == hashlib.sha256(looked.data).hexdigest()


@pytest.mark.usefixtures("small_looks")
def test_the_page_asks_for_the_count_and_shows_the_progress(office: Office) -> None:
    batch, _ = fill(office, 30)
    browser = office.browser(ASSISTANT)

    wrong = browser.post(f"/batches/{batch}/confirmation", data={"count": "29"})
    right = browser.post(f"/batches/{batch}/confirmation", data={"count": "30"})
    office.work()
    running = browser.get(f"/batches/{batch}").text
    office.work()
    finished = browser.get(f"/batches/{batch}").text

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert "Počet dokumentů v dávce je 30, napsali jste 29." in wrong.text
    assert "Hotovo 25 z 30." in running
    assert "data-progress" in running
    assert '<progress max="30" value="25"' in running
    assert "<aside>" in running
    assert "Hotovo 30 z 30." in finished
    assert "<aside>" not in finished, "nothing is left to do beside the list"


def press(office: Office, batch: str, act: str) -> Any:
    """Pause or go on as a person does who looks at the page and says why."""
    browser = office.browser(DIRECTOR)
    shown = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(f"/batches/{batch}").text)
    version = shown[1] if shown else ""
    return browser.post(f"/batches/{batch}/{act}", data={"version": version, "why": WHY})


@pytest.mark.parametrize("act", ["pause", "resumption"])
@refused_holds
def test_nobody_pauses_or_goes_on_unseen_or_without_a_reason(
    office: Office, act: str, changes: dict[str, Any], status: int, slug: str
) -> None:
    batch, _ = fill(office, 2)
    confirm(office, batch, 2)
    if act == "resumption":
        hold(office, batch, "pause")
    place = f"/batches/{batch}"
    wanted = {"version": office.service("GET", place).json["version"], "reason": WHY}
    body = {name: value for name, value in {**wanted, **changes}.items() if value is not None}
    given = {"version": body.get("version", ""), "why": body.get("reason", "")}
    before = office.stored()

    reply = office.service("POST", f"{place}/{act}", body)
    page = office.browser(DIRECTOR).post(f"{place}/{act}", data=given)

    assert (reply.status_code, reply.json["type"]) == (status, f"urn:vyzva:problem:{slug}")
    assert page.status_code == (409 if "version" in changes else 422)
    assert office.stored() == before


def test_who_paused_a_batch_and_why_stands_in_the_audit_trail(office: Office) -> None:
    batch, _ = fill(office, 2)
    confirm(office, batch, 2)

    press(office, batch, "pause")
    press(office, batch, "resumption")

    with office.context():
        query = select(Audit).where(Audit.subject_id == UUID(batch)).order_by(Audit.recorded_at)
        kept = [(row.act, row.actor_name, row.details) for row in db.session().scalars(query)]
    assert kept[-2:] == [
        ("pause_batch", DIRECTOR.name, {"why": WHY}),
        ("resume_batch", DIRECTOR.name, {"why": WHY}),
    ]


@pytest.mark.usefixtures("small_looks")
def test_a_person_pauses_goes_on_and_cancels_the_rest(office: Office) -> None:
    batch, _ = fill(office, 30)
    confirm(office, batch, 30)
    browser = office.browser(DIRECTOR)

    press(office, batch, "pause")
    paused = browser.get(f"/batches/{batch}").text
    press(office, batch, "resumption")
    office.work()
    unexplained = browser.post(f"/batches/{batch}/cancellation", data={"reason": " "})
    browser.post(f"/batches/{batch}/cancellation", data={"reason": "Omyl."})

    assert "pozastavená" in paused
    assert f"Pozastavil(a) ji {DIRECTOR.name}" in paused
    assert f"„{WHY}“" in paused
    assert unexplained.status_code == 422
    assert state(office, batch) == "cancelled"
    assert counts(office, batch) == {"waiting": 0, "made": 25, "failed": 0, "void": 5}
    assert "Zbytek je zrušený: Omyl." in browser.get(f"/batches/{batch}").text


def test_what_failed_is_shown_with_its_reason_and_a_button(office: Office) -> None:
    batch, ids = fill(office, 2)
    with office.context():
        session = db.session()
        item = session.get_one(BatchItem, UUID(ids[0]))
        item.attempts = 5
        session.commit()
    confirm(office, batch, 2)
    office.work(2)
    browser = office.browser(DIRECTOR)

    shown = browser.get(f"/batches/{batch}").text
    retried = browser.post(f"/batches/{batch}/items/{ids[0]}/retry", data={})
    office.work(2)

    assert "Výroba dokumentu opakovaně skončila bez výsledku." in shown
    assert retried.status_code == 303
    assert counts(office, batch)["made"] == 2


def test_the_list_shows_batches_and_an_auditor_only_reads(office: Office) -> None:
    batch, ids = fill(office, 1, DIRECTOR)
    auditor = office.browser(AUDITOR)

    assert "Oznámení výsledků 8. výzvy" in auditor.get("/batches").text
    assert "Potvrdit dávku" not in auditor.get(f"/batches/{batch}").text
    for act in ("confirmation", "pause", f"items/{ids[0]}/preview"):
        assert auditor.post(f"/batches/{batch}/{act}", data={}).status_code == 403
    assert office.browser(CONTROLLER).get("/batches").status_code == 403


def test_every_number_without_a_document_is_listed_with_its_reason(office: Office) -> None:
    batch, _ = fill(office, 3)
    untouched = office.browser(DIRECTOR).get("/numbers").text
    browser = office.browser(DIRECTOR)
    browser.post(f"/batches/{batch}/cancellation", data={"reason": "=Omyl"})
    whole, _ids = fill(office, 1)
    confirm(office, whole, 1)
    office.work()

    page = office.browser(AUDITOR).get("/numbers").text
    saved = browser.get("/numbers.csv?state=void").data.decode("utf-8-sig").splitlines()

    assert untouched.count("Dávka ještě není hotová.") == 3
    assert page.count("=Omyl") == 3
    assert "1–3 z 3" in page
    assert len(saved) == 4
    assert all(line.endswith(";nevznikl;'=Omyl") for line in saved[1:])
    assert office.browser(CONTROLLER).get("/numbers").status_code == 403


def test_a_preview_that_nobody_made_is_not_there(office: Office) -> None:
    batch, ids = fill(office, 1)
    browser = office.browser(DIRECTOR)

    assert browser.get(f"/batches/{batch}/items/{ids[0]}/preview.pdf").status_code == 404
    assert listed(office, batch)[0]["state"] == "waiting"
