"""``python -m services`` and the command ``vyzva``: the whole product in one place."""

from pathlib import Path

import click

from services.demonstration.command import finish, start_day
from services.demonstration.founding import found_organisation
from services.demonstration.stage import Stage
from services.embedded import running, serve
from shared.config import SERVICES
from shared.keys import make_key_folders


@click.group(help="Výzva: grant calls of a local action group.")
def main() -> None:
    """Collect the commands."""


@main.command(help="Serve the whole product in this process (embedded default).")
@click.option("--empty", is_flag=True, help="Start without demonstration data.")
@click.option("--simulator-port", type=int, default=0, help="Port of the data-box simulator.")
def run(empty: bool, simulator_port: int) -> None:
    """Serve until interrupted."""
    serve(is_empty=empty, simulator_port=simulator_port)


@main.command(help="Play the story of one call over HTTP and collect its documents.")
@click.option("--url", default="", help="Address of a running empty product; empty starts one.")
@click.option("--simulator-url", default="", help="Address of its data-box simulator.")
@click.option("--target", type=click.Path(path_type=Path), default=Path("var/demo-story"))
@click.option("--leave-work", is_flag=True, help="Leave two younger calls half-way afterwards.")
def demo(url: str, simulator_url: str, target: Path, leave_work: bool) -> None:
    """Play the demonstration against a product that has the demo's organisation."""
    if url:
        finish(Stage(url, simulator_url, start_day()), target, leaves_work=leave_work)
        return
    with running(var=target / "var") as (own_url, own_simulator_url):
        found_organisation(target / "var")
        stage = Stage(own_url, own_simulator_url, start_day())
        finish(stage, target, leaves_work=leave_work)


@main.command(help="Make the key folders of a production installation, one per service.")
@click.argument("folder", type=click.Path(path_type=Path))
def keys(folder: Path) -> None:
    """Make keys; existing ones stay as they are."""
    make_key_folders(folder)
    click.echo("\n".join(str(folder / name) for name in SERVICES))


if __name__ == "__main__":
    main()
