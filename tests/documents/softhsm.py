"""A token in software (SoftHSM2) for tests, initialised by its own program."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pkcs11
import pytest
from asn1crypto import keys as asn1_keys
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pkcs11 import Attribute, ObjectClass
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key

from tests.conftest import IS_CI

from .authorities import Owner

PIN, OFFICER_PIN = "271828", "314159"
MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
)


def find_module() -> Path:
    """Return SoftHSM's library; without it the test is skipped, in CI it fails."""
    found = next((Path(one) for one in MODULES if Path(one).exists()), None)
    if found is not None and shutil.which("softhsm2-util"):
        return found
    if IS_CI:
        pytest.fail("CI must have SoftHSM2 (Debian: softhsm2).")
    pytest.skip("SoftHSM2 is not installed (Debian: softhsm2).")


@dataclass(frozen=True)
class SoftToken:
    """A token in a folder."""

    module: Path
    folder: Path
    label: str

    def put(self, owner: Owner, key_label: str) -> None:
        """Bring key and certificates onto the token, as its maker's program would."""
        token = pkcs11.lib(str(self.module)).get_token(token_label=self.label)
        with token.open(rw=True, user_pin=PIN) as session:
            session.create_object(_private(owner, key_label))
            for label, certificate in [
                (key_label, owner.certificate),
                *((f"CA {n}", one) for n, one in enumerate(owner.chain)),
            ]:
                der = certificate.public_bytes(Encoding.DER)
                session.create_object(_certificate(der, label))

    def take_away(self) -> None:
        """Hide everything that the token holds, as if it were pulled out of its slot."""
        for item in self.folder.glob("*/*.object"):
            item.rename(item.with_suffix(".away"))

    def put_back(self) -> None:
        """Put the token into its slot again."""
        for item in self.folder.glob("*/*.away"):
            item.rename(item.with_suffix(".object"))


def _private(owner: Owner, label: str) -> dict[Attribute, object]:
    pkcs8 = owner.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    inner = asn1_keys.PrivateKeyInfo.load(pkcs8)["private_key"].parsed.dump()
    if isinstance(owner.key, ec.EllipticCurvePrivateKey):
        traditional = owner.key.private_bytes(
            Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        )
        template = decode_ec_private_key(traditional)
    else:
        template = decode_rsa_private_key(inner)
    return {
        **template,
        Attribute.LABEL: label,
        Attribute.TOKEN: True,
        Attribute.PRIVATE: True,
        Attribute.SENSITIVE: True,
        Attribute.EXTRACTABLE: False,
        Attribute.SIGN: True,
    }


def _certificate(der: bytes, label: str) -> dict[Attribute, object]:
    return {
        Attribute.CLASS: ObjectClass.CERTIFICATE,
        Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
        Attribute.TOKEN: True,
        Attribute.LABEL: label,
        Attribute.SUBJECT: b"\x30\x00",
        Attribute.VALUE: der,
    }


def make_token(folder: Path, label: str) -> SoftToken:
    """Initialise a token and let the library, which serves the whole process, read it anew."""
    module = find_module()
    (folder / "tokens").mkdir(parents=True)
    settings = folder / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {folder / 'tokens'}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)
    subprocess.run(
        [
            *("softhsm2-util", "--init-token", "--free", "--label", label),
            *("--so-pin", OFFICER_PIN, "--pin", PIN),
        ],
        check=True,
        capture_output=True,
    )
    pkcs11.lib(str(module)).reinitialize()
    return SoftToken(module, folder / "tokens", label)
