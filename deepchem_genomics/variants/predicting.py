"""What a model predicts for both alleles of a change, read from both strands."""

from typing import Any

import numpy as np
import pandas as pd
from deepchem.data import NumpyDataset
from numpy.typing import NDArray
from scipy.special import logit

from deepchem_genomics.errors import AlphabetMismatchError
from deepchem_genomics.feat import DNA, one_hot
from deepchem_genomics.feat.strand import reverse_complement_one_hot
from deepchem_genomics.models.portable import PortableModel
from deepchem_genomics.typing import OneHot
from deepchem_genomics.variants.windows import VariantWindows

__all__ = ["AllelePredictor", "allele_predictions", "column_names", "effects", "require_dna"]

CLOSEST = 1e-7  # to 0 and 1, where a probability has no finite logit; as in models.Calibration

Predictions = NDArray[np.float64]


def allele_predictions(model: Any, windows: VariantWindows) -> tuple[Predictions, Predictions]:
    """Predict for the reference and the alternative window of each allele.

    Each is the mean of the predictions for the window and for its reverse complement; a model that cannot tell the two
    apart, such as ``RCTFBindingModel``, is asked once. A second input is looked up by the place of the reference
    window for both alleles, so the two differ by their letters alone.

    Parameters
    ----------
    model : GenomicsModel
        Of DNA, with windows of L bp and T tasks, and its second input if it has one.
    windows : VariantWindows
        Of n alleles.

    Returns
    -------
    reference, alternative : ndarray of shape (n, T), float64
        Calibrated if the model is.

    Raises
    ------
    AlphabetMismatchError
        If the model reads RNA.
    """
    require_dna(model)
    n_tasks = model.get_num_tasks()
    if not len(windows.rows):
        return np.empty((0, n_tasks)), np.empty((0, n_tasks))
    # Several alleles of one place share its reference window, which is predicted once.
    _, first, back = np.unique(windows.ids, return_index=True, return_inverse=True)
    X = one_hot(np.concatenate([windows.reference[first], windows.alternative]), DNA)
    predicted = _predictions(model, X, np.concatenate([windows.ids[first], windows.ids]))
    return predicted[: len(first)][back.ravel()], predicted[len(first) :]


class AllelePredictor:
    """Predicts for both alleles of some windows. Can be sent to other processes.

    Parameters
    ----------
    model : GenomicsModel
        The model, with its side inputs.
    """

    def __init__(self, model: Any) -> None:
        self.model = PortableModel(model)

    def __call__(self, windows: VariantWindows) -> dict[str, Predictions]:
        """Return ``reference`` and ``alternative``, as :func:`allele_predictions` does."""
        reference, alternative = allele_predictions(self.model.model, windows)
        return {"reference": reference, "alternative": alternative}


def effects(model: Any, reference: Predictions, alternative: Predictions, task_names: list[str]) -> pd.DataFrame:
    """Tabulate predictions and differences.

    Parameters
    ----------
    model : GenomicsModel
        The model.
    reference, alternative : ndarray of shape (n, T), float64
        Of n alleles, as :func:`allele_predictions` gives them.
    task_names : list of str
        Of the T tasks.

    Returns
    -------
    DataFrame
        n rows, float64; the columns that :func:`column_names` gives, without z.
    """
    columns: dict[str, Predictions] = {}
    for task, names in enumerate(column_names(model, task_names)):
        ref, alt = reference[:, task], alternative[:, task]
        columns |= {names["prediction_ref"]: ref, names["prediction_alt"]: alt, names["difference"]: alt - ref}
        if "logit_difference" in names:
            columns[names["logit_difference"]] = _logits(alt) - _logits(ref)
    return pd.DataFrame(columns)


def column_names(model: Any, task_names: list[str]) -> list[dict[str, str]]:
    """Name the columns of a model's scores.

    Parameters
    ----------
    model : GenomicsModel
        The model: probabilities have a difference of logits too.
    task_names : list of str
        Of the T tasks.

    Returns
    -------
    list of dict of str to str
        For each task, the column of ``prediction_ref``, ``prediction_alt``, ``difference``, ``logit_difference`` and
        ``z``. Columns of a single task are called so; those of several end in ``_`` and the task's name.
    """
    kinds = ["prediction_ref", "prediction_alt", "difference", "logit_difference", "z"]
    if model.mode != "classification":
        kinds.remove("logit_difference")
    endings = [""] if len(task_names) == 1 else [f"_{name}" for name in task_names]
    return [{kind: kind + ending for kind in kinds} for ending in endings]


def require_dna(model: Any) -> None:
    """Raise unless a model reads DNA.

    Parameters
    ----------
    model : GenomicsModel
        The model.

    Raises
    ------
    AlphabetMismatchError
        If it reads RNA.
    """
    if model.alphabet != DNA:
        raise AlphabetMismatchError(
            f"the model reads {model.alphabet.name} and variants are changes of a genome's DNA; give a model of DNA"
        )


def _predictions(model: Any, X: OneHot, ids: NDArray[np.str_]) -> Predictions:
    forward = _predict(model, X, ids)
    if model.ignores_strand:
        return forward
    return (forward + _predict(model, reverse_complement_one_hot(X), ids)) / 2


def _predict(model: Any, X: OneHot, ids: NDArray[np.str_]) -> Predictions:
    return np.asarray(model.predict(NumpyDataset(X, ids=ids)), dtype=np.float64).reshape(len(X), -1)


def _logits(p: Predictions) -> Predictions:
    return logit(np.clip(p, CLOSEST, 1 - CLOSEST))
