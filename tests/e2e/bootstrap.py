"""The operator's command that makes the first organisation, for products of several processes."""

import os
import subprocess
import sys
from pathlib import Path

from services.demonstration.founding import ADDRESS, EMAIL, IC, SLUG
from services.demonstration.people import DIRECTOR, ORGANISATION, PASSWORD
from services.demonstration.projects import OFFICE_BOX


def found_organisation(var: Path, **environment: str) -> None:
    """Run ``python -m services.registry bootstrap`` for the installation in *var*."""
    command = [
        *(sys.executable, "-m", "services.registry", "bootstrap"),
        *("--name", ORGANISATION, "--slug", SLUG, "--ic", IC),
        *("--login", DIRECTOR.login, "--director", DIRECTOR.name),
        *("--email", EMAIL, "--password", PASSWORD),
        *("--address", ADDRESS, "--data-box", OFFICE_BOX),
    ]
    settings = {**os.environ, "VYZVA_VAR": str(var), **environment}
    subprocess.run(command, check=True, env=settings)
