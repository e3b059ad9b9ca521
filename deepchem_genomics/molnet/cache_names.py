"""Names of cached data sets, which differ where the data do.

``str()`` of DeepChem's featurizers and splitters leaves out lists, and that of its transformers lists and most of an
array, so that a loader would find what it made with other arguments.
"""

import hashlib
import inspect
import types
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from deepchem.molnet import TransformerGenerator

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.splits.base import GenomicsSplitter

__all__ = ["cache_word"]

_PLAIN = (str, bytes, int, float, complex, type(None), type(...), np.generic)
_NAMED = (type, types.FunctionType, types.BuiltinFunctionType)
_DIGITS = 16  # of the digest


def cache_word(what: str, thing: Any) -> str:
    """Name a featurizer, splitter or transformer by its class and a digest of all that it holds but its defaults.

    BadValueError, with the reason, if it holds something whose identity is not the same in another process, such as
    a lambda.

    >>> import deepchem as dc
    >>> cache_word("splitter", dc.splits.RandomSplitter())
    'RandomSplitter'
    >>> one, other = (dc.splits.SpecifiedSplitter(valid_indices=rows) for rows in ([1, 2], [1, 3]))
    >>> cache_word("splitter", one) == cache_word("splitter", other)
    False
    """
    if isinstance(thing, GenomicsSplitter):  # its str() tells apart all arguments
        return str(thing)
    if isinstance(thing, TransformerGenerator):
        name, state = thing.transformer_class.__name__, {**vars(thing), "transformer_class": None}
        state = state if thing.kwargs else {}
    else:
        name, state = type(thing).__name__, _without_defaults(thing)
    if not state:
        return str(name)
    digest = hashlib.sha256()
    try:
        for piece in _pieces(state, ()):
            digest.update(len(piece).to_bytes(8, "big") + piece)
    except TypeError as error:
        raise BadValueError(
            f"{what}: {name} holds {error}, so its results cannot be named uniquely; pass "
            "reload=False, and nothing is kept"
        ) from error
    return f"{name}_{digest.hexdigest()[:_DIGITS]}"


def _without_defaults(thing: Any) -> dict[str, Any]:
    """Return the attributes of an object but those that are as the constructor has them by default."""
    parameters = inspect.signature(type(thing)).parameters
    defaults = {name: one.default for name, one in parameters.items()}

    def is_default(name: str, value: Any) -> bool:
        default = defaults.get(name, inspect.Parameter.empty)
        return value is default or (isinstance(value, _PLAIN) and type(value) is type(default) and value == default)

    return {name: value for name, value in vars(thing).items() if not is_default(name, value)}


def _pieces(value: Any, above: tuple[int, ...]) -> Iterator[bytes]:
    """Describe a value completely, the same in every process; TypeError, saying what it is, where that cannot be."""
    kind = type(value).__qualname__
    if isinstance(value, _PLAIN):
        yield f"{kind} {value!r}".encode()
        return
    if isinstance(value, _NAMED) and isinstance(getattr(value, "__self__", None), types.ModuleType | None):
        name = f"{value.__module__}.{value.__qualname__}"
        if "<" in name:
            raise TypeError(f"a function or class without a lasting name, {name}")
        yield name.encode()
        return
    if id(value) in above:
        yield f"circle {above.index(id(value))}".encode()
        return
    inside = (*above, id(value))
    yield kind.encode()
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        yield f"{value.dtype.str} {value.shape}".encode()
        yield np.ascontiguousarray(value).tobytes()
    elif isinstance(value, set | frozenset):
        yield from sorted(b"".join(_pieces(one, inside)) for one in value)
    elif type(value) in (list, tuple, dict):
        items = list(value.items()) if isinstance(value, Mapping) else list(value)
        yield str(len(items)).encode()
        for item in items:
            yield from _pieces(item, inside)
    else:
        yield from _pieces(_reduced(value), inside)


def _reduced(value: Any) -> list[Any]:
    """Return what an object is built of again, as pickle and copy find it."""
    try:
        reduced = value.__reduce_ex__(4)
    except Exception as error:
        raise TypeError(f"a {type(value).__name__} ({error})") from error
    if isinstance(reduced, str):
        return [reduced]
    build, arguments, state, items, pairs = (*reduced, None, None, None)[:5]
    return [build, arguments, state, list(items or ()), list(pairs or ())]
