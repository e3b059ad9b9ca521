"""Rows on disk, appended in the order they are made and read back in any order.

What a dataset folder needs before it can be written: the number of rows, which the class weights follow from, and any
row at any time, so that shards can be filled with rows shuffled across the whole of the data. Memory holds one part
and one shard; the files are mapped, and go when the folder is done.
"""

import json
import os
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError

__all__ = ["RowStore"]

JOURNAL = "journal.jsonl"


class RowStore:
    """Arrays with the same number of rows, and an id for each row, growing on disk.

    Parameters
    ----------
    folder : Path
        Where the files go; made if need be. What an interrupted process left of :meth:`commit` there is gone on with.
    whole : Path, optional
        The file that :meth:`mark_whole` makes.

    Attributes
    ----------
    committed : dict
        The last entry that was committed; empty in a new folder.

    Examples
    --------
    >>> import tempfile
    >>> with RowStore(Path(tempfile.mkdtemp())) as store:
    ...     store.append({"y": np.array([[1.0], [0.0]])}, ["a", "b"])
    ...     store.append({"y": np.array([[2.0]])}, ["c"])
    ...     rows = np.array([2, 0])
    ...     store.read("y", rows).tolist(), store.read_ids(rows).tolist()
    ([[2.0], [1.0]], ['c', 'a'])
    """

    def __init__(self, folder: Path, whole: Path | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.whole = folder, whole
        self.n_rows = 0
        self._layout: dict[str, tuple[tuple[int, ...], np.dtype]] = {}
        self._files: dict[str, BinaryIO] = {}
        self._id_ends = 0
        self._stack = ExitStack()
        self.committed: dict[str, Any] = {}
        self._resume()

    def __enter__(self) -> "RowStore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def append(self, arrays: dict[str, np.ndarray], ids: Sequence[str] | np.ndarray) -> None:
        """Add n rows at the end; names, row shapes and dtypes of the arrays must be those of the first call."""
        layout = {name: (array.shape[1:], array.dtype) for name, array in arrays.items()}
        self._layout = self._layout or layout
        if layout != self._layout:
            raise ShapeMismatchError(
                f"from {ids[0]!r} on there are rows of {_shown(layout)}, before it of {_shown(self._layout)}; all must "
                "be alike: give the featurizer a length"
            )
        for name, array in arrays.items():
            if len(array) != len(ids):
                raise ShapeMismatchError(f"{len(ids)} ids but {len(array)} rows of {name}; give one id per row")
            self._file(name).write(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
        texts = [str(name).encode() for name in ids]
        self._file("ids").write(b"".join(texts))
        ends = self._id_ends + np.cumsum([len(text) for text in texts], dtype=np.int64)
        self._file("id_ends").write(ends.data)
        self._id_ends = int(ends[-1]) if len(ends) else self._id_ends
        self.n_rows += len(ids)

    def commit(self, entry: dict[str, Any]) -> None:
        """Record that the rows so far are whole, with JSON that :attr:`committed` has after an interruption."""
        sizes = {}
        for name, file in self._files.items():
            file.flush()
            sizes[name] = file.tell()
        record = {
            "rows": self.n_rows,
            "id_ends": self._id_ends,
            "layout": {name: (shape, dtype.str) for name, (shape, dtype) in self._layout.items()},
            "sizes": sizes,
            "entry": entry,
        }
        with (self.folder / JOURNAL).open("a") as journal:
            journal.write(json.dumps(record) + "\n")

    def mark_whole(self) -> None:
        """Record that a folder made of all rows is about to get its name."""
        if self.whole is not None:
            self.whole.touch()

    def _resume(self) -> None:
        path = self.folder / JOURNAL
        record, files = None, dict[Path, int]()
        for line in reversed(path.read_text().splitlines() if path.exists() else []):
            try:
                record = json.loads(line)
            except ValueError:  # cut off
                record = None
                continue
            files = {self.folder / f"{name}.bin": size for name, size in record["sizes"].items()}
            if all(file.exists() and file.stat().st_size >= size for file, size in files.items()):
                break
            record, files = None, {}
        for left in self.folder.glob("*.bin"):  # without an entry, as when a kill came while the folder was removed
            if left not in files:
                left.unlink()
        if record is None:
            path.unlink(missing_ok=True)
            return
        with path.open("a") as journal:
            journal.write("\n")  # ends a line that was cut off
        for file, size in files.items():
            os.truncate(file, size)
        self.n_rows, self._id_ends, self.committed = record["rows"], record["id_ends"], record["entry"]
        self._layout = {name: (tuple(shape), np.dtype(dtype)) for name, (shape, dtype) in record["layout"].items()}
        for name in record["sizes"]:
            self._file(name)

    def read(self, name: str, rows: NDArray[np.integer]) -> np.ndarray:
        """Read rows of one of the arrays by their positions, in any order."""
        return np.asarray(self.array(name)[rows])

    def read_ids(self, rows: NDArray[np.integer]) -> NDArray[np.object_]:
        """Read ids by their positions, in any order."""
        ends = self._mapped("id_ends", (), np.dtype(np.int64))
        starts = np.where(rows > 0, ends[np.maximum(rows - 1, 0)], 0)
        text = self._mapped("ids", (), np.dtype(np.uint8)).data
        names = [str(text[a:b], "utf-8") for a, b in zip(starts.tolist(), ends[rows].tolist(), strict=True)]
        return np.array(names, dtype=object)

    def array(self, name: str) -> np.ndarray:
        """Return all rows so far of one of the arrays, mapped from disk; EmptyInputError if there are none."""
        if self.n_rows == 0:
            raise EmptyInputError("no row was kept; look at what was dropped and why")
        return self._mapped(name, *self._layout[name])

    def _file(self, name: str) -> BinaryIO:
        if name not in self._files:
            self._files[name] = self._stack.enter_context((self.folder / f"{name}.bin").open("ab"))
        return self._files[name]

    def _mapped(self, name: str, shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
        self._files[name].flush()
        path = self.folder / f"{name}.bin"
        if path.stat().st_size == 0:  # no letters, or rows of no elements: a file that cannot be mapped
            return np.empty((self.n_rows if shape else 0, *shape), dtype)
        # A plain view: taking pieces of a np.memmap costs ten times as much.
        return np.asarray(np.memmap(path, dtype, "r")).reshape(-1, *shape)


def _shown(layout: dict[str, tuple[tuple[int, ...], np.dtype]]) -> str:
    return ", ".join(f"{name} {shape} {dtype}" for name, (shape, dtype) in layout.items())
