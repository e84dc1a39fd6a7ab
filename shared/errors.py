"""The root of every error that a rule raises. Pure: importable from any domain module."""

from datetime import date, datetime
from typing import Any


class DomainError(Exception):
    """A rule said no.

    The class names the rule; ``params`` carries the values a person needs to put it right
    (dates, names, amounts). The service's ``problems.py`` gives each class its HTTP status,
    its stable slug and its sentence, so a domain module never holds words for people.
    """

    def __init__(self, **params: Any) -> None:
        super().__init__(type(self).__name__, params)
        self.params = params


def noted(error: DomainError) -> dict[str, Any]:
    """Return an error as JSON, to be kept and told later to whoever reads it, in any language.

    ``shared.problems.retold`` tells it. The name of the class stands in it: renaming an error
    that is kept anywhere needs a migration.
    """
    told = {name: _plain(value) for name, value in error.params.items()}
    return {"error": type(error).__name__, "params": told}


def _plain(value: Any) -> Any:
    """Return what JSON can hold and ``remembered`` turns back."""
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value if isinstance(value, int | str) else str(value)


def remembered(value: Any) -> Any:
    """Return a value of a kept error as it was: dates and moments are none in JSON."""
    if isinstance(value, dict) and "moment" in value:
        return datetime.fromisoformat(value["moment"])
    if isinstance(value, dict) and "day" in value:
        return date.fromisoformat(value["day"])
    return value
