"""A document in another language: the same record, for information only, with its own hash."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from services.documents.domain.approvals import check_translation
from services.documents.domain.content import Content
from services.documents.domain.content_rules import check_content
from services.documents.domain.documents import CANCELLED
from services.documents.domain.records import RecordUnknown
from services.documents.models import Document, Translation
from services.documents.rendering.port import RenderRequest
from services.documents.service.loading import document_of
from services.documents.service.printing import Press, print_request
from services.documents.service.work import Work


@dataclass(frozen=True)
class TranslatedText:
    """What the document says in another language."""

    language: str
    title: str
    content: Content
    raw_content: Mapping[str, Any]
    """The content as it came, kept for machines."""


def plan_translation(
    work: Work, press: Press, document_id: UUID, text: TranslatedText
) -> RenderRequest:
    """Return what the document in another language is typeset from.

    It bears the number and the id of the document, says that only the document itself is
    authoritative, and has neither signatures nor a seal: its hash is in the register.

    Raises:
        RecordUnknown: no such document.
        NoTranslation: into the document's own language, or the document is cancelled.
        TableUneven, ContentTooLong: bad content.
    """
    document = document_of(work, document_id)
    _check(document, text.language)
    check_content(text.content)
    return replace(
        print_request(press, document),
        language=text.language,
        title=text.title,
        content=text.content,
        is_translation=True,
    )


def keep_translation(
    work: Work, document_id: UUID, text: TranslatedText, sha256: str, pages: int
) -> Translation:
    """Keep a typeset translation; the same file makes one translation.

    Raises:
        RecordUnknown: no such document.
        NoTranslation: the document was cancelled meanwhile.
    """
    document = document_of(work, document_id, lock=True)
    _check(document, text.language)
    return _existing(document, text.language, sha256) or _kept(work, document, text, sha256, pages)


def _check(document: Document, language: str) -> None:
    check_translation(
        language=language,
        original=document.language,
        is_cancelled=document.state == CANCELLED,
        number=document.number,
    )


def newest_translation(document: Document, language: str) -> Translation:
    """Return the last translation of a document into a language.

    Raises:
        RecordUnknown: there is none.
    """
    found = [item for item in document.translations if item.language == language]
    if not found:
        raise RecordUnknown()
    return found[-1]


def _existing(document: Document, language: str, sha256: str) -> Translation | None:
    found = [t for t in document.translations if (t.language, t.sha256) == (language, sha256)]
    return found[0] if found else None


def _kept(
    work: Work, document: Document, text: TranslatedText, sha256: str, pages: int
) -> Translation:
    made = Translation(
        id=uuid4(),
        organisation_id=work.organisation_id,
        language=text.language,
        title=text.title,
        content=dict(text.raw_content),
        sha256=sha256,
        pages=pages,
        created_at=work.now,
        created_by=work.actor.name,
    )
    document.translations.append(made)
    work.session.flush()
    work.audit("translate", ("document", document.id), language=text.language, sha256=sha256)
    return made
