"""Signatures and proofs, calculated a second time and from the letter of the standards.

Shares nothing with the product that writes the log, so that a fault of one is seen by the other.

Sources: RFC 8032 (Ed25519), RFC 9162 (tree, inclusion and consistency proofs).
"""

from collections.abc import Sequence
from functools import lru_cache
from hashlib import sha256, sha512

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]
ZERO: Point = (0, 1, 1, 0)


def _add(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _decompress(encoded: bytes) -> Point | None:
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = bytes.fromhex("5866666666666666666666666666666666666666666666666666666666666666")


@lru_cache(maxsize=64)
def _multiples(encoded: bytes) -> list[list[Point]] | None:
    """Return 1 to 15 times 16**i times the point, for each i: a product is then 64 additions."""
    point = _decompress(encoded)
    if point is None:
        return None
    table = []
    for _ in range(64):
        row = [ZERO]
        for _ in range(15):
            row.append(_add(row[-1], point))
        table.append(row)
        point = _add(row[-1], point)
    return table


def _times(table: list[list[Point]], number: int) -> Point:
    found = ZERO
    for row in table:
        found = _add(found, row[number & 15])
        number >>= 4
    return found


@lru_cache(maxsize=100_000)
def is_signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether the Ed25519 signature of the message is right (RFC 8032, 5.1.7)."""
    table, base = _multiples(key), _multiples(BASE)
    scalar = int.from_bytes(signature[32:], "little")
    if table is None or base is None or len(signature) != 64 or scalar >= ORDER:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % ORDER
    x, y, z, _ = _add(_times(base, scalar), _times(table, ORDER - challenge))
    unit = pow(z, -1, P)
    found = (y * unit % P) | (x * unit % P & 1) << 255
    return found.to_bytes(32, "little") == signature[:32]


def leaf(entry: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A growing tree, kept as its perfect subtrees."""

    def __init__(self) -> None:
        self.size = 0
        self._subtrees: list[tuple[int, bytes]] = []

    def add(self, found: bytes) -> None:
        """Add the hash of a leaf."""
        level, self.size = 0, self.size + 1
        while self._subtrees and self._subtrees[-1][0] == level:
            found, level = node(self._subtrees.pop()[1], found), level + 1
        self._subtrees.append((level, found))

    def root(self) -> bytes:
        """Return the root of all leaves so far."""
        hashes = [found for _, found in self._subtrees]
        if not hashes:
            return sha256(b"").digest()
        root = hashes.pop()
        while hashes:
            root = node(hashes.pop(), root)
        return root


def is_included(found: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Verify an inclusion proof (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    fn, sn = index, size - 1
    for step in path:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            found = node(step, found)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            found = node(found, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and found == root


def is_consistent(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Verify a consistency proof (RFC 9162, 2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and first_root == second_root
    steps = [first_root, *path] if first & (first - 1) == 0 else list(path)
    fn, sn = first - 1, second - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = steps[0] if steps else b""
    for step in steps[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(step, fr), node(step, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, step)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == first_root and sr == second_root
