"""Bars of contributions."""

import pytest
from matplotlib.figure import Figure
from messages import mentions

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots import contribution_bars


def test_contribution_bars__the_first_name_is_on_top_and_its_first_part_too():
    ax = Figure().subplots()
    assert contribution_bars(["a", "b"], {"sequence": [1, -2], "DNase": [3, 4]}, ax) is ax
    assert [bar.get_width() for bar in ax.patches] == [1, -2, 3, 4]
    assert ax.yaxis_inverted()
    middles = [bar.get_y() + bar.get_height() / 2 for bar in ax.patches]
    assert middles == pytest.approx([-0.2, 0.8, 0.2, 1.2])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["sequence", "DNase"]


def test_contribution_bars__says_what_is_missing():
    with pytest.raises(EmptyInputError, match=mentions("names", "parts")):
        contribution_bars([], {"sequence": []})
    with pytest.raises(ShapeMismatchError, match=mentions("DNase", "(3,)", "2")):
        contribution_bars(["a", "b"], {"DNase": [1, 2, 3]})
