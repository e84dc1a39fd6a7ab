"""Merkle tree of a log: one hash for all entries, and short proofs about single ones.

Source:
    RFC 9162, section 2.1 (tree, inclusion and consistency proofs and how they are verified).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""Root of the tree without leaves."""


HASH_BYTES = 32


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32 bytes that stand for an entry; never equal to the hash of an inner node.

    Source:
        RFC 9162, 2.1.1 (0x00 before leaves, 0x01 before nodes).
    """
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees.

    Source:
        RFC 9162, 2.1.1.
    """
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True)
class Frontier:
    """A tree reduced to what appending needs: the roots of its perfect subtrees."""

    size: int = 0
    """Number of leaves."""
    peaks: tuple[bytes, ...] = ()
    """Roots of the perfect subtrees, the largest first: one for each bit of the size."""

    @classmethod
    def load(cls, size: int, kept: bytes) -> "Frontier":
        """Return the tree that :meth:`dump` wrote.

        Raises:
            ValueError: so many bytes are no tree of that size.
        """
        if len(kept) != 32 * size.bit_count():
            raise ValueError(f"{len(kept)} bytes are no tree of {size}")
        return cls(size, tuple(kept[at : at + 32] for at in range(0, len(kept), 32)))

    def dump(self) -> bytes:
        """Return the peaks as bytes; the size is kept beside them."""
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> "Frontier":
        """Return the tree with one leaf hash more, in at most log2(size) hashes."""
        peaks, rest = [*self.peaks, leaf], self.size
        while rest & 1:
            right, left = peaks.pop(), peaks.pop()
            peaks.append(node_hash(left, right))
            rest >>= 1
        return Frontier(self.size + 1, tuple(peaks))

    @property
    def root(self) -> bytes:
        """The root of the whole tree."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes.

    Source:
        RFC 9162, 2.1.1.
    """
    frontier = Frontier()
    for leaf in leaves:
        frontier = frontier.append(leaf)
    return frontier.root


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the hashes that lead from a leaf to the root, from the bottom up.

    Args:
        index: which leaf, from 0.

    Raises:
        IndexError: there is no such leaf.

    Source:
        RFC 9162, 2.1.3.1.
    """
    if not 0 <= index < len(leaves):
        raise IndexError(f"no leaf {index} among {len(leaves)}")
    path: list[bytes] = []
    while len(leaves) > 1:
        half = _largest_power_below(len(leaves))
        left, right = leaves[:half], leaves[half:]
        if index < half:
            path.append(root_of(right))
            leaves = left
        else:
            path.append(root_of(left))
            leaves, index = right, index - half
    return path[::-1]


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the hashes that prove that the first *old_size* leaves are still the beginning.

    Raises:
        IndexError: the older tree is larger than the present one, or has no leaf.

    Source:
        RFC 9162, 2.1.4.1.
    """
    if not 0 < old_size <= len(leaves):
        raise IndexError(f"no tree of {old_size} before {len(leaves)}")
    path: list[bytes] = []
    is_known = True  # the verifier has the root of the older tree at hand
    while old_size != len(leaves):
        half = _largest_power_below(len(leaves))
        left, right = leaves[:half], leaves[half:]
        if old_size <= half:
            path.append(root_of(right))
            leaves = left
        else:
            path.append(root_of(left))
            leaves, old_size, is_known = right, old_size - half, False
    if not is_known:
        path.append(root_of(leaves))
    return path[::-1]


def growth_proof(before: Frontier, added: Sequence[bytes]) -> list[bytes]:
    """Return :func:`consistency_proof` of a tree that grew, without reading its older leaves.

    What the proof says of the older tree are its peaks; everything else is new.

    Raises:
        IndexError: the older tree has no leaf.
    """
    if not before.size:
        raise IndexError("no tree of 0 before anything")
    start, end, peaks = 0, before.size + len(added), list(before.peaks)
    path: list[bytes] = []
    is_known = True
    while end != before.size:
        half = _largest_power_below(end - start)
        if before.size - start <= half:
            path.append(root_of(added[start + half - before.size : end - before.size]))
            end = start + half
        else:
            path.append(peaks.pop(0))
            start, is_known = start + half, False
    if not is_known:
        path.append(peaks.pop(0))
    return path[::-1]


