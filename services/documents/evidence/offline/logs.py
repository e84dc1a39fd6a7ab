"""What the evidence logs say in a bundle, judged by themselves, each other and the documents.

Sources: RFC 9162 (inclusion and consistency proofs), C2SP tlog-checkpoint (checkpoints).
"""

import json
from typing import Any

from services.documents.evidence.offline.der import Doubt
from shared.evidence.offline.arithmetic import is_consistent
from shared.evidence.offline.notes import Bad, Keys, Note, read_keys, read_note
from shared.evidence.offline.proofs import judge_proof

EXTRACT, GROWTH = "vyzva-evidence-proof-1", "vyzva-evidence-growth-1"
REASONS = {
    "changed": "log-entry",
    "missing": "log-entry",
    "proof": "log-proof",
    "checkpoint": "log-checkpoint",
    "anchor": "log-stamp",
}
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class Logs:
    """Everything that the extracts of a bundle say."""

    def __init__(self, roots: str, known: Keys) -> None:
        """Know nothing yet.

        Args:
            roots: certificates to believe for time stamps, PEM; never those of an extract.
            known: keys of the logs that the reader has from elsewhere; empty without any.
        """
        self._roots, self._known = roots, known
        self.unstamped: set[str] = set()
        """Logs with an extract whose checkpoint bears no time stamp."""
        self.has_gaps = False
        """Whether an extract is missing because no checkpoint covered it yet."""
        self._keys: dict[tuple[str, int], str] = {}
        self._notes: dict[str, dict[int, Note]] = {}
        self._entries: dict[str, dict[int, str]] = {}
        self._grown: dict[str, set[tuple[int, int]]] = {}
        self._torn: set[str] = set()
        self._issued: dict[str, set[str]] = {}

    def take(self, content: bytes) -> tuple[int, str, list[str]]:
        """Judge an extract; return how many entries hold, their log, and when it was stamped.

        Raises:
            Doubt: it does not hold.
        """
        try:
            told = json.loads(content)
            if told["format"] == GROWTH:
                return self._take_growth(told)
            if told["format"] != EXTRACT:
                raise Doubt("log")
            return self._take_extract(told)
        except Bad as bad:
            raise Doubt(REASONS.get(str(bad), "log")) from bad
        except UNREADABLE as error:
            raise Doubt("log") from error

    def _take_extract(self, told: dict[str, Any]) -> tuple[int, str, list[str]]:
        keys = self._keys_of(told)
        report = judge_proof(told, keys, [], self._roots)
        if report.faults or not report.size:
            raise Doubt(REASONS.get(report.faults[0][1], "log") if report.faults else "log")
        if not report.anchors:
            self.unstamped.add(report.log)
        self._note(read_note(told["checkpoint"], keys), told["key"])
        for record in told["records"]:
            self._enter(report.log, record["entry"])
        return report.size, report.log, [one.isoformat() for one in report.anchors]

    def _take_growth(self, told: dict[str, Any]) -> tuple[int, str, list[str]]:
        keys = self._keys_of(told)
        old, new = (read_note(told[name], keys) for name in ("older", "newer"))
        path = [bytes.fromhex(step) for step in told["path"]]
        if old.log != new.log or not is_consistent(old.size, new.size, old.root, new.root, path):
            raise Doubt("log-grown")
        for note in (old, new):
            self._note(note, told["key"])
        self._grown.setdefault(old.log, set()).add((old.size, new.size))
        return 0, old.log, []

    def _keys_of(self, told: dict[str, Any]) -> Keys:
        keys = read_keys(told["key"])
        if self._known and not keys.items() <= self._known.items():
            raise Doubt("log-key")
        return keys

    def _note(self, note: Note, key: str) -> None:
        known = self._notes.setdefault(note.log, {}).setdefault(note.size, note)
        if known.root != note.root or self._keys.setdefault((note.log, note.epoch), key) != key:
            self._torn.add(note.log)

    def _enter(self, log: str, entry: dict[str, Any]) -> None:
        if (
            self._entries.setdefault(log, {}).setdefault(entry["index"], entry["hash"])
            != (entry["hash"])
        ):
            self._torn.add(log)
        if log.startswith("documents/") and entry["act"] == "issue" and "facts" in entry:
            sha256 = json.loads(entry["facts"])["details"].get("sha256")
            self._issued.setdefault(entry["subject_id"], set()).add(str(sha256))

    @property
    def names(self) -> list[str]:
        """The logs of which something is told."""
        return sorted(self._notes)

    def disagreements(self) -> list[tuple[str, str]]:
        """Return the logs of which the extracts tell two stories, or leave the growth unproven."""
        found = [(log, "log-other") for log in sorted(self._torn)]
        for log, notes in sorted(self._notes.items()):
            sizes, grown = sorted(notes), self._grown.get(log, set())
            if any((size, sizes[-1]) not in grown for size in sizes[:-1]):
                found.append((log, "log-grown"))
        return found

    def is_silent(self, facts: dict[str, Any]) -> bool:
        """Tell whether a document claims to be issued and the log does not say so.

        What was issued a moment ago may wait for its checkpoint; then an extract says so.
        """
        revisions = facts.get("revisions")
        if facts.get("state") != "issued" or not revisions or self.has_gaps:
            return False
        return revisions[0].get("sha256") not in self._issued.get(str(facts.get("id")), set())
