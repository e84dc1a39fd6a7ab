"""What each file of the corpora is about, and so what a verifier has to say about it.

Read from the files and their projects' descriptions, not from our own verdicts. The half that is
kept back is judged by the same classes.
"""

import os
from pathlib import Path

import pytest

HERE = Path(os.environ.get("CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
ABSENT = (
    "LEFT OUT: THE VERIFIER JUDGED NO FILE OF OTHERS, neither real nor forged nor hostile, "
    f"because the corpora are not there ({HERE}). Set CORPORA to their folder."
)

WHOLE = """
BadEncodedCMS DSS-1683 DSS-2025 DSS-2199 DSS-3298 Signature-P-BG_BOR-1 Signature-P-HU_MIC-1
Signature-P-HU_NET-2 Signature-P-HU_POL-7 Signature-P-SK-6
Test.signed_Certipost-2048-SHA512.extended-LTA belgian_pki_multiple_ocsps doc-firmado-LT
doc-firmado dss-1376__DSS1376-rev_n-5 dss-1420__PAdES-BpB-att-SHA256-SHA3_224withRSA
dss-1696__Test.signed_Certipost-2048-SHA512.extended.extended-2019-07-02
dss-1696__Test.signed_Certipost-2048-SHA512.extended.extended-LTA-dss-5.4
dss-1959__pades-revoc-removed-from-dss-dict dss-2058__dss-2058-LTA-test
dss-2554__certified-no-change-permitted
evidence-record__Signature-P-B-7da49953-d837-4f0b-8f38-aa5aa4181e3c
hello_signed_INCSAVE_signed pades-bes pades-epes pades-enveloping-empty-bytes-cms
pades-lt-extended-abde pades-ltv-with-reason pades-multiple-pages-annots-overlap
pades-same-border-annotations pades-t-level-extended pades-tst-with-sig-type
pades-unsupported-signature-algorithm pades_with_orphan_ocsp_cert_refs pdf-signed-original
pkcs7-no-message-digest self-issued-qesig
"""
"""Signed honestly and only extended by signatures and proofs: whole, whoever is believed."""

DOUBTED = """
DSS-2821 DSS-3577 Signature-P-DE_SCI-4 dss-1376__DSS1376-rev_n-1 dss-1376__DSS1376-rev_n-3
encrypted lt-short pades-5-signatures-and-1-document-timestamp pades-ocsp-archiveCutOff-invalid
pades-signed-filled-form pkcs7_sha1 timestamped-fields wrong-digest-algo
"""
"""Signed honestly, but filled in, overlapped, encrypted or oddly built later: for a person."""

CHANGED = """
dss-2236__annotation-and-visible-change dss-2236__replace modified_after_signature
pdf-removed-pages pdf-signed-added-page
"""
"""Something else is shown now than was signed: never passed, never called whole."""

FORGED = """
pades-lta-copied-doctst pades-t-duplicated-doctst pades_infinite_loop pdf-double-signer-info
pdf-spoofing-attack pdf-with-empty-sig pdf-with-two-empty-sigs siwa
"""
"""The signature itself is a trick, or does not fit the bytes: failed."""

CALLED_BROKEN = """
dss-818__Signature-P-DE_CRY-2 dss-818__Signature-P-SK-1
"""
"""Named after the answer HASH_FAILURE of an old validator; the hashes fit (checked by hand)."""

UNSIGNED = ["dss-2554__fieldmdp-exclude"]
"""Fields without signatures."""

SIGNED_CLASSES = {
    **dict.fromkeys(WHOLE.split(), "whole"),
    **dict.fromkeys(DOUBTED.split(), "doubted"),
    **dict.fromkeys(CHANGED.split(), "changed"),
    **dict.fromkeys(FORGED.split(), "forged"),
    **dict.fromkeys(CALLED_BROKEN.split(), "doubted"),
    **dict.fromkeys(UNSIGNED, "unsigned"),
}
SHADOW_CLASSES = {"1": "unsigned", "2": "unsigned", "3": "prepared", "4": "changed"}
"""By the step of the attack: original, prepared, prepared and signed, swapped after signing."""


def files(folder: str) -> list[Path]:
    """Return the files of a folder, or skip."""
    found = sorted((HERE / folder).glob("*.pdf"))
    if not found:
        pytest.skip(ABSENT)
    return found


def are_there() -> bool:
    """Tell whether there are files of others at all."""
    return next(HERE.rglob("*.pdf"), None) is not None


def class_of(path: Path) -> str:
    """Return what a signed file is about."""
    if path.parent.name == "shadow":
        step = path.name.split("__")[-1][0]
        return SHADOW_CLASSES[step]
    stem = path.name.removesuffix(".pdf").partition(" (")[0]
    return SIGNED_CLASSES.get(stem, "unknown")
