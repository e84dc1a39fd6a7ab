"""Forms of handing over: signing on the tablet, and scans sorted by their codes."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import (
    FieldList,
    Form,
    FormField,
    HiddenField,
    StringField,
)
from wtforms.validators import Length, Regexp

from services.documents.domain.drawn import LONGEST_TEXT
from shared.web.forms import DayField, PageForm, required

MOST_ROWS = 60


class TabletForm(PageForm):
    """The recipient signs on the office's tablet."""

    shown = HiddenField()
    """SHA-256 of the file that is handed over."""
    received_by = StringField(
        N_("Kdo přebírá"),
        description=N_("Jméno a příjmení toho, kdo se teď podepíše."),
        validators=[required, Length(max=200)],
        render_kw={"autocomplete": "off"},
    )
    drawing = HiddenField(validators=[Length(max=LONGEST_TEXT)])
    typed = StringField(
        N_("Vaše celé jméno"),
        validators=[Length(max=200)],
        render_kw={"autocomplete": "off"},
    )


class ScansForm(PageForm):
    """Scans of signed receipts, in any order."""

    scans = MultipleFileField(
        N_("Soubory se skeny"),
        description=N_("PDF nebo obrázky (PNG, JPEG, TIFF), i více převzetí v jednom souboru."),
        validators=[FileRequired(N_("Vyberte soubor."))],
    )


class ReceiptRow(Form):  # type: ignore[misc]  # WTForms has no types
    """One receipt that was found in the scans."""

    delivery_id = HiddenField(validators=[required])
    scan = HiddenField(validators=[required, Regexp("[0-9a-f]{64}$")])
    """SHA-256 of its pages in the store; they are read again before anything is written."""
    file = HiddenField()
    """Name of the file in which it is, for who copies from the paper."""
    handed_over_on = DayField(N_("Den předání"), validators=[required])
    received_by = StringField(N_("Kdo převzal"), validators=[required, Length(max=200)])


class ReceiptsForm(PageForm):
    """What was found, with what the clerk reads from the papers."""

    rows = FieldList(FormField(ReceiptRow), max_entries=MOST_ROWS)
