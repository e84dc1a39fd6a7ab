"""Words about what went on last with a delivery; the row keeps it in the program's own words."""

import re

from flask_babel import gettext
from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.domain.care import PROOF_BEHIND, VERIFIER_BUSY
from services.documents.domain.isds_outcome import (
    CREATED,
    NOT_CREATED,
    THROTTLED,
    UNAUTHORISED,
    UNKNOWN,
)
from services.documents.domain.refused_logins import LOGIN_FAULTS
from services.documents.login_words import LOGIN_TROUBLES
from services.documents.web.proof_words import FAULTS, fault_words

OUTCOME = re.compile(f"({CREATED}|{NOT_CREATED}|{UNKNOWN})(?: ([0-9]+|[a-z-]+))?")
REFUSED = re.compile("([0-9]{3,4}) (.*)", re.DOTALL)
FILE_FAULT = re.compile("[a-z0-9]+(-[a-z0-9]+)*")
WITHOUT_CODE = {
    CREATED: N_("ISDS zprávu přijal."),
    NOT_CREATED: N_("Spojení s ISDS se nenavázalo, zpráva určitě neodešla."),
    UNKNOWN: N_("Celá odpověď nepřišla; zda ISDS zprávu přijal, nevíme."),
}
TOLD = {
    PROOF_BEHIND: N_(
        "Dokument ještě nemá všechny doklady, bez kterých neodejde: pečeť, časové razítko nebo "
        "ověření certifikátů."
    ),
    VERIFIER_BUSY: N_("Ověřování souborů mělo právě moc práce; zkusí se to znovu samo."),
    "No data box is set up.": N_("Není nastavená žádná datová schránka."),
    "The data box is another organisation's.": N_(
        "Nastavená datová schránka patří jiné organizaci."
    ),
    "The login was refused; it is not tried again so soon.": N_(
        "Přihlášení bylo odmítnuto; hned znovu se nezkouší."
    ),
}
BROKEN = re.compile("[A-Za-z]+, see the log[.]")


def answer_words(told: str) -> str:
    """Return what went on last in the person's language; what ISDS itself said stays as it is."""
    outcome = OUTCOME.fullmatch(told)
    if outcome is not None:
        return _outcome(outcome[1], outcome[2])
    if told in TOLD:
        return str(TOLD[told])
    if told in FAULTS:
        return fault_words(told)
    if told in LOGIN_FAULTS:
        return str(LOGIN_TROUBLES[told])
    refused = REFUSED.fullmatch(told)
    if refused is not None:
        said = refused[2].strip() or "–"
        told = gettext(
            "ISDS odmítl odpovědět: %(said)s (kód %(code)s).", said=said, code=refused[1]
        )
        return str(told)
    if BROKEN.fullmatch(told):
        return str(gettext("Chyba je na naší straně; podrobnosti má správce v záznamech."))
    if FILE_FAULT.fullmatch(told):
        return str(gettext("Uložený soubor neprošel ověřením a nesmí odejít."))
    return str(gettext("ISDS neodpověděl, nebo jeho odpovědi nejde rozumět."))


def _outcome(kind: str, code: str | None) -> str:
    if code is None or kind == CREATED:
        return str(WITHOUT_CODE[kind])
    if code in LOGIN_FAULTS:
        after = (WITHOUT_CODE[kind],) if kind == UNKNOWN else ()
        return " ".join(str(one) for one in (LOGIN_TROUBLES[code], *after))
    if kind == UNKNOWN:
        return str(
            gettext("ISDS ohlásil potíže (kód %(code)s); zda zprávu přijal, nevíme.", code=code)
        )
    if code in THROTTLED:
        return str(gettext("ISDS je zahlcený a zprávu zatím nepřijal (kód %(code)s).", code=code))
    if int(code) in UNAUTHORISED:
        return str(gettext("ISDS odmítl naše přihlášení (kód %(code)s).", code=code))
    return str(gettext("ISDS zprávu nepřijal (kód %(code)s).", code=code))
