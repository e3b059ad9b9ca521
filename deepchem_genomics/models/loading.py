"""Read back whatever kind of model a folder holds."""

import os
from typing import Any

from deepchem_genomics.models import saving
from deepchem_genomics.models.sequence_model import SequenceModel
from deepchem_genomics.models.side_inputs import Sources

__all__ = ["load"]


def load(folder: str | os.PathLike[str], side_inputs: Sources | None = None, **running: Any) -> SequenceModel:
    """Read a model that ``save`` wrote: a network, boosting, a blend, any other.

    Parameters
    ----------
    folder : path-like
        The folder.
    side_inputs : SideInput, path-like, or mapping of str to these, optional
        Raw values for the samples to predict, for a model that has side inputs: a table, the path of a table or of a
        bigWig file, or several by the name of the side input or the track. Tracks are matched by name, in whatever
        order they are, and get the scaling that was fitted in training. Without it the model can be looked at but not
        run, until :meth:`SequenceModel.attach` is called.
    **running
        Arguments of a network's constructor that concern running, not the network: ``model_dir``, ``batch_size``,
        ``progress``, ``learning_rate``, ``optimizer``, ``seed``. Models that are not networks ignore them.

    Returns
    -------
    SequenceModel
        A model that predicts the same to the bit.

    Raises
    ------
    ModelFolderError
        If a file is missing, was changed, or is of another format; or the class is unknown.
    SideInputError
        If ``side_inputs`` lacks a track that the model was trained with, or the model takes none.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from deepchem_genomics.models import SiRNAEfficacyModel
    >>> folder = Path(tempfile.mkdtemp()) / "model"
    >>> SiRNAEfficacyModel(seed=1).save(folder)
    >>> load(folder).predict_sequences(["UUCUCCGAACGUGUCACGUUU"]).shape
    (1, 1)
    """
    return saving.load(folder, None, side_inputs, running)
