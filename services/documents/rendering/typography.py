"""Czech typography of running text: spaces that must not break a line."""

import re

NBSP = "\u00a0"

# One-letter prepositions and conjunctions never end a line.
_ONE_LETTER = re.compile(r"(?<![\w\u00a0])([kKsSvVzZoOuUaAiI]) (?=\S)")
_BEFORE_UNIT = re.compile(
    r"(?<=\d) (?=(?:Kč|%|°C|m|km|ha|ks|bodů|bodu|body|dnů|dny|dní|let|hod|h)\b|%)"
)
_THOUSANDS = re.compile(r"(?<=\d) (?=\d{3}\b)")
_DAY_MONTH = re.compile(
    r"(?<=\d\.) (?=(?:\d|ledna|února|března|dubna|května|června|července|srpna|září|října"
    r"|listopadu|prosince))"
)
_MONTH_YEAR = re.compile(
    r"\b(ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince)"
    r" (?=\d{4}\b)"
)
_SHORT = re.compile(
    r"(?<!\w)(§|čl\.|odst\.|písm\.|č\.|j\.|sp\.|zn\.|str\.|Ing\.|Mgr\.|Bc\.|MUDr\.|JUDr\.) (?=\S)"
)


# Legal forms behind a name stay in one piece: "s. r. o.", "z. s.", "o. p. s."
_LEGAL_FORM = re.compile(
    r"(?<!\w)(s\. r\. o\.|o\. p\. s\.|v\. o\. s\.|z\. s\.|z\. ú\.|a\. s\.|k\. s\.|p\. o\.)"
)


def typeset(text: str, language: str) -> str:
    """Return the text with unbreakable spaces where Czech printing wants them.

    Words are never changed; only single spaces become unbreakable ones. Texts in other
    languages come back as they are.
    """
    if language != "cs":
        return text
    # Twice, because "a s panem" has two one-letter words beside each other.
    for _ in range(2):
        text = _ONE_LETTER.sub(rf"\1{NBSP}", text)
    for pattern in (_BEFORE_UNIT, _THOUSANDS, _DAY_MONTH):
        text = pattern.sub(NBSP, text)
    for pattern in (_MONTH_YEAR, _SHORT):
        text = pattern.sub(rf"\1{NBSP}", text)
    return _LEGAL_FORM.sub(lambda form: form[0].replace(" ", NBSP), text)
