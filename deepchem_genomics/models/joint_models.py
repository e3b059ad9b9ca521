"""Averages of models: an ensemble of networks, and a weighted blend of models of different kinds."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from deepchem.data import Dataset
from deepchem.models import Model
from deepchem.trans import undo_transforms
from numpy.typing import NDArray
from scipy.special import expit, logit

from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError, SideInputError
from deepchem_genomics.models.labeled_model import JointModel
from deepchem_genomics.models.sequence_model import SequenceModel

__all__ = ["Blend", "Ensemble"]

logger = logging.getLogger(__name__)


class Ensemble(JointModel):
    """The average of several networks.

    Parameters
    ----------
    members : sequence of SequenceModel
        Of one kind: the same tasks, window length and alphabet.

    Raises
    ------
    EmptyInputError
        If there are none.
    ShapeMismatchError
        If they are not of one kind.
    SideInputError
        If they have other side inputs than one another.

    References
    ----------
    Lakshminarayanan, Pritzel and Blundell (2017), Simple and scalable predictive uncertainty estimation using deep
    ensembles, NeurIPS, arXiv:1612.01474.

    Examples
    --------
    >>> from deepchem_genomics import models, simulate
    >>> train, valid = simulate.simulated_sirna_datasets(n_train=100, n_valid=20)
    >>> ensemble = Ensemble.of(lambda seed: models.SiRNAEfficacyModel(seed=seed), n=3)
    >>> ensemble.fit(train, nb_epoch=1)
    >>> mean, spread = ensemble.predict_uncertainty(valid)
    >>> mean.shape, bool((spread > 0).all())
    ((20, 1), True)
    """

    members: list[SequenceModel]

    def __init__(self, members: Sequence[SequenceModel]) -> None:
        super().__init__()
        self.arguments = {}
        self.members = list(members)
        if not self.members:
            raise EmptyInputError("an ensemble needs at least one model; three to ten are usual")
        kinds = {(m.get_num_tasks(), m.length, m.alphabet.letters, m.mode) for m in self.members}
        lengths = {length for _, length, *_ in kinds} - {None}  # which some learn
        if len(lengths) > 1 or len({(tasks, *others) for tasks, _, *others in kinds}) > 1:
            listed = sorted(kinds, key=str)
            raise ShapeMismatchError(f"members differ in tasks, window length, alphabet or mode: {listed}")
        tracks = {tuple((name, one.n_tracks) for name, one in m.side_inputs.items()) for m in self.members}
        if len(tracks) > 1:
            raise SideInputError(f"members differ in side inputs: {sorted(tracks)}; blend them instead (models.Blend)")

    @classmethod
    def of(cls, build: Callable[[int], SequenceModel], n: int = 5, seed: int = 0) -> "Ensemble":
        """Build networks that differ in their seed.

        Parameters
        ----------
        build : callable
            Takes a seed and returns a network.
        n : int, default 5
            How many.
        seed : int, default 0
            The first seed; the others follow it.

        Returns
        -------
        Ensemble
            Untrained.
        """
        return cls([build(seed + number) for number in range(n)])

    def fit(
        self,
        dataset: Dataset,
        nb_epoch: int = 10,
        callbacks_for: Callable[[SequenceModel], list[Callable[..., Any]]] | None = None,
        **kwargs: Any,
    ) -> None:
        """Train each member on a dataset, one after the other.

        Parameters
        ----------
        dataset, nb_epoch, **kwargs
            As for :meth:`GenomicsModel.fit`; members that are no networks get the dataset alone.
        callbacks_for : callable, optional
            Takes a member and returns its callbacks: each needs, for instance, an :class:`EarlyStopping` of its own.
        """
        for number, member in enumerate(self.members, start=1):
            logger.info("training member %d of %d", number, len(self.members))
            if isinstance(member, Ensemble):
                member.fit(dataset, nb_epoch, callbacks_for, **kwargs)
            elif member.is_network:
                callbacks = [] if callbacks_for is None else callbacks_for(member)
                member.fit(dataset, nb_epoch, callbacks=callbacks, **kwargs)
            else:
                member.fit(dataset)

    def predict(self, dataset: Dataset, transformers: Sequence[Any] = ()) -> NDArray[Any]:
        """Predict the mean of the members.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), and ids if the members have side inputs.
        transformers : sequence of dc.trans.Transformer, default ()
            Undone on each member's predictions.

        Returns
        -------
        ndarray
            (N, T).
        """
        found: NDArray[Any] = self.calibrated(self._predictions(dataset, transformers).mean(axis=0))
        return found

    def predict_uncertainty(self, dataset: Dataset) -> tuple[NDArray[Any], NDArray[Any]]:
        """Predict the mean and the standard deviation of the members.

        The spread is what the members, hence the data, leave open; noise of the labels is not in it.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), and ids if the members have side inputs.

        Returns
        -------
        tuple of ndarray
            What :meth:`predict` gives, and the standard deviation of the members' predictions, each (N, T). If the
            ensemble is calibrated, so is each member's prediction before.
        """
        predictions = self._predictions(dataset, ())
        return self.calibrated(predictions.mean(axis=0)), self.calibrated(predictions).std(axis=0)

    def _predictions(self, dataset: Dataset, transformers: Sequence[Any]) -> NDArray[Any]:
        """Return (members, N, T)."""
        return np.stack([member.predict(dataset, list(transformers)) for member in self.members])


_SURE = 1e-6  # probabilities nearer to 0 or 1 count as this far from it


class Blend(JointModel):
    """Average the predictions of models that need not be of one kind, such as networks and gradient boosting.

    Probabilities are averaged as logits, so that a member that is sure counts more; what regressions predict is
    averaged as it is. :class:`Ensemble` is for networks that differ in their seed only: its spread has a meaning.

    Parameters
    ----------
    members : sequence of dc.models.Model
        With the same tasks. Those of a classification must predict probabilities.
    weights : sequence of float, optional
        How much each counts; equally by default.

    Raises
    ------
    EmptyInputError
        If there are no members.
    ShapeMismatchError
        If members differ in tasks or mode, or there is not a weight for each.
    BadValueError
        If a weight is not a number of at least 0, or all are 0.

    Examples
    --------
    >>> from deepchem_genomics.simulate import simulated_tf_datasets
    >>> from deepchem_genomics.models import GappedKmerRegression, KmerRegression
    >>> train, valid, _ = simulated_tf_datasets()
    >>> blend = Blend([KmerRegression(k=4), GappedKmerRegression(width=6, k=4)])
    >>> blend.fit(train)
    >>> blend.predict(valid).shape == valid.y.shape
    True
    """

    def __init__(self, members: Sequence[Model], weights: Sequence[float] | None = None) -> None:
        super().__init__()
        self.members = list(members)
        if not self.members:
            raise EmptyInputError("a blend needs at least one model")
        kinds = {(member.get_num_tasks(), member.get_task_type()) for member in self.members}
        if len(kinds) > 1:
            raise ShapeMismatchError(f"members differ in tasks or mode: {sorted(kinds)}; they must predict the same")
        self.weights = np.ones(len(self.members)) if weights is None else np.asarray(weights, dtype=np.float64)
        if self.weights.shape != (len(self.members),):
            raise ShapeMismatchError(f"{self.weights.size} weights for {len(self.members)} members; give each one")
        if not (np.isfinite(self.weights) & (self.weights >= 0)).all() or not self.weights.any():
            raise BadValueError(f"weights are {self.weights.tolist()}; they are numbers of at least 0, not all 0")
        self.arguments = {"weights": self.weights.tolist()}

    def fit(self, dataset: Dataset, fit_member: Callable[[Model, Dataset], Any] | None = None) -> None:
        """Train each member on a dataset, one after the other.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), y and w (N, T), ids (N,).
        fit_member : callable, optional
            Takes a member and the dataset, and trains it: networks want epochs and callbacks. By default
            ``member.fit(dataset)``.
        """
        for member in self.members:
            if fit_member is None:
                member.fit(dataset)
            else:
                fit_member(member, dataset)

    def predict(self, dataset: Dataset, transformers: Sequence[Any] = ()) -> NDArray[np.float64]:
        """Predict the weighted average.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), and ids.
        transformers : sequence of dc.trans.Transformer, default ()
            Undone on the average.

        Returns
        -------
        ndarray of float64, (N, T)
            Probabilities, or what a regression predicts.

        Raises
        ------
        BadValueError
            If a member of a classification predicts something else than probabilities.
        """
        blended = self.calibrated(self._blended(self._predictions(dataset)))
        found: NDArray[np.float64] = undo_transforms(blended, list(transformers))
        return found

    def predict_uncertainty(self, dataset: Dataset) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Predict the weighted average, and how far the members are from each other.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), and ids.

        Returns
        -------
        tuple of ndarray of float64
            What :meth:`predict` gives, and the weighted standard deviation of the members' predictions about their
            weighted mean, each (N, T); if the blend is calibrated, so is each member's prediction before. Members of
            different kinds differ in more than chance, and noise of the labels is not in it: read it as where the kinds
            disagree.
        """
        predictions = np.stack(self._predictions(dataset))
        likely = self.calibrated(predictions)
        mean = np.average(likely, axis=0, weights=self.weights)
        spread = np.sqrt(np.average((likely - mean) ** 2, axis=0, weights=self.weights))
        return self.calibrated(self._blended(list(predictions))), spread

    def _predictions(self, dataset: Dataset) -> list[NDArray[np.float64]]:
        """Return (N, T) of each member."""
        shape = (len(dataset), -1 if len(dataset) else self.get_num_tasks())
        predictions = [np.asarray(member.predict(dataset), np.float64).reshape(shape) for member in self.members]
        if self.get_task_type() == "classification":
            for member, predicted in zip(self.members, predictions, strict=True):
                _require_probabilities(member, predicted)
        return predictions

    def _blended(self, predictions: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        if self.get_task_type() == "regression":
            return np.average(predictions, axis=0, weights=self.weights)
        logits = [logit(np.clip(predicted, _SURE, 1 - _SURE)) for predicted in predictions]
        found: NDArray[np.float64] = expit(np.average(logits, axis=0, weights=self.weights))
        return found


def _require_probabilities(member: Model, predicted: NDArray[np.float64]) -> None:
    if predicted.size and not (predicted.min() >= 0 and predicted.max() <= 1):
        raise BadValueError(
            f"{type(member).__name__} predicts numbers from {predicted.min():.4g} to {predicted.max():.4g}; a blend of "
            "classifications averages probabilities, from 0 to 1"
        )
