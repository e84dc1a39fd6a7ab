"""Words of the allocation rule: registry publishes them with a call, evaluation runs by them."""

from enum import StrEnum


class AmountKind(StrEnum):
    """What the announced amount means."""

    MAXIMUM = "maximum"
    ADJUSTABLE = "adjustable"
    PRELIMINARY = "preliminary"
    ANNUAL = "annual"
    REMAINDER = "remainder"


class Ranking(StrEnum):
    """Whether projects compete inside their fiche or all together."""

    WITHIN_FICHE = "within_fiche"
    REGARDLESS_OF_FICHE = "regardless_of_fiche"


class OnMisfit(StrEnum):
    """What happens when the next project in order does not fit into what is left (A19)."""

    STOP = "stop"
    SKIP = "skip"
    BORDERLINE = "borderline"
    PARTIAL = "partial"


class TieBreak(StrEnum):
    """What decides between equal points."""

    RECEIVED_ORDER = "received_order"
    LOWER_REQUEST = "lower_request"
    HIGHER_REQUEST = "higher_request"


class UnderdrawnMechanism(StrEnum):
    """How under-drawn fiches are considered (C7, C8; A20)."""

    EXTRA_TIER = "extra_tier"
    TRANSFER_FIRST = "transfer_first"
    MANUAL = "manual"


class TransferMode(StrEnum):
    """Whether money that a fiche cannot use may go to another fiche (R67)."""

    NONE = "none"
    AUTOMATIC = "automatic"
    NAMED = "named"
