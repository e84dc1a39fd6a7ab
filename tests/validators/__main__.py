"""Judge files from the command line.

``python -m tests.validators [--anchor ROOT.cer]... [--crl LIST.crl]... [--signatures N] FILE...``
"""

import argparse
import sys
from pathlib import Path

from tests.validators.exhibits import ARCHIVAL, Exhibit, Trust
from tests.validators.panel import PANEL, absent, judge
from tests.validators.programs import count


def main() -> int:
    """Print each verdict; return 1 when a file failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--anchor", action="append", default=[], type=Path)
    parser.add_argument("--crl", action="append", default=[], type=Path)
    parser.add_argument("--profile", action="append", choices=["2a", "3a", "ua1"])
    told = parser.parse_args()
    profiles = tuple(told.profile or ARCHIVAL)
    exhibits = [Exhibit(file.resolve(), *count(file), profiles) for file in told.files]
    lacking = absent()
    for name, why in lacking.items():
        sys.stdout.write(f"LEFT OUT: {name}: {why}\n")
    verdicts = judge(
        exhibits, Trust(tuple(told.anchor), tuple(told.crl)), [n for n in PANEL if n not in lacking]
    )
    for verdict in verdicts:
        sys.stdout.write(f"{verdict}\n")
    return 0 if all(verdict.passed for verdict in verdicts) else 1


if __name__ == "__main__":
    raise SystemExit(main())
