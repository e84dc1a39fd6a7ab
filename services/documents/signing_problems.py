"""How each error about signing is told: one document, and many with one secret."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.domain import care, documents, secrets, signing_jobs
from services.documents.service import keys
from shared.errors import DomainError
from shared.problems import Problem

SIGNING: dict[type[DomainError], Problem] = {
    documents.NotASigner: Problem(
        403, "not-a-signer", N_("Dokument %(number)s má podepsat někdo jiný.")
    ),
    documents.RoleNotHeld: Problem(
        403,
        "role-not-held",
        N_(
            "Dokument %(number)s se podepisuje v roli %(role)s a tu teď nemáte. "
            "O roli požádejte ředitelku."
        ),
    ),
    documents.NotYourTurn: Problem(
        409,
        "not-your-turn",
        N_("Dokument %(number)s se podepisuje po pořadě. Nejdřív jej podepíše %(name)s."),
    ),
    documents.AlreadySigned: Problem(
        409,
        "already-signed",
        N_("Dokument %(number)s už máte podepsaný (%(signed_at)s)."),
    ),
    documents.DocumentChanged: Problem(
        409,
        "document-changed",
        N_("Dokument %(number)s se od zobrazení změnil. Prohlédněte si jej a podepište znovu."),
    ),
    documents.SignerNamedTwice: Problem(
        422, "signer-named-twice", N_("%(name)s je mezi podepisujícími dvakrát.")
    ),
    documents.TooManySigners: Problem(
        422, "too-many-signers", N_("Podepisujících může být nejvýše %(most)s.")
    ),
    keys.NoSigningKey: Problem(
        409, "no-signing-key", N_("Ještě nemáte svůj podpis. Vytvořte jej na stránce Můj podpis.")
    ),
    keys.PasswordNotTyped: Problem(
        403,
        "password-not-typed",
        N_("Tento krok mění podpis. Přihlaste se znovu svým heslem a do 5 minut jej zopakujte."),
    ),
    secrets.KeyWaits: Problem(
        409,
        "key-waits",
        N_(
            "Nový podpis místo dosavadního platí od %(until)s. Dřív jej může potvrdit ředitelka "
            "(podpis ředitelky jiná ředitelka nebo správce)."
        ),
    ),
    keys.KeyExists: Problem(409, "key-exists", N_("Svůj podpis už máte vytvořený.")),
    secrets.SecretTooShort: Problem(
        422, "secret-too-short", N_("Podpisové heslo musí mít aspoň %(shortest)s znaků.")
    ),
    secrets.SecretTooLong: Problem(
        422, "secret-too-long", N_("Podpisové heslo může mít nejvýše %(longest)s znaků.")
    ),
    secrets.SecretTooSimple: Problem(
        422,
        "secret-too-simple",
        N_("Takové podpisové heslo lze snadno uhodnout. Zvolte třeba tři nesouvisející slova."),
    ),
    secrets.WrongSecret: Problem(
        403, "wrong-secret", N_("Podpisové heslo nesouhlasí. Do uzamčení zbývá pokusů: %(left)s.")
    ),
    secrets.CertificateExpired: Problem(
        409,
        "certificate-expired",
        N_("Certifikát vašeho podpisu platil do %(day)s. Na stránce Můj podpis si vytvořte nový."),
    ),
    secrets.KeysNotMadeHere: Problem(
        409,
        "keys-not-made-here",
        N_(
            "Podpisové certifikáty tu nikdo nevydává. Na stránce Moje certifikáty přiřaďte vlastní "
            "certifikát od autority: soubor PKCS#12, kartu, nebo vzdálený podpis."
        ),
    ),
    care.SigningWaits: Problem(
        503,
        "signing-waits",
        N_("Časové razítko teď nelze získat, proto se nic nepodepsalo. Zkuste to za chvíli znovu."),
    ),
    secrets.KeyLocked: Problem(
        429,
        "key-locked",
        N_("Po několika chybných heslech je váš podpis zamčený do %(until)s."),
    ),
}

SIGNING_MANY: dict[type[DomainError], Problem] = {
    signing_jobs.NothingToSign: Problem(
        409, "no-documents-to-sign", N_("Na váš podpis teď nečeká žádný dokument.")
    ),
    signing_jobs.SignCountDiffers: Problem(
        422,
        "sign-count-differs",
        N_(
            "K podpisu je %(count)s dokumentů, napsali jste %(typed)s. Prohlédněte si seznam znovu."
        ),
    ),
    signing_jobs.CannotSignMany: Problem(
        409,
        "cannot-sign-many",
        N_(
            "Mnoho dokumentů najednou lze podepsat jen klíčem, který uchovává Výzva pod vaším "
            "podpisovým heslem. V jiném programu, kartou nebo tokenem podepisujte po jednom."
        ),
    ),
    signing_jobs.KeyNotHeld: Problem(
        503, "key-not-held", N_("Klíč teď nejde otevřít. Nic se nepodepsalo, zkuste to znovu.")
    ),
    signing_jobs.JobRunsAlready: Problem(
        409,
        "signing-runs-already",
        N_("Jiné vaše hromadné podepisování ještě běží. Počkejte na ně, nebo je pozastavte."),
    ),
}
