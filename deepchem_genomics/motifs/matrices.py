"""Motifs as matrices of letter counts, and their files: JASPAR's two formats and MEME's, strictly checked."""

import io
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.arguments import NUMBER_OR_0, require_rule
from deepchem_genomics.errors import AlphabetMismatchError, BadValueError, EmptyInputError
from deepchem_genomics.io.opening import bare_name, import_for, text_of

__all__ = ["EVEN_BACKGROUND", "CountMatrix", "read_motifs", "to_count_matrix"]

EVEN_BACKGROUND = (0.25, 0.25, 0.25, 0.25)
"""Shares of A, C, G, T where nothing is known about them."""


class CountMatrix(NamedTuple):
    """How often each letter was seen at each position of a factor's binding sites.

    Parameters
    ----------
    accession : str
        JASPAR accession with its version, such as ``MA0491.2``; or what a file calls the matrix.
    name : str
        The factor, as JASPAR names the matrix.
    counts : tuple of tuple of float
        Four rows A, C, G, T of one count a position.

    Examples
    --------
    >>> motif = CountMatrix("MA0000.1", "TOY", ((8, 0, 1), (0, 0, 1), (0, 8, 1), (0, 0, 5)))
    >>> motif.width, motif.consensus
    (3, 'AGT')
    >>> motif.log_odds().round(1).tolist()[0]
    [1.1, -1.1, -1.1, -1.1]
    """

    accession: str
    name: str
    counts: tuple[tuple[float, ...], ...]

    @property
    def width(self) -> int:
        """Number of positions, in bp."""
        return len(self.counts[0])

    @property
    def consensus(self) -> str:
        """The most frequent letter at each position."""
        return "".join("ACGT"[code] for code in np.argmax(self.counts, axis=0))

    def probabilities(self, pseudocount: float = 0.0) -> NDArray[np.float64]:
        """Return the share of each letter at each position.

        Parameters
        ----------
        pseudocount : float, default 0.0
            Added to each of the four counts of a position.

        Returns
        -------
        ndarray of float64, (width, 4)
            Rows sum to one; columns A, C, G, T.

        Raises
        ------
        BadValueError
            For a negative pseudocount.
        """
        require_rule("pseudocount", pseudocount, NUMBER_OR_0)
        counts = np.asarray(self.counts, dtype=np.float64).T + pseudocount
        found: NDArray[np.float64] = counts / counts.sum(axis=1, keepdims=True)
        return found

    def log_odds(self, background: ArrayLike = EVEN_BACKGROUND, pseudocount: float = 1.0) -> NDArray[np.float64]:
        """Return how much likelier each letter is in a site than in the background.

        Parameters
        ----------
        background : array_like of float, (4,), default 0.25 each
            Shares of A, C, G, T outside sites.
        pseudocount : float, default 1.0
            Added to each count, so that a letter never seen scores low and not minus infinity.

        Returns
        -------
        ndarray of float64, (width, 4)
            Natural logarithms of probability ratios; a site's score is their sum over its letters.

        Raises
        ------
        BadValueError
            If the background is not four positive numbers, or for a negative pseudocount.
        """
        shares = np.asarray(background, dtype=np.float64)
        if shares.shape != (4,) or not (np.isfinite(shares) & (shares > 0)).all():
            raise BadValueError(
                f"background is {background!r}; give the shares of A, C, G and T, four numbers above 0, such as "
                f"{EVEN_BACKGROUND}"
            )
        return np.log(self.probabilities(pseudocount) / shares)


def read_motifs(path: str | os.PathLike[str]) -> list[CountMatrix]:
    r"""Read all matrices of a file.

    The format is seen from the content:

    ========================  ======================================================================
    begins with               is read as
    ========================  ======================================================================
    ``>MA0605.2 ATF3``        JASPAR's ``.jaspar``, or ``.pfm`` with headers: after each header four rows of counts,
                              A, C, G, T, with or without letters and brackets
    a number, or A            a bare ``.pfm``: one matrix, four rows, named after the file
    ``MEME version``          minimal MEME, as the MEME suite writes it; probabilities become counts of ``nsites``
                              (20 where it is not given), rounded
    ========================  ======================================================================

    Parameters
    ----------
    path : path-like
        The file, compressed or not.

    Returns
    -------
    list of CountMatrix
        In the order of the file. Counts that are whole numbers are ``int``.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    EmptyInputError
        If it holds no matrix.
    BadValueError
        If it is in none of the formats, a matrix does not have four equally long rows, or a count is not a finite
        number of 0 or more, or all of a position are 0.
    AlphabetMismatchError
        If its motifs are of RNA or protein.
    MissingExtraError
        If biopython is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "toy.jaspar"
    >>> _ = path.write_text(">MA0000.1 TOY\nA [8 0 1]\nC [0 0 1]\nG [0 8 1]\nT [0 0 5]\n")
    >>> read_motifs(path)
    [CountMatrix(accession='MA0000.1', name='TOY', counts=((8, 0, 1), (0, 0, 1), (0, 8, 1), (0, 0, 5)))]
    """
    path = Path(path)
    lines = [line for line in text_of(path).splitlines() if line.strip()]
    if not lines:
        raise EmptyInputError(f"{path} is empty: there is no motif in it")
    if lines[0].startswith("MEME version"):
        return _read_meme(path)
    if lines[0].startswith(">"):
        _require_four_rows_each(path, lines)
        parsed = _parse(path, "\n".join(lines), "jaspar")
        return [to_count_matrix(str(path), motif.matrix_id, motif.name, motif.counts) for motif in parsed]
    if not re.match(r"\s*(A\s|[\d.+-])", lines[0]):
        raise BadValueError(
            f"{path} begins with {lines[0][:40]!r}; motif files begin with '>' (JASPAR), a count or the letter A (a "
            "bare .pfm), or 'MEME version'"
        )
    name = bare_name(path).rpartition(".")[0] or path.name
    _require_four_rows_each(path, [f">{name}", *lines])
    return [to_count_matrix(str(path), name, name, motif.counts) for motif in _parse(path, "\n".join(lines), "pfm")]


