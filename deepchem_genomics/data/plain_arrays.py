"""``.npy`` files of text, numbers and None, read without unpickling, also where they are kept as Python objects.

DeepChem reads the same files with ``np.load(allow_pickle=True)`` once they have passed here, and NumPy trusts a pickle:
the state that one gives to an array or a type can turn bytes into pointers, also in an array that is dropped again. So
a pickle passes only if it makes one array of plain values by the steps that NumPy writes, and nothing else.
"""

import math
import pickle
import re
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

import numpy as np

from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.io.npz import MOST_BYTES, MOST_TIMES

__all__ = ["PickleError", "read_plain_array"]


class PickleError(DataFolderError):
    """A file is a pickle of more than text and numbers.

    Parameters
    ----------
    path : Path
        The file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is a Python pickle, and reading one runs any program in it; if you trust where the folder"
            " comes from, say so (allow_pickle=True)"
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
        raise _damaged(path, f"{n_there} bytes where {n_bytes} are declared")
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
        array = _PickledArray(stream.read()).read()
    except Exception as error:  # any other pickle, or a damaged one, can fail anywhere
        raise PickleError(path) from error
    if array.shape != header.shape:
        raise _damaged(path, f"objects of shape {array.shape} where {header.shape} is declared")
    # A long text that is repeated takes a few bytes each time, until it becomes an array of text, as ids do.
    longest = max((len(item) for item in array.flat if isinstance(item, str)), default=0)
    n_bytes = array.size * np.dtype((str, longest)).itemsize
    if n_bytes > max(MOST_BYTES, MOST_TIMES * path.stat().st_size):
        raise _damaged(path, f"as text its objects take {n_bytes:,} bytes, more than {MOST_TIMES} times the file")
    return array


def _order(fortran: bool) -> Literal["F", "C"]:
    return "F" if fortran else "C"


def _damaged(path: Path, reason: str) -> DataFolderError:
    return DataFolderError(f"{path} is damaged ({reason}); copy or build the folder again")


class _Name(NamedTuple):
    module: str
    name: str


class _Values(tuple[Any, ...]):
    """A tuple in a pickle; no value of its own."""


class _Items(list[Any]):
    """The list of an array's items."""


class _Empty:
    """The array before it gets its type, shape and items."""


_PLAIN_TYPE = re.compile(r"[biufSU][0-9]{1,9}|O8")  # whole and other numbers, bytes, text, objects
_ARRAY, _TYPE, _ENCODE = _Name("numpy", "ndarray"), _Name("numpy", "dtype"), _Name("_codecs", "encode")
_EMPTY = [_Name(f"numpy.{core}.multiarray", "_reconstruct") for core in ("core", "_core")]  # NumPy 1 and 2
_SCALAR = [_Name(f"numpy.{core}.multiarray", "scalar") for core in ("core", "_core")]


