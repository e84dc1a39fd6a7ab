"""Whoever signs, approves or confirms sees how the letters will leave and what it costs."""

import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.documents.domain.channels import Known
from services.documents.domain.estimates import (
    Expected,
    PostageGrew,
    check_shown,
    expected,
    summed_up,
)
from services.documents.domain.postage import Terms
from services.documents.domain.recipients import recipient_key
from services.documents.models import Audit, Recipient, SenderBox, db
from services.documents.service.work import Work
from shared.db import transaction
from shared.money import Money
from tests.documents.batch_office import fill
from tests.documents.conftest import FARM, NO_PAID, SENDER, TOWN, Simulator
from tests.documents.offices import (
    ASSISTANT,
    DIRECTOR,
    NOW,
    ORGANISATION,
    SECRET,
    STRANGER,
    Office,
    letter,
    record,
)
from tests.documents.paid_office import approve, crowns, issue, open_paid_office

COMPANY, TOWN_HALL = 20, 10
LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
TEN = Money.czk(10)
ENOUGH = 60.0


@pytest.mark.parametrize(
    ("known", "box_type", "sender_type", "channel", "box", "kind", "most"),
    [
        pytest.param(
            *(Known("usable", FARM, LATER), COMPANY, COMPANY, "data_box", FARM, "paid", 10),
            id="both are private",
        ),
        pytest.param(
            *(Known("usable", TOWN, LATER), TOWN_HALL, COMPANY, "data_box", TOWN, "free", 0),
            id="to an authority",
        ),
        pytest.param(
            *(Known("usable", FARM, LATER), COMPANY, TOWN_HALL, "data_box", FARM, "free", 0),
            id="from an authority",
        ),
        pytest.param(
            *(Known("usable", FARM, LATER), COMPANY, None, "data_box", FARM, "unsure", 10),
            id="nobody has asked about our own box",
        ),
        pytest.param(*(Known(), None, COMPANY, "post", None, "unsure", 10), id="nobody has asked"),
        pytest.param(
            *(Known("ambiguous", None, LATER), None, COMPANY, "post", None, "unsure", 10),
            id="a person has to choose the box",
        ),
        pytest.param(
            *(Known("none", None, LATER), None, COMPANY, "post", None, "paper", 0),
            id="there is no box",
        ),
        pytest.param(
            *(Known("none", None, EARLIER), None, COMPANY, "post", None, "unsure", 10),
            id="there was no box when somebody asked long ago",
        ),
    ],
)
def test_a_letter_is_judged_by_the_last_answers(
    known: Known,
    box_type: int | None,
    sender_type: int | None,
    channel: str,
    box: str | None,
    kind: str,
    most: int,
) -> None:
    told = expected(
        "post", None, known, box_type=box_type, sender_type=sender_type, price=TEN, now=NOW
    )

    assert told == Expected(channel, box, kind, Money.czk(most))


def test_sums_have_an_upper_bound_and_what_is_above_the_limit_is_counted() -> None:
    paid = [Expected("data_box", FARM, "paid", TEN)] * 3
    unsure = [Expected("post", None, "unsure", TEN)] * 2
    free = [Expected("data_box", TOWN, "free", Money.zero())]
    terms = Terms(TEN, Money.czk(100), asks_each=False)

    found = summed_up([*paid, *unsure, *free], price=TEN, terms=terms, spent=Money.czk(65))

    assert (found.total, found.most, found.left) == tuple(map(Money.czk, (30, 50, 35)))
    assert (found.count(), found.beyond, found.waits_for) == (6, 2, None)
    assert [(one.kind, one.count) for one in found.lines] == [
        ("free", 1),
        ("paid", 3),
        ("unsure", 2),
    ]


@pytest.mark.parametrize(
    ("price", "terms", "waits_for"),
    [
        (None, Terms(TEN, None, asks_each=False), "price"),
        (TEN, None, "price"),
        (TEN, Terms(Money.czk(9), None, asks_each=False), "price"),
        (TEN, Terms(TEN, None, asks_each=True), "approval"),
    ],
)
def test_what_paid_messages_would_wait_for_is_told(
    price: Money | None, terms: Terms | None, waits_for: str
) -> None:
    letters = [Expected("data_box", FARM, "paid", price)]

    found = summed_up(letters, price=price, terms=terms, spent=Money.zero())

    assert (found.waits_for, found.most, found.beyond) == (waits_for, price, 0)


def test_only_more_than_was_shown_is_refused() -> None:
    letters = [Expected("data_box", FARM, "paid", TEN)] * 2
    found = summed_up(letters, price=TEN, terms=None, spent=Money.zero())

    check_shown(found, None)
    check_shown(found, Money.czk(20))
    with pytest.raises(PostageGrew):
        check_shown(found, Money.czk(19))


