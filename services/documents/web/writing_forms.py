"""Forms in which people write documents, correct them, translate them and set the letterhead."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Regexp, ValidationError

from services.documents.domain.wording import Wording
from services.documents.schemas.content import LONGEST_TEXT
from services.documents.service.creating import RecipientFacts
from services.documents.service.drafting import BY_HAND, Draft
from services.documents.service.letterheads import LetterheadFacts
from shared.document_kinds import BY_CODE
from shared.web.document_kinds import DOCUMENT_KINDS
from shared.web.forms import FreshIdField, PageForm, required

LANGUAGES = {"cs": N_("čeština"), "en": N_("angličtina"), "de": N_("němčina")}
PLACES = {
    "label": N_("Popisek"),
    "value": N_("Údaj"),
    "paragraph": N_("Odstavec"),
    "heading": N_("Nadpis"),
    "statement": N_("Výrok"),
    "column": N_("Záhlaví sloupce"),
    "cell": N_("Buňka tabulky"),
    "question": N_("Otázka"),
    "note": N_("Poznámka"),
    "party": N_("Smluvní strana"),
    "stands_for": N_("Kdo za ni jedná"),
}
LONG = 60
"""Texts longer than this get more lines to be written in."""


class ApproveForm(PageForm):
    """The director's approval of the shown bytes."""

    shown = HiddenField()


def language_field() -> SelectField:
    """Return the choice of the language that counts; the form says for which kind."""

    def of_kind(form: Any, field: Any) -> None:
        if field.data not in BY_CODE[form.kind.data].languages:
            raise ValidationError(gettext("V tomto jazyce může být jen překlad, závazné znění ne."))

    return SelectField(
        N_("Jazyk závazného znění"),
        choices=list(LANGUAGES.items()),
        default="cs",
        validators=[required, of_kind],
    )


def function_field() -> StringField:
    """Return the place for the function in which the writing person signs."""
    return StringField(N_("Vaše funkce u podpisu"), validators=[required, Length(max=160)])


class WriteForm(PageForm):
    """A document from facts."""

    document_id = FreshIdField()
    kind = SelectField(
        N_("Druh"), choices=[(k, DOCUMENT_KINDS[k]) for k in BY_HAND], validators=[required]
    )
    language = language_field()
    title = StringField(N_("Název"), validators=[required, Length(max=300)])
    facts = TextAreaField(
        N_("Údaje"),
        description=N_("Každý na svém řádku, popisek a hodnota oddělené dvojtečkou."),
        validators=[Length(max=4000)],
        render_kw={"rows": 4},
    )
    text = TextAreaField(
        N_("Text"),
        description=N_(
            "Odstavce oddělte prázdným řádkem. Nadpis je řádek, který začíná znakem #. "
            "Všechno ostatní se vytiskne tak, jak je psáno."
        ),
        validators=[required, Length(max=LONGEST_TEXT)],
        render_kw={"rows": 14},
    )
    function = function_field()
    parties = TextAreaField(
        N_("Další smluvní strany"),
        description=N_(
            "Každá na svém řádku, název a po dvojtečce kdo za ni jedná. Vytiskne se jim místo "
            "pro podpis rukou."
        ),
        validators=[Length(max=2000)],
        render_kw={"rows": 2},
    )
    recipient = StringField(
        N_("Adresát"),
        description=N_("Prázdné znamená, že se dokument nikomu neposílá."),
        validators=[Length(max=200)],
    )
    address = TextAreaField(N_("Adresa"), validators=[Length(max=600)], render_kw={"rows": 3})
    data_box_id = StringField(N_("Datová schránka"), validators=[Length(max=20)])
    ic = StringField(N_("IČO"), validators=[Length(max=20)])
    own_hands = BooleanField(
        N_("Do vlastních rukou"),
        description=N_("Datovou zprávu otevře jen ten, kdo ve schránce smí číst všechno."),
    )

    def draft(self) -> Draft:
        """Return what was written."""
        return Draft(
            kind=self.kind.data,
            language=self.language.data,
            title=self.title.data,
            facts=_pairs(self.facts.data),
            text=self.text.data,
            function=self.function.data,
            parties=_pairs(self.parties.data),
            recipient=self._recipient(),
            own_hands=self.own_hands.data,
        )

    def _recipient(self) -> RecipientFacts | None:
        name = (self.recipient.data or "").strip()
        if not name:
            return None
        lines = [line.strip() for line in (self.address.data or "").splitlines()]
        return RecipientFacts(
            name=name,
            address=tuple(line for line in lines if line),
            data_box_id=(self.data_box_id.data or "").strip() or None,
            ic=(self.ic.data or "").strip() or None,
        )


