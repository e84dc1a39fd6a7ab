"""``python -m services.documents``: serve, worker, evidence, files, seals, verify, migrate."""

from pathlib import Path

from services.documents.app import create_app
from services.documents.commands import files, seals, trust_lists
from services.documents.config import DocumentsSettings
from services.documents.models import LEDGER
from services.documents.verify_command import verify
from services.documents.worker import create_prover, create_sender, create_worker
from shared.serving import Service, command_line

SERVICE = Service(
    DocumentsSettings,
    Path(__file__).parent,
    create_app,
    create_worker,
    LEDGER,
    beside={"proofs": create_prover},
    create_rest=create_sender,
)

commands = command_line(SERVICE)
commands.add_command(files)
commands.add_command(seals)
commands.add_command(trust_lists)
commands.add_command(verify)

if __name__ == "__main__":
    commands()
