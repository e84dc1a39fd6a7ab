"""Settings: checked as a whole, refused with the name of the variable."""

from pathlib import Path

import pytest

from shared.config import SettingsError, load, load_or_exit
from tests.shared.toy import ToySettings

pytestmark = pytest.mark.one_database
SECRET = "s" * 40


def test_own_variable_wins_over_the_common_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VYZVA_PORT", "8001")
    monkeypatch.setenv("VYZVA_REGISTRY_PORT", "8002")

    assert load(ToySettings).port == 8002


def test_argument_wins_over_every_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VYZVA_REGISTRY_PORT", "8002")

    assert load(ToySettings, port=8003).port == 8003


def test_unknown_own_variable_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VYZVA_REGISTRY_COLUOR", "red")

    with pytest.raises(SettingsError, match="VYZVA_REGISTRY_COLUOR: no such setting"):
        load(ToySettings)


def test_address_of_the_service_itself_is_a_common_variable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VYZVA_REGISTRY_URL", "http://registry:8000")

    assert load(ToySettings).url_of("registry") == "http://registry:8000/registry"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("VYZVA_PORT", "0"),
        ("VYZVA_PORT", "many"),
        ("VYZVA_MODE", "producton"),
        ("VYZVA_LOG_LEVEL", "LOUD"),
        ("VYZVA_WORKER_INTERVAL", "0"),
    ],
)
def test_wrong_value_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(SettingsError, match=variable):
        load(ToySettings)


@pytest.mark.parametrize("mode", ["production", "trial"])
def test_a_real_installation_names_everything_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("VYZVA_MODE", mode)

    with pytest.raises(SettingsError) as refused:
        load(ToySettings)

    variables = ("VYZVA_SECRET_KEY", "VYZVA_DATABASE_URL", "VYZVA_KEYS", "VYZVA_PUBLIC_URL")
    for variable in variables:
        assert variable in str(refused.value)


@pytest.mark.parametrize("name", ["VYZVA_MDOE", "VYZVA_SECRETKEY", "VYZVA_DATABSE_URL"])
def test_a_slip_of_the_pen_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "production")

    with pytest.raises(SettingsError, match=name):
        load(ToySettings)


@pytest.mark.parametrize(
    "name", ["VYZVA_ISDS_URL", "VYZVA_EVALUATION_SPREAD_THRESHOLD", "VYZVA_TEST_DATABASE"]
)
def test_a_setting_of_another_service_is_none_of_ours(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "x")

    assert load(ToySettings).mode == "development"


def test_refused_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VYZVA_MODE", "production")
    monkeypatch.setenv("VYZVA_SECRET_KEY", "hunter2")

    with pytest.raises(SettingsError) as refused:
        load(ToySettings)

    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(SECRET)
    monkeypatch.setenv("VYZVA_SECRETS_DIR", str(tmp_path))

    assert load(ToySettings).secret_key.get_secret_value() == SECRET


def test_process_ends_with_status_2_and_the_list(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("VYZVA_PORT", "x")

    with pytest.raises(SystemExit) as end:
        load_or_exit(ToySettings)

    assert end.value.code == 2
    assert "VYZVA_PORT" in capsys.readouterr().err


def test_relative_sqlite_file_is_one_place_for_app_and_migrations(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)

    settings = load(ToySettings, database_url="sqlite:///var/x.sqlite")

    assert settings.database == f"sqlite:///{tmp_path / 'var' / 'x.sqlite'}"


@pytest.mark.parametrize(
    "address", ["sqlite:////abs/x.sqlite", "sqlite://", "postgresql+psycopg://u@h/d"]
)
def test_other_addresses_stay_as_they_are(address: str) -> None:
    assert load(ToySettings, database_url=address).database == address


def test_the_address_for_people_follows_the_port_in_development(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VYZVA_PORT", "8123")
    assert load(ToySettings).public_url == "http://127.0.0.1:8123"

    monkeypatch.setenv("VYZVA_PUBLIC_URL", "http://mas.test")
    assert load(ToySettings).public_url == "http://mas.test"
