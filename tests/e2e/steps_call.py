"""First act in the browser: people, the call, its amount, its announcement."""

from services.demonstration.people import ASSISTANT, DIRECTOR, MEMBERS, PROGRAMME, SIGNING_SECRET
from services.demonstration.people import Person as Account
from services.demonstration.projects import (
    ACCEPTABILITY,
    ATTACHMENTS,
    FICHES,
    NOTE,
    SCORING,
    UNDERDRAWN,
)
from tests.e2e.person import Person
from tests.e2e.story import Story, last_part

NEWCOMER = Account("novotna", "Klára Novotná", "administrativní pracovnice", ("registrar",))
SHARES = ("20", "12", "14", "28", "6", "6", "7", "7")
TOO_EARLY, CLOSES = "2026-08-20T12:00", "2026-08-31T12:00"
AMOUNT = "8 890 000 Kč"


def welcome_newcomer(story: Story) -> None:
    """Enter a person, who makes her own signature; delegate registration to the assistant."""
    director = story.as_(DIRECTOR)
    director.open("/evaluation/")
    director.sees_heading("Co na mě čeká")
    director.look("registry-dashboard-empty")
    director.open("/registry/office/people")
    director.look("people")
    director.follow("Přidat osobu")
    director.fill(
        name=NEWCOMER.name,
        function=NEWCOMER.function,
        email="novotna@example.org",
        login=NEWCOMER.login,
        password="krátké",
    )
    director.main.get_by_label("příjem žádostí").check()
    director.press("Přidat osobu")
    director.sees_errors("12 znaků")
    director.look("new-person-refused")
    director.fill(password="vyzva-demo-2026")
    director.press("Přidat osobu")
    director.sees_no_errors()
    director.sees(NEWCOMER.name)
    make_signature(story.as_(NEWCOMER))
    director.open("/registry/office/people/delegations")
    director.main.get_by_label("Koho pověřujete").select_option(label=ASSISTANT.name)
    director.fill(act="register_application", valid_from="3. 8. 2026", valid_to="30. 9. 2026")
    director.press("Pověřit osobu")
    director.sees_no_errors()
    director.sees(ASSISTANT.name, "registrovat žádosti", "platí")
    director.look("delegations")


def make_signature(person: Person) -> None:
    """Make the person's own signing key."""
    person.open("/documents/")
    person.sees("Ještě nemáte svůj podpis")
    person.follow("Vytvořit můj podpis")
    person.look("new-signature")
    person.fill(signing_secret=SIGNING_SECRET, repeated="něco jiného")
    person.press("Vytvořit můj podpis")
    person.sees_errors()
    person.fill(signing_secret=SIGNING_SECRET, repeated=SIGNING_SECRET)
    person.press("Vytvořit můj podpis")
    person.open("/documents/my-signature")
    person.sees_heading("Můj podpis")
    person.sees(NEWCOMER.name, "z vývojové autority")
    person.look("my-signature")


def plan_strategy(story: Story) -> None:
    """Let the director write down which share of the money each fiche is to have."""
    director = story.as_(DIRECTOR)
    rows = [
        f"{fiche.code} {fiche.name} – {share} %"
        for fiche, share in zip(FICHES, SHARES, strict=True)
    ]
    director.open("/registry/office/strategy")
    director.fill(shares="\n".join((*rows[:-1], "F9 sedm procent")), total="45 000 000 Kč")
    director.press("Zapsat podíly fichí")
    director.sees_errors("Řádku „F9 sedm procent“ nerozumíme")
    director.fill(shares="\n".join(rows))
    director.press("Zapsat podíly fichí")
    director.sees_no_errors()
    assert [director.cells(f"{fiche.code} ")[-1] for fiche in FICHES] == [
        f"{share} %" for share in SHARES
    ]
    director.look("strategy")
    director.open("/registry/office/drawdown")
    director.reads_row("F3", "14 %", "6 300 000 Kč")


def prepare_call(story: Story) -> None:
    """Let the assistant write the call; its closing day is too early at first."""
    assistant = story.as_(ASSISTANT)
    assistant.open("/registry/office/calls")
    assistant.look("calls-empty")
    assistant.open("/registry/office/calls/new")
    assistant.fill(number="8", title="8. výzva")
    assistant.press("Založit výzvu")
    story.call = last_part(assistant.page.url)
    assistant.sees("Než výzvu vyhlásíte, doplňte", "připravuje se")
    for fiche in FICHES:
        assistant.follow("Přidat fichi")
        assistant.fill(
            code=fiche.code,
            name=fiche.name,
            allocation=f"{int(fiche.amount) // 1000} tis. Kč",
            attachments="\n".join(
                name if mandatory else f"{name} (nepovinná)" for _, name, mandatory in ATTACHMENTS
            ),
            acceptability="\n".join(text for _, text in ACCEPTABILITY),
            scoring="\n".join(f"{text} – {maximum}" for _, text, maximum in SCORING),
        )
        if fiche is FICHES[0]:
            assistant.look("fiche")
        assistant.press("Zapsat fichi")
        assistant.sees(f"Fiche {fiche.code} je zapsaná")
    declare_rule(assistant)
    write_plan(assistant, TOO_EARLY)
    assistant.look("call-draft")


