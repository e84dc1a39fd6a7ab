"""The secrets of the data box are in no log, no error and no table, whatever happens (S11)."""

import base64
import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select

from services.documents.delivery.account import IsdsAccount
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import GatewayRefused, GatewayUnavailable
from services.documents.models import db
from tests.documents.conftest import SENDER_LOGIN, TOWN, Simulator
from tests.documents.offices import letter, open_office

USER, RIGHT = SENDER_LOGIN
WRONG, NEW = "Spatne-Kanarek-7", "Nove-Kanarek-8"
ELSEWHERE = "http://127.0.0.1:9/DS"


def hidden_forms(secret: str) -> set[str]:
    """Return a password as it is, in Basic authentication, and alone in Base64."""
    pair = base64.b64encode(f"{USER}:{secret}".encode()).decode()
    return {secret, pair, base64.b64encode(secret.encode()).decode()}


SECRETS = {form for secret in (RIGHT, WRONG, NEW) for form in hidden_forms(secret)}


def test_no_password_is_in_a_log_an_error_or_a_table(
    simulator: Simulator,
    tmp_path: Path,
    database_url: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    roots = tmp_path / "roots.pem"
    roots.write_bytes(simulator.control("GET", "/root.pem"))
    good, wrong, away = (
        IsdsGateway(IsdsAccount(url, USER, secret))
        for url, secret in (
            (simulator.base_url, RIGHT), (simulator.base_url, WRONG), (ELSEWHERE, RIGHT),
        )
    )  # fmt: skip
    office = open_office(tmp_path / "var", database_url, good, isds_seal_roots=roots)
    refused = open_office(tmp_path / "refused", database_url, wrong)
    errors = []

    def fails(call: object, *given: str) -> None:
        with pytest.raises((GatewayRefused, GatewayUnavailable)) as failure:
            call(*given)  # type: ignore[operator]
        errors.append("".join(traceback.format_exception(failure.value)))
        errors.append(repr(failure.value))

    for one in (office, refused):
        one.clock.move_to(datetime.now(UTC))
        one.put(letter(box=TOWN))
        one.work(2)
    good.login()
    fails(wrong.ping)
    fails(away.ping)
    fails(good.change_password, WRONG, NEW)
    fails(good.change_password, RIGHT, "kratke")
    simulator.fault("garbled", "ChangeISDSPassword", times=1)
    fails(good.change_password, RIGHT, NEW)

    tables = []
    with office.context():
        metadata = MetaData()
        metadata.reflect(db.engine)
        with db.engine.connect() as connection:
            for table in metadata.sorted_tables:
                tables += [
                    f"{table.name} {tuple(row)!r}" for row in connection.execute(select(table))
                ]
    records = [f"{record.getMessage()} {record.__dict__!r}" for record in caplog.records]
    printed = capfd.readouterr()
    everything = [*tables, *records, *errors, caplog.text, printed.out, printed.err]

    # The net is not empty: logs, errors and tables of what happened are in it.
    assert any(line.startswith("delivery ") for line in tables)
    assert any("urllib3" in line for line in records)
    assert len(errors) == 10
    assert not [line[:300] for line in everything if any(one in line for one in SECRETS)]


def test_an_account_does_not_show_its_password() -> None:
    assert RIGHT not in repr(IsdsAccount(ELSEWHERE, USER, RIGHT))
