"""States of calls, applications and lists of received applications, declared once. Pure.

What evaluation does with a registered application is evaluation's to declare; registry only
shows the name of the last state it was told.
"""

from enum import StrEnum

from services.registry.domain.roles import Role
from shared.states import StateMachine, Transition


class CallState(StrEnum):
    """Where a call stands."""

    DRAFT = "draft"
    ALLOCATION_RECOMMENDED = "allocation_recommended"
    ALLOCATION_APPROVED = "allocation_approved"
    PUBLISHED = "published"
    CLOSED = "closed"
    DISCARDED = "discarded"


class ApplicationState(StrEnum):
    """Where an application stands in registry."""

    RECEIVED = "received"
    REFUSED = "refused"
    REGISTERED = "registered"
    WITHDRAWN = "withdrawn"


class ListState(StrEnum):
    """Where a list of received applications stands."""

    MADE = "made"
    SIGNED = "signed"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


BEFORE_PUBLICATION = (
    CallState.DRAFT,
    CallState.ALLOCATION_RECOMMENDED,
    CallState.ALLOCATION_APPROVED,
)

CALL = StateMachine(
    name="call",
    states=tuple(CallState),
    initial=CallState.DRAFT,
    transitions=(
        # Fiches and the rule decide about money, so they stand still once it is recommended.
        Transition("edit_fiches", (CallState.DRAFT,), CallState.DRAFT, "R66", Role.ASSISTANT),
        *(
            Transition("edit", (state,), state, "R7, R8", Role.ASSISTANT)
            for state in BEFORE_PUBLICATION
        ),
        Transition(
            "recommend_allocation",
            (CallState.DRAFT,),
            CallState.ALLOCATION_RECOMMENDED,
            "R65, R70",
            Role.DIRECTOR,
        ),
        Transition(
            "approve_allocation",
            (CallState.ALLOCATION_RECOMMENDED,),
            CallState.ALLOCATION_APPROVED,
            "R65, R66",
            Role.PROGRAMME_COMMITTEE,
        ),
        Transition(
            "return_allocation",
            (CallState.ALLOCATION_RECOMMENDED,),
            CallState.DRAFT,
            "R65",
            Role.PROGRAMME_COMMITTEE,
        ),
        Transition(
            "reopen", (CallState.ALLOCATION_APPROVED,), CallState.DRAFT, "A22", Role.DIRECTOR
        ),
        Transition(
            "publish",
            (CallState.ALLOCATION_APPROVED,),
            CallState.PUBLISHED,
            "R1",
            Role.DIRECTOR,
            "call",
        ),
        # With its money approved a call is reopened first, so that the approval is not lost in it.
        Transition(
            "discard",
            (CallState.DRAFT, CallState.ALLOCATION_RECOMMENDED),
            CallState.DISCARDED,
            "R2",
            Role.ASSISTANT,
        ),
        Transition("close", (CallState.PUBLISHED,), CallState.CLOSED, "R10"),
        *(
            Transition("change_presentation", (state,), state, "R58", Role.DIRECTOR)
            for state in (CallState.PUBLISHED, CallState.CLOSED)
        ),
        Transition(
            "make_list",
            (CallState.CLOSED,),
            CallState.CLOSED,
            "R22",
            Role.ASSISTANT,
            "list_of_received",
        ),
        Transition("publish_results", (CallState.CLOSED,), CallState.CLOSED, "R68"),
    ),
)

APPLICATION = StateMachine(
    name="application",
    states=tuple(ApplicationState),
    initial=ApplicationState.RECEIVED,
    transitions=(
        *(
            Transition(
                act, (ApplicationState.RECEIVED,), ApplicationState.RECEIVED, rule, Role.REGISTRAR
            )
            for act, rule in (
                ("edit", "R11"),
                ("add_file", "R11"),
                ("remove_file", "R12"),
                ("check_preliminarily", "R12"),
                ("record_signature", "R13"),
                ("check_identity", "R17"),
                ("fill_control_sheet", "R15"),
            )
        ),
        Transition(
            "register",
            (ApplicationState.RECEIVED,),
            ApplicationState.REGISTERED,
            "R14, R18",
            Role.DIRECTOR,
            "intake_record",
        ),
        Transition(
            "refuse",
            (ApplicationState.RECEIVED,),
            ApplicationState.REFUSED,
            "R18, A3",
            Role.DIRECTOR,
            "refusal",
        ),
        Transition(
            "resubmit",
            (ApplicationState.REFUSED,),
            ApplicationState.RECEIVED,
            "A3",
            Role.REGISTRAR,
        ),
        Transition(
            "withdraw",
            (ApplicationState.RECEIVED, ApplicationState.REGISTERED),
            ApplicationState.WITHDRAWN,
            "A26",
            Role.REGISTRAR,
        ),
    ),
)

RECEIVED_LIST = StateMachine(
    name="received_list",
    states=tuple(ListState),
    initial=ListState.MADE,
    transitions=(
        Transition("sign", (ListState.MADE,), ListState.SIGNED, "R22", Role.DIRECTOR),
        Transition("publish", (ListState.SIGNED,), ListState.PUBLISHED, "R22", Role.ASSISTANT),
        Transition(
            "cancel", (ListState.MADE, ListState.SIGNED), ListState.CANCELLED, "", Role.DIRECTOR
        ),
    ),
)

MACHINES = (CALL, APPLICATION, RECEIVED_LIST)
