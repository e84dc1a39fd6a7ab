"""How it is told that a way is not open to a letter, or that a recipient cannot be kept so."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.documents.domain import channels, recipients
from shared.errors import DomainError
from shared.problems import Problem

CHANNELS: dict[type[DomainError], Problem] = {
    channels.DataBoxMustBeUsed: Problem(
        422,
        "data-box-must-be-used",
        N_("Adresát má datovou schránku %(box_id)s, proto se doručuje do ní."),
    ),
    channels.AskDirectoryFirst: Problem(
        409,
        "ask-directory-first",
        N_(
            "Nejdřív se zeptejte ISDS, zda má adresát datovou schránku: odpověď buď není, nebo už "
            "neplatí. Výpadek ISDS poštu ani osobní předání neotvírá."
        ),
    ),
    channels.BoxUnknownThatDay: Problem(
        409,
        "box-unknown-that-day",
        N_(
            "Dne %(day)s nebylo ověřené, že adresát nemá použitelnou datovou schránku. "
            "Zkontrolujte den; poštou nebo osobně smí dokument odejít až po odpovědi ISDS."
        ),
    ),
    channels.BoxUnclear: Problem(
        409,
        "box-unclear",
        N_(
            "Není jasné, která datová schránka patří adresátovi. Nejdřív ji vyberte na stránce "
            "adresáta, nebo tam uveďte, že žádná z nabízených jeho není."
        ),
    ),
    channels.SwitchFirst: Problem(
        409,
        "switch-first",
        N_(
            "Dokument je stále určený do datové schránky. Nejdřív změňte způsob doručení a uveďte "
            "důvod."
        ),
    ),
    channels.SwitchNotAllowed: Problem(
        409,
        "switch-not-allowed",
        N_(
            "Způsob doručení teď nelze změnit: zpráva se odesílá, odešla, není jisté, co se s ní "
            "stalo, nebo doručení čeká na něco, co poštu neotvírá."
        ),
    ),
    channels.SwitchPointless: Problem(
        409, "switch-pointless", N_("Dokument se už doručuje tímto způsobem.")
    ),
    channels.ReasonMissing: Problem(
        422, "reason-missing", N_("Uveďte důvod, aspoň %(least)s znaků.")
    ),
}

RECIPIENTS: dict[type[DomainError], Problem] = {
    recipients.CandidateUnknown: Problem(
        422,
        "candidate-unknown",
        N_("Schránka %(box_id)s mezi nabízenými není. Načtěte stránku znovu a vyberte jinou."),
    ),
    recipients.NothingToDecide: Problem(
        409, "nothing-to-decide", N_("U tohoto adresáta teď není mezi čím vybírat.")
    ),
    recipients.RecipientExists: Problem(
        409,
        "recipient-exists",
        N_("Takový adresát už v evidenci je: %(name)s. Doplňte údaje u něj."),
    ),
    recipients.BadIc: Problem(422, "bad-ic", N_("IČO %(ic)s není správně: má nejvýš osm číslic.")),
}
