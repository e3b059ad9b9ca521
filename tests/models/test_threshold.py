"""Thresholds: the best by their rule, against trying all; moved to another prevalence by Bayes' rule."""

import json
import logging
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import BadValueError, LabelError, ShapeMismatchError
from deepchem_genomics.models import Threshold


def measured(rows, threshold):
    """Return precision, recall and F1 of calling the rows that reach a threshold."""
    called = [happened for score, happened in rows if score >= threshold]
    positives = sum(happened for _, happened in rows)
    precision, recall = sum(called) / len(called), sum(called) / positives
    return precision, recall, 2 * sum(called) / (len(called) + positives)


ROWS = st.lists(st.tuples(st.integers(0, 12).map(lambda n: n / 8 - 0.25), st.booleans()), min_size=1, max_size=30)


@given(ROWS)
def test_f1__is_the_largest_of_all(rows):
    if any(happened for _, happened in rows):
        found = Threshold.choose(*zip(*rows, strict=True))
        precision, recall, f1 = measured(rows, found.value)
        assert (found.precision, found.recall) == pytest.approx((precision, recall))
        others = [measured(rows, score)[2] for score, _ in rows]
        assert f1 == pytest.approx(max(others))


@given(ROWS, st.sampled_from(["precision=0.8", "fdr=0.2", "precision=0.5", "fdr=0", "precision=1"]))
def test_precision__has_the_largest_recall_that_reaches_it(rows, rule):
    if any(happened for _, happened in rows):
        name, share = rule.split("=")
        least = float(share) if name == "precision" else 1 - float(share)
        found = Threshold.choose(*zip(*rows, strict=True), rule)
        cuts = [measured(rows, score)[:2] for score, _ in rows]
        able = [(recall, precision) for precision, recall in cuts if precision >= least - 1e-9]
        best = max(able) if able else max(cuts)[::-1]
        assert (found.recall, found.precision) == pytest.approx(best)
        assert measured(rows, found.value)[:2] == pytest.approx((found.precision, found.recall))


def test_precision__that_none_has_is_said_with_the_best_there_is(caplog):
    with caplog.at_level(logging.WARNING, logger="deepchem_genomics"):
        found = Threshold.choose([0.9, 0.8, 0.7, 0.1], [0, 1, 1, 0], "precision=0.9")
    assert found.precision == pytest.approx(2 / 3)
    assert re.search(mentions("precision=0.9", "0.667"), caplog.text)


def test_threshold__calls_all_or_none_of_equal_predictions():
    found = Threshold.choose([0.5, 0.5, 0.5, 0.2], [1, 0, 0, 0])
    assert 0.2 < found.value <= 0.5 and found.precision == pytest.approx(1 / 3)


def test_threshold__comes_back_from_json_with_wide_intervals_for_few_positives():
    chosen = Threshold.choose([0.9, 0.8, 0.3, 0.1], [1, 1, 0, 0])
    record = json.loads(json.dumps(chosen.to_json()))
    assert Threshold.from_json(record) == chosen
    low, high = record["recall_interval"]
    assert low < 0.4 and high == pytest.approx(1)
    for wrong in ({}, {**record, "value": None}, {**record, "positives": 0}, {**record, "value": "high"}, None):
        with pytest.raises(BadValueError, match=mentions("threshold")):
            Threshold.from_json(wrong)


def test_shift_to__makes_probabilities_those_of_another_prevalence():
    chosen = Threshold(0.4, "f1", 0.8, 0.8, rows=400, positives=100)
    rng = np.random.default_rng(0)
    happened = rng.random(1_000_000) < 0.02
    x = rng.normal(size=len(happened)) + 2 * happened  # its log-odds are 2x - 2, and those of the prevalence
    at_home = 2 * x - 2 + np.log(0.25 / 0.75)
    abroad = 1 / (1 + np.exp(-(at_home + chosen.shift_to(0.02))))
    for low, high in ((0, 0.1), (0.1, 0.3), (0.3, 1)):
        group = (abroad >= low) & (abroad < high)
        assert abroad[group].mean() == pytest.approx(happened[group].mean(), rel=0.05)
    assert chosen.shift_to(0.25) == 0
    for wrong in (0.0, 1.0, float("nan")):
        with pytest.raises(BadValueError, match=mentions("prevalence")):
            chosen.shift_to(wrong)
    with pytest.raises(BadValueError, match=mentions("prevalence", "1")):
        chosen._replace(positives=400).shift_to(0.1)


@pytest.mark.parametrize(
    ("arguments", "error", "facts"),
    [
        *(
            (([0.1, 0.2], [0, 1], rule), BadValueError, (rule, "f1", "fdr=0.2"))
            for rule in ("f2", "precision", "precision=0", "precision=1.1", "fdr=1", "fdr=much", "recall=0.5")
        ),
        (([0.1, float("nan")], [0, 1]), BadValueError, ("prediction",)),
        (([0.1, 0.2], [0, 0]), LabelError, ("positives",)),
        (([0.1, 0.2], [0, 2]), LabelError, ("0", "1")),
        (([0.1, 0.2], [1]), ShapeMismatchError, ("2 predictions", "1 labels")),
    ],
)
def test_threshold__says_what_is_wrong(arguments, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        Threshold.choose(*arguments)


def test_threshold__between_neighboring_numbers_calls_what_it_says():
    for first in (0.3, np.nextafter(0.3, 1)):
        predicted = [first, np.nextafter(first, 1)]
        chosen = Threshold.choose(predicted, [0, 1])
        assert (np.array(predicted) >= chosen.value).tolist() == [False, True]
