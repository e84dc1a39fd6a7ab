"""What has been written is on the disk, not only on its way there."""

import os
from pathlib import Path


def synchronise(place: Path) -> None:
    """Push a file, or the names in a folder, to the disk.

    Raises:
        OSError: the disk did not take it; what was written may be lost with the next crash.
    """
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
