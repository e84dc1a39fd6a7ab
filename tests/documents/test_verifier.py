"""The verifier over documents that the product issues."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from services.documents.verification.findings import KINDS
from services.documents.verification.report import (
    Integrity,
    Level,
    Profile,
    SubIndication,
    Verdict,
)
from services.documents.verification.sentences import SENTENCES
from services.documents.verification.trust import Trust
from services.documents.verification.verifier import Question, verify
from tests.documents.issued import House, Issued, issue, open_house
from tests.documents.samples import AT

pytestmark = pytest.mark.one_database
LATER = AT + timedelta(days=400)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield open_house(tmp_path_factory.mktemp("var"))


@pytest.fixture(scope="module")
def paper(house: House) -> Issued:
    """Return a document with one person's signature and the seal."""
    return issue(house, signers=1)


@pytest.mark.parametrize("signers", [0, 1, 3])
def test_an_issued_document_passes(house: House, signers: int) -> None:
    document = issue(house, signers)

    for report in (document.judge(), document.judge_as_foreign()):
        assert (report.verdict, report.sub_indication) == (Verdict.PASSED, None)
        assert report.integrity is Integrity.INTACT
        assert len(report.signatures) == signers + 1


def test_a_renewed_document_passes_years_later(house: House) -> None:
    document = issue(house, signers=2)
    for days in (1, 200, 390):
        document.stamp(AT + timedelta(days=days))

    report = document.judge(at=LATER)

    assert report.verdict is Verdict.PASSED
    assert [item.is_time_stamp for item in report.signatures] == [False] * 3 + [True] * 3
    assert "changed-after-last" not in report.codes


def test_each_signature_says_who_when_and_what(paper: Issued) -> None:
    person, seal = paper.judge().signatures

    assert person.signer == "Ing. Jana Malá 1"
    assert (person.claimed_at, person.stamped_at, person.level) == (AT, AT, Level.B_T)
    assert (person.certification, person.covers_whole_file) == (2, False)
    assert person.signed_bytes == len(paper.revisions[1])
    assert (seal.stamped_at, seal.level, seal.locks) == (AT, Level.B_T, "all")
    assert seal.stamped_by == "Výzva – vývojová autorita časových razítek"
    assert seal.covers_whole_file
    assert [item.subject for item in seal.chain][1:] == [
        "Výzva – vývojová vydávající autorita",
        "Výzva – vývojová kořenová autorita",
    ]


def test_without_a_believed_authority_the_content_is_still_whole(paper: Issued) -> None:
    report = verify(Question(paper.pdf, Trust(at=AT)))

    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    assert report.integrity is Integrity.INTACT


def test_when_only_time_ran_out_the_verdict_says_try_again(paper: Issued) -> None:
    """A machine under load makes no file too long, and fails none."""
    report = verify(Question(paper.pdf, Trust(at=AT), seconds=-1))

    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.TRY_LATER
    assert "not-compared-in-time" in report.codes
    assert "not-compared" not in report.codes
    assert not any("dlouhý" in one.text for one in report.findings)


def test_an_unfinished_revision_is_named(paper: Issued) -> None:
    for revision in paper.revisions[:-1]:
        report = paper.judge(revision)

        assert report.verdict is Verdict.FAILED
        assert "earlier-revision" in report.codes


def test_the_revision_that_was_issued_stays_good_after_a_renewal(house: House) -> None:
    document = issue(house)
    sealed = document.pdf
    document.stamp(AT + timedelta(days=1))

    report = document.judge(sealed)

    assert report.verdict is Verdict.PASSED
    assert "extended-meanwhile" in report.codes


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(lambda pdf: pdf + b"x", "bytes-appended", id="a byte appended"),
        pytest.param(lambda pdf: pdf + b"\n", "bytes-appended", id="a line break appended"),
        pytest.param(lambda pdf: b"x" + pdf, "not-issued", id="a byte before"),
        pytest.param(lambda pdf: pdf[:-1], "bytes-appended", id="a byte cut off"),
    ],
)
def test_other_bytes_are_not_the_document(
    paper: Issued, change: Callable[[bytes], bytes], code: str
) -> None:
    report = paper.judge(change(paper.pdf))

    assert report.verdict is Verdict.FAILED
    assert code in report.codes


def test_a_cancelled_document_does_not_pass(paper: Issued) -> None:
    known = paper.registered(is_cancelled=True)
    report = verify(Question(paper.pdf, paper.trust(), Profile.OWN, known))

    assert (report.verdict, report.integrity) == (Verdict.FAILED, Integrity.INTACT)
    assert "cancelled" in report.codes


def test_the_wrong_person_does_not_pass(paper: Issued) -> None:
    signer = replace(paper.people[0], certificate_serial="0badc0ffee")
    known = paper.registered(signers=(signer,))
    report = verify(Question(paper.pdf, paper.trust(), Profile.OWN, known))

    assert report.verdict is Verdict.FAILED
    assert "signer-not-expected" in report.codes


def test_a_missing_person_is_named(paper: Issued) -> None:
    absent = replace(paper.people[0], field="Signature2", name="Petr Dvořák")
    known = paper.registered(signers=(*paper.people, absent))
    report = verify(Question(paper.pdf, paper.trust(), Profile.OWN, known))

    missing = next(item for item in report.findings if item.code == "signer-missing")
    assert missing.text == "Chybí podpis: Petr Dvořák."


def test_our_document_unknown_to_the_register_fails(paper: Issued) -> None:
    report = verify(Question(paper.pdf, paper.trust(), Profile.OWN, None))

    assert report.verdict is Verdict.FAILED
    assert "not-issued" in report.codes


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "file-empty"),
        (b"PK\x03\x04 a spreadsheet", "not-a-pdf"),
        (b"%PDF-1.7", "not-signed"),
        (b"%PDF-1.7\n" + b"1 0 obj <<" * 5000, "not-signed"),
        (b"%PDF-1.7\n1 0 obj\n" + b"[" * 100_000, "too-complex"),
    ],
)
def test_what_is_no_signed_pdf_is_said_so(data: bytes, code: str) -> None:
    report = verify(Question(data, Trust(at=AT)))

    assert code in report.codes
    assert report.verdict is not Verdict.PASSED
    assert report.integrity is not Integrity.INTACT


def test_every_finding_has_a_sentence_and_every_sentence_a_finding() -> None:
    assert set(KINDS) == set(SENTENCES)
