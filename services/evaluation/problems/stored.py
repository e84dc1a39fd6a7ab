"""Errors about what is stored, and about amounts."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.evaluation.service import errors
from shared.errors import DomainError
from shared.money import AmountNotReadable, AmountOutOfRange, AmountTooPrecise, CurrencyNotKnown
from shared.problems import Problem
from shared.states import ActNotAllowed

STORED: dict[type[DomainError], Problem] = {
    errors.MaterialClosed: Problem(
        403,
        "material-closed",
        N_(
            "Podklady žádosti %(number)s otevře jen ten, kdo ji kontroluje nebo hodnotí, "
            "a kancelář."
        ),
    ),
    errors.NoSuchRow: Problem(404, "not-found", N_("Takový záznam ve vaší organizaci není.")),
    errors.StaleVersion: Problem(
        409,
        "stale",
        N_("Záznam mezitím změnil někdo jiný. Načtěte stránku znovu a úpravu zopakujte."),
    ),
    errors.IdTaken: Problem(
        409, "id-reused", N_("Toto označení už patří jinému záznamu. Načtěte formulář znovu.")
    ),
    errors.MissingRole: Problem(
        422, "missing-role", N_("%(name)s nemá roli, kterou úkon vyžaduje (%(role)s).")
    ),
    errors.NotEntitled: Problem(
        403,
        "not-entitled",
        N_("Tento úkon dělá ředitelka. Vaše pověření k němu dnes neplatí."),
    ),
    errors.UnknownPerson: Problem(422, "unknown-person", N_("Takovou osobu organizace nemá.")),
    errors.UnknownFiche: Problem(404, "unknown-fiche", N_("Výzva fichi %(fiche)s nevyhlásila.")),
    errors.NothingSelected: Problem(422, "nothing-selected", N_("Vyberte alespoň jednu žádost.")),
    errors.FutureDay: Problem(422, "future-day", N_("Den %(day)s ještě nenastal.")),
    ActNotAllowed: Problem(
        409, "act-not-allowed", N_("Ve stavu „%(state)s“ tento úkon provést nelze.")
    ),
    AmountNotReadable: Problem(422, "amount-not-readable", N_("Částku nelze přečíst.")),
    AmountTooPrecise: Problem(
        422, "amount-too-precise", N_("Částka má nejvýše dvě desetinná místa.")
    ),
    AmountOutOfRange: Problem(422, "amount-out-of-range", N_("Částka je příliš velká.")),
    CurrencyNotKnown: Problem(422, "currency-not-known", N_("Měnu %(currency)s neznáme.")),
}
