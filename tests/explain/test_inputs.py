"""Which rows are looked at, whatever pieces they are read in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import EmptyInputError
from deepchem_genomics.explain.inputs import choose, gather
from deepchem_genomics.models.prediction_files import EncodedRows


def test_choose__takes_the_highest_first_and_draws_by_the_seed():
    predicted = np.array([0.1, 0.9, 0.5, 0.9, 0.3])
    chosen = choose(predicted, 3, seed=1)
    assert chosen.strongest.tolist() == [1, 3, 2]
    assert len(set(chosen.drawn.tolist())) == 3
    np.testing.assert_array_equal(chosen.drawn, choose(predicted, 3, seed=1).drawn)
    assert choose(predicted, 99, seed=1).drawn.tolist() == [0, 1, 2, 3, 4]


def test_choose__needs_rows():
    with pytest.raises(EmptyInputError, match=mentions("sequences")):
        choose(np.zeros(0), 3, seed=0)


@given(st.integers(1, 30), st.integers(1, 9), st.data())
def test_gather__finds_rows_in_pieces_of_any_size(n, size, data):
    X = np.arange(n * 8).reshape(n, 2, 4)
    ids = np.array([f"r{i}" for i in range(n)])
    wanted = np.array(data.draw(st.lists(st.integers(0, n - 1), min_size=1, unique=True)))
    found = gather(lambda: (EncodedRows(X[i : i + size], ids[i : i + size]) for i in range(0, n, size)), wanted)
    np.testing.assert_array_equal(found.X, X[wanted])
    assert found.ids.tolist() == [f"r{i}" for i in wanted]
