"""Settings: read once at start, checked as a whole, refused with words that say what to do."""

import os
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import ClassVar, Literal, Self, TypeVar

from pydantic import Field, SecretStr, ValidationError, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
)

from shared.development import development_authority

PREFIX = "VYZVA_"
ALIKE = 0.75
"""From this likeness on (0 to 1) an unknown variable is taken for a misspelt one."""
SERVICES = ("registry", "evaluation", "documents")

S = TypeVar("S", bound="Settings")


class SettingsError(Exception):
    """The settings cannot be used; the text names each variable and what is wrong with it."""


class Settings(BaseSettings):
    """What every service needs. ``VYZVA_REGISTRY_X`` wins over ``VYZVA_X`` for registry."""

    model_config = SettingsConfigDict(
        extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )
    service: ClassVar[str] = ""

    mode: Literal["development", "trial", "production"] = "development"
    """Development allows the demonstration clock, the development PKI and the simulator; trial is
    as strict as production but for the certificates: its documents have no legal effect."""
    var: Path = Path("var")
    """Folder of everything that the installation writes."""
    database_url: str = ""
    """SQLAlchemy address; empty means an SQLite file under ``var``."""
    owner_database_url: str = ""
    """The same database with the role that owns the tables (PostgreSQL); only ``migrate`` uses
    it. Empty means that one role does everything."""
    database_wait_seconds: float = Field(default=20, gt=0, le=120)
    """So long a request or a worker waits for what another one holds in the database; then it is
    told to come again."""
    secret_key: SecretStr = SecretStr("")
    """Signs form tokens; at least 32 characters. Made and kept under ``var`` in development."""
    keys: Path | None = None
    """Folder of the services' Ed25519 keys; empty means ``var/keys``."""
    public_url: str = ""
    """Address under which people reach the product (no slash at the end); empty means this
    machine and ``port``, which only development allows."""
    registry_url: str = ""
    """Internal address of registry for the other services; empty means ``public_url``."""
    documents_url: str = ""
    """Internal address of documents for the other services; empty means ``public_url``."""
    evaluation_url: str = ""
    """Internal address of evaluation (used by the demonstration); empty means ``public_url``."""
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    threads: int = Field(default=8, ge=1, le=64)
    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many reverse proxies stand in front; what anybody else forwards is not believed."""
    worker_interval: float = Field(default=0.3, gt=0, le=60)
    """Seconds between two looks of a worker at an empty queue."""
    evidence_folder: Path | None = None
    """Folder of the copies of evidence checkpoints, best on another disk or machine than the
    database; empty means ``var/evidence``."""
    evidence_minutes: int = Field(default=15, ge=1, le=1440)
    """A new entry of the evidence log is covered by a signed checkpoint after so long, or"""
    evidence_entries: int = Field(default=1000, ge=1, le=100_000)
    """after so many entries."""
    evidence_anchor_hours: int = Field(default=4, ge=1, le=720)
    """A checkpoint gets a time stamp when the last stamped one is so old and something happened
    since; whoever asks for an evidence bundle has it stamped at once."""
    evidence_check_hours: int = Field(default=24, ge=1, le=720)
    """Pause between two whole verifications of the evidence log by the worker."""
    evidence_authorities: Path | None = None
    """PEM file of the authorities, present and former, whose time stamps over the evidence log are
    believed; empty means those in the settings of documents, which only documents knows."""
    max_upload_mb: int = Field(default=20, ge=1, le=100)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order: arguments, the service's own variables, common variables, secret files."""
        own = EnvSettingsSource(settings_cls, env_prefix=f"{PREFIX}{cls.service.upper()}_")
        common = EnvSettingsSource(settings_cls, env_prefix=PREFIX)
        sources: list[PydanticBaseSettingsSource] = [init_settings, own, common]
        folder = os.environ.get(f"{PREFIX}SECRETS_DIR")
        if folder:
            sources.append(SecretsSettingsSource(settings_cls, secrets_dir=folder))
        return tuple(sources)

    @model_validator(mode="after")
    def _find_public_url(self) -> Self:
        if not self.public_url and self.is_development:
            self.public_url = f"http://127.0.0.1:{self.port}"
        return self

    @model_validator(mode="after")
    def _check_production(self) -> Self:
        self.read_files()
        lacking = [] if self.is_development else self.lacking()
        if lacking:
            raise ValueError("\n  ".join(lacking))
        return self

    def read_files(self) -> None:
        """Read what a service keeps in files of its own, before anybody looks what is lacking.

        Raises:
            ValueError: a file cannot be read; the text names its variable.
        """

    def lacking(self) -> list[str]:
        """Return what a real installation lacks, one sentence each; a service adds its own."""
        found = []
        if len(self.secret_key.get_secret_value()) < 32:
            found.append(f"{PREFIX}SECRET_KEY: {self.mode} needs at least 32 characters")
        if not self.database_url:
            found.append(f"{PREFIX}DATABASE_URL: {self.mode} needs an explicit database")
        if self.keys is None:
            found.append(f"{PREFIX}KEYS: {self.mode} needs the folder of the services' keys")
        if not self.public_url.startswith("https://"):
            found.append(f"{PREFIX}PUBLIC_URL: {self.mode} needs an address with https://")
        return found

    @property
    def is_development(self) -> bool:
        """Whether what must never happen with real applications is allowed."""
        return self.mode == "development"

    @property
    def database(self) -> str:
        """Address of the service's database; an SQLite file by its absolute path.

        Flask-SQLAlchemy and Alembic would look for a relative one in different folders.
        """
        path = self.database_url.removeprefix("sqlite:///")
        if not self.database_url:
            return f"sqlite:///{self.var.resolve() / self.service}.sqlite"
        if path == self.database_url or path.startswith(("/", ":memory:")) or not path:
            return self.database_url
        return f"sqlite:///{Path(path).resolve()}"

    @property
    def keys_folder(self) -> Path:
        """Folder of the services' Ed25519 keys."""
        return self.keys or self.var / "keys"

    @property
    def copies_folder(self) -> Path:
        """Folder of the copies of evidence checkpoints."""
        return self.evidence_folder or self.var / "evidence"

    @property
    def authority_files(self) -> list[Path]:
        """PEM files of the authorities that are believed for time stamps over the evidence."""
        return [self.evidence_authorities] if self.evidence_authorities is not None else []

    @property
    def own_authorities(self) -> Path | None:
        """File with the authority that the installation makes for itself, in development only."""
        return development_authority(self.var) if self.is_development else None

    def url_of(self, service: str) -> str:
        """Return the internal base address of *service*, its path prefix included."""
        base = getattr(self, f"{service}_url") or self.public_url
        return f"{base.rstrip('/')}/{service}"


