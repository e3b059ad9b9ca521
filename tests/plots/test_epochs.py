"""Scores of several networks by epoch."""

import pytest
from matplotlib.figure import Figure
from messages import mentions

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots import scores_by_epoch

RUNS = {"plain": [([1, 2, 3], [0.5, 0.8, 0.7]), ([1, 2], [0.6, 0.65])], "deep": [([1, 2], [0.4, 0.9])]}


def test_scores_by_epoch__each_run_is_a_line_in_the_color_of_its_network():
    ax = Figure().subplots()
    assert scores_by_epoch(RUNS, ax, score="ROC AUC") is ax
    first, second, third = ax.get_lines()
    assert list(first.get_ydata()) == [0.5, 0.8, 0.7]
    assert list(second.get_xdata()) == [1, 2]
    assert first.get_color() == second.get_color() != third.get_color()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["plain (2 runs)", "deep (1 run)"]


def test_scores_by_epoch__the_best_epoch_is_marked():
    assert [line.get_markevery() for line in scores_by_epoch(RUNS).get_lines()] == [[1], [1], [1]]
    lowest = scores_by_epoch(RUNS, lower_is_better=True).get_lines()
    assert [line.get_markevery() for line in lowest] == [[0], [0], [0]]


def test_scores_by_epoch__say_what_does_not_fit():
    with pytest.raises(EmptyInputError, match=mentions("runs")):
        scores_by_epoch({})
    with pytest.raises(EmptyInputError, match=mentions("plain", "epochs")):
        scores_by_epoch({"plain": [([], [])]})
    with pytest.raises(ShapeMismatchError, match=mentions("plain", "2", "1")):
        scores_by_epoch({"plain": [([1, 2], [0.5])]})
