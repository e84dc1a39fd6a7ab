"""Where Alembic finds the tables of evaluation."""

from services.evaluation.models import Base
from shared.migrations import run

run(Base.metadata)
