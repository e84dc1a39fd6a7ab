"""Names of the kinds of documents in the language of the page."""

from flask_babel import get_locale
from flask_babel.speaklater import LazyString

from shared.document_kinds import KINDS, DocumentKind


def _in_language_of_page(kind: DocumentKind) -> str:
    locale = get_locale()
    return kind.name(locale.language if locale else "cs")


DOCUMENT_KINDS = {kind.code: LazyString(_in_language_of_page, kind) for kind in KINDS}
