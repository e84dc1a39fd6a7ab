"""A time stamp authority over HTTP (RFC 3161, 3.4)."""

from dataclasses import dataclass
from datetime import datetime

from services.documents.signing.outside import Outside, OutsideFailed
from services.documents.signing.port import AuthorityFailed

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


@dataclass(frozen=True)
class HttpAuthority:
    """Sends a request as it is; the answer is judged by the desk."""

    name: str
    url: str
    outside: Outside
    login: tuple[str, str] | None = None

    def ask(self, request: bytes, _at: datetime) -> bytes:
        """Answer a request with a response.

        Raises:
            AuthorityFailed: no answer, or none of the right kind.
        """
        try:
            return self.outside.post(self.url, request, (QUERY, REPLY), self.login)
        except OutsideFailed as error:
            raise AuthorityFailed(error.fault, str(error)) from error
