"""What a use case refuses because of what is stored, not because of a rule."""

from shared.errors import DomainError


class NoSuchRow(DomainError):
    """There is no such thing in this organisation."""


class MaterialClosed(DomainError):
    """Files are for those who control or score the application. Params: ``number``."""


class StaleVersion(DomainError):
    """The record changed since it was shown."""


class MissingRole(DomainError):
    """A named person does not have the role that the act needs."""


class NotEntitled(DomainError):
    """The act is the director's, and she has not delegated it to the person for today."""


class UnknownPerson(DomainError):
    """A named person is not of this organisation."""


class UnknownFiche(DomainError):
    """The call does not open this fiche."""


class TemplateMissing(DomainError):
    """No control list was prepared for the fiche."""


class ControlAlreadyStarted(DomainError):
    """A controller has already concluded, so the appointment stands."""


class DeficiencyCallMissing(DomainError):
    """There is no open deficiency call."""


class DeliveryNotKnown(DomainError):
    """The deficiency call was not delivered yet, so its date cannot have been missed."""


class DeliveredTooLate(DomainError):
    """The call was delivered so late that the applicant did not have seven days."""


class FutureDay(DomainError):
    """Something that happened cannot lie in the future."""


class MaterialNotStudied(DomainError):
    """Points come after the material: the evaluator has not taken it over yet (R47)."""


class NotAssigned(DomainError):
    """The person does not evaluate this project."""


class SheetClosed(DomainError):
    """The score sheet was closed and can no longer change."""


class OnsiteAlreadyRecorded(DomainError):
    """The ex-ante check of this project has already been recorded."""


class SessionClosed(DomainError):
    """The presentations have already been recorded."""


class CommitteeMissing(DomainError):
    """No committee was set for the call."""


class AlreadyDeclared(DomainError):
    """The person has already declared his or her interests for this call."""


class MeetingMissing(DomainError):
    """The meeting has not been opened."""


class MeetingNotSigned(DomainError):
    """The minutes of the committee are not signed yet."""


class ChairNotPresent(DomainError):
    """The chair must be among those present."""


class ResolutionExists(DomainError):
    """The assembly has already resolved about this call."""


class NothingSelected(DomainError):
    """No case was chosen."""


class IdTaken(DomainError):
    """The id already belongs to another record."""
