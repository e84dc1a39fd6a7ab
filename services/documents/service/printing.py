"""What determines the bytes of a document, from a request or from what is kept of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.documents.adapters.files import FileStore
from services.documents.domain.content import Content
from services.documents.domain.content_json import content_of
from services.documents.models import Document, Letterhead
from services.documents.rendering.dates import long_date
from services.documents.rendering.port import (
    Addressee,
    Logo,
    Renderer,
    RenderRequest,
    SignaturePlace,
)
from services.documents.rendering.port import Letterhead as PrintedLetterhead
from services.documents.rendering.templates import TemplateChanged, labels_of, template


@dataclass(frozen=True)
class Press:
    """What turns facts into a kept file."""

    renderer: Renderer
    files: FileStore
    is_development: bool
    profile: str
    """``3a`` or ``2a``, see the renderer's port."""
    verify_url: str
    """Address before the id of a document at which everybody can check it."""


@dataclass(frozen=True)
class Typeset:
    """A typeset document in the store."""

    sha256: str
    facts_sha256: str
    pages: int


@dataclass(frozen=True)
class Printed:
    """A typeset document that is not in the store yet."""

    pdf: bytes
    facts: bytes
    """What is attached to it, as it is kept beside it."""
    pages: int


def typeset(press: Press, request: RenderRequest) -> Typeset:
    """Typeset a document and keep the file and its facts.

    Raises:
        RenderingFailed: the templates could not be typeset.
        StoreFull, StoreUnavailable: the files cannot be kept.
    """
    printed = printed_from(press, request)
    sha256, facts_sha256 = press.files.put_all([printed.pdf, printed.facts])
    return Typeset(sha256, facts_sha256, printed.pages)


def printed_from(press: Press, request: RenderRequest) -> Printed:
    """Typeset a document and leave it to the caller to keep the file and its facts.

    Raises:
        RenderingFailed: the templates could not be typeset.
    """
    rendered = press.renderer.render(request)
    return Printed(rendered.pdf, request.facts.encode(), rendered.pages)


def canonical(value: Any) -> str:
    """Return JSON with one spelling: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def printing_of(press: Press, letterhead: Letterhead) -> dict[str, Any]:
    """Return what is kept beside the content, so that the document can be printed again."""
    return {
        "name": letterhead.name,
        "lines": list(letterhead.lines),
        "accent": letterhead.accent,
        "logo_sha256": letterhead.logo_sha256,
        "logo_form": letterhead.logo_form,
        "is_development": press.is_development,
        "profile": press.profile,
        "verify_url": press.verify_url,
    }


def printed_letterhead(press: Press, printing: Mapping[str, Any]) -> PrintedLetterhead:
    """Return the letterhead with its picture."""
    sha256, logo = printing["logo_sha256"], None
    if sha256 is not None:
        logo = Logo(press.files.get(sha256), printing["logo_form"])
    return PrintedLetterhead(printing["name"], tuple(printing["lines"]), printing["accent"], logo)


def attached_facts(document: Document) -> str:
    """Return what machines will read: the document's place in the world and the given facts."""
    told = {
        "id": str(document.id),
        "number": document.number,
        "kind": document.kind,
        "title": document.title,
        "case_id": str(document.case_id) if document.case_id else None,
        "call_id": str(document.call_id) if document.call_id else None,
        "signers": [{"name": s.name, "function": s.function} for s in document.signatures],
        "template": {"version": document.template, "sha256": document.template_sha256},
        "facts": document.facts,
    }
    printed = document.printing.get("addressee")
    if printed is not None:
        told["addressee"] = {"name": printed[0], "data_box_id": printed[2]}
    if document.corrects is not None:
        told["corrects"] = {"id": str(document.corrects.id), "number": document.corrects.number}
    return canonical(told)


def print_request(press: Press, document: Document) -> RenderRequest:
    """Return what a document is typeset from: the same request for ever, so the same bytes.

    Raises:
        TemplateChanged: the templates by which it was made are no more what they were.
    """
    used = template(document.template)
    if used.sha256 != document.template_sha256:
        raise TemplateChanged(f"{document.number} was made by {document.template_sha256}")
    printing = document.printing
    return RenderRequest(
        document_id=document.id,
        number=document.number,
        kind=document.kind,
        layout=document.layout,
        language=document.language,
        title=document.title,
        created_at=document.created_at,
        letterhead=printed_letterhead(press, printing),
        content=_content(document),
        facts=attached_facts(document),
        signers=tuple(
            SignaturePlace(f"Signature{s.position + 1}", s.name, s.function)
            for s in document.signatures
        ),
        addressee=_addressee(document),
        is_development=printing["is_development"],
        template=document.template,
        profile=printing["profile"],
        verify_at=f"{printing['verify_url']}/{document.id}" if printing["verify_url"] else "",
        corrects=_corrects(document),
    )


def _content(document: Document) -> Content:
    return content_of(document.content)


def _addressee(document: Document) -> Addressee | None:
    printed = document.printing.get("addressee")
    return None if printed is None else Addressee(printed[0], tuple(printed[1]), printed[2])


def _corrects(document: Document) -> str:
    if document.corrects is None:
        return ""
    words = labels_of(document.language, document.template)["corrects_of"]
    day = long_date(document.corrects.created_at, document.language)
    return words.format(number=document.corrects.number, day=day)
