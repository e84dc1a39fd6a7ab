"""The documents that registry asks for: their words in Czech, their facts, their signers.

The words are the record, so they are Czech whatever language the person reads pages in.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from services.registry.domain.intake import INTAKE_RECORD_TEXT
from services.registry.domain.publication import ReceivedRow, cells
from services.registry.models import (
    ApplicantSignatureRow,
    Application,
    ApplicationFile,
    ControlSheet,
    DocumentRef,
    IdentityRow,
    Person,
    PreliminaryCheckRow,
    Submission,
)
from services.registry.service.plans import sheet_items_of
from services.registry.service.work import Work
from shared.clock import PRAGUE
from shared.contracts.codec import to_json
from shared.contracts.documents import (
    Content,
    DeliveryRequest,
    DocumentRequest,
    Recipient,
    Signer,
    checklist,
    fact_rows,
    heading,
    paragraph,
    statement,
    table,
)
from shared.contracts.registry import CallView
from shared.deadlines import date_words
from shared.document_kinds import layout_of

PUT_DOCUMENT = "documents.put"
CANCEL_DOCUMENT = "documents.cancel"

CHANNELS = {
    "in_person": "osobně",
    "data_carrier": "na datovém nosiči",
    "email": "e-mailem",
    "data_box": "datovou schránkou",
    "post": "poštou",
    "portal": "přes portál",
}
METHODS = {
    "document": "podle osobního dokladu",
    "data_box": "z datové schránky žadatele",
    "electronic_signature": "podle elektronického podpisu",
}
SIGNATURES = {
    "electronic": "elektronický podpis v souboru",
    "on_spot": "podepsáno na místě, podepsaný výtisk je naskenovaný",
}
DOCUMENTS = {
    "identity_card": "občanský průkaz",
    "passport": "cestovní pas",
    "driving_licence": "řidičský průkaz",
    "residence_permit": "povolení k pobytu",
}
STANDINGS = {
    "applicant": "sám žadatel",
    "statutory": "statutární orgán žadatele",
    "authorised": "osoba zmocněná žadatelem",
}
LIST_COLUMNS = [
    ("Název žadatele", "left"),
    ("Místo realizace projektu (NUTS5)", "left"),
    ("Název projektu", "left"),
    ("Název a číslo fiche", "left"),
    ("Požadovaná částka dotace", "right"),
]


GREETING = paragraph("Vážená paní, vážený pane,")
CONTACT = paragraph(
    "S dotazy i námitkami se obraťte na kancelář MAS; spojení je v záhlaví tohoto dopisu. "
    "Uveďte prosím číslo jednací."
)
LONGEST_SUBJECT = 255
"""Of a data message."""


@dataclass(frozen=True)
class Case:
    """Everything about one submission that its papers state."""

    application: Application
    submission: Submission
    files: list[ApplicationFile]
    sheet: ControlSheet | None
    identity: IdentityRow | None
    signature: ApplicantSignatureRow | None = None
    preliminary: PreliminaryCheckRow | None = None


def request_document(work: Work, document_id: UUID, request: DocumentRequest) -> UUID:
    """Have the document made after the commit; its id is the idempotency key."""
    request = _under_regulation(work, request)
    work.session.add(
        DocumentRef(
            id=document_id,
            organisation_id=work.organisation_id,
            kind=request.kind,
            title=request.title,
            call_id=request.call_id,
            application_id=request.case_id,
            signer_id=request.signers[0].person_id if request.signers else None,
            requested_at=work.now,
            changed_at=work.now,
        )
    )
    payload = {"request": request, "actor_name": work.actor.name}
    return work.later(PUT_DOCUMENT, payload, message_id=document_id)


def _under_regulation(work: Work, request: DocumentRequest) -> DocumentRequest:
    """Say on every record about a call under which version of the regulation it was made (R55)."""
    found = work.regulation_facts("call", request.call_id)
    if not found:
        return request
    line = ("Postup podle předpisu, verze", found["regulation_version"])
    content = replace(request.content, reference=[*request.content.reference, line])
    facts: dict[str, object] = {**request.facts, **to_json(found)}
    return replace(request, content=content, facts=facts)


def signer_of(work: Work) -> Signer:
    """Return the acting person as the one who signs."""
    person = work.session.get_one(Person, work.actor.person_id)
    return Signer(person.id, person.name, person.function)


def control_sheet(work: Work, case: Case, signer: Signer) -> DocumentRequest:
    """Compose the control sheet (R15, R16)."""
    application = case.application
    answers = {item["code"]: item for item in (case.sheet.answers if case.sheet else [])}
    lines = [
        (item.text, answers[item.code]["verdict"], answers[item.code]["note"])
        for item in sheet_items_of(application.call, application.fiche)
        if item.code in answers
    ]
    blocks = [
        *_case_blocks(case),
        *_before_blocks(case),
        heading("Formální náležitosti"),
        checklist(*lines),
    ]
    title = f"Kontrolní arch – {_name_of(application)}"
    return _paper(work, case, "control_sheet", title, blocks, signer)


def intake_record(work: Work, case: Case, signer: Signer) -> DocumentRequest:
    """Compose the folder record that the receiver signs (R17, R21)."""
    identity = case.identity
    rows = [("Jméno osoby, která žádost přijala", signer.name), ("Datum", moment_words(work.now))]
    if identity is not None:
        rows += [
            ("Totožnost podávající osoby", METHODS[identity.method]),
            ("Doklad", DOCUMENTS.get(identity.document or "", "–")),
            ("Podává", f"{case.submission.submitter_name} – {STANDINGS[identity.standing]}"),
        ]
    blocks = [statement(INTAKE_RECORD_TEXT), fact_rows(*rows), *_case_blocks(case)]
    title = f"{INTAKE_RECORD_TEXT} – {_name_of(case.application)}"
    return _paper(work, case, "intake_record", title, blocks, signer)


def receipt(work: Work, case: Case, signer: Signer) -> DocumentRequest:
    """Compose the receipt that the applicant gets on registration (R98).

    It goes to his data box; without one it waits to be posted or handed over against signature.
    """
    application = case.application
    text = (
        f"potvrzujeme, že jsme Vaši žádost o dotaci zaregistrovali pod číslem "
        f"{application.number}. O výsledku administrativní kontroly Vás budeme informovat."
    )
    blocks = [GREETING, paragraph(text), *_case_blocks(case), *_file_blocks(case), CONTACT]
    title = f"Potvrzení o registraci žádosti {application.number} {application.applicant_name}"
    request = _paper(work, case, "registration_receipt", title, blocks, signer)
    return _with_delivery(request, application)


def refusal(work: Work, case: Case, signer: Signer, reasons: tuple[str, ...]) -> DocumentRequest:
    """Compose the record of refused registration, delivered to the applicant (R18, A3)."""
    application = case.application
    closes_at = application.call.closes_at
    blocks = [
        GREETING,
        paragraph("Vaši žádost o dotaci jsme nezaregistrovali z těchto důvodů:"),
        *(paragraph(f"– {reason}") for reason in reasons),
        *_case_blocks(case),
        CONTACT,
    ]
    if closes_at is not None and work.now < closes_at:
        until = f"Žádost můžete opravit a podat znovu do {moment_words(closes_at)}."
        blocks.insert(2 + len(reasons), paragraph(until))
    title = f"Odmítnutí registrace – {_name_of(application)}"
    request = _paper(work, case, "refusal", title, blocks, signer)
    return _with_delivery(request, application)


def received_list(
    work: Work, call: CallView, rows: tuple[ReceivedRow, ...], signer: Signer
) -> DocumentRequest:
    """Compose the list of received applications with exactly five columns (R23)."""
    blocks = [
        paragraph(f"Seznam žádostí přijatých ve výzvě „{call.title}“."),
        table(LIST_COLUMNS, [list(cells(row)) for row in rows]),
    ]
    return DocumentRequest(
        kind="received_list",
        layout=layout_of("received_list"),
        title=f"Seznam přijatých žádostí – {call.title}",
        content=Content(
            [("Výzva", call.title), ("Příjem ukončen", moment_words(call.closes_at))], blocks
        ),
        signers=[signer],
        call_id=call.id,
        facts=to_json({"call_id": call.id, "rows": list(rows)}),
    )


def _paper(
    work: Work, case: Case, kind: str, title: str, blocks: list[dict[str, object]], signer: Signer
) -> DocumentRequest:
    application = case.application
    reference = [("Výzva", application.call.title), ("Datum", moment_words(work.now))]
    if application.number:
        reference.insert(0, ("Číslo žádosti", application.number))
    return DocumentRequest(
        kind=kind,
        layout=layout_of(kind),
        title=title,
        content=Content(reference, blocks),
        signers=[signer],
        case_id=application.id,
        call_id=application.call_id,
        facts=_facts(case),
    )


def _with_delivery(request: DocumentRequest, application: Application) -> DocumentRequest:
    applicant = application.applicant
    recipient = Recipient(applicant.name, applicant.address, applicant.data_box_id, applicant.ic)
    delivery = DeliveryRequest(recipient=recipient, subject=request.title[:LONGEST_SUBJECT])
    return replace(request, delivery=delivery)


def _case_blocks(case: Case) -> list[dict[str, object]]:
    application, submission = case.application, case.submission
    rows = [
        ("Žadatel", application.applicant_name),
        ("IČO", application.applicant.ic or "–"),
        ("Název projektu", application.title),
        ("Místo realizace (NUTS5)", application.place),
        ("Fiche", f"{application.fiche.name} ({application.fiche_code})"),
        ("Požadovaná částka dotace", application.requested.formatted("cs")),
        ("Podáno", f"{moment_words(submission.received_at)}, {CHANNELS[submission.channel]}"),
    ]
    return [fact_rows(*rows)]


def _before_blocks(case: Case) -> list[dict[str, object]]:
    """Say what was found before the applicant signed (R12), and how he signed (R13)."""
    rows: list[tuple[str, str]] = []
    note, signed = case.preliminary, case.signature
    if note is not None:
        who = f"{note.checked_by}, {moment_words(note.checked_at)}"
        rows += [("Předběžně zkontroloval(a)", who), ("Předběžná kontrola zjistila", note.findings)]
    if signed is not None:
        names = {file.id: file.name for file in case.files}
        rows.append(("Podpis žadatele", SIGNATURES[signed.manner]))
        rows.append(("Podepsaný soubor", names.get(signed.file_id, signed.file_sha256)))
        if signed.found is not None:
            rows.append(("Podpisů v souboru", f"{signed.found}; platnost se posuzuje později"))
    return [fact_rows(*rows)] if rows else []


def _file_blocks(case: Case) -> list[dict[str, object]]:
    rows = [[row.name, f"{row.size:,}".replace(",", "\u00a0"), row.sha256] for row in case.files]
    columns = [("Soubor", "left"), ("Bajtů", "right"), ("SHA-256", "left")]
    return [heading("Přijaté soubory"), table(columns, rows)] if rows else []


def _facts(case: Case) -> dict[str, object]:
    application = case.application
    facts = {
        "application_id": application.id,
        "number": application.number,
        "call_id": application.call_id,
        "fiche": application.fiche_code,
        "requested": application.requested,
        "received_at": case.submission.received_at,
        "submission": case.submission.number,
        "files": [{"code": f.code, "sha256": f.sha256, "size": f.size} for f in case.files],
        "answers": case.sheet.answers if case.sheet else [],
        "signed": case.signature
        and {"manner": case.signature.manner, "sha256": case.signature.file_sha256},
    }
    written: dict[str, object] = to_json(facts)
    return written


def _name_of(application: Application) -> str:
    """Tell by number and applicant; before it has a number, by applicant and project."""
    if application.number:
        return f"{application.number} {application.applicant_name}"
    return f"{application.applicant_name}: {application.title}"


def day_words(day: date) -> str:
    """Return the day as it stands on papers: ``3. dubna 2026``."""
    return date_words(day, str)


def moment_words(at: datetime) -> str:
    """Return the Prague day and time as they stand on papers: ``3. dubna 2026 v 9:12``."""
    local = at.astimezone(PRAGUE)
    return f"{day_words(local.date())} v {local.hour}:{local:%M}"
