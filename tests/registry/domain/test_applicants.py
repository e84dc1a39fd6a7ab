"""Identifiers of applicants: what is taken, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.applicants import (
    DATA_BOX_ALPHABET,
    ApplicantKind,
    InvalidDataBoxId,
    InvalidIc,
    InvalidMunicipalityCode,
    MissingIc,
    check_data_box_id,
    check_ic,
    check_municipality_code,
    normalise_ic,
)


@pytest.mark.parametrize(
    ("text", "ic"),
    [
        pytest.param("25596641", "25596641", id="plain"),
        pytest.param(" 255 966 41 ", "25596641", id="with spaces"),
        pytest.param("27", "00000027", id="leading zeros are filled in"),
    ],
)
def test_ic_is_taken(text: str, ic: str) -> None:
    assert normalise_ic(text) == ic


@pytest.mark.parametrize("text", ["", "25596640", "123456789", "2559664A", "٢٥٥٩٦٦٤١", "-1"])
def test_wrong_ic_is_refused(text: str) -> None:
    with pytest.raises(InvalidIc):
        normalise_ic(text)


@given(st.text(max_size=12))
def test_any_text_is_an_ic_of_eight_digits_or_refused(text: str) -> None:
    try:
        ic = normalise_ic(text)
    except InvalidIc:
        return
    assert len(ic) == 8 and ic.isdigit() and normalise_ic(ic) == ic


@given(st.integers(min_value=0, max_value=9), st.integers(min_value=0, max_value=7))
def test_one_wrong_digit_is_noticed(digit: int, position: int) -> None:
    good = "00262978"  # a check digit of 1 would stand for two remainders
    changed = good[:position] + str(digit) + good[position + 1 :]
    if changed == good:
        return

    with pytest.raises(InvalidIc):
        normalise_ic(changed)


def test_only_a_natural_person_may_have_no_ic() -> None:
    assert check_ic(ApplicantKind.PERSON, None) is None
    with pytest.raises(MissingIc):
        check_ic(ApplicantKind.COMPANY, "")


@pytest.mark.parametrize("text", ["aaaaaaa", "VQBAB52", " qrdae26 ", "4nwahuq", "9nqab6b"])
def test_data_box_is_taken(text: str) -> None:
    assert check_data_box_id(text) == text.strip().lower()


@pytest.mark.parametrize("text", ["abcdefg", "ximacm6", "aaaaaa", "aaaaaal", "aaaaaaaa", ""])
def test_wrong_data_box_is_refused(text: str) -> None:
    with pytest.raises(InvalidDataBoxId):
        check_data_box_id(text)


@given(st.text(alphabet=DATA_BOX_ALPHABET, min_size=6, max_size=6))
def test_each_stem_has_exactly_one_check_character(stem: str) -> None:
    def is_taken(last: str) -> bool:
        try:
            return bool(check_data_box_id(stem + last))
        except InvalidDataBoxId:
            return False

    assert sum(is_taken(last) for last in DATA_BOX_ALPHABET) == 1


@pytest.mark.parametrize("text", ["56311", "5631190", "56311a", ""])
def test_wrong_municipality_code_is_refused(text: str) -> None:
    with pytest.raises(InvalidMunicipalityCode):
        check_municipality_code(text)
