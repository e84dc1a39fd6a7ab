"""Lists that sort, filter and page in the database; a page costs the same at any length."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from sqlalchemy import ColumnElement, Select, func, or_
from sqlalchemy.orm import Session

PAGE_SIZE = 50
LONGEST_SEARCH = 100
T = TypeVar("T")


@dataclass(frozen=True)
class Column:
    """A column of a table; ``sort`` is what it is ordered by (``None``: not sortable)."""

    key: str
    label: Any
    sort: Any = None
    align: str = "left"


@dataclass(frozen=True)
class Filter:
    """A filter: ``where`` turns the chosen text into a condition (``None``: cannot be read)."""

    key: str
    label: Any
    where: Callable[[str], Any]
    """A column expression for :func:`read_page`, a test of one row for :func:`page_of`."""
    choices: Sequence[tuple[str, Any]] = ()
    is_hidden: bool = False
    """Set by links only; the form keeps it."""


def text_search(*columns: Any) -> Filter:
    """Return the filter that looks for a text in any of the columns; case does not matter."""

    def says(text: str) -> ColumnElement[bool]:
        given = text[:LONGEST_SEARCH]
        return or_(*(column.icontains(given, autoescape=True) for column in columns))

    return Filter("q", N_("Hledat"), says)


@dataclass(frozen=True)
class Listing:
    """How a list may be looked at."""

    columns: Sequence[Column]
    default_sort: str
    """Key of the column that orders the list at first, after ``-`` if descending; empty: none
    does, and the rows keep the order of ``tie``."""
    tie: Any
    """Column, or several, that makes every order complete; usually the key."""
    filters: Sequence[Filter] = ()
    page_size: int = PAGE_SIZE


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list, with what its links need."""

    items: list[T]
    total: int
    number: int
    page_size: int
    sort: str
    is_descending: bool
    columns: Sequence[Column]
    filters: Sequence[Filter]
    args: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    """Where the list stands, when the page may come as the answer to a form sent elsewhere."""

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // self.page_size))

    @property
    def first(self) -> int:
        """Position of the first row shown, counted from one; zero in an empty list."""
        return min((self.number - 1) * self.page_size + 1, self.total)

    @property
    def last(self) -> int:
        """Position of the last row shown."""
        return min(self.number * self.page_size, self.total)

    @property
    def is_filtered(self) -> bool:
        """Tell whether a filter is set."""
        return any(self.chosen(item.key) for item in self.filters)

    def chosen(self, key: str) -> str:
        """Return the text chosen for a filter."""
        return self.args.get(key, "")

    def page_url(self, number: int) -> str:
        """Return the query of another page of the same list."""
        return self._query(page=str(number))

    def sort_url(self, key: str) -> str:
        """Return the query that sorts by *key*, or turns the order round."""
        turned = key == self.sort and not self.is_descending
        return self._query(sort=f"-{key}" if turned else key, page="1")

    def whole_url(self) -> str:
        """Return the query of everything that the filters leave, in the present order."""
        return self._query(page="")

    def _query(self, **changes: str) -> str:
        kept = {k: v for k, v in {**self.args, **changes}.items() if v}
        return f"{self.address}?{urlencode(kept)}"


def read_page(
    session: Session, query: Select[Any], listing: Listing, args: Mapping[str, str]
) -> Page[Any]:
    """Run *query* as the request's arguments ask: ``sort``, ``page`` and the filters' keys.

    Unreadable arguments fall back to the default; a list never fails because of its address.
    """
    given, _conditions = _asked(listing, args)
    ordered = matching(query, listing, args)
    total = _count(session, ordered)
    sort, is_descending = _order(listing, given["sort"])
    number = _page_number(given["page"], total, listing.page_size)
    rows = session.scalars(
        ordered.limit(listing.page_size).offset((number - 1) * listing.page_size)
    ).all()
    return _page(listing, list(rows), total, number, (sort, is_descending), given)


