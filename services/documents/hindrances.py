"""What keeps letters in the house and proofs away, in words for whoever looks after them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.delivery.port import BROKEN_OFF, NO_CONNECTION, UNREADABLE
from services.documents.desk import tools
from services.documents.domain.deliveries import HELD, SENT
from services.documents.domain.outages import reopening
from services.documents.domain.postage import HOLD_CREDIT, HOLD_PAUSE
from services.documents.domain.refused_logins import LOGIN_FAULTS
from services.documents.models import IsdsOutage
from services.documents.service.breakers import breaker_for
from services.documents.service.clocks import apart_clocks
from services.documents.service.dispatches import stop_of
from services.documents.service.outages import outage_for
from services.documents.service.work import Work
from shared.clock import SystemClock

HTTP = "http_"
FAULTS = {
    NO_CONNECTION: N_("spojení se nenaváže"),
    BROKEN_OFF: N_("odpověď nepřijde celá"),
    UNREADABLE: N_("odpovědi nejde rozumět"),
}
HOLDS = {
    HOLD_CREDIT: N_("datové schránce chybí oprávnění nebo kredit"),
    HOLD_PAUSE: N_("odesílání někdo pozastavil"),
}


@dataclass(frozen=True)
class ShownOutage:
    """An outage that nobody announced, for a page."""

    since: datetime
    why: str
    next_trial_at: datetime


def present_outage(work: Work) -> IsdsOutage | None:
    """Return the outage that lasts though nobody announced it; ``None`` without one."""
    settings = tools().settings
    return outage_for(work, settings.isds_account, settings.isds_organisation)


def shown_outage(work: Work) -> ShownOutage | None:
    """Return the same in words."""
    found = present_outage(work)
    return ShownOutage(found.since, fault_words(found.code), found.next_trial_at) if found else None


def fault_words(code: str) -> str:
    """Return how ISDS fails to answer."""
    if code.startswith(HTTP):
        return str(gettext("chyba HTTP %(code)s", code=code.removeprefix(HTTP)))
    return str(FAULTS[code] if code in FAULTS else gettext("nepřijde žádná odpověď"))


@dataclass(frozen=True)
class Common:
    """What keeps everything of an organisation from going on; empty where nothing is known."""

    letters: str
    proofs: str


def common_hindrances(work: Work) -> Common:
    """Return what keeps all letters here, and all proofs away."""
    isds = next(silences(work), "")
    if stop_of(work) is not None:
        return Common(gettext("všechno odesílání někdo zastavil"), isds)
    return Common(isds or apart_words(work), isds)


def apart_words(work: Work) -> str:
    """Return that a clock is wrong; empty if none is."""
    return str(gettext("hodiny serveru nejdou správně")) if apart_clocks(work.session) else ""


def silences(work: Work) -> Iterator[str]:
    """Give each reason why ISDS cannot be asked now, the most lasting one first."""
    settings, now = tools().settings, SystemClock().now()
    announced = [item.outage for item in settings.isds_outages]
    if tools().gateway is None:
        yield str(gettext("datová schránka není nastavená"))
    refused = breaker_for(work, settings.isds_account, settings.isds_organisation)
    if refused is not None and refused.code in LOGIN_FAULTS:
        yield str(gettext("k datové schránce se teď nejde přihlásit"))
    elif refused is not None:
        yield str(gettext("systém datových schránek odmítá naše přihlášení"))
    if reopening(now, announced, settings.weekly_maintenance) is not None:
        yield str(gettext("systém datových schránek má ohlášenou odstávku"))
    if present_outage(work) is not None:
        yield str(gettext("systém datových schránek neodpovídá"))


def hindrance(common: Common, state: str, hold: str | None, trouble: str | None, error: str) -> str:
    """Return why one delivery is where it is.

    Args:
        common: What keeps everything from going on.
        state: Its state.
        hold: Why it is held, if it is.
        trouble: What is wrong with the proof of its document, if anything is.
        error: What went wrong last.
    """
    if state == HELD and hold in HOLDS:
        return str(HOLDS[hold])
    if trouble and state != SENT:
        return str(gettext("dokumentu chybí pečeť, časové razítko nebo jiný doklad"))
    if known := common.proofs if state == SENT else common.letters:
        return known
    if error:
        return str(gettext("poslední pokus se nezdařil"))
    return str(gettext("zatím na něj nepřišla řada"))
