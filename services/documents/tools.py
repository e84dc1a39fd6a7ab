"""What use cases and acts need from the outside, put together once per app."""

from dataclasses import dataclass
from functools import cached_property

from asn1crypto import x509

from services.documents.adapters.files import FileStore
from services.documents.adapters.turnstile import Turnstile
from services.documents.config import DocumentsSettings
from services.documents.delivery.port import DataBoxGateway
from services.documents.delivery.sealing import SealTrust
from services.documents.outfit import Outfit
from services.documents.rendering.port import Renderer
from services.documents.service.printing import Press
from services.documents.service.risks import RiskRules
from services.documents.signing.development_pki import DevelopmentPki
from services.documents.signing.holding import Revocations
from services.documents.signing.keeping import Keeper
from services.documents.signing.port import PersonSigner, Seal
from services.documents.signing.stamp_desk import StampDesk
from services.documents.signing.trust_lists import ListShelf
from services.documents.signing.ways.people import Strength
from services.documents.signing.ways.tokens import Tokens
from shared.clock import Clock


@dataclass(frozen=True)
class Tools:
    """The ports, filled."""

    settings: DocumentsSettings
    clock: Clock
    files: FileStore
    renderer: Renderer
    people: PersonSigner
    seal: Seal
    stamps: StampDesk
    """Time stamp authorities; what is known of their health."""
    keeper: Keeper
    """Raises and renews the proofs of issued documents."""
    revocations: Revocations
    """Asked before each signature and seal whether its certificate holds."""
    pki: DevelopmentPki | None
    """Answers for the certificates that it issued; ``None`` in production."""
    gateway: DataBoxGateway | None
    """``None`` when no data box is set up."""
    seal_roots: list[x509.Certificate]
    """Authorities above seals on proofs; empty in development without a file."""
    authorities: list[x509.Certificate]
    """Under whose certificates people may sign with keys of their own."""
    tokens: Tokens
    """Tokens and HSMs with people's keys."""
    outfit: Outfit
    """Seals and time stamp authorities as the settings name them."""
    shelf: ListShelf
    """The trust lists that were imported."""
    turnstile: Turnstile
    """Counts the files that each network address has verified."""
    trust_anchors: tuple[bytes, ...]
    """DER of the authorities above seals, and above what was made here in development."""

    @property
    def own_chain(self) -> tuple[bytes, ...]:
        """The authorities above keys that are made here, the root last; none in production."""
        return self.pki.chain if self.pki is not None else ()

    @property
    def own_lists_of_revoked(self) -> tuple[bytes, ...]:
        """What the development PKI tells about its certificates now (CRL, DER); else nothing."""
        if self.pki is None:
            return ()
        return tuple(self.pki.crl(name, self.clock.now()) for name in self.pki.authorities)

    @cached_property
    def seal_trust(self) -> SealTrust:
        """Whose seals on proofs are believed, as the settings name them."""
        return SealTrust(self.seal_roots, self.settings.seal_pins)

    @property
    def digest(self) -> str:
        """Hash function of what is signed now, such as ``sha256``."""
        return self.settings.algorithm_policy.digest_for(self.clock.now())

    @property
    def archive_algorithm(self) -> str:
        """Hash function of the evidence records that are made now."""
        policy = self.settings.algorithm_policy
        return policy.digest_for(self.clock.now(), self.settings.archive_algorithm)

    @property
    def risk_rules(self) -> RiskRules:
        """By what documents are called at risk."""
        policy, settings = self.settings.algorithm_policy, self.settings
        bounds = settings.risk_bounds(policy.margin, settings.archive_renewal)
        return RiskRules(bounds, policy, self.archive_algorithm)

    @property
    def strength(self) -> Strength:
        """What other people's keys and hashes must at least be today."""
        ended = self.settings.algorithm_policy.ended(self.clock.now())
        return Strength(self.settings.weakest_rsa, ended)

    @property
    def is_development(self) -> bool:
        """Tell whether documents must be marked as having no legal effect."""
        return self.settings.has_development_pki


def press_of(tools: Tools) -> Press:
    """Return what turns facts into kept files."""
    return Press(
        renderer=tools.renderer,
        files=tools.files,
        is_development=tools.is_development,
        profile=tools.settings.profile,
        verify_url=f"{tools.settings.public_url}/documents/verify",
    )
