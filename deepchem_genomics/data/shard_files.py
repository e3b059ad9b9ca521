"""The files of a ``DiskDataset`` folder, read shard by shard without DeepChem and without running what is in them.

Old shards (``.joblib``) and arrays of Python objects are pickles, and reading a pickle runs whatever program it
holds. ``DiskDataset`` reads them unasked; here that takes ``trust=True``. Arrays of text and numbers are read without,
also where they are kept as objects: see :mod:`deepchem_genomics.data.shard_files`.
"""

import io
import json
import math
import os
import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Literal, NamedTuple

import numpy as np
import pandas as pd

from deepchem_genomics.errors import DataFolderError

__all__ = ["PickleError", "Shard", "ShardFiles", "read_plain_array"]

METADATA = "metadata.csv.gzip"
ARRAYS = ("X", "y", "w", "ids")


class Shard(NamedTuple):
    """Some rows of a dataset.

    Parameters
    ----------
    X : ndarray, (n, ...)
        Features.
    y, w : ndarray of shape (n, T), or None
        Labels and weights; None if the dataset has none.
    ids : ndarray of str, (n,)
        Sample ids.
    """

    X: np.ndarray
    y: np.ndarray | None
    w: np.ndarray | None
    ids: np.ndarray


class ShardFiles:
    """A folder that ``DiskDataset`` wrote, opened for reading.

    Parameters
    ----------
    folder : path-like
        The folder.
    trust : bool, default False
        Whether pickles are read, which can run any program: only for a folder from a source you trust.

    Raises
    ------
    DataFolderError
        If the folder is not there, is not a dataset, lacks a file, or holds pickles and is not to be trusted.

    Examples
    --------
    >>> import deepchem as dc
    >>> X, y, ids = np.zeros((3, 5, 4), np.int8), np.ones((3, 1)), np.array(["a", "b", "c"])
    >>> dataset = dc.data.DiskDataset.from_numpy(X, y, ids=ids)
    >>> files = ShardFiles(dataset.data_dir)
    >>> len(files), files.tasks, [shard.ids.tolist() for shard in files]
    (1, ['0'], [['a', 'b', 'c']])
    """

    def __init__(self, folder: str | os.PathLike[str], trust: bool = False) -> None:
        self.folder = Path(folder)
        self.trust = trust
        self._names = _shard_names(self.folder)
        self.tasks: list[str] = _tasks(self.folder)
        if not trust:
            self._refuse_pickles()

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Shard]:
        for names in self._names:
            X, y, w, ids = (self._read(names[array]) for array in ARRAYS)
            if X is None or ids is None:
                raise DataFolderError(f"{self.folder} has a shard without X or ids; build it again")
            yield Shard(X, _columns(y), _columns(w), ids.astype(str))

    @property
    def n_rows(self) -> int:
        """Number of rows N, from the sizes of the arrays of ids."""
        return sum(len(ids) for names in self._names if (ids := self._read(names["ids"], mapped=True)) is not None)

    @property
    def X_shape(self) -> tuple[int, ...]:
        """Shape of a row of X, (L, A) as a rule."""
        X = self._read(self._names[0]["X"], mapped=True)
        return () if X is None else X.shape[1:]

    def _refuse_pickles(self) -> None:
        found = [name for names in self._names for name in names.values() if name and not name.endswith(".npy")]
        # DiskDataset prefers this one, an older form of the table of shards, where there are both.
        found += [name for name in ("metadata.joblib",) if (self.folder / name).exists()]
        for names in [] if found else self._names:
            for name in filter(None, names.values()):
                self._read(name, mapped=True)
        if found:
            raise PickleError(self.folder / found[0])

    def _read(self, name: str | None, mapped: bool = False) -> np.ndarray | None:
        if name is None:
            return None
        path = self.folder / name
        if not path.exists():
            raise DataFolderError(f"{self.folder} lacks {name}, which {METADATA} names; copy or build the folder again")
        if not name.endswith(".npy"):
            import joblib  # type: ignore[import-untyped]  # comes with DeepChem

            return np.asarray(joblib.load(path))
        try:
            return read_plain_array(path, mapped)
        except PickleError:
            if not self.trust:
                raise
            found: np.ndarray | None = np.load(path, allow_pickle=True)
            return found


