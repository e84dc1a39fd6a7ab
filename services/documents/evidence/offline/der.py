"""DER, as far as signatures, time stamps and evidence records need it; and who judges them.

Shares nothing with the product that made the bundle, so that a fault of one is seen by the other.

Sources: X.690 (DER), RFC 5652 (CMS), RFC 3161 (time stamps).
"""

import shutil
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import new as new_hash
from pathlib import Path


class Doubt(Exception):
    """Something does not prove what it claims; the text names a sentence of ``verify_bundle``."""


HASH_NAMES = {
    bytes.fromhex("608648016503040201"): "sha256",
    bytes.fromhex("608648016503040202"): "sha384",
    bytes.fromhex("608648016503040203"): "sha512",
}
"""Hash algorithms that are believed, by their object identifier."""
TIME_STAMP_INFO = bytes.fromhex("2a864886f70d0109100104")
TIME_STAMP_ATTRIBUTE = bytes.fromhex("2a864886f70d010910020e")
SEQUENCE, SET, OCTETS, VERSION = 0x30, 0x31, 0x04, 0xA0


@dataclass(frozen=True)
class Value:
    """One value: its tag, its content, and all its octets."""

    tag: int
    content: bytes
    whole: bytes

    @cached_property
    def parts(self) -> list["Value"]:
        """The values inside."""
        return values_of(self.content)


def values_of(octets: bytes) -> list[Value]:
    """Return the values that stand one after another.

    Raises:
        Doubt: the octets are no whole values.
    """
    found, place = [], 0
    while place < len(octets):
        begin = place + 2
        if begin > len(octets):
            raise Doubt("unreadable")
        length = octets[place + 1]
        if length & 0x80:
            begin += length & 0x7F
            length = int.from_bytes(octets[place + 2 : begin], "big")
        end = begin + length
        if end > len(octets):
            raise Doubt("unreadable")
        found.append(Value(octets[place], octets[begin:end], octets[place:end]))
        place = end
    return found


def first_value(octets: bytes) -> Value:
    """Return the value with which the octets begin; what fills them up after it is left.

    Raises:
        Doubt: there is none.
    """
    begin, length = 2, octets[1] if len(octets) > 1 else 0
    if length & 0x80:
        begin += length & 0x7F
        length = int.from_bytes(octets[2:begin], "big")
    found = values_of(octets[: begin + length])
    if not found:
        raise Doubt("unreadable")
    return found[0]


@dataclass(frozen=True)
class Message:
    """A signed message (CMS) with one signer."""

    der: bytes

    @cached_property
    def _signed(self) -> list[Value]:
        return values_of(self.der)[0].parts[1].parts[0].parts

    @cached_property
    def _signer(self) -> list[Value]:
        signers = self._signed[-1].parts
        if len(signers) != 1:
            raise Doubt("signers")
        return signers[0].parts

    @property
    def is_time_stamp(self) -> bool:
        """Whether the message is a time stamp."""
        return self._signed[2].parts[0].content == TIME_STAMP_INFO

    @property
    def signature(self) -> bytes:
        """The signature itself; a time stamp of it is made over these octets."""
        return next(value.content for value in self._signer[3:] if value.tag == OCTETS)

    @property
    def stamps(self) -> list["Message"]:
        """Time stamps of the signature."""
        unsigned = [value for value in self._signer[5:] if value.tag == 0xA1]
        attributes = [one for value in unsigned for one in value.parts]
        return [
            Message(attribute.parts[1].parts[0].whole)
            for attribute in attributes
            if attribute.parts[0].content == TIME_STAMP_ATTRIBUTE
        ]

    @cached_property
    def _info(self) -> list[Value]:
        return first_value(self._signed[2].parts[1].parts[0].content).parts

    @property
    def time(self) -> datetime:
        """When a time stamp says that it was made."""
        return datetime.strptime(self._info[4].content[:14].decode(), "%Y%m%d%H%M%S").replace(
            tzinfo=UTC
        )

    def stamps_data(self, data: bytes) -> bytes:
        """Return the hash of the data if the time stamp is about them.

        Raises:
            Doubt: it is about something else.
        """
        algorithm, imprint = self._info[2].parts
        name = HASH_NAMES.get(algorithm.parts[0].content, "")
        if not name or new_hash(name, data).digest() != imprint.content:
            raise Doubt("other")
        return imprint.content


