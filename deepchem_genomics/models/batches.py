"""Batches from a DeepChem dataset, shuffled by a seed of their own, and changed copies of their sequences.

``dataset.iterbatches`` shuffles with NumPy's global generator, so that two runs differ with what else was drawn in
between. Here each epoch has its own generator, derived from the seed and the training step it starts at: the order
depends on nothing else, and an interrupted run finds it again.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.arguments import FRACTION, NUMBER_OR_0, require_rule, require_whole_number
from deepchem_genomics.errors import EmptyInputError, LabelError, ShapeMismatchError

if TYPE_CHECKING:
    from deepchem.data import Dataset

    from deepchem_genomics.data import SideInput

__all__ = [
    "Augmentation",
    "ScaledValues",
    "check_labels",
    "fill_up_last",
    "generate_batches",
    "iterate_batches",
    "one_column",
    "require_classes",
    "require_efficacies",
    "require_labels",
    "require_tasks",
    "steps_per_epoch",
]

RowArrays = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""X, y, w and ids of some rows of a dataset."""

_FEWEST = 16  # rows


def generate_batches(
    dataset: "Dataset",
    epochs: int = 1,
    batch_size: int = 1000,
    side_input: "SideInput | None" = None,
    deterministic: bool = False,
    seed: int | None = None,
) -> Iterator[tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]]:
    """Yield the batches that ``fit`` would see, for ``fit_generator`` and ``evaluate_generator``.

    Parameters
    ----------
    dataset : dc.data.Dataset
        X (N, L, A), labels and weights (N, T), ids (N,).
    epochs : int, default 1
        How often to go through the data.
    batch_size : int, default 1000
        Rows per batch; the last of an epoch holds what is left and is not padded.
    side_input : SideInput, optional
        A second input, looked up by id for each batch: that of the model, ``model.side_inputs["accessibility"]``.
        Values that are scaled otherwise, such as raw ones, are refused by the model.
    deterministic : bool, default False
        Whether rows come in the order of the dataset. If not, each epoch has an order of its own.
    seed : int, optional
        Decides the orders. With the seed of a model that was not trained yet, the batches are those of its ``fit``.

    Yields
    ------
    inputs : list of ndarray
        X, and the side input's (n, K) float32 values if there is one.
    labels : list of ndarray
        One array (n, T).
    weights : list of ndarray
        One array (n, T).

    Raises
    ------
    EmptyInputError
        If the dataset has no rows.
    MissingIdError
        If an id is not in the side input.
    LabelError
        If a label with a weight other than 0 is NaN.
    BadValueError
        If ``batch_size`` is not 1 or more, or ``epochs`` not 0 or more.

    Examples
    --------
    >>> import deepchem as dc, numpy as np
    >>> dataset = dc.data.NumpyDataset(np.zeros((5, 3, 4), np.int8), np.ones((5, 1)), ids=["a", "b", "c", "d", "e"])
    >>> [len(labels[0]) for _, labels, _ in generate_batches(dataset, epochs=2, batch_size=3)]
    [3, 2, 3, 2]
    """
    for X, y, w, ids in iterate_batches(dataset, batch_size, epochs, deterministic, seed):
        labels, weights = check_labels(y, w, ids)
        yield [X] if side_input is None else [X, ScaledValues.of(side_input, ids)], [labels], [weights]


class ScaledValues(np.ndarray[Any, Any]):
    """Values of a side input that know how they were scaled, by which a model refuses those that it does not take.

    What is computed from them does not know it.
    """

    scaling: Any = None

    @classmethod
    def of(cls, side_input: Any, ids: Any) -> "ScaledValues":
        """Look up values, (n, K) float32."""
        values = side_input.lookup(ids).view(cls)
        values.scaling = side_input.scaling
        found: ScaledValues = values
        return found


