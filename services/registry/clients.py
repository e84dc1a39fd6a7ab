"""The services that registry calls."""

from dataclasses import dataclass

from services.registry.config import RegistrySettings
from shared.clients.documents import DocumentsClient
from shared.http import HttpTransport, Transport
from shared.keys import KeyRing


@dataclass(frozen=True)
class Clients:
    """Typed clients of other services."""

    documents: DocumentsClient


def clients_over(documents: Transport, keys: KeyRing) -> Clients:
    """Return clients over a transport (in-process in the embedded default and in tests)."""
    return Clients(DocumentsClient(documents, keys))


def http_clients(settings: RegistrySettings, keys: KeyRing) -> Clients:
    """Return clients that call over HTTP."""
    return clients_over(HttpTransport(settings.url_of("documents")), keys)
