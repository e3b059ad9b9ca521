"""How often intervals of areas under curves hold the true area: a simulation, no timing.

``python -m benchmarks.coverage [DRAWS] [SEED]`` prints the tables of docs/metrics.md: for scores whose true area is
known, in percent, the share of draws whose 95% interval holds it; next to it the percentile bootstrap's.
"""

import itertools
import sys
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from deepchem_genomics import metrics

SIZES = ((5, 95), (8, 1992), (10, 190), (20, 20), (20, 80), (20, 1980), (50, 450))
"""Positives and negatives."""
RESAMPLES = 200
TRUTH_ROWS = 200_000
PAIR_GAINS = {"equal": (1.2, 1.2), "small gain": (1.2, 1.0), "large gain": (2.5, 0.5), "near 1": (2.6, 2.2)}

Draw = Callable[[int, int, np.random.Generator], NDArray[np.float64]]


def shifted(area: float, spread: float = 1.0) -> Draw:
    """Draw normal scores with a ROC AUC, those of positives as spread out as is requested."""
    shift = np.sqrt(1 + spread**2) * norm.ppf(area)

    def draw(n_positive: int, n_negative: int, rng: np.random.Generator) -> NDArray[np.float64]:
        return np.concatenate([rng.normal(shift, spread, n_positive), rng.normal(size=n_negative)])

    return draw


def partly(share: float, shift: float) -> Draw:
    """Draw scores of which only a share of the positives differs from negatives."""

    def draw(n_positive: int, n_negative: int, rng: np.random.Generator) -> NDArray[np.float64]:
        found = rng.normal(size=n_positive + n_negative)
        found[:n_positive] += shift * (rng.random(n_positive) < share)
        return found

    return draw


SCORES: dict[str, Draw] = {
    "ROC AUC 0.60": shifted(0.6),
    "ROC AUC 0.75": shifted(0.75),
    "ROC AUC 0.90": shifted(0.9),
    "ROC AUC 0.97": shifted(0.97),
    "half recognized": partly(0.5, 3.0),
    "four of five recognized": partly(0.8, 4.0),
    "0.80, positives spread wide": shifted(0.8, 3.0),
}


def pairs(gains: tuple[float, float], size: tuple[int, int], rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw scores of two models, (N, 2), correlated by 0.8."""
    found = rng.normal(size=(sum(size), 2))
    found[:, 1] = 0.8 * found[:, 0] + 0.6 * found[:, 1]
    found[: size[0]] += gains
    return found


def coverage(metric: str, draw: Draw, size: tuple[int, int], draws: int, seed: int) -> tuple[float, float]:
    """Return the share of draws whose interval, and whose bootstrap interval, holds the true area."""
    rng = np.random.default_rng(seed)
    true = _true(lambda n, m: _area(metric, draw(n, m, rng), n), size)
    held = np.zeros(2)
    labels = np.repeat([1, 0], size)
    for number in range(draws):
        scores = draw(*size, rng)
        ours = metrics.ranking_interval(metric, labels, scores)
        theirs = metrics.bootstrap_interval(metric, labels, scores, RESAMPLES, seed=number)
        held += [one.low <= true <= one.high for one in (ours, theirs)]
    return tuple(held / draws)


def difference_coverage(metric: str, gains: tuple[float, float], size: tuple[int, int], draws: int, seed: int) -> float:
    """Return the share of draws whose interval of a difference holds the true one."""
    rng = np.random.default_rng(seed)

    def apart(n: int, m: int) -> float:
        scores = pairs(gains, (n, m), rng)
        return _area(metric, scores[:, 0], n) - _area(metric, scores[:, 1], n)

    true = _true(apart, size)
    labels = np.repeat([1, 0], size)
    held = 0
    for _ in range(draws):
        scores = pairs(gains, size, rng)
        low, high = metrics.ranking_difference(metric, labels, *scores.T)[1:]
        held += low <= true <= high
    return held / draws


def tables(draws: int, seed: int) -> Iterator[str]:
    """Yield the lines of the tables, as Markdown."""
    for metric in ("roc_auc", "pr_auc"):
        yield f"\n{metric}: this package's interval, percentile bootstrap in brackets\n"
        yield "| positives / negatives | " + " | ".join(SCORES) + " |"
        yield "|---|" + "---|" * len(SCORES)
        for size in SIZES:
            cells = [coverage(metric, draw, size, draws, seed) for draw in SCORES.values()]
            yield (
                f"| {size[0]} / {size[1]:,} | " + " | ".join(f"{100 * a:.0f} ({100 * b:.0f})" for a, b in cells) + " |"
            )
    yield "\nDifference of two models on the same rows\n"
    columns = list(itertools.product(("roc_auc", "pr_auc"), PAIR_GAINS))
    yield "| positives / negatives | " + " | ".join(f"{metric}, {name}" for metric, name in columns) + " |"
    yield "|---|" + "---|" * len(columns)
    for size in SIZES:
        shares = [difference_coverage(metric, PAIR_GAINS[name], size, draws, seed) for metric, name in columns]
        yield _row(size, (f"{100 * share:.0f}" for share in shares))


def _row(size: tuple[int, int], cells: Iterable[str]) -> str:
    return f"| {size[0]} / {size[1]:,} | " + " | ".join(cells) + " |"


def _area(metric: str, scores: NDArray[np.float64], n_positive: int) -> float:
    score = metrics.roc_auc if metric == "roc_auc" else metrics.pr_auc
    labels = np.arange(len(scores)) < n_positive
    return float(score.compute_metric(labels[:, None].astype(float), scores[:, None]))


def _true(area: Callable[[int, int], float], size: tuple[int, int]) -> float:
    times = TRUTH_ROWS // sum(size)
    return float(np.mean([area(size[0] * times, size[1] * times) for _ in range(3)]))


if __name__ == "__main__":
    arguments = [int(one) for one in sys.argv[1:]]
    for line in tables(*(arguments + [400, 0][len(arguments) :])):
        print(line, flush=True)