def _shard_names(folder: Path) -> list[dict[str, str | None]]:
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        raise DataFolderError(f"{folder} {what}; name a dataset folder, such as one that dcgenomics build wrote")
    path = folder / METADATA
    if not path.exists():
        raise DataFolderError(f"{folder} has no {METADATA}, so it is not a DiskDataset; name a dataset folder")
    try:
        table = pd.read_csv(path, compression="gzip", dtype=str)
        names = [
            {array: None if pd.isna(row[array]) else str(row[array]) for array in ARRAYS} for _, row in table.iterrows()
        ]
    except (OSError, EOFError, ValueError, KeyError) as error:
        raise DataFolderError(f"{path} is not a table of shards ({error}); copy or build the folder again") from error
    if not names:
        raise DataFolderError(f"{folder} has no shards; build it again")
    for name in (name for shard in names for name in shard.values() if name):
        if Path(name).name != name:
            raise DataFolderError(f"{path} names {name}, which is not in the folder; build it again")
    return names


def _tasks(folder: Path) -> list[str]:
    path = folder / "tasks.json"
    try:
        return [str(task) for task in json.loads(path.read_text())] if path.exists() else []
    except (ValueError, RecursionError, TypeError) as error:
        raise DataFolderError(f"{path} is not a list of tasks ({error}); build the folder again") from error


def _columns(values: np.ndarray | None) -> np.ndarray | None:
    """Return (n, T); None if there are no labels, which DeepChem also stores as an empty array."""
    if values is None or values.size == 0:
        return None
    return values.reshape(len(values), -1)


_PLAIN = re.compile(r"[biufSU][0-9]{1,9}|O8?")  # kinds of type: whole and other numbers, bytes, text, objects

_STEPS: dict[int, Any] = dict(pickle._Unpickler.dispatch)


