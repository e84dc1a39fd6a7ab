"""What waits in reviews that applicants asked for."""

from collections.abc import Iterator

from flask import url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from services.evaluation.models import Case, Review
from services.evaluation.service.acting import Acting
from shared.waiting import READ_OF_A_KIND, cut
from shared.web.tasks import WaitingTask


def tasks(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    """Return the reviews that wait for a decision, the oldest first."""
    if acting.actor.has_role("programme_committee", "assembly"):
        yield from cut(_undecided(session, acting))


def _undecided(session: Session, acting: Acting) -> Iterator[WaitingTask]:
    query = (
        select(Review.id, Case.number, Case.applicant_name)
        .join(Case, Case.id == Review.case_id)
        .where(Review.organisation_id == acting.organisation_id, Review.outcome.is_(None))
        .order_by(Review.received_on, Review.id)
    )
    for review_id, number, applicant in session.execute(query.limit(READ_OF_A_KIND)):
        yield WaitingTask(
            what=gettext("Rozhodnout o přezkumu"),
            subject=f"{number} {applicant}",
            url=url_for("reviews.decide", review_id=review_id),
            button=gettext("Rozhodnout o přezkumu"),
        )
