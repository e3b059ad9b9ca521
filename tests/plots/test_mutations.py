"""Heat maps of mutagenesis: which cell is which exchange."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from messages import mentions

from deepchem_genomics.errors import SequenceLengthError, ShapeMismatchError
from deepchem_genomics.plots import contribution_logo, mutagenesis_heatmap

EFFECTS = np.array([[0, 0.1, -0.3, 0], [0.2, 0, 0, 0], [0, 0, 0, 0.0]])


def test_mutagenesis_heatmap__rows_are_letters_and_columns_positions():
    ax = mutagenesis_heatmap(EFFECTS, "ACN")
    image = ax.images[0]
    np.testing.assert_array_equal(image.get_array(), EFFECTS.T)
    assert image.get_clim() == (-0.3, 0.3)
    assert [label.get_text() for label in ax.get_yticklabels()] == list("ACGT")
    assert [label.get_text() for label in ax.get_xticklabels()] == list("ACN")


def test_mutagenesis_heatmap__marks_the_letters_of_the_sequence_but_not_unknown_ones():
    x, y = mutagenesis_heatmap(EFFECTS, "gcN", start=50).get_lines()[0].get_data()
    assert list(zip(x, y, strict=True)) == [(50, 2), (51, 1)]


def test_mutagenesis_heatmap__shares_its_axis_with_the_logo():
    upper, lower = Figure().subplots(2, 1, sharex=True)
    contribution_logo(EFFECTS, upper, start=7)
    assert mutagenesis_heatmap(EFFECTS, "ACG", lower, start=7, quantity=None) is lower
    assert lower.get_xlim() == upper.get_xlim() == (6.5, 9.5)
    assert lower.child_axes == []


def test_mutagenesis_heatmap__of_zeros_is_white():
    ax = mutagenesis_heatmap(np.zeros((3, 4)), "ACG")
    assert ax.images[0].get_clim() == (-1, 1)


def test_mutagenesis_heatmap__says_what_does_not_fit():
    with pytest.raises(SequenceLengthError, match=mentions("2", "effects", "3")):
        mutagenesis_heatmap(EFFECTS, "AC")
    with pytest.raises(ShapeMismatchError, match=mentions("effects", "(4, 3)")):
        mutagenesis_heatmap(EFFECTS.T, "AC")


def test_mutagenesis_heatmap__leaves_unknown_effects_without_color():
    effects = np.array([[0.5, 0, 0, 0], [np.nan] * 4])
    image = mutagenesis_heatmap(effects, "CN").images[0]
    assert image.get_clim() == (-0.5, 0.5)
    assert image.get_array().mask[:, 1].all()
