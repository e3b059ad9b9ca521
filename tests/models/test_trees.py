"""Trees kept as plain arrays predict what LightGBM and scikit-learn's own estimators predict, and lead nowhere else."""

import lightgbm
import numpy as np
import pytest
from messages import mentions
from scipy.special import expit
from sklearn.ensemble import GradientBoostingRegressor
from threadpoolctl import threadpool_limits

from deepchem_genomics.io.npz import read_arrays, write_arrays
from deepchem_genomics.models.trees import Trees

N_ROWS, N_FEATURES = 600, 7
NODES = ("feature", "threshold", "left", "right", "value", "is_leaf", "missing_left")


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """Keep threads from waiting for each other; on a busy machine that takes minutes."""
    with threadpool_limits(1):
        yield


def features(seed, with_nan=False):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(N_ROWS, N_FEATURES)).astype(np.float32)
    X[:, 0] = rng.integers(0, 4, N_ROWS)  # counts: many rows lie at the same value
    if with_nan:
        X[rng.random(X.shape) < 0.2] = np.nan
    return X


def labels(X):
    known = np.nan_to_num(X)
    return known[:, 0] + known[:, 1] * known[:, 2] + np.isnan(X[:, 3])


BOOSTERS = {
    "default": {},
    "two leaves": {"num_leaves": 2, "learning_rate": 0.3},
    "deep": {"num_leaves": 500, "min_data_in_leaf": 1},
    "drawn features": {"feature_fraction_bynode": 0.3, "lambda_l2": 5.0, "seed": 3},
    "no question asked": {"min_data_in_leaf": N_ROWS},
}
REGRESSORS = {
    "default": {},
    "deep": {"max_depth": 6, "max_features": 0.3, "subsample": 0.7, "min_samples_leaf": 5, "learning_rate": 0.03},
    "one question": {"max_depth": 1},
    "no question asked": {"min_samples_leaf": N_ROWS, "n_estimators": 3},
}


def booster(with_nan=False, trees=60, **settings):
    X = features(0, with_nan)
    y = labels(X) > np.median(labels(X))
    data = lightgbm.Dataset(X, y, weight=1 + np.arange(N_ROWS) % 3)
    return lightgbm.train({"objective": "binary", "num_threads": 1, "verbose": -1, **settings}, data, trees)


def logits(boosting, X):
    return boosting.predict(X, raw_score=True, num_threads=1)


def regressor(**settings):
    X = features(0).astype(np.float64) + 1e-9  # not numbers of 32 bits
    boosting = GradientBoostingRegressor(**{"n_estimators": 60, "random_state": 0, **settings})
    return boosting.fit(X, labels(X), sample_weight=1 + np.arange(N_ROWS) % 3)


@pytest.fixture(scope="module")
def small():
    return Trees.of_booster(booster(trees=4, num_leaves=5))


@pytest.mark.parametrize("with_nan", [False, True], ids=["whole", "nan"])
@pytest.mark.parametrize("name", BOOSTERS)
def test_of_booster__is_predict_to_the_bit(name, with_nan):
    boosting = booster(with_nan, **BOOSTERS[name])
    trees = Trees.of_booster(boosting)
    assert len(trees.sizes) == boosting.num_trees() and (name == "no question asked") == (trees.sizes.max() == 1)
    for seed in (0, 1):
        X = features(seed, with_nan)
        np.testing.assert_array_equal(trees(X), logits(boosting, X))
        np.testing.assert_allclose(expit(trees(X)), boosting.predict(X, num_threads=1), rtol=1e-12)


def test_of_booster__a_nan_that_was_never_seen_goes_where_it_goes_in_lightgbm():
    boosting = booster()
    X = features(1, with_nan=True)
    np.testing.assert_array_equal(Trees.of_booster(boosting)(X), logits(boosting, X))


@pytest.mark.parametrize("name", REGRESSORS)
def test_of_regressor__is_predict_to_the_bit_for_features_of_32_bits(name):
    boosting = regressor(**REGRESSORS[name])
    trees = Trees.of_regressor(boosting)
    for seed in (0, 1):
        X = features(seed).astype(np.float64) + 1e-9
        np.testing.assert_array_equal(trees(X.astype(np.float32)), boosting.predict(X))


def test_trees__at_a_threshold_and_at_infinity_agree_with_what_they_come_from():
    for boosting, trees, predict in (
        (booster(), Trees.of_booster, logits),
        (regressor(max_depth=2, n_estimators=20), Trees.of_regressor, lambda boosting, X: boosting.predict(X)),
    ):
        sums = trees(boosting)
        inner = ~sums.nodes["is_leaf"]
        rows = np.zeros((int(inner.sum()), N_FEATURES), dtype=np.float32)
        rows[np.arange(len(rows)), sums.nodes["feature"][inner]] = sums.nodes["threshold"][inner]
        up = np.nextafter(rows, np.float32(np.inf), dtype=np.float32)
        down = np.nextafter(rows, np.float32(-np.inf), dtype=np.float32)
        X = np.concatenate([rows, up, down])
        np.testing.assert_array_equal(sums(X), predict(boosting, X))
    boosting = booster()
    extreme = np.array([[np.inf] * N_FEATURES, [-np.inf] * N_FEATURES])
    np.testing.assert_array_equal(Trees.of_booster(boosting)(extreme), logits(boosting, extreme))


