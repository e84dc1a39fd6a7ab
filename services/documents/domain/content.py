"""What a document says: typed blocks of plain text. Callers compose the words."""

from dataclasses import dataclass

LAYOUTS = ("letter", "record", "list", "minutes")
LANGUAGES = ("cs", "en", "de")
VERDICTS = ("yes", "no", "n_a")
ALIGNMENTS = ("left", "right", "center")

Pair = tuple[str, str]


@dataclass(frozen=True)
class Paragraph:
    """Running text; a line break stays a line break."""

    text: str


@dataclass(frozen=True)
class Heading:
    """Title of a part."""

    text: str


@dataclass(frozen=True)
class Statement:
    """A sentence set large, such as the name of an act."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Labels and values."""

    rows: tuple[Pair, ...]


@dataclass(frozen=True)
class Column:
    """Head of a table's column."""

    label: str
    align: str = "left"


@dataclass(frozen=True)
class Table:
    """A table; every row has as many cells as there are columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()


@dataclass(frozen=True)
class CheckItem:
    """One question of a checklist with its answer."""

    label: str
    verdict: str
    note: str = ""


@dataclass(frozen=True)
class Checklist:
    """Questions that somebody answered with his name."""

    items: tuple[CheckItem, ...]


@dataclass(frozen=True)
class Parties:
    """Others who sign on paper: each a party and who stands for it. Their places are empty."""

    rows: tuple[Pair, ...]


@dataclass(frozen=True)
class Drawing:
    """What somebody drew, such as a signature by hand. Made by this software, never by a caller."""

    label: str
    """Whose it is; read out to who cannot see it."""
    svg: str


Block = Paragraph | Heading | Statement | Facts | Table | Checklist | Parties | Drawing


@dataclass(frozen=True)
class Content:
    """Everything between letterhead and signatures."""

    reference: tuple[Pair, ...]
    """Reference lines, such as the file mark and who handles the matter."""
    blocks: tuple[Block, ...]
