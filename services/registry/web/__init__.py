"""Pages of registry: parse, check the access rule, call a use case, show what happened."""

from services.registry.web import (
    applications,
    calls,
    fiches,
    intake,
    lists,
    office,
    people,
    public,
    sign_in,
    strategy,
)

__all__ = [
    "applications",
    "calls",
    "fiches",
    "intake",
    "lists",
    "office",
    "people",
    "public",
    "sign_in",
    "strategy",
]
