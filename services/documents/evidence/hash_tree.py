"""The hash tree of an evidence record (RFC 4998, section 4): one time stamp for many files."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

ALGORITHMS = ("sha256", "sha384", "sha512")
"""Hash algorithms that a tree can have, weakest first."""

Path = tuple[tuple[bytes, ...], ...]
"""Lists of hashes from a leaf to the root; the first list is the leaf alone."""


class NotInTree(Exception):
    """The hash is not among the leaves."""


def digest(algorithm: str, content: bytes) -> bytes:
    """Return the hash of some bytes.

    Raises:
        ValueError: the algorithm is not one of ``ALGORITHMS``.
    """
    if algorithm not in ALGORITHMS:
        raise ValueError(f"{algorithm} is no hash algorithm for evidence records.")
    return hashlib.new(algorithm, content).digest()


def joined(algorithm: str, hashes: Sequence[bytes]) -> bytes:
    """Return the hash of hashes that belong together: sorted as bytes, one after another.

    A hash that stands alone stands for itself; the standard is silent about it, and so EU DSS and
    Bouncy Castle read it.

    Source:
        RFC 4998, 4.2 (generation) and 4.3 (verification).
    """
    if len(hashes) == 1:
        return hashes[0]
    return digest(algorithm, b"".join(sorted(hashes)))


@dataclass(frozen=True)
class HashTree:
    """A binary tree over hashes of files; a hash without a neighbour moves up as it is."""

    algorithm: str
    levels: tuple[tuple[bytes, ...], ...]
    """From the leaves (distinct, in their order) to the root."""

    @classmethod
    def over(cls, algorithm: str, leaves: Sequence[bytes]) -> "HashTree":
        """Build the tree.

        Args:
            leaves: hashes of the files; a hash that comes twice counts once.

        Raises:
            ValueError: there is nothing to build a tree over.
        """
        level = tuple(dict.fromkeys(leaves))
        if not level:
            raise ValueError("A hash tree needs at least one leaf.")
        levels = [level]
        while len(level) > 1:
            pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
            level = tuple(joined(algorithm, p) if len(p) == 2 else p[0] for p in pairs)
            levels.append(level)
        return cls(algorithm, tuple(levels))

    @property
    def root(self) -> bytes:
        """The hash that is time-stamped."""
        return self.levels[-1][0]

    def paths(self) -> dict[bytes, Path]:
        """Return the path of every leaf."""
        return {leaf: self._path(at) for at, leaf in enumerate(self.levels[0])}

    def path_of(self, leaf: bytes) -> Path:
        """Return the reduced hash tree of one leaf.

        Raises:
            NotInTree: it is no leaf of this tree.
        """
        try:
            return self._path(self.levels[0].index(leaf))
        except ValueError as error:
            raise NotInTree(leaf.hex()) from error

    def _path(self, at: int) -> Path:
        lists = [(self.levels[0][at],)]
        for level in self.levels[:-1]:
            neighbour = at ^ 1
            if neighbour < len(level):
                lists.append((level[neighbour],))
            at //= 2
        return tuple(lists)


def root_of(algorithm: str, path: Path, leaf: bytes) -> bytes:
    """Return the root to which a path leads.

    Args:
        leaf: the hash whose membership is claimed.

    Raises:
        NotInTree: the first list does not hold the leaf.

    Source:
        RFC 4998, 4.3.
    """
    if not path:
        return leaf
    if leaf not in path[0]:
        raise NotInTree(leaf.hex())
    reached = joined(algorithm, path[0])
    for hashes in path[1:]:
        reached = joined(algorithm, (*hashes, reached))
    return reached
