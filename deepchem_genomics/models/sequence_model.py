"""The base of all models, networks or not: letters, length, side inputs, a saved form.

Nothing here needs TensorFlow.
"""

import inspect
import os
import reprlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Self, TypedDict

import numpy as np
from deepchem.data import NumpyDataset
from deepchem.models.optimizers import LearningRateSchedule, Optimizer
from numpy.typing import NDArray

from deepchem_genomics.arguments import RULES, Rule, check_call, require_known, spell_out
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import Alphabet, one_hot
from deepchem_genomics.models import saving, side_inputs
from deepchem_genomics.models.batches import Augmentation, require_tasks
from deepchem_genomics.models.calibration import Calibration, fit_tasks
from deepchem_genomics.models.side_inputs import Sources
from deepchem_genomics.models.threshold import Threshold

__all__ = ["TRAINING", "SequenceModel", "Training", "TrainingByBatches", "load"]

_RULES = {
    **RULES,
    "learning_rate": RULES["learning_rate"]._replace(
        says="a number above 0, or a learning-rate schedule of dc.models.optimizers", also=LearningRateSchedule
    ),
    "optimizer": Rule(Optimizer, lambda value: True, "an optimizer of dc.models.optimizers, such as Adam()"),
}


class Training(TypedDict, total=False):
    """Arguments of a network's constructor that concern running it, but for batches; see ``GenomicsModel``."""

    learning_rate: float | LearningRateSchedule
    optimizer: Optimizer | None
    model_dir: str | os.PathLike[str] | None
    progress: bool | None
    augmentation: Augmentation | None
    tensorboard: bool
    log_frequency: int
    wandb_logger: Any


class TrainingByBatches(Training, total=False):
    """And the rows per batch, of a network that has no default of its own for them."""

    batch_size: int


TRAINING: TrainingByBatches = {
    "batch_size": 1000,
    "learning_rate": 0.001,
    "optimizer": None,
    "model_dir": None,
    "progress": None,
    "augmentation": None,
    "tensorboard": False,
    "log_frequency": 100,
    "wandb_logger": None,
}
"""The defaults."""

_RUNNING = ("seed", *TRAINING)


