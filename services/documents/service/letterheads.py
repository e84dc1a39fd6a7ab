"""Letterheads and the series of reference numbers."""

import unicodedata
from dataclasses import dataclass

from sqlalchemy import update

from services.documents.domain.numbering import CODE, BadOrganisationCode, document_number
from services.documents.models import Letterhead, NumberSeries
from services.documents.rendering.port import DEFAULT_ACCENT
from services.documents.service.work import Work

FALLBACK_NAME = "Místní akční skupina"
SMALL_WORDS = frozenset({"z", "s", "o", "p", "ú", "a"})


@dataclass(frozen=True)
class LetterheadFacts:
    """How an organisation wants to present itself."""

    name: str
    code: str
    lines: tuple[str, ...]
    accent: str = DEFAULT_ACCENT


def letterhead_of(work: Work) -> Letterhead:
    """Return the organisation's letterhead, making a plain one on first use."""
    found = work.session.get(Letterhead, work.organisation_id)
    name = work.actor.organisation_name
    if found is None:
        found = Letterhead(
            organisation_id=work.organisation_id,
            name=name or FALLBACK_NAME,
            code=code_from(name or FALLBACK_NAME),
            lines=[],
            accent=DEFAULT_ACCENT,
        )
        work.session.add(found)
        work.session.flush()
    elif name and not found.is_given and found.name != name:
        found.name = name
    return found


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


def next_number(work: Work, letterhead: Letterhead) -> str:
    """Take the next reference number; it returns when the transaction fails."""
    year = work.today.year
    series = NumberSeries.__table__
    mine = (series.c.organisation_id == work.organisation_id) & (series.c.year == year)
    taken = update(NumberSeries).where(mine).values(last=NumberSeries.last + 1)
    sequence = work.session.scalar(taken.returning(NumberSeries.last))
    if sequence is None:
        sequence = 1
        work.session.add(
            NumberSeries(organisation_id=work.organisation_id, year=year, last=sequence)
        )
        work.session.flush()
    return document_number(letterhead.code, year, sequence)


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
