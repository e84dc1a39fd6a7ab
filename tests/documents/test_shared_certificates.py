"""Certificates that threads share have read themselves to their end, so nobody sees a half."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import core, x509

from services.documents.certification import load_certificates, read_whole
from services.documents.delivery.isds import IsdsGateway
from services.documents.signing.paths import Trust
from tests.documents.bad_authorities import NOW, Certomancer
from tests.documents.conftest import TOWN, Simulator
from tests.documents.offices import letter
from tests.documents.test_false_deliveries import open_sender


@pytest.fixture(scope="module")
def certomancer(tmp_path_factory: pytest.TempPathFactory) -> Certomancer:
    return Certomancer(tmp_path_factory.mktemp("certomancer"), NOW)


def read_so_far(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Give what a certificate has read of itself: each place in it, and what stands there."""
    if isinstance(value, core.Asn1Value):
        for name, part in vars(value).items():
            if name != "_spec":
                yield from read_so_far(part, f"{place}.{name}")
    elif isinstance(value, list | tuple):
        for number, part in enumerate(value):
            yield from read_so_far(part, f"{place}[{number}]")
    else:
        yield place, type(value).__name__


def seen_in(certificates: list[x509.Certificate]) -> list[list[tuple[str, str]]]:
    return [list(read_so_far(one)) for one in certificates]


@pytest.mark.parametrize(
    ("open_up", "is_still"), [(x509.Certificate.copy, False), (read_whole, True)]
)
def test_what_is_read_whole_changes_no_more_when_it_is_asked(
    certomancer: Certomancer,
    open_up: Callable[[x509.Certificate], x509.Certificate],
    *,
    is_still: bool,
) -> None:
    loaded = [x509.Certificate.load(certomancer.certificate(name).dump()) for name in NAMES]
    root, issuer, stamper = found = [open_up(one) for one in loaded]
    before = seen_in(found)

    trust = Trust([], [])
    trust.roots, trust.others = [root], [issuer]
    trust.check_stamper(stamper, [], NOW)

    assert (seen_in(found) == before) is is_still


NAMES = ("root", "issuer", "stamper")


def test_a_trust_keeps_only_what_is_read_whole(certomancer: Certomancer, tmp_path: Path) -> None:
    root, issuer, stamper = (
        x509.Certificate.load(certomancer.certificate(name).dump()) for name in NAMES
    )
    trust = Trust([root])
    kept = [*trust.roots, *trust.check_stamper(stamper, [issuer], NOW)]
    before = seen_in(kept)

    for one in kept:
        read_whole(one)
    other = x509.Certificate.load(certomancer.certificate("stamper").dump())
    trust.check_stamper(other, [issuer], NOW + timedelta(minutes=1))

    assert len(kept) == 4
    assert seen_in(kept) == before


def test_certificates_of_a_file_are_read_whole(certomancer: Certomancer) -> None:
    found = load_certificates(certomancer.trusted)
    before = seen_in(found)

    for one in found:
        read_whole(one)

    assert found
    assert seen_in(found) == before


def test_the_roots_above_the_seals_of_isds_are_read_whole(
    simulator: Simulator, tmp_path: Path, database_url: str
) -> None:
    office = open_sender(simulator, tmp_path, database_url, IsdsGateway)
    roots = office.app.extensions["documents-tools"].seal_roots
    before = seen_in(roots)

    made = office.put(letter(box=TOWN))
    office.work(2)

    assert office.view(made["id"])["delivery"]["state"] == "delivered"
    assert roots
    assert seen_in(roots) == before
