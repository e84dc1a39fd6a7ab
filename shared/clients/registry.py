"""Client of registry."""

from dataclasses import dataclass
from uuid import UUID

from shared.actors import Actor
from shared.contracts.bundles import EvidenceOf
from shared.contracts.codec import to_json
from shared.contracts.events import EventPage
from shared.contracts.evidence import LogReach
from shared.contracts.registry import (
    ApplicationView,
    CallView,
    FolderEntry,
    PersonView,
    PresentationChange,
    Results,
)
from shared.contracts.tasks import TaskList
from shared.http import ServiceClient


@dataclass(frozen=True)
class Accepted:
    """The write was taken over, now or by an earlier try with the same id."""

    id: UUID


class RegistryClient(ServiceClient):
    """Read calls, applications and people; hand over acts and results."""

    called = "registry"

    def get_call(self, call_id: UUID, *, actor: Actor) -> CallView:
        """Return one call."""
        return self._call("GET", f"/calls/{call_id}", CallView, actor=actor)

    def get_application(self, application_id: UUID, *, actor: Actor) -> ApplicationView:
        """Return one application."""
        return self._call("GET", f"/applications/{application_id}", ApplicationView, actor=actor)

    def get_file(self, application_id: UUID, file_id: UUID, *, actor: Actor) -> bytes:
        """Return the original bytes of a file of an application."""
        return self._bytes(f"/applications/{application_id}/files/{file_id}", actor=actor)

    def list_people(self, *, actor: Actor, role: str | None = None) -> list[PersonView]:
        """Return the people of the organisation, by name; with a role only those who have it."""
        return self._call("GET", "/people", list[PersonView], actor=actor, query={"role": role})

    def put_folder_entry(
        self, application_id: UUID, entry_id: UUID, entry: FolderEntry, *, actor: Actor
    ) -> Accepted:
        """Add an act to the timeline of the project folder."""
        path = f"/applications/{application_id}/folder-entries/{entry_id}"
        return self._call("PUT", path, Accepted, actor=actor, body=to_json(entry))

    def put_results(
        self, call_id: UUID, resolution_id: UUID, results: Results, *, actor: Actor
    ) -> Accepted:
        """Publish the results that the general assembly resolved."""
        path = f"/calls/{call_id}/results/{resolution_id}"
        return self._call("PUT", path, Accepted, actor=actor, body=to_json(results))

    def put_presentation_change(
        self, call_id: UUID, change_id: UUID, change: PresentationChange, *, actor: Actor
    ) -> Accepted:
        """Publish a new date of the public presentations."""
        path = f"/calls/{call_id}/presentation-changes/{change_id}"
        return self._call("PUT", path, Accepted, actor=actor, body=to_json(change))

    def prove_log(self, *, actor: Actor) -> LogReach:
        """Have registry's evidence log proven in time up to now, as far as that can be done."""
        return self._call("POST", "/evidence-log/time-stamps", LogReach, actor=actor)

    def get_application_evidence(
        self,
        application_id: UUID,
        *,
        actor: Actor,
        is_brief: bool = False,
        log_until: int | None = None,
    ) -> EvidenceOf:
        """Return what registry gives to the bundle of a project.

        Args:
            is_brief: without facts and log.
            log_until: entries of its log to tell of, see :class:`LogReach`; ``None`` for all.
        """
        path = f"/applications/{application_id}/evidence"
        query = {"is_brief": is_brief, "log_until": log_until}
        return self._call("GET", path, EvidenceOf, actor=actor, query=query)

    def get_call_evidence(
        self,
        call_id: UUID,
        *,
        actor: Actor,
        is_brief: bool = False,
        log_until: int | None = None,
    ) -> EvidenceOf:
        """Return what registry gives to the bundle of a call; the same words apply."""
        path, query = f"/calls/{call_id}/evidence", {"is_brief": is_brief, "log_until": log_until}
        return self._call("GET", path, EvidenceOf, actor=actor, query=query)

    def list_tasks(self, *, actor: Actor) -> TaskList:
        """Return what waits for the person of *actor*."""
        return self._call("GET", "/tasks", TaskList, actor=actor)

    def events(self, after: int, *, actor: Actor) -> EventPage:
        """Return what happened after the position, for all organisations."""
        return self._call("GET", "/events", EventPage, actor=actor, query={"after": after})
