"""What people in charge are told when documents may stop proving anything."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registry.models import Person
from services.registry.service.notices import Notice, tell_person
from services.registry.service.work import Work
from shared.actors import Actor
from shared.clock import Clock
from shared.contracts.events import Event

AT_RISK = "documents.at_risk"
IN_CHARGE = frozenset({"director", "operator"})
KNOWN = Notice(
    "Dokumenty v ohrožení",
    "Dokumentů a dokladů v ohrožení je {count}, z toho nově nebo naléhavěji {fresh}. První z nich "
    "přestane být prokazatelný {first_on}. Co je jim a co s tím, najdete ve Výzvě v Dokumentech "
    "na stránce „V ohrožení“.",
)
UNKNOWN = Notice(
    "Dokumenty v ohrožení",
    "Dokumentů a dokladů v ohrožení je {count}, z toho nově nebo naléhavěji {fresh}. Dokdy půjde "
    "pomoci, nelze říct. Co je jim a co s tím, najdete ve Výzvě v Dokumentech na stránce "
    "„V ohrožení“.",
)


def tell_of_risks(session: Session, event: Event, clock: Clock) -> None:
    """Tell every director and operator by e-mail, each once for an event."""
    work = Work(session, Actor(organisation_id=event.organisation_id, name="Dokumenty"), clock)
    people = session.scalars(
        select(Person).where(Person.organisation_id == event.organisation_id, Person.is_active)
    )
    told = {"count": str(event.payload["count"]), "fresh": str(event.payload["fresh"])}
    first_on, notice = event.payload["first_on"], UNKNOWN
    if first_on:
        day, notice = date.fromisoformat(first_on), KNOWN
        told["first_on"] = f"{day.day}. {day.month}. {day.year}"
    for person in people:
        if person.email and IN_CHARGE & set(person.roles):
            tell_person(work, person.email, notice, **told)
