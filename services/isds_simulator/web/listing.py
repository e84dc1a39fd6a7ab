"""Pages of long lists: what the query asks for, and the links around a table."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for

from services.isds_simulator.domain.texts import cleaned

PAGE_SIZE = 25
LAST_PAGE = 100_000


@dataclass(frozen=True)
class Listing:
    """One page of a list and how to get to the others."""

    rows: list[Any]
    total: int
    page: int
    order: str

    @property
    def first(self) -> int:
        """Number of the first row shown, from one."""
        return (self.page - 1) * PAGE_SIZE + 1

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.first + len(self.rows) - 1

    @property
    def previous_url(self) -> str | None:
        """Address of the page before, ``None`` on the first one."""
        return link(page=self.page - 1) if self.page > 1 else None

    @property
    def next_url(self) -> str | None:
        """Address of the page after, ``None`` on the last one."""
        return link(page=self.page + 1) if self.last < self.total else None


def asked_page() -> int:
    """Return the number of the page that is asked for, from one."""
    text = request.args.get("page", "1")
    return min(max(int(text), 1), LAST_PAGE) if text.isdecimal() and len(text) <= 6 else 1


def asked_order(known: dict[str, str], default: str) -> str:
    """Return the order that is asked for if it is known."""
    order = request.args.get("order", default)
    return order if order in known else default


def asked_text(name: str) -> str:
    """Return a text of the query, without what cannot be seen."""
    return cleaned(request.args.get(name, "")).strip()[:200]


def offset(page: int) -> int:
    """Return how many rows stand before a page."""
    return (page - 1) * PAGE_SIZE


def link(**changes: Any) -> str:
    """Return the address of the present page with some of its query changed."""
    query: dict[str, Any] = {**request.args.to_dict(), **(request.view_args or {}), **changes}
    return url_for(request.endpoint or "", **query)