def declare_rule(assistant: Person) -> None:
    """Choose the rule of the seed: by points within each fiche, then transfer.

    What fiches leave goes first to projects of under-drawn fiches (A20), then to the others.
    """
    assistant.follow("Určit pravidlo výběru")
    assistant.fill(
        amount_kind="maximum",
        ranking="within_fiche",
        on_misfit="stop",
        transfer="automatic",
        consider_underdrawn=UNDERDRAWN,
        underdrawn_mechanism="transfer_first",
    )
    assistant.look("rule")
    assistant.press("Zapsat pravidlo výběru")
    assistant.sees("Pravidlo výběru je zapsané")
    read_rule(assistant)


def read_rule(person: Person) -> None:
    """Read the rule where the call shows it."""
    person.sees(
        "v rámci jednotlivých fichí",
        "výběr ve fichi končí",
        "převede se podle bodů na další projekty",
        "Nenaplněné fiche F3, F6, F8, F9",
        "mají přednost při převodu zbylých prostředků",
    )


def write_plan(person: Person, closes_at: str) -> None:
    """Write dates and places."""
    person.follow("Upravit termíny a místa")
    person.fill(
        opens_at="2026-08-04T08:00",
        closes_at=closes_at,
        intake_place="kancelář MAS, Náměstí 1, Stará Huť",
        presentation_at="2026-10-15T16:00",
        presentation_place="kulturní dům, Stará Huť",
        note=NOTE,
    )
    person.page.locator("[name='regulation_version_id']").select_option(index=1)
    person.look("plan")
    person.press("Zapsat termíny a místa")
    person.sees_no_errors()


def approve_amount(story: Story) -> None:
    """Let the director recommend the amount and the programme committee decide."""
    director, committee = story.as_(DIRECTOR), story.as_(PROGRAMME)
    director.open("/registry/office")
    director.sees("Doporučit částku")
    director.open(f"/registry/office/calls/{story.call}")
    director.follow("Doporučit částku programovému výboru")
    director.fill(reason="Částka podle plánu čerpání strategie.")
    director.look("recommendation-of-amount")
    director.press("Doporučit částku programovému výboru")
    director.sees("čeká na programový výbor")
    committee.open("/registry/office")
    committee.look("dashboard-of-programme-committee")
    committee.follow("Rozhodnout")
    committee.sees(AMOUNT, "Částka podle plánu čerpání strategie.")
    committee.fill(outcome="approved")
    committee.look("decision-of-programme-committee")
    committee.press("Zaznamenat rozhodnutí výboru")
    committee.look("sign-decision-of-programme-committee")
    committee.sign()
    committee.open(f"/registry/office/calls/{story.call}")
    committee.sees("Programový výbor schválil", "částka schválena")


def announce_call(story: Story) -> None:
    """Announce: refused while it would be open too shortly, then published."""
    director, public = story.as_(DIRECTOR), story.public()
    address = f"/registry/office/calls/{story.call}"
    director.open(f"{address}/announcement")
    director.sees("Výzvu teď vyhlásit nelze", "Uzávěrka musí být nejdříve")
    assert director.main.get_by_role("button", name="Vyhlásit výzvu 8").is_disabled()
    director.look("announcement-refused")
    public.page.goto("/registry/mas/szk/vyzvy/8")
    public.sees_heading("To nejde")
    director.open(address)
    write_plan(director, CLOSES)
    director.follow("Vyhlásit výzvu 8")
    director.sees("Co se stane", f"e-maily ({len(MEMBERS)})", "31. 8. 2026 12:00")
    director.look("announcement")
    director.press("Vyhlásit výzvu 8")
    director.sees_no_errors()
    director.sees("Výzva je vyhlášená a zveřejněná", "vyhlášena")
    director.look("call-published")
    read_public_call(story)


def read_public_call(story: Story) -> None:
    """Read the call without an account, from the first page on."""
    public = story.public()
    public.open("/")
    public.sees_heading("MAS Sdružení Západní Krušnohoří")
    public.sees("Vyhlásili jsme: 8. výzva")
    public.look("public-organisation")
    public.follow("Vyhlásili jsme: 8. výzva")
    public.sees_heading("8. výzva")
    public.sees(AMOUNT, "kancelář MAS, Náměstí 1, Stará Huť", "15. 10. 2026 16:00")
    public.sees("příjem začne 4. 8. 2026 8:00", "smyšlené")
    read_rule(public)
    public.look("public-call")
    public.look("public-call", is_phone=True)
