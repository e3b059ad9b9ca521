"""The map of a transcript: its line, its sites, and the transcript below."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots import site_map


def test_site_map__writes_the_rank_of_sites_at_their_middle():
    ax = site_map([10, 20, 30], [0.4, 0.8, 0.5], [(10, 31, 0.8, 1), (40, 61, 0.5, 4)], length=90)
    assert [(text.get_text(), text.get_position()) for text in ax.texts] == [("1", (20.5, 0.8)), ("4", (50.5, 0.5))]
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches] == [(10, 21), (40, 21)]
    assert ax.get_xlim() == (0, 90)


def test_site_map__the_line_has_a_gap_and_the_band_its_interval():
    ax = site_map([0, 1, 2], [0.1, np.nan, 0.3], interval=([0, np.nan, 0.2], [0.2, np.nan, 1.4]))
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), [0.1, np.nan, 0.3])
    assert ax.get_ylim()[1] > 1.4
    assert all(tick >= 0 for tick in ax.get_yticks())


def test_site_map__names_a_coding_sequence_that_has_room():
    wide, narrow = (site_map([0, 99], [0.5, 0.5], coding=(10, end), length=100) for end in (60, 12))
    assert [text.get_text() for text in wide.texts] == ["CDS"]
    assert [(bar.get_x(), bar.get_width()) for bar in narrow.patches] == [(10, 2)] and not narrow.texts


def test_site_map__draws_on_the_axes_given():
    ax = Figure().subplots()
    assert site_map([0, 1], [0.5, -0.3], ax=ax, title="a$b") is ax
    assert ax.get_title(loc="left") == r"a\$b"
    assert ax.get_ylim()[0] < -0.3


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"positions": [], "efficacy": []}, EmptyInputError),
        ({"positions": [1, 2], "efficacy": [1]}, ShapeMismatchError),
        ({"positions": [1, 2], "efficacy": [1, 1], "interval": ([0], [1])}, ShapeMismatchError),
        ({"positions": [1, 2], "efficacy": [np.nan] * 2}, BadValueError),
    ],
)
def test_site_map__refuses_what_cannot_be_drawn(arguments, error):
    with pytest.raises(error):
        site_map(**arguments)
