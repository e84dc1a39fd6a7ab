"""The composition root of documents."""

from datetime import datetime, timedelta
from uuid import UUID

from asn1crypto.x509 import Certificate
from flask import Flask, request

from services.documents import failpoints
from services.documents.adapters.turnstile import Turnstile
from services.documents.api import (
    batches,
    bundles,
    countersigned,
    deliveries,
    dispatches,
    documents,
    elsewhere,
    evidence_records,
    keys,
    logins,
    people,
    postage,
    recipients,
    risks,
    tasks,
    time_stamps,
    verifications,
)
from services.documents.api import pki as pki_files
from services.documents.api.blueprint import blp
from services.documents.api.bundles import put_bundle
from services.documents.certification import load_certificates
from services.documents.config import DocumentsSettings
from services.documents.delivery.account import IsdsAccount, addresses
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import DataBoxGateway
from services.documents.models import LEDGER, SeenToken, db
from services.documents.outfit import Outfit, make_outfit
from services.documents.problems import PROBLEMS
from services.documents.rendering.typst_renderer import TypstRenderer
from services.documents.schemas.bundles import LONGEST_BUNDLE_REQUEST
from services.documents.service.letterheads import is_only_organisation
from services.documents.signing.certificates import ISSUER, ROOT, Services
from services.documents.signing.development_pki import DevelopmentPki, DevelopmentSeal
from services.documents.signing.holding import Revocations
from services.documents.signing.keeping import Keeper
from services.documents.signing.no_authority import NoAuthority
from services.documents.signing.ocsp_answers import QUERY, REPLY
from services.documents.signing.outside import Outside
from services.documents.signing.port import Seal
from services.documents.signing.revocation_lists import Fetch, RevocationLists
from services.documents.signing.seals import OrganisationSeals
from services.documents.signing.stamp_desk import StampDesk
from services.documents.signing.trust_lists import ListShelf
from services.documents.signing.verdicts import Judge
from services.documents.signing.ways.tokens import TokenPlace, Tokens
from services.documents.storage.choosing import open_store
from services.documents.tools import Tools
from services.documents.web import pages
from services.documents.web.batch_forms import LONGEST_FORM
from services.documents.web.words import WORDS
from shared.app import Ground, add_blueprints, build, make_clock
from shared.clock import Clock
from shared.config import SettingsError
from shared.db import read_only
from shared.development import development_pki
from shared.problems import add_words

API_PARTS = (
    batches,
    bundles,
    countersigned,
    deliveries,
    dispatches,
    documents,
    elsewhere,
    evidence_records,
    keys,
    logins,
    people,
    pki_files,
    postage,
    recipients,
    risks,
    tasks,
    time_stamps,
    verifications,
)
"""Modules that add their routes to the one API blueprint."""


def create_app(
    settings: DocumentsSettings,
    clock: Clock | None = None,
    gateway: DataBoxGateway | None = None,
) -> Flask:
    """Build documents; without *gateway* the settings decide about the data box.

    Raises:
        SettingsError: the settings ask for what must not be.
    """
    process_clock = clock or make_clock(settings)
    tools = make_tools(settings, process_clock, gateway)
    ground = Ground("services.documents", settings, db, SeenToken, PROBLEMS, process_clock, LEDGER)
    app, api = build(ground)
    app.config["MAX_FORM_MEMORY_SIZE"] = LONGEST_FORM
    app.before_request(_let_bundles_in)
    app.extensions["documents-tools"] = tools
    add_words(app, role=WORDS["roles"])
    add_blueprints(app, api, pages=[pages], api_parts=[blp])
    return app


def _let_bundles_in() -> None:
    """Let the request for a bundle be as long as a large call is; nothing is read here."""
    if request.endpoint == f"{blp.name}.{put_bundle.__name__}":
        request.max_content_length = LONGEST_BUNDLE_REQUEST


