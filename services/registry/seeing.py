"""Who sees the files and personal data of applications here.

Controllers and evaluators get the files of their own projects from evaluation, which knows what
they were appointed to; everybody else inside sees who applies for what, and no more.
"""

from dataclasses import replace

from services.registry.domain.roles import Act, Role
from shared.actors import Actor
from shared.auth import delegates, roles
from shared.contracts.registry import ApplicationView

DETAIL = (
    roles(Role.DIRECTOR, Role.ASSISTANT, Role.REGISTRAR, Role.AUDITOR),
    delegates(Act.REGISTER_APPLICATION),
)


def sees_details(actor: Actor) -> bool:
    """Tell whether the person works with applications here, or audits them."""
    return any(rule.admits(actor) for rule in DETAIL)


def seen(actor: Actor, view: ApplicationView) -> ApplicationView:
    """Return what of an application is told: services get all, as they are its processors."""
    if actor.service is not None or sees_details(actor):
        return view
    who = replace(
        view.applicant, ic=None, founder_ic=None, address=[], data_box_id=None, email=None
    )
    return replace(view, applicant=who, files=[])
