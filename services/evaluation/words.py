"""Words of evaluation that pages and messages share: states, acts, roles, rules."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.evaluation.domain import states
from services.evaluation.domain.allocation import Outcome
from services.evaluation.domain.conflicts import LinkSource, LinkType, Rule
from services.evaluation.domain.onsite import ClaimVerdict, Effect
from services.evaluation.domain.spread import SpreadOutcome, SpreadStep
from services.evaluation.letters.declarations import LINK_WORDS
from shared.contracts.allocation import (
    AmountKind,
    OnMisfit,
    Ranking,
    TransferMode,
    UnderdrawnMechanism,
)
from shared.web.document_kinds import DOCUMENT_KINDS

STATES = {
    states.REGISTERED: (N_("zaregistrovaná"), "wait"),
    states.ADMIN_CONTROL: (N_("v administrativní kontrole"), "go"),
    states.DEFICIENCY_OPEN: (N_("čeká se na odstranění nedostatků"), "wait"),
    states.CONTROL_PASSED: (N_("kontrola: přijatelný"), "good"),
    states.CONTROL_FAILED: (N_("kontrola: nepřijatelný"), "bad"),
    states.EXPIRED: (N_("nedostatky neodstraněny"), "bad"),
    states.EXCLUDED: (N_("vyřazeno, oznámeno"), "off"),
    states.NOTIFIED: (N_("kontrola oznámena"), "go"),
    states.ASSIGNED: (N_("přiděleno hodnotitelům"), "go"),
    states.EVALUATED: (N_("obodováno"), "go"),
    states.EX_ANTE_DONE: (N_("kontrola ex ante provedena"), "go"),
    states.PRESENTED: (N_("prezentováno"), "go"),
    states.DISCUSSED: (N_("projednáno komisí"), "go"),
    states.RECOMMENDED: (N_("doporučeno"), "good"),
    states.NOT_RECOMMENDED: (N_("nedoporučeno"), "bad"),
    states.APPROVED: (N_("schváleno"), "good"),
    states.REJECTED: (N_("neschváleno"), "bad"),
    states.RESERVE: (N_("náhradník"), "wait"),
    states.RESULT_NOTIFIED: (N_("výsledek oznámen"), "good"),
    states.WITHDRAWN: (N_("vzato zpět"), "off"),
}
"""The word and the tone of each state."""

BATCH_STATES = {
    "prepared": (N_("čeká na potvrzení"), "wait"),
    "running": (N_("připravuje se"), "go"),
    "paused": (N_("pozastavená"), "wait"),
    "done": (N_("hotová"), "good"),
    "cancelled": (N_("zrušená"), "off"),
}
ACTS = {
    "appoint_controllers": N_("pověřit kontrolou"),
    "conclude_control": N_("uzavřít kontrolu"),
    "call_deficiency": N_("vyzvat k odstranění nedostatků"),
    "record_repair": N_("zaznamenat odstranění nedostatků"),
    "expire_deficiency": N_("uzavřít pro neodstraněné nedostatky"),
    "notify_control": N_("oznámit výsledek kontroly"),
    "assign_evaluators": N_("přidělit hodnotitelům"),
    "save_scores": N_("bodovat"),
    "decide_spread": N_("rozhodnout o rozdílu bodů"),
    "record_onsite": N_("zapsat kontrolu ex ante"),
    "notify_result": N_("oznámit výsledek výběru"),
}

LINK_TYPES = {kind: N_(text) for kind, text in LINK_WORDS.items()}
OWN_LINKS = {
    LinkType.OWN_APPLICATION: N_("jsem žadatel"),
    LinkType.STATUTORY_BODY: N_("jsem statutární orgán žadatele nebo jeho člen"),
    LinkType.MEMBER: N_("jsem člen žadatele"),
    LinkType.EMPLOYEE: N_("jsem zaměstnanec žadatele"),
    LinkType.VOLUNTEER: N_("jsem dobrovolník žadatele"),
    LinkType.OWNER: N_("jsem vlastník žadatele"),
    LinkType.REPRESENTATIVE: N_("zastupuji obec, která podala žádost"),
    LinkType.FOUNDER: N_("jsem zřizovatel žadatele"),
    LinkType.HELPED_PREPARE: N_("podílím se na přípravě projektu"),
    LinkType.FAMILY: N_("žadatel je mi osobou blízkou"),
    LinkType.RESIDENCE: N_("bydlím v obci, kde má žadatel sídlo"),
    LinkType.SUPPLIER: N_("jsem dodavatel nebo partner projektu"),
    LinkType.SELF_DECLARED: N_("z jiného důvodu se necítím být nestranný"),
}
"""Ties in the words of the person who declares them."""
LINK_SOURCES = {
    LinkSource.DECLARATION: N_("vlastní prohlášení"),
    LinkSource.REGISTER: N_("veřejný rejstřík"),
    LinkSource.OWN_APPLICATION: N_("vlastní žádost"),
    LinkSource.THIRD_PERSON: N_("podnět jiné osoby"),
}
CONFLICT_RULES = {
    Rule.OWN_PROJECT: N_("nikdo nehodnotí projekt, ke kterému má vztah"),
    Rule.SAME_FICHE: N_("žadatel nehodnotí projekty ve fichi, ve které sám podal žádost"),
    Rule.MUNICIPALITIES: N_(
        "zástupce obce, která podala žádost, nehodnotí projekty obcí v žádné fichi"
    ),
}
CLAIMS = {
    ClaimVerdict.TRUE: N_("pravdivé"),
    ClaimVerdict.NOT_TRUE: N_("nepravdivé"),
    ClaimVerdict.NOT_VERIFIABLE: N_("nelze ověřit"),
}
EFFECTS = {
    Effect.NONE: N_("bez důsledku"),
    Effect.POINTS: N_("srážka bodů"),
    Effect.NOT_RECOMMENDED: N_("projekt nelze doporučit"),
}
OUTCOMES = {
    Outcome.FUNDED.value: (N_("navrženo k podpoře"), "good"),
    Outcome.PARTIALLY_FUNDED.value: (N_("navržena část dotace"), "good"),
    Outcome.BORDERLINE.value: (N_("hraniční projekt"), "wait"),
    Outcome.NOT_FUNDED.value: (N_("bez dotace"), "bad"),
    Outcome.BELOW_MINIMUM.value: (N_("pod minimem bodů"), "bad"),
    Outcome.NOT_RECOMMENDED.value: (N_("nedoporučeno"), "bad"),
    Outcome.FICHE_NOT_OPEN.value: (N_("fiche bez prostředků"), "off"),
}
SPREAD_OUTCOMES = {
    SpreadOutcome.JOINT: N_("všichni hodnotitelé ohodnotí projekt znovu společně"),
    SpreadOutcome.THIRD: N_("projekt ohodnotí další hodnotitel"),
    SpreadOutcome.ACCEPT: N_("rozdíl se přijímá, platí průměr"),
}
SPREAD_STEPS = {
    SpreadStep.DIRECTOR_DECISION: N_("Projekt nepůjde před komisi, dokud ředitelka nerozhodne."),
    SpreadStep.JOINT_SCORING: N_("Hodnotitelé hodnotí projekt znovu společně."),
    SpreadStep.THIRD_EVALUATOR: N_("Čeká se na další bodovací list."),
    SpreadStep.SETTLED: N_("Rozdíl je vyřízený."),
}
REVIEWED = {
    "control_notice": N_("výsledek administrativní kontroly"),
    "result_notice": N_("výsledek výběru projektů"),
}
REVIEW_OUTCOMES = {
    "upheld": N_("žádosti se vyhovuje"),
    "dismissed": N_("žádost se zamítá"),
    "late": N_("žádost se odmítá jako opožděná"),
}
VERDICTS = {
    "approved": (N_("schváleno"), "good"),
    "rejected": (N_("neschváleno"), "bad"),
    "reserve": (N_("náhradník"), "wait"),
}
MESSAGE_KINDS = {
    "document": N_("vytvoření dokumentu"),
    "cancellation": N_("zrušení dokumentu"),
    "folder_entry": N_("řádek složky projektu"),
    "presentation_change": N_("změna termínu prezentací"),
    "results": N_("výsledky pro Registr"),
    "parked.registry": N_("zpráva z Registru"),
    "parked.documents": N_("zpráva z Dokumentů"),
}
RECORD_STATES = {
    "requested": (N_("připravuje se"), "wait"),
    "waiting": (N_("čeká na podpis"), "wait"),
    "signed": (N_("podepsáno"), "go"),
    "issued": (N_("vydáno"), "good"),
    "cancelled": (N_("zrušeno"), "off"),
    "void": (N_("podepsáno, ale vzato zpět"), "off"),
}
DELIVERY_STATES = {
    "dispatched": (N_("odesláno"), "go"),
    "delivered": (N_("doručeno"), "good"),
    "needs_person": (N_("vyžaduje zásah"), "bad"),
    "ended": (N_("doručování ukončeno"), "off"),
}
ON_MISFIT = {
    OnMisfit.STOP: N_("pořadí se u prvního projektu, který se nevejde, zastaví"),
    OnMisfit.SKIP: N_("projekt, který se nevejde, se přeskočí"),
    OnMisfit.BORDERLINE: N_("první projekt, který se nevejde, je hraniční a pořadí se zastaví"),
    OnMisfit.PARTIAL: N_("první projekt, který se nevejde, dostane zbytek a pořadí se zastaví"),
}
RANKINGS = {
    Ranking.WITHIN_FICHE: N_("podle bodů v rámci jednotlivých fichí"),
    Ranking.REGARDLESS_OF_FICHE: N_("podle bodů bez ohledu na fiche"),
}
AMOUNT_KINDS = {
    AmountKind.MAXIMUM: N_("nejvýše"),
    AmountKind.ADJUSTABLE: N_("lze upravit"),
    AmountKind.PRELIMINARY: N_("předběžně"),
    AmountKind.ANNUAL: N_("celá roční alokace"),
    AmountKind.REMAINDER: N_("zbylé prostředky"),
}
TRANSFERS = {
    TransferMode.NONE: N_("nevyčerpaná alokace fiche se nepřevádí"),
    TransferMode.AUTOMATIC: N_("nevyčerpanou alokaci fiche lze převést na další projekty"),
    TransferMode.NAMED: N_("nevyčerpanou alokaci lze převést na projekty, které komise jmenuje"),
}
MECHANISMS = {
    UnderdrawnMechanism.EXTRA_TIER: N_("jdou na řadu první"),
    UnderdrawnMechanism.TRANSFER_FIRST: N_("mají při převodu přednost"),
    UnderdrawnMechanism.MANUAL: N_("rozhodne komise s odůvodněním"),
}
RECORD_KINDS = {
    kind: DOCUMENT_KINDS[kind]
    for kind in (
        "control_list",
        "control_entry",
        "deficiency_call",
        "control_notice",
        "interest_declaration",
        "print_receipt",
        "score_sheet",
        "onsite_record",
        "presentation_record",
        "presentation_notice",
        "committee_minutes",
        "resolution",
        "result_notice",
    )
}
VERDICT_WORDS = {"yes": N_("ano"), "no": N_("ne"), "n_a": N_("netýká se")}
BUNDLE_STATES = {
    "waiting": (N_("čeká na sestavení"), "wait"),
    "making": (N_("sestavuje se"), "go"),
    "ready": (N_("hotový"), "good"),
    "paused": (N_("pozastavený"), "wait"),
    "failed": (N_("nepodařilo se sestavit"), "bad"),
    "cancelled": (N_("zrušený"), "wait"),
}
HISTORY = {
    "ask_for_bundle": N_("Vyžádán důkazní balíček"),
    "open_case": N_("Žádost převzata k administrativní kontrole"),
    "appoint_controllers": N_("Pověřeny dvě osoby kontrolou"),
    "replace_controllers": N_("Změněno pověření kontrolou"),
    "exclude_sheet": N_("Bodovací list vyřazen pro střet zájmů"),
    "drop_vote": N_("Hlasování zrušeno kvůli změně přítomných"),
    "take_back_conclusion": N_("Závěr kontroly vzat zpět"),
    "save_findings": N_("Uložen rozpracovaný kontrolní list"),
    "conclude_control": N_("Kontrola uzavřena jednou z kontrolujících osob"),
    "decide_control": N_("Ředitelka rozhodla o přijatelnosti"),
    "call_deficiency": N_("Výzva k odstranění nedostatků"),
    "record_repair": N_("Nedostatky odstraněny"),
    "expire_deficiency": N_("Nedostatky nebyly v termínu odstraněny"),
    "pass_control": N_("Kontrola skončila: přijatelný"),
    "fail_control": N_("Kontrola skončila: nepřijatelný"),
    "prepare_notice": N_("Připraveno oznámení o kontrole"),
    "notify_control": N_("Oznámení o kontrole odesláno"),
    "notify_exclusion": N_("Oznámení o kontrole odesláno"),
    "assign_evaluators": N_("Přiděleno hodnotitelům"),
    "change_evaluators": N_("Změněni hodnotitelé"),
    "open_material": N_("Hodnotitel převzal podklady"),
    "open_file": N_("Otevřen soubor žadatele"),
    "ask_for_print": N_("Hodnotitel chce podklady vytištěné"),
    "hand_over_print": N_("Předány vytištěné podklady"),
    "save_scores": N_("Uloženo rozpracované bodování"),
    "close_scores": N_("Hodnotitel uzavřel bodovací list"),
    "decide_spread": N_("Ředitelka rozhodla o rozdílu bodů"),
    "complete_scores": N_("Všechny bodovací listy podepsány"),
    "record_onsite": N_("Zapsána kontrola ex ante"),
    "complete_onsite": N_("Kontrola ex ante podepsána"),
    "present": N_("Proběhla veřejná prezentace"),
    "record_recommendation": N_("Zapsáno doporučení komise"),
    "discuss": N_("Projednala výběrová komise"),
    "recommend": N_("Komise doporučila"),
    "not_recommend": N_("Komise nedoporučila"),
    "approve": N_("Valná hromada schválila"),
    "reject": N_("Valná hromada neschválila"),
    "put_in_reserve": N_("Zařazeno mezi náhradníky"),
    "prepare_letters": N_("Sestavena dávka dopisů"),
    "prepare_result_notice": N_("Připraveno oznámení výsledku"),
    "notify_result": N_("Výsledek oznámen žadateli"),
    "take_in_review": N_("Žadatel požádal o přezkum"),
    "decide_review": N_("Rozhodnuto o přezkumu"),
    "withdraw": N_("Žadatel vzal žádost zpět"),
}
PHASES = {
    "eligibility": N_("způsobilost"),
    "base": N_("výběr"),
    "transfer": N_("převod"),
}
