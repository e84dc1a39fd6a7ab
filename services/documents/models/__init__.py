"""Tables of documents."""

from services.documents.models.archive import ArchiveLeaf, ArchiveStamp, ArchiveTree
from services.documents.models.base import (
    Audit,
    Base,
    EventRow,
    Outbox,
    SeenToken,
    db,
)
from services.documents.models.batches import Batch, BatchItem
from services.documents.models.breakers import (
    IsdsOutage,
    LoginBreaker,
    LoginEnd,
    SenderTurn,
    StateLook,
)
from services.documents.models.bundles import Bundle, BundleGiven, BundlePiece, BundleStretch
from services.documents.models.certificates import BoundCertificate
from services.documents.models.clocks import ApartClock
from services.documents.models.deliveries import Delivery, Proof
from services.documents.models.dispatches import Dispatch, DispatchStop
from services.documents.models.documents import (
    CountersignedCopy,
    Document,
    Letterhead,
    NumberSeries,
    Revision,
    Signature,
    SigningKey,
    Translation,
)
from services.documents.models.ledger import LEDGER, REVISION_ACTS
from services.documents.models.passes import FilePass
from services.documents.models.places import DatabasePlace
from services.documents.models.postage import PostageMonth, PostageTerms, SenderBox
from services.documents.models.posted_items import ItemOutcome, PostedItem
from services.documents.models.recipients import BoxLookup, Recipient
from services.documents.models.risks import RiskNotice, StoreCheck, StoredFault
from services.documents.models.signing_jobs import SigningItem, SigningJob

__all__ = [
    "LEDGER",
    "REVISION_ACTS",
    "ApartClock",
    "ArchiveLeaf",
    "ArchiveStamp",
    "ArchiveTree",
    "Audit",
    "Base",
    "Batch",
    "BatchItem",
    "BoundCertificate",
    "BoxLookup",
    "Bundle",
    "BundleGiven",
    "BundlePiece",
    "BundleStretch",
    "CountersignedCopy",
    "DatabasePlace",
    "Delivery",
    "Dispatch",
    "DispatchStop",
    "Document",
    "EventRow",
    "FilePass",
    "IsdsOutage",
    "ItemOutcome",
    "Letterhead",
    "LoginBreaker",
    "LoginEnd",
    "NumberSeries",
    "Outbox",
    "PostageMonth",
    "PostageTerms",
    "PostedItem",
    "Proof",
    "Recipient",
    "Revision",
    "RiskNotice",
    "SeenToken",
    "SenderBox",
    "SenderTurn",
    "Signature",
    "SigningItem",
    "SigningJob",
    "SigningKey",
    "StateLook",
    "StoreCheck",
    "StoredFault",
    "Translation",
    "db",
]
