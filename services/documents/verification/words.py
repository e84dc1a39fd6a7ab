"""A report as plain values for JSON, and as text for a terminal, in the reader's language."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from services.documents.verification.report import (
    Finding,
    Integrity,
    Report,
    SignatureReport,
    Verdict,
    Weight,
)
from services.documents.verification.sentences import N_

Say = Callable[..., str]
"""Turns a Czech msgid and its details (keywords) into words of the reader's language."""


def in_czech(msgid: str, **details: str) -> str:
    """Return the words as they stand here."""
    return msgid % details if details else msgid


VERDICTS = {
    Verdict.PASSED: N_("Podpisy jsou platné a dokument se od nich nezměnil."),
    Verdict.INDETERMINATE: N_("Platnost nelze potvrdit ani vyvrátit; posoudit ji musí člověk."),
    Verdict.FAILED: N_("Dokument neplatí: byl změněn, nebo je podpis vadný či podvržený."),
}
NOT_AS_REGISTERED = N_("Soubor neodpovídá tomu, co je v evidenci vydaných dokumentů.")
OF_ANOTHER_CODE = N_("Soubor je náš pravý dokument, ale patří k němu jiný QR kód.")
OF_REGISTER = {
    *("not-issued", "sealed-not-issued", "record-without-file"),
    *("other-document", "another-of-ours", "cancelled", "earlier-revision"),
}
"""Faults that the register alone finds, whatever the signatures are worth."""
INTEGRITIES = {
    Integrity.INTACT: N_("Obsah je přesně ten, který byl podepsán."),
    Integrity.DOUBTFUL: N_("Není jisté, že je vidět to, co bylo podepsáno."),
    Integrity.BROKEN: N_("Obsah není ten, který byl podepsán."),
    Integrity.UNSIGNED: N_("Podepsáno tu není nic."),
}
WEIGHTS = ("note", "doubt", "fault")


def summary(report: Report) -> str:
    """Return the verdict in one sentence, a Czech msgid."""
    faults = {item.code for item in report.findings if item.weight == Weight.FAULT}
    if faults == {"another-of-ours"}:
        return OF_ANOTHER_CODE
    if faults and faults <= OF_REGISTER:
        return NOT_AS_REGISTERED
    return VERDICTS[report.verdict]


def plain(report: Report, say: Say = in_czech) -> dict[str, Any]:
    """Return the report as values of JSON; times are ISO 8601 in UTC."""
    return {
        "verdict": report.verdict.value,
        "sub_indication": report.sub_indication.value if report.sub_indication else None,
        "integrity": report.integrity.value,
        "profile": report.profile.value,
        "sha256": report.sha256,
        "size": report.size,
        "revisions": report.revisions,
        "text": say(summary(report)),
        "signatures": [_signature(item) for item in report.signatures],
        "findings": [_finding(item, say) for item in report.findings],
        "differences": [
            {"page": item.page, "signed_bytes": item.signed_bytes, "is_content": item.is_content}
            for item in report.differences
        ],
    }


def _finding(item: Finding, say: Say) -> dict[str, Any]:
    return {
        "code": item.code,
        "weight": WEIGHTS[item.weight],
        "sub_indication": item.sub_indication.value,
        "field": item.field,
        "text": say(item.sentence, **dict(item.details)),
    }


def _signature(item: SignatureReport) -> dict[str, Any]:
    return {
        "field": item.field,
        "is_time_stamp": item.is_time_stamp,
        "signer": item.signer,
        "claimed_at": _moment(item.claimed_at),
        "stamped_at": _moment(item.stamped_at),
        "stamped_by": item.stamped_by,
        "level": item.level.value if item.level else None,
        "qualified": item.qualified,
        "trust_list": item.trust_list,
        "is_list_stale": item.is_list_stale,
        "covers_whole_file": item.covers_whole_file,
        "signed_bytes": item.signed_bytes,
        "signed_sha256": item.signed_sha256,
        "certification": item.certification,
        "locks": item.locks,
        "verdict": item.verdict.value,
        "sub_indication": item.sub_indication.value if item.sub_indication else None,
        "chain": [
            {
                "subject": one.subject,
                "issuer": one.issuer,
                "serial": one.serial,
                "valid_from": _moment(one.valid_from),
                "valid_to": _moment(one.valid_to),
                "sha256": one.sha256,
            }
            for one in item.chain
        ],
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value is not None else None


def lines(name: str, report: Report, say: Say = in_czech) -> Iterator[str]:
    """Yield the report in plain words, for a terminal."""
    because = f" / {report.sub_indication}" if report.sub_indication else ""
    yield f"{name}: {report.verdict}{because}"
    yield f"  {say(summary(report))} {say(INTEGRITIES[report.integrity])}"
    for item in report.signatures:
        level = f", {item.level}" if item.level else ""
        if item.qualified:
            told = say(N_("kvalifikovaný podle seznamu %(name)s"), name=item.trust_list)
            level += f", {told}"
        yield f"  • {_who(item, say)}: {item.verdict}{level}"
        yield f"    {_when(item, say)}"
    for one in report.findings:
        place = f" [{one.field}]" if one.field else ""
        yield f"  {'·!✗'[one.weight]} {say(one.sentence, **dict(one.details))}{place}"
    yield f"  SHA-256 {report.sha256}"


def _who(item: SignatureReport, say: Say) -> str:
    kind = say(N_("časové razítko dokumentu") if item.is_time_stamp else N_("podpis nebo pečeť"))
    return f"{kind} {item.field} – {item.signer or say(N_('neznámo kdo'))}"


def _when(item: SignatureReport, say: Say) -> str:
    told = []
    if item.claimed_at:
        told.append(say(N_("podle podpisu %(moment)s"), moment=_instant(item.claimed_at)))
    if item.stamped_at:
        told.append(say(N_("orazítkováno %(moment)s"), moment=_instant(item.stamped_at)))
    if item.covers_whole_file:
        told.append(say(N_("pokrývá celý soubor")))
    else:
        told.append(say(N_("pokrývá prvních %(count)s bajtů"), count=str(item.signed_bytes)))
    return ", ".join(told)


def _instant(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S %Z}"
