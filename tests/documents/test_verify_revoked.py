"""What is known of revocation decides about foreign files: nothing known, nothing confirmed."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from asn1crypto import x509

from services.documents.desk import tools
from services.documents.rendering.port import StampRequest
from services.documents.signing.port import Holder, SignatureTask
from services.documents.verification.report import SubIndication, Verdict
from services.documents.verification.verifier import Question, verify
from tests.documents.issued import PATIENT, House, Issued, issue, open_house
from tests.documents.offices import SECRET, Office
from tests.documents.samples import AT, ORGANISATION, request
from tests.documents.test_verify_identity import codes, drop
from tests.documents.test_verify_pages import ask


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    yield open_house(tmp_path_factory.mktemp("var"))


@pytest.fixture(scope="module")
def paper(house: House) -> Issued:
    return issue(house, signers=1)


def signed_by_somebody(office: Office, revoked_days_ago: int | None = None) -> bytes:
    """Sign a paper that is none of ours with a certificate of our authority."""
    with office.context():
        found = tools()
        assert found.pki is not None
        holder = Holder(uuid4(), "Ing. Jana Malá", ORGANISATION)
        key = found.pki.enrol(holder, SECRET)
        if revoked_days_ago is not None:
            serial = x509.Certificate.load(key.certificate).serial_number
            found.pki.revoke(serial, found.clock.now() - timedelta(days=revoked_days_ago))
        task = SignatureTask(
            pdf=found.renderer.render(request(signers=1)).pdf,
            field="Signature1",
            at=found.clock.now(),
            stamp=found.renderer.stamp(StampRequest("Podpis", "3. 4. 2026", "1")),
            is_first=True,
        )
        return found.pki.open(key, SECRET, holder.person_id).sign(task)


def test_a_certificate_revoked_before_it_signed_confirms_nothing(office: Office) -> None:
    pdf = signed_by_somebody(office, revoked_days_ago=5)

    verdict, page = ask(office, pdf), drop(office, pdf)

    assert (verdict["profile"], verdict["verdict"]) == ("in", "INDETERMINATE")
    assert verdict["sub_indication"] == "REVOKED_NO_POE"
    assert "revoked" in codes(verdict)
    assert "Certifikát byl zneplatněn" in page


def test_a_certificate_revoked_after_it_signed_does_no_harm(office: Office) -> None:
    pdf = signed_by_somebody(office, revoked_days_ago=-5)
    office.clock.move_to(office.clock.now() + timedelta(days=10))

    assert ask(office, pdf)["verdict"] == "TOTAL-PASSED"


def test_a_certificate_that_our_own_list_speaks_for_passes(office: Office) -> None:
    assert ask(office, signed_by_somebody(office))["verdict"] == "TOTAL-PASSED"


def test_where_nobody_tells_a_foreign_file_waits_for_a_person(paper: Issued) -> None:
    report = verify(Question(paper.pdf, replace(paper.trust(), crls=()), seconds=PATIENT))

    assert report.verdict is Verdict.INDETERMINATE
    assert report.sub_indication is SubIndication.TRY_LATER
    unsure = [item for item in report.findings if item.code == "revocation-unknown"]
    assert [item.field for item in unsure] == [item.field for item in report.signatures]


def test_word_of_another_authority_is_no_word_of_this_one(
    paper: Issued, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = open_house(tmp_path_factory.mktemp("other")).pki
    lists = tuple(other.crl(name, AT) for name in other.authorities)

    report = verify(Question(paper.pdf, replace(paper.trust(), crls=lists), seconds=PATIENT))

    assert report.sub_indication is SubIndication.TRY_LATER


@pytest.mark.parametrize(
    ("days", "verdict"),
    [
        pytest.param(-1, Verdict.INDETERMINATE, id="before it signed"),
        pytest.param(1, Verdict.PASSED, id="after it signed"),
    ],
)
def test_what_an_authority_once_told_this_installation_counts(
    paper: Issued, days: int, verdict: Verdict
) -> None:
    known = {paper.judge().signatures[0].chain[0].sha256: AT + timedelta(days=days)}

    report = verify(Question(paper.pdf, replace(paper.trust(), revoked=known), seconds=PATIENT))

    assert report.verdict is verdict
    assert ("revoked" in report.codes) is (days < 0)
