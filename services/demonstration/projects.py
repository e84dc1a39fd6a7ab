"""The fifteen applications of the demonstration, and the call that they answer.

Fiche, points, amount and kind are a toy set; names, places, numbers and box ids are invented.
"""

from dataclasses import dataclass
from decimal import Decimal

NOTE = (
    "Ukázková výzva. Částku, způsob řazení a pravidla převodu popisuje 8. výzva MAS SZK; "
    "žadatelé, částky fichí, body a osoby jsou smyšlené."
)
AMOUNT = "8890000"
SPL_GOALS = {
    "B1": "Cíl 1 – služby a život v obcích",
    "B2": "Priorita A – rozvoj území podle potřeb obyvatel",
    "B4": "Cíl 3 – spolupráce a nové postupy",
}
"""The goals of the strategic plan that criteria serve (R51)."""


@dataclass(frozen=True)
class DemoFiche:
    """A fiche of the call; the amount is invented."""

    code: str
    name: str
    amount: str
    is_name_invented: bool = False


FICHES = (
    DemoFiche("F1", "Modernizace zemědělských podniků", "2000000", is_name_invented=True),
    DemoFiche("F2", "Zpracování místních produktů", "1000000", is_name_invented=True),
    DemoFiche("F3", "Podpora cestovního ruchu", "1000000"),
    DemoFiche("F5", "Občanské vybavení a služby", "2490000", is_name_invented=True),
    DemoFiche("F6", "Vzdělávání", "500000"),
    DemoFiche("F7", "Kulturní dědictví venkova", "500000", is_name_invented=True),
    DemoFiche("F8", "Podpora malého a středního podnikání", "700000"),
    DemoFiche("F9", "Diverzifikace činností nezemědělské povahy", "700000"),
)
UNDERDRAWN = ("F3", "F6", "F8", "F9")

ATTACHMENTS = (
    ("rozpocet", "Položkový rozpočet projektu", True),
    ("vlastnictvi", "Doklad o vlastnictví nebo nájmu místa realizace", True),
    ("fotodokumentace", "Fotodokumentace současného stavu", False),
)
ACCEPTABILITY = (
    ("P1", "Projekt se uskuteční na území MAS."),
    ("P2", "Žadatel patří mezi oprávněné žadatele fiche."),
    ("P3", "Výdaje odpovídají podmínkám fiche."),
)
SCORING = (
    ("B1", "Potřebnost projektu pro území", 30),
    ("B2", "Soulad se strategickým plánem, cíli a prioritami", 30),
    ("B3", "Připravenost a proveditelnost", 20),
    ("B4", "Inovativnost a spolupráce", 20),
)


@dataclass(frozen=True)
class Project:
    """An application of the demonstration."""

    code: str
    fiche: str
    points: int
    requested: str
    kind: str
    applicant: str
    ic: str
    municipality: str
    title: str
    data_box: str | None


