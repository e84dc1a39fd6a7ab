"""R38 in one place: when paper is open, when the data box may be left, who is whom."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain import channels, deliveries, recipients
from services.documents.domain.channels import Answered, Known
from services.documents.domain.recipients import Candidate
from shared.errors import DomainError

NOW = datetime(2026, 4, 3, 9, tzinfo=UTC)
SOON, BEFORE = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
TODAY = date(2026, 4, 3)
BOX = "aydaadk"


def judged(outcome: str, until: datetime | None, reason: str | None = "no_box") -> str:
    """Return ``open``, or the name of what stands in the way."""
    try:
        channels.check_paper(Known(outcome, BOX, until), reason=reason, now=NOW)
    except DomainError as error:
        return type(error).__name__
    return "open"


@pytest.mark.parametrize(
    ("outcome", "until", "verdict"),
    [
        pytest.param("none", SOON, "open", id="no box"),
        pytest.param("no_sender", SOON, "open", id="no box to send from"),
        pytest.param("none", NOW, "open", id="to the last moment"),
        pytest.param("unusable", SOON, "open", id="closed box"),
        pytest.param("none", BEFORE, "AskDirectoryFirst", id="the answer has run out"),
        pytest.param("unusable", BEFORE, "AskDirectoryFirst", id="closed, but long ago"),
        pytest.param("none", None, "AskDirectoryFirst", id="nobody asked"),
        pytest.param("not_asked", None, "AskDirectoryFirst", id="never asked"),
        pytest.param("not_asked", SOON, "AskDirectoryFirst", id="asked about somebody else"),
        pytest.param("unreachable", BEFORE, "AskDirectoryFirst", id="an outage says nothing"),
        pytest.param("unreachable", SOON, "AskDirectoryFirst", id="an outage, whatever was said"),
        pytest.param("usable", SOON, "DataBoxMustBeUsed", id="a usable box"),
        pytest.param("usable", BEFORE, "AskDirectoryFirst", id="a box that was usable"),
        pytest.param("ambiguous", SOON, "BoxUnclear", id="namesakes"),
        pytest.param("ambiguous", BEFORE, "BoxUnclear", id="namesakes long ago"),
    ],
)
def test_paper_is_open_only_after_a_fresh_answer_that_there_is_no_way_in(
    outcome: str, until: datetime | None, verdict: str
) -> None:
    assert judged(outcome, until) == verdict


@pytest.mark.parametrize("outcome", channels.OUTCOMES)
@pytest.mark.parametrize("reason", sorted(channels.PAPER_EXCEPTIONS))
def test_the_named_exceptions_open_paper_whatever_is_known(outcome: str, reason: str) -> None:
    assert judged(outcome, None, reason) == "open"


def test_a_fault_on_our_side_is_no_exception() -> None:
    ours = {deliveries.SENDER_REFUSED, deliveries.FOREIGN_BOX, deliveries.NOT_FOUND}

    assert not ours & channels.PAPER_EXCEPTIONS
    for reason in (*ours, deliveries.AMBIGUOUS, deliveries.WRONG_BOX):
        assert not deliveries.takes_paper(deliveries.NEEDS_PERSON, reason)


DAY = timedelta(days=1)
NO_BOX_YESTERDAY = Answered("none", NOW - 2 * DAY, NOW - DAY + timedelta(hours=2))
A_BOX_SINCE = Answered("usable", NOW - DAY + timedelta(hours=2), NOW + DAY)


@pytest.mark.parametrize(
    ("answers", "day", "known", "verdict"),
    [
        pytest.param(
            {NO_BOX_YESTERDAY, A_BOX_SINCE}, TODAY - DAY, "usable", "open", id="left before the box"
        ),
        pytest.param(
            {NO_BOX_YESTERDAY, A_BOX_SINCE}, TODAY, "usable", "DataBoxMustBeUsed", id="after it"
        ),
        pytest.param(
            {Answered("none", NOW, SOON)}, TODAY - DAY, "none", "BoxUnknownThatDay", id="unasked"
        ),
        pytest.param({Answered("none", NOW, SOON)}, TODAY, "none", "open", id="asked today"),
        pytest.param(
            {Answered("ambiguous", NOW - DAY, SOON)}, TODAY, "ambiguous", "BoxUnclear", id="unclear"
        ),
        pytest.param(set(), TODAY, "not_asked", "AskDirectoryFirst", id="nobody asked"),
    ],
)
def test_what_left_counts_by_its_day(
    answers: set[Answered], day: date, known: str, verdict: str
) -> None:
    said = Known(known, BOX, None if known == "not_asked" else SOON)

    try:
        channels.check_paper_on(answers, day, said, reason="no_box", now=NOW)
    except DomainError as error:
        assert type(error).__name__ == verdict
    else:
        assert verdict == "open"


def test_the_day_of_an_exception_is_not_asked_for() -> None:
    channels.check_paper_on(set(), TODAY - DAY, Known(), reason=deliveries.REFUSED, now=NOW)


OTHER_REASONS = (deliveries.DUPLICATE, deliveries.TOO_EARLY, None)
REASONS = (*sorted(deliveries.RETRY_REASONS | deliveries.PAPER_REASONS), *OTHER_REASONS)
LETS_SWITCH = frozenset(
    (
        *("no_box", "box_unusable", "requested", "refused", "undeliverable", "infected"),
        *("returned", "no_sender"),
    )
)


@pytest.mark.parametrize(("state", "reason"), list(product(deliveries.DELIVERY.states, REASONS)))
def test_the_box_is_left_only_from_an_end_in_vain(state: str, reason: str | None) -> None:
    may = state == "needs_person" and reason in LETS_SWITCH

    try:
        channels.check_switch(state=state, reason=reason, channel="data_box", to="post")
    except channels.SwitchNotAllowed:
        assert not may
    else:
        assert may


def test_a_letter_does_not_change_to_where_it_goes_already() -> None:
    with pytest.raises(channels.SwitchPointless):
        channels.check_switch(state="needs_person", reason="no_box", channel="post", to="post")


@pytest.mark.parametrize("text", ["", "   ", "ano", "a\n\nb"])
def test_a_reason_says_something(text: str) -> None:
    with pytest.raises(channels.ReasonMissing):
        channels.check_reason(text)


def test_a_reason_is_kept_without_white_space() -> None:
    assert channels.check_reason("  ISDS zprávu\nodmítl ") == "ISDS zprávu odmítl"


def key(name: str = "Obec", address: tuple[str, ...] = (), **more: str | None) -> str:
    given = {"ic": None, "box_id": None, **more}
    return recipients.recipient_key(name, address, **given)


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        (key("Obec A", ic="254398"), key("Město B", ic="00254398"), True),
        (key("Obec A", ic="00 254 398"), key("Obec A", ic="00254398"), True),
        (key("Jan Novák", ("Farní 2",)), key("jan  NOVÁK", ("Farní  2",)), True),
        (key("Jan Novák", ("Farní 2, Aš",)), key("Jan Novák", ("Farní 2", "Aš")), True),
        (key("Jan Novák", ("Farní 2",)), key("Jan Novák", ("Farní 3",)), False),
        (key("Jan Novák", box_id="AYDAADK"), key("Jan Nowak", box_id="aydaadk"), True),
        (key("Jan Novák", ic="nemá"), key("Jan Novák"), True),
        (key("Jan Novák", ic="12345678"), key("Jan Novák"), False),
    ],
)
def test_who_is_the_same_recipient(one: str, other: str, are_same: bool) -> None:
    assert (one == other) is are_same


@pytest.mark.parametrize("text", ["123456789", "12a", "CZ27017010", "１２３"])
def test_a_misspelt_number_of_an_organisation_is_refused(text: str) -> None:
    with pytest.raises(recipients.BadIc):
        recipients.check_ic(text)


@given(st.text())
def test_any_number_is_eight_digits_none_or_refused(text: str) -> None:
    try:
        found = recipients.check_ic(text)
    except recipients.BadIc:
        return
    assert found is None or (len(found) == 8 and found.isascii() and found.isdecimal())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Horský dvůr, s. r. o.", "Horský dvůr"),
        ("Horský dvůr s.r.o.", "Horský dvůr"),
        ("Ing. arch. Jan Novák, Ph.D.", "Jan Novák"),
        ("MAS Sdružení Západní Krušnohoří, z. s.", "MAS Sdružení Západní Krušnohoří"),
        ("Obec Abertamy", "Obec Abertamy"),
        ("J. K.", "J. K. Farní 2"),
        ("X", "X Farní 2"),
    ],
)
def test_the_directory_is_searched_without_titles_and_forms(name: str, text: str) -> None:
    assert recipients.search_text(name, ["Farní 2"]) == text


@given(st.text(min_size=1), st.lists(st.text(), max_size=3))
def test_a_search_is_never_shorter_than_the_directory_takes(name: str, address: list[str]) -> None:
    found = recipients.search_text(name, address)

    assert len(found) >= recipients.SHORTEST_SEARCH or not any(address)


def candidate(box_id: str, name: str = "Jan Novák", address: str = "") -> Candidate:
    return Candidate(box_id, 40, name, address, "")


def test_closed_and_denied_boxes_are_no_candidates() -> None:
    found = [
        (candidate("aaaaaaa"), "PDZ"),
        (candidate("bbbbbbb"), "DISABLED"),
        (candidate("ccccccc"), "NONE"),
        (candidate("ddddddd"), "DZ"),
    ]

    left = recipients.usable_candidates(found, {"ddddddd"})

    assert [one.box_id for one in left] == ["aaaaaaa"]


def test_the_likely_candidate_stands_first() -> None:
    found = [
        candidate("aaaaaaa", "Jan Novák ml.", "Farní 2, Abertamy"),
        candidate("bbbbbbb", "Jan Novák", "Dlouhá 5, Praha"),
        candidate("ccccccc", "Jan Novák", "Farní 2, Abertamy"),
    ]

    ordered = recipients.likely_first(found, "Jan Novák", ["Farní 2", "362 35 Abertamy"])

    assert [one.box_id for one in ordered] == ["ccccccc", "bbbbbbb", "aaaaaaa"]


def test_even_one_namesake_is_for_a_person() -> None:
    assert recipients.from_candidates([candidate("aaaaaaa")]).outcome == "ambiguous"
    assert recipients.from_candidates([]).outcome == "none"
    assert recipients.from_candidates([], more=250).outcome == "ambiguous"


@pytest.mark.parametrize(
    ("box_type", "kind"),
    [
        *((10, "authority"), (15, "authority"), (20, "legal"), (31, "business"), (50, "business")),
        *((40, "natural"), (None, "unknown"), (0, "unknown"), (99, "unknown")),
    ],
)
def test_the_box_tells_what_person_it_is(box_type: int | None, kind: str) -> None:
    assert recipients.kind_of(box_type) == kind


def test_a_choice_is_one_of_the_candidates() -> None:
    assert recipients.check_choice(" AYDAADK ", [BOX, "vqbab52"]) == BOX
    with pytest.raises(recipients.CandidateUnknown):
        recipients.check_choice("qrdae26", [BOX])
    with pytest.raises(recipients.NothingToDecide):
        recipients.check_choice(BOX, [])
