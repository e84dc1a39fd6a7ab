"""Which verifier this is: its own text and the versions of the libraries that it asks."""

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files

LIBRARIES = ("asn1crypto", "cryptography", "pyhanko", "pyhanko-certvalidator", "pypdfium2")


@cache
def edition() -> str:
    """Return a hash that changes with anything that may change a verdict.

    Taken from the modules themselves, because a number is forgotten when a rule changes.
    """
    digest = hashlib.sha256()
    for name in LIBRARIES:
        digest.update(f"{name}={version(name)}\n".encode())
    modules = [one for one in files(__package__).iterdir() if one.name.endswith(".py")]
    for module in sorted(modules, key=lambda one: one.name):
        content = module.read_bytes()
        digest.update(f"{module.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
