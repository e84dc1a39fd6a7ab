"""What people read about each finding. Czech msgids; the pages translate them."""


def N_(text: str) -> str:  # noqa: N802 - the customary name of a mark for translation
    """Mark a text for translation without importing the web."""
    return text


SENTENCES = {
    "file-empty": N_("Soubor je prázdný."),
    "not-a-pdf": N_("Soubor není PDF."),
    "too-large": N_("Soubor je větší než %(most)s MB, a proto se neověřuje."),
    "too-complex": N_("Soubor je neobvykle složitý a nelze ho bezpečně přečíst celý."),
    "encrypted": N_("Soubor je zašifrovaný. Bez hesla nelze říci, co v něm je podepsáno."),
    "not-signed": N_("V souboru není žádný elektronický podpis."),
    "header-not-first": N_("Před začátkem dokumentu jsou v souboru cizí data."),
    "trailing-bytes": N_("Za koncem dokumentu jsou v souboru data, která nikdo nepodepsal."),
    "hybrid-references": N_(
        "Soubor má dva seznamy svého obsahu zároveň (tak ho ukládá například Microsoft Word). "
        "Různé programy v něm mohou vidět různé věci; posoudit ho musí člověk."
    ),
    "structure-odd": N_(
        "Stavba souboru neodpovídá přesně normě PDF (%(what)s). Změny po podpisu nelze posoudit "
        "automaticky; posoudit je musí člověk."
    ),
    "parsers-disagree": N_("Různé programy vidí v souboru různé podpisy."),
    "object-twice": N_("Část dokumentu (objekt %(number)s) je ve stejné verzi souboru dvakrát."),
    "shadow-preparation": N_(
        "V souboru je skrytý obsah (%(what)s), který lze po podpisu vyměnit za zobrazený."
    ),
    "active-content": N_(
        "Dokument obsahuje to, co se může samo spustit nebo načíst odjinud: %(what)s."
    ),
    "active-content-unsigned": N_(
        "Nepodepsaná část souboru se může sama spustit nebo načíst odjinud: %(what)s. "
        "Soubor odmítáme."
    ),
    "contents-missing": N_("Podpis je jen předstíraný: chybí samotná podpisová data."),
    "sub-filter-missing": N_("Podpis neříká, jakého je druhu."),
    "sub-filter-unknown": N_("Druh podpisu %(what)s tato služba neověřuje."),
    "repeated-keys": N_("Záznam o podpisu uvádí některý údaj dvakrát."),
    "range-missing": N_("Podpis neříká, co je podepsáno."),
    "range-not-one-gap": N_("Podpis vynechává více částí souboru, než smí."),
    "range-not-from-start": N_("Podpis nezačíná na začátku souboru."),
    "range-impossible": N_("Podpis popisuje rozsah, který není možný."),
    "range-beyond-file": N_("Podpis popisuje rozsah, který sahá za konec souboru."),
    "range-ends-elsewhere": N_("Podpis nekončí na konci žádné verze dokumentu."),
    "gap-not-contents": N_("V části, kterou podpis vynechává, je něco jiného než sám podpis."),
    "same-bytes-twice": N_("Dva podpisy se vydávají za podpis téhož místa souboru."),
    "field-without-signature": N_("Podpisové pole ukazuje na podpis, který v souboru není."),
    "usage-rights": N_("Soubor nese i podpis výrobce programu o právech k formuláři; nic neříká."),
    "padding-not-empty": N_("Za podpisovými daty jsou další data, která nikdo nepodepsal."),
    "cms-unreadable": N_("Podpisová data nelze přečíst."),
    "several-signers": N_("Jeden podpis se vydává za podpis více osob najednou."),
    "content-embedded": N_("Podpis v sobě nese jiný obsah než dokument."),
    "time-stamp-empty": N_("Časové razítko neříká, co a kdy orazítkovalo."),
    "attribute-repeated": N_("Podpis uvádí některý podepsaný údaj dvakrát."),
    "attribute-missing": N_("V podpisu chybí povinný podepsaný údaj."),
    "message-digest-missing": N_("V podpisu chybí otisk podepsaného dokumentu."),
    "attributes-missing": N_("Podpis nemá podepsané údaje, jaké dnes podpisy mají mít."),
    "digest-mismatch": N_("Dokument se od podpisu změnil: jeho otisk nesouhlasí."),
    "signature-wrong": N_("Podpis nesouhlasí s certifikátem: je poškozený nebo podvržený."),
    "algorithm-unknown": N_("Podpis používá postup, který tato služba nezná."),
    "algorithm-misnamed": N_("Podpis pojmenovává svůj postup nepřesně."),
    "weak-algorithm": N_("Podpis stojí na postupu %(what)s, kterému se už nedá věřit."),
    "certificate-missing": N_("V podpisu chybí certifikát podepsaného."),
    "certificate-not-named": N_("Podpis nesvazuje certifikát podepsaného (starší druh podpisu)."),
    "other-certificate-named": N_("Podpis jmenuje jiný certifikát, než který je k němu přiložen."),
    "chain-unknown": N_(
        "Vydavatele certifikátu (%(what)s) tato služba nezná. Kdo podepsal, tedy nelze potvrdit."
    ),
    "chain-broken": N_("Certifikát podepsaného nelze spolehlivě spojit s jeho vydavatelem."),
    "usage-not-allowed": N_("Certifikát není určen k tomuto použití."),
    "development-certificate": N_(
        "Certifikát „%(what)s“ je z vývojového prostředí a nemá právní účinky."
    ),
    "expired": N_(
        "Platnost certifikátu skončila %(what)s a žádné časové razítko nedokládá, že podpis "
        "vznikl dříve."
    ),
    "not-yet-valid": N_("Certifikát v době podpisu ještě neplatil (platí od %(what)s)."),
    "revoked": N_("Certifikát byl zneplatněn (%(what)s)."),
    "revocation-unknown": N_(
        "Není doloženo, že certifikát v době podpisu nebyl zneplatněn. Doklad v souboru chybí nebo "
        "o něm nemluví."
    ),
    "revocation-missing": N_("Chybí doklad o tom, že certifikát nebyl zneplatněn."),
    "time-stamp-broken": N_("Časové razítko podpisu je poškozené."),
    "time-stamp-not-believed": N_(
        "Časové razítko vydal někdo, koho tato služba nezná (%(what)s). Kdy podpis vznikl, tedy "
        "nelze potvrdit."
    ),
    "time-stamp-order": N_("Časová razítka na sebe nenavazují."),
    "changes-not-allowed": N_("Po podpisu byl soubor změněn způsobem, který nelze přijmout."),
    "changes-disputed": N_(
        "Po podpisu přibyly jen další podpisy a doklady, ale způsobem, který všechny programy "
        "nepřijmou. Na stránkách se nic nezměnilo."
    ),
    "changes-unclear": N_(
        "Po podpisu přibylo v souboru víc než další podpisy a doklady o jejich platnosti "
        "(%(what)s)."
    ),
    "changes-against-lock": N_("Po podpisu byl soubor změněn, ač to podpis výslovně zakazuje."),
    "filled-after": N_("Po tomto podpisu přibyl další podpis nebo byl vyplněn formulář."),
    "page-count-differs": N_("Podepsáno bylo stran: %(signed)s, nyní jich soubor má: %(present)s."),
    "page-content-differs": N_("Strana %(page)s má nyní jiný obsah, než byl podepsán."),
    "page-looks-different": N_("Strana %(page)s nyní vypadá jinak, než když byla podepsána."),
    "page-text-differs": N_("Text strany %(page)s je nyní jiný, než když byla podepsána."),
    "signature-over-content": N_("Na straně %(page)s zakrývá pozdější podpis podepsaný obsah."),
    "not-compared": N_("Dokument je příliš dlouhý; vzhled všech stran nebyl porovnán."),
    "not-compared-in-time": N_(
        "Vzhled všech stran se nestihl porovnat: došel čas, který na ověření máme. Zkuste to za "
        "chvíli znovu."
    ),
    "not-drawn": N_("Stránky souboru nelze zobrazit, a proto ani porovnat."),
    "out-of-time": N_(
        "Ověření se nestihlo v čase, který na jeden soubor máme, a bylo zastaveno. Zkuste to za "
        "chvíli znovu; když se to opakuje, musí soubor posoudit člověk."
    ),
    "out-of-memory": N_("Ověření potřebovalo příliš mnoho paměti a bylo zastaveno."),
    "crashed": N_("Ověření tohoto souboru skončilo nečekaně (%(what)s)."),
    "unexpected": N_("Soubor nelze ověřit: narazili jsme na něco nečekaného (%(what)s)."),
    "not-issued": N_("Takový soubor naše organizace nevydala."),
    "sealed-not-issued": N_(
        "Soubor nese pečeť naší organizace, ale v evidenci vydaných dokumentů není. Neřiďte se jím "
        "a oznamte nám ho."
    ),
    "record-without-file": N_(
        "Soubor se vydává za dokument z naší evidence, ale neshoduje se s ním. Neřiďte se jím "
        "a oznamte nám ho."
    ),
    "other-document": N_("Soubor není ten dokument, jehož QR kód jste načetli."),
    "another-of-ours": N_(
        "Tento soubor je náš pravý dokument %(number)s, ale načetli jste QR kód jiného dokumentu. "
        "Načtěte kód přímo z tohoto souboru, nebo porovnejte číslo jednací na papíře s číslem zde. "
        "Pokud je na papíře totéž číslo a kód přesto vede jinam, oznamte nám to."
    ),
    "translation": N_(
        "Je to náš překlad dokumentu %(number)s, jen pro informaci. Závazný je podepsaný originál."
    ),
    "corrected": N_("Dokument byl opraven dokumentem %(number)s, vydaným %(day)s."),
    "bytes-appended": N_(
        "Soubor začíná jako náš dokument %(number)s, ale někdo k němu něco přidal."
    ),
    "earlier-revision": N_(
        "Toto je dřívější verze dokumentu %(number)s z doby před jeho vydáním; vydaný dokument "
        "má další podpisy."
    ),
    "extended-meanwhile": N_(
        "Tuto verzi dokumentu jsme vydali; mezitím má novější, s čerstvými časovými razítky."
    ),
    "cancelled": N_("Dokument %(number)s byl zrušen."),
    "signer-missing": N_("Chybí podpis: %(what)s."),
    "signer-not-expected": N_("Podepsán je někdo, kdo tento dokument podepisovat neměl: %(what)s."),
    "seal-missing": N_("Chybí elektronická pečeť organizace s časovým razítkem."),
    "not-certified": N_("První podpis nezakazuje pozdější změny, jak u našich dokumentů musí."),
    "changed-after-last": N_("Za posledním podpisem přibylo víc než doklady o jeho platnosti."),
    "field-not-ours": N_("V dokumentu je pole, které naše dokumenty nemají."),
    "layers": N_("V dokumentu jsou vrstvy, které lze skrýt; naše dokumenty je nemají."),
    "mixed-references": N_("Soubor má jinou stavbu než naše dokumenty."),
}
