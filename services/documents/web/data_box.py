"""The organisation's data box: what it may send, what that costs, what a person approved."""

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from services.documents.desk import looking, tools, working
from services.documents.domain.outages import Outage, coming
from services.documents.hindrances import shown_outage
from services.documents.service.breakers import allow_login, breaker_for
from services.documents.service.dispatches import stop_of
from services.documents.service.login_ends import login_ends
from services.documents.service.postage import set_terms
from services.documents.service.postage_panel import PostagePanel, postage_panel
from services.documents.service.work import Work
from services.documents.web import pages
from services.documents.web.forms import BatchActForm, PostageForm
from services.documents.web.frame import READERS, page
from shared.auth import access, roles
from shared.clock import SystemClock
from shared.web.attempts import attempt

DIRECTORS = roles("director")
LEADERS = roles("director", "assistant")


@pages.get("/data-box")
@access(READERS)
def data_box() -> str:
    """Show the data box, the prices and limits, and what waits for them."""
    return _page(looking())


@pages.post("/data-box/login")
@access(LEADERS)
def allow_data_box_login() -> AnyResponse:
    """Let the worker log in at once after the login was mended."""
    account, holder = tools().settings.isds_account, tools().settings.isds_organisation

    def act() -> None:
        with working() as work:
            allow_login(work, account, holder)

    tried = attempt(BatchActForm(), act)
    if tried.is_done:
        flash(gettext("Výzva se přihlásí hned znovu."), "good")
    else:
        flash(tried.sentence, "bad")
    return redirect(url_for("pages.data_box"), 303)


@pages.post("/data-box/postage")
@access(DIRECTORS)
def approve_postage() -> AnyResponse | tuple[str, int]:
    """Approve what paid messages may cost."""
    form = PostageForm()

    def act() -> None:
        with working() as work:
            set_terms(work, form.terms(), form.expected_version())

    tried = attempt(form, act)
    if not tried.is_done:
        return _page(looking(), form, tried.sentence), tried.status
    flash(gettext("Cena a limit jsou schválené. Co na ně čekalo, odejde samo."), "good")
    return redirect(url_for("pages.data_box"), 303)


def _page(work: Work, form: PostageForm | None = None, sentence: str = "") -> str:
    settings = tools().settings
    panel = postage_panel(work, settings.paid_price)
    return page(
        "data_box.html",
        panel=panel,
        form=form or PostageForm(formdata=None, data=_values(panel)),
        shown=form,
        sentence=sentence,
        stop=stop_of(work),
        refused=breaker_for(work, settings.isds_account, settings.isds_organisation),
        login_ends=login_ends(work, settings.isds_account),
        may_stop=LEADERS.admits(work.actor),
        plain=BatchActForm(formdata=None),
        may_approve=DIRECTORS.admits(work.actor),
        has_gateway=tools().gateway is not None,
        outages=_outages(),
        away=shown_outage(work),
        real_now=SystemClock().now(),
    )


def _outages() -> list[Outage]:
    settings = tools().settings
    announced = [item.outage for item in settings.isds_outages]
    return coming(SystemClock().now(), announced, settings.weekly_maintenance)


def _values(panel: PostagePanel) -> dict[str, Any]:
    """Offer the price of today, and what was approved before."""
    terms = panel.terms
    before = {"monthly_limit": terms.monthly_limit, "asks_each": terms.asks_each} if terms else {}
    price = panel.price or (terms.price if terms else None)
    return {"price": price, "version": str(terms.version) if terms else "", **before}
