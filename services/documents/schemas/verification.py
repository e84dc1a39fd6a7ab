"""The verdict about a file, as it goes out."""

from marshmallow import Schema, fields

from shared.openapi import Instant


class CertificateOut(Schema):
    """A certificate of a chain."""

    subject = fields.String(required=True)
    issuer = fields.String(required=True)
    serial = fields.String(required=True)
    valid_from = fields.String(required=True)
    valid_to = fields.String(required=True)
    sha256 = fields.String(required=True)


class SignatureReportOut(Schema):
    """What one signature, seal or document time stamp says."""

    field = fields.String(required=True)
    is_time_stamp = fields.Boolean(required=True)
    signer = fields.String(required=True)
    claimed_at = fields.String(required=True, allow_none=True)
    stamped_at = fields.String(required=True, allow_none=True)
    stamped_by = fields.String(required=True)
    level = fields.String(required=True, allow_none=True)
    qualified = fields.String(required=True)
    trust_list = fields.String(required=True)
    is_list_stale = fields.Boolean(required=True)
    covers_whole_file = fields.Boolean(required=True)
    signed_bytes = fields.Integer(required=True)
    signed_sha256 = fields.String(required=True)
    certification = fields.Integer(required=True, allow_none=True)
    locks = fields.String(required=True)
    verdict = fields.String(required=True)
    sub_indication = fields.String(required=True, allow_none=True)
    chain = fields.List(fields.Nested(CertificateOut), required=True)


class FindingOut(Schema):
    """One thing that was noticed."""

    code = fields.String(required=True)
    weight = fields.String(required=True)
    sub_indication = fields.String(required=True)
    field = fields.String(required=True)
    text = fields.String(required=True)


class DifferenceOut(Schema):
    """A page that looks otherwise now than when it was signed."""

    page = fields.Integer(required=True)
    signed_bytes = fields.Integer(required=True)
    is_content = fields.Boolean(required=True)


class NamedOut(Schema):
    """An issued document by name."""

    record_id = fields.UUID(required=True)
    number = fields.String(required=True)
    issued_at = Instant(required=True, allow_none=True)


class IdentityOut(NamedOut):
    """The document of this installation that the file is, or begins with."""

    kind = fields.String(required=True)
    is_translation = fields.Boolean(required=True)
    corrected_by = fields.Nested(NamedOut, required=True, allow_none=True)


class VerificationOut(Schema):
    """The verdict by ETSI EN 319 102-1 with its reasons."""

    verdict = fields.String(required=True)
    sub_indication = fields.String(required=True, allow_none=True)
    integrity = fields.String(required=True)
    profile = fields.String(required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    revisions = fields.Integer(required=True)
    text = fields.String(required=True)
    signatures = fields.List(fields.Nested(SignatureReportOut), required=True)
    findings = fields.List(fields.Nested(FindingOut), required=True)
    differences = fields.List(fields.Nested(DifferenceOut), required=True)
    document = fields.Nested(IdentityOut, required=True, allow_none=True)
