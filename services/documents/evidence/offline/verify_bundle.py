#!/usr/bin/env python3
"""Ověření důkazního balíčku bez serveru. Verification of an evidence bundle without the server.

    python3 check.py BUNDLE [--trust FILE]... [--english] [--all]

BUNDLE is the container (.asice) or the folder into which it was unpacked. Stands alone on purpose:
Python 3.11 and ``openssl``, nothing else. It shares no code with the product that made the bundle.
Without ``--trust`` the certificates in the bundle are believed, and it says so.

Ends with 0 when everything holds, 1 when something does not, 2 when it cannot be judged here.

Sources: ETSI EN 319 162-1 (container), RFC 5652 (seal, signatures), ISO 32000-2 (byte ranges),
RFC 3161 (time stamps), RFC 4998 (evidence records), RFC 9162 (proofs of the log).
"""

import argparse
import json
import re
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from services.documents.evidence.offline.boxes import META, SEAL, SEALED, Box, references
from services.documents.evidence.offline.der import Doubt, Message, OpenSsl
from services.documents.evidence.offline.logs import Logs
from services.documents.evidence.offline.papers import judge_paper
from services.documents.evidence.offline.records import judge_record

HOLDS, FAILS, NOT_JUDGED = 0, 1, 2
FACTS = "documents/{}.json"

SENTENCES = {
    "container": ("kontejner nelze přečíst", "the container cannot be read"),
    "manifest": ("seznam souborů nelze přečíst", "the list of files cannot be read"),
    "missing": ("soubor chybí", "the file is missing"),
    "added": ("soubor v zapečetěném seznamu není", "the file is not in the sealed list"),
    "changed": ("soubor byl změněn", "the file was changed"),
    "unreadable": ("podpis nebo razítko nelze přečíst", "a signature or stamp cannot be read"),
    "signers": ("podpis má více podepisujících", "a signature has several signers"),
    "signature": ("podpis neplatí", "a signature is not valid"),
    "stamp": ("časové razítko neplatí", "a time stamp is not valid"),
    "other": ("časové razítko je k něčemu jinému", "a time stamp is about something else"),
    "unsigned": ("soubor není podepsaný", "the file is not signed"),
    "unstamped": ("podpis nemá žádné časové razítko", "a signature has no time stamp"),
    "range": ("podpis nekryje celý soubor", "a signature does not cover the whole file"),
    "record": ("důkazní záznam neplatí", "the evidence record is not valid"),
    "log": ("výpis z knihy důkazů nelze přečíst", "an extract of the log cannot be read"),
    "log-entry": ("záznam v knize důkazů byl změněn", "an entry of the log was changed"),
    "log-proof": (
        "záznam nevede ke kontrolnímu bodu knihy",
        "an entry does not lead to the checkpoint of the log",
    ),
    "log-checkpoint": (
        "kontrolní bod knihy není podepsán jejím klíčem",
        "the checkpoint of the log is not signed by its key",
    ),
    "log-stamp": (
        "časové razítko kontrolního bodu neplatí",
        "the time stamp of the checkpoint is not valid",
    ),
    "log-other": (
        "výpisy mluví o dvou různých knihách",
        "the extracts speak of two different logs",
    ),
    "log-grown": (
        "není doloženo, že kniha jen rostla",
        "nothing proves that the log only grew",
    ),
    "log-silent": (
        "kniha neví o vydání tohoto souboru",
        "the log knows nothing of the issue of this file",
    ),
    "log-open": ("výpis zatím není doložen", "the extract is not proven yet"),
    "logged": ("záznamů vede ke kontrolnímu bodu", "entries lead to the checkpoint"),
    "signer": ("chybí podpis, o kterém mluví údaje", "a signature that the facts name is missing"),
    "facts": ("údaje o dokumentu nelze přečíst", "the facts of the document cannot be read"),
    "no-openssl": ("bez programu openssl nelze ověřovat", "nothing can be judged without openssl"),
    "no-trust": ("chybí certifikáty autorit", "certificates of authorities are missing"),
    "sealed": ("pečeť balíčku", "seal of the bundle"),
    "signed": ("podepsáno", "signed by"),
    "stamped": ("časové razítko", "time stamp"),
    "proven": ("prokazatelně existuje od", "provably exists since"),
    "files": ("souborů v pořádku", "files are whole"),
    "own-trust": (
        "Certifikáty autorit jsou z balíčku; důvěryhodné zadejte volbou --trust.",
        "The certificates of authorities are from the bundle; give trusted ones with --trust.",
    ),
    "good": ("VŠE PLATÍ", "EVERYTHING HOLDS"),
    "bad": ("NEPLATÍ", "DOES NOT HOLD"),
}


