"""Which certificates are qualified, by a trust list, at an instant. Pure.

Source:
    ETSI TS 119 612 v2.1.1: 5.5 (services), 5.5.4 (status), 5.6 (history), 5.5.9.2 (qualifiers);
    ETSI TS 119 615: 4.3 and 4.4 (how a certificate is judged by the lists).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from shared.errors import DomainError


class TrustListRefused(DomainError):
    """The trust list cannot be believed. Params: ``reason``."""


PERSON, SEAL = "person", "seal"
CA_QC = "http://uri.etsi.org/TrstSvc/Svctype/CA/QC"
_STATUS = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
GRANTED = frozenset(
    _STATUS + name
    for name in ("granted", "undersupervision", "supervisionincessation", "accredited")
)
"""Statuses under which what is issued is qualified; the last three ended on 30 June 2016."""
_INFO = "http://uri.etsi.org/TrstSvc/TrustedList/SvcInfoExt/"
FOR_SIGNATURES, FOR_SEALS = _INFO + "ForeSignatures", _INFO + "ForeSeals"
QC_STATEMENT, NOT_QUALIFIED = "QCStatement", "NotQualified"
FOR_E_SIGNATURE, FOR_E_SEAL, FOR_WEB = "QCForESig", "QCForESeal", "QCForWSA"
FOR_LEGAL_PERSON = "QCForLegalPerson"


@dataclass(frozen=True)
class Criteria:
    """When a qualifier applies: the listed bits of key usage and the policies."""

    usages: tuple[tuple[str, bool], ...] = ()
    policies: tuple[str, ...] = ()
    is_any: bool = False
    """One of them is enough; else all of them must hold."""
    is_known: bool = True
    """Whether everything in it could be understood; what could not is never held."""


@dataclass(frozen=True)
class Qualification:
    """A qualifier of a service with its criteria."""

    qualifiers: frozenset[str]
    criteria: Criteria


@dataclass(frozen=True)
class State:
    """A status of a service since an instant."""

    status: str
    since: datetime
    uses: frozenset[str] = frozenset()
    """What the service is for (additional information); empty says nothing."""
    qualifications: tuple[Qualification, ...] = ()


@dataclass(frozen=True)
class Service:
    """A service that issues qualified certificates."""

    keys: frozenset[str]
    """SHA-256 of its public keys (SubjectPublicKeyInfo), hexadecimal."""
    name: str
    states: tuple[State, ...]
    """The present one and all former ones, in any order."""


@dataclass(frozen=True)
class TrustedList:
    """What a list says of such services."""

    territory: str
    sequence: int
    issued_at: datetime
    next_update: datetime | None
    services: tuple[Service, ...] = ()

    def is_stale(self, at: datetime) -> bool:
        """Tell whether a newer list was due."""
        return self.next_update is None or at > self.next_update

    @property
    def version(self) -> str:
        """Return how people name this version of the list."""
        return f"{self.territory} {self.sequence}"


@dataclass(frozen=True)
class Claims:
    """What a certificate says of itself."""

    issuer_keys: tuple[str, ...]
    """SHA-256 of the public keys of the authorities above it, hexadecimal, the issuer first."""
    is_compliant: bool
    """QcCompliance."""
    types: frozenset[str]
    """``person``, ``seal`` or ``web`` of QcType; empty when it says none."""
    usages: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    is_of_organisation: bool = False
    """The subject is an organisation."""


@dataclass(frozen=True)
class Verdict:
    """What the list says of a certificate at an instant."""

    kind: str
    """``person``, ``seal``, or empty: not qualified."""
    version: str
    """Version of the list; empty without any list that knows the issuer."""
    is_stale: bool = False
    """Whether a newer list was due at the time of the question."""


NOTHING = Verdict("", "")


def judge(
    lists: Sequence[TrustedList], claims: Claims, signed_at: datetime, now: datetime
) -> Verdict:
    """Tell whether a certificate was qualified when it signed, and for what.

    Args:
        lists: At most one of each territory.
        signed_at: The time of signing (aware UTC), or now.
        now: The time of the question; decides whether a list is stale.

    Source:
        ETSI TS 119 615, 4.4.4: the services whose key issued the certificate, in their state at
        the time; every state that applies must agree.
    """
    for one in lists:
        services = [item for item in one.services if item.keys & set(claims.issuer_keys)]
        if services:
            kinds = {_kind(item, claims, signed_at) for item in services} - {""}
            kind = kinds.pop() if len(kinds) == 1 else ""
            return Verdict(kind, one.version, one.is_stale(now))
    return NOTHING


def _kind(service: Service, claims: Claims, at: datetime) -> str:
    state = state_at(service.states, at)
    if state is None or state.status not in GRANTED:
        return ""
    qualifiers = _applying(state.qualifications, claims)
    if NOT_QUALIFIED in qualifiers or not (claims.is_compliant or QC_STATEMENT in qualifiers):
        return ""
    kind = _use(qualifiers, claims)
    needed = {PERSON: FOR_SIGNATURES, SEAL: FOR_SEALS}.get(kind, "")
    return kind if needed and (not state.uses or needed in state.uses) else ""


def _use(qualifiers: set[str], claims: Claims) -> str:
    """Return what the certificate is for: qualifiers of the list win over its own word."""
    told = qualifiers & {FOR_E_SIGNATURE, FOR_E_SEAL, FOR_WEB}
    if len(told) > 1:
        return ""
    if told:
        return {FOR_E_SIGNATURE: PERSON, FOR_E_SEAL: SEAL}.get(told.pop(), "")
    if claims.types:
        return next(iter(claims.types)) if len(claims.types) == 1 else ""
    # Before QcType there were signatures of natural persons only (Directive 1999/93/EC).
    return "" if claims.is_of_organisation or FOR_LEGAL_PERSON in qualifiers else PERSON


def state_at(states: Iterable[State], at: datetime) -> State | None:
    """Return the state in force at an instant; ``None`` before the first one.

    Source:
        ETSI TS 119 612, 5.6: a state holds from its start until the next one starts.
    """
    begun = [item for item in states if item.since <= at]
    return max(begun, key=lambda item: item.since, default=None)


def _applying(qualifications: Iterable[Qualification], claims: Claims) -> set[str]:
    found: set[str] = set()
    for item in qualifications:
        if holds(item.criteria, claims):
            found |= item.qualifiers
    return found


def holds(criteria: Criteria, claims: Claims) -> bool:
    """Tell whether a certificate meets criteria; unknown ones are never met.

    Source:
        ETSI TS 119 612, 5.5.9.2.2: ``all``, ``atLeastOne`` or ``none`` of them.
    """
    if not criteria.is_known:
        return False
    met = [(name in claims.usages) == wanted for name, wanted in criteria.usages]
    met += [policy in claims.policies for policy in criteria.policies]
    return any(met) if criteria.is_any else bool(met) and all(met)


def newest(lists: Iterable[TrustedList]) -> list[TrustedList]:
    """Return the list of each territory with the highest number, in the order of territories.

    Source:
        ETSI TS 119 612, 5.3.2: the number grows with each list.
    """
    found: dict[str, TrustedList] = {}
    for one in lists:
        kept = found.get(one.territory)
        found[one.territory] = one if kept is None or one.sequence > kept.sequence else kept
    return [replace(found[name]) for name in sorted(found)]
