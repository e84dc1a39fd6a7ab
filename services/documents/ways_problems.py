"""How refusals of other ways to sign are told."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.domain import trust_lists, ways
from shared.errors import DomainError
from shared.problems import Problem

WAYS: dict[type[DomainError], Problem] = {
    ways.NotAsHandedOut: Problem(
        422,
        "not-as-handed-out",
        N_(
            "Soubor nezačíná dokumentem %(number)s, jak jste jej stáhli. Stáhněte jej "
            "znovu, podepište programem, který soubor jen doplní (nepřetiskuje ani "
            "neoptimalizuje), a nahrajte výsledek."
        ),
    ),
    ways.FileIsStale: Problem(
        409,
        "file-is-stale",
        N_(
            "Dokument %(number)s mezitím podepsal někdo jiný, váš soubor proto vychází "
            "ze starší podoby. Stáhněte dokument znovu, podepište jej a nahrajte."
        ),
    ),
    ways.NothingSigned: Problem(
        422,
        "nothing-signed",
        N_(
            "Soubor k dokumentu %(number)s není podepsaný. Podepište jej a nahrajte "
            "podepsaný soubor."
        ),
    ),
    ways.SeveralUpdates: Problem(
        422,
        "several-updates",
        N_(
            "V souboru k dokumentu %(number)s je víc než jeden podpis nebo za podpisem "
            "ještě něco je. Stáhněte dokument znovu a podepište jej jednou, bez dalších "
            "kroků (například bez údajů pro dlouhodobé ověření)."
        ),
    ),
    ways.WrongField: Problem(
        422,
        "wrong-field",
        N_(
            "Podpis dokumentu %(number)s je v jiném poli (%(field)s), než které patří "
            "vám. Stáhněte dokument znovu a podepište kliknutím do pole se svým jménem."
        ),
    ),
    ways.MoreThanSigned: Problem(
        422,
        "more-than-signed",
        N_(
            "V souboru k dokumentu %(number)s se kromě vašeho podpisu změnilo něco "
            "dalšího. Stáhněte dokument znovu a jen jej podepište."
        ),
    ),
    ways.ShutsOthersOut: Problem(
        422,
        "shuts-others-out",
        N_(
            "Podpis dokumentu %(number)s zakazuje další podpisy nebo pečeť. Podepište "
            "znovu bez uzamčení dokumentu."
        ),
    ),
    ways.SignatureDamaged: Problem(
        422,
        "signature-damaged",
        N_(
            "Podpis v souboru k dokumentu %(number)s nelze ověřit: soubor je poškozený "
            "nebo podpis neplatí. Stáhněte dokument znovu a podepište jej."
        ),
    ),
    ways.NotJudged: Problem(
        422,
        "not-judged",
        N_(
            "Soubor se nepodařilo přečíst v mezích času a paměti, proto nebyl přijat. Je "
            "poškozený, nebo je příliš složitý. Pokud jste jej vytvořili běžným programem, "
            "zkuste to znovu."
        ),
    ),
    ways.AlgorithmTooWeak: Problem(
        422,
        "algorithm-too-weak",
        N_(
            "Podpis používá příliš slabý algoritmus (%(algorithm)s). V programu nastavte "
            "SHA-256 a použijte certifikát s dostatečně dlouhým klíčem."
        ),
    ),
    ways.ClaimedTimeWrong: Problem(
        422,
        "claimed-time-wrong",
        N_(
            "Podpis uvádí čas %(claimed)s, který nemůže být správný (nyní je %(now)s). "
            "Opravte hodiny v počítači a podepište znovu."
        ),
    ),
    ways.CertificateUnreadable: Problem(
        422,
        "certificate-unreadable",
        N_(
            "Soubor neobsahuje čitelný certifikát. Nahrajte certifikát ve formátu CER, "
            "CRT nebo PEM."
        ),
    ),
    ways.CertificateNotPersonal: Problem(
        422,
        "certificate-not-personal",
        N_(
            "Certifikát „%(subject)s“ není osobní podpisový certifikát. Použijte "
            "certifikát vydaný na vaše jméno pro podepisování."
        ),
    ),
    ways.CertificateNotOfSeal: Problem(
        422,
        "certificate-not-of-seal",
        N_("Certifikát „%(subject)s“ není pečetní: je vydaný osobě nebo slouží strojům."),
    ),
    ways.CertificateOfDevelopment: Problem(
        422,
        "certificate-of-development",
        N_(
            "Certifikát „%(subject)s“ je z vývojového prostředí a nemá právní účinky. Použijte "
            "certifikát skutečné autority."
        ),
    ),
    ways.CertificateOutOfTime: Problem(
        422,
        "certificate-out-of-time",
        N_(
            "Certifikát platí od %(valid_from)s do %(valid_to)s, teď tedy ne. Použijte "
            "platný certifikát."
        ),
    ),
    ways.AuthorityNotAccepted: Problem(
        422,
        "authority-not-accepted",
        N_(
            "Certifikát vydala autorita „%(issuer)s“, kterou organizace nepřijímá. "
            "Použijte certifikát přijímané autority nebo se obraťte na správce."
        ),
    ),
    ways.CertificateRevoked: Problem(
        422,
        "certificate-revoked",
        N_("Certifikát „%(subject)s“ je odvolaný. Použijte platný certifikát."),
    ),
    ways.RevocationUnknown: Problem(
        503,
        "revocation-unknown",
        N_("Nepodařilo se zjistit, zda certifikát „%(subject)s“ není odvolaný. Zkuste to později."),
    ),
    ways.CertificateOfAnother: Problem(
        403,
        "certificate-of-another",
        N_(
            "Certifikát „%(subject)s“ patří ve vaší organizaci někomu jinému. Podepište "
            "svým certifikátem."
        ),
    ),
    ways.CertificateNotBound: Problem(
        403,
        "certificate-not-bound",
        N_(
            "Certifikát „%(subject)s“ ještě není přiřazen k vám. Přihlaste se znovu svým "
            "heslem a do 5 minut nahrajte soubor ještě jednou."
        ),
    ),
    ways.CertificateBoundAlready: Problem(
        409, "certificate-bound-already", N_("Tento certifikát už máte přiřazený.")
    ),
    ways.StoreNotOpened: Problem(
        422,
        "store-not-opened",
        N_(
            "Soubor s certifikátem nelze otevřít: heslo nesouhlasí, nebo to není soubor PKCS#12 "
            "(P12, PFX)."
        ),
    ),
    ways.StoreWithoutKey: Problem(
        422,
        "store-without-key",
        N_(
            "V souboru není soukromý klíč s certifikátem pro podpis. Vyexportujte certifikát "
            "znovu i s klíčem (RSA aspoň 2048 bitů, nebo eliptický)."
        ),
    ),
    ways.TokenAway: Problem(
        503,
        "token-away",
        N_("Token „%(label)s“ teď není k dispozici. Připojte jej a zkuste to znovu."),
    ),
    ways.TokenWithoutKey: Problem(
        422,
        "token-without-key",
        N_("Na tokenu není klíč s označením „%(key)s“ a jeho certifikát."),
    ),
    ways.PinWrong: Problem(
        403, "pin-wrong", N_("Token „%(label)s“ PIN nepřijal. Nic se nepodepsalo.")
    ),
    ways.PinLastTry: Problem(
        403,
        "pin-last-try",
        N_(
            "Další chybný PIN by token „%(label)s“ zamkl, nebo už je zamčený. PIN se proto "
            "nezkoušel; odemkněte token programem jeho výrobce."
        ),
    ),
    trust_lists.TrustListRefused: Problem(
        422,
        "trust-list-refused",
        N_(
            "Seznam nelze přijmout (%(reason)s). Stáhněte jej znovu, nebo se obraťte na správce: "
            "ten určuje, čí podpis seznamu platí."
        ),
    ),
    ways.RemoteAway: Problem(
        503,
        "remote-away",
        N_(
            "Služba „%(provider)s“ teď neodpovídá. Nic se nepodepsalo; jednorázový kód už mohl být "
            "použitý. Zkuste to za chvíli s novým."
        ),
    ),
    ways.RemoteRefused: Problem(
        422,
        "remote-refused",
        N_(
            "Služba „%(provider)s“ podpis odmítla (%(code)s). Zkontrolujte označení klíče, nebo "
            "se obraťte na poskytovatele."
        ),
    ),
    ways.RemoteSecretWrong: Problem(
        403,
        "remote-secret-wrong",
        N_("Služba „%(provider)s“ nepřijala PIN nebo jednorázový kód. Nic se nepodepsalo."),
    ),
    ways.RemoteNotUnderstood: Problem(
        502,
        "remote-not-understood",
        N_("Služba „%(provider)s“ odpověděla nesrozumitelně. Nic se nepodepsalo."),
    ),
    ways.RemoteDistrusted: Problem(
        502,
        "remote-distrusted",
        N_(
            "Co vrátila služba „%(provider)s“, není platný podpis vaším certifikátem. Nic se "
            "nepodepsalo; řekněte to správci."
        ),
    ),
    ways.RemoteNeedsBrowser: Problem(
        422,
        "remote-needs-browser",
        N_(
            "Tento klíč se u služby „%(provider)s“ otevírá jen v prohlížeči, což zatím nejde. "
            "Stáhněte dokument a podepište jej u poskytovatele."
        ),
    ),
    ways.NameDiffers: Problem(
        403,
        "name-differs",
        N_(
            "Certifikát je vydaný na jméno „%(subject)s“, vy jste tu vedeni jako "
            "„%(name)s“. Použijte svůj certifikát, nebo si nechte opravit jméno."
        ),
    ),
}
