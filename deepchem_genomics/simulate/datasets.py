"""Simulated data as DeepChem datasets: a training set, a validation set and, for binding, the accessibility.

Two calls that a first notebook begins with. What the data are is described in
:mod:`~deepchem_genomics.simulate.tf_binding` and :mod:`~deepchem_genomics.simulate.sirna`; all ids begin with
``simulated``.
"""

from typing import TYPE_CHECKING

from deepchem_genomics.simulate.sirna import simulate_sirna
from deepchem_genomics.simulate.tf_binding import simulate_tf_binding
from deepchem_genomics.simulate.whole_numbers import require_whole_number

if TYPE_CHECKING:
    import deepchem as dc

    from deepchem_genomics.data.side_input import SideInput

__all__ = ["simulated_sirna_datasets", "simulated_tf_datasets"]


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
        X int8 (n_train, 101, 4), y and w float32 (n_train, 1). Weights make the classes of both sets together alike.
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

    from deepchem_genomics.data.side_input import SideInput

    n_train = require_whole_number("n_train", n_train, lowest=1)
    n_valid = require_whole_number("n_valid", n_valid, lowest=1)
    simulated = simulate_tf_binding(n_train + n_valid, seed, prevalence=prevalence)
    accessibility = SideInput(simulated.ids, simulated.accessibility)
    rows = simulated.X, simulated.y, simulated.w, simulated.ids
    train = dc.data.NumpyDataset(*(column[:n_train] for column in rows))
    valid = dc.data.NumpyDataset(*(column[n_train:] for column in rows))
    return train, valid, accessibility


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
