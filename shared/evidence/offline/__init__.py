"""The verifier that needs nothing of the product: kept in modules, given away as one script."""

import ast
from importlib.util import find_spec
from pathlib import Path

OF_LOGS = f"{__name__}.verify"


def script(module: str = OF_LOGS) -> str:
    """Return a module as one file that imports the standard library only.

    Args:
        module: dotted name; what it imports from its own package, or from this one, is put in the
            place of the import, once each.
    """
    return _joined(module, (f"{module.rpartition('.')[0]}.", f"{__name__}."), set())


def _joined(module: str, packages: tuple[str, ...], seen: set[str]) -> str:
    source = _source(module)
    lines, made, place = source.splitlines(keepends=True), list[str](), 0
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ImportFrom) or not (node.module or "").startswith(packages):
            continue
        name = str(node.module)
        made += lines[place : node.lineno - 1]
        place = node.end_lineno or node.lineno
        if name not in seen:
            seen.add(name)
            made.append(_joined(name, packages, seen))
    return "".join([*made, *lines[place:]])


def _source(module: str) -> str:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(module)
    return Path(spec.origin).read_text("utf-8")
