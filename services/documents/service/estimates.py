"""What an act would let leave, and the money for it, by what the database knows; ISDS is not asked.

Whoever signs, approves or confirms sees this before, and the audit entry of the act keeps it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from services.documents.domain import channels
from services.documents.domain.batches import FAILED, WAITING
from services.documents.domain.channels import Known
from services.documents.domain.documents import DRAFT, SIGNED, SIGNING
from services.documents.domain.estimates import (
    Estimate,
    Expected,
    check_shown,
    expected,
    summed_up,
)
from services.documents.domain.postage import PAID
from services.documents.domain.recipients import recipient_key
from services.documents.models import BatchItem, Delivery, Document, Recipient, SenderBox
from services.documents.service.portions import in_portions
from services.documents.service.postage import spent_in_month, terms_of
from services.documents.service.work import Work
from shared.money import Money


@dataclass(frozen=True)
class Letter:
    """To whom a document goes, by its own words."""

    document_id: UUID
    likely: str
    """Channel that follows from them."""
    named_box: str | None
    key: str
    """Under which the register of recipients knows the addressee."""
    recipient_id: UUID | None
    """The addressee there, once entered."""
    own_hands: bool


@dataclass(frozen=True)
class Told:
    """Letters one by one, and all of them together."""

    each: Mapping[UUID, Expected]
    """By the document; one that goes to nobody is not here."""
    estimate: Estimate


@dataclass(frozen=True)
class Seen:
    """On the strength of what somebody acts."""

    price: Money | None
    """Of one paid message now; ``None`` while nobody has set it."""
    most: Money | None = None
    """The upper bound that was shown; ``None`` if none was."""


def of_documents(work: Work, documents: Sequence[Document], price: Money | None) -> Told:
    """Return how documents at hand would leave."""
    sent = (one.delivery for one in documents if one.delivery is not None)
    return _told(work, [_letter(row) for row in sent], price)


def each_of(work: Work, ids: Iterable[UUID], price: Money | None) -> dict[UUID, Expected]:
    """Return how each of some documents would leave."""
    return _each(work, _letters(work, select(Document).where(Document.id.in_(ids))), price)


def of_query(work: Work, documents: Select[Any], price: Money | None) -> Told:
    """Return how the documents would leave that a query finds, without reading them whole."""
    return _told(work, _letters(work, documents), price)


def _letters(work: Work, documents: Select[Any]) -> list[Letter]:
    columns = (
        *(Delivery.document_id, Delivery.channel, Delivery.data_box_id, Delivery.recipient_id),
        *(Delivery.recipient_name, Delivery.address, Delivery.ic, Delivery.own_hands),
    )
    wanted = documents.with_only_columns(Document.id).order_by(None)
    own = Delivery.organisation_id == work.organisation_id
    found = work.session.execute(select(*columns).where(own, Delivery.document_id.in_(wanted)))
    return [_letter(row) for row in found]


def of_batch(work: Work, batch_id: UUID, price: Money | None) -> Told:
    """Return how the documents of a batch would leave that are not issued yet, made or not."""
    query = select(BatchItem.id, BatchItem.request["delivery"]).where(
        BatchItem.organisation_id == work.organisation_id,
        BatchItem.batch_id == batch_id,
        BatchItem.state.in_((WAITING, FAILED)),
    )
    planned = [_planned(key, raw) for key, raw in work.session.execute(query) if raw]
    mine = select(BatchItem.id).where(BatchItem.batch_id == batch_id)
    unissued = Document.state.in_((DRAFT, SIGNING, SIGNED))
    made = _letters(work, select(Document).where(Document.id.in_(mine), unissued))
    return _told(work, [*planned, *made], price)


def agreed(told: Told, seen: Seen) -> dict[str, Any]:
    """Return what the audit entry of an act keeps of what was shown; nothing where nothing goes.

    Raises:
        PostageGrew: it may cost more than was shown.
    """
    estimate = told.estimate
    check_shown(estimate, seen.most)
    if not estimate.lines:
        return {}
    counts = {f"{one.channel}:{one.kind}": one.count for one in estimate.lines}
    money = {"price": estimate.price, "total": estimate.total, "most": estimate.most}
    rest = {"left": estimate.left, "own_hands": estimate.own_hands}
    return {"postage": {"letters": counts, **money, **rest}}


def noted_one(found: Expected | None) -> dict[str, Any]:
    """Return the same of one letter; nothing of a document that goes to nobody."""
    if found is None:
        return {}
    price = found.most if found.kind == PAID else None
    told: dict[str, Any] = {"channel": found.channel, "box_id": found.box_id, "kind": found.kind}
    told["own_hands"] = found.own_hands
    return {"postage": {**told, "price": price, "most": found.most}}


def _letter(row: Any) -> Letter:
    """Return the letter of a delivery, or of its columns."""
    named = row.data_box_id
    key = recipient_key(row.recipient_name, row.address, row.ic, named)
    told = (row.channel, named, key, row.recipient_id, row.own_hands)
    return Letter(row.document_id, *told)


def _planned(document_id: UUID, raw: Mapping[str, Any]) -> Letter:
    """Return the letter that a request describes; see ``creating`` for the likely channel."""
    whom = raw["recipient"]
    named, ic = whom.get("data_box_id") or None, whom.get("ic") or None
    asked = raw.get("channel", channels.AUTO)
    likely = channels.POST if asked == channels.AUTO else asked
    if named or (ic and asked == channels.AUTO):
        likely = channels.DATA_BOX
    key = recipient_key(whom["name"], whom.get("address", ()), ic, named)
    return Letter(document_id, likely, named, key, None, bool(raw.get("own_hands")))


def _told(work: Work, letters: Sequence[Letter], price: Money | None) -> Told:
    each, spent = _each(work, letters, price), spent_in_month(work, work.today)
    whole = summed_up(each.values(), price=price, terms=terms_of(work), spent=spent)
    return Told(each, whole)


def _each(work: Work, letters: Sequence[Letter], price: Money | None) -> dict[UUID, Expected]:
    sender_type, each = None, {}
    if letters:
        own = SenderBox.organisation_id == work.organisation_id
        sender_type = work.session.scalar(select(SenderBox.box_type).where(own))
    for letter, known, box_type in _known(work, letters):
        found = expected(
            letter.likely,
            letter.named_box,
            known,
            box_type=box_type,
            sender_type=sender_type,
            price=price,
            now=work.now,
        )
        each[letter.document_id] = replace(found, own_hands=letter.own_hands)
    return each


def _known(work: Work, letters: Sequence[Letter]) -> Iterator[tuple[Letter, Known, int | None]]:
    """Give each letter with what the register of recipients knows of its addressee."""
    columns = (Recipient.id, Recipient.key, Recipient.outcome, Recipient.box_id)
    query = select(*columns, Recipient.box_type, Recipient.holds_until).where(
        Recipient.organisation_id == work.organisation_id
    )
    for some in in_portions(letters):
        rows = work.session.execute(query.where(_among(some))).all()
        by_id = {row.id: row for row in rows}
        by_key = {row.key: row for row in rows}
        for letter in some:
            row = by_id.get(letter.recipient_id) or by_key.get(letter.key)
            if row is None:
                yield letter, Known(), None
            else:
                yield letter, Known(row.outcome, row.box_id, row.holds_until), row.box_type


def _among(letters: Iterable[Letter]) -> ColumnElement[bool]:
    keys = {one.key for one in letters}
    ids = {one.recipient_id for one in letters if one.recipient_id is not None}
    return or_(Recipient.key.in_(keys), Recipient.id.in_(ids))
