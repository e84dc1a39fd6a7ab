"""What to do next with an application: one act, or what is missing for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from services.registry.defects import defect_rows
from services.registry.domain.intake import obstacles_to_registration
from services.registry.domain.roles import Act
from services.registry.domain.states import APPLICATION
from services.registry.models import Application, DocumentRef
from services.registry.service.applications import decided_state
from services.registry.service.intakes import intake_of
from services.registry.service.work import Work


@dataclass(frozen=True)
class NextStep:
    """What the folder offers to the person."""

    missing: list[str]
    """Sentences about what stands in the way of registration."""
    acts: frozenset[str]
    """Acts that the state allows and the person may do."""
    to_sign: list[str]
    """Ids of documents that wait for this person's signature."""
    why_not_register: str = ""
    """Said when everything is there and the person may not register."""


def next_step_of(work: Work, application: Application, refs: Sequence[DocumentRef]) -> NextStep:
    """Return what the person can do now; the references are those to the case's documents."""
    allowed = set(APPLICATION.acts_from(application.state))
    entitled = work.allowed()
    may_receive = Act.RECEIVE_APPLICATION in entitled
    may_register = Act.REGISTER_APPLICATION in entitled
    acts = {act for act in allowed if _may(act, may_receive, may_register)}
    if decided_state(work, application):
        acts.discard("withdraw")
    missing: list[str] = []
    if "register" in allowed:
        obstacles = obstacles_to_registration(intake_of(work, application))
        missing = [row["detail"] for row in defect_rows(obstacles)] if obstacles else []
    why = ""
    if "register" in allowed and not missing and not may_register:
        why = gettext("Registruje ředitelka nebo osoba, kterou pověří.")
    return NextStep(missing, frozenset(acts), _to_sign(work, refs), why)


def _may(act: str, may_receive: bool, may_register: bool) -> bool:
    return may_register if act in ("register", "refuse") else may_receive


def _to_sign(work: Work, refs: Sequence[DocumentRef]) -> list[str]:
    return [
        str(ref.id)
        for ref in refs
        if ref.signer_id == work.actor.person_id and ref.state in ("draft", "signing")
    ]
