"""ASiC-E containers (ETSI EN 319 162-1): files of a case under one sealed manifest."""

import hashlib
import io
import lzma
import struct
import zipfile
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
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
RECORD_TYPE = "application/octet-stream"
EARLIEST = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16

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
    _check_names([part.name for part in contents.parts])
    sealed = manifest_of({part.name: part for part in contents.parts}, SIGNATURE, SIGNATURE_TYPE)
    entries: list[tuple[str, bytes]] = [(part.name, part.content) for part in contents.parts]
    entries += [(MANIFEST, sealed), (SIGNATURE, sign(sealed))]
    by_name = {part.name: part for part in contents.parts}
    for number, record in enumerate(contents.records, start=1):
        about = {record.about: by_name[record.about]}
        name = RECORD.format(number)
        described = manifest_of(about, name, RECORD_TYPE)
        entries += [(RECORD_MANIFEST.format(number), described), (name, record.record)]
    return _archive(entries, at)


def manifest_of(parts: Mapping[str, Part], reference: str, media_type: str) -> bytes:
    """Return the manifest that names each part with its hash.

    Args:
        reference: path of the signature or evidence record over the manifest or its parts.

    Source:
        EN 319 162-1, annex A.4.
    """
    root = etree.Element(f"{{{ASIC}}}ASiCManifest", nsmap={"asic": ASIC, "ds": DSIG})
    etree.SubElement(root, f"{{{ASIC}}}SigReference", URI=_quoted(reference), MimeType=media_type)
    for part in parts.values():
        item = etree.SubElement(
            root, f"{{{ASIC}}}DataObjectReference", URI=_quoted(part.name), MimeType=part.media_type
        )
        etree.SubElement(item, f"{{{DSIG}}}DigestMethod", Algorithm=SHA256)
        value = etree.SubElement(item, f"{{{DSIG}}}DigestValue")
        value.text = b64encode(hashlib.sha256(part.content).digest()).decode()
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


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
    try:
        entries = dict(_entries(container, most_bytes))
        manifest, signature = entries.pop(MANIFEST), entries.pop(SIGNATURE)
        named = dict(_references(manifest))
    except UNREADABLE as error:
        raise BadContainer("The container cannot be read.") from error
    if entries.pop("mimetype", b"") != MEDIA_TYPE.encode():
        raise BadContainer("mimetype")
    parts = {name: content for name, content in entries.items() if not name.startswith(META)}
    for name in sorted(parts.keys() ^ named.keys()):
        raise BadContainer(name)
    for name, content in parts.items():
        if hashlib.sha256(content).digest() != named[name]:
            raise BadContainer(name)
    return Opened(parts, manifest, signature)


def _check_names(names: Sequence[str]) -> None:
    if len(set(names)) != len(names):
        raise ValueError("A name is used twice.")
    for name in names:
        steps = name.split("/")
        if name == "mimetype" or name.startswith(META) or "\\" in name:
            raise ValueError(f"{name!r} is reserved.")
        if not all(steps) or {".", ".."} & set(steps):
            raise ValueError(f"{name!r} leads out of the container.")


def _archive(entries: Sequence[tuple[str, bytes]], at: datetime) -> bytes:
    moment = max(at.timetuple()[:6], EARLIEST)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        _put(archive, "mimetype", MEDIA_TYPE.encode(), moment, zipfile.ZIP_STORED)
        for name, content in entries:
            _put(archive, name, content, moment, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _put(
    archive: zipfile.ZipFile,
    name: str,
    content: bytes,
    moment: tuple[int, ...],
    compression: int,
) -> None:
    year, month, day, hour, minute, second = moment
    entry = zipfile.ZipInfo(name, (year, month, day, hour, minute, second))
    entry.compress_type, entry.external_attr = compression, READABLE
    archive.writestr(entry, content)


def _entries(container: bytes, most_bytes: int) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(container)) as archive:
        listed = archive.infolist()
        if sum(entry.file_size for entry in listed) > most_bytes:
            raise ValueError("The container is too large.")
        if len({entry.filename for entry in listed}) != len(listed):
            raise ValueError("A name is used twice.")
        for entry in listed:
            yield entry.filename, archive.read(entry)


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
