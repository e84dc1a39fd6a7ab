"""The store in a bucket of an S3-compatible server.

Objects are named by their content and written on the condition that nobody was faster; each is
read back and compared after writing, and compared on every read. Only GET and PUT are used; both
do the same however often they are sent.
"""

import base64
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from urllib.parse import urlsplit

import requests
from lxml import etree
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from services.documents.adapters.files import (
    NAME,
    FileDamaged,
    FileMissing,
    StoreFull,
    StoreUnavailable,
    check_name,
    checked,
    sha256_of,
)
from services.documents.adapters.sigv4 import Asked, Credentials, query_string, signed_headers

log = logging.getLogger(__name__)

CONNECT_SECONDS, READ_SECONDS = 5, 30
ATTEMPTS = 3
PAUSE_SECONDS = 0.2
"""Before the second attempt; doubled before each further one."""
OWN_FAULT = (429, 500, 502, 503, 504)
"""Answers after which the same request may succeed."""
AT_ONCE = 4
"""Objects that are written at the same time, where many are."""
MOST_BYTES = 256 * 1024 * 1024
NO_ROOM = {"XMinioStorageFull", "QuotaExceeded", "InsufficientStorage", "StorageFull"}
EMPTY = sha256_of(b"")
IS_THERE, IS_BEING_WRITTEN, NOT_IMPLEMENTED, NO_STORAGE = 412, 409, 501, 507


@dataclass(frozen=True)
class Bucket:
    """Where the objects are."""

    endpoint: str
    """Scheme, host and port, such as ``https://s3.example.org``."""
    name: str
    prefix: str = ""
    """In front of each name; ends with a slash unless empty."""
    is_virtual_host: bool = False
    """Whether the name of the bucket stands in the host instead of the path."""
    trusted: Path | None = None
    """PEM file of certificates by which the server is known; ``None`` takes the usual ones."""


@dataclass(frozen=True)
class _Answer:
    """A complete answer of the server."""

    status: int
    content: bytes

    @property
    def code(self) -> str:
        """The server's own name of an error, or nothing."""
        return _text(_parsed(self.content), "Code") if self.status >= 300 else ""


