"""Metric objects, the weighted scores behind the bootstrap, and the intervals."""

import re
import subprocess
import sys

import deepchem as dc
import numpy as np
import pytest
import scipy.stats
import sklearn.metrics
from hypothesis import assume, given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics import metrics
from deepchem_genomics.errors import BadValueError, EmptyInputError, LabelError, ShapeMismatchError
from deepchem_genomics.metrics import scores, weighted

BINARY = {
    "roc_auc": (metrics.roc_auc, weighted.weighted_roc_auc, sklearn.metrics.roc_auc_score),
    "pr_auc": (metrics.pr_auc, weighted.weighted_average_precision, sklearn.metrics.average_precision_score),
}
CONTINUOUS = {
    "pearson": (metrics.pearson, weighted.weighted_pearson, lambda y, p: scipy.stats.pearsonr(y, p)[0]),
    "spearman": (metrics.spearman, weighted.weighted_spearman, lambda y, p: scipy.stats.spearmanr(y, p)[0]),
    "rmse": (metrics.rmse, weighted.weighted_rmse, lambda y, p: np.sqrt(np.mean((y - p) ** 2))),
}


class FixedModel(dc.models.Model):
    """A model that predicts what it was told to: enough for Model.evaluate and its Evaluator."""

    def __init__(self, predictions):
        super().__init__()
        self.predictions = predictions

    def predict(self, dataset, transformers=()):
        return self.predictions


@pytest.fixture
def binding():
    """Labels of two tasks, with ties among the predicted probabilities."""
    rng = np.random.default_rng(0)
    y = (rng.random((300, 2)) < [0.1, 0.4]).astype(np.float32)
    return y, np.round(1 / (1 + np.exp(-y - rng.normal(size=y.shape))), 2)


@pytest.fixture
def efficacy():
    rng = np.random.default_rng(1)
    y = np.round(rng.normal(0.7, 0.2, size=(244, 1)), 2)
    return y, y + rng.normal(0, 0.2, size=y.shape)


