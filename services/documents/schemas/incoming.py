"""What comes in; an unknown field is an error everywhere."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import fields, validate

from services.documents.domain.channels import AUTO, IN_PERSON, POST
from services.documents.domain.content import LANGUAGES, LAYOUTS
from services.documents.domain.content_json import content_of
from services.documents.domain.deliveries import DELIVERY
from services.documents.domain.documents import DOCUMENT, MOST_SIGNERS, SignerSlot
from services.documents.domain.drawn import HEIGHT, LONGEST_TEXT, WIDTH
from services.documents.domain.secrets import LONGEST
from services.documents.rendering.port import DEFAULT_ACCENT
from services.documents.schemas.content import ContentIn
from services.documents.schemas.texts import check_facts, optional_text, text
from services.documents.service.creating import DeliveryFacts, DocumentFacts, RecipientFacts
from services.documents.service.letterheads import LetterheadFacts
from shared.document_kinds import BY_CODE
from shared.openapi import Day, MoneyJson, Strict

SHA256 = validate.Regexp(r"^[0-9a-fA-F]{64}$", error="Očekává se SHA-256 v šestnáctkové soustavě.")
REFERENCES = ("case_id", "call_id", "corrects_id")
"""What a document may belong to or refer to, by its id."""
PAGE = validate.Range(1, 1_000_000)


class SignerIn(Strict):
    """A person who has to sign."""

    person_id = fields.UUID(required=True)
    name = text(120, shortest=1, required=True)
    function = text(160, required=True)


class RecipientIn(Strict):
    """Whom a document goes to."""

    name = text(200, shortest=1, required=True)
    address = fields.List(text(120), load_default=list, validate=validate.Length(max=8))
    data_box_id = optional_text(20)
    ic = optional_text(20)


class DeliveryIn(Strict):
    """How the issued document leaves."""

    recipient = fields.Nested(RecipientIn, required=True)
    subject = text(255, shortest=1, required=True)
    channel = fields.String(load_default=AUTO, validate=validate.OneOf((AUTO, POST, IN_PERSON)))
    dispatch_by = Day(load_default=None, allow_none=True)
    own_hands = fields.Boolean(load_default=False, truthy={True}, falsy={False})


class DocumentIn(Strict):
    """A document to be made."""

    kind = fields.String(required=True, validate=validate.OneOf(sorted(BY_CODE)))
    layout = fields.String(required=True, validate=validate.OneOf(LAYOUTS))
    language = fields.String(load_default="cs", validate=validate.OneOf(LANGUAGES))
    title = text(300, shortest=1, required=True)
    case_id = fields.UUID(load_default=None, allow_none=True)
    call_id = fields.UUID(load_default=None, allow_none=True)
    content = fields.Nested(ContentIn, required=True)
    facts = fields.Dict(keys=fields.String(), load_default=dict, validate=check_facts)
    signers = fields.List(
        fields.Nested(SignerIn), required=True, validate=validate.Length(max=MOST_SIGNERS)
    )
    delivery = fields.Nested(DeliveryIn, load_default=None, allow_none=True)
    corrects_id = fields.UUID(load_default=None, allow_none=True)
    in_order = fields.Boolean(load_default=False, truthy={True}, falsy={False})


def document_facts(loaded: dict[str, Any]) -> DocumentFacts:
    """Return the loaded request as values."""
    signers = tuple(SignerSlot(n, **item) for n, item in enumerate(loaded["signers"]))
    taken = ("kind", "layout", "language", "title", "case_id", "call_id", "facts")
    return DocumentFacts(
        content=content_of(loaded["content"]),
        raw_content=loaded["content"],
        signers=signers,
        delivery=_delivery(loaded["delivery"]),
        corrects_id=loaded["corrects_id"],
        in_order=loaded["in_order"],
        **{name: loaded[name] for name in taken},
    )


def kept_facts(kept: Mapping[str, Any]) -> DocumentFacts:
    """Return a request that was checked when it came, and has been kept as JSON since."""
    delivery = kept["delivery"]
    if delivery is not None and delivery["dispatch_by"] is not None:
        delivery = {**delivery, "dispatch_by": date.fromisoformat(delivery["dispatch_by"])}
    signers = [{**item, "person_id": UUID(item["person_id"])} for item in kept["signers"]]
    ids = {name: UUID(kept[name]) if kept[name] else None for name in REFERENCES}
    return document_facts({**kept, **ids, "signers": signers, "delivery": delivery})


def _delivery(loaded: dict[str, Any] | None) -> DeliveryFacts | None:
    if loaded is None:
        return None
    recipient = loaded["recipient"]
    return DeliveryFacts(
        recipient=RecipientFacts(
            name=recipient["name"],
            address=tuple(recipient["address"]),
            data_box_id=recipient["data_box_id"] or None,
            ic=recipient["ic"] or None,
        ),
        subject=loaded["subject"],
        channel=loaded["channel"],
        dispatch_by=loaded["dispatch_by"],
        own_hands=loaded.get("own_hands", False),
    )


class SignatureIn(Strict):
    """A person's signature over the bytes that the person saw."""

    signing_secret = fields.String(required=True, validate=validate.Length(1, LONGEST))
    expected_sha256 = fields.String(required=True, validate=SHA256)
    expected_most = MoneyJson(load_default=None, allow_none=True)


