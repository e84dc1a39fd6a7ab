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

    assert {*SERVICES, *(f"{name}-worker" for name in SERVICES), "database", "proxy"} == names


def test_simulator_is_no_part_of_production(compose: Any) -> None:
    assert "simulator" not in compose.to_yaml()
