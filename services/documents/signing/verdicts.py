"""What a validator of the standard says about a file: it decides when a level is reached.

Source:
    ETSI EN 319 102-1, 5.6.3: validation of signatures with long-term availability.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import algos, keys, x509
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    PdfSignatureValidationSpec,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    AlgorithmUsageConstraint,
    CertRevTrustPolicy,
    DisallowWeakAlgorithmsPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from services.documents.asynchronous import result_of
from services.documents.domain.algorithms import AlgorithmPolicy
from services.documents.signing.control_time import judged_at
from services.documents.signing.ocsp_answers import OcspAnswer
from services.documents.signing.port import BadFile
from services.documents.signing.revocation_lists import RevocationList, Told

REQUIRED = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
USES = KeyUsageConstraints(key_usage={"non_repudiation"})


class EndingAlgorithms(DisallowWeakAlgorithmsPolicy):
    """Weak algorithms are refused, others after the end that the settings give them."""

    def __init__(self, policy: AlgorithmPolicy) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # pyHanko
        self._policy = policy

    def digest_algorithm_allowed(
        self, algo: algos.DigestAlgorithm, moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        """Judge a hash function at a time."""
        plain = super().digest_algorithm_allowed(algo, moment)
        return self._ended(plain, [algo["algorithm"].native], moment)

    def signature_algorithm_allowed(
        self,
        algo: algos.SignedDigestAlgorithm,
        moment: datetime | None,
        public_key: keys.PublicKeyInfo | None,
    ) -> AlgorithmUsageConstraint:
        """Judge a signature algorithm with its hash function and key at a time."""
        plain = super().signature_algorithm_allowed(algo, moment, public_key)
        names = [f"{public_key.algorithm}-{public_key.bit_size}"] if public_key else []
        try:
            names.append(algo.hash_algo)
        except ValueError:  # algorithms that name no hash function, such as Ed25519
            return self._ended(plain, names, moment)
        return self._ended(plain, names, moment)

    def _ended(
        self, plain: AlgorithmUsageConstraint, names: list[str], moment: datetime | None
    ) -> AlgorithmUsageConstraint:
        end = self._policy.end_of(names)
        if not plain.allowed or end is None or (moment is not None and moment <= end):
            return plain
        return AlgorithmUsageConstraint(
            allowed=False, not_allowed_after=end, failure_reason=f"{names} ended {end.date()}"
        )


@dataclass(frozen=True)
class Judge:
    """Judges files by its roots, and by what is known of revocations today."""

    roots: tuple[x509.Certificate, ...]
    policy: AlgorithmPolicy = field(default_factory=lambda: AlgorithmPolicy({}))

    def problems(
        self,
        pdf: bytes,
        at: datetime,
        told: Iterable[Told] = (),
        others: Iterable[x509.Certificate] = (),
    ) -> list[str]:
        """Return the sub-indication of each signature that is not TOTAL-PASSED, with its field.

        Args:
            at: Time of validation.
            told: What authorities tell today; the file says nothing about its last time stamp.
            others: Certificates that the file may lack.

        Raises:
            BadFile: the file cannot be read.
        """
        spec = self._spec(list(told), others)
        timing = ValidationTimingInfo(
            validation_time=at, best_signature_time=at, point_in_time_validation=True
        )
        found = []
        try:
            signatures = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
            for item in signatures:
                with judged_at(at):
                    verdict = result_of(ades_lta_validation(item, spec, timing_info=timing))
                if verdict.ades_subindic != AdESPassed.OK:
                    found.append(f"{item.field_name}: {verdict.ades_subindic}")
        except (PdfError, SigningError, KeyError, ValueError) as error:
            raise BadFile(str(error)) from error
        return found if signatures else ["no signature"]

    def _spec(
        self, told: list[Told], others: Iterable[x509.Certificate]
    ) -> PdfSignatureValidationSpec:
        checking = RevocationCheckingPolicy(
            ee_certificate_rule=REQUIRED, intermediate_ca_cert_rule=REQUIRED
        )
        policy = CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(list(self.roots)),
            revinfo_policy=CertRevTrustPolicy(checking),
            algorithm_usage_policy=EndingAlgorithms(self.policy),
        )
        lists = [item for item in told if isinstance(item, RevocationList)]
        answers = [item for item in told if isinstance(item, OcspAnswer)]
        known = LocalKnowledge(
            known_crls=[CRLContainer(item.asn1) for item in lists],
            known_ocsps=[OCSPContainer(item.asn1) for item in answers],
            known_certs=list(others),
        )
        spec = SignatureValidationSpec(
            cert_validation_policy=policy,
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
            ),
            key_usage_settings=USES,
            local_knowledge=known,
        )
        return PdfSignatureValidationSpec(spec)
