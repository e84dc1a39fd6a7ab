"""Settings of the data box (ISDS): who logs in, what it costs, how long to look."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, model_validator

from services.documents.delivery.account import Login
from services.documents.domain.deliveries import LookUpRules
from services.documents.domain.outages import Outage, Weekly
from services.documents.store_settings import StoreSettings
from shared.money import Money


class OutageSettings(BaseModel):
    """An announced outage of ISDS; both ends with a zone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    begins: AwareDatetime
    ends: AwareDatetime

    @model_validator(mode="after")
    def _check(self) -> Self:
        self.outage  # noqa: B018  # says what is wrong with the two
        return self

    @property
    def outage(self) -> Outage:
        """The same for the rules."""
        return Outage(self.begins, self.ends)


class IsdsSettings(StoreSettings):
    """How documents reaches the data box."""

    isds_domain: str = ""
    """Domain of ISDS, such as ``datovka.gov.cz`` or, for trials, ``datovka-test.gov.cz``; its hosts
    follow from ``isds_login``. Empty, and ``isds_url`` too: nothing is sent by data box."""
    isds_login: Login = "certificate"
    """How the account logs in: a system certificate of the box (``certificate``), a certificate
    with a name and a password, a certificate of a hosted service, or a name and a password."""
    isds_url: str = ""
    """Address up to ``/DS`` instead of a domain, for an ISDS that is reached in another way."""
    isds_large_url: str = ""
    """The same for large messages and the archive; empty means ``isds_url``."""
    isds_outages: list[OutageSettings] = Field(default_factory=list)
    """Announced outages of ISDS, as JSON: ``[{"begins": "2026-12-31T16:00+01:00", "ends": ...}]``.
    Nothing is asked while one lasts; what waits goes on by itself afterwards."""
    isds_organisation: UUID | None = None
    """Whose data box the account opens; letters of other organisations of the installation never
    leave from it. Empty is enough while there is only one organisation."""
    isds_user: str = ""
    """Login name; for a hosted service the identifier of the box."""
    isds_password: SecretStr = SecretStr("")
    isds_certificate: Path | None = None
    """PEM file with the system certificate and its key (preferred to a password)."""
    isds_paid_price: Decimal | None = Field(default=None, ge=0, le=10_000, decimal_places=2)
    """Price of one paid data message (PDZ) in crowns, by the contract or the price list; empty
    means that it is not known, and messages that would be paid wait."""
    isds_trusted: Path | None = None
    """PEM file of certificates by which the server is known; empty means the usual ones."""
    isds_seal_roots: Path | None = None
    """PEM file of the authorities above the seals of proofs."""
    quiet_seconds: int = Field(default=180, ge=0, le=3600)
    """Rest after an unclear sending before the first look for the message."""
    second_look_seconds: int = Field(default=900, ge=0, le=7200)
    look_up_seconds: int = Field(default=1800, ge=1, le=86_400)
    """Only a look made after this says that the message was never created."""
    poll_seconds: int = Field(default=5, ge=1, le=3600)
    """Pause between two questions about state changes."""

    @model_validator(mode="after")
    def _check_isds_login(self) -> Self:
        if self.isds_domain and self.isds_url:
            raise ValueError("isds_url: either an address or isds_domain")
        if self.isds_domain and self.isds_login != "password" and self.isds_certificate is None:
            raise ValueError("isds_certificate: this isds_login needs one")
        if self.isds_domain and self.isds_login != "certificate" and not self.isds_user:
            raise ValueError("isds_user: this isds_login needs one")
        return self

    @model_validator(mode="after")
    def _check_isds(self) -> Self:
        if self.is_development:
            return self
        for name in ("isds_url", "isds_large_url"):
            if not (getattr(self, name) or "https://").startswith("https://"):
                raise ValueError(f"{name}: production speaks to ISDS over https only")
        if (self.isds_url or self.isds_domain) and self.isds_seal_roots is None:
            raise ValueError("isds_seal_roots: production must know whose seals to believe")
        return self

    @property
    def paid_price(self) -> Money | None:
        """Price of one paid data message; ``None`` while nobody has set it."""
        return None if self.isds_paid_price is None else Money.czk(self.isds_paid_price)

    @property
    def weekly_maintenance(self) -> Weekly | None:
        """The weekly window of ISDS itself; one that is reached in another way has none."""
        return Weekly() if self.isds_domain else None

    @property
    def look_up_rules(self) -> LookUpRules:
        """How long a message of unknown fate is looked for."""
        return LookUpRules(
            quiet=timedelta(seconds=self.quiet_seconds),
            second_look=timedelta(seconds=self.second_look_seconds),
            window=timedelta(seconds=self.look_up_seconds),
        )
