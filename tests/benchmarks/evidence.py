"""How long the stand-alone verifier reads a million entries, and that its memory stays flat."""

import json
import subprocess
import sys
import tempfile
import time
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.evidence.checkpoints import Checkpoint, sign, verifier_keys
from shared.evidence.copies import checkpoint_line
from shared.evidence.merkle import Frontier, leaf_hash
from shared.evidence.offline import script

LOG = "registry/00000000-0000-0000-0000-000000000001"
SMALL, LARGE = 100_000, 1_000_000
EVERY = 1000
"""Entries between two checkpoints."""
MOST_SECONDS = 60
MOST_GROWTH = 1.5
"""The large log may need so many times the memory of the small one, which is a tenth of it."""
MEASURED = """
import runpy, sys
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    lines = open("/proc/self/status").read().splitlines()
    sys.stderr.write(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""
"""What ``getrusage`` says would be the memory of whoever started the process."""


class OneKey:
    """The keys of a benchmark."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.public = [self._key.public_key().public_bytes_raw()]

    def sign(self, message: bytes) -> bytes:
        """Return the signature."""
        return self._key.sign(message)


def evidence() -> bool:
    """Measure both sizes in one run; return whether the targets are met."""
    with tempfile.TemporaryDirectory() as folder:
        _, memory = _verified(_written(Path(folder, "small"), SMALL))
        seconds, larger = _verified(_written(Path(folder, "large"), LARGE))
    sys.stdout.write(
        f"Evidence: {LARGE} entries with what they say, {LARGE // EVERY} checkpoints and as many "
        f"copies verified in {seconds:.1f} s (target {MOST_SECONDS}), {larger / 1024:.0f} MB; "
        f"{SMALL} entries in {memory / 1024:.0f} MB\n"
    )
    return seconds <= MOST_SECONDS and larger <= MOST_GROWTH * memory


def _verified(folder: Path) -> tuple[float, int]:
    """Return seconds and the largest memory (kB) of the verifier in a process of its own."""
    command = [sys.executable, "-I", "-S", "-c", MEASURED, str(folder / "verify.py"), str(folder)]
    begin = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return time.monotonic() - begin, int(done.stderr)


def _written(target: Path, size: int) -> Path:
    """Write a log as an export writes it."""
    folder, keys, tree = target / LOG, OneKey(), Frontier()
    folder.mkdir(parents=True)
    previous, notes = bytes(32), list[str]()
    with (folder / "entries.jsonl").open("w", encoding="utf-8") as file:
        for index in range(size):
            entry = _entry(index, previous)
            previous = bytes.fromhex(entry["hash"])
            tree = tree.append(previous)
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            if not tree.size % EVERY:
                notes.append(checkpoint_line(sign(Checkpoint.of(LOG, 0, tree), keys)))  # type: ignore[arg-type]  # the same two members
    for name in ("checkpoints", "copies"):
        (folder / f"{name}.jsonl").write_text("".join(f"{note}\n" for note in notes), "utf-8")
    (target / "keys.txt").write_text("\n".join(verifier_keys(LOG, keys.public)), "utf-8")
    (target / "verify.py").write_text(script(), "utf-8")
    return target


def _entry(index: int, previous: bytes) -> dict[str, str]:
    facts = json.dumps({"actor_name": "Jana Malá", "details": {"number": index}})
    salt = index.to_bytes(16, "big")
    content = sha256(salt + facts.encode()).digest()
    fields = {
        "log": LOG,
        "index": index,
        "at": "2026-05-04T08:00:00.123456+00:00",
        "act": "receive_application",
        "subject_type": "application",
        "subject_id": f"00000000-0000-0000-0000-{index:012}",
        "actor_id": "00000000-0000-0000-0000-000000000007",
    }
    texts = ["vyzva-evidence-1", *(str(value) for value in fields.values())]
    parts = [*(text.encode() for text in texts), content, previous]
    encoded = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return {
        **fields,  # type: ignore[dict-item]  # the index is a number
        "content": content.hex(),
        "previous": previous.hex(),
        "hash": leaf_hash(encoded).hex(),
        "salt": salt.hex(),
        "facts": facts,
    }
