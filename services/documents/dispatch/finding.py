"""Asking the directory of data boxes about a recipient: what it says, not what to do then."""

from collections.abc import Callable, Sequence

from services.documents.delivery.port import BoxFacts, BoxFound, DataBoxGateway, SeveralBoxes
from services.documents.dispatch.desk import DispatchDesk
from services.documents.domain import channels, recipients
from services.documents.domain.recipients import (
    BY_BOX,
    BY_IC,
    BY_PERSON,
    NOBODY,
    UNASKABLE,
    Answer,
    Candidate,
    Wanted,
)
from services.documents.failpoints import hit

MOST_PAGES = 10
"""So many pages of a search are read; whose name is commoner needs an IČO or a box."""


def ask_directory(
    desk: DispatchDesk, wanted: Wanted, begun: Callable[[], Answer] | None = None
) -> Answer:
    """Return what the directory says, or that this installation has no box with which to ask.

    Whoever has a box or an IČO waits until one is set up; of others nothing could be found out.

    Args:
        begun: The question, if it was begun ahead.

    Raises:
        GatewayUnavailable, GatewayRefused: as :func:`look_up`.
    """
    if desk.tools.gateway is None and not wanted.is_identified:
        return UNASKABLE
    with desk.hearing() as gateway:
        return begun() if begun else look_up(gateway, wanted)


def look_up(gateway: DataBoxGateway, wanted: Wanted) -> Answer:
    """Return what the directory says now: by the box, else by the IČO, else by the name.

    A usable box counts wherever it is found; a closed one only if nothing better is found. The name
    is asked for only of somebody who has neither.

    Raises:
        GatewayUnavailable, GatewayRefused: ISDS did not answer; that says nothing about a box.
    """
    answer = _by_identifiers(gateway, wanted)
    hit("directory.answered")
    if answer is None:
        return _by_name(gateway, wanted)
    return answer


def _by_identifiers(gateway: DataBoxGateway, wanted: Wanted) -> Answer | None:
    """Return the answer about a box or an IČO; ``None`` if nothing but the name is left.

    A box that a person has denied is not asked about again, whoever named it.
    """
    is_out = wanted.named == wanted.chosen or wanted.named in wanted.denied
    named = None if is_out else wanted.named
    closed: Answer | None = None
    for box_id, found_by in ((named, BY_BOX), (wanted.chosen, BY_PERSON)):
        found = gateway.find_box(box_id=box_id) if box_id else None
        if found is None:
            continue
        if found_by == BY_BOX and found.ic and wanted.ic and not is_of(found, wanted.ic):
            return _as_candidate(found)
        answer = _judged(gateway, found, found_by)
        if answer.outcome == channels.USABLE:
            return answer
        closed = closed or answer
    if wanted.ic is None:
        return closed
    by_ic = _by_ic(gateway, wanted, wanted.ic)
    is_vague = by_ic.outcome in channels.NO_WAY_IN and by_ic.box_id is None
    return closed if closed and is_vague else by_ic


def is_of(found: BoxFacts, ic: str | None) -> bool:
    """Tell whether a box belongs to this IČO."""
    return bool(ic and found.ic and found.ic.zfill(recipients.IC_LENGTH) == ic)


def _as_candidate(found: BoxFacts) -> Answer:
    return recipients.from_candidates(_as_found([found]))


def _judged(gateway: DataBoxGateway, found: BoxFacts, found_by: str) -> Answer:
    """Return the answer about one box; the directory may lag behind, so the box is asked last."""
    is_open = found.is_open and gateway.can_receive(found.box_id)
    outcome = channels.USABLE if is_open else channels.UNUSABLE
    return Answer(outcome, found.box_id or None, found.type_number, found.name, found_by)


def _by_ic(gateway: DataBoxGateway, wanted: Wanted, ic: str) -> Answer:
    try:
        found = gateway.find_box(ic=ic)
    except SeveralBoxes as several:
        return _searched(gateway, wanted, ic, "ICO", _as_found(several.shown))
    if found is None or found.box_id in wanted.denied:
        return NOBODY
    return _judged(gateway, found, BY_IC)


def _as_found(shown: Sequence[BoxFacts]) -> list[Candidate]:
    return [Candidate(one.box_id, one.type_number, one.name, "", one.ic) for one in shown]


def _by_name(gateway: DataBoxGateway, wanted: Wanted) -> Answer:
    text = recipients.search_text(wanted.name, wanted.address)
    return _searched(gateway, wanted, text, "GENERAL")


def _searched(
    gateway: DataBoxGateway,
    wanted: Wanted,
    text: str,
    kind: str,
    known: Sequence[Candidate] = (),
) -> Answer:
    """Search page after page until somebody is found who may be meant, or nobody is left.

    Args:
        known: Open boxes that the directory showed already; its search may lag hours behind.
    """
    seen, left, usable = 0, 1, []
    for page in range(MOST_PAGES):
        found = gateway.search(text, kind=kind, page=page)
        shown = [(_candidate(box), box.send_options) for box in found.boxes]
        usable = recipients.usable_candidates(shown, wanted.denied)
        seen += len(found.boxes)
        left = found.total - seen
        if usable or left <= 0 or not found.boxes:
            break
    seen_too = {one.box_id for one in usable} | wanted.denied
    usable += [one for one in known if one.box_id not in seen_too]
    likely = recipients.likely_first(usable, wanted.name, wanted.address)
    return recipients.from_candidates(likely, more=max(left, 0))


def _candidate(box: BoxFound) -> Candidate:
    return Candidate(box.box_id, box.type_number, box.name, box.address, box.ic)
