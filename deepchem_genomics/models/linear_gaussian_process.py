"""Gaussian process regression with a kernel that is a dot product of columns.

It can be kept as one weight a column, and needs no row that it was learned from.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_solve, cholesky, solve_triangular

__all__ = ["NOISE_SHARES", "Posterior", "Weights", "directions", "learn"]

NOISE_SHARES = (0.06, 0.12, 0.24, 0.5, 1.0, 2.0)
"""Variances of the noise that are tried, in units of the variance explained a priori."""

Float = NDArray[np.float64]

_FIRST = 2  # of them: the usual one


class Weights(NamedTuple):
    """What is kept of it, and needs no row that was learned from.

    Parameters
    ----------
    offset, scale, noise, group_effects, group_variances
        As in :class:`Posterior`.
    weights : ndarray of float64, (P,)
        One for each dense column.
    sparse_weights : ndarray of float64, (Q,)
        One for each sparse column.
    """

    offset: float
    scale: float
    noise: float
    weights: Float
    sparse_weights: Float
    group_effects: Float
    group_variances: Float


class Posterior(NamedTuple):
    """What regression has learned.

    Parameters
    ----------
    offset : float
        Expected label where nothing is known.
    scale : float
        Variance of the labels that a column of share 1 stands for.
    noise : float
        Variance of a label about its expectation.
    residuals : ndarray of float64, (N,)
        What each row adds to the weights, in units of itself: the weights are ``columns.T @ residuals``.
    group_effects : ndarray of float64, (G,)
        How far the labels of each group are above what the columns explain.
    group_variances : ndarray of float64, (G,)
        How uncertain that is.
    factor : ndarray of float64, (N, N)
        Lower Cholesky factor of the labels' covariance, in units of ``scale``.
    """

    offset: float
    scale: float
    noise: float
    residuals: Float
    group_effects: Float
    group_variances: Float
    factor: Float


def learn(
    kernel: Float,
    groups: NDArray[np.integer],
    group_share: float,
    y: Float,
    w: Float,
    noise: float | None = None,
) -> Posterior:
    """Regress labels on columns and groups.

    A priori the weight of each column has variance 1 and the effect of each group ``group_share``, in units of a
    variance that follows from the labels. Memory grows with N squared and time with its cube: 2,400 rows take about a
    second, 10,000 a minute and 3 GB.

    Parameters
    ----------
    kernel : ndarray of float64, (N, N)
        Dot products of what the labels may depend on; is overwritten.
    groups : ndarray of int, (N,)
        Group of each row, from 0.
    group_share : float
        0 for no groups.
    y, w : ndarray of float64, (N,)
        Labels and weights; the variance of the noise is divided by the weight.
    noise : float, optional
        Its variance, in units of the variance explained a priori; by default the likeliest of :data:`NOISE_SHARES`.

    Returns
    -------
    Posterior
        Weights and variances.

    References
    ----------
    C. E. Rasmussen and C. K. I. Williams. *Gaussian Processes for Machine Learning*, MIT Press, 2006: equations 2.25,
    2.26 and 5.8.
    """
    n_groups = int(groups.max(initial=-1)) + 1
    effects = group_share * (groups[:, None] == np.arange(n_groups))  # (N, G)
    if group_share:
        kernel[groups[:, None] == groups] += group_share
    if noise is None:
        noise = _climb(kernel.astype(np.float32), y, w)  # enough to tell which is likelier, in half the time
    fit = _fit(kernel, noise, y, w)
    solved = solve_triangular(fit.factor, effects, lower=True, check_finite=False)
    return Posterior(
        offset=fit.offset,
        scale=fit.scale,
        noise=fit.scale * noise,
        residuals=fit.residuals,
        group_effects=effects.T @ fit.residuals,
        group_variances=fit.scale * (group_share - (solved**2).sum(axis=0)),
        factor=fit.factor,
    )


def directions(columns: Float, kernel: Float, factor: Float, rank: int = 192, seed: int = 0) -> NDArray[np.float16]:
    """Find the directions in which most was learned, by subspace iteration from a random start.

    Parameters
    ----------
    columns : ndarray of float64, (N, P)
        As learned from.
    kernel : ndarray of float64, (N, N)
        ``columns @ columns.T``.
    factor : ndarray of float64, (N, N)
        Of the posterior.
    rank : int, default 192
        How many: of 2,400 guides, 192 hold nine tenths of what was learned.
    seed : int, default 0
        Of the start.

    Returns
    -------
    ndarray of float16, (R, P)
        What is known of a row is at least the sum of squares of its products with them; before anything is learned,
        what is unknown of it is the sum of its own squares.
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
    return ((back @ vectors[:, largest]).T @ columns).astype(np.float16)


class _Fit(NamedTuple):
    evidence: float
    offset: float
    scale: float
    residuals: Float
    factor: Float


def _climb(kernel: NDArray[np.floating], y: Float, w: Float) -> float:
    """Walk from one variance of the noise to the next as long as it gets likelier."""
    best, place = _fit(kernel, NOISE_SHARES[_FIRST], y, w).evidence, _FIRST
    for step in (1, -1):
        while 0 <= place + step < len(NOISE_SHARES):
            evidence = _fit(kernel, NOISE_SHARES[place + step], y, w).evidence
            if evidence <= best:
                break
            best, place = evidence, place + step
        if place != _FIRST:
            break
    return NOISE_SHARES[place]


def _fit(kernel: NDArray[np.floating], noise: float, y: Float, w: Float) -> _Fit:
    """Solve for one variance of the noise; offset and scale are the likeliest ones, in closed form."""
    covariance = kernel.copy().T  # symmetric; LAPACK overwrites columns
    covariance[np.diag_indices_from(covariance)] += noise / w
    factor = cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
    sides = np.column_stack([y, np.ones_like(y)]).astype(kernel.dtype)
    solved = cho_solve((factor, True), sides, check_finite=False).astype(np.float64)
    offset = float(solved[:, 0].sum() / solved[:, 1].sum())
    residuals = solved[:, 0] - offset * solved[:, 1]
    scale = max(float((y - offset) @ residuals) / len(y), 1e-12)
    log_determinant = 2 * float(np.log(np.diag(factor), dtype=np.float64).sum())
    evidence = -0.5 * (len(y) * np.log(scale) + log_determinant)
    return _Fit(evidence, offset, scale, residuals, factor)
