"""Simulated siRNA efficacies: published design rules, added up, under noise.

Nothing here was measured. Every id begins with ``simulated``. The rules are those the literature agrees on; the numbers
next to them were chosen so that a few thousand guides suffice to learn them, and are larger than nature's.

A guide's expected efficacy is :data:`BASELINE` plus what each rule adds. Positions count from 1 at the guide's 5' end;
position p pairs with position 20 - p of the sense strand's 19-nt core.

====================  ===========================  =======================================================
guide position        adds                         rule
====================  ===========================  =======================================================
1                     U 0.11, A 0.07,              A or U at the guide's 5' end [1]_, best an A in sense
                      C -0.08, G -0.10             position 19, no G or C there [2]_
2 to 7                A or U 0.03 each             an A/U-rich 5' third [1]_, sense positions 15 to 19 [2]_
7                     C -0.09                      no G in sense position 13 [2]_
10                    A 0.09                       U in sense position 10 [2]_
16 to 18              G or C 0.01 each             the guide's 5' end is the looser end of the duplex [3]_ [4]_
17                    U 0.05                       A in sense position 3 [2]_
19                    G or C 0.05, A or U -0.05    G or C at the sense strand's 5' end [1]_
1 to 19               -0.03 for each base beyond   30 to 52% G+C [2]_, 6 to 9 bases of 19
1 to 21               -0.20                        no stretch of more than nine G or C [1]_
====================  ===========================  =======================================================

To that comes Gaussian noise with the standard deviation :data:`NOISE_SD`, and nothing is below zero. The scale is that
of Huesken et al. [5]_: mean about 0.69, standard deviation about 0.2, one guide in sixteen above 1. The expected
efficacy is returned too: its Pearson r with the noisy one, about 0.73, is what no model can beat.

References
----------
.. [1] Ui-Tei et al., "Guidelines for the selection of highly effective siRNA sequences for mammalian and chick RNA
   interference", Nucleic Acids Research 32:936-948 (2004), doi:10.1093/nar/gkh247.
.. [2] Reynolds et al., "Rational siRNA design for RNA interference", Nature Biotechnology 22:326-330 (2004),
   doi:10.1038/nbt936.
.. [3] Schwarz et al., "Asymmetry in the assembly of the RNAi enzyme complex", Cell 115:199-208 (2003).
.. [4] Khvorova et al., "Functional siRNAs and miRNAs exhibit strand bias", Cell 115:209-216 (2003).
.. [5] Huesken et al., "Design of a genome-wide siRNA library using an artificial neural network", Nature
   Biotechnology 23:995-1001 (2005), doi:10.1038/nbt1118.
"""

import logging
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import ShapeMismatchError, UnknownBaseError
from deepchem_genomics.feat.guide_rules import longest_stretch

if TYPE_CHECKING:
    import deepchem as dc

__all__ = ["SimulatedSiRNA", "expected_efficacy", "simulate_sirna", "simulated_sirna_datasets"]

logger = logging.getLogger(__name__)

LENGTH = 21
"""Guide length in nucleotides: a 19-nt core and two more at the 3' end."""

BASELINE = 0.60
"""Efficacy of a guide that no rule favors or penalizes."""

NOISE_SD = 0.14
"""Standard deviation of what sequence does not explain."""

LETTER_EFFECTS = {  # guide position from 1: what A, C, G, U add
    1: (0.07, -0.08, -0.10, 0.11),
    2: (0.03, 0.0, 0.0, 0.03),
    3: (0.03, 0.0, 0.0, 0.03),
    4: (0.03, 0.0, 0.0, 0.03),
    5: (0.03, 0.0, 0.0, 0.03),
    6: (0.03, 0.0, 0.0, 0.03),
    7: (0.03, -0.09, 0.0, 0.03),
    10: (0.09, 0.0, 0.0, 0.0),
    16: (0.0, 0.01, 0.01, 0.0),
    17: (0.0, 0.01, 0.01, 0.05),
    18: (0.0, 0.01, 0.01, 0.0),
    19: (-0.05, 0.05, 0.05, -0.05),
}
"""The additive rules as a table."""

FEWEST_GC, MOST_GC, GC_PENALTY = 6, 9, 0.03
"""G or C among the 19 bases of the core without penalty; the penalty for each one more or less."""

LONGEST_GC_STRETCH, STRETCH_PENALTY = 9, 0.20
"""The longest run of G or C without penalty; the penalty for a longer one."""


class SimulatedSiRNA(NamedTuple):
    """Simulated guides with their efficacy and what the rules alone predict.

    Parameters
    ----------
    X : ndarray of int8, (N, 21, 4)
        One-hot guide strands 5' to 3', columns A, C, G, U.
    y : ndarray of float32, (N, 1)
        Efficacy: 0 is none, a few are above 1.
    w : ndarray of float32, (N, 1)
        Ones.
    ids : ndarray of object, (N,)
        ``simulated<seed>:guide<number>``; those of different seeds never collide.
    sequences : ndarray of object, (N,)
        The guides as strings of A, C, G, U.
    expected : ndarray of float32, (N, 1)
        Efficacy without the noise: the best possible prediction.
    """

    X: NDArray[np.int8]
    y: NDArray[np.float32]
    w: NDArray[np.float32]
    ids: NDArray[np.object_]
    sequences: NDArray[np.object_]
    expected: NDArray[np.float32]


