"""Keys, seals and time stamps as the settings say, and what is wrong with them in plain words."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from asn1crypto import x509

from services.documents.certification import load_certificates
from services.documents.config import DocumentsSettings, SealSettings, StampSettings
from services.documents.domain.breakers import Quota
from services.documents.domain.ways import (
    AlgorithmTooWeak,
    CertificateNotOfSeal,
    StoreNotOpened,
    StoreWithoutKey,
)
from services.documents.signing.certificates import is_marked
from services.documents.signing.http_authority import HttpAuthority
from services.documents.signing.mechanisms import key_on_hand
from services.documents.signing.outside import Limits, Outside
from services.documents.signing.paths import Trust
from services.documents.signing.port import SigningUnavailable
from services.documents.signing.remote.csc import CscService, Login, Secrets
from services.documents.signing.remote.keys import RemoteSealKey
from services.documents.signing.seals import (
    KeptSealKey,
    SealKey,
    SealSource,
    TokenSealKey,
)
from services.documents.signing.stamp_desk import StampDesk, StampSource
from services.documents.signing.ways.people import (
    Strength,
    check_organisational,
    check_strength,
    read,
)
from services.documents.signing.ways.pkcs12 import open_store
from services.documents.signing.ways.tokens import Tokens
from shared.clock import PRAGUE
from shared.config import PREFIX, SettingsError

SEALS, STAMPS = f"{PREFIX}DOCUMENTS_SEALS", f"{PREFIX}DOCUMENTS_TIME_STAMPS"
ACCEPTED = f"{PREFIX}DOCUMENTS_ACCEPTED_AUTHORITIES"
REMOTES = f"{PREFIX}DOCUMENTS_REMOTES"
LISTS = f"{PREFIX}DOCUMENTS_TRUST_LIST_SIGNERS"
FORMER = f"{PREFIX}DOCUMENTS_FORMER_AUTHORITIES"


class Unfit(Exception):
    """Something of the settings cannot be used; the text says what, and what to do."""


@dataclass(frozen=True)
class Outfit:
    """What seals and stamps."""

    seals: tuple[SealSource, ...]
    stamps: tuple[StampSource, ...]
    people: tuple[x509.Certificate, ...] = ()
    """Authorities under whose certificates people may sign."""
    former: tuple[x509.Certificate, ...] = ()
    """Authorities above certificates of earlier years, for verifying only."""
    remotes: Mapping[str, CscService] = field(default_factory=dict)
    """Remote signing services by name."""
    list_signers: Sequence[x509.Certificate] = ()
    """Who may sign trust lists that are imported."""

    @property
    def above_seals(self) -> list[x509.Certificate]:
        """Every authority above a seal, each once."""
        found = {one.sha256: one for source in self.seals for one in source.trusted}
        return list(found.values())

    @property
    def stamp_roots(self) -> list[x509.Certificate]:
        """The roots above time stamps."""
        return [root for source in self.stamps for root in source.trust.roots]

    @property
    def above_stamps(self) -> list[x509.Certificate]:
        """The authorities between time stamps and their roots."""
        return [other for source in self.stamps for other in source.trust.others]

    @property
    def seal_roots(self) -> list[x509.Certificate]:
        """The roots above seals, each once."""
        found = {one.sha256: one for source in self.seals for one in source.roots}
        return list(found.values())

    @property
    def seal_certificates(self) -> list[bytes]:
        """The certificates that the settings seal with, DER; nobody is asked for one."""
        return [source.key.seen for source in self.seals if source.key.seen]


@dataclass(frozen=True)
class Places:
    """Where keys of seals may be."""

    tokens: Tokens
    remotes: Mapping[str, CscService]


def make_outfit(settings: DocumentsSettings, tokens: Tokens, at: datetime) -> Outfit:
    """Open what the settings name; tokens are asked only when they seal.

    Args:
        at: The process clock.

    Raises:
        SettingsError: something cannot be used; the text lists all of it.
    """
    seals: list[SealSource] = []
    stamps: list[StampSource] = []
    wrong: list[str] = []
    remotes = dict(_remotes(settings, wrong))
    retired: list[x509.Certificate] = []
    today = at.astimezone(PRAGUE).date()
    for number, one in enumerate(settings.seals, 1):
        try:
            if one.is_retired(today):
                retired += _authorities(one.trusted, settings)
                continue
            seals.append(_seal_source(one, settings, Places(tokens, remotes), at))
        except Unfit as error:
            wrong.append(f"  {SEALS}, seal {number}: {error}")
    for stamp in settings.time_stamps:
        try:
            stamps.append(_stamp_source(stamp, settings))
        except Unfit as error:
            wrong.append(f"  {STAMPS}, {stamp.name}: {error}")
    people = _or_wrong(ACCEPTED, settings.accepted_authorities, settings, wrong)
    former = _or_wrong(FORMER, settings.former_authorities, settings, wrong)
    signers = _or_wrong(LISTS, settings.trust_list_signers, settings, wrong)
    if wrong:
        raise SettingsError("\n".join(wrong))
    believed = (*former, *retired)
    return Outfit(tuple(seals), tuple(stamps), tuple(people), believed, remotes, signers)


def _remotes(settings: DocumentsSettings, wrong: list[str]) -> Iterator[tuple[str, CscService]]:
    """Give the remote services; nobody is asked yet."""
    for one in settings.remotes:
        try:
            secret = one.read_secret()
        except (OSError, UnicodeDecodeError) as error:
            wrong.append(f"  {REMOTES}, {one.name}: secret_file ({type(error).__name__})")
            continue
        if not one.client and not (secret and secret.isascii() and secret.isprintable()):
            wrong.append(f"  {REMOTES}, {one.name}: the bearer token (secret) is missing or none")
            continue
        login = Login(client=one.client, secret=secret, token_url=one.token_url)
        hosts = [urlsplit(url).netloc for url in (one.url, one.token_url) if url]
        outside = Outside(hosts, Limits(whole=one.seconds), one.trusted)
        given = login if one.client else Login(token=secret)
        yield one.name, CscService(one.name, one.url, one.version, given, outside)


def _or_wrong(
    name: str, path: Path | None, settings: DocumentsSettings, wrong: list[str]
) -> list[x509.Certificate]:
    try:
        return _authorities(path, settings, needs_root=False) if path is not None else []
    except Unfit as error:
        wrong.append(f"  {name}: {error}")
        return []


def _seal_source(
    one: SealSettings, settings: DocumentsSettings, place: Places, at: datetime
) -> SealSource:
    trusted = tuple(_authorities(one.trusted, settings))
    key = _seal_key(one, place.tokens, place.remotes)
    source = SealSource(key, trusted, one.organisation, one.since, one.retired)
    if isinstance(key, KeptSealKey):
        check_seal(source, key.der, key.others, settings, at)
    return source


def _seal_key(one: SealSettings, tokens: Tokens, remotes: Mapping[str, CscService]) -> SealKey:
    try:
        secret = one.read_secret()
        if one.way == "remote":
            if one.remote not in remotes:
                raise Unfit(f"there is no remote service {one.remote}")
            return RemoteSealKey(remotes[one.remote], one.key, Secrets(pin=secret))
        if one.way == "token":
            return TokenSealKey(tokens, one.token, one.key, secret)
        path = one.file or Path()
        store = open_store(path.read_bytes(), secret)
    except (OSError, UnicodeDecodeError) as error:
        raise Unfit(f"a file cannot be read ({type(error).__name__})") from error
    except StoreNotOpened as error:
        raise Unfit(f"{path} is no PKCS#12 file, or its password is another one") from error
    except StoreWithoutKey as error:
        raise Unfit(f"{path} holds no key that signs, with its certificate") from error
    return KeptSealKey(key_on_hand(store.private), store.certificate.dump(), store.others)


def check_seal(
    source: SealSource,
    der: bytes,
    others: Sequence[x509.Certificate],
    settings: DocumentsSettings,
    at: datetime,
) -> None:
    """Refuse a certificate that can never seal; whether it holds today is another question.

    A seal that ends one night must not keep the product from starting: documents wait for their
    seal then, people still read, and the panel says why.

    Raises:
        Unfit: with the reason.
    """
    certificate = x509.Certificate.load(der)
    found = read(certificate)
    name = found.name.shown
    if not settings.has_development_pki and is_marked(der):
        raise Unfit(f"the certificate {name} comes from a development PKI: no legal effect")
    try:
        check_organisational(certificate, found)
        check_strength(certificate, "sha256", Strength(settings.weakest_rsa))
        source.chain(der, others, min(max(at, found.valid_from), found.valid_to))
    except CertificateNotOfSeal as error:
        raise Unfit(f"the certificate {name} is not for sealing") from error
    except AlgorithmTooWeak as error:
        raise Unfit(f"the key is too weak ({error.params['algorithm']})") from error
    except SigningUnavailable as error:
        raise Unfit(f"{error} (roots in trusted: {len(source.roots)})") from error


def check_holds(der: bytes, at: datetime) -> None:
    """Refuse a certificate before or after its time.

    Raises:
        Unfit: with its days.
    """
    found = read(x509.Certificate.load(der))
    if not found.valid_from <= at <= found.valid_to:
        days = f"{found.valid_from:%Y-%m-%d} to {found.valid_to:%Y-%m-%d}"
        raise Unfit(f"the certificate {found.name.shown} holds from {days}, not now")


def _stamp_source(one: StampSettings, settings: DocumentsSettings) -> StampSource:
    outside = Outside([urlsplit(one.url).netloc], Limits(whole=one.seconds))
    login = (one.user, one.password.get_secret_value()) if one.user else None
    trusted = _authorities(one.trusted, settings)
    roots = [item for item in trusted if item.self_signed in ("yes", "maybe")]
    quota = Quota(one.most, timedelta(minutes=one.minutes)) if one.most else None
    return StampSource(
        HttpAuthority(one.name, one.url, outside, login),
        Trust(roots, [item for item in trusted if item not in roots]),
        one.policy,
        quota,
    )


def _authorities(
    path: Path, settings: DocumentsSettings, *, needs_root: bool = True
) -> list[x509.Certificate]:
    """Return the authorities of a PEM file."""
    try:
        found = load_certificates(path)
        roots = [one for one in found if one.self_signed in ("yes", "maybe")]
    except (OSError, ValueError, TypeError) as error:
        raise Unfit(f"{path} is no PEM file of certificates") from error
    if not found or (needs_root and not roots):
        raise Unfit(f"{path} holds no root certificate")
    if not settings.has_development_pki and any(is_marked(one.dump()) for one in found):
        raise Unfit(f"{path} holds an authority of a development PKI: no legal effect")
    return found


def live_problems(outfit: Outfit, settings: DocumentsSettings, at: datetime) -> Iterator[str]:
    """Give what is wrong with seals that only an attempt shows; each makes one signature."""
    for number, source in enumerate(outfit.seals, 1):
        try:
            with source.key.open() as (key, der, others):
                check_seal(source, der, others, settings, at)
                check_holds(der, at)
                key.sign(b"a trial that nobody keeps")
        except (SigningUnavailable, Unfit) as error:
            yield f"  {SEALS}, seal {number}: {error}"


def stamp_problems(outfit: Outfit, folder: Path, at: datetime) -> Iterator[str]:
    """Give what is wrong with time stamp authorities; each is asked once.

    Args:
        folder: Where the desk counts the requests, so that this one counts too.
    """
    for source in outfit.stamps:
        try:
            StampDesk([source], folder).stamp(hashlib.sha256(b"a trial").digest(), "sha256", at)
        except SigningUnavailable as error:
            yield f"  {STAMPS}: {error}"
