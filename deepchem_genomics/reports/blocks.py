"""The parts of a page. Each block names the macro of ``templates/blocks.html`` that writes it."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

__all__ = [
    "Block",
    "Column",
    "Details",
    "Entry",
    "Facts",
    "Figure",
    "Figures",
    "Files",
    "Notice",
    "Page",
    "Row",
    "Section",
    "Spot",
    "Table",
    "Text",
]

WIDE = 750
"""Wider figures, in pixels, and very flat ones keep their size on a phone and scroll, so letters stay readable."""


class Entry(NamedTuple):
    """A cell of a table."""

    text: str
    detail: str = ""  # in smaller type below the text


class Column(NamedTuple):
    """A column of a table: its heading and how its cells are set.

    ``kind`` is "text" or "number" (one line), "prose" (wraps), "code" (monospaced), or "name": a first column that
    stays in view while the table is scrolled.
    """

    heading: str
    kind: str = "text"
    detail: str = ""


class Row(NamedTuple):
    """A row of a table, with a cell for each column."""

    cells: Sequence[str | Entry]
    group: str = ""  # "model", "baseline" or "published": a mark in the color of the figures
    id: str = ""


class Spot(NamedTuple):
    """A link on a figure, placed in percent of its width and height."""

    left: float
    top: float
    target: str
    label: str


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    template: ClassVar[str] = "text"
    text: str
    soft: bool = False


@dataclass(frozen=True)
class Facts:
    """Names with their values."""

    template: ClassVar[str] = "facts"
    pairs: Sequence[tuple[str, str]]
    wide: bool = False  # room for long names


@dataclass(frozen=True)
class Notice:
    """A box that stands out: a "warning", what was "skipped", or a "verdict"."""

    template: ClassVar[str] = "notice"
    paragraphs: Sequence[str]
    title: str = ""
    items: Sequence[str] = ()
    kind: str = "warning"


@dataclass(frozen=True)
class Details:
    """Paragraphs that are shown when their summary is clicked, and printed."""

    template: ClassVar[str] = "details"
    summary: str
    paragraphs: Sequence[str]


@dataclass(frozen=True)
class Files:
    """Names of files next to the page."""

    template: ClassVar[str] = "files"
    files: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table that is scrolled in its own container. The first cell of each row is its header."""

    template: ClassVar[str] = "table"
    label: str  # for screen readers
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""
    file: str = ""  # follows the note


@dataclass(frozen=True)
class Figure:
    """An image on a light background, so that it is legible on light and on dark pages."""

    template: ClassVar[str] = "figure"
    image: bytes
    media: str
    width: int  # pixels
    height: int
    alt: str
    caption: str
    spots: Sequence[Spot] = ()

    @property
    def address(self) -> str:
        """The image as a data URI."""
        return f"data:{self.media};base64,{base64.b64encode(self.image).decode('ascii')}"

    @property
    def is_wide(self) -> bool:
        """Whether a phone scrolls the figure rather than shrink it."""
        return self.width > WIDE or self.width > 4 * self.height


@dataclass(frozen=True)
class Figures:
    """Figures next to each other where there is room."""

    template: ClassVar[str] = "figures"
    figures: Sequence[Figure]


Block = Text | Facts | Notice | Details | Files | Table | Figure | Figures


@dataclass(frozen=True)
class Section:
    """A part of a page with a heading and an entry in the table of contents."""

    id: str
    title: str
    blocks: Sequence[Block]
    name: str = ""  # set in code before the title
    mark: str = ""  # a label after the title
    remark: str = ""  # in the table of contents only


@dataclass(frozen=True)
class Page:
    """A whole page."""

    title: str
    head: Sequence[Block]
    sections: Sequence[Section]
    provenance: Sequence[tuple[str, str]] = ()  # inputs, settings, versions: at the end of the page
    contents_note: str = ""  # below the table of contents
