"""Serving files that others sent: as attachments that no browser will run."""

from urllib.parse import quote

from flask import Response


def attachment(content: bytes, name: str) -> Response:
    """Return the original bytes; the browser saves them and guesses nothing."""
    response = Response(content, mimetype="application/octet-stream")
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    response.headers["Content-Disposition"] = (
        f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    )
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
