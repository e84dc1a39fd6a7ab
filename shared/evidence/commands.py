"""The commands ``evidence``: verify the logs of a service, sign, give them away."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy import create_engine
from sqlalchemy.orm import scoped_session, sessionmaker

from shared.config import PREFIX, Settings, load_or_exit
from shared.db import engine_options, prepare_engine, reading
from shared.evidence.checking import Checked, check_and_record
from shared.evidence.export import NotCovered, export_service, finish_export, proof_of
from shared.evidence.keeping import Desk, Keeper, make_desk
from shared.evidence.log import organisations
from shared.evidence.restoring import NothingRestored, record_restoration
from shared.evidence.tables import Ledger
from shared.keys import make_development_keys

NO_AUTHORITIES = (
    "Časová razítka se posoudila jen podle autorit, které leží u nich, nebo vůbec (chybí openssl): "
    f"důvěryhodné autority zadejte v {PREFIX}EVIDENCE_AUTHORITIES."
)


@contextmanager
def opened(settings: Settings, ledger: Ledger) -> Iterator[Desk]:
    """Open the evidence of a service without its app."""
    if settings.is_development:
        make_development_keys(settings.keys_folder)
    engine = create_engine(settings.database, **engine_options(settings.database))
    prepare_engine(engine)
    session = scoped_session(sessionmaker(engine))
    try:
        with reading():
            yield make_desk(settings, session, ledger)
    finally:
        session.remove()
        engine.dispose()


def evidence_commands(kind: type[Settings], ledger: Ledger) -> click.Group:
    """Build the commands; without a further word the logs are verified."""

    @click.group("evidence", invoke_without_command=True)
    @click.pass_context
    def group(context: click.Context) -> None:
        """Check that nobody has changed the audit trail."""
        if context.invoked_subcommand is None:
            with opened(load_or_exit(kind), ledger) as desk:
                are_whole = [_say(found) for found in check_and_record(desk)]
            raise SystemExit(0 if all(are_whole) else 1)

    @group.command("checkpoint", help="Sign all that is in the logs now, and copy it outside.")
    def checkpoint() -> None:
        with opened(load_or_exit(kind), ledger) as desk:
            found = organisations(desk.session(), ledger.evidence)
            made = sum(Keeper(desk).keep(one) for one in found)
        click.echo(f"Nových kontrolních bodů: {made}")

    @group.command("export", help="Write the logs and what verifies them into a new folder.")
    @click.argument("target", type=click.Path(path_type=Path))
    @click.option("--with-facts", is_flag=True, help="Also names and values, with their salts.")
    def export(target: Path, with_facts: bool) -> None:
        target.mkdir(parents=True)
        with opened(load_or_exit(kind), ledger) as desk:
            finish_export(target, export_service(desk, target, with_facts=with_facts))
        click.echo(f"python3 {target / 'verify.py'} {target}")

    _add_proof(group, kind, ledger)
    _add_restored(group, kind, ledger)
    return group


def _add_proof(group: click.Group, kind: type[Settings], ledger: Ledger) -> None:
    @group.command("proof", help="Write the proof of what the log says about cases or documents.")
    @click.argument("organisation", type=click.UUID)
    @click.argument("subjects", type=click.UUID, nargs=-1, required=True)
    def proof(organisation: UUID, subjects: tuple[UUID, ...]) -> None:
        with opened(load_or_exit(kind), ledger) as desk:
            try:
                found = proof_of(desk, organisation, subjects)
            except NotCovered as error:
                raise click.ClickException(str(error)) from error
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))


def _add_restored(group: click.Group, kind: type[Settings], ledger: Ledger) -> None:
    @group.command("restored", help="Own up to a restored backup; the service then starts again.")
    @click.option("--reason", required=True, help="Why, and by whom it was decided.")
    @click.option("--even-so", is_flag=True, help="Also where the copies show no loss.")
    def restored(reason: str, even_so: bool) -> None:
        with opened(load_or_exit(kind), ledger) as desk:
            try:
                number = record_restoration(desk, reason, even_so=even_so)
            except NothingRestored as error:
                raise click.ClickException(str(error)) from error
        click.echo(f"Obnova je zapsána; začíná epocha {number}.")


def _say(found: Checked) -> bool:
    """Write the verdict about one log; tell whether it is whole."""
    verdict = "beze změny"
    if found.fault is not None:
        verdict = f"PORUŠENO od záznamu {found.fault.index}: {found.fault.kind.value}"
    elif found.unvouched:
        verdict = f"PORUŠENO: {found.unvouched} úkonů bez záznamu v knize důkazů"
    elif found.unrecorded:
        verdict = f"PORUŠENO: {found.unrecorded} vydaných souborů, o kterých kniha důkazů neví"
    click.echo(f"{found.log}: {found.size} záznamů, {found.marks} kontrolních bodů, {verdict}")
    if not found.are_stamps_believed:
        click.echo(f"    {NO_AUTHORITIES}")
    return found.is_whole
