"""Where the database is, as the database itself knows it."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.documents.models.base import Base


class DatabasePlace(Base):
    """A cluster, and a line of its history, in which the database was found to be."""

    __tablename__ = "database_place"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """How often it was found in another place before."""
    place: Mapped[str] = mapped_column(String(64))
    since: Mapped[datetime]
    """Real time at which that was noticed."""
