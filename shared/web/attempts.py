"""What became of a posted form: done, or refused in words with nothing lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask_wtf import FlaskForm
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError

from shared.errors import DomainError
from shared.http import ClientError
from shared.problems import HTTP_PROBLEMS, STALE, problem_of, sentence

T = TypeVar("T")
UNPROCESSABLE = 422


@dataclass(frozen=True)
class Attempt(Generic[T]):
    """What became of a form."""

    is_done: bool = False
    status: int = 200
    sentence: str = ""
    """Why the act was refused, in the person's language."""
    error: DomainError | None = None
    result: Any = None
    """What the act gave; ``value`` is the same for an act that always gives something."""
    details: list[str] = field(default_factory=list)
    """Reasons that stand beside no field."""

    @property
    def value(self) -> T:
        """Return what the act gave."""
        if self.result is None:
            raise ValueError("The act was not done.")
        value: T = self.result
        return value


def attempt(form: FlaskForm, act: Callable[[], T]) -> Attempt[T]:
    """Do the act if the form was sent and its fields can be read; otherwise say why not."""
    if not form.is_submitted():
        return Attempt()
    if not form.validate():
        return Attempt(status=UNPROCESSABLE, sentence=" ".join(form.form_errors))
    try:
        return Attempt(is_done=True, result=_once(act))
    except DomainError as error:
        problem = problem_of(error)
        if problem.status >= 500:
            raise
        return Attempt(status=problem.status, sentence=sentence(error), error=error)
    except StaleDataError:
        return Attempt(status=STALE.status, sentence=str(STALE.sentence))
    except ClientError:
        # What was typed stays in the form; nothing was written yet.
        return Attempt(status=503, sentence=str(HTTP_PROBLEMS[503].sentence))


def _once(act: Callable[[], T]) -> T:
    """Do the act; whoever loses a race with the same form finds what the first click made."""
    try:
        return act()
    except IntegrityError:
        return act()
