"""Pictures of what a dataset is made of."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from messages import mentions

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots import class_balance, share_histogram

COUNTS = {"JUND": {"0": 90, "1": 10, "missing": 0}, "ATF3": {"0": 50, "1": 0, "missing": 50}}


def test_class_balance__has_a_bar_for_each_class_of_each_task():
    ax = class_balance(COUNTS)
    widths = sorted(bar.get_width() for bar in ax.patches)
    assert widths == [0, 0, 10, 50, 50, 90]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["JUND", "ATF3"]
    assert [text.get_text() for text in ax.texts] == ["90", "50", "10 (10.00%)", "0 (0.00%)", "0", "50"]


def test_class_balance__draws_on_the_axes_it_is_given():
    ax = Figure().subplots()
    assert class_balance(COUNTS, ax, title="labels") is ax
    assert ax.get_title(loc="left") == "labels"


def test_class_balance__does_not_write_the_names_of_hundreds_of_tasks():
    ax = class_balance({f"task {i}": {"0": 5, "1": i} for i in range(200)})
    assert len(ax.texts) == 0
    assert ax.get_title(loc="left") == "classes of 200 tasks"


def test_share_histogram__draws_each_set_as_fractions_of_itself():
    ax = share_histogram([0, 0.5, 1], {"few": [1, 1], "many": [300, 100], "none": [0, 0]})
    drawn = [patch.get_data().values for patch in ax.patches[::2]]
    np.testing.assert_allclose(drawn, [[0.5, 0.5], [0.75, 0.25]])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["few (2)", "many (400)"]


def test_composition__says_what_is_missing():
    with pytest.raises(EmptyInputError, match=mentions("tasks")):
        class_balance({})
    with pytest.raises(EmptyInputError, match=mentions("sequences")):
        share_histogram([0, 1], {})
    with pytest.raises(ShapeMismatchError, match=mentions("few", "2", "1")):
        share_histogram([0, 1], {"few": [1, 2]})
