"""Administrative control through the API: R24-R39 with their ambiguities."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from services.evaluation.domain import states
from services.evaluation.models import Record, db
from tests.evaluation.browser import Browser
from tests.evaluation.house import BUDGETS, CALL, House, case_id, on, person_id

LIST = f"/calls/{CALL}/control-lists/F8"


@pytest.fixture
def opened(house: House) -> House:
    house.open_call(["p12", "p13"])
    return house


def kinds(house: House, number: str) -> list[str]:
    records = house.do("director", "GET", f"/cases/{case_id(number)}")["records"]
    return [record["kind"] for record in records]


def record_id(house: House, number: str, kind: str) -> str:
    records = house.do("director", "GET", f"/cases/{case_id(number)}")["records"]
    found: str = next(record["id"] for record in records if record["kind"] == kind)
    return found


class TestControlLists:
    """R26-R29."""

    def test_the_list_is_made_from_the_criteria_and_attachments_of_the_call(
        self, opened: House
    ) -> None:
        made = opened.do("assistant", "PUT", LIST, {})

        assert [item["code"] for item in made["items"]] == ["A1", "A2", "P1-spravna", "P1-uplna"]
        assert made["author_name"] == "Assistant"
        assert made["frozen_at"] is None

    def test_a_frozen_list_does_not_change(self, opened: House) -> None:
        opened.do("assistant", "PUT", LIST, {})
        opened.do("assistant", "POST", f"{LIST}/freezing")

        again = opened.ask("assistant", "PUT", LIST, {})
        twice = opened.ask("assistant", "POST", f"{LIST}/freezing")

        assert (again.status_code, twice.status_code) == (409, 409)
        assert again.json["type"].endswith("control-list-frozen")

    def test_a_list_without_an_attachment_of_the_fiche_is_refused(self, opened: House) -> None:
        items = [{"code": "A1", "kind": "acceptability", "text": "Leží v území."}]

        answer = opened.ask("assistant", "PUT", LIST, {"items": items})

        assert answer.json["type"].endswith("attachment-not-covered")
        assert opened.do("assistant", "GET", f"/calls/{CALL}/control-lists") == {"items": []}

    def test_a_stale_version_is_refused(self, opened: House) -> None:
        opened.do("assistant", "PUT", LIST, {})
        opened.move("2026-06-01", 11)
        opened.do("assistant", "PUT", LIST, {"version": 1})

        answer = opened.ask("assistant", "PUT", LIST, {"version": 1})

        assert (answer.status_code, answer.json["type"]) == (409, "urn:vyzva:problem:stale")

    def test_no_control_begins_before_its_list_is_frozen(self, opened: House) -> None:
        opened.do("assistant", "PUT", LIST, {})
        opened.appoint(["p12"])

        answer = opened.ask(
            "controller", "PUT", f"/cases/{case_id('p12')}/controls/mine", {"findings": []}
        )

        assert answer.json["type"].endswith("control-list-not-frozen")


class TestAppointment:
    """R24, R25, A5."""

    def appoint(self, house: House, *names: str) -> Any:
        body = {
            "case_ids": [str(case_id("p12"))],
            "controller_ids": [str(person_id(name)) for name in names],
        }
        return house.ask("director", "POST", f"/calls/{CALL}/controller-appointments", body)

    @pytest.mark.parametrize(
        ("names", "slug"),
        [
            (["controller"], "wrong-number-of-controllers"),
            (["controller", "controller 2", "registrar"], "wrong-number-of-controllers"),
            (["controller", "controller"], "same-controller-twice"),
            (["controller", "assistant"], "missing-role"),
            (["controller", "stranger"], "unknown-person"),
        ],
    )
    def test_only_two_different_controllers_can_be_appointed(
        self, opened: House, names: list[str], slug: str
    ) -> None:
        answer = self.appoint(opened, *names)

        assert (answer.status_code, answer.json["type"].rsplit(":")[-1]) == (422, slug)
        assert opened.state("p12") == states.REGISTERED

    def test_the_same_appointment_twice_changes_nothing(self, opened: House) -> None:
        first = self.appoint(opened, "controller", "controller 2")
        second = self.appoint(opened, "controller", "controller 2")

        assert first.json == second.json
        assert opened.state("p12") == states.ADMIN_CONTROL

    def test_the_pair_can_change_until_somebody_has_concluded(self, opened: House) -> None:
        opened.freeze_lists(["F8"])
        self.appoint(opened, "controller", "controller 2")
        assert self.appoint(opened, "controller", "registrar").status_code == 200

        opened.conclude("p12", "controller")

        answer = self.appoint(opened, "controller", "controller 2")
        assert answer.json["type"].endswith("control-already-started")

    def test_a_registrar_who_controls_is_reported(self, opened: House) -> None:
        opened.registry.feed.events[1]["payload"]["registered_by_id"] = str(person_id("registrar"))
        opened.registry.feed.events[1]["payload"]["id"] = str(case_id("p01"))
        event = dict(opened.registry.feed.events[1])
        opened.registry.feed.add("application.registered", case_id("p01"), event["payload"])
        opened.work()
        body = {
            "case_ids": [str(case_id("p01"))],
            "controller_ids": [str(person_id("controller")), str(person_id("registrar"))],
        }
        opened.do("director", "POST", f"/calls/{CALL}/controller-appointments", body)

        found = opened.do("director", "GET", f"/cases/{case_id('p01')}/controls")["items"]
        assert {c["controller_name"]: c["is_registrar"] for c in found} == {
            "Controller": False,
            "Registrar": True,
        }


class TestControl:
    """R28-R32, A4, A7."""

    @pytest.fixture
    def started(self, opened: House) -> House:
        opened.freeze_lists()
        opened.appoint(["p12"])
        return opened

    def test_each_controller_leaves_a_list_and_a_folder_record(self, started: House) -> None:
        made = started.conclude("p12", "controller")

        listed, entry = made["document_ids"]
        assert "PROJEKT JE PŘIJATELNÝ" in started.documents.text(listed)
        assert "ADMINISTRATIVNÍ KONTROLA PŘIJATELNOSTI" in started.documents.text(entry)
        for key in made["document_ids"]:
            found = started.documents.documents[UUID(key)]
            assert [s["name"] for s in found["request"]["signers"]] == ["Controller"]

    def test_the_control_ends_only_with_the_last_of_four_signatures(self, started: House) -> None:
        documents = [
            key
            for who in ("controller", "controller 2")
            for key in started.conclude("p12", who)["document_ids"]
        ]
        for key in documents[:-1]:
            started.documents.sign(key)
        started.work()
        assert started.state("p12") == states.ADMIN_CONTROL

        started.move("2026-06-03")
        started.documents.sign(documents[-1])
        started.work()

        case = started.do("director", "GET", f"/cases/{case_id('p12')}")
        assert case["state"] == states.CONTROL_PASSED
        assert case["control_ended_at"].startswith("2026-06-03T08:00")
        assert case["notice_due"] == "2026-06-10"  # five working days from Wednesday 3 June

    def test_one_concludes_once(self, started: House) -> None:
        started.conclude("p12", "controller")
        body = {"findings": [], "is_acceptable": True}

        path = f"/cases/{case_id('p12')}/controls/mine/conclusion"
        answer = started.ask("controller", "POST", path, body)

        assert answer.json["type"].endswith("already-concluded")
        assert sorted(kinds(started, "p12")) == ["control_entry", "control_list"]

    def test_a_controller_of_another_case_has_nothing_to_say_here(self, started: House) -> None:
        body = {"findings": [], "is_acceptable": True}
        path = f"/cases/{case_id('p12')}/controls/mine/conclusion"

        answer = started.ask("registrar", "POST", path, body)

        assert (answer.status_code, answer.json["type"]) == (
            403,
            "urn:vyzva:problem:not-appointed-controller",
        )

    def test_a_cancelled_document_lets_the_controller_conclude_again(self, started: House) -> None:
        made = started.conclude("p12", "controller")
        for key in made["document_ids"]:
            started.documents.cancel(key)
        started.work()

        started.conclude("p12", "controller", defect="chybí razítko")

        assert started.state("p12") == states.ADMIN_CONTROL

    def test_the_director_decides_a_disagreement_with_reasons(self, started: House) -> None:
        started.sign(started.conclude("p12", "controller"))
        started.sign(started.conclude("p12", "controller 2", defect="mimo území", code="A1"))
        path = f"/cases/{case_id('p12')}/control-decision"
        assert started.state("p12") == states.ADMIN_CONTROL

        empty = started.ask("director", "POST", path, {"is_acceptable": True, "reason": " "})
        assert empty.json["type"].endswith("decision-without-reason")
        started.do("director", "POST", path, {"is_acceptable": True, "reason": "leží v území"})

        assert started.state("p12") == states.CONTROL_PASSED
        again = started.ask("director", "POST", path, {"is_acceptable": True, "reason": "x"})
        assert again.json["type"].endswith("nothing-to-decide")


class TestDeficiency:
    """R33-R35, A6."""

    @pytest.fixture
    def defective(self, opened: House) -> House:
        opened.freeze_lists()
        opened.appoint(["p12"])
        opened.sign(opened.conclude("p12", "controller", defect="chybí podpis"))
        opened.sign(opened.conclude("p12", "controller 2", defect="není podepsáno"))
        return opened

    def call(self, house: House, fixed_date: str = "2026-06-18") -> Any:
        body = {"deficiencies": ["Doplňte podpis."], "fixed_date": fixed_date}
        return house.ask("assistant", "POST", f"/cases/{case_id('p12')}/deficiency-calls", body)

    def test_the_proposal_has_the_defects_and_the_earliest_safe_date(
        self, defective: House
    ) -> None:
        path = f"/cases/{case_id('p12')}/deficiency-proposal"
        proposal = defective.do("assistant", "GET", path)

        assert proposal["fixed_date"] == "2026-06-18"
        assert proposal["deficiencies"] == [
            "Žadatel je oprávněný.: chybí podpis",
            "Žadatel je oprávněný.: není podepsáno",
        ]
        assert "10 kalendářních dnů" in proposal["explanation"].replace("\u00a0", " ")

    @pytest.mark.parametrize(
        ("day", "slug"),
        [
            ("2026-06-08", "fixed-date-too-early"),
            ("2026-06-17", "fixed-date-too-early"),
            ("2026-06-20", "fixed-date-not-working-day"),
        ],
    )
    def test_a_date_that_is_not_safe_is_refused(
        self, defective: House, day: str, slug: str
    ) -> None:
        answer = self.call(defective, day)

        assert (answer.status_code, answer.json["type"].rsplit(":")[-1]) == (422, slug)
        assert defective.state("p12") == states.ADMIN_CONTROL

    def test_a_repair_leads_to_a_second_round_and_a_pass(self, defective: House) -> None:
        made = self.call(defective).json
        assert "18. června 2026" in defective.documents.text(made["document_ids"][0])
        request = defective.documents.documents[
            next(
                iter(k for k in defective.documents.documents if str(k) == made["document_ids"][0])
            )
        ]["request"]
        assert request["delivery"]["dispatch_by"] == "2026-06-01"
        defective.sign(made)
        defective.documents.deliver(made["document_ids"][0], on("2026-06-05"))
        defective.move("2026-06-10")
        defective.work()

        repair = {"repaired_on": "2026-06-10", "note": "podepsáno"}
        defective.do("assistant", "POST", f"/cases/{case_id('p12')}/repairs", repair)
        for who in ("controller", "controller 2"):
            defective.sign(defective.conclude("p12", who))

        assert defective.state("p12") == states.CONTROL_PASSED
        assert kinds(defective, "p12").count("control_list") == 4

    def test_only_one_round_is_allowed_by_default(self, defective: House) -> None:
        defective.sign(self.call(defective).json)
        repair = {"repaired_on": "2026-06-01"}
        defective.do("assistant", "POST", f"/cases/{case_id('p12')}/repairs", repair)
        for who in ("controller", "controller 2"):
            defective.sign(defective.conclude("p12", who, defect="pořád chybí"))

        assert defective.state("p12") == states.CONTROL_FAILED

    def test_a_late_or_future_repair_is_refused(self, defective: House) -> None:
        defective.sign(self.call(defective).json)
        path = f"/cases/{case_id('p12')}/repairs"

        future = defective.ask("assistant", "POST", path, {"repaired_on": "2026-06-02"})
        defective.move("2026-06-20")
        late = defective.ask("assistant", "POST", path, {"repaired_on": "2026-06-19"})

        assert future.json["type"].endswith("future-day")
        assert late.json["type"].endswith("repair-after-fixed-date")

    def test_an_unrepaired_case_expires_only_after_a_provable_delivery(
        self, defective: House
    ) -> None:
        made = self.call(defective).json
        defective.sign(made)
        path = f"/cases/{case_id('p12')}/expiry"
        assert defective.ask("assistant", "POST", path).json["type"].endswith("not-yet-expired")

        defective.move("2026-06-19")
        unknown = defective.ask("assistant", "POST", path)
        assert unknown.json["type"].endswith("delivery-not-known")

        defective.documents.deliver(made["document_ids"][0], on("2026-06-11"), "fiction")
        defective.work()
        defective.do("assistant", "POST", path)
        assert defective.state("p12") == states.EXPIRED

    def test_a_call_delivered_too_late_cannot_expire_the_case(self, defective: House) -> None:
        made = self.call(defective).json
        defective.sign(made)
        defective.documents.deliver(made["document_ids"][0], on("2026-06-12"))
        defective.move("2026-06-19")
        defective.work()

        answer = defective.ask("assistant", "POST", f"/cases/{case_id('p12')}/expiry")

        assert answer.json["type"].endswith("delivered-too-late")

    def test_a_call_whose_delivery_was_taken_back_expires_nothing(self, defective: House) -> None:
        made = self.call(defective).json
        defective.sign(made)
        defective.documents.deliver(made["document_ids"][0], on("2026-06-11"), "fiction")
        defective.move("2026-06-19")
        defective.work()
        defective.documents.overturn(made["document_ids"][0])
        defective.work()

        answer = defective.ask("assistant", "POST", f"/cases/{case_id('p12')}/expiry")

        assert answer.json["type"].endswith("delivery-not-known")

    def test_a_delivery_that_the_office_ended_delivered_nothing(self, defective: House) -> None:
        made = self.call(defective).json
        defective.sign(made)
        key = made["document_ids"][0]
        defective.documents.feed.add("delivery.ended", UUID(key), {"document_id": key})
        defective.move("2026-06-30")
        defective.work()

        answer = defective.ask("assistant", "POST", f"/cases/{case_id('p12')}/expiry")

        assert self.record(defective, key)["delivery_state"] == "ended"
        assert answer.json["type"].endswith("delivery-not-known")

    def test_a_letter_that_was_posted_after_its_delivery_was_taken_back_is_on_its_way(
        self, defective: House
    ) -> None:
        made = self.call(defective).json
        defective.sign(made)
        key = made["document_ids"][0]
        defective.documents.deliver(key, on("2026-06-11"), "fiction")
        defective.move("2026-06-19")
        defective.work()
        first = self.record(defective, key)["dispatched_at"]
        defective.documents.overturn(key)
        defective.work()
        later = defective.documents.clock.now().isoformat()
        told = {"document_id": key, "dispatched_at": later, "channel": "post"}
        defective.documents.feed.add("delivery.dispatched", UUID(key), told)

        defective.work()

        assert self.record(defective, key) == {
            "delivery_state": "dispatched",
            "channel": "post",
            "dispatched_at": first,
        }

    def record(self, house: House, key: str) -> dict[str, Any]:
        """Return what evaluation knows of the way of a document."""
        names = ("delivery_state", "channel", "dispatched_at")
        with house.app.app_context():
            row = db.session().get_one(Record, UUID(key))
            return {name: getattr(row, name) for name in names}

    def test_nothing_to_repair_means_no_call(self, opened: House) -> None:
        opened.freeze_lists()
        opened.pass_control(["p12"])

        assert self.call(opened).json["type"].endswith("no-deficiency")


class TestNotice:
    """R36-R39, A8."""

    def test_the_notice_goes_out_for_the_director_and_by_data_box(self, opened: House) -> None:
        opened.freeze_lists()
        opened.pass_control(["p12"])
        body = {"case_ids": [str(case_id("p12"))]}
        made = opened.do("assistant", "POST", f"/calls/{CALL}/control-notices", body)

        request = next(
            d["request"]
            for k, d in opened.documents.documents.items()
            if str(k) in made["document_ids"]
        )
        assert request["title"].startswith("Oznámení o provedení administrativní kontroly – 8/012 ")
        text = opened.documents.text(made["document_ids"][0])
        assert "veřejné prezentaci" in text
        assert "kancelář MAS; spojení je v záhlaví" in text
        assert [s["name"] for s in request["signers"]] == ["Director"]
        assert request["delivery"]["channel"] == "auto"
        assert request["delivery"]["recipient"]["data_box_id"] == "abc2345"
        assert request["delivery"]["dispatch_by"] == "2026-06-08"
        assert opened.state("p12") == states.CONTROL_PASSED

        opened.sign(made)

        assert opened.state("p12") == states.NOTIFIED  # dispatch meets the duty
        again = opened.do("assistant", "POST", f"/calls/{CALL}/control-notices", body)
        assert again["document_ids"] == made["document_ids"]

    def test_a_failed_applicant_is_told_why_and_goes_no_further(self, opened: House) -> None:
        prepared = opened.do("assistant", "PUT", LIST, {})["items"]
        items = [{**item, "is_repairable": item["code"] != "A1"} for item in prepared]
        opened.do("assistant", "PUT", LIST, {"items": items})
        opened.do("assistant", "POST", f"{LIST}/freezing")
        opened.appoint(["p12"])
        for who in ("controller", "controller 2"):
            opened.sign(opened.conclude("p12", who, defect="mimo území", code="A1"))
        assert opened.state("p12") == states.CONTROL_FAILED

        made = opened.notify(["p12"])

        text = opened.documents.text(made["document_ids"][0])
        assert "PROJEKT NENÍ PŘIJATELNÝ" in text
        assert "mimo území" in text
        assert opened.state("p12") == states.EXCLUDED

    def test_a_notice_before_the_end_of_the_control_is_refused(self, opened: House) -> None:
        body = {"case_ids": [str(case_id("p12"))]}

        answer = opened.ask("assistant", "POST", f"/calls/{CALL}/control-notices", body)

        assert answer.json["type"].endswith("act-not-allowed")

    def test_the_day_of_delivery_is_kept_apart(self, opened: House) -> None:
        opened.freeze_lists()
        opened.pass_control(["p12"])
        made = opened.notify(["p12"])
        opened.documents.deliver(made["document_ids"][0], on("2026-06-11"), "fiction")
        opened.work()

        records = opened.do("director", "GET", f"/cases/{case_id('p12')}")["records"]
        notice = next(record for record in records if record["kind"] == "control_notice")
        assert (notice["delivered_on"], notice["delivery_basis"]) == ("2026-06-11", "fiction")


def test_the_project_folder_in_registry_learns_of_every_step(house: House) -> None:
    house.open_call(["p12"])
    house.freeze_lists(BUDGETS)
    house.pass_control(["p12"])
    house.notify(["p12"])

    assert [(entry["kind"], entry["state"]) for entry in house.registry.entries] == [
        ("appoint_controllers", "admin_control"),
        ("pass_control", "control_passed"),
        ("notify_control", "notified"),
    ]


def test_a_withdrawn_application_stops(house: House) -> None:
    house.open_call(["p12"])
    house.registry.feed.add("application.withdrawn", case_id("p12"), {"reason": "rozmyslel se"})
    house.work()

    assert house.state("p12") == states.WITHDRAWN


def test_documents_out_of_reach_lose_nothing(house: House) -> None:
    house.open_call(["p12"])
    house.freeze_lists(["F8"])
    house.appoint(["p12"])
    house.documents.is_down = True
    before = set(house.documents.documents)

    made = house.conclude("p12", "controller")
    assert made["are_made"] is False
    assert set(house.documents.documents) == before

    house.documents.is_down = False
    house.work()
    after = set(house.documents.documents)
    assert {str(key) for key in after - before} == set(made["document_ids"])


def test_an_event_read_twice_changes_nothing(house: House) -> None:
    house.open_call(["p12"])
    house.freeze_lists(["F8"])
    house.pass_control(["p12"])
    for event in list(house.documents.feed.events):
        house.documents.feed.events.append({**event, "seq": len(house.documents.feed.events) + 1})
    house.work()

    assert house.state("p12") == states.CONTROL_PASSED


class TestStaffDeclarations:
    """A5: who controls declares first, and controls nothing he is tied to."""

    @pytest.fixture
    def appointed(self, house: House) -> House:
        house.open_call(["p12"], declare=False)
        house.freeze_lists(["F8"])
        house.appoint(["p12"])
        return house

    def conclude(self, house: House, who: str) -> Any:
        findings = [
            {"code": code, "verdict": "yes", "note": ""}
            for code in ("A1", "A2", "P1-spravna", "P1-uplna")
        ]
        body = {"findings": findings, "is_acceptable": True}
        path = f"/cases/{case_id('p12')}/controls/mine/conclusion"
        answer = house.ask(who, "POST", path, body)
        problem = answer.json.get("type", "").rsplit(":")[-1]
        return answer.status_code, problem

    def test_nobody_controls_before_the_declaration_is_signed(self, appointed: House) -> None:
        missing = (409, "staff-declaration-missing")
        path = f"/cases/{case_id('p12')}/controls/mine"
        save = appointed.ask("controller", "PUT", path, {"findings": []})

        assert save.json["type"].endswith(missing[1])
        assert self.conclude(appointed, "controller") == missing
        made = appointed.do("controller", "POST", f"/calls/{CALL}/declarations", {"links": []})
        appointed.work()
        assert self.conclude(appointed, "controller") == missing, "an unsigned one does not count"
        appointed.sign(made)
        assert self.conclude(appointed, "controller") == (200, "")
        assert self.conclude(appointed, "controller 2") == missing

    def test_a_cancelled_declaration_is_made_again(self, appointed: House) -> None:
        made = appointed.do("controller", "POST", f"/calls/{CALL}/declarations", {"links": []})
        appointed.documents.cancel(made["document_ids"][0])
        appointed.work()

        appointed.declare("controller")

        assert self.conclude(appointed, "controller") == (200, "")

    @pytest.mark.parametrize("target", ["party_key", "application_id"])
    def test_a_tied_controller_controls_nothing_of_the_applicant(
        self, appointed: House, target: str
    ) -> None:
        value = {"party_key": "ic-p12", "application_id": str(case_id("p12"))}[target]
        tie = {"id": str(uuid4()), "type": "helped_prepare", target: value}
        appointed.declare("controller", tie)

        assert self.conclude(appointed, "controller") == (409, "controller-tied")

    def test_a_tied_controller_is_not_appointed(self, appointed: House) -> None:
        tie = {"id": str(uuid4()), "type": "family", "party_key": "ic-p12"}
        appointed.declare("registrar", tie)
        body = {
            "case_ids": [str(case_id("p12"))],
            "controller_ids": [str(person_id("controller")), str(person_id("registrar"))],
        }

        answer = appointed.ask("director", "POST", f"/calls/{CALL}/controller-appointments", body)

        assert answer.json["type"].endswith("controller-tied")
        assert "Registrar" in answer.json["detail"] and "8/012" in answer.json["detail"]

    def test_a_tie_to_another_project_of_the_fiche_does_not_bind_staff(
        self, appointed: House
    ) -> None:
        tie = {"id": str(uuid4()), "type": "employee", "party_key": "ic-p13"}
        appointed.declare("controller", tie)

        assert self.conclude(appointed, "controller") == (200, "")

    def test_a_call_without_the_duty_asks_for_no_declaration(self, house: House) -> None:
        house.app.extensions["vyzva-settings"].staff_declaration = False
        house.open_call(["p12"], declare=False)
        house.freeze_lists(["F8"])
        house.appoint(["p12"])

        assert self.conclude(house, "controller") == (200, "")

    def test_the_page_leads_a_controller_to_the_declaration(self, appointed: House) -> None:
        browser = Browser(appointed, "controller")
        page = f"/calls/{CALL}/declaration"
        assert page in browser.open("/")
        assert page in browser.open(f"/cases/{case_id('p12')}/control")

        answer = browser.send(page, {"is_true": True, "has_link": "no"}, button="Podat prohlášení")

        assert "/documents/sign" in answer.headers["Location"]
        (key,) = appointed.documents.documents
        appointed.sign({"document_ids": [key]})
        assert page not in browser.open("/")
        browser.open(f"/cases/{case_id('p12')}/control")
        assert browser.fields("Uzavřít kontrolu")


class TestDeclarationPaper:
    """R42, A5: the declaration is a document that its author signs."""

    def test_it_names_the_ties_and_is_signed_by_its_author(self, house: House) -> None:
        house.open_call(["p12"], declare=False)
        tie = {
            "id": str(uuid4()),
            "type": "family",
            "application_id": str(case_id("p12")),
            "valid_from": "2020-03-01",
            "evidence": "sestra",
        }
        made = house.do("controller", "POST", f"/calls/{CALL}/declarations", {"links": [tie]})
        clean = house.do("controller 2", "POST", f"/calls/{CALL}/declarations", {"links": []})

        text = house.documents.text(made["document_ids"][0])
        for words in ("osoba blízká žadateli", "projekt 8/012", "1. března 2020", "sestra"):
            assert words in text
        request = house.documents.documents[UUID(made["document_ids"][0])]["request"]
        assert request["kind"] == "interest_declaration"
        assert [one["name"] for one in request["signers"]] == ["Controller"]
        assert "Nemám vztah k žádnému" in house.documents.text(clean["document_ids"][0])
