"""Workers that take turns: one runs at a time, and chance with a seed says which."""

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import time_machine

BEGINNING = datetime(2026, 4, 1, 8, tzinfo=UTC)
LONGEST_WAIT = 60
HANG = timedelta(hours=2)


class Killed(BaseException):
    """The worker dies here; it passes through every handler, as a kill does."""


@dataclass
class Actor:
    """One worker, in a thread that only runs while it holds the turn."""

    name: str
    play: Callable[[], None]
    asleep_until: datetime = BEGINNING
    place: str = "start"
    is_doomed: bool = False
    is_over: bool = False
    hangs: bool = False
    error: BaseException | None = None
    skew: timedelta = timedelta(0)
    """How far the clock of its machine is ahead of true time."""
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))


class Scheduler:
    """Lets actors run from step to step in an order that the seed decides."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.now = BEGINNING
        self.steps = 0
        self.kills = 0
        self.hangs = 0.0
        """How often a worker stands still at a step, as on a machine that was put to sleep."""
        self.hang_place = ""
        """Where that happens; empty means anywhere."""
        self.skews: tuple[timedelta, ...] = ()
        """How far the clocks of machines may be off; one of them for each new actor."""
        self.sets_clock = 0.0
        """How often somebody sets the clock of the machine whose turn it is, before a step."""
        self.clocks_set = 0
        self._actors: list[Actor] = []
        self._turn = threading.Semaphore(0)
        self._holder: Actor | None = None
        self._travel = time_machine.travel(self.now, tick=False)
        self._traveller: time_machine.Coordinates | None = None

    def __enter__(self) -> "Scheduler":
        self._traveller = self._travel.start()
        return self

    def __exit__(self, *_error: object) -> None:
        for actor in self._actors:
            if not actor.is_over:
                self._let_run(actor, is_doomed=True)
        self._travel.stop()

    def start(self, name: str, play: Callable[[], None]) -> None:
        """Add an actor; it begins when the turn is first its own."""
        actor = Actor(name, play, asleep_until=self.now, skew=self._some_skew())
        self._actors.append(actor)
        threading.Thread(target=self._live, args=(actor,), daemon=True).start()

    def step(self, place: str, rest: timedelta = timedelta(0)) -> None:
        """Give the turn away; called by the actor that holds it.

        Raises:
            Killed: the actor dies at this place.
        """
        actor = self._holder
        if actor is None:
            return  # set-up and checks of the test itself are no steps
        is_here = self.hang_place in ("", place)
        actor.hangs = is_here and self.chance.random() < self.hangs
        if actor.hangs:
            rest += HANG * self.chance.random()
        actor.place, actor.asleep_until = place, self.now + rest
        self._turn.release()
        self._wait(actor.go)
        if actor.is_doomed:
            raise Killed(place)

    def advance(self, kill_chance: float = 0) -> bool:
        """Let one actor run to its next step; return whether there was one.

        Raises:
            BaseException: whatever the actor died of, unless it was killed.
        """
        living = [actor for actor in self._actors if not actor.is_over]
        if not living:
            return False
        awake = [actor for actor in living if actor.asleep_until <= self.now]
        if not awake:
            self._move_to(min(actor.asleep_until for actor in living))
            awake = [actor for actor in living if actor.asleep_until <= self.now]
        actor = self.chance.choice(awake)
        self.steps += 1
        if self.sets_clock and self.chance.random() < self.sets_clock:
            actor.skew = self._some_skew()
            self.clocks_set += 1
        is_doomed = actor.place != "start" and self.chance.random() < kill_chance
        self.kills += is_doomed
        self._let_run(actor, is_doomed=is_doomed)
        self._move_to(self.now + timedelta(milliseconds=self.chance.randrange(500)))
        if actor.error is not None:
            raise actor.error
        return True

    @property
    def living(self) -> int:
        """How many actors live."""
        return sum(not actor.is_over for actor in self._actors)

    @property
    def does_anybody_hang(self) -> bool:
        """Whether somebody stands still who will wake and go on."""
        return any(actor.hangs and not actor.is_over for actor in self._actors)

    def _let_run(self, actor: Actor, *, is_doomed: bool) -> None:
        actor.is_doomed = is_doomed
        self._holder = actor
        self._show(self.now + actor.skew)
        actor.go.release()
        self._wait(self._turn)
        self._holder = None
        self._show(self.now)

    def _live(self, actor: Actor) -> None:
        actor.go.acquire()
        try:
            if not actor.is_doomed:
                actor.play()
        except Killed:
            pass  # that is how it was meant
        except BaseException as error:
            actor.error = error
        actor.is_over = True
        self._turn.release()

    def steady(self) -> float:
        """Return seconds that nobody can set."""
        return (self.now - BEGINNING).total_seconds()

    def set_all_clocks(self) -> None:
        """Have every machine, and those that come, show true time from now on."""
        self.skews, self.sets_clock = (), 0.0
        for actor in self._actors:
            actor.skew = timedelta(0)

    def _some_skew(self) -> timedelta:
        return self.chance.choice(self.skews) if self.skews else timedelta(0)

    def _move_to(self, at: datetime) -> None:
        self.now = at
        self._show(at)

    def _show(self, at: datetime) -> None:
        """Set the clock that the running actor reads."""
        if self._traveller is not None:
            self._traveller.move_to(at)

    @staticmethod
    def _wait(semaphore: threading.Semaphore) -> None:
        if not semaphore.acquire(timeout=LONGEST_WAIT):
            raise RuntimeError("An actor did not come to its next step.")
