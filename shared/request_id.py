"""One id for everything that one request causes, carried across services and into the logs."""

from contextvars import ContextVar
from uuid import uuid4

_current: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """Return the id of the present request; empty outside one."""
    return _current.get()


def _is_plain(text: str) -> bool:
    return text.isascii() and text.replace("-", "").isalnum()


def begin_request(given: str | None) -> str:
    """Take over the caller's id if it is a plain token, else make a new one."""
    fits = given is not None and 8 <= len(given) <= 64 and _is_plain(given)
    value = given if fits and given is not None else uuid4().hex
    _current.set(value)
    return value
