"""Just enough of DER (ITU-T X.690) to write a CMS signature.

Writing is a handful of concatenations; a general ASN.1 library spends more time on it than the
key spends on the signature. Reading stays with the library.
"""

SEQUENCE, SET, OCTET_STRING, OBJECT_IDENTIFIER, NULL = 0x30, 0x31, 0x04, 0x06, b"\x05\x00"
SHORT_FORM = 0x80


def element(tag: int, *parts: bytes) -> bytes:
    """Return one element with a definite length; the tag is a single octet."""
    content = b"".join(parts)
    return bytes([tag]) + _length(len(content)) + content


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE of encoded parts."""
    return element(SEQUENCE, *parts)


def set_of(*parts: bytes, tag: int = SET) -> bytes:
    """Return a SET OF encoded parts, which DER wants sorted (X.690, 11.6)."""
    return element(tag, *sorted(parts))


def octets(content: bytes) -> bytes:
    """Return an OCTET STRING."""
    return element(OCTET_STRING, content)


def explicit(number: int, *parts: bytes) -> bytes:
    """Return a constructed element with a context tag, ``[number]``."""
    return element(0xA0 | number, *parts)


def integer(value: int) -> bytes:
    """Return a non-negative INTEGER."""
    return element(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def object_identifier(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return element(OBJECT_IDENTIFIER, *(_arc(arc) for arc in (first * 40 + second, *rest)))


def _arc(value: int) -> bytes:
    octets_ = [value & 0x7F]
    while value := value >> 7:
        octets_.append(0x80 | value & 0x7F)
    return bytes(reversed(octets_))


def _length(count: int) -> bytes:
    if count < SHORT_FORM:
        return bytes([count])
    size = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([SHORT_FORM | len(size)]) + size