@pytest.mark.parametrize("kind", ["booster", "regressor"])
def test_arrays__come_back_from_a_file_to_the_bit(kind, tmp_path):
    trees = Trees.of_booster(booster(True)) if kind == "booster" else Trees.of_regressor(regressor())
    write_arrays(tmp_path / "trees.npz", trees.arrays())
    stored = read_arrays(tmp_path / "trees.npz")
    assert set(stored) == {"baseline", "n_features", "sizes", *NODES}
    assert {values.dtype.kind for values in stored.values()} <= set("fib")
    again = Trees.from_arrays(stored)
    X = features(2, with_nan=kind == "booster")
    np.testing.assert_array_equal(again(X), trees(X))
    for name, values in again.arrays().items():
        np.testing.assert_array_equal(values, trees.arrays()[name])
        assert values.dtype == trees.arrays()[name].dtype


def test_trees__are_followed_node_by_node(small):
    X = features(3)
    starts = np.concatenate([[0], np.cumsum(small.sizes)])
    for row, total in zip(X[:50], small(X[:50]), strict=True):
        expected = small.baseline
        for start in starts[:-1]:
            node = 0
            while not small.nodes["is_leaf"][start + node]:
                goes_left = row[small.nodes["feature"][start + node]] <= small.nodes["threshold"][start + node]
                node = small.nodes["left" if goes_left else "right"][start + node]
            expected += small.nodes["value"][start + node]
        assert total == expected


def test_trees__sum_to_the_same_bits_whatever_the_number_of_threads(small):
    X = features(3)[:60]
    with threadpool_limits(3, "openmp"):
        np.testing.assert_array_equal(small(X), np.concatenate([small(X[i : i + 1]) for i in range(len(X))]))


def test_trees__of_no_rows_and_no_trees(small):
    assert small(np.zeros((0, N_FEATURES))).shape == (0,)
    none = Trees(0.5, 3, [], {name: [] for name in NODES})
    assert none(np.zeros((2, 3))).tolist() == [0.5, 0.5]


def first(trees, is_leaf):
    return int(np.flatnonzero(trees.nodes["is_leaf"] == is_leaf)[0])


def damaged(trees, name, place, value):
    arrays = {key: values.copy() for key, values in trees.arrays().items()}
    arrays[name][place] = value
    return arrays


@pytest.mark.parametrize("name", ["left", "right"])
@pytest.mark.parametrize("child", ["itself", "the root", "before the root", "the first of the next tree", "far out"])
def test_from_arrays__refuses_children_that_are_not_later_nodes_of_the_tree(small, name, child):
    place = 1 + int(np.flatnonzero(~small.nodes["is_leaf"][1 : small.sizes[0]])[0])  # not the root
    to = {"itself": place, "the root": 0, "before the root": -1, "far out": 2**31 - 1}.get(child, int(small.sizes[0]))
    with pytest.raises(ValueError, match=mentions(name, "child")):
        Trees.from_arrays(damaged(small, name, place, to))


@pytest.mark.parametrize("feature", [-1, N_FEATURES, 2**31 - 1])
def test_from_arrays__refuses_features_that_rows_do_not_have(small, feature):
    with pytest.raises(ValueError, match=mentions("feature", str(N_FEATURES))):
        Trees.from_arrays(damaged(small, "feature", first(small, False), feature))


def test_from_arrays__refuses_a_node_that_ceased_to_be_a_leaf(small):
    with pytest.raises(ValueError, match=mentions("child")):
        Trees.from_arrays(damaged(small, "is_leaf", first(small, True), False))


@pytest.mark.parametrize("name", NODES)
def test_from_arrays__refuses_arrays_of_other_lengths_and_missing_ones(small, name):
    arrays = small.arrays()
    for values in (arrays[name][:-1], np.append(arrays[name], arrays[name][-1:])):
        with pytest.raises(ValueError, match=mentions("arrays")):
            Trees.from_arrays({**arrays, name: values})
    with pytest.raises(KeyError, match=name):
        Trees.from_arrays({key: values for key, values in arrays.items() if key != name})


@pytest.mark.parametrize("change", [lambda n: n + 1, lambda n: n[:-1], lambda n: np.append(n, 0), lambda n: -n])
def test_from_arrays__refuses_sizes_that_do_not_add_up(small, change):
    with pytest.raises(ValueError, match=mentions("arrays")):
        Trees.from_arrays({**small.arrays(), "sizes": change(small.sizes)})


def test_trees__refuse_rows_of_another_width(small):
    for shape in ((5, N_FEATURES - 1), (5, N_FEATURES + 1), (N_FEATURES,)):
        with pytest.raises(ValueError, match=mentions(str(N_FEATURES))):
            small(np.zeros(shape))
