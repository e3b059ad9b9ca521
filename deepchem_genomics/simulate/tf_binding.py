"""Simulated windows for transcription-factor binding: what the package works on when it has no data.

Nothing here was measured. Every id begins with ``simulated``, and the generating model is written down below, so that
what a network finds can be compared with what is there.

The model, for each window on its own:

1. The **sequence** is a first-order Markov chain. Its G+C content is drawn for each window from :data:`GC_CONTENTS`
   with :data:`GC_SHARES`; CpG has a fifth of the frequency its letters would give it, and what is lost is found as
   TpG and CpA, as in vertebrate genomes [1]_.
2. Some windows get a **site**: drawn letter by letter from the JASPAR count matrices of JUND or ATF3
   (:mod:`~deepchem_genomics.motifs.jaspar`), on either strand. It lies about the middle of the window, as it does
   in windows cut around the summits of ChIP-seq peaks: the place is normal with :data:`PLACE_SD`. Four in five are
   ATF3's (:data:`MOTIF_SHARES`). Both help a network that sees a thousand bound windows: with sites anywhere, or all
   three matrices equally common, the book's finds none of them in thirty passes over 40,000 windows, and like this it
   does within about 1,500 steps of training. The share of windows with a site follows from the requested prevalence,
   about one in seven for one bound in a hundred.
3. The chromatin of a window is **open** with probability :data:`OPEN_SHARE`, regardless of its sequence.
4. The factor **binds** with the probability in :data:`P_BOUND`: likely at a site in open chromatin, hardly ever else.
5. The **accessibility** is log-normal: :data:`OPENING` times higher in open than in closed windows at the median, with
   the standard deviation :data:`LOG_SD` of its natural logarithm. The mean is about 0.0035, as in the DNase track
   that the book uses.

So neither half of the input is enough: most sites lie in closed chromatin, and most open windows hold no site.

References
----------
.. [1] International Human Genome Sequencing Consortium, "Initial sequencing and analysis of the human genome",
   Nature 409:860-921 (2001): CpG at about one fifth of its expected frequency.
"""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.motifs.jaspar import JUND_AND_ATF3

if TYPE_CHECKING:
    import deepchem as dc

    from deepchem_genomics.data import SideInput

__all__ = ["SimulatedTFBinding", "simulate_tf_binding", "simulated_tf_datasets"]

logger = logging.getLogger(__name__)

GC_CONTENTS = (0.32, 0.36, 0.40, 0.44, 0.48, 0.52, 0.56, 0.60)
"""The G+C contents a window can have, as a fraction, before CpG is depleted."""

GC_SHARES = (0.06, 0.14, 0.20, 0.20, 0.16, 0.12, 0.08, 0.04)
"""How many windows have each of them."""

CPG_RATIO = 0.2
"""Observed over expected frequency of CpG."""

MOTIF_SHARES = (0.1, 0.1, 0.8)
"""How many sites come from each matrix of JUND_AND_ATF3: JUND, its variant, ATF3."""

PLACE_SD = 9.0
"""How far a site's middle lies from the window's, as a standard deviation in bp."""

OPEN_SHARE = 0.12
"""Share of windows in open chromatin."""

P_BOUND = {("site", "open"): 0.50, ("site", "closed"): 0.010, ("no site", "open"): 0.006, ("no site", "closed"): 0.0}
"""Probability of binding, by what the window holds and the state of its chromatin."""

CLOSED_MEDIAN, OPENING, LOG_SD = 0.0027, 2.4, 0.5
"""Accessibility: median of closed windows, factor for open ones, spread of the natural logarithm."""

_BLOCK = 8192  # windows that share a random stream; part of what a seed means, so never changed
_WIDEST = max(motif.width for motif in JUND_AND_ATF3)


