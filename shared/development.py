"""What an installation makes for itself in development mode, so that it starts with no setup."""

import os
import secrets
from pathlib import Path


def development_secret(var: Path) -> str:
    """Return the secret for forms kept under ``var``; made on first use."""
    path = var / "secret.txt"
    var.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text("ascii")
