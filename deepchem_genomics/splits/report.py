"""What a split did, told to the log: sizes, positives, rows left out."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from deepchem.data import Dataset

__all__ = ["binary_labels", "log_parts"]

logger = logging.getLogger(__name__)

_MANY = 0.1  # share of rows left out from which on it is a warning


def log_parts(splitter: str, dataset: "Dataset", parts: Mapping[str, NDArray[np.int64]], n_rows: int) -> None:
    """Log how many rows and positives each part has, and how many rows are in none.

    Reads labels and weights, not X.

    Parameters
    ----------
    splitter : str
        Name of the splitter.
    dataset : dc.data.Dataset
        The N rows that were split. Positives are counted if its labels are all 0 or 1.
    parts : mapping of str to ndarray of int
        Row numbers of each part.
    n_rows : int
        N.

    Examples
    --------
    >>> import deepchem as dc
    >>> dataset = dc.data.NumpyDataset(np.zeros(3), y=np.array([0, 1, 0]))
    >>> log_parts("GroupSplitter", dataset, {"train": np.array([0, 1]), "test": np.array([2])}, n_rows=3)
    """
    labels = binary_labels(dataset)
    sizes = []
    for name, rows in parts.items():
        size = f"{name} {len(rows)} rows ({len(rows) / n_rows:.1%})"
        if labels is not None:
            # NaN where there is no label.
            positives = np.nansum(labels[rows], axis=0).astype(int)  # (T,)
            size += f", {' / '.join(map(str, positives))} positive"
            if len(rows) and not positives.all() and np.nansum(labels):
                logger.warning("%s: no positive of some task among %s", splitter, size)
        sizes.append(size)
    logger.info("%s: %s", splitter, "; ".join(sizes))
    n_dropped = n_rows - sum(len(rows) for rows in parts.values())
    if n_dropped:
        level = logging.WARNING if n_dropped > _MANY * n_rows else logging.INFO
        logger.log(level, "%s: %d of %d rows (%.1f%%) are in no part", splitter, n_dropped, n_rows,
                   100 * n_dropped / n_rows)  # fmt: skip


def binary_labels(dataset: "Dataset") -> NDArray[np.float64] | None:
    """Return the labels of a classification data set.

    Parameters
    ----------
    dataset : dc.data.Dataset
        N rows.

    Returns
    -------
    ndarray of float64, (N, T), or None
        0, 1, or NaN where the weight is 0. None where a label that counts is something else, or none counts.

    Examples
    --------
    >>> import deepchem as dc
    >>> binary_labels(dc.data.NumpyDataset(np.zeros(2), y=np.array([0, 1]))).tolist()
    [[0.0], [1.0]]
    """
    try:
        y = np.asarray(dataset.y, dtype=np.float64)
        w = np.asarray(dataset.w, dtype=np.float64)
    except (TypeError, ValueError):  # a DiskDataset stored without labels; labels that are not numbers
        return None
    if y.ndim not in (1, 2) or not y.size:
        return None
    labels = y.reshape(len(y), -1)
    counts = np.broadcast_to(w.reshape(len(w), -1) > 0, labels.shape)
    if not counts.any() or not np.isin(labels[counts], (0, 1)).all():
        return None
    return np.where(counts, labels, np.nan)
