"""Words about what was checked of a proof, and why one does not hold."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.domain import agreement
from services.documents.domain.proof_faults import (
    FILE_DAMAGED,
    FILE_MISSING,
    STORE_AWAY,
    STORE_FULL,
    ProofFault,
    told_apart,
)
from services.documents.proof_verdicts import ATTACHMENT, FACTS, MESSAGE, RECORD, TOGETHER

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

_AGAIN = N_(
    "Soubor nepovažujte za důkaz. Stáhněte jej znovu v portálu datových schránek; když ani tam"
    " nevyjde v pořádku, obraťte se na provozovatele datových schránek."
)
_TRUST = N_(
    "Soubor zatím nepovažujte za důkaz. Ať správce porovná autority v nastavení s těmi, které"
    " zveřejňuje provozovatel datových schránek; když souhlasí, je soubor podvržený."
)
_OTHER = N_(
    "Najděte v portálu datových schránek zprávu s naší značkou a porovnejte ji s tímto doručením."
)
_BACKUP = N_("Obnovte jej ze zálohy.")
_OPERATOR = N_("Řekněte to správci. Nic se neztratilo.")

_ROOM = N_("Řekněte správci, ať na disku uvolní místo; na odeslané zprávě to nic nemění.")

FAULTS: dict[str, tuple[object, object]] = {
    FILE_MISSING: (N_("Soubor v úložišti chybí."), _BACKUP),
    FILE_DAMAGED: (N_("Soubor v úložišti má jiný obsah."), _BACKUP),
    STORE_AWAY: (N_("Naše úložiště souborů neodpovídá."), _OPERATOR),
    STORE_FULL: (N_("V našem úložišti souborů došlo místo, doklad se nevešel."), _ROOM),
    MESSAGE: (
        N_("Soubor mluví o jiné zprávě, schránce nebo značce než toto doručení."),
        _OTHER,
    ),
    ATTACHMENT: (N_("Přílohou zprávy není žádný vydaný soubor tohoto dokumentu."), _OTHER),
    TOGETHER: (N_("Doručenka nepatří k odeslané zprávě, která je tu uložená."), _OTHER),
    FACTS: (
        N_("V databázi jsou o tomto dokladu jiné údaje, než které v souboru stojí."),
        N_("Platí soubor. Řekněte to správci, ať databázi porovná se zálohou."),
    ),
    RECORD: (
        N_("Zapečetěný záznam o předání uvádí jiný soubor."),
        N_("Porovnejte oba s podepsaným papírem."),
    ),
    told_apart(agreement.MESSAGE): (N_("Doklady mluví o zprávě s jiným číslem."), _OTHER),
    told_apart(agreement.BOX): (N_("Doklady mluví o jiné schránce adresáta."), _OTHER),
    told_apart(agreement.REFERENCE): (N_("Doklady nesou jinou značku než naši."), _OTHER),
    told_apart(agreement.FILE): (N_("V dokladech je jiný soubor, než jsme odeslali."), _OTHER),
    told_apart(agreement.HASH): (
        N_("Doklady nejsou o téže zprávě: jejich otisky se liší."),
        _OTHER,
    ),
    ProofFault.NO_DELIVERY_INFO: (N_("Soubor není doručenka."), _AGAIN),
    ProofFault.NO_SENT_MESSAGE: (N_("Soubor není odeslaná zpráva."), _AGAIN),
    ProofFault.NO_HASH: (N_("V souboru chybí otisk nebo časové razítko zprávy."), _AGAIN),
    ProofFault.WEAK_HASH: (N_("Otisk zprávy je takový, že nic nedokazuje."), _AGAIN),
    ProofFault.OTHER_HASH: (N_("Otisk neodpovídá bajtům zprávy."), _AGAIN),
    ProofFault.NOT_ONE_MESSAGE: (N_("V souboru není právě jedna zpráva."), _AGAIN),
    ProofFault.AMBIGUOUS_BYTES: (N_("Bajty zprávy nejde odlišit od ostatních."), _AGAIN),
    ProofFault.NO_END: (N_("Zpráva je neúplná."), _AGAIN),
    ProofFault.BAD_ATTACHMENT: (N_("Přílohu zprávy nejde přečíst."), _AGAIN),
    ProofFault.NO_CONTENT: (N_("Soubor nemá obsah."), _AGAIN),
    ProofFault.UNREADABLE: (N_("Soubor nejde přečíst."), _AGAIN),
    ProofFault.STAMP_UNREADABLE: (N_("Časové razítko zprávy nejde přečíst."), _AGAIN),
    ProofFault.STAMP_OF_OTHER: (N_("Časové razítko patří k něčemu jinému."), _AGAIN),
    ProofFault.STAMP_UNCHECKED: (N_("Časové razítko zprávy nejde ověřit."), _AGAIN),
    ProofFault.STAMP_BROKEN: (N_("Časové razítko zprávy je porušené."), _AGAIN),
    ProofFault.STAMP_NOT_TRUSTED: (N_("Časové razítko vydala autorita, které nevěříme."), _TRUST),
    ProofFault.SEAL_UNCHECKED: (N_("Pečeť nejde ověřit."), _AGAIN),
    ProofFault.SEAL_BROKEN: (N_("Pečeť neodpovídá obsahu."), _AGAIN),
    ProofFault.SEAL_NOT_TRUSTED: (N_("Pečeť není od systému datových schránek."), _TRUST),
    ProofFault.SEAL_OF_OTHER: (
        N_("Pečeť je někoho jiného než systému datových schránek."),
        _TRUST,
    ),
}
"""By code: what is wrong, and what a person can do."""


def fault_words(fault: str) -> str:
    """Return why a proof does not hold and what to do, in the person's language."""
    return " ".join(str(part) for part in FAULTS[fault])
