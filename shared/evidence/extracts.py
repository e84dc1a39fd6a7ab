"""What a service's log says about some things, as files for an evidence bundle."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from shared.contracts.bundles import BundlePart
from shared.evidence.export import NotCovered, NothingSaid, growth_of, proof_of
from shared.evidence.keeping import Desk
from shared.evidence.merkle import WholeTree

AT_ONCE = 50
"""Things that one file speaks of."""
MOST_OCTETS = 2_000_000
"""Of all files of one service that travel with a request."""
NOT_YET = """Zatím nedoloženo / not proven yet / noch nicht belegt: {reason}

Kontrolní bod vzniká během minut; pozdější balíček výpis má.
A checkpoint is made within minutes; a later bundle has the extract.
"""
TOO_LONG = """Výpisy o těchto záznamech jsou v balíčcích jednotlivých projektů.
The extracts about these are in the bundles of the single projects.

{ids}
"""


def log_parts(
    desk: Desk,
    service: str,
    organisation_id: UUID,
    about: Sequence[UUID],
    *,
    until: int | None,
    most: int | None = MOST_OCTETS,
) -> Iterator[BundlePart]:
    """Give the proofs of everything that the log says about some things, file by file.

    Where no checkpoint covers the newest entry yet, a file says so instead; about what the log
    does not know there is no file.

    Args:
        about: ids of what the entries are about.
        until: entries of the log to tell of, as ``prove_now`` says: what came afterwards, while the
            bundle was put together, belongs to the next one. ``None`` for all there are.
        most: octets after which a file names what is left out; ``None`` for no limit.
    """
    room, trees, kept = most, dict[int, WholeTree](), dict[int, dict[str, Any]]()
    for number, start in enumerate(range(0, len(about), AT_ONCE), start=1):
        title = f"Kniha důkazů: {service}, výpis {number}"
        if room is not None and room <= 0:
            text = TOO_LONG.format(ids="\n".join(str(one) for one in about[start:]))
            yield BundlePart(f"log/{service}-rest.txt", title, "text/plain", text)
            return
        name = f"log/{service}-{number:03}"
        try:
            some = about[start:][:AT_ONCE]
            proof = proof_of(desk, organisation_id, some, trees, until=until)
        except NothingSaid:
            continue
        except NotCovered as error:
            part = BundlePart(f"{name}.txt", title, "text/plain", NOT_YET.format(reason=error))
        else:
            kept[int(proof["checkpoint"].split("\n")[1])] = {**proof, "records": []}
            part = _as_part(name, title, proof)
        room = None if room is None else room - len(part.text)
        yield part
    yield from _growth(service, trees, kept)


def _growth(
    service: str, trees: dict[int, WholeTree], kept: dict[int, dict[str, Any]]
) -> Iterator[BundlePart]:
    """Give the proofs that the log only grew, where a checkpoint came while extracts were made."""
    *older, newest = sorted(kept) or [0]
    for number, size in enumerate(older, start=1):
        title = f"Kniha důkazů: {service}, růst {number}"
        growth = growth_of(kept[size], kept[newest], trees[newest])
        yield _as_part(f"log/{service}-growth-{number:03}", title, growth)


def _as_part(name: str, title: str, proof: dict[str, Any]) -> BundlePart:
    text = json.dumps(proof, ensure_ascii=False, sort_keys=True)
    return BundlePart(f"{name}.json", title, "application/json", text)
