"""Ed25519 keys with which services vouch for people and for their own calls.

A service holds its private key (``<service>.key.pem``) and the public keys of those it trusts
(``<service>.pub.pem``, one or more PEM blocks: the newest first, older ones while rotating).
With a pair of its own (``<service>-evidence.*``) it signs what its evidence log says; the public
ones of that pair are kept for good.
"""

from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from joserfc.jwk import KeySet, OKPKey

from shared.config import SERVICES, SettingsError
from shared.development import replace_file, write_once

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
        blocks = _blocks(self._folder / f"{service}.pub.pem")
        return KeySet([_with_id(OKPKey.import_key(block)) for block in blocks])


class EvidenceKeys:
    """The key with which a service signs its evidence log, and all that it ever had."""

    def __init__(self, folder: Path, service: str) -> None:
        """Read the keys.

        Raises:
            SettingsError: the private key is missing, or its public one is not the first.
        """
        name = evidence_name(service)
        private = folder / f"{name}.key.pem"
        if not private.exists():
            raise SettingsError(f"  {private.name} is missing in the folder of keys ({folder}).")
        key = load_pem_private_key(private.read_bytes(), password=None)
        self.public = [_raw(block) for block in _blocks(folder / f"{name}.pub.pem")]
        """The public keys, 32 bytes each: the present one, then former ones."""
        if not isinstance(key, Ed25519PrivateKey):
            raise SettingsError(f"  {private.name} is not an Ed25519 key.")
        self._key = key
        if self.public[:1] != [key.public_key().public_bytes_raw()]:
            raise SettingsError(f"  {name}.pub.pem does not begin with the key of {private.name}.")

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the present key, 64 bytes."""
        return self._key.sign(message)


def evidence_name(service: str) -> str:
    """Return the name under which the evidence key of a service lies in the folder of keys."""
    return f"{service}-evidence"


def _raw(block: str) -> bytes:
    key = load_pem_public_key(block.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise SettingsError("  A public evidence key is not an Ed25519 key.")
    return key.public_bytes_raw()


def _blocks(path: Path) -> list[str]:
    """Return the keys of a file, the newest first; none when there is no file."""
    if not path.exists():
        return []
    return [f"{block}{PEM_END}\n" for block in path.read_text("ascii").split(PEM_END)[:-1]]


def _names() -> Iterator[str]:
    for service in SERVICES:
        yield service
        yield evidence_name(service)


def make_development_keys(folder: Path) -> None:
    """Make the key pairs of each service that has none yet."""
    for name in _names():
        _make_pair(folder / f"{name}.key.pem", folder / f"{name}.pub.pem")


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
    """Make one folder per service: its private keys, and the public keys of all.

    A pair that exists stays as it is.
    """
    for service in SERVICES:
        own = folder / service
        own.mkdir(parents=True, exist_ok=True)
        for name in (service, evidence_name(service)):
            private, public = own / f"{name}.key.pem", own / f"{name}.pub.pem"
            _make_pair(private, public)
            for other in SERVICES:
                copy = folder / other / public.name
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(public.read_bytes())


def rotate_evidence_key(folder: Path, service: str) -> Path:
    """Make a new evidence key for a service; former public keys stay behind the new one.

    Every copy of the public keys below *folder* gets the new one in front before the private key
    is replaced, so a service that starts in between says that the two differ and signs nothing.

    Args:
        folder: What ``make_key_folders`` made, or one folder with all keys (development).

    Returns:
        Where the new private key is.

    Raises:
        SettingsError: the service has no evidence key there.
    """
    name = evidence_name(service)
    places = [one for one in (folder / service, folder) if (one / f"{name}.key.pem").exists()]
    if not places:
        raise SettingsError(f"  {name}.key.pem is missing in the folder of keys ({folder}).")
    made = Ed25519PrivateKey.generate()
    public = made.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for path in sorted({*folder.glob(f"{name}.pub.pem"), *folder.glob(f"*/{name}.pub.pem")}):
        replace_file(path, public + path.read_bytes())
    private = places[0] / f"{name}.key.pem"
    replace_file(private, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return private
