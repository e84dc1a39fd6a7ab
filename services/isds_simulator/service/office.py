"""What every use case needs, put together once."""

from dataclasses import dataclass
from datetime import datetime

from services.isds_simulator.config import SimulatorSettings
from services.isds_simulator.ledger import messages
from services.isds_simulator.ledger.connection import Ledger
from services.isds_simulator.seal.authority import Authority, open_authority
from services.isds_simulator.service.clock import read_clock
from services.isds_simulator.service.progress import let_time_pass


@dataclass(frozen=True)
class Office:
    """The simulator without its interfaces."""

    settings: SimulatorSettings
    ledger: Ledger
    authority: Authority

    def now(self) -> datetime:
        """Return the simulator's time and first do everything that is due by then."""
        with self.ledger.reading() as connection:
            now = read_clock(connection).now
            is_due = messages.is_anything_due(connection, now)
        if is_due:
            with self.ledger.writing() as connection:
                let_time_pass(connection, now, self.settings)
        return now


def open_office(settings: SimulatorSettings) -> Office:
    """Open the ledger and the keys in the data folder; make them there first if need be."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Office(
        settings,
        Ledger(settings.data_dir / "ledger.sqlite3"),
        open_authority(settings.data_dir / "pki", seal_key_bits=settings.seal_key_bits),
    )