class PickleError(DataFolderError):
    """A file is a pickle of more than text and numbers.

    Parameters
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is a Python pickle, and reading one runs whatever program is in it; if you trust where the folder"
            " comes from, say so (--trust, or trust=True)"
        )


class _Header(NamedTuple):
    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[Any]
    offset: int


def read_plain_array(path: Path, mapped: bool = False) -> np.ndarray:
    """Read a ``.npy`` file of text, numbers and None; PickleError if it holds other objects.

    With ``mapped``, an array without Python objects is left on the disk and read where it is looked at.
    """
    with path.open("rb") as stream:
        header = _header(stream, path)
        if header.dtype.hasobject:
            return _objects(stream, header, path)
    count, order = math.prod(header.shape), _order(header.fortran)
    n_bytes, n_there = count * header.dtype.itemsize, path.stat().st_size - header.offset
    if n_there < n_bytes:  # looked at first: the header may speak of more than there is memory for
        raise _damaged(path, f"{n_there} bytes where {n_bytes} are announced")
    try:
        if mapped and n_bytes:  # an empty array cannot be mapped
            return np.memmap(path, header.dtype, "r", header.offset, header.shape, order)
        return np.fromfile(path, header.dtype, count, offset=header.offset).reshape(header.shape, order=order)
    except ValueError as error:  # nothing, of more rows than can be counted
        raise _damaged(path, str(error)) from None


def _header(stream: BinaryIO, path: Path) -> _Header:
    readers = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    try:
        version = np.lib.format.read_magic(stream)
        shape, fortran, dtype = readers[version](stream)
    except Exception as error:  # it is a line of Python, in which NumPy's parser can stumble in any way
        raise _damaged(path, " ".join(str(error).split()) or type(error).__name__) from None
    if any(length < 0 for length in shape):
        raise _damaged(path, f"the shape is {shape}")
    if dtype.kind not in "biufcSUO":
        raise _damaged(path, f"it is of type {dtype}, neither text nor numbers")
    if not dtype.itemsize:
        raise _damaged(path, "letters of no bytes")
    return _Header(shape, fortran, dtype, stream.tell())


def _objects(stream: BinaryIO, header: _Header, path: Path) -> np.ndarray:
    try:
        array = _PlainUnpickler(io.BytesIO(stream.read())).load().array()
    except Exception as error:  # what is no such pickle, or a damaged one, can stop anywhere
        raise PickleError(path) from error
    if array.size != math.prod(header.shape):
        raise _damaged(path, f"{array.size} objects where {math.prod(header.shape)} are announced")
    found: np.ndarray = array.reshape(header.shape, order=_order(header.fortran))
    return found


def _order(fortran: bool) -> Literal["F", "C"]:
    return "F" if fortran else "C"


def _damaged(path: Path, reason: str) -> DataFolderError:
    return DataFolderError(f"{path} is damaged ({reason}); copy or build the folder again")


class _NotedType:
    """What a pickle says of a type."""

    def __init__(self, code: str, *options: bool) -> None:
        self.code, self.order = code, "|"

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.order = state[1]

    def dtype(self) -> np.dtype[Any]:
        if not _PLAIN.fullmatch(self.code):
            raise pickle.UnpicklingError(f"type {self.code!r} is not allowed")
        return np.dtype(self.code).newbyteorder(">" if self.order == ">" else "<")


class _NotedArray:
    """What a pickle says of an array."""

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        _, self.shape, self.kind, self.fortran, self.content = state

    def array(self) -> np.ndarray:
        is_list = self.kind.dtype().hasobject and isinstance(self.content, list)
        if not is_list or not all(map(_is_plain, self.content)):
            raise pickle.UnpicklingError("only text, numbers and None are allowed")
        array = np.empty(len(self.content), dtype=object)
        array[:] = self.content
        return array.reshape(self.shape, order=_order(self.fortran))


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | bytes | int | float | complex | np.generic)


class _Text(str):
    """Stands for ``numpy.str_``."""


def _reconstruct(kind: type, shape: Any, code: Any) -> _NotedArray:
    return _NotedArray()


def _scalar(kind: _NotedType, content: bytes) -> Any:
    return np.frombuffer(content, kind.dtype(), 1)[0]


def _latin1(text: str, encoding: str) -> bytes:
    return text.encode("latin-1")  # how bytes were pickled before there were bytes


class _PlainUnpickler(pickle._Unpickler):
    """Knows the names that pickles of arrays of text, numbers and None need, and nothing else.

    It is the one written in Python. That in C sets aside as much memory as a pickle of a few bytes asks for.
    """

    stack: list[Any]
    memo: dict[int, Any]
    KNOWN: ClassVar[dict[tuple[str, str], Any]] = {
        ("numpy", "ndarray"): _NotedArray,
        ("numpy", "dtype"): _NotedType,
        ("numpy", "str_"): _Text,
        ("_codecs", "encode"): _latin1,
        **{(f"numpy.{core}.multiarray", "_reconstruct"): _reconstruct for core in ("core", "_core")},
        **{(f"numpy.{core}.multiarray", "scalar"): _scalar for core in ("core", "_core")},
    }

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self.KNOWN:
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed")
        return self.KNOWN[module, name]

    def _build(self) -> None:
        if not isinstance(self.stack[-2], _NotedArray | _NotedType):  # it could give our own functions other settings
            raise pickle.UnpicklingError("only arrays and types have a state")
        _STEPS[pickle.BUILD[0]](self)

    def _put(self) -> None:
        before = len(self.memo)
        _STEPS[pickle.LONG_BINPUT[0]](self)
        # DeepChem reads the file with the unpickler in C afterwards, whose table has room for the highest number.
        if len(self.memo) > before and next(reversed(self.memo)) > before:
            raise pickle.UnpicklingError("objects are not numbered one after the other")

    dispatch: ClassVar[dict[int, Any]] = {**_STEPS, pickle.BUILD[0]: _build, pickle.LONG_BINPUT[0]: _put}
    del dispatch[pickle.PUT[0]]  # the same in decimal, of 1990
