"""How each error of documents is told: status, stable slug, Czech sentence."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.adapters import files
from services.documents.batch_problems import PREPARING
from services.documents.channel_problems import CHANNELS, RECIPIENTS
from services.documents.domain import (
    approvals,
    batches,
    boxes,
    bundles,
    content_rules,
    countersigning,
    deliveries,
    dispatches,
    estimates,
    logos,
    numbering,
    pace,
    paper,
    postage,
    records,
    wording,
)
from services.documents.models import BatchItem
from services.documents.receipt_problems import RECEIPTS
from services.documents.signing_problems import SIGNING, SIGNING_MANY
from services.documents.ways_problems import WAYS
from shared.calendar_cz import DayOutsideCalendar
from shared.errors import DomainError
from shared.problems import Problem, retold
from shared.states import ActNotAllowed

RECORDS: dict[type[DomainError], Problem] = {
    records.RecordUnknown: Problem(
        404, "not-found", N_("Takový záznam ve vaší organizaci není, nebo není určen vám.")
    ),
    records.IdReused: Problem(
        409, "id-reused", N_("Toto označení už patří dokumentu %(number)s s jiným obsahem.")
    ),
    records.RecordChanged: Problem(
        409,
        "stale",
        N_("Záznam mezitím změnil někdo jiný. Načtěte stránku znovu a úpravu zopakujte."),
    ),
    records.FileUnsound: Problem(
        409,
        "file-unsound",
        N_(
            "Soubor dokumentu %(number)s není přesně to, co bylo vydáno a podepsáno, proto nesmí "
            "odejít ani být předán. Obraťte se na správce; soubor je třeba obnovit ze zálohy."
        ),
    ),
    records.VerifierBusy: Problem(
        503,
        "verifier-busy",
        N_("Právě se ověřuje mnoho souborů. Zkuste to za chvíli znovu."),
    ),
    pace.AskedTooOften: Problem(
        429,
        "asked-too-often",
        N_(
            "Z vašeho připojení jsme právě ověřili mnoho souborů, nejvýše jich smí být %(most)s "
            "za %(minutes)s min. Další soubor přijmeme za %(wait_seconds)s s."
        ),
    ),
    records.FileNotReady: Problem(
        409, "file-not-ready", N_("Dokument %(number)s ještě nikdo nepodepsal.")
    ),
    records.RecordNotYet: Problem(
        409,
        "record-not-yet",
        N_(
            "Důkazní záznam dokumentu %(number)s ještě není: vzniká v noci, "
            "první noc po vydání dokumentu."
        ),
    ),
    records.WrongState: Problem(
        409, "wrong-state", N_("Dokument %(number)s už je vydaný nebo zrušený.")
    ),
    records.DocumentWaitsForNobody: Problem(
        409, "nothing-to-sign", N_("Dokument %(number)s už na žádný podpis nečeká.")
    ),
    records.NothingPosted: Problem(
        409, "nothing-posted", N_("Dne %(day)s není zapsané žádné podání na poště.")
    ),
    records.NotDelivered: Problem(
        409, "not-delivered", N_("Doručení dokumentu %(number)s zatím nic nedokládá.")
    ),
    records.PaperNotAllowed: Problem(
        409,
        "paper-not-allowed",
        N_("Nejdřív je třeba zjistit, co se stalo se zprávou v datové schránce."),
    ),
    records.LookNotAllowed: Problem(
        409, "look-not-allowed", N_("Co se se zprávou stalo, už se ví; hledat ji není třeba.")
    ),
    deliveries.MessageNumberWrong: Problem(
        422,
        "message-number-wrong",
        N_("Číslo datové zprávy jsou jen číslice. Opište je ze seznamu odeslaných zpráv."),
    ),
    deliveries.MessageKnown: Problem(
        409,
        "message-known",
        N_("Naši zprávu už datová schránka potvrdila pod číslem %(number)s; jiná to není."),
    ),
    records.EndNotAllowed: Problem(
        409,
        "end-not-allowed",
        N_("Doručování teď nelze ukončit: tento dokument se ještě dá doručit."),
    ),
    records.RetryNotAllowed: Problem(
        409,
        "retry-not-allowed",
        N_("Zpráva v datové schránce už existuje. Druhé doručení potřebuje nový dokument."),
    ),
    bundles.BundleIdReused: Problem(
        409, "bundle-id-reused", N_("Toto označení už patří jinému důkaznímu balíčku.")
    ),
    bundles.BundleNotReady: Problem(
        409, "bundle-not-ready", N_("Důkazní balíček ještě není hotový.")
    ),
    bundles.BundleChanged: Problem(
        500,
        "bundle-changed",
        N_(
            "Důkazní balíček není ten, který byl vytvořen: někdo nebo něco ho v databázi nebo v "
            "úložišti změnilo, proto ho nevydáme. Řekněte to správci a vyžádejte si nový."
        ),
    ),
    bundles.PartNameTaken: Problem(
        422, "part-name-taken", N_("Název %(name)s si balíček nechává pro sebe.")
    ),
    ActNotAllowed: Problem(
        409, "act-not-allowed", N_("Tento úkon teď není možný: záznam je v jiném stavu.")
    ),
    DayOutsideCalendar: Problem(422, "day-outside-calendar", N_("Takový den kalendář nezná.")),
}

KEEPING: dict[type[DomainError], Problem] = {
    files.StoreFull: Problem(
        507,
        "store-full",
        N_(
            "V úložišti dokumentů došlo místo. Nic se neztratilo ani nezměnilo, jen teď nejde "
            "přidat nic nového. Řekněte to správci; až místo uvolní, úkon zopakujte."
        ),
    ),
    files.StoreUnavailable: Problem(
        503,
        "store-unavailable",
        N_("Úložiště dokumentů teď neodpovídá. Nic se nezměnilo, zkuste to za chvíli znovu."),
    ),
    files.FileMissing: Problem(
        500,
        "file-missing",
        N_("Soubor dokumentu v úložišti chybí. Řekněte to správci, má jej obnovit ze zálohy."),
    ),
    files.FileDamaged: Problem(
        500,
        "file-damaged",
        N_(
            "Soubor dokumentu v úložišti někdo nebo něco změnilo, proto jej nevydáme. Řekněte to "
            "správci, má jej obnovit ze zálohy."
        ),
    ),
}

MAKING: dict[type[DomainError], Problem] = {
    approvals.NotApproved: Problem(
        409, "not-approved", N_("Dokument %(number)s musí nejdřív schválit ředitelka.")
    ),
    approvals.ApprovalNotAwaited: Problem(
        409, "approval-not-awaited", N_("Dokument %(number)s na schválení nečeká.")
    ),
    approvals.CorrectsUnissued: Problem(
        409,
        "corrects-unissued",
        N_("Opravit lze jen vydaný dokument. %(number)s vydaný není: zrušte jej a vytvořte nový."),
    ),
    approvals.CorrectsOtherKind: Problem(
        409, "corrects-other-kind", N_("Oprava dokumentu %(number)s musí být stejného druhu.")
    ),
    approvals.CorrectedAlready: Problem(
        409,
        "corrected-already",
        N_("Dokument %(number)s už opravuje dokument %(by)s. Opravte ten, nebo ho zrušte."),
    ),
    countersigning.NotAnAgreement: Problem(
        409,
        "not-an-agreement",
        N_("Dokument %(number)s není smlouva; druhá strana ho nepodepisuje."),
    ),
    countersigning.AgreementNotIssued: Problem(
        409,
        "agreement-not-issued",
        N_("Dokument %(number)s ještě není vydaný, druhá strana ho tedy nemohla podepsat."),
    ),
    countersigning.CountersignerMissing: Problem(
        422, "countersigner-missing", N_("Napište, kdo za druhou stranu podepsal.")
    ),
    countersigning.NotCountersigned: Problem(
        422,
        "not-countersigned",
        N_(
            "To je náš vlastní dokument %(number)s, jak jsme ho vytvořili; druhá strana k němu "
            "nic nepřidala. Vložte soubor nebo sken, který vám poslala zpět."
        ),
    ),
    countersigning.CopyNotJudged: Problem(
        503,
        "copy-not-judged",
        N_(
            "Ověření souboru se teď nepodařilo dokončit, proto jsme nic neuložili. Zkuste to za "
            "chvíli znovu; když se to opakuje, řekněte to správci."
        ),
    ),
    countersigning.CopyKeptAlready: Problem(
        409, "copy-kept-already", N_("Tento soubor je u dokumentu %(number)s už vložený.")
    ),
    approvals.NoTranslation: Problem(
        409, "no-translation", N_("Dokument %(number)s do tohoto jazyka přeložit nelze.")
    ),
    content_rules.TableUneven: Problem(
        422, "table-uneven", N_("Řádek %(row)s tabulky nemá %(columns)s buněk.")
    ),
    content_rules.ContentTooLong: Problem(
        422, "content-too-long", N_("Dokument je příliš dlouhý (nejvýše %(most)s položek).")
    ),
    wording.TooManyTexts: Problem(
        422,
        "too-many-texts",
        N_("Dokument má přes %(most)s textů, na stránce ho upravit nejde. Vytvořte nový úkon."),
    ),
    wording.TextsMissing: Problem(
        422, "texts-missing", N_("Texty neodpovídají dokumentu: čeká se jich %(expected)s.")
    ),
    logos.LogoRefused: Problem(
        422,
        "logo-refused",
        N_("Znak musí být PNG nebo jednoduché SVG bez textů, skriptů a odkazů, nejvýše 200 kB."),
    ),
    numbering.BadOrganisationCode: Problem(
        422,
        "bad-organisation-code",
        N_("Značka organizace „%(code)s“ musí mít 2–16 velkých písmen bez diakritiky nebo číslic."),
    ),
    postage.NegativePostage: Problem(
        422, "negative-postage", N_("Cena ani limit nemohou být pod nulou.")
    ),
    boxes.BadBoxId: Problem(
        422,
        "bad-box-id",
        N_("„%(box_id)s“ není datová schránka: má 7 písmen a číslic, poslední je kontrolní."),
    ),
}

BATCHES: dict[type[DomainError], Problem] = {
    batches.BatchEmpty: Problem(409, "batch-empty", N_("V dávce není žádný dokument.")),
    batches.BatchTooLarge: Problem(
        422, "batch-too-large", N_("V jedné dávce může být nejvýše %(most)s dokumentů.")
    ),
    batches.CountDiffers: Problem(
        422,
        "count-differs",
        N_(
            "Počet dokumentů v dávce je %(count)s, napsali jste %(typed)s. Prohlédněte si ji znovu."
        ),
    ),
    batches.NotForBatch: Problem(
        422, "not-for-batch", N_("Oprava se dělá samostatně, u dokumentu, který opravuje.")
    ),
    batches.NotTypeset: Problem(422, "not-typeset", N_("Dokument se nepodařilo vysázet.")),
    batches.NoOutcome: Problem(
        500, "no-outcome", N_("Výroba dokumentu opakovaně skončila bez výsledku.")
    ),
    batches.NothingToCancel: Problem(
        409, "nothing-to-cancel", N_("Všechny dokumenty dávky už jsou hotové, není co rušit.")
    ),
}

DISPATCHES: dict[type[DomainError], Problem] = {
    dispatches.DispatchEmpty: Problem(
        409, "dispatch-empty", N_("Na schválení odeslání teď nečeká žádná zpráva.")
    ),
    dispatches.DispatchChanged: Problem(
        409,
        "dispatch-changed",
        N_("Zprávy nebo jejich cena se od zobrazení změnily. Prohlédněte si je znovu."),
    ),
    dispatches.DispatchCountDiffers: Problem(
        422,
        "dispatch-count-differs",
        N_("K odeslání je zpráv %(count)s, napsali jste %(typed)s. Prohlédněte si je znovu."),
    ),
    dispatches.PriceUnknown: Problem(
        409,
        "price-unknown",
        N_("Cena placené zprávy není nastavená, proto ji nejde schválit. Požádejte správce."),
    ),
    estimates.PostageGrew: Problem(
        409,
        "postage-grew",
        N_(
            "Zprávy mohou stát až %(most)s, stránka ukázala nejvýše %(shown)s. Nic se nestalo; "
            "prohlédněte si cenu znovu."
        ),
    ),
    dispatches.DispatchIdReused: Problem(
        409, "dispatch-id-reused", N_("Toto označení už patří schválení jiných zpráv.")
    ),
}

DELIVERING: dict[type[DomainError], Problem] = {
    paper.ProofFromFuture: Problem(
        422, "proof-from-future", N_("Den %(day)s ještě nenastal (dnes je %(today)s).")
    ),
    paper.ProofBeforeIssue: Problem(
        422,
        "proof-before-issue",
        N_("Den %(day)s je dřív, než byl dokument vydán (%(issued_on)s)."),
    ),
    paper.ProofBeforePosting: Problem(
        422,
        "proof-before-posting",
        N_("Den %(day)s je dřív, než byla zásilka podána na poště (%(posted_on)s)."),
    ),
    paper.TrackingNumberMissing: Problem(
        422, "tracking-number-missing", N_("Napište podací číslo z podacího lístku.")
    ),
    paper.TrackingNumberWrong: Problem(
        422,
        "tracking-number-wrong",
        N_(
            "Číslo %(number)s pošta nepřidělila: podací číslo má 2 písmena, 9 číslic a CZ "
            "a poslední číslice musí souhlasit s ostatními. Opište je z podacího lístku znovu."
        ),
    ),
    paper.SlipMissing: Problem(422, "slip-missing", N_("Nahrajte sken podacího lístku.")),
    paper.ReceiverMissing: Problem(422, "receiver-missing", N_("Napište, kdo dokument převzal.")),
    paper.DocumentChanged: Problem(
        409,
        "document-changed",
        N_(
            "Dokument %(number)s mezitím dostal další podpis nebo razítko. Nechte příjemce "
            "podepsat převzetí znovu, aby bylo jisté, co převzal."
        ),
    ),
    paper.ProofUsedTwice: Problem(
        422, "proof-used-twice", N_("Tento soubor už u doručení dokládá něco jiného.")
    ),
    paper.AdviceNotAwaited: Problem(
        409, "advice-not-awaited", N_("Zásilka nebyla podaná s dodejkou.")
    ),
    paper.NotPosted: Problem(409, "not-posted", N_("Dokument neodešel poštou.")),
}


def why_not_made(item: BatchItem) -> str:
    """Return why a document of a batch was not made, in the user's language; empty if it was."""
    return retold(item.problem) if item.problem else item.reason


PROBLEMS = {
    **RECORDS,
    **SIGNING,
    **WAYS,
    **KEEPING,
    **MAKING,
    **BATCHES,
    **PREPARING,
    **DISPATCHES,
    **SIGNING_MANY,
    **DELIVERING,
    **RECEIPTS,
    **CHANNELS,
    **RECIPIENTS,
}
