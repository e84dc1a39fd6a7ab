"""Pages of registry: parse, check the access rule, call a use case, show what happened."""

from services.registry.web import (
    allocations,
    applications,
    calls,
    drawdown,
    fiches,
    founding,
    intake,
    lists,
    office,
    passwords,
    people,
    public,
    settings,
    sign_in,
    signatures,
    strategy,
)

__all__ = [
    "allocations",
    "applications",
    "calls",
    "drawdown",
    "fiches",
    "founding",
    "intake",
    "lists",
    "office",
    "passwords",
    "people",
    "public",
    "settings",
    "sign_in",
    "signatures",
    "strategy",
]
