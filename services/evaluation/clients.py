"""The services that evaluation calls."""

from dataclasses import dataclass

from services.evaluation.config import EvaluationSettings
from shared.clients.documents import DocumentsClient
from shared.clients.registry import RegistryClient
from shared.http import HttpTransport, Transport
from shared.keys import KeyRing


@dataclass(frozen=True)
class Clients:
    """Typed clients of other services."""

    registry: RegistryClient
    documents: DocumentsClient


def clients_over(registry: Transport, documents: Transport, keys: KeyRing) -> Clients:
    """Return clients over transports (in-process in the embedded default and in tests)."""
    return Clients(RegistryClient(registry, keys), DocumentsClient(documents, keys))


def http_clients(settings: EvaluationSettings, keys: KeyRing) -> Clients:
    """Return clients that call over HTTP."""
    return clients_over(
        HttpTransport(settings.url_of("registry")),
        HttpTransport(settings.url_of("documents")),
        keys,
    )
