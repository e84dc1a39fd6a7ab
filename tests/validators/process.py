"""A judge that runs once over many files: lines in, as many lines out."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.validators.verdicts import JudgeBroken

ROOT = Path(__file__).parents[2]
START, EACH = 60, 20
"""Seconds that a judge may take to start, and for each line."""


def answers(command: Sequence[str], asked: Sequence[str]) -> list[dict[str, Any]]:
    """Return one answer for each line asked.

    Raises:
        JudgeBroken: the process failed, or answered another number of lines.
    """
    try:
        done = subprocess.run(
            command,
            input="".join(f"{line}\n" for line in asked),
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=ROOT,
            timeout=START + EACH * len(asked),
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JudgeBroken(f"{command[0]}: {error}") from error
    lines = done.stdout.splitlines()
    if done.returncode or len(lines) != len(asked):
        raise JudgeBroken(f"{command[0]} ended with {done.returncode}: {done.stderr[-2000:]}")
    return [json.loads(line) for line in lines]