@dataclass(frozen=True)
class Signer:
    """Whose certificate it is."""

    name: str
    """Common name."""
    subject: bytes
    """The whole name, DER."""
    fingerprint: str
    """SHA-256 of the certificate, hexadecimal."""

    @classmethod
    def of(cls, certificate: bytes, name: str) -> "Signer":
        """Read the certificate (X.509, DER) of the name."""
        told = values_of(certificate)[0].parts[0].parts
        has_version = told[0].tag == VERSION
        subject = told[4 + has_version].whole
        return cls(name, subject, new_hash("sha256", certificate).hexdigest())


class OpenSsl:
    """The program that judges signatures and chains of certificates."""

    def __init__(self, roots: str) -> None:
        """Believe these certificates (PEM)."""
        self._program, self.roots = shutil.which("openssl"), roots
        self._stamps = set[tuple[bytes, bytes, datetime]]()
        """Time stamps that hold: one of a night is that of thousands of evidence records."""
        self._signers: dict[bytes, Signer] = {}

    @property
    def is_there(self) -> bool:
        """Whether anything can be judged here."""
        return self._program is not None

    def check_stamp(self, token: Message, digest: bytes, at: datetime) -> None:
        """Judge a time stamp of a hash by an instant.

        Raises:
            Doubt: it is not valid.
        """
        asked = (new_hash("sha256", token.der).digest(), digest, at)
        if asked in self._stamps:
            return
        words = ["ts", "-verify", "-digest", digest.hex(), "-token_in", "-in", "{token}"]
        words += ["-CAfile", "{roots}"]
        if not self._run(words, {"token": token.der}, at)[0]:
            raise Doubt("stamp")
        self._stamps.add(asked)

    def check_signature(self, message: Message, data: bytes, at: datetime) -> Signer:
        """Judge a signature over data by an instant; return whose certificate made it.

        Raises:
            Doubt: it is not valid.
        """
        words = ["cms", "-verify", "-binary", "-inform", "DER", "-in", "{message}"]
        words += ["-content", "{data}", "-CAfile", "{roots}", "-purpose", "any"]
        words += ["-signer", "{signer}", "-out", "{out}"]
        is_good, signer = self._run(words, {"message": message.der, "data": data}, at)
        if not is_good:
            raise Doubt("signature")
        if signer not in self._signers:
            self._signers[signer] = self._read(signer)
        return self._signers[signer]

    def _read(self, certificate: bytes) -> Signer:
        lines = certificate.decode("ascii").partition("-----BEGIN CERTIFICATE-----")[2]
        der = b64decode(lines.partition("-----END")[0])
        return Signer.of(der, self._name(certificate))

    def _name(self, certificate: bytes) -> str:
        words = ["x509", "-noout", "-subject", "-nameopt", "multiline,utf8,-esc_msb"]
        done = subprocess.run(  # noqa: S603 - own words
            [str(self._program), *words], input=certificate, capture_output=True, check=False
        )
        names = [line.partition("=") for line in done.stdout.decode(errors="replace").splitlines()]
        return next((text.strip() for name, _, text in names if name.strip() == "commonName"), "?")

    def _run(
        self, words: Sequence[str], files: dict[str, bytes], at: datetime
    ) -> tuple[bool, bytes]:
        with tempfile.TemporaryDirectory() as folder:
            places = {name: f"{folder}/{name}" for name in (*files, "roots", "signer", "out")}
            for name, content in {**files, "roots": self.roots.encode()}.items():
                Path(places[name]).write_bytes(content)
            command = [str(self._program), *(word.format(**places) for word in words)]
            command += ["-attime", str(int(at.timestamp()))]
            done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - own words
            signer = Path(places["signer"])
            return done.returncode == 0, signer.read_bytes() if signer.exists() else b""
