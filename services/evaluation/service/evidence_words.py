"""Names of deadlines in the languages of an evidence bundle."""

from shared.contracts.bundles import Words

NOTICE: Words = {
    "cs": "Odeslání oznámení o administrativní kontrole",
    "en": "Dispatch of the notice of administrative control",
    "de": "Versand der Mitteilung über die Verwaltungskontrolle",
}
REPAIR: Words = {
    "cs": "Nejkratší lhůta k odstranění nedostatků",
    "en": "Shortest period for removing deficiencies",
    "de": "Kürzeste Frist zur Mängelbeseitigung",
}
REVIEW: Words = {
    "cs": "Žádost o přezkum",
    "en": "Request for a review",
    "de": "Antrag auf Überprüfung",
}
REPAIRED: Words = {
    "cs": "Odstranění nedostatků žadatelem",
    "en": "Deficiencies removed by the applicant",
    "de": "Mängelbeseitigung durch den Antragsteller",
}
PRESENTATION: Words = {
    "cs": "Nový termín prezentací oznámen včas",
    "en": "New date of presentations told in time",
    "de": "Neuer Termin der Präsentationen rechtzeitig mitgeteilt",
}
