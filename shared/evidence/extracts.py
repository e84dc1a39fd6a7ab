"""What a service's log says about some things, as a file for an evidence bundle."""

import json
from collections.abc import Iterable
from uuid import UUID

from shared.contracts.bundles import BundlePart
from shared.evidence.export import NotCovered, proof_of
from shared.evidence.keeping import Desk

NOT_YET = "Výpis z knihy důkazů zatím nelze doložit / not proven yet / noch nicht belegt: {}\n"


def log_part(desk: Desk, service: str, organisation_id: UUID, about: Iterable[UUID]) -> BundlePart:
    """Return the proof of everything that the log says about some things.

    Where no checkpoint covers the newest entry yet, the file says so instead: one is made within
    minutes, and a later bundle has the proof.

    Args:
        about: ids of what the entries are about.
    """
    title = f"Kniha důkazů: {service}"
    try:
        proof = proof_of(desk, organisation_id, about)
    except NotCovered as error:
        text = NOT_YET.format(error)
        return BundlePart(f"log/{service}.txt", title, "text/plain", text)
    text = json.dumps(proof, ensure_ascii=False, sort_keys=True)
    return BundlePart(f"log/{service}.json", title, "application/json", text)
