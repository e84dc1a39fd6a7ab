"""The last look before a letter leaves: is this file the document, and is it for this recipient?

The signed bytes themselves are asked, not the row beside them: whoever mixes up rows or files
cannot change what was signed.
"""

import json
from typing import Any

from services.documents.adapters.files import FileStore
from services.documents.domain.addressed import Letter, check_letter
from services.documents.domain.records import FileUnsound
from services.documents.models import Delivery
from services.documents.rendering.attached import FactsUnreadable, facts_in


def check_addressed(files: FileStore, delivery: Delivery, pdf: bytes) -> None:
    """Refuse a file that is not the document of the delivery, addressed to its recipient.

    Raises:
        FileUnsound: it is another one; ``code`` says what differs.
        FileMissing, FileDamaged, StoreUnavailable: the store cannot tell now.
    """
    document = delivery.document
    if not pdf.startswith(files.get(document.preview_sha256)):
        raise FileUnsound(number=document.number, code="other-document")
    kept: dict[str, Any] = json.loads(files.get(document.facts_sha256))
    try:
        facts = facts_in(pdf)
    except FactsUnreadable as error:
        raise FileUnsound(number=document.number, code="facts-unreadable") from error
    wanted = Letter(
        document_id=str(document.id),
        number=document.number,
        recipient=delivery.recipient_name,
        box=delivery.data_box_id,
    )
    wrong = check_letter(wanted, kept if facts is None else facts)
    if wrong is None and facts not in (None, kept):
        wrong = "facts"
    if wrong is not None:
        raise FileUnsound(number=document.number, code=f"other-{wrong}")
