"""Many letters in one approval, told as a story: seen, typed, made, paused, resumed, each once."""

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from services.documents.models import BatchItem, Delivery, db
from tests.documents.conftest import FARM, SENDER, TOWN, Simulator
from tests.documents.offices import ASSISTANT, Office, letter
from tests.documents.paid_office import crowns, spent

MONTH = date(2026, 4, 1)
PRICE = 10
WHY = "V příloze je chyba, ověřujeme ji."
IN_A_CALL = 100


@dataclass
class Story:
    """One batch of letters, every second of them a paid one."""

    office: Office
    simulator: Simulator
    count: int
    batch: str = field(default_factory=lambda: str(uuid4()))
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each act of the person took."""

    @property
    def place(self) -> str:
        """Address of its page."""
        return f"/batches/{self.batch}"

    @property
    def paid(self) -> int:
        """How many of the letters cost something."""
        return self.count // 2

    def timed(self, name: str, act: Callable[[], Any]) -> Any:
        """Do something and keep how long it took."""
        begun = time.perf_counter()
        done = act()
        self.seconds[name] = time.perf_counter() - begun
        return done

    def meet(self) -> None:
        """Pay, and send a letter to each kind of recipient, so that ISDS has told whose it is."""
        amount = {"amount": 100 * PRICE * self.count}
        self.simulator.control("POST", f"/boxes/{SENDER}/credit", amount)
        for box in (TOWN, FARM):
            self.office.put(self._request(0, box))
        self._work_until(lambda: len(self._ledger()) == 2)

    def fill(self) -> None:
        """Prepare the batch; each document has its number, none is made."""
        self.office.service("PUT", self.place, {"title": "Oznámení výsledků 8. výzvy"})
        for start in range(0, self.count, IN_A_CALL):
            numbers = range(start, min(start + IN_A_CALL, self.count))
            requests = [self._request(n, (TOWN, FARM)[n % 2]) for n in numbers]
            items = [{"document_id": str(uuid4()), "request": one} for one in requests]
            added = self.office.service("PUT", f"{self.place}/items", {"items": items})
            assert added.status_code == 200, added.json

    def look(self) -> None:
        """See the cost and one of the documents; both forms refuse what was not shown."""
        browser = self.office.browser(ASSISTANT)
        text = self.timed("the page with the sum", lambda: browser.get(self.place).text)
        told = self.office.api("GET", f"{self.place}/postage", ASSISTANT).json
        with self.office.context():
            first = db.session().scalar(select(BatchItem.id).order_by(BatchItem.position).limit(1))
        shown = f"{self.place}/items/{first}/preview"
        preview = self.timed("one preview", lambda: browser.post(shown, follow_redirects=True))

        assert preview.mimetype == "application/pdf"
        assert {one["kind"]: one["count"] for one in told["lines"]} == {
            "free": self.count - self.paid,
            "paid": self.paid,
        }
        assert told["total"] == told["most"] == crowns(PRICE * self.paid)
        assert f'name="most" type="hidden" value="{PRICE * self.paid * 100}"' in text

    def confirm(self) -> None:
        """Type the number of documents; a wrong one, or a smaller sum, changes nothing."""
        browser, most = self.office.browser(ASSISTANT), PRICE * self.paid * 100
        place = f"{self.place}/confirmation"
        wrong = browser.post(place, data={"count": str(self.count - 1), "most": str(most)})
        less = browser.post(place, data={"count": str(self.count), "most": str(most - 1)})
        data = {"count": str(self.count), "most": str(most)}
        done = self.timed("the typed confirmation", lambda: browser.post(place, data=data))
        assert (wrong.status_code, less.status_code, done.status_code) == (422, 409, 303)

    def send_half(self) -> None:
        """Work until half of them have left."""
        self._work_until(lambda: self._progress()["sent"] >= self.count // 2)

    def pause(self) -> dict[str, Any]:
        """Pause the sending; whatever the worker does then, no further letter leaves."""
        self.timed("the pause", lambda: self._turn("pause"))
        paused, before = self._progress(), self._ledger()
        self._work_until(lambda: self._batch()["state"] == "done")
        self.office.work(2)
        page = self.office.browser(ASSISTANT).get(self.place).text
        progress = self._progress()

        assert self._ledger() == before
        assert progress["paused"] == progress["waiting"] == self.count - progress["sent"]
        assert f"Z toho pozastaveno: {progress['paused']}." in page
        return dict(paused)

    def resume(self) -> None:
        """Go on, and work until the last one has left."""
        self.timed("the resumption", lambda: self._turn("resumption"))
        self._work_until(lambda: self._progress()["sent"] == self.count)

    def check(self) -> None:
        """Find every letter in the ledger of ISDS exactly once, and the money with it."""
        ledger = Counter(self._ledger())
        with self.office.context():
            rows = (
                db.session().execute(select(Delivery.sender_reference, Delivery.message_id)).all()
            )
        assert set(ledger.values()) == {1}
        assert set(ledger) == {row.sender_reference for row in rows}
        assert len({row.message_id for row in rows}) == len(rows) == self.count + 2
        assert spent(self.office, MONTH) == PRICE * (self.paid + 1)

    def _ledger(self) -> list[str]:
        """Return the references of all messages that ISDS has, the oldest first."""
        found = self.simulator.control("GET", f"/messages?limit={2 * self.count + 10}")
        return [one["sender_reference"] for one in found["messages"]]

    def _request(self, number: int, box: str) -> dict[str, Any]:
        return letter(box=box, name=f"Adresát {number}")

    def _turn(self, act: str) -> None:
        browser = self.office.browser(ASSISTANT)
        form = browser.get(self.place).text.partition(f"/sending/{act}")[2]
        shown = re.search(r'name="version"[^>]*value="(\d+)"', form)
        assert shown is not None, "the page offers no such act"
        data = {"version": shown[1], "why_sending": WHY}
        reply = browser.post(f"{self.place}/sending/{act}", data=data)
        assert reply.status_code == 303, reply.text

    def _batch(self) -> dict[str, Any]:
        told: dict[str, Any] = self.office.service("GET", self.place).json
        return told

    def _progress(self) -> dict[str, int]:
        told: dict[str, int] = self._batch()["progress"]
        return told

    def _work_until(self, is_so: Callable[[], bool]) -> None:
        """Let the worker work; more rounds than any of these need mean that it stands still."""
        for _ in range(20 + self.count // 2):
            if is_so():
                return
            self.office.work()
        columns = (Delivery.state, Delivery.reason, Delivery.hold, Delivery.last_error)
        with self.office.context():
            found = Counter(map(tuple, db.session().execute(select(*columns))))
        raise AssertionError(found)


def tell(story: Story) -> dict[str, Any]:
    """Tell all of it; return the progress right after the pause."""
    story.meet()
    story.fill()
    story.look()
    story.confirm()
    story.send_half()
    paused = story.pause()
    story.resume()
    story.check()
    return paused
