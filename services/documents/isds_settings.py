"""Settings of the data box (ISDS): who logs in, what it costs, how long to look."""

from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, model_validator

from services.documents.delivery.account import WITH_WHAT, Login
from services.documents.domain.deliveries import LookUpRules
from services.documents.domain.legal_delivery import DeliveryRules
from services.documents.domain.outages import Outage, Weekly
from services.documents.domain.seal_holders import Pin
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


class SealHolderSettings(BaseModel):
    """Somebody whose seal on a proof is believed; at least one part is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    organisation: str = ""
    identifier: str = ""
    name: str = ""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not (self.organisation.strip() or self.identifier.strip() or self.name.strip()):
            raise ValueError("organisation, identifier or name: at least one must be given")
        return self

    @property
    def pin(self) -> Pin:
        """The same for the rules."""
        return Pin(self.organisation, self.identifier, self.name)


ADMINISTRATOR = (
    SealHolderSettings(organisation="Digitální a informační agentura"),
    SealHolderSettings(identifier="NTRCZ-17651921"),
)
"""The administrator of ISDS, as its certificates name it; that of the seal itself is to be
confirmed on the public test system."""


class IsdsSettings(StoreSettings):
    """How documents reaches the data box."""

    isds_domain: str = ""
    """Domain of ISDS, such as ``datovka.gov.cz`` or, for trials, ``datovka-test.gov.cz``; its hosts
    follow from ``isds_login``. Empty, and ``isds_url`` too: nothing is sent by data box."""
    isds_login: Login = "certificate"
    """How the account logs in: a system certificate of the box (``certificate``), a certificate
    with a name and a password, a certificate of a hosted service, or a name and a password. What
    the way goes without must not be set."""
    isds_url: str = ""
    """Address up to ``/DS`` instead of a domain, for an ISDS that is reached in another way;
    ``isds_login`` says what is shown there."""
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
    isds_credit_unit: Literal["haler", "crown"] = "haler"
    """In what ISDS tells the credit of a box; to be confirmed on the public test system."""
    authority_delivered: Literal["put_in", "login"] = "put_in"
    """When an authority has a message: once it is put into its box (event EV5), or as everybody
    else, by login or by fiction."""
    paid_fiction_shift: bool = True
    """Whether the tenth day gives way to a working day for paid messages too."""
    isds_trusted: Path | None = None
    """PEM file of certificates by which the server is known; empty means the usual ones."""
    isds_seal_roots: Path | None = None
    """PEM file of the authorities above the seals of proofs."""
    isds_seal_holders: list[SealHolderSettings] = Field(default=list(ADMINISTRATOR), min_length=1)
    """Who seals the proofs, as JSON: ``[{"organisation": ..., "identifier": ..., "name": ...}]``;
    a seal must be equal to one of them in each part that it names. Under the same authorities
    there are certificates of persons and of web servers, whose seal proves nothing."""
    quiet_seconds: int = Field(default=180, ge=0, le=3600)
    """Rest after an unclear sending before the first look for the message."""
    second_look_seconds: int = Field(default=900, ge=0, le=7200)
    look_up_seconds: int = Field(default=1800, ge=1, le=86_400)
    """Only a look made after this says that the message was never created."""
    lookup_hours: int = Field(default=24, ge=3, le=168)
    """How long an answer of the directory of data boxes counts before paper may be used on the
    strength of it. ISDS renews its index every three hours, so less would tell nothing new. A
    message by data box is never sent on an older answer: it asks each time."""
    isds_clock_seconds: int = Field(default=60, ge=1, le=86_400)
    """How far our clock and that of ISDS (the Date of its answers) may differ; beyond it nothing is
    sent until somebody sets ours."""
    outage_alarm_hours: int = Field(default=4, ge=0, le=720)
    """An outage that nobody announced and that lasts longer is on the first page of the office."""
    long_wait_hours: int = Field(default=24, ge=1, le=720)
    """What has waited longer to leave, or for its first proof, is on the first page of the office,
    even without a deadline."""
    poll_seconds: int | None = Field(default=None, ge=1, le=3600)
    """Pause between two questions about state changes; empty means a minute, in development 5 s."""
    changes_until_seconds: int | None = Field(default=None, ge=0, le=240)
    """So long before now the interval ends in which changes are asked for, because ISDS lists them
    late; empty means three minutes. 0, as in development, has no end."""

    @model_validator(mode="after")
    def _check_isds_login(self) -> Self:
        if self.isds_domain and self.isds_url:
            raise ValueError("isds_url: either an address or isds_domain")
        if not self.has_data_box:
            return self
        wanted = WITH_WHAT[self.isds_login]
        for part in ("certificate", "user", "password"):
            is_given = bool(getattr(self, f"isds_{part}"))
            if part in wanted and not is_given:
                raise ValueError(f"isds_{part}: this isds_login needs one")
            if part not in wanted and is_given:
                # It would go out beside the other, and name a second one who logs in.
                raise ValueError(
                    f"isds_{part}: isds_login is {self.isds_login}, which goes without one; "
                    "take it away, or name another isds_login"
                )
        return self

    @model_validator(mode="after")
    def _check_isds_addresses(self) -> Self:
        for name in ("isds_url", "isds_large_url"):
            is_safe = (getattr(self, name) or "https://").startswith("https://")
            if not is_safe and "certificate" in WITH_WHAT[self.isds_login]:
                raise ValueError(f"{name}: a certificate is shown over https only")
        return self

    @model_validator(mode="after")
    def _check_isds(self) -> Self:
        if self.is_development:
            return self
        for name in ("isds_url", "isds_large_url"):
            if not (getattr(self, name) or "https://").startswith("https://"):
                raise ValueError(f"{name}: production speaks to ISDS over https only")
        if self.has_data_box and self.isds_seal_roots is None:
            raise ValueError("isds_seal_roots: production must know whose seals to believe")
        return self

    @property
    def paid_price(self) -> Money | None:
        """Price of one paid data message; ``None`` while nobody has set it."""
        return None if self.isds_paid_price is None else Money.czk(self.isds_paid_price)

    @property
    def has_data_box(self) -> bool:
        """Whether the settings name a data box."""
        return bool(self.isds_domain or self.isds_url)

    @property
    def credit_in_hundredths(self) -> int:
        """How many haléře the unit of the credit is."""
        return {"haler": 1, "crown": 100}[self.isds_credit_unit]

    @property
    def delivery_rules(self) -> DeliveryRules:
        """On which day a message counts as delivered."""
        return DeliveryRules(
            authority_when_put_in=self.authority_delivered == "put_in",
            paid_fiction_shifts=self.paid_fiction_shift,
        )

    @property
    def isds_account(self) -> str:
        """What stands for the account with which the worker logs in; no secret is in it."""
        parts = self.isds_domain, self.isds_login, self.isds_url, self.isds_user
        text = "\n".join((*parts, str(self.isds_certificate or "")))
        return sha256(text.encode()).hexdigest()

    @property
    def seal_pins(self) -> tuple[Pin, ...]:
        """Whose seals are believed."""
        return tuple(one.pin for one in self.isds_seal_holders)

    @property
    def weekly_maintenance(self) -> Weekly | None:
        """The weekly window of ISDS itself; one that is reached in another way has none."""
        return Weekly() if self.isds_domain else None

    @property
    def lookup_holds(self) -> timedelta:
        """How long an answer of the directory counts."""
        return timedelta(hours=self.lookup_hours)

    @property
    def clock_tolerance(self) -> timedelta:
        """How far our clock may be from that of ISDS."""
        return timedelta(seconds=self.isds_clock_seconds)

    @property
    def poll_pause(self) -> timedelta:
        """Pause between two questions about state changes."""
        usual = 5 if self.is_development else 60
        return timedelta(seconds=self.poll_seconds or usual)

    def changes_until(self, now: datetime) -> datetime | None:
        """Return until when changes are asked for; ``None`` for up to the moment.

        Source:
            ISDS, manual of the services for messages, GetMessageStateChanges: the interval ends a
            few minutes before the present, and the next one overlaps it.
        """
        usual = 0 if self.is_development else 180
        seconds = usual if self.changes_until_seconds is None else self.changes_until_seconds
        return now - timedelta(seconds=seconds) if seconds else None

    @property
    def look_up_rules(self) -> LookUpRules:
        """How long a message of unknown fate is looked for."""
        return LookUpRules(
            quiet=timedelta(seconds=self.quiet_seconds),
            second_look=timedelta(seconds=self.second_look_seconds),
            window=timedelta(seconds=self.look_up_seconds),
        )
