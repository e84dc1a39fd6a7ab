"""Every kind of document that the product makes: one catalogue for all services.

Names are generic and in small letters, because they stand in lists and sentences.
"""

from dataclasses import dataclass

LETTER, RECORD, LIST, MINUTES = "letter", "record", "list", "minutes"
OFFICE = ("director", "assistant", "registrar")
LEADERS = ("director", "assistant")
REGISTRY, EVALUATION, DOCUMENTS, PERSON = "registry", "evaluation", "documents", "person"


@dataclass(frozen=True)
class DocumentKind:
    """One kind of document."""

    code: str
    cs: str
    en: str
    de: str
    layout: str
    made_by: str
    """Service whose act makes it; ``person`` for documents written from facts on a page."""
    signed_by: str
    """Who signs before the organisation's seal, as the rules say."""
    source: str
    """Rule that asks for it."""
    keep: str = "case"
    """How long it is kept: with the ``case``, the ``call`` or ``for ever``. The periods in years
    are not confirmed, so they are no constants; nothing is ever deleted by the product."""
    needs_approval: bool = False
    """The director approves the previewed bytes before anybody signs."""
    roles: tuple[str, ...] = ()
    """Who signs must have one of these roles when signing; none means the named person, in
    whatever role the declaration or the receipt concerns."""
    delegable: str = ""
    """Act of the director; who has it delegated on that day may sign as well (R14, A2)."""
    languages: tuple[str, ...] = ("cs",)
    """Languages in which an authoritative text may be written."""
    read_by: tuple[str, ...] = ()
    """Roles that may read it once it is issued, beside the office and who signs it."""
    is_countersigned: bool = False
    """Another party signs a copy of its own and sends it back."""
    from_table: bool = False
    """A person may write many at once, one for each line of a table: the same text to many."""

    def name(self, language: str) -> str:
        """Return the name in a language; Czech where another one is asked for."""
        return {"en": self.en, "de": self.de}.get(language, self.cs)


