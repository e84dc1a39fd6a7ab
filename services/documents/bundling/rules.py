"""What the marks of the process rules mean, for readers who have never seen them."""

import re

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.bundling.book import Book

MARK = re.compile(r"\bR[0-9]+\b")
RULES = {
    "R3": N_("Výzva je otevřená alespoň tři týdny."),
    "R22": N_("Seznam přijatých žádostí se zveřejní do 7 kalendářních dnů od konce příjmu."),
    "R33": N_("K odstranění nedostatků se žadatel vyzývá prokazatelným způsobem."),
    "R34": N_("Výzva k odstranění nedostatků uvádí pevný termín."),
    "R35": N_("Na odstranění nedostatků zbývá alespoň 7 kalendářních dnů."),
    "R36": N_("Žadatel se výsledek kontroly dozví do 5 pracovních dnů od jejího ukončení."),
    "R42": N_("Hodnotitele přiděluje ředitelka tak, aby nikdo nebyl ve střetu zájmů."),
    "R46": N_("Hodnotitel dostane projekt elektronicky, nebo vytištěný, když o to požádá."),
    "R56": N_("Žadatelé své projekty veřejně prezentují."),
    "R59": N_("Nový termín prezentací se žadatelům oznámí alespoň týden předem."),
    "R97": N_(
        "Po každém úkonu zůstává podepsaný záznam: 1 příjem žádosti, 2 kontrolní arch registrace,"
        " 3 kontrolní listy obou kontrolorů, 4 jejich záznamy o kontrole, 5 bodovací listy,"
        " 6 záznam z kontroly na místě, 7 zápis výběrové komise, 8 rozhodnutí programového výboru"
        " o alokaci, 9 usnesení valné hromady, 10 potvrzení o převzetí."
    ),
    "R98": N_("Žadatelé a veřejnost dostávají předepsané dokumenty."),
}
"""By mark, in the order of the process."""


def rules_in(book: Book) -> dict[str, object]:
    """Return the meaning of each mark that the tables of the index show."""
    shown = [one.requirement for one in book.missing]
    shown += [one.line.source for one in book.deadlines]
    used = {mark for text in shown for mark in MARK.findall(text)}
    return {mark: words for mark, words in RULES.items() if mark in used}