class SimulatedTFBinding(NamedTuple):
    """Simulated windows with labels, accessibility and the truth about planted sites.

    Parameters
    ----------
    X : ndarray of int8, (N, L, 4)
        One-hot sequences, columns A, C, G, T.
    y : ndarray of float32, (N, 1)
        1 where the factor is bound.
    w : ndarray of float32, (N, 1)
        Weights that make both classes count equally: N / (2 x class size).
    ids : ndarray of object, (N,)
        ``simulated<seed>:start-end``, windows side by side; those of different seeds never collide.
    accessibility : ndarray of float32, (N,)
        Positive and skewed, mean about 0.0035.
    site_start : ndarray of int32, (N,)
        First base of the planted site, 0-based from the window's start; -1 without a site.
    site_strand : ndarray of int8, (N,)
        1 for a site on the forward strand, -1 on the reverse strand, 0 without a site.
    site_motif : ndarray of int8, (N,)
        Which of :data:`~deepchem_genomics.motifs.jaspar.JUND_AND_ATF3` was planted; -1 without a site.
    is_open : ndarray of bool, (N,)
        The hidden state of the chromatin that accessibility only hints at.
    """

    X: NDArray[np.int8]
    y: NDArray[np.float32]
    w: NDArray[np.float32]
    ids: NDArray[np.object_]
    accessibility: NDArray[np.float32]
    site_start: NDArray[np.int32]
    site_strand: NDArray[np.int8]
    site_motif: NDArray[np.int8]
    is_open: NDArray[np.bool_]


def simulate_tf_binding(
    n: int = 10_000, seed: int = 0, length: int = 101, prevalence: float = 0.01
) -> SimulatedTFBinding:
    """Simulate windows, some of which a transcription factor binds where it has a site in open chromatin.

    The first windows do not depend on how many are requested (their weights do), and the same seed gives the same
    bits. A million windows of 101 bp take a few seconds and 0.4 GB.

    Parameters
    ----------
    n : int, default 10000
        Number of windows.
    seed : int, default 0
        Chooses the data; not negative. It is part of the ids.
    length : int, default 101
        Window length in bp; at least 15, the width of the longest motif.
    prevalence : float, default 0.01
        Expected share of bound windows, from 0.00072 (no window has a site) to 0.0688 (every window has one).

    Returns
    -------
    SimulatedTFBinding
        One-hot sequences, labels, weights, ids, accessibility and the planted truth.

    Raises
    ------
    BadValueError
        When a parameter is outside its range.

    See Also
    --------
    deepchem_genomics.simulate.simulated_tf_datasets : The same as DeepChem datasets.

    Examples
    --------
    >>> simulated = simulate_tf_binding(n=1000, seed=7)
    >>> simulated.X.shape, simulated.y.shape, simulated.ids[0]
    ((1000, 101, 4), (1000, 1), 'simulated7:0-101')
    """
    n, seed = require_whole_number("n", n, lowest=1), require_whole_number("seed", seed, lowest=0)
    length = require_whole_number("length", length, lowest=_WIDEST)  # in bp; a site must fit
    share = site_share(prevalence)
    X = np.empty((n, length, 4), dtype=np.int8)
    y = np.empty((n, 1), dtype=np.float32)
    accessibility = np.empty(n, dtype=np.float32)
    site_start = np.empty(n, dtype=np.int32)
    site_strand = np.empty(n, dtype=np.int8)
    site_motif = np.empty(n, dtype=np.int8)
    is_open = np.empty(n, dtype=bool)
    for rows, rng in _blocks(n, seed):
        keep = slice(0, rows.stop - rows.start)  # the last block is drawn whole, then cut
        codes = _background(rng, length)
        start, strand, motif = _plant_sites(codes, share, rng)
        openness, signal, bound = _bind(motif >= 0, rng)
        X[rows] = _one_hot(codes[keep])
        y[rows, 0], accessibility[rows], is_open[rows] = bound[keep], signal[keep], openness[keep]
        site_start[rows], site_strand[rows], site_motif[rows] = start[keep], strand[keep], motif[keep]
    ids = np.array([f"simulated{seed}:{at}-{at + length}" for at in range(0, n * length, length)], dtype=object)
    logger.info("simulated %d windows of %d bp, %d of them bound (seed %d)", n, length, int(y.sum()), seed)
    return SimulatedTFBinding(
        X, y, _balancing_weights(y), ids, accessibility, site_start, site_strand, site_motif, is_open
    )


