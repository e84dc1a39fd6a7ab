"""How each error of registry is told: status, stable slug, Czech sentence."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.registry.account_problems import ACCOUNTS
from services.registry.domain import (
    accounts,
    allocation_rules,
    applicants,
    calls,
    delegations,
    fiches,
    identity,
    intake,
    numbering,
    presentations,
    publication,
    records,
    roles,
    settings,
    signatures,
    strategy,
)
from services.registry.service.bootstrap import AlreadyFounded, InvalidSlug
from shared.errors import DomainError
from shared.money import (
    AmountNotReadable,
    AmountOutOfRange,
    AmountTooPrecise,
    CurrencyNotKnown,
    MixedCurrencies,
)
from shared.problems import Problem
from shared.states import ActNotAllowed

RECORDS: dict[type[DomainError], Problem] = {
    records.RecordUnknown: Problem(404, "not-found", N_("Takový záznam ve vaší organizaci není.")),
    records.RecordChanged: Problem(
        409,
        "stale",
        N_("Záznam mezitím změnil někdo jiný. Načtěte stránku znovu a úpravu zopakujte."),
    ),
    records.IdReused: Problem(
        409, "id-reused", N_("Toto označení už patří jinému záznamu. Načtěte formulář znovu.")
    ),
    records.AlreadyExists: Problem(409, "already-exists", N_("„%(mark)s“ už existuje.")),
    ActNotAllowed: Problem(
        409, "act-not-allowed", N_("Ve stavu „%(state)s“ tento úkon provést nelze.")
    ),
    numbering.InvalidRegistrationNumber: Problem(
        422,
        "invalid-registration-number",
        N_("„%(text)s“ není registrační číslo, například 8/012."),
    ),
}

PEOPLE: dict[type[DomainError], Problem] = {
    delegations.NotEntitled: Problem(
        403,
        "not-entitled",
        N_("K tomuto úkonu nemáte oprávnění. Může jej udělat ředitelka nebo osoba, kterou pověří."),
    ),
    delegations.ActNotDelegable: Problem(
        422, "act-not-delegable", N_("Tento úkon nelze pověřením předat.")
    ),
    delegations.DelegationEndsBeforeItStarts: Problem(
        422,
        "delegation-reversed",
        N_("Pověření by skončilo (%(valid_to)s) dříve, než začne (%(valid_from)s)."),
    ),
    delegations.DelegationInThePast: Problem(
        422,
        "delegation-in-the-past",
        N_("Pověření může začít nejdříve dnes (%(today)s), ne %(valid_from)s."),
    ),
    delegations.DelegationToOneself: Problem(
        422, "delegation-to-oneself", N_("Sami sebe pověřit nemůžete.")
    ),
    delegations.DelegationAlreadyRevoked: Problem(
        409, "delegation-already-revoked", N_("Pověření je odvoláno už od %(revoked_on)s.")
    ),
    roles.UnknownRole: Problem(422, "unknown-role", N_("Role „%(role)s“ neexistuje.")),
    roles.LastDirector: Problem(
        409,
        "last-director",
        N_("V organizaci musí zůstat aspoň jedna ředitelka, která se může přihlásit."),
    ),
    accounts.InvalidLogin: Problem(
        422,
        "invalid-login",
        N_(
            "Přihlašovací jméno má 3 až 40 znaků: malá písmena bez diakritiky, číslice, "
            "tečka, pomlčka."
        ),
    ),
    accounts.InvalidEmail: Problem(422, "invalid-email", N_("„%(email)s“ není e-mailová adresa.")),
    accounts.PasswordTooShort: Problem(
        422, "password-too-short", N_("Heslo musí mít aspoň %(shortest)s znaků.")
    ),
    accounts.PasswordTooLong: Problem(
        422, "password-too-long", N_("Heslo může mít nejvýš %(longest)s znaků.")
    ),
    accounts.PasswordGuessable: Problem(
        422,
        "password-guessable",
        N_(
            "Takové heslo se dá uhodnout. Nesmí obsahovat přihlašovací jméno ani opakovat "
            "jen pár znaků."
        ),
    ),
    accounts.WrongCredentials: Problem(
        401, "wrong-credentials", N_("Jméno a heslo k sobě nepatří. Zkontrolujte je prosím.")
    ),
    accounts.WrongFoundingCode: Problem(
        403, "wrong-founding-code", N_("Kód nesouhlasí. Opište jej z terminálu, kde Výzva běží.")
    ),
    AlreadyFounded: Problem(409, "already-founded", N_("Organizace už je založená.")),
    accounts.TooManyAttempts: Problem(
        429,
        "too-many-attempts",
        N_("Příliš mnoho neúspěšných pokusů. Zkuste to znovu po %(until)s."),
    ),
    accounts.SessionOver: Problem(
        401, "session-over", N_("Přihlášení skončilo. Přihlaste se znovu.")
    ),
    InvalidSlug: Problem(
        422, "invalid-slug", N_("Adresa „%(slug)s“ smí mít jen malá písmena, číslice a pomlčky.")
    ),
}

CALLS: dict[type[DomainError], Problem] = {
    calls.CallNotReady: Problem(
        422, "call-not-ready", N_("Výzvě ještě něco chybí nebo si odporuje.")
    ),
    calls.MissingCallPart: Problem(422, "missing-call-part", N_("Chybí: %(part)s.")),
    calls.IntakeWindowReversed: Problem(
        422,
        "intake-window-reversed",
        N_("Příjem žádostí by skončil (%(closes_at)s) dříve, než začne (%(opens_at)s)."),
    ),
    calls.IntakeOpensBeforePublication: Problem(
        422,
        "intake-opens-before-publication",
        N_("Příjem žádostí by začal %(opens_on)s, ještě před vyhlášením %(published_on)s."),
    ),
    calls.CallOpenTooShort: Problem(
        422,
        "call-open-too-short",
        N_(
            "Uzávěrka musí být nejdříve %(earliest)s: výzva má být otevřená aspoň %(period)s "
            "(vyhlášení %(published_on)s). Uzávěrka je teď %(closes_on)s."
        ),
    ),
    calls.ClosesOnDayOff: Problem(
        422, "closes-on-day-off", N_("Uzávěrka musí být v pracovní den; %(closes_on)s jím není.")
    ),
    calls.PresentationBeforeClose: Problem(
        422,
        "presentation-before-close",
        N_("Prezentace %(presentation_on)s musí být až po uzávěrce %(closes_on)s."),
    ),
    calls.AmountNotPositive: Problem(
        422, "amount-not-positive", N_("Částka výzvy musí být vyšší než nula.")
    ),
    calls.CallNumberInvalid: Problem(
        422, "call-number-invalid", N_("Číslo výzvy musí být od 1 do 999.")
    ),
    calls.CallNumberTaken: Problem(
        409, "already-exists", N_("Výzva č. %(number)s už existuje. Zvolte jiné číslo.")
    ),
    calls.DecidedOutOfOrder: Problem(
        422,
        "decided-out-of-order",
        N_("Výbor mohl rozhodnout od %(recommended_on)s (doporučení) do %(today)s (dnes)."),
    ),
    fiches.RepeatedCode: Problem(
        422, "repeated-code", N_("Označení „%(code)s“ je v seznamu použito vícekrát.")
    ),
    fiches.MissingCriteria: Problem(
        422, "missing-criteria", N_("Fiche %(fiche)s nemá kritéria (%(kind)s).")
    ),
    fiches.InvalidMaximum: Problem(
        422, "invalid-maximum", N_("Kritérium %(code)s ve fichi %(fiche)s musí mít víc než 0 bodů.")
    ),
    fiches.InvalidAllocation: Problem(
        422, "invalid-allocation", N_("Alokace fiche %(fiche)s musí být vyšší než nula.")
    ),
    strategy.ShareOutOfRange: Problem(
        422, "share-out-of-range", N_("Podíl fiche %(fiche)s musí být víc než 0 a nejvýš 100 %%.")
    ),
    settings.UsualCallsOutOfRange: Problem(
        422, "usual-calls-out-of-range", N_("Obvyklý počet výzev za rok je od 1 do %(most)s.")
    ),
    settings.PeriodTooLong: Problem(
        422,
        "period-too-long",
        N_("Lhůta „%(period_name)s“ může mít nejvýš %(longest)s; zapsáno je %(period)s."),
    ),
    settings.PeriodSetByLaw: Problem(
        422,
        "period-set-by-law",
        N_("Doručení fikcí stanoví zákon (%(period)s); nastavit je nelze."),
    ),
    strategy.PlanNotPositive: Problem(
        422, "plan-not-positive", N_("Celková částka SPL musí být vyšší než nula.")
    ),
    strategy.SharesNotWhole: Problem(
        422, "shares-not-whole", N_("Podíly musí dát dohromady 100 %%; teď dávají %(total)s %%.")
    ),
}

RULES: dict[type[DomainError], Problem] = {
    allocation_rules.UnknownFiche: Problem(
        422, "unknown-fiche", N_("Pravidlo výběru zmiňuje fichi %(fiche)s, kterou výzva neotevírá.")
    ),
    allocation_rules.FicheInTwoTiers: Problem(
        422, "fiche-in-two-tiers", N_("Fiche %(fiche)s je v pravidle výběru v pořadí dvakrát.")
    ),
    allocation_rules.EmptyTier: Problem(
        422, "empty-tier", N_("%(tier)s. skupina fichí v pravidle výběru je prázdná.")
    ),
    allocation_rules.FicheWithoutAllocation: Problem(
        422,
        "fiche-without-allocation",
        N_("Pořadí v rámci fichí potřebuje alokaci fiche %(fiche)s."),
    ),
    allocation_rules.TransferNeedsFiches: Problem(
        422,
        "transfer-needs-fiches",
        N_("Převod mezi fichemi nemá smysl, když všechny projekty čerpají ze společné částky."),
    ),
    allocation_rules.SpillOverNeedsTiers: Problem(
        422, "spill-over-needs-tiers", N_("Přelití zbytku potřebuje pořadí skupin fichí.")
    ),
    allocation_rules.UnderdrawnWithoutMechanism: Problem(
        422,
        "underdrawn-without-mechanism",
        N_("Určete, jak se zohlední nenaplněné fiche (%(fiches)s): samotné přání nestačí."),
    ),
    allocation_rules.MechanismNeedsTransfer: Problem(
        422,
        "mechanism-needs-transfer",
        N_("Přednost nenaplněných fichí při převodu potřebuje automatický převod."),
    ),
    allocation_rules.TieBreakNotTotal: Problem(
        422, "tie-break-not-total", N_("Při rovnosti bodů musí nakonec rozhodnout pořadí přijetí.")
    ),
    allocation_rules.InvalidMinPoints: Problem(
        422, "invalid-min-points", N_("Nejnižší počet bodů nesmí být záporný.")
    ),
}

INTAKE: dict[type[DomainError], Problem] = {
    intake.OutsideIntakeWindow: Problem(
        409,
        "outside-intake-window",
        N_("Žádost přišla %(received_at)s, mimo příjem od %(opens_at)s do %(closes_at)s."),
    ),
    intake.ReceivedInFuture: Problem(
        422, "received-in-future", N_("Čas přijetí %(received_at)s ještě nenastal.")
    ),
    intake.RequestedGrantNotPositive: Problem(
        422, "requested-grant-not-positive", N_("Požadovaná dotace musí být vyšší než nula.")
    ),
    intake.UnknownAttachment: Problem(
        422, "unknown-attachment", N_("Fiche nezná přílohu „%(code)s“.")
    ),
    intake.UnknownSheetItem: Problem(
        422, "unknown-sheet-item", N_("Kontrolní arch nemá položku „%(code)s“.")
    ),
    intake.NoteMissing: Problem(
        422, "note-missing", N_("Ke každé odpovědi „ne“ napište poznámku, co chybí (%(code)s).")
    ),
    intake.MandatoryNotApplicable: Problem(
        422,
        "mandatory-not-applicable",
        N_("Povinná příloha nemůže být „nehodí se“ (%(code)s)."),
    ),
    intake.VerdictAgainstFiles: Problem(
        422,
        "verdict-against-files",
        N_("Kontrolní arch říká „ano“, ale soubor k příloze chybí (%(code)s)."),
    ),
    intake.NotRegistrable: Problem(
        409, "not-registrable", N_("Žádost nelze zaregistrovat: nesplňuje formální náležitosti.")
    ),
    signatures.SignedFileNotApplication: Problem(
        422,
        "signed-file-not-application",
        N_("Žadatel podepisuje žádost; soubor „%(name)s“ je příloha."),
    ),
    signatures.SignatureNotFound: Problem(
        422,
        "signature-not-found",
        N_("V souboru PDF „%(name)s“ jsme žádný elektronický podpis nenašli."),
    ),
    signatures.FindingsMissing: Problem(
        422, "findings-missing", N_("Napište, co předběžná kontrola zjistila.")
    ),
    intake.DecidedAlready: Problem(
        409,
        "decided-already",
        N_("Výběr projektu už skončil (%(case_state)s); žádost vzít zpět nelze."),
    ),
    intake.SeveralFaults: Problem(
        422, "several-faults", N_("Opravte prosím vyznačené údaje; nic se zatím nezapsalo.")
    ),
    intake.ReasonMissing: Problem(422, "reason-missing", N_("Napište důvod.")),
    identity.DocumentKindMissing: Problem(
        422, "document-kind-missing", N_("Vyberte druh dokladu, který podávající osoba předložila.")
    ),
    identity.DocumentKindUnexpected: Problem(
        422, "document-kind-unexpected", N_("K tomuto způsobu ověření doklad nepatří.")
    ),
    identity.IdentityCheckedBeforeArrival: Problem(
        422, "identity-checked-before-arrival", N_("Totožnost nelze ověřit před podáním žádosti.")
    ),
    applicants.InvalidIc: Problem(
        422,
        "invalid-ic",
        N_("IČO „%(ic)s“ není správné: má mít 8 číslic a poslední z nich je kontrolní."),
    ),
    applicants.MissingIc: Problem(422, "missing-ic", N_("Doplňte IČO žadatele.")),
    applicants.InvalidDataBoxId: Problem(
        422,
        "invalid-data-box-id",
        N_("„%(data_box_id)s“ není datová schránka: má 7 písmen a číslic, poslední je kontrolní."),
    ),
    applicants.InvalidMunicipalityCode: Problem(
        422, "invalid-municipality-code", N_("Kód obce má 6 číslic.")
    ),
}

PUBLICATION: dict[type[DomainError], Problem] = {
    publication.ListMadeAlready: Problem(
        409,
        "list-made-already",
        N_(
            "Seznam přijatých žádostí už je sestavený, další žádost nelze přijmout. "
            "Nejdříve zrušte jeho dokument."
        ),
    ),
    publication.IntakeStillOpen: Problem(
        409, "intake-still-open", N_("Příjem žádostí trvá do %(closes_at)s.")
    ),
    publication.LateWithoutReason: Problem(
        422,
        "late-without-reason",
        N_("Lhůta pro zveřejnění uplynula %(due)s. Napište, proč se seznam zveřejňuje pozdě."),
    ),
    publication.UndecidedApplications: Problem(
        409,
        "undecided-applications",
        N_("Nejdříve zaregistrujte nebo odmítněte zbývající žádosti (%(count)s)."),
    ),
    presentations.PresentationChangeTooLate: Problem(
        422,
        "presentation-change-too-late",
        N_(
            "Nový termín musí být nejdříve %(earliest)s (oznámení předem: %(period)s). "
            "Výjimku odůvodněte."
        ),
    ),
    presentations.PresentationUnchanged: Problem(
        422, "presentation-unchanged", N_("Termín ani místo se nezměnily.")
    ),
    presentations.PresentationsUnderway: Problem(
        409,
        "presentations-underway",
        N_("Výzva už má zaregistrované žádosti. Termín prezentací změňte v hodnocení."),
    ),
    presentations.ChangeReasonMissing: Problem(
        422, "change-reason-missing", N_("Napište důvod změny.")
    ),
}

MONEY: dict[type[DomainError], Problem] = {
    AmountNotReadable: Problem(422, "amount-not-readable", N_("Částku „%(text)s“ nelze přečíst.")),
    AmountTooPrecise: Problem(
        422, "amount-too-precise", N_("Částka má víc než dvě desetinná místa.")
    ),
    AmountOutOfRange: Problem(422, "amount-out-of-range", N_("Částka je příliš velká.")),
    CurrencyNotKnown: Problem(422, "currency-not-known", N_("Měnu „%(currency)s“ neznáme.")),
    MixedCurrencies: Problem(422, "mixed-currencies", N_("Částky jsou v různých měnách.")),
}

PROBLEMS: dict[type[DomainError], Problem] = {
    **RECORDS,
    **PEOPLE,
    **ACCOUNTS,
    **CALLS,
    **RULES,
    **INTAKE,
    **PUBLICATION,
    **MONEY,
}
