"""ASiC-E containers (ETSI EN 319 162-1): files of a case under one sealed manifest."""

import hashlib
import io
import lzma
import re
import struct
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import BinaryIO, TypeVar
from urllib.parse import unquote

from lxml import etree

MEDIA_TYPE = "application/vnd.etsi.asic-e+zip"
ASIC = "http://uri.etsi.org/02918/v1.2.1#"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
META = "META-INF/"
MANIFEST = f"{META}ASiCManifest001.xml"
SIGNATURE = f"{META}signature001.p7s"
SIGNATURE_TYPE = "application/pkcs7-signature"
RECORD_MANIFEST = f"{META}ASiCEvidenceRecordManifest{{:03}}.xml"
RECORD = f"{META}evidencerecord{{:03}}.ers"
RECORD_MANIFEST_NAME = re.compile(rf"{META}ASiCEvidenceRecordManifest(\d+)\.xml")
RECORD_TYPE = "application/octet-stream"

T = TypeVar("T")

_SAFE = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
)


UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    etree.XMLSyntaxError,
    EOFError,
    KeyError,
    NotImplementedError,  # an unknown way of packing
    OSError,  # bytes that bzip2 cannot read
    OverflowError,
    RuntimeError,  # an encrypted file
    ValueError,
)
"""What reading a damaged archive or manifest raises."""


class BadContainer(Exception):
    """The container is not what its manifest says; the text says where."""


@dataclass(frozen=True)
class Part:
    """One file of a container."""

    name: str
    """Path within the container, with ``/``; never below ``META-INF/``."""
    media_type: str
    content: bytes


@dataclass(frozen=True)
class RecordPart:
    """An evidence record over one part."""

    about: str
    """Name of the part."""
    record: bytes
    """RFC 4998, DER."""


@dataclass(frozen=True)
class Contents:
    """What a container holds."""

    parts: Sequence[Part]
    records: Sequence[RecordPart] = field(default=())


@dataclass(frozen=True)
class Reference:
    """What a manifest says of a part."""

    name: str
    media_type: str
    sha256: bytes


@dataclass(frozen=True)
class Opened:
    """A container that was read and holds what its manifest says."""

    parts: dict[str, bytes]
    manifest: bytes
    """What the signature is over."""
    signature: bytes
    """Detached CMS; whether it is valid is another question."""


def unpack(container: bytes, *, most_bytes: int) -> Opened:
    """Read a container and hold it against its manifest.

    Args:
        most_bytes: the most that all files may have together.

    Raises:
        BadContainer: a file is missing, too much, changed, or not in the manifest.
    """
    with ContainerReader(io.BytesIO(container), most_bytes=most_bytes) as reader:
        return Opened(dict(reader.parts()), reader.manifest, reader.signature)


class ContainerReader:
    """Reads a container part by part, each held against the manifest."""

    def __init__(self, file: BinaryIO, *, most_bytes: int) -> None:
        """Open the container and compare its names with the manifest.

        Args:
            most_bytes: the most that all files may have together.

        Raises:
            BadContainer: it cannot be read; a file is missing, too much, or without hash.
        """
        self._archive = _try(partial(zipfile.ZipFile, file), "The container cannot be read.")
        listed = self._archive.infolist()
        self.names = [entry.filename for entry in listed]
        """Names of all entries, in their order."""
        if sum(entry.file_size for entry in listed) > most_bytes:
            raise BadContainer("The container is too large.")
        if len(set(self.names)) != len(listed):
            raise BadContainer("A name is used twice.")
        if self._read("mimetype") != MEDIA_TYPE.encode():
            raise BadContainer("mimetype")
        self.manifest, self.signature = self._read(MANIFEST), self._read(SIGNATURE)
        self._named = _try(lambda: dict(_references(self.manifest)), MANIFEST)
        parts = {name for name in self.names if not name.startswith(META)} - {"mimetype"}
        for name in sorted(parts ^ self._named.keys()):
            raise BadContainer(name)

    def __enter__(self) -> "ContainerReader":
        """Return the reader."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Let the archive go; the file stays open."""
        self._archive.close()

    def parts(self) -> Iterator[tuple[str, bytes]]:
        """Give each part with its name.

        Raises:
            BadContainer: one is not what the manifest says.
        """
        return ((name, self.part(name)) for name in self._named)

    def part(self, name: str) -> bytes:
        """Return one part.

        Raises:
            BadContainer: there is none, or it is not what the manifest says.
        """
        content = self._read(name)
        if hashlib.sha256(content).digest() != self._named.get(name):
            raise BadContainer(name)
        return content

    def records(self) -> Iterator[RecordPart]:
        """Give each evidence record with the name of the part that it is about.

        Raises:
            BadContainer: one does not say what it is about, or of which hash.
        """
        for name in self.names:
            if RECORD_MANIFEST_NAME.fullmatch(name):
                about, sha256 = _try(partial(self._about, name), name)
                if self._named.get(about) != sha256:
                    raise BadContainer(name)
                yield RecordPart(about, self._read(_record_of(name)))

    def _about(self, name: str) -> tuple[str, bytes]:
        (told,) = _references(self._read(name))
        return told

    def _read(self, name: str) -> bytes:
        return _try(partial(self._archive.read, name), name)


def _try(read: Callable[[], T], where: str) -> T:
    try:
        return read()
    except UNREADABLE as error:
        raise BadContainer(where) from error


def _record_of(manifest: str) -> str:
    number = RECORD_MANIFEST_NAME.fullmatch(manifest)
    return RECORD.format(int(number[1])) if number else ""


def _references(manifest: bytes) -> Iterator[tuple[str, bytes]]:
    root = etree.fromstring(manifest, _SAFE)
    for item in root.iter(f"{{{ASIC}}}DataObjectReference"):
        method, value = item.find(f"{{{DSIG}}}DigestMethod"), item.find(f"{{{DSIG}}}DigestValue")
        if method is None or value is None or method.get("Algorithm") != SHA256:
            raise ValueError("A reference has no hash that is believed.")
        yield _unquoted(item.get("URI", "")), b64decode(value.text or "", validate=True)


def _unquoted(name: str) -> str:
    return unquote(name, errors="strict")
