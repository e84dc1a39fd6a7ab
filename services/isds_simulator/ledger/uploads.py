"""Files of big messages to come."""

from datetime import datetime

from services.isds_simulator.ledger.connection import Connection, from_ms, to_ms
from services.isds_simulator.ledger.rows import Upload


def add_upload(connection: Connection, upload: Upload, *, now: datetime) -> None:
    """Keep a file for a day; forget those whose day is over."""
    connection.execute("DELETE FROM upload WHERE expires_at <= ?", (to_ms(now),))
    connection.execute(
        "INSERT INTO upload VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            upload.id,
            upload.box_id,
            upload.name,
            upload.mime,
            len(upload.content),
            upload.content,
            upload.sha256,
            upload.sha3_256,
            to_ms(upload.expires_at),
        ),
    )


def find_upload(connection: Connection, upload_id: str, *, now: datetime) -> Upload | None:
    """Return a file that has not expired, or ``None``."""
    row = connection.execute(
        "SELECT * FROM upload WHERE id = ? AND expires_at > ?", (upload_id, to_ms(now))
    ).fetchone()
    if row is None:
        return None
    return Upload(
        id=row["id"],
        box_id=row["box_id"],
        name=row["name"],
        mime=row["mime"],
        content=bytes(row["content"]),
        sha256=row["sha256"],
        sha3_256=row["sha3_256"],
        expires_at=from_ms(row["expires_at"]),
    )


def uploaded_bytes(connection: Connection, box_id: str, *, now: datetime) -> int:
    """Return how much a box has uploaded that has not expired."""
    row = connection.execute(
        "SELECT coalesce(sum(size), 0) AS total FROM upload WHERE box_id = ? AND expires_at > ?",
        (box_id, to_ms(now)),
    ).fetchone()
    return int(row["total"])
