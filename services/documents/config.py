"""Settings of documents."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, model_validator

from services.documents.domain.algorithms import AlgorithmPolicy
from services.documents.domain.pace import Pace
from services.documents.domain.paper import PostRules
from services.documents.isds_settings import IsdsSettings
from services.documents.risk_settings import RiskSettings
from shared.config import PREFIX
from shared.development import development_authority

NAME = f"{PREFIX}DOCUMENTS"


class TokenSettings(BaseModel):
    """A token or HSM."""

    module: Path
    """The maker's library of PKCS#11."""
    label: str = Field(min_length=1, max_length=32)
    """Label of the token."""


class RemoteSettings(BaseModel):
    """A remote signing service (API of the Cloud Signature Consortium)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=60)
    url: str
    """Address up to its version, such as ``https://example.org/csc/v1``."""
    version: Literal["v1", "v2"] = "v1"
    client: str = ""
    """Identifier of this installation (OAuth2); without it ``secret`` is a bearer token itself."""
    token_url: str = ""
    """Where ``client`` and ``secret`` are exchanged for a bearer token; on a host of the list."""
    secret: SecretStr = SecretStr("")
    secret_file: Path | None = None
    """File with nothing but the token or the client's secret."""
    trusted: Path | None = None
    """PEM file of certificates by which the server is known; empty means the usual ones."""
    seconds: float = Field(default=30, gt=0, le=300)
    """Longest time of one answer; with ``implicit`` keys the owner confirms meanwhile."""

    @model_validator(mode="after")
    def _check_login(self) -> Self:
        if self.client and not self.token_url:
            raise ValueError("a remote service with client needs token_url")
        return self

    def read_secret(self) -> str:
        """Return the token or the client's secret.

        Raises:
            OSError: the file cannot be read.
        """
        return _secret(self.secret, self.secret_file)


def _secret(given: SecretStr, file: Path | None) -> str:
    """Return a secret, from its file if there is one; a last line break is no part of it."""
    if file is None:
        return given.get_secret_value()
    return file.read_text("utf-8").removesuffix("\n").removesuffix("\r")


class SealSettings(BaseModel):
    """One key with which an organisation seals, with its certificate."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    way: Literal["pkcs12", "token", "remote"]
    """A PKCS#12 file, a key on one of ``tokens`` (a token or an HSM), or one of ``remotes``."""
    organisation: UUID | None = None
    """Whose seal it is; empty is enough while the installation has one organisation."""
    since: date | None = None
    """First day (Prague) on which it seals; until then the next one of the list does."""
    retired: date | None = None
    """First day (Prague) on which it seals no more, because another one took its place. From then
    its key and its password are not needed; the authorities above it stay believed."""
    trusted: Path
    """PEM file of the authorities above its certificate, roots included."""
    file: Path | None = None
    """The PKCS#12 file."""
    token: str = ""
    """Label of the token."""
    remote: str = ""
    """Name of the remote service."""
    key: str = ""
    """Label of key and certificate on the token, or the identifier of the credential."""
    secret: SecretStr = SecretStr("")
    """Password of the file, or PIN of the token; better in a file of its own:"""
    secret_file: Path | None = None
    """File with nothing but that password or PIN."""

    @model_validator(mode="after")
    def _check_way(self) -> Self:
        if self.way == "pkcs12" and self.file is None:
            raise ValueError("a seal in a PKCS#12 file needs file")
        if self.way == "token" and not (self.token and self.key):
            raise ValueError("a seal on a token needs token and key (their labels)")
        if self.way == "remote" and not (self.remote and self.key):
            raise ValueError("a seal of a remote service needs remote and key (the credential)")
        return self

    def is_retired(self, today: date) -> bool:
        """Tell whether another seal has taken its place."""
        return self.retired is not None and self.retired <= today

    def read_secret(self) -> str:
        """Return the password or PIN, from its file if there is one; a last line break is no part.

        Raises:
            OSError: the file cannot be read.
        """
        return _secret(self.secret, self.secret_file)


SEALS = TypeAdapter(list[SealSettings])
"""How a list of seals is read, from a variable or a file."""


