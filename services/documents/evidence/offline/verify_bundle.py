#!/usr/bin/env python3
"""Ověření důkazního balíčku bez serveru. Verification of an evidence bundle without the server.

    python3 check.py [BUNDLE] [--trust FILE]... [--seal FINGERPRINT]... [--key FILE]...
                              [--lang cs|en|de] [--all]

BUNDLE is the container (.asice) or the folder into which it was unpacked; without it the folder of
the script is judged. Stands alone on purpose: Python 3.11 and ``openssl``, nothing else. It shares
no code with the product that made the bundle. Without ``--trust`` the certificates in the bundle
are believed, and it says so. The bundle must be sealed in the name in which its documents are, or
with the certificate of ``--seal``. The keys of the logs are vouched for by that seal only;
``--key`` compares them with those that you have.

The sums are told first, then what is wrong; ``--all`` tells everything that was judged.

Ends with 0 when everything holds, 1 when something does not, 2 when it cannot be judged here, 3
when nothing is wrong, but not everything is proven.

Sources: ETSI EN 319 162-1 (container), RFC 5652 (seal, signatures), ISO 32000-2 (byte ranges),
RFC 3161 (time stamps), RFC 4998 (evidence records), RFC 9162 (proofs of the log).
"""

import argparse
import json
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from services.documents.evidence.offline.boxes import META, SEAL, SEALED, Box, references
from services.documents.evidence.offline.der import Doubt, Message, OpenSsl, Signer
from services.documents.evidence.offline.findings import NOT_JUDGED, Findings
from services.documents.evidence.offline.logs import Logs
from services.documents.evidence.offline.papers import judge_paper
from services.documents.evidence.offline.records import judge_record
from services.documents.evidence.offline.sentences import LANGUAGES
from shared.evidence.offline.notes import Bad, Keys, read_keys

INDEX = "index.json"
FACTS = "documents/{}.json"


@dataclass(frozen=True)
class Given:
    """What the reader has from somewhere else than the bundle."""

    seals: frozenset[str]
    """Fingerprints of the certificates that may have sealed it; empty without any."""
    keys: Keys
    """Keys of the logs; empty without any."""


def judge_bundle(
    box: Box, openssl: OpenSsl, findings: Findings, now: datetime, given: Given
) -> None:
    """Judge everything in a bundle; no more than one file of it is in the memory at a time."""
    listed, sealer = _judge_manifest(box, openssl, findings, now)
    if listed is not None:
        _judge_files(box, listed, findings)
    sealers = _judge_documents(box, openssl, findings)
    if sealer is not None:
        _judge_sealer(sealer, sealers, findings, given.seals)
    _judge_records(box, openssl, findings, now)
    _judge_logs(box, findings, Logs(openssl.roots, given.keys))
    if not given.keys:
        findings.remarks.append(findings.word("seal-only"))


def _judge_sealer(
    sealer: Signer, others: set[Signer], findings: Findings, given: frozenset[str]
) -> None:
    """Judge whether the bundle was sealed by those who sealed the documents in it.

    A certificate is renewed every few years; the name in it stays. That the name was given to
    nobody else is what the authority above vouches for.
    """
    by = "as-given" if given else "as-documents"
    if given and sealer.fingerprint not in given:
        findings.doubt(SEALED, "other-seal")
    elif not given and any(one.subject != sealer.subject for one in others):
        findings.doubt(SEALED, "stranger")
    elif not given and not others:
        findings.leave_open(SEALED, "nobody")
        by = "nobody"
    elif not given and sealer.fingerprint not in {one.fingerprint for one in others}:
        by = "name-of-documents"
    findings.sealed.append(f"{findings.word('fingerprint')} {sealer.fingerprint}")
    if SEALED not in findings.doubts:
        findings.sealed.append(findings.word(by))


def _judge_logs(box: Box, findings: Findings, logs: Logs) -> None:
    """Judge what the logs say, also against each other and against the documents."""
    for name in box.names:
        if name.startswith("log/"):
            _take_extract(box, name, findings, logs)
    for log in sorted(logs.unstamped):
        findings.leave_open(log, "log-unstamped")
    for log, why in logs.disagreements():
        findings.doubt(log, why)
    for name in box.names:
        if re.fullmatch(r"documents/[^/]+\.json", name) and logs.is_silent(_facts(box, name)):
            findings.doubt(name, "log-silent")


def _take_extract(box: Box, name: str, findings: Findings, logs: Logs) -> None:
    if not name.endswith(".json"):
        findings.leave_open(name, "log-open")
        logs.has_gaps = True
        return
    try:
        size, log, times = logs.take(box.read(name))
    except Doubt as doubt:
        findings.doubt(name, str(doubt))
    else:
        findings.say(name, f"{size} {findings.word('logged')}", log, *times)
    findings.count("extracts", name not in findings.doubts)