PROJECTS = (
    Project(
        "p01",
        "F1",
        88,
        "1900000",
        "farmer",
        "Farma Podlesí, Jiří Vaněk",
        "90001371",
        "Kamenný Vrch",
        "Modernizace stáje pro masný skot",
        "pjfb73k",
    ),
    Project(
        "p02",
        "F1",
        71,
        "1400000",
        "farmer",
        "Václav Jelínek",
        "90001745",
        "Dolní Potok",
        "Pořízení lisu na seno a obnova seníku",
        "4fs5gtn",
    ),
    Project(
        "p03",
        "F2",
        80,
        "1200000",
        "company",
        "Krušnohorská sýrárna, s. r. o.",
        "90002113",
        "Stará Huť",
        "Rozšíření výroby ovčích sýrů",
        "hb5xrjs",
    ),
    Project(
        "p04",
        "F3",
        64,
        "900000",
        "company",
        "Penzion Na Hřebeni, s. r. o.",
        "90002482",
        "Horní Lesná",
        "Bezbariérové ubytování pro rodiny",
        "w7gr2bv",
    ),
    Project(
        "p05",
        "F3",
        52,
        "700000",
        "municipality",
        "Obec Dolní Potok",
        "90002857",
        "Dolní Potok",
        "Naučná stezka po zaniklých obcích",
        "b3tjb3x",
    ),
    Project(
        "p06",
        "F5",
        93,
        "2000000",
        "municipality",
        "Město Stará Huť",
        "90003225",
        "Stará Huť",
        "Obnova kulturního domu",
        "qx6dkt2",
    ),
    Project(
        "p07",
        "F5",
        90,
        "1100000",
        "municipality",
        "Obec Kamenný Vrch",
        "90003594",
        "Kamenný Vrch",
        "Rekonstrukce hasičské zbrojnice",
        "5th7vj5",
    ),
    Project(
        "p08",
        "F5",
        79,
        "600000",
        "ngo",
        "Sokol Horní Lesná, z. s.",
        "90003969",
        "Horní Lesná",
        "Zateplení tělocvičny",
        "ipuz6b9",
    ),
    Project(
        "p09",
        "F5",
        74,
        "450000",
        "ngo",
        "Spolek pro obnovu Lipové, z. s.",
        "90004337",
        "Lipová Hora",
        "Komunitní zahrada a dílna",
        "xj7tf3b",
    ),
    Project(
        "p10",
        "F6",
        58,
        "300000",
        "ngo",
        "Škola v lese, z. s.",
        "90004701",
        "Lipová Hora",
        "Kurzy tradičních řemesel",
        "cfimqtf",
    ),
    Project(
        "p11",
        "F7",
        61,
        "800000",
        "municipality",
        "Obec Horní Lesná",
        "90005074",
        "Horní Lesná",
        "Oprava kaple a křížové cesty",
        "rbvfzjj",
    ),
    Project(
        "p12",
        "F8",
        69,
        "500000",
        "company",
        "Truhlářství Beran, s. r. o.",
        "90005449",
        "Stará Huť",
        "CNC frézka pro výrobu oken",
        "6789abk",
    ),
    Project(
        "p13",
        "F8",
        66,
        "400000",
        "company",
        "Pekárna U Mostu, s. r. o.",
        "90005813",
        "Dolní Potok",
        "Nová pec a úsporný chladicí box",
        "j3j3j3n",
    ),
    Project(
        "p14",
        "F9",
        77,
        "650000",
        "farmer",
        "Ludmila Nováková",
        "90006186",
        "Kamenný Vrch",
        "Agroturistika na farmě",
        None,
    ),
    Project(
        "p15",
        "F5",
        74,
        "1300000",
        "municipality",
        "Obec Lipová Hora",
        "90006551",
        "Lipová Hora",
        "Přístavba mateřské školy",
        "dt9p5jw",
    ),
)
DEFICIENT = "p10"
"""The application whose budget has to be put right after a deficiency call."""
INCOMPLETE = "p13"
"""The application that first comes without a mandatory attachment and is refused."""
FEW = tuple(one for one in PROJECTS if one.code in ("p01", "p02", "p06", "p07", "p10", "p13"))
"""As many as the story needs: those with conflicts of interest, a defect and a gap."""
OFFICE_BOX = "yxwvutr"
"""Data box of the MAS in the simulator."""


def scores(project: Project, evaluator: int) -> list[Decimal]:
    """Return points per criterion; the mean of both evaluators' sums is the project's points.

    Args:
        evaluator: 0 or 1; the first gives one point more than the mean, the second one less.
    """
    total = project.points + (1 if evaluator == 0 else -1)
    maxima = [maximum for _code, _text, maximum in SCORING]
    given = [total * maximum // 100 for maximum in maxima]
    for index in range(total - sum(given)):
        given[index] += 1
    return [Decimal(points) for points in given]
