"""``python -m tests.benchmarks [NAME...]``: measure, print, compare with the targets."""

import logging
import sys
from collections.abc import Callable

from .evidence import evidence
from .guard import guard
from .pages import run
from .processes import idle, story
from .simulator import simulator
from .verifier import verifier

KNOWN: dict[str, Callable[[], bool]] = {
    "idle": idle,
    "story": story,
    "pages": run,
    "evidence": evidence,
    "verifier": verifier,
    "simulator": simulator,
