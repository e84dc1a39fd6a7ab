"""The register of recipients: who has a data box, and what a person decides about it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement
from werkzeug.wrappers import Response as AnyResponse

from services.documents.desk import looking, tools, working
from services.documents.models import Recipient
from services.documents.service import recipients as service
from services.documents.service.channelling import switch_channel
from services.documents.service.loading import delivery_of
from services.documents.service.work import Work
from services.documents.web import pages
from services.documents.web.frame import OFFICE, READERS, page
from services.documents.web.recipient_forms import (
    AskForm,
    ChoiceForm,
    DenialForm,
    RecipientForm,
    SwitchForm,
)
from services.documents.web.recipient_words import OUTCOMES
from shared.auth import access
from shared.clock import PRAGUE
from shared.web.attempts import attempt
from shared.web.csv_files import csv_response
from shared.web.tables import Column, Filter, Listing, matching, read_page


def _by_outcome(text: str) -> ColumnElement[bool] | None:
    return Recipient.outcome == text if text in OUTCOMES else None


LISTING = Listing(
    columns=(
        Column("name", N_("Adresát"), Recipient.name),
        Column("ic", N_("IČO"), Recipient.ic),
        Column("box", N_("Datová schránka"), Recipient.box_id),
        Column("outcome", N_("Co víme"), Recipient.outcome),
        Column("answered", N_("Poslední odpověď ISDS"), Recipient.answered_at),
    ),
    default_sort="name",
    tie=Recipient.id,
    filters=(
        Filter("q", N_("Hledat jméno, IČO nebo schránku"), service.named_like),
        Filter("outcome", N_("Co víme"), _by_outcome, [(k, w[0]) for k, w in OUTCOMES.items()]),
    ),
)


@pages.get("/recipients")
@access(READERS)
def recipients() -> str:
    """Show the register."""
    work = looking()
    found = service.visible_recipients(work)
    return page(
        "recipients.html",
        listed=read_page(work.session, found, LISTING, request.args),
        may_enter=OFFICE.admits(work.actor),
    )


@pages.get("/recipients.csv")
@access(READERS)
def recipients_table() -> Response:
    """Give the register as a file: exactly what the filters leave, on all pages."""
    work = looking()
    found = matching(service.visible_recipients(work), LISTING, request.args)
    rows = [_cells(row) for row in work.session.scalars(found)]
    return csv_response("adresati", [str(column.label) for column in LISTING.columns], rows)


def _cells(row: Recipient) -> tuple[str, ...]:
    answered = row.answered_at
    when = f"{answered.astimezone(PRAGUE):%Y-%m-%d %H:%M}" if answered else ""
    return (row.name, row.ic or "", row.box_id or "", str(OUTCOMES[row.outcome][0]), when)


@pages.route("/recipients/new", methods=["GET", "POST"])
@access(OFFICE)
def new_recipient() -> AnyResponse | tuple[str, int]:
    """Enter a recipient before the first letter."""
    form = RecipientForm(recipient_id=str(uuid4()))

    def act() -> UUID:
        with working() as work:
            return service.save_recipient(work, form.recipient_id.id_value, form.entry()).id

    tried = attempt(form, act)
    if not tried.is_done:
        shown = page("recipient_form.html", form=form, sentence=tried.sentence, found=None)
        return shown, tried.status
    flash(gettext("Adresát je zapsaný. Výzva se zeptá ISDS na jeho datovou schránku."), "good")
    return redirect(url_for("pages.recipient", recipient_id=tried.value), 303)


@pages.route("/recipients/<uuid:recipient_id>/edit", methods=["GET", "POST"])
@access(OFFICE)
def edit_recipient(recipient_id: UUID) -> AnyResponse | tuple[str, int]:
    """Complete what is known of a recipient."""
    found = service.recipient_of(looking(), recipient_id)
    form = RecipientForm(
        recipient_id=str(found.id),
        name=found.name,
        address="\n".join(found.address),
        ic=found.ic,
        box_id=found.chosen_box,
        version=str(found.version),
    )

    def act() -> None:
        with working() as work:
            service.save_recipient(work, recipient_id, form.entry(), form.expected_version())

    tried = attempt(form, act)
    if not tried.is_done:
        shown = page("recipient_form.html", form=form, sentence=tried.sentence, found=found)
        return shown, tried.status
    flash(gettext("Údaje jsou doplněné. Výzva se znovu zeptá ISDS."), "good")
    return redirect(url_for("pages.recipient", recipient_id=recipient_id), 303)


@pages.get("/recipients/<uuid:recipient_id>")
@access(READERS)
def recipient(recipient_id: UUID) -> str:
    """Show one recipient: the box, what ISDS said over time, letters, and what can be decided."""
    return _recipient_page(looking(), recipient_id)


def _recipient_page(work: Work, recipient_id: UUID, **given: Any) -> str:
    found = service.recipient_of(work, recipient_id)
    forms = {"choice": ChoiceForm(formdata=None), "denial": DenialForm(formdata=None), **given}
    _offer(forms["choice"], found)
    for name in ("choice", "denial"):
        forms[name].version.data = forms[name].version.data or str(found.version)
    return page(
        "recipient.html",
        recipient=found,
        deliveries=service.deliveries_to(work, found),
        acts=service.acts_about(work, found),
        may_act=OFFICE.admits(work.actor),
        has_gateway=tools().gateway is not None,
        now=work.now,
        ask=AskForm(formdata=None),
        **{"sentence": "", "tried": None, **forms},
    )


def _offer(form: ChoiceForm, found: Recipient) -> None:
    form.box_id.choices = [(one["box_id"], _described(one)) for one in found.candidates]


def _described(one: dict[str, Any]) -> str:
    parts = (one["name"], one["address"], f"IČO {one['ic']}" if one["ic"] else "", one["box_id"])
    return " · ".join(part for part in parts if part)


@pages.post("/recipients/<uuid:recipient_id>/question")
@access(OFFICE)
def ask_directory(recipient_id: UUID) -> AnyResponse | tuple[str, int]:
    """Have the directory asked now."""
    done = gettext(
        "Výzva se právě ptá ISDS. Odpověď se tu objeví za chvíli, načtěte stránku znovu."
    )
    return _act(recipient_id, "", AskForm(), done, lambda w: service.ask_again(w, recipient_id))


@pages.post("/recipients/<uuid:recipient_id>/choice")
@access(OFFICE)
def choose_box(recipient_id: UUID) -> AnyResponse | tuple[str, int]:
    """Say which box it is."""
    form = ChoiceForm()
    _offer(form, service.recipient_of(looking(), recipient_id))

    def choose(work: Work) -> Recipient:
        box, reason = form.box_id.data, form.reason.data
        return service.choose_box(work, recipient_id, box, reason, form.expected_version())

    done = gettext("Schránka je vybraná. Dokumenty, které na ni čekaly, odejdou.")
    return _act(recipient_id, "choice", form, done, choose)


@pages.post("/recipients/<uuid:recipient_id>/denial")
@access(OFFICE)
def deny_candidates(recipient_id: UUID) -> AnyResponse | tuple[str, int]:
    """Say that none of them is it."""
    form = DenialForm()

    def deny(work: Work) -> Recipient:
        reason, version = form.reason.data, form.expected_version()
        return service.deny_candidates(work, recipient_id, reason, version)

    done = gettext("Zapsáno. Nenajde-li ISDS nikoho dalšího, půjde doručit poštou nebo osobně.")
    return _act(recipient_id, "denial", form, done, deny)


def _act(
    recipient_id: UUID, name: str, form: Any, done: str, use_case: Callable[[Work], object]
) -> AnyResponse | tuple[str, int]:
    def act() -> None:
        with working() as work:
            use_case(work)

    tried = attempt(form, act)
    if not tried.is_done:
        shown = {"tried": form, "sentence": tried.sentence, **({name: form} if name else {})}
        return _recipient_page(looking(), recipient_id, **shown), tried.status
    flash(done, "good")
    return redirect(url_for("pages.recipient", recipient_id=recipient_id), 303)


@pages.route("/deliveries/<uuid:delivery_id>/channel", methods=["GET", "POST"])
@access(OFFICE)
def switch(delivery_id: UUID) -> AnyResponse | tuple[str, int]:
    """Leave the data box for post or handing over, with a reason."""
    found = delivery_of(looking(), delivery_id)
    form = SwitchForm(version=str(found.version))

    def act() -> None:
        to, reason, version = form.to.data, form.reason.data, form.expected_version()
        with working() as work:
            switch_channel(work, delivery_id, to, reason, version)

    tried = attempt(form, act)
    if not tried.is_done:
        shown = page("switch_channel.html", form=form, sentence=tried.sentence, delivery=found)
        return shown, tried.status
    flash(gettext("Způsob doručení je změněný a důvod zapsaný."), "good")
    return redirect(url_for("pages.delivery", delivery_id=delivery_id), 303)
