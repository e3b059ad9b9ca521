"""What a guide's sequence says of its efficacy, as columns of numbers in nine parts.

Each part is centered and scaled to a share: the sum of squares of its columns, averaged over the guides it was made
with. A linear model with weights of variance 1 on these columns is a Gaussian process whose kernel is a sum of nine,
each as strong as its share.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.feat import duplex_ends, duplex_energy, kmer_counts, melting_temperature, stacking_energies

__all__ = ["SHARES", "GuideParts"]

SHARES = {
    "bases": 0.10,
    "neighboring bases": 0.34,
    "pairs of bases": 0.05,
    "words of 1": 0.10,
    "words of 2": 0.007,
    "words of 3": 0.010,
    "words of 4": 0.018,
    "pairing": 0.036,
    "pairs of pairing": 0.033,
}
"""How much of the variance each part explains, a priori: by marginal likelihood on the book's 2,187 training guides."""

PAIRS = {"pairs of bases": "bases", "pairs of pairing": "pairing"}
"""Parts that are all products of two columns of another part."""

PAIRED = 19
_SEED = slice(1, 8)
_REACH = 1.0  # bases: standard deviation of the window over neighbors

Float = NDArray[np.float64]


class GuideParts:
    """The columns that a model of guides is linear in.

    ``bases``: which base stands where (4 L columns). ``neighboring bases``: the same, blurred along the guide.
    ``pairs of bases``: all products of two columns of ``bases``. ``words of k``: how often each word of k bases occurs
    (4, 16, 64 and 256 columns). ``pairing``: free energy of each stack, of the duplex, its two ends and their
    difference, and the melting temperature of the seed (L + 4). ``pairs of pairing``: all products of two of these.

    Parameters
    ----------
    guides : ndarray, (N, L, 4)
        One-hot guides, 5' to 3', L at least 19, to learn means and scales from.
    shares : dict of str to float, optional
        Share of each part; :data:`SHARES` by default.
    """

    def __init__(self, guides: NDArray[Any], shares: Mapping[str, float] = SHARES) -> None:
        self.means: dict[str, Float] = {}
        self.factors: dict[str, Float] = {}
        for name, values in _single_parts(guides).items():
            self._learn(name, values, shares[name], standardize=name == "pairing")
        single = self.single(guides)
        for name, of in PAIRS.items():
            columns = single[of]
            mean = _upper(columns.T @ columns) / len(columns)
            # Rows of products are as long as the rows themselves, squared: no need to make them.
            size = np.sqrt((np.einsum("np,np->n", columns, columns) ** 2).mean() - mean @ mean)
            self.means[name] = mean
            self.factors[name] = np.full_like(mean, _inverse(size) * np.sqrt(shares[name]))

    @classmethod
    def from_arrays(cls, means: Mapping[str, Float], factors: Mapping[str, Float]) -> "GuideParts":
        """Make it again from its means and factors.

        Parameters
        ----------
        means, factors : dict of str to ndarray of float64
            As in the attributes of the same names.

        Returns
        -------
        GuideParts
            The same.
        """
        parts = cls.__new__(cls)
        parts.means, parts.factors = dict(means), dict(factors)
        return parts

    def __call__(self, guides: NDArray[Any]) -> Float:
        """Describe guides.

        Parameters
        ----------
        guides : ndarray, (n, L, 4)
            One-hot guides.

        Returns
        -------
        ndarray of float64, (n, P)
            The columns of all parts: 4,428 for 21 nt.
        """
        columns = self.single(guides)
        for name, of in PAIRS.items():
            products = _products(columns[of])
            products -= self.means[name]
            products *= self.factors[name]
            columns[name] = products
        return np.hstack([columns[name] for name in SHARES])

    def single(self, guides: NDArray[Any]) -> dict[str, Float]:
        """Describe guides by those parts that are not products.

        Parameters
        ----------
        guides : ndarray, (n, L, 4)
            One-hot guides.

        Returns
        -------
        dict of str to ndarray of float64, (n, p)
            Columns by part.
        """
        parts = _single_parts(guides)
        return {name: (values - self.means[name]) * self.factors[name] for name, values in parts.items()}

    def kernel(self, single: dict[str, Float]) -> Float:
        """Multiply the guides that the parts were made with, each with each, without making the products.

        Parameters
        ----------
        single : dict of str to ndarray of float64
            These guides, described by :meth:`single`.

        Returns
        -------
        ndarray of float64, (N, N)
            Dot products of the rows of all columns.
        """
        columns = np.hstack([values for name, values in single.items() if name not in PAIRS.values()])
        total = columns @ columns.T
        center = np.zeros(len(total))
        for name, of in PAIRS.items():
            products = single[of] @ single[of].T
            total += products
            np.square(products, out=products)
            products *= self.factors[name][0] ** 2
            total += products
            mean = products.mean(axis=0)
            center += mean - mean.mean() / 2
        total -= center
        total -= center[:, None]
        return total

    def weights(self, single: dict[str, Float], residuals: Float) -> Float:
        """Add up guides, each times a number, without making the products.

        Parameters
        ----------
        single : dict of str to ndarray of float64
            Guides, described by :meth:`single`.
        residuals : ndarray of float64, (n,)
            A number for each.

        Returns
        -------
        ndarray of float64, (P,)
            ``columns.T @ residuals``.
        """
        sums = {name: columns.T @ residuals for name, columns in single.items()}
        for name, of in PAIRS.items():
            products = _upper((single[of] * residuals[:, None]).T @ single[of])
            sums[name] = (products - self.means[name] * residuals.sum()) * self.factors[name]
        return np.hstack([sums[name] for name in SHARES])

    def _learn(self, name: str, values: Float, share: float, standardize: bool = False) -> None:
        self.means[name] = values.mean(axis=0)
        centered = values - self.means[name]
        columns = _inverse(centered.std(axis=0)) if standardize else np.ones(values.shape[1])
        size = np.sqrt(np.einsum("np,np->p", centered, centered) @ columns**2 / len(values))
        self.factors[name] = columns * _inverse(size) * np.sqrt(share)


