"""``python -m services.evaluation serve|worker|evidence|migrate``."""

from pathlib import Path

from services.evaluation.app import create_app
from services.evaluation.config import EvaluationSettings
from services.evaluation.models import LEDGER
from services.evaluation.worker import create_worker
from shared.serving import Service, command_line

SERVICE = Service(
    settings=EvaluationSettings,
    folder=Path(__file__).parent,
    create_app=create_app,
    create_worker=create_worker,
    ledger=LEDGER,
)

if __name__ == "__main__":
    command_line(SERVICE)()
