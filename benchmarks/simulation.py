"""Simulated data: rows a second, and how well the best observer can do on them.

``python -m benchmarks.simulation [n]`` prints the ceilings; the speed is a section of the page.
"""

import sys
from collections.abc import Callable
from functools import partial

import numpy as np

from benchmarks.contest import Contender
from benchmarks.record import Record, Settings
from deepchem_genomics.quiet import import_quietly


def random_letters(n: int) -> np.ndarray:
    """Encode windows of equally likely letters the obvious way."""
    return np.eye(4, dtype=np.int8)[np.random.default_rng(0).integers(0, 4, size=(n, 101))]


def run(record: Record, settings: Settings) -> None:
    """Compare with the floor."""
    import_quietly()
    from deepchem_genomics.simulate.sirna import simulate_sirna
    from deepchem_genomics.simulate.tf_binding import simulate_tf_binding

    n = settings.pick(300_000, 100_000)
    jobs: dict[str, Callable[[int], object]] = {
        "`simulate_tf_binding`": simulate_tf_binding,
        "`simulate_sirna`": simulate_sirna,
        "letters at random, 101 bp": random_letters,
    }
    for job in jobs.values():
        job(1000)
    record.contest(
        f"{n:,} rows",
        {name: Contender(partial(job, n), n) for name, job in jobs.items()},
        settings.turns(5, 3),
        unit="rows/s",
        checked="they do not do the same: each gives as many encoded rows, in the second line guides of 21 nt",
    )
    record.use_versions("numpy")


def ceilings(n: int) -> None:
    """Print how well the best observer does."""
    import_quietly()
    from deepchem_genomics import metrics
    from deepchem_genomics.simulate.ideal_observer import ideal_tf_scores
    from deepchem_genomics.simulate.sirna import simulate_sirna
    from deepchem_genomics.simulate.tf_binding import simulate_tf_binding

    simulated = simulate_tf_binding(n, seed=1)
    scores = ideal_tf_scores(simulated)
    print(f"binding: {n} windows, {simulated.y.mean():.4f} bound; the ideal observer's scores and 95% intervals")
    for name, values in scores._asdict().items():
        areas = [metrics.bootstrap_interval(metric, simulated.y, values, 200) for metric in ("roc_auc", "pr_auc")]
        print(f"{name:<22}ROC AUC {areas[0]}   PR AUC {areas[1]}")
    guides = simulate_sirna(n, seed=1)
    r = metrics.bootstrap_interval("pearson", guides.y, guides.expected, 200)
    print(f"\nsiRNA: {n} guides, mean efficacy {guides.y.mean():.3f}, sd {guides.y.std():.3f}; best Pearson r {r}")


if __name__ == "__main__":
    ceilings(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000)
