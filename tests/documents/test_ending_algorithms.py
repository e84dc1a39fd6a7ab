"""A hash function ends: whatever is signed, stamped or gathered from then on uses another one."""

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.pdf_utils.reader import PdfFileReader
from sqlalchemy import select

from services.documents.domain.algorithms import AlgorithmPolicy
from services.documents.models import ArchiveTree, db
from services.documents.signing.levels import _tokens
from services.documents.tools import Tools
from services.documents.verification.report import Verdict
from services.documents.verification.verifier import Question, verify
from services.documents.verifying import trust_of
from tests.documents.authorities import Authority, make_authority, new_key, stock_sign
from tests.documents.offices import DIRECTOR, Office, open_office, record
from tests.documents.softhsm import SoftToken, make_token
from tests.documents.test_levels import row
from tests.documents.test_own_stores import keep, use_once
from tests.documents.test_sign_elsewhere import FIELD, handed_out, refuses
from tests.documents.test_tokens import KEY, LABEL
from tests.documents.test_tokens import sign as sign_with_token

NOW = datetime.now(UTC)
SOON, OVER = NOW.date() + timedelta(days=100), NOW.date() - timedelta(days=1)


def make_office(folder: Path, url: str, end: date, **more: Any) -> Office:
    office = open_office(folder / "var", url, algorithm_ends={"sha256": end}, **more)
    office.clock.move_to(NOW)
    return office


def tools(office: Office) -> Tools:
    found: Tools = office.app.extensions["documents-tools"]
    return found


def hashes(pdf: bytes) -> set[str]:
    """Return the hash functions of all signatures and stamps of a file."""
    found = set()
    for item in PdfFileReader(io.BytesIO(pdf)).embedded_signatures:
        found.add(item.md_algorithm)
        for token in _tokens(item):
            info = token["content"]["encap_content_info"]["content"].parsed  # type: ignore[index]
            found.add(info["message_imprint"]["hash_algorithm"]["algorithm"].native)
    return found


def present(office: Office, document: dict[str, Any]) -> bytes:
    found = row(office, document["id"])
    assert found.trouble is None, found.trouble_note
    return tools(office).files.get(found.sha256)


@pytest.mark.parametrize("end", [SOON, OVER], ids=["before its end", "after it"])
def test_signatures_seals_and_stamps_use_the_next_function(
    tmp_path: Path, database_url: str, end: date
) -> None:
    office = make_office(tmp_path, database_url, end)
    office.make_key(DIRECTOR)
    document = office.put(record(DIRECTOR))
    assert office.sign(document["id"], DIRECTOR).status_code == 201
    office.work()
    issued = present(office, document)
    office.clock.move_to(NOW + timedelta(hours=1))
    office.work()

    assert hashes(issued) == hashes(present(office, document)) == {"sha384"}
    assert office.view(document["id"])["level"] == "B-LTA"


def test_own_keys_use_it_too(tmp_path: Path, database_url: str) -> None:
    authority = make_authority()
    office = make_office(
        tmp_path, database_url, SOON, accepted_authorities=authority.anchors(tmp_path / "anchors")
    )
    first, second = (authority.issue(DIRECTOR.name).pkcs12() for _ in range(2))
    kept, once = office.put(record(DIRECTOR)), office.put(record(DIRECTOR, title="Druhý"))

    assert use_once(office, once, first).status_code == 303
    assert keep(office, second).status_code == 303
    assert office.sign(kept["id"], DIRECTOR).status_code == 201

    assert hashes(present(office, once)) == hashes(present(office, kept)) == {"sha384"}


@pytest.fixture
def token(tmp_path: Path) -> SoftToken:
    return make_token(tmp_path / "softhsm", LABEL)


@pytest.mark.parametrize("kind", ["EC", "RSA"])
def test_tokens_use_it_too(tmp_path: Path, database_url: str, token: SoftToken, kind: str) -> None:
    authority = make_authority()
    office = make_office(
        tmp_path,
        database_url,
        SOON,
        accepted_authorities=authority.anchors(tmp_path / "anchors"),
        tokens=[{"module": str(token.module), "label": LABEL}],
    )
    key = new_key() if kind == "EC" else rsa.generate_private_key(65537, 2048)
    token.put(authority.issue(DIRECTOR.name, key=key), KEY)
    document = office.put(record(DIRECTOR))

    assert sign_with_token(office, document).status_code == 303

    assert hashes(present(office, document)) == {"sha384"}


def test_what_was_signed_elsewhere_with_an_ended_function_is_refused(
    tmp_path: Path, database_url: str
) -> None:
    authority: Authority = make_authority()
    office = make_office(
        tmp_path, database_url, OVER, accepted_authorities=authority.anchors(tmp_path / "anchors")
    )
    document = office.put(record(DIRECTOR))
    owner = authority.issue(DIRECTOR.name)

    signed = stock_sign(handed_out(office, document["id"], DIRECTOR), owner, FIELD)

    assert refuses(office, document, DIRECTOR, signed) == "algorithm-too-weak"


def test_evidence_records_take_the_next_function(tmp_path: Path, database_url: str) -> None:
    office = make_office(tmp_path, database_url, SOON)
    office.put(record())
    office.work()
    office.clock.move_to(NOW + timedelta(days=1))
    office.work()

    with office.context():
        assert set(db.session.scalars(select(ArchiveTree.algorithm))) == {"sha384"}


def test_the_verifier_believes_an_ended_function_only_with_older_proof(
    tmp_path: Path, database_url: str
) -> None:
    """The same file, signed with SHA-256 long ago: without and with an archival time stamp."""
    office = open_office(tmp_path / "var", database_url)
    document = office.put(record())
    office.work()
    plain = present(office, document)
    office.clock.move_to(office.clock.now() + timedelta(hours=1))
    office.work()
    stamped = present(office, document)
    end = (office.clock.now() + timedelta(days=400)).date()
    stronger = open_office(tmp_path / "var", database_url, algorithm_ends={"sha256": end})
    stronger.clock.move_to(office.clock.now() + timedelta(days=300))
    stronger.work()
    renewed = present(stronger, document)
    stronger.clock.move_to(office.clock.now() + timedelta(days=500))

    trust = trust_of(tools(stronger))
    early, late, kept = (verify(Question(pdf, trust)) for pdf in (plain, stamped, renewed))

    assert (early.verdict, late.verdict) == (Verdict.INDETERMINATE, Verdict.INDETERMINATE)
    assert "weak-algorithm" in early.codes & late.codes
    assert kept.verdict is Verdict.PASSED, kept.findings


def test_an_algorithm_that_is_preferred_counts_as_long_as_it_lasts() -> None:
    policy = AlgorithmPolicy({"sha512": date(2030, 1, 1)}, margin=timedelta(days=100))

    assert policy.digest_for(datetime(2029, 1, 1, tzinfo=UTC), "sha512") == "sha512"
    assert policy.digest_for(datetime(2029, 11, 1, tzinfo=UTC), "sha512") == "sha256"