def test_metrics__chapter_and_bootstrap_do_not_import_deepchem():
    program = (
        "import sys; from deepchem_genomics import metrics; metrics.bootstrap_interval('roc_auc', [0, 1, 0, 1], "
        "[1, 2, 3, 4]); sys.exit('deepchem' in sys.modules or 'tensorflow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


def test_metrics__names_are_stable():
    objects = [metrics.roc_auc, metrics.pr_auc, metrics.pearson, metrics.spearman, metrics.rmse]
    assert [metric.name for metric in objects] == ["roc_auc", "pr_auc", "pearson", "spearman", "rmse"]
    assert all(isinstance(metric, dc.metrics.Metric) for metric in objects)
    assert [metric.mode for metric in objects] == ["classification"] * 2 + ["regression"] * 3


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("n_tasks", [1, 2])
def test_evaluate__scores_a_sigmoid_output(name, n_tasks, binding):
    y, p = (values[:, :n_tasks] for values in binding)
    metric, _, reference = BINARY[name]
    result = FixedModel(p).evaluate(dc.data.NumpyDataset(np.zeros(len(y)), y), [metric])
    assert result == {name: pytest.approx(np.mean([reference(y[:, task], p[:, task]) for task in range(n_tasks)]))}


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("n_tasks", [1, 2])
def test_evaluate__scores_the_class_probabilities_of_deepchem_classifiers(name, n_tasks, binding):
    y, p = (values[:, :n_tasks] for values in binding)
    metric, _, reference = BINARY[name]
    both = np.stack([1 - p, p], axis=-1)  # (N, T, 2)
    _, per_task = FixedModel(both).evaluate(dc.data.NumpyDataset(np.zeros(len(y)), y), [metric], per_task_metrics=True)
    expected = [reference(y[:, task], p[:, task]) for task in range(n_tasks)]
    assert np.atleast_1d(per_task[name]).tolist() == pytest.approx(expected)
    if n_tasks == 1:  # a softmax over two classes without a task axis
        assert FixedModel(both[:, 0]).evaluate(dc.data.NumpyDataset(y, y), [metric])[name] == pytest.approx(expected[0])


@pytest.mark.parametrize("name", CONTINUOUS)
def test_evaluate__scores_a_regression(name, efficacy):
    y, p = efficacy
    metric, _, reference = CONTINUOUS[name]
    result = FixedModel(p).evaluate(dc.data.NumpyDataset(np.zeros(len(y)), y), [metric])
    assert result == {name: pytest.approx(reference(y[:, 0], p[:, 0]))}


def test_evaluate__all_metrics_in_one_call(binding):
    y, p = binding
    everything = [metrics.roc_auc, metrics.pr_auc, metrics.pearson, metrics.spearman, metrics.rmse]
    result = FixedModel(p).evaluate(dc.data.NumpyDataset(np.zeros(len(y)), y), everything)
    assert list(result) == ["roc_auc", "pr_auc", "pearson", "spearman", "rmse"]


def test_roc_auc__two_valued_predictions_are_not_taken_for_class_numbers():
    y, p = np.array([[0], [0], [1], [1]]), np.array([[0.3], [0.3], [0.7], [0.3]])
    assert metrics.roc_auc.compute_metric(y, p) == 0.75
    assert dc.metrics.Metric(dc.metrics.roc_auc_score).compute_metric(y, p) == 0.5  # the stock metric


@pytest.mark.parametrize("metric", [m for m, *_ in (*BINARY.values(), *CONTINUOUS.values())], ids=lambda m: m.name)
def test_evaluate__rows_of_weight_zero_do_not_count_with_sample_weights(metric, binding):
    y, p = (values[:, :1].astype(float) for values in binding)
    w = np.ones_like(y)
    w[::3] = 0
    w[1::3] = 2
    rows = np.repeat(np.arange(len(y)), w[:, 0].astype(int))
    with_garbage, predictions = y.copy(), p.copy()
    with_garbage[::3] = np.nan
    predictions[::3] = np.inf
    dataset = dc.data.NumpyDataset(np.zeros(len(y)), with_garbage, w)
    result = FixedModel(predictions).evaluate(dataset, [metric], use_sample_weights=True)
    assert result[metric.name] == pytest.approx(metric.compute_metric(y[rows], p[rows]))


def test_pr_auc__of_a_constant_is_the_prevalence_and_not_the_trapezoid(binding):
    y = binding[0][:, :1]
    constant = np.full_like(y, 0.2)
    assert metrics.pr_auc.compute_metric(y, constant) == pytest.approx(y.mean())
    one_hot, both = np.eye(2)[y[:, 0].astype(int)], np.c_[1 - constant, constant]
    assert dc.metrics.prc_auc_score(one_hot, both) == pytest.approx((1 + y.mean()) / 2)


@pytest.mark.parametrize("metric", [metrics.roc_auc, metrics.pr_auc], ids=lambda m: m.name)
def test_binary__one_class_is_nan_and_says_so(metric, caplog):
    y, p = np.array([[0, 0], [0, 1], [0, 0]]), np.array([[0.1, 0.2], [0.3, 0.9], [0.2, 0.1]])
    _, per_task = metric.compute_metric(y, p, per_task_metrics=True)
    assert np.isnan(per_task[0]) and per_task[1] == 1
    assert re.search(mentions("NaN", "3 rows"), caplog.text)


@pytest.mark.parametrize("metric", [metrics.pearson, metrics.spearman], ids=lambda m: m.name)
def test_correlation__of_a_constant_is_nan_and_says_so(metric, caplog):
    assert np.isnan(metric.compute_metric(np.array([[0.1], [0.2]]), np.array([[0.5], [0.5]])))
    assert re.search(mentions("constant", "2 rows"), caplog.text)


def test_binary__names_the_label_that_is_neither_0_nor_1():
    with pytest.raises(LabelError, match=mentions("0.5", "row 1", "ROC AUC", "PR AUC", "0", "1")):
        scores.roc_auc_score([0, 0.5, 1], [0.1, 0.2, 0.3])
    with pytest.raises(LabelError, match=mentions("nan", "row 2")):
        metrics.pr_auc.compute_metric([[0], [1], [np.nan]], [[0.1], [0.2], [0.3]])


def test_binary__refuses_more_than_two_classes():
    with pytest.raises(ShapeMismatchError, match=mentions("roc_auc", "3")):
        metrics.roc_auc.compute_metric([[0], [1]], [[0.1], [0.2]], n_classes=3)
    with pytest.raises(ShapeMismatchError, match=mentions("y_pred", "(2, 1, 3)")):
        metrics.roc_auc.compute_metric([[0], [1]], np.zeros((2, 1, 3)))


def test_scores__refuse_what_is_not_finite_or_not_as_long():
    with pytest.raises(BadValueError, match=mentions("y_pred", "nan", "row 1")):
        scores.rmse_score([1, 2], [1, np.nan])
    with pytest.raises(ShapeMismatchError, match=mentions("y_true", "(2,)", "y_pred", "(3,)")):
        scores.pearson_score([1, 2], [1, 2, 3])
    with pytest.raises(BadValueError, match=mentions("sample_weight", "2")):
        scores.rmse_score([1, 2], [1, 2], sample_weight=[1, -1])


few_values = st.sampled_from([0.0, 0.25, 0.5, 1.0, 3.0])  # ties are the rule
rows = st.lists(st.tuples(st.integers(0, 1), few_values, few_values, st.integers(0, 3)), min_size=2, max_size=30)


@given(rows)
@pytest.mark.parametrize("name", BINARY)
def test_weighted_binary__equals_scikit_learn_on_repeated_rows(name, table):
    y, p, _, counts = (np.array(column) for column in zip(*table, strict=True))
    y = y.astype(float)
    repeated = np.repeat(np.arange(len(y)), counts)
    _, prepare, reference = BINARY[name]
    found = prepare(y, p)(counts)
    if len(np.unique(y[repeated])) < 2:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(reference(y[repeated], p[repeated]), abs=1e-12)


@given(rows, st.sampled_from([0.0, 1e3]))
@pytest.mark.parametrize("name", CONTINUOUS)
def test_weighted_continuous__equals_scipy_on_repeated_rows(name, table, offset):
    _, y, p, counts = (np.array(column) for column in zip(*table, strict=True))
    y = y + offset
    repeated = np.repeat(np.arange(len(y)), counts)
    assume(len(repeated) > 1)
    _, prepare, reference = CONTINUOUS[name]
    found = prepare(y, p)(counts)
    if name != "rmse" and (np.ptp(y[repeated]) == 0 or np.ptp(p[repeated]) == 0):
        assert np.isnan(found)
    else:
        assert found == pytest.approx(reference(y[repeated], p[repeated]), abs=1e-9)


@pytest.mark.parametrize("name", [*BINARY, *CONTINUOUS])
def test_bootstrap_interval__equals_scores_of_rows_drawn_one_resample_at_a_time(name, binding):
    y, p = (values[:, 0].astype(float) for values in binding)
    _, _, reference = (BINARY | CONTINUOUS)[name]
    rng = np.random.default_rng(3)
    resampled = []
    for _ in range(50):
        drawn = rng.integers(0, len(y), len(y))
        resampled.append(reference(y[drawn], p[drawn]))
    interval = metrics.bootstrap_interval(name, y, p, n_resamples=50, confidence=0.9, seed=3)
    assert interval == pytest.approx((reference(y, p), *np.quantile(resampled, [0.05, 0.95])))


def test_bootstrap_interval__a_name_a_metric_and_a_function_agree(binding):
    y, p = binding[0][:, :1], binding[1][:, :1]
    by_name = metrics.bootstrap_interval("roc_auc", y, p, n_resamples=20)
    assert metrics.bootstrap_interval(metrics.roc_auc, y, p, n_resamples=20) == by_name
    stock = dc.metrics.Metric(dc.metrics.roc_auc_score)
    for metric in (stock, sklearn.metrics.roc_auc_score):
        assert metrics.bootstrap_interval(metric, y, p, n_resamples=20) == pytest.approx(by_name)


def test_bootstrap_interval__agrees_with_scipy(efficacy):
    y, p = (values[:, 0] for values in efficacy)
    reference = scipy.stats.bootstrap(
        (y, p), lambda a, b: np.corrcoef(a, b)[0, 1], paired=True, vectorized=False, method="percentile",
        n_resamples=2000, random_state=0,
    ).confidence_interval  # fmt: skip
    interval = metrics.bootstrap_interval("pearson", y, p, n_resamples=2000)
    assert (interval.low, interval.high) == pytest.approx(tuple(reference), abs=0.01)


def test_bootstrap_interval__covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(0)
    truth = scipy.stats.norm.cdf(1 / np.sqrt(2))  # ROC AUC of two unit normals, one apart
    covered = 0
    for trial in range(200):
        y = np.arange(200) < 60
        interval = metrics.bootstrap_interval("roc_auc", y, y + rng.normal(size=200), n_resamples=200, seed=trial)
        covered += interval.low <= truth <= interval.high
    assert 180 <= covered <= 198  # 95% of 200 is 190


def test_bootstrap_interval__same_seed_same_interval(efficacy):
    first, again, other = (metrics.bootstrap_interval("rmse", *efficacy, 100, seed=seed) for seed in (0, 0, 1))
    assert first == again != other


def test_bootstrap_interval__inputs_are_not_modified(binding):
    y, p = (values[:, 0].copy() for values in binding)
    for name in (*BINARY, *CONTINUOUS):
        metrics.bootstrap_interval(name, y, p, n_resamples=3)
    assert (y == binding[0][:, 0]).all() and (p == binding[1][:, 0]).all()


def test_bootstrap_interval__draws_one_class_resamples_again_and_counts_them(caplog):
    interval = metrics.bootstrap_interval("roc_auc", [0, 0, 1], [0.1, 0.5, 0.3], n_resamples=200)
    assert 0 <= interval.low <= interval.high <= 1
    assert re.search(mentions("resamples", "3 rows"), caplog.text)


def test_bootstrap_interval__gives_up_when_hardly_any_resample_has_a_score():
    whole = iter([0.5])  # the rows as they are have a score, no resample does
    with pytest.raises(BadValueError, match=mentions("501", "4")):
        metrics.bootstrap_interval(lambda y, p: next(whole, np.nan), [1, 2, 3, 4], [1, 2, 3, 4], n_resamples=5)


@pytest.mark.parametrize("name", ["roc_auc", "pr_auc"])
def test_bootstrap_interval__of_one_class_is_an_error(name):
    with pytest.raises(BadValueError, match=mentions(name, "nan", "3", "classes")):
        metrics.bootstrap_interval(name, [0, 0, 0], [0.1, 0.2, 0.3])


@pytest.mark.parametrize("name", ["pearson", "spearman"])
def test_bootstrap_interval__of_a_constant_prediction_is_an_error(name):
    with pytest.raises(BadValueError, match=mentions(name, "nan", "3", "vary")):
        metrics.bootstrap_interval(name, [1, 2, 3], [0.5, 0.5, 0.5])


@pytest.mark.parametrize(
    ("arguments", "error", "facts"),
    [
        (("rmse", [1, 2], [1, 2, 3]), ShapeMismatchError, ("y_pred", "3", "y_true", "2")),
        (("rmse", [], []), EmptyInputError, ("y_true",)),
        (("rmse", [1, np.nan], [1, 2]), BadValueError, ("y_true", "nan", "row 1")),
        (("rmse", [1, 2], [np.inf, 2]), BadValueError, ("y_pred", "inf", "row 0")),
        (("rmse", np.eye(2), np.eye(2)), ShapeMismatchError, ("y_true[:, 0]",)),
        (("auroc", [1, 2], [1, 2]), BadValueError, ("auroc", "roc_auc, pr_auc, pearson, spearman, rmse")),
        ((None, [1, 2], [1, 2]), BadValueError, ("metric", "None")),
        (("rmse", [1, 2], [1, 2], 0), BadValueError, ("n_resamples", "0", "1")),
        (("rmse", [1, 2], [1, 2], 1.5), BadValueError, ("n_resamples", "1.5")),
        (("rmse", [1, 2], [1, 2], 10, 95), BadValueError, ("confidence", "95", "0", "1")),
        (("rmse", [1, 2], [1, 2], 10, "0.95"), BadValueError, ("confidence", "0.95", "fraction")),
        (("roc_auc", [0, 2], [1, 2]), LabelError, ("2.0", "row 1")),
    ],
)
def test_bootstrap_interval__says_what_is_wrong(arguments, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        metrics.bootstrap_interval(*arguments)


def test_paired_bootstrap_interval__is_the_difference_on_the_same_resamples(binding):
    y, p = (values[:, 0].astype(float) for values in binding)
    q = p + np.random.default_rng(5).normal(size=len(p))
    rng = np.random.default_rng(3)
    differences = []
    for _ in range(50):
        drawn = rng.integers(0, len(y), len(y))
        area_p, area_q = (sklearn.metrics.roc_auc_score(y[drawn], v[drawn]) for v in (p, q))
        differences.append(area_p - area_q)
    estimate = sklearn.metrics.roc_auc_score(y, p) - sklearn.metrics.roc_auc_score(y, q)
    interval = metrics.paired_bootstrap_interval(metrics.roc_auc, y, p, q, n_resamples=50, seed=3)
    assert interval == pytest.approx((estimate, *np.quantile(differences, [0.025, 0.975])))


@pytest.mark.parametrize("name", [*BINARY, *CONTINUOUS])
def test_paired_bootstrap_interval__of_a_model_with_itself_is_zero(name, binding):
    y, p = (values[:, 0] for values in binding)
    assert metrics.paired_bootstrap_interval(name, y, p, p, n_resamples=10) == (0, 0, 0)


def test_paired_bootstrap_interval__says_which_model_has_no_score():
    with pytest.raises(BadValueError, match=mentions("pearson", "y_pred_b", "nan", "3")):
        metrics.paired_bootstrap_interval("pearson", [1, 2, 3], [1, 2, 4], [1, 1, 1])


def test_interval__prints_as_a_score_with_its_range():
    assert str(metrics.Interval(0.75234, 0.7066, 0.7981)) == "0.752 (0.707 to 0.798)"
