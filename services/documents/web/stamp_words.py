"""Why an authority gave no time stamp, and what to do about it, in the words of the office."""

from typing import Any

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.domain.stamp_faults import OutsideFault, StampFault

STAMP_FAULTS: dict[str, Any] = {
    OutsideFault.NOT_ON_LIST: N_(
        "Její adresa není mezi povolenými. Ať ji správce doplní do nastavení."
    ),
    OutsideFault.NO_ANSWER: N_(
        "Neodpověděla. Když to potrvá, ať správce ověří adresu a spojení do internetu."
    ),
    OutsideFault.TOO_LONG: N_(
        "Odpověď byla příliš dlouhá a nečetli jsme ji. Ať správce ověří, že adresa je její."
    ),
    OutsideFault.TOO_SLOW: N_(
        "Odpověď přicházela příliš pomalu. Když to potrvá, ozvěte se jejímu provozovateli."
    ),
    OutsideFault.BAD_STATUS: N_(
        "Odpověděla chybou. Ať správce ověří adresu a přihlášení; kód chyby je v záznamech."
    ),
    OutsideFault.OTHER_KIND: N_(
        "Místo razítka přišlo něco jiného. Ať správce ověří, že adresa vede přímo k razítkům."
    ),
    StampFault.REFUSED: N_(
        "Razítko odmítla vydat. Ať správce ověří smlouvu, předplacená razítka a přihlášení."
    ),
    StampFault.UNREADABLE: N_(
        "Odpověď nešla přečíst jako razítko. Ozvěte se jejímu provozovateli."
    ),
    StampFault.OTHER_REQUEST: N_(
        "Razítko nepatřilo k tomu, co jsme poslali, a nepoužilo se. Ozvěte se jejímu provozovateli."
    ),
    StampFault.OTHER_POLICY: N_(
        "Razítko je podle jiných pravidel, než žádá nastavení. Ať je správce porovná se smlouvou."
    ),
    StampFault.BROKEN: N_(
        "Podpis razítka nesouhlasil a razítko se nepoužilo. Ozvěte se jejímu provozovateli."
    ),
    StampFault.CLOCK_APART: N_(
        "Její čas se rozchází s naším. Ať správce ověří hodiny tohoto počítače."
    ),
    StampFault.WRONG_CERTIFICATE: N_(
        "Certifikát razítka není platný pro razítkování. Ozvěte se jejímu provozovateli."
    ),
    StampFault.NOT_TRUSTED: N_(
        "Certifikát razítka nevede k autoritě z nastavení. Ať správce porovná kořenové"
        " certifikáty s těmi, které zveřejňuje."
    ),
    StampFault.LEFT_ALONE: N_("Před chvílí selhala a teď se jí neptáme. Zkusí se znovu sama."),
    StampFault.QUOTA_USED: N_(
        "Dohodnutý počet razítek je vyčerpaný. Počkejte, nebo ať správce smluví vyšší."
    ),
    StampFault.HASH_REFUSED: N_("Nepřijímá náš druh otisku. Ať správce nastaví jinou autoritu."),
}
"""By code: what was wrong, and what a person can do."""
