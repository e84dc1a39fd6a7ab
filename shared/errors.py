"""The root of every error that a rule raises. Pure: importable from any domain module."""

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
