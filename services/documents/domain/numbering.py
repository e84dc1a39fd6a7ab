"""Reference numbers: one series per organisation and calendar year."""

import re
import unicodedata

from shared.errors import DomainError

DIGITS = 6
# ISDS takes at most 50 characters as the sender's reference.
LONGEST_REFERENCE = 50
LONGEST_NAME = 100
CODE = re.compile(r"[A-Z][A-Z0-9]{1,15}")


class BadOrganisationCode(DomainError):
    """The code of the organisation cannot stand in a reference number. Params: ``code``."""


def document_number(code: str, year: int, sequence: int) -> str:
    """Return the reference number (číslo jednací) of a document.

    Args:
        code: Code of the organisation: 2-16 capital ASCII letters and digits.
        year: Calendar year in Prague in which the document was drawn up.
        sequence: Order within organisation and year, from 1.

    Raises:
        BadOrganisationCode: the code has other characters or another length.

    Source:
        Act No. 499/2004 Coll., s. 64: documents are registered in a series of numbers per
        period. Binding for public originators, good practice for others.
    """
    if not CODE.fullmatch(code):
        raise BadOrganisationCode(code=code)
    return f"{code}-{year:04d}-{sequence:0{DIGITS}d}"


def sender_reference(number: str, ordinal: int) -> str:
    """Return the sender's reference of one delivery; it finds the message again in ISDS.

    Args:
        number: Reference number of the document.
        ordinal: Order of the delivery among those of the document, from 1.

    Source:
        Envelope of a data message, element dmSenderRefNumber: at most 50 characters.
    """
    reference = f"{number}/{ordinal}"
    if len(reference) > LONGEST_REFERENCE:
        raise BadOrganisationCode(code=number)
    return reference


def file_name(number: str, title: str) -> str:
    """Return the name under which people keep the file: the number and what it is about.

    Without diacritics and blanks, because it travels in envelopes and headers.

    Source:
        Envelope of a data message, attribute dmFileDescr: the name that the recipient sees.
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain.replace("–", "-")).strip("-")
    return f"{number}-{words[:LONGEST_NAME].rstrip('-')}.pdf" if words else f"{number}.pdf"
