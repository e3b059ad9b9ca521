"""Several networks trained alike but for the seed: their mean predicts, their spread says where they differ."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from deepchem.data import Dataset
from numpy.typing import NDArray

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError, SideInputError
from deepchem_genomics.models.calibration import Calibration
from deepchem_genomics.models.labelled_model import JointModel
from deepchem_genomics.models.sequence_model import SequenceModel

__all__ = ["Ensemble"]

logger = logging.getLogger(__name__)


class Ensemble(JointModel):
    """Networks that predict together.

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
        if len(kinds) > 1:
            raise ShapeMismatchError(f"members differ in tasks, window length, alphabet or mode: {sorted(kinds)}")
        tracks = {tuple((name, one.n_tracks) for name, one in m.side_inputs.items()) for m in self.members}
        if len(tracks) > 1:
            raise SideInputError(f"members differ in side inputs: {sorted(tracks)}; blend them instead (models.Blend)")

    @property
    def calibrations(self) -> list[Calibration]:  # type: ignore[override]
        """The calibrations of the members.

        Returns
        -------
        list of Calibration
            Those of all members, T of each; empty unless each is calibrated.
        """
        return [each for member in self.members for each in member.calibrations] if self._are_calibrated() else []

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
        callbacks_for: Callable[[SequenceModel], list[Callable]] | None = None,
        **kwargs: Any,
    ) -> None:
        """Train each member on a dataset, one after the other.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), y and w (N, T), ids (N,).
        nb_epoch : int, default 10
            How often to go through the data.
        callbacks_for : callable, optional
            Takes a member and returns its callbacks: each needs, for instance, an :class:`EarlyStopping` of its own.
        **kwargs
            As for :meth:`GenomicsModel.fit`.
        """
        for number, member in enumerate(self.members, start=1):
            logger.info("training member %d of %d", number, len(self.members))
            callbacks = [] if callbacks_for is None else callbacks_for(member)
            member.fit(dataset, nb_epoch, callbacks=callbacks, **kwargs)

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
        return self._predictions(dataset, transformers).mean(axis=0)

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
            Mean and standard deviation, each (N, T).
        """
        predictions = self._predictions(dataset, ())
        return predictions.mean(axis=0), predictions.std(axis=0)

    def _are_calibrated(self) -> bool:
        return all(member.calibrations for member in self.members)

    def _predictions(self, dataset: Dataset, transformers: Sequence[Any]) -> NDArray[Any]:
        """Return (members, N, T)."""
        return np.stack([member.predict(dataset, list(transformers)) for member in self.members])