def simulated_tf_datasets(
    n_train: int = 20_000, n_valid: int = 5_000, seed: int = 0, prevalence: float = 0.01
) -> tuple["dc.data.NumpyDataset", "dc.data.NumpyDataset", "SideInput"]:
    """Simulate windows for transcription-factor binding, ready to fit and evaluate a model.

    Parameters
    ----------
    n_train : int, default 20000
        Windows in the training set.
    n_valid : int, default 5000
        Windows in the validation set.
    seed : int, default 0
        Chooses the data.
    prevalence : float, default 0.01
        Share of windows that are bound.

    Returns
    -------
    train : dc.data.NumpyDataset
        X int8 (n_train, 101, 4), y and w float32 (n_train, 1). Weights make both classes, of the two
        sets together, count equally.
    valid : dc.data.NumpyDataset
        The same with n_valid rows; no window is in both.
    accessibility : SideInput
        One track, for the ids of both sets.

    Raises
    ------
    BadValueError
        When a size is not a positive whole number, the seed is negative, or no simulation has this prevalence.

    Examples
    --------
    >>> train, valid, accessibility = simulated_tf_datasets(n_train=200, n_valid=50)
    >>> train.X.shape, valid.y.shape, accessibility.lookup(valid.ids).shape
    ((200, 101, 4), (50, 1), (50, 1))
    """
    import deepchem as dc

    from deepchem_genomics.data import SideInput

    n_train = require_whole_number("n_train", n_train, lowest=1)
    n_valid = require_whole_number("n_valid", n_valid, lowest=1)
    simulated = simulate_tf_binding(n_train + n_valid, seed, prevalence=prevalence)
    accessibility = SideInput(simulated.ids, simulated.accessibility)
    rows = simulated.X, simulated.y, simulated.w, simulated.ids
    train = dc.data.NumpyDataset(*(column[:n_train] for column in rows))
    valid = dc.data.NumpyDataset(*(column[n_train:] for column in rows))
    return train, valid, accessibility


def site_share(prevalence: float) -> float:
    """Return the share of windows with a site that gives this prevalence."""
    with_site = OPEN_SHARE * P_BOUND["site", "open"] + (1 - OPEN_SHARE) * P_BOUND["site", "closed"]
    without = OPEN_SHARE * P_BOUND["no site", "open"] + (1 - OPEN_SHARE) * P_BOUND["no site", "closed"]
    if not without <= prevalence <= with_site:
        raise BadValueError(
            f"prevalence is {prevalence!r}; the model binds between {without:.5f} (no window has a site) "
            f"and {with_site:.4f} (every window has one) of the windows"
        )
    return (prevalence - without) / (with_site - without)


def _blocks(n: int, seed: int) -> Iterator[tuple[slice, np.random.Generator]]:
    """Cut ``n`` rows into blocks, each with a random stream of its own."""
    for number, start in enumerate(range(0, n, _BLOCK)):
        yield slice(start, min(start + _BLOCK, n)), np.random.default_rng([seed, number])


# What CpG loses, other pairs gain: the C becomes mostly T, the G mostly A. Both rows sum to zero, so the letters keep
# their shares, and each is the other read from the opposite strand, so both strands look the same.
_C_FOR = (-0.2, 1.0, -0.2, -0.6)
_G_FOR = (-0.6, -0.2, 1.0, -0.2)


def _transition_table() -> NDArray[np.int64]:
    """Return the next letter for (G+C class, letter before, random byte), flat."""
    table = np.empty((len(GC_CONTENTS), 4, 256), dtype=np.int64)
    for gc_class, gc in enumerate(GC_CONTENTS):
        letters = np.array([1 - gc, gc, gc, 1 - gc]) / 2
        lost = (1 - CPG_RATIO) * letters[1] * letters[2]
        pairs = np.outer(letters, letters) - lost * np.outer(_C_FOR, _G_FOR)  # [first, second]
        cumulative = np.cumsum(pairs / pairs.sum(axis=1, keepdims=True), axis=1)
        for before in range(4):
            table[gc_class, before] = np.searchsorted(np.round(256 * cumulative[before, :3]), np.arange(256), "right")
    return table.ravel()


