"""Batches that a person prepares from a table: every line is judged before anything is numbered."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from marshmallow import ValidationError

from services.documents.acts import Bench
from services.documents.domain.batch_lines import Common, Line, LinesWrong, LineUnfit, lines_of
from services.documents.domain.batch_tables import Fault, read_table
from services.documents.schemas.incoming import DocumentIn, document_facts
from services.documents.service.batches import Requested, prepare_batch
from services.documents.service.drafting import LONGEST_SUBJECT, paragraphs
from services.documents.tools import press_of
from shared.actors import Actor
from shared.contracts.codec import to_json
from shared.db import transaction
from shared.document_kinds import BY_CODE, KINDS, LETTER
from shared.field_errors import field_errors

FROM_TABLE = tuple(kind.code for kind in KINDS if kind.from_table)
"""Kinds of which a person may prepare many at once."""


@dataclass(frozen=True)
class Wanted:
    """A batch as a person asks for it."""

    batch_id: UUID
    name: str
    kind: str
    language: str
    function: str
    """In which the person signs each document."""
    title: str
    text: str
    table: str
    """Heads and lines, as a spreadsheet saves them."""


def judged(actor: Actor, wanted: Wanted) -> tuple[list[Requested], list[Fault]]:
    """Return the documents that the lines ask for, and everything that is wrong.

    Raises:
        TableTooLarge, TableNotText, TableEmpty: the table as a whole cannot be read.
    """
    common = Common(wanted.title, wanted.text, BY_CODE[wanted.kind].layout == LETTER)
    lines, faults = lines_of(read_table(wanted.table), common)
    found = []
    for line in lines:
        try:
            loaded = DocumentIn().load(_request(actor, wanted, line))
        except ValidationError as error:
            reason = "; ".join(row["detail"] for row in field_errors(error.messages))
            faults.append(Fault(line.number, "", LineUnfit(reason=reason)))
        else:
            # The id follows from form and line, so that a second click makes the same documents.
            key = uuid5(wanted.batch_id, str(line.number))
            found.append(Requested(key, document_facts(loaded), to_json(loaded)))
    return found, faults


def prepare(bench: Bench, wanted: Wanted, found: Sequence[Requested]) -> None:
    """Number the documents of a batch, all or none; they are made after somebody confirms.

    Raises:
        BatchExists: the form was sent before, with other lines.
        RecordUnknown, BatchTooLarge, IdReused: see ``prepare_batch``.
    """
    told = f"{wanted.kind}\n{wanted.language}\n{wanted.title}\n{wanted.text}\n{wanted.table}"
    source = hashlib.sha256(told.encode()).hexdigest()
    press = press_of(bench.tools)
    with transaction(bench.session()) as session:
        prepare_batch(bench.work(session), press, wanted.batch_id, wanted.name, found, source)


def check_whole(faults: Sequence[Fault]) -> None:
    """Refuse to go on while a single line is bad.

    Raises:
        LinesWrong: something is wrong.
    """
    if faults:
        raise LinesWrong(count=len(faults))


def _request(actor: Actor, wanted: Wanted, line: Line) -> dict[str, Any]:
    """Return a document as any caller of the API asks for it."""
    kind = BY_CODE[wanted.kind]
    signer = {
        "person_id": str(actor.person_id or UUID(int=0)),
        "name": actor.name,
        "function": wanted.function,
    }
    blocks = [{"type": "paragraph", "text": text} for text in paragraphs(line.text)]
    return {
        "kind": kind.code,
        "layout": kind.layout,
        "language": wanted.language,
        "title": line.title,
        "content": {"reference": [], "blocks": blocks},
        "facts": dict(line.values),
        "signers": [signer],
        "delivery": _delivery(line),
    }


def _delivery(line: Line) -> dict[str, Any] | None:
    if not line.recipient:
        return None
    recipient = {
        "name": line.recipient,
        "address": list(line.address),
        "data_box_id": line.box,
        "ic": line.ic,
    }
    return {"recipient": recipient, "subject": line.title[:LONGEST_SUBJECT]}
