"""Words about a login of the data box that nobody gets in with: what is wrong, and what to do."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.domain.refused_logins import (
    CERTIFICATE_ENDED,
    CERTIFICATE_FILE,
    CERTIFICATE_KEY,
    CERTIFICATE_REFUSED,
    SERVER_UNKNOWN,
    TRUST_FILE,
)

LOGIN_TROUBLES = {
    "401": N_("Systém datových schránek odmítl naše přihlášení (kód 401)."),
    "403": N_("Systém datových schránek odmítl naše přihlášení (kód 403)."),
    CERTIFICATE_FILE: N_("Soubor s certifikátem k datové schránce chybí, nebo se nedá přečíst."),
    CERTIFICATE_KEY: N_(
        "V souboru s certifikátem k datové schránce není klíč, který by k němu patřil."
    ),
    CERTIFICATE_ENDED: N_("Certifikátu k datové schránce skončila platnost."),
    CERTIFICATE_REFUSED: N_("Systém datových schránek odmítl náš certifikát."),
    TRUST_FILE: N_(
        "Soubor, podle kterého se pozná systém datových schránek, chybí, nebo se nedá přečíst."
    ),
    SERVER_UNKNOWN: N_(
        "Na adrese datových schránek odpovídá někdo, kdo neprokázal, kým je. Nic jsme mu neposlali."
    ),
}
_CHECK_LOGIN = N_(
    "Správce ať ověří jméno, heslo nebo certifikát. Častější pokusy by mohly účet zablokovat."
)
LOGIN_ADVICE = {
    "401": _CHECK_LOGIN,
    "403": _CHECK_LOGIN,
    CERTIFICATE_FILE: N_(
        "Správce ať soubor uloží tam, kde ho nastavení hledá, a ať ho Výzva smí číst."
    ),
    CERTIFICATE_KEY: N_(
        "Správce ať do souboru uloží certifikát i s jeho klíčem, a klíč bez hesla."
    ),
    CERTIFICATE_ENDED: N_("Správce ať opatří nový certifikát a uloží ho místo dosavadního."),
    CERTIFICATE_REFUSED: N_(
        "Správce ať v nastavení schránky zjistí, zda certifikát ještě platí, a případně ho vymění."
    ),
    TRUST_FILE: N_("Správce ať soubor s certifikáty autorit opraví; jeho jméno je v nastavení."),
    SERVER_UNKNOWN: N_(
        "Správce ať ověří adresu, a zda autorita jejího certifikátu patří mezi důvěryhodné. "
        "Důvěřovat novému certifikátu smí, až když ví, čí je."
    ),
}
LOGIN_PARTS = {
    "certificate": N_("Certifikát k datové schránce"),
    "password": N_("Heslo k datové schránce"),
}
