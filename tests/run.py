"""Run the whole suite on SQLite and, where PostgreSQL is installed, once more on PostgreSQL."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run both rounds; return the first status that is not zero."""
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
    installed = shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if installed:
        return ["sqlite", "postgresql"]
    if os.environ.get("CI") == "true":
        raise SystemExit("PostgreSQL is missing; .ci/run installs it.")
    sys.stdout.write("PostgreSQL is not installed: its round is left out.\n")
    return ["sqlite"]


if __name__ == "__main__":
    raise SystemExit(main())
