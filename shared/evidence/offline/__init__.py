"""The verifier that needs nothing of the product: kept in modules, given away as one script."""

import ast
from pathlib import Path

NAME = f"{__name__}."
FOLDER = Path(__file__).parent


def script() -> str:
    """Return the verifier as one file that imports the standard library only."""
    return _joined("verify", set())


def _joined(module: str, seen: set[str]) -> str:
    """Return a module with those of this package in the place of their imports, once each."""
    source = (FOLDER / f"{module}.py").read_text("utf-8")
    lines, made, place = source.splitlines(keepends=True), list[str](), 0
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith(NAME):
            continue
        name = str(node.module).removeprefix(NAME)
        made += lines[place : node.lineno - 1]
        place = node.end_lineno or node.lineno
        if name not in seen:
            seen.add(name)
            made.append(_joined(name, seen))
    return "".join([*made, *lines[place:]])
