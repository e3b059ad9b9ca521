"""Models with signals of a window, such as chromatin accessibility, beside its sequence."""

from typing import TYPE_CHECKING, Any

import numpy as np

from deepchem_genomics.models.genomics_model import GenomicsModel

if TYPE_CHECKING:
    from deepchem_genomics.data import SideInput

__all__ = ["SignalModel"]


class SignalModel(GenomicsModel):
    """A model whose second input, if it has one, is looked up by sample id for each batch.

    A subclass sets ``accessibility`` before it calls the constructor of :class:`GenomicsModel`.

    Attributes
    ----------
    accessibility : SideInput or None
        K signals by sample id; None for a model of the sequence alone.
    """

    accessibility: "SideInput | None"

    def batch_inputs(self, X: np.ndarray, ids: np.ndarray) -> list[np.ndarray]:
        """Look the signals of a batch up by id, if the model has any.

        Parameters
        ----------
        X : ndarray
            One-hot sequences (n, L, 4).
        ids : ndarray
            Sample ids (n,).

        Returns
        -------
        list of ndarray
            X, and with signals those of the rows, scaled, (n, K) float32.

        Raises
        ------
        MissingIdError
            If an id has no signals, naming it.
        """
        return [X] if self.accessibility is None else [X, self.accessibility.lookup(ids)]

    def side_config(self) -> dict[str, Any]:
        """Describe the signals: their names and the scaling fitted in training.

        Returns
        -------
        dict
            ``names`` and ``scaling``; empty without signals.
        """
        if self.accessibility is None:
            return {}
        return {"names": list(self.accessibility.names), "scaling": self.accessibility.scaling.to_json()}
