"""Asking services outside: only named hosts, in limited time, for a limited answer.

Addresses of revocation services stand in certificates, so whoever makes a certificate chooses
them; without a list of hosts a file could make the server call anybody.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

CHUNK = 8 * 1024


class OutsideFailed(Exception):
    """The service did not answer as it should; the text says why."""


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
    """One list of hosts, and connections to them that follow no redirection."""

    def __init__(
        self, hosts: Iterable[str], limits: Limits | None = None, trusted: Path | None = None
    ) -> None:
        """Allow *hosts*, each as ``name`` or ``name:port``, and nobody else.

        Args:
            trusted: PEM file of certificates by which servers are known; empty means the usual.
        """
        self._hosts = frozenset(host.lower() for host in hosts)
        self._limits = limits or Limits()
        self._session = requests.Session()
        # Neither proxies nor ~/.netrc of the machine may touch what is asked here.
        self._session.trust_env = False
        if trusted is not None:
            self._session.verify = str(trusted)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=0))

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
            return reply.status_code, _kind(reply), self._read(reply, until)

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
    ) -> Iterator[tuple[requests.Response, float]]:
        if not self.allows(url):
            raise NotOnTheList(f"{urlsplit(url).netloc} is not on the list of allowed hosts.")
        until = time.monotonic() + self._limits.whole
        try:
            with self._session.request(
                method,
                url,
                data=body,
                headers={"Accept-Encoding": "identity", **headers},
                auth=login,
                timeout=(self._limits.connect, self._limits.whole),
                allow_redirects=False,
                stream=True,
            ) as reply:
                yield reply, until
        except (requests.RequestException, HTTPError) as error:
            raise OutsideFailed(f"No answer ({type(error).__name__}).") from error

    def _read(self, reply: requests.Response, until: float) -> bytes:
        answer = bytearray()
        # What has come is taken at once; a full chunk could be waited for for ever.
        while chunk := reply.raw.read1(CHUNK):
            answer += chunk
            if len(answer) > self._limits.size:
                raise OutsideFailed("The answer is too long.")
            if time.monotonic() > until:
                raise OutsideFailed("The answer is too slow.")
        return bytes(answer)


def _check_head(reply: requests.Response, wanted: str) -> None:
    if reply.status_code != requests.codes.ok:
        raise OutsideFailed(f"The answer has the status {reply.status_code}.")
    if wanted and _kind(reply) != wanted:
        raise OutsideFailed("The answer is of another kind.")


def _kind(reply: requests.Response) -> str:
    """Return the media type of an answer, without its parameters."""
    return reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
