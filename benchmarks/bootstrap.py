"""Bootstrap intervals: ours against scikit-learn or SciPy called on every resample, and scipy.stats.bootstrap.

Run with ``python -m benchmarks.bootstrap [n_rows] [n_resamples]``. The contenders take turns within one process, three
rounds, and the fastest round of each counts. They get the same labels and predictions: as many rows as the book's
validation set, one in 236 positive. The slow ones do a tenth of the resamples and are scaled up.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
import scipy.stats
import sklearn.metrics

from deepchem_genomics import metrics

ROUNDS = 3

REFERENCES: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "roc_auc": sklearn.metrics.roc_auc_score,
    "pr_auc": sklearn.metrics.average_precision_score,
    "pearson": lambda y, p: scipy.stats.pearsonr(y, p)[0],
    "spearman": lambda y, p: scipy.stats.spearmanr(y, p)[0],
    "rmse": lambda y, p: float(np.sqrt(np.mean((y - p) ** 2))),
}


def main(n_rows: int = 34_527, n_resamples: int = 1000) -> None:
    rng = np.random.default_rng(0)
    y = (np.arange(n_rows) < n_rows / 236).astype(np.float64)
    p = y + rng.normal(size=n_rows)
    print(f"{n_rows} rows, seconds for {n_resamples} resamples; fastest of {ROUNDS} rounds")
    print(f"{'metric':<10}{'ours':>8}{'per resample':>14}{'scipy':>8}{'ratio':>8}{'ratio':>8}   interval")
    few = max(n_resamples // 10, 1)
    for name, reference in REFERENCES.items():
        contenders: list[tuple[Callable[[], object], float]] = [
            (lambda name=name: metrics.bootstrap_interval(name, y, p, n_resamples), 1.0),
            (lambda reference=reference: metrics.bootstrap_interval(reference, y, p, few), n_resamples / few),
            (lambda reference=reference: scipy_interval(reference, y, p, few), n_resamples / few),
        ]
        ours, each, scipy_s = fastest(contenders)
        interval = metrics.bootstrap_interval(name, y, p, n_resamples)
        print(
            f"{name:<10}{ours:8.2f}{each:14.2f}{scipy_s:8.2f}{each / ours:7.0f}x{scipy_s / ours:7.0f}x   {interval}",
            flush=True,
        )


def scipy_interval(
    reference: Callable[[np.ndarray, np.ndarray], float], y: np.ndarray, p: np.ndarray, n: int
) -> object:
    """Do it with SciPy, one resample at a time: in one batch, 1,000 resamples of 34,527 rows take 0.5 GB a column."""
    return scipy.stats.bootstrap(
        (y, p), reference, paired=True, vectorized=False, method="percentile", n_resamples=n, batch=1
    )


def fastest(contenders: list[tuple[Callable[[], object], float]]) -> list[float]:
    """Return the seconds of each contender's fastest round, scaled."""
    seconds = np.full(len(contenders), np.inf)
    for _ in range(ROUNDS):
        for number, (run, scale) in enumerate(contenders):
            started = time.perf_counter()
            run()
            seconds[number] = min(seconds[number], scale * (time.perf_counter() - started))
    return seconds.tolist()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
