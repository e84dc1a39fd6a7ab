"""Alembic's entry: hands over the tables of documents."""

from services.documents.models import Base
from shared.migrations import run

run(Base.metadata)