def _facts(box: Box, name: str) -> dict[str, Any]:
    """Return the facts of a document; what cannot be read is told about its file elsewhere."""
    try:
        found = json.loads(box.read(name))
    except (Doubt, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _judge_manifest(
    box: Box, openssl: OpenSsl, findings: Findings, now: datetime
) -> tuple[dict[str, bytes] | None, Signer | None]:
    """Judge the seal over the list of files; return the list if it is to be believed, and whose."""
    try:
        manifest, message = box.read(SEALED), Message(box.read(SEAL))
        _, listed = references(manifest)
        at = next((stamp.time for stamp in message.stamps), now)
        for stamp in message.stamps:
            openssl.check_stamp(stamp, stamp.stamps_data(message.signature), at)
        who = openssl.check_signature(message, manifest, at)
    except (Doubt, ValueError, IndexError, StopIteration) as error:
        findings.doubt(SEALED, str(error) if isinstance(error, Doubt) else "unreadable")
        return None, None
    findings.sealed = [who.name, at.isoformat()]
    if not message.stamps:
        findings.leave_open(SEALED, "seal-unstamped")
    return listed, who


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
    findings.count("files", len(found - bad.keys()), len(found | listed.keys()))


def _judge_documents(box: Box, openssl: OpenSsl, findings: Findings) -> set[Signer]:
    """Judge every document; return who sealed them."""
    names = [one for one in box.names if one.startswith("documents/") and one.endswith(".pdf")]
    sealers = set[Signer]()
    for number, name in enumerate(names, start=1):
        sealer = _judge_document(box, name, openssl, findings)
        sealers |= {sealer} if sealer else set()
        findings.count("documents", name not in findings.doubts)
        findings.show(number, len(names))
    return sealers


def _judge_document(box: Box, name: str, openssl: OpenSsl, findings: Findings) -> Signer | None:
    """Judge the signatures of a document, and hold them against what its facts say.

    Returns:
        Who sealed it; ``None`` where nobody did.
    """
    try:
        told = judge_paper(box.read(name), openssl)
    except Doubt as doubt:
        findings.doubt(name, str(doubt))
        return None
    except (ValueError, IndexError, StopIteration):
        findings.doubt(name, "unreadable")
        return None
    people = [(one.signer, one.at) for one in told if one.signer]
    names = ", ".join(f"{who.name} ({at.isoformat()})" for who, at in people)
    findings.say(name, f"{findings.word('signed')} {names}")
    try:
        facts = json.loads(box.read(FACTS.format(name.split("/")[1].split(".", maxsplit=1)[0])))
        revisions = {one.revision for one in told}
        if not _awaited(facts) <= revisions:
            findings.doubt(name, "signer")
        return people[-1][0] if people and facts["state"] == "issued" else None
    except (Doubt, ValueError, KeyError, TypeError):
        findings.doubt(name, "facts")
        return None


def _awaited(facts: dict[str, Any]) -> set[str]:
    """Return the revisions that end with the signatures of people."""
    return {one["sha256"] for one in facts["signers"] if one["signed_at"]}


def _judge_records(box: Box, openssl: OpenSsl, findings: Findings, now: datetime) -> None:
    """Judge the evidence records that the sealed index names: all of them, and nothing beside."""
    try:
        expected = json.loads(box.read(INDEX))["records"]
        names, manifests, _ = (
            {one[kind] for one in expected} for kind in ("name", "manifest", "about")
        )
    except (Doubt, ValueError, KeyError, TypeError):
        findings.doubt(INDEX, "index")
        return
    known = {SEALED, SEAL, *names, *manifests}
    for name in box.names:
        if name.startswith(META) and name not in known:
            findings.doubt(name, "unknown")
    for one in expected:
        why = _judge_one_record(box, one, openssl, findings, now)
        findings.count("records", not why)
        if why:
            findings.doubt(one["about"], why)


def _judge_one_record(
    box: Box, one: dict[str, str], openssl: OpenSsl, findings: Findings, now: datetime
) -> str:
    """Judge an evidence record; return what is wrong with it, or nothing."""
    try:
        record, content = box.record(one)
        since = judge_record(record, content, now, openssl)
    except Doubt as doubt:
        return str(doubt)
    except (ValueError, IndexError, StopIteration):
        return "record"
    findings.say(one["about"], f"{findings.word('proven')} {since.isoformat()}")
    return ""


def _roots(box: Box, given: list[Path]) -> str:
    """Return the certificates to believe, PEM."""
    if given:
        return "\n".join(path.read_text("ascii") for path in given)
    own = [name for name in box.names if name.startswith("trust/") and name.endswith(".pem")]
    return "\n".join(box.read(name).decode("ascii") for name in own)


def _fingerprint(text: str) -> str:
    """Read a SHA-256 fingerprint, with or without colons between its octets."""
    return bytes.fromhex(text.replace(":", "")).hex()


def main(words: list[str] | None = None) -> int:
    """Judge, say what was found, return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("bundle", type=Path, nargs="?", default=Path(sys.argv[0]).parent)
    for name in ("--trust", "--key"):
        parser.add_argument(name, type=Path, action="append", default=[])
    parser.add_argument("--seal", type=_fingerprint, action="append", default=[])
    parser.add_argument("--lang", choices=LANGUAGES, default=LANGUAGES[0])
    parser.add_argument("--english", dest="lang", action="store_const", const="en")
    parser.add_argument("--all", action="store_true")
    given = parser.parse_args(words)
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal of Windows may ask for a code page without Czech letters.
        sys.stdout.reconfigure(encoding="utf-8")
    findings = Findings(LANGUAGES.index(given.lang))
    try:
        box = Box(given.bundle)
        openssl = OpenSsl(_roots(box, given.trust))
        keys = read_keys("".join(path.read_text("ascii") for path in given.key))
    except (Doubt, Bad, OSError, ValueError) as error:
        why = {Doubt: str(error), Bad: "no-key"}.get(type(error), "no-trust")
        sys.stdout.write(f"{findings.word(why)}\n")
        return NOT_JUDGED
    if not openssl.is_there or "BEGIN CERTIFICATE" not in openssl.roots:
        sys.stdout.write(f"{findings.word('no-trust' if openssl.is_there else 'no-openssl')}\n")
        return NOT_JUDGED
    known = Given(frozenset(given.seal), keys)
    judge_bundle(box, openssl, findings, datetime.now(UTC), known)
    findings.remarks += [] if given.trust else [findings.word("own-trust")]
    for line in findings.lines(is_all=given.all):
        sys.stdout.write(f"{line}\n")
    return findings.status


if __name__ == "__main__":
    raise SystemExit(main())
