"""Applications: submission, formal check, decision, and the application as others see it."""

from marshmallow import Schema, fields, validate

from services.registry.domain.applicants import ApplicantKind
from services.registry.domain.identity import IdentityDocument, IdentityMethod, Standing
from services.registry.domain.intake import Channel, Verdict
from services.registry.domain.signatures import Manner
from services.registry.domain.states import ApplicationState
from services.registry.schemas.calls import CODE, FICHE, VERSION
from shared.openapi import Instant, MoneyJson, Strict


class ApplicantIn(Strict):
    """Who applies."""

    name = fields.String(required=True, validate=validate.Length(min=1, max=200))
    kind = fields.Enum(ApplicantKind, by_value=True, required=True)
    municipality = fields.String(required=True, validate=validate.Length(min=1, max=100))
    municipality_code = fields.String(load_default=None, allow_none=True)
    address = fields.List(
        fields.String(validate=validate.Length(max=120)),
        load_default=list,
        validate=validate.Length(max=6),
    )
    ic = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20))
    founder_ic = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=20))
    data_box_id = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(max=20)
    )
    email = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=254))
    is_natural_person = fields.Boolean(load_default=False)


class ApplicationFactsIn(Strict):
    """What is applied for."""

    fiche = fields.String(required=True, validate=FICHE)
    title = fields.String(required=True, validate=validate.Length(min=1, max=300))
    place = fields.String(required=True, validate=validate.Length(min=1, max=100))
    place_code = fields.String(load_default=None, allow_none=True)
    requested = MoneyJson(required=True)
    applicant = fields.Nested(ApplicantIn, required=True)


class SubmissionIn(Strict):
    """How an application arrived."""

    channel = fields.Enum(Channel, by_value=True, required=True)
    submitter_name = fields.String(required=True, validate=validate.Length(min=1, max=120))
    received_at = Instant(load_default=None, allow_none=True)


class NewApplicationIn(ApplicationFactsIn):
    """An application and its first submission.

    ``record_refusal`` says that it came outside the window and its refusal is to be recorded.
    """

    call_id = fields.UUID(required=True)
    submission = fields.Nested(SubmissionIn, required=True)
    record_refusal = fields.Boolean(load_default=False)


class EditApplicationIn(ApplicationFactsIn):
    """A correction of an application."""

    version = fields.Integer(required=True, validate=VERSION)


class ResubmissionIn(SubmissionIn):
    """A repaired application."""

    version = fields.Integer(required=True, validate=VERSION)


class FileFormIn(Strict):
    """What is said about an uploaded file."""

    code = fields.String(required=True, validate=CODE)


class FileUploadIn(Strict):
    """The uploaded file."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class IdentityIn(Strict):
    """How the identity was verified; there is no place for the number of a document."""

    method = fields.Enum(IdentityMethod, by_value=True, required=True)
    document = fields.Enum(IdentityDocument, by_value=True, load_default=None, allow_none=True)
    standing = fields.Enum(Standing, by_value=True, required=True)


class IdentityOut(Schema):
    """A verified identity."""

    method = fields.String(required=True)
    document = fields.String(allow_none=True)
    standing = fields.String(required=True)
    checked_at = Instant(required=True)
    checked_by = fields.String(required=True)


class AnswerIn(Strict):
    """An answer to a line of the control sheet."""

    code = fields.String(required=True, validate=validate.Length(min=1, max=80))
    verdict = fields.Enum(Verdict, by_value=True, required=True)
    note = fields.String(load_default="", validate=validate.Length(max=1000))


class SheetIn(Strict):
    """The filled control sheet."""

    answers = fields.List(fields.Nested(AnswerIn), required=True, validate=validate.Length(max=200))


class SheetItemOut(Schema):
    """A line of the control sheet with its answer, if there is one."""

    code = fields.String(required=True)
    text = fields.String(required=True)
    attachment = fields.String(required=True)
    verdict = fields.String(allow_none=True)
    note = fields.String(required=True)


class SheetOut(Schema):
    """The control sheet of the present submission."""

    items = fields.List(fields.Nested(SheetItemOut), required=True)


class RegistrationIn(Strict):
    """The version of the application on which the decision rests."""

    version = fields.Integer(required=True, validate=validate.Range(min=1))


class RefusalIn(Strict):
    """Why registration is refused."""

    reasons = fields.List(
        fields.String(validate=validate.Length(max=1000)),
        required=True,
        validate=validate.Length(min=1, max=30),
    )
    version = fields.Integer(required=True, validate=VERSION)


class WithdrawalIn(Strict):
    """Why the applicant takes the application back."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=1000))
    version = fields.Integer(required=True, validate=VERSION)


class PreliminaryCheckIn(Strict):
    """What was found before the applicant signed."""

    findings = fields.String(required=True, validate=validate.Length(min=1, max=4000))


class PreliminaryCheckOut(Schema):
    """A note of the preliminary check."""

    findings = fields.String(required=True)
    checked_at = fields.AwareDateTime(required=True)
    checked_by = fields.String(required=True)


class ApplicantSignatureIn(Strict):
    """How the applicant signed."""

    manner = fields.Enum(Manner, by_value=True, required=True)
    file_id = fields.UUID(required=True)


class ApplicantSignatureOut(Schema):
    """How the applicant signed; ``found`` counts signatures in a PDF and vouches for none."""

    manner = fields.String(required=True)
    file_id = fields.UUID(required=True)
    file_sha256 = fields.String(required=True)
    found = fields.Integer(allow_none=True)
    recorded_at = fields.AwareDateTime(required=True)
    recorded_by = fields.String(required=True)


class FileOut(Schema):
    """A file of an application."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    media_type = fields.String(required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)


class ApplicantOut(Schema):
    """Who applies."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    kind = fields.String(required=True)
    ic = fields.String(allow_none=True)
    municipality = fields.String(required=True)
    address = fields.List(fields.String(), required=True)
    data_box_id = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    is_natural_person = fields.Boolean(required=True)
    founder_ic = fields.String(allow_none=True)


class ApplicationOut(Schema):
    """An application."""

    id = fields.UUID(required=True)
    call_id = fields.UUID(required=True)
    fiche_id = fields.UUID(required=True)
    fiche_number = fields.String(required=True)
    number = fields.String(allow_none=True)
    received_order = fields.Integer(required=True)
    state = fields.String(required=True)
    applicant = fields.Nested(ApplicantOut, required=True)
    title = fields.String(required=True)
    place = fields.String(required=True)
    requested = MoneyJson(required=True)
    registered_at = Instant(allow_none=True)
    registered_by = fields.String(allow_none=True)
    registered_by_id = fields.UUID(allow_none=True)
    files = fields.List(fields.Nested(FileOut), required=True)
    version = fields.Integer(required=True)


class DecidedOut(Schema):
    """A decided application and the documents that wait for a signature."""

    application = fields.Nested(ApplicationOut, required=True)
    document_ids = fields.List(fields.UUID(), required=True)
    are_documents_made = fields.Boolean(required=True)


class ApplicationPageOut(Schema):
    """A page of applications in the order in which they were received."""

    items = fields.List(fields.Nested(ApplicationOut), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer(required=True)
    page_size = fields.Integer(required=True)


class ApplicationQuery(Strict):
    """Filter and page of applications."""

    state = fields.String(validate=validate.OneOf([state.value for state in ApplicationState]))
    page = fields.Integer(load_default=1, validate=validate.Range(min=1, max=100_000))
    page_size = fields.Integer(load_default=100, validate=validate.Range(min=1, max=500))
