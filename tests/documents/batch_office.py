"""An office with a batch, for tests."""

from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from services.documents.models import BatchItem, Document, db
from shared.actors import Actor
from tests.documents.offices import Office, record

WHY = "Ve vzoru dopisu je chyba."


def fill(
    office: Office, count: int, *signers: Actor, batch_id: UUID | None = None, **more: Any
) -> tuple[str, list[str]]:
    """Prepare a batch of some documents; return its id and theirs."""
    key, ids = batch_id or uuid4(), [uuid4() for _ in range(count)]
    made = office.service("PUT", f"/batches/{key}", {"title": "Oznámení výsledků 8. výzvy"})
    assert made.status_code == 200, made.json
    requests = [record(*signers, title=f"Oznámení {n}", **more) for n in range(1, count + 1)]
    for start in range(0, count, 100):
        part = zip(ids[start : start + 100], requests[start : start + 100], strict=True)
        body = {"items": [{"document_id": str(k), "request": r} for k, r in part]}
        added = office.service("PUT", f"/batches/{key}/items", body)
        assert added.status_code == 200, added.json
    return str(key), [str(one) for one in ids]


def confirm(office: Office, batch_id: str, count: int) -> None:
    done = office.service("POST", f"/batches/{batch_id}/confirmation", {"count": count})
    assert done.status_code == 200, done.json


def hold(office: Office, batch_id: str, act: str) -> dict[str, Any]:
    """Pause a batch or let it go on, as somebody does who has just seen it."""
    version = office.service("GET", f"/batches/{batch_id}").json["version"]
    body = {"version": version, "reason": WHY}
    done = office.service("POST", f"/batches/{batch_id}/{act}", body)
    assert done.status_code == 200, done.json
    told: dict[str, Any] = done.json
    return told


def counts(office: Office, batch_id: str) -> dict[str, int]:
    found: dict[str, int] = office.service("GET", f"/batches/{batch_id}").json["counts"]
    return found


def state(office: Office, batch_id: str) -> str:
    return str(office.service("GET", f"/batches/{batch_id}").json["state"])


def listed(office: Office, batch_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office.service("GET", f"/batches/{batch_id}/items").json["items"]
    return found


def check_numbers(office: Office) -> None:
    """Every number up to the last one belongs to one document, or says why it does not."""
    with office.context():
        session = db.session()
        documents = list(session.scalars(select(Document.number)))
        rows = list(session.scalars(select(BatchItem)))
    open_or_void = [row.number for row in rows if row.state != "made"]
    assert all(row.reason or row.problem for row in rows if row.state in ("void", "failed"))
    numbers = sorted([*documents, *open_or_void])
    assert len(numbers) == len(set(numbers))
    prefix = numbers[0].rpartition("-")[0]
    assert numbers == [f"{prefix}-{n:06d}" for n in range(1, len(numbers) + 1)]
