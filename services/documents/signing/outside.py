"""Asking services outside: only named hosts, in limited time, for a limited answer.

Addresses of revocation services stand in certificates, so whoever makes a certificate chooses
them; without a list of hosts a file could make the server call anybody.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import urllib3
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.exceptions import HTTPError
from urllib3.util import make_headers

from services.documents.domain.stamp_faults import OutsideFault

CHUNK = 8 * 1024
CONNECTIONS = 8
"""Connections to one host that stay open; as many threads ask without waiting for each other."""
OK = 200


class OutsideFailed(Exception):
    """The service did not answer as it should; the fault says why, the text is for the log."""

    def __init__(self, fault: OutsideFault, text: str) -> None:
        super().__init__(text)
        self.fault = fault


class NotOnTheList(OutsideFailed):
    """The address is none of those that the settings allow."""


@dataclass(frozen=True)
class Limits:
    """What one question may cost."""

    connect: float = 5.0
    """Seconds until the connection stands."""
    whole: float = 15.0
    """Seconds until the last octet of the answer, however slowly it drips."""
    size: int = 256 * 1024
    """Octets of the longest answer."""


class Outside:
    """One list of hosts, and connections to them that follow no redirection.

    Proxies and passwords of the machine's surroundings play no part.
    """

    def __init__(
        self, hosts: Iterable[str], limits: Limits | None = None, trusted: Path | None = None
    ) -> None:
        """Allow *hosts*, each as ``name`` or ``name:port``, and nobody else.

        Args:
            trusted: PEM file of certificates by which servers are known; empty means the usual.
        """
        self._hosts = frozenset(host.lower() for host in hosts)
        self._limits = limits or Limits()
        self._pool = urllib3.PoolManager(
            maxsize=CONNECTIONS,
            cert_reqs="CERT_REQUIRED",
            ca_certs=str(trusted) if trusted is not None else DEFAULT_CA_BUNDLE_PATH,
            retries=False,
        )

    def allows(self, url: str) -> bool:
        """Tell whether the address may be asked."""
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and parts.hostname is not None
        return is_web and parts.netloc.rpartition("@")[2].lower() in self._hosts

    def post(
        self, url: str, body: bytes, kinds: tuple[str, str], login: tuple[str, str] | None = None
    ) -> bytes:
        """Send a question and return the answer.

        Args:
            kinds: Media types of the question and of the answer.

        Raises:
            OutsideFailed: not allowed, not there, too slow, too long, or of another kind.
        """
        return self._ask("POST", url, body, kinds, login)

    def get(self, url: str) -> bytes:
        """Fetch a file.

        Raises:
            OutsideFailed: see :meth:`post`.
        """
        return self._ask("GET", url, None, ("", ""), None)

    def exchange(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
        """Send a question; return status, media type and answer, whatever the status.

        Raises:
            OutsideFailed: not allowed, not there, too slow, or too long.
        """
        with self._asked("POST", url, body, headers) as (reply, until):
            return reply.status, _kind(reply), self._read(reply, until)

    def _ask(
        self,
        method: str,
        url: str,
        body: bytes | None,
        kinds: tuple[str, str],
        login: tuple[str, str] | None,
    ) -> bytes:
        sent, wanted = kinds
        headers = {"Content-Type": sent, "Accept": wanted} if sent else {}
        with self._asked(method, url, body, headers, login) as (reply, until):
            _check_head(reply, wanted)
            return self._read(reply, until)

    @contextmanager
    def _asked(
        self,
        method: str,
        url: str,
        body: bytes | None,
        headers: Mapping[str, str],
        login: tuple[str, str] | None = None,
    ) -> Iterator[tuple[urllib3.BaseHTTPResponse, float]]:
        if not self.allows(url):
            host = urlsplit(url).netloc
            text = f"{host} is not on the list of allowed hosts."
            raise NotOnTheList(OutsideFault.NOT_ON_LIST, text)
        until = time.monotonic() + self._limits.whole
        known = make_headers(basic_auth=":".join(login)) if login else {}
        try:
            reply = self._pool.request(
                method,
                url,
                body=body,
                headers={"Accept-Encoding": "identity", **headers, **known},
                timeout=urllib3.Timeout(connect=self._limits.connect, read=self._limits.whole),
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            with closing(reply):
                yield reply, until
        except HTTPError as error:
            text = f"No answer ({type(error).__name__})."
            raise OutsideFailed(OutsideFault.NO_ANSWER, text) from error

    def _read(self, reply: urllib3.BaseHTTPResponse, until: float) -> bytes:
        answer = bytearray()
        # What has come is taken at once; a full chunk could be waited for for ever.
        while chunk := reply.read1(CHUNK):
            answer += chunk
            if len(answer) > self._limits.size:
                raise OutsideFailed(OutsideFault.TOO_LONG, "The answer is too long.")
            if time.monotonic() > until:
                raise OutsideFailed(OutsideFault.TOO_SLOW, "The answer is too slow.")
        return bytes(answer)


def _check_head(reply: urllib3.BaseHTTPResponse, wanted: str) -> None:
    if reply.status != OK:
        text = f"The answer has the status {reply.status}."
        raise OutsideFailed(OutsideFault.BAD_STATUS, text)
    if wanted and _kind(reply) != wanted:
        raise OutsideFailed(OutsideFault.OTHER_KIND, "The answer is of another kind.")


def _kind(reply: urllib3.BaseHTTPResponse) -> str:
    """Return the media type of an answer, without its parameters."""
    return reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
