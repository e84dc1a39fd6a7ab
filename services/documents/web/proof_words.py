"""Words about what was checked of a proof, and why one does not hold."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

VERDICTS = {
    "good": (N_("v pořádku"), "good"),
    "bad": (N_("neplatí"), "bad"),
    "unknown": (N_("teď nelze ověřit"), "wait"),
}

CHECKS = {
    "file": N_("uložený soubor je bajt po bajtu ten, který přišel"),
    "seal": N_("pečeť souhlasí s obsahem a časové razítko bylo vydané právě k této zprávě"),
    "issuer": N_("pečeť i razítko jsou od autorit, kterým podle nastavení věříme"),
    "own_hash": N_("otisk zprávy byl znovu spočítán z jejích bajtů"),
    "message": N_("jde o zprávu tohoto doručení: číslo, schránka adresáta i naše značka"),
    "attachment": N_("přílohou je vydaný dokument"),
    "together": N_("doručenka patří k odeslané zprávě: číslo, otisk i čas razítka se shodují"),
    "facts": N_("zapsané údaje jsou ty, které v souboru stojí"),
    "record": N_("zapečetěný záznam o předání uvádí právě tento soubor"),
    "read_by_person": N_("co na papíře stojí, přečetl a zapsal člověk"),
}

FAULTS = {
    "file_missing": N_("Soubor v úložišti chybí. Obnovte jej ze zálohy."),
    "file_damaged": N_("Soubor v úložišti má jiný obsah. Obnovte jej ze zálohy."),
    "message": N_("Soubor mluví o jiné zprávě, schránce nebo značce než toto doručení."),
    "attachment": N_("Přílohou zprávy není žádný vydaný soubor tohoto dokumentu."),
    "together": N_("Doručenka nepatří k odeslané zprávě, která je tu uložená."),
    "facts": N_("V databázi jsou o tomto dokladu jiné údaje, než které v souboru stojí."),
    "record": N_("Zapečetěný záznam o předání uvádí jiný soubor."),
    "The file is no delivery info.": N_("Soubor není doručenka."),
    "The file is no sent message.": N_("Soubor není odeslaná zpráva."),
    "The file lacks the hash or the time stamp of the message.": N_(
        "V souboru chybí otisk nebo časové razítko zprávy."
    ),
    "The file does not hold exactly one message.": N_("V souboru není právě jedna zpráva."),
    "The bytes of the message cannot be told from others.": N_(
        "Bajty zprávy nejde odlišit od ostatních."
    ),
    "The message has no end.": N_("Zpráva je neúplná."),
    "The hash is not that of the message.": N_("Otisk neodpovídá bajtům zprávy."),
    "The time stamp of the message cannot be read.": N_("Časové razítko zprávy nejde přečíst."),
    "The time stamp was made over something else.": N_("Časové razítko patří k něčemu jinému."),
    "The time stamp of the message cannot be checked.": N_("Časové razítko zprávy nejde ověřit."),
    "The time stamp of the message is broken.": N_("Časové razítko zprávy je porušené."),
    "The time stamp is by somebody else.": N_("Časové razítko vydala autorita, které nevěříme."),
    "The file has no content.": N_("Soubor nemá obsah."),
    "The file cannot be read.": N_("Soubor nejde přečíst."),
    "The seal cannot be checked.": N_("Pečeť nejde ověřit."),
    "The seal does not fit the content.": N_("Pečeť neodpovídá obsahu."),
    "The seal is not by ISDS.": N_("Pečeť není od systému datových schránek."),
}
"""By code, or by the sentence with which reading the file ends."""
FAULTS_WITH_VALUES = {
    "The seal is of somebody else: ": N_("Pečeť je někoho jiného než systému datových schránek."),
    "The hash of the message is not one that proves anything: ": N_(
        "Otisk zprávy je takový, že nic nedokazuje."
    ),
}
"""By how such a sentence begins, where a value of the file follows; that is not repeated."""
OTHER_FAULT = N_("Soubor není tak, jak jej systém datových schránek vydává.")


def fault_words(fault: str) -> object:
    """Return why a proof does not hold, in the person's language."""
    return known_fault(fault) or OTHER_FAULT


def known_fault(fault: str) -> object | None:
    """Return the words for exactly this fault; ``None`` when there are none."""
    begun = (words for start, words in FAULTS_WITH_VALUES.items() if fault.startswith(start))
    return FAULTS.get(fault) or next(begun, None)
