"""Fixed words of a document in its own language, which need not be the reader's screen."""

from datetime import date, datetime

from shared.clock import PRAGUE

LABELS: dict[str, dict[str, str]] = {
    "cs": {
        "page": "strana",
        "of": "z",
        "recipient": "Adresát",
        "data_box": "Datová schránka",
        "number": "Číslo jednací",
        "date": "Datum",
        "order": "Č.",
        "question": "Otázka",
        "verdict": "Zjištění",
        "note": "Poznámka",
        "yes": "ano",
        "no": "ne",
        "n_a": "neuplatní se",
        "qr": "QR kód s identifikátorem záznamu",
        "attachment": "Údaje dokumentu ve strojově čitelné podobě",
        "mark": "Vývojové prostředí – bez právních účinků",
        "record": "záznam",
        "seal": "Elektronická pečeť",
        "sealed": "elektronická pečeť organizace s časovým razítkem",
        "signature": "Elektronický podpis",
        "certificate": "Certifikát",
        "signature_field": "Podpis",
        "document": "Dokument",
        "file": "Otisk souboru (SHA-256)",
        "hand_over_title": "Předání dokumentu {number}",
        "handed_over_on": "Den předání",
        "received_by": "Převzal(a)",
        "handed_over_by": "Předal(a)",
        "scan": "Otisk podepsaného převzetí (SHA-256)",
        "hands_over": "předal(a) za organizaci",
        "hand_over_text": (
            "Dokument byl předán osobně. Příjemce převzetí vlastnoručně podepsal; "
            "naskenovaný podpis je uložen u doručení pod uvedeným otiskem."
        ),
        "receipt_title": "Potvrzení o převzetí",
        "receipt_text": "Potvrzuji, že jsem uvedený dokument osobně převzal(a).",
        "by_hand_name": "Jméno a příjmení příjemce (hůlkovým písmem)",
        "by_hand_day": "Datum převzetí",
        "by_hand_receiver": "Podpis příjemce",
        "by_hand_giver": "Předal(a): jméno a podpis",
    },
    "en": {
        "page": "page",
        "of": "of",
        "recipient": "Addressee",
        "data_box": "Data box",
        "number": "Reference",
        "date": "Date",
        "order": "No.",
        "question": "Question",
        "verdict": "Finding",
        "note": "Note",
        "yes": "yes",
        "no": "no",
        "n_a": "not applicable",
        "qr": "QR code with the identifier of the record",
        "attachment": "Data of the document in machine-readable form",
        "mark": "Development environment – no legal effect",
        "record": "record",
        "seal": "Electronic seal",
        "sealed": "electronic seal of the organisation with a time stamp",
        "signature": "Electronic signature",
        "certificate": "Certificate",
        "signature_field": "Signature",
        "document": "Document",
        "file": "Fingerprint of the file (SHA-256)",
        "hand_over_title": "Hand-over of document {number}",
        "handed_over_on": "Day of hand-over",
        "received_by": "Received by",
        "handed_over_by": "Handed over by",
        "scan": "Fingerprint of the signed receipt (SHA-256)",
        "hands_over": "handed over for the organisation",
        "hand_over_text": (
            "The document was handed over in person. The recipient signed the receipt by "
            "hand; the scanned signature is kept with the delivery under the fingerprint "
            "given."
        ),
        "receipt_title": "Receipt",
        "receipt_text": "I confirm that I have received the document named above in person.",
        "by_hand_name": "Name of the recipient (in block letters)",
        "by_hand_day": "Day of receipt",
        "by_hand_receiver": "Signature of the recipient",
        "by_hand_giver": "Handed over by: name and signature",
    },
    "de": {
        "page": "Seite",
        "of": "von",
        "recipient": "Empfänger",
        "data_box": "Datenbox",
        "number": "Aktenzeichen",
        "date": "Datum",
        "order": "Nr.",
        "question": "Frage",
        "verdict": "Feststellung",
        "note": "Bemerkung",
        "yes": "ja",
        "no": "nein",
        "n_a": "nicht zutreffend",
        "qr": "QR-Code mit der Kennung des Datensatzes",
        "attachment": "Daten des Dokuments in maschinenlesbarer Form",
        "mark": "Entwicklungsumgebung – ohne Rechtswirkung",
        "record": "Datensatz",
        "seal": "Elektronisches Siegel",
        "sealed": "elektronisches Siegel der Organisation mit Zeitstempel",
        "signature": "Elektronische Unterschrift",
        "certificate": "Zertifikat",
        "signature_field": "Unterschrift",
        "document": "Dokument",
        "file": "Prüfwert der Datei (SHA-256)",
        "hand_over_title": "Übergabe des Dokuments {number}",
        "handed_over_on": "Tag der Übergabe",
        "received_by": "Übernommen von",
        "handed_over_by": "Übergeben von",
        "scan": "Prüfwert der unterschriebenen Empfangsbestätigung (SHA-256)",
        "hands_over": "hat für die Organisation übergeben",
        "hand_over_text": (
            "Das Dokument wurde persönlich übergeben. Der Empfänger hat den Empfang "
            "eigenhändig unterschrieben; die eingescannte Unterschrift liegt bei der "
            "Zustellung unter dem angegebenen Prüfwert."
        ),
        "receipt_title": "Empfangsbestätigung",
        "receipt_text": "Ich bestätige, das oben genannte Dokument persönlich übernommen zu haben.",
        "by_hand_name": "Name des Empfängers (in Druckbuchstaben)",
        "by_hand_day": "Tag der Übernahme",
        "by_hand_receiver": "Unterschrift des Empfängers",
        "by_hand_giver": "Übergeben von: Name und Unterschrift",
    },
}

MONTHS = {
    "cs": (
        "ledna", "února", "března", "dubna", "května", "června",
        "července", "srpna", "září", "října", "listopadu", "prosince",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ),
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
}  # fmt: skip


def long_date(at: datetime, language: str) -> str:
    """Return the Prague day of an instant in words, such as ``3. dubna 2026``."""
    return day_in_words(at.astimezone(PRAGUE).date(), language)


def day_in_words(day: date, language: str) -> str:
    """Return a day in words, such as ``3. dubna 2026``."""
    month = MONTHS[language][day.month - 1]
    dot = "" if language == "en" else "."
    return f"{day.day}{dot}\u00a0{month}\u00a0{day.year}"


def exact_time(at: datetime, language: str) -> str:
    """Return an instant to the second in Prague time, with its distance from UTC."""
    local = at.astimezone(PRAGUE)
    hours = int((local.utcoffset() or local - local).total_seconds() // 3600)
    return f"{long_date(at, language)}, {local:%H:%M:%S} (UTC+{hours})"
