"""A remote signing service for tests: strict about its API, faulty as it is told.

Written from the specification of the Cloud Signature Consortium without the client's code: it
knows versions 1 and 2, refuses what it does not know, and opens a key once, for one hash.
"""

import hashlib
import json
import time
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from werkzeug.wrappers import Request, Response

from .authorities import Owner, new_key

SHA256_OID = "2.16.840.1.101.3.4.2.1"
RSA_SHA256, ECDSA_SHA256 = "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"
PIN, CODE = "4711", "123456"
CLIENT, CLIENT_SECRET = "vyzva", "tajemství klienta"
FIELDS = {
    ("v1", "info"): ({}, {"lang"}),
    ("v2", "info"): ({}, {"lang"}),
    ("v1", "credentials/list"): ({}, {"userID", "maxResults", "pageToken"}),
    ("v2", "credentials/list"): ({}, {"userID", "onlyValid"}),
    ("v1", "credentials/info"): (
        {"credentialID": str},
        {"certificates", "certInfo", "authInfo", "lang"},
    ),
    ("v2", "credentials/info"): (
        {"credentialID": str},
        {"certificates", "certInfo", "authInfo", "lang"},
    ),
    ("v1", "credentials/authorize"): (
        {"credentialID": str, "numSignatures": int, "hash": list},
        {"PIN", "OTP", "description"},
    ),
    ("v2", "credentials/authorize"): (
        {"credentialID": str, "numSignatures": int, "hashes": list, "hashAlgorithmOID": str},
        {"authData", "description"},
    ),
    ("v1", "signatures/signHash"): (
        {"credentialID": str, "SAD": str, "hash": list, "signAlgo": str},
        {"hashAlgo"},
    ),
    ("v2", "signatures/signHash"): (
        {"credentialID": str, "SAD": str, "hashes": list, "signAlgo": str},
        {"hashAlgorithmOID"},
    ),
}
"""Required and optional inputs by version and method."""


