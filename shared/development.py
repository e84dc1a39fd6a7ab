"""What an installation makes for itself in development mode, so that it starts with no setup."""

import os
import secrets
import tempfile
from pathlib import Path


def development_secret(var: Path) -> str:
    """Return the secret for forms kept under ``var``; made on first use."""
    path = var / "secret.txt"
    if not path.exists():
        write_once(path, secrets.token_urlsafe(48).encode("ascii"))
    return path.read_text("ascii")


def development_pki(var: Path) -> Path:
    """Return the folder of the PKI that documents makes on its first start."""
    return var / "documents" / "pki"


def development_authority(var: Path) -> Path:
    """Return the file with its root, under which time stamps are made too."""
    return development_pki(var) / "root.pem"


def write_once(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, unless it exists already.

    Several processes may start at once: the first one wins, and nobody ever sees half a file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent)  # made with mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(temporary)


def replace_file(path: Path, content: bytes) -> None:
    """Write a file anew, as one; whoever reads meanwhile finds the former or the new content.

    Rights stay those of the former file.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(temporary, path.stat().st_mode & 0o777)
    os.replace(temporary, path)
