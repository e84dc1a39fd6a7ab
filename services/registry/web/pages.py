"""How a form page answers: what was refused stands above the form, and nothing is lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from flask import render_template
from sqlalchemy.exc import IntegrityError

from services.registry.defects import defect_rows
from shared.errors import DomainError
from shared.problems import problem_of, sentence
from shared.web.forms import PageForm

T = TypeVar("T")
UNPROCESSABLE = 422


@dataclass
class Attempt(Generic[T]):
    """What became of a posted form."""

    is_done: bool = False
    result: T | None = None
    status: int = 200
    sentence: str = ""
    details: list[str] = field(default_factory=list)

    @property
    def value(self) -> T:
        """Return what the act gave."""
        if self.result is None:
            raise ValueError("The act was not done.")
        return self.result


def attempt(form: PageForm, act: Callable[[], T]) -> Attempt[T]:
    """Check the form, do the act, and keep a refusal in words."""
    if not form.validate_on_submit():
        return Attempt(status=UNPROCESSABLE if form.is_submitted() else 200)
    try:
        return Attempt(is_done=True, result=_once(act))
    except DomainError as error:
        return _refused(form, error)


def page(template: str, tried: Attempt[Any], form: PageForm, **context: Any) -> tuple[str, int]:
    """Show the form again with everything that was typed, and what to put right."""
    return render_template(template, form=form, tried=tried, **context), tried.status


def _once(act: Callable[[], T]) -> T:
    """Do the act; whoever loses a race with the same form finds what the first click made."""
    try:
        return act()
    except IntegrityError:
        return act()


def _refused(form: PageForm, error: DomainError) -> Attempt[Any]:
    tried: Attempt[Any] = Attempt(status=problem_of(error).status)
    if tried.status >= 500:
        raise error
    rows = defect_rows(error)
    tried.sentence = sentence(error)
    for row in rows:
        target = form._fields.get(row["field"])
        if target is None:
            tried.details.append(row["detail"])
        else:
            target.errors = [*target.errors, row["detail"]]
    return tried
