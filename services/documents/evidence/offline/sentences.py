"""What the script that judges a bundle says, in Czech, English and German."""

LANGUAGES = ("cs", "en", "de")
SENTENCES = {
    "container": (
        "kontejner nelze přečíst",
        "the container cannot be read",
        "der Container ist nicht lesbar",
    ),
    "manifest": (
        "seznam souborů nelze přečíst",
        "the list of files cannot be read",
        "die Dateiliste ist nicht lesbar",
    ),
    "missing": (
        "soubor chybí",
        "the file is missing",
        "die Datei fehlt",
    ),
    "added": (
        "soubor v zapečetěném seznamu není",
        "the file is not in the sealed list",
        "die Datei steht nicht in der gesiegelten Liste",
    ),
    "changed": (
        "soubor byl změněn",
        "the file was changed",
        "die Datei wurde verändert",
    ),
    "unreadable": (
        "podpis nebo razítko nelze přečíst",
        "a signature or stamp cannot be read",
        "eine Unterschrift oder ein Stempel ist nicht lesbar",
    ),
    "signers": (
        "podpis má více podepisujících",
        "a signature has several signers",
        "eine Unterschrift hat mehrere Unterzeichner",
    ),
    "signature": (
        "podpis neplatí",
        "a signature is not valid",
        "eine Unterschrift ist ungültig",
    ),
    "stamp": (
        "časové razítko neplatí",
        "a time stamp is not valid",
        "ein Zeitstempel ist ungültig",
    ),
    "other": (
        "časové razítko je k něčemu jinému",
        "a time stamp is about something else",
        "ein Zeitstempel gilt etwas anderem",
    ),
    "unsigned": (
        "soubor není podepsaný",
        "the file is not signed",
        "die Datei ist nicht unterschrieben",
    ),
    "unstamped": (
        "podpis nemá žádné časové razítko",
        "a signature has no time stamp",
        "eine Unterschrift hat keinen Zeitstempel",
    ),
    "range": (
        "podpis nekryje celý soubor",
        "a signature does not cover the whole file",
        "eine Unterschrift deckt nicht die ganze Datei",
    ),
    "record": (
        "důkazní záznam neplatí",
        "the evidence record is not valid",
        "der Beweissatz ist ungültig",
    ),
    "log": (
        "výpis z knihy důkazů nelze přečíst",
        "an extract of the log cannot be read",
        "ein Auszug aus dem Beweisbuch ist nicht lesbar",
    ),
    "log-entry": (
        "záznam v knize důkazů byl změněn",
        "an entry of the log was changed",
        "ein Eintrag des Beweisbuchs wurde verändert",
    ),
    "log-proof": (
        "záznam nevede ke kontrolnímu bodu knihy",
        "an entry does not lead to the checkpoint of the log",
        "ein Eintrag führt nicht zum Kontrollpunkt des Buchs",
    ),
    "log-checkpoint": (
        "kontrolní bod knihy není podepsán jejím klíčem",
        "the checkpoint of the log is not signed by its key",
        "der Kontrollpunkt des Buchs ist nicht mit dessen Schlüssel unterschrieben",
    ),
    "log-stamp": (
        "časové razítko kontrolního bodu neplatí",
        "the time stamp of the checkpoint is not valid",
        "der Zeitstempel des Kontrollpunkts ist ungültig",
    ),
    "log-other": (
        "výpisy mluví o dvou různých knihách",
        "the extracts speak of two different logs",
        "die Auszüge sprechen von zwei verschiedenen Büchern",
    ),
    "log-grown": (
        "není doloženo, že kniha jen rostla",
        "nothing proves that the log only grew",
        "nichts belegt, dass das Buch nur gewachsen ist",
    ),
    "log-key": (
        "klíč knihy není ten, který jste zadali",
        "the key of the log is not the one that you gave",
        "der Schlüssel des Buchs ist nicht der von Ihnen angegebene",
    ),
    "log-unstamped": (
        "kontrolní bod nemá časové razítko: kdy kniha vznikla, není doloženo",
        "the checkpoint has no time stamp: when the log was written is not proven",
        "der Kontrollpunkt hat keinen Zeitstempel: wann das Buch entstand, ist nicht belegt",
    ),
    "log-silent": (
        "kniha neví o vydání tohoto souboru",
        "the log knows nothing of the issue of this file",
        "das Buch weiß nichts von der Ausgabe dieser Datei",
    ),
    "log-open": (
        "výpis zatím není doložen",
        "the extract is not proven yet",
        "der Auszug ist noch nicht belegt",
    ),
    "logged": (
        "záznamů vede ke kontrolnímu bodu",
        "entries lead to the checkpoint",
        "Einträge führen zum Kontrollpunkt",
    ),
    "index": (
        "rejstřík balíčku nelze přečíst",
        "the index of the bundle cannot be read",
        "das Verzeichnis des Pakets ist nicht lesbar",
    ),
    "no-record": (
        "důkazní záznam, o kterém mluví rejstřík, chybí",
        "an evidence record that the index names is missing",
        "ein Beweissatz, den das Verzeichnis nennt, fehlt",
    ),
    "unknown": (
        "o souboru rejstřík neví",
        "the index knows nothing of the file",
        "das Verzeichnis kennt die Datei nicht",
    ),
    "stranger": (
        "balíček zapečetil někdo jiný než jeho dokumenty",
        "the bundle was sealed by somebody else than its documents",
        "das Paket hat jemand anderer gesiegelt als seine Dokumente",
    ),
    "other-seal": (
        "pečeť nemá otisk, který jste zadali",
        "the seal does not have the fingerprint that you gave",
        "das Siegel hat nicht den von Ihnen angegebenen Fingerabdruck",
    ),
    "seal-unstamped": (
        "pečeť nemá časové razítko: kdy vznikla, není doloženo",
        "the seal has no time stamp: when it was made is not proven",
        "das Siegel hat keinen Zeitstempel: wann es entstand, ist nicht belegt",
    ),
    "nobody": (
        "žádný dokument nedokládá, čí pečeť to je; zadejte otisk volbou --seal",
        "no document tells whose seal this is; give its fingerprint with --seal",
        "kein Dokument belegt, wessen Siegel es ist; geben Sie den Fingerabdruck mit --seal an",
    ),
    "as-documents": (
        "táž pečeť jako na dokumentech",
        "the same seal as on the documents",
        "dasselbe Siegel wie auf den Dokumenten",
    ),
    "name-of-documents": (
        "jiný certifikát téhož jména jako na dokumentech",
        "another certificate of the same name as on the documents",
        "ein anderes Zertifikat desselben Namens wie auf den Dokumenten",
    ),
    "as-given": (
        "certifikát, který jste zadali",
        "the certificate that you gave",
        "das von Ihnen angegebene Zertifikat",
    ),
    "fingerprint": (
        "otisk",
        "fingerprint",
        "Fingerabdruck",
    ),
    "seal-only": (
        "Klíče knih důkazů dokládá jen pečeť balíčku; se svými je porovná volba --key.",
        "The keys of the logs are vouched for by the seal only; --key compares them with yours.",
        "Für die Schlüssel der Bücher bürgt nur das Siegel; --key vergleicht sie mit Ihren.",
    ),
    "signer": (
        "chybí podpis, o kterém mluví údaje",
        "a signature that the facts name is missing",
        "eine Unterschrift, die die Angaben nennen, fehlt",
    ),
    "facts": (
        "údaje o dokumentu nelze přečíst",
        "the facts of the document cannot be read",
        "die Angaben zum Dokument sind nicht lesbar",
    ),
    "no-openssl": (
        "bez programu openssl nelze ověřovat",
        "nothing can be judged without openssl",
        "ohne das Programm openssl ist keine Prüfung möglich",
    ),
    "no-key": (
        "soubor s klíči knih nelze přečíst",
        "the file with keys of logs cannot be read",
        "die Datei mit den Schlüsseln der Bücher ist nicht lesbar",
    ),
    "no-trust": (
        "chybí certifikáty autorit",
        "certificates of authorities are missing",
        "es fehlen Zertifikate der Zertifizierungsstellen",
    ),
    "sealed": (
        "pečeť balíčku",
        "seal of the bundle",
        "Siegel des Pakets",
    ),
    "signed": (
        "podepsáno",
        "signed by",
        "unterschrieben von",
    ),
    "proven": (
        "prokazatelně existuje od",
        "provably exists since",
        "existiert nachweislich seit",
    ),
    "files": (
        "soubory v pořádku",
        "files that are whole",
        "unversehrte Dateien",
    ),
    "documents": (
        "soubory dokumentů s platnými podpisy",
        "files of documents with valid signatures",
        "Dateien von Dokumenten mit gültigen Unterschriften",
    ),
    "records": (
        "platné důkazní záznamy",
        "valid evidence records",
        "gültige Beweissätze",
    ),
    "extracts": (
        "doložené výpisy z knih důkazů",
        "proven extracts of evidence logs",
        "belegte Auszüge aus den Beweisbüchern",
    ),
    "of": (
        "z",
        "of",
        "von",
    ),
    "more": (
        "a další soubory, které vypíše --all",
        "and further files, which --all tells",
        "und weitere Dateien, die --all nennt",
    ),
    "own-trust": (
        "Certifikáty autorit jsou z balíčku; důvěryhodné zadejte volbou --trust.",
        "The certificates of authorities are from the bundle; give trusted ones with --trust.",
        "Die Zertifikate der Zertifizierungsstellen stammen aus dem Paket; "
        "vertrauenswürdige geben Sie mit --trust an.",
    ),
    "good": (
        "VŠE PLATÍ",
        "EVERYTHING HOLDS",
        "ALLES GILT",
    ),
    "unproven": (
        "NIC NENÍ PORUŠENO, ALE NE VŠE JE DOLOŽENO",
        "NOTHING IS WRONG, BUT NOT ALL IS PROVEN",
        "NICHTS IST VERLETZT, ABER NICHT ALLES IST BELEGT",
    ),
    "bad": (
        "NEPLATÍ",
        "DOES NOT HOLD",
        "GILT NICHT",
    ),
}
