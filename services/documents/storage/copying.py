"""Moving all files to another store: copied, read back, compared; the old store stays as it is."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from services.documents.adapters.files import FileDamaged, FileMissing, FileStore


@dataclass(frozen=True)
class Copied:
    """How far it has come."""

    name: str = ""
    """The file that was seen to last."""
    copied: int = 0
    there: int = 0
    """Were in the target before, whole."""
    damaged: tuple[str, ...] = ()
    """Damaged in the source, and whole nowhere."""

    @property
    def seen(self) -> int:
        """How many files were seen to."""
        return self.copied + self.there + len(self.damaged)


def copy_all(source: FileStore, target: FileStore) -> Iterator[Copied]:
    """Copy every file and return after each how far it has come.

    It may end anywhere and begin anew: what is in the target, whole, is not copied again.

    Raises:
        StoreFull, StoreUnavailable: one of the stores failed.
    """
    state = Copied()
    for name in source.names():
        state = _copy(source, target, replace(state, name=name))
        yield state


def _copy(source: FileStore, target: FileStore, state: Copied) -> Copied:
    if _is_whole(target, state.name):
        return replace(state, there=state.there + 1)
    try:
        content = source.get(state.name)
    except FileDamaged:
        return replace(state, damaged=(*state.damaged, state.name))
    target.put(content)
    target.get(state.name)  # what was written is what will be read
    return replace(state, copied=state.copied + 1)


def _is_whole(store: FileStore, name: str) -> bool:
    try:
        store.get(name)
    except (FileMissing, FileDamaged):
        return False
    return True
