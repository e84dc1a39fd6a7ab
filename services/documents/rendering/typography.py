"""Typography of running text: spaces that must not break a line, and thousands set apart."""

import re
from functools import lru_cache

KEPT = 4096
"""Texts that are remembered: labels and questions come back in every document of a batch."""
NBSP, NARROW = "\u00a0", "\u202f"

# One-letter prepositions and conjunctions never end a line.
_ONE_LETTER = re.compile(r"(?<![\w\u00a0])([kKsSvVzZoOuUaAiI]) (?=\S)")
_BEFORE_UNIT = re.compile(
    r"(?<=\d) (?=(?:Kč|%|°C|m|km|ha|ks|bodů|bodu|body|dnů|dny|dní|let|hod|h)\b|%)"
)
# "1 900 000", but neither "2026 100 let" nor the parts of a longer number.
_THOUSANDS = re.compile(r"(?<![\d/.,])\d{1,3}(?:[ \u00a0]\d{3})+(?![\d/])")
_POST_CODE = re.compile(r"(?<![\d\u00a0\u202f])(\d{3}) (?=\d{2}(?:[ ,]|$)(?!\d))")
_SCALE = re.compile(r"(?<=\d) (?=(?:tis|mil|mld)\.)|(?<=\d (?:tis|mil|mld)\.) (?=Kč)")
# "3. 4.", "3. dubna" and "8. výzva": a sentence would go on with a capital letter.
_ORDINAL = re.compile(r"(?<=\d\.) (?=[\da-záčďéěíňóřšťúůýž])")
_GERMAN = re.compile(r"(?<!\w)(z\.|d\.|u\.|Nr\.|Abs\.|Art\.|Dr\.|§) (?=\S)")
_GERMAN_DAY = re.compile(
    r"(?<=\d\.) (?=(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober"
    r"|November|Dezember)\b)"
)
_MONTH_YEAR = re.compile(
    r"\b(ledna|února|března|dubna|května|června|července|srpna|září|října|listopadu|prosince)"
    r" (?=\d{4}\b)"
)
_SHORT = re.compile(
    r"(?<!\w)(§|čl\.|odst\.|písm\.|č\.|j\.|sp\.|zn\.|str\.|Ing\.|Mgr\.|Bc\.|MUDr\.|JUDr\."
    r"|RNDr\.|PhDr\.|MVDr\.|PaedDr\.|doc\.|prof\.|např\.|tj\.|tzv\.|[A-ZČĎŇŘŠŤŽ]\.) (?=\S)"
)

# Legal forms behind a name stay in one piece, in every language: "s. r. o.", "z. s.", "o. p. s."
_LEGAL_FORM = re.compile(
    r"(?<!\w)(spol\. s r\. ?o\.|s\. r\. o\.|z\. s\. p\. o\.|"
    r"o\. p\. s\.|v\. o\. s\.|z\. s\.|z\. ú\.|a\. s\.|k\. s\.|p\. o\.)"
)


@lru_cache(KEPT)
def typeset(text: str, language: str) -> str:
    """Return the text with unbreakable spaces where the printing of its language wants them.

    Words are never changed; only single spaces become unbreakable ones, narrow between
    thousands.
    """
    text = _THOUSANDS.sub(lambda found: re.sub("[ \u00a0]", NARROW, found[0]), text)
    text = _BEFORE_UNIT.sub(NBSP, text)
    text = _LEGAL_FORM.sub(lambda form: form[0].replace(" ", NBSP), text)
    if language == "de":
        return _GERMAN.sub(rf"\1{NBSP}", _GERMAN_DAY.sub(NBSP, text))
    return _czech(text) if language == "cs" else text


def _czech(text: str) -> str:
    # Twice, because "a s panem" has two one-letter words beside each other.
    for _ in range(2):
        text = _ONE_LETTER.sub(rf"\1{NBSP}", text)
    for pattern in (_SCALE, _ORDINAL):
        text = pattern.sub(NBSP, text)
    for pattern in (_MONTH_YEAR, _SHORT, _POST_CODE):
        text = pattern.sub(rf"\1{NBSP}", text)
    return text
