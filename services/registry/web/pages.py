"""How a form page answers: what was refused stands above the form, and nothing is lost."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from flask import render_template

from services.registry.defects import defect_rows, place_of
from shared.web import attempts
from shared.web.forms import PageForm

T = TypeVar("T")
Attempt = attempts.Attempt


def attempt(form: PageForm, act: Callable[[], T]) -> Attempt[T]:
    """Do the act of a form; a refusal stands beside the fields that it is about."""
    tried = attempts.attempt(form, act)
    if tried.error is None:
        return tried
    target = form._fields.get(place_of(tried.error))
    if target is not None:
        target.errors = [*target.errors, tried.sentence]
        return replace(tried, sentence="")
    details = []
    for row in defect_rows(tried.error):
        target = form._fields.get(row["field"])
        if target is None:
            details.append(row["detail"])
        else:
            target.errors = [*target.errors, row["detail"]]
    return replace(tried, details=details)


def page(template: str, tried: Attempt[Any], form: PageForm, **context: Any) -> tuple[str, int]:
    """Show the form again with everything that was typed, and what to put right."""
    return render_template(template, form=form, tried=tried, **context), tried.status
