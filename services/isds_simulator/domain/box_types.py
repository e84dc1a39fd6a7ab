"""Types and states of data boxes and what each may be sent."""

from enum import IntEnum, StrEnum

TYPE_NUMBERS = {
    "OVM": 10,
    "OVM_NOTAR": 11,
    "OVM_EXEKUT": 12,
    "OVM_REQ": 13,
    "OVM_FO": 14,
    "OVM_PFO": 15,
    "OVM_PO": 16,
    "PO": 20,
    "PO_ZAK": 21,
    "PO_REQ": 22,
    "PFO": 30,
    "PFO_ADVOK": 31,
    "PFO_DANPOR": 32,
    "PFO_INSSPR": 33,
    "PFO_AUDITOR": 34,
    "PFO_ZNALEC": 35,
    "PFO_TLUMOCNIK": 36,
    "PFO_ARCH": 37,
    "PFO_AIAT": 38,
    "PFO_AZI": 39,
    "FO": 40,
    "PFO_REQ": 50,
}
OLD_TYPES = {"PO_ZAK": "PO", "OVM_NOTAR": "OVM_PFO", "OVM_EXEKUT": "OVM_PFO", "OVM_PO": "OVM"}
SCOPES = {"OVM_MAIN": "OVM", "PO_BASE": "PO", "PFO_BASE": "PFO"}


class BoxState(IntEnum):
    """States of a box as CheckDataBox reports them."""

    ACCESSIBLE = 1
    TEMPORARILY_INACCESSIBLE = 2
    NOT_YET_ACTIVE = 3
    PERMANENTLY_INACCESSIBLE = 4
    DELETED = 5


SYSTEM_BOXES = frozenset({"aaaaaaa", "zzzzzzq"})


class SendOption(StrEnum):
    """What a caller may send to a box that a search has found (``dbSendOptions``)."""

    PUBLIC = "DZ"
    PAID = "PDZ"
    NOTHING = "NONE"
    DISABLED = "DISABLED"


def is_public_authority(box_type: str) -> bool:
    """Tell whether boxes of a type belong to public authorities (OVM).

    Args:
        box_type: A key of ``TYPE_NUMBERS``.

    Returns:
        ``True`` for OVM and everything derived from it.

    Source:
        Act No. 300/2008 Coll., s. 6 and 7; ISDS Operating Rules, list of box types.
    """
    return box_type.startswith("OVM")


def must_accept_paid(box_type: str) -> bool:
    """Tell whether a box has no choice but to accept paid messages (PDZ).

    Args:
        box_type: A key of ``TYPE_NUMBERS``.

    Returns:
        ``True`` for companies and people in business.

    Source:
        Act No. 300/2008 Coll., s. 18a, as in force since 1 January 2022.
    """
    return box_type.startswith(("PO", "PFO"))


def is_in_scope(box_type: str, scope: str) -> bool:
    """Tell whether a search restricted to ``scope`` may show a box of this type.

    Args:
        box_type: A key of ``TYPE_NUMBERS``.
        scope: ``ALL``, a box type, or ``OVM_MAIN``, ``PO_BASE``, ``PFO_BASE``.

    Returns:
        ``OVM``, ``PO`` and ``PFO`` cover their subtypes, the ``_MAIN`` and ``_BASE``
        scopes cover the bare type only.

    Source:
        ISDS Operating Rules, manual of box search, ISDSSearch and FindDataBox2.
    """
    if scope == "ALL":
        return True
    if scope in SCOPES:
        return box_type == SCOPES[scope]
    wanted = scope if box_type == scope else OLD_TYPES.get(scope, scope)
    if wanted in {"OVM", "PO", "PFO"}:
        return box_type == wanted or box_type.startswith(f"{wanted}_")
    return box_type == wanted


def types_in_scope(scope: str) -> frozenset[str] | None:
    """Return the box types that a search restricted to ``scope`` may show.

    Args:
        scope: See ``is_in_scope``.

    Returns:
        Keys of ``TYPE_NUMBERS``, or ``None`` for all of them.

    Source:
        ISDS Operating Rules, manual of box search, ISDSSearch and FindDataBox2.
    """
    if scope == "ALL":
        return None
    return frozenset(box_type for box_type in TYPE_NUMBERS if is_in_scope(box_type, scope))
