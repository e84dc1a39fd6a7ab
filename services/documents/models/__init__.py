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
from services.documents.models.bundles import Bundle, BundlePiece
from services.documents.models.certificates import BoundCertificate
from services.documents.models.deliveries import Delivery, Proof
from services.documents.models.dispatches import Dispatch, DispatchStop
from services.documents.models.documents import (
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
from services.documents.models.postage import PostageMonth, PostageTerms, SenderBox
from services.documents.models.risks import RiskNotice, StoreCheck, StoredFault
from services.documents.models.signing_jobs import SigningItem, SigningJob

__all__ = [
    "LEDGER",
    "REVISION_ACTS",
    "ArchiveLeaf",
    "ArchiveStamp",
    "ArchiveTree",
    "Audit",
    "Base",
    "Batch",
    "BatchItem",
    "BoundCertificate",
    "Bundle",
    "BundlePiece",
    "Delivery",
    "Dispatch",
    "DispatchStop",
    "Document",
    "EventRow",
    "FilePass",
    "Letterhead",
    "NumberSeries",
    "Outbox",
    "PostageMonth",
    "PostageTerms",
    "Proof",
    "Revision",
    "RiskNotice",
    "SeenToken",
    "SenderBox",
    "Signature",
    "SigningItem",
    "SigningJob",
    "SigningKey",
    "StoreCheck",
    "StoredFault",
    "Translation",
    "db",
]
