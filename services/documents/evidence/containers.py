"""ASiC-E containers (ETSI EN 319 162-1): files of a case under one sealed manifest."""

import hashlib
import io
import lzma
import re
import struct
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import BinaryIO, TypeVar
from urllib.parse import quote, unquote

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
EARLIEST = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16

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


Sign = Callable[[bytes], bytes]
"""Signs bytes: a detached CAdES signature (CMS, DER) over them."""


def pack(contents: Contents, at: datetime, sign: Sign) -> bytes:
    """Return the container; the same contents, time and signature give the same bytes.

    Args:
        contents: its files; names are unique and lead nowhere else.
        at: time of the entries in the archive.
        sign: makes the seal over the manifest.

    Raises:
        ValueError: a name is used twice, is reserved or leads out of the container.
    """
    target = io.BytesIO()
    with ContainerWriter(target, at) as writer:
        for part in contents.parts:
            writer.add(part)
        writer.seal(sign)
        for record in contents.records:
            writer.add_record(record)
    return target.getvalue()


@dataclass(frozen=True)
class Reference:
    """What a manifest says of a part."""

    name: str
    media_type: str
    sha256: bytes


def record_names(number: int, about: str) -> dict[str, str]:
    """Return under which names the evidence record of a file is written.

    Args:
        number: place among the records, from 1.
        about: name of the file.
    """
    names = {"name": RECORD.format(number), "manifest": RECORD_MANIFEST.format(number)}
    return {**names, "about": about}


class ContainerWriter:
    """Writes a container part by part; of a part that is written only its hash is kept."""

    def __init__(self, target: BinaryIO, at: datetime) -> None:
        """Begin the container.

        Args:
            target: an empty file that can be sought.
            at: time of the entries in the archive.
        """
        self._moment = max(at.timetuple()[:6], EARLIEST)
        self._archive = zipfile.ZipFile(target, "w")
        self._parts: dict[str, Reference] = {}
        self._records = 0
        self._is_sealed = False
        self._put("mimetype", MEDIA_TYPE.encode(), zipfile.ZIP_STORED)

    def __enter__(self) -> "ContainerWriter":
        """Return the writer."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Write the directory of the archive; what was not sealed is no container."""
        self._archive.close()

    @property
    def references(self) -> Sequence[Reference]:
        """What was written so far, in its order."""
        return list(self._parts.values())

    def add(self, part: Part) -> Reference:
        """Write a part.

        Raises:
            ValueError: its name is used, is reserved or leads out; or the container is sealed.
        """
        if self._is_sealed:
            raise ValueError("The container is sealed.")
        if part.name in self._parts:
            raise ValueError("A name is used twice.")
        _check_name(part.name)
        told = Reference(part.name, part.media_type, hashlib.sha256(part.content).digest())
        self._parts[part.name] = told
        self._put(part.name, part.content)
        return told

    def add_record(self, record: RecordPart) -> None:
        """Write an evidence record about a part that was written.

        Raises:
            KeyError: there is no such part.
        """
        about = self._parts[record.about]
        self._records += 1
        name = RECORD.format(self._records)
        described = manifest_of([about], name, RECORD_TYPE)
        self._put(RECORD_MANIFEST.format(self._records), described)
        self._put(name, record.record)

    def seal(self, sign: Sign) -> None:
        """Write the manifest of all parts and its seal; no part can follow."""
        sealed = manifest_of(self._parts.values(), SIGNATURE, SIGNATURE_TYPE)
        signature = sign(sealed)
        self._put(MANIFEST, sealed)
        self._put(SIGNATURE, signature)
        self._is_sealed = True

    def _put(self, name: str, content: bytes, packing: int = zipfile.ZIP_DEFLATED) -> None:
        year, month, day, hour, minute, second = self._moment
        entry = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
        entry.compress_type, entry.external_attr = packing, READABLE
        self._archive.writestr(entry, content)


def manifest_of(parts: Iterable[Reference], reference: str, media_type: str) -> bytes:
    """Return the manifest that names each part with its hash.

    Args:
        reference: path of the signature or evidence record over the manifest or its parts.

    Source:
        EN 319 162-1, annex A.4.
    """
    target = io.BytesIO()
    with etree.xmlfile(target, encoding="UTF-8") as out:
        out.write_declaration()
        with out.element(f"{{{ASIC}}}ASiCManifest", nsmap={"asic": ASIC, "ds": DSIG}):
            out.write(
                etree.Element(
                    f"{{{ASIC}}}SigReference", URI=_quoted(reference), MimeType=media_type
                )
            )
            for part in parts:
                out.write(_described(part))
    return target.getvalue()


def _described(part: Reference) -> etree._Element:
    item = etree.Element(
        f"{{{ASIC}}}DataObjectReference",
        {"URI": _quoted(part.name), "MimeType": part.media_type},
        nsmap={"asic": ASIC, "ds": DSIG},
    )
    etree.SubElement(item, f"{{{DSIG}}}DigestMethod", Algorithm=SHA256)
    value = etree.SubElement(item, f"{{{DSIG}}}DigestValue")
    value.text = b64encode(part.sha256).decode()
    return item


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


def _check_name(name: str) -> None:
    steps = name.split("/")
    if name == "mimetype" or name.startswith(META) or "\\" in name:
        raise ValueError(f"{name!r} is reserved.")
    if not all(steps) or {".", ".."} & set(steps):
        raise ValueError(f"{name!r} leads out of the container.")


def _references(manifest: bytes) -> Iterator[tuple[str, bytes]]:
    root = etree.fromstring(manifest, _SAFE)
    for item in root.iter(f"{{{ASIC}}}DataObjectReference"):
        method, value = item.find(f"{{{DSIG}}}DigestMethod"), item.find(f"{{{DSIG}}}DigestValue")
        if method is None or value is None or method.get("Algorithm") != SHA256:
            raise ValueError("A reference has no hash that is believed.")
        yield _unquoted(item.get("URI", "")), b64decode(value.text or "", validate=True)


def _quoted(name: str) -> str:
    return quote(name, safe="/")


def _unquoted(name: str) -> str:
    return unquote(name, errors="strict")
