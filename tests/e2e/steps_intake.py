"""Second act in the browser: applications come in, one is refused and comes again."""

from playwright.sync_api import FilePayload

from services.demonstration.files import paper
from services.demonstration.people import ASSISTANT, DIRECTOR
from services.demonstration.projects import FICHES, Project
from tests.e2e.person import Person, spaced
from tests.e2e.story import APPLICANTS, CARPENTER, FARMER_WOMAN, TOWN, Story, last_part

COLUMNS = (
    "Název žadatele",
    "Místo realizace projektu (NUTS5)",
    "Název projektu",
    "Název a číslo fiche",
    "Požadovaná částka dotace",
)
LIMITS = {fiche.code: int(fiche.amount) for fiche in FICHES}


def take_in(story: Story) -> None:
    """Receive, check and register every application."""
    assistant = story.as_(ASSISTANT)
    assistant.open("/registry/office")
    assistant.look("registry-dashboard-intake")
    for project in APPLICANTS:
        receive(story, assistant, project)
        if project is CARPENTER:
            refuse(assistant, project)
        if project is TOWN:
            assistant.look("folder-ready")
        register(story, assistant, project)
    assistant.open("/registry/office/applications")
    assistant.sees("8/001", "8/002", "8/003", "zaregistrována")
    assistant.look("applications")


def receive(story: Story, assistant: Person, project: Project) -> None:
    """Write down an application and what came with it."""
    assistant.open(f"/registry/office/applications/new/{story.call}")
    assistant.fill(
        fiche=project.fiche,
        title=project.title,
        place=project.municipality,
        requested="hodně",
        applicant_name=project.applicant,
        applicant_kind=project.kind,
        is_natural_person=project.kind == "farmer",
        ic=project.ic,
        municipality=project.municipality,
        address=f"{project.municipality} 1\n431 00 {project.municipality}",
        data_box_id=project.data_box or "",
        email=f"{project.code}@example.org",
        channel="data_carrier",
        submitter_name="Jan Pekař",
    )
    if project is TOWN:
        assistant.press("Přijmout žádost")
        assistant.sees_errors("Napište částku například takto")
        assistant.look("application-refused-amount")
    fill_amount(assistant, project)
    if project is FARMER_WOMAN:
        ended = assistant.press_twice("Přijmout žádost")
        assert len(set(ended)) == 1, "a double click makes one application"
        assistant.open(ended[0])
    else:
        assistant.press("Přijmout žádost")
    assistant.sees_no_errors()
    assistant.sees_heading(project.title)
    story.cases[project.code] = last_part(assistant.page.url)
    attach(assistant, "Žádost")
    attach(assistant, "Položkový rozpočet projektu")
    if project is not CARPENTER:
        attach(assistant, "Doklad o vlastnictví")
    check(assistant, is_complete=project is not CARPENTER)


def fill_amount(assistant: Person, project: Project) -> None:
    """Write the amount; one that is more than the fiche has must be confirmed."""
    assistant.fill(requested=f"{int(project.requested) // 1000} tis.")
    if int(project.requested) <= LIMITS[project.fiche]:
        return
    assistant.press("Přijmout žádost")
    assistant.sees_errors(f"Fiche {project.fiche} má ve výzvě jen", "Zkontrolujte částku")
    assistant.fill(is_amount_right=True)


def attach(assistant: Person, kind: str) -> None:
    """Upload one file and go back to the folder."""
    assistant.follow("Nahrát soubory")
    field = assistant.main.locator("[name='code']")
    offered = field.locator("option").all_inner_texts()
    field.select_option(label=next(text for text in offered if text.startswith(kind)))
    file: FilePayload = {
        "name": f"{kind}.pdf",
        "mimeType": "application/pdf",
        "buffer": paper(kind),
    }
    assistant.upload("files", [file])
    assistant.press("Nahrát soubory")
    assistant.sees_no_errors()
    if "/files" in assistant.page.url:
        assistant.look("files")
        assistant.follow("Zpět do složky")


