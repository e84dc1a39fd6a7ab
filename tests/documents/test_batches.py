"""Many documents at once: numbered once, made in order, nothing half, every number explained."""

from uuid import uuid4

import pytest

from services.documents.adapters.files import StoreFull
from services.documents.domain.batches import BatchTooLarge, check_room_in_batch
from services.documents.rendering.port import RenderingFailed
from shared.actors import Actor
from tests.documents.batch_office import check_numbers, confirm, counts, fill, hold, listed, state
from tests.documents.offices import (
    ASSISTANT,
    CONTROLLER,
    DIRECTOR,
    STRANGER,
    Office,
    letter,
    record,
)


def test_a_batch_makes_its_documents_in_the_order_of_their_numbers(office: Office) -> None:
    before = office.put(record(DIRECTOR))
    batch, ids = fill(office, 30, DIRECTOR)
    between = office.put(record(DIRECTOR))

    confirm(office, batch, 30)
    office.work(3)

    assert (state(office, batch), counts(office, batch)["made"]) == ("done", 30)
    numbers = [office.view(key)["number"][-6:] for key in ids]
    assert numbers == [f"{n:06d}" for n in range(2, 32)]
    assert (before["number"][-6:], between["number"][-6:]) == ("000001", "000032")
    assert {office.view(key)["state"] for key in ids} == {"draft"}
    check_numbers(office)


def test_nothing_is_made_before_somebody_confirms(office: Office) -> None:
    batch, ids = fill(office, 3, DIRECTOR)

    office.work(2)

    assert (state(office, batch), counts(office, batch)["waiting"]) == ("prepared", 3)
    assert office.service("GET", f"/documents/{ids[0]}").status_code == 404


def test_the_typed_count_must_be_the_count(office: Office) -> None:
    batch, _ = fill(office, 3)

    refused = office.service("POST", f"/batches/{batch}/confirmation", {"count": 4})

    assert refused.json["type"] == "urn:vyzva:problem:count-differs"
    assert "v dávce je 3, napsali jste 4" in refused.json["detail"]
    assert state(office, batch) == "prepared"


def test_an_empty_batch_cannot_be_confirmed(office: Office) -> None:
    batch, _ = fill(office, 0)

    refused = office.service("POST", f"/batches/{batch}/confirmation", {"count": 1})

    assert refused.json["type"] == "urn:vyzva:problem:batch-empty"


def test_filling_twice_adds_nothing_and_takes_no_number(office: Office) -> None:
    key, document = uuid4(), uuid4()
    office.service("PUT", f"/batches/{key}", {"title": "Dávka"})
    body = {"items": [{"document_id": str(document), "request": record(DIRECTOR)}]}

    for _ in range(2):
        answer = office.service("PUT", f"/batches/{key}/items", body)

    assert answer.json["counts"]["waiting"] == 1
    other = {"items": [{"document_id": str(document), "request": record(title="Jiný")}]}
    refused = office.service("PUT", f"/batches/{key}/items", other)
    assert refused.json["type"] == "urn:vyzva:problem:id-reused"
    assert office.put(record())["number"].endswith("-000002")


def test_a_confirmed_batch_takes_no_more(office: Office) -> None:
    batch, _ = fill(office, 2)
    confirm(office, batch, 2)

    body = {"items": [{"document_id": str(uuid4()), "request": record()}]}
    refused = office.service("PUT", f"/batches/{batch}/items", body)
    again = office.service("POST", f"/batches/{batch}/confirmation", {"count": 2})

    assert {refused.status_code, again.status_code} == {409}


def test_bad_content_is_refused_before_it_takes_a_number(office: Office) -> None:
    batch, _ = fill(office, 1)

    twice = {"items": [{"document_id": str(uuid4()), "request": record(DIRECTOR, DIRECTOR)}]}
    no_box = {"items": [{"document_id": str(uuid4()), "request": letter(box="abcdefg")}]}
    refused = [office.service("PUT", f"/batches/{batch}/items", b) for b in (twice, no_box)]

    assert [answer.json["type"].rpartition(":")[2] for answer in refused] == [
        "signer-named-twice",
        "bad-box-id",
    ]
    assert counts(office, batch)["waiting"] == 1
    assert office.put(record())["number"].endswith("-000002")


