"""Whoever reads a bundle is told what each mark of a rule means."""

import ast
import re

from services.documents.bundling.rules import MARK, RULES
from tests.house.tree import ROOT

WRITTEN = re.compile(r"R[0-9]+( \([0-9A-Z]+\))?(, R[0-9]+)*")


def test_every_mark_that_a_bundle_may_show_is_explained() -> None:
    shown = set[str]()
    for path in (ROOT / "services").glob("*/*/evidence.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and WRITTEN.fullmatch(str(node.value)):
                shown |= set(MARK.findall(node.value))

    assert shown == set(RULES)
