"""Which signed record is missing, and what is said about why."""

from uuid import UUID

import pytest

from shared.missing_records import Need, Paper, expected_record

LIST, NOTICE = Need("control_list", "R97 (3)", 2), Need("control_notice", "R98", must_arrive=True)


def papers(need: Need, *states: str, delivered: bool = False) -> list[Paper]:
    return [Paper(UUID(int=n), need.kind, state, delivered) for n, state in enumerate(states)]


@pytest.mark.parametrize(
    ("need", "found", "why"),
    [
        pytest.param(LIST, papers(LIST, "issued", "issued"), None, id="both are there"),
        pytest.param(LIST, papers(LIST, "issued", "issued", "void"), None, id="a void one beside"),
        pytest.param(LIST, [], "Záznam nevznikl.", id="nothing at all"),
        pytest.param(LIST, papers(NOTICE, "issued"), "Záznam nevznikl.", id="another kind"),
        pytest.param(LIST, papers(LIST, "issued"), "Vydaných je 1, má jich být 2.", id="one short"),
        pytest.param(
            LIST,
            papers(LIST, "issued", "waiting"),
            "Čeká na podpis.",
            id="one waits for its signer",
        ),
        pytest.param(
            LIST, papers(LIST, "signed"), "Podepsaný, čeká na pečeť s časovým razítkem.", id="seal"
        ),
        pytest.param(
            LIST, papers(LIST, "requested"), "Vyžádán, dokument zatím nevznikl.", id="asked for"
        ),
        pytest.param(
            LIST,
            papers(LIST, "cancelled", "void"),
            "Záznam byl vzat zpět a nový nevznikl.",
            id="taken back",
        ),
        pytest.param(
            NOTICE,
            papers(NOTICE, "issued"),
            "Dokument je vydaný, jeho doručení zatím není doloženo.",
            id="not delivered",
        ),
        pytest.param(NOTICE, papers(NOTICE, "issued", delivered=True), None, id="delivered"),
    ],
)
def test_a_record_is_there_or_it_is_said_why_not(
    need: Need, found: list[Paper], why: str | None
) -> None:
    told = expected_record(need, found, "8/012")

    assert (told.missing and told.missing["cs"]) == why
    assert told.missing is None or {"cs", "en", "de"} == told.missing.keys()


def test_what_proves_it_is_named_without_what_was_taken_back() -> None:
    told = expected_record(LIST, papers(LIST, "issued", "void", "waiting"), "8/012")

    assert told.document_ids == [UUID(int=0), UUID(int=2)]
    assert told.what["en"] == "control list"
