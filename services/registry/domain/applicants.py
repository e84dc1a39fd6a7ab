"""Who applies: kinds and classes of applicants, and the identifiers that can be checked. Pure."""

import re
from collections.abc import Container
from enum import StrEnum

from stdnum.cz import dic

from shared.errors import DomainError

IC_DIGITS = 8
DATA_BOX_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
DATA_BOX_ID = re.compile(rf"[{DATA_BOX_ALPHABET}]{{7}}")
MUNICIPALITY_CODE = re.compile(r"[0-9]{6}")


class ApplicantKind(StrEnum):
    """What the applicant is; calls prefer by kind (C4 prefers ``ngo``)."""

    FARMER = "farmer"
    COMPANY = "company"
    MUNICIPALITY = "municipality"
    MUNICIPAL_BODY = "municipal_body"
    """Founded by a municipality: a school, a museum, a volunteer fire brigade."""
    NGO = "ngo"
    PERSON = "person"
    """A natural person who is no entrepreneur."""


KINDS_WITHOUT_IC: Container[ApplicantKind] = frozenset({ApplicantKind.PERSON})


class InvalidIc(DomainError):
    """The IČO has a wrong form or check digit. Params: ``ic``."""


class MissingIc(DomainError):
    """An applicant of this kind has an IČO. Params: ``kind``."""


class InvalidDataBoxId(DomainError):
    """Wrong form or check character of a data box identifier. Params: ``data_box_id``."""


class InvalidMunicipalityCode(DomainError):
    """The code of a municipality has six digits. Params: ``code``."""


def normalise_ic(text: str) -> str:
    """Return the IČO as eight digits, its check digit verified.

    Args:
        text: as people paste it; spaces are left out, leading zeros filled in.

    Raises:
        InvalidIc: not a number, too long, or the check digit does not agree.

    Source:
        Act 304/2013 Coll. (public registers): the identification number of a person; the
        weighted check digit modulo 11 is computed by python-stdnum.
    """
    digits = re.sub(r"\s", "", text)
    padded = digits.zfill(IC_DIGITS)
    # An identification number is the eight-digit form of the tax number of a legal entity.
    if not digits.isascii() or not digits.isdigit() or len(padded) != IC_DIGITS:
        raise InvalidIc(ic=text)
    if dic.calc_check_digit_legal(padded[:-1]) != padded[-1]:
        raise InvalidIc(ic=text)
    return padded


def check_ic(kind: ApplicantKind, ic: str | None) -> str | None:
    """Return the normalised IČO, demanded of every kind but natural persons.

    Raises:
        MissingIc, InvalidIc.

    Source:
        R11 (the application names its applicant); only a natural person who is no
        entrepreneur has no identification number.
    """
    if ic:
        return normalise_ic(ic)
    if kind not in KINDS_WITHOUT_IC:
        raise MissingIc(kind=kind.value)
    return None


def check_data_box_id(text: str) -> str:
    """Return the identifier of a data box in small letters.

    Raises:
        InvalidDataBoxId: not seven of the permitted characters, or the last one, which checks
            the others, does not agree.

    Source:
        R38; operating rules of the data box system (seven characters without l, o, 0, 1; the
        seventh is a Luhn check character modulo 32).
    """
    found = text.strip().lower()
    if not DATA_BOX_ID.fullmatch(found) or _luhn_32(found[:-1]) != found[-1]:
        raise InvalidDataBoxId(data_box_id=text)
    return found


def check_municipality_code(text: str) -> str:
    """Return the six-digit code of a municipality.

    Raises:
        InvalidMunicipalityCode: not six digits.

    Source:
        R23, A23 (NUTS5 is the former name of LAU 2, i.e. the municipality).
    """
    found = text.strip()
    if not MUNICIPALITY_CODE.fullmatch(found):
        raise InvalidMunicipalityCode(code=text)
    return found


def _luhn_32(stem: str) -> str:
    base = len(DATA_BOX_ALPHABET)
    total = 0
    for position, character in enumerate(stem):
        value = DATA_BOX_ALPHABET.index(character) * (1 + position % 2)
        total += value // base + value % base
    return DATA_BOX_ALPHABET[-total % base]
