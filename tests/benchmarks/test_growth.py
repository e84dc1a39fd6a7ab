"""No page grows faster than what it shows: counted, so that no busy machine changes the answer."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.benchmarks.measuring import Count, Page, QueryLog, count
from tests.benchmarks.pages import pages_of
from tests.benchmarks.product import SERVICES, Product, filled_product
from tests.benchmarks.world import SMALL, World

MOST_CALLS = 2
"""Requests to other services behind one page; a page renders from its own database."""
LARGER = World(900, 12)
"""More calls, and more in each than a page shows; little enough to be filled in seconds."""
NAMES = [(page.service, page.name) for page in pages_of(SMALL)]


class Worlds:
    """The product twice: with few applications and with many."""

    def __init__(self, small: Product, large: Product) -> None:
        self._products = ((small, SMALL), (large, LARGER))

    def counts(self, place: tuple[str, str]) -> tuple[Count, Count]:
        """Ask a page in both worlds and count."""
        few, many = (self._count(product, world, place) for product, world in self._products)
        return few, many

    def _count(self, product: Product, world: World, place: tuple[str, str]) -> Count:
        page: Page = next(p for p in pages_of(world) if (p.service, p.name) == place)
        log = QueryLog()
        with log.watching(product):
            return count(product, page, log)


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    with ExitStack() as stack:
        made = []
        for world in (SMALL, LARGER):
            var: Path = tmp_path_factory.mktemp(f"world-{world.applications}")
            addresses = {name: f"sqlite:///{var}/{name}.sqlite" for name in SERVICES}
            made.append(stack.enter_context(filled_product(var, addresses, world)))
        yield Worlds(*made)


@pytest.mark.parametrize("place", NAMES, ids=": ".join)
def test_a_page_grows_no_faster_than_what_it_shows(worlds: Worlds, place: tuple[str, str]) -> None:
    few, many = worlds.counts(place)

    assert few.rows > 0
    assert few.growth(many) == []
    assert many.calls <= MOST_CALLS


@pytest.mark.parametrize(
    ("many", "words"),
    [
        (Count(queries=5, rows=60, lines=20, size=1), "queries grow"),
        (Count(queries=4, rows=161, lines=30, size=1), "rows fetched grow"),
        (Count(queries=4, rows=81, lines=10, size=1), "rows fetched grow"),
    ],
)
def test_faster_growth_is_told(many: Count, words: str) -> None:
    few = Count(queries=4, rows=60, lines=20, size=1)

    assert words in " ".join(few.growth(many))
    assert few.growth(Count(queries=4, rows=160, lines=30, size=1)) == []
