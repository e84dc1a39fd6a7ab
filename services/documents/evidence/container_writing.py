"""Writing ASiC-E containers (ETSI EN 319 162-1) part by part; see ``containers``."""

import hashlib
import io
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from urllib.parse import quote

from lxml import etree

from services.documents.evidence.archives import ArchiveWriter, Entry, end_of_entry
from services.documents.evidence.containers import (
    ASIC,
    DSIG,
    MANIFEST,
    MEDIA_TYPE,
    META,
    RECORD,
    RECORD_MANIFEST,
    RECORD_MANIFEST_NAME,
    RECORD_TYPE,
    SHA256,
    SIGNATURE,
    SIGNATURE_TYPE,
    Contents,
    Part,
    RecordPart,
    Reference,
)

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
    writer = ContainerWriter(target, at)
    for part in contents.parts:
        writer.add(part)
    writer.seal(sign)
    for record in contents.records:
        writer.add_record(record)
    writer.finish()
    return target.getvalue()


def record_names(number: int, about: str) -> dict[str, str]:
    """Return under which names the evidence record of a file is written.

    Args:
        number: place among the records, from 1.
        about: name of the file.
    """
    names = {"name": RECORD.format(number), "manifest": RECORD_MANIFEST.format(number)}
    return {**names, "about": about}


@dataclass(frozen=True)
class Written:
    """What a writer has to know of the parts that others wrote before it."""

    entries: Sequence[Entry] = ()
    """Everything in the archive, in its order."""
    references: Sequence[Reference] = ()
    """The parts, without what stands under ``META-INF/``."""


class ContainerWriter:
    """Writes a container part by part; of a part that is written only its hash is kept.

    The file holds one stretch of the container. A stretch that was kept elsewhere makes room for
    the next, and another writer can go on after it with the same time and what was written.
    """

    def __init__(self, target: BinaryIO, at: datetime, written: Written | None = None) -> None:
        """Begin the container, or go on.

        Args:
            target: an empty file that can be read and sought.
            at: time of the entries in the archive.
            written: what is in the container already.
        """
        before = written or Written()
        self._entries = list(before.entries)
        self._parts = {one.name: one for one in before.references}
        self._target, self._records = target, 0
        for one in self._entries:
            self._records += RECORD_MANIFEST_NAME.fullmatch(one.name) is not None
        self._is_sealed = any(one.name == SIGNATURE for one in self._entries)
        self._archive = ArchiveWriter(target, at, _end_of(self._entries))

    @property
    def entries(self) -> Sequence[Entry]:
        """Everything in the archive so far, in its order."""
        return self._entries

    @property
    def references(self) -> Sequence[Reference]:
        """The parts that were written so far, in their order."""
        return list(self._parts.values())

    @property
    def stretch(self) -> int:
        """Octets in the file."""
        return self._archive.stretch

    @property
    def records(self) -> int:
        """How many evidence records were written."""
        return self._records

    def begin_stretch(self) -> None:
        """Empty the file: what is in it was kept somewhere else."""
        self._archive.begin_stretch()

    def add(self, part: Part) -> Reference:
        """Write a part.

        Raises:
            ValueError: its name is used, is reserved or leads out; or the container is sealed.
        """
        return self.add_stream(part.name, part.media_type, [part.content])

    def add_stream(self, name: str, media_type: str, chunks: Iterable[bytes]) -> Reference:
        """Write a part that is given in chunks.

        Raises:
            ValueError: see ``add``.
        """
        if self._is_sealed:
            raise ValueError("The container is sealed.")
        if name in self._parts:
            raise ValueError("A name is used twice.")
        _check_name(name)
        digest = hashlib.sha256()
        self._put(name, _hashed(chunks, digest))
        told = Reference(name, media_type, digest.digest())
        self._parts[name] = told
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
        self._put(RECORD_MANIFEST.format(self._records), [described])
        self._put(name, [record.record])

    def seal(self, sign: Sign) -> None:
        """Write the manifest of all parts and its seal; no part can follow."""
        sealed = manifest_of(self._parts.values(), SIGNATURE, SIGNATURE_TYPE)
        signature = sign(sealed)
        self._put(MANIFEST, [sealed])
        self._put(SIGNATURE, [signature])
        self._is_sealed = True

    def finish(self) -> None:
        """Write the directory of the archive; what was not sealed is no container."""
        self._archive.write_directory(self._entries)

    def _put(self, name: str, chunks: Iterable[bytes]) -> None:
        if not self._entries:  # the type stands first, and plain, to be read without unpacking
            told = [MEDIA_TYPE.encode()]
            self._entries.append(self._archive.write("mimetype", told, is_deflated=False))
        self._entries.append(self._archive.write(name, chunks))


def _end_of(entries: Sequence[Entry]) -> int:
    return end_of_entry(entries[-1]) if entries else 0


def _hashed(chunks: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[bytes]:
    for chunk in chunks:
        digest.update(chunk)
        yield chunk


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


def _check_name(name: str) -> None:
    steps = name.split("/")
    if name == "mimetype" or name.startswith(META) or "\\" in name:
        raise ValueError(f"{name!r} is reserved.")
    if not all(steps) or {".", ".."} & set(steps):
        raise ValueError(f"{name!r} leads out of the container.")


def _quoted(name: str) -> str:
    return quote(name, safe="/")
