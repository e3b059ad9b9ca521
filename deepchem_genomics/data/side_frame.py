"""Tables of numbers by id, as data frames and Parquet files."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, MissingExtraError
from deepchem_genomics.io.outputs import atomic_file
from deepchem_genomics.io.parquet import telling_parquet_damage
from deepchem_genomics.typing import SideValues

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FrameTable", "read_frame", "read_parquet", "write_parquet"]


class FrameTable(NamedTuple):
    """Columns of a data frame, not yet checked."""

    ids: list[Any]
    values: NDArray[Any]  # (N, K)
    names: list[str]


def read_frame(frame: "pd.DataFrame", id_column: Any = None, columns: Sequence[Any] | None = None) -> FrameTable:
    """Take ids and values from a data frame; see :meth:`SideInput.from_frame` for the parameters."""
    import pandas as pd

    for column in [*([] if id_column is None else [id_column]), *(columns or [])]:
        if column not in frame.columns:
            raise BadValueError(f"there is no column {column!r}; the columns are {list(frame.columns)}")
    if not frame.columns.is_unique:
        raise BadValueError(f"columns of one name in {list(frame.columns)}; rename them")
    index_is_text = frame.index.dtype == object or isinstance(frame.index.dtype, pd.StringDtype)
    if id_column is None and not index_is_text and len(frame.columns):
        id_column = frame.columns[0]
    labels = frame.index if id_column is None else frame[id_column]
    ids = [None if missing else label for label, missing in zip(labels, labels.isna(), strict=True)]
    chosen = [name for name in frame.columns if name != id_column] if columns is None else list(columns)
    return FrameTable(ids, frame[chosen].to_numpy(), [str(name) for name in chosen])


def read_parquet(path: Path) -> "pd.DataFrame":
    """Read a Parquet file whole."""
    _require_pyarrow(path)
    from pyarrow.parquet import read_table

    def damaged(reason: str) -> BadValueError:
        return BadValueError(f"{path} is not a whole Parquet file ({reason}); copy or make it again")

    with telling_parquet_damage(damaged):
        table = read_table(path)
        table.validate(full=True)  # else text that is not text is found out later, or not at all
        return table.to_pandas()


def write_parquet(path: Path, ids: Sequence[str], values: SideValues, names: Sequence[str]) -> None:
    """Write a first column ``id`` of text, and K columns of float32."""
    _require_pyarrow(path)
    import pandas as pd

    id_name = "id"
    while id_name in names:
        id_name = "_" + id_name
    columns = {id_name: np.array(ids, dtype=object)} | dict(zip(names, values.T, strict=True))
    with atomic_file(path) as partial:
        pd.DataFrame(columns).to_parquet(partial, engine="pyarrow", index=False)


def _require_pyarrow(path: Path) -> None:
    if find_spec("pyarrow") is None:
        raise MissingExtraError(
            f"{path} is Parquet, which needs pyarrow; pip install 'deepchem_genomics[parquet]', or use a .tsv.gz file"
        )
