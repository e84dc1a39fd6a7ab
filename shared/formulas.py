"""Cells of tables that a spreadsheet would compute: written so that they stay texts. Pure."""

STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet would compute; a name that begins so must stay a name."""
GUARD = "'"


def guarded(text: str) -> str:
    """Return the text as it can stand in a table for a spreadsheet."""
    return f"{GUARD}{text}" if _is_formula(text) else text


def unguarded(text: str) -> str:
    """Return the text that was guarded; any other text as it is."""
    rest = text.removeprefix(GUARD)
    return rest if rest != text and _is_formula(rest) else text


def _is_formula(text: str) -> bool:
    return text.lstrip(" ").startswith(STARTS_FORMULA)
