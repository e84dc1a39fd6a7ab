"""Settings of the simulator. Every one has a default that suits a laptop."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

MiB = 1024 * 1024


class UnknownSetting(Exception):
    """There is no setting of that name, or the text is no value of it."""


@dataclass(frozen=True)
class SimulatorSettings:
    """How one simulator behaves. What may change while it runs lives in its ledger."""

    data_dir: Path
    """Where the ledger, the certificates and the keys are kept; made when missing."""
    seed_file: Path | None = None
    """JSON or CSV file of boxes to enter at start; boxes that are known stay as they are."""
    scenario_file: Path | None = None
    """JSON file of steps to be done as the clock passes; read once by an empty ledger."""
    stamp_delay: timedelta = timedelta(0)
    """How long a message stays in state 1."""
    antivirus_delay: timedelta = timedelta(0)
    """How long a message stays in state 2."""
    list_shows_unfinished: bool = False
    """Whether the list of sent messages shows states 1 and 2; the real answer is not known."""
    undeliverable_downloadable: bool = True
    """Whether the sender may download a message in state 8; the real answer is not known."""
    paid_message_price: int = 1000
    """Price of a paid message (PDZ) in haléře; not confirmed."""
    initiating_message_price: int = 2000
    """Price of a paid message with a prepaid answer in haléře; not confirmed."""
    big_message_price: int = 1000
    """Price of a paid big message (VoDZ) in haléře; not confirmed."""
    big_message_limit: int = 100 * MiB
    """Largest sum of raw files of a big message."""
    upload_quota: int = 1024 * MiB
    """How much one box may have uploaded at a time; the real quota is not known."""
    upload_life: timedelta = timedelta(hours=24)
    """How long an uploaded file waits for its message."""
    seal_key_bits: int = 2048
    """Size of the RSA key of the seal; the real one has 4096 bits and is slower."""
    seal_pss: bool = True
    """Whether seals are RSA-PSS, as since December 2024; otherwise PKCS #1 v1.5."""
    constructed_content: bool = False
    """Whether ZFO content is cut into a constructed octet string, as many real ones are."""
    stamp_validity: timedelta = timedelta(days=5 * 365)
    """For how long a time stamp of a document holds; not confirmed."""
    archive_lead: timedelta = timedelta(days=183)
    """How long before the end of the stamp ArchiveISDSDocument is accepted."""
    archive_parallel: int = 20
    """How many ArchiveISDSDocument may run at once, and how many of one box."""
    archive_parallel_per_box: int = 2
    parallel_limit: int = 50
    """How many watched requests of one box may run at once; more get 3008."""
    unstamped_retry_delay: timedelta = timedelta(seconds=50)
    """How long a third try for an unstamped document is held back before it gets 3005."""
    login_attempts: int = 5
    """After so many wrong passwords in a row the login is blocked."""
    login_block: timedelta = timedelta(minutes=60)
    """For how long a login is blocked."""
    password_delay: timedelta = timedelta(seconds=15)
    """After what time a changed password is in force."""
    password_validity: timedelta | None = None
    """How long a changed password holds; ``None`` for ever."""
    session_idle: timedelta = timedelta(minutes=30)
    """After what time a cookie of a one-time sign-in is worth nothing."""
    forbidden_status: int = 403
    """HTTP status for a missing or unknown client certificate; not confirmed."""
    soap_12_content_type: str = "application/soap+xml; charset=utf-8"
    """Content type of answers to SOAP 1.2; not confirmed."""
    codes: Mapping[str, str] = field(default_factory=dict)
    """Other status codes in the place of guessed ones, for example ``{"1210": "1204"}``."""
    constants: Mapping[str, str] = field(
        default_factory=lambda: {"PDZ_CENA": "1000", "VODZ_MAX_MB": "100", "DZ_MAX_MB": "20"}
    )
    """What GetConstants tells; the real names are not known."""
    ws2_port: int | None = None
    """Port that plays the hosts ws2 and ws2c; ``None`` lets every port play every host."""
    largest_request: int = 192 * MiB
    """Requests above this many bytes are cut off with 413."""
    control_token: str | None = None
    """Bearer token that the control interface asks for; ``None`` leaves it open."""
    record_calls: bool = True
    """Whether each SOAP call leaves a row in the ledger."""
    most_calls: int = 20_000
    """How many calls the log keeps; counts by outcome are kept for all."""


def parsed(assignment: str) -> tuple[str, Any]:
    """Read ``NAME=VALUE`` from the command line.

    Args:
        assignment: Name of a setting and its value: a number, ``yes``/``no``, seconds of a
            duration, or a text; ``OLD:NEW`` pairs joined by commas for the mappings.

    Returns:
        The name and the value in its type.

    Raises:
        UnknownSetting: There is no such setting, or the value has another type.
    """
    name, _, text = assignment.partition("=")
    kinds = {item.name: str(item.type) for item in fields(SimulatorSettings)}
    kind = kinds.get(name)
    if kind is None:
        raise UnknownSetting(name)
    try:
        return name, _value(kind, text)
    except (ValueError, KeyError):
        raise UnknownSetting(f"{name}: {text!r} is no {kind}") from None


def _value(kind: str, text: str) -> Any:
    if "timedelta" in kind:
        return timedelta(seconds=float(text))
    if "bool" in kind:
        return {"yes": True, "no": False}[text]
    if "int" in kind:
        return int(text)
    if "Mapping" in kind:
        return dict(pair.split(":", 1) for pair in text.split(","))
    return Path(text) if "Path" in kind else text
