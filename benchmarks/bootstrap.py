"""Bootstrap intervals: ours against scikit-learn or SciPy called on every resample, and scipy.stats.bootstrap."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import scipy.stats
import sklearn.metrics

from benchmarks.contest import Contender
from benchmarks.record import Record, Settings
from deepchem_genomics.quiet import import_quietly

ROWS, RESAMPLES = 34_527, 1000

REFERENCES: dict[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "roc_auc": sklearn.metrics.roc_auc_score,
    "pr_auc": sklearn.metrics.average_precision_score,
    "pearson": lambda y, p: scipy.stats.pearsonr(y, p)[0],
    "spearman": lambda y, p: scipy.stats.spearmanr(y, p)[0],
    "rmse": lambda y, p: float(np.sqrt(np.mean((y - p) ** 2))),
}


def run(record: Record, settings: Settings) -> None:
    """Compare metric by metric."""
    import_quietly()
    from deepchem_genomics import metrics

    rng = np.random.default_rng(0)
    y = (np.arange(ROWS) < ROWS / 236).astype(np.float64)
    p = y + rng.normal(size=ROWS)
    few = settings.pick(RESAMPLES // 10, RESAMPLES // 50)
    for name, reference in REFERENCES.items():
        ours = metrics.bootstrap_interval(name, y, p, RESAMPLES)
        same = metrics.bootstrap_interval(reference, y, p, RESAMPLES if not settings.quick else few)
        theirs = scipy_interval(reference, y, p, few)
        if not settings.quick and not np.allclose(ours[:3], same[:3], rtol=1e-9):
            raise AssertionError(f"{name}: {ours} and, with the reference, {same}")
        record.contest(
            f"{name}, {RESAMPLES:,} resamples of {ROWS:,} rows",
            {
                "`metrics.bootstrap_interval`": Contender(
                    partial(metrics.bootstrap_interval, name, y, p, RESAMPLES), 1
                ),
                "the reference on every resample": Contender(
                    partial(metrics.bootstrap_interval, reference, y, p, few), few / RESAMPLES
                ),
                "`scipy.stats.bootstrap`": Contender(partial(scipy_interval, reference, y, p, few), few / RESAMPLES),
            },
            settings.turns(5, 2),
            unit="seconds",
            as_rate=False,
            checked=f"interval {ours}; SciPy, of {few} resamples, {theirs.low:.3f} to {theirs.high:.3f}",
        )
    record.use_versions("numpy", "scipy", "scikit-learn")


def scipy_interval(reference: Callable[[np.ndarray, np.ndarray], float], y: np.ndarray, p: np.ndarray, n: int) -> Any:
    """Do it with SciPy, one resample at a time: in one batch, 1,000 resamples of 34,527 rows take 0.5 GB a column."""
    found = scipy.stats.bootstrap(
        (y, p), reference, paired=True, vectorized=False, method="percentile", n_resamples=n, batch=1, rng=0
    )
    return found.confidence_interval
