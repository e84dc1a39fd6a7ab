"""How it is told that a table cannot become a batch: a sentence for each thing that can be wrong.

The page says before each sentence in which line and column; an error of the whole table stands
alone.
"""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.domain import batch_lines, batch_tables, batches
from shared.errors import DomainError
from shared.problems import Problem

PREPARING: dict[type[DomainError], Problem] = {
    batches.BatchExists: Problem(
        409,
        "batch-exists",
        N_(
            "Z tohoto formuláře už dávka vznikla, s jinými řádky. Najdete ji mezi dávkami; pro "
            "další dávku otevřete nový formulář."
        ),
    ),
    batches.BatchNotEnded: Problem(
        409,
        "batch-not-ended",
        N_("Dokumenty dávky se ještě připravují. Schválit je můžete, až budou všechny hotové."),
    ),
    batches.NothingToApprove: Problem(
        409, "nothing-to-approve", N_("Žádný dokument dávky na schválení nečeká.")
    ),
    batch_tables.TableNotText: Problem(
        422,
        "table-not-text",
        N_(
            "Soubor není tabulka CSV v UTF-8 ani ve Windows-1250, nebo je poškozený. V tabulkovém "
            "programu zvolte Uložit jako a typ CSV UTF-8."
        ),
    ),
    batch_tables.TableTooLarge: Problem(
        422,
        "table-too-large",
        N_(
            "Tabulka smí mít nejvýše %(most)s řádků a %(most_kb)s kB. Společný text napište do "
            "formuláře, ne do každého řádku, nebo tabulku rozdělte."
        ),
    ),
    batch_tables.TableEmpty: Problem(
        422, "table-empty", N_("Tabulka nemá pod záhlavím žádný řádek.")
    ),
    batch_tables.TableBroken: Problem(
        422,
        "table-broken",
        N_(
            "Uvozovky, které zde začínají, nekončí na konci buňky. Uvozovky uvnitř textu se v CSV "
            "píší zdvojené."
        ),
    ),
    batch_tables.ColumnUnnamed: Problem(
        422, "column-unnamed", N_("%(position)s. sloupec nemá v záhlaví název.")
    ),
    batch_tables.ColumnTwice: Problem(
        422, "column-twice", N_("Dva sloupce mají stejný název; jeden přejmenujte.")
    ),
    batch_tables.TooManyCells: Problem(
        422,
        "too-many-cells",
        N_("Řádek má buněk %(cells)s, záhlaví jen %(columns)s. Nechybí u textu uvozovky?"),
    ),
    batch_tables.CellWorthless: Problem(
        422,
        "cell-worthless",
        N_("Místo údaje je zde chyba vzorce %(text)s. Opravte ji v tabulce."),
    ),
    batch_lines.CellMissing: Problem(422, "cell-missing", N_("Doplňte tento údaj.")),
    batch_lines.CellTooLong: Problem(
        422, "cell-too-long", N_("Nejvýše %(most)s znaků, je jich %(given)s.")
    ),
    batch_lines.IcWrong: Problem(
        422, "ic-wrong", N_("%(ic)s není IČO: kontrolní číslice nesouhlasí.")
    ),
    batch_lines.NowhereToSend: Problem(
        422,
        "nowhere-to-send",
        N_("Není kam dopis poslat: doplňte adresu, datovou schránku, nebo IČO."),
    ),
    batch_lines.LineTwice: Problem(
        422,
        "line-twice",
        N_("Řádek říká totéž co řádek %(first)s. Stejný dokument by odešel dvakrát."),
    ),
    batch_lines.ColumnMissing: Problem(
        422, "column-missing", N_("Tento sloupec chybí a ani formulář neříká, co v něm má být.")
    ),
    batch_lines.ColumnUnknown: Problem(
        422,
        "column-unknown",
        N_(
            "Takový sloupec neznáme. Má-li se vkládat do textu, napište v něm {%(column)s}; jinak "
            "jej přejmenujte podle vzoru, nebo vynechte."
        ),
    ),
    batch_lines.PlaceUnknown: Problem(
        422,
        "place-unknown",
        N_("Text chce vložit {%(place)s}, ale takový sloupec v tabulce není."),
    ),
    batch_lines.LineUnfit: Problem(
        422, "line-unfit", N_("Z řádku nejde udělat dokument: %(reason)s")
    ),
    batch_lines.LinesWrong: Problem(
        422,
        "lines-wrong",
        N_(
            "V tabulce je chyb: %(count)s. Zatím nevzniklo nic. Opravte je zde v řádcích, nebo "
            "nahrajte opravený soubor."
        ),
    ),
}