def _single_parts(guides: NDArray[Any]) -> dict[str, Float]:
    n, length, _ = guides.shape
    letters = guides.astype(np.float64)
    pairing = np.column_stack(
        [
            stacking_energies(guides),
            duplex_energy(guides[:, :PAIRED]),
            *duplex_ends(guides),
            melting_temperature(guides[:, _SEED]),
        ]
    )
    return {
        "bases": letters.reshape(n, -1),
        "neighboring bases": np.einsum("ij,njk->nik", _blur(length), letters).reshape(n, -1),
        **{f"words of {k}": kmer_counts(guides, k).astype(np.float64) for k in (1, 2, 3, 4)},
        "pairing": pairing,
    }


def _blur(length: int) -> Float:
    """Return the weight of base j at position i: a bell curve that sums to 1 away from the ends, (L, L)."""
    distance = np.arange(length)[:, None] - np.arange(length)
    bell = np.exp(-0.5 * (distance / _REACH) ** 2)
    return bell / bell[length // 2].sum()


def _upper(matrix: Float) -> Float:
    """Write sums of products as :func:`_products` orders and weighs them, from a symmetric matrix of them."""
    rows, columns = np.triu_indices(len(matrix))
    return matrix[rows, columns] * np.where(rows == columns, 1.0, np.sqrt(2.0))


def _products(columns: Float) -> Float:
    """Multiply all pairs of columns, so that the rows' dot products are those of the columns, squared."""
    n_columns = columns.shape[1]
    products = np.empty((len(columns), n_columns * (n_columns + 1) // 2))
    start = 0
    for first in range(n_columns):
        block = products[:, start : start + n_columns - first]
        np.multiply(columns[:, first:], columns[:, first : first + 1], out=block)
        block[:, 1:] *= np.sqrt(2.0)  # both orders of two different columns in one
        start += n_columns - first
    return products


def _inverse(spread: Any) -> Float:
    """Return 1 over the spread, and 0 where there is none: a column that never changes says nothing."""
    spread = np.asarray(spread, dtype=np.float64)
    return np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 1e-9)
