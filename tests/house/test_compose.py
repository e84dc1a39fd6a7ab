"""docker-compose.yml keeps to the Compose specification and starts what it says."""

from typing import Any

import compose_spec
import pytest

from tests.house.tree import ROOT, SERVICES

TEXT = (ROOT / "docker-compose.yml").read_text("utf-8")


def read(text: str) -> Any:
    options = compose_spec.PyOptions()
    options.apply_merge = True
    return options.from_yaml(text)


@pytest.fixture(scope="module")
def compose() -> Any:
    return read(TEXT)


def test_file_keeps_to_the_specification(compose: Any) -> None:
    compose.validate()


def test_a_misspelt_key_would_be_noticed() -> None:
    with pytest.raises(ValueError, match="restrat"):
        read(TEXT.replace("restart:", "restrat:", 1))


def test_each_service_is_served_and_has_its_worker(compose: Any) -> None:
    names = set(compose.to_dict()["services"])

    parts = [f"{name}-{part}" for name in SERVICES for part in ("migrate", "worker")]
    assert {*SERVICES, *parts, "database", "proxy"} == names


def test_only_what_migrates_knows_the_password_of_the_owner(compose: Any) -> None:
    parts = compose.to_dict()["services"]
    knowing = {
        name
        for name, part in parts.items()
        if any("owner" in one for one in part.get("secrets", []))
    }

    assert knowing == {"database", *(f"{name}-migrate" for name in SERVICES)}
    for name in SERVICES:
        for part in (name, f"{name}-worker"):
            waits = parts[part]["depends_on"][f"{name}-migrate"]["condition"]
            assert waits == "service_completed_successfully"


def test_simulator_is_no_part_of_production(compose: Any) -> None:
    assert "simulator" not in compose.to_yaml()
