"""Effects on predictions of a motif that is inserted into sequences without it."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import bootstrap

from deepchem_genomics.errors import BadValueError, EmptyInputError, SequenceLengthError
from deepchem_genomics.feat import DNA, one_hot
from deepchem_genomics.interpret.predictions import Predictor
from deepchem_genomics.interpret.rows import require_ids, require_rows
from deepchem_genomics.metrics.bootstrap import Interval
from deepchem_genomics.models import SequenceModel
from deepchem_genomics.motifs import CountMatrix
from deepchem_genomics.typing import Ids, OneHot

__all__ = ["MotifInsertion", "insert_motif", "marginalize"]

_N_RESAMPLES = 1000  # backgrounds drawn for an interval


class MotifInsertion(NamedTuple):
    """Predictions for backgrounds with and without a motif.

    Parameters
    ----------
    site : str
        The letters written in.
    positions : ndarray of int64, (P,)
        First base of the site, 0-based, for each place that was tried.
    without : ndarray of float64, (N,)
        Predictions for the backgrounds.
    with_site : ndarray of float64, (N, P)
        Predictions with the site at each place.
    difference : Interval
        Mean over backgrounds, of the mean over places, of what the site adds; with its bootstrap interval.
    by_position : tuple of Interval, P
        The same for each place.
    """

    site: str
    positions: NDArray[np.int64]
    without: NDArray[np.float64]
    with_site: NDArray[np.float64]
    difference: Interval
    by_position: tuple[Interval, ...]


def insert_motif(
    model: Any,
    backgrounds: OneHot,
    motif: CountMatrix | str,
    positions: Sequence[int] | int | None = None,
    ids: Ids | None = None,
    task: int = 0,
    scale: str = "prediction",
    seed: int = 0,
) -> MotifInsertion:
    """Predict for backgrounds with and without a motif.

    Parameters
    ----------
    model : dc.models.Model
        As for :func:`~deepchem_genomics.interpret.saturation_mutagenesis`.
    backgrounds : ndarray, (N, L, 4)
        One-hot sequences that lack the motif: see :func:`~deepchem_genomics.interpret.shuffled_backgrounds`.
    motif : CountMatrix or str
        A matrix, of which the consensus is written in, or the letters themselves. N leaves the background's letter.
    positions : int or sequence of int, optional
        First base of the site, 0-based; by default such that its middle is the backgrounds'.
    ids : sequence of str, (N,), optional
        Sample ids; whatever the model looks up by them is that of the background with and without the motif.
    task, scale
        As for :func:`~deepchem_genomics.interpret.saturation_mutagenesis`.
    seed : int, default 0
        Decides which backgrounds are drawn for the intervals.

    Returns
    -------
    MotifInsertion
        Predictions, and the mean difference with its 95% interval, of percentiles of means over backgrounds drawn 1000
        times with replacement. The interval is that of the backgrounds; that another training would give another
        network is not in it.

    Raises
    ------
    SequenceLengthError
        If the site does not fit at a place.
    UnknownBaseError
        If the motif has letters other than the model's alphabet and N.
    EmptyInputError
        If the motif has no letters, or there are no positions.
    BadValueError, ShapeMismatchError
        As for :func:`~deepchem_genomics.interpret.saturation_mutagenesis`.

    Examples
    --------
    >>> from deepchem_genomics import models, simulate
    >>> from deepchem_genomics.interpret import shuffled_backgrounds
    >>> model = models.TFBindingModel(seed=1)
    >>> backgrounds = shuffled_backgrounds(simulate.simulate_tf_binding(30, seed=1).X)
    >>> found = insert_motif(model, backgrounds, "TGACGTCA", positions=[20, 46, 72])
    >>> found.with_site.shape, len(found.by_position)
    ((30, 3), 3)
    """
    rows = require_rows(backgrounds)
    names = require_ids(ids, len(rows), model)
    site = motif if isinstance(motif, str) else motif.consensus
    written = _site(model, site)
    places = _places(positions, len(written), rows.shape[1])
    predictor = Predictor(model, task, scale)
    without = predictor(rows, names)
    with_site = np.stack([predictor(_with_site(rows, written, place), names) for place in places], axis=1)
    added = with_site - without[:, None]
    intervals = [_mean(column, seed) for column in [added.mean(axis=1), *added.T]]
    return MotifInsertion(site.upper(), places, without, with_site, intervals[0], tuple(intervals[1:]))


def marginalize(
    model: Any,
    backgrounds: OneHot,
    motifs: Sequence[CountMatrix | str],
    positions: Sequence[int] | int | None = None,
    **kwargs: Any,
) -> pd.DataFrame:
    """Insert each of many motifs into the same backgrounds.

    Parameters
    ----------
    model, backgrounds, positions
        As for :func:`insert_motif`.
    motifs : sequence of CountMatrix or str
        What to write in.
    **kwargs
        Others of :func:`insert_motif`.

    Returns
    -------
    pandas.DataFrame
        One row a motif and position: ``motif`` (accession, or the letters), ``name``, ``site``, ``position``, the mean
        predictions ``without`` and ``with_site``, ``difference`` and the ends of its interval, ``low`` and ``high``.

    Raises
    ------
    EmptyInputError
        If there are no motifs; and whatever :func:`insert_motif` raises.

    Examples
    --------
    >>> from deepchem_genomics import models, simulate
    >>> from deepchem_genomics.motifs.jaspar import ATF3, JUND
    >>> backgrounds = simulate.simulate_tf_binding(30, seed=1).X
    >>> marginalize(models.TFBindingModel(seed=1), backgrounds, [ATF3, JUND])[["name", "site", "position"]]
       name           site  position
    0  ATF3   GATGACGTCATC        44
    1  JUND  TGATGACTCATCC        44
    """
    if not motifs:
        raise EmptyInputError("motifs is empty: there is nothing to write in; give at least one CountMatrix")
    table = []
    for motif in motifs:
        found = insert_motif(model, backgrounds, motif, positions, **kwargs)
        accession, name = (motif, motif) if isinstance(motif, str) else (motif.accession, motif.name)
        for number, (place, interval) in enumerate(zip(found.positions, found.by_position, strict=True)):
            table.append(
                {
                    "motif": accession,
                    "name": name,
                    "site": found.site,
                    "position": int(place),
                    "without": found.without.mean(),
                    "with_site": found.with_site[:, number].mean(),
                    "difference": interval.estimate,
                    "low": interval.low,
                    "high": interval.high,
                }
            )
    return pd.DataFrame(table)


def _site(model: Any, site: str) -> NDArray[np.int8]:
    """Encode a site in the model's alphabet, (W, 4)."""
    if not site:
        raise EmptyInputError("the motif has no letters; give at least one")
    alphabet = model.alphabet if isinstance(model, SequenceModel) else DNA
    letters = site if alphabet == DNA else site.upper().replace("T", "U")  # matrices say T for U
    found: NDArray[np.int8] = one_hot([letters], alphabet)[0]
    return found


