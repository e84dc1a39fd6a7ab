"""Third act in the browser: two controllers, a deficiency, notices by data box and by post."""

from services.demonstration.control import recipient_signs_in
from services.demonstration.files import paper
from services.demonstration.people import (
    ASSISTANT,
    CONTROLLER_1,
    CONTROLLER_2,
    DIRECTOR,
)
from services.demonstration.people import Person as Account
from services.demonstration.projects import Project
from tests.e2e.person import Person
from tests.e2e.story import APPLICANTS, CARPENTER, FARMER_WOMAN, TOWN, Story

CONTROLLERS = (CONTROLLER_1, CONTROLLER_2)
DEFECT = "Součet položek rozpočtu neodpovídá požadované částce."


def prepare_control(story: Story) -> None:
    """Prepare and freeze the control lists; appoint two people, who must differ (R25, R29)."""
    assistant, director = story.as_(ASSISTANT), story.as_(DIRECTOR)
    assistant.waits_for("/evaluation/", "Připravit kontrolní listy")
    assistant.look("evaluation-dashboard-assistant")
    assistant.follow("Připravit kontrolní listy")
    assistant.press("Sestavit chybějící kontrolní listy")
    assistant.look("control-lists")
    assistant.follow("Upravit kontrolní list F8")
    assistant.look("control-list-edited")
    assistant.press("Uložit kontrolní list")
    assistant.open(story.in_call("/control-lists"))
    assistant.press("Uzamknout připravené kontrolní listy")
    assistant.sees("Všechny kontrolní listy jsou uzamčené")
    director.open("/evaluation/")
    director.look("evaluation-dashboard-director")
    director.follow("Pověřit kontrolou")
    for field in ("first", "second"):
        director.main.locator(f"[name='{field}']").select_option(label=CONTROLLER_1.name)
    director.press("Pověřit kontrolou vybraných žádostí")
    director.sees_errors("dvě různé osoby")
    director.look("appointment-refused")
    director.main.locator("[name='second']").select_option(label=CONTROLLER_2.name)
    director.press("Pověřit kontrolou vybraných žádostí")
    director.sees_no_errors()
    director.sees("Kontrolou 3 žádostí jsou pověřeny dvě osoby")
    director.look("call-in-evaluation")


def control_everything(story: Story) -> None:
    """Let both controllers judge every application; the town's budget has a defect."""
    for number, account in enumerate(CONTROLLERS):
        controller = story.as_(account)
        controller.open("/evaluation/")
        if number == 0:
            controller.look("evaluation-dashboard-controller")
        controller.follow("Podat prohlášení")
        controller.fill(has_link="no", is_true=True)
        controller.press("Podat prohlášení o střetu zájmů")
        controller.sign()
        for project in APPLICANTS:
            conclude(story, account, project, is_broken=project is TOWN)
    story.as_(DIRECTOR).open(story.case(CARPENTER))
    story.as_(DIRECTOR).sees("Kontrola skončila", "zbývá 7 dnů", "Proč")
    story.as_(DIRECTOR).main.get_by_text("Proč").first.click()
    story.as_(DIRECTOR).sees("5 pracovních dnů")
    story.as_(DIRECTOR).look("case-after-control")


def conclude(story: Story, account: Account, project: Project, *, is_broken: bool) -> None:
    """Fill in one control list, conclude and sign."""
    controller = story.as_(account)
    controller.open(f"{story.case(project)}/control")
    is_first = account is CONTROLLER_1 and project is TOWN
    if is_first and is_broken:
        controller.press("Uzavřít kontrolu a podepsat")
        controller.sees_errors("Vyberte prosím jednu z možností")
    for field in controller.main.locator("fieldset").all():
        says = field.inner_text()
        if field.locator("[name^='verdict_']").count() == 0:
            continue
        is_bad = is_broken and "rozpočet" in says
        field.locator(f"input[value='{'no' if is_bad else 'yes'}']").check()
        if is_bad:
            name = field.locator("input").first.get_attribute("name") or ""
            controller.fill(**{name.replace("verdict", "note"): DEFECT})
    controller.fill(conclusion="no" if is_broken else "yes")
    if is_first and is_broken:
        controller.look("control")
    controller.press("Uzavřít kontrolu a podepsat")
    if is_first and is_broken:
        controller.sees("Záznam ve složce projektu", "jako projektový manažer")
        controller.look("sign-control")
    controller.sign()


