"""Scale the values of a side input to a range that a network can use."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.arguments import require_choice
from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError
from deepchem_genomics.typing import SideValues

__all__ = ["TO_FIT", "Scaling", "ScalingMethod", "require_not_negative"]

logger = logging.getLogger(__name__)

ScalingMethod: TypeAlias = Literal["none", "standard", "log-standard"]


@dataclass(frozen=True, eq=False)
class Scaling:
    """How raw values become a network's input, one setting a track; made by :meth:`fit`.

    ========================  =====================================
    ``method``                scaled value
    ========================  =====================================
    ``"none"``                value
    ``"standard"``            (value - mean) / sd
    ``"log-standard"``        (log(value + offset) - mean) / sd
    ========================  =====================================

    Parameters
    ----------
    method : {"none", "standard", "log-standard"}
        Which of the formulas is in force. The logarithm is the natural one.
    offset : array-like, (K,)
        Added before the logarithm, in the unit of the values; 0 where there is no logarithm.
    mean, sd : array-like, (K,)
        Of the values, or of the logarithms, that the scaling was fitted on; 0 and 1 for ``"none"``.

    Raises
    ------
    BadValueError
        If the method is unknown, a number is not finite, an sd is not above 0, or an offset is below 0 (or is 0 with
        a logarithm).
    ShapeMismatchError
        If the three are not equally long.

    Notes
    -----
    The offset is the median of the track's positive values. Accessibility has zeros, so the logarithm needs one. It
    scales with the unit of the values, and it does not depend on how many decimals a file has, as half the smallest
    positive value would: in the DNase accessibility of the 345,271 chr22 windows of the book (mean 0.0040, sd 0.0025,
    six decimals, 2,865 zeros) that choice throws the zeros 8.1 sd below the mean and leaves a skewness of -5.0. With
    the median the zeros are 2.4 sd below, the skewness is 0.3, and the largest value 11 sd above, where
    ``"standard"`` has it 66 sd above.

    Examples
    --------
    >>> scaling = Scaling.fit("standard", [[1.0], [3.0]])
    >>> scaling.apply([[1.0], [2.0], [3.0]]).tolist()
    [[-1.0], [0.0], [1.0]]
    >>> Scaling.from_json(scaling.to_json()) == scaling
    True
    """

    method: ScalingMethod
    offset: NDArray[np.float64]
    mean: NDArray[np.float64]
    sd: NDArray[np.float64]

    def __post_init__(self) -> None:
        require_choice("method", self.method, get_args(ScalingMethod))
        for part in ("offset", "mean", "sd"):
            numbers = np.array(getattr(self, part), dtype=np.float64)  # a copy: the caller's array may change
            if numbers.ndim != 1 or not np.isfinite(numbers).all():
                raise BadValueError(f"{part} of a scaling is {numbers.tolist()}; give one finite number per track")
            numbers.setflags(write=False)
            object.__setattr__(self, part, numbers)
        if not len(self.offset) == len(self.mean) == len(self.sd):
            raise ShapeMismatchError(
                f"a scaling has {len(self.offset)} offsets, {len(self.mean)} means and {len(self.sd)} sds; "
                "give one of each per track"
            )
        if (self.sd <= 0).any():
            raise BadValueError(f"sd of a scaling is {self.sd.tolist()}; each must be above 0")
        if (self.offset < 0).any() or (self.method == "log-standard" and (self.offset == 0).any()):
            raise BadValueError(f"offset of a {self.method!r} scaling is {self.offset.tolist()}; a logarithm needs > 0")

    @classmethod
    def fit(cls, method: ScalingMethod, values: ArrayLike, names: Sequence[str] | None = None) -> "Scaling":
        """Measure the offset, mean and sd of each track.

        Parameters
        ----------
        method : {"none", "standard", "log-standard"}
            See the class.
        values : array-like, (N, K)
            Raw values of the training samples only. The sd divides by N.
        names : sequence of str, optional
            Names of the K tracks, for messages; their numbers by default.

        Returns
        -------
        Scaling
            A track whose fitted values are all equal gets an sd of 1, so that it becomes 0, with a logged warning.

        Raises
        ------
        EmptyInputError
            If there are no values.
        BadValueError
            If the method is unknown, a value is not finite, or one is negative where its logarithm is wanted.
        ShapeMismatchError
            If ``values`` is not two-dimensional.
        """
        require_choice("method", method, get_args(ScalingMethod))
        table = np.asarray(values, dtype=np.float64)
        if table.ndim != 2:
            raise ShapeMismatchError(f"values has the shape {table.shape}; a scaling is fitted on (N, K)")
        if table.size == 0:
            raise EmptyInputError(f"values has the shape {table.shape}: there is nothing to fit a scaling on")
        if not np.isfinite(table).all():
            row, track = np.argwhere(~np.isfinite(table))[0]
            raise BadValueError(f"values has {table[row, track]} in row {row}, track {track}; leave such rows out")
        n_tracks = table.shape[1]
        offset = np.zeros(n_tracks)
        if method == "none":
            return cls.none(n_tracks)
        if method == "log-standard":
            require_not_negative(table, names=names)
            offset = np.array([_typical_positive(column) for column in table.T])
            table = np.log(table + offset)
        mean, sd = table.mean(axis=0), table.std(axis=0)
        constant = table.min(axis=0) == table.max(axis=0)  # the sd of equal numbers may come out as 1e-19, not as 0
        mean[constant], sd[constant] = table[0, constant], 1.0
        for track in np.flatnonzero(constant).tolist():
            name = names[track] if names is not None else track
            logger.warning("track %s has one value in all %d fitted rows; it is divided by 1", name, len(table))
        return cls(method, offset, mean, sd)

    @classmethod
    def none(cls, n_tracks: int) -> "Scaling":
        """Return the scaling that changes nothing.

        Parameters
        ----------
        n_tracks : int
            K.

        Returns
        -------
        Scaling
            Its method is "none".
        """
        return cls("none", np.zeros(n_tracks), np.zeros(n_tracks), np.ones(n_tracks))

    @property
    def n_tracks(self) -> int:
        """Number of tracks, K."""
        return len(self.sd)

    def apply(self, values: ArrayLike) -> SideValues:
        """Scale values, computing in float64.

        Parameters
        ----------
        values : array-like, (n, K)
            Raw values. Not modified.

        Returns
        -------
        ndarray, (n, K) float32
            A new array.

        Raises
        ------
        ShapeMismatchError
            If there are not K tracks.
        BadValueError
            If a value is negative where its logarithm is wanted.
        """
        table = np.asarray(values)
        if table.ndim != 2 or table.shape[1] != self.n_tracks:
            raise ShapeMismatchError(f"values has the shape {table.shape}; this scaling is for (n, {self.n_tracks})")
        if self.method == "none":
            return table.astype(np.float32)
        table = table.astype(np.float64)
        if self.method == "log-standard":
            require_not_negative(table, fitted=True)
            table = np.log(table + self.offset)
        return ((table - self.mean) / self.sd).astype(np.float32)

    def to_json(self) -> dict[str, Any]:
        """Return the scaling as plain lists and numbers, without loss.

        Returns
        -------
        dict
            Keys ``method``, ``offset``, ``mean``, ``sd``; what :meth:`from_json` takes.
        """
        return {"method": self.method} | {part: getattr(self, part).tolist() for part in ("offset", "mean", "sd")}

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Scaling":
        """Make a scaling from what :meth:`to_json` gave.

        Parameters
        ----------
        record : mapping
            Keys ``method``, ``offset``, ``mean``, ``sd``.

        Returns
        -------
        Scaling
            Equal to the one that was written.

        Raises
        ------
        BadValueError
            If a key is missing, or a value is not one that a scaling can have.
        """
        lacking = [part for part in ("method", "offset", "mean", "sd") if part not in record]
        if lacking:
            raise BadValueError(f"a scaling's record lacks {', '.join(map(repr, lacking))}; it has {sorted(record)}")
        return cls(record["method"], record["offset"], record["mean"], record["sd"])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scaling) and self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash((self.method, *self.offset.tolist(), *self.mean.tolist(), *self.sd.tolist()))


TO_FIT = "use the scaling 'standard' or 'none'"
"""What is advised where a scaling is chosen."""
_FITTED = "the scaling was fitted on values without any; give a track like that one"


def require_not_negative(
    values: NDArray[np.floating],
    ids: Sequence[str] | None = None,
    names: Sequence[str] | None = None,
    fitted: bool = False,
) -> None:
    """Raise a :class:`BadValueError` that names the first negative value, (N, K), by its id and track.

    What it advises depends on whether the scaling was ``fitted`` before, as that of a trained model.
    """
    if values.size == 0 or values.min() >= 0:
        return
    row, track = np.argwhere(values < 0)[0]
    place = f"id {ids[row]!r}" if ids is not None else f"row {row}"
    name = repr(names[track]) if names is not None else track
    raise BadValueError(
        f"{place} has {values[row, track]:g} in track {name}: a negative value has no logarithm",
        _FITTED if fitted else TO_FIT,
    )


def _typical_positive(column: NDArray[np.float64]) -> float:
    positive = column[column > 0]
    return float(np.median(positive)) if len(positive) else 1.0
