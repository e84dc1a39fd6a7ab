"""AWS Signature Version 4: how a request to an S3-compatible store proves who sent it.

Pure. Source: "Authenticating Requests (AWS Signature Version 4)", Amazon S3 API Reference.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

SERVICE = "s3"
ALGORITHM = "AWS4-HMAC-SHA256"
UNRESERVED = "-_.~"


@dataclass(frozen=True)
class Credentials:
    """Whose request it is, and where."""

    access_key: str
    secret_key: str
    region: str


@dataclass(frozen=True)
class Asked:
    """What is signed of a request."""

    method: str
    host: str
    """Host as it stands in the header, with the port if it is not the usual one."""
    path: str
    """Absolute path, not encoded."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Further headers to be signed."""
    payload_sha256: str


def query_string(query: Mapping[str, str]) -> str:
    """Return the query as it must be sent: sorted, everything but unreserved encoded."""
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in query.items())
    return "&".join(f"{name}={value}" for name, value in pairs)


def signed_headers(asked: Asked, credentials: Credentials, at: datetime) -> dict[str, str]:
    """Return all headers of the request, the signature among them.

    Args:
        at: Aware UTC; the server refuses a moment that is off by more than 15 minutes.
    """
    moment = at.strftime("%Y%m%dT%H%M%SZ")
    headers = {
        **asked.headers,
        "Host": asked.host,
        "x-amz-content-sha256": asked.payload_sha256,
        "x-amz-date": moment,
    }
    plain = {name.lower(): " ".join(value.split()) for name, value in headers.items()}
    names = ";".join(sorted(plain))
    scope = f"{moment[:8]}/{credentials.region}/{SERVICE}/aws4_request"
    canonical = "\n".join(
        (
            asked.method,
            quote(asked.path, safe=f"/{UNRESERVED}"),
            query_string(asked.query),
            *(f"{name}:{plain[name]}" for name in sorted(plain)),
            "",
            names,
            asked.payload_sha256,
        )
    )
    to_sign = "\n".join((ALGORITHM, moment, scope, _sha256(canonical)))
    signature = _mac(_signing_key(credentials, moment[:8]), to_sign).hex()
    headers["Authorization"] = (
        f"{ALGORITHM} Credential={credentials.access_key}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}"
    )
    return headers


def _signing_key(credentials: Credentials, day: str) -> bytes:
    key = f"AWS4{credentials.secret_key}".encode()
    for step in (day, credentials.region, SERVICE, "aws4_request"):
        key = _mac(key, step)
    return key


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _encoded(text: str) -> str:
    return quote(text, safe=UNRESERVED)
