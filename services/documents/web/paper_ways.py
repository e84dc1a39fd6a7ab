"""What the page of a delivery says about paper: open, closed and why, or open after a decision."""

from services.documents.domain.channels import DATA_BOX
from services.documents.domain.deliveries import takes_paper
from services.documents.models import Delivery
from services.documents.service.channelling import check_paper_now
from services.documents.service.work import Work
from shared.errors import DomainError
from shared.problems import sentence


def channel_is_open(found: Delivery) -> bool:
    """Tell whether a posting or handing over can be written down."""
    return takes_paper(found.state, found.reason) and found.channel != DATA_BOX


def can_switch(found: Delivery) -> bool:
    """Tell whether a person may decide to leave the data box."""
    return takes_paper(found.state, found.reason) and found.channel == DATA_BOX


def paper_closed(work: Work, found: Delivery) -> str:
    """Return why the letter may not leave on paper now; empty if it may, or if nobody asks."""
    if not channel_is_open(found):
        return ""
    try:
        check_paper_now(work, found)
    except DomainError as error:
        return sentence(error)
    return ""