class Refused(Exception):
    """The service says no."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error, self.status = error, status


@dataclass
class Provider:
    """The service with one key."""

    owner: Owner
    other: Owner
    """Whose certificate it shows or uses when it is told to."""
    identifier: str = "klíč-1"
    pin: str = PIN
    code: str = CODE
    mode: str = "explicit"
    has_code: bool = True
    token: str = "nosic"
    fault: str = ""
    ends_before: str = ""
    """Method before which the token ends, once."""
    asked: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)
    sads: dict[str, tuple[str, float]] = field(default_factory=dict)
    signatures: int = 0

    def __call__(self, environ: dict[str, object], start: object) -> object:
        request = Request(environ)
        version, _, method = request.path.removeprefix("/csc/").partition("/")
        self.asked.append(method)
        try:
            response = self._answered(request, version, method)
        except Refused as refused:
            told = {"error": refused.error, "error_description": "No."}
            response = _json(told, refused.status)
        return response(environ, start)  # type: ignore[arg-type]

    def _answered(self, request: Request, version: str, method: str) -> Response:
        early = self._spoilt(method)
        if early is not None:
            return early
        if method == "token":
            return self._exchange(request)
        if request.method != "POST" or request.mimetype != "application/json":
            raise Refused("invalid_request")
        if method == self.ends_before:
            self.token, self.ends_before = uuid4().hex, ""
        if self.fault == "no token counts":
            raise Refused("invalid_token", 401)
        if method != "info" and request.headers.get("Authorization") != f"Bearer {self.token}":
            raise Refused("invalid_token", 401)
        body = self._checked(version, method, json.loads(request.get_data()))
        self.bodies.append(body)
        told = {
            "info": self._info,
            "credentials/list": self._list,
            "credentials/info": self._credential,
            "credentials/authorize": self._authorize,
            "signatures/signHash": self._sign,
        }[method](version, body)
        if self.fault == "500 after signing" and method == "signatures/signHash":
            return Response("the gateway is tired", 502)
        return _json(told)

    def _spoilt(self, method: str) -> Response | None:
        if self.fault == "redirect":
            return Response(status=302, headers={"Location": "http://127.0.0.1:1/csc/v1/info"})
        if self.fault == "down":
            return Response(status=503)
        if self.fault == "slow" and method == "signatures/signHash":
            time.sleep(1.5)
        if self.fault == "long":
            return Response(b'{"a": "' + b"x" * 400_000 + b'"}', mimetype="application/json")
        if self.fault == "html":
            return Response("<p>Welcome", mimetype="text/html")
        if self.fault == "list":
            return Response("[1]", mimetype="application/json")
        return None

    def _exchange(self, request: Request) -> Response:
        form = {
            name: values[0] for name, values in parse_qs(request.get_data(as_text=True)).items()
        }
        if form.get("grant_type") != "client_credentials":
            raise Refused("unsupported_grant_type")
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT, CLIENT_SECRET):
            raise Refused("invalid_client", 401)
        self.token = uuid4().hex
        return _json({"access_token": self.token, "token_type": "Bearer", "expires_in": 3600})

    def _checked(self, version: str, method: str, body: object) -> dict[str, Any]:
        if (version, method) not in FIELDS or not isinstance(body, dict):
            raise Refused("invalid_request")
        required, optional = FIELDS[version, method]
        for name, kind in required.items():
            if type(body.get(name)) is not kind:
                raise Refused("invalid_request")
        if set(body) - set(required) - optional:
            raise Refused("invalid_request")
        if "credentialID" in required and body["credentialID"] != self.identifier:
            raise Refused("invalid_request")
        return body

    def _info(self, version: str, _body: dict[str, Any]) -> dict[str, Any]:
        methods = [method for known, method in FIELDS if known == version]
        return {"specs": "1.0.4.0" if version == "v1" else "2.0.0.2", "methods": methods}

    def _list(self, _version: str, _body: dict[str, Any]) -> dict[str, Any]:
        return {"credentialIDs": [self.identifier]}

    def _credential(self, version: str, _body: dict[str, Any]) -> dict[str, Any]:
        owner = self.other if self.fault == "other certificate" else self.owner
        chain = [one.der for one in (owner, *(Owner(c, owner.key) for c in owner.chain))]
        is_elliptic = isinstance(owner.key, ec.EllipticCurvePrivateKey)
        status = "disabled" if self.fault == "disabled" else "enabled"
        told: dict[str, Any] = {
            "key": {
                "status": status,
                "algo": [ECDSA_SHA256 if is_elliptic else RSA_SHA256],
                "len": owner.key.key_size,
            },
            "cert": {"status": "valid", "certificates": [b64encode(o).decode() for o in chain]},
            "multisign": 1,
            "SCAL": "2",
        }
        if version == "v1":
            told["authMode"] = self.mode
            told["PIN"] = {"presence": "true" if self.pin else "false"}
            told["OTP"] = {"presence": "true" if self.has_code else "false", "type": "offline"}
            return told
        objects = [{"type": "Password", "id": "PIN"}] if self.pin else []
        objects += [{"type": "Password", "id": "OTP"}] if self.has_code else []
        return {
            **told,
            "auth": {"mode": self.mode, "expression": "PIN AND OTP", "objects": objects},
        }

    def _authorize(self, version: str, body: dict[str, Any]) -> dict[str, Any]:
        if version == "v1":
            given, hashes = body, body["hash"]
        else:
            given = {one["id"]: one["value"] for one in body.get("authData", [])}
            hashes = body["hashes"]
        if body["numSignatures"] != 1 or len(hashes) != 1:
            raise Refused("invalid_request")
        if self.pin and given.get("PIN") != self.pin:
            raise Refused("invalid_pin")
        if self.has_code and given.get("OTP") != self.code:
            raise Refused("invalid_otp")
        self.code = "used up"
        sad = uuid4().hex
        lasts = -1 if self.fault == "expired SAD" else 300
        self.sads[sad] = (hashes[0], time.monotonic() + lasts)
        return {"SAD": sad, "expiresIn": 300}

    def _sign(self, version: str, body: dict[str, Any]) -> dict[str, Any]:
        hashes = body["hash" if version == "v1" else "hashes"]
        opened = self.sads.pop(body["SAD"], None)
        if opened is None or hashes != [opened[0]] or time.monotonic() > opened[1]:
            raise Refused("invalid_request")
        digest = b64decode(hashes[0], validate=True)
        if len(digest) != 32:
            raise Refused("invalid_request")
        self.signatures += 1
        if self.fault == "wrong signature":
            digest = hashlib.sha256(b"something else").digest()
        key = new_key() if self.fault == "other key" else self.owner.key
        if isinstance(key, ec.EllipticCurvePrivateKey):
            made = key.sign(digest, ec.ECDSA(Prehashed(SHA256())))
        else:
            made = key.sign(digest, padding.PKCS1v15(), Prehashed(SHA256()))
        return {"signatures": [b64encode(made).decode()]}


def _json(told: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(told), status, mimetype="application/json")
