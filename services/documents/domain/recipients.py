"""Recipients of letters: who is the same one, and what an answer of the directory means.

Nobody is found by a name alone: namesakes exist, and what is put into another person's box is not
delivered. A name only gives a person candidates to choose from.
"""

import hashlib
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any

from services.documents.domain import channels
from shared.errors import DomainError

IC_LENGTH = 8
TITLES = frozenset(
    (
        *("bc", "bca", "mgr", "mga", "ing", "arch", "judr", "mudr", "mvdr", "mddr", "phdr", "rndr"),
        *("thdr", "thlic", "paeddr", "pharmdr", "dr", "phd", "thd", "csc", "drsc", "dis", "mba"),
        *("llm", "prof", "doc", "sro", "as", "zs", "zu", "ops", "vos", "ks", "spol"),
    )
)
"""Titles of people and legal forms, without dots: the directory spells them in other ways."""
SHORTEST_SEARCH = 2
WORDS = re.compile(r"\w+")
SENDABLE = frozenset({"DZ", "PDZ", "ALL"})
"""What ISDS says of a box to which this sender may send something."""

BY_BOX, BY_IC, BY_NAME, BY_PERSON = "box", "ic", "name", "person"
"""How a box was found: it was named, by the IČO, by the name, or a person chose it."""

AUTHORITY, LEGAL, BUSINESS, NATURAL = "authority", "legal", "business", "natural"
NOT_KNOWN = "unknown"


class CandidateUnknown(DomainError):
    """The chosen box is not among the candidates. Params: ``box_id``."""


class NothingToDecide(DomainError):
    """No candidates wait for a decision about this recipient."""


class RecipientExists(DomainError):
    """Another recipient has this IČO or name and address already. Params: ``name``."""


class BadIc(DomainError):
    """Not an IČO: up to eight digits. Params: ``ic``."""


@dataclass(frozen=True)
class Candidate:
    """A box that may be the recipient's."""

    box_id: str
    type_number: int
    name: str
    address: str
    ic: str


@dataclass(frozen=True)
class Answer:
    """What the directory says of a recipient."""

    outcome: str
    """One of ``domain.channels.ANSWERS``."""
    box_id: str | None = None
    box_type: int | None = None
    box_name: str = ""
    """Name of the box's holder by the directory."""
    found_by: str | None = None
    candidates: tuple[Candidate, ...] = ()
    more: int = 0
    """How many candidates there are beside those."""


NOBODY = Answer(channels.NONE)
UNASKABLE = Answer(channels.NO_SENDER)


@dataclass(frozen=True)
class Wanted:
    """By what a recipient's box is looked for."""

    name: str
    address: tuple[str, ...] = ()
    named: str | None = None
    """Box that the document or its sender named."""
    chosen: str | None = None
    """Box that a person chose or gave."""
    ic: str | None = None
    denied: frozenset[str] = frozenset()
    """Boxes of which a person said that they are not the recipient's."""

    @property
    def is_identified(self) -> bool:
        """Whether there is more than a name to go by."""
        return bool(self.named or self.chosen or self.ic)


def check_ic(text: str | None) -> str | None:
    """Return an IČO as eight digits, ``None`` for nothing.

    Raises:
        BadIc: it is none. The check digit is not asked for: the directory knows what exists.

    Source:
        Act No. 111/2009 Coll., s. 24: eight digits; old ones are written without leading zeros.
    """
    cleaned = "".join((text or "").split())
    if not cleaned:
        return None
    if not (cleaned.isascii() and cleaned.isdecimal() and len(cleaned) <= IC_LENGTH):
        raise BadIc(ic=text or "")
    return cleaned.zfill(IC_LENGTH)


def recipient_key(name: str, address: Sequence[str], ic: str | None, box_id: str | None) -> str:
    """Return by what recipients are told apart within an organisation.

    The IČO where there is one, otherwise the box that was named, otherwise name and address without
    regard to letter case, white space and commas.

    Source:
        R38: one addressee has one answer of the directory, in whatever document it is named.
    """
    try:
        known = check_ic(ic)
    except BadIc:
        known = None
    if known:
        return f"ic:{known}"
    if box_id:
        return f"box:{box_id.strip().lower()}"
    words = " ".join(WORDS.findall(" ".join([name, *address]).casefold()))
    return f"name:{hashlib.sha256(words.encode()).hexdigest()}"


def kind_of(box_type: int | None) -> str:
    """Return the kind of person that holds a box of this type; ``unknown`` without a box.

    Source:
        Operating Rules of ISDS: tens of the type are the kind; 50 is a business on request.
    """
    kinds = {1: AUTHORITY, 2: LEGAL, 3: BUSINESS, 4: NATURAL, 5: BUSINESS}
    return kinds.get((box_type or 0) // 10, NOT_KNOWN)


def search_text(name: str, address: Sequence[str]) -> str:
    """Return what to search the directory for: the name without titles and legal forms.

    A shorter text finds more, and what is too much a person tells apart; what is not found because
    of a dot would go by post although a box exists.

    Source:
        ISDS, ISDSSearch3: every word must be found; at least two characters.
    """
    pieces = name.replace(",", " ").split()
    plain = [one for one in pieces if not _is_ornament(one)]
    text = " ".join(plain)
    return text if len(text) >= SHORTEST_SEARCH else " ".join([name, *address])


def _is_ornament(piece: str) -> bool:
    bare = piece.replace(".", "").casefold()
    return bare in TITLES or (piece.endswith(".") and len(bare) == 1)


def usable_candidates(
    found: Sequence[tuple[Candidate, str]], denied: Container[str]
) -> list[Candidate]:
    """Return the boxes to which something can be sent and which nobody has denied.

    Args:
        found: Boxes, each with what ISDS says may be sent to it.
        denied: Boxes of which a person said that they are another one's.

    Source:
        R38: a closed box is no usable one.
    """
    return [one for one, option in found if option in SENDABLE and one.box_id not in denied]


def likely_first(candidates: Sequence[Candidate], name: str, address: Sequence[str]) -> list[Any]:
    """Return candidates with those first whose name, then address, has more words of the wanted.

    Source:
        None; it only helps a person, who decides.
    """
    wanted_name, wanted_place = _words(name), _words(" ".join(address))

    def unlikeness(one: Candidate) -> tuple[int, int, str]:
        same_name = len(wanted_name ^ _words(one.name))
        return same_name, -len(wanted_place & _words(one.address)), one.box_id

    return sorted(candidates, key=unlikeness)


def from_candidates(candidates: Sequence[Candidate], more: int = 0) -> Answer:
    """Return what follows from boxes that only may be the recipient's: a person decides.

    Args:
        candidates: Boxes that nobody has denied.
        more: How many boxes nobody has looked at; while there are any, nobody knows that none is
            the recipient's.

    Source:
        R38, and Act No. 300/2008 Coll., s. 17: what is put into another one's box is not delivered.
    """
    if not candidates and more <= 0:
        return NOBODY
    return Answer(channels.AMBIGUOUS, candidates=tuple(candidates), more=more)


def check_choice(box_id: str, candidates: Sequence[str]) -> str:
    """Return the chosen box.

    Raises:
        NothingToDecide: there are no candidates.
        CandidateUnknown: the box is not among them.

    Source:
        R38: a person chooses among what the directory said, never freely.
    """
    if not candidates:
        raise NothingToDecide()
    chosen = box_id.strip().lower()
    if chosen not in candidates:
        raise CandidateUnknown(box_id=box_id)
    return chosen


def _words(text: str) -> set[str]:
    return set(WORDS.findall(text.casefold()))
