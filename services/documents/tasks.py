"""Deliveries that wait for a person, in words and with the page where they are seen to."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from flask import url_for
from flask_babel import gettext, ngettext
from sqlalchemy import Row, and_, or_

from services.documents.desk import OFFICE_ROLES
from services.documents.domain.channels import POST
from services.documents.domain.deliveries import NEEDS_PERSON, SENT
from services.documents.domain.postage import HOLD_APPROVAL, HOLD_LIMIT, HOLD_PRICE
from services.documents.models import BoundCertificate, Delivery, Document, SigningKey
from services.documents.service.certificates import ending_soon
from services.documents.service.keys import keys_to_confirm
from services.documents.service.loading import documents_to_approve, visible_deliveries
from services.documents.service.postage_panel import first_deadline, held_counts
from services.documents.service.risks import known_risks
from services.documents.service.work import Work
from shared.clock import PRAGUE
from shared.waiting import READ_OF_A_KIND, cut
from shared.web.tasks import WaitingTask

Undispatched = Row[UUID, UUID, str, str, date | None, str]


def deliveries_to_do(work: Work) -> list[WaitingTask]:
    """Return the deliveries that the office has to see to, the most urgent first."""
    if not work.actor.has_role(*OFFICE_ROLES):
        return []
    return list(cut(_to_dispatch(*row) for row in _for_person(work)))


def dispatches_to_approve(work: Work) -> list[WaitingTask]:
    """Return what waits for money or an approval, one task for each reason (ADR 27)."""
    held = held_counts(work) if work.actor.has_role("director", "assistant") else {}
    tasks = []
    if held.get(HOLD_APPROVAL):
        tasks.append(
            WaitingTask(
                what=gettext("Schválit odeslání"),
                subject=ngettext(
                    "%(num)s placená zpráva", "%(num)s placených zpráv", held[HOLD_APPROVAL]
                ),
                url=url_for("pages.new_dispatch"),
                button=gettext("Prohlédnout a schválit"),
                due=first_deadline(work, (HOLD_APPROVAL,)),
            )
        )
    stuck = held.get(HOLD_PRICE, 0) + held.get(HOLD_LIMIT, 0)
    if stuck and work.actor.has_role("director"):
        tasks.append(
            WaitingTask(
                what=gettext("Schválit cenu nebo zvýšit limit"),
                subject=ngettext("%(num)s placená zpráva", "%(num)s placených zpráv", stuck),
                url=url_for("pages.data_box"),
                button=gettext("Datová schránka"),
                due=first_deadline(work, (HOLD_PRICE, HOLD_LIMIT)),
            )
        )
    return tasks


def approvals_to_give(work: Work) -> list[WaitingTask]:
    """Return the drafts that only the director can let be signed."""
    if not work.actor.has_role("director"):
        return []
    query = documents_to_approve(work).order_by(Document.created_at, Document.id)
    return list(cut(_to_approve(one) for one in work.session.scalars(query.limit(READ_OF_A_KIND))))


def _to_approve(document: Document) -> WaitingTask:
    here = url_for("pages.document", document_id=document.id)
    return WaitingTask(
        what=gettext("Schválit koncept"),
        subject=f"{document.number} – {document.title}",
        url=here,
        button=gettext("Prohlédnout a schválit"),
        subject_url=here,
    )


def keys_to_see(work: Work) -> list[WaitingTask]:
    """Return the new signatures of others that the actor may confirm."""
    if not work.actor.has_role("director", "operator"):
        return []
    keys = work.session.scalars(keys_to_confirm(work).limit(READ_OF_A_KIND))
    return list(cut(_to_confirm(key) for key in keys))


def risks_to_see(work: Work) -> list[WaitingTask]:
    """Return what was at risk at the last daily look, as one task, until it is no more."""
    if not work.actor.has_role("director", "operator"):
        return []
    count, first = known_risks(work)
    if not count:
        return []
    return [
        WaitingTask(
            what=gettext("Zachránit, co je v ohrožení"),
            subject=ngettext(
                "%(num)s dokument nebo doklad", "%(num)s dokumentů nebo dokladů", count
            ),
            url=url_for("pages.at_risk"),
            button=gettext("Prohlédnout"),
            due=first.astimezone(PRAGUE).date() if first else None,
        )
    ]


def certificates_to_renew(work: Work) -> list[WaitingTask]:
    """Return the actor's certificates that end soon (60 days) or have ended."""
    return list(cut(_to_renew(one) for one in ending_soon(work)))


def _to_renew(one: BoundCertificate) -> WaitingTask:
    return WaitingTask(
        what=gettext("Obnovit certifikát"),
        subject=f"{one.subject} – {one.issuer}",
        url=url_for("pages.certificates"),
        button=gettext("Moje certifikáty"),
        due=one.valid_to.astimezone(PRAGUE).date(),
    )


def _to_confirm(key: SigningKey) -> WaitingTask:
    return WaitingTask(
        what=gettext("Potvrdit nový podpis"),
        subject=key.name,
        url=url_for("pages.confirm", key_id=key.id),
        button=gettext("Potvrdit podpis"),
    )


def _for_person(work: Work) -> Sequence[Undispatched]:
    columns = (
        *(Delivery.id, Delivery.document_id, Document.number),
        *(Document.title, Delivery.dispatch_by, Delivery.state),
    )
    awaits_advice = and_(
        Delivery.state == SENT, Delivery.channel == POST, Delivery.presumed_on.is_(None)
    )
    query = visible_deliveries(work).where(or_(Delivery.state == NEEDS_PERSON, awaits_advice))
    found = query.with_only_columns(*columns).join(Document, Document.id == Delivery.document_id)
    ordered = found.order_by(Delivery.dispatch_by.asc().nulls_last(), Delivery.sender_reference)
    return work.session.execute(ordered.limit(READ_OF_A_KIND)).all()


def _to_dispatch(
    delivery_id: UUID, document_id: UUID, number: str, title: str, due: date | None, state: str
) -> WaitingTask:
    is_posted = state == SENT
    return WaitingTask(
        what=gettext("Doplnit dodejku") if is_posted else gettext("Odeslat poštou nebo předat"),
        subject=f"{number} – {title}",
        url=url_for("pages.delivery", delivery_id=delivery_id),
        button=gettext("Zapsat dodejku") if is_posted else gettext("Vyřídit doručení"),
        due=None if is_posted else due,
        subject_url=url_for("pages.document", document_id=document_id),
    )