class StampSettings(BaseModel):
    """One time stamp authority."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1, max_length=60)
    url: str
    trusted: Path
    """PEM file with the roots above its tokens, and authorities between that tokens lack."""
    policy: str | None = None
    """Dotted identifier of the policy that its tokens must name; empty means any."""
    user: str = ""
    password: SecretStr = SecretStr("")
    most: int | None = Field(default=None, ge=1)
    """Requests that it allows in ``minutes``; empty means no limit."""
    minutes: int = Field(default=20, ge=1)
    seconds: float = Field(default=15, gt=0, le=120)
    """Longest time of one answer."""


class DocumentsSettings(IsdsSettings, RiskSettings):
    """What documents needs beyond the common settings."""

    service: ClassVar[str] = "documents"

    seals: list[SealSettings] = Field(default_factory=list)
    """Keys with which organisations seal, as JSON, the preferred ones first; none means the
    development PKI, which production refuses."""
    seals_file: Path | None = None
    """File with that list, in place of ``seals``: the command ``seals rotate`` changes it."""
    time_stamps: list[StampSettings] = Field(default_factory=list)
    """Time stamp authorities in the order in which they are asked, as JSON; none means the one of
    the development PKI, which production refuses."""
    stamp_apart_seconds: int = Field(default=60, ge=1, le=3600)
    """How far the clock of an authority may be from ours."""
    revocation_hosts: list[str] = Field(default_factory=list)
    """Hosts, as JSON, from which lists of revoked certificates may be fetched, each as ``name``
    or ``name:port``; addresses stand in certificates, so nobody else is asked."""
    revocation_unreachable: Literal["refuse", "continue"] | None = None
    """What becomes of a signature while nobody tells whether its certificate is revoked; empty
    means ``refuse``, in development ``continue``. What is revoked, stale or forged is refused."""
    revocation_minutes: int = Field(default=10, ge=0, le=1440)
    """So long an answer about revocation serves further signatures."""
    level_wait_minutes: int = Field(default=60, ge=0, le=10_080)
    """Rest between the seal and the validation data: a revocation right after signing counts."""
    dispatch_level: Literal["B-T", "B-LT", "B-LTA"] = "B-T"
    """A document is not sent before it reached this level."""
    algorithm_ends: dict[str, date] = Field(default_factory=dict)
    """Last day of an algorithm, as JSON: ``{"sha256": "2035-12-31", "rsa-2048": "2028-12-31"}``.
    A missing name has no end; the operator follows the recommendations (ETSI TS 119 312)."""
    renewal_days: int = Field(default=180, ge=1, le=1825)
    """So long before its certificate or algorithm ends a time stamp is renewed."""
    new_key_wait_hours: int | None = Field(default=None, ge=0, le=720)
    """How long a key made in place of another one waits before it signs, unless the director
    confirms it; empty means 24, in development 0."""

    profile: Literal["3a", "2a"] = "3a"
    """Level of PDF/A of new documents, with PDF/UA-1 always: ``3a`` carries the facts as an
    attachment, ``2a`` has none and the facts lie beside the file."""
    archive_hour: int = Field(default=2, ge=0, le=23)
    """Hour in Prague at which new files come under one time stamp (evidence records)."""
    archive_algorithm: Literal["sha256", "sha384", "sha512"] = "sha256"
    """Hash algorithm of evidence records as long as it does not end (``algorithm_ends``); a change
    brings every kept file under the new one."""
    archive_renewal_days: int = Field(default=60, ge=1, le=3650)
    """How long before its end a time stamp over files is covered by another one."""
    accepted_authorities: Path | None = None
    """PEM file of the authorities under whose certificates people may sign with own keys."""
    former_authorities: Path | None = None
    """PEM file of authorities above seals and signatures of earlier years: still believed when
    documents are verified, but nobody signs under them any more."""
    tokens: list[TokenSettings] = Field(default_factory=list)
    """Tokens and HSMs with people's keys (PKCS#11), as JSON."""
    remotes: list[RemoteSettings] = Field(default_factory=list)
    """Remote signing services for people and seals, as JSON."""
    trust_list_signers: Path | None = None
    """PEM file of the certificates that sign the trust lists which may be imported."""
    weakest_rsa: int = Field(default=2048, ge=2048, le=8192)
    """Shortest RSA key of people, in bits."""

    verifications: int = Field(default=30, ge=1, le=100_000)
    """Files of one network address that are verified for strangers in a period."""
    verification_minutes: int = Field(default=10, ge=1, le=1440)
    signing_minutes: int = Field(default=60, ge=1, le=480)
    """How long a person's key is held at most while one act signs many documents."""
    posting_slip: Literal["required", "optional"] = "required"
    """Whether posting counts only with a scan of the posting slip."""
    postal_days: int = Field(default=3, ge=1, le=30)
    """Working days after which a posted item is presumed to have arrived (s. 573)."""
    advice_of_receipt: bool = False
    """Items go with an advice of receipt: delivered on its day, not on a presumed one."""
    tracking_numbers: Literal["s10", "any"] = "s10"
    """How the post numbers items: ``s10`` with a check digit and CZ, ``any`` takes them as they
    come (for another carrier, or if the post numbers otherwise)."""

    def read_files(self) -> None:
        """Read the seals from their file, if there is one."""
        if self.seals_file is not None:
            self.seals = _seals_in(self.seals_file, self.seals)

    def lacking(self) -> list[str]:
        """Return what a real installation lacks, one sentence each."""
        found = super().lacking()
        if self.mode == "production":
            found += _lacking_keys(self)
        return found

    @property
    def authority_files(self) -> list[Path]:
        """Also the authorities above its own time stamps."""
        return [*super().authority_files, *(one.trusted for one in self.time_stamps)]

    @property
    def own_authorities(self) -> Path | None:
        """File with the root of the development PKI, where there is one."""
        return development_authority(self.var) if self.has_development_pki else None

    @property
    def has_development_pki(self) -> bool:
        """Whether certificates without legal effect are made here, and documents say so."""
        return self.mode != "production"

    @property
    def new_key_wait(self) -> timedelta:
        """How long a key made in place of another one waits."""
        usual = 0 if self.is_development else 24
        hours = self.new_key_wait_hours
        return timedelta(hours=usual if hours is None else hours)

    @property
    def goes_on_unsure(self) -> bool:
        """Whether people sign while nobody tells whether the certificate is revoked."""
        usual = "continue" if self.is_development else "refuse"
        return (self.revocation_unreachable or usual) == "continue"

    @property
    def archive_renewal(self) -> timedelta:
        """How long before its end a time stamp over files is covered by another one."""
        return timedelta(days=self.archive_renewal_days)

    @property
    def level_wait(self) -> timedelta:
        """Rest between the seal and the next level."""
        return timedelta(minutes=self.level_wait_minutes)

    @property
    def algorithm_policy(self) -> AlgorithmPolicy:
        """Until when algorithms prove anything."""
        return AlgorithmPolicy(self.algorithm_ends, margin=timedelta(days=self.renewal_days))

    @property
    def verification_pace(self) -> Pace:
        """How many files of one network address are verified."""
        return Pace(self.verifications, timedelta(minutes=self.verification_minutes))

    @property
    def post_rules(self) -> PostRules:
        """What posting must be proved with."""
        needs_slip = self.posting_slip == "required"
        return PostRules(
            needs_slip,
            self.advice_of_receipt,
            presumed_after=self.postal_days,
            numbering=self.tracking_numbers,
        )


