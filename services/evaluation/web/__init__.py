"""The pages of evaluation: siblings of the JSON API over the same use cases."""

from typing import Any

BLUEPRINTS: list[Any] = []
