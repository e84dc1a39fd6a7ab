"""Serving files of applications from the store."""

from flask import Response

from services.registry.desk import store
from services.registry.models import ApplicationFile
from shared.web import downloads


def attachment(row: ApplicationFile) -> Response:
    """Return the original bytes; the browser saves them and guesses nothing."""
    return downloads.attachment(store().get(row.stored_as), row.name)