class S3Store:
    """Files as objects ``<prefix><two characters>/<SHA-256>``."""

    def __init__(
        self,
        bucket: Bucket,
        credentials: Credentials,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Open the store; nothing is sent yet.

        Args:
            now: Real time (aware UTC), never the clock of the demonstration.
        """
        place = urlsplit(bucket.endpoint)
        host = place.netloc.removesuffix({"http": ":80", "https": ":443"}[place.scheme])
        self._bucket, self._credentials, self._now = bucket, credentials, now
        self._host = f"{bucket.name}.{host}" if bucket.is_virtual_host else host
        self._base = f"{place.scheme}://{self._host}"
        self._root = "/" if bucket.is_virtual_host else f"/{bucket.name}/"
        self._session = _session(bucket)

    def put(self, content: bytes) -> str:
        """Keep the content and return its SHA-256."""
        sha256 = sha256_of(content)
        answer = self._write(content, sha256, is_first={"If-None-Match": "*"})
        if answer.status == NOT_IMPLEMENTED:
            answer = self._write(content, sha256, is_first={})
        if answer.status not in (200, IS_THERE, IS_BEING_WRITTEN):
            raise self._trouble(answer)
        self._compare(content, sha256)
        return sha256

    def put_all(self, contents: Sequence[bytes]) -> list[str]:
        """Keep several contents, a few at a time; see :meth:`put`."""
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="store") as hands:
            return list(hands.map(self.put, contents))

    def get(self, sha256: str) -> bytes:
        """Return the content, checked against its name."""
        answer = self._ask("GET", self._key(sha256))
        if answer.status == 200:
            return checked(answer.content, sha256)
        if answer.status == 404 and answer.code == "NoSuchKey":
            raise FileMissing(sha256=sha256)
        raise self._trouble(answer)

    def names(self) -> Iterator[str]:
        """Return the name of every file that is kept."""
        query = {"list-type": "2", "prefix": self._bucket.prefix}
        while True:
            answer = self._ask("GET", "", query=query)
            if answer.status != 200:
                raise self._trouble(answer)
            page = _parsed(answer.content)
            keys = [key.text or "" for key in page.iter("{*}Key")]
            yield from (name for name in map(self._name, keys) if name)
            if _text(page, "IsTruncated") != "true":
                return
            query["continuation-token"] = _text(page, "NextContinuationToken")

    def check_room(self) -> None:
        """Find nothing to refuse: a bucket does not tell what is free; ``put`` does."""

    def _write(self, content: bytes, sha256: str, is_first: dict[str, str]) -> _Answer:
        checksum = base64.b64encode(bytes.fromhex(sha256)).decode()
        headers = {"Content-Type": "application/octet-stream", "x-amz-checksum-sha256": checksum}
        return self._ask("PUT", self._key(sha256), content, headers={**headers, **is_first})

    def _compare(self, content: bytes, sha256: str) -> None:
        """Read back what is there now; mend what is damaged, once."""
        try:
            self.get(sha256)
        except FileMissing as error:
            raise StoreUnavailable(reason="not there after writing") from error
        except FileDamaged:
            log.error("a damaged object is written anew", extra={"sha256": sha256})
            answer = self._write(content, sha256, is_first={})
            if answer.status != 200:
                raise self._trouble(answer) from None
            self._reread(sha256)

    def _reread(self, sha256: str) -> None:
        try:
            self.get(sha256)
        except (FileMissing, FileDamaged) as error:
            raise StoreUnavailable(reason="other bytes after writing") from error

    def _key(self, sha256: str) -> str:
        return f"{self._bucket.prefix}{check_name(sha256)[:2]}/{sha256}"

    def _name(self, key: str) -> str:
        """Return the name of the file behind a key, or nothing for what is not ours."""
        name = key.rpartition("/")[2]
        return name if NAME.fullmatch(name) and key == self._key(name) else ""

    def _ask(
        self,
        method: str,
        key: str,
        content: bytes = b"",
        *,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> _Answer:
        asked = Asked(
            method=method,
            host=self._host,
            path=f"{self._root}{key}" if key else self._root.rstrip("/") or "/",
            query=query or {},
            headers=headers or {},
            payload_sha256=sha256_of(content) if content else EMPTY,
        )
        address = f"{self._base}{asked.path}"
        if query:
            address = f"{address}?{query_string(query)}"
        try:
            with self._session.request(
                method,
                address,
                data=content or None,
                headers=signed_headers(asked, self._credentials, self._now()),
                verify=str(self._bucket.trusted) if self._bucket.trusted else True,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as reply:
                return _Answer(reply.status_code, _content(reply))
        except requests.RequestException as error:
            log.error("the store does not answer", exc_info=error)
            raise StoreUnavailable(reason=type(error).__name__) from error

    def _trouble(self, answer: _Answer) -> StoreFull | StoreUnavailable:
        reason = f"{answer.status} {answer.code}".strip()
        log.error("the store refused", extra={"reason": reason})
        is_full = answer.status == NO_STORAGE or answer.code in NO_ROOM
        return StoreFull(reason=reason) if is_full else StoreUnavailable(reason=reason)


def _session(bucket: Bucket) -> requests.Session:
    """Return connections that repeat what may be repeated, and follow nobody anywhere."""
    session = requests.Session()
    # Neither proxies nor ~/.netrc of the machine may touch what is signed.
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    retry = Retry(
        total=ATTEMPTS - 1,
        redirect=False,
        allowed_methods={"GET", "PUT"},
        status_forcelist=OWN_FAULT,
        backoff_factor=PAUSE_SECONDS,
        respect_retry_after_header=False,
        raise_on_status=False,
    )
    session.mount(
        bucket.endpoint[: bucket.endpoint.index("//") + 2], HTTPAdapter(max_retries=retry)
    )
    return session


def _content(reply: requests.Response) -> bytes:
    """Read the body up to the limit; a shorter one than promised is no answer."""
    content = bytearray()
    for piece in reply.iter_content(65_536):
        content += piece
        if len(content) > MOST_BYTES:
            raise StoreUnavailable(reason="endless answer")
    return bytes(content)


def _parsed(content: bytes) -> etree._Element:
    """Read the server's XML; what is none has no words for us."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return etree.Element("Unreadable")


def _text(parent: etree._Element, name: str) -> str:
    return parent.findtext(f".//{{*}}{name}") or ""
