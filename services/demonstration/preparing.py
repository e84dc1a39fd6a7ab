"""First act: the organisation, its people, the call and its announcement (R1-R9)."""

from datetime import date, timedelta

from services.demonstration.people import (
    ASSISTANT,
    DIRECTOR,
    EVERYBODY,
    MEMBERS,
    ORGANISATION,
    PASSWORD,
    PROGRAMME,
    SIGNING_SECRET,
)
from services.demonstration.projects import (
    ACCEPTABILITY,
    AMOUNT,
    ATTACHMENTS,
    FICHES,
    NOTE,
    OFFICE_BOX,
    SCORING,
    SPL_GOALS,
    UNDERDRAWN,
)
from services.demonstration.stage import Stage, crowns, instant
from services.demonstration.web import seen, wait_for
from shared.calendar_cz import next_working_day

SHARES = ("22", "12", "12", "28", "6", "6", "7", "7")
SPL_TOTAL = "45000000"
HOW_TO_APPLY = (
    "Žádost vyplňte ve formuláři fiche a s přílohami ji doneste na datovém nosiči do kanceláře MAS "
    "nebo pošlete datovou schránkou.\nFormuláře: https://www.example.org/formulare"
)
REGULATION = (
    "Předpis pro transparentnost výběru projektů a zamezení střetu zájmů (ukázkové znění). "
    "Projekty se vybírají podle bodů od nejméně dvou hodnotitelů bez střetu zájmů. "
    "O výběru rozhoduje valná hromada."
)


def prepare_organisation(stage: Stage) -> None:
    """Make accounts, signing keys, members, the plan and the regulation."""
    director = stage.as_(DIRECTOR)
    for person in EVERYBODY:
        if person is DIRECTOR:
            continue
        body = {
            "login": person.login,
            "password": PASSWORD,
            "name": person.name,
            "function": person.function,
            "email": f"{person.login}@example.org",
            "roles": list(person.roles),
        }
        director.put("registry", f"/people/{stage.id_of(person.login)}", body)
    for person in EVERYBODY:
        visitor = stage.as_(person)
        stage.ids[person.login] = visitor.get("registry", "/people/me")["id"]
        visitor.post("documents", "/signing-key", {"signing_secret": SIGNING_SECRET})
    letterhead = {
        "name": ORGANISATION,
        "code": "MASSZK",
        "lines": [
            "Náměstí 1, 431 00 Stará Huť",
            "IČO 90007298 · datová schránka " + OFFICE_BOX,
            "telefon 474 000 000 · kancelar@mas.example.org",
        ],
    }
    director.put("documents", "/letterhead", letterhead)
    postage = {"price": crowns("10"), "monthly_limit": crowns("2000"), "version": None}
    director.put("documents", "/postage-terms", postage)
    for number, (name, email) in enumerate(MEMBERS):
        body = {"name": name, "email": email}
        director.put("registry", f"/members/{stage.id_of(f'member{number}')}", body)
    shares = [
        {"fiche": fiche.code, "name": fiche.name, "percent": share}
        for fiche, share in zip(FICHES, SHARES, strict=True)
    ]
    director.put("registry", "/strategy", {"shares": shares, "total": crowns(SPL_TOTAL)})
    regulation = {
        "title": "Předpis pro transparentnost výběru projektů a zamezení střetu zájmů",
        "label": "2026/1",
        "valid_from": (stage.start - timedelta(days=30)).isoformat(),
        "text": REGULATION,
    }
    director.put("registry", f"/regulations/{stage.id_of('regulation')}", regulation)
    stage.tell(f"MAS má {len(EVERYBODY)} lidí s vlastním podpisem a {len(MEMBERS)} členů.")


def announce_call(stage: Stage) -> None:
    """Prepare the call, have its amount approved, announce it; wrong ways are refused."""
    assistant, director = stage.as_(ASSISTANT), stage.as_(DIRECTOR)
    path = f"/calls/{stage.id_of('call')}"
    draft_call(stage, weeks=2)
    words = director.refused("POST", "registry", f"{path}/announcement", seen(director, path))
    stage.tell(f"Vyhlásit výzvu bez schválené částky nejde: {words}")
    approve_amount(stage)
    words = director.refused("POST", "registry", f"{path}/announcement", seen(director, path))
    stage.tell(f"Vyhlásit výzvu na dva týdny nejde: {words}")
    draft = {**plan(stage, weeks=4), **seen(assistant, path)}
    assistant.put("registry", f"{path}/plan", draft)
    words = assistant.refused("POST", "registry", f"{path}/announcement", seen(director, path))
    stage.tell(f"Asistentka výzvu vyhlásit nesmí: {words}")
    announce(stage)
    stage.tell("Ředitelka vyhlásila 8. výzvu: 8 890 000 Kč, členové dostali e-mail.")


