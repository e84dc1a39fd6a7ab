"""What goes out."""

from marshmallow import Schema, fields

from shared.openapi import Day, Instant, MoneyJson


class SignerOut(Schema):
    """A signature asked for, and when it was given."""

    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    function = fields.String(required=True)
    role = fields.String(required=True)
    signed_at = Instant(required=True, allow_none=True)


class ProofOut(Schema):
    """A proof of a delivery; its file is fetched by its id."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True)
    sha256 = fields.String(required=True)
    file_name = fields.String(required=True)
    obtained_at = Instant(required=True)


class MatchOut(Schema):
    """A message under our reference, as the list of sent messages showed it."""

    message_id = fields.String(required=True)
    data_box_id = fields.String(required=True, metadata={"description": "Where it went."})
    state = fields.Integer(required=True, metadata={"description": "Of the message, as in ISDS."})
    put_in_at = Instant(required=True, allow_none=True)
    seen_at = Instant(required=True, metadata={"description": "When the list was asked for."})
    carries_our_file = fields.Boolean(
        required=True,
        allow_none=True,
        metadata={"description": "By its sealed copy; null while that could not be had."},
    )


class DeliveryOut(Schema):
    """Where a delivery stands."""

    id = fields.UUID(required=True)
    document_id = fields.UUID(required=True)
    recipient_name = fields.String(required=True)
    data_box_id = fields.String(required=True, allow_none=True)
    channel = fields.String(required=True)
    own_hands = fields.Boolean(required=True)
    state = fields.String(required=True)
    reason = fields.String(required=True, allow_none=True)
    file_fault = fields.String(required=True, allow_none=True)
    hold = fields.String(required=True, allow_none=True)
    price = MoneyJson(required=True, allow_none=True)
    dispatch_by = Day(required=True, allow_none=True)
    message_id = fields.String(required=True, allow_none=True)
    last_look_at = Instant(
        required=True,
        allow_none=True,
        metadata={"description": "When the list of sent messages was read without finding it."},
    )
    matches = fields.List(
        fields.Nested(MatchOut),
        required=True,
        metadata={"description": "Messages under our reference; a person chooses by ``look``."},
    )
    tracking_number = fields.String(required=True, allow_none=True)
    received_by = fields.String(required=True, allow_none=True)
    dispatched_at = Instant(required=True, allow_none=True)
    delivered_on = Day(required=True, allow_none=True)
    delivery_basis = fields.String(required=True, allow_none=True)
    receipt_id = fields.UUID(required=True, allow_none=True)
    proofs = fields.List(fields.Nested(ProofOut), required=True)
    version = fields.Integer(required=True)


class TranslationOut(Schema):
    """A document in another language; only the document itself is authoritative."""

    language = fields.String(required=True)
    title = fields.String(required=True)
    sha256 = fields.String(required=True)
    pages = fields.Integer(required=True)
    created_at = Instant(required=True)


class CountersignedOut(Schema):
    """A copy of an agreement that another party signed; its file is fetched by its id."""

    id = fields.UUID(required=True)
    ordinal = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    file_name = fields.String(required=True)
    media_type = fields.String(required=True)
    signed_by = fields.String(required=True)
    received_on = Day(required=True)
    kept_at = Instant(required=True)
    kept_by = fields.String(required=True)
    verdict = fields.String(
        required=True,
        metadata={"description": "When it came; empty where there is no signature and no doubt."},
    )
    report = fields.Dict(
        required=True,
        metadata={"description": "What the verifier said then, as in verifications; in Czech."},
    )


class LinkOut(Schema):
    """Another document that this one has to do with."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    state = fields.String(required=True)


class DocumentOut(Schema):
    """A document as others see it."""

    id = fields.UUID(required=True)
    number = fields.String(required=True)
    kind = fields.String(required=True)
    layout = fields.String(required=True)
    language = fields.String(required=True)
    title = fields.String(required=True)
    state = fields.String(required=True)
    sha256 = fields.String(required=True)
    pages = fields.Integer(required=True)
    signers = fields.List(fields.Nested(SignerOut), required=True, attribute="signatures")
    case_id = fields.UUID(required=True, allow_none=True)
    call_id = fields.UUID(required=True, allow_none=True)
    created_at = Instant(required=True)
    signed_at = Instant(required=True, allow_none=True)
    issued_at = Instant(required=True, allow_none=True)
    cancelled_at = Instant(required=True, allow_none=True)
    level = fields.String(required=True)
    trouble = fields.String(required=True, allow_none=True)
    trouble_since = Instant(required=True, allow_none=True)
    approved_at = Instant(required=True, allow_none=True)
    template = fields.Integer(required=True)
    template_sha256 = fields.String(required=True)
    facts_sha256 = fields.String(required=True)
    corrects = fields.Nested(LinkOut, required=True, allow_none=True)
    corrections = fields.List(fields.Nested(LinkOut), required=True)
    translations = fields.List(fields.Nested(TranslationOut), required=True)
    delivery = fields.Nested(DeliveryOut, required=True, allow_none=True)
    version = fields.Integer(required=True)


class DocumentPageOut(Schema):
    """One page of a list of documents."""

    items = fields.List(fields.Nested(DocumentOut), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)


class DeliveryPageOut(Schema):
    """One page of a list of deliveries."""

    items = fields.List(fields.Nested(DeliveryOut), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)


class ItemOutcomeOut(Schema):
    """What the post told of an item."""

    outcome = fields.String(required=True)
    day = Day(required=True)


class PostedItemOut(Schema):
    """An item as it was posted."""

    delivery_id = fields.UUID(required=True)
    number = fields.String(required=True, metadata={"description": "Of its letter."})
    posted_on = Day(required=True)
    tracking_number = fields.String(required=True)
    with_advice = fields.Boolean(required=True)
    own_hands = fields.Boolean(required=True)
    recipient_name = fields.String(required=True)
    address = fields.List(fields.String(), required=True)
    outcomes = fields.List(fields.Nested(ItemOutcomeOut), required=True)


class PostedItemPageOut(Schema):
    """One page of what was posted on a day."""

    items = fields.List(fields.Nested(PostedItemOut), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)


class SigningKeyOut(Schema):
    """What a person may know of the own key."""

    name = fields.String(required=True)
    created_at = Instant(required=True)


class LetterheadOut(Schema):
    """How the organisation presents itself."""

    name = fields.String(required=True)
    code = fields.String(required=True)
    lines = fields.List(fields.String(), required=True)
    accent = fields.String(required=True)


class TimeStampOut(Schema):
    """A time stamp over a digest."""

    token = fields.String(required=True)
    roots = fields.String(required=True)
