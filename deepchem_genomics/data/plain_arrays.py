"""Arrays of text and numbers, read from ``.npy`` files that anybody may have written.

NumPy keeps an array of Python objects as a pickle, which can run any program. DeepChem's ids are such arrays. They are
read here by an unpickler that makes nothing but text, numbers and None: in the place of NumPy's own classes, which
believe a pickle whatever it says of types and sizes, stand classes that only note it, and arrays are made of their
notes afterwards.
"""

import io
import math
import pickle
import re
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, Literal, NamedTuple

import numpy as np

from deepchem_genomics.errors import DataFolderError

__all__ = ["PickleError", "read_plain_array"]

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
    """Read an array, if it is one of text, numbers and None.

    Parameters
    ----------
    path : Path
        A ``.npy`` file.
    mapped : bool, default False
        Whether an array without Python objects is left on the disk and read where it is looked at.

    Returns
    -------
    ndarray
        Of any shape.

    Raises
    ------
    PickleError
        If it is an array of other objects.
    DataFolderError
        If it is not an array, or not a whole one.
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
    return array.reshape(header.shape, order=_order(header.fortran))


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
