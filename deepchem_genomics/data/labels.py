"""What labels a window: a column of its table, or its overlap with peaks. Workers run this."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.errors import LabelError
from deepchem_genomics.genome import Intervals, overlap_bases
from deepchem_genomics.genome.intervals import place

__all__ = ["ColumnLabels", "PeakLabels", "is_missing", "label_values"]

NO_LABEL = {"", ".", "na", "nan", "<na>", "none"}
LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class ColumnLabels:
    """Take labels from columns of the table of intervals.

    Parameters
    ----------
    columns : sequence of str
        One a task.
    """

    columns: Sequence[str]

    def __call__(self, intervals: Intervals) -> NDArray[np.float32]:
        """Return labels (n, T), NaN where one is missing."""
        labels = np.empty((len(intervals), len(self.columns)), dtype=np.float32)
        for task, column in enumerate(self.columns):
            values, wrong = label_values(intervals[column])
            if len(wrong):
                raise LabelError(
                    f"{place(intervals, wrong[0])}: {column} is {str(intervals[column].iloc[wrong[0]])!r}; a label is "
                    "a number, or missing (empty, '.', NA); correct it"
                )
            labels[:, task] = values
        return labels


@dataclass(frozen=True)
class PeakLabels:
    """Label a window 1 where it shares enough bases with a peak, else 0; one task a set of peaks.

    Parameters
    ----------
    peaks : sequence of DataFrame
        A table of intervals for each task.
    min_overlap : int
        Bases of the window that must lie in one and the same peak.
    """

    peaks: Sequence[Intervals]
    min_overlap: int

    def __call__(self, intervals: Intervals) -> NDArray[np.float32]:
        """Return labels (n, T), 0 or 1."""
        labels = np.zeros((len(intervals), len(self.peaks)), dtype=np.float32)
        for task, peaks in enumerate(self.peaks):
            labels[:, task] = overlap_bases(intervals, peaks, "longest") >= self.min_overlap
        return labels


def label_values(column: pd.Series) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Read labels as numbers.

    Parameters
    ----------
    column : Series
        Numbers, or text as files have it.

    Returns
    -------
    ndarray of shape (n,), float64
        The numbers, NaN where a label is missing.
    ndarray of int64
        Positions of what is neither missing nor a finite number within the range of float32.
    """
    values = pd.to_numeric(column, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    suspect = np.flatnonzero(~(np.abs(values) <= LARGEST))
    wrong = [i for i in suspect if not is_missing(column.iloc[i])]
    return values, np.array(wrong, dtype=np.int64)


def is_missing(value: object) -> bool:
    """Tell whether a field says that there is no label.

    Parameters
    ----------
    value : object
        The field.

    Returns
    -------
    bool
        True for None, NaN and what files write for them.
    """
    return value is None or value is pd.NA or str(value).strip().lower() in NO_LABEL
