"""One number per sequence and motif, from all places on both strands.

At each place, the bases there of some hundred sequences are multiplied with the log odds of all motifs, in one matrix
product. Log odds are rounded to 1/8192 before, so that sums of them are exact in single precision: a sequence gets the
same best score, to the bit, in any company, and so does its reverse complement.

Scanners such as FIMO (memelite in Python) or MOODS report the places that pass a threshold, with p-values. Here every
sequence needs a number, also the many without a site, so there is no threshold to be fast with.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError, SequenceLengthError, ShapeMismatchError
from deepchem_genomics.motifs.matrices import EVEN_BACKGROUND, CountMatrix
from deepchem_genomics.typing import OneHot

__all__ = ["best_scores", "log_odds_filters", "occupancy_scores"]


def log_odds_filters(
    motifs: Sequence[CountMatrix],
    width: int | None = None,
    background: ArrayLike = EVEN_BACKGROUND,
    pseudocount: float = 1.0,
) -> NDArray[np.float32]:
    """Lay the log odds of motifs side by side, so that one convolution scores them all.

    Parameters
    ----------
    motifs : sequence of CountMatrix, (M,)
        The motifs.
    width : int, optional
        Positions of a filter, W, in bp; by default as many as the widest motif has.
    background : array_like of float, (4,), default 0.25 each
        Shares of A, C, G, T outside sites.
    pseudocount : float, default 1.0
        Added to each count.

    Returns
    -------
    ndarray of float32, (W, 4, M)
        Natural logarithms, in the layout of a Keras ``Conv1D`` kernel. A motif begins at the first position; after
        its last it is 0. ``filters[::-1, ::-1]`` scores the reverse strand.

    Raises
    ------
    EmptyInputError
        If there are no motifs.
    BadValueError
        If a motif is wider than the filters, or the background or the pseudocount is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> motif = CountMatrix("MA0000.1", "TOY", ((8, 0, 1), (0, 0, 1), (0, 8, 1), (0, 0, 5)))
    >>> filters = log_odds_filters([motif], width=4)
    >>> filters.shape, filters[3, :, 0].tolist()
    ((4, 4, 1), [0.0, 0.0, 0.0, 0.0])
    """
    if not motifs:
        raise EmptyInputError("motifs is empty: there is nothing to make filters of; give at least one CountMatrix")
    widest = max(motifs, key=lambda motif: motif.width)
    width = widest.width if width is None else width
    if widest.width > width:
        raise BadValueError(
            f"motif {widest.accession} ({widest.name}) has {widest.width} positions and filters of {width} were asked "
            "for; ask for wider ones, or leave the motif out"
        )
    filters = np.zeros((width, 4, len(motifs)), dtype=np.float32)
    for number, motif in enumerate(motifs):
        filters[: motif.width, :, number] = motif.log_odds(background, pseudocount)
    return filters


_ROWS_AT_A_TIME = 1024  # of 101 bases as float32: 1.7 MB, which stays near the processor
_ROUNDING = 8192  # a sum up to 2048 of multiples of 1/8192 is exact in 24 bits


def best_scores(
    X: OneHot, motifs: Sequence[CountMatrix], background: ArrayLike = EVEN_BACKGROUND, pseudocount: float = 1.0
) -> NDArray[np.float32]:
    """Return the best log-odds score of each motif in each sequence, over all places on both strands.

    Parameters
    ----------
    X : ndarray, (N, L, 4)
        One-hot DNA, columns A, C, G, T. An unknown base, a row of zeros, scores 0 wherever it stands.
    motifs : sequence of CountMatrix, (M,)
        The motifs; none may be wider than L.
    background, pseudocount
        As for :func:`log_odds_filters`.

    Returns
    -------
    ndarray of float32, (N, M)
        Natural logarithms of probability ratios; above 0 where the best place is likelier a site than background.

    Raises
    ------
    EmptyInputError
        If there are no motifs.
    ShapeMismatchError
        If X is not (N, L, 4).
    SequenceLengthError
        If a motif is wider than L.
    BadValueError
        If the background or the pseudocount is out of range.

    See Also
    --------
    occupancy_scores : Counts sites that are not the best, too.

    Examples
    --------
    >>> from deepchem_genomics.motifs.jaspar import ATF3, JUND
    >>> from deepchem_genomics.feat import one_hot
    >>> best_scores(one_hot(["TTTTTTGATGACGTCATCTTTT", "AAAAAAGATGACTCATCAAAAA"]), [ATF3, JUND]).round()
    array([[ 14.,  -5.],
           [-23.,  12.]], dtype=float32)
    """
    scanner = _Scanner(X, motifs, background, pseudocount)
    return scanner.over_all_rows(scanner.best)


def occupancy_scores(
    X: OneHot, motifs: Sequence[CountMatrix], background: ArrayLike = EVEN_BACKGROUND, pseudocount: float = 1.0
) -> NDArray[np.float32]:
    """Return how much likelier each sequence is with one site of a motif, at any place on either strand, than without.

    It is the logarithm of the mean, over places and strands, of the odds. Several weak sites add up in it, as they do
    when a factor binds [1]_.

    Parameters
    ----------
    X, motifs, background, pseudocount
        As for :func:`best_scores`.

    Returns
    -------
    ndarray of float32, (N, M)
        Natural logarithms; never above :func:`best_scores`.

    Raises
    ------
    EmptyInputError, ShapeMismatchError, SequenceLengthError, BadValueError
        As for :func:`best_scores`.

    References
    ----------
    .. [1] Foat, Morozov and Bussemaker, "Statistical mechanical modeling of genome-wide transcription factor occupancy
       data by MatrixREDUCE", Bioinformatics 22:e141-e149 (2006), doi:10.1093/bioinformatics/btl223.

    Examples
    --------
    >>> from deepchem_genomics.motifs.jaspar import ATF3
    >>> from deepchem_genomics.feat import one_hot
    >>> occupancy_scores(one_hot(["TTTTTTGATGACGTCATCTTTT"]), [ATF3]).round()
    array([[11.]], dtype=float32)
    """
    scanner = _Scanner(X, motifs, background, pseudocount)
    return scanner.over_all_rows(scanner.log_mean)


class _Scanner:
    """The motifs narrowest first, so that those with room at a place are the first columns, forward and reverse."""

    def __init__(self, X: OneHot, motifs: Sequence[CountMatrix], background: ArrayLike, pseudocount: float) -> None:
        if np.ndim(X) != 3 or np.shape(X)[2] != 4:
            raise ShapeMismatchError(f"X has shape {np.shape(X)}; expected (N, L, 4), one-hot DNA: see feat.one_hot")
        self.X = X
        self.length = X.shape[1]
        self.order = np.argsort([motif.width for motif in motifs], kind="stable")
        by_width = [motifs[number] for number in self.order]
        forward = log_odds_filters(by_width, background=background, pseudocount=pseudocount)  # (W, 4, M)
        _require_room(by_width[-1], self.length)
        self.widths = np.array([motif.width for motif in by_width])
        both = np.stack([forward, np.zeros_like(forward)], axis=3)  # (W, 4, M, 2 strands)
        for number, width in enumerate(self.widths):
            both[:width, :, number, 1] = forward[:width, :, number][::-1, ::-1]
        exact = np.round(both * _ROUNDING) / np.float32(_ROUNDING)
        self.filters = exact.reshape(-1, 2 * len(motifs))

    def over_all_rows(self, score: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> NDArray[np.float32]:
        """Score all sequences, some at a time, and put the motifs back into the order given: (N, M)."""
        scores = np.empty((len(self.X), len(self.widths)), dtype=np.float32)
        for start in range(0, len(scores), _ROWS_AT_A_TIME):
            rows = self.X[start : start + _ROWS_AT_A_TIME].astype(np.float32)
            scores[start : start + len(rows), self.order] = score(rows.reshape(len(rows), -1))
        return scores

    def best(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        best = np.full((len(rows), self.filters.shape[1]), -np.inf, dtype=np.float32)
        for at_place in self._places(rows):
            so_far = best[:, : at_place.shape[1]]
            np.maximum(so_far, at_place, out=so_far)
        found: NDArray[np.float32] = best.reshape(len(rows), -1, 2).max(axis=2)
        return found

    def log_mean(self, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        best = self.best(rows)
        highest = np.repeat(best, 2, axis=1)  # taken off before exp and put back after log, so that nothing overflows
        total = np.zeros_like(highest)
        for at_place in self._places(rows):
            n_columns = at_place.shape[1]
            total[:, :n_columns] += np.exp(at_place - highest[:, :n_columns])
        n_places = (2 * (self.length - self.widths + 1)).astype(np.float32)
        found: NDArray[np.float32] = best + np.log(total.reshape(len(rows), -1, 2).sum(axis=2) / n_places)
        return found

    def _places(self, rows: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
        """Yield the scores at one place after the other, (n, 2 x motifs that have room there), of rows (n, L x 4)."""
        for place in range(self.length - self.widths[0] + 1):
            room = self.length - place
            n_columns = 2 * np.searchsorted(self.widths, room, side="right")
            bases = rows[:, 4 * place :][:, : len(self.filters)]
            yield bases @ self.filters[: bases.shape[1], :n_columns]


def _require_room(widest: CountMatrix, length: int) -> None:
    if widest.width > length:
        raise SequenceLengthError(
            f"motif {widest.accession} ({widest.name}) has {widest.width} positions and the sequences have {length} "
            "bases; leave the motif out, or take longer sequences"
        )
