"""Simulated data: seconds per million windows, and how well the best observer can do on them.

Run with ``python -m benchmarks.simulation [n_windows]``. Drawing letters at random and one-hot encoding them, without
a model of anything, is the floor that the simulator is compared with; the two take turns within one process.
"""

import sys
import time

import numpy as np

from deepchem_genomics import metrics
from deepchem_genomics.data.ideal_observer import ideal_tf_scores
from deepchem_genomics.data.simulated_sirna import simulate_sirna
from deepchem_genomics.data.simulated_tf import simulate_tf_binding

ROUNDS = 3


def random_letters(n: int) -> np.ndarray:
    """Encode windows of equally likely letters the obvious way."""
    return np.eye(4, dtype=np.int8)[np.random.default_rng(0).integers(0, 4, size=(n, 101))]


def timing(n: int) -> None:
    contenders = {"random letters": random_letters, "simulate_tf_binding": simulate_tf_binding}
    contenders["simulate_sirna"] = simulate_sirna
    seconds = dict.fromkeys(contenders, np.inf)
    for _ in range(ROUNDS):
        for name, run in contenders.items():
            started = time.perf_counter()
            run(n)
            seconds[name] = min(seconds[name], time.perf_counter() - started)
    print(f"{'':<22}{'s per million':>14}{'ratio':>8}   ({n} rows, fastest of {ROUNDS} rounds)")
    for name, taken in seconds.items():
        print(f"{name:<22}{taken * 1e6 / n:14.2f}{taken / seconds['random letters']:7.2f}x")


def ceilings(n: int) -> None:
    simulated = simulate_tf_binding(n, seed=1)
    scores = ideal_tf_scores(simulated)
    print(f"\nbinding: {n} windows, {simulated.y.mean():.4f} bound; the ideal observer's scores and 95 % intervals")
    for name, values in scores._asdict().items():
        areas = [metrics.bootstrap_interval(metric, simulated.y, values, 200) for metric in ("roc_auc", "pr_auc")]
        print(f"{name:<22}ROC AUC {areas[0]}   PR AUC {areas[1]}")
    guides = simulate_sirna(n, seed=1)
    r = metrics.bootstrap_interval("pearson", guides.y, guides.expected, 200)
    print(f"\nsiRNA: {n} guides, mean efficacy {guides.y.mean():.3f}, sd {guides.y.std():.3f}; best Pearson r {r}")


def main(n: int = 300_000) -> None:
    timing(n)
    ceilings(n)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
