"""Settings of the list of documents at risk."""

from datetime import timedelta

from pydantic import Field

from services.documents.domain.risks import Bounds
from services.documents.store_settings import StoreSettings


class RiskSettings(StoreSettings):
    """How long the care for documents may take before people are told."""

    risk_level_days: int = Field(default=3, ge=1, le=365)
    """So long an issued document may lack its archival time stamp."""
    risk_record_days: int = Field(default=3, ge=1, le=365)
    """So long a kept file may lack its evidence record."""
    risk_renewal_days: int = Field(default=14, ge=1, le=365)
    """So long a renewal that is due may wait; at most half of the time before the end."""
    risk_near_days: int = Field(default=30, ge=1, le=365)
    """So long before its end a proof is at risk in any case; at most half of that time."""
    risk_fetch_days: int = Field(default=10, ge=1, le=80)
    """So long both proofs of a sent data message may be missing."""
    isds_keeps_days: int = Field(default=90, ge=1, le=3650)
    """So long ISDS keeps a delivered message."""
    risk_failures: int = Field(default=48, ge=1, le=100_000)
    """So many attempts at one step may fail; with the longest pauses 48 are about a day."""

    risk_settle_minutes: int = Field(default=60, ge=0, le=10_000)
    """So long the worker cares for documents after its start before anybody is told of risks."""

    @property
    def risk_settling(self) -> timedelta:
        """The same as a duration of real time."""
        return timedelta(minutes=self.risk_settle_minutes)

    def risk_bounds(self, margin: timedelta, record_margin: timedelta) -> Bounds:
        """Return the bounds for the rules, with the margins of renewals."""
        return Bounds(
            level=timedelta(days=self.risk_level_days),
            record=timedelta(days=self.risk_record_days),
            grace=timedelta(days=self.risk_renewal_days),
            near=timedelta(days=self.risk_near_days),
            failures=self.risk_failures,
            fetch=timedelta(days=self.risk_fetch_days),
            erased=timedelta(days=self.isds_keeps_days),
            margin=margin,
            record_margin=record_margin,
        )
