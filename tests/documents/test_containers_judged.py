"""EU DSS judges our containers: the seal over the manifest, and each evidence record."""

from datetime import timedelta
from pathlib import Path

import pytest

from services.documents.evidence.container_writing import pack
from services.documents.evidence.containers import Contents, Part, RecordPart
from services.documents.evidence.evidence_records import Stamp, record_of
from services.documents.evidence.hash_tree import HashTree, digest
from tests.documents.samples import AT
from tests.documents.signed_papers import Signatory
from tests.documents.test_evidence_records import FILES, whole_life
from tests.documents.time_stamps import token
from tests.validators import dss
from tests.validators.exhibits import Exhibit
from tests.validators.verdicts import Verdict

pytestmark = pytest.mark.one_database


@pytest.fixture
def signatory(judges: list[str], tmp_path: Path) -> Signatory:
    if "EU DSS" not in judges:
        pytest.skip("EU DSS is not installed")
    return Signatory(tmp_path / "pki")


def of_one_night(signatory: Signatory, count: int) -> dict[bytes, bytes]:
    """Return the evidence record of each file of one tree."""
    tree = HashTree.over("sha256", [digest("sha256", file) for file in FILES[:count]])
    stamped = token(signatory.pki, tree.root, "sha256", AT)
    return {
        file: record_of(((Stamp("sha256", tree.path_of(digest("sha256", file)), stamped),),))
        for file in FILES[:count]
    }


def packed(folder: Path, signatory: Signatory, records: dict[bytes, bytes]) -> Exhibit:
    parts = [Part(f"soubor {n}.txt", "text/plain", file) for n, file in enumerate(records)]
    kept = [RecordPart(part.name, records[part.content]) for part in parts]
    file = folder / "files.asice"
    file.write_bytes(pack(Contents(parts, kept), AT, signatory.seal_data))
    return Exhibit(file, signatures=1, records=len(records))


def judged(signatory: Signatory, exhibit: Exhibit) -> Verdict:
    (verdict,) = dss.judge([exhibit], signatory.trust())
    return verdict


@pytest.mark.parametrize("count", [1, 2, 3, 11])
def test_the_seal_and_every_record_pass(signatory: Signatory, tmp_path: Path, count: int) -> None:
    exhibit = packed(tmp_path, signatory, of_one_night(signatory, count))

    assert str(judged(signatory, exhibit)) == "files.asice: EU DSS: passed"


def test_a_record_of_another_file_does_not(signatory: Signatory, tmp_path: Path) -> None:
    first, second = of_one_night(signatory, 2).items()
    exhibit = packed(tmp_path, signatory, {first[0]: second[1], second[0]: first[1]})

    assert "evidence record" in str(judged(signatory, exhibit))


def test_a_changed_file_does_not(signatory: Signatory, tmp_path: Path) -> None:
    records = of_one_night(signatory, 2)
    exhibit = packed(tmp_path, signatory, {FILES[0] + b".": records[FILES[0]]})

    assert "evidence record" in str(judged(signatory, exhibit))


def test_a_record_passes_after_renewals_and_a_new_algorithm(
    signatory: Signatory, tmp_path: Path
) -> None:
    records = dict(list(whole_life(signatory.pki, timedelta(hours=1)).items())[:3])
    exhibit = packed(tmp_path, signatory, records)

    assert str(judged(signatory, exhibit)) == "files.asice: EU DSS: passed"
