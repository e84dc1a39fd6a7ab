"""The whole story through the JSON API: fifteen applications of the eighth call."""

from services.evaluation.domain import states
from tests.evaluation.domain.toy_call import CANDIDATES
from tests.evaluation.house import CALL, House, case_id

ALL = [candidate.number for candidate in CANDIDATES]


def test_the_eighth_call_from_registration_to_the_delivered_result(house: House) -> None:
    house.reach_meeting(ALL)
    house.meet(ALL)
    run = house.run()
    house.resolve()

    funded = {line["number"] for line in run["result"]["lines"] if line["outcome"] == "funded"}
    assert funded == {f"8/{n:03d}" for n in (1, 4, 6, 10, 12, 14, 13, 5, 7)}
    assert run["left"] == {"amount": "440000.00", "currency": "CZK"}
    assert house.state("p01") == states.APPROVED
    assert house.state("p02") == states.RESERVE
    assert house.registry.results[0]["resolution_number"] == "VH 2/2026"

    ids = [str(case_id(number)) for number in ALL]
    made = house.do("director", "POST", f"/calls/{CALL}/result-notices", {"case_ids": ids})
    house.sign(made)

    assert {house.state(number) for number in ALL} == {states.RESULT_NOTIFIED}
