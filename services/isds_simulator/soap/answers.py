"""Writing answers: status elements, envelopes, faults of HTTP and SOAP."""

from xml.sax.saxutils import escape

from services.isds_simulator.domain import refusals
from services.isds_simulator.service.documents import V20
from services.isds_simulator.service.xml_writing import XSI, element, wrapped
from services.isds_simulator.soap.reading import SOAP_11, SOAP_12

DONE = "0000"
PREFIXES = {"dm": "q", "db": "p"}
"""As the real system writes them; both mean the same namespace."""
PROLOG = '<?xml version="1.0" encoding="utf-8"?>'
STATUS_TEXTS = {
    "0000": "Provedeno úspěšně.",
    "0001": "Úspěšně zaznamenáno.",
    "0002": "Nebyla nalezena žádná datová schránka.",
    "0003": "Výsledek byl zkrácen, vyhovuje více datových schránek.",
    "0004": "Některé datové zprávy nebyly úspěšně odeslány.",
    "0005": "Dokument byl vytvořen bez časového razítka.",
    "0009": "Datová schránka existuje, ale nelze jí zaslat poštovní datovou zprávu.",
    refusals.NO_RIGHT: "K této činnosti nemáte oprávnění.",
    refusals.BAD_BOX_ID: "Chybný formát identifikátoru datové schránky.",
    refusals.BAD_DATE: "Chybné datum.",
    refusals.DATE_TOO_OLD: "Požadované období je příliš vzdálené.",
    refusals.INTERVAL_TOO_LONG: "Požadované období je příliš dlouhé.",
    refusals.TOO_FEW_CRITERIA: "Nejsou zadána dostatečná kritéria vyhledávání.",
    refusals.AMBIGUOUS_CRITERIA: "Zadaným kritériím vyhovuje více datových schránek.",
    refusals.SEARCH_EMPTY: "Hledaný text je prázdný.",
    refusals.SEARCH_BAD_BOX_ID: "Hledaný text není identifikátor datové schránky.",
    refusals.SEARCH_BAD_IC: "Hledaný text není IČO.",
    refusals.SEARCH_BAD_PARAMETER: "Chybný parametr vyhledávání.",
    refusals.SEARCH_PAGE_SIZE: "Chybná velikost stránky.",
    refusals.SEARCH_TOO_SHORT: "Hledaný text je příliš krátký.",
    refusals.SEARCH_PAGE_TOO_HIGH: "Číslo stránky je příliš vysoké.",
    refusals.CREDENTIAL_LENGTH: "Heslo má nesprávnou délku.",
    refusals.CREDENTIAL_SAME: "Nové heslo je stejné jako stávající.",
    refusals.CREDENTIAL_CHARACTER: "Heslo obsahuje nepovolený znak.",
    refusals.CREDENTIAL_CLASSES: "V hesle chybí velké písmeno, malé písmeno nebo číslice.",
    refusals.CREDENTIAL_TRIPLE: "Heslo obsahuje tři stejné znaky za sebou.",
    refusals.CREDENTIAL_HOLDS_LOGIN: "Heslo obsahuje přihlašovací jméno.",
    refusals.CREDENTIAL_TRIVIAL: "Heslo je příliš jednoduché.",
    refusals.CREDENTIAL_WRONG: "Stávající heslo není správné.",
    refusals.CREDENTIAL_USED: "Heslo již bylo použito.",
    refusals.SENDER_INACCESSIBLE: "Datová schránka odesilatele je znepřístupněná.",
    refusals.RECIPIENT_INACCESSIBLE: "Datová schránka příjemce není přístupná.",
    refusals.OWN_BOX: "Datovou zprávu nelze poslat do vlastní schránky.",
    refusals.FOREIGN_MESSAGE: "Datová zpráva nepatří do této datové schránky.",
    refusals.BAD_ATTACHMENT: "Nepřípustná příloha datové zprávy",
    refusals.NO_RIGHT_TO_MESSAGE: "K datové zprávě nemáte oprávnění.",
    refusals.NO_SUCH_MESSAGE: "Datová zpráva neexistuje nebo byla smazána.",
    refusals.NOT_YET_OPENED: "Datová zpráva nebyla dosud doručena přihlášením.",
    refusals.NOT_YET_DELIVERED: "Datová zpráva nebyla dosud dodána.",
    refusals.PDZ_NOT_ACCEPTED: "Příjemce nemá povoleno přijímat poštovní datové zprávy.",
    refusals.PDZ_NOT_ALLOWED: (
        "Odesilatel ani příjemce datové zprávy není OVM a zpráva je označena jako nekomerční."
    ),
    refusals.WRONG_SERVICE: "Pro tento druh datové zprávy je určena jiná služba.",
    refusals.UPLOAD_QUOTA: "Byl překročen limit nahraných příloh.",
    refusals.FIRST_HASH_DIFFERS: "První otisk přílohy nesouhlasí",
    refusals.SECOND_HASH_DIFFERS: "Druhý otisk přílohy nesouhlasí",
    refusals.FOREIGN_UPLOAD: "Příloha patří jiné datové schránce",
    refusals.UPLOAD_ID_MISSING: "Chybí identifikátor přílohy",
    refusals.INLINE_TOO_BIG: "Vložená příloha je příliš velká",
    refusals.BIG_MESSAGE_TOO_SMALL: "Velkoobjemová datová zpráva je příliš malá.",
    refusals.NO_SUCH_UPLOAD: "Příloha neexistuje",
    refusals.UNKNOWN_OPERATION: "Unknown operation",
    refusals.BAD_DOCUMENT: "Chybná struktura dokumentu.",
    refusals.BAD_DATE_SYNTAX: "Chybný zápis data.",
    refusals.NO_DOCUMENT: "Dokument nebyl předán.",
    refusals.NO_USER_INFO: "Pro tento druh uživatele nelze údaje vrátit.",
    refusals.ARCHIVE_BAD_DOCUMENT: "Chybný dokument.",
    refusals.ARCHIVE_NOT_AUTHENTIC: "Dokument není autentický.",
    refusals.ALREADY_STAMPED: "Dokument již je opatřen časovým razítkem.",
    refusals.SEAL_EXPIRED: "Platnost časového razítka již skončila.",
    refusals.STAMP_STILL_VALID: "Časové razítko je dosud platné, není třeba ho obnovit.",
    refusals.TOO_MANY_ARCHIVES: "Příliš mnoho paralelních požadavků na přerazítkování.",
    refusals.DOWNLOAD_TOO_OFTEN: "Porušeno pravidlo stahování.",
    refusals.TOO_MANY_REQUESTS: "Příliš mnoho paralelních požadavků",
    refusals.THROTTLED: "Jiný požadavek tohoto účtu se právě zpracovává.",
    refusals.NO_SUCH_BOX: "Datová schránka nebyla nalezena.",
    refusals.INVALID_MESSAGE: "Neplatná datová zpráva",
}
MAINTENANCE = "Probíhá plánovaná údržba"


