"""Baselines of siRNA efficacy: what they predict, and that they behave as models do."""

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import metrics, models
from deepchem_genomics.errors import BadValueError, LabelError, NotFittedError, SequenceLengthError, ShapeMismatchError
from deepchem_genomics.feat import GUIDE_RULES, RNA, one_hot
from deepchem_genomics.feat.guide_blocks import guide_blocks
from deepchem_genomics.models.guide_features import ScaledBlocks
from deepchem_genomics.simulate import simulate_sirna

BASELINES = {
    "AlwaysMean": models.AlwaysMean,
    "OneHotRidge": models.OneHotRidge,
    "SiRNABoosting": models.SiRNABoosting,
    "SiRNARuleScore amarzguioui": lambda: models.SiRNARuleScore("amarzguioui"),
    "SiRNARuleScore reynolds": models.SiRNARuleScore,
    "SiRNARuleScore chapter": lambda: models.SiRNARuleScore("chapter"),
    "SiRNARuleScore ui-tei": lambda: models.SiRNARuleScore("ui-tei"),
    "SiRNASupportVectors": models.SiRNASupportVectors,
}
LEARNERS = ("OneHotRidge", "SiRNABoosting", "SiRNASupportVectors")


def dataset(n, seed):
    simulated = simulate_sirna(n, seed)
    return dc.data.NumpyDataset(simulated.X, simulated.y, ids=simulated.ids)


@pytest.fixture(scope="module")
def train():
    return dataset(400, seed=0)


@pytest.fixture(scope="module")
def test():
    return dataset(300, seed=1)


@pytest.fixture(scope="module", params=sorted(BASELINES))
def fitted(request, train):
    model = BASELINES[request.param]()
    model.fit(train)
    return request.param, model


def test_baselines__predict_a_number_for_each_guide(fitted, test):
    _, model = fitted
    predicted = model.predict(test)
    assert predicted.shape == (len(test), 1) and np.isfinite(predicted).all()
    assert model.get_task_type() == "regression" and model.get_num_tasks() == 1


def test_baselines__are_on_the_scale_of_the_labels(fitted, test):
    """On what they did not see, none errs much more than the mean does."""
    _, model = fitted
    error = model.evaluate(test, [metrics.rmse])["rmse"]
    assert error < 1.05 * test.y.std()


def test_baselines__find_what_was_simulated(fitted, test):
    name, model = fitted
    if name in ("AlwaysMean", "SiRNARuleScore chapter"):
        pytest.skip("ranks nothing, or by nothing that was simulated")
    pearson = model.evaluate(test, [metrics.pearson])["pearson"]
    assert pearson > (0.5 if name in LEARNERS else 0.25)


def test_baselines__predict_each_guide_by_itself(fitted, test):
    _, model = fitted
    together = model.predict(test)
    some = dc.data.NumpyDataset(test.X[[7, 3]], test.y[[7, 3]], ids=test.ids[[7, 3]])
    np.testing.assert_allclose(model.predict(some), together[[7, 3]])


def test_baselines__fit_the_same_twice_and_leave_their_input_alone(fitted, train, test):
    name, model = fitted
    X, y = train.X.copy(), train.y.copy()
    state = np.random.get_state()[1].copy()
    again = BASELINES[name]()
    again.fit(train)
    np.testing.assert_array_equal(again.predict(test), model.predict(test))
    np.testing.assert_array_equal(train.X, X)
    np.testing.assert_array_equal(train.y, y)
    np.testing.assert_array_equal(np.random.get_state()[1], state)


@pytest.mark.parametrize("name", sorted(BASELINES))
def test_baselines__take_no_notice_of_rows_without_weight(name, train, test):
    few = slice(0, 60)
    wrong = np.where(np.arange(120) < 60, train.y[:120, 0], 9.0)[:, None]
    weights = (np.arange(120) < 60).astype(float)[:, None]
    plain, weighted = BASELINES[name](), BASELINES[name]()
    plain.fit(dc.data.NumpyDataset(train.X[few], train.y[few]))
    weighted.fit(dc.data.NumpyDataset(train.X[:120], wrong, w=weights))
    np.testing.assert_allclose(weighted.predict(test), plain.predict(test))


@pytest.mark.parametrize("name", sorted(BASELINES))
def test_baselines__say_when_there_is_nothing_to_go_by(name, train):
    model = BASELINES[name]()
    with pytest.raises(NotFittedError, match=mentions("fit")):
        model.predict(train)
    with pytest.raises(LabelError, match=mentions("row")):
        model.fit(dc.data.NumpyDataset(train.X[:5], train.y[:5], w=np.zeros((5, 1))))


def test_always_mean__is_the_weighted_mean():
    model = models.AlwaysMean()
    weights = np.array([[1.0], [3.0]])
    model.fit(dc.data.NumpyDataset(np.zeros((2, 21, 4)), np.array([[0.0], [1.0]]), w=weights))
    assert model.predict(dc.data.NumpyDataset(np.zeros((1, 21, 4)))).tolist() == [[0.75]]