@dataclass
class Findings:
    """What was found, in the order of the looking."""

    language: int = 0
    said: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    """What is neither proven nor wrong."""
    doubts: list[str] = field(default_factory=list)

    def word(self, name: str) -> str:
        """Return a word in the language of the reader."""
        return SENTENCES[name][self.language]

    def say(self, about: str, *words: str) -> None:
        """Note what holds."""
        self.said.append(f"{about}: {', '.join(words)}")

    def doubt(self, about: str, why: str) -> None:
        """Note what does not."""
        self.doubts.append(f"{about}: {self.word(why)}")


def judge_bundle(
    box: Box, openssl: OpenSsl, findings: Findings, now: datetime, trusted: str | None
) -> None:
    """Judge everything in a bundle; each file is read once and let go.

    Args:
        trusted: certificates that the reader brought, PEM; ``None`` when the bundle's are believed.
    """
    listed = _judge_manifest(box, openssl, findings, now)
    if listed is not None:
        _judge_files(box, listed, findings)
    for name in box.names:
        if name.startswith("documents/") and name.endswith(".pdf"):
            _judge_document(box, name, openssl, findings)
    _judge_records(box, openssl, findings, now)
    _judge_logs(box, findings, trusted)


def _judge_logs(box: Box, findings: Findings, trusted: str | None) -> None:
    """Judge what the logs say, also against each other and against the documents."""
    logs = Logs(trusted)
    for name in box.names:
        if name.startswith("log/") and not name.endswith(".json"):
            findings.remarks.append(f"{name}: {findings.word('log-open')}")
            logs.has_gaps = True
        elif name.startswith("log/"):
            try:
                size, log, times = logs.take(box.read(name))
                words = (f"{size} {findings.word('logged')}", log, *times)
                findings.say(name, *words)
            except Doubt as doubt:
                findings.doubt(name, str(doubt))
    for log, why in logs.disagreements():
        findings.doubt(log, why)
    for name in box.names:
        if re.fullmatch(r"documents/[^/]+\.json", name) and logs.is_silent(_facts(box, name)):
            findings.doubt(name, "log-silent")