class SequenceModel:
    """A model of sequences: mixed into a ``dc.models.Model``.

    A subclass takes each of its side inputs by name in its constructor, and puts them into ``side_inputs``. It is saved
    as its arguments, JSON, and its arrays, and is built from these again. Arguments are checked before the constructor
    runs: an unknown name is a TypeError that names the most similar one, and a value that an argument of this name
    cannot have is a BadValueError.

    Parameters
    ----------
    *args, **kwargs
        Those of the subclass.

    Attributes
    ----------
    alphabet : Alphabet
        The letters of its sequences, in column order.
    length : int or None
        L, in bases; None before a model that learns it was fitted.
    arguments : dict
        What its constructor is called with when it is loaded: JSON, and
        :class:`~deepchem_genomics.motifs.CountMatrix`.
    side_inputs : dict of str to Lookup
        Where the values of each side input are looked up, by name.
    batch_size : int
        Rows that are worked on at a time.
    calibrations : list of Calibration
        One a task, or none; of what the model predicts. Members may have their own, which come before.
    thresholds : list of Threshold
        One a task, or none: from which prediction on a row is called. ``train`` chooses them and writes them to
        ``training.json``, and :func:`load` reads them there; ``save`` by itself does not write them.
    members : sequence of SequenceModel
        The models that it consists of; empty for a model by itself.
    is_network : bool
        Whether it can be differentiated, and has dropout and layers.
    has_uncertainty : bool
        Whether ``predict_uncertainty`` says how sure it is.
    ignores_strand : bool
        Whether a sequence and its reverse complement always have the same prediction.
    """

    is_network: ClassVar[bool] = False
    has_uncertainty: ClassVar[bool] = False
    ignores_strand: bool = False
    mode: ClassVar[str]
    alphabet: Alphabet
    length: Any
    model_dir: str
    # What dc.models.Model and subclasses bring; named here for type checkers.
    fit: Any
    predict: Any
    evaluate: Any
    get_num_tasks: Any
    get_task_type: Any
    arguments: dict[str, Any]
    side_inputs: dict[str, Any]
    batch_size: int = 1000
    calibrations: Sequence[Calibration] = ()
    thresholds: Sequence[Threshold] = ()
    members: Sequence[Any] = ()
    progress: bool | None = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        saving.KNOWN[cls.__name__] = cls
        spell_out(cls, SequenceModel, TRAINING)

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        """Check the arguments of any model before its constructor begins."""
        check_call(cls, args, kwargs, _RULES)
        return super().__new__(cls)

    def __repr__(self) -> str:
        """Name the class, the arguments that differ from its defaults, side inputs and members."""
        defaults = inspect.signature(type(self)).parameters
        shown = [
            f"{name}={reprlib.repr(value)}"
            for name, value in getattr(self, "arguments", {}).items()
            if name not in defaults or defaults[name].default != value
        ]
        shown += getattr(self, "side_inputs", {})
        shown += [f"{len(self.members)} members: {', '.join(map(repr, self.members))}"] if self.members else []
        return f"{type(self).__name__}({', '.join(shown)})"

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Become a copy, with a temporary folder of its own: each is deleted with its model."""
        self.__dict__.update(state)
        if state.get("model_dir_is_temp"):
            self.model_dir = tempfile.mkdtemp()

    def parts(self) -> "Sequence[SequenceModel]":
        """List the models that predict by themselves.

        Returns
        -------
        list of SequenceModel
            This one; of a model that consists of others, those.
        """
        if not self.members:
            return [self]
        return [leaf for member in self.members if isinstance(member, SequenceModel) for leaf in member.parts()]

    def attach(self, sources: Sources, **options: Any) -> None:
        """Attach the values of the model's side inputs, matched by the names of tracks and scaled as in training.

        Parameters
        ----------
        sources : SideInput, path-like, or mapping of str to these
            A table of all tracks; or a bigWig file for a model with one track; or several, by the name of the side
            input or the track. Tables may have more tracks, in any order.
        **options
            ``genome``, ``statistic`` and ``where``: see :func:`deepchem_genomics.models.side_inputs.attach`.

        Raises
        ------
        SideInputError
            If the model takes no side inputs, or tracks other than those given.
        """
        side_inputs.attach(self, sources, **options)

    def calibrate(self, dataset: Any, method: str = "platt") -> None:
        """Learn what the predicted probabilities are worth, on rows that the model was not trained on.

        From then on ``predict``, :meth:`predict_sequences`, ``evaluate`` and ``predict_uncertainty`` give calibrated
        probabilities, also after the model was saved and loaded; a network's ``predict_on_generator`` does not. Rows
        count equally, regardless of their weight, so that probabilities fit data of the dataset's prevalence; rows of
        weight 0 have no label and are left out. After more training, calibrate again.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), y (N, T) of 0 and 1, w (N, T), ids (N,).
        method : {"platt", "isotonic"}, default "platt"
            See :class:`Calibration`.

        Raises
        ------
        BadValueError
            If the model predicts no probabilities, or the method is unknown.
        LabelError
            If a task lacks one of the classes.
        ShapeMismatchError
            If the dataset has not a column of labels for each task.
        """
        if self.get_task_type() != "classification":
            raise BadValueError(f"a {type(self).__name__} predicts no probabilities; only those can be calibrated")
        require_tasks(dataset.y, self.get_num_tasks())
        with self._uncalibrated():
            found = fit_tasks(self.predict(dataset), dataset.y, dataset.w, method)
        self.calibrations = found

    @contextmanager
    def _uncalibrated(self) -> Iterator[None]:
        """Predict without the calibrations while the block runs; members keep their own."""
        kept, self.calibrations = self.calibrations, ()
        try:
            yield
        finally:
            self.calibrations = kept

    def calibrated(self, predicted: Any) -> Any:
        """Apply the calibrations to predictions; a subclass with a ``predict`` of its own ends it with this.

        Parameters
        ----------
        predicted : ndarray, (..., T)
            Probabilities.

        Returns
        -------
        ndarray, (..., T)
            float64; the same array if the model has no calibrations.
        """
        if not self.calibrations:
            return predicted
        tasks = [calibration.apply(predicted[..., task]) for task, calibration in enumerate(self.calibrations)]
        return np.stack(tasks, axis=-1)

    def predict_sequences(self, sequences: Any, ids: Any = None) -> NDArray[Any]:
        """Predict for sequences given as strings.

        Parameters
        ----------
        sequences : iterable of str
            N sequences of L bases in the model's alphabet, upper or lower case.
        ids : array_like of str, optional
            Sample ids (N,), needed if the model has side inputs.

        Returns
        -------
        ndarray
            (N, T).

        Raises
        ------
        UnknownBaseError
            If a letter is not in the model's alphabet, such as U in a model of DNA.
        SequenceLengthError, ShapeMismatchError
            If the sequences do not all have L bases.
        """
        X = one_hot(sequences, self.alphabet)
        found: NDArray[Any] = self.predict(NumpyDataset(X, ids=None if ids is None else np.asarray(ids)))
        return found

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what was learned, as arrays by name; a subclass fills this in.

        Returns
        -------
        dict of str to ndarray
            Numbers or text; empty for a model that learns nothing by itself.
        """
        return {}

    def set_arrays(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Restore what :meth:`arrays` returned; a subclass fills this in.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            Of a model built with the same arguments.
        """

    def training_record(self) -> dict[str, Any]:
        """Describe what else :meth:`from_saved` needs, such as the optimizer of a network.

        Returns
        -------
        dict
            JSON only.
        """
        return {}

    @classmethod
    def from_saved(cls, saved: "saving.Saved", running: Mapping[str, Any]) -> "SequenceModel":
        """Build a model from what was saved.

        Parameters
        ----------
        saved : Saved
            Arguments, declared side inputs, arrays and members.
        running : mapping of str to object
            Arguments that concern running, such as ``batch_size``; models without such arguments ignore them.

        Returns
        -------
        SequenceModel
            With its side inputs declared, not attached.
        """
        first = [list(saved.members)] if saved.members else []
        model = cls(*first, **saved.side_inputs, **saved.arguments)
        if not saved.members:
            if model.length is None:  # it is learned
                model.length = saved.length
            model.set_arrays(saved.arrays)
        return model

    def save(self, folder: str | os.PathLike[str] | None = None, overwrite: bool = False) -> None:
        """Write configuration and arrays to a folder, without pickle; :func:`~deepchem_genomics.models.load` reads it.

        The optimizer state of a network is not saved: to continue training, use checkpoints.

        Parameters
        ----------
        folder : path-like, optional
            Its name; it appears only when whole. If not given, ``model_dir``/saved, which replaces what an earlier
            ``save()`` wrote there.
        overwrite : bool, default False
            Whether an existing folder is replaced, if it holds a saved model and nothing else.

        Raises
        ------
        FileExistsError
            If the folder exists and is not to be replaced, or holds something else.
        NotFittedError
            If the model has not been fitted.
        """
        if folder is None:
            saving.save(self, Path(self.model_dir) / "saved", overwrite=True)
        else:
            saving.save(self, folder, overwrite)

    @classmethod
    def load(cls, folder: str | os.PathLike[str], side_inputs: Sources | None = None, **running: Any) -> Any:
        """Read a model of this class that :meth:`save` wrote.

        Parameters
        ----------
        folder : path-like
            The folder.
        side_inputs, **running
            See :func:`~deepchem_genomics.models.load`.

        Returns
        -------
        SequenceModel
            A model that predicts the same to the bit.

        Raises
        ------
        ModelFolderError
            If the folder is not whole, was changed, or holds a model of another class.
        TypeError
            If an argument is unknown.
        """
        _require_running(f"{cls.__name__}.load", folder, running)
        return saving.load(folder, cls, side_inputs, running)

    def predict_uncertainty(self, dataset: Any, *args: Any) -> Any:
        """Raise: this model does not know how sure it is.

        Parameters
        ----------
        dataset : dc.data.Dataset
            Any.
        *args
            Of models that do.

        Raises
        ------
        BadValueError
            Always; models that can tell override this.
        """
        raise BadValueError(
            f"a {type(self).__name__} predicts no uncertainty; use an Ensemble of networks, a network with dropout, or "
            "a SiRNAGaussianProcess"
        )


def _require_running(call: str, folder: str | os.PathLike[str], running: Mapping[str, Any]) -> None:
    """Raise for arguments that no network has; side inputs that are passed by name have an error of their own."""
    if set(running) - set(_RUNNING):
        require_known(call, running, (*_RUNNING, *saving.side_inputs_of(folder)))


def load(folder: str | os.PathLike[str], side_inputs: Sources | None = None, **running: Any) -> SequenceModel:
    """Read a model that ``save`` wrote: a network, boosting, a blend, any other.

    Parameters
    ----------
    folder : path-like
        The folder; or the name of a model that comes with the package, "sirna-huesken" (see docs/model_card.md).
    side_inputs : SideInput, path-like, or mapping of str to these, optional
        Raw values for the samples to predict, for a model that has side inputs: a table, the path of a table or of a
        bigWig file, or several by the name of the side input or the track. Tracks are matched by name, in whatever
        order they are, and get the scaling that was fitted in training. Without it the model can be looked at but not
        run, until :meth:`SequenceModel.attach` is called.
    **running
        Arguments of a network's constructor that concern running, not the network: ``model_dir``, ``batch_size``,
        ``progress``, ``learning_rate``, ``optimizer``, ``seed``. Models that are not networks ignore them. Given here,
        ``batch_size`` is also how many rows are predicted at once.

    Returns
    -------
    SequenceModel
        A model that predicts the same to the bit.

    Raises
    ------
    ModelFolderError
        If a file is missing, was changed, or is of another format; or the class is unknown.
    SideInputError
        If ``side_inputs`` lacks a track that the model was trained with, or the model takes none; or a side input is
        passed by its own name.
    TypeError
        If ``running`` has an argument that no network has.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from deepchem_genomics.models import SiRNAEfficacyModel
    >>> folder = Path(tempfile.mkdtemp()) / "model"
    >>> SiRNAEfficacyModel(seed=1).save(folder)
    >>> load(folder).predict_sequences(["UUCUCCGAACGUGUCACGUUU"]).shape
    (1, 1)
    >>> type(load("sirna-huesken")).__name__
    'SiRNAGaussianProcess'
    """
    _require_running("load", folder, running)
    found: SequenceModel = saving.load(folder, None, side_inputs, running)
    return found