def iterate_batches(
    dataset: "Dataset",
    batch_size: int,
    epochs: int = 1,
    deterministic: bool = True,
    seed: int | None = None,
    first_step: int = 0,
    pad_batches: bool = False,
) -> Iterator[RowArrays]:
    """Yield X, y, w and ids of successive batches.

    A ``DiskDataset`` is read shard by shard; rows are shuffled within a shard and shards among each other, so memory
    holds a shard or two at a time. Each epoch's order is derived from the seed (None draws it from the operating
    system) and from the epoch's first training step, the first epoch's being ``first_step``. With ``pad_batches`` the
    last batch is filled up with rows of weight 0. EmptyInputError for a dataset without rows.
    """
    require_whole_number("epochs", epochs, lowest=0)
    steps = steps_per_epoch(dataset, batch_size)
    if seed is None:
        seed = int(np.random.SeedSequence().generate_state(1)[0])  # once, so that epochs differ but belong together
    for epoch in range(epochs):
        order = None if deterministic else np.random.default_rng([seed, first_step + epoch * steps])
        for rows in _epoch(dataset, batch_size, order):
            yield _pad(rows, batch_size) if pad_batches else rows


def steps_per_epoch(dataset: "Dataset", batch_size: int) -> int:
    """Count the batches of one pass through a dataset; EmptyInputError if it has no rows."""
    require_whole_number("batch_size", batch_size, lowest=1)
    n_rows = len(dataset)  # of a DiskDataset, this reads the files of ids
    if n_rows == 0:
        raise EmptyInputError("the dataset has no rows; there is nothing to train on, predict or score")
    return -(-n_rows // batch_size)


def check_labels(y: np.ndarray, w: np.ndarray, ids: Iterable[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and weights to train on, both numbers; LabelError, naming the id, for one that is not usable.

    Of weight 0, a label that is not finite is replaced by 0, in a copy: it would make the loss of its whole batch NaN.
    """
    y, w = _numbers("label", y, ids), _weights(w, ids)
    if y.dtype.kind != "f" or np.isfinite(y).all():
        return y, w
    missing = ~np.isfinite(y)
    wrong = np.argwhere(missing & (_like(w, y) != 0))
    if len(wrong):
        found = f"{y[tuple(wrong[0])]:g}".replace("nan", "NaN")
        raise LabelError(
            f"the label of {_id_of(ids, wrong[0][0])!r} is {found} but its weight is not 0, the first of {len(wrong)} "
            "such; give missing labels the weight 0, or drop the sample"
        )
    return np.where(missing, np.zeros((), y.dtype), y), w


def _weights(w: np.ndarray, ids: Iterable[Any]) -> np.ndarray:
    """Return weights as numbers; LabelError, naming the id, for one that is negative or not finite.

    One NaN would make all that is learned NaN, and a negative weight teaches the opposite.
    """
    w = _numbers("weight", w, ids)
    wrong = np.argwhere(~(np.isfinite(w) & (w >= 0)))
    if len(wrong):
        raise LabelError(
            f"the weight of {_id_of(ids, wrong[0][0])!r} is {w[tuple(wrong[0])]:g}, the first of {len(wrong)} such; "
            "weights are finite and not negative; give rows without a label the weight 0"
        )
    return w


def require_labels(
    y: np.ndarray, w: np.ndarray, ids: Iterable[Any], fits: Callable[[np.ndarray], np.ndarray], rule: str
) -> None:
    """Raise LabelError, naming the id, for a label of weight other than 0 that a model cannot learn."""
    y = _numbers("label", y, ids)
    wrong = np.argwhere(~fits(y) & (_like(w, y) != 0))
    if len(wrong):
        found = f"the label of {_id_of(ids, wrong[0][0])!r} is {y[tuple(wrong[0])]:g}"
        raise LabelError(f"{found}, the first of {len(wrong)} such; {rule}")


def _numbers(name: str, values: np.ndarray, ids: Iterable[Any]) -> np.ndarray:
    """Return labels or weights of any type as numbers, None as NaN; LabelError, naming the id, if one is none."""
    if values.dtype.kind in "fiub":
        return values
    try:
        return values.astype(np.float64)
    except (TypeError, ValueError):
        row, value = next((row, value) for (row, *_), value in np.ndenumerate(values) if not _is_number(value))
        raise LabelError(
            f"the {name} of {_id_of(ids, row)!r} is {value!r}; labels and weights are numbers, and a missing label has "
            "the weight 0"
        ) from None


def _is_number(value: Any) -> bool:
    try:
        return value is None or float(value) is not None
    except (TypeError, ValueError):
        return False


def _id_of(ids: Iterable[Any], row: int) -> str:
    return str(next(islice(ids, int(row), None)))


def _like(w: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return weights in a shape that multiplies labels row by row: those of one task are (N,) or (N, 1)."""
    return w.reshape(y.shape) if w.size == y.size else w.reshape(w.shape + (1,) * (y.ndim - w.ndim))


def require_classes(y: np.ndarray, w: np.ndarray, ids: Iterable[Any]) -> None:
    """Raise LabelError for labels of a classification that are neither 0 nor 1."""
    rule = "a classification's labels are 0 and 1; give these, or the weight 0 to rows without a label"
    require_labels(y, w, ids, lambda labels: (labels == 0) | (labels == 1), rule)


def require_efficacies(y: np.ndarray, w: np.ndarray, ids: Iterable[Any], lowest: float = -np.inf) -> None:
    """Raise LabelError for efficacies that are no shares of 1, such as percentages: above 2, or below ``lowest``."""
    rule = (
        "efficacies are from 0, no effect, to about 1; divide percentages by 100, and leave labels as they are instead "
        "of standardizing them (NormalizationTransformer), or scale them with MinMaxTransformer"
    )
    require_labels(y, w, ids, lambda labels: (labels <= _LARGEST_EFFICACY) & (labels >= lowest), rule)


_LARGEST_EFFICACY = 2  # Huesken et al. measured up to 1.3 times that of the control


def require_tasks(y: Any, n_tasks: int) -> None:
    """Raise ShapeMismatchError unless labels are (n, T), or (n,) of one task."""
    shape = np.shape(y)
    found = 1 if len(shape) < 2 else shape[1]
    if found != n_tasks:
        raise ShapeMismatchError(
            f"the labels have the shape {shape}, so there are {found} tasks, and the model predicts {n_tasks}; build "
            f"the model with n_tasks={found}, or give it the columns of its own tasks"
        )


def one_column(name: str, values: Any, n: int) -> np.ndarray:
    """Return labels or weights of one task as float64 (n,); ShapeMismatchError if there are several."""
    column = np.asarray(values, dtype=np.float64)
    if column.size != n:
        raise ShapeMismatchError(
            f"{name} has shape {column.shape}; this model takes one task, ({n}, 1); give it one column of labels, or "
            "train a network, which takes several: the recipe 'network', or 'sirna-network' for guides"
        )
    return column.reshape(n)


def _epoch(dataset: "Dataset", batch_size: int, order: np.random.Generator | None) -> Iterator[RowArrays]:
    """Go through the data once; batches run across the borders of shards."""
    pending: list[RowArrays] = []
    n_pending = 0
    for shard in _shards(dataset, order):
        n_rows = len(shard[0])
        rows = np.arange(n_rows) if order is None else order.permutation(n_rows)
        start = 0
        while start < n_rows:
            taken = rows[start : start + batch_size - n_pending]
            # a slice is a view, an index array a copy
            index: Any = taken if order is not None else slice(taken[0], taken[-1] + 1)
            pending.append(tuple(array[index] for array in shard))
            n_pending += len(taken)
            start += len(taken)
            if n_pending == batch_size:
                yield _join(pending)
                pending, n_pending = [], 0
    if pending:
        yield _join(pending)


def _shards(dataset: "Dataset", order: np.random.Generator | None) -> Iterator[RowArrays]:
    """Yield X, y, w, ids shard by shard; what a dataset does not have is made up as DeepChem does."""
    if not hasattr(dataset, "get_shard"):
        yield _complete(dataset.X, dataset.y, dataset.w, dataset.ids)
        return
    n_shards = dataset.get_number_shards()
    for i in range(n_shards) if order is None else order.permutation(n_shards):
        yield _complete(*dataset.get_shard(int(i)))


def _complete(X: np.ndarray, y: np.ndarray | None, w: np.ndarray | None, ids: np.ndarray | None) -> RowArrays:
    n_rows = len(X)
    y = np.zeros((n_rows, 1), np.float32) if y is None else y
    w = np.ones(y.shape, np.float32) if w is None else w
    return X, y, w, np.arange(n_rows).astype(str) if ids is None else ids


def _join(parts: list[RowArrays]) -> RowArrays:
    if len(parts) == 1:
        return parts[0]
    X, y, w, ids = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    return X, y, w, ids


def _pad(rows: RowArrays, batch_size: int) -> RowArrays:
    """Fill a batch up with repeated rows of weight 0, as DeepChem does."""
    X, y, w, ids = rows
    if len(X) == batch_size:
        return rows
    index = np.arange(batch_size) % len(X)
    w = w[index].copy()
    w[len(X) :] = 0
    return X[index], y[index], w, ids[index]


def fill_up_last(batches: Iterable[Any], batch_size: int) -> Iterator[Any]:
    """Yield batches of which the last has at least 16 rows; those that are added come last and repeat the first.

    TensorFlow multiplies fewer rows in an order that depends on the number of threads, so that the last digit of their
    predictions would depend on where they are made. Batches that are smaller throughout stay as they are.
    """
    for inputs, y, w in batches:
        n_rows = len(inputs[0])
        if n_rows < _FEWEST <= batch_size:
            rows = np.concatenate([np.arange(n_rows), np.zeros(_FEWEST - n_rows, dtype=np.int64)])
            yield [part[rows] for part in inputs], y, w
        else:
            yield inputs, y, w


_RANDOM = -1  # a base that is drawn and not taken from the original


@dataclasses.dataclass(frozen=True)
class Augmentation:
    """How training sequences may be changed; each kind of change is off by default.

    Parameters
    ----------
    reverse_complement : float, default 0.0
        Probability that a sequence is read from the other strand.
    shift : int, default 0
        Largest distance, in bases and either direction, by which the window is moved; what enters is random.
    deletion, insertion, inversion : int, default 0
        Largest length, in bases, of a stretch that is cut out, put in (random bases) or replaced by its reverse
        complement. Each sequence draws a length from 0 to this, and a place. The length of the sequence is kept: its
        end moves in (random bases) or out.
    mutation : float, default 0.0
        Fraction of bases that are replaced by random ones, a quarter of which are the same as before.
    noise : float, default 0.0
        Standard deviation of normal noise added to the one-hot encoding, which makes it float32.

    Raises
    ------
    BadValueError
        If a fraction is not from 0 to 1, or a length is negative.

    Notes
    -----
    Which strand was read, where exactly the window was cut, and single bases hardly ever decide whether a factor
    binds: changed copies, drawn again each epoch, teach a network so.

    References
    ----------
    Lee, Tang, Toneyan and Koo (2023), EvoAug: improving generalization and interpretability of genomic deep neural
    networks with evolution-inspired data augmentations, Genome Biology 24, 105, doi:10.1186/s13059-023-02941-w.

    Examples
    --------
    >>> from deepchem_genomics.feat import decode, one_hot
    >>> changed = Augmentation(reverse_complement=1.0)(one_hot(["AACGT"]), np.random.default_rng(0))
    >>> decode(changed)
    ['ACGTT']
    """

    reverse_complement: float = 0.0
    shift: int = 0
    deletion: int = 0
    insertion: int = 0
    inversion: int = 0
    mutation: float = 0.0
    noise: float = 0.0

    def __post_init__(self) -> None:
        for name in ("reverse_complement", "mutation"):
            require_rule(name, getattr(self, name), FRACTION)
        for name in ("shift", "deletion", "insertion", "inversion"):
            require_whole_number(name, getattr(self, name), lowest=0, of="bases")
        require_rule("noise", self.noise, NUMBER_OR_0)

    def __call__(self, X: NDArray[np.int8], rng: np.random.Generator) -> NDArray[np.int8] | NDArray[np.float32]:
        """Change a batch of one-hot sequences (n, L, 4); return a copy, float32 if there is noise.

        The letters must be in an order in which the complement of a letter is its mirror image. Unknown bases stay
        unknown.
        """
        if X.ndim != 3 or X.shape[2] != 4:
            raise ShapeMismatchError(f"X has shape {X.shape}; expected (n, L, 4), one-hot sequences")
        longest = max(self.shift, self.deletion, self.insertion, self.inversion)
        if longest > X.shape[1]:
            raise ShapeMismatchError(
                f"sequences of {X.shape[1]} bases cannot be changed over {longest} bases; ask for less"
            )
        changed = self._rearranged(X, rng)
        if self.mutation:
            hit = np.asarray(changed.any(axis=2) & (rng.random(changed.shape[:2]) < self.mutation))
            changed[hit] = 0
            changed = _filled(changed, hit, rng)
        if not self.noise:
            return changed
        return changed.astype(np.float32) + self.noise * rng.standard_normal(changed.shape, dtype=np.float32)

    def _rearranged(self, X: NDArray[np.int8], rng: np.random.Generator) -> NDArray[np.int8]:
        """Return a copy with other places, strands and lengths of stretches."""
        n, length = X.shape[:2]
        at = np.arange(length)
        source = np.broadcast_to(at, (n, length))
        turned = np.zeros((n, length), dtype=bool)
        if self.inversion:
            start, size = _stretches(self.inversion, n, length, rng)
            turned = (at >= start) & (at < start + size)
            source = np.where(turned, 2 * start + size - 1 - at, source)
        if self.deletion:
            start, size = _stretches(self.deletion, n, length, rng)
            source, turned = _moved(source, turned, at + np.where(at >= start, size, 0))
        if self.insertion:
            start, size = _stretches(self.insertion, n, length, rng)
            inside = (at >= start) & (at < start + size)
            source, turned = _moved(source, turned, np.where(inside, _RANDOM, at - np.where(at >= start, size, 0)))
        if self.shift:
            source, turned = _moved(source, turned, at + rng.integers(-self.shift, self.shift, (n, 1), endpoint=True))
        drawn = source == _RANDOM
        changed = X[np.arange(n)[:, None], source]
        changed[turned] = changed[turned][:, ::-1]
        changed = _filled(changed, drawn, rng)
        if self.reverse_complement:
            other = rng.random(n) < self.reverse_complement
            changed[other] = changed[other, ::-1, ::-1]
        return changed


def _stretches(
    longest: int, n: int, length: int, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw a stretch for each of n sequences; return starts and lengths, (n, 1)."""
    size = rng.integers(0, longest, (n, 1), endpoint=True)
    return rng.integers(0, length - size, endpoint=True), size


def _moved(
    source: NDArray[np.int64], turned: NDArray[np.bool_], places: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Take each base from another place of what was there; what comes from outside is drawn."""
    outside = (places < 0) | (places >= source.shape[1])
    places = np.where(outside, 0, places)
    return (
        np.where(outside, _RANDOM, np.take_along_axis(source, places, axis=1)),
        np.take_along_axis(turned, places, axis=1) & ~outside,
    )


def _filled(X: NDArray[np.int8], where: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int8]:
    """Write random bases, in place."""
    X[where] = np.eye(4, dtype=X.dtype)[rng.integers(0, 4, int(where.sum()))]
    return X
