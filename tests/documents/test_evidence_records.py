"""Evidence records: every file of a tree is proven, nothing else is, and renewals hold."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

import pytest
from asn1crypto import x509
from hypothesis import given
from hypothesis import strategies as st

from services.documents.evidence.evidence_records import (
    BadRecord,
    Chains,
    Stamp,
    check_record,
    imprint_to_rehash,
    imprint_to_renew,
    read_record,
    record_of,
)
from services.documents.evidence.hash_tree import HashTree, NotInTree, digest, root_of
from services.documents.evidence.tokens import TokenJudge
from services.documents.signing.development_pki import DevelopmentPki
from tests.documents.samples import AT
from tests.documents.time_stamps import token

FILES = [f"soubor {number}".encode() for number in range(11)]
YEAR = timedelta(days=365)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevelopmentPki]:
    yield DevelopmentPki(tmp_path_factory.mktemp("var") / "pki", is_production=False)


@pytest.fixture(scope="module")
def judge(pki: DevelopmentPki) -> TokenJudge:
    return TokenJudge([x509.Certificate.load(pki.root_certificate)])


def first_stamps(pki: DevelopmentPki, at: datetime = AT) -> dict[bytes, Stamp]:
    tree = HashTree.over("sha256", [sha256(file).digest() for file in FILES])
    stamped = token(pki, tree.root, "sha256", at)
    return {file: Stamp("sha256", tree.path_of(sha256(file).digest()), stamped) for file in FILES}


def renewed(pki: DevelopmentPki, chains: Chains, at: datetime) -> Chains:
    """Put a time stamp over the last one."""
    last = chains[-1][-1]
    again = token(pki, imprint_to_renew(last.algorithm, last.token), last.algorithm, at)
    return (*chains[:-1], (*chains[-1], Stamp(last.algorithm, (), again)))


def rehashed(pki: DevelopmentPki, chains: dict[bytes, Chains], at: datetime) -> dict[bytes, Chains]:
    """Hash all files anew, in one tree with another algorithm."""
    leaves = {file: imprint_to_rehash("sha512", file, chain) for file, chain in chains.items()}
    tree = HashTree.over("sha512", list(leaves.values()))
    stamped = token(pki, tree.root, "sha512", at)
    return {
        file: (*chains[file], (Stamp("sha512", tree.path_of(leaf), stamped),))
        for file, leaf in leaves.items()
    }


def whole_life(pki: DevelopmentPki, step: timedelta = YEAR) -> dict[bytes, bytes]:
    """Return the records of all files after two renewals, a new algorithm, and one more."""
    chains: dict[bytes, Chains] = {file: ((one,),) for file, one in first_stamps(pki).items()}
    for steps in (1, 2):
        chains = {file: renewed(pki, one, AT + steps * step) for file, one in chains.items()}
    chains = rehashed(pki, chains, AT + 3 * step)
    chains = {file: renewed(pki, one, AT + 4 * step) for file, one in chains.items()}
    return {file: record_of(one) for file, one in chains.items()}


@given(st.integers(min_value=1, max_value=200))
def test_every_leaf_leads_to_the_root_and_nothing_else_does(count: int) -> None:
    leaves = [digest("sha256", bytes([number])) for number in range(count)]
    tree = HashTree.over("sha256", leaves)
    paths = tree.paths()
    assert {root_of("sha256", paths[leaf], leaf) for leaf in leaves} == {tree.root}
    stranger = digest("sha256", b"cizi")
    for other in (stranger, *leaves[1:]):
        with pytest.raises(NotInTree):
            root_of("sha256", paths[leaves[0]], other)
    with pytest.raises(NotInTree):
        tree.path_of(stranger)


def test_a_path_is_no_longer_than_the_tree_is_high() -> None:
    tree = HashTree.over("sha256", [digest("sha256", bytes([n])) for n in range(200)])
    assert max(len(path) for path in tree.paths().values()) == 9  # itself, and 2 to the 8th is 256


@pytest.mark.parametrize("count", [1, 2, 5, 11])
def test_each_file_of_a_tree_is_proven(pki: DevelopmentPki, judge: TokenJudge, count: int) -> None:
    tree = HashTree.over("sha256", [sha256(file).digest() for file in FILES[:count]])
    stamped = token(pki, tree.root, "sha256", AT)
    for file in FILES[:count]:
        path = tree.path_of(sha256(file).digest())
        record = record_of(((Stamp("sha256", path, stamped),),))
        assert check_record(record, file, AT + YEAR, judge) == AT
        with pytest.raises(BadRecord):
            check_record(record, file + b".", AT + YEAR, judge)


def test_a_record_lives_through_renewals_and_a_new_algorithm(
    pki: DevelopmentPki, judge: TokenJudge
) -> None:
    for file, record in whole_life(pki).items():
        assert check_record(record, file, AT + 5 * YEAR, judge) == AT
        assert [len(chain) for chain in read_record(record)] == [3, 2]
        assert record_of(read_record(record)) == record


def test_one_flipped_bit_anywhere_never_proves_the_same(
    pki: DevelopmentPki, judge: TokenJudge
) -> None:
    """Bits that nothing covers (unsigned parts of tokens) may change; the proven time may not."""
    file, record = next(iter(whole_life(pki).items()))
    chance, survived = Random(7), 0
    for _ in range(120):
        harmed = bytearray(record)
        harmed[chance.randrange(len(harmed))] ^= 1 << chance.randrange(8)
        try:
            assert check_record(bytes(harmed), file, AT + 5 * YEAR, judge) == AT
            survived += 1
        except BadRecord:
            continue
    # The first chains are covered by the renewals byte for byte.
    covered = read_record(record)[0][0].token
    first = record.index(covered)
    for at in range(first, first + len(covered), 25):
        harmed = bytearray(record)
        harmed[at] ^= 1
        with pytest.raises(BadRecord):
            check_record(bytes(harmed), file, AT + 5 * YEAR, judge)
    assert survived < 12  # of 120: only bytes of certificates that the last token does not need


def test_renewals_that_cover_something_else_prove_nothing(
    pki: DevelopmentPki, judge: TokenJudge
) -> None:
    mine, other = list(first_stamps(pki).items())[:2]
    file, stamp = mine
    of_another = token(pki, digest("sha256", b"jine razitko"), "sha256", AT + YEAR)
    for chains in (
        ((stamp, Stamp("sha256", (), of_another)),),
        ((stamp,), (Stamp("sha512", (), token(pki, digest("sha512", file), "sha512", AT)),)),
        ((other[1],),),
    ):
        with pytest.raises(BadRecord):
            check_record(record_of(chains), file, AT + 2 * YEAR, judge)


def test_a_renewal_is_not_older_than_what_it_renews(pki: DevelopmentPki, judge: TokenJudge) -> None:
    file, stamp = next(iter(first_stamps(pki).items()))
    chains = renewed(pki, ((stamp,),), AT - YEAR)
    with pytest.raises(BadRecord):
        check_record(record_of(chains), file, AT + YEAR, judge)


def test_an_unknown_authority_proves_nothing(
    pki: DevelopmentPki, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = DevelopmentPki(tmp_path_factory.mktemp("var") / "pki", is_production=False)
    judge = TokenJudge([x509.Certificate.load(other.root_certificate)])
    file, stamp = next(iter(first_stamps(pki).items()))
    with pytest.raises(BadRecord, match="authority"):
        check_record(record_of(((stamp,),)), file, AT + YEAR, judge)


@pytest.mark.parametrize("chains", [(), ((),)])
def test_a_record_without_a_stamp_is_not_made(chains: Chains) -> None:
    with pytest.raises(ValueError, match="time stamp"):
        record_of(chains)


@pytest.mark.parametrize("nonsense", [b"", b"\x30\x00", b"%PDF-1.7", bytes(100)])
def test_nonsense_is_no_record(judge: TokenJudge, nonsense: bytes) -> None:
    with pytest.raises(BadRecord):
        check_record(nonsense, FILES[0], AT, judge)