class WholeTree:
    """All hashes of a tree, for many proofs from one reading: 64 bytes for each leaf."""

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._levels = [bytearray().join(leaves)]
        while len(self._levels[-1]) > HASH_BYTES:
            self._levels.append(_level_above(self._levels[-1]))

    def path(self, index: int) -> list[bytes]:
        """Return :func:`inclusion_proof` of a leaf.

        Raises:
            IndexError: there is no such leaf.
        """
        if not 0 <= index * HASH_BYTES < len(self._levels[0]):
            raise IndexError(f"no leaf {index}")
        found = []
        for level in self._levels[:-1]:
            place = (index ^ 1) * HASH_BYTES
            if place < len(level):  # a lone last node stands for itself one level higher
                found.append(bytes(level[place : place + HASH_BYTES]))
            index >>= 1
        return found

    def leaves(self) -> list[bytes]:
        """Return the hashes of the leaves."""
        level = bytes(self._levels[0])
        return [level[at : at + HASH_BYTES] for at in range(0, len(level), HASH_BYTES)]


def _level_above(level: bytearray) -> bytearray:
    above = bytearray()
    for place in range(0, len(level), 2 * HASH_BYTES):
        pair = bytes(level[place : place + 2 * HASH_BYTES])
        left, right = pair[:HASH_BYTES], pair[HASH_BYTES:]
        above += node_hash(left, right) if right else left
    return above


@dataclass
class _Followed:
    """A subtree of which some leaves are wanted."""

    leaves: int
    hash: bytes
    paths: tuple[list[bytes], ...] = ()


def inclusion_proofs(leaves: Iterable[bytes], indices: Iterable[int]) -> dict[int, list[bytes]]:
    """Return :func:`inclusion_proof` of several leaves, reading all leaves once.

    Memory grows with the number of proofs, not with that of the leaves.

    Raises:
        IndexError: there is no such leaf.
    """
    paths: dict[int, list[bytes]] = {index: [] for index in indices}
    stack: list[_Followed] = []
    size = 0
    for leaf in leaves:
        wanted = (paths[size],) if size in paths else ()
        stack.append(_Followed(1, leaf, wanted))
        size += 1
        while len(stack) > 1 and stack[-2].leaves == stack[-1].leaves:
            _join(stack)
    while len(stack) > 1:
        _join(stack)
    if paths and not 0 <= min(paths) <= max(paths) < size:
        raise IndexError(f"no leaf {max(paths)} among {size}")
    return paths


def _join(stack: list[_Followed]) -> None:
    """Join the last two subtrees; each is the next step on the paths out of the other."""
    right, left = stack.pop(), stack.pop()
    for path in left.paths:
        path.append(right.hash)
    for path in right.paths:
        path.append(left.hash)
    whole = node_hash(left.hash, right.hash)
    stack.append(_Followed(left.leaves + right.leaves, whole, left.paths + right.paths))


def _largest_power_below(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def is_included(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Tell whether the path proves that the leaf hash stands at the index of the tree.

    Source:
        RFC 9162, 2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    sides = _sides(index, size - 1, len(path))
    if sides is None:
        return False
    found = leaf
    for step, is_left in zip(path, sides, strict=True):
        found = node_hash(step, found) if is_left else node_hash(found, step)
    return found == root


def is_consistent(
    old_size: int, size: int, old_root: bytes, root: bytes, path: Sequence[bytes]
) -> bool:
    """Tell whether the path proves that the larger tree only added to the smaller one.

    Source:
        RFC 9162, 2.1.4.2.
    """
    if not 0 < old_size <= size:
        return False
    if old_size == size:
        return not path and old_root == root
    is_whole = old_size & (old_size - 1) == 0  # the older tree is one perfect subtree
    first, *steps = [old_root, *path] if is_whole else path or [b""]
    shared_levels = (old_size & -old_size).bit_length() - 1
    sides = _sides(old_size - 1 >> shared_levels, size - 1 >> shared_levels, len(steps))
    if sides is None:
        return False
    found_old = found = first
    for step, is_left in zip(steps, sides, strict=True):
        if is_left:
            found_old, found = node_hash(step, found_old), node_hash(step, found)
        else:
            found = node_hash(found, step)
    return found_old == old_root and found == root


def _sides(place: int, last: int, length: int) -> list[bool] | None:
    """Return for each step of a path whether it stands on the left.

    Args:
        place: of the node from which the path climbs, on its level.
        last: place of the last node of that level.
        length: of the path.

    Returns:
        ``None`` when a path of that length does not end in the root.
    """
    sides = []
    for _ in range(length):
        if last == 0:
            return None
        is_left = bool(place & 1) or place == last
        while is_left and place and not place & 1:  # no sibling on these levels
            place, last = place >> 1, last >> 1
        sides.append(is_left)
        place, last = place >> 1, last >> 1
    return sides if last == 0 else None
