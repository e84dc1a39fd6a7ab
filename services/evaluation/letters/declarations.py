"""The declaration of interests that evaluators and controllers sign (R42, A5)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.evaluation.domain.conflicts import LinkType
from services.evaluation.models import Call, InterestLink
from shared.contracts.documents import (
    DocumentRequest,
    Signer,
    fact_rows,
    heading,
    paragraph,
    table,
)

from .parts import day, record
from .reasons import N_

LINK_WORDS = {
    LinkType.OWN_APPLICATION: N_("sám je žadatelem"),
    LinkType.STATUTORY_BODY: N_("statutární orgán žadatele"),
    LinkType.MEMBER: N_("člen žadatele"),
    LinkType.EMPLOYEE: N_("zaměstnanec žadatele"),
    LinkType.VOLUNTEER: N_("dobrovolník žadatele"),
    LinkType.OWNER: N_("vlastník žadatele"),
    LinkType.REPRESENTATIVE: N_("zástupce obce, která podala žádost"),
    LinkType.FOUNDER: N_("zřizovatel žadatele"),
    LinkType.HELPED_PREPARE: N_("pomáhal projekt připravit"),
    LinkType.FAMILY: N_("osoba blízká žadateli"),
    LinkType.RESIDENCE: N_("bydlí v obci, kde má žadatel sídlo"),
    LinkType.SUPPLIER: N_("dodavatel nebo partner projektu"),
    LinkType.SELF_DECLARED: N_("sám se cítí podjatý"),
    LinkType.COMMITTEE_DECISION: N_("rozhodnutí komise v pochybnosti"),
}
"""Kinds of ties; pages translate the same words."""


def interest_declaration(
    call: Call,
    links: Sequence[InterestLink],
    numbers: Mapping[UUID, str],
    *,
    signer: Signer,
    on: datetime,
) -> DocumentRequest:
    """Compose the declaration of one person for one call.

    Args:
        numbers: Numbers of the applications that links name, by id.
    """
    blocks = [
        fact_rows(("Jméno", signer.name), ("Funkce", signer.function), ("Datum", day(on))),
        paragraph(
            "Prohlašuji, že jsem uvedl(a) všechny své vztahy k žadatelům a projektům této výzvy, "
            "které by mohly založit střet zájmů. Dozvím-li se o dalším vztahu, oznámím jej "
            "kanceláři dřív, než v dané věci cokoli udělám."
        ),
    ]
    if links:
        rows = [
            [
                LINK_WORDS[LinkType(link.type)],
                _target(link, numbers),
                day(link.valid_from) if link.valid_from else "",
                day(link.valid_to) if link.valid_to else "",
                link.evidence,
            ]
            for link in links
        ]
        columns = [
            ("Vztah", "left"),
            ("K žadateli, projektu nebo obci", "left"),
            ("Od", "left"),
            ("Do", "left"),
            ("Doklad", "left"),
        ]
        blocks += [heading("Mé vztahy"), table(columns, rows)]
    else:
        blocks.append(paragraph("Nemám vztah k žádnému žadateli ani projektu této výzvy."))
    return record(
        "interest_declaration",
        f"Prohlášení o střetu zájmů – {call.number}. výzva",
        blocks,
        [signer],
        call=call,
        facts={
            "person_id": str(signer.person_id),
            "links": [{"id": str(link.id), "type": link.type} for link in links],
        },
    )


def _target(link: InterestLink, numbers: Mapping[UUID, str]) -> str:
    if link.application_id is not None:
        return f"projekt {numbers.get(link.application_id, '')}".strip()
    return link.municipality or link.party_name or link.party_key or ""
