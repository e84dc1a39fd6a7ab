"""Settings of the simulator. Every one has a default that suits a laptop."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path


@dataclass(frozen=True)
class SimulatorSettings:
    """How one simulator behaves. What may change while it runs lives in its ledger."""

    data_dir: Path
    """Where the ledger, the certificates and the keys are kept; made when missing."""
    seed_file: Path | None = None
    """JSON file of boxes to enter at start; boxes that are known already stay as they are."""
    stamp_delay: timedelta = timedelta(0)
    """How long a message stays in state 1."""
    antivirus_delay: timedelta = timedelta(0)
    """How long a message stays in state 2."""
    list_shows_unfinished: bool = False
    """Whether the list of sent messages shows states 1 and 2; the real answer is not known."""
    paid_message_price: int = 1000
    """Price of a paid message (PDZ) in haléře."""
    seal_key_bits: int = 2048
    """Size of the RSA key of the seal; the real one has 4096 bits and is slower."""
    constructed_content: bool = False
    """Whether ZFO content is cut into a constructed octet string, as many real ones are."""
    login_attempts: int = 5
    """After so many wrong passwords in a row the login is blocked."""
    login_block: timedelta = timedelta(minutes=60)
    """For how long a login is blocked."""
    largest_request: int = 96 * 1024 * 1024
    """Requests above this many bytes are cut off with 413."""
    control_token: str | None = None
    """Bearer token that the control interface asks for; ``None`` leaves it open."""
    record_calls: bool = True
    """Whether each SOAP call leaves a row in the ledger."""
