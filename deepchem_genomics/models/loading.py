"""Read back whatever kind of model a folder holds."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deepchem_genomics.models import saving
from deepchem_genomics.models.ensemble import DESCRIPTION, Ensemble
from deepchem_genomics.models.genomics_model import GenomicsModel
from deepchem_genomics.models.sirna_gaussian_process import SiRNAGaussianProcess

if TYPE_CHECKING:
    from deepchem_genomics.data import SideInput

__all__ = ["load"]


def load(
    folder: str | os.PathLike[str], accessibility: "SideInput | None" = None, **kwargs: Any
) -> GenomicsModel | Ensemble | SiRNAGaussianProcess:
    """Read a model that ``save`` wrote.

    Parameters
    ----------
    folder : path-like
        The folder of a network, an ensemble or a Gaussian process.
    accessibility : SideInput, optional
        For a model with a second input: raw values for the samples to predict. The scaling that was fitted in training
        is applied to them. Without it the model can be looked at but not run.
    **kwargs
        Arguments of a network's constructor that concern running, not the network: ``model_dir``, ``batch_size``,
        ``progress``, ``learning_rate``, ``optimizer``, ``seed``. A Gaussian process has none of these and takes no
        notice of them.

    Returns
    -------
    GenomicsModel, Ensemble or SiRNAGaussianProcess
        A model that predicts the same to the bit.

    Raises
    ------
    ModelFolderError
        If a file is missing, was changed, or is of a newer format; or the class is unknown.
    ShapeMismatchError
        If ``accessibility`` does not have the number of tracks the model was trained with.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from deepchem_genomics.models import SiRNAEfficacyModel
    >>> folder = Path(tempfile.mkdtemp()) / "model"
    >>> SiRNAEfficacyModel(seed=1).save(folder)
    >>> load(folder).predict_sequences(["UUCUCCGAACGUGUCACGUTT".replace("T", "U")]).shape
    (1, 1)
    """
    path = Path(folder)
    if (path / DESCRIPTION).is_file():
        return Ensemble.load(path, accessibility, **kwargs)
    if _class_named_in(path) == SiRNAGaussianProcess.__name__:
        return SiRNAGaussianProcess.load(path)
    return saving.load(path, accessibility=accessibility, **kwargs)


def _class_named_in(path: Path) -> Any:
    """Return what the folder says it holds; None if that cannot be read, which the reader of networks explains."""
    try:
        return json.loads((path / "config.json").read_text()).get("class")
    except (OSError, ValueError, RecursionError, AttributeError):
        return None
