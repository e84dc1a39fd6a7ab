"""Single entries of a log and the proofs that lead from them to a signed checkpoint.

Sources: RFC 9162 (inclusion proofs), C2SP tlog-checkpoint (checkpoints), RFC 3161 (time stamps).
"""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from shared.evidence.offline.arithmetic import is_included, leaf
from shared.evidence.offline.notes import Bad, Keys, Note, exact, read_keys, read_note, stamped

FORMAT = "vyzva-evidence-1"
FIELDS = ("log", "index", "at", "act", "subject_type", "subject_id", "actor_id")
COLUMNS = {*FIELDS, "content", "previous", "hash"}
SAID = {"salt", "facts"}
WHOLE, BROKEN, NOTHING_TO_JUDGE, LOST, UNPROVEN = 0, 1, 2, 3, 4


@dataclass
class Report:
    """What was found about one log."""

    log: str
    size: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)
    notes: int = 0
    anchors: list[datetime] = field(default_factory=list)
    is_unchecked: bool = False
    lost_from: int | None = None
    has_own_roots: bool = False
    """Whether the reader named the authorities to believe."""

    @property
    def is_unproven(self) -> bool:
        """Whether a time stamp was asked for and none could be believed."""
        return self.has_own_roots and (not self.anchors or self.is_unchecked)

    @property
    def status(self) -> int:
        """The verdict as an exit status."""
        if self.faults:
            return BROKEN
        if self.lost_from is not None:
            return LOST
        return UNPROVEN if self.is_unproven else WHOLE


def entry_hash(entry: dict[str, Any], log: str, index: int) -> bytes:
    """Return the hash of an entry as it must be; what is said beside it is hashed too."""
    is_there = entry["log"] == log and entry["index"] == index
    if not is_there or entry.keys() not in (COLUMNS, COLUMNS | SAID):
        raise Bad("missing")
    content, previous = bytes.fromhex(entry["content"]), bytes.fromhex(entry["previous"])
    if "salt" in entry:
        salt = bytes.fromhex(entry["salt"])
        content = sha256(salt + entry["facts"].encode()).digest()
        if salt.hex() != entry["salt"]:  # in capitals it would be the same salt
            raise Bad("changed")
    texts = [FORMAT, *(str(entry[name] if entry[name] is not None else "") for name in FIELDS)]
    parts = [*(text.encode() for text in texts), content, previous]
    found = leaf(b"".join(len(part).to_bytes(4, "big") + part for part in parts))
    if (found.hex(), content.hex()) != (entry["hash"], entry["content"]):
        raise Bad("changed")
    return found


def judge_proof(
    proof: dict[str, Any], keys: Keys, marks: list[Note], roots: str | None = None
) -> Report:
    """Judge the entries of an extract by the checkpoint that it carries.

    Args:
        roots: certificates to believe for its time stamp, PEM, instead of those that it brings.
    """
    keys = keys or read_keys(proof["key"])
    note = read_note(proof["checkpoint"], keys)
    report = Report(note.log, notes=1, has_own_roots=bool(roots))
    for record in proof["records"]:
        entry = record["entry"]
        try:
            found = entry_hash(entry, note.log, entry["index"])
            path = [bytes.fromhex(step) for step in record["path"]]
            if not is_included(found, entry["index"], note.size, path, note.root):
                raise Bad("proof")
            report.size += 1
        except Bad as error:
            report.faults.append((entry["index"], str(error)))
    if proof["anchor"]:
        digest = sha256(note.text.encode()).digest()
        token = exact(proof["anchor"]["token"])
        at, is_checked = stamped(token, digest, roots or proof["anchor"]["roots"])
        report.anchors, report.is_unchecked = [at], not is_checked
    if any(mark.size == note.size and mark != note for mark in marks):
        report.faults.append((0, "rewritten"))
    return report
