"""A small writer of ASN.1 in DER.

General libraries build trees of objects, which takes ten times longer than the RSA
signature itself. The simulator writes the same few structures thousands of times.
"""

from datetime import UTC, datetime

SHORT_LENGTH = 0x80
INDEFINITE = b"\x80"
END_OF_CONTENTS = b"\x00\x00"
INTEGER = 0x02
OCTET_STRING = 0x04
OBJECT_IDENTIFIER = 0x06
UTC_TIME = 0x17
GENERALIZED_TIME = 0x18
SEQUENCE = 0x30
SET = 0x31
CONSTRUCTED_OCTET_STRING = 0x24
CONTEXT = 0xA0
BITS_OF_ARC = 7
MORE = 0x80


def tlv(tag: int, value: bytes) -> bytes:
    """Return tag, length and value."""
    length = len(value)
    if length < SHORT_LENGTH:
        return bytes((tag, length)) + value
    digits = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, SHORT_LENGTH | len(digits))) + digits + value


def indefinite(tag: int, value: bytes) -> bytes:
    """Return tag and value ended by two zeros instead of a length; BER, not DER."""
    return bytes((tag,)) + INDEFINITE + value + END_OF_CONTENTS


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE."""
    return tlv(SEQUENCE, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """Return a SET OF, in the order that DER prescribes."""
    return tlv(SET, b"".join(sorted(parts)))


def octets(value: bytes) -> bytes:
    """Return an OCTET STRING."""
    return tlv(OCTET_STRING, value)


def integer(value: int) -> bytes:
    """Return a non-negative INTEGER."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def explicit(number: int, inner: bytes) -> bytes:
    """Return an element under an explicit tag of its context."""
    return tlv(CONTEXT | number, inner)


def implicit(number: int, constructed: bytes) -> bytes:
    """Return a constructed element with its tag replaced by one of its context."""
    return bytes((CONTEXT | number,)) + constructed[1:]


def oid(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER."""
    first, second, *others = (int(arc) for arc in dotted.split("."))
    return tlv(OBJECT_IDENTIFIER, b"".join(_arc(arc) for arc in (first * 40 + second, *others)))


def _arc(value: int) -> bytes:
    digits = [value & ~MORE & 0xFF]
    while value := value >> BITS_OF_ARC:
        digits.append(value & ~MORE & 0xFF | MORE)
    return bytes(reversed(digits))


def utc_time(instant: datetime) -> bytes:
    """Return a UTCTime; whole seconds of the years 1950 to 2049."""
    return tlv(UTC_TIME, f"{instant.astimezone(UTC):%y%m%d%H%M%S}Z".encode())


def generalized_time(instant: datetime) -> bytes:
    """Return a GeneralizedTime; fractions without zeros at the end, as DER wants them."""
    moment = instant.astimezone(UTC)
    fraction = f".{moment.microsecond:06}".rstrip("0").rstrip(".")
    return tlv(GENERALIZED_TIME, f"{moment:%Y%m%d%H%M%S}{fraction}Z".encode())
