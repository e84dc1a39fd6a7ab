"""Which test proves which requirement; a named test that does not exist fails the guard."""

import ast
import re
from collections.abc import Iterable
from functools import cache

from tests.house.decisions import DECISIONS
from tests.house.proofs import PROOFS
from tests.house.titles import TITLES
from tests.house.tree import ROOT

TEST_ID = re.compile(r"`(tests/[\w/]+/test_\w+\.py(?:::\w+)?)`")


@cache
def named_tests(file: str) -> frozenset[str]:
    """Return the names of the tests in a file, and of the classes that hold some."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef))
    return frozenset(node.name for node in nodes if node.name.startswith(("test_", "Test")))


def is_named_test(proof: str) -> bool:
    """Tell whether ``tests/file.py::test_name`` exists, or a file of tests without a name."""
    file, _, test = proof.partition("::")
    found = named_tests(file) if (ROOT / file).exists() else frozenset()
    return test in found if test else bool(found)


def named_on_page(page: str) -> list[str]:
    """Return the tests that a page of ``docs/`` names."""
    return TEST_ID.findall((ROOT / "docs" / page).read_text("utf-8"))


def rules_table() -> str:
    """Return the table of requirements and their proofs."""
    lines = ["| Rule | What it asks for | Proved by |", "|---|---|---|"]
    for rule, proofs in PROOFS.items():
        lines.append(f"| {rule} | {TITLES[rule]} | {_shown(proofs)} |")
    return "\n".join(lines)


def decisions_table() -> str:
    """Return the table of ambiguities and how each was decided."""
    lines = ["| | Decided | Setting (default) | Proved by |", "|---|---|---|---|"]
    for mark, (decided, setting, proofs) in DECISIONS.items():
        lines.append(f"| {mark} | {decided} | {setting or '–'} | {_shown(proofs)} |")
    return "\n".join(lines)


def _shown(proofs: Iterable[str]) -> str:
    return "<br>".join(f"`{proof}`" if "::" in proof else proof for proof in proofs)
