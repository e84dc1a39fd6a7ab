"""Time-stamp tokens that are kept: one judge for new and kept ones, and the verifier agrees."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from services.documents.evidence.evidence_records import BadRecord
from services.documents.evidence.tokens import good_until
from services.documents.signing.development_pki import DevelopmentPki
from services.documents.signing.port import AuthorityFailed
from services.documents.signing.tokens import check_use, read_token
from services.documents.verification.cms import BadCms, read_time_stamp
from tests.documents.samples import AT
from tests.documents.time_stamps import token

DATA = b"what is stamped"
IMPRINT = hashlib.sha256(DATA).digest()


@pytest.fixture
def pki(tmp_path: Path) -> DevelopmentPki:
    return DevelopmentPki(tmp_path / "pki", is_production=False, now=lambda: AT)


@pytest.fixture
def kept(pki: DevelopmentPki) -> bytes:
    return token(pki, IMPRINT, "sha256", AT)


def test_a_kept_token_says_what_it_stamps_and_until_when_it_is_good(kept: bytes) -> None:
    found = read_token(kept)
    check_use(found)

    assert (found.content, found.imprint, found.algorithm, found.at) == (
        kept,
        IMPRINT,
        "sha256",
        AT,
    )
    assert found.good_until == good_until(kept)
    assert AT + timedelta(days=5 * 365) < found.good_until < AT + timedelta(days=7 * 365)


def test_a_changed_token_is_refused_or_says_the_same_to_both_readers(kept: bytes) -> None:
    refused = 0
    for place in range(0, len(kept), 5):
        changed = kept[:place] + bytes([kept[place] ^ 4]) + kept[place + 1 :]
        try:
            found = read_token(changed)
        except AuthorityFailed:
            refused += 1
        else:
            assert (found.imprint, found.algorithm, found.at) == (IMPRINT, "sha256", AT), place
        try:
            other = read_time_stamp(changed, [memoryview(DATA)])
        except BadCms:
            continue
        assert other.token.problems or other.at == AT, place

    # The rest lies in the certificates above, which have signatures of their own.
    assert refused > len(kept) / 5 / 3


@pytest.mark.parametrize("nonsense", [b"", b"\x30\x00", b"\x30\x03\x02\x01\x01", b"x" * 100])
def test_nonsense_is_no_token(nonsense: bytes) -> None:
    with pytest.raises(AuthorityFailed):
        read_token(nonsense)
    with pytest.raises(BadRecord):
        good_until(nonsense)
