"""Fixed words of a document in its own language, which need not be the reader's screen."""

from datetime import datetime

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
    },
    "de": {
        "page": "Seite",
        "of": "von",
        "recipient": "Empfänger",
        "data_box": "Datenpostfach",
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
    day = at.astimezone(PRAGUE)
    month = MONTHS[language][day.month - 1]
    dot = "" if language == "en" else "."
    return f"{day.day}{dot}\u00a0{month}\u00a0{day.year}"


def exact_time(at: datetime, language: str) -> str:
    """Return an instant to the second in Prague time, with its distance from UTC."""
    local = at.astimezone(PRAGUE)
    hours = int((local.utcoffset() or local - local).total_seconds() // 3600)
    return f"{long_date(at, language)}, {local:%H:%M:%S} (UTC+{hours})"
