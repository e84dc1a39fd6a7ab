"""Parts of the product are killed in the middle of their work; nothing acknowledged is lost."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import requests
from sqlalchemy import column, create_engine, table, update

from services.demonstration.people import ASSISTANT, AUDITOR, DIRECTOR, ORGANISATION
from services.demonstration.stage import Stage
from services.demonstration.web import StoryBroken
from shared.actors import FEED_READER, Actor
from shared.clients.documents import DocumentsClient
from shared.contracts.documents import Content, DocumentRequest, Signer, paragraph
from shared.db import engine_options
from shared.http import ClientError, HttpTransport
from shared.keys import KeyRing
from tests.e2e.product import Product

ENOUGH = 5
"""Writes that are acknowledged before the part is killed."""
PATIENCE_SECONDS = 60
KIND = "delivery_proof"
"""Kind of the documents that are made here; the story makes none of this kind."""
LINKS = "/interest-links"


@dataclass
class Burst:
    """Numbered writes, one after another, until nobody answers any more."""

    write: Callable[[int], object]
    """Returns once the product has acknowledged; the same number twice makes one thing."""
    read: Callable[[], list[int]]
    """Numbers of all that is there."""
    acknowledged: list[int] = field(default_factory=list)

    def send(self) -> Exception:
        """Write on and on; return what ended it."""
        for number in count():
            try:
                self.write(number)
            except (requests.RequestException, StoryBroken, ClientError) as error:
                return error
            self.acknowledged.append(number)
        raise AssertionError("Numbers do not end.")

    def check(self) -> None:
        """What was acknowledged is there; sent again, nothing is there twice."""
        kept = self.read()
        assert set(self.acknowledged) <= set(kept), f"lost: {set(self.acknowledged) - set(kept)}"
        everything = range(len(self.acknowledged) + 1)
        for number in everything:
            self.write(number)  # as people do: who is not sure sends it again
        assert sorted(self.read()) == list(everything)


def lose_nothing(
    product: Product,
    part: str,
    bursts: Sequence[Burst],
    *,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Kill a part while it writes; before anything is sent again, all acknowledged is there.

    Args:
        meanwhile: What happens while the part is dead.
    """
    with ThreadPoolExecutor(len(bursts)) as pool:
        sending = [pool.submit(burst.send) for burst in bursts]
        try:
            _wait_until_busy(bursts, sending)
        finally:
            product.kill(part)  # or the bursts would never end
    for done in sending:
        done.result()
    if meanwhile:
        meanwhile()
    product.start(part)
    for service in ("registry", "evaluation", "documents"):
        product.wait_for(service)
    for burst in bursts:
        burst.check()


def _wait_until_busy(bursts: Sequence[Burst], sending: Sequence["Future[Exception]"]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while min(len(burst.acknowledged) for burst in bursts) < ENOUGH:
        refused = [done.result() for done in sending if done.done()]
        assert not refused, f"refused before the kill: {refused}"
        assert time.monotonic() < end, [len(burst.acknowledged) for burst in bursts]
        time.sleep(0.01)


def members(stage: Stage) -> Burst:
    """Registry: members of the organisation."""
    director = stage.as_(DIRECTOR)

    def write(number: int) -> None:
        body = {"name": f"Spolek {number}", "email": f"spolek{number}@example.org"}
        director.put("registry", f"/members/{_id('member', number)}", body)

    def read() -> list[int]:
        names = [member["name"] for member in director.get("registry", "/members")]
        return [int(name.split()[1]) for name in names if name.startswith("Spolek ")]

    return Burst(write, read)


def interests(stage: Stage) -> Burst:
    """Evaluation: ties of the auditor, who evaluates nothing, to places without a project."""
    director = stage.as_(DIRECTOR)

    def write(number: int) -> None:
        body = {
            "person_id": stage.id_of(AUDITOR.login),
            "type": "residence",
            "municipality": f"Samota {number}",
        }
        director.put("evaluation", f"{LINKS}/{_id('link', number)}", body)

    def read() -> list[int]:
        places = [link["municipality"] or "" for link in director.get("evaluation", LINKS)]
        return [int(place.split()[1]) for place in places if place.startswith("Samota ")]

    return Burst(write, read)


def drafts(stage: Stage, product: Product) -> Burst:
    """Documents: drafts that another service asks for; row and file belong together."""
    director = stage.as_(DIRECTOR)
    client = DocumentsClient(
        HttpTransport(f"{product.url}/documents"), KeyRing(product.var / "keys", "registry")
    )
    known = client.events(0, actor=FEED_READER).events[0].organisation_id
    actor = Actor(organisation_id=known, name="Registr", organisation_name=ORGANISATION)
    signer = Signer(UUID(stage.id_of(ASSISTANT.login)), ASSISTANT.name, ASSISTANT.function)

    def write(number: int) -> None:
        content = Content(blocks=[paragraph(f"Koncept {number}")])
        request = DocumentRequest(KIND, "record", f"Koncept {number}", content, [signer])
        client.put_document(UUID(_id("draft", number)), request, actor=actor)

    def read() -> list[int]:
        found = [one for one in stage.documents(DIRECTOR) if one["kind"] == KIND]
        for one in found:
            preview = director.get("documents", f"/documents/{one['id']}/preview.pdf")
            assert sha256(preview).hexdigest() == one["sha256"]
        return [int(one["title"].split()[1]) for one in found]

    return Burst(write, read)


def sign_drafts(stage: Stage) -> None:
    """Sign the drafts, so that no paper is left over."""
    found = [one for one in stage.documents(DIRECTOR) if one["kind"] == KIND]
    stage.sign(ASSISTANT, [one["id"] for one in found])


def _id(kind: str, number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"burst/{kind}/{number}"))


@dataclass
class Saboteur:
    """Kills a part of the product in the middle of its work and starts it again."""

    product: Product
    name: str
    is_busy: Callable[[], bool]
    let_leases_end: Callable[[], None]
    was_killed: bool = False

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Wait in another thread for the moment when the part is busy."""
        is_over = threading.Event()
        thread = threading.Thread(target=self._watch, args=(is_over,))
        thread.start()
        yield
        is_over.set()
        thread.join()

    def _watch(self, is_over: threading.Event) -> None:
        while not is_over.is_set():
            # Another part may be dead at the moment: then nobody can say whether this one is busy.
            with suppress(requests.RequestException, StoryBroken):
                if self.is_busy():
                    self.product.kill(self.name)
                    self.let_leases_end()
                    self.product.start(self.name)
                    self.was_killed = True
                    return
            time.sleep(0.1)


def end_leases(address: str, *names: str) -> None:
    """Let the minutes pass for which a dead worker holds its work; nobody waits for them here."""
    engine = create_engine(address, **engine_options(address))
    with engine.begin() as connection:
        for name in names:
            leased = table(name, column("leased_until"))
            connection.execute(
                update(leased)
                .where(leased.c.leased_until.is_not(None))
                .values(leased_until="2000-01-01 00:00:00")
            )
    engine.dispose()


class Watched(Stage):
    """A stage that says when the story has come to a point."""

    hooks: dict[str, Callable[[], None]]

    def tell(self, text: str) -> None:
        """Say it, then do what belongs to this point of the story."""
        super().tell(text)
        for words, hook in list(self.hooks.items()):
            if words in text:
                del self.hooks[words]
                hook()


def ledger(stage: Stage, path: str = "ledger") -> Any:
    """Return what the data-box system counted or keeps."""
    reply = requests.get(f"{stage.simulator_url}/control/{path}", timeout=PATIENCE_SECONDS)
    reply.raise_for_status()
    return reply.json()
