"""Check the ids, the values and the track names of a side input, and look ids up."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.data.id_index import AT_ONCE, IdIndex, PackedTexts
from deepchem_genomics.errors import (
    BadValueError,
    DuplicateIdError,
    EmptyInputError,
    MissingIdError,
    ShapeMismatchError,
)
from deepchem_genomics.typing import SideValues

__all__ = ["finite_table", "has_rows", "number_rows", "rows_of", "track_names"]


SEARCHED_AT_ONCE = 1 << 16


def number_rows(ids: Iterable[Any], place: Callable[[int], str]) -> IdIndex:
    """Assign row numbers to ids, as text, from 0 in their order.

    ``place`` says where a row came from, for messages. Raises EmptyInputError if there are no ids, DuplicateIdError if
    one is there twice, and BadValueError if one is empty, None or NaN, or has blanks at its ends or characters that do
    not print, such as tabs and line breaks, which no file would keep.
    """
    texts = ids if isinstance(ids, PackedTexts) else PackedTexts(_as_texts(_as_list(ids)))
    if not texts:
        raise EmptyInputError("there are no ids; a side input needs at least one")
    try:
        index = IdIndex(texts)
    except KeyError as error:
        raise _duplicate(texts, error.args, place) from None
    for number, some in enumerate(texts.chunks()):
        if "" in some or list(map(str.strip, some)) != some or not "".join(some).isprintable():
            row, name = next(
                (row, name)
                for row, name in enumerate(some, number * AT_ONCE)
                if not name or name != name.strip() or not name.isprintable()
            )
            raise BadValueError(
                f"{place(row)} has the id {name!r}; an id must not be empty, nor have outer blanks, tabs or line breaks"
            )
    return index


def rows_of(ids: Iterable[Any], index: IdIndex) -> NDArray[np.intp]:
    """Look up the row numbers, (n,), of ids; a missing one raises a :class:`MissingIdError`."""
    found, missing, first = [np.empty(0, np.intp)], 0, ""
    for texts in _some_texts(ids):
        rows = index.find(texts)
        absent = np.flatnonzero(rows < 0)
        if len(absent) and not missing:
            first = texts[absent[0]]
        missing += len(absent)
        found.append(rows)
    all_rows = np.concatenate(found)
    if missing:
        raise MissingIdError(
            f"no value for the id {first!r}: {missing:,} of the {len(all_rows):,} requested ids are not among "
            f"the {len(index):,} of the table, such as {index.texts[0]!r}; {_remedy(first, index)}"
        )
    return all_rows


def has_rows(ids: Iterable[Any], index: IdIndex) -> NDArray[np.bool_]:
    """Return which ids the index has, (n,)."""
    return index.find(_as_texts(_as_list(ids))) >= 0


def _some_texts(ids: Iterable[Any]) -> Iterator[list[str]]:
    """Yield ids as text, some at a time."""
    names = iter(ids if isinstance(ids, Iterator) else _as_list(ids))
    while some := list(islice(names, SEARCHED_AT_ONCE)):
        yield _as_texts(some)


def _as_list(ids: Iterable[Any]) -> list[Any]:
    if isinstance(ids, str | bytes):
        raise ShapeMismatchError(f"ids is one text, {ids!r}; pass a list of ids")
    if isinstance(ids, np.ndarray):
        if ids.ndim != 1:
            raise ShapeMismatchError(f"ids has the shape {ids.shape}; pass a flat list or array of ids")
        found: list[Any] = ids.tolist()
        return found
    return list(ids)


def _as_texts(names: list[Any]) -> list[str]:
    return names if set(map(type, names)) == {str} else [_as_text(name) for name in names]


def _as_text(name: Any) -> str:
    if type(name) is str:
        return name
    if isinstance(name, bytes):
        return name.decode()
    is_nothing = name is None or (isinstance(name, float) and np.isnan(name))
    return "" if is_nothing else str(name)


def _duplicate(texts: PackedTexts, rows: tuple[int, ...], place: Callable[[int], str]) -> DuplicateIdError:
    first, second = map(place, rows)
    return DuplicateIdError(
        f"{first} and {second} both have the id {texts[rows[0]]!r}; an id must have one row: keep one of them "
        f"({len(texts) - len(set(texts)):,} of {len(texts):,} rows repeat an earlier id)"
    )


def _remedy(missing: str, index: IdIndex) -> str:
    """Find the id under another spelling of its chromosome or strand, and say how to write it."""
    bare, strand = (missing[:-2], missing[-2:]) if missing.endswith((":+", ":-")) else (missing, "")
    other_name = bare[3:] if bare.startswith("chr") else "chr" + bare
    for name in (bare, other_name):
        for ending in (strand, "", ":+", ":-"):
            if name + ending in index:
                differences = ["the 'chr' prefix"] * (name != bare) + ["the strand"] * (ending != strand)
                return (
                    f"the table has {name + ending!r}, which differs in {' and '.join(differences)}: write the ids of "
                    "both in the same way"
                )
    return "add the missing rows to the table, or leave these samples out of the data set"


def finite_table(values: ArrayLike, ids: Sequence[str], place: Callable[[int], str]) -> SideValues:
    """Copy the values as (N, K) float32, each a finite number."""
    if isinstance(values, np.ndarray) and values.dtype.kind not in "fiubOUS":  # NumPy would make numbers of dates
        raise BadValueError(f"the values are of the type {values.dtype}; give numbers that fit into float32")
    try:
        with np.errstate(over="ignore"):  # what overflows is found below
            table = np.array(values, dtype=np.float32)
    except (TypeError, ValueError, OverflowError):
        raise _fault_of_a_row(values, ids, place) from None
    table = table.reshape(-1, 1) if table.ndim == 1 else table
    if table.ndim != 2 or len(table) != len(ids) or table.shape[1] == 0:
        raise ShapeMismatchError(
            f"{len(ids)} ids and values of the shape {table.shape}; give (N, K), one row per id and at least one track"
        )
    if not np.isfinite(table).all():
        row, track = np.argwhere(~np.isfinite(table))[0]
        raise _bad_value(place(row), ids[row], np.asarray(values, dtype=object).reshape(table.shape)[row, track], track)
    return table


def _fault_of_a_row(values: Any, ids: Sequence[str], place: Callable[[int], str]) -> Exception:
    """Return the error for the row that made an array of all rows impossible."""
    width = np.size(next(iter(values)))
    for row, (name, numbers) in enumerate(zip(ids, values, strict=False)):
        for track, number in enumerate(np.ravel(np.asarray(numbers, dtype=object))):
            try:
                np.array(number, dtype=object).astype(np.float64)
            except (TypeError, ValueError, OverflowError):
                return _bad_value(place(row), name, number, track)
        if np.size(numbers) != width:
            return ShapeMismatchError(
                f"{place(row)}: id {name!r} has {np.size(numbers)} values, the first id has {width}; give each the same"
            )
    return ShapeMismatchError("the values are not a table; give (N, K) numbers, one row per id")


def _bad_value(place: str, name: str, given: object, track: int) -> BadValueError:
    return BadValueError(
        f"{place}: id {name!r} has {given!r} in track {track}; a value must be a finite number within float32: correct "
        "the row or leave it out"
    )


def track_names(names: Sequence[str] | None, n_tracks: int) -> tuple[str, ...]:
    """Check the names of K tracks, or number them ``track_0``, ``track_1`` and so on."""
    chosen = tuple(f"track_{track}" for track in range(n_tracks)) if names is None else tuple(map(str, names))
    if isinstance(names, str) or len(chosen) != n_tracks:
        raise ShapeMismatchError(f"names is {names!r} for {n_tracks} tracks; give a list of one name per track")
    for name in chosen:
        if not name or name != name.strip() or not name.isprintable() or chosen.count(name) > 1:
            raise BadValueError(
                f"the track names are {list(chosen)}; {name!r} must be there once, not empty, and without tabs, line "
                "breaks or outer blanks"
            )
    return chosen