KINDS = (
    DocumentKind(
        "call_text", "text výzvy", "text of the call", "Text des Aufrufs",
        RECORD, REGISTRY, "who announces the call", "R98, R1", "call",
        roles=("director",), delegable="announce_call",
    ),
    DocumentKind(
        "control_sheet", "kontrolní arch", "control sheet", "Prüfbogen",
        RECORD, REGISTRY, "registrar", "R15, R16, R97",
        roles=OFFICE,
    ),
    DocumentKind(
        "intake_record", "záznam PŘÍJEM ŽÁDOSTI", "record PŘÍJEM ŽÁDOSTI",
        "Vermerk PŘÍJEM ŽÁDOSTI", RECORD, REGISTRY, "registrar", "R21, R97",
        roles=OFFICE,
    ),
    DocumentKind(
        "registration_receipt", "potvrzení o registraci", "receipt of registration",
        "Registrierungsbestätigung", LETTER, REGISTRY, "registrar", "R98",
        roles=("director",), delegable="register_application",
    ),
    DocumentKind(
        "refusal", "odmítnutí registrace", "refusal of registration",
        "Ablehnung der Registrierung", LETTER, REGISTRY, "registrar", "R18, A3, R98",
        roles=OFFICE,
    ),
    DocumentKind(
        "received_list", "seznam přijatých žádostí", "list of received applications",
        "Liste der eingegangenen Anträge", LIST, REGISTRY, "who makes the list", "R22, R23, R98",
        "call",
        roles=OFFICE,
    ),
    DocumentKind(
        "allocation_decision", "rozhodnutí programového výboru",
        "decision of the programme committee", "Beschluss des Programmausschusses",
        RECORD, REGISTRY, "who records the decision", "R65, R66, R97", "call",
        roles=("programme_committee",),
    ),
    DocumentKind(
        "drawdown_report", "stav čerpání strategie", "drawdown of the strategy",
        "Mittelabruf der Strategie", LIST, REGISTRY, "director", "R69", "for ever",
        roles=("director",),
    ),
    DocumentKind(
        "control_list", "kontrolní list", "control list", "Kontrollliste",
        LIST, EVALUATION, "each controller", "R28, R31, R97",
        roles=("controller",),
    ),
    DocumentKind(
        "control_entry", "záznam ADMINISTRATIVNÍ KONTROLA PŘIJATELNOSTI",
        "record ADMINISTRATIVNÍ KONTROLA PŘIJATELNOSTI",
        "Vermerk ADMINISTRATIVNÍ KONTROLA PŘIJATELNOSTI",
        RECORD, EVALUATION, "each controller", "R32, R97",
        roles=("controller",),
    ),
    DocumentKind(
        "deficiency_call", "výzva k odstranění nedostatků", "call to remove deficiencies",
        "Aufforderung zur Mängelbeseitigung", LETTER, EVALUATION, "who calls", "R33, R34, R98",
        roles=("director",),
    ),
    DocumentKind(
        "control_notice", "oznámení o administrativní kontrole", "notice of administrative control",
        "Mitteilung über die Verwaltungskontrolle", LETTER, EVALUATION, "director", "R37, R98",
        roles=("director",),
    ),
    DocumentKind(
        "interest_declaration", "prohlášení o střetu zájmů", "declaration of interests",
        "Erklärung über Interessenkonflikte", RECORD, EVALUATION, "who declares",
        "R42, A5, 1.13", "call",
    ),
    DocumentKind(
        "print_receipt", "potvrzení o převzetí vytištěných podkladů",
        "receipt of printed materials", "Empfangsbestätigung für gedruckte Unterlagen",
        RECORD, EVALUATION, "evaluator", "R46",
        roles=("evaluator",),
    ),
    DocumentKind(
        "score_sheet", "bodovací list", "score sheet", "Bewertungsbogen",
        LIST, EVALUATION, "each evaluator", "R52, R97",
        roles=("evaluator",),
    ),
    DocumentKind(
        "onsite_record", "záznam o kontrole ex ante", "record of the ex-ante visit",
        "Vermerk über die Ex-ante-Kontrolle", RECORD, EVALUATION, "evaluators present",
        "R48, R49, R97",
        roles=("evaluator",),
    ),
    DocumentKind(
        "presentation_record", "záznam o veřejných prezentacích",
        "record of the public presentations", "Vermerk über die öffentlichen Präsentationen",
        MINUTES, EVALUATION, "who records", "R56, 1.13", "call",
        roles=LEADERS,
    ),
    DocumentKind(
        "presentation_notice", "změna termínu prezentací", "changed date of presentations",
        "geänderter Termin der Präsentationen", LETTER, EVALUATION, "director", "R59, R98",
        roles=("director",),
    ),
    DocumentKind(
        "committee_book", "kniha pro výběrovou komisi", "book for the selection committee",
        "Buch für den Auswahlausschuss", LIST, EVALUATION, "who makes it", "R61, R63", "call",
        read_by=("committee", "evaluator"),
        roles=LEADERS,
    ),
    DocumentKind(
        "committee_minutes", "zápis z jednání výběrové komise",
        "minutes of the selection committee", "Protokoll des Auswahlausschusses",
        MINUTES, EVALUATION, "chair", "R61, R62, R97", "call",
        roles=("committee",),
    ),
    DocumentKind(
        "resolution", "usnesení valné hromady", "resolution of the general assembly",
        "Beschluss der Mitgliederversammlung", MINUTES, EVALUATION,
        "who records for the assembly", "R68, R97", "for ever",
        roles=("assembly",),
    ),
    DocumentKind(
        "result_notice", "oznámení o výsledku", "notice of the result",
        "Mitteilung des Ergebnisses", LETTER, EVALUATION, "director", "R98",
        roles=("director",),
    ),
    DocumentKind(
        "hand_over_receipt", "záznam o předání", "record of the hand-over", "Übergabevermerk",
        RECORD, DOCUMENTS, "who handed over", "R39, R97",
        roles=OFFICE,
    ),
    DocumentKind(
        "posting_sheet", "podací arch", "posting sheet", "Einlieferungsliste",
        LIST, DOCUMENTS, "who posts", "R39, A25", "call",
        roles=OFFICE,
    ),
    DocumentKind(
        "delivery_proof", "doklad o doručení", "proof of delivery", "Zustellnachweis",
        RECORD, DOCUMENTS, "nobody: the seal alone", "R38, R39",
    ),
    DocumentKind(
        "review_decision", "rozhodnutí o přezkumu", "decision on a review",
        "Entscheidung über die Überprüfung", LETTER, EVALUATION, "who decides", "R98, A26, 1.13",
        roles=("programme_committee", "assembly"),
    ),
    DocumentKind(
        "cooperation_agreement", "smlouva o spolupráci", "cooperation agreement",
        "Kooperationsvereinbarung", MINUTES, PERSON, "who stands for the organisation",
        "R86-R94", "for ever", needs_approval=True, languages=("cs", "de"),
        roles=LEADERS, is_countersigned=True,
    ),
    DocumentKind(
        "official_letter", "úřední dopis", "official letter", "amtliches Schreiben",
        LETTER, PERSON, "who writes", "1.13", needs_approval=True, languages=("cs", "en", "de"),
        from_table=True,
        roles=LEADERS,
    ),
)  # fmt: skip
BY_CODE = {kind.code: kind for kind in KINDS}


def layout_of(code: str) -> str:
    """Return the layout of a kind.

    Raises:
        KeyError: there is no such kind.
    """
    return BY_CODE[code].layout
