"""``python -m services.registry``: serve, worker, evidence, migrate, bootstrap."""

from pathlib import Path

import click
from flask import Flask

from services.registry.app import create_app
from services.registry.config import RegistrySettings
from services.registry.founding import offer_founding
from services.registry.models import LEDGER, db
from services.registry.service.bootstrap import NewOrganisation, found_organisation
from services.registry.worker import create_worker
from shared.config import load_or_exit
from shared.db import transaction
from shared.errors import DomainError
from shared.serving import Service, command_line


def say_founding_code(app: Flask) -> None:
    """Tell the operator how the first organisation is founded, while there is none."""
    code = offer_founding(app)
    if code is not None:
        address = f"{app.extensions['vyzva-settings'].public_url}/registry/setup"
        click.echo(f"Založení organizace: {address}  kód: {code}")


SERVICE = Service(
    RegistrySettings, Path(__file__).parent, create_app, create_worker, LEDGER, say_founding_code
)

commands = command_line(SERVICE)


@commands.command("bootstrap", help="Make the first organisation and its first director.")
@click.option("--name", required=True, help="Name of the organisation.")
@click.option("--slug", required=True, help="Part of its public addresses, e.g. szk.")
@click.option("--login", required=True, help="Sign-in name of the director.")
@click.option("--director", required=True, help="Name of the director.")
@click.option("--email", required=True, help="E-mail of the director.")
@click.option("--ic", default=None, help="IČO of the organisation.")
@click.option("--address", default="", help="Address of the organisation.")
@click.option("--data-box", default=None, help="Data box of the organisation.")
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True)
def bootstrap(  # noqa: PLR0913, PLR0917 - one parameter for each option
    name: str,
    slug: str,
    login: str,
    director: str,
    email: str,
    ic: str | None,
    address: str,
    data_box: str | None,
    password: str,
) -> None:
    """Make the first organisation and its first director."""
    app = create_app(load_or_exit(RegistrySettings))
    new = NewOrganisation(
        name=name,
        slug=slug,
        login=login,
        director_name=director,
        password=password,
        email=email,
        ic=ic,
        address=address,
        data_box_id=data_box,
    )
    try:
        with app.app_context(), transaction(db.session()) as session:
            found_organisation(session, new, app.extensions["vyzva-clock"].now())
    except DomainError as error:
        raise click.ClickException(f"{type(error).__name__}: {error.params}") from error


if __name__ == "__main__":
    commands()
