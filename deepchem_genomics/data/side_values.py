"""Check the values and the track names of a side input."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from deepchem_genomics.errors import BadValueError, ShapeMismatchError
from deepchem_genomics.typing import SideValues

__all__ = ["finite_table", "track_names"]


def finite_table(values: ArrayLike, ids: list[str], place: Callable[[int], str]) -> SideValues:
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
            f"{len(ids)} ids and values of the shape {table.shape}; give (N, K), one row an id and at least one track"
        )
    if not np.isfinite(table).all():
        row, track = np.argwhere(~np.isfinite(table))[0]
        raise _bad_value(place(row), ids[row], np.asarray(values, dtype=object).reshape(table.shape)[row, track], track)
    return table


def _fault_of_a_row(values: Any, ids: list[str], place: Callable[[int], str]) -> Exception:
    """Say which row it is that made an array of all rows impossible."""
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
    return ShapeMismatchError("the values are not a table; give (N, K) numbers, one row an id")


def _bad_value(place: str, name: str, given: object, track: int) -> BadValueError:
    return BadValueError(
        f"{place}: id {name!r} has {given!r} in track {track}; a value must be a finite number within float32: correct "
        "the row or leave it out"
    )


def track_names(names: Sequence[str] | None, n_tracks: int) -> tuple[str, ...]:
    """Check the names of K tracks, or number them ``track_0``, ``track_1`` and so on."""
    chosen = tuple(f"track_{track}" for track in range(n_tracks)) if names is None else tuple(map(str, names))
    if isinstance(names, str) or len(chosen) != n_tracks:
        raise ShapeMismatchError(f"names is {names!r} for {n_tracks} tracks; give a list of one name a track")
    for name in chosen:
        if not name or name != name.strip() or not name.isprintable() or chosen.count(name) > 1:
            raise BadValueError(
                f"the track names are {list(chosen)}; {name!r} must be there once, not empty, and without tabs, line "
                "breaks or outer blanks"
            )
    return chosen