def draft_call(stage: Stage, weeks: int = 4) -> None:
    """Write down the call with its dates, fiches and rule."""
    assistant = stage.as_(ASSISTANT)
    path = f"/calls/{stage.id_of('call')}"
    title = f"{stage.number}. výzva"
    assistant.put("registry", path, {"number": stage.number, "title": title})
    draft = {**plan(stage, weeks), **seen(assistant, path)}
    assistant.put("registry", f"{path}/plan", draft)
    money = {"fiches": fiches(), "rule": rule(), **seen(assistant, path)}
    assistant.put("registry", f"{path}/fiches", money)


def approve_amount(stage: Stage) -> None:
    """Let the director recommend and the programme committee approve the amount (R65)."""
    recommend_amount(stage)
    path, director = f"/calls/{stage.id_of('call')}", stage.as_(DIRECTOR)
    decided_on = stage.today.isoformat()
    decision = {"outcome": "approved", "decided_on": decided_on, **seen(director, path)}
    made = stage.as_(PROGRAMME).post("registry", f"{path}/allocation-decision", decision)
    stage.sign(PROGRAMME, [made["document_id"]])


def recommend_amount(stage: Stage) -> None:
    """Let the director recommend the amount to the programme committee."""
    path, director = f"/calls/{stage.id_of('call')}", stage.as_(DIRECTOR)
    reason = "Částka podle plánu čerpání SPL."
    recommendation = {"amount": crowns(AMOUNT), "reason": reason, **seen(director, path)}
    director.post("registry", f"{path}/allocation-recommendation", recommendation)


def announce(stage: Stage) -> None:
    """Announce the call and wait until evaluation knows it."""
    director = stage.as_(DIRECTOR)
    path = f"/calls/{stage.id_of('call')}"
    director.post("registry", f"{path}/announcement", seen(director, path))
    wait_for("call in evaluation", lambda: director.try_get("evaluation", path))


def closing_day(stage: Stage, weeks: int = 4) -> date:
    """Return the last day of intake."""
    return next_working_day(stage.start + timedelta(weeks=weeks))


def plan(stage: Stage, weeks: int) -> dict[str, object]:
    """Return dates and places of the call."""
    closing = closing_day(stage, weeks)
    presentation = next_working_day(closing_day(stage) + timedelta(weeks=6))
    return {
        "title": f"{stage.number}. výzva",
        "opens_at": instant(stage.start + timedelta(days=1), 8),
        "closes_at": instant(closing, 12),
        "intake_place": "kancelář MAS, Náměstí 1, Stará Huť",
        "presentation_at": instant(presentation, 16),
        "presentation_place": "kulturní dům, Stará Huť",
        "regulation_version_id": stage.id_of("regulation"),
        "note": NOTE,
        "how_to_apply": HOW_TO_APPLY,
    }


def fiches() -> list[dict[str, object]]:
    """Return the fiches with attachments and criteria."""
    return [
        {
            "code": fiche.code,
            "name": fiche.name,
            "allocation": crowns(fiche.amount),
            "attachments": [
                {"code": code, "name": name, "is_mandatory": is_mandatory}
                for code, name, is_mandatory in ATTACHMENTS
            ],
            "acceptability": [{"code": code, "text": text} for code, text in ACCEPTABILITY],
            "scoring": [
                {
                    "code": code,
                    "text": text,
                    "max_points": maximum,
                    "spl_goal": SPL_GOALS.get(code, ""),
                }
                for code, text, maximum in SCORING
            ],
        }
        for fiche in FICHES
    ]


def rule() -> dict[str, object]:
    """Return the declared rule: within fiches, what is left goes first to under-drawn ones."""
    return {
        "ranking": "within_fiche",
        "on_misfit": "stop",
        "amount_kind": "maximum",
        "transfer": "automatic",
        "consider_underdrawn": list(UNDERDRAWN),
        "underdrawn_mechanism": "transfer_first",
        "tie_break": ["received_order"],
    }
