"""Giving the evidence away: a folder that proves itself without us, and proofs of single acts."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from shared.audit import AuditMixin
from shared.evidence.checkpoints import verifier_keys
from shared.evidence.copies import anchor_line, checkpoint_line
from shared.evidence.entries import canonical
from shared.evidence.keeping import Desk, Keeper, current_epoch, newest
from shared.evidence.log import EvidenceMixin, facts_of, kept_rows, organisations
from shared.evidence.merkle import WholeTree, consistency_proof, inclusion_proofs
from shared.evidence.offline import script
from shared.evidence.readme import README
from shared.evidence.tables import AnchorMixin, CheckpointMixin

PROOF = "vyzva-evidence-proof-1"
"""Begins every extract, so that a later format is never mistaken for this one."""
GROWTH = "vyzva-evidence-growth-1"
"""Begins every proof that a log only grew between two checkpoints."""


class NotCovered(Exception):
    """No checkpoint covers the entries that were asked for, or there are none."""


class NothingSaid(NotCovered):
    """The log has no entry about what was asked for."""


def export_service(desk: Desk, target: Path, *, with_facts: bool) -> list[str]:
    """Write the logs of a service into a folder; return the keys that verify them.

    Args:
        with_facts: also what the audit trail says beside each entry: names and values, with the
            salts. Whoever gets it can check it, and must keep it as personal data.
    """
    session, keys = desk.session(), list[str]()
    for organisation_id in organisations(session, desk.ledger.evidence):
        Keeper(desk).lay_copies(organisation_id)
        name = desk.ledger.name_of(organisation_id)
        folder = target / name
        folder.mkdir(parents=True)
        # The entries last: what a checkpoint covers and a stamp is told of must be among them.
        _write(folder / "copies.jsonl", desk.copies.lines(organisation_id))
        _write(folder / "checkpoints.jsonl", _checkpoints(desk, organisation_id))
        _write(folder / "entries.jsonl", _entries(desk, organisation_id, with_facts))
        # Also for epochs that a later restoration took out of the database again.
        for epoch in range(current_epoch(session, desk.ledger) + 1):
            keys += verifier_keys(f"{name}/{epoch}" if epoch else name, desk.keys.public)
    session.rollback()
    return keys


def finish_export(target: Path, keys: Iterable[str]) -> None:
    """Lay beside the logs what verifies them: keys, script and how to use it."""
    _write(target / "keys.txt", keys)
    (target / "verify.py").write_text(script(), "utf-8")
    (target / "README.md").write_text(README, "utf-8")


def proof_of(
    desk: Desk,
    organisation_id: UUID,
    subjects: Iterable[UUID],
    trees: dict[int, WholeTree] | None = None,
    *,
    until: int | None = None,
) -> dict[str, Any]:
    """Return everything that the log says about some subjects, as a proof that stands alone.

    It is verified without the rest of the log: each entry leads to a signed checkpoint, the
    newest one that has a time stamp if it covers all of them, otherwise the newest one.

    Args:
        subjects: ids of cases, documents, people.
        trees: whole trees by their size, where many proofs are made one after another: the log
            is read once for all of them, and they need 64 bytes for each of its entries.
        until: number of entries of the log to tell of; ``None`` for all of them.

    Returns:
        JSON values; ``python verify.py FILE`` judges them.

    Raises:
        NothingSaid: there is no such entry.
        NotCovered: no checkpoint covers the last of them yet.
    """
    session, audit, table = desk.session(), desk.ledger.audit, desk.ledger.evidence
    query = (
        select(table, audit)
        .join(audit, audit.id == table.id)
        .where(table.organisation_id == organisation_id, audit.subject_id.in_(list(subjects)))
    )
    if until is not None:
        query = query.where(table.index < until)
    rows = session.execute(query.order_by(table.index)).all()
    if not rows:
        raise NothingSaid("The log says nothing about this.")
    checkpoint, anchor = _covering(desk, organisation_id, rows[-1][0].index + 1)
    paths = _paths(desk, organisation_id, checkpoint.size, [row.index for row, _ in rows], trees)
    name = desk.ledger.name_of(organisation_id)
    origin = checkpoint.note.partition("\n")[0]
    lines = [] if anchor is None else [anchor_line(checkpoint.note, anchor.token, anchor.roots)]
    return {
        "format": PROOF,
        "log": name,
        "key": "\n".join(verifier_keys(origin, desk.keys.public)),
        "checkpoint": checkpoint.note,
        "anchor": json.loads(lines[0])["anchor"] if lines else None,
        "records": [
            {
                "entry": entry_json(name, row, said, with_facts=True),
                "path": [step.hex() for step in paths[row.index]],
            }
            for row, said in rows
        ],
    }


def growth_of(older: dict[str, Any], newer: dict[str, Any], tree: WholeTree) -> dict[str, Any]:
    """Return the proof that one extract's log is the beginning of another's.

    Args:
        older: an extract; its checkpoint covers fewer entries.
        newer: an extract of the same log.
        tree: of the newer checkpoint.
    """
    size = int(older["checkpoint"].split("\n")[1])
    return {
        "format": GROWTH,
        "key": "\n".join(dict.fromkeys([older["key"], newer["key"]])),
        "older": older["checkpoint"],
        "newer": newer["checkpoint"],
        "path": [step.hex() for step in consistency_proof(tree.leaves(), size)],
    }


def _paths(
    desk: Desk,
    organisation_id: UUID,
    size: int,
    indices: list[int],
    trees: dict[int, WholeTree] | None,
) -> dict[int, list[bytes]]:
    table = desk.ledger.evidence
    hashes = select(table.hash).where(table.organisation_id == organisation_id, table.index < size)
    query = hashes.order_by(table.index).execution_options(yield_per=10_000)
    if trees is None:
        return inclusion_proofs(desk.session().scalars(query), indices)
    if size not in trees:
        trees[size] = WholeTree(desk.session().scalars(query))
    return {index: trees[size].path(index) for index in indices}


def newest_checkpoint(desk: Desk, organisation_id: UUID) -> str | None:
    """Return the last signed checkpoint of a log as text, to be kept or printed anywhere."""
    found = newest(desk.session(), desk.ledger, organisation_id)
    return found.note if found else None


def entry_json(
    log: str, row: EvidenceMixin, said: AuditMixin | None, *, with_facts: bool
) -> dict[str, Any]:
    """Return an entry as the verifier reads it.

    What the audit trail no longer has is left empty, and the verifier says so.
    """
    entry = {
        "log": log,
        "index": row.index,
        "at": said.recorded_at.isoformat() if said else "",
        "act": said.act if said else "",
        "subject_type": said.subject_type if said else "",
        "subject_id": str(said.subject_id) if said else "",
        "actor_id": str(said.actor_id) if said and said.actor_id else None,
        "content": row.content.hex(),
        "previous": row.previous.hex(),
        "hash": row.hash.hex(),
    }
    if with_facts and said is not None and said.salt is not None:
        entry |= {"salt": said.salt.hex(), "facts": canonical(facts_of(said))}
    return entry


def _covering(
    desk: Desk, organisation_id: UUID, size: int
) -> tuple[CheckpointMixin, AnchorMixin | None]:
    table, stamps = desk.ledger.checkpoint, desk.ledger.anchor
    query = (
        select(table, stamps)
        .outerjoin(stamps, stamps.checkpoint_id == table.id)
        .where(table.organisation_id == organisation_id, table.size >= size)
        .order_by(stamps.stamped_at.is_(None), table.epoch.desc(), table.size.desc())
    )
    found = desk.session().execute(query.limit(1)).first()
    if found is None:
        raise NotCovered("No checkpoint covers this yet; one is made within minutes.")
    return found[0], found[1]


def _entries(desk: Desk, organisation_id: UUID, with_facts: bool) -> Iterator[str]:
    name = desk.ledger.name_of(organisation_id)
    for row, said in kept_rows(desk.session(), desk.ledger.audit, organisation_id):
        entry = entry_json(name, row, said, with_facts=with_facts)
        yield json.dumps(entry, ensure_ascii=False)


def _checkpoints(desk: Desk, organisation_id: UUID) -> Iterator[str]:
    table, stamps = desk.ledger.checkpoint, desk.ledger.anchor
    query = (
        select(table, stamps)
        .outerjoin(stamps, stamps.checkpoint_id == table.id)
        .where(table.organisation_id == organisation_id)
        .order_by(table.epoch, table.size)
    )
    for row, stamp in desk.session().execute(query):
        yield checkpoint_line(row.note)
        if stamp is not None:
            yield anchor_line(row.note, stamp.token, stamp.roots)


def _write(path: Path, lines: Iterable[str]) -> None:
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
