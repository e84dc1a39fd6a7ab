"""The login of the data box."""

from marshmallow import Schema, fields, validate

from services.documents.domain.refused_logins import LOGIN_REFUSED
from services.documents.domain.ways import WARN_BEFORE
from services.documents.service.login_ends import CERTIFICATE, PASSWORD
from shared.openapi import Instant


class RefusedLoginOut(Schema):
    """Nobody gets in with the login; nothing is sent until it is accepted again.

    The code is the status with which ISDS refused (401, 403), or what failed in TLS: our
    certificate (``certificate-...``), the file of trusted authorities, or the server.
    """

    code = fields.String(required=True, validate=validate.OneOf(sorted(LOGIN_REFUSED)))
    refusals = fields.Integer(required=True)
    refused_at = Instant(required=True)
    next_trial_at = Instant(required=True)


class SilenceOut(Schema):
    """ISDS does not answer though it announced nothing; nothing is sent meanwhile."""

    since = Instant(required=True)
    code = fields.String(required=True)
    next_trial_at = Instant(required=True)


class OutageOut(Schema):
    """Whether ISDS answers."""

    outage = fields.Nested(SilenceOut, required=True, allow_none=True)


class LoginEndOut(Schema):
    """A part of the login that ends; ``warning`` is the reminder that applies, or 0."""

    kind = fields.String(required=True, validate=validate.OneOf([CERTIFICATE, PASSWORD]))
    ends_at = Instant(required=True)
    left = fields.Integer(required=True)
    warning = fields.Integer(required=True, validate=validate.OneOf([0, *WARN_BEFORE]))


class LoginOut(Schema):
    """Whether the worker may log in to the data box, and when the login ends."""

    refused = fields.Nested(RefusedLoginOut, required=True, allow_none=True)
    ends = fields.List(fields.Nested(LoginEndOut), required=True)
