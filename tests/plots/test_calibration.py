"""Calibration: groups of rows, against counting by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure
from messages import mentions

from deepchem_genomics.errors import BadValueError, EmptyInputError, LabelError, ShapeMismatchError
from deepchem_genomics.plots import calibration_curves, reliability

ROWS = st.lists(st.tuples(st.sampled_from([0.0, 1.0]), st.sampled_from(np.linspace(0, 1, 11).tolist())), min_size=1)


@settings(max_examples=60)
@given(ROWS, st.integers(1, 12))
def test_reliability__groups_are_whole_ordered_and_keep_ties_together(rows, n_groups):
    y, predicted = (np.array(column) for column in zip(*rows, strict=True))
    groups = reliability(y, predicted, n_groups)
    assert groups.counts.sum() == len(y)
    assert len(groups.counts) <= n_groups
    assert (np.diff(groups.predicted) > 0).all()
    assert (groups.counts * groups.observed).sum() == pytest.approx(y.sum())
    assert (groups.counts * groups.predicted).sum() == pytest.approx(predicted.sum())
    assert ((groups.low <= groups.observed + 1e-12) & (groups.observed <= groups.high + 1e-12)).all()
    edges = np.cumsum(groups.counts)[:-1]
    ordered = np.sort(predicted)
    assert (ordered[edges] > ordered[edges - 1]).all()


def test_reliability__distinct_predictions_are_shared_out_evenly():
    rng = np.random.default_rng(0)
    groups = reliability(rng.random(1003) < 0.2, rng.random(1003), 10)
    assert set(groups.counts.tolist()) == {100, 101}


def test_reliability__wilsons_interval_is_the_published_one():
    groups = reliability([1.0] * 81 + [0.0] * 182, [0.3] * 263)
    assert groups.low[0] == pytest.approx(0.2553, abs=1e-4)  # Newcombe (1998), table I: 81 of 263
    assert groups.high[0] == pytest.approx(0.3662, abs=1e-4)


def test_calibration_curves__draw_the_groups_and_count_them():
    rng = np.random.default_rng(0)
    y, predicted = (rng.random(100) < 0.5).astype(float), rng.random(100)
    ax = Figure().subplots()
    assert calibration_curves(y, {"network": predicted}, ax, n_groups=5, title="GUE") is ax
    groups = reliability(y, predicted, 5)
    line = ax.get_lines()[0]
    np.testing.assert_allclose(line.get_xdata(), groups.predicted)
    np.testing.assert_allclose(line.get_ydata(), groups.observed)
    intervals = ax.collections[0].get_segments()
    np.testing.assert_allclose([segment[:, 1] for segment in intervals], np.stack([groups.low, groups.high], 1))
    assert ax.get_legend().get_texts()[0].get_text() == "network: 5 groups of 20 rows"


def test_calibration_curves__reach_as_far_as_the_groups():
    rng = np.random.default_rng(0)
    ax = calibration_curves((rng.random(2000) < 0.01).astype(float), {"network": 0.02 * rng.random(2000)})
    assert 0.01 < ax.get_xlim()[1] == ax.get_ylim()[1] < 0.1


def test_reliability__says_what_does_not_fit():
    with pytest.raises(BadValueError, match=mentions("y_pred", "1.5")):
        reliability([0, 1], [0.5, 1.5])
    with pytest.raises(BadValueError, match=mentions("y_pred", "nan")):
        reliability([0, 1], [0.5, float("nan")])
    with pytest.raises(BadValueError, match=mentions("n_groups", "0")):
        reliability([0, 1], [0.5, 0.5], 0)
    with pytest.raises(LabelError, match=mentions("y_true", "2", "0", "1")):
        reliability([0, 2], [0.5, 0.5])
    with pytest.raises(ShapeMismatchError, match=mentions("y_pred", "(1,)", "y_true", "(2,)")):
        reliability([0, 1], [0.5])
    with pytest.raises(EmptyInputError, match=mentions("y_true")):
        reliability([], [])
    with pytest.raises(EmptyInputError, match=mentions("predictions")):
        calibration_curves([0, 1], {})
