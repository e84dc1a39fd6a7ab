"""Fifth act in the browser: recommendation, allocation, resolution, result notices."""

from services.demonstration.people import ASSEMBLY, ASSISTANT, DIRECTOR, EVALUATORS
from tests.e2e.steps_control import post
from tests.e2e.story import APPLICANTS, CARPENTER, FARMER_WOMAN, TOWN, Story

CHAIR = EVALUATORS[0]


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
    """Run the declared rule: the carpenter fits, the farmer no longer does."""
    director = story.as_(DIRECTOR)
    director.open(story.in_call("/allocation"))
    director.look("allocation-rule")
    director.press("Spočítat návrh rozdělení")
    director.sees_no_errors()
    director.sees("Návrh rozdělení prostředků", "2 500 000 Kč")
    assert "přesahuje" in director.row(FARMER_WOMAN.title).inner_text()
    director.look("allocation")
    director.look("allocation", is_phone=True)


def resolve(story: Story) -> None:
    """Record the general assembly's resolution (R68)."""
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
    assembly.press("Zapsat usnesení valné hromady")
    assembly.look("sign-resolution")
    assembly.sign()
    assembly.waits_for(story.in_call("/resolution"), "podepsáno")
    assembly.sees("VH 3/2026", "přítomno 27 z 34")
    assembly.look("resolution")


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
    public.sees("VH 3/2026", TOWN.applicant, CARPENTER.applicant, "schválen", "2 500 000 Kč")
    public.look("public-results")
    public.look("public-results", is_phone=True)
    director.open(f"/registry/office/applications/{story.cases[TOWN.code]}")
    director.sees("Obnova kulturního domu")
    director.look("folder-finished")
    director.open("/documents/deliveries")
    director.look("deliveries-finished")
