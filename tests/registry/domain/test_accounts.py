"""Accounts: names, passwords, guessing, sessions; and the shares of the plan."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from services.registry.domain.accounts import (
    InvalidEmail,
    InvalidLogin,
    PasswordGuessable,
    PasswordTooLong,
    PasswordTooShort,
    SessionOver,
    TooManyAttempts,
    check_attempts,
    check_email,
    check_password,
    check_session,
    normalise_login,
)
from services.registry.domain.fiches import RepeatedCode
from services.registry.domain.strategy import (
    PlannedShare,
    ShareOutOfRange,
    SharesNotWhole,
    check_shares,
)
from shared.errors import DomainError

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "ab", "a b", "žofie", "-ab", "a" * 41, "a\n"])
def test_wrong_login_is_refused(text: str) -> None:
    with pytest.raises(InvalidLogin):
        normalise_login(text)


def test_login_is_kept_in_small_letters() -> None:
    assert normalise_login(" Jana.Mala ") == "jana.mala"


@pytest.mark.parametrize("text", ["", "jana", "jana@", "@mas.cz", "a b@mas.cz", "a@mas"])
def test_wrong_email_is_refused(text: str) -> None:
    with pytest.raises(InvalidEmail):
        check_email(text)


@pytest.mark.parametrize(
    ("password", "error"),
    [
        ("krátké", PasswordTooShort),
        ("x" * 129, PasswordTooLong),
        ("aaaaaaaaaaaa", PasswordGuessable),
        ("heslo-jana.mala-1", PasswordGuessable),
    ],
)
def test_guessable_password_is_refused(password: str, error: type[DomainError]) -> None:
    with pytest.raises(error):
        check_password(password, login="jana.mala")


def test_long_password_is_taken() -> None:
    check_password("čtyři náhodná slova", login="jana.mala")


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (1000, 900)],
)
def test_after_five_failures_each_makes_the_next_attempt_wait_twice_as_long(
    failures: int, wait: int
) -> None:
    until = NOW + timedelta(seconds=wait)

    if wait:
        with pytest.raises(TooManyAttempts) as refusal:
            check_attempts([NOW] * failures, now=until - timedelta(seconds=1))
        assert refusal.value.params["until"] == until
    check_attempts([NOW] * failures, now=until)


def test_failures_of_a_day_ago_count_no_longer() -> None:
    check_attempts([NOW] * 100, now=NOW + timedelta(hours=24, seconds=1))


@pytest.mark.parametrize(
    ("started", "seen", "ended"),
    [
        pytest.param(NOW, NOW, NOW, id="signed out"),
        pytest.param(NOW - timedelta(hours=13), NOW, None, id="too old"),
        pytest.param(NOW - timedelta(hours=3), NOW - timedelta(hours=3), None, id="idle"),
    ],
)
def test_session_ends(started: datetime, seen: datetime, ended: datetime | None) -> None:
    with pytest.raises(SessionOver):
        check_session(started_at=started, seen_at=seen, ended_at=ended, now=NOW)


def test_living_session_goes_on() -> None:
    check_session(started_at=NOW - timedelta(hours=1), seen_at=NOW, ended_at=None, now=NOW)


def share(fiche: str, percent: str) -> PlannedShare:
    return PlannedShare(fiche, f"Fiche {fiche}", Decimal(percent))


def test_shares_make_a_whole() -> None:
    check_shares([share("F1", "33.5"), share("F2", "66.5")])


@pytest.mark.parametrize(
    ("shares", "error"),
    [
        pytest.param([share("F1", "99")], SharesNotWhole, id="99 per cent"),
        pytest.param([share("F1", "50"), share("F1", "50")], RepeatedCode, id="twice"),
        pytest.param([share("F1", "0"), share("F2", "100")], ShareOutOfRange, id="zero"),
        pytest.param([], SharesNotWhole, id="nothing"),
    ],
)
def test_broken_plan_is_refused(shares: list[PlannedShare], error: type[DomainError]) -> None:
    with pytest.raises(error):
        check_shares(shares)
