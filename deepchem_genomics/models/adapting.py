"""Models of guides for one study: adapted to a table of its measurements, or one of those learned from."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
from deepchem.data import NumpyDataset

from deepchem_genomics.data.measured_guides import read_measured_guides
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import RNA, one_hot
from deepchem_genomics.models.sirna_gaussian_process import SiRNAGaussianProcess
from deepchem_genomics.paths import PathLike

__all__ = ["adapted_to_table", "for_study"]

logger = logging.getLogger(__name__)


def adapted_to_table(model: Any, table: PathLike) -> SiRNAGaussianProcess:
    """Adapt a model of guides to a table of measurements; see :meth:`SiRNAGaussianProcess.adapt`.

    BadValueError if the model cannot be adapted; other errors as of ``adapt`` and ``read_measured_guides``.
    """
    if not isinstance(model, SiRNAGaussianProcess):
        raise BadValueError(
            f"a {type(model).__name__} cannot be adapted to a study; the shipped sirna-huesken and every other "
            "SiRNAGaussianProcess can"
        )
    measured = read_measured_guides(table, model.length)
    known = ~np.isnan(measured.efficacies)
    y = np.where(known, measured.efficacies, 0.0)
    rows = NumpyDataset(one_hot(measured.guides, RNA), y, known.astype(np.float64), measured.ids)
    adapted = model.adapt(rows)
    logger.info("the model is adapted to %d guides of %s", known.sum(), Path(table).name)
    return adapted


def for_study(model: Any, name: str) -> SiRNAGaussianProcess:
    """Return a model of what one study measures; see :meth:`SiRNAGaussianProcess.for_study`.

    BadValueError if the model does not know it, or is of another class.
    """
    if not isinstance(model, SiRNAGaussianProcess):
        raise BadValueError(
            f"a {type(model).__name__} knows no studies; a SiRNAGaussianProcess that was trained with them does"
        )
    return model.for_study(name)
