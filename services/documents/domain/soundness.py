"""How long the verifier's word about one of our own files is good enough. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_AGE = timedelta(hours=24)
"""After a day a letter that leaves is judged anew, whatever else is known."""
MOST_AGE_IN_BUNDLES = timedelta(days=7)
"""A bundle names the day on which each file was judged, and its reader judges each anew."""


@dataclass(frozen=True)
class PassedFile:
    """What the verifier said about certain bytes, and on what grounds."""

    sha256: str
    grounds: str
    """Hash of everything that its word depends on beside the bytes and the time."""
    judged_at: datetime
    good_until: datetime
    """When the first certificate in the file ends that was good at ``judged_at``."""


def still_counts(
    passed: PassedFile, grounds: str, now: datetime, most_age: timedelta = MOST_AGE
) -> bool:
    """Tell whether the file need not be judged again.

    Args:
        passed: What was said about exactly these bytes.
        grounds: What it would be judged by now.
        now: Process clock.
        most_age: After which it counts no more.

    Source:
        ETSI EN 319 102-1, 5.1.3: a verdict holds for a time of validation, a policy and a set of
        trust anchors; the same bytes under the same three give the same verdict.
    """
    is_in_time = passed.judged_at <= now < min(passed.good_until, passed.judged_at + most_age)
    return is_in_time and passed.grounds == grounds
