"""What was found in a bundle, and how it is told: the sums first, then only what is wrong."""

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from services.documents.evidence.offline.sentences import SENTENCES

HOLDS, FAILS, NOT_JUDGED, NOT_PROVEN = 0, 1, 2, 3
SUMS = ("files", "documents", "records", "extracts")
"""Of what there is a sum, in the order in which it is told; each names its sentence."""
MOST_TOLD = 100
"""Files of which it is told what is wrong, unless all is asked for."""
STEP = 50


@dataclass
class Findings:
    """What was found, in the order of the looking."""

    language: int = 0
    said: list[str] = field(default_factory=list)
    """What holds, one by one."""
    sealed: list[str] = field(default_factory=list)
    """Who sealed the bundle, when, and whose seal that is."""
    remarks: list[str] = field(default_factory=list)
    """What the reader has to know in any case."""
    unproven: dict[str, list[str]] = field(default_factory=dict)
    """What is neither proven nor wrong, by what it is about."""
    doubts: dict[str, list[str]] = field(default_factory=dict)
    """What does not hold, by what it is about."""
    _judged: Counter[str] = field(default_factory=Counter)
    _good: Counter[str] = field(default_factory=Counter)

    def word(self, name: str) -> str:
        """Return a word in the language of the reader."""
        return SENTENCES[name][self.language]

    def count(self, kind: str, good: int, judged: int = 1) -> None:
        """Add to a sum."""
        self._good[kind] += good
        self._judged[kind] += judged

    def say(self, about: str, *words: str) -> None:
        """Note what holds."""
        self.said.append(f"{about}: {', '.join(words)}")

    def leave_open(self, about: str, why: str) -> None:
        """Note what nothing proves."""
        self._note(self.unproven, about, why)

    def doubt(self, about: str, why: str) -> None:
        """Note what does not hold."""
        self._note(self.doubts, about, why)

    def _note(self, found: dict[str, list[str]], about: str, why: str) -> None:
        told, word = found.setdefault(about, []), self.word(why)
        if word not in told:
            told.append(word)

    def show(self, done: int, of: int) -> None:
        """Tell somebody who waits at a terminal how far it is."""
        if sys.stderr.isatty() and (done % STEP == 0 or done == of):
            sys.stderr.write(f"\r{done} / {of}{chr(10) if done == of else ''}")

    @property
    def status(self) -> int:
        """The verdict as an exit status."""
        return FAILS if self.doubts else NOT_PROVEN if self.unproven else HOLDS

    def lines(self, *, is_all: bool) -> Iterator[str]:
        """Give what the reader is told; the verdict comes last."""
        if self.sealed:
            yield f"{self.word('sealed')}: {', '.join(self.sealed)}"
        for kind in SUMS:
            yield f"{self.word(kind)}: {self._good[kind]} {self.word('of')} {self._judged[kind]}"
        yield from self.said if is_all else ()
        yield from self.remarks
        for found in (self.unproven, self.doubts):
            told = list(found) if is_all else list(found)[:MOST_TOLD]
            yield from (f"{about}: {', '.join(found[about])}" for about in told)
            if len(told) < len(found):
                yield f"{self.word('more')}: {len(found) - len(told)}"
        yield self.word({HOLDS: "good", FAILS: "bad", NOT_PROVEN: "unproven"}[self.status])
