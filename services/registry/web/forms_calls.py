"""Forms about calls; long lists are typed as lines, so that they can be pasted."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools
from wtforms import (
    BooleanField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from services.registry.domain.allocation_rules import AllocationRule, Preference, SpillOver
from services.registry.domain.applicants import ApplicantKind
from services.registry.domain.fiches import (
    AcceptabilityCriterion,
    Attachment,
    Fiche,
    ScoringCriterion,
)
from services.registry.domain.intake import SheetItem
from services.registry.web.words import (
    AMOUNT_KINDS,
    APPLICANT_KINDS,
    MECHANISMS,
    MISFITS,
    RANKINGS,
    TIE_BREAKS,
    TRANSFERS,
    choices,
)
from shared.contracts.allocation import (
    AmountKind,
    OnMisfit,
    Ranking,
    TieBreak,
    TransferMode,
    UnderdrawnMechanism,
)
from shared.web.forms import (
    FreshIdField,
    MomentField,
    MoneyField,
    PageForm,
    not_always,
    required,
)

TO_ANNOUNCE = N_("Nutné k vyhlášení.")
TITLE_HINT = N_("Nejvýš 200 znaků; krátký název se lépe čte.")
OPTIONAL_MARK = N_("(nepovinná)")
OPTIONAL_MARKS = ("(nepovinná)", "(optional)")
"""The mark in every language: lines come from people who read different ones."""
POINTS = re.compile(
    r"(?P<text>.+?)\s*[–-]\s*(?P<points>[0-9]{1,4})\s*(?:b\.?|bodů|body|bod)?"
    r"(?:\s*\|\s*(?P<goal>.{1,300}))?"
)


class NewCallForm(PageForm):
    """Begin a call."""

    call_id = FreshIdField()
    number = IntegerField(N_("Číslo výzvy"), [required, NumberRange(1, 999)])
    title = StringField(N_("Název výzvy"), [required, Length(max=200)], description=TITLE_HINT)
    based_on = SelectField(
        N_("Převzít fiche a pravidlo výběru z"),
        [Optional()],
        description=N_("Fiche, přílohy, kritéria a pravidlo se zkopírují; pak je můžete upravit."),
    )


class PlanForm(PageForm):
    """Dates, places and texts of a call."""

    title = StringField(N_("Název výzvy"), [required, Length(max=200)], description=TITLE_HINT)
    opens_at = MomentField(N_("Příjem žádostí od"), [not_always], description=TO_ANNOUNCE)
    closes_at = MomentField(
        N_("Příjem žádostí do"),
        [not_always],
        description=N_("V pracovní den a s hodinou. Nutné k vyhlášení."),
    )
    intake_place = StringField(
        N_("Místo příjmu žádostí"), [not_always, Length(max=300)], description=TO_ANNOUNCE
    )
    presentation_at = MomentField(N_("Veřejné prezentace"), [not_always], description=TO_ANNOUNCE)
    presentation_place = StringField(
        N_("Místo veřejných prezentací"), [not_always, Length(max=300)], description=TO_ANNOUNCE
    )
    regulation_version_id = SelectField(
        N_("Předpis pro transparentnost"), [not_always], description=TO_ANNOUNCE
    )
    how_to_apply = TextAreaField(
        N_("Jak žádost podat a kde jsou formuláře"),
        [Optional(), Length(max=4000)],
        description=N_("Zveřejní se ve výzvě. Adresy začínající https:// se změní v odkazy."),
        render_kw={"rows": 4},
    )
    note = TextAreaField(
        N_("Poznámka na veřejné stránce"),
        [Optional(), Length(max=4000)],
        description=N_("Například co je v ukázkové výzvě smyšlené."),
        render_kw={"rows": 3},
    )


class FicheForm(PageForm):
    """One fiche of a call; lists are lines."""

    code = StringField(
        N_("Číslo fiche"), [required, Length(max=10)], description=N_("Například F3.")
    )
    name = StringField(N_("Název fiche"), [required, Length(max=200)])
    allocation = MoneyField(N_("Přibližná alokace"), [Optional()])
    attachments = TextAreaField(
        N_("Přílohy"),
        [Optional(), Length(max=8000)],
        description=N_("Jedna na řádek. Za nepovinnou napište „%(mark)s“.", mark=OPTIONAL_MARK),
        render_kw={"rows": 6},
    )
    acceptability = TextAreaField(
        N_("Kritéria přijatelnosti"),
        [required, Length(max=8000)],
        description=N_("Jedno na řádek."),
        render_kw={"rows": 6},
    )
    scoring = TextAreaField(
        N_("Bodovací kritéria"),
        [required, Length(max=8000)],
        description=N_(
            "Jedno na řádek, za pomlčkou nejvyšší počet bodů: „Potřebnost – 30“. Za svislou čáru "
            "můžete připsat cíl nebo prioritu strategického plánu: „Potřebnost – 30 | Cíl 2“."
        ),
        render_kw={"rows": 6},
    )

    def validate_code(self, field: StringField) -> None:
        """A number of a fiche has letters and digits only."""
        if not re.fullmatch(r"[A-Za-z0-9]{1,10}", field.data.strip()):
            raise ValidationError(gettext("Číslo fiche smí mít jen písmena a číslice, např. F3."))

    def validate_scoring(self, field: TextAreaField) -> None:
        """Each criterion says its points."""
        for line in lines(field.data):
            if not POINTS.fullmatch(line):
                text = gettext("Na konci řádku chybí počet bodů: „%(line)s“.", line=line)
                raise ValidationError(text)

    def fill(self, fiche: Fiche) -> None:
        """Show the fiche as it stands."""
        self.code.data, self.name.data = fiche.code, fiche.name
        self.allocation.data = fiche.allocation
        self.attachments.data = "\n".join(
            item.name if item.is_mandatory else f"{item.name} {OPTIONAL_MARK}"
            for item in fiche.attachments
        )
        self.acceptability.data = "\n".join(item.text for item in fiche.acceptability)
        self.scoring.data = "\n".join(
            f"{i.text} – {i.max_points}" + (f" | {i.spl_goal}" if i.spl_goal else "")
            for i in fiche.scoring
        )

    def fiche(self, former: Fiche | None) -> Fiche:
        """Return the fiche as it was typed; an unchanged line keeps its code."""
        return Fiche(
            code=self.code.data.strip(),
            name=self.name.data.strip(),
            allocation=self.allocation.data,
            attachments=_attachments(self.attachments.data, former),
            acceptability=_acceptability(self.acceptability.data, former),
            scoring=_scoring(self.scoring.data, former),
        )


class FormalItemsForm(PageForm):
    """The formal lines of the control sheet."""

    formal_items = TextAreaField(
        N_("Formální náležitosti"),
        [required, Length(max=8000)],
        description=N_("Jedna na řádek. Přílohy se do kontrolního archu doplní samy podle fiche."),
        render_kw={"rows": 8},
    )


class RuleForm(PageForm):
    """The declared allocation rule."""

    amount_kind = SelectField(N_("Částka výzvy je"), [required], choices=choices(AMOUNT_KINDS))
    ranking = RadioField(N_("Pořadí projektů"), [required], choices=choices(RANKINGS))
    on_misfit = RadioField(
        N_("Když se další projekt do zbylé částky nevejde"), [required], choices=choices(MISFITS)
    )
    transfer = RadioField(
        N_("Když fiche svou alokaci nevyčerpá"), [required], choices=choices(TRANSFERS)
    )
    consider_underdrawn = SelectMultipleField(
        N_("Nenaplněné fiche, které se zohlední"), [Optional()]
    )
    underdrawn_mechanism = SelectField(
        N_("Jak se nenaplněné fiche zohlední"),
        choices=choices({"": N_("nezohledňují se"), **MECHANISMS}),
    )
    tiers = TextAreaField(
        N_("Pořadí skupin fichí"),
        [Optional(), Length(max=500)],
        description=N_("Jedna skupina na řádek: „F1, F3, F7“. Bez skupin mají fiche stejné právo."),
        render_kw={"rows": 3},
    )
    others_last = BooleanField(N_("Fiche mimo skupiny přijdou na řadu nakonec"))
    spill_from = StringField(N_("Zbytek z fichí"), [Optional(), Length(max=100)])
    spill_to = StringField(N_("přejde do fichí"), [Optional(), Length(max=100)])
    preference_fiche = StringField(N_("Ve fichi"), [Optional(), Length(max=10)])
    preference_kind = SelectField(
        N_("má přednost"), choices=choices({"": N_("nikdo"), **APPLICANT_KINDS})
    )
    tie_break = SelectField(
        N_("Při rovnosti bodů rozhodne"),
        choices=choices(
            [
                ("", TIE_BREAKS["received_order"]),
                ("lower_request", TIE_BREAKS["lower_request"]),
                ("higher_request", TIE_BREAKS["higher_request"]),
            ]
        ),
        description=N_("Zůstane-li shoda, rozhodne vždy pořadí přijetí."),
    )
    min_points = StringField(N_("Nejnižší počet bodů"), [Optional(), Length(max=10)])

    def validate_min_points(self, field: StringField) -> None:
        """A number, or nothing."""
        if field.data.strip() and _points(field.data) is None:
            raise ValidationError(gettext("Napište počet bodů číslem, například 40."))

    def fill(self, rule: AllocationRule) -> None:
        """Show the rule as it stands."""
        self.amount_kind.data, self.ranking.data = rule.amount_kind.value, rule.ranking.value
        self.on_misfit.data, self.transfer.data = rule.on_misfit.value, rule.transfer.value
        self.consider_underdrawn.data = list(rule.consider_underdrawn)
        self.underdrawn_mechanism.data = (
            rule.underdrawn_mechanism.value if rule.underdrawn_mechanism else ""
        )
        self.tiers.data = "\n".join(", ".join(tier) for tier in rule.tiers)
        self.others_last.data = rule.others_last
        if rule.spill_over:
            self.spill_from.data = ", ".join(rule.spill_over.from_fiches)
            self.spill_to.data = ", ".join(rule.spill_over.to_fiches)
        if rule.preferences:
            self.preference_fiche.data = rule.preferences[0].fiche
            self.preference_kind.data = rule.preferences[0].applicant_kind.value
        first = rule.tie_break[0] if rule.tie_break else TieBreak.RECEIVED_ORDER
        self.tie_break.data = "" if first is TieBreak.RECEIVED_ORDER else first.value
        self.min_points.data = "" if rule.min_points is None else str(rule.min_points)

    def rule(self) -> AllocationRule:
        """Return the rule as it was chosen."""
        mechanism, first = self.underdrawn_mechanism.data, self.tie_break.data
        breaks = (TieBreak(first), TieBreak.RECEIVED_ORDER) if first else (TieBreak.RECEIVED_ORDER,)
        return AllocationRule(
            ranking=Ranking(self.ranking.data),
            on_misfit=OnMisfit(self.on_misfit.data),
            amount_kind=AmountKind(self.amount_kind.data),
            tiers=tuple(_codes(line) for line in lines(self.tiers.data)),
            others_last=self.others_last.data,
            spill_over=self._spill_over(),
            preferences=self._preferences(),
            transfer=TransferMode(self.transfer.data),
            consider_underdrawn=tuple(self.consider_underdrawn.data or ()),
            underdrawn_mechanism=UnderdrawnMechanism(mechanism) if mechanism else None,
            tie_break=breaks,
            min_points=_points(self.min_points.data),
        )

    def _spill_over(self) -> SpillOver | None:
        sources, targets = _codes(self.spill_from.data), _codes(self.spill_to.data)
        return SpillOver(sources, targets) if sources and targets else None

    def _preferences(self) -> tuple[Preference, ...]:
        fiche, kind = (self.preference_fiche.data or "").strip(), self.preference_kind.data
        return (Preference(fiche, ApplicantKind(kind)),) if fiche and kind else ()


class ActForm(PageForm):
    """An act that needs nothing but a deliberate click."""


class DiscardForm(ActForm):
    """Put a draft away for good."""

    is_sure = BooleanField(N_("Návrh zahodit, k ničemu se nepoužije"), [required])


class PresentationForm(PageForm):
    """A change of the public presentations."""

    change_id = FreshIdField()
    new_at = MomentField(N_("Nový termín"), [required])
    new_place = StringField(N_("Místo"), [required, Length(max=300)])
    reason = TextAreaField(N_("Důvod změny"), [required, Length(max=4000)], render_kw={"rows": 2})
    override_reason = TextAreaField(
        N_("Proč nelze dodržet dobu oznámení předem"),
        [Optional(), Length(max=4000)],
        description=N_("Vyplňte, jen když doba oznámení nestačí; výjimka se zaznamená."),
        render_kw={"rows": 2},
    )


def lines(text: str | None) -> list[str]:
    """Return the lines that say something."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def formal_items(text: str, former: tuple[SheetItem, ...]) -> tuple[SheetItem, ...]:
    """Return the formal lines; an unchanged one keeps its code."""
    known = {item.text: item.code for item in former}
    return tuple(SheetItem(known.get(line) or code_of(line), line) for line in lines(text))


