"""Predictions from files to files of any size: a few thousand rows are in memory at a time."""

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from deepchem_genomics.data.sequence_files import read_sequence_chunks
from deepchem_genomics.errors import BadValueError, SequenceLengthError
from deepchem_genomics.feat import RNA, Alphabet, one_hot
from deepchem_genomics.genome import Genome, center, interval_ids, read_interval_chunks
from deepchem_genomics.genome.intervals import Intervals, outside_summits, place
from deepchem_genomics.io.table_writers import writing_table
from deepchem_genomics.models.portable import PortableModel
from deepchem_genomics.models.saving import fingerprint
from deepchem_genomics.models.side_inputs import held_in_memory
from deepchem_genomics.paths import PathLike
from deepchem_genomics.runs import Execution
from deepchem_genomics.runs.folder import RunFolder, kept_map, open_pieces

if TYPE_CHECKING:
    from deepchem_genomics.models.sequence_model import SequenceModel

__all__ = [
    "Columns",
    "Dependencies",
    "EncodedRows",
    "RowPredictor",
    "interval_rows",
    "sequence_rows",
    "window_tables",
    "write_predictions",
]

logger = logging.getLogger(__name__)

CHUNK = 8192


class EncodedRows(NamedTuple):
    """Some rows to predict for: X (n, L, A) one-hot, ids (n,)."""

    X: np.ndarray
    ids: np.ndarray


def sequence_rows(
    path: PathLike,
    model: "SequenceModel",
    sequence_column: str = "sequence",
    id_column: str | None = None,
    on_length: str = "error",
) -> Iterator[EncodedRows]:
    """Read FASTA, FASTQ or a table of sequences as rows for a model, in the order of the file.

    ``on_length`` is "error", "pad", "crop" or "fit", and of a model of guides "guide". Errors name file and record:
    SequenceLengthError, UnknownBaseError, and those of
    :func:`~deepchem_genomics.data.sequence_files.read_sequence_chunks`.
    """
    require_guide_policy(model.alphabet, on_length)
    for table in read_sequence_chunks(path, CHUNK, sequence_column, id_column=id_column):
        X = one_hot(table["sequence"], model.alphabet, model.length, on_length=on_length)
        yield EncodedRows(X, table["id"].to_numpy(object).astype(str))


def require_guide_policy(alphabet: Alphabet, on_length: str) -> None:
    """Raise BadValueError for guides that would be centered: a model has learned what their 5' end means."""
    if alphabet is RNA and on_length in ("pad", "crop", "fit"):
        raise BadValueError(
            f"on_length is {on_length!r}, which centers sequences, and guides are completed or cut at their 3' end; "
            "pass on_length='guide'"
        )


def interval_rows(
    path: PathLike,
    genome: Genome,
    model: "SequenceModel",
    at: str | None = None,
    out_of_bounds: str = "error",
    one_based: bool | None = None,
) -> Iterator[EncodedRows]:
    """Read intervals (BED, narrowPeak, TSV, CSV or Parquet) and their sequences as rows, in the order of the file.

    ``at`` ("middle" or "summit") makes windows of the model's length around it; by default intervals must have that
    length, else SequenceLengthError. ``out_of_bounds`` is "error" or "pad". ``one_based`` tells how the file counts, if
    it does not say so itself. Labels and other columns are not looked at. Ids are ``chrom:start-end``, with the strand
    where there is one.
    """
    for windows in window_tables(path, model, at, one_based):
        letters = genome.fetch_bytes(windows, out_of_bounds=out_of_bounds)
        yield EncodedRows(one_hot(letters, model.alphabet), interval_ids(windows).astype(str))


def window_tables(
    path: PathLike, model: "SequenceModel", at: str | None = None, one_based: bool | None = None
) -> Iterator[Intervals]:
    """Read intervals as windows of a model's length, as :func:`interval_rows` does, a few thousand at a time."""
    for table in read_interval_chunks(path, CHUNK, labels=[], one_based=one_based):
        if at == "auto" and (n_outside := outside_summits(table)):
            logger.warning("%s: %d peaks have a summit outside of them: centered on the middle", path, n_outside)
        windows = table if at is None else center(table, model.length, at)
        lengths = (windows["end"] - windows["start"]).to_numpy()
        odd = np.flatnonzero(lengths != model.length)
        if len(odd):
            raise SequenceLengthError(
                f"{place(windows, int(odd[0]))} is {lengths[odd[0]]} bp long and the model takes {model.length}; take "
                "windows around the middle or summit of each (at='auto'), or correct the line"
            )
        yield windows


