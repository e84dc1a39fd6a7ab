"""The people of the demonstration. All of them are invented."""

from dataclasses import dataclass

ORGANISATION = "MAS Sdružení Západní Krušnohoří"
PASSWORD = "vyzva-demo-2026"  # noqa: S105 - the demonstration's accounts are public on purpose
SIGNING_SECRET = "podpis-demo-2026"  # noqa: S105 - likewise


@dataclass(frozen=True)
class Person:
    """An account of the demonstration."""

    login: str
    name: str
    function: str
    roles: tuple[str, ...]


DIRECTOR = Person("reditelka", "Ing. Jana Malá", "ředitelka", ("director", "operator"))
ASSISTANT = Person("asistentka", "Petra Dvořáková", "asistentka", ("assistant", "registrar"))
CONTROLLER_1 = Person("kontrola1", "Mgr. Tomáš Beneš", "projektový manažer", ("controller",))
CONTROLLER_2 = Person("kontrola2", "Lucie Horáková", "projektová manažerka", ("controller",))
PROGRAMME = Person(
    "programovy", "Ing. Karel Vlček", "předseda programového výboru", ("programme_committee",)
)
ASSEMBLY = Person("valna", "Marie Kadlecová", "předsedkyně MAS", ("assembly",))
AUDITOR = Person("auditor", "Ing. Eva Šimková", "auditorka", ("auditor",))

MAYOR = Person("starosta", "Josef Kučera", "starosta, člen hodnotitelské komise", ("evaluator",))
FARMER = Person(
    "zemedelec", "Václav Jelínek", "zemědělec, člen hodnotitelské komise", ("evaluator",)
)
EVALUATORS = (
    Person(
        "hodnotitel1",
        "RNDr. Hana Marešová",
        "předsedkyně hodnotitelské komise",
        ("evaluator", "committee"),
    ),
    Person(
        "hodnotitel2", "Bc. Ondřej Fiala", "člen hodnotitelské komise", ("evaluator", "committee")
    ),
    Person(
        "hodnotitel3", "Alena Růžičková", "členka hodnotitelské komise", ("evaluator", "committee")
    ),
    Person(
        "hodnotitel4", "Ing. Pavel Urban", "člen hodnotitelské komise", ("evaluator", "committee")
    ),
    Person(
        "hodnotitel5", "Zdeňka Holubová", "členka hodnotitelské komise", ("evaluator", "committee")
    ),
    MAYOR,
    FARMER,
)
STAFF = (DIRECTOR, ASSISTANT, CONTROLLER_1, CONTROLLER_2, PROGRAMME, ASSEMBLY, AUDITOR)
EVERYBODY = (*STAFF, *EVALUATORS)

MEMBERS = tuple((f"Člen {number}, z. s.", f"clen{number}@example.org") for number in range(1, 9))
