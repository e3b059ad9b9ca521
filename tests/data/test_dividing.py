"""How rows are divided by default is found without a copy of their ids."""

import tracemalloc

import numpy as np
import pytest

from deepchem_genomics.data.dividing import guess_split

N_IDS = 20_000


@pytest.mark.parametrize(
    ("ids", "split"),
    [
        ([f"chr1:{101 * i}-{101 * i + 101}" for i in range(N_IDS)], "block"),
        ([f"chr{1 + i % 4}:{101 * i}-{101 * i + 101}" for i in range(N_IDS)], "chromosome"),
        ([f"guide {i}" for i in range(N_IDS)], "similarity"),
    ],
)
def test_guess_split__takes_little_more_memory_than_the_places(ids, split):
    ids = np.array(ids)
    guess_split(ids[:1])  # imports what it needs
    tracemalloc.start()
    assert guess_split(ids) == split
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 60 * N_IDS  # three numbers an id
    assert guess_split(ids.astype(object)) == split
