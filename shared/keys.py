"""Ed25519 keys with which services vouch for people and for their own calls.

A service holds its private key (``<service>.key.pem``) and the public keys of those it trusts
(``<service>.pub.pem``, one or more PEM blocks: the newest first, older ones while rotating).
"""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from joserfc.jwk import KeySet, OKPKey

from shared.config import SERVICES, SettingsError
from shared.development import write_once

PEM_END = "-----END PUBLIC KEY-----"


class KeyRing:
    """The keys that one service needs: its own, and the public ones of all services."""

    def __init__(self, folder: Path, service: str) -> None:
        self.service = service
        self._folder = folder
        self.own = _private_key(folder / f"{service}.key.pem")

    def public(self, service: str) -> KeySet:
        """Return the public keys with which *service* may have signed.

        Read on each use: a rotated key counts without a restart, and the files are tiny.
        """
        path = self._folder / f"{service}.pub.pem"
        if not path.exists():
            return KeySet([])
        blocks = path.read_text("ascii").split(PEM_END)[:-1]
        return KeySet([_with_id(OKPKey.import_key(f"{block}{PEM_END}\n")) for block in blocks])


def make_development_keys(folder: Path) -> None:
    """Make the key pair of each service that has none yet."""
    for service in SERVICES:
        _make_pair(folder / f"{service}.key.pem", folder / f"{service}.pub.pem")


def _make_pair(private: Path, public: Path) -> None:
    """Make what is missing of a key pair."""
    if not private.exists():
        made = Ed25519PrivateKey.generate()
        pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_once(private, pem)
    if not public.exists():
        # From the file: another process may have been the one that made the key.
        key = load_pem_private_key(private.read_bytes(), password=None)
        pem = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        write_once(public, pem)


def _private_key(path: Path) -> OKPKey:
    if not path.exists():
        raise SettingsError(f"  {path.name} is missing in the folder of keys ({path.parent}).")
    return _with_id(OKPKey.import_key(path.read_text("ascii")))


def _with_id(key: OKPKey) -> OKPKey:
    key.ensure_kid()
    return key


def make_key_folders(folder: Path) -> None:
    """Make one folder per service: its private key, and the public keys of all.

    A pair that exists stays as it is.
    """
    for service in SERVICES:
        own = folder / service
        own.mkdir(parents=True, exist_ok=True)
        private, public = own / f"{service}.key.pem", own / f"{service}.pub.pem"
        _make_pair(private, public)
        for other in SERVICES:
            copy = folder / other / public.name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(public.read_bytes())
