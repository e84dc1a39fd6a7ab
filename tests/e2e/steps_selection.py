"""Fifth act in the browser: recommendation, allocation, resolution, result notices."""

from services.demonstration.people import ASSEMBLY, ASSISTANT, DIRECTOR, EVALUATORS
from services.demonstration.projects import UNDERDRAWN
from tests.e2e.person import Person, plain
from tests.e2e.steps_control import post
from tests.e2e.story import APPLICANTS, CARPENTER, FARMER_WOMAN, TOWN, Story

CHAIR = EVALUATORS[0]
LESS = "Bez výdajů na propagaci, které fiche nepodporuje."
PROPOSED, APPROVED = "2 800 000 Kč", "2 750 000 Kč"


def open_meeting(story: Story) -> None:
    """Write down who is there and who chairs."""
    chair = story.as_(CHAIR)
    chair.open("/evaluation/")
    chair.look("evaluation-dashboard-committee")
    chair.open(story.in_call("/meeting"))
    chair.follow("Zahájit jednání komise")
    for box in chair.main.locator("input[name='present']").all():
        box.check()
    chair.fill(place="kancelář MAS, Stará Huť")
    chair.main.locator("[name='chair']").select_option(label=CHAIR.name)
    chair.look("meeting-head")
    chair.press("Zahájit jednání komise")
    chair.sees_no_errors()


def recommend_everything(story: Story) -> None:
    """Let the selection committee vote on each project separately (R61, R62)."""
    chair = story.as_(CHAIR)
    for number, _project in enumerate(APPLICANTS):
        chair.open(story.in_call("/meeting"))
        chair.follow("Rozhodnout o projektu")
        if number == 0:
            chair.press("Zapsat doporučení")
            chair.sees_errors("Důvod")
        chair.fill(decision="yes", reason="Projekt plní cíle fiche.")
        present = chair.main.locator("input[name='recused']")
        tied = chair.main.locator("input[name='recused']:checked")
        chair.fill(in_favour=str(present.count() - tied.count()), against="0", abstained="0")
        if number == 0:
            chair.look("recommendation")
        chair.press("Zapsat doporučení")
        chair.sees_no_errors()
    chair.open(story.in_call("/meeting"))
    chair.look("meeting")
    chair.follow("Uzavřít zápis z jednání")
    chair.look("meeting-close")
    chair.press("Uzavřít zápis z jednání")
    if "/documents/sign" not in chair.page.url:
        chair.sees_no_errors()
        chair.go_to_sign()
    chair.sign()
    chair.waits_for(story.in_call("/meeting"), "podepsán")


def allocate(story: Story) -> None:
    """Run the declared rule: the town's fiche is enough, the other two need a transfer."""
    director = story.as_(DIRECTOR)
    director.open(story.in_call("/allocation"))
    director.sees(
        "nevyčerpanou alokaci fiche lze převést na další projekty",
        "Fiche s nenaplněným čerpáním F3, F6, F8, F9 mají při převodu přednost",
    )
    director.look("allocation-rule")
    director.press("Spočítat návrh rozdělení")
    director.sees_no_errors()
    director.sees_heading("Návrh rozdělení prostředků")
    director.reads_fact("Navrženo", PROPOSED)
    director.reads_fact("Zbývá", "6 090 000 Kč")
    read_transfer(director)
    director.look("allocation")
    director.look("allocation", is_phone=True)
    read_steps(director)


def read_transfer(director: Person) -> None:
    """The farmer's fiche is under-drawn: she goes before the carpenter, who has more points."""
    money = ["allocation", "requested", "recommended", "granted", "by transfer", "approved", "left"]
    f9 = ["700 000 Kč", "800 000 Kč", "800 000 Kč", "800 000 Kč", "800 000 Kč", "–", "700 000 Kč"]
    assert dict(zip(money, director.cells("F9")[2:], strict=True)) == dict(
        zip(money, f9, strict=True)
    )
    director.reads_row(TOWN.title, "2 000 000 Kč", "navrženo k podpoře", "vešel")
    director.reads_row(
        FARMER_WOMAN.title,
        "navrženo k podpoře",
        "Z částek, které jiné fiche nevyčerpaly, ještě zbývalo 6 890 000 Kč",
        "Převod 800 000 Kč z těchto zdrojů: F1 800 000 Kč.",
    )
    director.reads_row(
        CARPENTER.title,
        "bez dotace",
        "Požadavek 6 300 000 Kč přesahuje 6 090 000 Kč, které ve výzvě zbývaly",
    )


