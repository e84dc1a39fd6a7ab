"""The text of a call as a signed document: exactly what was announced, made when it is asked for.

The words are the record, so they are Czech whatever language the person reads pages in.
"""

from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import func, select

from services.registry.domain.records import RecordUnknown
from services.registry.domain.roles import Act
from services.registry.models import Call, DocumentRef, Snapshot
from services.registry.service.loading import call_of
from services.registry.service.papers import moment_words, request_document, signer_of
from services.registry.service.work import Work
from shared.contracts.codec import from_json, to_json
from shared.contracts.documents import (
    Content,
    DocumentRequest,
    Signer,
    fact_rows,
    heading,
    paragraph,
    table,
)
from shared.contracts.registry import AttachmentKind, CallView, FicheView
from shared.document_kinds import layout_of

KIND = "call_text"


def make_call_text(work: Work, call_id: UUID) -> UUID:
    """Have the announced text of a call made into a document; asking again makes one.

    Raises:
        NotEntitled: only who may announce a call signs its text.
        RecordUnknown: there is no such call, or it is not announced.

    Source:
        R98, R1, R4: the call is a document to the public; the snapshot keeps what was announced.
    """
    work.entitled(Act.ANNOUNCE_CALL)
    call = call_of(work, call_id)
    announced = _announced(work, call)
    document_id = uuid5(announced.id, f"{KIND}-{_cancelled(work, call)}")
    if work.session.get(DocumentRef, document_id) is None:
        view = from_json(CallView, announced.content)
        request_document(work, document_id, call_text(view, announced.sha256, signer_of(work)))
        work.audit("make_call_text", ("call", call.id), document_id=document_id)
    return document_id


def _announced(work: Work, call: Call) -> Snapshot:
    query = select(Snapshot).where(Snapshot.call_id == call.id, Snapshot.kind == "call")
    found = work.session.scalar(query.order_by(Snapshot.published_at.desc()).limit(1))
    if found is None:
        raise RecordUnknown(kind="Snapshot")
    return found


def _cancelled(work: Work, call: Call) -> int:
    query = select(func.count()).where(
        DocumentRef.call_id == call.id, DocumentRef.kind == KIND, DocumentRef.state == "cancelled"
    )
    return work.session.scalar(query) or 0


def call_text(view: CallView, snapshot_sha256: str, signer: Signer) -> DocumentRequest:
    """Compose the text of the call.

    Args:
        snapshot_sha256: Hash of what the public page showed when the call was announced.
    """
    blocks: list[dict[str, Any]] = [
        paragraph(f"Vyhlašujeme {view.number}. výzvu k předkládání žádostí o dotaci."),
        fact_rows(
            ("Příjem žádostí od", moment_words(view.opens_at)),
            ("Příjem žádostí do", moment_words(view.closes_at)),
            ("Místo příjmu", view.intake_place),
            ("Veřejné prezentace", moment_words(view.presentation_at)),
            ("Místo prezentací", view.presentation_place),
            ("Předběžná částka výzvy", view.amount.formatted("cs")),
        ),
        *_written("Jak žádost podat", view.how_to_apply),
        heading("Fiche a jejich přibližná alokace"),
        table([("Fiche", "left"), ("Alokace", "right")], [_line(one) for one in view.fiches]),
        *(block for one in view.fiches for block in _fiche(one)),
        *_written("Poznámka", view.note),
    ]
    announced = moment_words(view.published_at) if view.published_at else "–"
    return DocumentRequest(
        kind=KIND,
        layout=layout_of(KIND),
        title=f"Text výzvy – {view.title}",
        content=Content([("Výzva", view.title), ("Vyhlášeno", announced)], blocks),
        signers=[signer],
        call_id=view.id,
        facts={"snapshot_sha256": snapshot_sha256, "call": to_json(view)},
    )


def _written(title: str, text: str) -> list[dict[str, Any]]:
    return [heading(title), paragraph(text)] if text.strip() else []


def _line(one: FicheView) -> list[str]:
    amount = "neurčena" if one.allocation is None else one.allocation.formatted("cs")
    return [f"{one.number} – {one.name}", amount]


def _fiche(one: FicheView) -> list[dict[str, Any]]:
    """Say what the fiche asks for, and by what its projects are scored."""
    rows = [[_kind_of(item), item.text, ""] for item in one.attachments]
    rows += [["přijatelnost", item.text, ""] for item in one.acceptability]
    rows += [["hodnocení", i.text, str(i.maximum or "")] for i in one.scoring]
    if not rows:
        return []
    columns = [("Druh", "left"), ("Požadavek nebo kritérium", "left"), ("Nejvýše bodů", "right")]
    return [heading(f"Fiche {one.number} – {one.name}"), table(columns, rows)]


def _kind_of(attachment: AttachmentKind) -> str:
    return "povinná příloha" if attachment.is_mandatory else "nepovinná příloha"
