"""The index of a bundle for people, in three languages: plain pages that need no network."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from flask import current_app
from flask_babel import force_locale

from services.documents.bundling.book import Book
from services.documents.bundling.rules import rules_in
from services.documents.service.bundle_making import Claim
from shared.contracts.bundles import BundleRequest, Words
from shared.web.document_kinds import DOCUMENT_KINDS

STYLE = "index.css"
AT_ONCE = 500
"""Scraps of a page that are written together."""
PAGES = {"cs": "index.html", "en": "index.en.html", "de": "index.de.html"}
READ_ME = """Důkazní balíček / Evidence bundle / Nachweispaket

CS
--
1. Přejmenujte soubor .asice na .zip a rozbalte jej do nové složky. Otevřete v ní index.html.
2. Ověření bez sítě a bez naší služby (program check.py je v balíčku a dá se přečíst):
   Windows: nainstalujte Python 3.11 nebo novější z python.org (při instalaci zaškrtněte
   "Add python.exe to PATH") a OpenSSL, které je součástí programu Git for Windows
   (git-scm.com); spusťte "Git Bash" ve složce balíčku a napište:
       py check.py .
   Linux a macOS: otevřete terminál ve složce balíčku a napište:
       python3 check.py .
3. Na konci stojí VŠE PLATÍ, nebo NEPLATÍ a před tím soubor a důvod, nebo NIC NENÍ PORUŠENO,
   ALE NE VŠE JE DOLOŽENO (třeba chybí časové razítko). Vše podrobně: --all
4. Program věří kořenovým certifikátům ze složky trust. Porovnejte je s těmi, které máte
   odjinud, nebo zadejte svoje:  py check.py . --trust KOREN.pem
5. Samotný balíček nedokazuje, že jméno v pečeti je ta správná organizace (porovnejte je, nebo
   zadejte otisk jejího certifikátu: --seal OTISK), ani že kniha důkazů je ta jediná: její klíč
   dokládá jen pečeť. Klíč, který máte odjinud, porovná --key KLICE.txt. Kdo má pečeť i klíč
   knihy, může vytvořit jiný balíček; starší kontrolní bod knihy nebo starší balíček ho usvědčí.
Ověřuje se: seznam souborů s pečetí a časovým razítkem (ETSI EN 319 162-1), podpisy a razítka
v dokumentech, důkazní záznamy (RFC 4998) a výpisy z knihy důkazů (RFC 9162).

EN
--
1. Rename the .asice file to .zip and unpack it into a new folder. Open index.en.html in it.
2. To check it without a network and without our service (check.py is in the bundle and can be
   read):
   Windows: install Python 3.11 or newer from python.org (tick "Add python.exe to PATH") and
   OpenSSL, which comes with Git for Windows (git-scm.com); start "Git Bash" in the folder of
   the bundle and type:
       py check.py . --lang en
   Linux and macOS: open a terminal in the folder of the bundle and type:
       python3 check.py . --lang en
3. The last line says EVERYTHING HOLDS, or DOES NOT HOLD after the file and the reason, or
   NOTHING IS WRONG, BUT NOT ALL IS PROVEN (a time stamp is missing). In detail: --all
4. The program believes the root certificates in the folder trust. Compare them with those that
   you got some other way, or give your own:  --trust ROOT.pem
5. The bundle alone does not prove that the name in the seal is the right organisation (compare
   it, or give the fingerprint of its certificate: --seal FINGERPRINT), nor that its evidence log
   is the only one: the key of the log is vouched for by the seal only. --key KEYS.txt compares
   it with one that you got some other way. Whoever has both the seal and the key of the log can
   make another bundle; an older checkpoint of the log or an older bundle convicts him.
What is checked: the list of files with its seal and time stamp (ETSI EN 319 162-1), signatures
and stamps in documents, evidence records (RFC 4998) and extracts of the evidence log (RFC 9162).

DE
--
1. Benennen Sie die Datei .asice in .zip um und entpacken Sie sie in einen neuen Ordner. Öffnen
   Sie darin index.de.html.
2. Prüfung ohne Netz und ohne unseren Dienst (check.py liegt im Paket und ist lesbar):
   Windows: Installieren Sie Python 3.11 oder neuer von python.org ("Add python.exe to PATH"
   ankreuzen) und OpenSSL, das Git for Windows (git-scm.com) mitbringt; starten Sie "Git Bash"
   im Ordner des Pakets und geben Sie ein:
       py check.py . --lang de
   Linux und macOS: Öffnen Sie ein Terminal im Ordner des Pakets und geben Sie ein:
       python3 check.py . --lang de
3. Am Ende steht ALLES GILT oder GILT NICHT, davor die Datei und der Grund, oder NICHTS IST
   VERLETZT, ABER NICHT ALLES IST BELEGT (etwa fehlt ein Zeitstempel). Alles im Einzelnen: --all
4. Das Programm vertraut den Wurzelzertifikaten im Ordner trust. Vergleichen Sie sie mit jenen
   aus anderer Quelle oder geben Sie eigene an:  --trust WURZEL.pem
5. Das Paket allein belegt nicht, dass der Name im Siegel die richtige Organisation ist
   (vergleichen Sie ihn oder geben Sie den Fingerabdruck des Zertifikats an: --seal ABDRUCK),
   auch nicht, dass ihr Beweisbuch das einzige ist: für dessen Schlüssel bürgt nur das Siegel.
   --key SCHLUESSEL.txt vergleicht ihn mit einem aus anderer Quelle. Wer Siegel und Schlüssel
   hat, kann ein anderes Paket herstellen; ein älterer Kontrollpunkt überführt ihn.
Geprüft werden: Dateiliste mit Siegel und Zeitstempel (ETSI EN 319 162-1), Unterschriften und
Stempel der Dokumente, Beweissätze (RFC 4998) und Auszüge aus dem Beweisbuch (RFC 9162).
"""


def index_pages(
    claim: Claim, request: BundleRequest, book: Book, at: datetime
) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Give the page of each language with its name; each is read before the next is asked for."""
    for language, name in PAGES.items():
        shown = {"claim": claim, "bundle": request, "book": book, "at": at, "language": language}
        yield name, _page(language, shown)


def _page(language: str, shown: Mapping[str, Any]) -> Iterator[bytes]:
    template = current_app.jinja_env.get_template("bundles/index.html")
    more = {
        "pages": PAGES,
        "kinds": DOCUMENT_KINDS,
        "rules": rules_in(shown["book"]),
        "said": partial(_said, language),
    }
    with force_locale(language):
        stream = template.stream(**shown, **more)
        stream.enable_buffering(AT_ONCE)
        for text in stream:
            yield text.encode()


def index_style() -> str:
    """Return the look of the pages."""
    return current_app.jinja_env.get_template(f"bundles/{STYLE}").render()


def _said(language: str, words: Words) -> str:
    """Return words in a language, in Czech where they are known in Czech only."""
    return words.get(language, words["cs"])