_NEXT_LETTER = _transition_table()


def _background(rng: np.random.Generator, length: int) -> NDArray[np.uint8]:
    """Return (block, L) letters of one Markov chain a window: 0 A, 1 C, 2 G, 3 T."""
    gc_class = np.searchsorted(np.cumsum(GC_SHARES)[:-1], rng.random(_BLOCK), "right")
    gc = np.asarray(GC_CONTENTS)[gc_class]
    is_gc, coin = rng.random(_BLOCK) < gc, rng.random(_BLOCK) < 0.5
    letter = np.where(is_gc, np.where(coin, 1, 2), np.where(coin, 0, 3))
    noise = rng.integers(0, 256, size=(length, _BLOCK), dtype=np.uint8)
    row = gc_class * 1024  # where the G+C class begins in the flat table
    codes = np.empty((length, _BLOCK), dtype=np.uint8)  # a base of all windows side by side: one look-up a base
    for base in range(length):
        codes[base] = letter
        letter = _NEXT_LETTER[row + letter * 256 + noise[base]]
    return np.ascontiguousarray(codes.T)


def _plant_sites(
    codes: NDArray[np.uint8], share: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Write sites into some windows, in place; return start, strand and motif of each window."""
    n, length = len(codes), codes.shape[1]
    has_site = rng.random(n) < share
    drawn = np.searchsorted(np.cumsum(MOTIF_SHARES)[:-1], rng.random(n), "right")
    motif = np.where(has_site, drawn, -1)
    strand = np.where(has_site, np.where(rng.random(n) < 0.5, 1, -1), 0)
    offset = PLACE_SD * rng.standard_normal(n)  # from the middle of the window
    draws = rng.random((n, _WIDEST), dtype=np.float32)
    start: NDArray[np.int64] = np.full(n, -1)
    for number, matrix in enumerate(JUND_AND_ATF3):
        rows = np.flatnonzero(motif == number)
        last = length - matrix.width  # the last start at which the site fits; what would lie beyond is moved there
        start[rows] = np.clip(np.rint(last / 2 + offset[rows]), 0, last)
        below = np.cumsum(matrix.probabilities(), axis=1)[:, :3]  # (width, 3)
        site = (draws[rows, : matrix.width, None] >= below).sum(axis=2)  # (rows, width)
        reverse = strand[rows] < 0
        site[reverse] = 3 - site[reverse, ::-1]
        codes[rows[:, None], start[rows, None] + np.arange(matrix.width)] = site
    return start, strand, motif


def _bind(
    has_site: NDArray[np.bool_], rng: np.random.Generator
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.bool_]]:
    """Return whether each window is open, its accessibility and whether it is bound."""
    is_open = rng.random(len(has_site)) < OPEN_SHARE
    median = np.where(is_open, OPENING * CLOSED_MEDIAN, CLOSED_MEDIAN)
    accessibility = median * np.exp(LOG_SD * rng.standard_normal(len(has_site)))
    chance = np.where(
        has_site,
        np.where(is_open, P_BOUND["site", "open"], P_BOUND["site", "closed"]),
        np.where(is_open, P_BOUND["no site", "open"], P_BOUND["no site", "closed"]),
    )
    return is_open, accessibility, rng.random(len(has_site)) < chance


def _one_hot(codes: NDArray[np.uint8]) -> NDArray[np.int8]:
    """Return (n, L, 4) rows; four bytes are looked up at a time as one 32-bit number."""
    rows = np.eye(4, dtype=np.int8).view(np.int32).ravel()
    return rows[codes].view(np.int8).reshape(*codes.shape, 4)


def _balancing_weights(y: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return N / (2 x class size), the book's 0.502 and 118.2; one absent class leaves 0.5 for the other."""
    positives = int(y.sum())
    sizes = np.where(y == 1, positives, len(y) - positives)
    return (len(y) / (2 * sizes)).astype(np.float32)
