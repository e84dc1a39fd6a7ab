"""Batches of documents as other services see them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

MOST_ITEMS = 5000
"""Documents of one batch."""
ITEMS_AT_ONCE = 200
"""Documents that one call adds to a batch."""


@dataclass(frozen=True)
class BatchCounts:
    """How many documents of a batch are in each state."""

    waiting: int
    made: int
    failed: int
    void: int

    @property
    def total(self) -> int:
        """All documents of the batch."""
        return self.waiting + self.made + self.failed + self.void


@dataclass(frozen=True)
class BatchView:
    """Where a batch stands."""

    id: UUID
    version: int
    title: str
    state: str
    """``prepared``, ``running``, ``paused``, ``done`` or ``cancelled``."""
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    trouble: str | None
    """What the worker waits for; it tries by itself."""
    counts: BatchCounts


@dataclass(frozen=True)
class BatchItemView:
    """A document of a batch."""

    document_id: UUID
    position: int
    number: str
    title: str
    state: str
    """``waiting``, ``made``, ``failed`` or ``void``."""
    reason: str


@dataclass(frozen=True)
class BatchItemPage:
    """One page of the documents of a batch, in the order of their numbers."""

    items: list[BatchItemView]
    total: int
    page: int
    page_size: int
