"""Serving files that others sent: as attachments that no browser will run."""

from urllib.parse import quote

from flask import Response

from services.registry.desk import store
from services.registry.models import ApplicationFile


def attachment(row: ApplicationFile) -> Response:
    """Return the original bytes; the browser saves them and guesses nothing."""
    response = Response(store().get(row.stored_as), mimetype="application/octet-stream")
    plain = row.name.encode("ascii", "replace").decode().replace("?", "_")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(row.name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