def code_of(text: str) -> str:
    """Make a code out of words: "Rozpočet projektu" becomes ``rozpocet-projektu``."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "polozka"


def _attachments(text: str, former: Fiche | None) -> tuple[Attachment, ...]:
    known = {item.name: item.code for item in former.attachments} if former else {}
    found = []
    for line in lines(text):
        mark = next((one for one in OPTIONAL_MARKS if line.endswith(one)), "")
        name = line.removesuffix(mark).strip()
        found.append(Attachment(known.get(name) or code_of(name), name, name == line))
    return tuple(found)


def _acceptability(text: str, former: Fiche | None) -> tuple[AcceptabilityCriterion, ...]:
    known = {item.text: item.code for item in former.acceptability} if former else {}
    return tuple(
        AcceptabilityCriterion(known.get(line) or code_of(line), line) for line in lines(text)
    )


def _scoring(text: str, former: Fiche | None) -> tuple[ScoringCriterion, ...]:
    known = {item.text: item.code for item in former.scoring} if former else {}
    found = []
    for line in lines(text):
        read = POINTS.fullmatch(line)
        if read is None:
            continue  # the field's own check has said so already
        words = read["text"].strip()
        code = known.get(words) or code_of(words)
        goal = (read["goal"] or "").strip()
        found.append(ScoringCriterion(code, words, int(read["points"]), goal))
    return tuple(found)


def _codes(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def _points(text: str | None) -> Decimal | None:
    try:
        number = Decimal((text or "").strip().replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