class ApprovalIn(Strict):
    """The director's approval of the bytes that the director saw."""

    expected_sha256 = fields.String(required=True, validate=SHA256)


class TranslationIn(Strict):
    """The document in another language, with the same blocks."""

    title = text(300, shortest=1, required=True)
    content = fields.Nested(ContentIn, required=True)


class SigningKeyIn(Strict):
    """The secret of a new signing key."""

    signing_secret = fields.String(required=True, validate=validate.Length(1, 1000))


class SignedFileIn(Strict):
    """The file that was signed elsewhere."""

    signed = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class CancellationIn(Strict):
    """Why a document is cancelled."""

    reason = text(1000, shortest=1, required=True)


class PostingIn(Strict):
    """Proof that the office posted the document."""

    posted_on = Day(required=True)
    tracking_number = text(40, shortest=1, required=True)


class PostingSheetIn(Strict):
    """The day whose postings the sheet lists."""

    posted_on = Day(required=True)


class PostedItemQuery(Strict):
    """Whose day's items to list."""

    posted_on = Day(required=True)
    page = fields.Integer(load_default=1, validate=PAGE)
    page_size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class HandOverIn(Strict):
    """Proof that the document was handed over."""

    handed_over_on = Day(required=True)
    received_by = text(200, shortest=1, required=True)


class CountersignedIn(Strict):
    """Who signed for the other party, and when it came."""

    signed_by = text(200, shortest=1, required=True)
    received_on = Day(required=True)


class CopyIn(Strict):
    """The file that the other party sent back."""

    copy = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class TabletHandOverIn(Strict):
    """What the recipient drew, or typed instead, for the file that was shown."""

    shown = fields.String(required=True, validate=SHA256)
    received_by = text(200, shortest=1, required=True)
    drawing = text(
        LONGEST_TEXT,
        load_default="",
        metadata={
            "description": f"JSON: lines of points [x, y] in a field of {WIDTH} by {HEIGHT}."
        },
    )
    typed = text(200)
    version = fields.Integer(required=True, validate=validate.Range(1, 2**31 - 1))


class AdviceIn(Strict):
    """What the advice of receipt says."""

    received_on = Day(required=True)


class ReturnIn(Strict):
    """When the post brought the item back."""

    returned_on = Day(required=True)


class ScanIn(Strict):
    """The scan that proves the act."""

    scan = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class NothingElse(Strict):
    """The form fields beside a file: none."""


class ExpectedIn(Strict):
    """Which document the file must be."""

    record_id = fields.UUID(
        load_default=None,
        metadata={"description": "Record id of the QR code; another document fails."},
    )


class VerificationIn(Strict):
    """The file that is to be verified."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class SlipIn(Strict):
    """The scan of the posting slip; a setting says whether it may be missing."""

    slip = fields.Raw(load_default=None, metadata={"type": "string", "format": "binary"})


class LetterheadIn(Strict):
    """How the organisation presents itself."""

    name = text(200, shortest=1, required=True)
    code = fields.String(required=True, validate=validate.Length(2, 16))
    lines = fields.List(text(160), load_default=list, validate=validate.Length(max=4))
    accent = fields.String(
        load_default=DEFAULT_ACCENT, validate=validate.Regexp(r"^#[0-9a-fA-F]{6}$")
    )


def letterhead_facts(loaded: dict[str, Any]) -> LetterheadFacts:
    """Return the loaded letterhead as values."""
    return LetterheadFacts(**{**loaded, "lines": tuple(loaded["lines"])})


class DocumentQuery(Strict):
    """Which documents to list."""

    case_id = fields.UUID()
    call_id = fields.UUID()
    state = fields.String(validate=validate.OneOf(DOCUMENT.states))
    waiting_for = fields.UUID()
    page = fields.Integer(load_default=1, validate=PAGE)
    page_size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class EvidenceRecordQuery(Strict):
    """Of which revision."""

    sha256 = fields.String(validate=validate.Regexp(r"[0-9a-f]{64}\Z"))


class DeliveryQuery(Strict):
    """Which deliveries to list."""

    state = fields.String(validate=validate.OneOf(DELIVERY.states))
    page = fields.Integer(load_default=1, validate=PAGE)
    page_size = fields.Integer(load_default=50, validate=validate.Range(1, 200))


class DigestIn(Strict):
    """What is to be stamped."""

    sha256 = fields.String(required=True, validate=SHA256)
