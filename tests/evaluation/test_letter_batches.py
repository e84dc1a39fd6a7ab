"""Letters to many applicants with one act: one batch of documents, looked at, counted, followed."""

from uuid import UUID

import pytest

from services.evaluation.domain import states
from services.evaluation.models import LetterBatch, Outbox, Record, db
from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House

NUMBERS = ("p12", "p14", "p15")
NOTICES = f"/calls/{CALL}/notices"


@pytest.fixture
def ended(house: House) -> House:
    """A call in which three controls have ended."""
    house.open_call(NUMBERS)
    house.freeze_lists()
    house.appoint(NUMBERS)
    house.pass_control(NUMBERS)
    return house


def begin(house: House, who: str = "director") -> str:
    """Put all letters that wait into a batch; return its page."""
    answer = Browser(house, who).send(NOTICES, button="Sestavit dávku")
    return answer.headers["Location"].removeprefix("/evaluation")


def states_of(house: House) -> list[str]:
    with house.app.app_context():
        return sorted(
            db.session().scalars(db.select(Record.state).where(Record.batch_id.is_not(None)))
        )


def test_all_letters_that_wait_go_as_one_batch(ended: House) -> None:
    page = begin(ended)
    batch = next(iter(ended.documents.batches.values()))
    browser = Browser(ended, "director")
    shown = browser.open(page)
    wrong = browser.send(page, {"count": "2"}, button="Připravit dopisy", status=422)
    right = browser.send(page, {"count": "3"}, button="Připravit dopisy")
    running = browser.open(page)

    assert len(batch["items"]) == 3
    assert states_of(ended) == ["requested"] * 3
    assert "Připraveno 0 z 3." in shown
    assert "čeká na potvrzení" in shown
    assert "V dávce je jiný počet." in wrong.text
    assert right.headers["Location"].endswith(page)
    assert "data-progress" in running
    kinds = {one["request"]["kind"] for one in ended.documents.documents.values()}
    assert "control_notice" not in kinds, "nothing is made one by one"


def test_what_documents_made_waits_for_the_signature_and_takes_effect(ended: House) -> None:
    page = begin(ended)
    browser = Browser(ended, "director")
    browser.send(page, {"count": "3"}, button="Připravit dopisy")
    key = page.rpartition("/")[2]

    ended.documents.make_batch(key)
    ended.work()
    waiting = states_of(ended)
    for document_id in ended.documents.batches[UUID(key)]["items"]:
        ended.documents.sign(document_id)
    ended.work()

    assert waiting == ["waiting"] * 3
    assert "Připraveno 3 z 3." in browser.open(page)
    assert {ended.state(number) for number in NUMBERS} == {states.NOTIFIED}


def test_a_person_pauses_and_goes_on_here(ended: House) -> None:
    page = begin(ended)
    browser = Browser(ended, "assistant")
    browser.send(page, {"count": "3"}, button="Připravit dopisy")

    unexplained = browser.send(page, button="Pozastavit", status=422)
    browser.send(page, {"why": "Ve vzoru je chyba."}, button="Pozastavit")
    paused = browser.open(page)
    late = {"why": "Vzor je opravený.", "version": "1"}
    stale = browser.send(page, late, button="Pokračovat", status=409)
    browser.send(page, {"why": "Vzor je opravený."}, button="Pokračovat")

    batch = ended.documents.batches[UUID(page.rpartition("/")[2])]
    assert "Vyplňte prosím tento údaj." in unexplained.text
    assert "Mezitím ji někdo změnil." in stale.text
    assert batch["said"] == ["Ve vzoru je chyba.", "Vzor je opravený."]
    assert "pozastavená" in paused
    assert "připravuje se" in browser.open(page)


def test_any_letter_can_be_looked_at_first(ended: House) -> None:
    page = begin(ended)

    looked = Browser(ended, "director").send(page, button="Náhled")

    key = page.rpartition("/")[2]
    first = next(iter(ended.documents.batches[UUID(key)]["items"]))
    target = f"/documents/batches/{key}/items/{first}/preview.pdf"
    assert looked.headers["Location"] == target


def test_without_documents_nothing_is_lost(ended: House) -> None:
    ended.documents.is_down = True
    page = begin(ended)
    silent = Browser(ended, "director").open(page)
    ended.documents.is_down = False
    with ended.app.app_context():
        for message in db.session().scalars(db.select(Outbox)):
            message.available_at = message.created_at
        db.session().commit()
    ended.work()

    assert "předávají službě Dokumenty" in silent
    assert "data-progress" in silent
    assert "Připraveno 0 z 3." in Browser(ended, "director").open(page)
    assert len(ended.documents.batches) == 1


def test_the_same_form_twice_makes_one_batch(ended: House) -> None:
    browser = Browser(ended, "director")
    browser.open(NOTICES)
    fields = browser.fields("Sestavit dávku")
    for _ in range(2):
        browser.client.post(
            f"/calls/{CALL}/letters/control_notice",
            data=fields,
            base_url="http://localhost/evaluation",
        )

    with ended.app.app_context():
        assert db.session().scalar(db.select(db.func.count()).select_from(LetterBatch)) == 1
    assert len(next(iter(ended.documents.batches.values()))["items"]) == 3


def test_a_letter_taken_back_before_it_was_made_is_cancelled_when_it_comes(ended: House) -> None:
    page = begin(ended)
    Browser(ended, "director").send(page, {"count": "3"}, button="Připravit dopisy")
    key = page.rpartition("/")[2]
    with ended.app.app_context():
        record = db.session().scalars(db.select(Record).where(Record.batch_id == UUID(key))).first()
        assert record is not None
        gone = record.id
        record.state = "cancelled"
        db.session().commit()

    ended.documents.make_batch(key)
    ended.work()
    ended.work()

    told = [event for event in ended.documents.feed.events if event["kind"] == "document.cancelled"]
    assert [event["subject_id"] for event in told] == [str(gone)]


def test_an_evaluator_has_no_business_here(ended: House) -> None:
    page = begin(ended)

    Browser(ended, "evaluator 1").open(page, status=403)
