"""A client of the API of the Cloud Signature Consortium, versions 1 and 2.

Source:
    CSC API 1.0.4.0: 11.1 (info), 11.4 (credentials/list), 11.5 (credentials/info), 11.6
    (credentials/authorize), 11.9 (signatures/signHash); 2.0 renames ``hash`` to ``hashes``,
    ``hashAlgo`` to ``hashAlgorithmOID`` and puts PIN and OTP into ``authData``.
"""

import json
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

from services.documents.domain.ways import (
    RemoteAway,
    RemoteNotUnderstood,
    RemoteRefused,
    RemoteSecretWrong,
)
from services.documents.signing.mechanisms import DIGESTS
from services.documents.signing.outside import Outside, OutsideFailed

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
FUNCTIONS = {DIGESTS[name].function().digest_size: DIGESTS[name].identifier for name in DIGESTS}
"""Identifiers of hash functions by the length of their hashes, in octets."""
WRONG_SECRET = frozenset({"invalid_pin", "invalid_otp", "invalid_auth_data"})
OK, BAD_REQUEST, UNAUTHORISED = 200, 400, 401
EARLIER = 30.0
"""Seconds by which a token is given up before the service says that it ends."""
MOST_CERTIFICATES = 10


@dataclass(frozen=True)
class Login:
    """How the installation shows itself to the service."""

    token: str = field(default="", repr=False)
    """A bearer token that the operator was given; else the three below."""
    client: str = ""
    secret: str = field(default="", repr=False)
    token_url: str = ""
    """Where the client credentials are exchanged for a token (RFC 6749, 4.4)."""


@dataclass(frozen=True)
class Credential:
    """A key that the service holds."""

    identifier: str
    certificates: tuple[bytes, ...]
    """X.509, DER: the owner's first, then those above."""
    algorithms: tuple[str, ...]
    """Dotted identifiers of what the key can do."""
    mode: str
    """How it is opened: ``implicit``, ``explicit`` (PIN, OTP), or in a browser (``oauth2...``)."""
    wants_pin: bool
    wants_code: bool
    """Whether a one-time code is needed."""


@dataclass(frozen=True)
class Secrets:
    """What the owner typed for one act."""

    pin: str = field(default="", repr=False)
    code: str = field(default="", repr=False)
    """One-time code (OTP)."""


