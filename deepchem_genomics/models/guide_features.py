"""Features of guides as numbers: bases, k-mers, how tightly a guide pairs, and its target.

:class:`ScaledBlocks` weighs blocks of features for a distance of guides. :class:`GuideParts` has nine parts, each
centered and scaled to a share: the sum of squares of its columns, averaged over the guides it was made with. A linear
model with weights of variance 1 on these columns is a Gaussian process whose kernel is a sum of nine, each as strong as
its share.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import MissingIdError
from deepchem_genomics.feat import RNA, kmer_counts, one_hot, stacking_energies
from deepchem_genomics.feat.guide_blocks import guide_blocks, pairing
from deepchem_genomics.typing import Ids

__all__ = ["SHARES", "GuideParts", "ScaledBlocks", "context_energies", "group_rows", "require_all"]

Float = NDArray[np.float64]

_MEAN, _FACTOR = "mean of ", "factor of "


class ScaledBlocks:
    """Blocks of ``guide_blocks`` side by side, each with a weight of its own in the distance of two guides.

    A block of hundreds of counts would drown one of a few energies. So each is centered, and divided by the root mean
    square of its rows' norms times a weight; the columns of ``pairing``, which have units of their own, by their
    standard deviations before. Means and divisors are those of the guides it was made with.
    """

    def __init__(self, means: Mapping[str, Float], factors: Mapping[str, Float]) -> None:
        self._means = dict(means)
        self._factors = dict(factors)

    @classmethod
    def of(cls, guides: NDArray[Any], weights: Mapping[str, float]) -> "ScaledBlocks":
        """Learn means and factors from guides (N, L, 4), for the blocks that have a weight."""
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
        """Build it from what :meth:`arrays` returned; other entries are ignored."""
        parts = [{name[len(p) :]: one for name, one in arrays.items() if name.startswith(p)} for p in (_MEAN, _FACTOR)]
        return cls(*parts)

    def arrays(self) -> dict[str, Float]:
        """Return means and factors; names begin with "mean of " and "factor of "."""
        means = {f"{_MEAN}{name}": one for name, one in self._means.items()}
        return means | {f"{_FACTOR}{name}": one for name, one in self._factors.items()}

    def __call__(self, guides: NDArray[Any]) -> Float:
        """Describe guides (n, L, 4); over the guides it was made with, the mean squared norm is 1."""
        blocks = guide_blocks(guides)
        return np.hstack([(blocks[name] - self._means[name]) * factor for name, factor in self._factors.items()])


def _inverse(spread: Any) -> Float:
    """Return 1 over the spread, and 0 where there is none: a column that never changes says nothing."""
    spread = np.asarray(spread, dtype=np.float64)
    found: Float = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 1e-9)
    return found


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

_ROUNDING = 1e-9  # of a variance, relative to the squares that it is a difference of
_REACH = 1.0  # bases: standard deviation of the window over neighbors


class GuideParts:
    """The columns that a model of guides is linear in, with means and scales learned from guides (N, L, 4).

    ``bases``: which base is where (4 L columns). ``neighboring bases``: the same, blurred along the guide. ``pairs of
    bases``: all products of two columns of ``bases``. ``words of k``: how often each k-mer occurs (4, 16, 64 and 256
    columns). ``pairing``: free energy of each stack, of the duplex, its two ends and their difference, and the melting
    temperature of the seed (L + 4). ``pairs of pairing``: all products of two of these. The share of each part is that
    of :data:`SHARES` by default.
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
            squares = (np.einsum("np,np->n", columns, columns) ** 2).mean()
            variance = squares - mean @ mean
            size = np.sqrt(variance) if variance > _ROUNDING * squares else 0.0  # products of two guides are the same
            self.means[name] = mean
            self.factors[name] = np.full_like(mean, _inverse(size) * np.sqrt(shares[name]))

    @classmethod
    def from_arrays(cls, means: Mapping[str, Float], factors: Mapping[str, Float]) -> "GuideParts":
        """Build it from its means and factors."""
        parts = cls.__new__(cls)
        parts.means, parts.factors = dict(means), dict(factors)
        return parts

    def __call__(self, guides: NDArray[Any]) -> Float:
        """Describe guides (n, L, 4) by the columns of all parts (n, P): 4,428 for 21 nt."""
        columns = self.single(guides)
        for name, of in PAIRS.items():
            products = _products(columns[of])
            products -= self.means[name]
            products *= self.factors[name]
            columns[name] = products
        return np.hstack([columns[name] for name in SHARES])

    def single(self, guides: NDArray[Any]) -> dict[str, Float]:
        """Describe guides by those parts that are not products: columns (n, p) by part."""
        parts = _single_parts(guides)
        return {name: (values - self.means[name]) * self.factors[name] for name, values in parts.items()}

    def kernel(self, single: dict[str, Float]) -> Float:
        """Return the dot products (N, N) of all columns of the guides it was made with, without making the products."""
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
        """Return ``columns.T @ residuals`` (P,) without making the products."""
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
    return {
        "bases": letters.reshape(n, -1),
        "neighboring bases": np.einsum("ij,njk->nik", _blur(length), letters).reshape(n, -1),
        **{f"words of {k}": kmer_counts(guides, k).astype(np.float64) for k in (1, 2, 3, 4)},
        "pairing": pairing(guides),
    }


