"""Every route has a rule, every error has words, every generated page is fresh."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import pytest

from shared.document_kinds import BY_CODE
from shared.errors import DomainError
from shared.problems import SHARED_PROBLEMS
from tests.house.apps import access_of, app_of, methods_of, routes_of
from tests.house.decisions import DECISIONS
from tests.house.generate import files
from tests.house.papers import PAPERS, is_act_of_maker, is_named_in_service
from tests.house.proofs import PROOFS
from tests.house.rules import is_named_test, named_on_page
from tests.house.titles import TITLES
from tests.house.tree import SERVICES

pytestmark = pytest.mark.one_database
every_service = pytest.mark.parametrize("name", SERVICES)


@every_service
def test_every_route_says_who_may_reach_it(name: str) -> None:
    silent = [route.rule for route in routes_of(name) if not access_of(name, route)]

    assert silent == []


@every_service
def test_only_pages_and_sign_in_are_public_writes(name: str) -> None:
    public = {
        route.rule
        for route in routes_of(name)
        if "public" in access_of(name, route) and set(methods_of(route)) - {"GET"}
    }

    # A file that is verified is judged and forgotten: nothing is written.
    allowed = r"/(sign-in|sign-out|sessions|setup|verify(/<uuid:document_id>)?$|verifications$)"
    assert all(re.search(allowed, rule) for rule in public), public


@every_service
def test_pages_are_protected_against_foreign_posts(name: str) -> None:
    csrf = app_of(name).extensions["csrf"]
    exempt = {str(view) for view in csrf._exempt_views}
    allowed = {"renew", "sign_out", "sign_in_renew"}

    assert {view.rsplit(".", 1)[-1] for view in exempt} <= allowed
    assert all("api" in str(getattr(b, "url_prefix", b)) for b in csrf._exempt_blueprints)


def _errors_of(package_name: str) -> Iterator[type[DomainError]]:
    package = importlib.import_module(package_name)
    for module in pkgutil.walk_packages(package.__path__, f"{package_name}."):
        if "__main__" in module.name:
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(value) and issubclass(value, DomainError):
                yield value


@every_service
def test_every_rule_that_says_no_has_its_words(name: str) -> None:
    problems = {**SHARED_PROBLEMS, **importlib.import_module(f"services.{name}.problems").PROBLEMS}
    errors = set(_errors_of(f"services.{name}")) - {DomainError}
    abstract = {
        error for error in errors if any(other in error.__subclasses__() for other in errors)
    }
    without = {error.__name__ for error in errors - abstract if not _has_words(error, problems)}

    assert without == set()


def _has_words(error: type[DomainError], problems: object) -> bool:
    return any(kind in problems for kind in error.__mro__)  # type: ignore[operator]


def test_generated_pages_and_descriptions_are_fresh() -> None:
    stale = [
        path.name
        for path, text in files().items()
        if not path.exists() or path.read_text("utf-8") != text
    ]

    assert stale == [], "run make docs"


@pytest.mark.parametrize("rule", sorted(PROOFS))
def test_named_proofs_exist(rule: str) -> None:
    tests = [proof for proof in PROOFS[rule] if "::" in proof]

    assert [proof for proof in tests if not is_named_test(proof)] == []


@pytest.mark.parametrize("mark", sorted(DECISIONS))
def test_proofs_of_decisions_exist(mark: str) -> None:
    _decided, _setting, proofs = DECISIONS[mark]

    assert proofs
    assert [proof for proof in proofs if not is_named_test(proof)] == []


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_every_kind_of_document_has_an_act_that_makes_it(code: str) -> None:
    """A kind nobody makes would be a promise on paper."""
    assert code in PAPERS, "name the act in tests/house/papers.py"
    assert is_act_of_maker(code), PAPERS[code]
    assert is_named_in_service(code)
    assert is_named_test(PAPERS[code][1])


def test_every_named_paper_is_in_the_catalogue_and_in_its_order() -> None:
    assert list(PAPERS) == list(BY_CODE)


def test_proofs_are_sought_for_every_titled_rule() -> None:
    assert list(PROOFS) == list(TITLES)
    assert list(PROOFS)[:70] == [f"R{number}" for number in range(1, 71)]


def test_proofs_named_on_the_page_of_security_exist() -> None:
    tests = named_on_page("security.md")

    assert tests
    assert [proof for proof in tests if not is_named_test(proof)] == []