def status_text(code: str, detail: str | None) -> str:
    """Return the Czech text of a status; clients must decide by the code only."""
    text = STATUS_TEXTS.get(code, "Chyba.")
    return text if detail is None else f"{text.rstrip('.')}: {detail}"


def status_element(family: str, code: str, detail: str | None = None) -> str:
    """Return ``dmStatus`` or ``dbStatus``.

    Args:
        family: ``dm`` for services on messages, ``db`` for services on boxes.
        code: Four digits.
        detail: What the status concerns.

    Returns:
        XML text.
    """
    prefix = PREFIXES[family]
    inner = element(f"{prefix}:{family}StatusCode", code)
    inner += element(f"{prefix}:{family}StatusMessage", status_text(code, detail))
    if family == "db":
        inner += element(f"{prefix}:dbStatusRefNumber", None)
    return wrapped(f"{prefix}:{family}Status", inner)


def soap_answer(operation: str, inner: str, soap: str, family: str) -> bytes:
    """Return a whole SOAP answer.

    Args:
        operation: Name of the operation; the answer is named after it.
        inner: Its elements, the status last.
        soap: Namespace of the envelope.
        family: ``dm`` or ``db``, which decides the prefix.

    Returns:
        UTF-8 bytes.
    """
    response = wrapped(
        f"{PREFIXES[family]}:{operation}Response",
        inner,
        {"xmlns:q": V20, "xmlns:p": V20, "xmlns:xsi": XSI},
    )
    body = wrapped("SOAP-ENV:Body", response)
    return (PROLOG + wrapped("SOAP-ENV:Envelope", body, {"xmlns:SOAP-ENV": soap})).encode()


def soap_fault(code: str, text: str, soap: str = SOAP_11) -> bytes:
    """Return a SOAP fault; ``code`` is ``Client`` or ``Server``, as SOAP 1.1 calls them."""
    if soap == SOAP_12:
        name = {"Client": "Sender", "Server": "Receiver"}[code]
        inner = (
            f"<SOAP-ENV:Code><SOAP-ENV:Value>SOAP-ENV:{name}</SOAP-ENV:Value></SOAP-ENV:Code>"
            f'<SOAP-ENV:Reason><SOAP-ENV:Text xml:lang="cs">{escape(text)}</SOAP-ENV:Text>'
            "</SOAP-ENV:Reason>"
        )
    else:
        inner = f"<faultcode>SOAP-ENV:{code}</faultcode><faultstring>{escape(text)}</faultstring>"
    body = wrapped("SOAP-ENV:Body", wrapped("SOAP-ENV:Fault", inner))
    return (PROLOG + wrapped("SOAP-ENV:Envelope", body, {"xmlns:SOAP-ENV": soap})).encode()


def unauthorized_page(blocked_until: str | None = None) -> str:
    """Return the HTML page that comes with 401."""
    blocked = (
        f"<p>Prihlaseni blokovano do / Login blocked until: {blocked_until}</p>"
        if blocked_until
        else ""
    )
    return (
        "<!DOCTYPE html><html><head><title>Authentication required!</title></head><body>"
        "<h1>Authentication required!</h1><p>This server could not verify that you are "
        f"authorized to access the URL.</p>{blocked}<h2>Error 401</h2></body></html>"
    )


def forbidden_page(status: int) -> str:
    """Return the HTML page that comes with 403."""
    return (
        "<!DOCTYPE html><html><head><title>Access forbidden!</title></head><body>"
        f"<h1>Access forbidden!</h1><h2>Error {status}</h2></body></html>"
    )
