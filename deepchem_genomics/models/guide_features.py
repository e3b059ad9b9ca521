"""What a guide's sequence says of it, as numbers: bases, words, and how tightly it pairs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.feat import duplex_ends, duplex_energy, kmer_counts, melting_temperature, stacking_energies

__all__ = ["ScaledBlocks", "guide_blocks"]

_WORDS, _LONG_WORDS = (1, 2, 3, 4), 5
_PAIRED = 19
_SEED = slice(1, 8)
_MEAN, _FACTOR = "mean of ", "factor of "


def guide_blocks(guides: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
    """Describe guides by four blocks of numbers.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        Guide strands 5' to 3', columns A, C, G, U; L is at least 19.

    Returns
    -------
    dict of str to ndarray of float64, (N, n)
        ``bases``: which base stands where (4 L columns). ``words``: how often each word of 1 to 4 bases occurs (340);
        ``long_words``: of 5 bases (1,024). ``pairing``: free energy of each stack, of the duplex, its two ends and
        their difference, in kcal/mol, and the melting temperature of the seed (L + 4).

    Raises
    ------
    SequenceLengthError
        If the guides have fewer than 19 bases.
    """
    ends = duplex_ends(guides)
    pairing = np.column_stack(
        [
            stacking_energies(guides),
            duplex_energy(guides[:, :_PAIRED]),
            *ends,
            melting_temperature(guides[:, _SEED]),
        ]
    )
    return {
        "bases": guides.reshape(len(guides), -1).astype(np.float64),
        "words": kmer_counts(guides, _WORDS).astype(np.float64),
        "long_words": kmer_counts(guides, _LONG_WORDS).astype(np.float64),
        "pairing": pairing,
    }


class ScaledBlocks:
    """Blocks of numbers side by side, each with a say of its own in the distance of two guides.

    A block of hundreds of counts would drown one of a few energies. So each is centered, and divided by the root mean
    square of its rows' norms times a weight; the columns of ``pairing``, which have units of their own, by their
    standard deviations before. Means and divisors are those of the guides it was made with.

    Parameters
    ----------
    means, factors : dict of str to ndarray
        For each block of :func:`guide_blocks` that counts: what is taken off its columns, and multiplied with them.
    """

    def __init__(self, means: Mapping[str, NDArray[np.float64]], factors: Mapping[str, NDArray[np.float64]]) -> None:
        self._means = dict(means)
        self._factors = dict(factors)

    @classmethod
    def of(cls, guides: NDArray[Any], weights: Mapping[str, float]) -> "ScaledBlocks":
        """Learn means and factors from guides.

        Parameters
        ----------
        guides : ndarray, (N, L, 4)
            The guides.
        weights : mapping of str to float
            For each block of :func:`guide_blocks` that is to count.

        Returns
        -------
        ScaledBlocks
            Of these guides.
        """
        blocks = guide_blocks(guides)
        total = np.sqrt(sum(weight**2 for weight in weights.values()))
        means = {name: blocks[name].mean(axis=0) for name in weights}
        factors = {}
        for name, weight in weights.items():
            centered = blocks[name] - means[name]
            spread = centered.std(axis=0)
            columns = _inverse(spread) if name == "pairing" else np.ones_like(spread)
            norm = np.sqrt(((centered * columns) ** 2).sum(axis=1).mean())
            factors[name] = columns * _inverse(norm) * weight / total
        return cls(means, factors)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "ScaledBlocks":
        """Take back what :meth:`arrays` returned.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            By name; others are left aside.

        Returns
        -------
        ScaledBlocks
            The same.
        """
        parts = [{name[len(p) :]: one for name, one in arrays.items() if name.startswith(p)} for p in (_MEAN, _FACTOR)]
        return cls(*parts)

    def arrays(self) -> dict[str, NDArray[np.float64]]:
        """Return means and factors.

        Returns
        -------
        dict of str to ndarray
            Names begin with "mean of " and "factor of ".
        """
        means = {f"{_MEAN}{name}": one for name, one in self._means.items()}
        return means | {f"{_FACTOR}{name}": one for name, one in self._factors.items()}

    def __call__(self, guides: NDArray[Any]) -> NDArray[np.float64]:
        """Describe guides.

        Parameters
        ----------
        guides : ndarray, (n, L, 4)
            One-hot guides.

        Returns
        -------
        ndarray of float64, (n, total of the columns)
            Of the guides it was made with, the mean squared norm is 1.
        """
        blocks = guide_blocks(guides)
        return np.hstack([(blocks[name] - self._means[name]) * factor for name, factor in self._factors.items()])


def _inverse(spread: Any) -> NDArray[np.float64]:
    """Return 1 over the spread, and 0 where there is none: a column that never changes says nothing."""
    spread = np.asarray(spread, dtype=np.float64)
    return np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 1e-9)
