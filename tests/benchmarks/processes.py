"""The product as processes: the whole story, and the product at rest."""

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil  # type: ignore[import-untyped]  # it has no types
from sqlalchemy import create_engine, text

from tests.e2e.product import one_process
from tests.house.tree import ROOT

STORY_SECONDS = 180
STORY_PATIENCE = 1200
IDLE_MB = 500
SETTLE_SECONDS = 10
WATCH_SECONDS = 20
SAMPLE_SECONDS = 0.2
LAST_WORDS = 2000


@dataclass
class Watch:
    """The memory and the processor time of a process and its children."""

    process: psutil.Process
    peak: int = 0
    """The most resident memory of all of them together at one moment, in bytes."""
    worked: float = 0.0
    """Processor time in seconds, as last seen."""
    _stopped: threading.Event = field(default_factory=threading.Event)

    def sample(self) -> int:
        """Return the resident memory now, in bytes."""
        total = sum(_resident(one) for one in self._family())
        self.peak = max(self.peak, total)
        self.worked = max(self.worked, self.processor_seconds())
        return total

    def processor_seconds(self) -> float:
        """Return the processor time used so far by those that still live."""
        return sum(_processor(one) for one in self._family())

    @contextmanager
    def sampling(self) -> Iterator[None]:
        """Look at the memory again and again while the block lasts."""

        def look() -> None:
            while not self._stopped.wait(SAMPLE_SECONDS):
                self.sample()

        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stopped.set()
            thread.join()

    def _family(self) -> list[psutil.Process]:
        try:
            return [self.process, *self.process.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


def _processor(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
        return float(times.user + times.system)
    except psutil.NoSuchProcess:
        return 0.0


def story() -> bool:
    """Play the demonstration in a process of its own; tell whether it is fast enough."""
    with tempfile.TemporaryDirectory(prefix="vyzva-story-") as folder:
        target = Path(folder) / "demo"
        log = Path(folder) / "story.log"
        began = time.monotonic()
        code, watch = _play(target, log)
        seconds = time.monotonic() - began
        if code != 0:
            words = log.read_text("utf-8", errors="replace")[-LAST_WORDS:]
            sys.stdout.write(f"story: FAILED with {code} after {seconds:.0f} s\n{words}\n")
            return False
        documents, deliveries, proofs = _counts(target)
        sys.stdout.write(
            f"story: {seconds:.0f} s (target under {STORY_SECONDS} s), "
            f"{watch.worked:.0f} s of processor time, peak memory {watch.peak / 1e6:.0f} MB; "
            f"{documents} documents, {deliveries} deliveries, {proofs} proofs\n"
        )
        return seconds < STORY_SECONDS


def _play(target: Path, log: Path) -> tuple[int, Watch]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("VYZVA_")}
    command = [sys.executable, "-m", "services", "demo", "--target", str(target)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        watch = Watch(psutil.Process(process.pid))
        with watch.sampling():
            try:
                return process.wait(STORY_PATIENCE), watch
            except subprocess.TimeoutExpired:
                process.kill()
                return process.wait(), watch


def _counts(target: Path) -> tuple[int, int, int]:
    """Count what the story left: files of documents and proofs, rows of deliveries."""
    documents = len(list((target / "dokumenty").glob("*.pdf")))
    proofs = len([path for path in (target / "doklady").iterdir() if path.is_file()])
    return documents, _deliveries(target / "var" / "documents.sqlite"), proofs


def _deliveries(database: Path) -> int:
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM delivery")).scalar_one())


def idle() -> bool:
    """Start the empty product, leave it alone, and tell whether it stays small."""
    with tempfile.TemporaryDirectory(prefix="vyzva-idle-") as folder:
        began = time.monotonic()
        with one_process(Path(folder)) as product:
            started = time.monotonic() - began
            watch = Watch(psutil.Process(product.processes["all"].pid))
            time.sleep(SETTLE_SECONDS)
            memory = watch.sample()
            before = watch.processor_seconds()
            time.sleep(WATCH_SECONDS)
            used = (watch.processor_seconds() - before) / WATCH_SECONDS
    sys.stdout.write(
        f"idle: answers after {started:.1f} s, {memory / 1e6:.0f} MB resident "
        f"(target under {IDLE_MB} MB), {used:.1%} of one processor\n"
    )
    return memory < IDLE_MB * 1e6
