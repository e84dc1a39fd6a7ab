"""The words of what a ready message waits for."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

HOLDS = {
    "price": N_(
        "Zpráva je placená a její cenu zatím nikdo neschválil. Až ji ředitelka schválí, "
        "odejde sama."
    ),
    "approval": N_(
        "Zpráva je placená a každé placené odeslání u vás někdo schvaluje. "
        "Toto zatím nikdo neschválil."
    ),
    "credit": N_(
        "Z vaší datové schránky teď nelze poslat placenou zprávu: chybí oprávnění nebo kredit. "
        "Až ho doplníte, odejde sama."
    ),
    "limit": N_(
        "Odesláním by se překročil měsíční limit. Zpráva odejde sama, až ředitelka limit zvýší "
        "nebo začne další měsíc."
    ),
    "pause": N_("Odesílání někdo pozastavil. Zpráva odejde, až ho někdo zase spustí."),
}
"""Why a ready message waits; whether it may go by post instead never follows from it (R38)."""

POSTAGE_KINDS = {
    "free": N_("zdarma"),
    "paid": N_("placená zpráva (PDZ)"),
    "unsure": N_("zatím se neví"),
    "paper": N_("bez datové schránky"),
}
"""Of a letter before it leaves; see ``domain.estimates``."""

HOLD_NAMES = {
    "price": N_("na schválení ceny"),
    "approval": N_("na schválení odeslání"),
    "credit": N_("na kredit nebo oprávnění schránky"),
    "limit": N_("na měsíční limit"),
    "pause": N_("na ukončení pauzy"),
}
