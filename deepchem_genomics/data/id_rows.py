"""Ids to row numbers of a table, and what to say when an id has none."""

from collections.abc import Callable, Iterable, Mapping
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import (
    BadValueError,
    DuplicateIdError,
    EmptyInputError,
    MissingIdError,
    ShapeMismatchError,
)

__all__ = ["number_rows", "rows_of"]


def number_rows(ids: Iterable[Any], place: Callable[[int], str]) -> dict[str, int]:
    """Give each id its row number, from 0, in order.

    Parameters
    ----------
    ids : iterable
        Taken as text.
    place : callable
        Says where a row came from, for messages: ``"row 3"``, ``"peaks.tsv:4"``.

    Returns
    -------
    dict
        A plain dictionary: see ``benchmarks/side_input.py`` for what else was measured.

    Raises
    ------
    EmptyInputError
        If there are no ids.
    BadValueError
        If an id is empty, None or NaN, or has blanks at its ends or characters that do not print, such
        as tabs and line breaks, which no file would keep.
    DuplicateIdError
        If an id is there twice.
    """
    texts = _as_texts(_as_list(ids))
    if not texts:
        raise EmptyInputError("there are no ids; a side input needs at least one")
    rows = dict(zip(texts, range(len(texts)), strict=True))
    if len(rows) < len(texts):
        raise _duplicate(texts, place)
    if "" in rows or list(map(str.strip, texts)) != texts or not "".join(texts).isprintable():
        name = next(name for name in texts if not name or name != name.strip() or not name.isprintable())
        raise BadValueError(
            f"{place(rows[name])} has the id {name!r}; an id must not be empty, nor have outer blanks, tabs or line "
            "breaks"
        )
    return rows


def rows_of(ids: Iterable[Any], rows: Mapping[str, int]) -> NDArray[np.intp]:
    """Look up the row numbers, (n,), of ids; a missing one raises a :class:`MissingIdError`."""
    wanted = _as_list(ids)
    if len(wanted) < 2:  # of fewer than two, itemgetter gives no tuple
        found: Any = [rows[name] for name in _known(wanted, rows)]
    else:
        try:
            found = itemgetter(*wanted)(rows)
        except (KeyError, TypeError):  # a missing id, or one that is not text
            found = itemgetter(*_known(wanted, rows))(rows)
    return np.array(found, dtype=np.intp)


def _as_list(ids: Iterable[Any]) -> list[Any]:
    if isinstance(ids, str | bytes):
        raise ShapeMismatchError(f"ids is one text, {ids!r}; pass a list of ids")
    if isinstance(ids, np.ndarray):
        if ids.ndim != 1:
            raise ShapeMismatchError(f"ids has the shape {ids.shape}; pass a flat list or array of ids")
        return ids.tolist()
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


def _duplicate(texts: list[str], place: Callable[[int], str]) -> DuplicateIdError:
    first: dict[str, int] = {}
    for row, name in enumerate(texts):
        if first.setdefault(name, row) != row:
            break
    return DuplicateIdError(
        f"{place(first[name])} and {place(row)} both have the id {name!r}; an id must have one row: keep one of them "
        f"({len(texts) - len(set(texts)):,} of {len(texts):,} rows repeat an earlier id)"
    )


def _known(wanted: list[Any], rows: Mapping[str, int]) -> list[str]:
    texts = _as_texts(wanted)
    missing = [name for name in texts if name not in rows]
    if missing:
        raise MissingIdError(
            f"no value for the id {missing[0]!r}: {len(missing):,} of the {len(texts):,} ids asked for are not among "
            f"the {len(rows):,} of the table, such as {next(iter(rows))!r}; {_remedy(missing[0], rows)}"
        )
    return texts


def _remedy(missing: str, rows: Mapping[str, int]) -> str:
    """Find the id under another spelling of its chromosome or strand, and say how to write it."""
    bare, strand = (missing[:-2], missing[-2:]) if missing.endswith((":+", ":-")) else (missing, "")
    other_name = bare[3:] if bare.startswith("chr") else "chr" + bare
    for name in (bare, other_name):
        for ending in (strand, "", ":+", ":-"):
            if name + ending in rows:
                differences = ["the 'chr' prefix"] * (name != bare) + ["the strand"] * (ending != strand)
                return (
                    f"the table has {name + ending!r}, which differs in {' and '.join(differences)}: write the ids of "
                    "both in the same way"
                )
    return "add the missing rows to the table, or leave these samples out of the data set"
