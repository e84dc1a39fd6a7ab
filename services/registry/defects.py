"""Errors that say many faults at once, told fault by fault."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.registry.domain import calls, fiches, intake
from services.registry.problems import PROBLEMS
from shared.errors import DomainError
from shared.problems import fill, sentence

CALL_PARTS = {
    "title": N_("název výzvy"),
    "fiches": N_("aspoň jedna fiche"),
    "rule": N_("pravidlo výběru"),
    "intake_opens_at": N_("začátek příjmu žádostí"),
    "intake_closes_at": N_("konec příjmu žádostí"),
    "intake_place": N_("místo příjmu žádostí"),
    "presentation_at": N_("datum veřejných prezentací"),
    "presentation_place": N_("místo veřejných prezentací"),
    "approved_amount": N_("částka schválená programovým výborem"),
    "regulation_version": N_("verze předpisu pro transparentnost"),
}
CRITERIA_KINDS = {"acceptability": N_("přijatelnosti"), "scoring": N_("bodovací")}
FEW = 3
OPEN_LINES = "control_sheet"
SIGNATURE = "applicant_signature"
"""Field of the obstacles that the office has to remove, not the applicant."""
FIELD_OF_ERROR: dict[type[DomainError], str] = {
    calls.IntakeWindowReversed: "closes_at",
    calls.IntakeOpensBeforePublication: "opens_at",
    calls.CallOpenTooShort: "closes_at",
    calls.ClosesOnDayOff: "closes_at",
    calls.PresentationBeforeClose: "presentation_at",
    calls.AmountNotPositive: "amount",
    calls.CallNumberTaken: "number",
    calls.CallNumberInvalid: "number",
    intake.OutsideIntakeWindow: "received_at",
    intake.ReceivedInFuture: "received_at",
}


def defect_rows(error: DomainError) -> list[dict[str, str]]:
    """Return the single faults behind an error that says many at once: field and sentence."""
    if isinstance(error, calls.CallNotReady):
        return [{"field": _field(e), "detail": _sentence(e)} for e in error.params["defects"]]
    if isinstance(error, intake.NotRegistrable):
        return _obstacles(error.params)
    if isinstance(error, intake.SeveralFaults):
        return [{"field": _field(e), "detail": sentence(e)} for e in error.params["faults"]]
    return []


def place_of(error: DomainError) -> str:
    """Return the field that an error of a single value is about, empty when it is about none."""
    return str(FIELD_OF_ERROR.get(type(error), error.params.get("field", "")))


def _field(error: DomainError) -> str:
    return place_of(error) or str(error.params.get("part", "fiches"))


def _sentence(error: DomainError) -> str:
    if isinstance(error, fiches.RepeatedCode) and error.params["list"] == "fiches":
        return str(gettext("Fiche %(code)s už ve výzvě je.", code=error.params["code"]))
    params = dict(error.params)
    if isinstance(error, calls.MissingCallPart):
        params["part"] = CALL_PARTS[params["part"]]
    if isinstance(error, fiches.MissingCriteria):
        params["kind"] = CRITERIA_KINDS[params["kind"]]
    return fill(PROBLEMS[type(error)].sentence, params)


def _open_lines(texts: tuple[str, ...]) -> list[tuple[str, str]]:
    """Name the few lines that were left open; many are said by their number."""
    if len(texts) > FEW:
        said = gettext("V kontrolním archu chybí odpovědi (%(count)s).", count=len(texts))
        return [(OPEN_LINES, said)]
    return [(OPEN_LINES, gettext("Nezkontrolováno: %(name)s", name=n)) for n in texts]


def _obstacles(params: dict[str, Any]) -> list[dict[str, str]]:
    rows = [
        *(
            (f"attachment:{n}", gettext("Chybí povinná příloha: %(name)s", name=n))
            for n in params["missing"]
        ),
        *((f"sheet:{n}", gettext("Nesplněno: %(name)s", name=n)) for n in params["failed"]),
        *_open_lines(params["unanswered"]),
    ]
    if not params["is_identity_checked"]:
        rows.append(("identity", gettext("Není ověřena totožnost podávající osoby.")))
    if not params["is_signature_recorded"]:
        said = gettext("Není zaznamenáno, jak žadatel žádost podepsal.")
        rows.append((SIGNATURE, said))
    return [{"field": field, "detail": detail} for field, detail in rows]
