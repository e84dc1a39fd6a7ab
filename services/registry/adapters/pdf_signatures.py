"""Looking whether a PDF bears signatures. Nothing here verifies them, and nothing is parsed.

Files of applicants are foreign: a reader of PDF could be made to compute without end. A signature
must say in plain bytes which bytes it covers (ISO 32000-2, 12.8.1: ``ByteRange`` of a dictionary
that is not compressed, because the place of ``Contents`` must be known), so counting those is
enough.
"""

import re

PDF = "application/pdf"
_COVERED = re.compile(rb"/ByteRange\s{0,8}\[")
_TIME_STAMP = re.compile(rb"/SubFilter\s{0,8}/ETSI\.RFC3161")


def count_signatures(content: bytes, media_type: str) -> int | None:
    """Return how many signatures the file bears; ``None`` when it is no PDF.

    Time stamps of the whole document are nobody's signature.
    """
    if media_type != PDF:
        return None
    found = sum(1 for _ in _COVERED.finditer(content))
    return max(0, found - sum(1 for _ in _TIME_STAMP.finditer(content)))
