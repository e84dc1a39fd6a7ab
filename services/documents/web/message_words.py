"""The words of data messages that ISDS lists under our reference."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.domain.matches import BOX, FILE, Match, obstacle
from services.documents.models import Delivery

MESSAGE_STATES = {
    1: N_("podaná"),
    2: N_("opatřená časovým razítkem, čeká na antivirovou kontrolu"),
    3: N_("zastavená antivirovou kontrolou, nikdo ji nedostal"),
    4: N_("dodaná do schránky"),
    5: N_("doručená fikcí"),
    6: N_("doručená přihlášením"),
    7: N_("přečtená"),
    8: N_("nedoručitelná"),
    9: N_("smazaná"),
    10: N_("v Datovém trezoru"),
}

OUR_FILE = {
    True: N_("ano, podle zapečetěné kopie"),
    False: N_("ne, podle zapečetěné kopie nese jiný soubor"),
    None: N_("zatím nevíme, zapečetěnou kopii nejde získat"),
}

OBSTACLES = {
    FILE: N_("Převzít ji nejde: nese jiný soubor, než který jsme vydali."),
    BOX: N_(
        "Převzít ji nejde: leží v jiné schránce, než jakou adresát má. Je-li ta schránka jeho, "
        "vyberte ji nejdřív na stránce adresáta."
    ),
}


def obstacles(delivery: Delivery) -> list[tuple[Match, str | None]]:
    """Return each message under our reference, with the code of what keeps it from being ours."""
    known, chosen, ic = delivery.data_box_id, delivery.chosen_box, delivery.known_ic
    return [(one, obstacle(one, known=known, chosen=chosen, ic=ic)) for one in delivery.matches]
