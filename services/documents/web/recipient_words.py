"""The words of the register of recipients."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

OUTCOMES = {
    "usable": (N_("má datovou schránku"), "good"),
    "unusable": (N_("schránka zprávy nepřijímá"), "off"),
    "none": (N_("nemá datovou schránku"), "off"),
    "ambiguous": (N_("možné schránky, vyberte"), "bad"),
    "unreachable": (N_("ISDS neodpovídá"), "wait"),
    "not_asked": (N_("zatím bez odpovědi"), "wait"),
    "no_sender": (N_("nelze zjistit, naše schránka není nastavená"), "wait"),
}

FOUND_BY = {
    "box": N_("uvedená v dokumentu"),
    "ic": N_("nalezená podle IČO"),
    "name": N_("nalezená podle jména"),
    "person": N_("vybraná nebo zadaná člověkem"),
}

PERSON_KINDS = {
    "authority": N_("orgán veřejné moci"),
    "legal": N_("právnická osoba"),
    "business": N_("podnikatel"),
    "natural": N_("fyzická osoba"),
    "unknown": N_("nevíme, schránka není známá"),
}

RECIPIENT_ACTS = {
    "enter_recipient": N_("Adresát zapsán"),
    "complete_recipient": N_("Údaje doplněny"),
    "ask_directory": N_("Nový dotaz do ISDS"),
    "look_up_box": N_("Odpověď ISDS"),
    "choose_box": N_("Vybrána schránka"),
    "deny_candidates": N_("Žádná z nabízených schránek není jeho"),
}

SWITCH_CHANNELS = [("post", N_("poštou")), ("in_person", N_("osobně proti podpisu"))]