def call_on_applicant(story: Story) -> None:
    """Call on the town to repair its budget by a fixed day (R33, A6)."""
    director = story.as_(DIRECTOR)
    director.open("/evaluation/")
    director.sees("Připravit výzvu")
    director.open(f"{story.case(TOWN)}/deficiency")
    director.sees(DEFECT, "od doručení aspoň 7 kalendářních dnů", "Nejdříve")
    proposed = director.main.locator("[name='fixed_date']").input_value()
    director.fill(fixed_date="10. 9. 2026")
    director.press("Připravit výzvu k odstranění nedostatků")
    director.sees_errors("Kdyby žadatel zprávu neotevřel, doručí se až desátý den")
    director.look("deficiency-refused")
    director.fill(fixed_date=proposed)
    director.press("Připravit výzvu k odstranění nedostatků")
    director.sign()
    director.waits_for(story.case(TOWN), "doručena")  # at once: the box of a municipality
    director.look("case-with-deficiency")


def repair_deficiency(story: Story) -> None:
    """Record the repair; both control again (R34, R35)."""
    director, assistant = story.as_(DIRECTOR), story.as_(ASSISTANT)
    assistant.waits_for("/evaluation/", "Zapsat odstranění nedostatků")
    assistant.open(f"{story.case(TOWN)}/repair")
    assistant.fill(repaired_on=str(story.stage.today), note="Dodán opravený rozpočet.")
    assistant.look("repair")
    assistant.press("Zapsat odstranění nedostatků")
    assistant.sees_no_errors()
    for account in CONTROLLERS:
        conclude(story, account, TOWN, is_broken=False)
    director.open(story.case(TOWN))
    director.sees("2. kolo", "přijatelný")


def send_notices(story: Story) -> None:
    """Make, sign and deliver the notices; the one without a data box goes by post (R36-R39)."""
    director, assistant = story.as_(DIRECTOR), story.as_(ASSISTANT)
    director.open(story.in_call("/notices"))
    director.sees("5 pracovních dnů")
    director.look("notices")
    director.press("Připravit oznámení pro vybrané žádosti")
    if "/documents/sign" not in director.page.url:
        director.sees_no_errors()
        director.go_to_sign()
    director.look("sign-notices")
    director.sign()
    post(story, assistant, FARMER_WOMAN)
    see_delivered(story)


def see_delivered(story: Story) -> None:
    """See that everybody was told, and how."""
    director = story.as_(DIRECTOR)
    director.waits_for(story.case(FARMER_WOMAN), "kontrola oznámena")
    director.waits_for(story.case(TOWN), "kontrola oznámena")
    recipient_signs_in(story.stage, CARPENTER)
    director.waits_for(story.case(CARPENTER), "doručeno")
    director.open(story.in_call("/notices"))
    director.look("notices-sent")


def post(
    story: Story,
    assistant: Person,
    project: Project,
    letter: str = "Oznámení o provedení administrativní kontroly",
) -> None:
    """Post a letter and write down its number."""
    assistant.waits_for("/documents/", letter)
    assistant.look("documents-dashboard")
    row = assistant.row(letter)
    row.get_by_role("link", name="Vyřídit doručení").click()
    assistant.sees_heading(project.applicant)
    assistant.look("delivery-by-post")
    assistant.fill(tracking_number="RR123456785CZ")
    slip = paper("Podací lístek RR123456785CZ")
    assistant.upload(
        "slip", [{"name": "listek.pdf", "mimeType": "application/pdf", "buffer": slip}]
    )
    assistant.press("Zapsat podání na poště")
    assistant.sees_no_errors()
    assistant.sees("RR123456785CZ")
    assistant.open("/documents/deliveries")
    assistant.sees(project.applicant, TOWN.applicant)
    assistant.look("deliveries")
    assistant.open("/documents/list")
    assistant.look("documents")
