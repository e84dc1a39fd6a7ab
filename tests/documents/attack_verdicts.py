"""Every class of attack on signed PDF files, its variants, and the verdict that each must get.

Two verdicts for each variant: as anybody's document (profile IN), with the authority above the
signature believed, and as the document of this installation for which it is given out (OWN).
``docs/security.md`` shows the table; the tests hold the verifier to it.
"""

from dataclasses import dataclass

Pair = tuple[str, str]
"""Main indication and sub-indication of ETSI EN 319 102-1."""
FORM: Pair = ("TOTAL-FAILED", "FORMAT_FAILURE")
HASH: Pair = ("TOTAL-FAILED", "HASH_FAILURE")
CRYPTO: Pair = ("TOTAL-FAILED", "SIG_CRYPTO_FAILURE")
CHANGED: Pair = ("INDETERMINATE", "SIG_CONSTRAINTS_FAILURE")
NO_SIGNER: Pair = ("INDETERMINATE", "NO_SIGNING_CERTIFICATE_FOUND")
WEAK: Pair = ("INDETERMINATE", "CRYPTO_CONSTRAINTS_FAILURE_NO_POE")

BROKEN = (FORM, FORM)
DOUBTED = (CHANGED, HASH)
HERE = "tests/documents/test_verifier_attacks.py::"


@dataclass(frozen=True)
class AttackClass:
    """A class of the literature."""

    name: str
    test: str
    """The test that makes each variant and holds its verdict."""
    variants: dict[str, tuple[Pair, Pair]]
    """The verdicts as anybody's document and as one of ours."""


FORGERY = AttackClass(
    "Universal signature forgery",
    f"{HERE}test_a_broken_signature_is_never_overlooked",
    dict.fromkeys(
        (
            *("contents removed", "contents null", "contents empty", "contents zero"),
            *("range removed", "range null", "range empty", "range of zeros", "range negative"),
            *("range not from the start", "range of one part", "range of two gaps"),
            *("range beyond the file", "sub filter removed", "sub filter unknown"),
            *("filter removed", "filter unknown", "type removed", "type another"),
        ),
        BROKEN,
    ),
)
SAVING = AttackClass(
    "Incremental saving; shadow and certification attacks on a sealed document",
    f"{HERE}test_what_is_added_after_signing_never_passes",
    {
        "page painted over": BROKEN,
        "remark laid over": DOUBTED,
        "field laid over": DOUBTED,
        "signed look swapped": DOUBTED,
        "page added": BROKEN,
        "script added": BROKEN,
        "another catalogue": DOUBTED,
        "number points elsewhere": BROKEN,
        "object dropped": DOUBTED,
        "objects without a table": DOUBTED,
        "object with a table": DOUBTED,
        "end without a table": DOUBTED,
        "second end": DOUBTED,
        "junk": DOUBTED,
        "a comment": DOUBTED,
        "copied signature": BROKEN,
        "hybrid table": DOUBTED,
        "header moved": BROKEN,
    },
)
WRAPPING = AttackClass(
    "Signature wrapping",
    f"{HERE}test_a_wrapped_signature_never_passes",
    {"gap widened": BROKEN, "data in the padding": DOUBTED, "second part moved": BROKEN},
)
STRUCTURE = AttackClass(
    "Structure inside (CMS), by a forger who has the key",
    f"{HERE}test_a_wrong_structure_never_passes",
    {
        "twice": BROKEN,
        "nobody": BROKEN,
        "repeated_attribute": BROKEN,
        "other_certificate": (NO_SIGNER, HASH),
        "weak": (WEAK, HASH),
        "embedded": BROKEN,
        "stripped": (CRYPTO, CRYPTO),
        "without message_digest": BROKEN,
        "without content_type": BROKEN,
        "without signing_certificate_v2": (NO_SIGNER, HASH),
    },
)
SHADOW = AttackClass(
    "Shadow attacks, prepared before the signature",
    f"{HERE}test_what_was_prepared_or_allowed_never_passes",
    {
        "value drawn anew": (CHANGED, FORM),
        "font exchanged": BROKEN,
        "cover taken away": DOUBTED,
        "two under one number": DOUBTED,
        "hidden one shown": BROKEN,
    },
)
CERTIFICATION = AttackClass(
    "Attacks on certification and approval (evil annotation, sneaky signature, code)",
    f"{HERE}test_what_was_prepared_or_allowed_never_passes",
    {
        "remark where remarks are allowed": DOUBTED,
        "remark on an approval": DOUBTED,
        "field on an approval": (CHANGED, FORM),
        "field where filling in is allowed": DOUBTED,
        "signed field on an approval": DOUBTED,
        "signed field where filling in is allowed": DOUBTED,
        "script signed with the document": DOUBTED,
        "script after certification": BROKEN,
        "object after no changes": DOUBTED,
        "junk after no changes": DOUBTED,
    },
)
CLASSES = (FORGERY, SAVING, WRAPPING, STRUCTURE, SHADOW, CERTIFICATION)


def attacks_table() -> str:
    """Return the table of ``docs/security.md``."""
    lines = [
        "| Attack | Variants | As anybody's document | As ours | Test |",
        "|---|---|---|---|---|",
    ]
    for one in CLASSES:
        for pairs in dict.fromkeys(one.variants.values()):
            names = ", ".join(name for name, both in one.variants.items() if both == pairs)
            foreign, own = (f"{main} / {sub}" for main, sub in pairs)
            shown = names.replace("_", " ")
            lines.append(f"| {one.name} | {shown} | {foreign} | {own} | `{one.test}` |")
    return "\n".join(lines)
