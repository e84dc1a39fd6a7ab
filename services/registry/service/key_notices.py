"""What a person is told when a signing key in that name was made or put away in documents."""

from datetime import datetime
from uuid import UUID

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
KEY_NOTICES = {
    "signing_key.made": Notice(
        "Nový podpis na vaše jméno", "{at} vznikl ve Výzvě nový podpis na vaše jméno. " + WARNING
    ),
    "signing_key.retired": Notice(
        "Váš podpis je odložený", "{at} byl ve Výzvě odložen váš dosavadní podpis. " + WARNING
    ),
}
WAITS = Notice(
    "Nový podpis na vaše jméno",
    "{at} vznikl ve Výzvě nový podpis na vaše jméno. Podepisovat jím půjde od {usable_from}, dřív "
    "jen když jej potvrdí jiná osoba. " + WARNING,
)


def tell_about_key(session: Session, event: Event, clock: Clock) -> None:
    """Have the person told by e-mail; somebody else who holds the session would notice nothing."""
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


def _moment(at: datetime) -> str:
    local = at.astimezone(PRAGUE)
    return f"{local.day}. {local.month}. {local.year} {local:%H:%M}"
