"""Main pages at 100 and at 10 000 applications, on SQLite and on PostgreSQL."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import Cluster, PostgresMissing, start_cluster

from .fill_documents import delivery_id, document_id, has_delivery
from .measuring import REQUESTS, Page, QueryLog, Timing, measure
from .product import SERVICES, filled_product
from .world import LARGE, SLUG, SMALL, Phase, World, key

TARGET_MS = 100
HEAD = (
    f"{'page':<38}{'p50 ms':>14}{'p95 ms':>14}{'cpu p50':>14}{'cpu p95':>14}{'queries':>11}"
    f"{'rows':>12}{'lines':>12}{'kB':>11}"
)


def pages_of(world: World) -> list[Page]:
    """Return the main pages with the addresses of things in this world."""
    return [*_registry(world), *_public(world), *_evaluation(world), *_documents(world)]


def _registry(world: World) -> list[Page]:
    over, intake = world.call(Phase.OVER), world.call(Phase.INTAKE)
    lists = "/office/applications"
    last = world.applications // 50
    return [
        Page("registry", "office, director", ["/office"]),
        Page("registry", "office, assistant", ["/office"], "asistentka"),
        Page("registry", "applications", [lists]),
        Page("registry", "applications, last page", [f"{lists}?page={last}"]),
        Page("registry", "applications, by applicant", [f"{lists}?sort=applicant"]),
        Page("registry", "applications, search", [f"{lists}?q=provozovny"]),
        Page("registry", "folder, over", [f"{lists}/{a.id}" for a in over.applications[:20]]),
        Page("registry", "folder, received", [f"{lists}/{a.id}" for a in intake.applications[:9]]),
        Page("registry", "calls", ["/office/calls"]),
        Page("registry", "calls, decided", ["/office/calls?state=decided&sort=amount"]),
        Page("registry", "people", ["/office/people"]),
        Page("registry", "people, controllers", ["/office/people?role=controller&sort=login"]),
        Page("registry", "members", ["/office/people/members"]),
        Page("registry", "delegations", ["/office/people/delegations"]),
        Page("registry", "call", [f"/office/calls/{call.id}" for call in world.calls]),
        Page("registry", "received list", [f"/office/received-lists/{key('list', over.id)}"]),
    ]


def _public(world: World) -> list[Page]:
    number = world.call(Phase.OVER).number
    home = f"/mas/{SLUG}"
    return [
        Page("registry", "public home", [home], ""),
        Page("registry", "public calls", [f"{home}/vyzvy"], ""),
        Page("registry", "public call", [f"{home}/vyzvy/{c.number}" for c in world.calls], ""),
        Page("registry", "public received list", [f"{home}/vyzvy/{number}/prijate-zadosti"], ""),
        Page("registry", "public results", [f"{home}/vyzvy/{number}/vysledky"], ""),
        Page(
            "registry",
            "public results, by points",
            [f"{home}/vyzvy/{number}/vysledky?sort=points"],
            "",
        ),
    ]


def _evaluation(world: World) -> list[Page]:
    over, control = world.call(Phase.OVER), world.call(Phase.CONTROL)
    decided, evaluated = world.call(Phase.DECIDED), world.call(Phase.EVALUATION)
    cases = [a for a in over.applications[:20] if a.is_registered]
    intake, run = world.call(Phase.INTAKE), f"/allocation-runs/{key('run', decided.id)}"

    def page(name: str, path: str, login: str = "reditelka") -> Page:
        return Page("evaluation", name, [path], login)

    return [
        page("home, director", "/"),
        page("home, assistant", "/", "asistentka"),
        page("home, controller", "/", "kontrola2"),
        page("home, evaluator", "/", "hodnotitel1"),
        page("calls", "/calls"),
        Page("evaluation", "call", [f"/calls/{call.id}" for call in world.calls]),
        page("cases", f"/calls/{control.id}/cases"),
        Page("evaluation", "case", [f"/cases/{case.id}" for case in cases]),
        page("cases, by applicant", f"/calls/{control.id}/cases?sort=applicant"),
        page("appointments", f"/calls/{intake.id}/controllers"),
        page("conflict matrix", f"/calls/{evaluated.id}/conflicts"),
        page("conflict matrix, one fiche", f"/calls/{evaluated.id}/conflicts?fiche=F3"),
        page("assignments", f"/calls/{evaluated.id}/assignments"),
        page("assignments, one fiche", f"/calls/{evaluated.id}/assignments?fiche=F3"),
        page("meeting", f"/calls/{decided.id}/meeting"),
        page("meeting, by points", f"/calls/{decided.id}/meeting?sort=-points"),
        page("meeting, running", f"/calls/{evaluated.id}/meeting"),
        page("allocation", f"/calls/{decided.id}/allocation"),
        page("allocation run", run),
        page("allocation run, one fiche", f"{run}?fiche=F3"),
        page("allocation run, steps", f"{run}/steps"),
        page("notices of control", f"/calls/{control.id}/notices"),
        page("result notices", f"/calls/{decided.id}/results"),
        page("resolution", f"/calls/{over.id}/resolution"),
        page("resolution, form", f"/calls/{decided.id}/resolution", "valna"),
        page("declaration, form", f"/calls/{control.id}/declaration", "kontrola2"),
        page("presentations", f"/calls/{evaluated.id}/presentations"),
        page("interests", f"/calls/{evaluated.id}/interests"),
        page("interests, by party", f"/calls/{evaluated.id}/interests?state=lasting&sort=party"),
    ]


def _documents(world: World) -> list[Page]:
    chosen = [a for a in world.call(Phase.OVER).applications if has_delivery(a)][:20]
    return [
        Page("documents", "home, director", ["/"]),
        Page("documents", "home, assistant", ["/"], "asistentka"),
        Page("documents", "documents", ["/list"]),
        Page("documents", "documents, controller", ["/list"], "kontrola1"),
        Page("documents", "documents, search", ["/list?q=kontroly"]),
        Page("documents", "document", [f"/{document_id(a)}" for a in chosen]),
        Page("documents", "deliveries", ["/deliveries"]),
        Page("documents", "delivery", [f"/deliveries/{delivery_id(a)}" for a in chosen]),
    ]


Timings = dict[tuple[str, str], Timing | str]
"""By service and page; a text says why a page could not be measured."""


def run(only: str = "") -> bool:
    """Measure on every database that is here; tell whether the targets are met.

    Args:
        only: part of the names of the pages to measure; empty measures all.
    """
    is_good = True
    with _databases() as kinds:
        for kind, cluster in kinds.items():
            small, large = (_measure(kind, cluster, world, only) for world in (SMALL, LARGE))
            is_good &= _report(kind, small, large)
    return is_good


@contextmanager
def _databases() -> Iterator[dict[str, Cluster | None]]:
    try:
        cluster = start_cluster()
    except PostgresMissing as error:
        sys.stdout.write(f"{error} Only SQLite is measured.\n")
        yield {"sqlite": None}
        return
    try:
        yield {"sqlite": None, "postgresql": cluster}
    finally:
        cluster.stop()


def _measure(kind: str, cluster: Cluster | None, world: World, only: str) -> Timings:
    with tempfile.TemporaryDirectory(prefix="vyzva-bench-") as folder:
        var = Path(folder)
        addresses = {
            name: cluster.create_database() if cluster else f"sqlite:///{var}/{name}.sqlite"
            for name in SERVICES
        }
        with filled_product(var, addresses, world) as product, QueryLog().watching(product) as log:
            sys.stdout.write(
                f"{kind}: {world.applications} applications in {world.calls_count} calls, "
                f"filled in {product.fill_seconds:.0f} s\n"
            )
            sys.stdout.flush()
            found: Timings = {}
            for page in pages_of(world):
                if only not in f"{page.service}: {page.name}":
                    continue
                try:
                    found[page.service, page.name] = measure(product, page, log)
                except Exception as error:  # a page that is broken must not hide the others
                    found[page.service, page.name] = f"{type(error).__name__}: {error}"[:300]
            return found


def _report(kind: str, small: Timings, large: Timings) -> bool:
    """Write the table and what misses the target."""
    write = sys.stdout.write
    sizes = f"{SMALL.applications} → {LARGE.applications}"
    load = f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
    write(f"\n{kind}, {sizes} applications, {REQUESTS} requests each, {load}\n{HEAD}\n")
    missed = []
    for place, after in large.items():
        before, label = small[place], f"{place[0]}: {place[1]}"
        if isinstance(before, str) or isinstance(after, str):
            missed.append(f"{label}: {after if isinstance(after, str) else before}")
            continue
        write(_line(label, before, after))
        missed += [f"{label}: {reason}" for reason in _misses(before, after)]
    write("".join(f"MISSED {text}\n" for text in missed) or "Every page meets the target.\n")
    sys.stdout.flush()
    return not missed


def _line(label: str, before: Timing, after: Timing) -> str:
    one, two = before.count, after.count
    return (
        f"{label:<38}"
        f"{f'{before.p50:.1f} → {after.p50:.1f}':>14}"
        f"{f'{before.p95:.1f} → {after.p95:.1f}':>14}"
        f"{f'{before.cpu:.1f} → {after.cpu:.1f}':>14}"
        f"{f'{before.cpu_p95:.1f} → {after.cpu_p95:.1f}':>14}"
        f"{f'{one.queries} → {two.queries}':>11}"
        f"{f'{one.rows} → {two.rows}':>12}"
        f"{f'{one.lines} → {two.lines}':>12}"
        f"{f'{one.size / 1000:.0f} → {two.size / 1000:.0f}':>11}\n"
    )


def _misses(before: Timing, after: Timing) -> list[str]:
    """Say what misses its target; the clock counts, the database's work and other work included."""
    found = before.count.growth(after.count)
    if after.p95 >= TARGET_MS:
        found.append(
            f"p95 {after.p95:.0f} ms ({after.cpu_p95:.0f} ms of this process's processor time), "
            f"target under {TARGET_MS} ms"
        )
    return found
