"""Gaussian process regression with a kernel that is a dot product of columns.

It can be kept as one weight per column, and needs no row that it was learned from.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, solve_triangular

from deepchem_genomics.models.guide_features import SHARES, GuideParts

__all__ = [
    "NOISE_SHARES", "Learned", "OfStudy", "Posterior", "Rows", "Studies", "Weights", "adapted", "directions",
    "from_arrays", "learn", "to_arrays", "variance_between_studies",
]  # fmt: skip

NOISE_SHARES = (0.06, 0.12, 0.24, 0.5, 1.0, 2.0)
"""Variances of the noise that are tried, in units of the variance explained a priori."""

Float = NDArray[np.float64]

_FIRST = 2  # of them: the usual one
_SOME = 1  # of the variances of a study's own weights


class Weights(NamedTuple):
    """What is kept of a :class:`Posterior`: a weight for each dense (P,) and sparse (Q,) column."""

    offset: float
    scale: float
    noise: float
    weights: Float
    sparse_weights: Float
    group_effects: Float
    group_variances: Float


class OfStudy(NamedTuple):
    """What is kept of one study: see :class:`Weights` and :func:`directions`; ``unit`` is the scale of its labels."""

    offset: float
    unit: float
    scale: float
    noise: float
    weights: Float
    directions: NDArray[np.float16]

    def weights_from(self, shared: Weights) -> Weights:
        """Return the weights for guides of the study; what is not its own is shared, but for the unit."""
        return Weights(
            offset=self.offset,
            scale=self.scale,
            noise=self.noise,
            weights=self.weights,
            sparse_weights=self.unit * shared.sparse_weights,
            group_effects=self.unit * shared.group_effects,
            group_variances=self.unit**2 * shared.group_variances,
        )


class Studies(NamedTuple):
    """Which of S studies each row is from (N,), and the kernel (N, N) of weights that each study has of its own."""

    rows: NDArray[np.integer]
    own: Float


class Posterior(NamedTuple):
    """What regression has learned.

    ``scale`` is the variance of labels that a column of share 1 stands for. The weights are ``columns.T @ residuals``,
    residuals (N,). ``group_effects`` and ``group_variances`` (G,) are how far the labels of each group are above what
    the columns explain, and how uncertain that is. ``factor`` (N, N) is the lower Cholesky factor of the labels'
    covariance, in units of ``scale``.

    Of S studies, or of all rows as one, ``offsets`` (S,) are the expected labels where nothing is known, and ``noises``
    (S,) the variances of a label about its expectation, before either is brought to the study's scale: labels are
    ``units`` (S,) times as large there. The logarithms of the units have the mean 0 over all rows. ``difference`` is
    the variance of the weights that a study has of its own, in units of those that all share.
    """

    offsets: Float
    units: Float
    noises: Float
    difference: float
    scale: float
    residuals: Float
    group_effects: Float
    group_variances: Float
    factor: Float

    def of_study(self, study: int, shared: Float, from_own: Float) -> OfStudy:
        """Bring what was learned to the scale of a study; its directions are found when they are needed.

        ``shared`` (P,) are the weights that all rows call for, ``from_own`` those that the study's rows do.
        """
        unit = float(self.units[study])
        return OfStudy(
            offset=unit * float(self.offsets[study]),
            unit=unit,
            scale=unit**2 * self.scale * (1 + self.difference),
            noise=unit**2 * float(self.noises[study]),
            weights=unit * (shared + self.difference * from_own),
            directions=np.zeros((0, 0), dtype=np.float16),
        )


def learn(
    kernel: Float,
    groups: NDArray[np.integer],
    group_share: float,
    y: Float,
    w: Float,
    noise: float | None = None,
    studies: Studies | None = None,
) -> Posterior:
    """Regress labels y (N,) of weights w on columns and groups; ``kernel`` (N, N) is overwritten.

    ``kernel`` holds dot products of what the labels may depend on. A priori the weight of each column has variance 1
    and the effect of each group ``group_share`` (0 for no groups), in units of a variance that follows from the labels.
    The variance of the noise is divided by a row's weight; by default it is the likeliest of :data:`NOISE_SHARES`, for
    each study. Memory grows with N squared and time with its cube: 2,400 rows take about a second, 10,000 a minute and
    3 GB; with studies, twice the memory and some three times as long.

    The offset and the unit of each study are the likeliest, too. What its own weights vary is 0, 0.25 or 1 of what the
    shared ones do.

    C. E. Rasmussen and C. K. I. Williams. *Gaussian Processes for Machine Learning*, MIT Press, 2006: equations 2.25,
    2.26 and 5.8.
    """
    n_groups = int(groups.max(initial=-1)) + 1
    effects = group_share * (groups[:, None] == np.arange(n_groups))  # (N, G)
    if group_share:
        kernel[groups[:, None] == groups] += group_share
    rows = np.zeros(len(y), dtype=np.int64) if studies is None else studies.rows
    noises, difference = _likeliest(kernel, studies, rows, y, w, noise)
    if studies is not None:
        kernel += difference * studies.own
    fit = _fit(kernel, noises, rows, y, w)
    solved = solve_triangular(fit.factor, effects, lower=True, check_finite=False)
    return Posterior(
        offsets=fit.offsets,
        units=fit.units,
        noises=fit.scale * noises,
        difference=difference,
        scale=fit.scale,
        residuals=fit.residuals,
        group_effects=effects.T @ fit.residuals,
        group_variances=fit.scale * (group_share - (solved**2).sum(axis=0)),
        factor=fit.factor,
    )


def directions(columns: Float, kernel: Float, factor: Float, rank: int = 192, seed: int = 0) -> NDArray[np.float16]:
    """Find the ``rank`` directions (R, P) in which most was learned, by subspace iteration from a random start.

    ``columns`` (N, P), ``kernel`` = ``columns @ columns.T``, ``factor`` of the posterior. What is known of a row is at
    least the sum of squares of its products with the directions; before anything is learned, what is unknown of it is
    the sum of its own squares. Of 2,400 guides, 192 directions hold nine tenths of what was learned.
    """
    rank = min(rank, len(factor))
    basis = np.random.default_rng(seed).normal(size=(len(factor), min(rank + 16, len(factor))))
    for _ in range(4):
        basis, _ = np.linalg.qr(basis)
        back = solve_triangular(factor, basis, lower=True, trans="T", check_finite=False)
        basis, before = solve_triangular(factor, kernel @ back, lower=True, check_finite=False), basis
    values, vectors = np.linalg.eigh(before.T @ basis)
    largest = np.argsort(values)[::-1][:rank]
    # Eigenvectors u of L^-1 K L^-T, on the side of the rows, become those on the side of the columns: C^T L^-T u.
    found: NDArray[np.float16] = ((back @ vectors[:, largest]).T @ columns).astype(np.float16)
    return found


class Rows(NamedTuple):
    """What a model knows of N rows: dense (N, P) and sparse (N, Q) columns, and groups (N,), -1 for an unknown one."""

    columns: Float
    sparse: Any
    groups: NDArray[np.integer]

    def of(self, rows: NDArray[np.integer]) -> "Rows":
        """Return some of the rows."""
        return self if len(rows) == len(self.groups) else Rows(*(each[rows] for each in self))

    def found(self, directions: NDArray[np.float16]) -> Float:
        """Return the products with directions, (N, R)."""
        products: Float = self.columns @ directions.T.astype(np.float64)
        return products

    def expected(self, weights: Weights) -> Float:
        """Return what the columns explain, (N,)."""
        found: Float = self.columns @ weights.weights + self.sparse @ weights.sparse_weights
        return found

    def mean(self, weights: Weights) -> Float:
        """Return the expected labels, (N,)."""
        known = self.groups >= 0
        mean: Float = weights.offset + self.columns @ weights.weights + self.sparse @ weights.sparse_weights
        mean[known] += weights.group_effects[self.groups[known]]
        return mean

    def variance(self, weights: Weights, directions: NDArray[np.float16], group_share: float) -> Float:
        """Return the variance of labels, (N,)."""
        known = self.groups >= 0
        unknown = np.maximum((self.columns**2).sum(axis=1) - (self.found(directions) ** 2).sum(axis=1), 0.0)
        unknown += self.sparse.power(2).sum(axis=1).A1 + group_share * ~known
        variance: Float = weights.noise + weights.scale * unknown
        variance[known] += weights.group_variances[self.groups[known]]
        return variance


_OFFSET, _SLOPE = 0.1, 0.5  # standard deviations a priori, of labels on the model's scale
_NOISE_FACTORS = (0.5, 1.0, 2.0)  # of a study, in units of the noise of the rows that were learned from
_DIFFERENCES = (0.0, 0.25, 1.0)  # variances of a study's own weights, in units of those before anything was learned


def adapted(
    weights: Weights, directions: NDArray[np.float16], rows: Rows, y: Float, w: Float
) -> tuple[Weights, NDArray[np.float16]]:
    """Learn also from the labels y (N,) of another study, of weights w; return new weights and directions.

    The labels, on any scale, are first given the mean and the standard deviation that the model expects of them. Such a
    label is what the model expects, times a slope, plus an offset, plus what the model does not know yet, plus weights
    of the study's own, plus noise. The slope is 1 and the offset 0 a priori, with standard deviations of 0.5 and 0.1.
    The variances of the own weights and of the noise are the likeliest of a few. The variance of predictions is rather
    too large afterwards: that offset and weights explain the same labels is not counted.

    C. E. Rasmussen and C. K. I. Williams. *Gaussian Processes for Machine Learning*, MIT Press, 2006: equations 2.25,
    2.26 and 2.41.
    """
    columns, sparse, _ = rows
    expected, found = rows.expected(weights), rows.found(directions)
    gram, overlap = columns @ columns.T, (sparse @ sparse.T).toarray()
    shift = _OFFSET**2 + _SLOPE**2 * np.outer(expected, expected)
    unknown = weights.scale * (np.diag(gram) - (found**2).sum(axis=1) + np.diag(overlap)).mean() + weights.noise
    unit = float(y.std() / np.sqrt(expected.var() + unknown))
    beyond, best = (y - y.mean()) / unit - (expected - expected.mean()), (-np.inf, 0.0, 0.0)
    solved, factor = np.zeros_like(y), np.eye(len(y))
    for difference in _DIFFERENCES:
        own = weights.scale * ((1 + difference) * gram - found @ found.T + overlap) + shift
        for noise in _NOISE_FACTORS:
            lower = cholesky(own + np.diag(noise * weights.noise / w), lower=True)
            residuals = cho_solve((lower, True), beyond)
            evidence = -0.5 * float(beyond @ residuals) - float(np.log(np.diag(lower)).sum())
            if evidence > best[0]:
                best, solved, factor = (evidence, difference, noise), residuals, lower
    _, difference, noise = best
    offset, slope = float(_OFFSET**2 * solved.sum()), 1 + _SLOPE**2 * float(expected @ solved)
    old = directions.astype(np.float64)
    change = weights.scale * ((1 + difference) * columns.T @ solved - old.T @ (found.T @ solved))
    # In units of the variance a priori, which is larger for a study with weights of its own.
    scale = weights.scale * (1 + difference)
    learned = np.sqrt(weights.scale / (1 + difference)) * ((1 + difference) * columns - found @ old)
    more = solve_triangular(factor, learned, lower=True)
    shared = solve_triangular(factor, np.full(len(y), _OFFSET**2), lower=True)
    return weights._replace(
        offset=float(y.mean()) + unit * (offset - float(expected.mean())),
        scale=unit**2 * scale,
        noise=unit**2 * (noise * weights.noise + _OFFSET**2 - float(shared @ shared)),
        weights=unit * (slope * weights.weights + change),
        sparse_weights=unit * (slope * weights.sparse_weights + weights.scale * (sparse.T @ solved)),
    ), np.vstack([old / np.sqrt(1 + difference), more]).astype(np.float16)


def variance_between_studies(weights: Weights, rows: Rows) -> Float:
    """Return how much more the labels of another study vary (N,), if it differs as :func:`adapted` assumes.

    That is before any of its labels is known, so that each variance that ``adapted`` tries is as likely as the others.
    """
    expected = rows.expected(weights)
    own = np.mean(_DIFFERENCES) * weights.scale * np.einsum("np,np->n", rows.columns, rows.columns)
    noise = (np.mean(_NOISE_FACTORS) - 1) * weights.noise
    found: Float = _OFFSET**2 + (_SLOPE * expected) ** 2 + own + noise
    return found


class _Fit(NamedTuple):
    evidence: float
    offsets: Float
    units: Float
    scale: float
    residuals: Float
    factor: Float


def _likeliest(
    kernel: NDArray[np.floating],
    studies: Studies | None,
    rows: NDArray[np.integer],
    y: Float,
    w: Float,
    noise: float | None,
) -> tuple[Float, float]:
    """Find the variance of the noise of each study (S,), unless given, and that of its own weights."""
    noises = np.full(int(rows.max()) + 1, NOISE_SHARES[_FIRST] if noise is None else noise)
    if studies is None and noise is not None:
        return noises, 0.0
    shared = kernel.astype(np.float32)  # enough to tell what is likelier, in half the time
    own = None if studies is None else studies.own.astype(np.float32)

    def evidence(some: Float, difference: float) -> float:
        return _fit(shared if own is None else shared + np.float32(difference) * own, some, rows, y, w).evidence

    def noise_of(study: int) -> float:
        first = NOISE_SHARES.index(noises[study])
        return _climb(NOISE_SHARES, first, lambda each: evidence(_replaced(noises, study, each), difference))

    difference = 0.0 if own is None else _DIFFERENCES[_SOME]
    if noise is None:
        noises[:] = _climb(NOISE_SHARES, _FIRST, lambda each: evidence(np.full_like(noises, each), difference))
    if own is not None:
        difference = _climb(_DIFFERENCES, _SOME, lambda each: evidence(noises, each))
    if noise is None and len(noises) > 1:
        for study in range(len(noises)):
            noises[study] = noise_of(study)
    return noises, difference


def _replaced(values: Float, place: int, value: float) -> Float:
    found = values.copy()
    found[place] = value
    return found


def _climb(values: tuple[float, ...], first: int, evidence: Callable[[float], float]) -> float:
    """Walk from one value to the next as long as it gets likelier."""
    best, place = evidence(values[first]), first
    for step in (1, -1):
        while 0 <= place + step < len(values):
            found = evidence(values[place + step])
            if found <= best:
                break
            best, place = found, place + step
        if place != first:
            break
    return values[place]


def _fit(kernel: NDArray[np.floating], noises: Float, rows: NDArray[np.integer], y: Float, w: Float) -> _Fit:
    """Solve for variances of the noise; offsets, units and scale are the likeliest ones."""
    covariance = kernel.copy().T  # symmetric; LAPACK overwrites columns
    covariance[np.diag_indices_from(covariance)] += noises[rows] / w
    factor = cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
    of = [rows == study for study in range(len(noises))]
    member = np.stack(of, axis=1).astype(np.float64)
    sides = np.hstack([member * y[:, None], member]).astype(kernel.dtype)
    solved = cho_solve((factor, True), sides, check_finite=False).astype(np.float64)
    labels, ones = np.split(solved, 2, axis=1)
    ones_of = np.array([[column[one].sum() for column in ones.T] for one in of])
    shifts = np.linalg.solve(ones_of, np.array([[column[one].sum() for column in labels.T] for one in of]))
    beyond = labels - ones @ shifts  # of the labels of each study alone, without offsets
    inverse = _inverse_units(np.array([[y[one] @ column[one] for column in beyond.T] for one in of]), rows)
    offsets = shifts @ inverse
    residuals = labels @ inverse - ones @ offsets
    z = y * inverse[rows]
    scale = max(float((z - offsets[rows]) @ residuals) / len(y), 1e-12)
    log_determinant = 2 * float(np.log(np.diag(factor), dtype=np.float64).sum())
    evidence = -0.5 * (len(y) * np.log(scale) + log_determinant)
    return _Fit(evidence, offsets, 1 / inverse, scale, residuals, factor)


def _inverse_units(quadratic: Float, rows: NDArray[np.integer]) -> Float:
    """Find the likeliest factors (S,) that bring the labels of all studies to one scale.

    With factors b, counts n of rows and the quadratic form Q of the labels, ``n @ log(b) - b @ Q @ b / 2`` is concave;
    it is maximized in one factor at a time.
    """
    counts = np.bincount(rows).astype(np.float64)
    if len(counts) == 1:
        return np.ones(1)
    own = np.maximum(np.diag(quadratic), 1e-12)
    factors = np.sqrt(counts / own)
    for _ in range(1000):
        before = factors.copy()
        for study, (n, square) in enumerate(zip(counts, own, strict=True)):
            others = quadratic[study] @ factors - quadratic[study, study] * factors[study]
            factors[study] = (np.sqrt(others**2 + 4 * square * n) - others) / (2 * square)
        if np.allclose(factors, before, rtol=1e-9, atol=0):
            break
    found: Float = factors / np.exp(counts @ np.log(factors) / counts.sum())
    return found


_NUMBERS = ("offset", "scale", "noise")
_ARRAYS = ("weights", "sparse_weights", "group_effects", "group_variances")
_N_SPARSE = 4**8
_OF_STUDIES = "studies: "


class Learned(NamedTuple):
    """What a Gaussian process keeps of the guides it was fitted on.

    ``directions`` (R, P) float16 are those in which most was learned; ``context_scale`` is mean and standard deviation
    of the energies of contexts in kcal/mol; the shares are shares of the variance; ``studies`` are by name.
    """

    parts: GuideParts
    weights: Weights
    directions: NDArray[np.float16]
    target_names: list[str]
    n_learned: int
    context_scale: tuple[float, float] | None
    overlap_share: float
    target_share: float
    studies: dict[str, OfStudy]


def to_arrays(learned: Learned) -> dict[str, NDArray[Any]]:
    """Return numbers and text as arrays by name."""
    weights = learned.weights
    arrays: dict[str, NDArray[Any]] = {name: getattr(weights, name) for name in _ARRAYS if name != "sparse_weights"}
    # k-mers of 8 bases: few of the 65,536 occur.
    used = np.flatnonzero(weights.sparse_weights)
    arrays |= {"used": used.astype(np.int32), "used_weights": weights.sparse_weights[used]}
    arrays |= {name: np.asarray(getattr(weights, name), dtype=np.float64) for name in _NUMBERS}
    arrays |= {"directions": learned.directions, "target_names": np.array(learned.target_names, dtype=np.str_)}
    arrays["n_learned"] = np.asarray(learned.n_learned, dtype=np.int64)
    arrays["context_scale"] = np.array(learned.context_scale or (), dtype=np.float64)
    arrays["shares"] = np.array([learned.overlap_share, learned.target_share], dtype=np.float64)
    for name in SHARES:
        arrays[f"mean of {name}"], arrays[f"factor of {name}"] = learned.parts.means[name], learned.parts.factors[name]
    if learned.studies:
        arrays[f"{_OF_STUDIES}names"] = np.array(list(learned.studies), dtype=np.str_)
        for name in OfStudy._fields:
            arrays[_OF_STUDIES + name] = np.stack([getattr(one, name) for one in learned.studies.values()])
    return arrays


def from_arrays(arrays: Mapping[str, NDArray[Any]], length: int) -> Learned:
    """Read what :func:`to_arrays` returned, for guides of this length (nt).

    KeyError or ValueError if an array is missing, has another shape, or holds a number that is not finite.
    """
    for name, values in arrays.items():
        if values.dtype.kind == "f" and not np.all(np.isfinite(values)):
            raise ValueError(f"{name} has values that are not finite")
    means = {name: arrays[f"mean of {name}"] for name in SHARES}
    factors = {name: arrays[f"factor of {name}"] for name in SHARES}
    scale = arrays["context_scale"]
    n_columns = sum(len(values) for values in means.values()) + (len(scale) > 0)
    names = arrays["target_names"].tolist()
    studies = arrays[f"{_OF_STUDIES}names"].tolist() if f"{_OF_STUDIES}names" in arrays else []
    expected: dict[str, tuple[int, ...]] = {
        "weights": (n_columns,),
        "group_effects": (len(names),),
        "group_variances": (len(names),),
        "directions": (len(arrays["directions"]), n_columns),
        "shares": (2,),
    }
    expected |= {f"{what} of {name}": (n,) for what in ("mean", "factor") for name, n in _widths(length).items()}
    if studies:
        expected |= {_OF_STUDIES + name: (len(studies),) for name in OfStudy._fields}
        expected[f"{_OF_STUDIES}weights"] = (len(studies), n_columns)
        expected[f"{_OF_STUDIES}directions"] = (len(studies), *expected["directions"])
    for name, shape in expected.items():
        if arrays[name].shape != shape:
            raise ValueError(f"{name} has shape {arrays[name].shape}, not {shape}")
    sparse = np.zeros(_N_SPARSE)
    sparse[arrays["used"]] = arrays["used_weights"]
    rest = {name: arrays[name] for name in _ARRAYS if name != "sparse_weights"}
    numbers: dict[str, Any] = {name: float(arrays[name]) for name in _NUMBERS}
    overlap_share, target_share = arrays["shares"].tolist()
    return Learned(
        GuideParts.from_arrays(means, factors),
        Weights(**{**numbers, **rest}, sparse_weights=sparse),
        arrays["directions"],
        names,
        int(arrays["n_learned"]),
        (float(scale[0]), float(scale[1])) if len(scale) else None,
        overlap_share,
        target_share,
        {
            name: OfStudy(**{each: arrays[_OF_STUDIES + each][i] for each in OfStudy._fields})
            for i, name in enumerate(studies)
        },
    )


def _widths(length: int) -> dict[str, int]:
    bases, pairing = 4 * length, length + 4
    kmers = {f"words of {k}": 4**k for k in (1, 2, 3, 4)}
    pairs = {"pairs of bases": bases * (bases + 1) // 2, "pairs of pairing": pairing * (pairing + 1) // 2}
    return {"bases": bases, "neighboring bases": bases, "pairing": pairing, **kmers, **pairs}
