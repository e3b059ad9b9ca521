"""The part of DeepChem's model interface that is alike for all models here that are not networks themselves."""

from collections.abc import Sequence
from typing import Any, ClassVar

from deepchem.data import Dataset
from deepchem.metrics import Metric
from deepchem.models import Model

from deepchem_genomics.feat import Alphabet
from deepchem_genomics.models import scoring
from deepchem_genomics.models.sequence_model import SequenceModel

__all__ = ["JointModel", "LabelledModel", "OneTaskModel"]


class LabelledModel(SequenceModel, Model):
    """A model that is scored on the rows that have a label."""

    def evaluate(
        self,
        dataset: Dataset,
        metrics: Metric | list[Metric],
        transformers: Sequence[Any] = (),
        per_task_metrics: bool = False,
        use_sample_weights: bool = False,
        n_classes: int = 2,
    ) -> Any:
        """Score the predictions for a dataset; rows of weight 0 have no label and are left out.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, A), y and w (N, T), ids (N,).
        metrics : dc.metrics.Metric or list of them
            See :mod:`deepchem_genomics.metrics`.
        transformers, per_task_metrics, use_sample_weights, n_classes
            As for ``dc.models.Model.evaluate``.

        Returns
        -------
        dict
            Score by name of the metric; with ``per_task_metrics``, also a dict of the scores of each task.
        """
        undone = list(transformers)
        return scoring.evaluate_labelled(self, dataset, metrics, undone, per_task_metrics, use_sample_weights)


class JointModel(LabelledModel):
    """Several models that predict together, all for the same tasks.

    Attributes
    ----------
    members : sequence of dc.models.Model
        At least one.
    """

    has_uncertainty: ClassVar[bool] = True
    members: Sequence[Any]

    @property
    def length(self) -> int | None:
        """Window length.

        Returns
        -------
        int
            L, in bases.
        """
        return self.members[0].length

    @property
    def alphabet(self) -> Alphabet:  # type: ignore[override]
        """The letters of the sequences.

        Returns
        -------
        Alphabet
            DNA or RNA.
        """
        return self.members[0].alphabet

    @property
    def mode(self) -> str:  # type: ignore[override]
        """What is predicted.

        Returns
        -------
        str
            "classification" or "regression".
        """
        return self.get_task_type()

    @property
    def side_inputs(self) -> dict[str, Any]:  # type: ignore[override]
        """The side inputs of all members by name; of those that several have, the first member's.

        Returns
        -------
        dict of str to Lookup
            Members may scale them differently. Attach values with :meth:`attach`, which gives each member its own.
        """
        return {name: one for leaf in reversed(self.parts()) for name, one in leaf.side_inputs.items()}

    @property
    def batch_size(self) -> int:  # type: ignore[override]
        """Rows that are worked on at a time.

        Returns
        -------
        int
            The least of the members'.
        """
        return min(leaf.batch_size for leaf in self.parts())

    @property
    def ignores_strand(self) -> bool:  # type: ignore[override]
        """Whether a sequence and its reverse complement always have the same prediction.

        Returns
        -------
        bool
            If that is so for each member.
        """
        return all(leaf.ignores_strand for leaf in self.parts())

    def get_num_tasks(self) -> int:
        """Return the number of tasks.

        Returns
        -------
        int
            T.
        """
        return self.members[0].get_num_tasks()

    def get_task_type(self) -> str:
        """Return what is predicted.

        Returns
        -------
        str
            "classification" or "regression".
        """
        return self.members[0].get_task_type()


class OneTaskModel(LabelledModel):
    """A model that predicts one number a row.

    Attributes
    ----------
    mode : str
        "classification" or "regression".
    """

    mode: ClassVar[str]

    def get_num_tasks(self) -> int:
        """Return the number of tasks.

        Returns
        -------
        int
            Always 1.
        """
        return 1

    def get_task_type(self) -> str:
        """Return what is predicted.

        Returns
        -------
        str
            "classification" or "regression".
        """
        return self.mode
