"""Which recipe does best with how many bound windows, on simulated data: a table of docs/models.md, no timing.

``python -m benchmarks.auto_rule BOUND [DRAWS]`` trains what ``train --model auto`` chooses among, and 5-mers alone, on
so many bound windows and as many unbound ones (three times as many below 20,000), and scores them on windows that were
simulated apart from these. The data are simulated: the factor's motif is all there is to find, besides its partner.
"""

import sys
import time
from collections.abc import Mapping, Sequence

import numpy as np
from deepchem.data import NumpyDataset
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from deepchem_genomics.data import SideInput
from deepchem_genomics.recipes import RECIPES
from deepchem_genomics.simulate import simulate_tf_binding

PREVALENCE = 0.06
TEST = 20_000
LARGE = 20_000
CHOSEN = ("kmers", "kmer-blend", "blend", "accessibility", "kmer-blend-accessibility", "blend-accessibility")
SETTINGS: Mapping[str, Mapping[str, int]] = {"kmers": {"k": 5}}


def drawn(n_bound: int, seed: int) -> tuple[NumpyDataset, SideInput]:
    """Simulate windows and keep so many bound ones, with one or three unbound ones each."""
    per_bound = 1 if n_bound >= LARGE else 3
    found = simulate_tf_binding(int(1.2 * n_bound / PREVALENCE) + 1000, seed, prevalence=PREVALENCE)
    rng = np.random.default_rng(seed)
    bound, unbound = (np.flatnonzero(found.y[:, 0] == label) for label in (1, 0))
    rows = np.concatenate([bound[:n_bound], rng.choice(unbound, per_bound * n_bound, replace=False)])
    rng.shuffle(rows)
    dataset = NumpyDataset(found.X[rows], found.y[rows], ids=found.ids[rows])
    return dataset, SideInput(found.ids[rows], found.accessibility[rows], names=["accessibility"])


def areas(n_bound: int, seed: int) -> dict[str, float]:
    """Train each recipe once, and return its ROC AUC on the test windows by name."""
    train, near = drawn(n_bound, 3 * seed)
    valid, more = drawn(max(n_bound // 8, 25), 3 * seed + 1)
    test = simulate_tf_binding(TEST, 3 * seed + 2, prevalence=PREVALENCE)
    ids: NDArray[np.object_] = np.concatenate([train.ids, valid.ids, test.ids])
    values = np.concatenate([near.values, more.values, test.accessibility.reshape(len(test.ids), -1)])
    sides = {"accessibility": SideInput(ids, values, names=["accessibility"])}
    return {
        name: area_of(name, (train, valid, NumpyDataset(test.X, test.y, ids=test.ids)), sides, seed) for name in CHOSEN
    }


def area_of(
    name: str, parts: tuple[NumpyDataset, NumpyDataset | None, NumpyDataset], sides: Mapping[str, SideInput], seed: int
) -> float:
    """Train a recipe on the first of three parts, and return its ROC AUC on the last."""
    train, valid, test = parts
    begun = time.perf_counter()
    model = RECIPES[name](train, valid, sides, SETTINGS.get(name, {}), seed).model
    area = float(roc_auc_score(test.y[:, 0], np.asarray(model.predict(test)).ravel()))
    seconds = time.perf_counter() - begun
    print(f"{int(train.y.sum())} bound, draw {seed}: {name} {area:.4f}, {seconds:.0f} s", flush=True)
    return area


def row_of(n_bound: int, every: Sequence[Mapping[str, float]]) -> str:
    """Return the row of a table: means of all draws."""
    means = (np.mean([each[name] for each in every]) for name in every[0])
    return f"| {n_bound:,} | " + " | ".join(f"{mean:.3f}" for mean in means) + " |"


def main() -> None:
    """Print the row of a table."""
    n_bound, draws = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print(row_of(n_bound, [areas(n_bound, seed) for seed in range(draws)]))


if __name__ == "__main__":
    main()
