"""Forms of the register of recipients."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import Length

from services.documents.service.recipients import RecipientEntry
from services.documents.web.recipient_words import SWITCH_CHANNELS
from shared.web.forms import FreshIdField, PageForm, required

MOST_LINES, LONGEST_LINE = 8, 120


def _reason() -> TextAreaField:
    return TextAreaField(
        N_("Důvod"),
        description=N_("Zůstane v historii s vaším jménem."),
        validators=[required, Length(max=500)],
    )


class RecipientForm(PageForm):
    """What is known of a recipient."""

    recipient_id = FreshIdField()
    name = StringField(N_("Jméno nebo název"), validators=[required, Length(max=200)])
    address = TextAreaField(
        N_("Adresa"),
        description=N_("Každá část na samostatném řádku, nejvýš osm."),
        validators=[Length(max=MOST_LINES * (LONGEST_LINE + 2))],
    )
    ic = StringField(
        N_("IČO"),
        description=N_(
            "Podle IČO se schránka najde spolehlivě, podle jména ji musí vybrat člověk."
        ),
        validators=[Length(max=20)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    box_id = StringField(
        N_("Datová schránka"),
        description=N_("Sedm znaků. Vyplňte, jen když vám ji adresát sdělil."),
        validators=[Length(max=20)],
        render_kw={"autocomplete": "off"},
    )

    def entry(self) -> RecipientEntry:
        """Return what was typed."""
        lines = (self.address.data or "").splitlines()
        address = tuple(line.strip()[:LONGEST_LINE] for line in lines if line.strip())[:MOST_LINES]
        name = " ".join((self.name.data or "").split())
        return RecipientEntry(name, address, self.ic.data or None, self.box_id.data or None)


class AskForm(PageForm):
    """Ask the directory now."""


class ChoiceForm(PageForm):
    """Which box it is."""

    box_id = RadioField(N_("Která schránka patří adresátovi?"), validators=[required])
    reason = _reason()


class DenialForm(PageForm):
    """None of them."""

    reason = _reason()


class SwitchForm(PageForm):
    """Another way for a letter, and why."""

    to = RadioField(N_("Jak dokument doručit"), choices=SWITCH_CHANNELS, validators=[required])
    reason = _reason()
