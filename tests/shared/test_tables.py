"""Lists: sorted, filtered and paged in the database, whatever the address says."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from shared.db import reading, transaction
from shared.money import Money
from shared.web.tables import Column, Filter, Listing, Page, matching_of, page_of, read_page
from tests.shared.toy import ORGANISATION, Thing, engine_for


def by_count(text: str) -> ColumnElement[bool] | None:
    return Thing.count == int(text) if text.isdecimal() and len(text) < 9 else None


LISTING = Listing(
    columns=(
        Column("name", "Název", Thing.name),
        Column("price", "Cena", Thing.price, align="right"),
        Column("count", "Počet", Thing.count),
        Column("note", "Poznámka"),
    ),
    default_sort="name",
    tie=Thing.id,
    filters=(
        Filter("q", "Hledat", lambda text: Thing.name.contains(text, autoescape=True)),
        Filter("count", "Počet", by_count),
        Filter(
            "odd", "Lichost", lambda text: Thing.count % 2 == int(text), (("1", "a"), ("0", "b"))
        ),
    ),
    page_size=4,
)


@pytest.fixture
def session(each_database_url: str) -> Iterator[Session]:
    """Ten things: a to j; the first two have no price; counts repeat 0, 1, 2."""
    with engine_for(each_database_url) as engine, Session(engine) as session:
        with transaction(session):
            for number, name in enumerate("abcdefghij"):
                price = Money.parse(str(number * 100)) if number > 1 else None
                session.add(
                    Thing(
                        id=UUID(int=100 - number),
                        organisation_id=ORGANISATION,
                        name=name,
                        price=price,
                        count=number % 3,
                    )
                )
        with reading():
            yield session


def look(session: Session, **args: str) -> Page[Thing]:
    return read_page(session, select(Thing), LISTING, args)


def names(page: Page[Thing]) -> str:
    return "".join(thing.name for thing in page.items)


def test_first_page_in_the_default_order(session: Session) -> None:
    page = look(session)

    assert (names(page), page.total, page.pages) == ("abcd", 10, 3)
    assert (page.number, page.first, page.last, page.is_filtered) == (1, 1, 4, False)


def test_last_page_is_short(session: Session) -> None:
    page = look(session, page="3")

    assert (names(page), page.first, page.last) == ("ij", 9, 10)


@pytest.mark.parametrize(
    ("sort", "order"), [("name", "abcd"), ("-name", "jihg"), ("price", "cdef"), ("-price", "jihg")]
)
def test_sorted_as_asked(session: Session, sort: str, order: str) -> None:
    assert names(look(session, sort=sort)) == order


@pytest.mark.parametrize("sort", ["price", "-price"])
def test_empty_values_come_last_on_every_database(session: Session, sort: str) -> None:
    last = look(session, sort=sort, page="3")

    assert sorted(names(last)) == ["a", "b"]


def test_equal_values_have_one_order_over_all_pages(session: Session) -> None:
    seen = "".join(names(look(session, sort="count", page=str(n))) for n in (1, 2, 3))

    assert seen == "jgdahebifc"


def test_filters_narrow_the_list_and_the_count(session: Session) -> None:
    page = look(session, count="1", q="e")

    assert (names(page), page.total, page.is_filtered) == ("e", 1, True)


def test_search_takes_signs_of_patterns_as_they_are(session: Session) -> None:
    assert look(session, q="%").total == look(session, q="_").total == 0


def test_empty_list_is_one_page(session: Session) -> None:
    page = look(session, q="nothing")

    assert (page.items, page.pages, page.number, page.first, page.last) == ([], 1, 1, 0, 0)


def test_choice_that_is_not_offered_is_no_filter(session: Session) -> None:
    page = look(session, odd="1 OR 1=1")

    assert (page.total, page.is_filtered) == (10, False)


@pytest.mark.parametrize(
    ("args", "number"),
    [
        ({"page": "0"}, 1),
        ({"page": "-1"}, 1),
        ({"page": "99"}, 3),
        ({"page": "9" * 400}, 1),
        ({"page": "1e3"}, 1),
        ({"page": "²"}, 1),
        ({"page": "２"}, 2),
    ],
)
def test_strange_page_number_shows_a_page(
    session: Session, args: dict[str, str], number: int
) -> None:
    assert look(session, **args).number == number


@pytest.mark.parametrize("sort", ["note", "id", "--name", "name; DROP TABLE thing", "", "-"])
def test_strange_sort_falls_back(session: Session, sort: str) -> None:
    page = look(session, sort=sort)

    assert (page.sort, page.is_descending, names(page)) == ("name", False, "abcd")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    args=st.dictionaries(
        st.sampled_from(["sort", "page", "q", "count", "odd", "evil"]),
        st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30),
    )
)
def test_no_address_breaks_a_list(session: Session, args: dict[str, str]) -> None:
    page = read_page(session, select(Thing), LISTING, args)

    assert 0 <= len(page.items) <= 4
    assert 1 <= page.number <= page.pages


def test_links_keep_what_was_chosen(session: Session) -> None:
    page = look(session, sort="-price", q="a&b", page="1")

    assert page.page_url(2) == "?sort=-price&page=2&q=a%26b"
    assert page.sort_url("name") == "?sort=name&page=1&q=a%26b"
    assert look(session, sort="name").sort_url("name") == "?sort=-name&page=1"
    assert page.chosen("q") == "a&b"


def test_chosen_order_wins_over_the_one_the_query_came_with(session: Session) -> None:
    page = read_page(session, select(Thing).order_by(Thing.name.desc()), LISTING, {})

    assert names(page) == "abcd"


ROWS_LISTING = Listing(
    columns=(Column("word", "Slovo", lambda word: word), Column("size", "Délka", len)),
    default_sort="size",
    tie=lambda word: word,
    filters=(Filter("q", "Hledat", lambda text: lambda word: text in word),),
    page_size=3,
)
WORDS = ["fiche", "bod", "rok", "komise", "den"]


@pytest.mark.parametrize(
    ("args", "items"),
    [
        ({}, ["bod", "den", "rok"]),
        ({"page": "2"}, ["fiche", "komise"]),
        ({"sort": "-size"}, ["komise", "fiche", "bod"]),
        ({"sort": "-word"}, ["rok", "komise", "fiche"]),
        ({"q": "o", "sort": "word"}, ["bod", "komise", "rok"]),
        ({"q": "x"}, []),
    ],
)
def test_rows_in_memory_are_looked_at_the_same_way(args: dict[str, str], items: list[str]) -> None:
    page = page_of(WORDS, ROWS_LISTING, args)

    assert page.items == items


def test_a_list_that_no_column_orders_keeps_its_own_order(session: Session) -> None:
    rows = replace(ROWS_LISTING, default_sort="", tie=WORDS.index)
    things = replace(LISTING, default_sort="")

    assert page_of(WORDS, rows, {}).items == WORDS[:3]
    assert page_of(WORDS, rows, {"sort": "word"}).items == ["bod", "den", "fiche"]
    assert matching_of(WORDS, rows, {"q": "o", "page": "2"}) == ["bod", "rok", "komise"]
    found = read_page(session, select(Thing), things, {})
    assert [thing.name for thing in found.items] == ["j", "i", "h", "g"]


def test_a_list_that_answers_a_form_leads_to_where_it_stands() -> None:
    page = replace(page_of(WORDS, ROWS_LISTING, {}), address="/words")

    assert page.page_url(2) == "/words?page=2"
    assert page.sort_url("word") == "/words?sort=word&page=1"
