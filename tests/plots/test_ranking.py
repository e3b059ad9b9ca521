"""Models in the order of a score."""

import pytest
from matplotlib.figure import Figure
from messages import mentions

from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.plots import ModelScore, score_intervals

SCORES = {"motif": 0.65, "network": 0.8, "k-mers": 0.7}


def names(ax):
    return [label.get_text() for label in ax.get_yticklabels()]


def dots(ax, marker="o"):
    return {line.get_ydata()[0]: line for line in ax.get_lines() if line.get_marker() == marker}


def in_groups(groups):
    return {name: ModelScore(score, group=groups[name]) for name, score in SCORES.items()}


def test_score_intervals__the_best_stands_on_top_with_its_number():
    ax = Figure().subplots()
    assert score_intervals(SCORES, ax=ax, score="ROC AUC", title="jund") is ax
    assert names(ax) == ["network", "k-mers", "motif"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert [dots(ax)[row].get_xdata()[0] for row in range(3)] == [0.8, 0.7, 0.65]
    assert [text.get_text() for text in ax.texts] == ["0.800", "0.700", "0.650"]
    assert (ax.get_xlabel(), ax.get_title(loc="left")) == ("ROC AUC", "jund")


def test_score_intervals__the_least_stands_on_top_where_less_is_better():
    ax = score_intervals(SCORES, lower_is_better=True, score="RMSE")
    assert names(ax) == ["motif", "k-mers", "network"]
    assert ax.get_xlabel() == "RMSE (lower is better)"


def test_score_intervals__draws_intervals_and_single_runs():
    ax = score_intervals(SCORES | {"network": ModelScore(0.8, (0.75, 0.83), [0.79, 0.81])})
    drawn = [line.get_xdata() for line in ax.get_lines()]
    assert [tuple(x) for x in drawn if len(x) == 2 and tuple(x) == (0.75, 0.83)] == [(0.75, 0.83)]
    assert dots(ax, "|")[0].get_xdata().tolist() == [0.79, 0.81]


def test_score_intervals__published_scores_are_hollow_and_in_the_same_order():
    ax = score_intervals(SCORES, published={"the chapter": 0.75})
    assert names(ax) == ["network", "the chapter", "k-mers", "motif"]
    mark = dots(ax, "D")[1]
    assert (mark.get_xdata()[0], mark.get_markerfacecolor()) == (0.75, "none")


def test_score_intervals__groups_have_a_color_and_one_label_each():
    groups = {"network": "network", "motif": "baseline", "k-mers": "baseline"}
    ax = score_intervals(in_groups(groups), levels={"a coin": 0.5})
    assert dots(ax)[1].get_color() == dots(ax)[2].get_color() != dots(ax)[0].get_color()
    assert sorted(text.get_text() for text in ax.get_legend().get_texts()) == ["a coin (0.5)", "baseline", "network"]


def test_score_intervals__a_group_keeps_its_color_where_others_are_missing():
    ax = score_intervals({"motif": ModelScore(0.6, group="baseline")}, order=["network", "baseline"])
    groups = dict.fromkeys(SCORES, "baseline") | {"network": "network"}
    both = score_intervals(in_groups(groups), order=["network", "baseline"])
    assert dots(ax)[0].get_color() == dots(both)[1].get_color()


def test_score_intervals__long_names_are_wrapped():
    ax = score_intervals({"the chapter's network with accessibility as it is": 0.5})
    assert names(ax) == ["the chapter's network with\naccessibility as it is"]


def test_score_intervals__say_what_does_not_fit():
    with pytest.raises(EmptyInputError, match=mentions("scores")):
        score_intervals({})
    with pytest.raises(BadValueError, match=mentions("'motif'", "published")):
        score_intervals(SCORES, published={"motif": 0.7})