def make_tools(settings: DocumentsSettings, clock: Clock, gateway: DataBoxGateway | None) -> Tools:
    """Fill the ports as the settings say.

    Raises:
        SettingsError: something of the settings cannot be used.
    """
    if failpoints.are_set() and not settings.is_development:
        raise SettingsError(f"  {failpoints.VARIABLE}: only development may be made to fail")
    tokens = Tokens([TokenPlace(one.module, one.label) for one in settings.tokens])
    outfit = make_outfit(settings, tokens, clock.now())
    pki = open_development_pki(settings, clock)
    stamps = make_stamps(settings, outfit, pki)
    if pki is not None:
        pki.stamper = stamps
    own = authorities_of(pki)
    fetch = make_fetch(settings, pki)
    revocations = Revocations(
        fetch,
        settings.var / "documents" / "revocation",
        good_for=timedelta(minutes=settings.revocation_minutes),
        goes_on=settings.goes_on_unsure,
    )
    return Tools(
        settings=settings,
        clock=clock,
        files=open_store(settings),
        renderer=TypstRenderer(),
        people=pki or NoAuthority(),
        seal=make_seal(outfit, pki, stamps, revocations, clock),
        stamps=stamps,
        keeper=make_keeper(settings, outfit, pki, stamps, fetch),
        revocations=revocations,
        pki=pki,
        gateway=gateway or make_gateway(settings),
        seal_roots=load_certificates(settings.isds_seal_roots),
        authorities=[*(own[:1] if settings.is_development else []), *outfit.people],
        tokens=tokens,
        outfit=outfit,
        shelf=ListShelf(settings.var / "documents" / "trust-lists", outfit.list_signers),
        turnstile=Turnstile(settings.verification_pace),
        trust_anchors=tuple(
            dict.fromkeys(one.dump() for one in (*own[:1], *outfit.seal_roots, *outfit.former))
        ),
    )


def open_development_pki(settings: DocumentsSettings, clock: Clock) -> DevelopmentPki | None:
    """Return the development PKI, made on first use; ``None`` in production, which has none."""
    if not settings.has_development_pki:
        return None
    return DevelopmentPki(
        development_pki(settings.var),
        is_production=settings.mode == "production",
        now=clock.now,
        services=Services(f"{settings.public_url}/documents/api/v1/pki"),
    )


def authorities_of(pki: DevelopmentPki | None) -> list[Certificate]:
    """Return the root and the issuing authority of the development PKI, if there is one."""
    return [Certificate.load(pki.authorities[name]) for name in (ROOT, ISSUER)] if pki else []


def make_stamps(
    settings: DocumentsSettings, outfit: Outfit, pki: DevelopmentPki | None
) -> StampDesk:
    """Return the time stamp authorities in their order."""
    return StampDesk(
        outfit.stamps or ([pki.stamp_source()] if pki else []),
        settings.var / "documents" / "time-stamps",
        most_apart=timedelta(seconds=settings.stamp_apart_seconds),
    )


def make_seal(
    outfit: Outfit,
    pki: DevelopmentPki | None,
    stamps: StampDesk,
    revocations: Revocations,
    clock: Clock,
) -> Seal:
    """Return what seals: the keys of the settings, or the development PKI without any."""
    if pki is not None and not outfit.seals:
        return DevelopmentSeal(pki, stamps, revocations.check_seal)

    def is_alone(organisation_id: UUID) -> bool:
        with read_only(db.session()) as session:
            return is_only_organisation(session, organisation_id)

    return OrganisationSeals(
        outfit.seals, stamps, is_alone=is_alone, holds=revocations.check_seal, now=clock.now
    )


def make_fetch(settings: DocumentsSettings, pki: DevelopmentPki | None) -> Fetch:
    """Return what asks authorities about revocation: the allowed hosts, and ourselves."""
    outside = Outside(settings.revocation_hosts)

    def fetch(url: str, request: bytes | None, at: datetime) -> bytes:
        told = pki.told_at(url, request, at) if pki is not None else None
        if told is not None:
            return told
        return outside.get(url) if request is None else outside.post(url, request, (QUERY, REPLY))

    return fetch


def make_keeper(
    settings: DocumentsSettings,
    outfit: Outfit,
    pki: DevelopmentPki | None,
    stamps: StampDesk,
    fetch: Fetch,
) -> Keeper:
    """Return what raises and renews proofs, with the roots of seals and of time stamps."""
    own = authorities_of(pki)
    roots = (*own[:1], *outfit.seal_roots, *outfit.people, *outfit.former, *stamps.roots())
    known = (*own, *outfit.above_seals, *outfit.people, *outfit.former, *stamps.certificates())
    policy = settings.algorithm_policy
    return Keeper(stamps, RevocationLists(fetch), Judge(roots, policy), policy, known)


def make_gateway(settings: DocumentsSettings) -> DataBoxGateway | None:
    """Return the sender's data box, or ``None`` when none is set up."""
    ordinary, large = settings.isds_url, settings.isds_large_url
    if settings.isds_domain:
        ordinary, large = addresses(settings.isds_domain, settings.isds_login)
    if not ordinary:
        return None
    return IsdsGateway(
        IsdsAccount(
            base_url=ordinary,
            large_url=large,
            user=settings.isds_user,
            password=settings.isds_password.get_secret_value(),
            client_certificate=settings.isds_certificate,
            trusted=settings.isds_trusted,
        )
    )
