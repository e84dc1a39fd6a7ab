"""The index of a bundle for people, in three languages: plain pages that need no network."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from flask import current_app
from flask_babel import force_locale

from services.documents.bundling.book import Book
from services.documents.service.bundles import Claim
from shared.contracts.bundles import BundleRequest, Words
from shared.web.document_kinds import DOCUMENT_KINDS

STYLE = "index.css"
PAGES = {"cs": "index.html", "en": "index.en.html", "de": "index.de.html"}
READ_ME = """Důkazní balíček / Evidence bundle / Nachweispaket

CS  Otevřete index.html v prohlížeči. Obsah drží pohromadě META-INF/ASiCManifest001.xml
    s pečetí META-INF/signature001.p7s (ETSI EN 319 162-1, CAdES). Ověření bez sítě:
    python3 check.py BALICEK.asice --trust KOREN.pem
    Kořenové certifikáty ve složce trust/ porovnejte s těmi, které máte odjinud.

EN  Open index.en.html in a browser. META-INF/ASiCManifest001.xml holds everything together
    under the seal META-INF/signature001.p7s (ETSI EN 319 162-1, CAdES). To check it offline:
    python3 check.py BUNDLE.asice --trust ROOT.pem
    Compare the root certificates in trust/ with those that you got some other way.

DE  Öffnen Sie index.de.html im Browser. META-INF/ASiCManifest001.xml hält alles unter dem
    Siegel META-INF/signature001.p7s zusammen (ETSI EN 319 162-1, CAdES). Prüfung ohne Netz:
    python3 check.py PAKET.asice --trust WURZEL.pem
    Vergleichen Sie die Wurzelzertifikate in trust/ mit jenen aus anderer Quelle.
"""


def index_pages(
    claim: Claim, request: BundleRequest, book: Book, at: datetime
) -> Iterator[tuple[str, str]]:
    """Give the page of each language with its name."""
    template = current_app.jinja_env.get_template("bundles/index.html")
    for language, name in PAGES.items():
        with force_locale(language):
            page = template.render(
                claim=claim,
                bundle=request,
                book=book,
                at=at,
                language=language,
                pages=PAGES,
                kinds=DOCUMENT_KINDS,
                said=partial(_said, language),
            )
        yield name, page


def index_style() -> str:
    """Return the look of the pages."""
    return current_app.jinja_env.get_template(f"bundles/{STYLE}").render()


def _said(language: str, words: Words) -> str:
    """Return words in a language, in Czech where they are known in Czech only."""
    return words.get(language, words["cs"])
