"""What a classifier needs of its labels."""

import numpy as np

from deepchem_genomics.baselines.base import Rows
from deepchem_genomics.errors import LabelError

__all__ = ["require_binary_labels", "require_two_classes"]


def require_binary_labels(rows: Rows) -> None:
    """Raise an error for a label that is neither 0 nor 1.

    Parameters
    ----------
    rows : Rows
        The labelled rows.

    Raises
    ------
    LabelError
        If there is one: it is named by its id.
    """
    others = np.flatnonzero((rows.y != 0) & (rows.y != 1))
    if len(others):
        raise LabelError(
            f"the label of {rows.ids[others[0]]!r} is {rows.y[others[0]]:g} ({len(others)} such); a classification's "
            "labels are 0 and 1"
        )


def require_two_classes(rows: Rows) -> None:
    """Raise an error for labels that are not some 0 and some 1.

    Parameters
    ----------
    rows : Rows
        The labelled rows.

    Raises
    ------
    LabelError
        If a label is neither, or all are the same.
    """
    require_binary_labels(rows)
    if rows.y.min() == rows.y.max():
        raise LabelError(f"all {len(rows.y)} labels are {rows.y[0]:g}; a classifier learns from rows of both classes")
