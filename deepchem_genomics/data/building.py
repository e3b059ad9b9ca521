"""From chunks of input to a finished folder: encode on one core or many, then write."""

import json
import logging
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.data.dataset_folder import FolderOptions, write_dataset_folder
from deepchem_genomics.data.loader_options import WritingOptions
from deepchem_genomics.data.parts import ON_MIDDLE, ON_SUMMIT, Part
from deepchem_genomics.data.row_store import RowStore
from deepchem_genomics.feat.encoding import OneHotEncoding
from deepchem_genomics.io.outputs import Kind, remove_abandoned, require_folder
from deepchem_genomics.paths import PathLike
from deepchem_genomics.runs import Execution
from deepchem_genomics.runs.folder import open_pieces, tidy_finished
from deepchem_genomics.runs.progress import progress_bar
from deepchem_genomics.wording import counted

__all__ = ["FolderBuilder", "as_list", "build_folder", "require_free", "require_shard_size"]

logger = logging.getLogger(__name__)


class FolderBuilder:
    """Base of what turns files into dataset folders, without DeepChem: loaders are these and ``DataLoader`` in one.

    Parameters
    ----------
    tasks : list of str
        Names of the T labels.
    featurizer : dc.feat.Featurizer or OneHotEncoding, optional
        Takes sequences; one-hot DNA by default.
    """

    options: WritingOptions

    def __init__(self, tasks: list[str], featurizer: Any | None = None) -> None:
        self.tasks = tasks
        self.featurizer = OneHotEncoding() if featurizer is None else featurizer

    @property
    def recorded_name(self) -> str:
        """The loader's name, for the manifest, whether the folder is built with DeepChem or without."""
        return type(self).__name__.removesuffix("Builder") + "Loader"

    def build(self, inputs: Any, data_dir: PathLike | None = None, shard_size: int | None = 8192) -> Path:
        """Read, encode and write; return the folder. The arguments are those of ``create_dataset`` of the loaders."""
        files = as_list(inputs)
        target = require_free(data_dir, self.options.overwrite, files)
        return self._write(files, target, require_shard_size(shard_size))

    def _write(self, files: Sequence[Any], target: Path, shard_rows: int) -> Path:
        """Turn files, or tables, into a dataset in a folder that may be written."""
        raise NotImplementedError


def as_list(inputs: Any) -> list[Any]:
    """Return inputs as a list, also if there is only one.

    Parameters
    ----------
    inputs : path-like, DataFrame, or iterable of them
        As loaders take them.

    Returns
    -------
    list
        The inputs.
    """
    return [inputs] if isinstance(inputs, str | os.PathLike | pd.DataFrame) else list(inputs)


def require_free(folder: PathLike | None, overwrite: bool = False, inputs: Sequence[Any] = ()) -> Path:
    """Make sure that a folder may be written, before any work is done for it.

    Parameters
    ----------
    folder : path-like, optional
        The folder's name; a temporary one if not given.
    overwrite : bool, default False
        Whether an existing dataset may be replaced.
    inputs : sequence, optional
        The inputs; tables are ignored.

    Returns
    -------
    Path
        The folder, which is not there yet or may be replaced.

    Raises
    ------
    FileExistsError
        If the folder exists and is not to be replaced, is not a dataset, or holds anything else.
    """
    if folder is None:
        return Path(tempfile.mkdtemp()) / "dataset"
    target = Path(folder)
    tidy_finished(target)
    for name in remove_abandoned(target):
        logger.warning("removed %s, which an interrupted build left behind", name)
    require_folder(target, Kind.DATASET, overwrite, [each for each in inputs if isinstance(each, str | os.PathLike)])
    return target


def require_shard_size(shard_size: int | None) -> int:
    """Return the number of rows per shard, 8192 if none is given, or raise BadValueError."""
    return 8192 if shard_size is None else require_whole_number("shard_size", shard_size, lowest=1, of="rows")


def build_folder(
    recipe: Callable[[Any], Part],
    chunks: Iterable[Any],
    target: Path,
    tasks: Sequence[str],
    description: dict[str, Any],
    options: FolderOptions,
    *,
    execution: Execution,
    progress: bool | None = None,
) -> Path:
    """Encode chunks with ``recipe``, which returns a :class:`Part` of each, write the dataset, and return its folder.

    What was kept and what was dropped is logged.
    """
    with _kept_rows(target, description) as kept, progress_bar("building", " rows", show=progress) as bar:
        n_done = 0 if kept is None else kept.committed.get("parts", 0)
        if kept is not None and n_done:
            logger.info("resuming: %d rows are encoded", kept.n_rows)
            bar.update(kept.n_rows)
        with closing(execution.map(recipe, islice(chunks, n_done, None))) as parts:  # an error ends the processes, too
            manifest = write_dataset_folder(_counted(parts, bar), target, tasks, description, options, kept)
    rows = manifest["rows"]
    for reason, count in rows["dropped"].items():
        logger.warning("dropped %d of %d rows: %s", count, rows["read"], reason)
    for what, count in rows["noted"].items():
        level = logging.INFO if what in (ON_MIDDLE, ON_SUMMIT) else logging.WARNING
        logger.log(level, "%d of %d rows are %s", count, rows["kept"], what)
    logger.info("wrote %s to %s", counted(rows["kept"], "row"), target)
    return target


@contextmanager
def _kept_rows(target: Path, description: Mapping[str, Any]) -> Iterator[RowStore | None]:
    """Open what an interrupted build left; None if an input is not a file, or the encoder has no name."""
    inputs = description.get("inputs", [])
    if not inputs or not all("path" in one for one in inputs) or " at 0x" in json.dumps(description, default=repr):
        yield None
        return
    files = {f"{one['role']} {number}": Path(one["path"]) for number, one in enumerate(inputs, 1)}
    settings = {name: value for name, value in description.items() if name != "inputs"}
    with open_pieces(target, "dataset", settings, files) as run:
        if run is None:
            yield None
            return
        with RowStore(run.rows, run.assembled) as store:
            yield store


def _counted(parts: Iterator[Part], bar: Any) -> Iterator[Part]:
    for part in parts:
        yield part
        bar.update(len(part.ids))
