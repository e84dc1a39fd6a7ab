"""Which signed record is missing, and why: one rule for every service that makes records. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.contracts.bundles import ExpectedRecord, Words
from shared.document_kinds import BY_CODE

NOT_MADE = frozenset({"requested"})
UNSIGNED = frozenset({"draft", "signing", "waiting"})
UNSEALED = frozenset({"signed"})
ISSUED = "issued"
DEAD = frozenset({"cancelled", "void"})


@dataclass(frozen=True)
class Paper:
    """A document that a service asked for, as far as the service knows it."""

    document_id: UUID
    kind: str
    state: str
    """State of the document in the service's own words."""
    is_delivered: bool = False


@dataclass(frozen=True)
class Need:
    """A record that the rules ask for at the stage that was reached."""

    kind: str
    requirement: str
    """Such as ``R97 (3)``."""
    count: int = 1
    """How many: one of each controller, of each evaluator."""
    must_arrive: bool = False
    """Whether its delivery must be proven as well."""


def expected_record(need: Need, papers: Sequence[Paper], about: str) -> ExpectedRecord:
    """Tell whether what is needed is there, and if not, why it is missing.

    Args:
        papers: the documents of the project or call, of any kind.
        about: number of the project or call.

    Source:
        R97, R98: what is signed by whom, and what applicants get.
    """
    mine = [paper for paper in papers if paper.kind == need.kind]
    return ExpectedRecord(
        what=words(BY_CODE[need.kind].name),
        about=about,
        requirement=need.requirement,
        document_ids=[paper.document_id for paper in mine if paper.state not in DEAD],
        missing=_why(need, mine),
    )


def _why(need: Need, papers: Sequence[Paper]) -> Words | None:
    issued = [paper for paper in papers if paper.state == ISSUED]
    arrived = [paper for paper in issued if paper.is_delivered]
    if len(arrived if need.must_arrive else issued) >= need.count:
        return None
    states = {paper.state for paper in papers}
    if len(issued) >= need.count:
        return UNDELIVERED
    for found, reason in REASONS:
        if states & found:
            return reason
    if issued:
        return {code: text.format(len(issued), need.count) for code, text in TOO_FEW.items()}
    return TAKEN_BACK if states else NEVER


def words(name: Callable[[str], str]) -> Words:
    """Return a name in every language of the product."""
    return {language: name(language) for language in ("cs", "en", "de")}


NEVER: Words = {
    "cs": "Záznam nevznikl.",
    "en": "It was never made.",
    "de": "Er wurde nie erstellt.",
}
TAKEN_BACK: Words = {
    "cs": "Záznam byl vzat zpět a nový nevznikl.",
    "en": "It was taken back, and no new one was made.",
    "de": "Er wurde zurückgenommen und kein neuer erstellt.",
}
UNDELIVERED: Words = {
    "cs": "Dokument je vydaný, jeho doručení zatím není doloženo.",
    "en": "It is issued; its delivery is not proven yet.",
    "de": "Er ist ausgestellt, die Zustellung ist noch nicht nachgewiesen.",
}
TOO_FEW: Words = {
    "cs": "Vydaných je {}, má jich být {}.",
    "en": "{} are issued where there should be {}.",
    "de": "{} sind ausgestellt, {} müssen es sein.",
}
REASONS: Sequence[tuple[frozenset[str], Words]] = (
    (
        NOT_MADE,
        {
            "cs": "Vyžádán, dokument zatím nevznikl.",
            "en": "Asked for; the document is not made yet.",
            "de": "Angefordert, das Dokument liegt noch nicht vor.",
        },
    ),
    (
        UNSIGNED,
        {
            "cs": "Čeká na podpis.",
            "en": "It waits for a signature.",
            "de": "Er wartet auf eine Unterschrift.",
        },
    ),
    (
        UNSEALED,
        {
            "cs": "Podepsaný, čeká na pečeť s časovým razítkem.",
            "en": "Signed; it waits for the seal with its time stamp.",
            "de": "Unterschrieben, er wartet auf das Siegel mit Zeitstempel.",
        },
    ),
)