def _pairs(text: str | None) -> tuple[tuple[str, str], ...]:
    parts = [line.partition(":") for line in (text or "").splitlines()]
    return tuple((first.strip(), second.strip()) for first, _, second in parts if first.strip())


class TextsForm(PageForm):
    """Every text of a document in a field of its own; see ``texts_form``."""

    document_id = FreshIdField()
    title = StringField(N_("Název"), validators=[required, Length(max=300)])
    count = 0

    def texts(self) -> list[str]:
        """Return the texts as they were written."""
        return [self[f"text_{n}"].data or "" for n in range(self.count)]

    def text_fields(self) -> list[Any]:
        """Return the fields of the texts, for the page."""
        return [self[f"text_{n}"] for n in range(self.count)]


def texts_form(wordings: Sequence[Wording], title: str) -> TextsForm:
    """Return a form with one field for each text, filled with what stands there."""
    fields = {f"text_{n}": _field(n, one) for n, one in enumerate(wordings)}
    kind: Any = type("BoundTextsForm", (TextsForm,), {**fields, "count": len(wordings)})
    form: TextsForm = kind(title=title)
    return form


def _field(number: int, one: Wording) -> TextAreaField:
    rows = 1 if len(one.text) <= LONG else min(8, len(one.text) // LONG + 1)
    return TextAreaField(
        N_("%(place)s %(number)s", place=PLACES[one.place], number=number + 1),
        default=one.text,
        validators=[required, Length(max=LONGEST_TEXT)],
        render_kw={"rows": rows},
    )


class LetterheadForm(PageForm):
    """How the organisation presents itself on paper."""

    name = StringField(N_("Název organizace"), validators=[required, Length(max=200)])
    code = StringField(
        N_("Značka v číslech jednacích"),
        description=N_("2–16 velkých písmen bez diakritiky nebo číslic."),
        validators=[required, Length(2, 16)],
    )
    lines = TextAreaField(
        N_("Řádky pod názvem"),
        description=N_("Sídlo, IČO, spojení; nejvýše čtyři řádky."),
        validators=[Length(max=640)],
        render_kw={"rows": 4},
    )
    accent = StringField(
        N_("Barva"),
        description=N_("Šest šestnáctkových číslic, například #1f5c4d."),
        validators=[required, Regexp(r"^#[0-9a-fA-F]{6}$", message=N_("Například #1f5c4d."))],
    )
    logo = FileField(N_("Znak"), description=N_("PNG nebo jednoduché SVG, nejvýše 200 kB."))
    without_logo = BooleanField(N_("Odebrat dosavadní znak"))

    def validate_lines(self, field: Any) -> None:
        """The head has place for four lines."""
        if len(self._lines()) > 4 or any(len(line) > 160 for line in self._lines()):
            raise ValidationError(gettext("Nejvýše čtyři řádky po 160 znacích."))

    def _lines(self) -> list[str]:
        lines = [line.strip() for line in (self.lines.data or "").splitlines()]
        return [line for line in lines if line]

    def facts(self) -> LetterheadFacts:
        """Return what was written."""
        return LetterheadFacts(
            self.name.data.strip(), self.code.data.strip(), tuple(self._lines()), self.accent.data
        )