def load(kind: type[S], **given: object) -> S:
    """Read and check the settings of one service.

    Raises:
        SettingsError: a value is missing, unknown or wrong; the text lists all of them.
    """
    _refuse_unknown(kind)
    try:
        return kind(**given)  # type: ignore[arg-type]  # pydantic checks each value itself
    except ValidationError as error:
        lines = [_line(kind, item["loc"], item["msg"]) for item in error.errors()]
        # The cause is left out: it may hold a secret that was refused.
        raise SettingsError("\n".join(lines)) from None


def load_or_exit(kind: type[S], **given: object) -> S:
    """Like :func:`load`, but end the process with status 2 and the list of errors."""
    try:
        return load(kind, **given)
    except SettingsError as error:
        sys.stderr.write(f"The settings of {kind.service} cannot be used:\n{error}\n")
        raise SystemExit(2) from error


def _line(kind: type[Settings], place: tuple[int | str, ...], message: str) -> str:
    if not place:
        return f"  {message.removeprefix('Value error, ')}"
    return f"  {PREFIX}{str(place[0]).upper()} (or {PREFIX}{kind.service.upper()}_...): {message}"


def _refuse_unknown(kind: type[Settings]) -> None:
    """A misspelt variable must not be ignored in silence: a deadline may hang on it.

    Each variable with the service's own prefix is judged. A common one may belong to a service
    that this process does not hold; it is refused when it looks like a slip of the pen.
    """
    own = f"{PREFIX}{kind.service.upper()}_"
    unknown = [
        name
        for name in os.environ
        if name.upper().startswith(own)
        and name[len(own) :].lower() not in kind.model_fields
        # VYZVA_REGISTRY_URL is the common setting registry_url, for registry too.
        and name[len(PREFIX) :].lower() not in kind.model_fields
    ]
    unknown += [name for name in os.environ if _is_misspelt(name, kind)]
    if unknown:
        raise SettingsError("\n".join(f"  {name}: no such setting" for name in sorted(unknown)))


def _is_misspelt(name: str, kind: type[Settings]) -> bool:
    """Tell whether a common variable differs by a slip from a setting that exists."""
    plain = name.upper().removeprefix(PREFIX).lower()
    if plain == name.lower() or plain in (*kind.model_fields, "secrets_dir"):
        return False
    if plain.startswith(tuple(f"{service}_" for service in SERVICES)):
        return False
    return bool(get_close_matches(plain, kind.model_fields, n=1, cutoff=ALIKE))
