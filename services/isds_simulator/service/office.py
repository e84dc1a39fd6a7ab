"""What every use case needs, put together once."""

from dataclasses import dataclass, field
from datetime import datetime

from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.ledger import messages, steps
from services.isds_simulator.ledger.connection import Ledger
from services.isds_simulator.seal.authority import Authority, open_authority
from services.isds_simulator.service.clock import read_clock
from services.isds_simulator.service.load import Load
from services.isds_simulator.service.progress import let_time_pass
from services.isds_simulator.service.scenario import do_step


@dataclass(frozen=True)
class Office:
    """The simulator without its interfaces."""

    settings: SimulatorSettings
    ledger: Ledger
    authority: Authority
    load: Load = field(default_factory=Load)

    def now(self) -> datetime:
        """Return the simulator's time and first do everything that is due by then."""
        while True:
            with self.ledger.reading() as connection:
                now = read_clock(connection).now
                is_due = messages.is_anything_due(connection, now)
                has_step = steps.next_step(connection, now) is not None
            if not (is_due or has_step):
                return now
            self._catch_up(now)

    def _catch_up(self, now: datetime) -> None:
        """Let time pass up to the next step of the scenario, and do that step."""
        with self.ledger.writing() as connection:
            step = steps.next_step(connection, now)
            let_time_pass(connection, now if step is None else step.at, self.settings)
            if step is not None:
                outcome = do_step(connection, step, self.settings, self.authority)
                steps.finish_step(connection, step.id, outcome)


def open_office(settings: SimulatorSettings) -> Office:
    """Open the ledger and the keys in the data folder; make them there first if need be."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Office(
        settings,
        Ledger(settings.data_dir / "ledger.sqlite3"),
        open_authority(settings.data_dir / "pki", seal_key_bits=settings.seal_key_bits),
    )
