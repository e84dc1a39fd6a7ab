"""Run the whole suite on SQLite and, where PostgreSQL is installed, once more on PostgreSQL."""

import os
import shutil
import subprocess
import sys

from tests.databases import PostgresMissing, find_binaries
from tests.documents.corpora import ABSENT, are_there

NEEDS = {
    "initdb": "the second round on PostgreSQL and the commands of docker-compose.yml",
    "chromium": "the story in a browser",
    "nginx": "the story in separate services",
    "openssl": "proofs of delivery read by openssl",
    "qpdf": "documents read by qpdf",
    "pdfsig": "signatures read by pdfsig",
    "strace": "a disk that breaks and a process killed while it writes a file",
    "softhsm2-util": "signatures by keys on a token",
    "mvn": "signatures judged by EU DSS",
    "javac": "signatures judged by EU DSS",
}
"""What is left out where a program is not installed; README.md says the same."""
OTHER_NAMES = {"chromium": "chromium-browser"}


def main() -> int:
    """Run both rounds, say what was left out; return the first status that is not zero."""
    status = rounds()
    sys.stdout.write(f"\n{summary()}\n")
    return status


def rounds() -> int:
    """Run the tests on each database."""
    for database in databases():
        sys.stdout.write(f"\nTests on {database}\n")
        sys.stdout.flush()
        environment = {**os.environ, "VYZVA_TEST_DATABASE": database}
        command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal"]
        if database == "postgresql":
            command += ["-m", "not one_database"]
        status = subprocess.run([*command, *sys.argv[1:]], env=environment, check=False).returncode
        if status:
            return status
    return 0


def databases() -> list[str]:
    """Return the databases to test on; CI must have both."""
    if is_installed("initdb"):
        return ["sqlite", "postgresql"]
    if os.environ.get("CI") == "true":
        raise SystemExit("PostgreSQL is missing; .ci/run installs it.")
    return ["sqlite"]


def summary() -> str:
    """Say in a line each what was left out for want of programs and of files of others."""
    missing = [f"{name} ({what})" for name, what in NEEDS.items() if not is_installed(name)]
    told = []
    if missing:
        told.append(f"LEFT OUT, because these programs are not installed: {'; '.join(missing)}.")
    if not are_there():
        told.append(ABSENT)
    return "\n".join(told) or "Everything was there; nothing was left out."


def is_installed(name: str) -> bool:
    """Tell whether tests that need the program can run."""
    if name == "initdb":
        try:
            return bool(find_binaries())
        except PostgresMissing:
            return False
    path = f"{os.environ['PATH']}:/usr/sbin"
    return any(shutil.which(one, path=path) for one in (name, OTHER_NAMES.get(name, name)))


if __name__ == "__main__":
    raise SystemExit(main())
