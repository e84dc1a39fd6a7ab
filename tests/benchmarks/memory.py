"""How much memory a process took at its worst moment."""

from pathlib import Path


def peak_memory(process: int | str = "self") -> float:
    """Return the most resident megabytes of a process since its program was started.

    ``getrusage`` would tell more: Linux hands the peak of the starting process down to a process
    that is spawned, so a small child of a large benchmark looks large.

    Raises:
        OSError, ValueError: the process has just ended.
    """
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    (told,) = [line for line in lines if line.startswith("VmHWM:")]
    return int(told.split()[1]) / 1024
