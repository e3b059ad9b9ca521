"""Which recipe does best with how many bound windows, on measured data: a table of docs/models.md, no timing.

``python -m benchmarks.learning_curve SOURCE BOUND [DRAWS]`` draws so many bound windows and as many unbound ones from
the training rows of GUE's task tf1, trains recipes on them, and scores them on 4,000 other training rows. SOURCE is a
folder laid out as docs/named_datasets.md says. GUE's own test rows are not looked at.
"""

import sys

import numpy as np
from deepchem.data import NumpyDataset

from benchmarks.auto_rule import area_of, row_of
from deepchem_genomics.benchmark import PROBLEMS

HELD_OUT = 4_000
CHOSEN = ("kmers", "gapped-kmers", "kmer-blend", "sequence-boosting", "rc-network", "blend")


def main() -> None:
    """Print the row of a table."""
    source, n_bound, draws = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1
    rows = PROBLEMS["gue-tf1"].load(source).folds[0].train
    order = np.random.default_rng(0).permutation(len(rows))

    def part(places: np.ndarray) -> NumpyDataset:
        return NumpyDataset(rows.X[places], rows.y[places], ids=rows.ids[places])

    held, rest = part(order[:HELD_OUT]), order[HELD_OUT:]
    of_kind = [rest[rows.y[rest, 0] == label] for label in (1, 0)]
    n_bound = min(n_bound, *map(len, of_kind))
    every = []
    for seed in range(draws):
        rng = np.random.default_rng(seed)
        train = part(np.concatenate([rng.choice(each, n_bound, replace=False) for each in of_kind]))
        every.append({name: area_of(name, (train, None, held), {}, seed) for name in CHOSEN})
    print(row_of(n_bound, every))


if __name__ == "__main__":
    main()