@pytest.fixture
def sender(simulator: Simulator, tmp_path: Path, database_url: str) -> Office:
    """Return an office that has sent one letter to each kind of box, so that it knows them."""
    office = open_paid_office(simulator, tmp_path, database_url)
    approve(office, 10, 45)
    issue(office, FARM)
    issue(office, TOWN)
    office.work(2)
    office.make_key(DIRECTOR)
    return office


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text.replace("\xa0", " ")))


def signed_by(box: str | None, *signers: Any, **more: Any) -> dict[str, Any]:
    return letter(*signers, box=box, **more)


def details_of(office: Office, act: str) -> dict[str, Any]:
    with office.context():
        query = select(Audit.details).where(Audit.act == act).order_by(Audit.recorded_at.desc())
        found = db.session().scalar(query.limit(1))
        return dict(found or {})


def test_who_signs_sees_channel_box_kind_price_and_limit(sender: Office) -> None:
    towns = [sender.put(signed_by(TOWN, DIRECTOR)), sender.put(signed_by(FARM, DIRECTOR))]
    towns.append(sender.put(signed_by(None, DIRECTOR, name="Jan Novák")))
    ids = ",".join(one["id"] for one in towns)

    text = plain(sender.browser(DIRECTOR).get(f"/sign?ids={ids}").text)

    assert f"datovou schránkou {TOWN}, veřejná datová zpráva, zdarma." in text
    assert f"datovou schránkou {FARM}, placená datová zpráva (PDZ) za 10 Kč." in text
    assert "poštou, pokud se nenajde datová schránka; do ní nejvýše za 10 Kč." in text
    assert "Dohromady 3 nejvýše 20 Kč" in text
    assert "Z měsíčního limitu zbývá 35 Kč." in text
    assert "Limit na všechny nemusí stačit" not in text


def test_the_signature_keeps_what_was_approved(sender: Office) -> None:
    made = sender.put(signed_by(FARM, DIRECTOR))

    sender.sign(made["id"], DIRECTOR)

    assert details_of(sender, "sign")["postage"] == {
        "channel": "data_box",
        "box_id": FARM,
        "kind": "paid",
        "own_hands": False,
        "price": crowns(10),
        "most": crowns(10),
    }


def test_a_record_that_goes_to_nobody_has_no_postage(sender: Office) -> None:
    made = sender.put(record(DIRECTOR))

    text = sender.browser(DIRECTOR).get(f"/sign?ids={made['id']}").text
    sender.sign(made["id"], DIRECTOR)

    assert 'class="postage"' not in text
    assert "postage" not in details_of(sender, "sign")
    told = sender.api("GET", f"/documents/{made['id']}/postage", DIRECTOR).json
    assert told == {"postage": None}


def test_a_click_stands_for_the_price_that_was_shown(sender: Office) -> None:
    made = sender.put(signed_by(FARM, DIRECTOR))
    shown = f"{made['id']}:{made['sha256']}"
    page = f"/sign?ids={made['id']}"
    browser, given = sender.browser(DIRECTOR), {"shown": shown, "signing_secret": SECRET}
    before = sender.stored()

    refused = browser.post(page, data={**given, "most": "900"})
    forged = browser.post(page, data={**given, "most": "deset"})
    after = sender.stored()
    body = {"signing_secret": SECRET, "expected_sha256": made["sha256"]}
    place = f"/documents/{made['id']}/signatures"
    by_api = sender.api("POST", place, DIRECTOR, {**body, "expected_most": crowns(9)})
    told = sender.api("GET", f"/documents/{made['id']}/postage", DIRECTOR).json["postage"]
    signed = sender.api("POST", place, DIRECTOR, {**body, "expected_most": told["most"]})

    assert (refused.status_code, forged.status_code) == (409, 409)
    assert "Zprávy mohou stát až 10 Kč, stránka ukázala nejvýše 9 Kč." in plain(refused.text)
    assert after == before
    assert (by_api.status_code, by_api.json["type"]) == (409, "urn:vyzva:problem:postage-grew")
    assert (told["channel"], told["box_id"], told["kind"]) == ("data_box", FARM, "paid")
    assert signed.status_code == 201


