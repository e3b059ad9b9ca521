"""Folding by ViennaRNA, where it is installed: of guides onto themselves, and of transcripts around their sites."""

from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import MissingExtraError

__all__ = ["can_fold", "folding_energies", "seed_site_openness"]

_SEED_SITE = 8  # bases of the target that the guide's first eight pair with
_WINDOW, _SPAN = 80, 40  # bases: as in RNAplfold's documentation for siRNA targets


def can_fold() -> bool:
    """Return whether ViennaRNA is installed."""
    return find_spec("RNA") is not None


def folding_energies(strands: Sequence[str]) -> NDArray[np.float64]:
    """Return the free energy of the best secondary structure of single strands.

    References
    ----------
    R. Lorenz et al. ViennaRNA Package 2.0. *Algorithms for Molecular Biology* 6, 26, 2011.
    """
    fold = _vienna().fold
    energies: NDArray[np.float64] = np.array([fold(strand)[1] for strand in strands], dtype=np.float64)
    return energies.round(2)


def seed_site_openness(transcript: str) -> NDArray[np.float64]:
    """Return how likely the stretch that a guide's seed pairs with is unpaired in its transcript.

    Returns
    -------
    ndarray of float64, (L,)
        The probability that the 8 bases that end at each place are all unpaired, mean over windows of 80 bases with
        pairs at most 40 apart. NaN for the first 7.

    References
    ----------
    S. H. Bernhart, I. L. Hofacker and P. F. Stadler. Local RNA base pairing probabilities in large sequences.
    *Bioinformatics* 22, 614-615, 2006.
    """
    RNA = _vienna()
    n_bases = len(transcript)
    window = min(_WINDOW, n_bases)
    rows = RNA.pfl_fold_up(transcript, _SEED_SITE, window, min(_SPAN, window))
    openness = np.array([rows[end][_SEED_SITE] for end in range(1, n_bases + 1)], dtype=np.float64)
    openness[: _SEED_SITE - 1] = np.nan
    return openness


def _vienna() -> Any:
    try:
        return import_module("RNA")
    except ImportError:
        raise MissingExtraError(
            "folding needs ViennaRNA, which is not installed; pip install 'deepchem_genomics[sirna]', or leave folding "
            'out with fold="no"'
        ) from None
