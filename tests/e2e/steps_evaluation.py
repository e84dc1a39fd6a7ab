"""Fourth act in the browser: committee, conflicts, scores, on-site records, presentations."""

from services.demonstration.people import ASSISTANT, DIRECTOR, EVALUATORS, FARMER, MAYOR
from services.demonstration.people import Person as Account
from services.demonstration.projects import Project
from tests.e2e.story import APPLICANTS, TOWN, Story

PAIR = EVALUATORS[:2]
GIVEN = {TOWN.code: (27, 28, 18, 17)}
USUAL = ((20, 21, 14, 12), (18, 17, 12, 10))


def set_up_committee(story: Story) -> None:
    """Name seven members; each declares interests; a conflict is shown and refused."""
    director = story.as_(DIRECTOR)
    director.open(story.in_call("/committee"))
    boxes = director.main.locator("input[name='members']")
    for box in boxes.all():
        box.set_checked(False)
    boxes.first.check()
    director.press("Ustavit hodnotitelskou komisi")
    director.sees_errors("7")
    for box in boxes.all():
        box.check()
    director.look("committee")
    director.press("Ustavit hodnotitelskou komisi")
    director.sees("bez prohlášení")
    for person in EVALUATORS:
        declare(story, person)
    director.open(story.in_call("/conflicts"))
    director.sees("Pravidlo 0", "Pravidlo 1", "střet")
    director.main.locator("details.reason summary").first.click()
    director.look("conflicts")


def declare(story: Story, account: Account) -> None:
    """Declare interests; the mayor stands for the town."""
    member = story.as_(account)
    member.open("/evaluation/")
    member.follow("Podat prohlášení")
    if account is MAYOR:
        member.fill(has_link="yes", links__0__type="representative")
        offered = member.main.locator("[name='links-0-target'] option")
        target = offered.filter(has_text=TOWN.applicant).first
        member.fill(links__0__target=target.get_attribute("value") or "")
        member.fill(links__0__evidence="Jsem starosta města.")
        member.look("declaration")
    else:
        member.fill(has_link="no")
    if account is FARMER:
        member.press("Podat prohlášení o střetu zájmů")
        member.sees_errors()
    member.fill(is_true=True)
    member.press("Podat prohlášení o střetu zájmů")
    member.sign()


def assign(story: Story) -> None:
    """Assign two evaluators to each project; a forged conflicted choice is refused."""
    director = story.as_(DIRECTOR)
    director.open(story.in_call("/assignments"))
    row = director.row(TOWN.applicant)
    row.get_by_text("střet").first.click()
    director.sees("Pravidlo 0: nikdo nehodnotí projekt, ke kterému má vztah")
    director.look("assignments")
    mayor = story.stage.id_of(MAYOR.login)
    for box in row.locator("input[type='checkbox']").all():
        box.set_checked(False)
    box = row.locator("input[type='checkbox']").nth(0)
    box.evaluate("(element, id) => { element.value = id; }", mayor)
    box.check()
    row.locator("input[type='checkbox']").nth(1).check()
    director.press("Přidělit projekty hodnotitelům")
    director.sees_errors("střet")
    director.look("assignment-refused")
    for project in APPLICANTS:
        row = director.row(project.applicant)
        for box in row.locator("input[type='checkbox']").all():
            box.set_checked(False)
        for account in PAIR:
            who = story.stage.id_of(account.login)
            row.locator(f"input[value='{who}']").check()
    director.press("Přidělit projekty hodnotitelům")
    director.sees_no_errors()
    director.open(story.case(TOWN))
    director.sees(*(account.name for account in PAIR), "přiděleno hodnotitelům")


def score_everything(story: Story) -> None:
    """Let both evaluators study, score and sign; a draft is kept, a missing reason is refused."""
    for number, account in enumerate(PAIR):
        evaluator = story.as_(account)
        evaluator.open("/evaluation/")
        if number == 0:
            evaluator.sees("Bodovat projekt")
            evaluator.look("evaluation-dashboard-evaluator")
            evaluator.look("evaluation-dashboard-evaluator", is_phone=True)
        for project in APPLICANTS:
            score(story, account, project, number)
    director = story.as_(DIRECTOR)
    director.open(story.case(TOWN))
    director.sees("obodováno")


def score(story: Story, account: Account, project: Project, number: int) -> None:
    """Score one project and sign the sheet."""
    evaluator = story.as_(account)
    evaluator.open(f"{story.case(project)}/score")
    points = GIVEN.get(project.code, USUAL[APPLICANTS.index(project) - 1])
    evaluator.fill(points_0=f"{points[0] + number}.5")
    evaluator.press("Uložit rozpracované")
    evaluator.sees_no_errors()
    for index, given in enumerate(points):
        evaluator.fill(**{f"points_{index}": str(given + number)})
    is_first = number == 0 and project is TOWN
    if is_first:
        evaluator.press("Uzavřít bodovací list a podepsat")
        evaluator.sees_errors()
        evaluator.look("score-refused")
    evaluator.fill(has_studied=True)
    for index in range(len(points)):
        evaluator.fill(**{f"reason_{index}": "Doloženo v žádosti a jejích přílohách."})
    if is_first:
        evaluator.look("score")
        evaluator.look("score", is_phone=True)
    evaluator.press("Uzavřít bodovací list a podepsat")
    if is_first:
        evaluator.look("sign-score", is_phone=True)
    evaluator.sign()


def visit_everything(story: Story) -> None:
    """Write the on-site record of each project; both evaluators sign it (R48)."""
    first, second = (story.as_(account) for account in PAIR)
    for project in APPLICANTS:
        first.open(f"{story.case(project)}/onsite")
        first.fill(
            claims__0__statement="Stav místa realizace odpovídá popisu v žádosti.",
            need="Potřebnost projektu je zřejmá ze stavu místa.",
            accord="Projekt je v souladu s cíli strategického plánu.",
        )
        if project is TOWN:
            first.look("onsite")
        first.press("Zapsat kontrolu ex ante")
        first.sign()
    second.go_to_sign()
    second.sign()
    story.as_(DIRECTOR).waits_for(story.case(TOWN), "kontrola ex ante provedena")


def present_everything(story: Story) -> None:
    """Order the presentations, hold them on the day of the call, record them (R56, R57)."""
    assistant = story.as_(ASSISTANT)
    assistant.open(story.in_call("/presentations/order"))
    assistant.look("presentations-order")
    assistant.press("Uložit pořadí prezentací")
    assistant.sees_no_errors()
    assistant.open(story.in_call("/presentations/record"))
    assistant.sees("Prezentace začnou až 15. 10. 2026 16:00")
    assistant.press("Zapsat průběh prezentací a podepsat")
    assistant.sees_errors()
    story.stage.day(story.stage.today.replace(year=2026, month=10, day=15), 18)
    assistant.open(story.in_call("/presentations/record"))
    for box in assistant.main.locator("input[name^='was_'][value='yes']").all():
        box.check()
    assistant.fill(public_count="24")
    assistant.look("presentations-record")
    assistant.press("Zapsat průběh prezentací a podepsat")
    assistant.sign()
    assistant.waits_for(story.in_call("/presentations"), "podepsáno")
    assistant.look("presentations")
