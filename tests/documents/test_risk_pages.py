"""What is at risk: found by the rule at any size, shown to staff, told to those in charge."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import event, select, update

from services.documents.archiving import Archivist
from services.documents.caring import raise_levels
from services.documents.commands import files
from services.documents.domain.algorithms import AlgorithmPolicy
from services.documents.domain.risks import Facts, risks_of
from services.documents.models import ArchiveStamp, Delivery, Document, Proof, RiskNotice, db
from services.documents.risk_care import RiskCare
from services.documents.service.risk_notices import note_check, redate, remind_of_risks
from services.documents.service.risks import RiskRules, find_risks, risk_of
from services.documents.service.work import Work, worker_actor
from shared.clock import FrozenClock
from shared.db import transaction
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    CONTROLLER,
    DIRECTOR,
    NOW,
    ORGANISATION,
    OTHER_ORGANISATION,
    STRANGER,
    Office,
    person,
    record,
)
from tests.documents.test_levels import tools

DAY = timedelta(days=1)
OPERATOR = person("Správce Systému", "operator")


def issued(office: Office, **columns: Any) -> str:
    """Issue a document with the seal alone, then let its row say what the test wants."""
    document_id = str(office.put(record())["id"])
    office.work()
    assert office.view(document_id)["state"] == "issued"
    if columns:
        change(office, document_id, **columns)
    return document_id


def change(office: Office, document_id: str, **columns: Any) -> None:
    with office.context():
        own = update(Document).where(Document.id == UUID(document_id)).values(**columns)
        db.session.execute(own)
        db.session.commit()


def at_risk(office: Office, actor: Any = DIRECTOR, **query: Any) -> dict[str, Any]:
    told: dict[str, Any] = office.api("GET", "/at-risk", actor, **query).json
    return told


def look(office: Office) -> int:
    with office.context():
        return RiskCare(db.session, tools(office)).run_once()


def rules(office: Office) -> RiskRules:
    return tools(office).risk_rules


def work(office: Office, organisation_id: UUID = ORGANISATION) -> Work:
    return Work(db.session(), worker_actor(organisation_id), office.clock)


def test_nothing_is_at_risk_while_the_worker_works(office: Office) -> None:
    issued(office)

    office.clock.move_to(NOW + timedelta(hours=2))
    office.work(2)
    office.clock.move_to(NOW + 4 * DAY)
    office.work(2)

    assert at_risk(office)["total"] == 0
    assert "Nic není v ohrožení" in office.browser(DIRECTOR).get("/at-risk").text


def test_a_standing_worker_is_noticed(office: Office) -> None:
    first = issued(office)
    office.clock.move_to(NOW + 4 * DAY)

    (one,) = at_risk(office)["items"]

    assert one["document_id"] == first
    assert [risk["reason"] for risk in one["risks"]] == ["below_level", "no_record"]
    with office.context():
        seal_ends = db.session.get_one(Document, UUID(first)).good_until
        assert seal_ends is not None
        assert datetime.fromisoformat(one["too_late"]) == seal_ends


def test_the_night_takes_a_document_into_a_record_and_a_new_revision_takes_it_out(
    office: Office,
) -> None:
    first = issued(office)
    office.clock.move_to(NOW + timedelta(hours=20))
    office.work(2)

    with office.context():
        row = db.session.get_one(Document, UUID(first))
        assert row.level == "B-LTA"
        assert row.recorded_at == office.clock.now()
        revised = row.kept_at
    change(office, first, renew_by=NOW + 2 * DAY, care_due_at=None)
    office.clock.move_to(NOW + 2 * DAY + timedelta(minutes=1))
    with office.context():
        assert raise_levels(db.session, tools(office)) == 1
        row = db.session.get_one(Document, UUID(first))
        assert row.recorded_at is None
        assert (revised, row.kept_at) == (NOW + timedelta(hours=20), office.clock.now())


def test_the_rule_and_the_search_agree_on_a_thousand_documents(office: Office) -> None:
    model = issued(office)
    dice = Random(7)
    with office.context():
        clones(model, 1000, lambda: chances(dice))
        found = {one.subject_id: one for one in find_risks(work(office), rules(office))}
        every = {row.id: by_rule(row, office) for row in db.session.scalars(select(Document))}

    assert {key: one.risks for key, one in found.items()} == {
        key: risks for key, risks in every.items() if risks
    }
    reasons = {risk.reason for one in found.values() for risk in one.risks}
    assert len(reasons) >= 8
    assert len(found) < 900
    with office.context():
        key = next(iter(found))
        assert risk_of(work(office), rules(office), key) == found[key]
        sound = next(key for key, risks in every.items() if not risks)
        assert risk_of(work(office), rules(office), sound) is None
        assert find_risks(work(office, OTHER_ORGANISATION), rules(office)) == []


def clones(model: str, count: int, columns: Callable[[], dict[str, Any]]) -> None:
    """Add documents that differ from the model in their care only."""
    row = db.session.get_one(Document, UUID(model))
    given = {column.key: getattr(row, column.key) for column in Document.__table__.columns}
    for number in range(count):
        new = {"id": uuid4(), "number": f"ZK/{number:06}/2026"}
        db.session.add(Document(**{**given, **new, **columns()}))
    db.session.commit()


def chances(dice: Random) -> dict[str, Any]:
    def some_time() -> datetime:
        return NOW + timedelta(days=dice.randint(-400, 400))

    state, has_trouble = dice.choice(["draft", "signed", *["issued"] * 6]), dice.random() < 0.2
    return {
        "state": state,
        "level": dice.choice(["B-T", "B-LT", *["B-LTA"] * 8]) if state == "issued" else "",
        "signed_at": some_time(),
        "issued_at": some_time() if state == "issued" else None,
        "kept_at": some_time() if state == "issued" else None,
        "recorded_at": dice.choice([None, NOW, NOW, NOW]),
        "renew_by": dice.choice([None, some_time(), NOW + 900 * DAY, NOW + 900 * DAY]),
        "good_until": dice.choice([None, some_time(), NOW + 999 * DAY, NOW + 999 * DAY]),
        "algorithms": "sha256 ec-256",
        "trouble": dice.choice(["revoked", "not_proved", "no_stamp"]) if has_trouble else None,
        "trouble_since": some_time(),
        "care_attempts": dice.randint(0, 60),
    }


def by_rule(row: Document, office: Office) -> Any:
    facts = Facts(
        kept_at=row.kept_at or row.created_at,
        state=row.state,
        level=row.level,
        signed_at=row.signed_at,
        issued_at=row.issued_at,
        renew_by=row.renew_by,
        good_until=row.good_until,
        trouble=row.trouble,
        trouble_since=row.trouble_since,
        failures=row.care_attempts,
        is_recorded=row.recorded_at is not None or row.state != "issued",
    )
    return risks_of(facts, rules(office).bounds, office.clock.now())


def test_no_question_reads_the_whole_archive(office: Office, database_url: str) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("plans are compared on SQLite, whose planner needs no statistics")
    model = issued(office)
    with office.context():
        asked: list[tuple[str, Any]] = []

        def note(_1: Any, _2: Any, statement: str, parameters: Any, *_3: Any) -> None:
            asked.append((statement, parameters))

        event.listen(db.engine, "before_cursor_execute", note)
        find_risks(work(office), rules(office))
        risk_of(work(office), rules(office), UUID(model))
        event.remove(db.engine, "before_cursor_execute", note)
        driver = db.session.connection().connection.cursor()
        plans = [
            (statement, step[3])
            for statement, parameters in asked
            for step in driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        ]

    assert len(asked) >= 12
    scans = [plan for plan in plans if plan[1].startswith("SCAN") and "stored_fault" not in plan[1]]
    assert scans == []


def test_a_missing_and_a_changed_file_are_listed_until_they_are_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = office.app.extensions["vyzva-settings"]
    monkeypatch.setenv("VYZVA_VAR", str(settings.var))
    monkeypatch.setenv("VYZVA_DATABASE_URL", settings.database_url)
    gone, changed = issued(office), issued(office)
    folder = Path(settings.var) / "documents" / "files"
    paths = [next(folder.rglob(f"{office.view(one)['sha256']}*")) for one in (gone, changed)]
    kept = [path.read_bytes() for path in paths]
    paths[0].unlink()
    paths[1].chmod(0o600)
    paths[1].write_bytes(kept[1] + b"x")

    assert CliRunner().invoke(files, ["check"]).exit_code == 1
    told = at_risk(office)

    assert {one["document_id"]: one["risks"][0]["reason"] for one in told["items"]} == {
        gone: "file_missing",
        changed: "file_changed",
    }
    assert told["reasons"] == {"file_missing": 1, "file_changed": 1}
    assert told["checked_at"]
    for path, content in zip(paths, kept, strict=True):
        path.write_bytes(content)
    assert CliRunner().invoke(files, ["check"]).exit_code == 0
    assert at_risk(office)["total"] == 0


def test_a_night_that_finds_a_file_gone_writes_it_down(office: Office) -> None:
    first = issued(office)
    settings = office.app.extensions["vyzva-settings"]
    folder = Path(settings.var) / "documents" / "files"
    next(folder.rglob(f"{office.view(first)['sha256']}*")).unlink()
    office.clock.move_to(NOW + DAY)
    with office.context():
        Archivist(db.session, tools(office)).run_once()

    (one,) = at_risk(office)["items"]
    assert [risk["reason"] for risk in one["risks"]] == ["file_missing"]


def test_a_proof_of_delivery_in_no_record_is_listed(office: Office) -> None:
    first = issued(office)
    with office.context():
        delivery = uuid4()
        add_proof(UUID(first), delivery, "f" * 64)
    office.clock.move_to(NOW + 4 * DAY)
    change(office, first, level="B-LTA", recorded_at=NOW)

    (one,) = at_risk(office)["items"]

    assert (one["kind"], one["document_id"], one["title"]) == ("proof", first, "podaci-listek.pdf")
    assert one["risks"] == [{"reason": "no_record", "too_late": None}]
    with office.context(), transaction(db.session()) as session:
        note_check(session, {"f" * 64: "missing"}, 1, office.clock.now())
    assert [risk["reason"] for risk in at_risk(office)["items"][0]["risks"]] == [
        "no_record",
        "file_missing",
    ]


def test_a_message_without_its_proofs_is_listed_before_isds_erases_it(office: Office) -> None:
    first, second, third = (issued(office) for _ in range(3))
    with office.context():
        add_message(UUID(first), NOW)
        add_message(UUID(second), NOW, "sent_message")
        add_message(UUID(third), NOW, "sent_message", "delivery_info")
    for one in (first, second, third):
        change(office, one, level="B-LTA", recorded_at=NOW)

    office.clock.move_to(NOW + 10 * DAY - timedelta(seconds=1))
    assert messages_at_risk(office) == []
    office.clock.move_to(NOW + 10 * DAY)
    found = messages_at_risk(office)

    assert {one["document_id"] for one in found} == {first, second}
    erased = (NOW + 90 * DAY).isoformat()
    assert [one["risks"] for one in found] == [[{"reason": "not_fetched", "too_late": erased}]] * 2
    page = office.browser(DIRECTOR).get("/at-risk?kind=delivery").text
    assert "Doklad o odeslání nebo doručení leží jen v datových schránkách" in page
    for one in (first, second):  # where the cause is told
        assert f'/deliveries/{office.view(one)["delivery"]["id"]}">' in page


def messages_at_risk(office: Office) -> list[dict[str, Any]]:
    return [one for one in at_risk(office)["items"] if one["kind"] == "delivery"]


def add_message(document_id: UUID, sent_at: datetime, *proofs: str) -> None:
    delivery_id = uuid4()
    add_proof(document_id, delivery_id, uuid4().hex * 2)
    (other,) = db.session.scalars(select(Proof).where(Proof.delivery_id == delivery_id))
    delivery = db.session.get_one(Delivery, delivery_id)
    delivery.channel, delivery.dispatched_at = "data_box", sent_at
    delivery.message_id = delivery_id.hex[:12]
    other.recorded_at = sent_at
    for kind in proofs:
        add_kept(other, kind)
    db.session.commit()


def add_kept(like: Proof, kind: str) -> None:
    names = [column.name for column in Proof.__table__.columns]
    values = {name: getattr(like, name) for name in names}
    ordinal = 1 + len([None for _ in db.session.scalars(select(Proof.id))])
    different = {"id": uuid4(), "kind": kind, "sha256": uuid4().hex * 2, "ordinal": ordinal}
    db.session.add(Proof(**{**values, **different}))


def add_proof(document_id: UUID, delivery_id: UUID, sha256: str) -> None:
    db.session.add(
        Delivery(
            id=delivery_id,
            organisation_id=ORGANISATION,
            document_id=document_id,
            state="sent",
            requested="post",
            channel="post",
            recipient_name="Obec Abertamy",
            address=[],
            subject="Oznámení",
            sender_reference=str(delivery_id),
        )
    )
    db.session.flush()
    db.session.add(
        Proof(
            organisation_id=ORGANISATION,
            delivery_id=delivery_id,
            ordinal=1,
            kind="posting_slip",
            sha256=sha256,
            file_name="podaci-listek.pdf",
            media_type="application/pdf",
            obtained_at=NOW,
            facts={},
        )
    )
    db.session.commit()


def test_a_record_that_was_not_renewed_is_listed(office: Office) -> None:
    first = issued(office)
    office.clock.move_to(NOW + timedelta(hours=20))
    office.work(2)
    with office.context():
        ends = db.session.scalars(select(ArchiveStamp.good_until)).one()
        bounds = rules(office).bounds

    office.clock.move_to(ends - bounds.record_margin + 13 * DAY)
    change(office, first, renew_by=ends + 999 * DAY, good_until=ends + 999 * DAY)
    before = at_risk(office)["total"]
    office.clock.move_to(ends - bounds.record_margin + 14 * DAY)
    (one,) = at_risk(office)["items"]
    with office.context():
        alone = risk_of(work(office), rules(office), UUID(first))
    office.work(2)

    assert before == 0
    assert one["risks"] == [{"reason": "record_ends", "too_late": one["too_late"]}]
    assert datetime.fromisoformat(one["too_late"]) == ends
    assert alone is not None
    assert alone.risks[0].reason == "record_ends"
    assert at_risk(office)["total"] == 0


def test_the_page_sorts_pages_filters_and_says_what_to_do(office: Office) -> None:
    model = issued(office)
    with office.context():
        days = iter(range(1, 61))
        clones(
            model,
            60,
            lambda: {
                "level": "B-LTA",
                "recorded_at": NOW,
                "issued_at": NOW - 9 * DAY,
                "renew_by": NOW - 99 * DAY,
                "good_until": NOW + next(days) * DAY,
            },
        )
    change(office, model, trouble="revoked", title="Zneplatněný")
    browser = office.browser(DIRECTOR)

    first = browser.get("/at-risk").text
    second = browser.get("/at-risk?page=2").text
    turned = browser.get("/at-risk?sort=-too_late").text
    revoked = browser.get("/at-risk?reason=signer_revoked").text
    nothing = browser.get("/at-risk?reason=no_record").text
    odd = browser.get("/at-risk?reason=nonsense&sort=x&page=-1").text

    assert "1–50 z 61" in first.replace("\xa0", " ")
    assert "51–61 z 61" in second.replace("\xa0", " ")
    assert first.index("ZK/000000/2026") < first.index("ZK/000001/2026")
    assert turned.index("ZK/000059/2026") < turned.index("ZK/000058/2026")
    assert "Vydejte opravu" in revoked
    assert "ZK/000000/2026" not in revoked
    assert "Výběru neodpovídá" in nothing
    assert "1–50 z 61" in odd.replace("\xa0", " ")


def test_the_table_is_saved_as_it_is_filtered(office: Office) -> None:
    issued(office, trouble="not_proved", title="=1+1")
    issued(office)

    saved = office.browser(AUDITOR).get("/at-risk.csv?reason=unproved")
    rows = list(csv.reader(io.StringIO(saved.text.lstrip("\ufeff")), delimiter=";"))

    assert saved.mimetype == "text/csv"
    assert [len(row) for row in rows] == [5, 5]
    assert rows[1][1:3] == ["'=1+1", "Ověření podle normy soubor nepřijalo"]


def test_who_sees_what_is_at_risk(office: Office) -> None:
    document_id = issued(office, trouble="revoked", title="Důvěrné")

    for actor in (DIRECTOR, ASSISTANT, AUDITOR, OPERATOR):
        assert office.browser(actor).get("/at-risk").status_code == 200
        assert at_risk(office, actor)["total"] == 1
    assert office.browser(CONTROLLER).get("/at-risk").status_code == 403
    assert office.api("GET", "/at-risk", CONTROLLER).status_code == 403
    assert office.browser(CONTROLLER).get("/at-risk.csv").status_code == 403
    assert at_risk(office, STRANGER)["total"] == 0
    # The operator looks after keys and may not read documents.
    (one,) = at_risk(office, OPERATOR)["items"]
    assert one["title"] == ""
    for path in ("/at-risk", "/at-risk.csv"):
        shown = office.browser(OPERATOR).get(path).text
        assert "Důvěrné" not in shown
        assert document_id not in shown
        assert "Důvěrné" in office.browser(AUDITOR).get(path).text


def test_the_api_refuses_an_unknown_reason(office: Office) -> None:
    assert office.api("GET", "/at-risk", DIRECTOR, reason="nonsense").status_code == 422
    assert office.api("GET", "/at-risk", DIRECTOR, page=0).status_code == 422


def test_document_and_panel_lead_to_the_list(office: Office) -> None:
    document_id = issued(office, trouble="revoked")
    browser = office.browser(DIRECTOR)
    before = browser.get("/keys").text
    look(office)

    page, panel, waiting = (browser.get(path).text for path in (f"/{document_id}", "/keys", "/"))

    assert "Dokument je v ohrožení." in page
    assert "/at-risk" in page
    assert "žádné nebyly" in before
    assert "V ohrožení je 1 dokument" in panel.replace("\xa0", " ")
    assert "Zachránit, co je v ohrožení" in waiting
    assert "Zachránit" not in office.browser(ASSISTANT).get("/").text


def told(office: Office) -> list[tuple[int, int, int]]:
    events = office.service("GET", "/events").json["events"]
    found = [one["payload"] for one in events if one["kind"] == "documents.at_risk"]
    return [(one["count"], one["fresh"], one["days"]) for one in found]


def test_people_in_charge_are_told_once_at_each_step_and_anew_after_a_rescue(
    office: Office,
) -> None:
    first = issued(office)
    ends = NOW + 100 * DAY
    sound = {"level": "B-LTA", "recorded_at": NOW, "renew_by": NOW + 900 * DAY}
    late = {**sound, "good_until": ends, "renew_by": NOW - 80 * DAY}
    change(office, first, **sound, good_until=NOW + 999 * DAY)
    for left in (100, 99, 61, 60, 59, 40, 29, 20, 6, 1):
        office.clock.move_to(ends - left * DAY)
        change(office, first, **late)
        look(office)
        look(office)

    assert told(office) == [(1, 1, step) for step in (90, 60, 30, 7)]
    second = issued(office, **{**late, "trouble": "revoked"})
    look(office)
    look(office)
    assert told(office)[4:] == [(2, 1, 7)]

    for one in (first, second):
        change(office, one, **sound, good_until=NOW + 999 * DAY, trouble=None)
    look(office)
    with office.context():
        assert db.session.scalars(select(RiskNotice)).all() == []
    change(office, first, **late)
    look(office)
    assert told(office)[5:] == [(1, 1, 7)]


def test_a_worker_looks_once_a_day(office: Office) -> None:
    first, second = issued(office), issued(office)
    care = RiskCare(db.session, tools(office))

    def run() -> int:
        with office.context():
            return care.run_once()

    change(office, first, trouble="revoked")
    assert [run(), run()] == [1, 0]
    change(office, second, trouble="revoked")
    assert run() == 0
    office.clock.move_to(NOW + DAY)
    assert run() == 1


def test_nobody_is_told_before_the_care_had_its_time(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(office, issued(office), trouble="revoked")
    real = FrozenClock(NOW)
    monkeypatch.setattr("services.documents.risk_care.SystemClock", lambda: real)
    with office.context():
        usual = tools(office)
        settings = usual.settings.model_copy(update={"risk_settle_minutes": 60})
        care = RiskCare(db.session, replace(usual, settings=settings))

        def after(minutes: int, jump: timedelta = timedelta(0)) -> int:
            real.move_to(real.now() + timedelta(minutes=minutes))
            office.clock.move_to(office.clock.now() + timedelta(minutes=minutes) + jump)
            return care.run_once()

        assert [after(0), after(59)] == [0, 0]
        assert [after(0, 14 * DAY), after(59)] == [0, 0]  # a jump begins the hour anew
        assert [after(1), after(1)] == [1, 0]


def test_an_announced_end_of_an_algorithm_counts_for_what_is_stamped(office: Office) -> None:
    both, key, neither, later = (
        issued(office, level="B-LTA", recorded_at=NOW, algorithms=algorithms, good_until=good)
        for algorithms, good in (
            ("sha256 ec-256", NOW + 900 * DAY),
            ("sha512 sha256-rsa", NOW + 900 * DAY),
            ("sha384 ec-256", NOW + 900 * DAY),
            ("sha256 ec-256", NOW + 20 * DAY),
        )
    )
    end = (NOW + 40 * DAY).date()
    policy = AlgorithmPolicy({"sha256": end})
    with office.context():
        with transaction(db.session()):
            assert redate(work(office), policy) == 1
        with transaction(db.session()):
            assert redate(work(office), policy) == 0
        kept = {
            str(row.id): (row.good_until, row.renew_by)
            for row in db.session.scalars(select(Document))
        }

    assert kept[both][0] == policy.end_of(["sha256"])
    assert kept[both][1] == NOW
    assert kept[key][0] == kept[neither][0] == NOW + 900 * DAY
    assert kept[later][0] == NOW + 20 * DAY
    office.clock.move_to(NOW + 2 * DAY)
    with office.context():
        found = find_risks(work(office), replace(rules(office), policy=policy))
    assert {str(one.subject_id): one.risks[0].reason for one in found} == {later: "ends_soon"}
    office.clock.move_to(NOW + 14 * DAY)
    with office.context():
        found = find_risks(work(office), replace(rules(office), policy=policy))
    assert {str(one.subject_id): [risk.reason for risk in one.risks] for one in found} == {
        later: ["ends_soon"],
        both: ["renewal_late", "algorithm_ends"],
    }


def test_one_event_tells_of_everything(office: Office) -> None:
    for one in [issued(office) for _ in range(3)]:
        change(office, one, trouble="revoked")
    with office.context():
        found = find_risks(work(office), rules(office))
        with transaction(db.session()):
            assert remind_of_risks(work(office), found) == 3
        with transaction(db.session()):
            assert remind_of_risks(work(office), found) == 0

    assert len(told(office)) == 1
