"""The script that verifies a bundle without the product: whole ones hold, harmed ones do not."""

import base64
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from services.documents.evidence.offline import boxes
from services.documents.evidence.offline.findings import MOST_TOLD
from tests.documents.offices import CONTROLLER, DIRECTOR, Office, open_office, record
from tests.documents.test_bundles import CALL, CASE, ask, fetch, posted

pytestmark = [
    pytest.mark.one_database,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed"),
]
HOLDS, FAILS, NOT_JUDGED = 0, 1, 2
ALONE = (sys.executable, "-I", "-S")
"""Without the packages that are installed, the product itself among them."""
Files = dict[str, bytes]


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """Make one bundle."""
    yield bundle_of(office_in(tmp_path_factory.mktemp("office")))


def office_in(folder: Path) -> Office:
    return open_office(folder / "var", f"sqlite:///{folder / 'test.sqlite'}")


def bundle_of(office: Office) -> bytes:
    """Return a bundle: a record of two people and a letter, both with evidence records."""
    for actor in (DIRECTOR, CONTROLLER):
        office.make_key(actor)
    made = office.put(record(DIRECTOR, CONTROLLER, case_id=str(CASE), call_id=str(CALL)))
    for actor in (CONTROLLER, DIRECTOR):
        assert office.sign(made["id"], actor).status_code == 201
    posted(office)
    return _asked(office)


def _asked(office: Office) -> bytes:
    office.work(3)
    office.clock.move_to(office.clock.now() + timedelta(days=1))
    office.work(3)
    asked = ask(office)
    office.work(5)
    return fetch(office, asked["id"]).data


