"""What the script that judges a bundle says, in Czech and in English."""

SENTENCES = {
    "container": ("kontejner nelze přečíst", "the container cannot be read"),
    "manifest": ("seznam souborů nelze přečíst", "the list of files cannot be read"),
    "missing": ("soubor chybí", "the file is missing"),
    "added": ("soubor v zapečetěném seznamu není", "the file is not in the sealed list"),
    "changed": ("soubor byl změněn", "the file was changed"),
    "unreadable": ("podpis nebo razítko nelze přečíst", "a signature or stamp cannot be read"),
    "signers": ("podpis má více podepisujících", "a signature has several signers"),
    "signature": ("podpis neplatí", "a signature is not valid"),
    "stamp": ("časové razítko neplatí", "a time stamp is not valid"),
    "other": ("časové razítko je k něčemu jinému", "a time stamp is about something else"),
    "unsigned": ("soubor není podepsaný", "the file is not signed"),
    "unstamped": ("podpis nemá žádné časové razítko", "a signature has no time stamp"),
    "range": ("podpis nekryje celý soubor", "a signature does not cover the whole file"),
    "record": ("důkazní záznam neplatí", "the evidence record is not valid"),
    "log": ("výpis z knihy důkazů nelze přečíst", "an extract of the log cannot be read"),
    "log-entry": ("záznam v knize důkazů byl změněn", "an entry of the log was changed"),
    "log-proof": (
        "záznam nevede ke kontrolnímu bodu knihy",
        "an entry does not lead to the checkpoint of the log",
    ),
    "log-checkpoint": (
        "kontrolní bod knihy není podepsán jejím klíčem",
        "the checkpoint of the log is not signed by its key",
    ),
    "log-stamp": (
        "časové razítko kontrolního bodu neplatí",
        "the time stamp of the checkpoint is not valid",
    ),
    "log-other": (
        "výpisy mluví o dvou různých knihách",
        "the extracts speak of two different logs",
    ),
    "log-grown": (
        "není doloženo, že kniha jen rostla",
        "nothing proves that the log only grew",
    ),
    "log-key": (
        "klíč knihy není ten, který jste zadali",
        "the key of the log is not the one that you gave",
    ),
    "log-unstamped": (
        "kontrolní bod nemá časové razítko: kdy kniha vznikla, není doloženo",
        "the checkpoint has no time stamp: when the log was written is not proven",
    ),
    "log-silent": (
        "kniha neví o vydání tohoto souboru",
        "the log knows nothing of the issue of this file",
    ),
    "log-open": ("výpis zatím není doložen", "the extract is not proven yet"),
    "logged": ("záznamů vede ke kontrolnímu bodu", "entries lead to the checkpoint"),
    "index": ("rejstřík balíčku nelze přečíst", "the index of the bundle cannot be read"),
    "no-record": (
        "důkazní záznam, o kterém mluví rejstřík, chybí",
        "an evidence record that the index names is missing",
    ),
    "unknown": ("o souboru rejstřík neví", "the index knows nothing of the file"),
    "stranger": (
        "balíček zapečetil někdo jiný než jeho dokumenty",
        "the bundle was sealed by somebody else than its documents",
    ),
    "other-seal": (
        "pečeť nemá otisk, který jste zadali",
        "the seal does not have the fingerprint that you gave",
    ),
    "seal-unstamped": (
        "pečeť nemá časové razítko: kdy vznikla, není doloženo",
        "the seal has no time stamp: when it was made is not proven",
    ),
    "nobody": (
        "žádný dokument nedokládá, čí pečeť to je; zadejte otisk volbou --seal",
        "no document tells whose seal this is; give its fingerprint with --seal",
    ),
    "as-documents": ("táž pečeť jako na dokumentech", "the same seal as on the documents"),
    "name-of-documents": (
        "jiný certifikát téhož jména jako na dokumentech",
        "another certificate of the same name as on the documents",
    ),
    "as-given": ("certifikát, který jste zadali", "the certificate that you gave"),
    "fingerprint": ("otisk", "fingerprint"),
    "seal-only": (
        "Klíče knih důkazů dokládá jen pečeť balíčku; se svými je porovná volba --key.",
        "The keys of the logs are vouched for by the seal only; --key compares them with yours.",
    ),
    "signer": ("chybí podpis, o kterém mluví údaje", "a signature that the facts name is missing"),
    "facts": ("údaje o dokumentu nelze přečíst", "the facts of the document cannot be read"),
    "no-openssl": ("bez programu openssl nelze ověřovat", "nothing can be judged without openssl"),
    "no-key": ("soubor s klíči knih nelze přečíst", "the file with keys of logs cannot be read"),
    "no-trust": ("chybí certifikáty autorit", "certificates of authorities are missing"),
    "sealed": ("pečeť balíčku", "seal of the bundle"),
    "signed": ("podepsáno", "signed by"),
    "stamped": ("časové razítko", "time stamp"),
    "proven": ("prokazatelně existuje od", "provably exists since"),
    "files": ("souborů v pořádku", "files are whole"),
    "own-trust": (
        "Certifikáty autorit jsou z balíčku; důvěryhodné zadejte volbou --trust.",
        "The certificates of authorities are from the bundle; give trusted ones with --trust.",
    ),
    "good": ("VŠE PLATÍ", "EVERYTHING HOLDS"),
    "unproven": (
        "NIC NENÍ PORUŠENO, ALE NE VŠE JE DOLOŽENO",
        "NOTHING IS WRONG, BUT NOT ALL IS PROVEN",
    ),
    "bad": ("NEPLATÍ", "DOES NOT HOLD"),
}
