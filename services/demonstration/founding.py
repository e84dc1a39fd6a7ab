"""Make the organisation of the demonstration with the operator's own command."""

import os
import subprocess
import sys
from pathlib import Path

from services.demonstration.people import DIRECTOR, ORGANISATION, PASSWORD
from services.demonstration.projects import OFFICE_BOX


def found_organisation(var: Path, **environment: str) -> None:
    """Run ``python -m services.registry bootstrap`` for the installation in *var*."""
    command = [
        *(sys.executable, "-m", "services.registry", "bootstrap"),
        *("--name", ORGANISATION, "--slug", "szk", "--ic", "90007298"),
        *("--login", DIRECTOR.login, "--director", DIRECTOR.name),
        *("--email", f"{DIRECTOR.login}@example.org", "--password", PASSWORD),
        *("--address", "Náměstí 1, 431 00 Stará Huť", "--data-box", OFFICE_BOX),
    ]
    settings = {**os.environ, "VYZVA_VAR": str(var), **environment}
    subprocess.run(command, check=True, env=settings)  # noqa: S603 - our own command
