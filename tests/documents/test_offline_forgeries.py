"""Whole forgeries of a bundle: by a stranger with a certificate of the same authority, by our own.

The script has the bundle and the root of the authority, and no more unless a test says so.
"""

import base64
import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import NameOID

from services.documents.desk import tools
from services.documents.evidence.offline import boxes
from services.documents.signing.cms import SealClaim
from shared.evidence.merkle import Frontier, inclusion_proofs
from shared.evidence.offline.arithmetic import leaf
from shared.evidence.offline.proofs import FIELDS, FORMAT
from tests.documents.offices import ORGANISATION, Office
from tests.documents.test_offline_bundle import (
    FAILS,
    HOLDS,
    Files,
    bundle_of,
    files_of,
    office_in,
    resealed,
    run,
    written,
)

pytestmark = [
    pytest.mark.one_database,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
]
NOT_PROVEN = 3
EXTRACT = "log/documents-001.json"


@dataclass
class Made:
    """A bundle, the office that made it, and what an auditor has from elsewhere."""

    office: Office
    files: Files
    folder: Path
    root: Path
    alone: Path

    def judged(self, files: Files, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
        done = run(self.alone, written(folder, files), "--trust", str(self.root), *words)
        assert done.stderr == ""
        return done


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    folder = tmp_path_factory.mktemp("office")
    office = office_in(folder)
    files = files_of(bundle_of(office))
    root, alone = folder / "root.pem", folder / "check.py"
    root.write_bytes(files["trust/documents.pem"])
    alone.write_bytes(files["check.py"])
    yield Made(office, files, folder, root, alone)


def sealed_by_us(made: Made, files: Files) -> Files:
    """Seal the list of files anew, as somebody could who has the keys of the organisation."""
    files = resealed(files)
    with made.office.context():
        have = tools()
        claim = SealClaim(have.clock.now(), have.digest)
        seal = have.seal.seal_data(ORGANISATION, "MAS", files[boxes.SEALED], claim)
    return {**files, boxes.SEAL: seal}


def certificate_of_a_stranger(made: Made, folder: Path) -> None:
    """Have a certificate issued by the authority that issued the office's own."""
    [pki] = (path for path in made.folder.rglob("pki") if path.is_dir())
    both = (pki / "issuer.pem").read_bytes()
    issuer = x509.load_pem_x509_certificate(both[both.index(b"-----BEGIN CERT") :])
    authority = serialization.load_pem_private_key(both, None)
    assert isinstance(authority, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Úplně Cizí Osoba")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer.subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
    certificate = builder.sign(authority, hashes.SHA256())
    pem = serialization.Encoding.PEM
    (folder / "own.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "issuer.pem").write_bytes(issuer.public_bytes(pem))
    plain = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(key.private_bytes(pem, *plain))


def sealed_by_a_stranger(made: Made, files: Files, folder: Path) -> Files:
    files = resealed(files)
    certificate_of_a_stranger(made, folder)
    (folder / "list").write_bytes(files[boxes.SEALED])
    words = "cms -sign -binary -cades -in list -signer own.pem -inkey key.pem -certfile issuer.pem"
    command = ["openssl", *words.split(), "-outform", "DER", "-out", "seal", "-md", "sha256"]
    subprocess.run(command, check=True, cwd=folder, capture_output=True)
    return {**files, boxes.SEAL: (folder / "seal").read_bytes()}


def rewritten(files: Files) -> Files:
    """Retell the whole log with a key of one's own: chain, tree and checkpoint agree."""
    told = json.loads(files[EXTRACT])
    key, previous, found = ed25519.Ed25519PrivateKey.generate(), bytes(32), list[bytes]()
    for index, one in enumerate(told["records"]):
        previous = _retold(one["entry"], index, previous)
        found.append(previous)
    paths, tree = inclusion_proofs(found, list(range(len(found)))), Frontier()
    for index, one in enumerate(told["records"]):
        one["path"] = [step.hex() for step in paths[index]]
        tree = tree.append(found[index])
    origin = told["checkpoint"].partition("\n")[0]
    public = b"\x01" + key.public_key().public_bytes_raw()
    short = hashlib.sha256(f"{origin}\n".encode() + public).digest()[:4]
    text = f"{origin}\n{len(found)}\n{base64.b64encode(tree.root).decode()}\n"
    signed = base64.b64encode(short + key.sign(text.encode())).decode()
    told["checkpoint"] = f"{text}\n\u2014 {origin} {signed}\n"
    told["key"] = f"{origin}+{short.hex()}+{base64.b64encode(public).decode()}"
    told["anchor"] = None
    return {**files, EXTRACT: json.dumps(told).encode()}


def _retold(entry: dict[str, Any], index: int, previous: bytes) -> bytes:
    more = {"index": index, "at": "2020-01-01T00:00:00+00:00", "previous": previous.hex()}
    entry |= more
    texts = [
        FORMAT,
        *(str(entry[name] or "") if name == "actor_id" else str(entry[name]) for name in FIELDS),
    ]
    parts = [*(text.encode() for text in texts), bytes.fromhex(entry["content"]), previous]
    found = leaf(b"".join(len(part).to_bytes(4, "big") + part for part in parts))
    entry["hash"] = found.hex()
    return found


def without_anchor(files: Files) -> Files:
    told = json.loads(files[EXTRACT])
    assert told["anchor"], "a bundle has its log stamped before it is given away"
    return {**files, EXTRACT: json.dumps({**told, "anchor": None}).encode()}


def without_stamp(files: Files) -> Files:
    """Take the time stamp out of the seal; the signature itself stays good."""
    seal = cms.ContentInfo.load(files[boxes.SEAL])
    del seal["content"]["signer_infos"][0]["unsigned_attrs"]
    return {**files, boxes.SEAL: seal.dump(force=True)}


def fingerprint_of(files: Files) -> str:
    seal = cms.ContentInfo.load(files[boxes.SEAL])["content"]
    serial = seal["signer_infos"][0]["sid"].chosen["serial_number"].native
    found = [one.chosen for one in seal["certificates"] if one.chosen.serial_number == serial]
    return str(found[0].sha256_fingerprint.replace(" ", ":"))


def test_a_genuine_bundle_holds_and_says_what_vouches_for_it(made: Made, tmp_path: Path) -> None:
    done = made.judged(made.files, tmp_path)

    assert done.returncode == HOLDS
    assert "táž pečeť jako na dokumentech" in done.stdout
    assert "Klíče knih důkazů dokládá jen pečeť balíčku" in done.stdout
    assert fingerprint_of(made.files).replace(":", "").lower() in done.stdout


def test_a_stranger_of_the_same_authority_seals_no_bundle_of_ours(
    made: Made, tmp_path: Path
) -> None:
    """He forged a table, retold the log with a key of his own and sealed everything anew."""
    forged = rewritten({**made.files, "deadlines.csv": b"all in time\r\n"})
    forged = sealed_by_a_stranger(made, forged, tmp_path)

    done = made.judged(forged, tmp_path)

    assert done.returncode == FAILS
    assert "Úplně Cizí Osoba" in done.stdout
    assert "balíček zapečetil někdo jiný než jeho dokumenty" in done.stdout


def test_the_fingerprint_of_the_reader_decides(made: Made, tmp_path: Path) -> None:
    own = fingerprint_of(made.files)

    right = made.judged(made.files, tmp_path, "--seal", own)
    wrong = made.judged(made.files, tmp_path, "--seal", own[:-1] + ("0" if own[-1] != "0" else "1"))

    assert (right.returncode, wrong.returncode) == (HOLDS, FAILS)
    assert "certifikát, který jste zadali" in right.stdout
    assert "pečeť nemá otisk, který jste zadali" in wrong.stdout


def test_the_key_of_the_reader_finds_a_log_retold_under_our_own_seal(
    made: Made, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.txt"
    keys.write_text(
        made.office.client.get(f"/api/v1/evidence/{ORGANISATION}/keys").get_data(as_text=True)
    )
    forged = sealed_by_us(made, rewritten(made.files))

    right = made.judged(made.files, tmp_path, "--key", str(keys))
    wrong = made.judged(forged, tmp_path, "--key", str(keys))
    blind = made.judged(forged, tmp_path)

    assert (right.returncode, wrong.returncode, blind.returncode) == (HOLDS, FAILS, NOT_PROVEN)
    assert "dokládá jen pečeť" not in right.stdout
    assert "klíč knihy není ten, který jste zadali" in wrong.stdout


def test_an_extract_without_a_time_stamp_is_not_proven(made: Made, tmp_path: Path) -> None:
    done = made.judged(sealed_by_us(made, without_anchor(made.files)), tmp_path)

    assert done.returncode == NOT_PROVEN
    assert "kontrolní bod nemá časové razítko" in done.stdout
    assert done.stdout.endswith("NIC NENÍ PORUŠENO, ALE NE VŠE JE DOLOŽENO\n")


def test_a_seal_without_a_time_stamp_is_not_proven(made: Made, tmp_path: Path) -> None:
    done = made.judged(without_stamp(made.files), tmp_path)

    assert done.returncode == NOT_PROVEN
    assert "pečeť nemá časové razítko" in done.stdout
    assert "VŠE PLATÍ" not in done.stdout


@pytest.mark.parametrize("part", [".ers", "EvidenceRecordManifest001.xml", "videncerecord"])
def test_an_evidence_record_that_was_taken_out_is_missed(
    made: Made, tmp_path: Path, part: str
) -> None:
    left = {
        name: content for name, content in made.files.items() if part.lower() not in name.lower()
    }
    assert len(left) < len(made.files)

    done = made.judged(left, tmp_path)

    assert done.returncode == FAILS
    assert "důkazní záznam, o kterém mluví rejstřík, chybí" in done.stdout


@pytest.mark.parametrize("name", ["extra.pdf", "evidencerecord099.ers", "signature002.p7s"])
def test_nothing_may_be_put_beside_the_seal(made: Made, tmp_path: Path, name: str) -> None:
    done = made.judged({**made.files, f"META-INF/{name}": b"%PDF-1.7 extra"}, tmp_path)

    assert done.returncode == FAILS
    assert f"META-INF/{name}: o souboru rejstřík neví" in done.stdout


def test_one_record_does_not_stand_for_another(made: Made, tmp_path: Path) -> None:
    """Lists and records exchanged together prove what they prove, but not what the index says."""
    files = dict(made.files)
    for name in ("evidencerecord{}.ers", "ASiCEvidenceRecordManifest{}.xml"):
        one, other = (f"META-INF/{name.format(number)}" for number in ("001", "002"))
        files[one], files[other] = made.files[other], made.files[one]

    done = made.judged(files, tmp_path)

    assert done.returncode == FAILS
    assert "důkazní záznam neplatí" in done.stdout
