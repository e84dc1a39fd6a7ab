"""Staff who control declare their interests first, and control nothing they are tied to."""

from shared.errors import DomainError

from .conflicts import Eligibility


class StaffDeclarationMissing(DomainError):
    """The controller has not signed a declaration of interests for this call."""


class ControllerTied(DomainError):
    """The controller is tied to the project or its applicant. Params: ``name``, ``number``."""


def check_declared(has_declared: bool) -> None:
    """Refuse a controller without a signed declaration.

    Raises:
        StaffDeclarationMissing: There is none for the call.

    Source:
        A5 and section 2.4 (today's law binds staff who implement the budget, not only
        evaluators).
    """
    if not has_declared:
        raise StaffDeclarationMissing()


def check_untied(verdict: Eligibility, *, name: str, number: str) -> None:
    """Refuse a controller who is tied to the project.

    Args:
        verdict: What the rules say about the person and this one project.

    Raises:
        ControllerTied: A tie is known.

    Source:
        A5 and section 2.4 (a personal interest, direct or indirect, forbids to act).
    """
    if not verdict.is_eligible:
        raise ControllerTied(name=name, number=number)