def to_count_matrix(source: str, accession: str, name: str, counts: Mapping[str, Sequence[float]]) -> CountMatrix:
    """Make a matrix of one that biopython parsed, whole numbers as ``int``; raise for invalid letters or counts."""
    if set(counts) != set("ACGT"):
        raise AlphabetMismatchError(
            f"{source}: motif {accession} has rows {''.join(sorted(counts))}; only DNA motifs are scored, A, C, G, T"
        )
    rows = [[float(count) for count in counts[letter]] for letter in "ACGT"]
    widths = [len(row) for row in rows]
    if len(set(widths)) > 1 or not widths[0]:
        raise BadValueError(
            f"{source}: motif {accession} has {widths} counts for A, C, G, T; each letter needs one per position"
        )
    table = np.array(rows)
    unusable = ~(np.isfinite(table) & (table >= 0))
    if unusable.any():
        row, position = np.argwhere(unusable)[0]
        raise BadValueError(
            f"{source}: motif {accession} has {table[row, position]:g} for {'ACGT'[row]} at position {position + 1}; "
            "counts are finite and not negative: give the count matrix, not log odds"
        )
    with np.errstate(over="ignore"):  # what overflows is refused
        totals = table.sum(axis=0)
    if not np.isfinite(totals).all():
        position = int(np.argmax(totals)) + 1
        raise BadValueError(
            f"{source}: motif {accession} has counts beyond all numbers at position {position}; lower them"
        )
    if (totals == 0).any():
        position = int(np.argmin(totals)) + 1
        raise BadValueError(f"{source}: motif {accession} counts no letter at position {position}; cut it off")
    exact = tuple(tuple(int(count) if count.is_integer() else count for count in row) for row in rows)
    return CountMatrix(accession, name, exact)


def _require_four_rows_each(path: Path, lines: Sequence[str]) -> None:
    """Refuse what biopython would pass over or share out wrongly: matrices of three rows, or five."""
    headers = [number for number, line in enumerate(lines) if line.startswith(">")]
    for header, following in zip(headers, [*headers[1:], len(lines)], strict=True):
        name = lines[header][1:].split()
        if not name:
            raise BadValueError(f"{path}: a header '>' has no name after it; write one such as '>MA0605.2 ATF3'")
        n_rows = following - header - 1
        if n_rows != 4:
            raise BadValueError(f"{path}: motif {name[0]} has {n_rows} rows; give four, A, C, G, T")


def _read_meme(path: Path) -> list[CountMatrix]:
    text = text_of(path)
    alphabet = re.search(r"^ALPHABET\s*=?\s*(.*)$", text, re.MULTILINE)
    if alphabet and alphabet[1].strip() != "ACGT":
        raise AlphabetMismatchError(
            f"{path} has the alphabet {alphabet[1].strip()!r}; only DNA motifs are scored, ACGT"
        )
    parsed = _parse(path, text, "minimal")
    if not parsed:
        raise EmptyInputError(f"{path} is in MEME's format, but no line in it begins with MOTIF")
    titles = re.findall(r"^MOTIF[ \t]+(\S+)[ \t]*(\S*)", text, re.MULTILINE)
    widths = [int(width) for width in re.findall(r"^letter-probability matrix:.*?\bw= *(\d+)", text, re.MULTILINE)]
    if len(titles) != len(parsed):
        raise BadValueError(f"{path} has {len(titles)} lines MOTIF and {len(parsed)} matrices; each needs one")
    motifs = []
    for number, (motif, (accession, name)) in enumerate(zip(parsed, titles, strict=True)):
        matrix = to_count_matrix(str(path), accession, name or accession, motif.counts)
        if len(widths) == len(titles) and matrix.width != widths[number]:
            raise BadValueError(
                f"{path}: motif {accession} has {matrix.width} rows where its header says {widths[number]}"
            )
        motifs.append(matrix)
    return motifs


def _parse(path: Path, text: str, form: str) -> Sequence[Any]:
    motifs = import_for("Bio.motifs", path, "motifs")
    try:
        found: Sequence[Any] = motifs.parse(io.StringIO(text + "\n"), form)
        return found
    except Exception as error:  # biopython raises bare ones, too, for what is not a motif file
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise BadValueError(f"{path} is not a whole motif file: {reason}") from None
