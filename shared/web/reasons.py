"""Why a deadline falls on its day, in the language of the page."""

from flask_babel import get_locale, gettext

from shared.deadlines import Deadline, deadline_sentence


def why(deadline: Deadline) -> str:
    """Tell rule, start and skipped days as one sentence, holidays named in the same language."""
    return deadline_sentence(deadline, gettext, str(get_locale() or "cs"))
