"""What a judge says about one file."""

from dataclasses import dataclass
from pathlib import Path


class JudgeMissing(Exception):
    """The judge's program is not installed on this machine. The text says which."""


class JudgeBroken(Exception):
    """The judge itself failed; nothing was said about any file."""


@dataclass(frozen=True)
class Verdict:
    """One judge's word on one file."""

    judge: str
    """Name of the judge with what it judged, such as ``veraPDF 3a``."""
    file: Path
    passed: bool
    findings: tuple[str, ...] = ()
    """Why it failed, in the judge's own words; empty for a file that passed."""

    def __str__(self) -> str:
        words = "passed" if self.passed else "; ".join(self.findings) or "failed"
        return f"{self.file.name}: {self.judge}: {words}"
