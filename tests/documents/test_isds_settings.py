"""Settings of the data box: what each way to log in needs."""

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


def test_a_password_is_read_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "isds_password").write_text("tajne")
    monkeypatch.setenv("VYZVA_SECRETS_DIR", str(tmp_path))
    given = {"isds_domain": "datovka-test.gov.cz", "isds_login": "password", "isds_user": "mas"}

    settings = load(DocumentsSettings, **given)

    assert settings.isds_password.get_secret_value() == "tajne"
    assert make_gateway(settings) is not None
