"""Settings of the data box: what each way to log in needs."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.documents.app import make_gateway
from services.documents.config import DocumentsSettings
from shared.config import SettingsError, load

pytestmark = pytest.mark.one_database


def test_without_a_domain_nothing_is_sent() -> None:
    assert make_gateway(load(DocumentsSettings)) is None


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "ISDS_CERTIFICATE"),
        ({"isds_login": "password"}, "ISDS_USER"),
        ({"isds_login": "hosted", "isds_certificate": "a.pem"}, "ISDS_USER"),
        ({"isds_certificate": "a.pem", "isds_url": "https://isds.cz/DS"}, "ISDS_URL"),
        ({"isds_login": "sms"}, "ISDS_LOGIN"),
    ],
)
def test_a_login_that_lacks_something_is_refused_by_name(given: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=f"(?i){named}"):
        load(DocumentsSettings, isds_domain="datovka-test.gov.cz", **given)


NOON = datetime(2026, 4, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mode", "given", "pause", "lag"),
    [
        pytest.param("development", {}, 5, None, id="the demonstration is quick"),
        pytest.param("trial", {}, 60, 180, id="as the operator prescribes"),
        pytest.param("production", {}, 60, 180, id="as the operator prescribes in production"),
        pytest.param("trial", {"poll_seconds": 7}, 7, 180, id="another pause"),
        pytest.param("trial", {"changes_until_seconds": 0}, 60, None, id="no end"),
        pytest.param("development", {"changes_until_seconds": 9}, 5, 9, id="an end"),
    ],
)
def test_how_often_and_until_when_changes_are_asked_for(
    mode: str, given: dict[str, int], pause: int, lag: int | None
) -> None:
    settings = DocumentsSettings.model_construct(mode=mode, **given)

    assert settings.poll_pause == timedelta(seconds=pause)
    assert settings.changes_until(NOON) == (NOON - timedelta(seconds=lag) if lag else None)


@pytest.mark.parametrize("given", [{"poll_seconds": 0}, {"changes_until_seconds": 241}])
def test_a_pause_or_an_end_that_cannot_be_is_refused(given: dict[str, int]) -> None:
    with pytest.raises(SettingsError, match=next(iter(given)).upper()):
        load(DocumentsSettings, **given)


def test_a_password_is_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "isds_password").write_text("tajne")
    monkeypatch.setenv("VYZVA_SECRETS_DIR", str(tmp_path))
    given = {"isds_domain": "datovka-test.gov.cz", "isds_login": "password", "isds_user": "mas"}

    settings = load(DocumentsSettings, **given)

    assert settings.isds_password.get_secret_value() == "tajne"
    assert make_gateway(settings) is not None
