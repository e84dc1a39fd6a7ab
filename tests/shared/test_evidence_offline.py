"""The verifier that knows nothing of the product finds what was done to a log (T1, S9)."""

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.evidence.offline import script
from shared.evidence.offline import verify as offline
from tests.databases import sqlite_address
from tests.shared.evidence_world import LOG, desk_in, do, exported, signed, with_other_keys

pytestmark = pytest.mark.one_database

EVERY, TIMES = 6, 4
LENGTH = EVERY * TIMES
FILES = ("entries", "checkpoints", "copies")


@dataclass
class World:
    """A whole log as it was given away, and what somebody kept of it."""

    folder: Path
    foreign: Path
    """A log of the same name and length that somebody else wrote and signed."""
    mark: Path
    """The last checkpoint, kept elsewhere."""
    files: dict[str, bytes]

    @property
    def log(self) -> Path:
        return self.folder / LOG


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("evidence")
    with desk_in(folder, sqlite_address(folder)) as desk:
        for number in range(TIMES):
            do(desk, *(f"act {number}.{place}" for place in range(EVERY)))
            signed(desk)
        exported(desk, folder / "whole")
    other = folder / "other"
    other.mkdir()
    with desk_in(other, sqlite_address(other)) as plain:
        desk = with_other_keys(plain, other / "their keys")
        for number in range(TIMES):
            do(desk, *(f"forged {number}.{place}" for place in range(EVERY)))
            signed(desk)
        exported(desk, folder / "foreign")
    whole = folder / "whole"
    files = {name: (whole / LOG / f"{name}.jsonl").read_bytes() for name in FILES}
    notes = [json.loads(line)["checkpoint"] for line in files["checkpoints"].splitlines()]
    mark = folder / "kept.txt"
    mark.write_text(notes[-1], "utf-8")
    return World(whole, folder / "foreign", mark, files)


@pytest.fixture
def clean(world: World) -> Iterator[World]:
    yield world
    for name, content in world.files.items():
        (world.log / f"{name}.jsonl").write_bytes(content)


def first_bad(world: World, folder: Path | None = None) -> int | None:
    """Return the first bad entry that the verifier names; ``None`` when it says whole."""
    keys = offline.read_keys((world.folder / "keys.txt").read_text("utf-8"))
    marks = offline.read_marks([world.mark], keys)
    report = offline.judge(folder or world.log, keys, marks)
    return report.faults[0][0] if report.faults else None


def run(*words: object) -> tuple[int, str]:
    """Run the exported script in a Python that cannot see the product."""
    folder = Path(str(words[0]))
    beside = folder / "verify.py" if folder.is_dir() else folder.parent / "whole" / "verify.py"
    command = [sys.executable, "-I", "-S", beside, *words]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def write(world: World, name: str, lines: list[bytes]) -> None:
    (world.log / f"{name}.jsonl").write_bytes(b"".join(lines))


def lines_of(world: World, name: str) -> list[bytes]:
    return world.files[name].splitlines(keepends=True)


def test_a_log_that_nobody_touched_is_whole_on_another_machine(world: World) -> None:
    assert first_bad(world) is None
    status, said = run(world.folder, "--mark", world.mark)
    assert (status, f"{LOG}: BEZE ZMĚNY" in said) == (0, True)
    status, said = run(world.folder, "--english")
    assert (status, f"{LENGTH} entries; {TIMES} checkpoints" in said) == (0, True)


def test_the_script_imports_the_standard_library_only() -> None:
    tree = ast.parse(script())
    modules = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert modules <= sys.stdlib_module_names


FLIPS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "log": lambda entry: entry["log"][:-1] + "8",
    "index": lambda entry: entry["index"] ^ 1,
    "at": lambda entry: entry["at"].replace("20", "21", 1),
    "act": lambda entry: chr(ord(entry["act"][0]) ^ 1) + entry["act"][1:],
    "subject_type": lambda entry: "applicatioo",
    "subject_id": lambda entry: entry["subject_id"][:-1] + "f",
    "actor_id": lambda entry: None,
    "content": lambda entry: flipped_hex(entry["content"]),
    "previous": lambda entry: flipped_hex(entry["previous"]),
    "hash": lambda entry: flipped_hex(entry["hash"]),
    "salt": lambda entry: flipped_hex(entry["salt"]),
    "facts": lambda entry: entry["facts"].replace("Lipov", "Lipow"),
}


def flipped_hex(text: str) -> str:
    return f"{int(text[0], 16) ^ 1:x}{text[1:]}"


@pytest.mark.parametrize("name", FLIPS)
def test_each_field_of_each_entry_is_protected(clean: World, name: str) -> None:
    for index in range(LENGTH):
        lines = lines_of(clean, "entries")
        entry = json.loads(lines[index])
        changed = FLIPS[name](entry)
        assert changed != entry[name]
        lines[index] = json.dumps({**entry, name: changed}, ensure_ascii=False).encode() + b"\n"
        write(clean, "entries", lines)

        assert first_bad(clean) == index


@pytest.mark.parametrize("name", ["content", "previous", "hash", "salt"])
def test_nothing_can_be_written_in_two_ways(clean: World, name: str) -> None:
    lines = lines_of(clean, "entries")
    index, entry = next(
        (at, one)
        for at, one in enumerate(map(json.loads, lines))
        if at and set("abcdef") & set(one[name])
    )
    lines[index] = json.dumps({**entry, name: entry[name].upper()}).encode() + b"\n"
    write(clean, "entries", lines)

    assert first_bad(clean) == index


@pytest.mark.parametrize("left_out", [("salt",), ("facts",), ("hash",), ("salt", "facts", "act")])
def test_an_entry_without_a_field_is_no_entry(clean: World, left_out: tuple[str, ...]) -> None:
    lines = lines_of(clean, "entries")
    entry = {key: one for key, one in json.loads(lines[5]).items() if key not in left_out}
    lines[5] = json.dumps(entry).encode() + b"\n"
    write(clean, "entries", lines)

    assert first_bad(clean) == 5


def test_a_log_that_is_gone_is_missed(clean: World, tmp_path: Path) -> None:
    shutil.copy(clean.folder / "keys.txt", tmp_path)
    shutil.copy(clean.folder / "verify.py", tmp_path)

    status, said = run(tmp_path, "--mark", clean.mark)

    assert (status, "chybí" in said) == (1, True)


def test_with_the_keys_replaced_too_a_kept_checkpoint_still_tells(world: World) -> None:
    status, _ = run(world.foreign, "--mark", world.mark)
    own = world.folder / "keys.txt"

    assert run(world.foreign)[0] == 0
    assert status == 1
    assert run(world.foreign, "--key", own)[0] == 1


def test_what_cannot_be_read_is_never_called_whole(tmp_path: Path, world: World) -> None:
    shutil.copy(world.folder / "verify.py", tmp_path)

    assert run(tmp_path)[0] == 2
    (tmp_path / "keys.txt").write_text("nothing of the kind\n")
    assert run(tmp_path)[0] == 2
