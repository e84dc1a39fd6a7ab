"""Three implementations of the proofs agree, and a forged proof passes neither of ours (T2, T3)."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency

from shared.evidence import merkle
from shared.evidence.export import NotCovered, newest_checkpoint, proof_of
from shared.evidence.keeping import Desk
from shared.evidence.offline import arithmetic, proofs
from shared.evidence.offline import verify as offline
from tests.databases import sqlite_address
from tests.shared.evidence_world import desk_in, do, signed, with_other_keys
from tests.shared.toy import ORGANISATION

pytestmark = pytest.mark.one_database

LARGEST = 40
ENTRIES = [str(number).encode() for number in range(LARGEST)]
LEAVES = [merkle.leaf_hash(entry) for entry in ENTRIES]
OTHERS = [merkle.leaf_hash(b"other " + entry) for entry in ENTRIES]
INCLUSION = (merkle.is_included, arithmetic.is_included)
CONSISTENCY = (merkle.is_consistent, arithmetic.is_consistent)
Steps = list[bytes]


@pytest.mark.parametrize("size", range(1, LARGEST + 1))
def test_roots_and_proofs_are_those_of_two_other_implementations(size: int) -> None:
    leaves, root = LEAVES[:size], merkle.root_of(LEAVES[:size])
    tree, theirs = arithmetic.Tree(), InmemoryTree(algorithm="sha256")
    for entry, leaf in zip(ENTRIES[:size], leaves, strict=True):
        tree.add(leaf)
        theirs.append_entry(entry)

    assert root == tree.root() == theirs.get_root()
    together = merkle.inclusion_proofs(leaves, range(size))
    for index, leaf in enumerate(leaves):
        path = merkle.inclusion_proof(leaves, index)
        assert path == together[index] == theirs.prove_inclusion(index + 1, size).path[1:]
        assert all(included(leaf, index, size, path, root) for included in INCLUSION)
    frontier = merkle.Frontier()
    for older in range(1, size + 1):
        frontier = frontier.append(leaves[older - 1])
        path = merkle.consistency_proof(leaves, older)
        assert path == merkle.growth_proof(frontier, leaves[older:])
        assert all(one(older, size, frontier.root, root, path) for one in CONSISTENCY)
        verify_consistency(frontier.root, root, theirs.prove_consistency(older, size))


def test_a_tree_is_kept_by_its_peaks() -> None:
    frontier = merkle.Frontier()
    for leaf in LEAVES:
        frontier = frontier.append(leaf)
        assert merkle.Frontier.load(frontier.size, frontier.dump()) == frontier
    with pytest.raises(ValueError, match="no tree"):
        merkle.Frontier.load(3, bytes(32))


def test_a_proof_of_what_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proofs(LEAVES, [0, LARGEST])
    with pytest.raises(IndexError):
        merkle.growth_proof(merkle.Frontier(), LEAVES)


# --- Forged paths (T3) ---------------------------------------------------------------------


def overlong(path: Steps) -> Steps:
    return [*path, LEAVES[0]]


def repeated(path: Steps) -> Steps:
    return [*path, *path[-1:]]


def shortened(path: Steps) -> Steps:
    return path[:-1]


def beheaded(path: Steps) -> Steps:
    return path[1:]


def swapped(path: Steps) -> Steps:
    return [*path[:-2], *path[-2:][::-1]]


def flipped(path: Steps) -> Steps:
    return [bytes([path[0][0] ^ 128]) + path[0][1:], *path[1:]] if path else path


def emptied(_path: Steps) -> Steps:
    return []


FORGERIES: tuple[Callable[[Steps], Steps], ...] = (
    overlong,
    repeated,
    shortened,
    beheaded,
    swapped,
    flipped,
    emptied,
)
sizes = st.integers(2, LARGEST)


@given(data=st.data(), size=sizes, forge=st.sampled_from(FORGERIES))
def test_a_forged_path_passes_neither(
    data: st.DataObject, size: int, forge: Callable[[Steps], Steps]
) -> None:
    leaves, root = LEAVES[:size], merkle.root_of(LEAVES[:size])
    index, older = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    path, proof = merkle.inclusion_proof(leaves, index), merkle.consistency_proof(leaves, older)
    forged, forged_proof = forge(path), forge(proof)
    assume(forged != path or forged_proof != proof)

    for included in INCLUSION:
        assert included(leaves[index], index, size, forged, root) is (forged == path)
    old_root = merkle.root_of(leaves[:older])
    for consistent in CONSISTENCY:
        assert consistent(older, size, old_root, root, forged_proof) is (forged_proof == proof)


@given(data=st.data(), size=sizes)
def test_a_proof_for_another_size_or_place_passes_neither(data: st.DataObject, size: int) -> None:
    """Also where the number of steps is the same: the size of the second tree is used up."""
    leaves, root = LEAVES[:size], merkle.root_of(LEAVES[:size])
    index, older = data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size - 1))
    other = data.draw(st.integers(0, 2 * LARGEST).filter(lambda number: number != size))
    place = data.draw(st.integers(-1, LARGEST).filter(lambda number: number != index))
    path, proof = merkle.inclusion_proof(leaves, index), merkle.consistency_proof(leaves, older)
    other_root = merkle.root_of(LEAVES[:other]) if other <= LARGEST else root
    old_root = merkle.root_of(leaves[:older])

    for included in INCLUSION:
        assert not included(leaves[index], place, size, path, root)
        assert not included(leaves[index], index, other, path, other_root) or other_root == root
    for consistent in CONSISTENCY:
        assert not consistent(older, other, old_root, other_root, proof) or other_root == root
        assert not consistent(older, size, root, old_root, proof)


@given(size=sizes)
def test_both_judge_alike_whatever_size_is_claimed(size: int) -> None:
    leaves, root = LEAVES[:size], merkle.root_of(LEAVES[:size])
    for index in range(size):
        path = merkle.inclusion_proof(leaves, index)
        for claimed in range(LARGEST + 2):
            verdicts = {one(leaves[index], index, claimed, path, root) for one in INCLUSION}
            assert len(verdicts) == 1
    for older in range(1, size):
        path, old_root = merkle.consistency_proof(leaves, older), merkle.root_of(leaves[:older])
        for claimed in range(LARGEST + 2):
            verdicts = {one(older, claimed, old_root, root, path) for one in CONSISTENCY}
            assert len(verdicts) == 1


@given(data=st.data(), size=st.integers(4, LARGEST))
def test_an_inner_node_is_no_leaf(data: st.DataObject, size: int) -> None:
    leaves, root = LEAVES[:size], merkle.root_of(LEAVES[:size])
    pair = data.draw(st.integers(0, size // 2 - 1))
    inner = merkle.node_hash(leaves[2 * pair], leaves[2 * pair + 1])
    path = merkle.inclusion_proof(leaves, 2 * pair)

    assert merkle.leaf_hash(leaves[2 * pair] + leaves[2 * pair + 1]) != inner
    assert arithmetic.leaf(leaves[2 * pair] + leaves[2 * pair + 1]) != inner
    for included in INCLUSION:
        for index in range(size):
            assert not included(inner, index, size, path[1:], root)
            assert not included(inner, index, size, path, root)


@given(data=st.data(), size=sizes)
def test_two_histories_are_never_consistent(data: st.DataObject, size: int) -> None:
    """T2: the newer one shares a beginning with the older one, but not all of it."""
    older = data.draw(st.integers(1, size))
    shared = data.draw(st.integers(0, older - 1))
    history = [*LEAVES[:shared], *OTHERS[shared:size]]
    old_root, root = merkle.root_of(LEAVES[:older]), merkle.root_of(history)

    for consistent in CONSISTENCY:
        for leaves in (history, LEAVES[:size]):
            proof = merkle.consistency_proof(leaves, older)
            assert not consistent(older, size, old_root, root, proof)


# --- Extracts ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("proofs")
    with desk_in(folder, sqlite_address(folder)) as desk:
        for number in range(5):
            do(desk, *(f"act {number}.{place}" for place in range(7)))
            do(desk, "foreign", "foreign", organisation=UUID(int=8))
            signed(desk)
        yield desk


@pytest.fixture
def proof(desk: Desk) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(json.dumps(proof_of(desk, ORGANISATION, [UUID(int=1)])))
    return made


def judged(proof: dict[str, Any]) -> offline.Report:
    return offline.judge_proof(proof, {}, [])


def test_acts_about_a_case_are_proved_without_the_rest_of_the_log(proof: dict[str, Any]) -> None:
    report = judged(proof)

    assert (report.faults, report.size, report.status) == ([], 5, 0)
    assert [one["entry"]["index"] for one in proof["records"]] == [1, 8, 15, 22, 29]
    assert {one["entry"]["subject_id"] for one in proof["records"]} == {str(UUID(int=1))}
    assert "Lipová" in proof["records"][0]["entry"]["facts"]
    assert max(len(one["path"]) for one in proof["records"]) <= 6


def test_the_extract_is_judged_by_the_script_too(
    proof: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof), "utf-8")
    mark = tmp_path / "mark.txt"
    mark.write_text(proof["checkpoint"], "utf-8")

    assert offline.main([str(file), "--mark", str(mark)]) == 0
    assert "BEZE ZMĚNY" in capsys.readouterr().out
    proof["records"][2]["entry"]["facts"] += " "
    file.write_text(json.dumps(proof), "utf-8")
    assert offline.main([str(file)]) == 1
    assert "PORUŠENO od záznamu 15" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["act", "at", "subject_id", "actor_id", "facts", "salt", "hash"])
def test_a_changed_act_is_not_proved(proof: dict[str, Any], name: str) -> None:
    entry = proof["records"][1]["entry"]
    entry[name] = f"{entry[name][:-1]}{'1' if entry[name][-1] != '1' else '2'}"

    assert judged(proof).faults[0][0] == 8


def test_an_act_made_up_is_not_proved(proof: dict[str, Any]) -> None:
    """Its own hashes are right, and the path leads elsewhere."""
    entry = proof["records"][0]["entry"]
    entry["act"] = "approve"
    fields = [proofs.FORMAT, *(str(entry[name]) for name in proofs.FIELDS)]
    parts = [field.encode() for field in fields]
    parts += [bytes.fromhex(entry["content"]), bytes.fromhex(entry["previous"])]
    encoded = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    entry["hash"] = arithmetic.leaf(encoded).hex()

    assert judged(proof).faults == [(1, "proof")]


def test_a_path_of_another_act_proves_nothing(proof: dict[str, Any]) -> None:
    first, second, *_ = proof["records"]
    first["path"], second["path"] = second["path"], first["path"]

    assert [index for index, _ in judged(proof).faults] == [1, 8]


def test_an_extract_of_somebody_with_other_keys_is_refused(
    desk: Desk, proof: dict[str, Any], tmp_path: Path
) -> None:
    theirs = with_other_keys(desk, tmp_path / "their keys")
    forged = proof_of(theirs, ORGANISATION, [UUID(int=1)])

    assert newest_checkpoint(desk, ORGANISATION) == proof["checkpoint"]
    with pytest.raises(offline.Bad):
        judged(forged)


def test_what_no_checkpoint_covers_yet_is_not_promised(desk: Desk) -> None:
    do(desk, "late", organisation=UUID(int=9))

    with pytest.raises(NotCovered):
        proof_of(desk, UUID(int=9), [UUID(int=0)])
    with pytest.raises(NotCovered):
        proof_of(desk, ORGANISATION, [UUID(int=77)])
