"""The form in which a person prepares a batch."""

from typing import Any, ClassVar

from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from services.documents.domain.batch_tables import MOST_OCTETS, decoded
from services.documents.preparing import FROM_TABLE, Wanted
from services.documents.schemas.content import LONGEST_TEXT
from services.documents.web.writing_forms import function_field, language_field
from shared.errors import DomainError
from shared.problems import sentence
from shared.web.document_kinds import DOCUMENT_KINDS
from shared.web.forms import FreshIdField, PageForm, not_always, required

LONGEST_FORM = MOST_OCTETS + 512 * 1024
"""Octets of the texts of a form: a table of the largest size is sent back whole, to be mended."""


class TableOrLines:
    """The file takes the place of the lines, so that these can be mended on the page."""

    field_flags: ClassVar[dict[str, bool]] = {"conditional": True}

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse a file that is no table, and a form with neither file nor lines."""
        if field.data:
            try:
                form.lines.data = decoded(field.data.stream.read(MOST_OCTETS + 1))
            except DomainError as error:
                raise ValidationError(sentence(error)) from error
        elif not (form.lines.data or "").strip():
            raise ValidationError(gettext("Nahrajte tabulku, nebo vložte její řádky níže."))


class PrepareBatchForm(PageForm):
    """One text and a table of those to whom it goes."""

    batch_id = FreshIdField()
    name = StringField(
        N_("Název dávky"),
        description=N_("Jen pro vás, například Pozvánky na seminář 12. května."),
        validators=[required, Length(max=300)],
    )
    kind = SelectField(
        N_("Druh"), choices=[(k, DOCUMENT_KINDS[k]) for k in FROM_TABLE], validators=[required]
    )
    language = language_field()
    title = StringField(
        N_("Název dokumentu"),
        description=N_("Prázdné, když je v tabulce sloupec Název."),
        validators=[not_always, Length(max=300)],
    )
    text = TextAreaField(
        N_("Text"),
        description=N_(
            "Odstavce oddělte prázdným řádkem. {Název sloupce} ve složených závorkách se u každého "
            "řádku nahradí jeho údajem. Prázdné, když je v tabulce sloupec Text."
        ),
        validators=[not_always, Length(max=LONGEST_TEXT)],
        render_kw={"rows": 12},
    )
    function = function_field()
    file = FileField(
        N_("Tabulka"),
        description=N_(
            "CSV z tabulkového programu: středníky nebo čárky, UTF-8 nebo Windows-1250, "
            "v prvním řádku názvy sloupců. Nahradí řádky níže."
        ),
        validators=[TableOrLines()],
    )
    lines = TextAreaField(
        N_("Řádky tabulky"),
        description=N_("Můžete je sem i vložit nebo zde opravit."),
        validators=[not_always],
        render_kw={"rows": 12, "class": "lines", "spellcheck": "false"},
    )

    def wanted(self) -> Wanted:
        """Return the batch that is asked for."""
        return Wanted(
            batch_id=self.batch_id.id_value,
            name=self.name.data.strip(),
            kind=self.kind.data,
            language=self.language.data,
            function=self.function.data.strip(),
            title=(self.title.data or "").strip(),
            text=self.text.data or "",
            table=self.lines.data or "",
        )
