"""Why a document is at risk, and what to do about it, in the words of the office."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.domain import risks

RISKS = {
    risks.FILE_MISSING: (
        N_("Soubor v úložišti chybí"),
        N_("Obnovte jej ze zálohy a potom spusťte „vyzva files check“."),
    ),
    risks.FILE_CHANGED: (
        N_("Soubor v úložišti není ten, který byl uložen"),
        N_("Obnovte jej ze zálohy a potom spusťte „vyzva files check“."),
    ),
    risks.SIGNER_REVOKED: (
        N_("Certifikát podpisu, pečeti nebo razítka byl zneplatněn"),
        N_("Vydejte opravu podepsanou platným certifikátem."),
    ),
    risks.UNPROVED: (
        N_("Ověření podle normy soubor nepřijalo"),
        N_("Ověřte dokument; co není v pořádku, stojí v protokolu. Jinak vydejte opravu."),
    ),
    risks.UNSEALED: (
        N_("Všichni podepsali, ale pečeť stále chybí"),
        N_("Podívejte se do klíčů, zda lze pečetit a zda odpovídají časová razítka."),
    ),
    risks.BELOW_LEVEL: (
        N_("Chybí archivní časové razítko"),
        N_("Podívejte se do klíčů, zda odpovídají časová razítka a seznamy zneplatněných."),
    ),
    risks.SEAL_REPLACED: (
        N_("Pečeť organizace byla vyměněna dřív, než dokument dostal archivní časové razítko"),
        N_("Ověřte, že běží zpracování na pozadí; příčina stojí na stránce dokumentu."),
    ),
    risks.RENEWAL_LATE: (
        N_("Časové razítko mělo být obnoveno a není"),
        N_("Podívejte se do klíčů, zda odpovídají časová razítka; jinak přidejte další autoritu."),
    ),
    risks.ENDS_SOON: (
        N_("Důkaz v souboru brzy skončí nebo skončil"),
        N_("Zajistěte časové razítko dřív, než skončí; po konci pomůže už jen důkazní záznam."),
    ),
    risks.ALGORITHM_ENDS: (
        N_("Algoritmus posledního razítka brzy skončí nebo skončil"),
        N_("Zajistěte autoritu, která razítkuje novějším algoritmem, dřív, než tento skončí."),
    ),
    risks.CARE_FAILS: (
        N_("Výzva to zkouší znovu a znovu bez úspěchu"),
        N_("Příčina stojí na stránce dokumentu. Odstraňte ji; zbytek udělá Výzva sama."),
    ),
    risks.NO_RECORD: (
        N_("Soubor není v žádném důkazním záznamu"),
        N_("Ověřte, že v noci běží zpracování na pozadí a odpovídají časová razítka."),
    ),
    risks.NOT_FETCHED: (
        N_("Doklad o odeslání nebo doručení leží jen v datových schránkách"),
        N_("Příčina stojí na stránce doručení. Odstraňte ji dřív, než jej systém schránek smaže."),
    ),
    risks.RECORD_ENDS: (
        N_("Důkazní záznam měl být obnoven a není"),
        N_("Ověřte, že v noci běží zpracování na pozadí a odpovídají časová razítka."),
    ),
}
"""The reason, and what to do."""
