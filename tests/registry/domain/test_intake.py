"""Receiving: window, identity, control sheet, registration, refusal (R10-R21)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.fiches import Attachment
from services.registry.domain.identity import (
    DocumentKindMissing,
    DocumentKindUnexpected,
    IdentityCheck,
    IdentityCheckedBeforeArrival,
    IdentityDocument,
    IdentityMethod,
    Standing,
    check_identity,
)
from services.registry.domain.intake import (
    Intake,
    IntakeWindow,
    MandatoryNotApplicable,
    NoteMissing,
    NotRegistrable,
    OutsideIntakeWindow,
    ReasonMissing,
    ReceivedInFuture,
    RequestedGrantNotPositive,
    SheetAnswer,
    SheetItem,
    UnknownAttachment,
    UnknownSheetItem,
    Verdict,
    VerdictAgainstFiles,
    check_answers,
    check_attachment_code,
    check_reasons,
    check_registration,
    check_requested,
    check_window,
    obstacles_to_registration,
    sheet_items,
)
from services.registry.domain.numbering import (
    InvalidRegistrationNumber,
    RegistrationNumber,
    next_number,
    parse_number,
)
from shared.errors import DomainError
from shared.money import Money

from .factories import fiche, prague

WINDOW = IntakeWindow(prague(18, 5, 8), prague(29, 5, 12))
LATER = prague(1, 7)
ITEMS = sheet_items((SheetItem("signed", "Žádost je podepsaná."),), fiche())
CODES = tuple(item.code for item in ITEMS)
MANDATORY = fiche().mandatory_attachments()
FILES = frozenset({"application", "budget", "title_deed"})
IDENTITY = IdentityCheck(
    IdentityMethod.DOCUMENT, IdentityDocument.IDENTITY_CARD, Standing.STATUTORY, prague(20, 5)
)


def answers(**changes: Verdict) -> tuple[SheetAnswer, ...]:
    verdicts = {code: Verdict.YES for code in CODES} | {"attachment:photo": Verdict.NOT_APPLICABLE}
    verdicts |= {code.replace("__", ":"): verdict for code, verdict in changes.items()}
    return tuple(SheetAnswer(code, verdict, "viz spis") for code, verdict in verdicts.items())


def intake(**changes: object) -> Intake:
    values: dict[str, object] = {
        "items": ITEMS,
        "answers": answers(),
        "mandatory": MANDATORY,
        "files": FILES,
        "identity": IDENTITY,
        "is_signature_recorded": True,
    }
    return Intake(**{**values, **changes})  # type: ignore[arg-type]  # a table of one change


@pytest.mark.parametrize("at", [WINDOW.opens_at, prague(20, 5), WINDOW.closes_at])
def test_both_ends_belong_to_the_window(at: datetime) -> None:
    check_window(WINDOW, at, now=LATER)


@pytest.mark.parametrize(
    ("at", "miss"),
    [
        (WINDOW.opens_at - timedelta(seconds=1), "early"),
        (WINDOW.closes_at + timedelta(seconds=1), "late"),
    ],
)
def test_outside_the_window_is_refused(at: datetime, miss: str) -> None:
    with pytest.raises(OutsideIntakeWindow) as refusal:
        check_window(WINDOW, at, now=LATER)

    assert refusal.value.params["miss"] == miss


def test_nothing_arrives_in_the_future() -> None:
    with pytest.raises(ReceivedInFuture):
        check_window(WINDOW, prague(20, 5, 11), now=prague(20, 5, 10))


def test_complete_application_is_registered() -> None:
    check_registration(intake())

    assert obstacles_to_registration(intake()) is None


@pytest.mark.parametrize(
    ("changes", "param", "value"),
    [
        pytest.param(
            {"files": FILES - {"budget"}}, "missing", ("Rozpočet projektu",), id="no budget"
        ),
        pytest.param(
            {"answers": answers(signed=Verdict.NO)},
            "failed",
            ("Žádost je podepsaná.",),
            id="not signed",
        ),
        pytest.param(
            {"answers": answers()[1:]}, "unanswered", ("Žádost je podepsaná.",), id="not answered"
        ),
        pytest.param({"identity": None}, "is_identity_checked", False, id="identity"),
    ],
)
def test_incomplete_application_is_not_registered(
    changes: dict[str, object], param: str, value: object
) -> None:
    with pytest.raises(NotRegistrable) as refusal:
        check_registration(intake(**changes))

    assert refusal.value.params[param] == value


@given(st.sets(st.sampled_from(sorted(FILES | {"photo"}))))
def test_registered_means_that_every_mandatory_attachment_is_there(files: set[str]) -> None:
    is_registrable = obstacles_to_registration(intake(files=frozenset(files))) is None

    assert is_registrable == ({"budget", "title_deed"} <= files)


def test_sheet_asks_about_each_attachment() -> None:
    assert CODES == (
        "signed",
        "attachment:budget",
        "attachment:title_deed",
        "attachment:photo",
    )
    assert [item.attachment for item in ITEMS] == ["", "budget", "title_deed", ""]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        pytest.param(SheetAnswer("other", Verdict.YES), UnknownSheetItem, id="unknown item"),
        pytest.param(SheetAnswer("signed", Verdict.NO, " "), NoteMissing, id="no without a note"),
        pytest.param(
            SheetAnswer("attachment:budget", Verdict.NOT_APPLICABLE),
            MandatoryNotApplicable,
            id="mandatory is never n.a.",
        ),
        pytest.param(
            SheetAnswer("attachment:budget", Verdict.YES), VerdictAgainstFiles, id="no such file"
        ),
    ],
)
def test_contradicting_answer_is_refused(answer: SheetAnswer, error: type[DomainError]) -> None:
    with pytest.raises(error):
        check_answers(ITEMS, (answer,), frozenset())


def test_honest_answers_are_taken() -> None:
    check_answers(ITEMS, answers(signed=Verdict.NO), FILES)


@pytest.mark.parametrize(
    ("method", "document", "error"),
    [
        (IdentityMethod.DOCUMENT, None, DocumentKindMissing),
        (IdentityMethod.DATA_BOX, IdentityDocument.PASSPORT, DocumentKindUnexpected),
    ],
)
def test_method_and_document_must_agree(
    method: IdentityMethod, document: IdentityDocument | None, error: type[DomainError]
) -> None:
    check = IdentityCheck(method, document, Standing.APPLICANT, prague(20, 5))

    with pytest.raises(error):
        check_identity(check, received_at=prague(20, 5))


def test_identity_is_checked_at_or_after_arrival() -> None:
    assert check_identity(IDENTITY, received_at=prague(20, 5)) is IDENTITY
    with pytest.raises(IdentityCheckedBeforeArrival):
        check_identity(IDENTITY, received_at=prague(20, 5, 13))


def test_identity_check_has_no_place_for_the_number_of_a_document() -> None:
    assert set(IdentityCheck.__dataclass_fields__) == {
        "method",
        "document",
        "standing",
        "checked_at",
    }


def test_refusal_states_its_reasons() -> None:
    assert check_reasons(["  chybí rozpočet ", ""]) == ("chybí rozpočet",)
    with pytest.raises(ReasonMissing):
        check_reasons(["", "  "])


def test_attachment_must_be_known_to_the_fiche() -> None:
    assert check_attachment_code(fiche(), "application") == "application"
    assert check_attachment_code(fiche(), "photo") == "photo"
    with pytest.raises(UnknownAttachment):
        check_attachment_code(fiche(), "other")


def test_requested_grant_is_more_than_zero() -> None:
    check_requested(Money.czk(1))
    with pytest.raises(RequestedGrantNotPositive):
        check_requested(Money.czk(0))


def test_registration_numbers_are_written_and_read() -> None:
    assert str(next_number(8, 11)) == "8/012"
    assert parse_number(" 8/012 ") == RegistrationNumber(8, 12)
    assert str(RegistrationNumber(8, 1000)) == "8/1000"
    with pytest.raises(InvalidRegistrationNumber):
        parse_number("8-12")


def test_numbers_are_ordered_by_call_and_serial() -> None:
    numbers = [RegistrationNumber(8, 1000), RegistrationNumber(8, 2), RegistrationNumber(7, 30)]

    assert [str(number) for number in sorted(numbers)] == ["7/030", "8/002", "8/1000"]


def test_an_attachment_is_mandatory_unless_said_otherwise() -> None:
    assert Attachment("a", "b").is_mandatory
    assert WINDOW.opens_at.astimezone(UTC) < WINDOW.closes_at