class _PickledArray:
    """Reads the pickle that NumPy writes for an array of text, numbers and None; raises for any other.

    It keeps a stack, as the unpickler does, but makes only text, numbers, types and one array, and checks every step.
    No step drops an object: at the end the array is alone on the stack. Protocols are 2 to 5.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0
        self._stack: list[Any] = []
        self._marks: list[int] = []  # where a tuple or a batch of items begins on the stack
        self._numbered: list[Any] = []  # what a later step may repeat

    def read(self) -> np.ndarray:
        """Return the array."""
        if self._bytes(1) != pickle.PROTO or self._number(_UINT8) not in range(2, 6):
            raise pickle.UnpicklingError("the protocol is none of 2 to 5")
        while (code := self._bytes(1)) != pickle.STOP:
            if code in _SIZED:
                length, value = _SIZED[code]
                self._stack.append(value(self._bytes(self._number(length))))
            elif code in _FIXED:
                self._stack.append(self._number(_FIXED[code]))
            elif code in _CONSTANT:
                self._stack.append(_CONSTANT[code])
            else:
                _STEPS[code](self)
        (array,) = self._pop(1)
        if not isinstance(array, np.ndarray) or self._stack or self._marks or self._position != len(self._content):
            raise pickle.UnpicklingError("there is more than an array")
        return array

    def _bytes(self, n_bytes: int) -> bytes:
        end = self._position + n_bytes
        if end > len(self._content):
            raise pickle.UnpicklingError("the pickle ends too early")
        found = self._content[self._position : end]
        self._position = end
        return found

    def _number(self, layout: struct.Struct) -> Any:
        return layout.unpack(self._bytes(layout.size))[0]

    def _pop(self, n_objects: int) -> list[Any]:
        begin = len(self._stack) - n_objects
        if begin < (self._marks[-1] if self._marks else 0):
            raise pickle.UnpicklingError("objects are missing on the stack")
        found = self._stack[begin:]
        del self._stack[begin:]
        return found

    def _pop_marked(self) -> list[Any]:
        return self._pop(len(self._stack) - self._marks.pop())

    def _frame(self) -> None:
        if self._number(_UINT64) > len(self._content) - self._position:  # the unpickler in C would make room for it
            raise pickle.UnpicklingError("a frame is longer than the pickle")

    def _mark(self) -> None:
        self._marks.append(len(self._stack))

    def _repeat(self, layout: struct.Struct) -> None:
        self._stack.append(self._numbered[self._number(layout)])

    def _memoize(self) -> None:
        self._numbered.append(self._stack[-1])

    def _put(self, layout: struct.Struct) -> None:
        # The unpickler in C makes a table with room for the highest number.
        if self._number(layout) != len(self._numbered):
            raise pickle.UnpicklingError("objects are not numbered one after the other")
        self._memoize()

    def _tuple(self, values: list[Any]) -> None:
        self._stack.append(_Values(values))

    def _extend(self, items: list[Any]) -> None:
        (target,) = self._pop(1)
        if type(target) is not _Items or not all(map(_is_plain, items)):
            raise pickle.UnpicklingError("only text, numbers and None are allowed in an array")
        target.extend(items)
        self._stack.append(target)

    def _global(self) -> None:
        end = self._content.index(b"\n", self._content.index(b"\n", self._position) + 1)
        module, name, _ = self._bytes(end + 1 - self._position).decode("ascii").split("\n")
        self._stack.append(_Name(module, name))

    def _stack_global(self) -> None:
        module, name = self._pop(2)
        self._stack.append(_Name(module, name))

    def _reduce(self) -> None:
        function, values = self._pop(2)
        if type(values) is not _Values or type(function) is not _Name:
            raise pickle.UnpicklingError("not a call as NumPy writes it")
        if function in _EMPTY and _are(values, (_ARRAY, _Values([0]), b"b")):
            self._stack.append(_Empty())
        elif function == _TYPE and _PLAIN_TYPE.fullmatch(values[0]) and _are(values[1:], (False, True)):
            self._stack.append(np.dtype(values[0]))
        elif function in _SCALAR:
            self._stack.append(_scalar(*values))
        elif function == _ENCODE and _are(values[1:], ("latin1",)):  # how protocol 2 writes bytes
            self._stack.append(values[0].encode("latin-1"))
        else:
            raise pickle.UnpicklingError(f"{function.module}.{function.name} is not allowed here")

    def _build(self) -> None:
        built, state = self._pop(2)
        if type(built) is _Empty and type(state) is _Values:
            self._stack.append(_array(*state))
        elif isinstance(built, np.dtype) and _are(state, built.__reduce__()[2]):
            self._stack.append(built)
        else:
            raise pickle.UnpicklingError("not a state as NumPy writes it")


def _is_plain(value: Any) -> bool:
    return value is None or type(value) in (str, bytes, int, float, bool) or isinstance(value, np.generic)


def _are(found: Sequence[Any], wanted: Sequence[Any]) -> bool:
    """Compare values and their types: True is 1 otherwise."""
    return len(found) == len(wanted) and all(type(a) is type(b) and a == b for a, b in zip(found, wanted, strict=True))


def _scalar(dtype: Any, content: Any) -> np.generic:
    if not isinstance(dtype, np.dtype) or dtype.hasobject or type(content) is not bytes:
        raise pickle.UnpicklingError("not a number or text as NumPy writes it")
    if len(content) != dtype.itemsize:
        raise pickle.UnpicklingError("a number or text of another size")
    found: np.generic = np.frombuffer(content, dtype, 1)[0]
    return found


def _array(version: Any, shape: Any, dtype: Any, fortran: Any, items: Any) -> np.ndarray:
    of_objects = isinstance(dtype, np.dtype) and dtype.hasobject
    if not _are((version, of_objects), (1, True)) or type(shape) is not _Values or type(fortran) is not bool:
        raise pickle.UnpicklingError("not an array as NumPy writes it")
    if any(type(n) is not int or n < 0 for n in shape) or type(items) is not _Items or len(items) != math.prod(shape):
        raise pickle.UnpicklingError("an array of another size")
    array = np.empty(len(items), dtype=object)
    array[:] = items
    return array.reshape(shape)  # items are in this order in any layout


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogatepass")


def _whole(content: bytes) -> int:
    return int.from_bytes(content, "little", signed=True)


_UINT8, _UINT16, _UINT32, _UINT64 = (struct.Struct(f"<{code}") for code in "BHIQ")

_SIZED: dict[bytes, tuple[struct.Struct, Callable[[bytes], Any]]] = {
    pickle.SHORT_BINUNICODE: (_UINT8, _text),
    pickle.BINUNICODE: (_UINT32, _text),
    pickle.BINUNICODE8: (_UINT64, _text),
    pickle.SHORT_BINBYTES: (_UINT8, bytes),
    pickle.BINBYTES: (_UINT32, bytes),
    pickle.BINBYTES8: (_UINT64, bytes),
    pickle.LONG1: (_UINT8, _whole),
}
_FIXED = {
    pickle.BININT: struct.Struct("<i"),
    pickle.BININT1: _UINT8,
    pickle.BININT2: _UINT16,
    pickle.BINFLOAT: struct.Struct(">d"),
}
_CONSTANT = {pickle.NONE: None, pickle.NEWTRUE: True, pickle.NEWFALSE: False}
_STEPS: dict[bytes, Callable[[_PickledArray], None]] = {
    pickle.FRAME: _PickledArray._frame,
    pickle.MARK: _PickledArray._mark,
    pickle.BINGET: lambda array: array._repeat(_UINT8),
    pickle.LONG_BINGET: lambda array: array._repeat(_UINT32),
    pickle.MEMOIZE: _PickledArray._memoize,
    pickle.BINPUT: lambda array: array._put(_UINT8),
    pickle.LONG_BINPUT: lambda array: array._put(_UINT32),
    pickle.EMPTY_TUPLE: lambda array: array._tuple([]),
    pickle.TUPLE1: lambda array: array._tuple(array._pop(1)),
    pickle.TUPLE2: lambda array: array._tuple(array._pop(2)),
    pickle.TUPLE3: lambda array: array._tuple(array._pop(3)),
    pickle.TUPLE: lambda array: array._tuple(array._pop_marked()),
    pickle.EMPTY_LIST: lambda array: array._stack.append(_Items()),
    pickle.APPEND: lambda array: array._extend(array._pop(1)),
    pickle.APPENDS: lambda array: array._extend(array._pop_marked()),
    pickle.GLOBAL: _PickledArray._global,
    pickle.STACK_GLOBAL: _PickledArray._stack_global,
    pickle.REDUCE: _PickledArray._reduce,
    pickle.BUILD: _PickledArray._build,
}
