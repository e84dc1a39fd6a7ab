"""What the guard tests look at: the product's own source files."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVICES = ("registry", "evaluation", "documents")
PRODUCT = ("services", "shared")


def python_files(*folders: str) -> list[Path]:
    """Return the product's Python files below *folders*, migrations' versions left out."""
    found = [p for folder in folders or PRODUCT for p in (ROOT / folder).rglob("*.py")]
    return sorted(p for p in found if "versions" not in p.parts and "__pycache__" not in p.parts)


def templates() -> list[Path]:
    """Return the product's page templates."""
    return sorted(p for folder in PRODUCT for p in (ROOT / folder).rglob("*.html"))


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text("utf-8"))


def name(path: Path) -> str:
    """Return the path as shown in test ids."""
    return str(path.relative_to(ROOT))
