"""Tables as arrays by name, for pieces of a run that hold some."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["arrays_of_frame", "frame_of_arrays"]


def arrays_of_frame(frame: pd.DataFrame, name: str) -> dict[str, NDArray[Any]]:
    """Return the columns of a table as arrays whose names begin with ``name``; text, numbers and booleans only.

    Examples
    --------
    >>> frame = pd.DataFrame({"guide": ["UUC"], "passes": pd.array([None], dtype="boolean")})
    >>> frame_of_arrays(arrays_of_frame(frame, "sites"), "sites").equals(frame)
    True
    """
    arrays = {
        f"{name}:columns": np.array(frame.columns.tolist(), dtype=str),
        f"{name}:dtypes": np.array([str(dtype) for dtype in frame.dtypes], dtype=str),
    }
    for number, column in enumerate(frame.columns):
        values = frame[column]
        if values.dtype == "boolean":
            packed = values.astype("Int8").fillna(-1).to_numpy(dtype=np.int8)
        elif values.dtype.kind in "OU":
            packed = values.to_numpy(dtype=object).astype(str)
        else:
            packed = values.to_numpy()
        arrays[f"{name}:{number}"] = packed
    return arrays


def frame_of_arrays(arrays: Mapping[str, NDArray[Any]], name: str) -> pd.DataFrame:
    """Return the table that :func:`arrays_of_frame` packed."""
    columns = {}
    kinds = zip(arrays[f"{name}:columns"].tolist(), arrays[f"{name}:dtypes"].tolist(), strict=True)
    for number, (column, dtype) in enumerate(kinds):
        values = arrays[f"{name}:{number}"]
        if dtype == "boolean":
            columns[column] = pd.Series(pd.arrays.BooleanArray(values == 1, values == -1))
        else:
            columns[column] = pd.Series(values.astype(object) if values.dtype.kind == "U" else values, dtype=dtype)
    return pd.DataFrame(columns)