def _facts(box: Box, name: str) -> dict[str, Any]:
    """Return the facts of a document; what cannot be read is told about its file elsewhere."""
    try:
        found = json.loads(box.read(name))
    except (Doubt, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _judge_manifest(
    box: Box, openssl: OpenSsl, findings: Findings, now: datetime
) -> dict[str, bytes] | None:
    """Judge the seal over the list of files; return the list if it is to be believed."""
    try:
        manifest, message = box.read(SEALED), Message(box.read(SEAL))
        _, listed = references(manifest)
        at = next((stamp.time for stamp in message.stamps), now)
        for stamp in message.stamps:
            openssl.check_stamp(stamp, stamp.stamps_data(message.signature), at)
        who = openssl.check_signature(message, manifest, at)
    except (Doubt, ValueError, IndexError, StopIteration) as error:
        findings.doubt(SEALED, str(error) if isinstance(error, Doubt) else "unreadable")
        return None
    findings.say(findings.word("sealed"), who, at.isoformat())
    return listed


def _judge_files(box: Box, listed: dict[str, bytes], findings: Findings) -> None:
    """Hold the files against the sealed list."""
    found = {name for name in box.names if name != "mimetype" and not name.startswith(META)}
    bad = {name: "missing" for name in listed.keys() - found}
    bad |= {name: "added" for name in found - listed.keys()}
    for name in sorted(found & listed.keys()):
        if sha256(box.read(name)).digest() != listed[name]:
            bad[name] = "changed"
    for name, why in sorted(bad.items()):
        findings.doubt(name, why)
    findings.say(SEALED, f"{len(found - bad.keys())} {findings.word('files')}")


def _judge_document(box: Box, name: str, openssl: OpenSsl, findings: Findings) -> None:
    """Judge the signatures of a document, and hold them against what its facts say."""
    try:
        told = judge_paper(box.read(name), openssl)
    except Doubt as doubt:
        findings.doubt(name, str(doubt))
        return
    except (ValueError, IndexError, StopIteration):
        findings.doubt(name, "unreadable")
        return
    people = ", ".join(f"{one.who} ({one.at.isoformat()})" for one in told if one.who)
    findings.say(name, f"{findings.word('signed')} {people}")
    try:
        facts = json.loads(box.read(FACTS.format(name.split("/")[1].split(".", maxsplit=1)[0])))
        revisions = {one.revision for one in told}
        if not _awaited(facts) <= revisions:
            findings.doubt(name, "signer")
    except (Doubt, ValueError, KeyError, TypeError):
        findings.doubt(name, "facts")


def _awaited(facts: dict[str, Any]) -> set[str]:
    """Return the revisions that end with the signatures of people."""
    return {one["sha256"] for one in facts["signers"] if one["signed_at"]}


def _judge_records(box: Box, openssl: OpenSsl, findings: Findings, now: datetime) -> None:
    about = META
    try:
        for about, record in box.records():
            since = judge_record(box.read(record), box.read(about), now, openssl)
            findings.say(about, f"{findings.word('proven')} {since.isoformat()}")
    except Doubt as doubt:
        findings.doubt(about, str(doubt))
    except (ValueError, IndexError, StopIteration):
        findings.doubt(about, "record")


def _roots(box: Box, given: list[Path]) -> str:
    """Return the certificates to believe, PEM."""
    if given:
        return "\n".join(path.read_text("ascii") for path in given)
    own = [name for name in box.names if name.startswith("trust/") and name.endswith(".pem")]
    return "\n".join(box.read(name).decode("ascii") for name in own)


def main(words: list[str] | None = None) -> int:
    """Judge, say what was found, return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--trust", type=Path, action="append", default=[])
    parser.add_argument("--english", action="store_true")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args(words)
    findings = Findings(int(given.english))
    try:
        box = Box(given.bundle)
        openssl = OpenSsl(_roots(box, given.trust))
    except (Doubt, OSError, UnicodeDecodeError) as error:
        why = str(error) if isinstance(error, Doubt) else "no-trust"
        sys.stdout.write(f"{findings.word(why)}\n")
        return NOT_JUDGED
    if not openssl.is_there or "BEGIN CERTIFICATE" not in openssl.roots:
        sys.stdout.write(f"{findings.word('no-trust' if openssl.is_there else 'no-openssl')}\n")
        return NOT_JUDGED
    judge_bundle(box, openssl, findings, datetime.now(UTC), openssl.roots if given.trust else None)
    lines = findings.said if given.all or findings.doubts else findings.said[:2]
    lines += findings.remarks
    lines += [] if given.trust else [findings.word("own-trust")]
    verdict = findings.word("bad" if findings.doubts else "good")
    told = [*lines, *findings.doubts, verdict]
    sys.stdout.write("".join(f"{line}\n" for line in told))
    return FAILS if findings.doubts else HOLDS


if __name__ == "__main__":
    raise SystemExit(main())
