"""Who may write into the database makes no document: what counts is an act in the evidence log."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.documents.desk import tools
from services.documents.models import Audit, Document, Revision, db
from services.documents.rendering.port import SEAL_FIELD, StampRequest
from services.documents.service.register import registered
from services.documents.signing.port import SignatureTask
from services.documents.verification.issued import Stage
from shared.evidence.checking import check_log
from shared.evidence.log import new_salt
from tests.documents.offices import NOW, ORGANISATION, Office, record
from tests.documents.samples import request
from tests.documents.test_verify_pages import ask


@pytest.fixture
def document_id(office: Office) -> UUID:
    """Return a document that is issued, and whose levels were raised once."""
    made = office.put(record())
    office.work(3)
    office.clock.move_to(NOW + timedelta(days=1))
    office.work(3)
    assert [one["level"] for one in revisions(office, made["id"])] == ["B-T", "B-LTA"]
    return UUID(made["id"])


def revisions(office: Office, document_id: str) -> list[dict[str, str]]:
    with office.context():
        found = db.session().get_one(Document, UUID(document_id)).revisions
        return [{"level": one.level, "sha256": one.sha256} for one in found]


def forged_file() -> bytes:
    """Return a document under our own seal that nobody has issued."""
    have = tools()
    base = have.renderer.render(request(signers=0, title="Podvržené rozhodnutí")).pdf
    stamp = have.renderer.stamp(StampRequest("Pečeť", "3. 4. 2026", "1"))
    task = SignatureTask(
        pdf=base,
        field=SEAL_FIELD,
        at=have.clock.now(),
        stamp=stamp,
        is_first=True,
        digest=have.digest,
    )
    return have.seal.seal(ORGANISATION, "MAS Sdružení Západní Krušnohoří, z. s.", task)


def revision_row(document_id: UUID, sha256: str) -> Revision:
    return Revision(
        id=uuid4(),
        organisation_id=ORGANISATION,
        document_id=document_id,
        ordinal=9,
        sha256=sha256,
        size=1,
        level="B-T",
        reason="issued",
        made_at=NOW,
    )


def act_row(document_id: UUID, sha256: str) -> Audit:
    """Return an act of which the evidence log knows nothing."""
    return Audit(
        organisation_id=ORGANISATION,
        at=NOW,
        recorded_at=NOW,
        actor_id=None,
        actor_name="Výzva",
        act="issue",
        subject_type="document",
        subject_id=document_id,
        details={"sha256": sha256},
        request_id="",
        salt=new_salt(),
    )


def as_it_is(_document_id: UUID, _sha256: str) -> None:
    """Write nothing more than the revision."""


def with_an_act(document_id: UUID, sha256: str) -> None:
    db.session().add(act_row(document_id, sha256))


def with_a_changed_act(document_id: UUID, sha256: str) -> None:
    act = issue_act(document_id)
    act.details = {"sha256": sha256}


def with_an_erased_act(document_id: UUID, sha256: str) -> None:
    act = issue_act(document_id)
    act.details, act.salt = {"sha256": sha256}, None


def issue_act(document_id: UUID) -> Audit:
    found: Audit = db.session().query(Audit).filter_by(subject_id=document_id, act="issue").one()
    return found


FORGERIES: list[tuple[Callable[[UUID, str], None], str]] = [
    (as_it_is, "unrecorded"),
    (with_an_act, "unvouched"),
    (with_a_changed_act, "changed"),
    (with_an_erased_act, "unrecorded"),
]


@pytest.mark.parametrize(("more", "fault"), FORGERIES, ids=[more.__name__ for more, _ in FORGERIES])
def test_a_forged_revision_makes_no_document_of_ours(
    office: Office, document_id: UUID, more: Callable[[UUID, str], None], fault: str
) -> None:
    """Under our own seal, and in the register: but no act in the log says so."""
    with office.context():
        pdf = forged_file()
        sha256 = tools().files.put(pdf)
        db.session().add(revision_row(document_id, sha256))
        more(document_id, sha256)
        db.session().commit()

    verdict = ask(office, pdf)

    assert (verdict["verdict"], verdict["profile"]) == ("TOTAL-FAILED", "own")
    assert "not-issued" in {one["code"] for one in verdict["findings"]}
    with office.context():
        found = check_log(office.app.extensions["vyzva-evidence"], ORGANISATION)
    assert (found.verdict[0], found.is_whole) == (fault, False)


def test_every_revision_that_the_product_made_is_vouched_for(
    office: Office, document_id: UUID
) -> None:
    """The issued file, and the one with a higher level."""
    made = [one["sha256"] for one in revisions(office, str(document_id))]

    with office.context():
        known = registered(db.session(), db.session().get_one(Document, document_id))
        found = check_log(office.app.extensions["vyzva-evidence"], ORGANISATION)

    assert [known.stage_of(one) for one in made] == [Stage.ISSUED, Stage.ISSUED]
    assert (known.present_sha256, len(made)) == (made[-1], 2)
    assert (found.unrecorded, found.is_whole) == (0, True)
