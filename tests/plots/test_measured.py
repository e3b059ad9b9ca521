"""Predictions against measurements."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from messages import mentions

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots import predicted_against_measured

RNG = np.random.default_rng(0)
MEASURED = RNG.normal(size=50)
PREDICTED = MEASURED + RNG.normal(size=50)


def test_predicted_against_measured__draws_the_points_and_says_how_they_agree():
    ax = Figure().subplots()
    assert predicted_against_measured(MEASURED, PREDICTED, ax, title="ridge") is ax
    points = ax.get_lines()[0]
    np.testing.assert_array_equal(points.get_xdata(), MEASURED)
    np.testing.assert_array_equal(points.get_ydata(), PREDICTED)
    r = np.corrcoef(MEASURED, PREDICTED)[0, 1]
    assert ax.get_title(loc="left") == f"ridge: r = {r:.2f}, n = 50"
    assert ax.get_xlim() == ax.get_ylim()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("measured efficacy", "predicted efficacy")


def test_predicted_against_measured__thousands_of_points_are_a_picture():
    many = RNG.normal(size=2000)
    assert predicted_against_measured(many, many).get_lines()[0].get_rasterized()
    assert not predicted_against_measured(MEASURED, PREDICTED).get_lines()[0].get_rasterized()


def test_predicted_against_measured__a_constant_has_no_correlation():
    assert predicted_against_measured([1, 2], [3, 3]).get_title(loc="left") == "r undefined, n = 2"
    assert predicted_against_measured([1], [1]).get_title(loc="left") == "r undefined, n = 1"


def test_predicted_against_measured__says_what_does_not_fit():
    with pytest.raises(ShapeMismatchError, match=mentions("y_pred", "(2,)", "y_true", "(1,)")):
        predicted_against_measured([1], [1, 2])
    with pytest.raises(EmptyInputError, match=mentions("y_true")):
        predicted_against_measured([], [])
