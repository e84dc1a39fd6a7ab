"""Letterheads and the series of reference numbers."""

import unicodedata
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from services.documents.domain.content import Content, Paragraph
from services.documents.domain.logos import SVG, LogoRefused, form_of
from services.documents.domain.numbering import CODE, BadOrganisationCode, document_number
from services.documents.models import Letterhead, NumberSeries
from services.documents.rendering.drawings import check_drawing
from services.documents.rendering.port import DEFAULT_ACCENT, RenderingFailed, RenderRequest
from services.documents.rendering.templates import labels_of
from services.documents.service.printing import Press, printed_letterhead, printing_of
from services.documents.service.work import Work
from shared.document_kinds import layout_of

FALLBACK_NAME = "Místní akční skupina"
SMALL_WORDS = frozenset({"z", "s", "o", "p", "ú", "a"})


@dataclass(frozen=True)
class LetterheadFacts:
    """How an organisation wants to present itself."""

    name: str
    code: str
    lines: tuple[str, ...]
    accent: str = DEFAULT_ACCENT


ANOTHER = (
    select(Letterhead.organisation_id)
    .where(Letterhead.organisation_id != bindparam("organisation_id"))
    .limit(1)
)
"""An organisation of the installation that is not this one."""


def shown_letterhead(work: Work) -> Letterhead:
    """Return the organisation's letterhead, or the plain one that it would get; makes nothing."""
    return work.session.get(Letterhead, work.organisation_id) or _plain(work)


def _plain(work: Work) -> Letterhead:
    name = work.actor.organisation_name or FALLBACK_NAME
    return Letterhead(
        organisation_id=work.organisation_id,
        name=name,
        code=code_from(name),
        lines=[],
        accent=DEFAULT_ACCENT,
    )


def letterhead_of(work: Work) -> Letterhead:
    """Return the organisation's letterhead, making a plain one on first use."""
    found = work.session.get(Letterhead, work.organisation_id)
    name = work.actor.organisation_name
    if found is None:
        found = _plain(work)
        work.session.add(found)
        work.session.flush()
    elif name and not found.is_given and found.name != name:
        found.name = name
    return found


def is_only_organisation(session: Session, organisation_id: UUID) -> bool:
    """Tell whether the installation has no other organisation."""
    return session.scalar(ANOTHER, {"organisation_id": organisation_id}) is None


def only_organisation(session: Session) -> UUID | None:
    """Return the organisation of the installation; ``None`` if there is none or several."""
    found = list(session.scalars(select(Letterhead.organisation_id).limit(2)))
    return found[0] if len(found) == 1 else None


def set_letterhead(work: Work, facts: LetterheadFacts) -> Letterhead:
    """Set how the organisation presents itself from now on; issued documents stay.

    Raises:
        BadOrganisationCode: the code cannot stand in a reference number.
    """
    if not CODE.fullmatch(facts.code):
        raise BadOrganisationCode(code=facts.code)
    found = letterhead_of(work)
    found.name, found.code = facts.name, facts.code
    found.lines, found.accent, found.is_given = list(facts.lines), facts.accent, True
    work.audit("set_letterhead", ("letterhead", work.organisation_id), code=facts.code)
    return found


def set_logo(work: Work, press: Press, content: bytes | None) -> Letterhead:
    """Put a picture into the letterhead, or take it away; documents made before stay.

    Raises:
        LogoRefused: it is no plain picture, or a document with it could not be typeset.
    """
    found = letterhead_of(work)
    if content is None:
        found.logo_sha256 = found.logo_form = None
    else:
        form = form_of(content)
        if form == SVG:
            check_drawing(content)
        found.logo_sha256, found.logo_form = press.files.put(content), form
        _try_out(work, press, found)
    work.audit("set_logo", ("letterhead", work.organisation_id), sha256=found.logo_sha256)
    return found


def sample_letter(work: Work, press: Press, letterhead: Letterhead) -> bytes:
    """Return a page with the letterhead and nothing else; nothing of it is kept."""
    words = labels_of("cs")
    return press.renderer.print_out(
        RenderRequest(
            document_id=UUID(int=0),
            number=document_number(letterhead.code, work.today.year, 0),
            kind="official_letter",
            layout=layout_of("official_letter"),
            language="cs",
            title=words["sample"],
            created_at=work.now,
            letterhead=printed_letterhead(press, printing_of(press, letterhead)),
            content=Content((), (Paragraph(words["sample_text"]),)),
            facts="{}",
            is_development=press.is_development,
            profile=press.profile,
        )
    )


def _try_out(work: Work, press: Press, letterhead: Letterhead) -> None:
    try:
        sample_letter(work, press, letterhead)
    except RenderingFailed as error:
        raise LogoRefused() from error


def next_number(work: Work, letterhead: Letterhead) -> str:
    """Take the next reference number; it returns when the transaction fails."""
    [number] = take_numbers(work, letterhead, 1)
    return number


def coming_number(work: Work, letterhead: Letterhead) -> str:
    """Return the number that would be next now; it is not taken."""
    year = work.today.year
    last = work.session.get(NumberSeries, (work.organisation_id, year))
    return document_number(letterhead.code, year, last.last + 1 if last else 1)


def take_numbers(work: Work, letterhead: Letterhead, count: int) -> list[str]:
    """Take the next reference numbers, one after another; they return with the transaction."""
    year = work.today.year
    series = NumberSeries.__table__
    mine = (series.c.organisation_id == work.organisation_id) & (series.c.year == year)
    taken = update(NumberSeries).where(mine).values(last=NumberSeries.last + count)
    last = work.session.scalar(taken.returning(NumberSeries.last))
    if last is None:
        last = count
        work.session.add(NumberSeries(organisation_id=work.organisation_id, year=year, last=last))
        work.session.flush()
    return [document_number(letterhead.code, year, n) for n in range(last - count + 1, last + 1)]


def code_from(name: str) -> str:
    """Return a code made of the initials of a name, such as ``MASSZK``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = [word.strip(".,") for word in plain.split()]
    kept = [word for word in words if word and word.lower() not in SMALL_WORDS]
    letters = "".join(
        word if word.isupper() and len(word) <= 4 else word[0].upper() for word in kept
    )
    code = "".join(c for c in letters if c.isalnum())[:16]
    return code if CODE.fullmatch(code) else "MAS"
