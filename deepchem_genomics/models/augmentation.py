"""Changed copies of training sequences, drawn anew each epoch, that teach a network what does not matter.

Which strand was read, where exactly the window was cut, and single bases hardly ever decide whether a factor binds. All
changes of a batch are one look-up: each base of the result is told which base of the original it is.

References
----------
Lee, Tang, Toneyan and Koo (2023), EvoAug: improving generalization and interpretability of genomic deep neural networks
with evolution-inspired data augmentations, Genome Biology 24, 105, doi:10.1186/s13059-023-02941-w.
"""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, ShapeMismatchError

__all__ = ["Augmentation"]

_RANDOM = -1  # a base that is drawn and not taken from the original


@dataclasses.dataclass(frozen=True)
class Augmentation:
    """How training sequences may be changed; each kind of change is off by default.

    Parameters
    ----------
    reverse_complement : float, default 0.0
        Probability that a sequence is read from the other strand.
    shift : int, default 0
        Largest distance, in bases and either direction, by which the window is moved; what enters is random.
    deletion, insertion, inversion : int, default 0
        Largest length, in bases, of a stretch that is cut out, put in (random bases) or replaced by its reverse
        complement. Each sequence draws a length from 0 to this, and a place. The length of the sequence is kept: its
        end moves in (random bases) or out.
    mutation : float, default 0.0
        Fraction of bases that are replaced by random ones, a quarter of which are the same as before.
    noise : float, default 0.0
        Standard deviation of normal noise added to the one-hot encoding, which makes it float32.

    Raises
    ------
    BadValueError
        If a fraction is not from 0 to 1, or a length is negative.

    Examples
    --------
    >>> from deepchem_genomics.feat import decode, one_hot
    >>> changed = Augmentation(reverse_complement=1.0)(one_hot(["AACGT"]), np.random.default_rng(0))
    >>> decode(changed)
    ['ACGTT']
    """

    reverse_complement: float = 0.0
    shift: int = 0
    deletion: int = 0
    insertion: int = 0
    inversion: int = 0
    mutation: float = 0.0
    noise: float = 0.0

    def __post_init__(self) -> None:
        for name in ("reverse_complement", "mutation"):
            value = getattr(self, name)
            if not 0 <= value <= 1:
                raise BadValueError(f"{name} is {value!r}; it is a fraction, from 0 to 1")
        for name in ("shift", "deletion", "insertion", "inversion"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise BadValueError(f"{name} is {value!r}; it is a number of bases, 0 or more")
        if not self.noise >= 0:
            raise BadValueError(f"noise is {self.noise!r}; it is a standard deviation, 0 or more")

    def __call__(self, X: NDArray[np.int8], rng: np.random.Generator) -> NDArray[np.int8] | NDArray[np.float32]:
        """Change a batch.

        Parameters
        ----------
        X : ndarray of int8, (n, L, 4)
            One-hot sequences, letters in an order in which the complement of a letter is its mirror image.
        rng : numpy.random.Generator
            Where the changes are drawn from.

        Returns
        -------
        ndarray of int8 or float32, (n, L, 4)
            A changed copy; unknown bases stay unknown. float32 if there is noise.

        Raises
        ------
        ShapeMismatchError
            If X is not (n, L, 4), or a stretch could be longer than L.
        """
        if X.ndim != 3 or X.shape[2] != 4:
            raise ShapeMismatchError(f"X has shape {X.shape}; expected (n, L, 4), one-hot sequences")
        longest = max(self.shift, self.deletion, self.insertion, self.inversion)
        if longest > X.shape[1]:
            raise ShapeMismatchError(
                f"sequences of {X.shape[1]} bases cannot be changed over {longest} bases; ask for less"
            )
        changed = self._rearranged(X, rng)
        if self.mutation:
            hit = np.asarray(changed.any(axis=2) & (rng.random(changed.shape[:2]) < self.mutation))
            changed[hit] = 0
            changed = _filled(changed, hit, rng)
        if not self.noise:
            return changed
        return changed.astype(np.float32) + self.noise * rng.standard_normal(changed.shape, dtype=np.float32)

    def _rearranged(self, X: NDArray[np.int8], rng: np.random.Generator) -> NDArray[np.int8]:
        """Return a copy with other places, strands and lengths of stretches."""
        n, length = X.shape[:2]
        at = np.arange(length)
        source = np.broadcast_to(at, (n, length))
        turned = np.zeros((n, length), dtype=bool)
        if self.inversion:
            start, size = _stretches(self.inversion, n, length, rng)
            turned = (at >= start) & (at < start + size)
            source = np.where(turned, 2 * start + size - 1 - at, source)
        if self.deletion:
            start, size = _stretches(self.deletion, n, length, rng)
            source, turned = _moved(source, turned, at + np.where(at >= start, size, 0))
        if self.insertion:
            start, size = _stretches(self.insertion, n, length, rng)
            inside = (at >= start) & (at < start + size)
            source, turned = _moved(source, turned, np.where(inside, _RANDOM, at - np.where(at >= start, size, 0)))
        if self.shift:
            source, turned = _moved(source, turned, at + rng.integers(-self.shift, self.shift, (n, 1), endpoint=True))
        drawn = source == _RANDOM
        changed = X[np.arange(n)[:, None], source]
        changed[turned] = changed[turned][:, ::-1]
        changed = _filled(changed, drawn, rng)
        if self.reverse_complement:
            other = rng.random(n) < self.reverse_complement
            changed[other] = changed[other, ::-1, ::-1]
        return changed


def _stretches(
    longest: int, n: int, length: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw a stretch for each of n sequences; return starts and lengths, (n, 1)."""
    size = rng.integers(0, longest, (n, 1), endpoint=True)
    return rng.integers(0, length - size, endpoint=True), size


def _moved(
    source: NDArray[np.int64], turned: NDArray[np.bool_], places: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Take each base from another place of what was there; what comes from outside is drawn."""
    outside = (places < 0) | (places >= source.shape[1])
    places = np.where(outside, 0, places)
    return (
        np.where(outside, _RANDOM, np.take_along_axis(source, places, axis=1)),
        np.take_along_axis(turned, places, axis=1) & ~outside,
    )


def _filled(X: NDArray[np.int8], where: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int8]:
    """Write random bases, in place."""
    X[where] = np.eye(4, dtype=X.dtype)[rng.integers(0, 4, int(where.sum()))]
    return X