def _blur(length: int) -> Float:
    """Return the weight of base j at position i: a bell curve that sums to 1 away from the ends, (L, L)."""
    distance = np.arange(length)[:, None] - np.arange(length)
    bell = np.exp(-0.5 * (distance / _REACH) ** 2)
    found: Float = bell / bell[length // 2].sum()
    return found


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


def context_energies(contexts: Mapping[str, str], ids: Ids) -> Float:
    """Sum the free energies (kcal/mol at 37 C) of all stacks that the surroundings of target sites would make.

    A context is the mRNA, RNA or DNA 5' to 3', with equally many bases on either side of a target site, as far as there
    are any; X and N are unknown. Sequences rich in G and C fold more tightly, so their sites are harder to reach.
    Beyond an end of the mRNA there is nothing to fold with, so a shorter string counts as more open. NaN where there is
    no context.

    >>> context_energies({"a": "GCCA", "b": "gccaNN"}, ["a", "b", "c"]).round(2).tolist()
    [-8.79, -8.79, nan]
    """
    energies = np.full(len(ids), np.nan)
    known = [row for row, name in enumerate(ids) if str(name) in contexts]
    if known:
        sequences = [contexts[str(ids[row])].upper().replace("T", "U").replace("X", "N") for row in known]
        letters = one_hot(sequences, RNA, length=max(map(len, sequences)), on_length="pad")
        energies[known] = stacking_energies(letters).sum(axis=1)
    return energies


def group_rows(targets: Mapping[str, str], ids: Ids, names: Sequence[str]) -> NDArray[np.int64]:
    """Find the number of the target of each guide by its place in ``names``; -1 if it is not known or not among them.

    >>> group_rows({"1": "TC10", "2": "CDH2"}, ["1", "2", "3"], ["CDH2", "TC10"]).tolist()
    [1, 0, -1]
    """
    number = {name: index for index, name in enumerate(names)}
    return np.array([number.get(targets.get(str(name), ""), -1) for name in ids], dtype=np.int64)


def require_all(what: str, known: Mapping[str, str], ids: Ids) -> None:
    """Raise MissingIdError unless every id to learn from has a target or context."""
    missing = [str(name) for name in ids if str(name) not in known]
    if missing:
        raise MissingIdError(
            f"{missing[0]!r} has no {what} ({len(missing)} of {len(ids)} guides to learn from); give one for each, or "
            f"leave {what}s out"
        )
