"""The fifteen toy projects on which the golden vectors of the eight calls are computed."""

from fractions import Fraction
from uuid import UUID, uuid5

from services.evaluation.domain.allocation import Candidate
from shared.money import Money

SPACE = UUID("6f1d2a34-0000-4000-8000-000000000000")

TOY = """
p01 F1 88 1900000 farmer 1
p02 F1 71 1400000 farmer 2
p03 F2 80 1200000 company 3
p04 F3 64 900000 company 4
p05 F3 52 700000 municipality 5
p06 F5 93 2000000 municipality 6
p07 F5 90 1100000 municipality 7
p08 F5 79 600000 ngo 8
p09 F5 74 450000 ngo 9
p10 F6 58 300000 ngo 10
p11 F7 61 800000 municipality 11
p12 F8 69 500000 company 12
p13 F8 66 400000 company 13
p14 F9 77 650000 farmer 14
p15 F5 74 1300000 municipality 15
"""


def candidate(line: str) -> Candidate:
    """Read one line of the table."""
    number, fiche, points, amount, kind, order = line.split()
    return Candidate(
        application_id=uuid5(SPACE, number),
        number=number,
        fiche=fiche,
        points=Fraction(points),
        requested=Money.czk(int(amount)),
        applicant_kind=kind,
        received_order=int(order),
    )


CANDIDATES = tuple(candidate(line) for line in TOY.strip().splitlines())
NUMBER_OF = {item.application_id: item.number for item in CANDIDATES}
ID_OF = {number: key for key, number in NUMBER_OF.items()}
