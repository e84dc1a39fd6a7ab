"""Deliveries that wait for a person, in words and with the page where they are seen to."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement, Row, and_, false, or_

from services.documents.desk import OFFICE_ROLES, tools
from services.documents.domain.channels import DATA_BOX, POST
from services.documents.domain.deliveries import (
    AMBIGUOUS,
    HELD,
    LEAVING,
    NEEDS_PERSON,
    SENT,
    WAITING,
    takes_paper,
)
from services.documents.domain.postage import HOLD_APPROVAL, HOLD_LIMIT, HOLD_PRICE
from services.documents.hindrances import (
    Common,
    common_hindrances,
    fault_words,
    hindrance,
    present_outage,
)
from services.documents.login_words import LOGIN_PARTS, LOGIN_TROUBLES
from services.documents.models import ApartClock, BoundCertificate, Delivery, Document, SigningKey
from services.documents.service.breakers import breaker_for
from services.documents.service.certificates import ending_soon
from services.documents.service.clocks import apart_clocks
from services.documents.service.dispatches import stop_of
from services.documents.service.keys import keys_to_confirm
from services.documents.service.loading import documents_to_approve, visible_deliveries
from services.documents.service.login_ends import login_ends
from services.documents.service.postage_panel import first_deadline, held_counts
from services.documents.service.recipients import awaiting_choice
from services.documents.service.risks import known_risks
from services.documents.service.work import Work
from shared.clock import PRAGUE, SystemClock
from shared.dates import moment_text
from shared.waiting import READ_OF_A_KIND, cut
from shared.web.tasks import WaitingTask

Undispatched = Row[UUID, UUID, str, str, date | None, str, str | None, str, *tuple[Any, ...]]
NEAR = timedelta(days=3)
"""So long before its deadline the office sees what nobody could send."""
LONG_IN_VAIN = 12
"""After so many failures in a row, some hours, somebody is told though no deadline is near."""
UNSENT = (WAITING, *LEAVING)
TOLD_ELSEWHERE = (HOLD_APPROVAL, HOLD_PRICE, HOLD_LIMIT)
"""Holds that have a task of their own."""


def deliveries_to_do(work: Work) -> list[WaitingTask]:
    """Return the deliveries that the office has to see to, the most urgent first."""
    if not work.actor.has_role(*OFFICE_ROLES):
        return []
    found = _for_person(work)
    common = common_hindrances(work)
    return list(cut(_to_dispatch(row, common) for row in found))


def recipients_to_tell(work: Work) -> list[WaitingTask]:
    """Return the recipients whose box a person has to choose, the most urgent letter first."""
    if not work.actor.has_role(*OFFICE_ROLES):
        return []
    return list(cut(_to_choose(*row) for row in awaiting_choice(work, READ_OF_A_KIND)))


def _to_choose(recipient_id: UUID, name: str, due: date | None) -> WaitingTask:
    here = url_for("pages.recipient", recipient_id=recipient_id)
    return WaitingTask(
        what=gettext("Vybrat datovou schránku adresáta"),
        subject=name,
        url=here,
        button=gettext("Vybrat schránku"),
        due=due,
        subject_url=here,
    )


def stop_to_end(work: Work) -> list[WaitingTask]:
    """Return the stop of everything, if it lasts and the person may end it."""
    stop = stop_of(work) if work.actor.has_role("director", "assistant") else None
    if stop is None:
        return []
    return [
        WaitingTask(
            what=gettext("Rozhodnout, kdy pokračovat v odesílání"),
            subject=gettext("Všechno odesílání zastavil(a) %(name)s", name=stop.stopped_by),
            url=url_for("pages.end_stop"),
            button=gettext("Pokračovat v odesílání"),
            due=None,
        )
    ]


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


def clocks_to_set(work: Work) -> list[WaitingTask]:
    """Return the machines from which nothing is sent, because their clocks are wrong."""
    if not work.actor.has_role("director", "operator"):
        return []
    return [_to_set(one) for one in apart_clocks(work.session)]


def logins_to_mend(work: Work) -> list[WaitingTask]:
    """Return the login of the data box: nobody gets in with it, or a part of it ends soon."""
    if not work.actor.has_role("director", "operator"):
        return []
    settings = tools().settings
    refused = breaker_for(work, settings.isds_account, settings.isds_organisation)
    url, button = url_for("pages.data_box"), gettext("Datová schránka")
    found = []
    if refused is not None:
        what = gettext("Opravit přihlášení k datové schránce, zatím se nic neodesílá")
        found = [WaitingTask(what, str(LOGIN_TROUBLES[refused.code]), url, button)]
    for one in login_ends(work, settings.isds_account):
        if one.warning:
            what, due = gettext("Obnovit přihlášení"), one.ends_at.astimezone(PRAGUE).date()
            found.append(WaitingTask(what, str(LOGIN_PARTS[one.kind]), url, button, due))
    return found


def _to_set(clock: ApartClock) -> WaitingTask:
    ahead, behind = N_("%(machine)s: o %(apart)s napřed"), N_("%(machine)s: o %(apart)s pozadu")
    shown = {"machine": clock.machine, "apart": _length(abs(clock.seconds))}
    return WaitingTask(
        what=gettext("Seřídit hodiny serveru, zatím se nic neodesílá"),
        subject=str(ahead if clock.seconds > 0 else behind) % shown,
        url=url_for("pages.data_box"),
        button=gettext("Datová schránka"),
    )


def _length(seconds: int) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return str(gettext("%(num)s s", num=seconds))
    return str(gettext("%(num)s min", num=minutes))


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
        *(Delivery.reason, Delivery.channel, Delivery.hold, Document.trouble, Delivery.last_error),
    )
    awaits_advice = and_(
        Delivery.state == SENT, Delivery.channel == POST, Delivery.presumed_on.is_(None)
    )
    # Whose box it is is told on the page of the recipient, once for all letters.
    is_for_office = and_(Delivery.state == NEEDS_PERSON, Delivery.reason != AMBIGUOUS)
    waits = or_(is_for_office, awaits_advice, _is_stuck(work))
    query = visible_deliveries(work).where(waits)
    found = query.with_only_columns(*columns).join(Document, Document.id == Delivery.document_id)
    ordered = found.order_by(Delivery.dispatch_by.asc().nulls_last(), Delivery.sender_reference)
    return work.session.execute(ordered.limit(READ_OF_A_KIND)).all()


def _is_stuck(work: Work) -> ColumnElement[bool]:
    """Return the condition of what the worker should have brought further long ago.

    Source:
        R38: an outage opens no other way, so what cannot be sent in time, or waits for long, is
        told to a person.
    """
    held = and_(Delivery.state == HELD, Delivery.hold.not_in(TOLD_ELSEWHERE))
    is_near = Delivery.dispatch_by <= work.today + NEAR
    fails = Delivery.failures >= LONG_IN_VAIN
    long_ago = SystemClock().now() - timedelta(hours=tools().settings.long_wait_hours)
    waits_long = Delivery.waits_since < long_ago
    unsent = and_(or_(Delivery.state.in_(UNSENT), held), or_(is_near, fails))
    # That everything is stopped is told in one place, and a signature is asked for elsewhere.
    leaves = or_(Delivery.state.in_(LEAVING), held) if stop_of(work) is None else false()
    of_box = and_(Delivery.state == SENT, Delivery.channel == DATA_BOX)
    unproved = and_(of_box, or_(fails, and_(Delivery.message_state.is_(None), waits_long)))
    return or_(unsent, and_(leaves, waits_long), unproved)


def _to_dispatch(row: Undispatched, common: Common) -> WaitingTask:
    why = hindrance(common, row.state, row.hold, row.trouble, row.last_error)
    what, button = _words_of(row.state, row.reason, row.channel, why)
    return WaitingTask(
        what=what,
        subject=f"{row.number} – {row.title}",
        url=url_for("pages.delivery", delivery_id=row.id),
        button=button,
        due=None if row.state == SENT else row.dispatch_by,
        subject_url=url_for("pages.document", document_id=row.document_id),
    )


def outage_to_see(work: Work) -> list[WaitingTask]:
    """Return the outage that nobody announced, once it has lasted for hours (F11)."""
    outage = present_outage(work) if work.actor.has_role(*OFFICE_ROLES) else None
    alarm = timedelta(hours=tools().settings.outage_alarm_hours)
    if outage is None or SystemClock().now() - outage.since < alarm:
        return []
    why, since = fault_words(outage.code), moment_text(outage.since)
    return [
        WaitingTask(
            what=gettext("Zjistit, proč systém datových schránek neodpovídá"),
            subject=gettext("Od %(since)s nic neodchází: %(why)s", since=since, why=why),
            url=url_for("pages.data_box"),
            button=gettext("Datová schránka"),
        )
    ]


def _words_of(state: str, reason: str | None, channel: str, why: str) -> tuple[str, str]:
    """Return what is to be done about a delivery, and the words of its button."""
    if state == SENT and channel == POST:
        return gettext("Doplnit dodejku"), gettext("Zapsat dodejku")
    if state == SENT:
        what = gettext("Zjistit, proč chybí doklad o doručení: %(why)s", why=why)
        return what, gettext("Prohlédnout doručení")
    if takes_paper(state, reason):
        return gettext("Odeslat poštou nebo předat"), gettext("Vyřídit doručení")
    if state != NEEDS_PERSON:
        what = gettext("Zjistit, proč dopis neodešel: %(why)s", why=why)
        return what, gettext("Prohlédnout doručení")
    return gettext("Rozhodnout o doručení"), gettext("Vyřídit doručení")
