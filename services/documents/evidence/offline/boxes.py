"""The container of a bundle, or the folder into which somebody has unpacked it.

Source: ETSI EN 319 162-1 (ASiC-E): manifest, seal and evidence records below META-INF.
"""

import zipfile
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

from services.documents.evidence.offline.der import Doubt

NAMES = {"asic": "http://uri.etsi.org/02918/v1.2.1#", "ds": "http://www.w3.org/2000/09/xmldsig#"}
HASH = "http://www.w3.org/2001/04/xmlenc#sha256"
META = "META-INF/"
SEALED = f"{META}ASiCManifest001.xml"
SEAL = f"{META}signature001.p7s"
MOST_OCTETS = 4_000_000_000
"""Of all files together; more is refused as an attempt to fill the disk or the memory."""


class Box:
    """Files by their names."""

    def __init__(self, target: Path) -> None:
        """Open a container or a folder.

        Raises:
            Doubt: it is neither.
        """
        self._folder = target if target.is_dir() else None
        try:
            self._archive = None if self._folder else zipfile.ZipFile(target)
        except (OSError, zipfile.BadZipFile) as error:
            raise Doubt("container") from error
        names = self._names()
        self.names, self._known = sorted(names), frozenset(names)
        if len(self._known) < len(names):
            raise Doubt("container")

    def _names(self) -> list[str]:
        if self._folder:
            found = [path for path in self._folder.rglob("*") if path.is_file()]
            return [path.relative_to(self._folder).as_posix() for path in found]
        entries = [one for one in self._entries() if not one.is_dir()]
        if sum(one.file_size for one in entries) > MOST_OCTETS:
            raise Doubt("container")
        return [one.filename for one in entries]

    def _entries(self) -> list[zipfile.ZipInfo]:
        return self._archive.infolist() if self._archive else []

    def read(self, name: str) -> bytes:
        """Return a file.

        Raises:
            Doubt: it is not there, or damaged.
        """
        if name not in self._known:
            raise Doubt("missing")
        try:
            if self._folder:
                return (self._folder / name).read_bytes()
            return self._archive.read(name) if self._archive else b""
        except (OSError, zipfile.BadZipFile, RuntimeError, ValueError) as error:
            raise Doubt("container") from error

    def record(self, told: dict[str, str]) -> tuple[bytes, bytes]:
        """Return an evidence record and the file that it is about.

        Args:
            told: what the sealed index says: the list, the record itself, and its file.

        Raises:
            Doubt: one is missing or is about something else.
        """
        if not {told["manifest"], told["name"]} <= self._known:
            raise Doubt("no-record")
        record, listed = references(self.read(told["manifest"]))
        if record != told["name"] or listed.keys() != {told["about"]}:
            raise Doubt("record")
        content = self.read(told["about"])
        if sha256(content).digest() != listed[told["about"]]:
            raise Doubt("changed")
        return self.read(record), content


def references(manifest: bytes) -> tuple[str, dict[str, bytes]]:
    """Return the file that proves a manifest, and the hashes of the files that it names.

    Raises:
        Doubt: it is no manifest, or asks for an entity.
    """
    if b"<!" in manifest:
        raise Doubt("manifest")
    try:
        root = ElementTree.fromstring(manifest)  # noqa: S314 - without <! there are no entities
        proof = root.find("asic:SigReference", NAMES)
        found = {}
        for item in root.findall("asic:DataObjectReference", NAMES):
            method, value = item.find("ds:DigestMethod", NAMES), item.find("ds:DigestValue", NAMES)
            if method is None or value is None or method.get("Algorithm") != HASH:
                raise Doubt("manifest")
            found[unquote(item.get("URI", ""))] = b64decode(value.text or "", validate=True)
    except (ElementTree.ParseError, ValueError) as error:
        raise Doubt("manifest") from error
    return unquote(proof.get("URI", "")) if proof is not None else "", found
