"""All judges over many files at once."""

from collections.abc import Callable, Iterable, Sequence

from tests.validators import dss, programs, verapdf
from tests.validators.exhibits import Exhibit, Trust
from tests.validators.verdicts import JudgeMissing, Verdict

NOBODY = Trust()
Judge = Callable[[Sequence[Exhibit], Trust], list[Verdict]]

PANEL: dict[str, Judge] = {
    "veraPDF": lambda exhibits, trust: verapdf.judge(exhibits),
    "EU DSS": dss.judge,
    "openssl": programs.judge_messages,
    "pdfsig": lambda exhibits, trust: programs.judge_integrity(exhibits),
    "qpdf": lambda exhibits, trust: programs.judge_syntax(exhibits),
}
"""Judges by name."""


def judge(
    exhibits: Sequence[Exhibit], trust: Trust = NOBODY, judges: Iterable[str] = tuple(PANEL)
) -> list[Verdict]:
    """Return every verdict of every judge; signed files go to those that know signatures.

    Raises:
        JudgeMissing: a judge is not installed.
        JudgeBroken: a judge failed by itself.
    """
    return [verdict for name in judges for verdict in PANEL[name](exhibits, trust)]


def absent() -> dict[str, str]:
    """Return the judges that are not installed here, and what they lack."""
    lacking = {}
    for name, probe in PROBES.items():
        try:
            probe()
        except JudgeMissing as missing:
            lacking[name] = str(missing)
    return lacking


PROBES: dict[str, Callable[[], object]] = {
    "EU DSS": dss.build,
    "openssl": lambda: programs.run("openssl", "version"),
    "pdfsig": lambda: programs.run("pdfsig", "-v"),
    "qpdf": lambda: programs.run("qpdf", "--version"),
}
"""How to find out; veraPDF comes with the test requirements."""
