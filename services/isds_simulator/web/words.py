"""What the pages call things."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.isds_simulator.domain.states import Event, State
from services.isds_simulator.soap.faults import FaultKind

STATE_NAMES = {
    State.SUBMITTED: N_("podaná"),
    State.STAMPED: N_("opatřená časovým razítkem"),
    State.INFECTED: N_("odmítnutá antivirem"),
    State.DELIVERED: N_("dodaná"),
    State.FICTION: N_("doručená fikcí"),
    State.LOGIN: N_("doručená přihlášením"),
    State.READ: N_("přečtená"),
    State.UNDELIVERABLE: N_("nedoručitelná"),
    State.ERASED: N_("smazaná"),
    State.VAULT: N_("v Datovém trezoru"),
}
BOX_STATE_NAMES = {
    1: N_("přístupná"),
    2: N_("dočasně znepřístupněná"),
    3: N_("dosud neaktivní"),
    4: N_("trvale znepřístupněná"),
    5: N_("smazaná"),
}
LOGIN_NAMES = {
    Event.LOGIN_PRIMARY: N_("oprávněná osoba (EV11)"),
    Event.LOGIN_ENTRUSTED: N_("pověřená osoba (EV12)"),
    Event.LOGIN_APPLICATION: N_("aplikace se systémovým certifikátem (EV13)"),
}
FAULT_NAMES = {
    FaultKind.DROP: N_("Spojení se přeruší před vykonáním, po něm nebo uprostřed odpovědi."),
    FaultKind.CUT: N_("Spojení se přeruší, ještě než je požadavek celý přečtený."),
    FaultKind.DELAY: N_("Odpověď přijde pozdě (skutečné sekundy)."),
    FaultKind.SLOW: N_("Odpověď kape po kouscích."),
    FaultKind.HTTP: N_("Stav HTTP s chybou SOAP, se stránkou nebo bez obsahu."),
    FaultKind.REDIRECT: N_("Přesměrování (302), které klient nesmí následovat."),
    FaultKind.OUTAGE: N_("Výluka (503) v daném čase simulátoru, nebo v pátek od 0 do 1 hodiny."),
    FaultKind.BLOCKED: N_("Přihlášení je zablokované (401)."),
    FaultKind.FORBIDDEN: N_("Přístup odepřen (403), jako s neznámým certifikátem."),
    FaultKind.STATUS: N_("Stavový kód místo vykonání, nebo po něm."),
    FaultKind.TRUNCATED: N_("Vykoná se, ale odpověď končí v půli."),
    FaultKind.GARBLED: N_("Vykoná se, ale odpověď není XML."),
    FaultKind.DOCTYPE: N_("Vykoná se, ale odpověď má DOCTYPE s nepřátelskými entitami."),
    FaultKind.HUGE: N_("Odpověď nemá konce."),
    FaultKind.NO_ID: N_("0000 bez dmID; zpráva přitom vznikne."),
    FaultKind.INFECTED: N_("Zpráva se přijme a antivir ji pak odmítne (stav 3)."),
    FaultKind.UNSTAMPED: N_("Stažená zpráva je bez časového razítka (0005)."),
    FaultKind.NOT_YET: N_("Odeslanou zprávu chvíli nelze stáhnout (1229)."),
    FaultKind.LIST_LAG: N_("Seznamy chvíli neukazují nové zprávy."),
    FaultKind.DUPLICATE_ROWS: N_("Seznamy ukazují každý řádek dvakrát."),
    FaultKind.UNDELIVERABLE: N_("Schránka příjemce se zpětně znepřístupní (EV3 místo EV2)."),
    FaultKind.SKEW: N_("Všechny časy v odpovědi jsou posunuté."),
    FaultKind.FORGED_SEAL: N_("Pečeť je cizí, ale pod stejnými jmény."),
    FaultKind.BROKEN_SEAL: N_("Obsah se po zapečetění změnil."),
    FaultKind.EXPIRED_SEAL: N_("Certifikát pečeti skončil dřív, než byla použita."),
    FaultKind.PKCS1_SEAL: N_("Platná pečeť se starším doplněním PKCS #1 v1.5."),
    FaultKind.PSS_SEAL: N_("Platná pečeť s RSA-PSS."),
    FaultKind.WRONG_HASH: N_("dmHash patří něčemu jinému; pečeť platí."),
    FaultKind.WRONG_STAMP: N_("dmQTimestamp patří něčemu jinému; pečeť platí."),
    FaultKind.OTHER_ATTACHMENT: N_("V zapečetěné zprávě je jiná příloha."),
    FaultKind.OTHER_RECIPIENT: N_("Zapečetěný dokument jmenuje jiného příjemce."),
    FaultKind.OTHER_MESSAGE: N_("Zapečetěný dokument má jiné dmID."),
}