def simulate_sirna(n: int = 2431, seed: int = 0) -> SimulatedSiRNA:
    """Simulate siRNA guides and their efficacy.

    Parameters
    ----------
    n : int, default 2431
        Number of guides; the default is the size of the set of Huesken et al. (2005).
    seed : int, default 0
        Chooses the data; not negative. It is part of the ids. The same seed and number give the same bits.

    Returns
    -------
    SimulatedSiRNA
        One-hot guides, efficacies, weights, ids, sequences and noise-free efficacies.

    Raises
    ------
    BadValueError
        When a parameter is not a whole number or outside its range.

    See Also
    --------
    deepchem_genomics.simulate.simulated_sirna_datasets : The same as DeepChem datasets.

    Examples
    --------
    >>> simulated = simulate_sirna(n=100, seed=7)
    >>> simulated.X.shape, simulated.y.shape, simulated.ids[0], len(simulated.sequences[0])
    ((100, 21, 4), (100, 1), 'simulated7:guide0', 21)
    """
    n, seed = require_whole_number("n", n, lowest=1), require_whole_number("seed", seed, lowest=0)
    rng = np.random.default_rng(seed)
    # Guides come from transcripts of different composition: 47% G+C on average, give or take 8%.
    is_gc = rng.random((n, LENGTH)) < rng.beta(18, 20, size=(n, 1))
    coin = rng.random((n, LENGTH)) < 0.5
    codes = np.where(is_gc, np.where(coin, 1, 2), np.where(coin, 0, 3))  # A 0, C 1, G 2, U 3
    expected = _apply_rules(codes)
    y = np.maximum(expected + NOISE_SD * rng.standard_normal(n), 0.0)
    letters = np.frombuffer(b"ACGU", dtype=np.uint8)[codes]  # (N, 21) bytes
    sequences = letters.view(f"S{LENGTH}").ravel().astype(str).astype(object)
    ids = np.array([f"simulated{seed}:guide{number}" for number in range(n)], dtype=object)
    logger.info("simulated %d siRNA guides (seed %d)", n, seed)
    return SimulatedSiRNA(
        X=np.eye(4, dtype=np.int8)[codes],
        y=y.astype(np.float32)[:, None],
        w=np.ones((n, 1), dtype=np.float32),
        ids=ids,
        sequences=sequences,
        expected=expected.astype(np.float32)[:, None],
    )


def simulated_sirna_datasets(
    n_train: int = 2187, n_valid: int = 244, seed: int = 0
) -> tuple["dc.data.NumpyDataset", "dc.data.NumpyDataset"]:
    """Simulate siRNA guides with their efficacy, ready to fit and evaluate a model.

    Parameters
    ----------
    n_train : int, default 2187
        Guides in the training set; the default is the size of the book's.
    n_valid : int, default 244
        Guides in the validation set; the default is the size of the book's.
    seed : int, default 0
        Chooses the data.

    Returns
    -------
    train : dc.data.NumpyDataset
        X int8 (n_train, 21, 4) in the order A, C, G, U; y and w float32 (n_train, 1).
    valid : dc.data.NumpyDataset
        The same with n_valid rows.

    Raises
    ------
    BadValueError
        When a size is not a positive whole number, or the seed is negative.

    Examples
    --------
    >>> train, valid = simulated_sirna_datasets()
    >>> train.X.shape, valid.X.shape
    ((2187, 21, 4), (244, 21, 4))
    """
    import deepchem as dc

    n_train = require_whole_number("n_train", n_train, lowest=1)
    n_valid = require_whole_number("n_valid", n_valid, lowest=1)
    simulated = simulate_sirna(n_train + n_valid, seed)
    rows = simulated.X, simulated.y, simulated.w, simulated.ids
    train = dc.data.NumpyDataset(*(column[:n_train] for column in rows))
    valid = dc.data.NumpyDataset(*(column[n_train:] for column in rows))
    return train, valid


def expected_efficacy(X: NDArray[np.int8]) -> NDArray[np.float32]:
    """Return what the rules predict for one-hot guides (N, 21, 4), without noise: (N, 1) float32.

    Examples
    --------
    >>> simulated = simulate_sirna(n=5)
    >>> bool((expected_efficacy(simulated.X) == simulated.expected).all())
    True
    """
    X = np.asarray(X)
    if X.ndim != 3 or X.shape[1:] != (LENGTH, 4):
        raise ShapeMismatchError(f"X has shape {X.shape}; guides are one-hot (N, {LENGTH}, 4)")
    if not (X.sum(axis=2) == 1).all():
        raise UnknownBaseError("X has a base that is not A, C, G or U; the rules need all 21")
    return _apply_rules(X.argmax(axis=2)).astype(np.float32)[:, None]


def _apply_rules(codes: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (N,) expected efficacies of (N, 21) letters, 0 A, 1 C, 2 G, 3 U."""
    efficacy = np.full(len(codes), BASELINE)
    for position, effects in LETTER_EFFECTS.items():
        efficacy += np.asarray(effects)[codes[:, position - 1]]
    is_gc = (codes == 1) | (codes == 2)
    n_gc = is_gc[:, :19].sum(axis=1)
    efficacy -= GC_PENALTY * np.maximum(np.maximum(FEWEST_GC - n_gc, n_gc - MOST_GC), 0)
    efficacy[longest_stretch(is_gc) > LONGEST_GC_STRETCH] -= STRETCH_PENALTY
    return efficacy