@pytest.fixture(scope="module")
def alone(bundle: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the script that lies in the bundle."""
    path = tmp_path_factory.mktemp("script") / "check.py"
    path.write_bytes(files_of(bundle)["check.py"])
    return path


def run(alone: Path, target: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the script where nothing of the product can be imported."""
    command = [*ALONE, str(alone), str(target), *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=alone.parent, check=False)


def files_of(bundle: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def written(folder: Path, files: Files) -> Path:
    target = folder / "bundle.asice"
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def test_a_whole_bundle_holds(alone: Path, bundle: bytes, tmp_path: Path) -> None:
    target = tmp_path / "bundle.asice"
    target.write_bytes(bundle)

    done = run(alone, target, "--all")

    assert (done.returncode, done.stderr) == (HOLDS, "")
    assert done.stdout.endswith("VŠE PLATÍ\n")
    assert f"podepsáno {CONTROLLER.name}" in done.stdout
    assert re.search(rf"{DIRECTOR.name} \(2026-04-03T07:12:05\+00:00\), Pečeť", done.stdout)
    assert (
        done.stdout.count("prokazatelně existuje od 2026-04-04") == 5
    )  # 2 papers, issued and archival, 1 slip
    assert "Certifikáty autorit jsou z balíčku" in done.stdout


def test_an_unpacked_bundle_holds_too_and_speaks_the_readers_language(
    alone: Path, bundle: bytes, tmp_path: Path
) -> None:
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        archive.extractall(tmp_path / "unpacked")
    trust = tmp_path / "unpacked" / "trust" / "documents.pem"

    done = run(alone, tmp_path / "unpacked", "--english", "--trust", str(trust))
    german = run(alone, tmp_path / "unpacked", "--lang", "de")

    assert (done.returncode, done.stderr) == (HOLDS, "")
    assert done.stdout.endswith("EVERYTHING HOLDS\n")
    assert "from the bundle" not in done.stdout
    assert german.stdout.endswith("ALLES GILT\n")
    assert "stammen aus dem Paket" in german.stdout


def test_in_the_unpacked_folder_the_script_needs_no_words(bundle: bytes, tmp_path: Path) -> None:
    """Also at a terminal that asks for letters which Czech does not have."""
    with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
        archive.extractall(tmp_path)

    done = subprocess.run(
        [sys.executable, "-S", "check.py"],
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONPATH": ""},
        check=False,
    )

    assert (done.returncode, done.stderr) == (HOLDS, b"")
    assert done.stdout.decode("utf-8").splitlines()[-1] == "VŠE PLATÍ"


def test_the_sums_come_first_and_then_only_what_is_wrong(
    alone: Path, bundle: bytes, tmp_path: Path
) -> None:
    files = files_of(bundle)
    harmed = flipped(r"documents/.*1\.pdf", 0.3)(files)
    [name] = (name for name in files if files[name] != harmed[name])

    whole, done = (
        run(alone, written(tmp_path, one)).stdout.splitlines() for one in (files, harmed)
    )

    count = sum(not one.startswith("META-INF/") for one in files if one != "mimetype")
    papers = sum(one.startswith("documents/") and one.endswith(".pdf") for one in files)
    assert whole[1:3] == [
        f"soubory v pořádku: {count} z {count}",
        f"soubory dokumentů s platnými podpisy: {papers} z {papers}",
    ]
    assert done[1:4] == [
        f"soubory v pořádku: {count - 1} z {count}",
        f"soubory dokumentů s platnými podpisy: {papers - 1} z {papers}",
        "platné důkazní záznamy: 4 z 5",
    ]
    assert done[4] == whole[4]
    wrong, verdict = (one for one in done[5:] if one not in whole)
    assert re.fullmatch(f"{name}: soubor byl změněn, (podpis neplatí|časové razítko .*)", wrong)
    assert (wrong.count("soubor byl změněn"), verdict) == (1, "NEPLATÍ")


def test_much_that_is_wrong_is_told_shortly_unless_all_is_asked_for(
    alone: Path, bundle: bytes, tmp_path: Path
) -> None:
    names = [f"documents/navic-{number:03}.txt" for number in range(MOST_TOLD + 20)]
    target = written(tmp_path, {**files_of(bundle), **dict.fromkeys(names, b"")})

    short, all_of_it = (run(alone, target, *words).stdout for words in ((), ("--all",)))

    assert [name in short for name in names] == [True] * MOST_TOLD + [False] * 20
    assert "a další soubory, které vypíše --all: 20\nNEPLATÍ\n" in short
    assert all(f"{name}: soubor v zapečetěném seznamu není\n" in all_of_it for name in names)


def test_the_time_stamp_of_a_night_is_judged_once(
    alone: Path, bundle: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was gathered in one tree shares it, be it five files or thousands."""
    counted = tmp_path / "openssl"
    counted.write_text(
        f'#!/bin/sh\necho "$*" >> {tmp_path}/asked\n{shutil.which("openssl")} "$@"\n'
    )
    counted.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    target = tmp_path / "bundle.asice"
    target.write_bytes(bundle)

    done = run(alone, target)

    asked = [line.split() for line in (tmp_path / "asked").read_text().splitlines()]
    assert done.returncode == HOLDS
    assert done.stdout.splitlines()[3] == "platné důkazní záznamy: 5 z 5"
    stamped = [words[3] for words in asked if words[0] == "ts"]
    assert stamped
    assert len(set(stamped)) == len(stamped)


def pdf_of(files: Files) -> str:
    return next(n for n in sorted(files) if n.startswith("documents/") and n.endswith(".pdf"))


def resealed(files: Files) -> Files:
    """Put right hashes into the list of files, as a forger would who cannot seal it."""
    text = files[boxes.SEALED].decode()
    for name in re.findall(r'DataObjectReference [^>]*URI="([^"]+)"', text):
        plain = next((n for n in files if quote(n, safe="/") == name), None)
        if plain is not None:
            digest = base64.b64encode(hashlib.sha256(files[plain]).digest()).decode()
            text = re.sub(
                rf'(URI="{re.escape(name)}".*?DigestValue>)[^<]+', rf"\g<1>{digest}", text, count=1
            )
    return {**files, boxes.SEALED: text.encode()}


def flipped(part: str, at: float) -> Callable[[Files], Files]:
    """Change one bit of the first file whose name matches."""

    def act(files: Files) -> Files:
        name = next(n for n in sorted(files) if re.search(part, n))
        content = bytearray(files[name])
        content[int(len(content) * at)] ^= 1
        return {**files, name: bytes(content)}

    return act


def without(part: str) -> Callable[[Files], Files]:
    """Take the first file out whose name matches."""

    def act(files: Files) -> Files:
        name = next(n for n in sorted(files) if re.search(part, n))
        return {n: content for n, content in files.items() if n != name}

    return act


def swapped(files: Files) -> Files:
    """Let two documents lie under each other's names."""
    one, other = sorted(
        n for n in files if re.fullmatch(r"documents/[^/]+1\.pdf|documents/[^/]+2\.pdf", n)
    )
    return {**files, one: files[other], other: files[one]}


def added(files: Files) -> Files:
    return {**files, "documents/navic.txt": b"navic"}


def appended_and_listed(files: Files) -> Files:
    name = pdf_of(files)
    return resealed({**files, name: files[name] + b"\n% navic\n"})


def exchanged_records(files: Files) -> Files:
    first, other = "META-INF/evidencerecord001.ers", "META-INF/evidencerecord002.ers"
    return {**files, first: files[other], other: files[first]}


def another_leaf(files: Files) -> Files:
    """Change the hash with which the path of a record begins."""
    name = "META-INF/evidencerecord001.ers"
    at = files[name].index(b"\x04\x20") + 9
    return {**files, name: files[name][:at] + bytes(1) + files[name][at + 1 :]}


def later_stamp(files: Files) -> Files:
    """Change the time that the time stamp of a record states."""
    name = "META-INF/evidencerecord001.ers"
    return {**files, name: files[name].replace(b"20260404", b"20250404", 1)}


def with_entities(files: Files) -> Files:
    told = files[boxes.SEALED].replace(
        b"?>", b'?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', 1
    )
    return {**files, boxes.SEALED: told}


def relogged(change: Callable[[Any], None]) -> Callable[[Files], Files]:
    """Change what an extract of the log says; a list with right hashes hides nothing of it."""

    def act(files: Files) -> Files:
        name = "log/documents-001.json"
        told = json.loads(files[name])
        change(told)
        return resealed({**files, name: json.dumps(told, sort_keys=True).encode()})

    return act


def issue_of(told: Any) -> Any:
    return next(one for one in told["records"] if one["entry"]["act"] == "issue")


def cut_out(told: Any) -> None:
    """Leave out that the documents were issued: what is left is proven as before."""
    told["records"] = [one for one in told["records"] if one["entry"]["act"] != "issue"]


def renamed(told: Any) -> None:
    issue_of(told)["entry"]["act"] = "cancel"


def retold(told: Any) -> None:
    entry = issue_of(told)["entry"]
    entry["facts"] = entry["facts"].replace("sha256", "sha257")


def misled(told: Any) -> None:
    path = issue_of(told)["path"]
    path[0] = path[0][:-1] + ("0" if path[0][-1] != "0" else "1")


def grown(told: Any) -> None:
    """State a larger log in the checkpoint."""
    origin, size, rest = told["checkpoint"].split("\n", 2)
    told["checkpoint"] = f"{origin}\n{int(size) + 1}\n{rest}"


def made_up_stamp(told: Any) -> None:
    told["anchor"] = {"checkpoint": told["checkpoint"], "token": "MAA=", "roots": ""}


LOG_HARMS: list[tuple[Callable[[Any], None], str]] = [
    (cut_out, "kniha neví o vydání tohoto souboru"),
    (renamed, "záznam v knize důkazů byl změněn"),
    (retold, "záznam v knize důkazů byl změněn"),
    (misled, "záznam nevede ke kontrolnímu bodu"),
    (grown, "kontrolní bod knihy není podepsán"),
    (made_up_stamp, "časové razítko kontrolního bodu"),
]


@pytest.mark.parametrize(
    ("change", "said"), LOG_HARMS, ids=lambda one: getattr(one, "__name__", "")
)
def test_what_the_log_says_is_judged_too(
    alone: Path, bundle: bytes, tmp_path: Path, change: Callable[[Any], None], said: str
) -> None:
    """Each of them would be found by the seal; the extracts prove themselves without it."""
    done = run(alone, written(tmp_path, relogged(change)(files_of(bundle))))

    assert (done.returncode, done.stderr) == (FAILS, "")
    assert re.search(said, done.stdout), done.stdout


def test_an_auditor_is_told_what_to_do_in_three_languages(bundle: bytes) -> None:
    told = files_of(bundle)["README.txt"].decode()

    for words in ("Windows", "python.org", "OpenSSL", "py check.py", "VŠE PLATÍ", "NEPLATÍ"):
        assert words in told
    assert all(told.count(f"py check.py .{words}") for words in ("", " --lang en", " --trust"))
    assert told.startswith("Důkazní balíček / Evidence bundle / Nachweispaket")


HARMS: list[tuple[Callable[[Files], Files], str]] = [
    (flipped(r"documents/.*1\.pdf", 0.3), "soubor byl změněn"),
    (flipped(r"documents/.*1\.json", 0.5), "soubor byl změněn"),
    (flipped("deadlines.csv", 0.9), "soubor byl změněn"),
    (flipped("signature001.p7s", 0.98), "podpis|razítko"),
    (without("missing.csv"), "soubor chybí"),
    (without(r"documents/.*1\.json"), "údaje o dokumentu nelze přečíst"),
    (without("signature001.p7s"), "soubor chybí"),
    (added, "soubor v zapečetěném seznamu není"),
    (appended_and_listed, "podpis neplatí"),
    (another_leaf, "důkazní záznam neplatí"),
    (later_stamp, "razítko"),
    (exchanged_records, "důkazní záznam neplatí|razítko"),
    (with_entities, "seznam souborů nelze přečíst"),
    (swapped, "soubor byl změněn"),
    (without("log/documents-001.json"), "soubor chybí"),
    (flipped("log/documents-001.json", 0.5), "soubor byl změněn"),
    (flipped("ASiCManifest001.xml", 0.6), "podpis|razítko|seznam"),
]


@pytest.mark.parametrize(("harm", "said"), HARMS, ids=range(len(HARMS)))
def test_whatever_is_harmed_does_not_hold(
    alone: Path, bundle: bytes, tmp_path: Path, harm: Callable[[Files], Files], said: str
) -> None:
    done = run(alone, written(tmp_path, harm(files_of(bundle))))

    assert (done.returncode, done.stderr) == (FAILS, "")
    assert re.search(said, done.stdout), done.stdout
    assert done.stdout.endswith("NEPLATÍ\n")


def test_a_stranger_s_certificates_do_not_vouch(alone: Path, bundle: bytes, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    subprocess.run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x"
        f" -days 9 -keyout {tmp_path}/key.pem -out {other}".split(),
        check=True,
        capture_output=True,
    )
    target = tmp_path / "bundle.asice"
    target.write_bytes(bundle)

    done = run(alone, target, "--trust", str(other))

    assert done.returncode == FAILS
    assert "časové razítko neplatí" in done.stdout


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7"])
def test_nonsense_is_not_judged(alone: Path, tmp_path: Path, content: bytes) -> None:
    target = tmp_path / "nonsense.asice"
    target.write_bytes(content)

    done = run(alone, target)

    assert (done.returncode, done.stderr) == (NOT_JUDGED, "")
    assert "kontejner nelze přečíst" in done.stdout


def test_without_openssl_nothing_is_judged(
    alone: Path, bundle: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "bundle.asice"
    target.write_bytes(bundle)
    monkeypatch.setenv("PATH", str(tmp_path))

    done = run(alone, target)

    assert (done.returncode, done.stderr) == (NOT_JUDGED, "")
    assert "openssl" in done.stdout
