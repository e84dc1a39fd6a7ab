"""Which test proves which requirement; a named test that does not exist fails the guard."""

import ast
from functools import cache

from tests.house.tree import ROOT

PROOFS: dict[str, tuple[str, ...]] = {}
"""Requirement -> tests as ``tests/file.py::test_name``, or a sentence on what will prove it."""

TITLES: dict[str, str] = {}
"""Requirement -> what it asks for, in a few words."""


@cache
def named_tests(file: str) -> frozenset[str]:
    """Return the names of the tests in a file."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    nodes = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(node.name for node in nodes if node.name.startswith("test_"))


def rules_table() -> str:
    """Return the table of requirements and their proofs."""
    lines = ["| Rule | What it asks for | Proved by |", "|---|---|---|"]
    for rule, proofs in PROOFS.items():
        shown = "<br>".join(f"`{p}`" if "::" in p else p for p in proofs)
        lines.append(f"| {rule} | {TITLES.get(rule, '')} | {shown} |")
    return "\n".join(lines)
