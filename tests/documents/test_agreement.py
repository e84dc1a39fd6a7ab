"""Whether sealed proofs speak of the message that was sent."""

from dataclasses import replace

import pytest

from services.documents.domain.agreement import Ours, Told, disagreement, may_be_to

OURS = Ours("7001", "aydaadk", "MAS-1/2026/1", "a" * 64)
STAMPED = ("sha256:1", "10:00")
COPY = Told("7001", "aydaadk", "MAS-1/2026/1", STAMPED, ("b" * 64, "a" * 64))
INFO = Told("7001", "aydaadk", "MAS-1/2026/1", STAMPED)


@pytest.mark.parametrize(
    ("proofs", "differs"),
    [
        pytest.param((COPY, INFO), None, id="both ours"),
        pytest.param((INFO,), None, id="a delivery info alone"),
        pytest.param((COPY, replace(INFO, message_id="7002")), "message", id="other message"),
        pytest.param((COPY, replace(INFO, box="vqbab52")), "box", id="info of another box"),
        pytest.param((replace(COPY, box="vqbab52"), INFO), "box", id="went to another box"),
        pytest.param((replace(COPY, box=""), INFO), "box", id="no box named"),
        pytest.param((COPY, replace(INFO, reference="")), "reference", id="no reference"),
        pytest.param((replace(COPY, files=("b" * 64,)), INFO), "file", id="another file"),
        pytest.param((replace(COPY, files=()), INFO), "file", id="no file"),
        pytest.param((COPY, replace(INFO, fingerprint=("x", "10:00"))), "hash", id="other hash"),
    ],
)
def test_only_what_is_ours_in_every_respect_agrees(
    proofs: tuple[Told, ...], differs: str | None
) -> None:
    assert disagreement(OURS, *proofs) == differs


@pytest.mark.parametrize(
    ("known", "chosen", "ic", "may_be"),
    [
        ("aydaadk", None, None, True),
        ("aydaadk", None, "00254398", True),
        ("vqbab52", None, "00254398", False),
        (None, None, "00254398", True),
        (None, None, None, False),
        (None, "aydaadk", None, True),
        ("vqbab52", "aydaadk", None, True),
        (None, "vqbab52", "00254398", False),
    ],
)
def test_a_found_message_may_be_ours_by_its_box(
    known: str | None, chosen: str | None, ic: str | None, may_be: bool
) -> None:
    assert may_be_to("aydaadk", known=known, chosen=chosen, ic=ic) is may_be
