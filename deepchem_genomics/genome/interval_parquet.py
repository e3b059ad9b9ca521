"""Reading intervals from Parquet files."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from deepchem_genomics.errors import GenomeFileError, LabelError
from deepchem_genomics.genome.interval_columns import is_label, require_forward
from deepchem_genomics.genome.interval_formats import coordinate_names
from deepchem_genomics.genome.intervals import Intervals, require_intervals
from deepchem_genomics.genome.random_access import import_for
from deepchem_genomics.io.parquet import telling_parquet_damage

__all__ = ["parquet_chunks"]


def parquet_chunks(path: Path, chunk_size: int, labels: Sequence[str] | None) -> Iterator[Intervals]:
    """Read the intervals of a Parquet file some at a time.

    Parameters
    ----------
    path : Path
        The file.
    chunk_size : int
        How many rows at a time.
    labels : sequence of str or None
        As :func:`read_intervals` takes them.

    Yields
    ------
    DataFrame
        As :func:`read_intervals` returns it.

    Raises
    ------
    IntervalError, LabelError, GenomeFileError, MissingExtraError
        As for :func:`read_intervals`.
    """
    import_for("pyarrow", path, extra="parquet")
    parquet = import_for("pyarrow.parquet", path, extra="parquet")

    def damaged(reason: str) -> GenomeFileError:
        return GenomeFileError(f"{path} is not a whole Parquet file ({reason}); copy or download it again")

    with telling_parquet_damage(damaged), parquet.ParquetFile(path) as file:
        n_before = 0
        for batch in file.iter_batches(batch_size=chunk_size):
            batch.validate(full=True)  # else text that is not text is found out later, or not at all
            table = batch.to_pandas().reset_index(drop=True)
            table.index = pd.RangeIndex(n_before, n_before + len(table), name="row")
            table.attrs = {"path": str(path)}
            n_before += len(table)
            if len(table):
                yield _checked_parquet(table, labels)


def _checked_parquet(table: pd.DataFrame, labels: Sequence[str] | None) -> Intervals:
    table.columns = pd.Index(coordinate_names(list(map(str, table.columns))) or table.columns)
    require_intervals(table)
    missing = [name for name in labels or () if name not in table]
    if missing:
        raise LabelError(
            f"{table.attrs['path']} has no column {missing[0]!r} for labels, only "
            f"{', '.join(map(str, table.columns))}; choose from these"
        )
    for name in table.columns:
        if is_label(str(name), labels) and table[name].dtype.kind not in "iufb":
            raise LabelError(
                f"{table.attrs['path']}: column {name!r} is of type {table[name].dtype}; a label is a number; convert "
                "it, or pass labels=[...] to say which columns are labels"
            )
    coordinates = dict.fromkeys(("start", "end"), np.int64)
    table = table.astype(coordinates | {name: float for name in table.columns if is_label(str(name), labels)})
    require_forward(table)
    return table
