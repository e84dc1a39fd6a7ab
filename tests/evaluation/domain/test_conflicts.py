"""Who may evaluate what: the three rules, link by link, and the matrix."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.evaluation.domain.conflicts import (
    Conflicted,
    Eligible,
    Link,
    LinkPeriodReversed,
    LinkSource,
    LinkType,
    LinkWithoutTarget,
    Party,
    Project,
    Rule,
    check_link,
    eligibility,
    is_municipal,
    matrix,
    reaches_further,
)

pytestmark = pytest.mark.one_database

SPACE = UUID("6f1d2a34-0000-4000-8000-000000000001")
DAY = date(2026, 3, 2)
MAYOR = uuid5(SPACE, "mayor")
FARMER = uuid5(SPACE, "farmer")
NOBODY = uuid5(SPACE, "nobody")


def project(name: str, fiche: str, kind: str, *, founder: str = "", seat: str = "") -> Project:
    return Project(
        application_id=uuid5(SPACE, name),
        fiche=fiche,
        applicant=Party(name, kind),
        founders=(Party(founder, "municipality"),) if founder else (),
        seat_municipality=seat or None,
    )


TOWN = project("town", "F5", "municipality", seat="Kadaň")
VILLAGE = project("village", "F7", "municipality", seat="Vejprty")
SCHOOL = project("school", "F6", "municipal_body", founder="town", seat="Kadaň")
CLUB = project("club", "F5", "ngo", seat="Kadaň")
FARM = project("farm", "F1", "farmer", seat="Perštejn")
RIVAL_FARM = project("rival", "F1", "farmer", seat="Radonice")
SHOP = project("shop", "F8", "company", seat="Klášterec")
ALL = (TOWN, VILLAGE, SCHOOL, CLUB, FARM, RIVAL_FARM, SHOP)


def link(person: UUID, type_: LinkType, **target: object) -> Link:
    fields = {"link_id": uuid5(SPACE, f"{person}{type_}{target}"), "person_id": person}
    return Link(**fields, type=type_, source=LinkSource.DECLARATION, **target)  # type: ignore[arg-type]


def rules_against(person: UUID, target: Project, *links: Link) -> set[int]:
    verdict = eligibility(person, target, projects=ALL, links=links, on=DAY)
    return {int(reason.rule) for reason in verdict.reasons}


OF_TOWN = link(MAYOR, LinkType.REPRESENTATIVE, party_key="town")
OF_FARM = link(FARMER, LinkType.OWN_APPLICATION, party_key="farm")
OF_SCHOOL = link(MAYOR, LinkType.EMPLOYEE, party_key="school")


@pytest.mark.parametrize(
    ("tie", "target", "rules"),
    [
        pytest.param(OF_FARM, FARM, {0}, id="rule 0: never one's own project"),
        pytest.param(OF_FARM, RIVAL_FARM, {1}, id="rule 1: nor a competitor in the fiche"),
        pytest.param(OF_FARM, SHOP, set(), id="another fiche is free"),
        pytest.param(OF_TOWN, TOWN, {0, 2}, id="mayor: own town, and its school applied too"),
        pytest.param(OF_TOWN, VILLAGE, {2}, id="rule 2: another municipality, another fiche"),
        pytest.param(OF_TOWN, SCHOOL, {0, 2}, id="a school founded by the town is the town's"),
        pytest.param(OF_TOWN, CLUB, {1}, id="rule 1: anybody in the town's fiche"),
        pytest.param(OF_TOWN, FARM, set(), id="mayor: a farmer elsewhere is free"),
        pytest.param(OF_SCHOOL, VILLAGE, {2}, id="a school that applied counts as a municipality"),
        pytest.param(OF_SCHOOL, TOWN, {2}, id="school against its founder"),
        pytest.param(OF_SCHOOL, SHOP, set(), id="school: a company is free"),
    ],
)
def test_rules_follow_the_links(tie: Link, target: Project, rules: set[int]) -> None:
    assert rules_against(tie.person_id, target, tie) == rules


@pytest.mark.parametrize("type_", list(LinkType))
def test_every_link_type_forbids_the_linked_project(type_: LinkType) -> None:
    assert 0 in rules_against(FARMER, FARM, link(FARMER, type_, party_key="farm"))


@pytest.mark.parametrize(
    "type_",
    [
        LinkType.HELPED_PREPARE,
        LinkType.SUPPLIER,
        LinkType.SELF_DECLARED,
        LinkType.COMMITTEE_DECISION,
        LinkType.RESIDENCE,
    ],
)
def test_a_tie_that_makes_nobody_an_applicant_leaves_competitors_free(type_: LinkType) -> None:
    assert rules_against(FARMER, RIVAL_FARM, link(FARMER, type_, party_key="farm")) == set()


def test_residence_forbids_projects_of_applicants_seated_there() -> None:
    lives = link(NOBODY, LinkType.RESIDENCE, municipality="Kadaň")

    forbidden = {p.applicant.key for p in ALL if rules_against(NOBODY, p, lives)}

    assert forbidden == {"town", "school", "club"}


def test_helping_with_one_project_forbids_that_project_only() -> None:
    helped = link(NOBODY, LinkType.HELPED_PREPARE, application_id=SHOP.application_id)

    assert [p.applicant.key for p in ALL if rules_against(NOBODY, p, helped)] == ["shop"]


def test_a_representative_of_a_municipality_that_did_not_apply_is_free() -> None:
    elsewhere = link(MAYOR, LinkType.REPRESENTATIVE, party_key="other town")

    assert all(not rules_against(MAYOR, p, elsewhere) for p in ALL)


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (None, None, True),
        (DAY, DAY, True),
        (date(2026, 3, 3), None, False),
        (None, date(2026, 3, 1), False),
    ],
)
def test_a_link_counts_only_in_its_period(
    start: date | None, end: date | None, counts: bool
) -> None:
    tie = replace(OF_FARM, valid_from=start, valid_to=end)

    assert bool(rules_against(FARMER, FARM, tie)) == counts


def test_each_reason_names_rule_link_and_project() -> None:
    verdict = eligibility(MAYOR, VILLAGE, projects=ALL, links=[OF_TOWN], on=DAY)

    assert isinstance(verdict, Conflicted)
    by_application = {
        (reason.rule, reason.link.link_id, reason.because_of.applicant.key)
        for reason in verdict.reasons
    }
    assert by_application == {
        (Rule.MUNICIPALITIES, OF_TOWN.link_id, "town"),
        (Rule.MUNICIPALITIES, OF_TOWN.link_id, "school"),
    }


def test_links_of_others_do_not_matter() -> None:
    assert eligibility(NOBODY, FARM, projects=ALL, links=[OF_FARM, OF_TOWN], on=DAY) == Eligible()


def test_the_matrix_has_a_verdict_for_every_pair() -> None:
    people = [MAYOR, FARMER, NOBODY]

    whole = matrix(people, ALL, links=[OF_TOWN, OF_FARM], on=DAY)

    assert len(whole) == len(people) * len(ALL)
    assert all(whole[NOBODY, p.application_id].is_eligible for p in ALL)
    assert not whole[FARMER, RIVAL_FARM.application_id].is_eligible


def test_a_link_names_exactly_one_target() -> None:
    for target in ({}, {"party_key": "farm", "municipality": "Kadaň"}):
        with pytest.raises(LinkWithoutTarget):
            check_link(link(FARMER, LinkType.OWNER, **target))
    check_link(OF_FARM)


def test_a_link_cannot_end_before_it_begins() -> None:
    with pytest.raises(LinkPeriodReversed):
        check_link(replace(OF_FARM, valid_from=DAY, valid_to=date(2026, 3, 1)))


links_of_mayor = st.lists(
    st.builds(
        link,
        st.just(MAYOR),
        st.sampled_from(LinkType),
        party_key=st.sampled_from([p.applicant.key for p in ALL]),
    ),
    max_size=4,
)


@given(links_of_mayor, links_of_mayor, st.sampled_from(ALL))
def test_more_links_never_make_anybody_eligible(
    fewer: list[Link], more: list[Link], target: Project
) -> None:
    alone = eligibility(MAYOR, target, projects=ALL, links=fewer, on=DAY)
    together = eligibility(MAYOR, target, projects=ALL, links=fewer + more, on=DAY)

    assert set(alone.reasons) <= set(together.reasons)


@given(links_of_mayor)
def test_the_seed_rules_hold_for_every_set_of_links(links: list[Link]) -> None:
    """The two rules written once more, straight from the seed's sentences."""
    whole = matrix([MAYOR], ALL, links=links, on=DAY)
    makes_applicant = {
        LinkType.OWN_APPLICATION,
        LinkType.STATUTORY_BODY,
        LinkType.MEMBER,
        LinkType.EMPLOYEE,
        LinkType.REPRESENTATIVE,
    }
    strong = {tie.party_key for tie in links if tie.type in makes_applicant}
    for p in ALL:
        in_fiche = any(q.applicant.key in strong and q.fiche == p.fiche for q in ALL)
        town_applied = any(q.applicant.key in strong and is_municipal(q) for q in ALL)
        if in_fiche or (town_applied and is_municipal(p)):
            assert not whole[MAYOR, p.application_id].is_eligible


@given(links_of_mayor, st.sampled_from(ALL))
def test_a_few_projects_are_judged_as_among_all(links: list[Link], target: Project) -> None:
    far = [tie for tie in links if reaches_further(tie)]
    led_to = [p for p in ALL if any(0 in rules_against(MAYOR, p, tie) for tie in far)]
    known = [target, *(p for p in led_to if p != target)]

    few = matrix([MAYOR], known, links=links, on=DAY, judged=[target])

    whole = matrix([MAYOR], ALL, links=links, on=DAY)
    assert few == {(MAYOR, target.application_id): whole[MAYOR, target.application_id]}
