"""The page on which the organisation sets its letterhead."""

from flask import Response, flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from services.documents.desk import PDF, file_answer, looking, press, working
from services.documents.models import Letterhead
from services.documents.service.letterheads import (
    sample_letter,
    set_letterhead,
    set_logo,
    shown_letterhead,
)
from services.documents.web import pages
from services.documents.web.frame import page
from services.documents.web.writing_forms import LetterheadForm
from shared.auth import access, roles
from shared.web.attempts import attempt

KEEPERS = roles("director", "assistant")


@pages.route("/letterhead", methods=["GET", "POST"])
@access(KEEPERS)
def letterhead() -> AnyResponse | tuple[str, int]:
    """Set name, lines, colour and emblem of the documents made from now on."""
    shown = shown_letterhead(looking())
    form = LetterheadForm(data=_values(shown))

    def act() -> None:
        content = form.logo.data.read() if form.logo.data else b""
        with working() as work:
            set_letterhead(work, form.facts())
            if content or form.without_logo.data:
                set_logo(work, press(), content or None)

    tried = attempt(form, act)
    if not tried.is_done:
        has_logo = shown.logo_sha256 is not None
        text = page("letterhead.html", form=form, sentence=tried.sentence, has_logo=has_logo)
        return text, tried.status
    flash(gettext("Hlavička je uložená. Starší dokumenty se nemění."), "good")
    return redirect(url_for("pages.letterhead"), 303)


def _values(shown: Letterhead) -> dict[str, str]:
    return {
        "name": shown.name,
        "code": shown.code,
        "lines": "\n".join(shown.lines),
        "accent": shown.accent,
    }


@pages.get("/letterhead/sample.pdf")
@access(KEEPERS)
def letterhead_sample() -> Response:
    """Show a page with the present letterhead."""
    work = looking()
    content = sample_letter(work, press(), shown_letterhead(work))
    return file_answer(content, "hlavicka.pdf", PDF, is_shown=True)
