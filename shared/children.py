"""Starting a process of our own code that talks over its standard streams."""

import os
import subprocess
import sys
from typing import IO


def start_python(code: str, *, errors: int | IO[bytes] | None = None) -> "subprocess.Popen[bytes]":
    """Start this interpreter with a statement, in a session of its own.

    It gets the modules' path and a locale, nothing else of the environment: no secret of the
    parent is handed on.

    Args:
        code: What it runs.
        errors: Where its standard error goes; the parent's own when nothing is said.
    """
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LC_ALL": "C.UTF-8"}
    return subprocess.Popen(  # noqa: S603 - our own interpreter and a fixed statement
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env=environment,
        start_new_session=True,
    )
