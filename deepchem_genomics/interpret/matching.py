"""Comparison of motifs with known ones."""

import logging
import warnings
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from deepchem_genomics.errors import EmptyInputError, MissingExtraError
from deepchem_genomics.motifs import CountMatrix

__all__ = ["match_motifs"]

logger = logging.getLogger(__name__)


def match_motifs(
    queries: Sequence[CountMatrix],
    targets: Sequence[CountMatrix],
    n_best: int | None = 5,
    pseudocount: float = 0.0,
    n_jobs: int = 1,
) -> pd.DataFrame:
    """Compare motifs with known ones, as TOMTOM does; memelite does the comparison.

    As in TOMTOM [1]_, columns are compared by their Euclidean distance, in all alignments and on both strands, with the
    targets' columns as the background. So p-values mean something with a hundred targets or more; of fewer than 25 it
    is warned.

    Parameters
    ----------
    queries : sequence of CountMatrix
        What to explain, such as :func:`~deepchem_genomics.interpret.filter_motifs` returns.
    targets : sequence of CountMatrix
        Known motifs: see :mod:`deepchem_genomics.motifs`.
    n_best : int, optional
        Matches kept for each query, those of lowest p; all if None.
    pseudocount : float, default 0.0
        Added to each count.
    n_jobs : int, default 1
        Threads.

    Returns
    -------
    pandas.DataFrame
        One row a match, by query in the order given, best first: ``query`` and ``target`` (accessions), ``name`` (the
        target's), ``score`` (memelite's, higher is more alike), ``p``, ``q`` (Benjamini and Hochberg's, over all
        comparisons made), ``offset`` (position of the query at which the target begins, negative if before it),
        ``overlap`` (positions compared), ``strand`` ("-" if the target was turned around; then ``offset`` is that of
        the turned one).

    Raises
    ------
    EmptyInputError
        If there are no queries or targets.
    MissingExtraError
        If memelite is not installed.

    Notes
    -----
    The first call compiles memelite, which takes about a minute; later ones, also in other processes, do not.

    References
    ----------
    .. [1] Gupta, Stamatoyannopoulos, Bailey and Noble (2007), Quantifying similarity between motifs, Genome Biology 8,
       R24, doi:10.1186/gb-2007-8-2-r24.
    """
    if not queries or not targets:
        raise EmptyInputError(f"{len(queries)} queries and {len(targets)} targets: give at least one of each")
    p, scores, offsets, overlaps, strands = _tomtom(
        [_columns(motif, pseudocount) for motif in queries], [_columns(motif, pseudocount) for motif in targets], n_jobs
    )
    p = np.clip(p, 0, 1)  # sums of many small probabilities leave the range by a rounding error
    q = false_discovery_control(p.ravel()).reshape(p.shape)
    rows = []
    for i, query in enumerate(queries):
        for j in np.lexsort((-scores[i], p[i]))[:n_best]:
            rows.append(
                {
                    "query": query.accession,
                    "target": targets[j].accession,
                    "name": targets[j].name,
                    "score": scores[i, j],
                    "p": p[i, j],
                    "q": q[i, j],
                    "offset": -int(offsets[i, j]),  # memelite says where in the target the query begins
                    "overlap": int(overlaps[i, j]),
                    "strand": "-" if strands[i, j] else "+",
                }
            )
    return pd.DataFrame(rows)


def _columns(motif: CountMatrix, pseudocount: float) -> NDArray[np.float64]:
    return np.ascontiguousarray(motif.probabilities(pseudocount).T)  # (4, width)


def _tomtom(queries: list[Any], targets: list[Any], n_jobs: int) -> tuple[NDArray[np.float64], ...]:
    """Return p-values, scores, offsets, overlaps and strands, each (Q, T)."""
    try:
        tomtom = import_module("memelite.tomtom").tomtom
    except ImportError:
        raise MissingExtraError(
            "comparing motifs needs memelite, which is not installed; pip install 'deepchem_genomics[interpret]'"
        ) from None
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = tomtom(queries, targets, n_jobs=n_jobs)
    for warning in caught:
        if issubclass(warning.category, UserWarning):
            logger.warning("%s", str(warning.message).splitlines()[0])
    return tuple(np.asarray(values) for values in found)
