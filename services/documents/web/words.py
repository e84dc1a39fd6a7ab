"""The words of states, kinds of proof and reasons, with the tone that goes with them."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.domain.documents import DELEGATE
from services.documents.login_words import LOGIN_ADVICE, LOGIN_PARTS, LOGIN_TROUBLES
from services.documents.web.hold_words import HOLD_NAMES, HOLDS, POSTAGE_KINDS
from services.documents.web.message_words import MESSAGE_STATES, OBSTACLES, OUR_FILE
from services.documents.web.recipient_words import (
    FOUND_BY,
    OUTCOMES,
    PERSON_KINDS,
    RECIPIENT_ACTS,
)
from services.documents.web.risk_words import RISKS
from services.documents.web.stamp_words import STAMP_FAULTS
from shared.web.document_kinds import DOCUMENT_KINDS
from shared.web.role_words import ROLES

DOCUMENT_STATES = {
    "draft": (N_("čeká na podpis"), "wait"),
    "signing": (N_("zčásti podepsaný"), "go"),
    "signed": (N_("podepsaný, pečetí se"), "go"),
    "issued": (N_("vydaný"), "good"),
    "cancelled": (N_("zrušený"), "off"),
}

BATCH_STATES = {
    "prepared": (N_("čeká na potvrzení"), "wait"),
    "running": (N_("připravuje se"), "go"),
    "paused": (N_("pozastavená"), "wait"),
    "done": (N_("hotová"), "good"),
    "cancelled": (N_("zrušená"), "off"),
}

DISPATCH_STATES = {
    "running": (N_("odesílá se"), "go"),
    "paused": (N_("pozastavené"), "wait"),
}

BATCH_ITEM_STATES = {
    "waiting": (N_("čeká"), "wait"),
    "made": (N_("hotový"), "good"),
    "failed": (N_("nepovedl se"), "bad"),
    "void": (N_("nevznikl"), "off"),
}

BATCH_TROUBLES = {
    "store_full": N_(
        "V úložišti dokumentů došlo místo. Dávka se zastavila a sama naváže, až správce místo "
        "uvolní. Nic se neztratilo."
    ),
    "store_silent": N_(
        "Úložiště dokumentů neodpovídá. Dávka sama naváže, až zase odpoví. Nic se neztratilo."
    ),
}

SIGNING_JOB_STATES = {
    "prepared": (N_("čeká na potvrzení"), "wait"),
    "running": (N_("podepisuje se"), "go"),
    "paused": (N_("pozastavené"), "wait"),
    "done": (N_("hotové"), "good"),
    "cancelled": (N_("zrušené"), "off"),
}

SIGNING_ITEM_STATES = {
    "waiting": (N_("čeká na podpis"), "wait"),
    "signed": (N_("podepsaný"), "good"),
    "refused": (N_("nepodepsal se"), "bad"),
    "left": (N_("ponechaný"), "off"),
}

SIGNING_TROUBLES = {
    "no_revocation": N_(
        "Autorita neříká, zda váš certifikát není odvolaný. Podepisování počká a samo naváže, "
        "dokud běží čas vyhrazený pro klíč."
    ),
    "no_stamp": N_(
        "Autority časových razítek neodpovídají. Podepisování počká a samo naváže, dokud běží čas "
        "vyhrazený pro klíč."
    ),
    "store_full": N_(
        "V úložišti dokumentů došlo místo. Podepisování samo naváže, až správce místo uvolní."
    ),
    "store_silent": N_("Úložiště dokumentů neodpovídá. Podepisování samo naváže, až odpoví."),
    "revoked": N_(
        "Váš certifikát byl zneplatněn, proto se podepisování zastavilo. Co je podepsané dřív, "
        "platí."
    ),
    "lost": N_(
        "Program, který držel váš klíč, skončil. Co je podepsané, platí; pro zbytek zadejte "
        "podpisové heslo znovu."
    ),
    "time_over": N_(
        "Čas vyhrazený pro klíč uplynul a klíč je zapomenutý. Pro zbytek zadejte podpisové heslo "
        "znovu."
    ),
    "failed": N_(
        "Podepisování přerušila chyba na naší straně; podrobnosti má správce v záznamech. Co je "
        "podepsané, platí."
    ),
}

DELIVERY_STATES = {
    "waiting_for_issue": (N_("čeká na vydání dokumentu"), "wait"),
    "ready": (N_("připraveno k odeslání"), "go"),
    "held": (N_("pozdrženo"), "wait"),
    "sending": (N_("odesílá se"), "go"),
    "unknown": (N_("ověřuje se, zda zpráva odešla"), "wait"),
    "sent": (N_("odesláno"), "go"),
    "delivered": (N_("doručeno"), "good"),
    "needs_person": (N_("čeká na vás"), "bad"),
    "cancelled": (N_("zrušeno"), "off"),
}

REVOCATIONS = {
    "": N_("zatím nebylo třeba se ptát"),
    "good": N_("platí"),
    "revoked": N_("odvolaný"),
    "unsure": N_("autorita neřekla"),
}

STAMP_STATES = {
    "closed": N_("funguje"),
    "open": N_("po chybách se na ni chvíli neptáme"),
    "half_open": N_("zkouší se znovu"),
}

TROUBLES = {
    "no_seal": N_(
        "Dokument zatím nelze opatřit pečetí s časovým razítkem, proto nic neodešlo. Výzva to "
        "zkouší dál sama."
    ),
    "seal_revoked": N_(
        "Certifikát pečeti je odvolaný, proto nic neodešlo. Správce musí nastavit jinou pečeť; "
        "dokument se pak vydá sám."
    ),
    "seal_unsure": N_(
        "Autorita neříká, zda certifikát pečeti není odvolaný, proto nic neodešlo. Výzva to zkouší "
        "dál sama."
    ),
    "no_store": N_(
        "Hotový soubor zatím není kam uložit: v úložišti došlo místo, nebo neodpovídá. Nic "
        "neodešlo a nic se neztratilo. Výzva to zkouší dál sama."
    ),
    "no_stamp": N_(
        "Dokument je vydaný, ale zatím nemá archivní časové razítko. Výzva ho zkouší získat sama."
    ),
    "no_revocation": N_(
        "Dokument je vydaný, ale zatím nelze ověřit, zda certifikáty platí. Výzva to zkouší sama."
    ),
    "revoked": N_(
        "Certifikát podpisu nebo pečeti byl zneplatněn. Dokument se neodešle; je třeba vydat nový."
    ),
    "not_proved": N_(
        "Kontrola podpisů neuspěla. Dokument se neodešle; správce najde podrobnosti v záznamech."
    ),
    "short_stamp": N_(
        "Nejnovější časové razítko brzy skončí. Správce musí nastavit jinou autoritu razítek."
    ),
    "damaged": N_(
        "Uložený soubor není ten, který byl podepsán. Správce musí obnovit úložiště ze zálohy."
    ),
}

CHANNELS = {
    "data_box": N_("datovou schránkou"),
    "post": N_("poštou"),
    "in_person": N_("osobně"),
}

BASES = {
    "login": N_("přihlášením do datové schránky"),
    "fiction": N_("uplynutím desátého dne (fikcí)"),
    "ovm": N_("dodáním do schránky orgánu veřejné moci"),
    "posted": N_("dnem, kdy se zásilka pokládá za došlou (§ 573 občanského zákoníku)"),
    "advice": N_("dnem převzetí podle dodejky"),
    "hand_over": N_("osobním předáním proti podpisu"),
}

REASONS = {
    "no_box": N_("Adresát nemá datovou schránku."),
    "box_unusable": N_("Datová schránka adresáta zprávu nepřijme."),
    "requested": N_("Při vzniku dokumentu byla zvolena pošta nebo osobní předání."),
    "refused": N_("Systém datových schránek zprávu odmítl."),
    "undeliverable": N_("Zprávu nelze doručit: schránka byla zpětně znepřístupněna."),
    "duplicate": N_(
        "Nelze bezpečně určit, která z odeslaných zpráv je tato. Co o nich víme, je na stránce "
        "doručení; rozhodněte podle toho."
    ),
    "foreign_box": N_(
        "Datová schránka, ze které Výzva odesílá, patří jiné organizaci, a proto z ní váš dokument "
        "neodešel. Správce musí nastavit schránku vaší organizace, potom odeslání zopakujte."
    ),
    "too_early": N_(
        "Doručenka uvádí dřívější den, než kdy zpráva odešla. Některé hodiny nejdou správně: "
        "porovnejte doručenku s odeslanou zprávou a obraťte se na správce."
    ),
    "unsound_file": N_(
        "Uložený soubor neprošel ověřením: není to přesně vydaný dokument se všemi podpisy. "
        "Nic neodešlo. Obraťte se na správce; soubor je třeba obnovit ze zálohy."
    ),
    "infected": N_(
        "Antivirová kontrola datových schránek soubor ve zprávě zastavila; adresát ho nedostal. "
        "Obraťte se na správce a dokument doručte jinak."
    ),
    "mismatch": N_(
        "Zpráva, kterou systém datových schránek vede pod naší značkou, není přesně ta naše: má "
        "jinou schránku adresáta, jinou značku nebo jiný soubor, nebo ji systém nezná. Za "
        "doručenou se nepokládá."
    ),
    "ambiguous": N_(
        "Není jasné, která datová schránka patří adresátovi. Vyberte ji na stránce adresáta; "
        "dokument pak odejde sám."
    ),
    "wrong_box": N_(
        "Na dokumentu je vytištěná jiná datová schránka, než jakou adresát má. Vystavte opravu "
        "se správnou schránkou."
    ),
    "no_sender": N_("Datová schránka, ze které by Výzva odesílala, není nastavená."),
    "sender_refused": N_(
        "Systém datových schránek odmítl naši schránku nebo program, ne zprávu. Správce to musí "
        "napravit, potom odeslání zopakujte. Poštu to neotvírá."
    ),
    "returned": N_("Pošta zásilku vrátila."),
    "not_found": N_("Zpráva se ani po opakovaném hledání v odeslaných nenašla."),
}

PAID_RIGHTS = {
    "K": N_("podle smlouvy"),
    "E": N_("z kreditu"),
    "G": N_("platí někdo jiný"),
    "O": N_("předplacená odpověď"),
}

PROOFS = {
    "sent_message": N_("Odeslaná datová zpráva (ZFO)"),
    "delivery_info": N_("Doručenka (ZFO)"),
    "posting_slip": N_("Podací lístek"),
    "advice": N_("Dodejka"),
    "hand_over": N_("Převzetí s podpisem příjemce"),
}

ITEM_OUTCOMES = {
    "received": N_("Příjemce ji převzal"),
    "returned": N_("Pošta ji vrátila"),
}
"""What the post told of an item that was posted; the day follows."""

LAYOUTS = {
    "letter": N_("dopis"),
    "record": N_("záznam"),
    "list": N_("seznam"),
    "minutes": N_("zápis"),
}

ACTS = {
    "create": N_("Dokument vznikl"),
    "approve": N_("Schváleno"),
    "translate": N_("Přeloženo"),
    "sign": N_("Podepsáno"),
    "issue": N_("Opatřeno pečetí s časovým razítkem a vydáno"),
    "cancel": N_("Zrušeno"),
    "keep_countersigned": N_("Uloženo vyhotovení podepsané druhou stranou"),
    "raise_level": N_("Doplněny důkazy pro dlouhodobé ověření"),
    "renew_proof": N_("Obnoveno archivní časové razítko"),
    "note_trouble": N_("Práce s dokumentem se zastavila"),
    "begin_sending": N_("Začalo odesílání datovou schránkou"),
    "confirm_created": N_("Datová zpráva byla podána"),
    "put_back": N_("Odeslání se odkládá"),
    "lose_answer": N_("Odpověď nepřišla, ověřuje se"),
    "doubt": N_("Databáze byla obnovena nebo přesunuta, zpráva se hledá v odeslaných"),
    "end_doubt": N_("Databáze byla obnovena nebo přesunuta; datovou schránkou nic odejít nemohlo"),
    "give_up_looking": N_("Zpráva v odeslaných není, odešle se znovu"),
    "ask_person": N_("Předáno člověku"),
    "keep_proof": N_("Uložen doklad"),
    "prove_delivery": N_("Doručeno"),
    "rebut": N_("Domněnka, že zásilka došla, padla"),
    "overturn": N_("Doručení fikcí zpětně padlo"),
    "post": N_("Podáno na poště"),
    "come_back": N_("Pošta zásilku vrátila"),
    "hand_over": N_("Předáno osobně"),
    "retry": N_("Odeslání datovou schránkou se zkusí znovu"),
    "look_again": N_("Člověk nechal zprávu znovu dohledat"),
    "end_delivery": N_("Doručování ukončeno bez doručení"),
    "clear_up": N_("Je jasné, čí schránka to je; odeslání pokračuje"),
    "switch_channel": N_("Způsob doručení změněn"),
    "suspect": N_("V odeslaných je zpráva s naší značkou, ověřuje se"),
    "approve_dispatch": N_("Odeslání schváleno"),
    "pause_dispatch": N_("Odesílání pozastaveno"),
    "resume_dispatch": N_("Odesílání pokračuje"),
    "pause_sending": N_("Odesílání dopisů dávky pozastaveno"),
    "resume_sending": N_("Odesílání dopisů dávky pokračuje"),
    "stop_dispatch": N_("Všechno odesílání zastaveno"),
    "end_stop": N_("Odesílání zase spuštěno"),
    "refuse_file": N_("Uložený soubor neprošel ověřením"),
    "hold": N_("Odeslání čeká"),
    "let_go": N_("Odeslání už nečeká"),
}

VERDICTS = {
    "TOTAL-PASSED": (N_("podpisy jsou platné"), "good"),
    "INDETERMINATE": (N_("platnost podpisů nelze potvrdit"), "wait"),
    "TOTAL-FAILED": (N_("podpisy neplatí"), "bad"),
    "": (N_("bez elektronického podpisu"), "off"),
}
"""About a counter-signed copy, when it came."""

WAYS = {
    "service": N_("klíč chráněný podpisovým heslem"),
    "elsewhere": N_("podpis v jiném programu nebo kartou"),
    "pkcs12": N_("vlastní soubor PKCS#12"),
    "token": N_("token nebo HSM"),
    "remote": N_("vzdálený podpis"),
}

EVIDENCE = {
    "file": N_("nahraným certifikátem"),
    "signature": N_("prvním podpisem"),
    "key": N_("použitím klíče"),
    "settings": N_("nastavením správce"),
}

SIGNING_ROLES = {**ROLES, DELEGATE: N_("z pověření ředitelky")}
WORDS: dict[str, Mapping[Any, Any]] = {
    "roles": SIGNING_ROLES,
    "document_states": DOCUMENT_STATES,
    "batch_states": BATCH_STATES,
    "dispatch_states": DISPATCH_STATES,
    "batch_item_states": BATCH_ITEM_STATES,
    "batch_troubles": BATCH_TROUBLES,
    "signing_job_states": SIGNING_JOB_STATES,
    "signing_item_states": SIGNING_ITEM_STATES,
    "signing_troubles": SIGNING_TROUBLES,
    "troubles": TROUBLES,
    "revocations": REVOCATIONS,
    "stamp_states": STAMP_STATES,
    "stamp_faults": STAMP_FAULTS,
    "delivery_states": DELIVERY_STATES,
    "channels": CHANNELS,
    "bases": BASES,
    "reasons": REASONS,
    "holds": HOLDS,
    "login_troubles": LOGIN_TROUBLES,
    "login_parts": LOGIN_PARTS,
    "login_advice": LOGIN_ADVICE,
    "hold_names": HOLD_NAMES,
    "postage_kinds": POSTAGE_KINDS,
    "paid_rights": PAID_RIGHTS,
    "proofs": PROOFS,
    "item_outcomes": ITEM_OUTCOMES,
    "layouts": LAYOUTS,
    "kinds": DOCUMENT_KINDS,
    "acts": ACTS,
    "verdicts": VERDICTS,
    "ways": WAYS,
    "evidence": EVIDENCE,
    "risks": RISKS,
    "message_states": MESSAGE_STATES,
    "our_file": OUR_FILE,
    "obstacles": OBSTACLES,
    "outcomes": OUTCOMES,
    "found_by": FOUND_BY,
    "person_kinds": PERSON_KINDS,
    "recipient_acts": RECIPIENT_ACTS,
}