def _places(positions: Sequence[int] | int | None, width: int, length: int) -> NDArray[np.int64]:
    places = np.atleast_1d(np.asarray((length - width) // 2 if positions is None else positions))
    if not places.size:
        raise EmptyInputError("positions is empty; give at least one, or leave it out for the middle")
    if places.dtype.kind not in "iu":
        raise BadValueError(f"positions are {places.dtype}; give whole numbers, the first base of the site from 0")
    outside = places[(places < 0) | (places + width > length)]
    if len(outside):
        raise SequenceLengthError(
            f"a site of {width} bases does not fit at position {outside[0]} of backgrounds of {length} bases; "
            f"give positions from 0 to {length - width}"
        )
    return places.astype(np.int64)


def _with_site(X: NDArray[Any], site: NDArray[np.int8], place: int) -> NDArray[Any]:
    changed = X.copy()
    kept = site.sum(axis=1) == 0  # N leaves what is there
    stretch = changed[:, place : place + len(site)]
    stretch[:, ~kept] = site[~kept]
    return changed


def _mean(values: NDArray[np.float64], seed: int) -> Interval:
    estimate = float(values.mean())
    if len(values) < 2:
        return Interval(estimate, float("nan"), float("nan"))
    if values.max() == values.min():  # SciPy warns of a distribution without spread
        return Interval(estimate, estimate, estimate)
    found = bootstrap(
        (values,),
        np.mean,
        n_resamples=_N_RESAMPLES,
        batch=max(1, 10_000_000 // len(values)),
        confidence_level=0.95,
        method="percentile",
        random_state=np.random.default_rng(seed),
    ).confidence_interval
    return Interval(estimate, float(found.low), float(found.high))
