"""Predictions from files to files of any size: a few thousand rows are in memory at a time."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from deepchem_genomics.data.sequence_files import read_sequence_chunks
from deepchem_genomics.errors import BadValueError, SequenceLengthError
from deepchem_genomics.feat import one_hot
from deepchem_genomics.genome import Genome, center, interval_ids, read_interval_chunks
from deepchem_genomics.genome.intervals import place
from deepchem_genomics.io.table_writers import writing_table
from deepchem_genomics.models.portable import PortableModel
from deepchem_genomics.models.saving import fingerprint
from deepchem_genomics.runs import Execution
from deepchem_genomics.runs.folder import RunFolder, kept_map, open_pieces

if TYPE_CHECKING:
    from deepchem_genomics.models.genomics_model import SequenceModel

__all__ = ["Origin", "RowPredictor", "Rows", "interval_rows", "sequence_rows", "write_predictions"]

CHUNK = 8192

PathLike = str | os.PathLike[str]


class Rows(NamedTuple):
    """Some rows to predict for.

    Parameters
    ----------
    X : ndarray, (n, L, A)
        One-hot sequences.
    ids : ndarray of str, (n,)
        Their ids.
    """

    X: np.ndarray
    ids: np.ndarray


def sequence_rows(
    path: PathLike,
    model: "SequenceModel",
    sequence_column: str = "sequence",
    id_column: str | None = None,
    on_length: str = "error",
) -> Iterator[Rows]:
    """Read FASTA, FASTQ or a table of sequences as rows for a model.

    Parameters
    ----------
    path : path-like
        As for :func:`~deepchem_genomics.data.sequence_files.read_sequence_chunks`.
    model : SequenceModel
        Its alphabet and length are required.
    sequence_column, id_column : str
        Of a table.
    on_length : {"error", "pad", "crop", "fit"}, default "error"
        What happens to sequences of another length.

    Yields
    ------
    Rows
        In the order of the file.

    Raises
    ------
    SequenceLengthError, UnknownBaseError
        If a sequence does not fit the model; the message names file and record.
    GenomicsError
        Whatever else is wrong with the file.
    """
    for table in read_sequence_chunks(path, CHUNK, sequence_column, id_column=id_column):
        X = one_hot(table["sequence"], model.alphabet, model.length, on_length=on_length)
        yield Rows(X, table["id"].to_numpy(object).astype(str))


def interval_rows(
    path: PathLike, genome: Genome, model: "SequenceModel", at: str | None = None, out_of_bounds: str = "error"
) -> Iterator[Rows]:
    """Read intervals and their sequences as rows for a model.

    Parameters
    ----------
    path : path-like
        BED, narrowPeak, TSV, CSV or Parquet.
    genome : Genome
        Where sequences come from.
    model : SequenceModel
        Its length is required.
    at : {"middle", "summit"}, optional
        Windows of the model's length around this; by default intervals are taken as they are.
    out_of_bounds : {"error", "pad"}, default "error"
        What to do with a window that reaches past an end of its chromosome.

    Yields
    ------
    Rows
        In the order of the file; ids ``chrom:start-end``, with the strand where there is one.

    Raises
    ------
    SequenceLengthError
        If an interval is not as long as the model's windows, naming file and line.
    GenomicsError
        Whatever else is wrong with the file.
    """
    for table in read_interval_chunks(path, CHUNK):
        windows = table if at is None else center(table, model.length, at)
        lengths = (windows["end"] - windows["start"]).to_numpy()
        odd = np.flatnonzero(lengths != model.length)
        if len(odd):
            raise SequenceLengthError(
                f"{place(windows, int(odd[0]))} is {lengths[odd[0]]} bp long and the model takes {model.length}; take "
                "windows around the middle or summit of each (--at), or correct the line"
            )
        letters = genome.fetch_bytes(windows, out_of_bounds=out_of_bounds)
        yield Rows(one_hot(letters, model.alphabet), interval_ids(windows).astype(str))


class Origin(NamedTuple):
    """What rows depend on; an interrupted call goes on where it was if this is the same.

    Parameters
    ----------
    inputs : mapping of str to path-like
        Files and folders that are read.
    settings : mapping
        How they are read, JSON only.
    """

    inputs: Mapping[str, PathLike]
    settings: Mapping[str, Any]


class RowPredictor:
    """Predicts for some rows. Can be sent to other processes.

    Parameters
    ----------
    model : SequenceModel
        The model, with its side inputs.
    masks : int
        See :func:`write_predictions`.
    """

    def __init__(self, model: "SequenceModel", masks: int) -> None:
        self.model = PortableModel(model)
        self.masks = masks

    def __call__(self, rows: Rows) -> dict[str, np.ndarray]:
        """Return ``table``: a row for each row, and a column for each task, then for each standard deviation."""
        model = self.model.model
        from deepchem.data import NumpyDataset

        dataset = NumpyDataset(rows.X, ids=rows.ids)
        values = (model.predict(dataset),) if not self.masks else self._with_spread(model, dataset)
        parts = [np.asarray(part).reshape(len(rows.ids), -1) for part in values]
        return {"table": np.concatenate(parts, axis=1).astype(np.float32)}

    def _with_spread(self, model: Any, dataset: Any) -> Any:
        return model.predict_uncertainty(dataset, *[self.masks] * model.is_network)


def write_predictions(
    rows: Iterable[Rows],
    model: "SequenceModel",
    out: PathLike,
    names: Sequence[str],
    masks: int = 0,
    *,
    execution: Execution | None = None,
    origin: Origin | None = None,
    on_rows: Any = None,
) -> int:
    """Predict for rows and write ``id`` and a column for each task.

    With an origin, a call that is interrupted, killed even, leaves what it finished in ``<out>.run``, and the same call
    goes on from there.

    Parameters
    ----------
    rows : iterable of Rows
        Taken one at a time.
    model : SequenceModel
        The model.
    out : path-like
        TSV, in gzip if the name ends in ``.gz``; Parquet if the name ends so; ``-`` for TSV on stdout. A file appears
        under its name only when whole. In TSV, ids with a tab, a line end or a quotation mark are quoted.
    names : sequence of str
        Of the T tasks.
    masks : int, default 0
        If above 0, ``predict_uncertainty`` is used, and each task has a second column, its standard deviation, whose
        name ends in ``_sd``. A network is run with so many dropout masks; ensembles and Gaussian processes need none.
    execution : Execution, optional
        Where predictions are made; in this process by default. The file does not depend on it.
    origin : Origin, optional
        What the rows depend on; nothing is kept of an interrupted call without.
    on_rows : callable, optional
        Called with the number of rows after each chunk.

    Returns
    -------
    int
        Number of rows.

    Raises
    ------
    BadValueError
        If there is not one name a task, or two are the same.
    DataFolderError
        If ``<out>.run`` is of another call, or in use.
    MissingExtraError
        If Parquet is asked for and pyarrow is not installed.
    """
    columns = [*names, *(f"{name}_sd" for name in names)] if masks else list(names)
    if len(names) != model.get_num_tasks() or len({"id", *columns}) != len(columns) + 1:
        raise BadValueError(
            f"the model has {model.get_num_tasks()} tasks, and the columns are to be id, {', '.join(columns)}; give "
            "each task one name, all different"
        )
    n_rows = 0
    waiting: deque[np.ndarray] = deque()

    def noted() -> Iterator[Rows]:
        for each in rows:
            waiting.append(each.ids)
            yield each

    with _kept(model, out, masks, origin) as run, writing_table(out) as writer:
        writer.begin(pd.DataFrame({"id": np.empty(0, object), **dict.fromkeys(columns, np.empty(0, np.float32))}))
        predicted = kept_map(run, execution or Execution(), RowPredictor(model, masks), noted())
        with closing(predicted) as tables:
            for found in tables:
                ids = waiting.popleft()
                content = dict(zip(columns, found["table"].T, strict=True))
                writer.write(pd.DataFrame({"id": ids.astype(object), **content}))
                n_rows += len(ids)
                if on_rows is not None:
                    on_rows(len(ids))
    return n_rows


def _kept(
    model: "SequenceModel", out: PathLike, masks: int, origin: Origin | None
) -> AbstractContextManager[RunFolder | None]:
    if origin is None:
        return nullcontext()
    own = {"model": fingerprint(model), "batch size": model.batch_size, "masks": masks, "rows at a time": CHUNK}
    return open_pieces(out, "prediction", {**own, **origin.settings}, origin.inputs)
