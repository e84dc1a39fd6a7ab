"""Writing XML text. Hashes are taken over the exact bytes, so nothing reorders them."""

import base64
from collections.abc import Mapping
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from services.isds_simulator.domain.fiction import PRAGUE

XSI = "http://www.w3.org/2001/XMLSchema-instance"

Value = str | int | bool | bytes | datetime | None


def written(value: str | int | bool | bytes | datetime) -> str:
    """Return a value in the lexical form of its XML Schema type."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.astimezone(PRAGUE).isoformat(timespec="milliseconds")
    return escape(str(value))


def element(name: str, value: Value) -> str:
    """Return an element with a value; a missing value is written as nil."""
    if value is None or value == "":
        return f'<{name} xsi:nil="true"/>'
    return f"<{name}>{written(value)}</{name}>"


def wrapped(name: str, inner: str, attributes: Mapping[str, Value] | None = None) -> str:
    """Return an element around other elements; attributes without a value are left out."""
    parts = [
        f" {key}={quoteattr(written(value))}"
        for key, value in (attributes or {}).items()
        if value is not None
    ]
    return f"<{name}{''.join(parts)}>{inner}</{name}>"