def matching(query: Select[Any], listing: Listing, args: Mapping[str, str]) -> Select[Any]:
    """Return every row that the request's filters leave, ordered as it asks, on all pages."""
    given, conditions = _asked(listing, args)
    sort, is_descending = _order(listing, given["sort"])
    # Said outright, because SQLite and PostgreSQL place empty values at opposite ends.
    directions = [
        by.desc().nulls_last() if is_descending else by.asc().nulls_last()
        for by in _sorted_by(listing, sort)
    ]
    ties = listing.tie if isinstance(listing.tie, tuple) else (listing.tie,)
    # An order that the query came with gives way to the one that the person chose.
    return query.where(*conditions).order_by(None).order_by(*directions, *ties)


def page_of(rows: Sequence[T], listing: Listing, args: Mapping[str, str]) -> Page[T]:
    """Look at rows that are in memory already as :func:`read_page` looks at a query.

    ``Column.sort`` and ``Listing.tie`` are functions of a row, ``Filter.where`` returns one.
    """
    given, _tests = _asked(listing, args)
    sort, is_descending = _order(listing, given["sort"])
    found = matching_of(rows, listing, args)
    number = _page_number(given["page"], len(found), listing.page_size)
    first = (number - 1) * listing.page_size
    shown = found[first : first + listing.page_size]
    return _page(listing, shown, len(found), number, (sort, is_descending), given)


def matching_of(rows: Sequence[T], listing: Listing, args: Mapping[str, str]) -> list[T]:
    """Return of rows in memory what :func:`matching` returns of a query."""
    given, tests = _asked(listing, args)
    found = sorted((row for row in rows if all(test(row) for test in tests)), key=listing.tie)
    sort, is_descending = _order(listing, given["sort"])
    for by in _sorted_by(listing, sort):
        found.sort(key=by, reverse=is_descending)
    return found


def _page(
    listing: Listing,
    items: list[T],
    total: int,
    number: int,
    order: tuple[str, bool],
    given: Mapping[str, str],
) -> Page[T]:
    return Page(
        items=items,
        total=total,
        number=number,
        page_size=listing.page_size,
        sort=order[0],
        is_descending=order[1],
        columns=listing.columns,
        filters=listing.filters,
        args=given,
    )


def _asked(listing: Listing, args: Mapping[str, str]) -> tuple[dict[str, str], list[Any]]:
    """Return what the address asks for, and the conditions of its filters."""
    given = {key: args.get(key, "").replace("\0", "").strip() for key in _keys(listing)}
    conditions = []
    for item in listing.filters:
        if item.choices and given[item.key] not in {value for value, _label in item.choices}:
            given[item.key] = ""
        condition = item.where(given[item.key]) if given[item.key] else None
        if condition is not None:
            conditions.append(condition)
    return given, conditions


def _count(session: Session, query: Select[Any]) -> int:
    """Count the rows without reading any column of them."""
    counted = query.order_by(None).with_only_columns(func.count(), maintain_column_froms=True)
    return session.scalar(counted) or 0


def _keys(listing: Listing) -> list[str]:
    return ["sort", "page", *(item.key for item in listing.filters)]


def _sorted_by(listing: Listing, key: str) -> list[Any]:
    """Return by what the column orders; nothing when no column was chosen."""
    return [column.sort for column in listing.columns if column.key == key]


def _order(listing: Listing, asked: str) -> tuple[str, bool]:
    key = asked.removeprefix("-")
    if any(column.key == key and column.sort is not None for column in listing.columns):
        return key, asked.startswith("-")
    return listing.default_sort.removeprefix("-"), listing.default_sort.startswith("-")


def _page_number(asked: str, total: int, page_size: int) -> int:
    last = max(1, -(-total // page_size))
    return min(max(1, int(asked)), last) if asked.isdecimal() and len(asked) < 9 else 1
