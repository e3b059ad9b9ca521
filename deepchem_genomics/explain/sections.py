"""The sections of a report: paragraphs, pictures and tables, or the reason why a section is empty."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from deepchem_genomics.reports import blocks
from deepchem_genomics.reports.figures import png_bytes, png_figure

__all__ = ["Picture", "Section", "Table", "cell", "skipped", "to_picture"]


class Picture(NamedTuple):
    """A PNG and the name of its file in the report's folder, with ``/``."""

    file: str
    png: bytes
    alt: str
    caption: str


class Table(NamedTuple):
    """Rows of text and numbers for a TSV file of the report's folder; the page shows the first ``shown``."""

    file: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    shown: int = 10

    def write(self, folder: Path) -> None:
        """Write the file."""
        lines = ["\t".join(self.columns), *("\t".join(map(cell, row)) for row in self.rows)]
        (folder / self.file).write_text("".join(f"{line}\n" for line in lines))

    def on_page(self) -> blocks.Table:
        """Return what the page shows."""
        shown = [list(row) for row in self.rows[: self.shown]]
        kinds = {"sequence": "code"}
        kinds |= {
            name: "number"
            for i, name in enumerate(self.columns)
            if shown and not any(isinstance(row[i], str) for row in shown)
        }
        columns = [blocks.Column(name, kinds.get(name, "text")) for name in self.columns]
        rest = len(self.rows) - len(shown)
        note = f"{len(shown)} of {len(self.rows):,} rows; all are in" if rest else "As a file:"
        return blocks.Table(self.file, columns, [blocks.Row([*map(cell, row)]) for row in shown], note, self.file)


class Section(NamedTuple):
    """One question asked of the model, and the answer.

    ``name`` is its anchor on the page and its key in the manifest; ``files`` are further files of the report's folder;
    ``skipped`` says why there is no answer.
    """

    name: str
    title: str
    paragraphs: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()
    files: Sequence[str] = ()
    skipped: str | None = None

    def on_page(self) -> blocks.Section:
        """Return what the page shows."""
        if self.skipped is not None:
            notice = blocks.Notice([f"Skipped: {self.skipped}"], kind="skipped")
            return blocks.Section(self.name, self.title, [notice], remark="skipped")
        parts: list[blocks.Block] = [
            *map(blocks.Text, self.paragraphs),
            *(png_figure(picture.png, picture.alt, picture.caption) for picture in self.pictures),
            *(table.on_page() for table in self.tables),
        ]
        if self.files:
            parts.append(blocks.Files(self.files))
        return blocks.Section(self.name, self.title, parts)


def skipped(name: str, title: str, reason: str) -> Section:
    """Return a section that says why it is empty, in one line."""
    return Section(name, title, skipped=" ".join(reason.split()))


def to_picture(figure: Any, file: str, alt: str, caption: str) -> Picture:
    """Draw a figure of matplotlib as a PNG."""
    return Picture(file, png_bytes(figure), alt, caption)


def cell(value: Any) -> str:
    """Write a value of a table: four significant digits, no tabs or line ends, nothing for None and NaN.

    Examples
    --------
    >>> cell(0.123456), cell(12), cell(1e-12), cell(None), cell("a b")
    ('0.1235', '12', '1e-12', '', 'a b')
    """
    if value is None or (isinstance(value, float | np.floating) and np.isnan(value)):
        return ""
    if isinstance(value, float | np.floating):
        return f"{value:.4g}"
    return " ".join(str(value).split("\t")).replace("\n", " ")
