"""Forms about the money of a call."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length, Optional

from services.registry.models import FicheRow
from services.registry.web.words import choices
from shared.money import Money
from shared.web.forms import DayField, MoneyField, PageForm, required


class RecommendationForm(PageForm):
    """What the director recommends; `for_fiches` adds a field for each fiche."""

    @classmethod
    def for_fiches(cls, fiches: Iterable[FicheRow], **given: Any) -> "RecommendationForm":
        """Return the form with a limit for each fiche."""
        kind: Any = type("BoundRecommendationForm", (cls,), {})
        codes = [fiche.code for fiche in fiches]
        for code in codes:
            label = lazy_gettext("Přibližná alokace fiche %(code)s", code=code)
            setattr(kind, f"limit_{code}", MoneyField(label, [Optional()]))
        form: RecommendationForm = kind(**given)
        form.codes = codes
        return form

    codes: Sequence[str] = ()

    def fill_limits(self, limits: Mapping[str, Money | None]) -> None:
        """Show these limits."""
        for code in self.codes:
            self[f"limit_{code}"].data = limits.get(code)

    def limits(self) -> dict[str, Money | None]:
        """Return what was typed, by fiche."""
        return {code: self[f"limit_{code}"].data for code in self.codes}

    amount = MoneyField(N_("Částka výzvy"), [required])
    reason = TextAreaField(
        N_("Zdůvodnění"),
        [required, Length(max=4000)],
        description=N_("Například stav čerpání podle SPL."),
        render_kw={"rows": 3},
    )


class DivisionForm(PageForm):
    """An amount to be divided among the fiches by the drawdown; asked by GET, changes nothing."""

    divide = MoneyField(N_("Rozdělit podle čerpání částku"), [Optional()])


class DecisionForm(PageForm):
    """What the programme committee decided."""

    outcome = RadioField(
        N_("Programový výbor"),
        [required],
        choices=choices(
            [
                ("approved", N_("schvaluje částku výzvy i přibližné alokace fichí")),
                ("returned", N_("vrací k přepracování")),
            ]
        ),
    )
    decided_on = DayField(N_("Datum jednání výboru"), [required])
    note = TextAreaField(N_("Poznámka"), [Optional(), Length(max=4000)], render_kw={"rows": 2})
