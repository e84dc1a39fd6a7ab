"""What waits for a person in registry, in words and with the page where it is done."""

from collections.abc import Callable
from urllib.parse import quote

from flask import url_for
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.registry.service.waiting import Waiting
from shared.web.reasons import why
from shared.web.tasks import HOME, WaitingTask


def sign_address(document_ids: list[str], back: str) -> str:
    """Return the address where documents are previewed and signed, and which leads back."""
    ids = ",".join(document_ids)
    next_page = url_for("office.returned", ids=ids, next=back)
    return f"/documents/sign?ids={ids}&next={quote(next_page, safe='')}"


def _call_page(item: Waiting) -> str:
    return url_for("calls.show", call_id=item.record_id)


def _in_call(endpoint: str) -> Callable[[Waiting], str]:
    return lambda item: url_for(endpoint, call_id=item.record_id)


def _folder(item: Waiting) -> str:
    return url_for("applications.show", application_id=item.record_id)


def _signing(item: Waiting) -> str:
    ids = [str(document_id) for document_id in item.document_ids]
    return sign_address(ids, HOME)


def _list_page(item: Waiting) -> str:
    return url_for("lists.show", list_id=item.record_id)


def _call_lists(item: Waiting) -> str:
    return url_for("lists.of_call", call_id=item.record_id)


_WORDS: dict[str, tuple[object, object, Callable[[Waiting], str]]] = {
    "sign": (N_("Podepsat dokumenty"), N_("Podepsat"), _signing),
    "prepare_call": (N_("Dokončit přípravu výzvy"), N_("Doplnit výzvu"), _call_page),
    "recommend_allocation": (
        N_("Doporučit částku programovému výboru"),
        N_("Doporučit částku"),
        _in_call("allocations.recommend"),
    ),
    "approve_allocation": (
        N_("Rozhodnout o částce výzvy"),
        N_("Rozhodnout"),
        _in_call("allocations.decide"),
    ),
    "announce_call": (N_("Vyhlásit výzvu"), N_("Vyhlásit výzvu"), _in_call("calls.announce")),
    "make_list": (
        N_("Sestavit seznam přijatých žádostí"),
        N_("Sestavit seznam"),
        _call_lists,
    ),
    "publish_list": (
        N_("Zveřejnit seznam přijatých žádostí"),
        N_("Zveřejnit seznam"),
        _list_page,
    ),
    "check": (N_("Zkontrolovat podanou žádost"), N_("Zkontrolovat žádost"), _folder),
    "register": (N_("Zaregistrovat žádost"), N_("Zaregistrovat"), _folder),
}


def task_of(item: Waiting) -> WaitingTask:
    """Return the line of the first page for what waits; inside a request."""
    what, button, address = _WORDS[item.act]
    reason = why(item.deadline) if item.deadline else ""
    return WaitingTask(
        what=str(what),
        subject=item.subject,
        url=address(item),
        button=str(button),
        due=item.due,
        reason=reason,
        has_more=item.has_more,
    )
