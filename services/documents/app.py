"""The composition root of documents."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from asn1crypto.x509 import Certificate
from flask import Flask

from services.documents import failpoints
from services.documents.api import (
    batches,
    bundles,
    deliveries,
    documents,
    elsewhere,
    evidence_records,
    people,
    tasks,
    time_stamps,
    verifications,
)
from services.documents.api import pki as pki_files
from services.documents.api.blueprint import blp
from services.documents.config import DocumentsSettings, StampSettings
from services.documents.delivery.account import IsdsAccount, addresses
from services.documents.delivery.isds import IsdsGateway
from services.documents.delivery.port import DataBoxGateway
from services.documents.delivery.proofs import load_roots
from services.documents.domain.breakers import Quota
from services.documents.models import LEDGER, SeenToken, db
from services.documents.problems import PROBLEMS
from services.documents.rendering.typst_renderer import TypstRenderer
from services.documents.signing.certificates import ROOT, Services
from services.documents.signing.development_pki import (
    DevelopmentPki,
    DevelopmentSeal,
    ForbiddenInProduction,
)
from services.documents.signing.http_authority import HttpAuthority
from services.documents.signing.keeping import Keeper
from services.documents.signing.ocsp_answers import QUERY, REPLY
from services.documents.signing.outside import Limits, Outside
from services.documents.signing.paths import Trust, load_certificates
from services.documents.signing.revocation_lists import RevocationLists
from services.documents.signing.stamp_desk import StampDesk, StampSource
from services.documents.signing.verdicts import Judge
from services.documents.signing.ways.people import load_certificate
from services.documents.signing.ways.tokens import TokenPlace, Tokens
from services.documents.storage.choosing import open_store
from services.documents.tools import Tools
from services.documents.web import pages
from shared.app import Ground, add_blueprints, build, make_clock
from shared.clock import Clock
from shared.config import SettingsError

API_PARTS = (
    batches,
    bundles,
    deliveries,
    documents,
    elsewhere,
    evidence_records,
    people,
    pki_files,
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
    app.extensions["documents-tools"] = tools
    add_blueprints(app, api, pages=[pages], api_parts=[blp])
    return app


def make_tools(settings: DocumentsSettings, clock: Clock, gateway: DataBoxGateway | None) -> Tools:
    """Fill the ports as the settings say."""
    if failpoints.are_set() and not settings.is_development:
        raise SettingsError(f"  {failpoints.VARIABLE}: only development may be made to fail")
    var = settings.var / "documents"
    try:
        pki = DevelopmentPki(
            var / "pki",
            is_production=settings.mode == "production",
            now=clock.now,
            services=Services(f"{settings.public_url}/documents/api/v1/pki"),
        )
    except ForbiddenInProduction as error:
        raise SettingsError(f"  pki: {error}") from error
    stamps = pki.stamper = make_stamps(settings, pki)
    return Tools(
        settings=settings,
        clock=clock,
        files=open_store(settings),
        renderer=TypstRenderer(),
        people=pki,
        seal=DevelopmentSeal(pki, stamps),
        stamps=stamps,
        keeper=make_keeper(settings, pki, stamps),
        pki=pki,
        gateway=gateway or make_gateway(settings),
        seal_roots=load_roots(settings.isds_seal_roots),
        authorities=[
            *([load_certificate(pki.root_certificate)] if settings.is_development else []),
            *load_roots(settings.accepted_authorities),
        ],
        tokens=Tokens([TokenPlace(one.module, one.label) for one in settings.tokens]),
        trust_anchor=pki.root_certificate,
    )


def make_stamps(settings: DocumentsSettings, pki: DevelopmentPki) -> StampDesk:
    """Return the time stamp authorities in their order."""
    sources = [_stamp_source(one) for one in settings.time_stamps] or [pki.stamp_source()]
    return StampDesk(
        sources,
        settings.var / "documents" / "time-stamps",
        most_apart=timedelta(seconds=settings.stamp_apart_seconds),
    )


def make_keeper(settings: DocumentsSettings, pki: DevelopmentPki, stamps: StampDesk) -> Keeper:
    """Return what raises and renews proofs, with the roots of seals and of time stamps."""
    own = {name: Certificate.load(der) for name, der in pki.authorities.items()}
    outside = Outside(settings.revocation_hosts)

    def fetch(url: str, request: bytes | None, at: datetime) -> bytes:
        told = pki.told_at(url, request, at)
        if told is not None:
            return told
        return outside.get(url) if request is None else outside.post(url, request, (QUERY, REPLY))

    known = (*own.values(), *stamps.certificates())
    return Keeper(
        stamps,
        RevocationLists(fetch),
        Judge((own[ROOT], *stamps.roots()), settings.algorithm_policy),
        settings.algorithm_policy,
        known,
    )


def _stamp_source(one: StampSettings) -> StampSource:
    outside = Outside([urlsplit(one.url).netloc], Limits(whole=one.seconds))
    login = (one.user, one.password.get_secret_value()) if one.user else None
    trusted = load_certificates(one.trusted)
    roots = [item for item in trusted if item.self_signed in ("yes", "maybe")]
    quota = Quota(one.most, timedelta(minutes=one.minutes)) if one.most else None
    return StampSource(
        HttpAuthority(one.name, one.url, outside, login),
        Trust(roots, [item for item in trusted if item not in roots]),
        one.policy,
        quota,
    )


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