def _seals_in(file: Path, given: list[SealSettings]) -> list[SealSettings]:
    if given:
        raise ValueError(f"{NAME}_SEALS and {NAME}_SEALS_FILE: only one may name the seals")
    try:
        return SEALS.validate_json(file.read_bytes())
    except OSError as error:
        raise ValueError(f"{NAME}_SEALS_FILE: {file} ({type(error).__name__})") from error


def _lacking_keys(settings: DocumentsSettings) -> Iterator[str]:
    """Give what production lacks of seals, time stamps and answers about revocation."""
    yield from _lacking_altogether(settings)
    for name in ("accepted_authorities", "former_authorities", "trust_list_signers"):
        file = getattr(settings, name)
        if file is not None and not file.is_file():
            yield f"{NAME}_{name.upper()}: there is no file {file}"
    for number, seal in enumerate(settings.seals, 1):
        yield from _lacking_of_seal(seal, f"{NAME}_SEALS, seal {number}", settings)
    for remote in settings.remotes:
        yield from _lacking_of_remote(remote, f"{NAME}_REMOTES, {remote.name}")
    for one in settings.time_stamps:
        yield from _lacking_of_stamps(one, f"{NAME}_TIME_STAMPS, {one.name}")


def _lacking_altogether(settings: DocumentsSettings) -> Iterator[str]:
    if not settings.seals:
        yield f"{NAME}_SEALS: production needs the organisation's seal (PKCS#12 file or token)"
    if not settings.time_stamps:
        yield f"{NAME}_TIME_STAMPS: production needs at least one time stamp authority"
    if not settings.revocation_hosts:
        yield (
            f"{NAME}_REVOCATION_HOSTS: production needs the hosts that tell whether certificates "
            "are revoked (they stand in the certificates, as OCSP and CRL addresses)"
        )


def _lacking_of_remote(one: RemoteSettings, place: str) -> Iterator[str]:
    for url in filter(None, (one.url, one.token_url)):
        if not url.startswith("https://"):
            yield f"{place}: {url} is no address with https://"
    for file in (one.secret_file, one.trusted):
        if file is not None and not file.is_file():
            yield f"{place}: there is no file {file}"


def _lacking_of_seal(seal: SealSettings, place: str, settings: DocumentsSettings) -> Iterator[str]:
    if not seal.trusted.is_file():
        yield f"{place}: there is no file {seal.trusted}"
    if seal.retired is not None:
        return  # what it needs until that day is tried when it is opened
    for file in (seal.file, seal.secret_file):
        if file is not None and not file.is_file():
            yield f"{place}: there is no file {file}"
    if seal.way != "remote" and seal.secret_file is None and not seal.secret.get_secret_value():
        yield f"{place}: its password or PIN is missing (secret_file)"
    if seal.way == "token" and seal.token not in [one.label for one in settings.tokens]:
        yield f"{place}: {NAME}_TOKENS names no token with the label {seal.token}"
    if seal.way == "remote" and seal.remote not in [one.name for one in settings.remotes]:
        yield f"{place}: {NAME}_REMOTES names no service {seal.remote}"


def _lacking_of_stamps(one: StampSettings, place: str) -> Iterator[str]:
    if urlsplit(one.url).scheme not in ("http", "https"):
        yield f"{place}: {one.url} is no address"
    if not one.trusted.is_file():
        yield f"{place}: there is no file {one.trusted}"