class CscService:
    """One service, at the address that the settings name; nobody else is ever asked."""

    def __init__(
        self,
        name: str,
        url: str,
        version: Literal["v1", "v2"],
        login: Login,
        outside: Outside,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Remember the service; *url* ends with the version's part, such as ``/csc/v1``."""
        self.name, self._url, self.version = name, url.rstrip("/"), version
        self._login, self._outside, self._monotonic = login, outside, monotonic
        self._token, self._token_until = login.token, float("inf") if login.token else 0.0
        self._lock = threading.Lock()

    def methods(self) -> list[str]:
        """Return the methods that the service says it has (``info``).

        Raises:
            RemoteAway, RemoteRefused, RemoteNotUnderstood: no such answer.
        """
        return self._texts(self._call("info", {}, is_open=True), "methods")

    def credentials(self, user: str = "") -> list[str]:
        """Return the identifiers of keys, of the login's own or of a user's.

        Raises:
            RemoteAway, RemoteRefused, RemoteNotUnderstood: no such answer.
        """
        asked = {"userID": user} if user else {}
        return self._texts(self._call("credentials/list", asked), "credentialIDs")

    def credential(self, identifier: str) -> Credential:
        """Return what is to be known of a key.

        Raises:
            RemoteAway, RemoteRefused, RemoteNotUnderstood: no such answer.
        """
        asked = {"credentialID": identifier, "certificates": "chain", "authInfo": True}
        told = self._call("credentials/info", asked)
        key, certificate = self._part(told, "key"), self._part(told, "cert")
        if key.get("status") != "enabled" or certificate.get("status", "valid") != "valid":
            raise RemoteRefused(provider=self.name, code="credential_disabled")
        mode, wants_pin, wants_code = self._opening(told)
        return Credential(
            identifier,
            tuple(map(self._octets, self._texts(certificate, "certificates")[:MOST_CERTIFICATES])),
            tuple(self._texts(key, "algo")),
            mode,
            wants_pin,
            wants_code,
        )

    def authorize(self, credential: Credential, digest: bytes, secrets: Secrets) -> str:
        """Have a key opened for exactly one hash; return the activation data (SAD).

        Raises:
            RemoteSecretWrong: the PIN or the code.
            RemoteAway, RemoteRefused, RemoteNotUnderstood: no such answer.
        """
        asked: dict[str, Any] = {"credentialID": credential.identifier, "numSignatures": 1}
        hashes, given = [b64encode(digest).decode()], self._given(credential, secrets)
        if self.version == "v1":
            asked |= {"hash": hashes, **given}
        else:
            data = [{"id": name, "value": value} for name, value in given.items()]
            asked |= {"hashes": hashes, "hashAlgorithmOID": FUNCTIONS[len(digest)]}
            asked |= {"authData": data} if data else {}
        return self._text(self._call("credentials/authorize", asked), "SAD")

    def sign_hash(self, credential: Credential, sad: str, digest: bytes, algorithm: str) -> bytes:
        """Return the raw signature of a hash.

        Args:
            algorithm: Dotted identifier, one of the key's own.

        Raises:
            RemoteAway, RemoteRefused, RemoteNotUnderstood: no such answer.
        """
        asked: dict[str, Any] = {
            "credentialID": credential.identifier,
            "SAD": sad,
            "signAlgo": algorithm,
        }
        hashes = [b64encode(digest).decode()]
        if self.version == "v1":
            asked |= {"hash": hashes, "hashAlgo": FUNCTIONS[len(digest)]}
        else:
            asked |= {"hashes": hashes, "hashAlgorithmOID": FUNCTIONS[len(digest)]}
        found = self._texts(self._call("signatures/signHash", asked), "signatures")
        if len(found) != 1:
            raise RemoteNotUnderstood(provider=self.name)
        return self._octets(found[0])

    def _opening(self, told: Mapping[str, Any]) -> tuple[str, bool, bool]:
        """Return how a key is opened, and whether with PIN and with code."""
        if self.version == "v1":
            wants = [self._is_wanted(told.get(name)) for name in ("PIN", "OTP")]
            return self._text(told, "authMode"), wants[0], wants[1]
        auth = self._part(told, "auth")
        objects = auth.get("objects")
        listed = [one for one in objects if isinstance(one, dict)] if objects else []
        names = {str(one.get("id", "")).upper() for one in listed}
        return self._text(auth, "mode"), "PIN" in names, "OTP" in names

    @staticmethod
    def _is_wanted(part: object) -> bool:
        return isinstance(part, dict) and part.get("presence") in ("true", True)

    @staticmethod
    def _given(credential: Credential, secrets: Secrets) -> dict[str, str]:
        given = {}
        if credential.wants_pin:
            given["PIN"] = secrets.pin
        if credential.wants_code:
            given["OTP"] = secrets.code
        return given

    def _call(
        self, method: str, asked: Mapping[str, Any], *, is_open: bool = False
    ) -> Mapping[str, Any]:
        status, told = self._asked(method, asked, is_open=is_open)
        if status == UNAUTHORISED and not self._login.token:
            # The service ended the token early. It did nothing of what was asked, so nothing is
            # done twice: neither a code is used up nor a hash signed.
            self._forget_token()
            status, told = self._asked(method, asked, is_open=is_open)
        if status == OK:
            return told
        if status == UNAUTHORISED:
            raise RemoteRefused(provider=self.name, code="unauthorized")
        if status != BAD_REQUEST:
            raise RemoteAway(provider=self.name)
        code = str(told.get("error", ""))[:40]
        if code in WRONG_SECRET:
            raise RemoteSecretWrong(provider=self.name)
        raise RemoteRefused(provider=self.name, code=code)

    def _asked(
        self, method: str, asked: Mapping[str, Any], *, is_open: bool
    ) -> tuple[int, Mapping[str, Any]]:
        headers = {} if is_open else {"Authorization": f"Bearer {self._bearer()}"}
        body = json.dumps(asked).encode()
        return self._exchanged(f"{self._url}/{method}", body, JSON, headers)

    def _exchanged(
        self, url: str, body: bytes, kind: str, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, Any]]:
        """Send a question; whatever is no answer of JSON with a known status is no answer."""
        sent = {"Content-Type": kind, "Accept": JSON, **headers}
        try:
            status, answered, content = self._outside.exchange(url, body, sent)
        except OutsideFailed as error:
            raise RemoteAway(provider=self.name) from error
        if status not in (OK, BAD_REQUEST):
            return status, {}
        try:
            told = json.loads(content) if answered == JSON else None
        except ValueError as error:
            raise RemoteNotUnderstood(provider=self.name) from error
        if not isinstance(told, dict):
            raise RemoteNotUnderstood(provider=self.name)
        return status, told

    def _bearer(self) -> str:
        with self._lock:
            if self._token and self._monotonic() < self._token_until:
                return self._token
            form = {
                "grant_type": "client_credentials",
                "client_id": self._login.client,
                "client_secret": self._login.secret,
                "scope": "service",
            }
            body = urlencode(form).encode()
            status, told = self._exchanged(self._login.token_url, body, FORM, {})
            if status != OK:
                raise RemoteRefused(provider=self.name, code="unauthorized")
            lasts = told.get("expires_in", 3600)
            lasts = lasts if isinstance(lasts, int) else 0
            self._token = self._text(told, "access_token")
            self._token_until = self._monotonic() + lasts - EARLIER
            return self._token

    def _forget_token(self) -> None:
        """Ask for another token next time."""
        with self._lock:
            self._token = ""

    def _part(self, told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        found = told.get(name)
        if not isinstance(found, dict):
            raise RemoteNotUnderstood(provider=self.name)
        return found

    def _text(self, told: Mapping[str, Any], name: str) -> str:
        found = told.get(name)
        if not isinstance(found, str) or not found:
            raise RemoteNotUnderstood(provider=self.name)
        return found

    def _texts(self, told: Mapping[str, Any], name: str) -> list[str]:
        found = told.get(name)
        if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
            raise RemoteNotUnderstood(provider=self.name)
        return found

    def _octets(self, text: str) -> bytes:
        try:
            return b64decode(text, validate=True)
        except ValueError as error:
            raise RemoteNotUnderstood(provider=self.name) from error


def wanted_algorithm(offered: Sequence[str], preferred: Sequence[str]) -> str | None:
    """Return the first of *preferred* that a key offers."""
    return next((one for one in preferred if one in offered), None)
