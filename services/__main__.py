"""``python -m services`` and the command ``vyzva``: the whole product in one place."""

from pathlib import Path

import click

from services.demonstration.command import Performance, perform
from services.documents.commands import files, seals, trust_lists
from services.documents.verify_command import verify
from services.embedded import running, serve
from services.evidence_export import evidence
from services.unfinished import marked
from shared.config import SERVICES, SettingsError
from shared.keys import make_key_folders, rotate_evidence_key


@click.group(help="Výzva: grant calls of a local action group.")
def main() -> None:
    """Collect the commands."""


SHORT = "Play the story with six applications instead of fifteen."
short = click.option("--short", "is_short", is_flag=True, help=SHORT)


@main.command(help="Serve the whole product in this process (embedded default).")
@click.option("--empty", is_flag=True, help="Start without demonstration data.")
@short
@click.option("--simulator-port", type=int, default=0, help="Port of the data-box simulator.")
def run(empty: bool, is_short: bool, simulator_port: int) -> None:
    """Serve until interrupted."""
    serve(is_empty=empty, is_short=is_short, simulator_port=simulator_port)


@main.command(help="Play the story of one call over HTTP and collect its documents.")
@click.option("--url", default="", help="Address of a running empty product; empty starts one.")
@click.option("--simulator-url", default="", help="Address of its data-box simulator.")
@click.option("--code", default="", help="The code with which its organisation is founded.")
@click.option("--target", type=click.Path(path_type=Path), default=Path("var/demo-story"))
@short
@click.option("--leave-work", is_flag=True, help="Leave younger calls half-way afterwards.")
def demo(
    url: str, simulator_url: str, code: str, target: Path, is_short: bool, leave_work: bool
) -> None:
    """Play the demonstration in a product of its own, or in a running one that is empty."""
    performance = Performance(target, is_short=is_short, leaves_work=leave_work)
    if url:
        perform(url, simulator_url, code, performance)
        return
    with running(var=target / "var") as product:
        if product.founding_code is None:
            raise click.ClickException(
                f"Ve složce {target} už ukázka je; přečtěte si {target / 'index.html'}. "
                "Novou přehrajete do jiné složky: --target."
            )
        with marked(target / "var"):
            perform(product.url, product.simulator_url, product.founding_code, performance)


@main.command(help="Make the key folders of a production installation, one per service.")
@click.argument("folder", type=click.Path(path_type=Path))
def keys(folder: Path) -> None:
    """Make keys; existing ones stay as they are."""
    make_key_folders(folder)
    click.echo("\n".join(str(folder / name) for name in SERVICES))


@main.command("rotate-evidence-key", help="Make a new key for a service's evidence log.")
@click.argument("service", type=click.Choice(SERVICES))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def rotate(service: str, folder: Path) -> None:
    """Change the key; former public keys stay and go on verifying old checkpoints."""
    try:
        private = rotate_evidence_key(folder, service)
    except SettingsError as error:
        raise click.ClickException(str(error).strip()) from error
    click.echo(f"Nový klíč: {private}. Rozneste složky všem službám a spusťte je znovu.")


main.add_command(evidence)
main.add_command(files)
main.add_command(seals)
main.add_command(trust_lists)
main.add_command(verify)

if __name__ == "__main__":
    main()
