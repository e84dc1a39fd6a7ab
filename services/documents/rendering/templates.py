"""The templates, by version: a document is made by one version and belongs to it for ever.

A version that was used never changes; a change of looks or of fixed words is a further version.
The versions and their hashes stand in ``templates/versions.json``.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.documents.rendering.characters import settable

FOLDER = Path(__file__).parent / "templates"
LABELS_FILE = "labels.json"
CHARACTERS_FILE = "characters.json"
CURRENT = 1
"""The version by which new documents are made."""

Labels = Mapping[str, Mapping[str, str]]
"""Fixed words of a document by language and name."""


class TemplateChanged(Exception):
    """The files of a version are not those by which documents were made."""


@dataclass(frozen=True)
class Template:
    """One version of the templates."""

    version: int
    folder: Path
    sha256: str
    """Hash over the names and bytes of all its files."""
    labels: Labels
    characters: frozenset[str]
    """What the version's typeface has in every cut."""


@cache
def template(version: int) -> Template:
    """Return a version of the templates.

    Raises:
        TemplateChanged: there is no such version, or its files were changed.
    """
    told = json.loads((FOLDER / "versions.json").read_bytes()).get(str(version))
    folder = FOLDER / f"v{version}"
    found = hash_of(folder) if folder.is_dir() else None
    if told is None or found != told:
        raise TemplateChanged(f"version {version} of the templates is {found}, not {told}")
    labels = json.loads((folder / LABELS_FILE).read_bytes())
    characters = settable(json.loads((folder / CHARACTERS_FILE).read_bytes()))
    return Template(version, folder, told, labels, characters)


def hash_of(folder: Path) -> str:
    """Return one SHA-256 over the names and the contents of a version's files."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def labels_of(language: str, version: int = CURRENT) -> Mapping[str, str]:
    """Return the fixed words of a language."""
    return template(version).labels[language]
