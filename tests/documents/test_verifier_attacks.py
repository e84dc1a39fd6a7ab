"""Every class of attack on a signed PDF, on documents that the product issued: none passes."""

from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate
from pyhanko.sign.fields import MDPPerm

from services.documents.signing.certificates import as_asn1
from services.documents.verification.findings import KINDS
from services.documents.verification.report import Integrity, Profile, Report, Verdict, Weight
from services.documents.verification.trust import Trust
from services.documents.verification.verifier import Question, verify
from tests.documents import attack_verdicts as verdicts
from tests.documents.attack_verdicts import CLASSES, AttackClass
from tests.documents.attacks import FORGERIES, SAVINGS, WRAPPINGS, Forger
from tests.documents.authorities import Authority, make_authority
from tests.documents.issued import (
    ORGANISATION_ID,
    PATIENT,
    House,
    Issued,
    issue,
    open_house,
)
from tests.documents.mutants import flipped, judged, telling_places
from tests.documents.prepared import PREPARED, approved, certified
from tests.documents.samples import AT, ORGANISATION

pytestmark = pytest.mark.one_database
STRUCTURES = [
    ("twice", "several-signers"),
    ("nobody", "cms-unreadable"),
    ("repeated_attribute", "attribute-repeated"),
    ("other_certificate", "other-certificate-named"),
    ("weak", "weak-algorithm"),
    ("embedded", "content-embedded"),
    ("stripped", "attribute-missing"),
    ("without message_digest", "message-digest-missing"),
    ("without content_type", "attribute-missing"),
    ("without signing_certificate_v2", "other-certificate-named"),
]
OF_OUR_REGISTER = {
    *("earlier-revision", "cancelled", "signer-missing", "signer-not-expected"),
    *("seal-missing", "not-certified"),
}
"""Faults that only our own documents have: the register's word, not the standard's."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield open_house(tmp_path_factory.mktemp("var"))


@pytest.fixture(scope="module")
def paper(house: House) -> Issued:
    return issue(house, signers=1)


def pair(report: Report) -> tuple[str, str]:
    return report.verdict.value, report.sub_indication.value if report.sub_indication else ""


def hold(of: AttackClass, name: str, foreign: Report, own: Report) -> None:
    """Hold both verdicts to the table."""
    assert (pair(foreign), pair(own)) == of.variants[name]
    assert Verdict.PASSED not in (foreign.verdict, own.verdict)


def test_the_table_names_every_attack_that_is_made_and_no_other() -> None:
    made = [*FORGERIES, *SAVINGS, *WRAPPINGS, *(name for name, _ in STRUCTURES), *PREPARED]
    named = [name for one in CLASSES for name in one.variants]

    assert sorted(named) == sorted(made)


def test_no_verdict_is_one_that_the_standard_does_not_know() -> None:
    """pyHanko keeps the two lists of ETSI EN 319 102-1 in a table of its own."""
    failed, open_ones = {i.name for i in AdESFailure}, {i.name for i in AdESIndeterminate}
    pairs = {found for one in CLASSES for both in one.variants.values() for found in both}

    assert all(sub in (failed if main == "TOTAL-FAILED" else open_ones) for main, sub in pairs)
    weighed = [(kind.weight, kind.sub.value) for kind in KINDS.values()]
    own_only = {code for code, kind in KINDS.items() if kind.weight is Weight.FAULT}
    assert {sub for weight, sub in weighed if weight is Weight.DOUBT} <= open_ones
    assert {KINDS[code].sub.value for code in own_only - OF_OUR_REGISTER} <= failed


@pytest.mark.parametrize("name", FORGERIES)
def test_a_broken_signature_is_never_overlooked(paper: Issued, name: str) -> None:
    forged = FORGERIES[name](paper.pdf)

    report = paper.judge_as_foreign(forged)
    hold(verdicts.FORGERY, name, report, paper.judge(forged))
    assert report.integrity is Integrity.BROKEN


@pytest.mark.parametrize("name", SAVINGS)
def test_what_is_added_after_signing_never_passes(paper: Issued, name: str) -> None:
    changed = SAVINGS[name](paper.pdf)

    own, foreign = paper.judge(changed), paper.judge_as_foreign(changed)

    hold(verdicts.SAVING, name, foreign, own)
    assert own.codes & {"bytes-appended", "not-issued"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("page painted over", "page-content-differs"),
        ("remark laid over", "page-looks-different"),
        ("field laid over", "signature-over-content"),
        ("signed look swapped", "page-looks-different"),
        ("page added", "page-count-differs"),
        ("script added", "active-content-unsigned"),
        ("number points elsewhere", "changes-unclear"),
        ("object dropped", "changes-unclear"),
        ("another catalogue", "changes-unclear"),
        ("hybrid table", "hybrid-references"),
        ("junk", "trailing-bytes"),
        ("a comment", "trailing-bytes"),
        ("objects without a table", "trailing-bytes"),
        ("header moved", "header-not-first"),
    ],
)
def test_the_attack_is_called_by_its_name(paper: Issued, name: str, code: str) -> None:
    assert code in paper.judge_as_foreign(SAVINGS[name](paper.pdf)).codes


@pytest.mark.parametrize("name", WRAPPINGS)
def test_a_wrapped_signature_never_passes(paper: Issued, name: str) -> None:
    wrapped = WRAPPINGS[name](paper.pdf)

    hold(verdicts.WRAPPING, name, paper.judge_as_foreign(wrapped), paper.judge(wrapped))


def forger_of(house: House) -> Forger:
    """Return a forger who has the seal's own key: only the structure is wrong."""
    seal = house.pki._seal_of(ORGANISATION_ID, ORGANISATION)
    chain = [as_asn1(item) for item in _chain(house)]
    return Forger(seal, chain)


