"""What the last release promised, read from git; nothing where there is no git or no release."""

import subprocess

from tests.house.tree import ROOT


def latest_release() -> str | None:
    """Return the newest tag ``v*``; ``None`` before the first release."""
    tags = _git("tag", "--list", "v*", "--sort=-version:refname").split()
    return tags[0] if tags else None


def released_text(release: str | None, path: str) -> str | None:
    """Return a file as it was in a release; ``None`` when it was not there."""
    return (release and _git("show", f"{release}:{path}")) or None


def _git(*words: str) -> str:
    try:
        told = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return told.stdout.decode()
