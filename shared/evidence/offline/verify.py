#!/usr/bin/env python3
"""Ověření knihy důkazů bez serveru. Verification of an evidence log without the server.

    python3 verify.py FOLDER_OR_PROOF [--mark FILE]... [--key FILE]... [--trust FILE]... [--english]

Stands alone on purpose: Python 3.11 and nothing else; ``openssl`` checks the signatures of time
stamps where it is installed. It shares no code with the product that wrote the log.

Ends with 0 when the log is whole, 1 when it is not, 2 when there is nothing to judge, 3 when it
is whole, but a backup was restored (so the log says itself) and entries may be lost, 4 when it
agrees with itself, but no time stamp of an authority given with ``--trust`` says since when.

Without ``--trust`` and ``--mark`` nothing is proven against somebody who has the keys of the log:
he can write another one, with stamps of an authority of his own.

Sources: RFC 9162 (tree and proofs), RFC 8032 (Ed25519), RFC 3161 (time stamps), C2SP signed-note
and tlog-checkpoint (checkpoints).
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from shared.evidence.offline.arithmetic import Tree
from shared.evidence.offline.notes import (
    Bad,
    Keys,
    Note,
    exact,
    read_keys,
    read_note,
    stamped,
    token_id,
)
from shared.evidence.offline.proofs import (
    BROKEN,
    NOTHING_TO_JUDGE,
    Report,
    entry_hash,
    judge_proof,
)

NOTHING = bytes(32)
RESTORED = "restore_backup"
ANCHORED = ("anchor", "time_stamp")
ENTRY_FAULTS = ("changed", "missing", "unlinked")

# --- Words ----------------------------------------------------------------------------------

TEXTS = {
    "whole": ("BEZE ZMĚNY", "WHOLE"),
    "broken": ("PORUŠENO od záznamu", "NOT WHOLE from entry"),
    "changed": ("záznam není takový, jaký byl zapsán", "the entry is not what was written"),
    "missing": ("záznam chybí, nebo je na jeho místě jiný", "the entry is missing or replaced"),
    "unlinked": ("záznam nenavazuje na předchozí", "the entry does not follow the one before"),
    "cut": ("konec knihy chybí", "the end of the log is missing"),
    "rewritten": ("kniha byla přepsána", "the log was rewritten"),
    "checkpoint": ("kontrolní bod není podepsán známým klíčem", "a checkpoint is not signed"),
    "copy": ("kontrolní body a jejich kopie se liší", "checkpoints and their copies differ"),
    "anchor": ("časové razítko neplatí", "a time stamp is not valid"),
    "stripped": (
        "časové razítko, o kterém záznam mluví, tu není",
        "the time stamp of which the entry speaks is not here",
    ),
    "unknown": (
        "o časovém razítku kniha neví",
        "the log does not know of the time stamp",
    ),
    "own-roots": (
        "razítkům se věří podle kořenů z této složky (vlastní zadá --trust)",
        "stamps are believed by the roots in this folder (give your own with --trust)",
    ),
    "unproven": (
        "BEZE ZMĚNY, ALE ČASOVĚ NEDOLOŽENO",
        "WHOLE, BUT ITS TIME IS NOT PROVEN",
    ),
    "proof": ("důkaz nevede ke kontrolnímu bodu", "the proof does not lead to the checkpoint"),
    "absent": ("kniha, ke které patří uschovaný bod, chybí", "the log of the mark is missing"),
    "entries": ("záznamů", "entries"),
    "marks": ("kontrolních bodů", "checkpoints"),
    "anchors": ("časových razítek", "time stamps"),
    "last": ("poslední", "the last"),
    "no-openssl": (
        "podpisy razítek NEOVĚŘENY (chybí openssl)",
        "signatures of the stamps NOT CHECKED (no openssl)",
    ),
    "unanchored": ("zatím bez časového razítka", "no time stamp yet"),
    "lost": ("obnovena záloha; zapsáno jako záznam", "a backup was restored; see entry"),
    "empty": ("není co ověřit", "nothing to verify"),
}


# --- A log ----------------------------------------------------------------------------------


@dataclass
class Told:
    """What the log says of itself."""

    restored: dict[int, int] = field(default_factory=dict)
    """Epochs of restored backups with the places of their entries."""
    anchored: dict[str, int] = field(default_factory=dict)
    """Ids of time stamps with the places of the entries that speak of them."""

    def take(self, entry: dict[str, Any]) -> None:
        """Note what an entry says."""
        kind = (entry["act"], entry["subject_type"])
        if kind == (RESTORED, "epoch"):
            self.restored[UUID(entry["subject_id"]).int] = entry["index"]
        if kind == ANCHORED:
            self.anchored[entry["subject_id"]] = entry["index"]


def read_entries(path: Path, report: Report, told: Told) -> Iterator[bytes]:
    """Yield the hashes of the entries up to the first bad one."""
    previous = NOTHING
    if not path.exists():
        return
    with path.open("rb") as lines:
        try:
            for index, line in enumerate(lines):
                entry = json.loads(line.decode())
                found = entry_hash(entry, report.log, index)
                if entry["previous"] != previous.hex():
                    raise Bad("unlinked")
                if not line.endswith(b"\n"):
                    raise Bad("changed")
                told.take(entry)
                previous, report.size = found, index + 1
                yield found
        except Bad as error:
            report.faults.append((report.size, str(error)))
        except (ValueError, KeyError, TypeError, AttributeError):
            report.faults.append((report.size, "changed"))


@dataclass
class Side:
    """What one place keeps about a log: checkpoints, and time stamps over them."""

    notes: dict[str, Note] = field(default_factory=dict)
    stamps: dict[str, tuple[datetime, bool]] = field(default_factory=dict)
    records: set[str] = field(default_factory=set)
    faults: list[tuple[int, str]] = field(default_factory=list)
    last: tuple[int, int] = (-1, 0)
    """Epoch and size of the last checkpoint; the next one must be larger."""
    tokens: dict[str, int] = field(default_factory=dict)
    """Ids of the time stamps, with the sizes of their checkpoints."""
    roots: str = ""
    """Certificates to believe, PEM; without any, those that lie beside each stamp."""

    def take(self, line: str, keys: Keys) -> None:
        """Take a record, written in the one way that there is."""
        record = json.loads(line)
        if json.dumps(record, sort_keys=True, ensure_ascii=False) != line:
            raise Bad("copy")
        if record.keys() == {"checkpoint"}:
            note = read_note(record["checkpoint"], keys)
            if self.last >= (note.epoch, note.size):
                raise Bad("copy")
            self.notes[note.text], self.last = note, (note.epoch, note.size)
        else:
            stamp = record["anchor"]
            if stamp["checkpoint"] in self.stamps or record.keys() != {"anchor"}:
                raise Bad("copy")
            note = self.notes[stamp["checkpoint"]]
            digest = sha256(note.text.encode()).digest()
            token = exact(stamp["token"])
            self.stamps[stamp["checkpoint"]] = stamped(token, digest, self.roots or stamp["roots"])
            self.tokens[token_id(token)] = note.size
        self.records.add(line)

    def blame(self, kind: str) -> None:
        """Note that a record is bad: entries from the last good checkpoint on are in doubt."""
        last = max((note.size for note in self.notes.values()), default=0)
        self.faults.append((last, kind))


def read_side(path: Path, keys: Keys, roots: str = "") -> Side:
    """Read the checkpoints and time stamps of a log, one a line."""
    side = Side(roots=roots)
    *lines, rest = path.read_bytes().split(b"\n") if path.exists() else [b""]
    for line in [*lines, *([rest] if rest else [])]:
        try:
            side.take(line.decode(), keys)
        except Bad as error:
            side.blame(str(error))
        except (ValueError, KeyError, TypeError, AttributeError):
            side.blame("copy")
    if rest:
        side.blame("copy")
    return side


def judge(folder: Path, keys: Keys, marks: list[Note], trusted: str = "") -> Report:
    """Judge the log in a folder, also by marks that were kept elsewhere.

    Args:
        trusted: certificates of authorities to believe, PEM; empty for those in the folder.
    """
    report, says = Report("/".join(folder.parts[-2:])), Told()
    restored = says.restored
    sides = [
        read_side(folder / name, keys, trusted) for name in ("checkpoints.jsonl", "copies.jsonl")
    ]
    notes = {note.text: note for note in marks}
    for side in sides:
        notes |= side.notes
        report.faults += side.faults
    sizes, roots, tree = {note.size for note in notes.values()}, {}, Tree()
    roots[0] = tree.root()
    for leaf in read_entries(folder / "entries.jsonl", report, says):
        tree.add(leaf)
        if tree.size in sizes:
            roots[tree.size] = tree.root()
    lost = {note.text for note in notes.values() if _is_lost(note, restored)}
    kept = sorted((note for note in notes.values() if note.text not in lost), key=_size)
    is_cut = any(kind in ENTRY_FAULTS for _, kind in report.faults)
    good = [note for note in kept if _is_good(note, roots, max(restored, default=0))]
    if len(good) < len(kept):
        own = sides[0].notes.keys() | sides[1].notes.keys()
        found = _judge_notes(report.size, kept, good, marks, own)
        report.faults += [] if is_cut and found[1] == "cut" else [found]
    _judge_copies(report, sides, lost)
    _judge_tokens(report, sides[0].tokens | sides[1].tokens, says)
    report.has_own_roots = bool(trusted)
    report.notes, stamps = len(kept), sides[0].stamps | sides[1].stamps
    report.anchors = sorted(at for at, _ in stamps.values())
    report.is_unchecked = not all(is_checked for _, is_checked in stamps.values())
    report.lost_from = min(restored.values(), default=None)
    report.faults.sort()
    return report


def _size(note: Note) -> int:
    return note.size


def _is_lost(note: Note, restored: dict[int, int]) -> bool:
    """Tell whether a restoration is recorded that cut off what the checkpoint covers."""
    later = [index for epoch, index in restored.items() if epoch > note.epoch]
    return bool(later) and note.size > min(later)


def _is_good(note: Note, roots: dict[int, bytes], epoch: int) -> bool:
    return roots.get(note.size) == note.root and note.epoch <= epoch


def _judge_notes(
    size: int, notes: list[Note], good: list[Note], marks: list[Note], own: set[str]
) -> tuple[int, str]:
    """Tell from where on the log is not what the smallest bad checkpoint covers.

    Where the reader kept it and it is not among those of the log, two checkpoints were signed over
    the same entries: then only what he kept is believed, because whoever has the key signs
    whatever he likes, and that agrees with what he wrote.

    Args:
        size: number of good entries.
        notes: all checkpoints by their size.
        good: those that agree with the log.
        marks: what the reader kept.
        own: texts of those of the log.
    """
    first = next(note for note in notes if note not in good)
    if first.size > size:
        return size, "cut"
    is_forked = any(mark.size == first.size and mark.text not in own for mark in marks)
    trusted = [one for one in good if one in marks or not is_forked]
    return max((one.size for one in trusted if one.size < first.size), default=0), "rewritten"


def _judge_copies(report: Report, sides: list[Side], lost: set[str]) -> None:
    """Hold what the database and its copies say against each other."""
    one, other = ({line for line in side.records if _covered(line) not in lost} for side in sides)
    sizes = {note.text: note.size for side in sides for note in side.notes.values()}
    differ = {(sizes[_covered(line)], "anchor" in json.loads(line)) for line in one ^ other}
    for first, is_stamp in differ:
        # Where only a stamp differs, both sides still know the checkpoint under it.
        before = (size for size in sizes.values() if size < first)
        report.faults.append((first if is_stamp else max(before, default=0), "copy"))


def _judge_tokens(report: Report, here: dict[str, int], says: Told) -> None:
    """Hold the time stamps against what the log says of them, one way and the other.

    After a restored backup a copy may have one of which the entry is lost.
    """
    report.faults += [(at, "stripped") for one, at in says.anchored.items() if one not in here]
    if not says.restored:
        unknown = here.keys() - says.anchored.keys()
        report.faults += [(here[one], "unknown") for one in unknown]


def _covered(line: str) -> str:
    """Return the checkpoint that a good record is or is about."""
    record = json.loads(line)
    return str(record.get("checkpoint") or record["anchor"]["checkpoint"])


# --- The command ----------------------------------------------------------------------------


def told(report: Report, language: int) -> str:
    """Return the verdict in words; *language* is 0 for Czech, 1 for English."""
    words = {name: texts[language] for name, texts in TEXTS.items()}
    verdict = words["unproven" if report.is_unproven else "whole"]
    if report.faults:
        told_of = "; ".join(f"{index}: {words[kind]}" for index, kind in report.faults[:3])
        verdict = f"{words['broken']} {told_of}"
    elif report.lost_from is not None:
        verdict = f"{verdict}, {words['lost']} {report.lost_from}"
    parts = [f"{report.size} {words['entries']}", f"{report.notes} {words['marks']}"]
    if report.anchors:
        last = f"{words['last']} {max(report.anchors).isoformat()}"
        parts.append(f"{len(report.anchors)} {words['anchors']}, {last}")
        parts += [] if report.has_own_roots else [words["own-roots"]]
    else:
        parts.append(words["unanchored"])
    if report.is_unchecked:
        parts.append(words["no-openssl"])
    return f"{report.log}: {verdict}\n    {'; '.join(parts)}\n"


def read_marks(paths: list[Path], keys: Keys) -> list[Note]:
    """Read kept checkpoints: single ones, or files of copies."""
    marks = []
    for path in paths:
        text = path.read_text("utf-8")
        if not text.startswith("{"):
            marks.append(read_note(text, keys))
            continue
        side = read_side(path, keys)
        if side.faults:
            raise Bad(side.faults[0][1])
        marks += side.notes.values()
    return marks


def reports(target: Path, keys: Keys, marks: list[Path], roots: str = "") -> list[Report]:
    """Judge everything that is in the folder, or the one proof."""
    if target.is_file():
        proof = json.loads(target.read_text("utf-8"))
        kept = read_marks(marks, keys or read_keys(proof["key"]))
        return [judge_proof(proof, keys, kept, roots or None)]
    keys = keys or read_keys((target / "keys.txt").read_text("utf-8"))
    kept = read_marks(marks, keys)
    folders = {"/".join(path.parts[-3:-1]): path.parent for path in target.glob("*/*/*.jsonl")}
    found = []
    for log in sorted({*folders, *(mark.log for mark in kept)}):
        own = [mark for mark in kept if mark.log == log]
        gone = Report(log, faults=[(0, "absent")])
        found.append(judge(folders[log], keys, own, roots) if log in folders else gone)
    return found


def main(words: list[str] | None = None) -> int:
    """Judge, say what was found, return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", type=Path)
    for name in ("--mark", "--key", "--trust"):
        parser.add_argument(name, type=Path, action="append", default=[])
    parser.add_argument("--english", action="store_true")
    given = parser.parse_args(words)
    language = int(given.english)
    try:
        keys = read_keys("".join(path.read_text("utf-8") for path in given.key))
        roots = "\n".join(path.read_text("ascii") for path in given.trust)
        found = reports(given.target, keys, given.mark, roots)
    except Bad as error:
        sys.stdout.write(f"{TEXTS[str(error)][language]}\n")
        return BROKEN
    except (OSError, ValueError, KeyError, TypeError) as error:
        sys.stdout.write(f"{TEXTS['empty'][language]}: {error}\n")
        return NOTHING_TO_JUDGE
    sys.stdout.write("".join(told(report, language) for report in found))
    if not found:
        return NOTHING_TO_JUDGE
    return BROKEN if any(one.faults for one in found) else max(one.status for one in found)


if __name__ == "__main__":
    raise SystemExit(main())
