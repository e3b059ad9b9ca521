"""Several networks trained alike but for the seed: their mean predicts, their spread says where they differ."""

import json
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from deepchem.data import Dataset
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, EmptyInputError, ModelFolderError, ShapeMismatchError
from deepchem_genomics.feat import Alphabet
from deepchem_genomics.files import atomic_directory
from deepchem_genomics.models import saving
from deepchem_genomics.models.calibration import Calibration
from deepchem_genomics.models.genomics_model import GenomicsModel
from deepchem_genomics.models.labelled_model import JointModel

if TYPE_CHECKING:
    from deepchem_genomics.data import SideInput

__all__ = ["DESCRIPTION", "Ensemble"]

DESCRIPTION = "ensemble.json"
"""File of an ensemble's folder that says how many members there are."""

logger = logging.getLogger(__name__)


class Ensemble(JointModel):
    """Networks that predict together.

    Parameters
    ----------
    members : sequence of GenomicsModel
        Of one kind: the same tasks, window length and alphabet.

    Raises
    ------
    EmptyInputError
        If there are none.
    ShapeMismatchError
        If they are not of one kind.

    References
    ----------
    Lakshminarayanan, Pritzel and Blundell (2017), Simple and scalable predictive uncertainty estimation using deep
    ensembles, NeurIPS, arXiv:1612.01474.

    Examples
    --------
    >>> from deepchem_genomics import data, models
    >>> train, valid = data.simulated_sirna_datasets(n_train=100, n_valid=20)
    >>> ensemble = Ensemble.of(lambda seed: models.SiRNAEfficacyModel(seed=seed), n=3)
    >>> ensemble.fit(train, nb_epoch=1)
    >>> mean, spread = ensemble.predict_uncertainty(valid)
    >>> mean.shape, bool((spread > 0).all())
    ((20, 1), True)
    """

    members: list[GenomicsModel]

    def __init__(self, members: Sequence[GenomicsModel]) -> None:
        super().__init__()
        self.members = list(members)
        if not self.members:
            raise EmptyInputError("an ensemble needs at least one model; three to ten are usual")
        kinds = {(m.get_num_tasks(), m.length, m.alphabet.letters, m.mode) for m in self.members}
        if len(kinds) > 1:
            raise ShapeMismatchError(f"members differ in tasks, window length, alphabet or mode: {sorted(kinds)}")

    @property
    def length(self) -> int:
        """Window length.

        Returns
        -------
        int
            L, in bases.
        """
        return self.members[0].length

    @property
    def alphabet(self) -> Alphabet:
        """The letters that sequences have.

        Returns
        -------
        Alphabet
            DNA or RNA.
        """
        return self.members[0].alphabet

    @property
    def mode(self) -> str:
        """What is predicted.

        Returns
        -------
        str
            "classification" or "regression".
        """
        return self.members[0].mode

    @property
    def accessibility(self) -> Any:
        """The second input of all members; set it to give them another.

        Returns
        -------
        SideInput or None
            None if the members take sequences alone.

        Raises
        ------
        BadValueError
            If members differ in the names or the scaling of their signals: then give each its own.
        """
        kinds = {json.dumps(member.side_config(), sort_keys=True) for member in self.members}
        if len(kinds) > 1:
            raise BadValueError(
                "the members do not take the same signals with the same scaling; look at each member's own"
            )
        return getattr(self.members[0], "accessibility", None)

    @accessibility.setter
    def accessibility(self, signals: Any) -> None:
        for member in self.members:
            if getattr(member, "accessibility", None) is not None:
                member.accessibility = signals

    @property
    def batch_size(self) -> int:
        """Rows a batch.

        Returns
        -------
        int
            Of the first member.
        """
        return self.members[0].batch_size

    @property
    def calibrations(self) -> list[Calibration]:
        """What was learnt about the members' probabilities.

        Returns
        -------
        list of Calibration
            Those of all members, T of each; empty unless each is calibrated.
        """
        return [each for member in self.members for each in member.calibrations] if self._are_calibrated() else []

    @classmethod
    def of(cls, build: Callable[[int], GenomicsModel], n: int = 5, seed: int = 0) -> "Ensemble":
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
        callbacks_for: Callable[[GenomicsModel], list[Callable]] | None = None,
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
            X (N, L, A), and ids if the members have a second input.
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
            X (N, L, A), and ids if the members have a second input.

        Returns
        -------
        tuple of ndarray
            Mean and standard deviation, each (N, T).
        """
        predictions = self._predictions(dataset, ())
        return predictions.mean(axis=0), predictions.std(axis=0)

    def save(self, folder: str | os.PathLike[str], overwrite: bool = False) -> None:
        """Write all members to a folder, which appears only when whole.

        Parameters
        ----------
        folder : path-like
            Its name; it gets ``ensemble.json`` and a folder for each member.
        overwrite : bool, default False
            Whether an existing folder is replaced.

        Raises
        ------
        FileExistsError
            If the folder exists and is not to be replaced.
        """
        with atomic_directory(folder, overwrite) as partial:
            for number, member in enumerate(self.members):
                saving.save(member, partial / f"member{number}")
            (partial / DESCRIPTION).write_text(json.dumps({"format": 1, "members": len(self.members)}) + "\n")

    @classmethod
    def load(
        cls, folder: str | os.PathLike[str], accessibility: "SideInput | None" = None, **kwargs: Any
    ) -> "Ensemble":
        """Read an ensemble that :meth:`save` wrote.

        Parameters
        ----------
        folder : path-like
            The folder.
        accessibility : SideInput, optional
            Raw signals, for members that have a second input.
        **kwargs
            See :func:`~deepchem_genomics.models.load`.

        Returns
        -------
        Ensemble
            One that predicts the same to the bit.

        Raises
        ------
        ModelFolderError
            If the folder does not hold a whole ensemble.
        """
        path = Path(folder)
        try:
            record = json.loads((path / DESCRIPTION).read_text())
            n = record["members"]
            whole = record["format"] == 1 and isinstance(n, int) and n > 0
        except (OSError, ValueError, RecursionError, KeyError, TypeError):
            whole = False
        if not whole:
            raise ModelFolderError(f"{path}: holds no ensemble; name a folder that Ensemble.save() wrote")
        given = kwargs if accessibility is None else {**kwargs, "accessibility": accessibility}
        return cls([saving.load(path / f"member{number}", **given) for number in range(n)])

    def _are_calibrated(self) -> bool:
        return all(member.calibrations for member in self.members)

    def _predictions(self, dataset: Dataset, transformers: Sequence[Any]) -> NDArray[Any]:
        """Return (members, N, T)."""
        return np.stack([member.predict(dataset, list(transformers)) for member in self.members])