@pytest.mark.usefixtures("small_looks")
def test_a_paused_batch_stands_still_and_goes_on(office: Office) -> None:
    batch, _ = fill(office, 40)
    confirm(office, batch, 40)
    office.work()
    paused = hold(office, batch, "pause")
    made = counts(office, batch)["made"]

    office.work(3)

    assert (made, counts(office, batch)["made"]) == (25, 25)
    resumed = hold(office, batch, "resumption")
    office.work(2)
    assert (paused["state"], resumed["state"]) == ("paused", "running")
    assert resumed["version"] > paused["version"]
    assert (state(office, batch), counts(office, batch)["made"]) == ("done", 40)


@pytest.mark.usefixtures("small_looks")
def test_the_rest_is_cancelled_with_a_reason_for_every_number(office: Office) -> None:
    batch, _ = fill(office, 40)
    confirm(office, batch, 40)
    office.work()

    office.service("POST", f"/batches/{batch}/cancellation", {"reason": "Výzva se ruší."})
    office.work(2)

    assert counts(office, batch) == {"waiting": 0, "made": 25, "failed": 0, "void": 15}
    assert {item["reason"] for item in listed(office, batch) if item["state"] == "void"} == {
        "Výzva se ruší."
    }
    assert office.put(record())["number"].endswith("-000041")
    check_numbers(office)


def test_a_finished_batch_has_nothing_to_cancel(office: Office) -> None:
    batch, _ = fill(office, 2)
    confirm(office, batch, 2)
    office.work(2)

    refused = office.service("POST", f"/batches/{batch}/cancellation", {"reason": "Pozdě."})

    assert refused.json["type"] == "urn:vyzva:problem:nothing-to-cancel"


def test_one_that_fails_stops_nobody_and_is_tried_again_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, ids = fill(office, 5)
    confirm(office, batch, 5)
    renderer = office.app.extensions["documents-tools"].renderer
    render = type(renderer).render

    def fail_third(request):  # type: ignore[no-untyped-def]
        if request.title == "Oznámení 3":
            raise RenderingFailed("no")
        return render(renderer, request)

    with monkeypatch.context() as patched:
        patched.setattr(renderer, "render", fail_third)
        office.work(2)
    failed = [item for item in listed(office, batch) if item["state"] == "failed"]

    assert counts(office, batch) == {"waiting": 0, "made": 4, "failed": 1, "void": 0}
    assert [(item["position"], item["reason"]) for item in failed] == [
        (3, "Dokument se nepodařilo vysázet.")
    ]
    office.service("POST", f"/batches/{batch}/retry")
    office.work(2)
    assert counts(office, batch)["made"] == 5
    assert office.view(ids[2])["number"].endswith("-000003")
    check_numbers(office)


def test_a_full_store_stops_the_batch_and_it_goes_on_by_itself(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch, _ = fill(office, 5)
    confirm(office, batch, 5)
    store = office.app.extensions["documents-tools"].files

    def full() -> None:
        raise StoreFull(reason="reserve")

    with monkeypatch.context() as patched:
        patched.setattr(store, "check_room", full)
        office.work(8)
        stopped = office.service("GET", f"/batches/{batch}").json
    office.work(2)

    assert (stopped["state"], stopped["trouble"]) == ("running", "store_full")
    assert stopped["counts"]["waiting"] == 5
    after = office.service("GET", f"/batches/{batch}").json
    assert (after["state"], after["trouble"], after["counts"]["made"]) == ("done", None, 5)
    check_numbers(office)


def test_documents_of_a_batch_are_signed_sealed_and_sent_like_others(office: Office) -> None:
    batch, ids = fill(office, 2)
    confirm(office, batch, 2)

    office.work(2)

    assert {office.view(key)["state"] for key in ids} == {"issued"}


def test_a_batch_of_another_organisation_is_not_there(office: Office) -> None:
    batch, _ = fill(office, 1)

    answers = [
        office.api("GET", f"/batches/{batch}", STRANGER),
        office.api("GET", f"/batches/{batch}/items", STRANGER),
        office.api("POST", f"/batches/{batch}/confirmation", STRANGER, {"count": 1}),
        office.api("PUT", f"/batches/{batch}", STRANGER, {"title": "Moje"}),
    ]

    assert {answer.status_code for answer in answers} == {404}


@pytest.mark.parametrize(("actor", "status"), [(ASSISTANT, 200), (CONTROLLER, 403)])
def test_leaders_prepare_batches_and_others_do_not(
    office: Office, actor: Actor, status: int
) -> None:
    answer = office.api("PUT", f"/batches/{uuid4()}", actor, {"title": "Dávka"})

    assert answer.status_code == status


def test_a_batch_holds_five_thousand() -> None:
    check_room_in_batch(4999, 1)

    with pytest.raises(BatchTooLarge):
        check_room_in_batch(4999, 2)
