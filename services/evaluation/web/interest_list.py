"""The register of interests as a list: its columns and filters, and where each tie came from."""

from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from services.evaluation import words
from services.evaluation.models import Call, Case, Declaration, InterestLink
from services.evaluation.service.acting import Acting
from shared.web.tables import Column, Filter, Listing, text_search

LASTING, ENDED = "lasting", "ended"


def interest_list(acting: Acting) -> Listing:
    """Return how the register may be looked at today."""
    ended = and_(InterestLink.valid_to.is_not(None), InterestLink.valid_to < acting.today)
    return Listing(
        columns=(
            Column("person", N_("Osoba"), InterestLink.person_name),
            Column("type", N_("Vztah"), InterestLink.type),
            Column("party", N_("Ke komu"), InterestLink.party_name),
            Column("source", N_("Zdroj"), InterestLink.source),
            Column("recorded", N_("Zapsáno"), InterestLink.recorded_at),
            Column("from", N_("Od"), InterestLink.valid_from),
            Column("to", N_("Do"), InterestLink.valid_to),
        ),
        default_sort="person",
        tie=InterestLink.id,
        filters=(
            # Neither "type" nor "source": the form below the list has fields of those names.
            Filter(
                "kind",
                N_("Vztah"),
                lambda code: InterestLink.type == code,
                [(code.value, word) for code, word in words.LINK_TYPES.items()],
            ),
            Filter(
                "origin",
                N_("Zdroj"),
                lambda code: InterestLink.source == code,
                [(code.value, word) for code, word in words.LINK_SOURCES.items()],
            ),
            Filter(
                "state",
                N_("Stav"),
                lambda code: ended if code == ENDED else ~ended,
                [(LASTING, N_("trvá")), (ENDED, N_("skončil"))],
            ),
            text_search(
                InterestLink.person_name, InterestLink.party_name, InterestLink.municipality
            ),
        ),
    )


def links_of(acting: Acting) -> Select[Any]:
    """Return the whole register of the organisation."""
    return select(InterestLink).where(InterestLink.organisation_id == acting.organisation_id)


def origins_of(
    session: Session, links: list[InterestLink]
) -> tuple[dict[UUID, str], dict[UUID, int]]:
    """Return the numbers of the projects named, and the number of the call of each link."""
    named = select(Case.id, Case.number, Call.number).join(Call, Call.id == Case.call_id)
    wanted = [link.application_id for link in links if link.application_id]
    rows = session.execute(named.where(Case.id.in_(wanted))).all()
    made = select(Declaration.person_id, Declaration.declared_at, Call.number).join(
        Call, Call.id == Declaration.call_id
    )
    people = {link.person_id for link in links}
    at = {link.recorded_at for link in links}
    made = made.where(Declaration.person_id.in_(people), Declaration.declared_at.in_(at))
    declared = {(who, when): number for who, when, number in session.execute(made)}
    calls = {key: number for key, _, number in rows}
    found = {
        link.id: calls.get(link.application_id) if link.application_id else None for link in links
    }
    for link in links:
        # A tie that was declared was written at the very moment of the declaration.
        found[link.id] = declared.get((link.person_id, link.recorded_at), found[link.id])
    return {key: text for key, text, _ in rows}, {k: v for k, v in found.items() if v is not None}
