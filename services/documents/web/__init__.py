"""Pages: what waits, documents, signing, deliveries."""

from flask import Blueprint

pages = Blueprint("pages", __name__)

from services.documents.web import (  # noqa: E402, F401 - the modules add their routes
    batch_preparing,
    batches,
    bundles,
    certificates,
    countersigned,
    data_box,
    deliveries,
    delivery_papers,
    dispatches,
    documents,
    elsewhere,
    handing_over,
    keys,
    letterhead,
    numbers,
    recipients,
    risks,
    signing,
    signing_many,
    verifying,
    waiting,
    writing,
)
