"""Second inputs of the rows that are looked at, in memory: bigWig files have no table to take a baseline from."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.data import SideInput
from deepchem_genomics.data.scaling import Scaling
from deepchem_genomics.data.signal_lookup import SignalLookup
from deepchem_genomics.explain.question import first_network
from deepchem_genomics.models.prediction_files import Rows

__all__ = ["signal_baseline", "with_signals_of"]


def with_signals_of(model: Any, rows: Sequence[Rows]) -> Any:
    """Return a model whose second input is a table; the one given is left as it is.

    Parameters
    ----------
    model : GenomicsModel or Ensemble
        The model.
    rows : sequence of Rows
        Rows that the table has to have, if it is made of bigWig files.

    Returns
    -------
    GenomicsModel or Ensemble
        The same model, unless its second input comes from bigWig files.
    """
    members = getattr(model, "members", None)
    if members:
        tabulated = _lent(model)
        tabulated.members = [with_signals_of(member, rows) for member in members]
        return tabulated
    signals = getattr(model, "accessibility", None)
    if not isinstance(signals, SignalLookup):
        return model
    ids = np.unique(np.concatenate([each.ids for each in rows]))
    n_tracks = signals.n_tracks
    unscaled = Scaling("none", np.zeros(n_tracks), np.zeros(n_tracks), np.ones(n_tracks))
    raw = SignalLookup(signals.signals, unscaled, signals.statistic).lookup(ids)
    table = SideInput(ids, raw, list(signals.names)).with_scaling(signals.scaling)
    tabulated = _lent(model)
    tabulated.accessibility = table
    return tabulated


def _lent(model: Any) -> Any:
    """Copy a model but for its folder: what remains of a copy must not take the model's temporary folder with it."""
    lent = copy.copy(model)
    lent.model_dir_is_temp = False
    return lent


def signal_baseline(model: Any, ids: NDArray[np.str_]) -> NDArray[np.float64] | None:
    """Return the median of the second input, before its scaling, over some rows.

    Parameters
    ----------
    model : GenomicsModel or Ensemble
        With a table as its second input, if it has one.
    ids : ndarray of str, (n,)
        The rows.

    Returns
    -------
    ndarray, (K,) or None
        None for a model of sequences alone.
    """
    table = getattr(first_network(model), "accessibility", None)
    if table is None:
        return None
    n_tracks = table.n_tracks
    unscaled = Scaling("none", np.zeros(n_tracks), np.zeros(n_tracks), np.ones(n_tracks))
    return np.median(table.with_scaling(unscaled).lookup(ids).astype(np.float64), axis=0)
