"""How errors about accounts are told: who changes them, links and passwords."""

from flask_babel import lazy_gettext as N_  # noqa: N812 - the mark of the catalogue tools

from services.registry.domain import accounts, roles
from shared.errors import DomainError
from shared.problems import Problem

ACCOUNTS: dict[type[DomainError], Problem] = {
    roles.DecidingRolesByDirector: Problem(
        403,
        "deciding-roles-by-director",
        N_("Role, ve kterých se rozhoduje, uděluje a odebírá jen ředitelka."),
    ),
    roles.OwnRoles: Problem(
        403, "own-roles", N_("Vlastní role ani účet si měnit nemůžete. Změní je ředitelka.")
    ),
    accounts.LoginUnusable: Problem(
        409, "login-unusable", N_("Toto přihlašovací jméno nelze použít. Zvolte jiné.")
    ),
    accounts.PersonWithoutEmail: Problem(
        409,
        "person-without-email",
        N_("Osoba nemá e-mail, na který by šlo poslat odkaz k nastavení hesla. Doplňte jej."),
    ),
    accounts.EmailByDirector: Problem(
        403, "email-by-director", N_("E-mail jiné osoby mění jen ředitelka.")
    ),
    accounts.WrongPresentPassword: Problem(
        422, "wrong-present-password", N_("Dosavadní heslo nesouhlasí.")
    ),
    accounts.PasswordLinkOver: Problem(
        410,
        "password-link-over",
        N_("Odkaz už neplatí. Požádejte ředitelku nebo správce o nový."),
    ),
}