@pytest.mark.parametrize("rule", sorted(GUIDE_RULES))
def test_rule_score__ranks_as_the_rule_does_or_the_other_way_round(rule, train, test):
    """A line has a sign: a rule that the training labels contradict is turned around."""
    model = models.SiRNARuleScore(rule)
    model.fit(train)
    found = np.sign(np.corrcoef(GUIDE_RULES[rule](train.X).score, train.y[:, 0])[0, 1])
    assert np.corrcoef(model.predict(test)[:, 0], GUIDE_RULES[rule](test.X).score)[0, 1] == pytest.approx(found)
    assert found == 1 or rule == "chapter"


def test_rule_score__predicts_the_mean_where_all_scores_are_equal():
    guides = np.repeat(one_hot(["UUAAUCGAUCGAUCGCGCCAA"], RNA), 4, axis=0)
    model = models.SiRNARuleScore()
    data = dc.data.NumpyDataset(guides, np.array([[0.1], [0.2], [0.3], [0.4]]))
    model.fit(data)
    np.testing.assert_allclose(model.predict(data), 0.25)


def test_rule_score__names_the_rules_there_are():
    with pytest.raises(
        BadValueError, match=mentions("rule", "tuschl", "'amarzguioui', 'chapter', 'reynolds', 'ui-tei'")
    ):
        models.SiRNARuleScore("tuschl")


def test_ridge__chooses_a_heavier_penalty_for_noise(train):
    signal, noise = models.OneHotRidge(), models.OneHotRidge()
    signal.fit(train)
    noise.fit(dc.data.NumpyDataset(train.X, np.random.default_rng(0).normal(size=train.y.shape)))
    assert 0.1 <= signal.alpha < noise.alpha <= 1000


def test_boosting__refuses_so_few_guides_that_a_tree_sees_none(train):
    with pytest.raises(LabelError, match=mentions("70%", "1")):
        models.SiRNABoosting().fit(dc.data.NumpyDataset(train.X[:1], train.y[:1]))


def test_boosting__another_seed_gives_another_model(train, test):
    first, second = models.SiRNABoosting(seed=0), models.SiRNABoosting(seed=1)
    for model in (first, second):
        model.fit(dc.data.NumpyDataset(train.X[:200], train.y[:200]))
    assert first.seed == 0 and second.seed == 1
    one, other = first.predict(test)[:, 0], second.predict(test)[:, 0]
    assert (one != other).any() and np.corrcoef(one, other)[0, 1] > 0.8


@pytest.mark.parametrize("name", LEARNERS[1:])
def test_learners__need_nineteen_bases(name, train):
    short = dc.data.NumpyDataset(train.X[:, :18], train.y)
    with pytest.raises(SequenceLengthError, match=mentions("18", "19")):
        BASELINES[name]().fit(short)


def test_learners__refuse_guides_of_another_length_than_those_they_know(fitted, test):
    _, model = fitted
    with pytest.raises(ShapeMismatchError, match=mentions("(N, 21, A)")):
        model.predict(dc.data.NumpyDataset(test.X[:, :19]))


def test_guide_blocks__describe_each_guide_by_itself(test):
    blocks = guide_blocks(test.X[:20])
    alone = [guide_blocks(test.X[i : i + 1]) for i in range(20)]
    for name, block in blocks.items():
        np.testing.assert_allclose(block, np.vstack([each[name] for each in alone]))


def test_scaled_blocks__are_scaled_by_what_they_were_made_with(train, test):
    weights = {"bases": 1.0, "kmers": 2.0, "pairing": 0.5}  # without the long k-mers
    features = ScaledBlocks.of(train.X, weights)
    scaled = features(train.X)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-12)
    assert (scaled**2).sum(axis=1).mean() == pytest.approx(1)
    n_bases, n_kmers = 84, guide_blocks(train.X[:1])["kmers"].shape[1]
    ends = np.cumsum([n_bases, n_kmers])
    shares = [(block**2).sum(axis=1).mean() for block in np.split(scaled, ends, axis=1)]
    np.testing.assert_allclose(np.array(shares) / shares[0], [1, 4, 0.25])
    np.testing.assert_allclose(features(test.X[:3]), features(test.X)[:3])


def test_support_vectors__of_labels_within_the_tolerance_predict_their_middle(tmp_path):
    rows = simulate_sirna(20, seed=0)
    model = models.SiRNASupportVectors()
    model.fit(dc.data.NumpyDataset(rows.X, np.where(rows.y > 0.5, 0.61, 0.6)))
    model.save(tmp_path / "model")
    for each in (model, models.load(tmp_path / "model")):
        np.testing.assert_allclose(each.predict(dc.data.NumpyDataset(rows.X)), 0.605, atol=0.01)
