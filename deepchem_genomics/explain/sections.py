"""The parts of a report: words, pictures, tables, or the reason why a part is not there."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

__all__ = ["Picture", "Section", "Table", "skipped", "to_picture"]

_DPI = 110


class Picture(NamedTuple):
    """A drawing.

    Parameters
    ----------
    file : str
        Its name in the report's folder, with ``/``.
    png : bytes
        What is in that file.
    alt : str
        What is to be seen, for those who do not see it.
    caption : str
        What it means.
    """

    file: str
    png: bytes
    alt: str
    caption: str


class Table(NamedTuple):
    """Rows of a TSV file, of which the page shows the first.

    Parameters
    ----------
    file : str
        Its name in the report's folder.
    columns : sequence of str
        Heads of the columns.
    rows : sequence of sequence
        Text or numbers.
    shown : int, default 10
        Rows on the page.
    """

    file: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    shown: int = 10

    def write(self, folder: Path) -> None:
        """Write the file.

        Parameters
        ----------
        folder : Path
            The report's.
        """
        lines = ["\t".join(self.columns), *("\t".join(map(cell, row)) for row in self.rows)]
        (folder / self.file).write_text("".join(f"{line}\n" for line in lines))


class Section(NamedTuple):
    """One question asked of the model, and the answer.

    Parameters
    ----------
    name : str
        Without spaces: its anchor on the page and its key in the manifest.
    title : str
        Its heading.
    paragraphs : sequence of str
        What was done, what was found.
    pictures : sequence of Picture
        In the order of the page.
    tables : sequence of Table
        After the pictures.
    files : sequence of str
        Further files of the report's folder that belong to it.
    skipped : str or None
        Why there is nothing.
    """

    name: str
    title: str
    paragraphs: Sequence[str] = ()
    pictures: Sequence[Picture] = ()
    tables: Sequence[Table] = ()
    files: Sequence[str] = ()
    skipped: str | None = None


def skipped(name: str, title: str, reason: str) -> Section:
    """Return a section that says why it is empty.

    Parameters
    ----------
    name, title : str
        As of a section.
    reason : str
        One line, with the remedy if there is one.

    Returns
    -------
    Section
        Without pictures and tables.
    """
    return Section(name, title, skipped=" ".join(reason.split()))


def to_picture(figure: Any, file: str, alt: str, caption: str) -> Picture:
    """Turn a figure into a PNG, the same to the byte each time.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The drawing.
    file, alt, caption : str
        See :class:`Picture`.

    Returns
    -------
    Picture
        With the PNG's bytes.
    """
    import io

    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=_DPI, bbox_inches="tight", metadata={"Software": None})
    return Picture(file, stream.getvalue(), alt, caption)


def cell(value: Any) -> str:
    """Write a value of a table: numbers with four digits that count, no tabs or line ends.

    Parameters
    ----------
    value : object
        Text or number.

    Returns
    -------
    str
        Empty for None and NaN.

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
