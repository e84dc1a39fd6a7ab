"""The evidence of this service, with the files that count only if an act names them."""

from dataclasses import replace

from services.documents.models import base
from services.documents.models.documents import Revision
from shared.evidence.tables import Filed

REVISION_ACTS = ("issue", "raise_level", "renew_proof")
"""Acts about a document that name the revision which they added."""

REVISIONS = Filed(Revision, Revision.document_id, Revision.sha256, REVISION_ACTS)
LEDGER = replace(base.LEDGER, filed=(REVISIONS,))
