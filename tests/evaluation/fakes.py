"""Registry and documents as evaluation sees them: small fakes behind the transport port.

They answer the calls that evaluation makes, in the shapes of ``shared.contracts``. The real
providers are joined to the real clients in ``tests/contracts``.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

from shared.clock import FrozenClock
from shared.contracts.bundles import EvidenceOf
from shared.contracts.codec import to_json
from shared.contracts.evidence import LogReach
from shared.contracts.registry import PersonView
from shared.contracts.tasks import TaskList, TaskView
from shared.http import Reply


def reply(body: Any, status: int = 200) -> Reply:
    kind = "application/problem+json" if status >= 400 else "application/json"
    return Reply(status, json.dumps(body).encode(), kind)


STEERED = {"pause": "paused", "resumption": "waiting", "cancellation": "cancelled"}
PROBLEM = {"type": "urn:vyzva:problem:not-found", "detail": "není"}


@dataclass
class Feed:
    """An event feed kept in a list."""

    clock: FrozenClock
    organisation_id: UUID
    events: list[dict[str, Any]] = field(default_factory=list)

    def add(self, kind: str, subject_id: UUID, payload: Any) -> None:
        self.events.append(
            {
                "seq": len(self.events) + 1,
                "id": str(uuid4()),
                "organisation_id": str(self.organisation_id),
                "kind": kind,
                "subject_id": str(subject_id),
                "payload": to_json(payload),
                "at": self.clock.now().isoformat(),
            }
        )

    def page(self, query: str) -> Reply:
        after = int(parse_qs(query).get("after", ["0"])[0])
        events = [event for event in self.events if event["seq"] > after][:200]
        return reply({"events": events, "next": events[-1]["seq"] if events else after})


class FakeRegistry:
    """Gives people, files and the feed; keeps what evaluation hands over."""

    def __init__(self, clock: FrozenClock, organisation_id: UUID) -> None:
        self.feed = Feed(clock, organisation_id)
        self.people: list[PersonView] = []
        self.entries: list[dict[str, Any]] = []
        self.results: list[dict[str, Any]] = []
        self.changes: list[dict[str, Any]] = []
        self.tasks: list[TaskView] = []
        self.evidence = EvidenceOf()
        self.reach = LogReach("registry/own", until=0, waits_until=None)
        self.is_down = False

    def kept(self) -> tuple[Any, ...]:
        """Return everything that was handed over or told."""
        return self.feed.events, self.people, self.entries, self.results, self.changes

    def restore(self, kept: tuple[Any, ...]) -> None:
        """Take back what `kept` returned."""
        self.feed.events, self.people, self.entries, self.results, self.changes = kept

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        if self.is_down:
            raise OSError("registry is down")
        address = urlsplit(path)
        parts = address.path.removeprefix("/api/v1/").split("/")
        if parts[0] == "events":
            return self.feed.page(address.query)
        if parts[0] == "tasks":
            return reply(to_json(TaskList(self.tasks)))
        if parts[0] == "people":
            return reply([to_json(person) for person in self.people])
        if parts[0] == "evidence-log":
            return reply(to_json(self.reach))
        if parts[2:] == ["evidence"]:
            return reply(to_json(self.evidence))
        if "files" in parts:
            return Reply(200, b"%PDF-1.7 original", "application/pdf")
        kept = {"folder-entries": self.entries, "results": self.results}.get(parts[2], self.changes)
        kept.append({"subject": parts[1], "id": parts[3], **json.loads(body or b"{}")})
        return reply({"id": parts[3]})


class FakeDocuments:
    """Keeps documents, lets people sign them, sends and delivers letters."""

    def __init__(self, clock: FrozenClock, organisation_id: UUID) -> None:
        self.clock = clock
        self.feed = Feed(clock, organisation_id)
        self.documents: dict[UUID, dict[str, Any]] = {}
        self.bundles: dict[UUID, dict[str, Any]] = {}
        self.steered: dict[UUID, str] = {}
        """States of bundles that somebody steered."""
        self.troubles: dict[UUID, str] = {}
        """Why bundles could not be made."""
        self.batches: dict[UUID, dict[str, Any]] = {}
        self.tasks: list[TaskView] = []
        self.is_down = False
        self.refuses_with = 0
        self.while_making: Callable[[UUID], None] | None = None

    def kept(self) -> tuple[Any, ...]:
        """Return all documents and events."""
        return self.feed.events, self.documents

    def restore(self, kept: tuple[Any, ...]) -> None:
        """Take back what `kept` returned."""
        self.feed.events, self.documents = kept

    def send(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Reply:
        if self.is_down:
            raise OSError("documents is down")
        address = urlsplit(path)
        parts = address.path.removeprefix("/api/v1/").split("/")
        if parts[0] in ("events", "tasks"):
            is_feed = parts[0] == "events"
            return (
                self.feed.page(address.query) if is_feed else reply(to_json(TaskList(self.tasks)))
            )
        if parts[0] == "batches":
            return self._batches(method, parts, json.loads(body or b"{}"))
        if parts[0] == "time-stamps":
            return reply(PROBLEM, 503)  # no authority answers
        if parts[0] == "call-papers":
            [wanted] = parse_qs(address.query)["call_ids"]
            return reply({"items": [self._papers(one) for one in wanted.split(",")]})
        if parts[0] == "bundles":
            return self._bundles(method, parts, json.loads(body or b"{}"))
        return self._documents(method, parts, json.loads(body or b"{}"))

    def _documents(self, method: str, parts: list[str], given: dict[str, Any]) -> Reply:
        key = UUID(parts[1])
        if parts[2:] == ["cancellation"] and key in self.documents:
            if self.documents[key]["signed"]:
                return reply(PROBLEM, 409)
            self.cancel(key)
            return reply(self._view(key))
        if method != "PUT" or self.refuses_with:
            return reply(PROBLEM, self.refuses_with or 404)
        made = self.documents.setdefault(key, {"request": given, "signed": {}})
        if self.while_making is not None:
            self.while_making(key)
        if made["request"] != given:
            return reply(PROBLEM, 409)
        return reply(self._view(key))

    def _batches(self, method: str, parts: list[str], given: dict[str, Any]) -> Reply:
        """Keep batches; a confirmed one is made at once by `make_batch`."""
        key = UUID(parts[1])
        if method == "PUT" and len(parts) == 2:
            self.batches.setdefault(key, {"items": {}, "said": [], "state": "prepared", **given})
        if key not in self.batches:
            return reply(PROBLEM, 404)
        batch = self.batches[key]
        act = parts[-1] if method == "POST" else ""
        if method == "PUT" and parts[2:] == ["items"]:
            for one in given["items"]:
                batch["items"].setdefault(UUID(one["document_id"]), one["request"])
        if act == "confirmation" and given["count"] != len(batch["items"]):
            return reply({**PROBLEM, "detail": "V dávce je jiný počet."}, 422)
        if act in ("pause", "resumption") and not self._hear(key, given):
            return reply({**PROBLEM, "detail": "Mezitím ji někdo změnil."}, 409)
        states = {"confirmation": "running", "pause": "paused", "resumption": "running"}
        batch["state"] = states.get(act, batch["state"])
        if act == "preview":
            return reply(self._batch_item(batch, UUID(parts[3])))
        return reply(self._batch(key))

    def _hear(self, key: UUID, given: dict[str, Any]) -> bool:
        """Hear why a batch rests or goes on, from whoever saw it as it is."""
        is_seen = bool(given["version"] == self._batch(key)["version"])
        if is_seen:
            self.batches[key]["said"].append(given["reason"])
        return is_seen

    def _batch_item(self, batch: dict[str, Any], key: UUID) -> dict[str, Any]:
        position = list(batch["items"]).index(key) + 1
        told = {"position": position, "number": f"D-{position}", "state": "waiting", "reason": ""}
        return {**told, "document_id": str(key), "title": batch["items"][key]["title"]}

    def _batch(self, key: UUID) -> dict[str, Any]:
        batch = self.batches[key]
        made = sum(one in self.documents for one in batch["items"])
        counts = {"waiting": len(batch["items"]) - made, "made": made, "failed": 0, "void": 0}
        return {
            "id": str(key),
            "version": len(batch["said"]) + 1,
            "title": batch["title"],
            "state": batch["state"],
            "created_at": self.clock.now().isoformat(),
            "confirmed_at": None,
            "ended_at": None,
            "trouble": None,
            "counts": counts,
        }

    def make_batch(self, key: UUID | str) -> None:
        """Make what a confirmed batch holds."""
        batch = self.batches[UUID(str(key))]
        assert batch["state"] == "running"
        for document_id, request in batch["items"].items():
            self.documents[document_id] = {"request": request, "signed": {}}
            self.feed.add("document.made", document_id, {"document_id": str(document_id)})
        batch["state"] = "done"

    def _papers(self, call_id: str) -> dict[str, Any]:
        mine = [one for one in self.documents.values() if one["request"].get("call_id") == call_id]
        letters = sum(one["request"].get("delivery") is not None for one in mine)
        issued = sum(one.get("state") == "issued" for one in mine)
        return {
            "call_id": call_id,
            "documents": len(mine),
            "issued": issued,
            "deliveries": letters,
            "delivered": 0,
        }

    def _bundles(self, method: str, parts: list[str], given: dict[str, Any]) -> Reply:
        if len(parts) == 1:
            items = [self._bundle(key) for key in self.bundles]
            return reply({"items": items, "total": len(items), "page": 1, "page_size": 50})
        key = UUID(parts[1])
        if method == "POST":
            if self.steered.get(key) == "cancelled":
                return reply(PROBLEM, 409)
            self.steered[key] = STEERED[parts[2]]
        if method == "PUT" and self.bundles.setdefault(key, given) != given:
            return reply(PROBLEM, 409)
        return reply(self._bundle(key))

    def _bundle(self, key: UUID) -> dict[str, Any]:
        request = self.bundles[key]
        is_call = request["kind"] == "call"
        return {
            "id": str(key),
            "kind": request["kind"],
            "title": request["title"],
            "subject_id": request["call_id"] if is_call else request["case_ids"][0],
            "call_id": request["call_id"],
            "state": self.steered.get(key, "making"),
            "done": 3,
            "total": 7,
            "trouble": self.troubles.get(key, ""),
            "trouble_words": "Úložiště neodpovídá." if key in self.troubles else "",
            "missing": sum(one["missing"] is not None for one in request["expected"]),
            "asked_at": self.clock.now().isoformat(),
            "asked_by": "Jana Malá",
            "ready_at": None,
            "sha256": None,
            "size": None,
        }

    def _view(self, key: UUID) -> dict[str, Any]:
        made = self.documents[key]
        request = made["request"]
        return {
            "id": str(key),
            "number": "D-1",
            "kind": request["kind"],
            "title": request["title"],
            "state": "draft",
            "sha256": "0" * 64,
            "signers": [
                {**one, "signed_at": made["signed"].get(one["person_id"])}
                for one in request["signers"]
            ],
            "case_id": request.get("case_id"),
            "call_id": request.get("call_id"),
            "created_at": self.clock.now().isoformat(),
            "issued_at": None,
        }

    def sign(self, document_id: UUID | str) -> None:
        """Let every asked person sign; the document is issued and, if a letter, dispatched."""
        key = UUID(str(document_id))
        made = self.documents[key]
        now = self.clock.now().isoformat()
        made["signed"] = {one["person_id"]: now for one in made["request"]["signers"]}
        payload = {"document_id": str(key), "kind": made["request"]["kind"]}
        self.feed.add("document.signed", key, payload)
        self.feed.add("document.issued", key, payload)
        if made["request"].get("delivery"):
            self.feed.add(
                "delivery.dispatched", key, {**payload, "dispatched_at": now, "channel": "data_box"}
            )

    def deliver(self, document_id: UUID | str, on: date, basis: str = "login") -> None:
        """Let a letter be delivered."""
        key = UUID(str(document_id))
        self.feed.add(
            "delivery.delivered",
            key,
            {
                "document_id": str(key),
                "delivered_on": on.isoformat(),
                "delivery_basis": basis,
            },
        )

    def overturn(self, document_id: UUID | str) -> None:
        """Take a delivery by fiction back."""
        key = UUID(str(document_id))
        self.feed.add("delivery.overturned", key, {"document_id": str(key), "delivered_on": None})

    def cancel(self, document_id: UUID | str) -> None:
        """Cancel a document before it is issued."""
        key = UUID(str(document_id))
        self.feed.add("document.cancelled", key, {"document_id": str(key)})

    def text(self, document_id: UUID | str) -> str:
        """Return all words of a document, to look for some."""
        request = self.documents[UUID(str(document_id))]["request"]
        return json.dumps(request["content"], ensure_ascii=False).replace("\u00a0", " ")


def at(text: str) -> datetime:
    """Read an instant written with its zone."""
    return datetime.fromisoformat(text)
