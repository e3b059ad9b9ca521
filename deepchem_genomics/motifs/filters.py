"""Motifs laid side by side, as the kernel of a convolution."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.motifs.count_matrix import EVEN_BACKGROUND, CountMatrix

__all__ = ["log_odds_filters"]


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
