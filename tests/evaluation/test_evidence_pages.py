"""What is missing, told to director and auditor, and the bundle that they ask for."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import html

from shared.contracts.bundles import BundlePart, EvidenceOf, ExpectedRecord
from shared.contracts.evidence import LogReach
from tests.evaluation.browser import Browser
from tests.evaluation.house import CALL, House, case_id

CASE = f"/cases/{case_id('p12')}/evidence"
WHOLE = f"/calls/{CALL}/evidence"


@pytest.fixture
def told(house: House) -> House:
    """Return a house with one project whose notice was sent and is not delivered yet."""

    def play() -> None:
        house.open_call(["p12", "p13"])
        house.freeze_lists(["F8"])
        house.pass_control(["p12"])
        house.notify(["p12"])

    house.once("one project told", play)
    return house


def request_of(house: House) -> dict[str, Any]:
    (request,) = house.documents.bundles.values()
    return request


@pytest.mark.parametrize("who", ["director", "auditor"])
def test_what_is_missing_is_told_with_its_reason(told: House, who: str) -> None:
    page = Browser(told, who).open(CASE)

    assert "oznámení o administrativní kontrole" in page
    assert "doručení zatím není doloženo" in page
    assert "kontrolní list" not in page.partition("Chybějící záznamy")[2]


def test_the_auditors_first_page_leads_to_the_calls(told: House) -> None:
    browser = Browser(told, "auditor")

    assert 'href="/evaluation/bundles"' in browser.open("/")
    page = browser.open("/bundles")
    assert WHOLE in page and "chybí 1" in page


def test_the_calls_documents_and_deliveries_are_counted_too(told: House) -> None:
    browser = Browser(told, "auditor")
    counted = told.documents._papers(str(CALL))

    page = " ".join(browser.open("/bundles").split())
    told.documents.is_down = True
    without = browser.open("/bundles")

    assert counted["documents"] > counted["deliveries"] == 1
    assert f"{counted['issued']} z {counted['documents']}" in page
    assert f"{counted['delivered']} z {counted['deliveries']}" in page
    assert '<td class="num">–</td>' in without


def test_a_bundle_gathers_what_all_services_own(told: House) -> None:
    theirs = ExpectedRecord({"cs": "kontrolní arch"}, "8/012", "R97 (2)", [], {"cs": "Nic."})
    part = BundlePart("facts/8-012.json", "Údaje", "application/json", "{}")
    told.registry.evidence = EvidenceOf([part], [], [theirs])
    browser = Browser(told, "director")

    browser.send(CASE)

    request = request_of(told)
    assert (request["kind"], request["case_ids"]) == ("case", [str(case_id("p12"))])
    names = [one["name"] for one in request["parts"]]
    assert names[0] == "facts/8-012.json" and any(n.startswith("log/evaluation") for n in names)
    (facts,) = [json.loads(p["text"]) for p in request["parts"] if "evaluation/8" in p["name"]]
    assert len(facts["control"]) == 2 and facts["project_case"]["number"]
    wanted = {one["requirement"]: one for one in request["expected"]}
    assert wanted["R97 (2)"]["missing"] and wanted["R97 (3)"]["missing"] is None
    assert len(wanted["R97 (3)"]["document_ids"]) == 2
    (notice,) = [one for one in request["deadlines"] if one["source"] == "R36 (D4)"]
    assert notice["done"] is not None and notice["what"]["en"].startswith("Dispatch")
    page = browser.open(CASE)
    assert "sestavuje se" in page and "3 / 7" in page


@pytest.mark.parametrize("place", [CASE, WHOLE])
def test_a_bundle_that_is_being_made_is_followed(told: House, place: str) -> None:
    browser = Browser(told, "auditor")
    assert "data-progress" not in browser.open(place)
    browser.send(place)

    page, short = browser.open(place), browser.open(f"{place}/bundles")

    assert f'data-progress="/evaluation{place}/bundles"' in page
    assert "3 / 7" in short and "data-progress" in short
    assert "Chybějící záznamy" not in short


@pytest.mark.parametrize("place", [CASE, WHOLE])
def test_a_bundle_is_paused_goes_on_and_is_cancelled(told: House, place: str) -> None:
    browser = Browser(told, "auditor")
    browser.send(place)
    stages = [
        ("Pozastavit", "pozastavený 3 / 7", "Pokračovat můžete kdykoli; co se četlo v jiný den"),
        ("Pokračovat", "čeká na sestavení", "Co se četlo v jiný den a není zapečetěné"),
        ("Zrušit balíček", "zrušený", "Kdykoli můžete vyžádat nový."),
    ]

    for button, told_state, said in stages:
        reply = browser.send(f"{place}/bundles", button=button)
        assert reply.headers["Location"] == f"/evaluation{place}/bundles"
        page = " ".join(html.fromstring(browser.open(f"{place}/bundles")).text_content().split())
        assert told_state in page, page
        assert said in page, page
    assert "data-progress" not in browser.open(f"{place}/bundles")


def test_a_bundle_that_could_not_be_made_says_why(told: House) -> None:
    browser = Browser(told, "auditor")
    browser.send(CASE)
    (key,) = told.documents.bundles
    told.documents.troubles[key] = "store-unavailable"

    waiting = browser.open(f"{CASE}/bundles")
    told.documents.steered[key] = "failed"
    failed = browser.open(f"{CASE}/bundles")
    told.documents.steered[key] = "paused"
    paused = browser.open(f"{CASE}/bundles")

    assert "Úložiště neodpovídá." in waiting and "Zkouší se znovu" in waiting
    for resting in (failed, paused):
        assert "Úložiště neodpovídá." in resting and "Zkouší se znovu" not in resting
    assert "Pokračovat" in failed


def test_what_was_steered_meanwhile_is_told_and_nothing_done(told: House) -> None:
    browser = Browser(told, "director")
    browser.send(CASE)
    (key,) = told.documents.bundles
    browser.open(f"{CASE}/bundles")
    fields = browser.fields("Pozastavit")
    told.documents.steered[key] = "cancelled"

    path = f"/bundles/{key}/pause"
    browser.client.post(path, data=fields, base_url="http://localhost/evaluation")

    assert "nic jsme neudělali" in browser.open(f"{CASE}/bundles")
    assert told.documents.steered[key] == "cancelled"


def test_a_bundle_of_the_call_holds_every_project(told: House) -> None:
    Browser(told, "auditor").send(WHOLE)

    request = request_of(told)
    assert set(request["case_ids"]) == {str(case_id("p12")), str(case_id("p13"))}
    assert f"evaluation/call-{8}.json" in [one["name"] for one in request["parts"]]


def test_a_form_sent_twice_makes_one_bundle(told: House) -> None:
    browser = Browser(told, "director")
    browser.open(CASE)
    fields = browser.fields()

    for _ in range(2):
        reply = browser.client.post(CASE, data=fields, base_url="http://localhost/evaluation")
        assert reply.status_code == 303, reply.text

    assert len(told.documents.bundles) == 1


@pytest.mark.parametrize("who", ["assistant", "controller", "evaluator 1"])
def test_nobody_else_sees_it(told: House, who: str) -> None:
    browser = Browser(told, who)

    for path in (CASE, WHOLE, "/bundles"):
        browser.open(path, status=403)


def test_a_service_that_does_not_answer_is_told(told: House) -> None:
    browser = Browser(told, "auditor")
    told.registry.is_down = told.documents.is_down = True

    page = browser.open(CASE)

    assert "výpis není úplný" in page and "balíčky nelze vypsat" in page
    browser.send(CASE, status=503)


def test_while_no_authority_answers_the_bundle_says_until_when_its_logs_wait(told: House) -> None:
    """The person learns it at once; whoever reads the bundle finds it at the extracts."""
    part = BundlePart("log/registry-001.json", "Kniha důkazů: registry", "application/json", "{}")
    told.registry.evidence = EvidenceOf([part])
    noon = datetime(2026, 6, 1, 10, tzinfo=UTC)
    told.registry.reach = LogReach("registry/own", until=None, waits_until=noon)
    browser = Browser(told, "director")

    browser.send(CASE)

    page = browser.open(CASE)
    assert "zatím nemají časové razítko" in page and "nový balíček" in page
    titles = {one["name"]: one["title"] for one in request_of(told)["parts"]}
    assert "čeká na časové razítko, nejpozději 1. 6. 2026 12:00" in titles["log/registry-001.json"]
    assert all("čeká na" in titles[name] for name in titles if name.startswith("log/"))
    assert not any("čeká na" in titles[name] for name in titles if not name.startswith("log/"))