class Columns(NamedTuple):
    """The columns next to ids.

    ``names``, one for each task, head the predictions. With ``masks`` above 0, ``predict_uncertainty`` adds
    ``<task>_sd`` for each task: a network is run with that many dropout masks; ensembles and Gaussian processes need
    none. ``thresholds``, one for each task, add ``call``, or ``<task>_call`` if there are several tasks: 1 for a
    prediction that reaches it, else 0.
    """

    names: Sequence[str]
    masks: int = 0
    thresholds: Sequence[float] = ()

    @property
    def values(self) -> list[str]:
        """Predictions, and their standard deviations."""
        return [*self.names, *(f"{name}_sd" for name in self.names)] if self.masks else list(self.names)

    @property
    def calls(self) -> list[str]:
        """What tells whether thresholds are reached."""
        if not self.thresholds:
            return []
        return [f"{name}_call" for name in self.names] if len(self.names) > 1 else ["call"]

    @property
    def counts(self) -> list[str]:
        """Columns of whole numbers."""
        return self.calls

    def content(self, rows: Any, table: np.ndarray) -> dict[str, Any]:
        """Return ids and columns by name, for some rows and what was predicted for them."""
        found = {"id": rows.ids.astype(object), **dict(zip(self.values, table.T, strict=True))}
        calls = {
            call: (found[name] >= least).astype(np.int8)
            for call, name, least in zip(self.calls, self.names, self.thresholds, strict=bool(self.calls))
        }
        return {**found, **calls}


class Dependencies(NamedTuple):
    """What rows depend on: input files, and settings as JSON. An interrupted call resumes if this is the same."""

    inputs: Mapping[str, PathLike]
    settings: Mapping[str, Any]


class RowPredictor:
    """Predicts for rows; ``masks`` as for :class:`Columns`. Can be sent to other processes."""

    def __init__(self, model: "SequenceModel", masks: int) -> None:
        self.model = PortableModel(model)
        self.masks = masks

    def __call__(self, rows: Any) -> dict[str, np.ndarray]:
        """Return ``table``: a row for each row, and a column for each task, then for each standard deviation."""
        model = self.model.model
        from deepchem.data import NumpyDataset

        dataset = NumpyDataset(rows.X, ids=rows.ids)
        with held_in_memory(model, rows.ids):  # bigWig files are read for all rows at once, not batch by batch
            values = (model.predict(dataset),) if not self.masks else self._with_spread(model, dataset)
        parts = [np.asarray(part).reshape(len(rows.ids), -1) for part in values]
        return {"table": np.concatenate(parts, axis=1).astype(np.float32)}

    def _with_spread(self, model: Any, dataset: Any) -> Any:
        return model.predict_uncertainty(dataset, *[self.masks] * model.is_network)


def write_predictions(
    rows: Iterable[Any],
    model: "SequenceModel",
    out: PathLike,
    wanted: Columns,
    *,
    execution: Execution | None = None,
    dependencies: Dependencies | None = None,
    on_rows: Any = None,
) -> int:
    """Predict for :class:`EncodedRows`, write ``id`` and the wanted columns, and return the number of rows.

    Other columns may want other rows: whatever has ``X`` and ``ids``, and what ``wanted.content`` makes a table of.

    ``out`` is TSV, in gzip if the name ends in ``.gz``; Parquet if the name ends so; or ``-`` for TSV on stdout; the
    file appears only when whole. In TSV, ids with a tab, a line end or a quotation mark are quoted. The bytes do not
    depend on ``execution``. With dependencies, an interrupted call keeps what it finished in ``<out>.run``, and the
    same call resumes there. ``on_rows`` is called with the number of rows after each chunk.

    BadValueError unless there is one distinct name for each task; DataFolderError if ``<out>.run`` belongs to another
    call or is in use; MissingExtraError for Parquet without pyarrow.
    """
    columns, counts = wanted.values, wanted.counts
    if len(wanted.names) != model.get_num_tasks() or len({"id", *columns, *counts}) != len(columns) + len(counts) + 1:
        raise BadValueError(
            f"the model has {model.get_num_tasks()} tasks, and the columns are to be id, "
            f"{', '.join(columns + counts)}; give each task one name, all different"
        )
    n_rows = 0
    waiting: deque[Any] = deque()

    def noted() -> Iterator[Any]:
        for each in rows:
            waiting.append(each._replace(X=each.X[:0].copy()))  # the letters are of no more use
            yield each

    with _kept(model, out, wanted.masks, dependencies) as run, writing_table(out) as writer:
        empty = {**dict.fromkeys(columns, np.empty(0, np.float32)), **dict.fromkeys(counts, np.empty(0, np.int8))}
        writer.begin(pd.DataFrame({"id": np.empty(0, object), **empty}))
        predicted = kept_map(run, execution or Execution(), RowPredictor(model, wanted.masks), noted())
        with closing(predicted) as tables:
            for found in tables:
                table = pd.DataFrame(wanted.content(waiting.popleft(), found["table"]))
                writer.write(table)
                n_rows += len(table)
                if on_rows is not None:
                    on_rows(len(table))
        if run is not None:
            run.mark_assembled()
    return n_rows


def _kept(
    model: "SequenceModel", out: PathLike, masks: int, dependencies: Dependencies | None
) -> AbstractContextManager[RunFolder | None]:
    if dependencies is None:
        return nullcontext()
    own = {"model": fingerprint(model), "batch size": model.batch_size, "masks": masks, "rows at a time": CHUNK}
    return open_pieces(out, "prediction", {**own, **dependencies.settings}, dependencies.inputs)
