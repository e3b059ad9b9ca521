import numpy as np
import pytest
from scipy.stats import norm

from deepchem_genomics import metrics
from deepchem_genomics.errors import BadValueError, EmptyInputError, LabelError, ShapeMismatchError
from deepchem_genomics.metrics import ranking, weighted

PREPARE = {"roc_auc": weighted.weighted_roc_auc, "pr_auc": weighted.weighted_average_precision}


def example(n_positive=12, n_negative=40, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.repeat([1.0, 0.0], [n_positive, n_negative])
    return labels, np.round(rng.normal(size=len(labels)) + labels, 1)  # with ties, within and between classes


def delong_by_pairs(labels, scores):
    """Return DeLong's variance from every pair of a positive and a negative."""
    positive, negative = scores[labels == 1], scores[labels == 0]
    wins = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
    return wins.mean(1).var(ddof=1) / len(positive) + wins.mean(0).var(ddof=1) / len(negative)


@pytest.mark.parametrize("metric", PREPARE)
def test_influences__are_the_derivatives_of_the_area_by_the_weights_of_rows(metric):
    labels, scores = example()
    area = PREPARE[metric](labels, scores)
    found = ranking._area(metric, labels, scores).influences
    step = 1e-6
    for row in range(len(labels)):
        more, fewer = np.ones(len(labels)), np.ones(len(labels))
        more[row] += step
        fewer[row] -= step
        assert found[row] == pytest.approx((area(more) - area(fewer)) / (2 * step), abs=1e-8)


def test_influences__of_the_roc_auc_give_delongs_variance():
    labels, scores = example()
    influences = ranking._area("roc_auc", labels, scores).influences
    ours = sum(
        n / (n - 1) * (influences[rows] ** 2).sum() for rows in (labels == 1, labels == 0) for n in [int(rows.sum())]
    )
    assert ours == pytest.approx(delong_by_pairs(labels, scores), rel=1e-12)


def test_interval__many_rows_agree_with_the_bootstrap():
    labels, scores = example(400, 2000, seed=1)
    for metric in PREPARE:
        ours = metrics.ranking_interval(metric, labels, scores)
        theirs = metrics.bootstrap_interval(metric, labels, scores)
        assert ours.estimate == theirs.estimate
        assert ours.low == pytest.approx(theirs.low, abs=0.015)
        assert ours.high == pytest.approx(theirs.high, abs=0.015)


def test_difference__many_rows_agree_with_the_bootstrap():
    labels, a = example(400, 2000, seed=1)
    b = a + np.random.default_rng(2).normal(size=len(a))
    for metric in PREPARE:
        ours = metrics.ranking_difference(metric, labels, a, b)
        theirs = metrics.paired_bootstrap_interval(metric, labels, a, b)
        assert ours == pytest.approx(theirs, abs=0.015)


@pytest.mark.parametrize(("n_positive", "n_negative"), [(5, 95), (10, 190), (20, 1980)])
@pytest.mark.parametrize("metric", PREPARE)
def test_interval__of_a_perfect_ranking_is_not_a_point(metric, n_positive, n_negative):
    labels = np.repeat([1, 0], [n_positive, n_negative])
    estimate, low, high = metrics.ranking_interval(metric, labels, labels)
    assert (estimate, high) == (1, 1)
    assert low < 1 - 1 / (2 * n_positive + 5)


@pytest.mark.parametrize("metric", PREPARE)
def test_interval__of_the_worst_ranking_holds_it(metric):
    labels = np.repeat([1, 0], [20, 80])
    estimate, low, high = metrics.ranking_interval(metric, labels, -labels)
    assert 0 <= low <= estimate < high < 0.5


@pytest.mark.parametrize("metric", PREPARE)
def test_interval__holds_the_true_area_as_often_as_it_says(metric):
    rng = np.random.default_rng(3)
    labels, shift = np.repeat([1, 0], [20, 180]), np.sqrt(2) * norm.ppf(0.9)
    many = np.repeat([1, 0], [20_000, 180_000])
    true = metrics.ranking_interval(metric, many, many * shift + rng.normal(size=len(many))).estimate
    drawn = [metrics.ranking_interval(metric, labels, labels * shift + rng.normal(size=200)) for _ in range(300)]
    assert np.mean([low <= true <= high for _, low, high in drawn]) >= 0.93


def test_difference__of_a_model_to_itself_is_zero_with_room_on_both_sides():
    labels, scores = example()
    estimate, low, high = metrics.ranking_difference("roc_auc", labels, scores, scores)
    assert estimate == 0 and low < 0 < high


def test_difference__changes_its_sign_with_the_order_of_models():
    labels, a = example()
    b = np.random.default_rng(5).normal(size=len(a))
    one, other = (metrics.ranking_difference("pr_auc", labels, *pair) for pair in ((a, b), (b, a)))
    assert one == pytest.approx((-other.estimate, -other.high, -other.low))


@pytest.mark.parametrize("call", [metrics.ranking_interval, metrics.ranking_difference])
def test_bad_input__is_refused(call):
    n_scores = 2 if call is metrics.ranking_difference else 1
    labels, scores = example()
    with pytest.raises(BadValueError, match="'pearson'"):
        call("pearson", labels, *[scores] * n_scores)
    with pytest.raises(BadValueError, match="roc_auc"):
        call("roc_auc", np.ones(4), *[np.arange(4)] * n_scores)
    with pytest.raises(BadValueError, match=r"1\.5"):
        call("roc_auc", labels, *[scores] * n_scores, confidence=1.5)
    with pytest.raises(BadValueError, match="nan"):
        call("roc_auc", [0, 1], *[[0.5, np.nan]] * n_scores)
    with pytest.raises(LabelError, match="2"):
        call("pr_auc", [0, 1, 2], *[[0.1, 0.2, 0.3]] * n_scores)
    with pytest.raises(ShapeMismatchError, match="3"):
        call("pr_auc", [0, 1], *[[0.1, 0.2, 0.3]] * n_scores)
    with pytest.raises(EmptyInputError):
        call("pr_auc", [], *[[]] * n_scores)


@pytest.mark.parametrize("metric", ["roc_auc", "pr_auc"])
def test_score_interval__of_an_area_is_that_of_its_influences(metric):
    labels, scores = example(30)
    assert metrics.score_interval(metric, labels, scores) == metrics.ranking_interval(metric, labels, scores)
    found = metrics.score_difference(metric, labels, scores, labels)
    assert found == metrics.ranking_difference(metric, labels, scores, labels)


def test_score_interval__of_other_scores_is_bootstrapped():
    _, scores = example(30)
    other = scores[::-1] + 2 * scores
    found = metrics.score_interval("pearson", scores, other, 100, seed=3)
    assert found == metrics.bootstrap_interval("pearson", scores, other, 100, seed=3)
    found = metrics.score_difference("rmse", scores, other, scores, 100, seed=3)
    assert found == metrics.paired_bootstrap_interval("rmse", scores, other, scores, 100, seed=3)


@pytest.mark.parametrize(
    ("metric", "labels", "facts"),
    [
        ("roc_auc", [1] * 19 + [0] * 500, ("19 positives",)),
        ("pr_auc", [1] * 500 + [0] * 19, ("19 negatives",)),
        ("mcc", [0] * 500, ("0 positives",)),
        ("pearson", [0.5] * 19, ("19 rows",)),
    ],
)
def test_why_no_interval__counts_what_there_is_too_little_of(metric, labels, facts):
    reason = metrics.why_no_interval(metric, labels)
    assert reason is not None and all(fact in reason for fact in facts)
    assert metrics.why_no_interval(metric, [*labels, *[0, 1] * 20]) is None
