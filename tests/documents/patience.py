"""Time enough for whatever a test does beside what it is about."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.documents import verifying
from services.documents.verification.confinement import Limits
from services.documents.verification.report import Report
from services.documents.verification.sandbox import Sandbox
from services.documents.verification.verifier import Question

PATIENCE = 120
"""Seconds; a machine may be slow, and nothing here is about that."""


class PatientSandbox(Sandbox):
    """Judges files as the product does, without its haste: a slow machine changes no verdict."""

    def __init__(self) -> None:
        super().__init__(limits=Limits(seconds=PATIENCE, processor_seconds=PATIENCE))

    def verify(self, question: Question) -> Report:
        """Take all the time that the comparison of pages needs."""
        return super().verify(replace(question, seconds=PATIENCE))


@pytest.fixture(autouse=True, scope="session")
def judges_have_time() -> Iterator[None]:
    """The limits of the product are the subject of ``test_sandbox.py`` and the benchmarks."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(verifying, "Sandbox", PatientSandbox)
        verifying.sandbox.cache_clear()
        yield
    verifying.sandbox.cache_clear()