def read_steps(director: Person) -> None:
    """Follow the run step by step: each in the own fiche, then under-drawn fiches, then others."""
    director.follow("Postup výpočtu krok po kroku")
    rows = [row.get_by_role("cell") for row in director.main.locator("tbody tr").all()]
    seen = [[plain(cell) for cell in row.all_inner_texts()] for row in rows]
    assert [(cells[1], cells[2], cells[5]) for cells in seen] == [
        ("výběr F2", "8/002", "0 Kč"),
        ("výběr F5", "8/001", "2 000 000 Kč"),
        ("výběr F9", "8/003", "0 Kč"),
        (f"převod {'+'.join(UNDERDRAWN)}", "8/003", "800 000 Kč"),
        ("převod *", "8/002", "0 Kč"),
    ]
    director.look("allocation-steps")


def resolve(story: Story) -> None:
    """Record the general assembly's resolution; it gives less than was proposed (R68)."""
    assembly = story.as_(ASSEMBLY)
    assembly.open("/evaluation/")
    assembly.look("evaluation-dashboard-assembly")
    assembly.follow("Zapsat usnesení")
    assembly.fill(number="VH 3/2026", entitled="34", present="27")
    assembly.fill(in_favour="30", against="0", abstained="1")
    assembly.press("Zapsat usnesení valné hromady")
    assembly.sees_errors()
    assembly.look("resolution-refused")
    assembly.fill(in_favour="26")
    depart_from_proposal(story, assembly)
    assembly.look("sign-resolution")
    assembly.sign()
    assembly.waits_for(story.in_call("/resolution"), "podepsáno")
    assembly.sees("VH 3/2026", "přítomno 27 z 34")
    assembly.reads_fact("Schváleno celkem", APPROVED)
    assembly.reads_row(TOWN.title, "schváleno", "2 000 000 Kč")
    assembly.reads_row(FARMER_WOMAN.title, "schváleno", "750 000 Kč", LESS)
    assembly.reads_row(CARPENTER.title, "náhradník", "0 Kč")
    assembly.look("resolution")


def depart_from_proposal(story: Story, assembly: Person) -> None:
    """Add a deviation: refused without a reason, taken with one; an empty line counts for none."""
    assembly.press("Přidat odchylku od návrhu")
    assembly.fill(
        deviations__0__project=story.cases[FARMER_WOMAN.code],
        deviations__0__verdict="approved",
        deviations__0__amount="750 000 Kč",
    )
    assembly.press("Zapsat usnesení valné hromady")
    assembly.sees_errors("Odchylku od návrhu odůvodněte")
    assembly.look("deviation-refused")
    assembly.fill(deviations__0__reason=LESS)
    assembly.press("Přidat odchylku od návrhu")
    assembly.sees_no_errors()
    assembly.sees("2. odchylka")
    assembly.press("Zapsat usnesení valné hromady")


def tell_results(story: Story) -> None:
    """Make, sign and deliver the result notices; the results are public."""
    director, assistant, public = story.as_(DIRECTOR), story.as_(ASSISTANT), story.public()
    director.open(story.in_call("/results"))
    director.look("results")
    director.press("Připravit oznámení výsledku pro vybrané žádosti")
    director.sign()
    post(story, assistant, FARMER_WOMAN, "Oznámení o výsledku")
    for project in APPLICANTS:
        director.waits_for(story.case(project), "výsledek oznámen")
    director.look("case-finished")
    public.waits_for("/registry/mas/szk/vyzvy/8", "Výsledky výběru projektů")
    public.follow("Výsledky výběru projektů")
    public.sees("VH 3/2026")
    public.reads_row(TOWN.applicant, "schválen", "2 000 000 Kč")
    public.reads_row(FARMER_WOMAN.applicant, "schválen", "750 000 Kč")
    public.reads_row(CARPENTER.applicant, "náhradník", "0 Kč")
    public.reads_row("Schváleno celkem", APPROVED)
    public.look("public-results")
    public.look("public-results", is_phone=True)
    director.open(f"/registry/office/applications/{story.cases[TOWN.code]}")
    director.sees("Obnova kulturního domu")
    director.look("folder-finished")
    director.open("/documents/deliveries")
    director.look("deliveries-finished")
    director.open("/registry/office/drawdown")
    director.reads_row("F9", "750 000 Kč")
    director.reads_row("F2", "0 Kč")
    director.reads_row("Celkem", "45 000 000 Kč", APPROVED)
    director.look("drawdown")
