"""Requests to pause something, or to go on, that nobody may make."""

import pytest

refused_holds = pytest.mark.parametrize(
    ("changes", "status", "slug"),
    [
        ({"version": 99}, 409, "stale"),
        ({"version": None}, 422, "invalid"),
        ({"reason": "Aha"}, 422, "reason-missing"),
        ({"reason": None}, 422, "invalid"),
    ],
)
"""What changes in a good request, and how it is refused: seen otherwise, or without reason."""
