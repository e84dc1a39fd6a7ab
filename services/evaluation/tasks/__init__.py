"""What waits for the acting person, sorted by legal deadline."""

from sqlalchemy.orm import Session

from services.evaluation.service.acting import Acting
from shared.web.tasks import WaitingTask, by_deadline

from . import controlling, evaluating, handing_over, reviewing, selecting, signing

SOURCES = (signing, controlling, evaluating, selecting, reviewing, handing_over)


def waiting_tasks(session: Session, acting: Acting) -> list[WaitingTask]:
    """Return the acts that the person can do now, the most urgent first."""
    found = [task for source in SOURCES for task in source.tasks(session, acting)]
    return by_deadline(found)
