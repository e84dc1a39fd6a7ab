"""Errors of the selection: meeting, allocation run, resolution."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.evaluation.domain import (
    allocation,
    allocation_json,
    allocation_rule,
    recommendation,
    resolution,
)
from services.evaluation.service import errors
from shared.errors import DomainError
from shared.problems import Problem

SELECTION: dict[type[DomainError], Problem] = {
    recommendation.MeetingTooEarly: Problem(
        409,
        "meeting-too-early",
        N_("Komise zasedne, až bude vše před jednáním uzavřeno. Chybí u žádostí: %(numbers)s."),
    ),
    recommendation.MeetingAlreadyClosed: Problem(
        409, "meeting-already-closed", N_("Zápis z jednání je uzavřen.")
    ),
    recommendation.RecommendationWithoutReason: Problem(
        422, "recommendation-without-reason", N_("Doporučení odůvodněte.")
    ),
    recommendation.RecommendedTwice: Problem(
        422, "recommended-twice", N_("O jednom projektu se rozhodlo dvakrát.")
    ),
    recommendation.ProjectNotDiscussed: Problem(
        409,
        "project-not-discussed",
        N_("Komise ještě nerozhodla o všech projektech, zbývá jich %(count)s."),
    ),
    recommendation.ProjectNotInCall: Problem(
        409, "project-not-in-call", N_("O tomto projektu komise teď nerozhoduje.")
    ),
    recommendation.RecommendationForbidden: Problem(
        422,
        "recommendation-forbidden",
        N_("Projekt nelze doporučit: kontrola ex ante zjistila nepravdivý údaj."),
    ),
    recommendation.MemberMustRecuse: Problem(
        422,
        "member-must-recuse",
        N_("Člen komise ve střetu zájmů nesmí o projektu hlasovat. Označte, že se zdržel účasti."),
    ),
    recommendation.VoteCountWrong: Problem(
        422, "vote-count-wrong", N_("Součet hlasů musí být %(voters)s, tolik členů hlasuje.")
    ),
    recommendation.VoteAgainstOutcome: Problem(
        422,
        "vote-against-outcome",
        N_("Doporučení neodpovídá hlasování: pro bylo %(in_favour)s z %(voters)s."),
    ),
    recommendation.NotMember: Problem(
        422, "not-member", N_("Mezi přítomnými je někdo, kdo není členem komise.")
    ),
    recommendation.VotesUnderOtherHead: Problem(
        409,
        "votes-under-other-head",
        N_(
            "O projektech %(numbers)s hlasovali jiní členové, nebo pod jiným předsedajícím. "
            "Opravte přítomné, nebo o nich hlasujte znovu."
        ),
    ),
    recommendation.NobodyPresent: Problem(422, "nobody-present", N_("Vyberte přítomné členy.")),
    recommendation.TransferWithoutProjects: Problem(
        422, "transfer-without-projects", N_("Převod alokace musí jmenovat konkrétní projekty.")
    ),
    recommendation.TransferOfUnrecommended: Problem(
        422, "transfer-of-unrecommended", N_("Převod jmenuje projekt, který komise nedoporučila.")
    ),
    recommendation.TransferWithinFiche: Problem(
        422, "transfer-within-fiche", N_("Alokaci lze převést jen na jinou fichi.")
    ),
    errors.ChairNotPresent: Problem(
        422, "chair-not-present", N_("Předsedající musí být mezi přítomnými.")
    ),
    errors.MeetingMissing: Problem(409, "meeting-missing", N_("Jednání komise není zahájeno.")),
    errors.MeetingNotSigned: Problem(
        409, "meeting-not-signed", N_("Zápis z jednání komise ještě není podepsán.")
    ),
    resolution.VotesDoNotAddUp: Problem(
        422,
        "votes-do-not-add-up",
        N_("Hlasy pro, proti a zdržel se musí dát dohromady %(present)s."),
    ),
    resolution.MorePresentThanEntitled: Problem(
        422,
        "more-present-than-entitled",
        N_("Přítomných (%(present)s) je víc než oprávněných hlasovat (%(entitled)s)."),
    ),
    resolution.NoQuorum: Problem(
        422,
        "no-quorum",
        N_("Valná hromada není usnášeníschopná: přítomno %(present)s z %(entitled)s."),
    ),
    resolution.NotCarried: Problem(
        422, "not-carried", N_("Usnesení nebylo přijato: pro bylo %(in_favour)s z %(present)s.")
    ),
    resolution.ProjectNotDecided: Problem(
        422, "project-not-decided", N_("Usnesení nerozhoduje o všech projektech, zbývá %(count)s.")
    ),
    resolution.ProjectDecidedTwice: Problem(
        422, "project-decided-twice", N_("Usnesení rozhoduje o jednom projektu dvakrát.")
    ),
    resolution.ForeignProject: Problem(
        422, "foreign-project", N_("Usnesení jmenuje projekt, který valné hromadě předložen nebyl.")
    ),
    resolution.ChangeWithoutReason: Problem(
        422, "resolution-change-without-reason", N_("Odchylku od návrhu odůvodněte.")
    ),
    resolution.AmountWithoutApproval: Problem(
        422, "amount-without-approval", N_("Částku má právě schválený projekt.")
    ),
    resolution.AmountAboveRequest: Problem(
        422, "amount-above-request", N_("Dotace %(amount)s je vyšší než požadavek %(requested)s.")
    ),
    resolution.CallAmountExceeded: Problem(
        422,
        "call-amount-exceeded",
        N_("Součet %(total)s převyšuje částku výzvy %(call_amount)s. Zvýšení odůvodněte."),
    ),
    resolution.ReserveOfUnrecommended: Problem(
        422, "reserve-of-unrecommended", N_("Náhradníkem může být jen doporučený projekt.")
    ),
    errors.ResolutionExists: Problem(
        409, "resolution-exists", N_("Valná hromada už o %(number)s. výzvě rozhodla.")
    ),
}

ALLOCATION: dict[type[DomainError], Problem] = {
    allocation.CandidateTwice: Problem(
        409, "candidate-twice", N_("Dva projekty mají stejné pořadí přijetí.")
    ),
    allocation.RequestNotPositive: Problem(
        409, "request-not-positive", N_("Projekt nežádá žádnou částku.")
    ),
    allocation.NamedProjectNotEligible: Problem(
        422, "named-project-not-eligible", N_("Převod jmenuje projekt, který nemůže být podpořen.")
    ),
    allocation.NamedTransfersNotDeclared: Problem(
        422, "named-transfers-not-declared", N_("Pravidlo výzvy jmenovité převody nedovoluje.")
    ),
    allocation_json.RuleNotReadable: Problem(
        409, "rule-not-readable", N_("Pravidlo výzvy nelze přečíst: %(fields)s.")
    ),
    allocation_rule.AmountNotPositive: Problem(
        409, "amount-not-positive", N_("Alokace výzvy i každé fiche musí být vyšší než nula.")
    ),
    allocation_rule.FicheAllocationMissing: Problem(
        409, "fiche-allocation-missing", N_("Chybí alokace fichí: %(fiches)s.")
    ),
    allocation_rule.FicheAllocationUnexpected: Problem(
        409, "fiche-allocation-unexpected", N_("Při výběru bez ohledu na fiche se alokace neuvádí.")
    ),
    allocation_rule.FicheTwice: Problem(
        409, "fiche-twice", N_("Fiche je v pravidle dvakrát: %(fiches)s.")
    ),
    allocation_rule.MechanismMissing: Problem(
        409, "mechanism-missing", N_("Pravidlo neříká, jak se fiche %(fiches)s zohlední.")
    ),
    allocation_rule.TransferMechanismWithoutTransfer: Problem(
        409, "transfer-mechanism-without-transfer", N_("Přednost při převodu vyžaduje převod.")
    ),
    allocation_rule.TransferOutsideFiches: Problem(
        409, "transfer-outside-fiches", N_("Převádět lze jen mezi fichemi s vlastní alokací.")
    ),
}
