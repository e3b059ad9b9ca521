"""Tracks: what is drawn between which positions."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from messages import mentions

from deepchem_genomics.errors import BadValueError, EmptyInputError, IntervalError, ShapeMismatchError
from deepchem_genomics.plots import genome_track


def steps(ax):
    data = ax.patches[1].get_data()
    return data.edges.tolist(), data.values.tolist()


def test_genome_track__without_ends_a_value_reaches_to_the_next_window():
    assert steps(genome_track([100, 200, 350], [1, 2, 3])) == ([100, 200, 350, 500], [1, 2, 3])


def test_genome_track__between_windows_that_do_not_touch_nothing_is_drawn():
    edges, values = steps(genome_track([100, 300], [1, 2], ends=[200, 400]))
    assert edges == [100, 200, 300, 400]
    assert values[0] == 1 and np.isnan(values[1]) and values[2] == 2


def test_genome_track__overlapping_windows_stand_for_the_part_about_their_middle():
    edges, values = steps(genome_track([0, 10, 20], [1, 2, 3], ends=[100, 110, 120]))
    assert edges == [0, 55, 65, 120]
    assert values == [1, 2, 3]


def test_genome_track__peaks_outside_of_the_picture_are_left_out():
    ax = genome_track([100, 200], [0.2, 0.8], peaks=[(0, 50), (180, 260), (900, 950)], threshold=0.5)
    (bars,) = ax.collections
    assert [path.get_extents().x0 for path in bars.get_paths()] == [180]
    assert ax.get_xlim() == (100, 300)
    assert bars.get_paths()[0].get_extents().y1 < 0


def test_genome_track__draws_on_the_axes_given_and_writes_thousands():
    ax = Figure().subplots()
    assert genome_track([20_000_000, 20_000_100], [1, 2], ax, chrom="chr$1") is ax
    assert ax.get_xlabel() == r"chr\$1, position (bp)"
    assert ax.xaxis.get_major_formatter()(20_000_100, 0) == "20,000,100"


def test_genome_track__an_empty_list_of_peaks_is_no_error():
    assert len(genome_track([1, 2], [1, 2], peaks=[]).collections) <= 1


@pytest.mark.parametrize(
    ("arguments", "error", "facts"),
    [
        ({"starts": [], "values": []}, EmptyInputError, ("windows",)),
        ({"starts": [1, 2], "values": [1]}, ShapeMismatchError, ("starts", "(2,)")),
        ({"starts": [2, 1], "values": [1, 1]}, BadValueError, ("1", "2")),
        ({"starts": [1, 2], "values": [1, 1], "ends": [5, 2]}, IntervalError, ("window", "2-2")),
        ({"starts": [1, 2], "values": [1, 1], "peaks": [(9, 3)]}, IntervalError, ("peak", "9-3")),
        ({"starts": [1, 2], "values": [np.nan] * 2}, BadValueError, ("NaN",)),
    ],
)
def test_genome_track__says_what_is_wrong(arguments, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        genome_track(**arguments)