def _chain(house: House) -> list[x509.Certificate]:
    return [house.pki._issuer.certificate, house.pki._root.certificate]


def test_the_forger_could_make_a_good_one(house: House, paper: Issued) -> None:
    made = forger_of(house).good(paper.pdf)

    assert paper.judge_as_foreign(made).verdict is Verdict.PASSED
    assert paper.judge(made).verdict is Verdict.FAILED


@pytest.mark.parametrize(("name", "code"), STRUCTURES)
def test_a_wrong_structure_never_passes(house: House, paper: Issued, name: str, code: str) -> None:
    forger = forger_of(house)
    verb, _, attribute = name.partition(" ")
    attack = forger.without(attribute) if attribute else getattr(forger, verb)

    report = paper.judge_as_foreign(attack(paper.pdf))

    assert code in report.codes
    hold(verdicts.STRUCTURE, name, report, paper.judge(attack(paper.pdf)))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return make_authority()


def judge_of_others(authority: Authority, pdf: bytes) -> Report:
    """Judge as anybody's document, with its signer's authority believed."""
    root = authority.root.certificate.public_bytes(Encoding.DER)
    trust = Trust(at=AT, anchors=(root,), crls=authority.lists(AT))
    return verify(Question(pdf, trust, Profile.IN, seconds=PATIENT))


def test_documents_of_others_pass_before_they_are_attacked(
    paper: Issued, authority: Authority
) -> None:
    card, pdf = authority.issue("Cizí Osoba", now=AT), paper.revisions[0]

    honest = [approved(pdf, card), *(certified(pdf, card, one) for one in MDPPerm)]

    assert {judge_of_others(authority, one).verdict for one in honest} == {Verdict.PASSED}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("value drawn anew", "page-looks-different"),
        ("font exchanged", "page-content-differs"),
        ("cover taken away", "changes-unclear"),
        ("two under one number", "object-twice"),
        ("hidden one shown", "page-content-differs"),
        ("remark where remarks are allowed", "page-looks-different"),
        ("remark on an approval", "page-looks-different"),
        ("field on an approval", "signature-over-content"),
        ("field where filling in is allowed", "signature-over-content"),
        ("signed field on an approval", "signature-over-content"),
        ("signed field where filling in is allowed", "signature-over-content"),
        ("script signed with the document", "active-content"),
        ("script after certification", "active-content-unsigned"),
        ("object after no changes", "trailing-bytes"),
        ("junk after no changes", "trailing-bytes"),
    ],
)
def test_what_was_prepared_or_allowed_never_passes(
    paper: Issued, authority: Authority, name: str, code: str
) -> None:
    card = authority.issue("Cizí Osoba", now=AT)
    attacked = PREPARED[name](paper.revisions[0], card)
    of = verdicts.SHADOW if name in verdicts.SHADOW.variants else verdicts.CERTIFICATION

    report = judge_of_others(authority, attacked)

    assert code in report.codes
    hold(of, name, report, paper.judge(attacked))


def test_no_mutant_passes(paper: Issued) -> None:
    """One flipped bit: signed bytes never pass, others never pass as ours.

    Here at every kind of place that a reader decides by; ten thousand places by chance are judged
    by ``make bench-verifier``.
    """
    places = telling_places(paper.pdf)
    assert len(places) > 80

    for bit in (0, 5):
        found = [judged(paper, place, *flipped(paper.pdf, place, bit)) for place in places[bit::2]]
        assert [one.seed for one in found if one.is_believed] == []
        assert any(not one.is_signed for one in found)
