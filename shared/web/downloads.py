"""Serving files that others sent: as attachments that no browser will run."""

from urllib.parse import quote

from flask import Response


def disposition(name: str, kind: str = "attachment") -> str:
    """Return the header of a file of that name, in letters that every server can send.

    Args:
        name: as ``shared.uploads.safe_name`` gives it.
        kind: ``attachment`` or ``inline``.

    Source:
        RFC 6266, 4.3 and appendix D: a plain name for old programs, the true one beside it.
    """
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    header = f'{kind}; filename="{plain}"'
    return header if plain == name else f"{header}; filename*=UTF-8''{quote(name, safe='')}"


def attachment(content: bytes, name: str) -> Response:
    """Return the original bytes; the browser saves them and guesses nothing."""
    response = Response(content, mimetype="application/octet-stream")
    response.headers["Content-Disposition"] = disposition(name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
