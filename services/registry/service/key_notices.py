"""What a person is told when a signing key in that name was made or put away in documents."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.registry.models import Person
from services.registry.service.notices import Notice, tell_person
from services.registry.service.work import Work
from shared.actors import Actor
from shared.clock import PRAGUE, Clock
from shared.contracts.events import Event

WARNING = (
    "Pokud jste to nebyli vy, změňte si hned heslo, odhlaste se na všech zařízeních a řekněte to "
    "ředitelce: vaším jménem by mohl podepisovat někdo jiný."
)
ENDS_SOON = "signing_key.ends"
KEY_NOTICES = {
    "signing_key.made": Notice(
        "Nový podpis na vaše jméno", "{at} vznikl ve Výzvě nový podpis na vaše jméno. " + WARNING
    ),
    "signing_key.retired": Notice(
        "Váš podpis je odložený", "{at} byl ve Výzvě odložen váš dosavadní podpis. " + WARNING
    ),
}
ENDS = Notice(
    "Certifikát brzy skončí",
    "Certifikát „{subject}“ ({name}) platí do {ends_on}, zbývá nejvýš {days} dní. Bez nového se "
    "jím potom nepodepíše ani neopatří pečetí žádný dokument.",
)
LOGIN_ENDS_SOON = "data_box_login.ends"
LOGIN_ENDS = {
    "certificate": Notice(
        "Certifikát k datové schránce brzy skončí",
        "Certifikát, kterým se Výzva přihlašuje k datové schránce, platí do {ends_on}, zbývá "
        "nejvýš {days} dní. Bez nového pak nic neodejde. Správce ať opatří nový a uloží ho místo "
        "dosavadního.",
    ),
    "password": Notice(
        "Heslo k datové schránce brzy skončí",
        "Heslo, kterým se Výzva přihlašuje k datové schránce, platí do {ends_on}, zbývá nejvýš "
        "{days} dní. Bez nového pak nic neodejde. Změňte ho v datové schránce a správce ať ho "
        "uloží do nastavení.",
    ),
}
IN_CHARGE = frozenset({"director", "operator"})
WAITS = Notice(
    "Nový podpis na vaše jméno",
    "{at} vznikl ve Výzvě nový podpis na vaše jméno. Podepisovat jím půjde od {usable_from}, dřív "
    "jen když jej potvrdí jiná osoba. " + WARNING,
)


def tell_about_key(session: Session, event: Event, clock: Clock) -> None:
    """Have the person told by e-mail; somebody else who holds the session would notice nothing."""
    if event.kind == ENDS_SOON:
        _tell_of_end(session, event, clock)
        return
    person = session.get(Person, UUID(event.payload["person_id"]))
    if person is None or person.organisation_id != event.organisation_id or not person.email:
        return
    work = Work(session, Actor(organisation_id=event.organisation_id, name="Dokumenty"), clock)
    usable_from = event.payload.get("usable_from")
    if event.kind == "signing_key.made" and usable_from:
        until = _moment(datetime.fromisoformat(usable_from))
        tell_person(work, person.email, WAITS, at=_moment(event.at), usable_from=until)
    else:
        tell_person(work, person.email, KEY_NOTICES[event.kind], at=_moment(event.at))


def _tell_of_end(session: Session, event: Event, clock: Clock) -> None:
    """Tell the holder and every director that a certificate ends, each once."""
    work = Work(session, Actor(organisation_id=event.organisation_id, name="Dokumenty"), clock)
    people = session.scalars(
        select(Person).where(Person.organisation_id == event.organisation_id, Person.is_active)
    )
    holder = event.payload["person_id"]
    day = date.fromisoformat(event.payload["ends_on"])
    told = {
        "subject": event.payload["subject"],
        "name": event.payload["name"],
        "days": str(event.payload["days"]),
        "ends_on": f"{day.day}. {day.month}. {day.year}",
    }
    for person in people:
        if person.email and ("director" in person.roles or str(person.id) == holder):
            tell_person(work, person.email, ENDS, **told)


def tell_of_login(session: Session, event: Event, clock: Clock) -> None:
    """Tell every director and operator that the login of the data box ends, each once."""
    work = Work(session, Actor(organisation_id=event.organisation_id, name="Dokumenty"), clock)
    people = session.scalars(
        select(Person).where(Person.organisation_id == event.organisation_id, Person.is_active)
    )
    day = date.fromisoformat(event.payload["ends_on"])
    ends_on = f"{day.day}. {day.month}. {day.year}"
    notice, days = LOGIN_ENDS[event.payload["kind"]], str(event.payload["days"])
    for person in people:
        if person.email and IN_CHARGE & set(person.roles):
            tell_person(work, person.email, notice, days=days, ends_on=ends_on)


def _moment(at: datetime) -> str:
    local = at.astimezone(PRAGUE)
    return f"{local.day}. {local.month}. {local.year} {local:%H:%M}"
