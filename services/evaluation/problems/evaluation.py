"""Errors of the committee, conflicts, scores, visits and presentations."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.evaluation.domain import (
    assignments,
    committee,
    conflicts,
    exclusions,
    onsite,
    presentations,
    prints,
    scores,
    spread,
)
from services.evaluation.service import errors
from shared.errors import DomainError
from shared.problems import Problem

EVALUATION: dict[type[DomainError], Problem] = {
    committee.WrongCommitteeSize: Problem(
        422,
        "wrong-committee-size",
        N_("Komise má %(required)s členů, vybráno je %(given)s."),
    ),
    committee.MemberTwice: Problem(422, "member-twice", N_("Jeden člen je v komisi dvakrát.")),
    errors.CommitteeMissing: Problem(
        409, "committee-missing", N_("Hodnotitelská komise výzvy ještě není ustavena.")
    ),
    conflicts.LinkWithoutTarget: Problem(
        422,
        "link-without-target",
        N_("Uveďte právě jedno: žadatele, projekt, nebo obec bydliště."),
    ),
    conflicts.LinkEndTooEarly: Problem(
        422,
        "link-end-too-early",
        N_("Vztah nemůže skončit před zápisem do registru, tedy před %(earliest)s."),
    ),
    conflicts.EndWithoutEvidence: Problem(
        422, "end-without-evidence", N_("Napište, čím je konec vztahu doložen.")
    ),
    conflicts.OwnLink: Problem(
        403, "own-link", N_("Vlastní vztah v registru zájmů zapíše nebo ukončí někdo jiný.")
    ),
    conflicts.LinkPeriodReversed: Problem(
        422, "link-period-reversed", N_("Vztah nemůže skončit dříve, než začal.")
    ),
    spread.NoSpreadToDecide: Problem(
        409, "no-spread-to-decide", N_("O rozdílu bodů teď není co rozhodovat.")
    ),
    spread.SpreadDecisionWithoutReason: Problem(
        422, "spread-decision-without-reason", N_("Uveďte důvod rozhodnutí.")
    ),
    spread.SpreadUndecided: Problem(
        409,
        "spread-undecided",
        N_("Hodnotitelé projektu %(number)s se v bodech velmi liší; nejdřív to vyřešte."),
    ),
    prints.PrintNotAskedFor: Problem(
        409, "print-not-asked-for", N_("Hodnotitel o vytištěné podklady nepožádal.")
    ),
    prints.PrintHandedOver: Problem(
        409, "print-handed-over", N_("Vytištěné podklady byly předány už %(handed_over_at)s.")
    ),
    prints.NothingPrinted: Problem(
        422, "nothing-printed", N_("Vyberte alespoň jeden vytištěný podklad.")
    ),
    prints.UnknownFile: Problem(422, "unknown-file", N_("Takový podklad projekt nemá.")),
    errors.AlreadyDeclared: Problem(
        409, "already-declared", N_("Prohlášení k této výzvě jste už podali.")
    ),
    assignments.TooFewEvaluators: Problem(
        422,
        "too-few-evaluators",
        N_("Projekt hodnotí nejméně %(required)s hodnotitelé, vybráno je %(given)s."),
    ),
    assignments.EvaluatorTwice: Problem(
        422, "evaluator-twice", N_("Hodnotitel je u projektu uveden dvakrát.")
    ),
    assignments.NotCommitteeMember: Problem(
        422, "not-committee-member", N_("Vybraná osoba není členem hodnotitelské komise.")
    ),
    assignments.DeclarationMissing: Problem(
        409,
        "declaration-missing",
        N_("Vybraný hodnotitel ještě nepodal a nepodepsal prohlášení o střetu zájmů."),
    ),
    assignments.EvaluatorConflicted: Problem(
        409,
        "conflict-of-interest",
        N_("Přidělení není možné: hodnotitel je ve střetu zájmů (pravidlo č. %(rules)s)."),
    ),
    assignments.EvaluatorHasScored: Problem(
        409, "evaluator-has-scored", N_("Hodnotitele, který už projekt obodoval, nelze odebrat.")
    ),
    exclusions.SheetOfConflicted: Problem(
        409,
        "sheet-of-conflicted",
        N_(
            "Žádost %(number)s: body dal někdo, kdo je ve střetu zájmů (%(names)s). Ředitelka jeho "
            "bodovací list vyřadí a přidělí jiného hodnotitele."
        ),
    ),
    exclusions.NothingToExclude: Problem(
        409,
        "nothing-to-exclude",
        N_("Vyřadit lze jen uzavřený bodovací list hodnotitele, který je ve střetu zájmů."),
    ),
    exclusions.ExclusionWithoutReason: Problem(
        422, "exclusion-without-reason", N_("Napište důvod vyřazení.")
    ),
    errors.NotAssigned: Problem(403, "not-assigned", N_("Projekt %(number)s vám není přidělen.")),
    errors.MaterialNotStudied: Problem(
        409,
        "material-not-studied",
        N_("Nejdříve převezměte a prostudujte podklady projektu, potom bodujte."),
    ),
    errors.SheetClosed: Problem(
        409, "sheet-closed", N_("Bodovací list jste uzavřeli %(closed_at)s.")
    ),
    scores.UnknownCriterion: Problem(
        422, "unknown-criterion", N_("Fiche nemá kritéria: %(codes)s.")
    ),
    scores.CriterionNotScored: Problem(
        422, "criterion-not-scored", N_("Chybí body u kritérií: %(criteria)s.")
    ),
    scores.PointsOutOfRange: Problem(
        422, "points-out-of-range", N_("U kritéria „%(criterion)s“ lze dát 0 až %(maximum)s bodů.")
    ),
    scores.PointsTooFine: Problem(
        422,
        "points-too-fine",
        N_("U kritéria „%(criterion)s“ pište body nejvýše na dvě desetinná místa."),
    ),
    scores.ScoreWithoutReason: Problem(
        422, "score-without-reason", N_("Odůvodněte body u kritéria „%(criterion)s“.")
    ),
    scores.TooFewSheets: Problem(
        409,
        "too-few-sheets",
        N_("Podepsaných bodovacích listů je %(given)s, potřeba jsou %(required)s."),
    ),
    errors.OnsiteAlreadyRecorded: Problem(
        409, "onsite-already-recorded", N_("Kontrola ex ante žádosti %(number)s už je zapsaná.")
    ),
    onsite.EvaluatorsAbsent: Problem(
        422,
        "evaluators-absent",
        N_("Kontroly se musí zúčastnit hodnotitelé projektu, nebo celá komise."),
    ),
    onsite.AttendeeNotMember: Problem(
        422, "attendee-not-member", N_("Mezi přítomnými je někdo, kdo není členem komise.")
    ),
    onsite.NoClaims: Problem(422, "no-claims", N_("Posuďte aspoň jeden údaj ze žádosti.")),
    onsite.ClaimWithoutNote: Problem(
        422, "claim-without-note", N_("Popište zjištění k údaji „%(statement)s“.")
    ),
    onsite.EffectOnTrueClaim: Problem(
        422, "effect-on-true-claim", N_("Důsledek může mít jen nepravdivý údaj (%(statement)s).")
    ),
    onsite.DeductionInvalid: Problem(
        422,
        "deduction-invalid",
        N_("Srážku bodů uveďte právě tehdy, je-li důsledkem (%(statement)s)."),
    ),
    onsite.DeductionAboveMaximum: Problem(
        422,
        "deduction-above-maximum",
        N_("Srážka %(deduction)s bodů je vyšší než maximum, projekt může mít nejvýše %(maximum)s."),
    ),
    presentations.OrderIncomplete: Problem(
        422, "order-incomplete", N_("Pořadí musí obsahovat každý projekt právě jednou.")
    ),
    presentations.AttendanceIncomplete: Problem(
        422, "attendance-incomplete", N_("U každého projektu uveďte, zda byl představen.")
    ),
    presentations.PresentationNotHeldYet: Problem(
        409, "presentation-not-held-yet", N_("Prezentace začnou až %(held_at)s.")
    ),
    presentations.ChangeWithoutReason: Problem(
        422, "change-without-reason", N_("Napište důvod změny termínu.")
    ),
    presentations.ChangeTooLate: Problem(
        422,
        "change-too-late",
        N_(
            "Žadatelé se o novém termínu mají dozvědět předem (%(period)s), tedy nejdříve na "
            "%(earliest)s. Kratší dobu zdůvodněte jako výjimku."
        ),
    ),
    presentations.ChangeToSameDate: Problem(
        422, "change-to-same-date", N_("Nový termín a místo jsou stejné jako dosud.")
    ),
    errors.SessionClosed: Problem(
        409, "session-closed", N_("Prezentace už jsou zapsané (%(closed_at)s).")
    ),
}
