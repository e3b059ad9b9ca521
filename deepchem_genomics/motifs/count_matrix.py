"""A factor's binding sites, counted letter by letter."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.errors import BadValueError

__all__ = ["EVEN_BACKGROUND", "CountMatrix"]

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
        if not pseudocount >= 0:
            raise BadValueError(f"pseudocount is {pseudocount!r}; it is added to counts and must be 0 or more")
        counts = np.asarray(self.counts, dtype=np.float64).T + pseudocount
        return counts / counts.sum(axis=1, keepdims=True)

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