def test_a_batch_shows_its_kinds_sum_and_limit_before_it_is_confirmed(sender: Office) -> None:
    batch, _ = fill(sender, 5, DIRECTOR, layout="letter", delivery=signed_by(FARM)["delivery"])
    browser = sender.browser(ASSISTANT)

    page = browser.get(f"/batches/{batch}").text
    told = sender.api("GET", f"/batches/{batch}/postage", ASSISTANT).json
    refused = browser.post(f"/batches/{batch}/confirmation", data={"count": "5", "most": "4999"})
    done = browser.post(f"/batches/{batch}/confirmation", data={"count": "5", "most": "5000"})

    assert "datovou schránkou, placená zpráva (PDZ) 5 50 Kč" in plain(page)
    assert 'name="most" type="hidden" value="5000"' in page
    assert "může být až 2: počkají na vyšší limit" in plain(page)
    assert (told["total"], told["most"], told["left"]) == (crowns(50), crowns(50), crowns(35))
    assert (told["beyond"], told["lines"][0]["count"]) == (2, 5)
    assert (refused.status_code, done.status_code) == (409, 303)
    kept = details_of(sender, "confirm_batch")["postage"]
    assert kept["letters"] == {"data_box:paid": 5}
    assert (kept["total"], kept["left"]) == (crowns(50), crowns(35))


def test_who_signs_many_sees_the_sum_and_the_act_keeps_it(sender: Office) -> None:
    for box in (FARM, FARM, TOWN, NO_PAID):
        sender.put(signed_by(box, DIRECTOR))
    key, browser = uuid4(), sender.browser(DIRECTOR)
    browser.post("/signings", data={"job_id": str(key), "batch_id": ""})

    page = browser.get(f"/signings/{key}").text
    data = {"signing_secret": SECRET, "count": "4"}
    refused = browser.post(f"/signings/{key}/beginning", data={**data, "most": "2900"})
    begun = browser.post(f"/signings/{key}/beginning", data={**data, "most": "3000"})
    for thread in [one for one in threading.enumerate() if one.name == "signing"]:
        thread.join(ENOUGH)

    text = plain(page)
    assert "datovou schránkou, zdarma 1 0 Kč" in text
    assert "datovou schránkou, placená zpráva (PDZ) 2 20 Kč" in text
    assert "datovou schránkou, zatím se neví 1 nejvýše 10 Kč" in text
    assert "Dohromady 4 nejvýše 30 Kč" in text
    assert (refused.status_code, begun.status_code) == (409, 303)
    kept = details_of(sender, "begin_signing")["postage"]
    assert (kept["total"], kept["most"], kept["left"]) == (crowns(20), crowns(30), crowns(35))


def test_a_price_that_nobody_approved_is_said_before_the_signature(sender: Office) -> None:
    approve(sender, 5, None)
    made = sender.put(signed_by(FARM, DIRECTOR))

    text = plain(sender.browser(DIRECTOR).get(f"/sign?ids={made['id']}").text)

    assert "Cenu placené zprávy zatím nikdo neschválil." in text


def test_others_learn_nothing_about_a_batch(sender: Office) -> None:
    batch, _ = fill(sender, 1)

    assert sender.api("GET", f"/batches/{batch}/postage", STRANGER).status_code in (403, 404)


def test_no_question_leaves_for_isds_when_a_page_is_shown(
    sender: Office, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sender.put(signed_by(FARM, DIRECTOR))
    gateway = sender.app.extensions["documents-tools"].gateway

    def never(*_given: object, **_more: object) -> object:
        raise AssertionError("a page must not ask ISDS")

    for name in ("find_box", "can_receive", "login", "credit", "paid_rights"):
        monkeypatch.setattr(gateway, name, never, raising=False)

    assert sender.browser(DIRECTOR).get(f"/sign?ids={made['id']}").status_code == 200


def test_an_answer_of_long_ago_bounds_what_goes_on_paper(sender: Office) -> None:
    """No data box yesterday; today there may be one, so the page says what that may cost."""
    made = sender.put(signed_by(None, DIRECTOR, name="Jan Novák", address=["Horní 5"]))
    with sender.context(), transaction(db.session()) as session:
        work = Work(session, DIRECTOR, sender.clock)
        assert session.get(SenderBox, ORGANISATION).box_id == SENDER  # type: ignore[union-attr]  # it was asked
        session.query(Recipient).filter_by(name="Jan Novák").delete()
        own = {"organisation_id": work.organisation_id, "name": "Jan Novák"}
        key = recipient_key("Jan Novák", ["Horní 5"], None, None)
        row = Recipient(**own, key=key, address=["Horní 5"], outcome="none", holds_until=LATER)
        session.add(row)
    place = f"/documents/{made['id']}/postage"

    fresh = sender.api("GET", place, DIRECTOR).json["postage"]
    sender.clock.move_to(NOW + timedelta(hours=2))
    old = sender.api("GET", place, DIRECTOR).json["postage"]

    assert (fresh["kind"], fresh["most"]) == ("paper", crowns(0))
    assert (old["kind"], old["most"]) == ("unsure", crowns(10))
