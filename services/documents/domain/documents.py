"""A document's way from draft to issued, and who may sign it."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.errors import DomainError
from shared.states import StateMachine, Transition

DRAFT = "draft"
SIGNING = "signing"
SIGNED = "signed"
ISSUED = "issued"
CANCELLED = "cancelled"

DOCUMENT = StateMachine(
    name="document",
    states=(DRAFT, SIGNING, SIGNED, ISSUED, CANCELLED),
    initial=DRAFT,
    transitions=(
        Transition("approve", (DRAFT,), DRAFT, requirement="R98"),
        Transition("sign", (DRAFT, SIGNING), SIGNING, requirement="R97"),
        Transition("sign_last", (DRAFT, SIGNING), SIGNED, requirement="R97"),
        Transition("release_unsigned", (DRAFT,), SIGNED),
        Transition("issue", (SIGNED,), ISSUED),
        Transition("cancel", (DRAFT, SIGNING, SIGNED), CANCELLED),
    ),
)


class SignerNamedTwice(DomainError):
    """The same person is asked to sign one document twice. Params: ``name``."""


class TooManySigners(DomainError):
    """More signers than a document can hold. Params: ``most``."""


class NotASigner(DomainError):
    """The document does not ask this person for a signature. Params: ``number``."""


class RoleNotHeld(DomainError):
    """The person does not have the role in which the document is signed. Params: ``number``,
    ``role``."""


class NotYourTurn(DomainError):
    """Somebody named before signs first. Params: ``number``, ``name``."""


class AlreadySigned(DomainError):
    """The person has signed this document before. Params: ``number``, ``signed_at``."""


class DocumentChanged(DomainError):
    """The bytes that the person saw are not the bytes that would be signed.

    Params: ``number``.
    """


MOST_SIGNERS = 20
DELEGATE = "delegate"
"""Role of who signs by the director's delegation."""


@dataclass(frozen=True)
class SignerSlot:
    """A place for one person's signature."""

    position: int
    """Order in the document, from 0; the order of signing only where the document says so."""
    person_id: UUID
    name: str
    """Name as printed in the document."""
    function: str
    """Function in which the person signs, as printed."""
    signed_at: datetime | None = None
    """Instant of the signature (aware UTC); ``None`` while it is awaited."""

    @property
    def is_signed(self) -> bool:
        """Tell whether the person has signed."""
        return self.signed_at is not None

    @property
    def field(self) -> str:
        """Name of the signature field in the file."""
        return f"Signature{self.position + 1}"


def check_signers(slots: Sequence[SignerSlot]) -> None:
    """Refuse a list of signers that nobody could fulfil.

    Raises:
        SignerNamedTwice: a person is named twice; two people must be two people.
        TooManySigners: more than ``MOST_SIGNERS``.

    Source:
        R27: the control is done by two different people. R97: who signs which record.
    """
    if len(slots) > MOST_SIGNERS:
        raise TooManySigners(most=MOST_SIGNERS)
    seen: set[UUID] = set()
    for slot in slots:
        if slot.person_id in seen:
            raise SignerNamedTwice(name=slot.name)
        seen.add(slot.person_id)


def slot_to_sign(
    slots: Sequence[SignerSlot], person_id: UUID, number: str, *, in_order: bool = False
) -> SignerSlot:
    """Return the slot that the person may fill now.

    Args:
        slots: The places, in the declared order.
        person_id: Who wants to sign.
        number: Of the document, for whoever is told.
        in_order: People sign one after another as they are named, not side by side.

    Raises:
        NotASigner: nobody asked this person.
        AlreadySigned: the person has signed.
        NotYourTurn: somebody named before has not signed yet.

    Source:
        R97: name, date and signature of the named person.
    """
    for slot in slots:
        if slot.person_id != person_id:
            continue
        if slot.signed_at is not None:
            raise AlreadySigned(number=number, signed_at=slot.signed_at)
        before = [one for one in slots if one.position < slot.position and not one.is_signed]
        if in_order and before:
            raise NotYourTurn(number=number, name=before[0].name)
        return slot
    raise NotASigner(number=number)


def role_to_sign(
    needed: Sequence[str], held: AbstractSet[str], number: str, *, is_delegate: bool
) -> str:
    """Return the role in which a person signs now.

    Args:
        needed: Roles of which one is necessary; none means that the person alone counts.
        held: Roles that the person has now.
        number: Of the document, for whoever is told.
        is_delegate: The director delegated the act to the person for this day.

    Returns:
        A role; ``delegate`` for who signs by delegation alone; empty when none is needed.

    Raises:
        RoleNotHeld: the person has none of the roles any more.

    Source:
        R1, R14, R27, R42, R97: each record names in which role it is signed; A2: delegations.
    """
    if not needed:
        return ""
    found = [role for role in needed if role in held]
    if found:
        return found[0]
    if is_delegate:
        return DELEGATE
    raise RoleNotHeld(number=number, role=needed[0])


def check_preview(expected_sha256: str, actual_sha256: str, number: str) -> None:
    """Refuse to sign anything but the bytes that the person saw.

    Args:
        expected_sha256: SHA-256 (lower-case hex) of the file that was shown.
        actual_sha256: SHA-256 of the file as it stands now.

    Raises:
        DocumentChanged: they differ, for instance because a colleague signed meanwhile.

    Source:
        Act No. 89/2012 Coll., s. 562(1): content and person must be determinable.
    """
    if expected_sha256.lower() != actual_sha256:
        raise DocumentChanged(number=number)


def act_of_signature(slots: Sequence[SignerSlot]) -> str:
    """Return the act that one more signature is: ``sign``, or ``sign_last`` for the last one.

    Source:
        R97: a record counts once everybody who must sign it has signed.
    """
    awaited = sum(1 for slot in slots if not slot.is_signed)
    return "sign_last" if awaited == 1 else "sign"
