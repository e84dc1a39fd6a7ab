"""The Merkle tree agrees with published vectors and with its definition; no forged proof passes."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.evidence.merkle import (
    EMPTY_ROOT,
    Frontier,
    WholeTree,
    consistency_proof,
    inclusion_proof,
    is_consistent,
    is_included,
    leaf_hash,
    node_hash,
    root_of,
)

pytestmark = pytest.mark.one_database

ENTRIES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""Roots over the first entries, from the tests of Certificate Transparency."""
LARGEST = 40
LEAVES = [leaf_hash(str(number).encode()) for number in range(LARGEST)]


def defined_root(leaves: Sequence[bytes]) -> bytes:
    """The definition of RFC 9162, 2.1.1, word for word; shares nothing with the product."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = max(2**power for power in range(64) if 2**power < len(leaves))
    halves = defined_root(leaves[:half]) + defined_root(leaves[half:])
    return sha256(b"\x01" + halves).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_published_vectors(size: int) -> None:
    leaves = [leaf_hash(entry) for entry in ENTRIES[:size]]

    assert root_of(leaves).hex() == ROOTS[size - 1]


@pytest.mark.parametrize("size", range(LARGEST + 1))
def test_roots_are_those_of_the_definition(size: int) -> None:
    assert root_of(LEAVES[:size]) == defined_root(LEAVES[:size])


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    assert Frontier().root == EMPTY_ROOT == root_of([])


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_leaf_is_proved_and_at_its_own_place_only(size: int) -> None:
    leaves, root = LEAVES[:size], root_of(LEAVES[:size])
    for index, leaf in enumerate(leaves):
        path = inclusion_proof(leaves, index)

        assert len(path) <= (size - 1).bit_length()
        assert is_included(leaf, index, size, path, root)
        others = [place for place in range(-1, size + 1) if place != index]
        assert not any(is_included(leaf, place, size, path, root) for place in others)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 64, 100])
def test_a_tree_that_was_read_once_proves_the_same(size: int) -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(size)]
    tree = WholeTree(leaves)

    assert [tree.path(index) for index in range(size)] == [
        inclusion_proof(leaves, index) for index in range(size)
    ]
    assert tree.leaves() == leaves
    with pytest.raises(IndexError):
        tree.path(size)


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_every_earlier_tree_is_proved_to_be_the_beginning(size: int) -> None:
    leaves, root = LEAVES[:size], root_of(LEAVES[:size])
    for old_size in range(1, size + 1):
        path, old_root = consistency_proof(leaves, old_size), root_of(leaves[:old_size])

        assert is_consistent(old_size, size, old_root, root, path)
        others = [other for other in range(size + 2) if other != old_size]
        assert not any(is_consistent(other, size, old_root, root, path) for other in others)


sizes = st.integers(2, LARGEST)


@given(data=st.data(), size=sizes)
def test_a_forged_path_proves_nothing(data: st.DataObject, size: int) -> None:
    leaves, root = LEAVES[:size], root_of(LEAVES[:size])
    index, old_size = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    path, proof = inclusion_proof(leaves, index), consistency_proof(leaves, old_size)
    old_root = root_of(leaves[:old_size])
    forge = data.draw(st.sampled_from([flipped, longer, shorter, swapped]))

    if (forged := forge(path)) != path:
        assert not is_included(leaves[index], index, size, forged, root)
    if (forged := forge(proof)) != proof:
        assert not is_consistent(old_size, size, old_root, root, forged)


def flipped(path: list[bytes]) -> list[bytes]:
    return [bytes([step[0] ^ 1]) + step[1:] for step in path[:1]] + path[1:]


def longer(path: list[bytes]) -> list[bytes]:
    return [*path, path[-1] if path else EMPTY_ROOT]


def shorter(path: list[bytes]) -> list[bytes]:
    return path[:-1]


def swapped(path: list[bytes]) -> list[bytes]:
    return [*path[1:2], *path[:1], *path[2:]]


@given(size=sizes, changed=st.integers(0, LARGEST - 1))
def test_a_changed_history_is_never_consistent(size: int, changed: int) -> None:
    index = changed % (size - 1)
    other = [*LEAVES[:index], leaf_hash(b"rewritten"), *LEAVES[index + 1 : size]]
    for old_size in range(index + 1, size):
        path = consistency_proof(other, old_size)

        old_root = root_of(LEAVES[:old_size])
        assert not is_consistent(old_size, size, old_root, root_of(other), path)


def test_an_inner_node_does_not_pass_for_an_entry() -> None:
    leaves = LEAVES[:4]
    inside = node_hash(leaves[0], leaves[1])

    assert not is_included(leaf_hash(leaves[0] + leaves[1]), 0, 2, [], root_of(leaves))
    assert not is_included(inside, 0, 4, [node_hash(*leaves[2:4])], root_of(leaves))
    assert leaf_hash(leaves[0] + leaves[1]) != inside


@pytest.mark.parametrize(("size", "index"), [(0, 0), (3, 3), (3, -1)])
def test_there_is_no_proof_of_what_is_not_there(size: int, index: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES[:size], index)


@pytest.mark.parametrize(("size", "old_size"), [(3, 0), (3, 4)])
def test_there_is_no_older_tree_than_the_first_and_no_newer_than_the_last(
    size: int, old_size: int
) -> None:
    with pytest.raises(IndexError):
        consistency_proof(LEAVES[:size], old_size)
