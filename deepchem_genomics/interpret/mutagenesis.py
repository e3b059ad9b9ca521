"""Effects of each single-base change on a prediction."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.interpret.predictions import Predictor
from deepchem_genomics.interpret.rows import known_bases, require_ids, require_rows
from deepchem_genomics.models import Ensemble, SequenceModel
from deepchem_genomics.runs.progress import progress_bar
from deepchem_genomics.typing import Ids, OneHot

__all__ = ["Mutagenesis", "saturation_mutagenesis"]

_ROWS_OF_A_SHORTCUT = 1024


class Mutagenesis(NamedTuple):
    """The effects of all single-base changes.

    Parameters
    ----------
    effects : ndarray of float32, (N, L, 4)
        Prediction for the mutant with this letter here, minus that for the reference: 0 at the letter that is there,
        NaN at unknown bases. Columns A, C, G, T (U).
    reference : ndarray of float64, (N,)
        Predictions for the sequences as they are.
    """

    effects: NDArray[np.float32]
    reference: NDArray[np.float64]

    @property
    def hypothetical(self) -> NDArray[np.float32]:
        """What each letter would contribute, (N, L, 4): its effect minus the mean of the four; 0 at unknown bases."""
        found: NDArray[np.float32] = np.nan_to_num(self.effects - self.effects.mean(axis=2, keepdims=True))
        return found

    @property
    def per_base(self) -> NDArray[np.float32]:
        """What each base contributes, (N, L): hypothetical contribution of the letter there; 0 at unknown bases."""
        found: NDArray[np.float32] = np.nan_to_num(-self.effects.mean(axis=2))
        return found


def saturation_mutagenesis(
    model: Any,
    X: OneHot,
    ids: Ids | None = None,
    batch_size: int = 16384,
    task: int = 0,
    scale: str = "prediction",
    progress: bool = False,
) -> Mutagenesis:
    """Change every base of every sequence into each other letter, and predict.

    Mutants of many sequences are predicted together, and sequences are worked off a few at a time, so that memory does
    not grow with N but for the result. Networks that are convolutions with one dense layer behind them, such as those
    of the chapter, are taken a shorter way to the same numbers: only what a change can reach is computed again.
    Whatever a model looks up by id, such as accessibility, is that of the sequence in all its mutants.

    Parameters
    ----------
    model : dc.models.Model
        Anything whose ``predict`` takes a dataset and returns an array: (N,), (N, T), or DeepChem's (N, T, 2).
    X : ndarray, (N, L, 4)
        One-hot sequences, int8 or float.
    ids : sequence of str, (N,), optional
        Sample ids; needed by models that look something up by them.
    batch_size : int, default 16384
        Mutants that are in memory, and handed to ``predict``, at a time; at least those of one sequence. How many of
        these a network takes at once is its own ``rows_at_once``.
    task : int, default 0
        Whose prediction.
    scale : {"prediction", "logit"}, default "prediction"
        What ``predict`` returns; or, for networks with a sigmoid at the end and their ensembles, what goes into it
        (uncalibrated; the mean over an ensemble's members). Probabilities near 0 and 1 hardly move.
    progress : bool, default False
        Whether to show a bar on stderr.

    Returns
    -------
    Mutagenesis
        Effects (N, L, 4) and predictions for the reference (N,).

    Raises
    ------
    ShapeMismatchError
        If X is not (N, L, 4) or of another length than the model's, or there are more or fewer ids than sequences.
    EmptyInputError
        If there are no bases.
    BadValueError
        If ``predict`` returns no array, there is no such task or logit, ids are missing, or the batch size is below 1.

    Examples
    --------
    >>> from deepchem_genomics import feat, models
    >>> model = models.SiRNAEfficacyModel(seed=1)
    >>> effects, reference = saturation_mutagenesis(model, feat.one_hot(["UUAUCAAUGGUGAUCAUGGCU"], feat.RNA))
    >>> effects.shape, effects[0, 0, 3].item()
    ((1, 21, 4), 0.0)
    """
    rows = require_rows(X)
    names = require_ids(ids, len(rows), model)
    require_whole_number("batch_size", batch_size, lowest=1)
    if isinstance(model, Ensemble):
        settings = (batch_size, task, scale, progress)
        members = [saturation_mutagenesis(member, rows, names, *settings) for member in model.members]
        effects, reference = (np.mean(values, axis=0) for values in zip(*members, strict=True))
        return Mutagenesis(effects, reference)
    predictor = Predictor(model, task, scale)
    shortcut = _Shortcut.of(model, task, scale)
    at_once = max(1, batch_size // (3 * rows.shape[1])) if shortcut is None else _ROWS_OF_A_SHORTCUT
    effects = np.full(rows.shape, np.nan, dtype=np.float32)
    reference = np.empty(len(rows))
    with progress_bar("mutating", "seq", len(rows), progress) as bar:
        for start in range(0, len(rows), at_once):
            part = slice(start, start + at_once)
            reference[part] = predictor(rows[part], names[part])
            if shortcut is None:
                effects[part] = _effects(predictor, rows[part], names[part], reference[part])
            else:
                effects[part] = shortcut(rows[part], names[part])
            bar.update(len(rows[part]))
    return Mutagenesis(effects, reference)


class _Shortcut:
    """Effects from what changes inside the network; see :mod:`~deepchem_genomics.interpret.convolution_stack`."""

    def __init__(self, model: Any, stack: Any, task: int, scale: str) -> None:
        self.stack = stack
        self.task = task
        self._before = Predictor(model, task, "logit" if stack.has_sigmoid else "prediction")
        self._has_link = stack.has_sigmoid and scale == "prediction"
        self._calibrate = model.calibrations[task].apply if model.calibrations else None

    @classmethod
    def of(cls, model: Any, task: int, scale: str) -> "_Shortcut | None":
        if not (isinstance(model, SequenceModel) and model.is_network):
            return None
        from deepchem_genomics.interpret.convolution_stack import ConvolutionStack  # needs TensorFlow

        stack = ConvolutionStack.of(model)
        return None if stack is None else cls(model, stack, task, scale)

    def __call__(self, X: NDArray[Any], ids: NDArray[np.object_]) -> NDArray[np.floating]:
        before = self._before(X, ids)[:, None, None]
        effects = self._on_scale(before + self.stack.changes(X, self.task)) - self._on_scale(before)
        effects[~known_bases(X)] = np.nan
        return effects

    def _on_scale(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        if not self._has_link:
            return values
        probabilities = expit(values)
        found: NDArray[np.float64] = probabilities if self._calibrate is None else self._calibrate(probabilities)
        return found


def _effects(
    predictor: Predictor, X: NDArray[Any], ids: NDArray[np.object_], reference: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Predict all mutants of a few sequences at once: (n, L, 4)."""
    known = known_bases(X)
    row, position, letter = np.nonzero(known[:, :, None] & (X == 0))  # one entry per mutant, m in all
    mutants = X[row]  # (m, L, 4), a copy
    numbers = np.arange(len(row))
    mutants[numbers, position] = 0
    mutants[numbers, position, letter] = 1
    effects = np.where(known[:, :, None], np.float32(0), np.float32(np.nan)) * np.ones(4, dtype=np.float32)
    effects[row, position, letter] = predictor(mutants, ids[row]) - reference[row]
    return effects
