"""Alembic's entry: hands over registry's tables."""

from services.registry.models import Base
from shared.migrations import run

run(Base.metadata)
