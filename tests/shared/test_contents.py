"""What a database holds: the sentence "nothing changed" must see a changed value, too."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from shared.db import transaction
from shared.money import Money
from tests.contents import contents
from tests.shared.toy import ORGANISATION, Thing, engine_for


@pytest.fixture
def engine(each_database_url: str) -> Iterator[Engine]:
    with engine_for(each_database_url) as engine:
        yield engine


def test_a_changed_value_is_seen(engine: Engine) -> None:
    with Session(engine) as session, transaction(session):
        session.add(Thing(organisation_id=ORGANISATION, name="a"))
    with Session(engine) as session:
        before = contents(session, Thing.metadata, ())
        assert contents(session, Thing.metadata, ()) == before

    with Session(engine) as session, transaction(session):
        session.query(Thing).update({"price": Money.parse("1")})

    with Session(engine) as session:
        after = contents(session, Thing.metadata, ())
        assert {name for name in after if after[name] != before[name]} == {Thing.__tablename__}
        assert Thing.__tablename__ not in contents(session, Thing.metadata, (Thing.__tablename__,))
