"""``vyzva evidence``: the logs of all three services at once."""

from pathlib import Path

import click

from services.documents.__main__ import SERVICE as DOCUMENTS
from services.evaluation.__main__ import SERVICE as EVALUATION
from services.registry.__main__ import SERVICE as REGISTRY
from shared.config import load_or_exit
from shared.evidence.commands import opened
from shared.evidence.export import export_service, finish_export


@click.group(help="The evidence logs of all services.")
def evidence() -> None:
    """Collect the commands."""


@evidence.command(help="Write the logs and what verifies them into a new folder.")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--with-facts", is_flag=True, help="Also names and values, with their salts.")
def export(target: Path, with_facts: bool) -> None:
    """Export all logs; they are verified without the product."""
    target.mkdir(parents=True)
    keys: list[str] = []
    for service in (REGISTRY, EVALUATION, DOCUMENTS):
        with opened(load_or_exit(service.settings), service.ledger) as desk:
            keys += export_service(desk, target, with_facts=with_facts)
    finish_export(target, keys)
    click.echo(f"python3 {target / 'verify.py'} {target}")
