"""What is known of a guide beside its sequence, by id: which mRNA it targets, and what lies around the site."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import MissingIdError
from deepchem_genomics.feat import RNA, one_hot, stacking_energies

__all__ = ["context_energies", "group_rows", "require_all"]


def context_energies(contexts: Mapping[str, str], ids: Sequence[Any] | NDArray) -> NDArray[np.float64]:
    """Sum the free energies of all stacks that the surroundings of target sites would make, paired throughout.

    What is rich in G and C is folded more tightly, and its sites harder to reach. Beyond an end of the mRNA there is
    nothing to fold with, so a shorter string, near an end, counts as an open one.

    Parameters
    ----------
    contexts : dict of str to str
        By id: the mRNA 5' to 3', with as many bases on either side of each target site, as far as there are any. RNA or
        DNA, upper or lower case; X and N are unknown.
    ids : sequence of str, (n,)
        Which.

    Returns
    -------
    ndarray of float64, (n,)
        Kcal/mol at 37 C; NaN where there is no context.

    Examples
    --------
    >>> context_energies({"a": "GCCA", "b": "gccaNN"}, ["a", "b", "c"]).round(2).tolist()
    [-8.79, -8.79, nan]
    """
    energies = np.full(len(ids), np.nan)
    known = [row for row, name in enumerate(ids) if str(name) in contexts]
    if known:
        sequences = [contexts[str(ids[row])].upper().replace("T", "U").replace("X", "N") for row in known]
        letters = one_hot(sequences, RNA, length=max(map(len, sequences)), on_length="pad")
        energies[known] = stacking_energies(letters).sum(axis=1)
    return energies


def group_rows(targets: Mapping[str, str], ids: Sequence[Any] | NDArray, names: Sequence[str]) -> NDArray[np.int64]:
    """Give the target of each guide its number.

    Parameters
    ----------
    targets : dict of str to str
        Name of the mRNA that each guide targets, by id.
    ids : sequence of str, (n,)
        Which.
    names : sequence of str
        Targets, in the order of their numbers.

    Returns
    -------
    ndarray of int, (n,)
        -1 where the target is not known, or none of ``names``.

    Examples
    --------
    >>> group_rows({"1": "TC10", "2": "CDH2"}, ["1", "2", "3"], ["CDH2", "TC10"]).tolist()
    [1, 0, -1]
    """
    number = {name: index for index, name in enumerate(names)}
    return np.array([number.get(targets.get(str(name), ""), -1) for name in ids], dtype=np.int64)


def require_all(what: str, known: Mapping[str, str], ids: Sequence[Any] | NDArray) -> None:
    """Raise an error unless every id is known.

    Parameters
    ----------
    what : str
        "target" or "context".
    known : dict of str to str
        By id.
    ids : sequence of str
        Of the rows to learn from.

    Raises
    ------
    MissingIdError
        If one is not.
    """
    missing = [str(name) for name in ids if str(name) not in known]
    if missing:
        raise MissingIdError(
            f"{missing[0]!r} has no {what} ({len(missing)} of {len(ids)} guides to learn from); give one for each, or "
            f"leave {what}s out"
        )
