"""The words that lie beside an exported log."""

README = """\
# Kniha důkazů / Evidence log

## Česky

Tato složka obsahuje knihu důkazů programu Výzva: pro každý úřední úkon jeden záznam. Záznamy jsou
spojené otisky (SHA-256) do řetězu a do stromu; kořen stromu je v kontrolních bodech podepsaných
klíčem služby (Ed25519) a opatřených časovým razítkem (RFC 3161). Kdo záznam změní, vymaže, vloží,
přehází, usekne konec, přepíše celou knihu nebo vrátí starší zálohu, je odhalen.

Ověření na jakémkoli počítači s Pythonem 3.11 nebo novějším (a pokud možno s programem openssl):

    python3 verify.py .

Nejsilnější je ověření proti kontrolnímu bodu, který jste si dříve uschovali jinde (soubor stažený
z veřejné adresy `/api/v1/evidence/…/checkpoint`, nebo soubor kopií z jiného disku):

    python3 verify.py . --mark UCHOVANY_BOD.txt

Kořenové certifikáty autorit časových razítek, které máte odjinud, zadejte takto:

    python3 verify.py . --trust KOREN.pem

Bez uschovaného bodu a bez `--trust` věříte klíčům v `keys.txt` a kořenům v této složce: kdo má
klíče knihy, mohl ji celou napsat znovu a orazítkovat vlastní autoritou. Vlastní klíče zadáte
přepínačem `--key`. Každé razítko je samo záznamem knihy, takže chybějící se pozná. Výsledek: 0 beze
změny, 1 porušeno (se jménem prvního špatného záznamu), 2 není co ověřit, 3 beze změny, ale byla
obnovena záloha, 4 beze změny, ale žádné razítko zadané autority.

| Soubor | Obsah |
|---|---|
| `SLUZBA/ORGANIZACE/entries.jsonl` | záznamy; `salt` a `facts` jen při exportu s obsahem |
| `SLUZBA/ORGANIZACE/checkpoints.jsonl` | kontrolní body a razítka z databáze |
| `SLUZBA/ORGANIZACE/copies.jsonl` | jejich kopie vedené mimo databázi |
| `keys.txt` | veřejné klíče, i dřívější |

## English

This folder holds the evidence log of Výzva: one entry for each official act. Entries are linked
by hashes (SHA-256) into a chain and a Merkle tree; the root of the tree stands in checkpoints that
the service signed (Ed25519) and that bear a time stamp (RFC 3161). Whoever changes, deletes,
inserts or reorders entries, cuts the tail, rewrites the whole log or puts an older backup back is
found out.

    python3 verify.py . --english
    python3 verify.py . --english --mark KEPT_CHECKPOINT.txt

    python3 verify.py . --english --trust ROOT.pem

The second form is the strongest: a checkpoint that you kept elsewhere. The third believes only the
time stamp authorities that you name. Without either you believe the keys in `keys.txt` and the
roots in this folder: whoever has the keys of the log could have written it anew and had it stamped
by an authority of his own. Give your own keys with `--key`. Each time stamp is itself an entry, so
one that is missing is noticed. Status: 0 whole, 1 not whole (with the first bad entry), 2 nothing
to verify, 3 whole, but a backup was restored, 4 whole, but not stamped by an authority of yours.

Formats: entries hash as SHA-256(0x00 || fields), each field UTF-8 with its length before it (four
bytes, big end first): format name, log, index, time, act, subject type, subject id, actor id,
content hash, previous hash. Content is SHA-256(salt || facts). Tree: RFC 9162. Checkpoints: C2SP
tlog-checkpoint.
"""
