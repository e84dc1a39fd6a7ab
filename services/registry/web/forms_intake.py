"""Forms about applications."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from flask_wtf.file import FileRequired, MultipleFileField
from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, Optional, ValidationError

from services.registry.domain.intake import Channel, SheetAnswer, SheetItem, Verdict
from services.registry.models import Applicant, Application, Call, FicheRow
from services.registry.service.applications import (
    ApplicantFacts,
    ApplicationFacts,
    SubmissionFacts,
)
from services.registry.web.forms_calls import lines
from services.registry.web.words import (
    APPLICANT_KINDS,
    CHANNELS,
    IDENTITY_DOCUMENTS,
    IDENTITY_METHODS,
    SIGNATURE_MANNERS,
    STANDINGS,
    VERDICTS,
    choices,
)
from shared.money import Money
from shared.web import select_language
from shared.web.forms import (
    FreshIdField,
    MomentField,
    MoneyField,
    PageForm,
    not_always,
    required,
)

CHOOSE = N_("– vyberte –")


class ApplicationForm(PageForm):
    """What is applied for, and by whom."""

    fiche = SelectField(N_("Fiche"), [required])
    title = StringField(N_("Název projektu"), [required, Length(max=300)])
    place = StringField(
        N_("Místo realizace projektu (NUTS5)"),
        [required, Length(max=100)],
        description=N_("Obec, například Kovářská."),
    )
    place_code = StringField(N_("Kód obce"), [Optional(), Length(max=6)])
    requested = MoneyField(N_("Požadovaná částka dotace"), [required])
    is_amount_right = BooleanField(N_("Zkontrolováno: v žádosti je opravdu tato částka"))
    applicant_name = StringField(N_("Název žadatele"), [required, Length(max=200)])
    applicant_kind = SelectField(
        N_("Druh žadatele"), [required], choices=choices({"": CHOOSE, **APPLICANT_KINDS})
    )
    is_natural_person = BooleanField(N_("Žadatel je fyzická osoba"))
    ic = StringField(
        N_("IČO"),
        [not_always, Length(max=20)],
        description=N_("Nemá je jen fyzická osoba nepodnikající."),
    )
    founder_ic = StringField(
        N_("IČO zřizující obce"),
        [Optional(), Length(max=20)],
        description=N_("U školy, muzea a jiných organizací zřízených obcí."),
    )
    municipality = StringField(N_("Obec sídla"), [required, Length(max=100)])
    address = TextAreaField(N_("Adresa"), [Optional(), Length(max=400)], render_kw={"rows": 3})
    data_box_id = StringField(N_("Datová schránka"), [Optional(), Length(max=20)])
    email = StringField(N_("E-mail"), [Optional(), Length(max=254)])

    limits: Mapping[str, Money]
    """The most that each fiche of the call can give; asked about before more is written down."""
    is_amount_asked = False

    def open_call(self, call: Call) -> None:
        """Offer the fiches of the call."""
        self.fiche.choices = choices([("", CHOOSE), *_fiches(call)])
        self.limits = {fiche.code: limit for fiche in call.fiches if (limit := _limit(call, fiche))}

    def validate_requested(self, field: MoneyField) -> None:
        """More than there is may be asked for, but not by a slip of the hand."""
        limit = self.limits.get(self.fiche.data)
        if field.data is None or limit is None or field.data <= limit:
            return
        self.is_amount_asked = True
        if not self.is_amount_right.data:
            said = gettext(
                "Fiche %(fiche)s má ve výzvě jen %(limit)s. Zkontrolujte částku; je-li v žádosti "
                "opravdu taková, potvrďte to zaškrtnutím.",
                fiche=self.fiche.data,
                limit=limit.formatted(select_language()),
            )
            raise ValidationError(said)

    def fill(self, application: Application) -> None:
        """Show the application as it stands."""
        self.fiche.data, self.title.data = application.fiche_code, application.title
        self.place.data, self.place_code.data = application.place, application.place_code
        self.requested.data = application.requested
        self.fill_applicant(application.applicant)

    def fill_applicant(self, applicant: Applicant) -> None:
        """Show who applies, as stated in another application."""
        self.applicant_name.data, self.applicant_kind.data = applicant.name, applicant.kind
        self.is_natural_person.data = applicant.is_natural_person
        self.ic.data, self.founder_ic.data = applicant.ic, applicant.founder_ic
        self.municipality.data = applicant.municipality
        self.address.data = "\n".join(applicant.address)
        self.data_box_id.data, self.email.data = applicant.data_box_id, applicant.email

    def facts(self) -> ApplicationFacts:
        """Return what was typed."""
        applicant = ApplicantFacts(
            name=self.applicant_name.data.strip(),
            kind=self.applicant_kind.data,
            municipality=self.municipality.data.strip(),
            address=tuple(lines(self.address.data)),
            ic=_text(self.ic),
            founder_ic=_text(self.founder_ic),
            data_box_id=_text(self.data_box_id),
            email=_text(self.email),
            is_natural_person=self.is_natural_person.data,
        )
        return ApplicationFacts(
            fiche=self.fiche.data,
            title=self.title.data.strip(),
            place=self.place.data.strip(),
            place_code=_text(self.place_code),
            requested=cast("Money", self.requested.data),
            applicant=applicant,
        )


class SubmissionForm(PageForm):
    """How it arrived."""

    channel = RadioField(
        N_("Jak žádost přišla"), [required], choices=choices(CHANNELS), default="in_person"
    )
    submitter_name = StringField(N_("Kdo žádost podává"), [required, Length(max=120)])
    received_at = MomentField(
        N_("Kdy žádost přišla"),
        [Optional()],
        description=N_("Nevyplníte-li, platí tento okamžik. E-mail nebo zpráva má svůj čas."),
    )

    def submission(self) -> SubmissionFacts:
        """Return what was typed."""
        return SubmissionFacts(
            channel=Channel(self.channel.data),
            submitter_name=self.submitter_name.data.strip(),
            received_at=self.received_at.data,
        )


class NewApplicationForm(ApplicationForm, SubmissionForm):
    """An application and its arrival."""

    application_id = FreshIdField()
    record_refusal = BooleanField(
        N_("Žádost přišla mimo příjem: zaznamenat její odmítnutí"),
        description=N_("Zaškrtněte, jen pokud žádost opravdu přišla příliš brzy nebo pozdě."),
    )


class FilesForm(PageForm):
    """Files of one kind."""

    code = SelectField(N_("Co nahráváte"), [required])
    files = MultipleFileField(
        N_("Soubory"),
        [FileRequired(N_("Vyberte aspoň jeden soubor."))],
        description=N_("PDF, obrázky nebo dokumenty kanceláře, každý nejvýš %(limit)s MB."),
    )


class IdentityForm(PageForm):
    """How the identity was verified; there is no field for the number of a document."""

    method = RadioField(
        N_("Jak jste totožnost ověřili"),
        [required],
        choices=choices(IDENTITY_METHODS),
        default="document",
    )
    document = SelectField(
        N_("Druh dokladu"),
        choices=choices({"": N_("žádný"), **IDENTITY_DOCUMENTS}),
        description=N_("Číslo dokladu se nikam nezapisuje."),
    )
    standing = RadioField(N_("Žádost podává"), [required], choices=choices(STANDINGS))


class PreliminaryCheckForm(PageForm):
    """What the office found before the applicant signed."""

    findings = TextAreaField(
        N_("Co kontrola zjistila"),
        [required, Length(max=4000)],
        description=N_("Například co má žadatel před podpisem doplnit. Krok je nepovinný."),
        render_kw={"rows": 4},
    )


class ApplicantSignatureForm(PageForm):
    """How the applicant signed; the choices of files are those that came."""

    manner = RadioField(N_("Jak žadatel podepsal"), [required], choices=choices(SIGNATURE_MANNERS))
    file_id = SelectField(
        N_("Podepsaný soubor žádosti"),
        [required],
        description=N_(
            "V souboru PDF ověříme jen to, že v něm elektronický podpis je. "
            "Platnost podpisu se posuzuje později."
        ),
    )


class SheetForm(PageForm):
    """The control sheet: a verdict and a note for each line; fields are made by `for_items`."""

    @classmethod
    def for_items(
        cls, items: tuple[SheetItem, ...], present: dict[str, Any], files: Iterable[str]
    ) -> "SheetForm":
        """Return the form for these lines; a mandatory attachment that came starts as "yes"."""
        kind: Any = type("BoundSheetForm", (cls,), {})
        came = set(files)
        for position, item in enumerate(items):
            answer = present.get(item.code, {})
            default = answer.get("verdict") or ("yes" if item.attachment in came else None)
            setattr(kind, f"verdict_{position}", _verdict_field(item, default))
            setattr(kind, f"note_{position}", _note_field(item, answer.get("note", "")))
        form: SheetForm = kind()
        form.items = items
        return form

    items: tuple[SheetItem, ...] = ()

    def rows(self) -> list[tuple[SheetItem, Any, Any]]:
        """Return the lines with their two fields."""
        return [
            (item, self[f"verdict_{position}"], self[f"note_{position}"])
            for position, item in enumerate(self.items)
        ]

    def answers(self) -> tuple[SheetAnswer, ...]:
        """Return what was answered; a line left open is no answer."""
        return tuple(
            SheetAnswer(item.code, Verdict(verdict.data), (note.data or "").strip())
            for item, verdict, note in self.rows()
            if verdict.data
        )


class RefusalForm(PageForm):
    """Why registration is refused."""

    reasons = TextAreaField(
        N_("Důvody odmítnutí"),
        [required, Length(max=8000)],
        description=N_("Jeden na řádek. Žadatel je dostane v dopise."),
        render_kw={"rows": 6},
    )


class WithdrawalForm(PageForm):
    """Why the applicant takes it back."""

    reason = TextAreaField(N_("Důvod stažení"), [required, Length(max=1000)], render_kw={"rows": 3})
    is_sure = BooleanField(N_("Žadatel bere žádost zpět; vím, že to nelze vrátit"), [required])


def _fiches(call: Call) -> list[tuple[str, str]]:
    return [(fiche.code, f"{fiche.code} {fiche.name}") for fiche in call.fiches]


def _limit(call: Call, fiche: FicheRow) -> Money | None:
    """Return the most that the fiche can give in this call; nothing when neither says."""
    stated = [amount for amount in (fiche.allocation, call.approved_amount) if amount is not None]
    return min(stated) if stated else None


def _text(field: StringField) -> str | None:
    return (field.data or "").strip() or None


def _verdict_field(item: SheetItem, default: str | None) -> RadioField:
    # A mandatory attachment is there or it is not; "not applicable" is no answer.
    offered = {
        code: word for code, word in VERDICTS.items() if not item.attachment or code != "n_a"
    }
    return RadioField(item.text, [Optional()], choices=choices(offered), default=default)


def _note_field(item: SheetItem, text: str) -> StringField:
    label = gettext("Poznámka: %(item)s", item=item.text)
    return StringField(label, [Optional(), Length(max=1000)], default=text)