def check(assistant: Person, *, is_complete: bool) -> None:
    """Record the signature, verify who came and fill in the control sheet as the papers are."""
    assistant.follow("Podpis žadatele")
    assistant.fill(manner="on_spot")
    assistant.look("applicant-signature")
    assistant.press("Zaznamenat podpis žadatele")
    assistant.sees_no_errors()
    assistant.follow("Ověřit totožnost")
    assistant.fill(method="document", document="identity_card", standing="statutory")
    assistant.look("identity")
    assistant.press("Zaznamenat ověření totožnosti")
    assistant.sees_no_errors()
    assistant.follow("Vyplnit kontrolní arch")
    for row in assistant.main.locator("tbody tr").all():
        says = row.inner_text()
        is_missing = not is_complete and "Doklad o vlastnictví" in says
        is_optional = "Fotodokumentace" in says
        verdict = "no" if is_missing else "n_a" if is_optional else "yes"
        row.locator(f"input[value='{verdict}']").check()
        if is_missing:
            row.locator("input[type='text'], textarea").fill("Příloha chybí.")
    assistant.look("control-sheet")
    assistant.press("Uložit kontrolní arch")
    assistant.sees_no_errors()


def refuse(assistant: Person, project: Project) -> None:
    """Refuse an incomplete application; it comes again with everything."""
    folder = assistant.page.url
    assistant.sees("Doklad o vlastnictví nebo nájmu místa realizace")
    assistant.look("folder-incomplete")
    assistant.open(f"{folder}/registration")
    assistant.press("Zaregistrovat žádost")
    assistant.sees_errors("Chybí povinná příloha: Doklad o vlastnictví")
    assistant.look("registration-refused")
    assistant.follow("Zpět do složky")
    assistant.follow("Odmítnout registraci")
    assistant.look("refusal")
    assistant.press("Odmítnout registraci")
    assistant.look("sign-refusal")
    assistant.sign()
    assistant.sees("odmítnuta")
    assistant.look("folder-refused")
    assistant.follow("Přijmout opravenou žádost")
    assistant.fill(channel="data_carrier", submitter_name="Jan Pekař")
    assistant.press("Přijmout opravenou žádost")
    assistant.sees_no_errors()
    for kind in ("Žádost", "Položkový rozpočet projektu", "Doklad o vlastnictví"):
        attach(assistant, kind)
    check(assistant, is_complete=True)
    assistant.sees("2. podání", project.title)


def register(story: Story, assistant: Person, project: Project) -> None:
    """Register and sign the records."""
    assistant.follow("Zaregistrovat žádost")
    if project is TOWN:
        assistant.look("registration")
    if project is FARMER_WOMAN:
        register_with_double_click(story, assistant, project)
    else:
        assistant.press("Zaregistrovat žádost")
    if project is TOWN:
        assistant.sees("PŘÍJEM ŽÁDOSTI", "Podpis nelze vzít zpět")
        wrong_secret(assistant)
        assistant.look("sign")
    assistant.sign()
    assistant.sees("zaregistrována", project.applicant)
    if project is TOWN:
        assistant.look("folder-registered")
        assistant.look("folder-registered", is_phone=True)


def register_with_double_click(story: Story, assistant: Person, project: Project) -> None:
    """Two clicks at the same moment register once."""
    assistant.press_twice("Zaregistrovat žádost")
    assistant.open(f"/registry/office/applications/{story.cases[project.code]}")
    entries = assistant.main.locator("ol.timeline li", has_text=spaced("zaregistrována pod"))
    assert entries.count() == 1
    assistant.follow("Podepsat")


def wrong_secret(person: Person) -> None:
    """A wrong signing secret signs nothing and says so."""
    person.page.locator("[name='signing_secret']").fill("není to ono")
    person.press("Podepsat")
    person.sees_errors("heslo")


def publish_list(story: Story) -> None:
    """After the close: make, sign and publish the list; anybody can read it (R22, R23)."""
    assistant, public = story.as_(ASSISTANT), story.public()
    assistant.waits_for("/registry/office", "Sestavit seznam přijatých žádostí")
    assistant.sees("7. 9. 2026")
    assistant.look("registry-dashboard-closed")
    assistant.open(f"/registry/office/calls/{story.call}/received-list")
    assistant.look("received-list-new")
    assistant.press("Sestavit seznam přijatých žádostí")
    assistant.sign()
    assistant.waits_for(f"/registry/office/calls/{story.call}/received-list", "podepsán")
    assistant.look("received-list")
    assistant.press("Zveřejnit seznam přijatých žádostí")
    assistant.sees("zveřejněn")
    public.open("/registry/mas/szk/vyzvy/8/prijate-zadosti")
    heads = [" ".join(text.split()) for text in public.main.locator("thead th").all_inner_texts()]
    assert heads == list(COLUMNS)
    public.sees(*(project.applicant for project in APPLICANTS), "800 000 Kč")
    public.look("public-received-list")
    public.look("public-received-list", is_phone=True)
    director = story.as_(DIRECTOR)
    director.open("/registry/office")
    director.look("registry-dashboard-director")
