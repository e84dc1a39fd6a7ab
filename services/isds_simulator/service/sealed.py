"""Proofs outside the SOAP interface: honest ones, for the pages."""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from services.isds_simulator.ledger.rows import Message, MessageEvent
from services.isds_simulator.seal.zfo import SealStyle, seal
from services.isds_simulator.service.documents import (
    DELIVERY,
    RECEIVED,
    SENT,
    delivery_element,
    returned_message_element,
    sealed_content,
)
from services.isds_simulator.service.office import Office
from services.isds_simulator.service.xml_writing import XSI


@dataclass(frozen=True)
class StoredFile:
    """A file inside a stored message."""

    content: bytes
    """Base64."""
    attributes: dict[str, str]


def message_zfo(
    office: Office, message: Message, document: bytes, *, is_sent: bool, at: datetime
) -> bytes:
    """Return the sealed copy of a message for its sender or its recipient."""
    inner = returned_message_element(message, document)
    content = sealed_content("MessageDownloadResponse", SENT if is_sent else RECEIVED, inner)
    return seal(content, office.authority, at=at, style=_style(office, stamped=True))


def delivery_zfo(
    office: Office, message: Message, events: list[MessageEvent], *, at: datetime
) -> bytes:
    """Return the sealed delivery info of a message."""
    inner = delivery_element(message, events)
    content = sealed_content("GetDeliveryInfoResponse", DELIVERY, inner)
    return seal(content, office.authority, at=at, style=_style(office, stamped=False))


def _style(office: Office, *, stamped: bool) -> SealStyle:
    settings = office.settings
    return SealStyle(stamped, constructed=settings.constructed_content, pss=settings.seal_pss)


def files_of(document: bytes) -> list[StoredFile]:
    """Return the files inside the stored ``dmDm`` of a message."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    # The stored part of the document relies on a prefix that its surroundings declare.
    whole = f'<x xmlns:xsi="{XSI}">'.encode() + document + b"</x>"
    root = etree.fromstring(whole, parser)
    return [
        StoredFile(
            (file.findtext("{*}dmEncodedContent") or "").encode(),
            {str(name): str(value) for name, value in file.attrib.items()},
        )
        for file in root.iterfind("{*}dmDm/{*}dmFiles/{*}dmFile")
    ]
