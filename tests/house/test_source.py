"""The source keeps to the way the house is built."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, name, parsed, python_files, templates

LONGEST_FILE = 400
VAGUE_NAMES = {"utils", "helpers", "helper", "common", "core", "manager", "misc"}
MAY_CALL_REQUESTS = {"shared/http.py", "services/documents", "services/demonstration"}
FORBIDDEN_CALLS = {"print", "utcnow", "utcfromtimestamp"}
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical"}

every_file = pytest.mark.parametrize("path", python_files(), ids=name)


@every_file
def test_files_stay_small(path: Path) -> None:
    lines = path.read_text("utf-8").count("\n")

    assert lines <= LONGEST_FILE, f"{lines} lines: make it a folder with the same import path"


@every_file
def test_names_say_what_a_module_is_about(path: Path) -> None:
    assert VAGUE_NAMES.isdisjoint({path.stem, *path.relative_to(ROOT).parts})


@every_file
def test_no_chance_no_printing_no_naive_time(path: Path) -> None:
    if "demonstration" in path.parts:
        pytest.skip("the demonstration talks to the person at the terminal")

    calls = [node.func for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
    called = {getattr(call, "id", getattr(call, "attr", "")) for call in calls}
    imported = _imports(parsed(path))

    assert not called & FORBIDDEN_CALLS
    assert "random" not in imported


@every_file
def test_only_adapters_speak_http(path: Path) -> None:
    imported = _imports(parsed(path))

    if imported & {"requests", "urllib.request", "http.client"}:
        assert any(name(path).startswith(place) for place in MAY_CALL_REQUESTS)


@every_file
def test_log_messages_are_static(path: Path) -> None:
    for node in ast.walk(parsed(path)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        is_log = isinstance(node.func.value, ast.Name) and node.func.value.id in ("log", "logger")
        if is_log and node.func.attr in LOG_METHODS:
            assert isinstance(node.args[0], ast.Constant), f"line {node.lineno}"
            assert len(node.args) == 1, f"line {node.lineno}: put values into extra="


@every_file
def test_what_only_reads_says_so_and_not_that_it_writes(path: Path) -> None:
    """Inside ``reading(), transaction(...)`` SQLite takes the write lock all the same."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.With):
            called = [item.context_expr for item in node.items]
            names = {ast.unparse(one.func) for one in called if isinstance(one, ast.Call)}
            assert not {"reading", "transaction"} <= names, f"line {node.lineno}: take read_only"


def _is_domain(path: Path) -> bool:
    return "domain" in path.parts


@pytest.mark.parametrize("path", [p for p in python_files("services") if _is_domain(p)], ids=name)
def test_public_rules_name_their_source(path: Path) -> None:
    if "isds_simulator" in path.parts:
        pytest.skip("the simulator's facts have one source, named in its package")
    text = ast.get_docstring(parsed(path)) or ""
    has_module_source = "Source:" in text
    functions = [node for node in parsed(path).body if isinstance(node, ast.FunctionDef)]
    without = [
        function.name
        for function in functions
        if not function.name.startswith("_")
        and not has_module_source
        and "Source:" not in (ast.get_docstring(function) or "")
    ]

    assert without == []


@pytest.mark.parametrize("path", templates(), ids=name)
def test_templates_hold_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text("utf-8")

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


@pytest.mark.parametrize("path", templates(), ids=name)
def test_templates_use_each_macro_that_they_import(path: Path) -> None:
    text = path.read_text("utf-8")

    for names in re.findall(r"{%-?\s*from\s+\S+\s+import\s+(.*?)-?%}", text, re.S):
        for macro in re.findall(r"(\w+)(?:\s+as\s+(\w+))?", names.replace("with context", "")):
            used = macro[1] or macro[0]
            assert len(re.findall(rf"\b{used}\b", text)) > 1, used


def test_nothing_names_a_registry_or_a_path_of_one_machine() -> None:
    pattern = re.compile(
        r"https?://[^ \"]+\.(?:whl|tar\.gz|tgz|deb|jar)|(?:extra-)?index-url\s|find-links\s"
    )
    kept = [p for p in ROOT.glob("requirements/*.txt")]

    assert kept
    for path in kept:
        assert not pattern.search(path.read_text("utf-8")), path.name


def _imports(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found
