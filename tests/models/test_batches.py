"""The order and completeness of batches."""

import pickle

import deepchem as dc
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.errors import LabelError
from deepchem_genomics.models.batches import check_labels, fill_up_last, generate_batches, iterate_batches
from deepchem_genomics.models.portable import PortableModel


def dataset(n_rows: int, shard_sizes: list[int] | None = None) -> dc.data.Dataset:
    X = np.arange(n_rows * 8).reshape(n_rows, 2, 4).astype(np.int8)
    y = np.arange(n_rows, dtype=np.float32)[:, None]
    ids = np.array([f"row{i}" for i in range(n_rows)])
    whole = dc.data.NumpyDataset(X, y, ids=ids)
    if shard_sizes is None:
        return whole
    ends = np.cumsum(shard_sizes)
    return dc.data.DiskDataset.create_dataset(
        (whole.X[a:b], whole.y[a:b], whole.w[a:b], whole.ids[a:b]) for a, b in zip([0, *ends[:-1]], ends, strict=True)
    )


@given(n_rows=st.integers(1, 40), batch_size=st.integers(1, 15), seed=st.integers(0, 5), shuffled=st.booleans())
def test_iterate_batches__each_epoch_has_every_row_once(n_rows, batch_size, seed, shuffled):
    batches = list(iterate_batches(dataset(n_rows), batch_size, 2, not shuffled, seed))
    assert all(len(X) == batch_size for X, *_ in batches if len(X) != n_rows % batch_size)
    per_epoch = -(-n_rows // batch_size)
    for epoch in (batches[:per_epoch], batches[per_epoch:]):
        rows = np.concatenate([y[:, 0] for _, y, _, _ in epoch])
        assert sorted(rows) == list(range(n_rows))
        for X, y, _, ids in epoch:
            assert list(ids) == [f"row{int(value)}" for value in y[:, 0]]
            np.testing.assert_array_equal(X[:, 0, 0], (y[:, 0] * 8).astype(np.int8))


@settings(max_examples=10)
@given(sizes=st.lists(st.integers(1, 9), min_size=1, max_size=4), batch_size=st.integers(1, 12))
def test_iterate_batches__in_order_batches_run_across_shards(sizes, batch_size):
    data = dataset(sum(sizes), sizes)
    rows = [y[:, 0] for _, y, _, _ in iterate_batches(data, batch_size)]
    assert all(len(part) == batch_size for part in rows[:-1])
    np.testing.assert_array_equal(np.concatenate(rows), np.arange(sum(sizes)))


def test_iterate_batches__shards_are_shuffled_too():
    data = dataset(40, [10, 10, 10, 10])
    orders = set()
    for seed in range(5):
        rows = np.concatenate([y[:, 0] for _, y, _, _ in iterate_batches(data, 10, 1, False, seed)])
        assert sorted(rows) == list(range(40))
        orders.add(tuple(int(row) // 10 for row in rows[::10]))
    assert len(orders) > 2


def test_iterate_batches__epochs_differ_and_follow_from_the_seed_and_the_step():
    data = dataset(30)
    first, second = (y[:, 0] for _, y, _, _ in iterate_batches(data, 30, 2, False, seed=1))
    assert not np.array_equal(first, second)
    ((_, later, _, _),) = iterate_batches(data, 30, 1, False, seed=1, first_step=1)
    np.testing.assert_array_equal(later, second[:, None])


def test_iterate_batches__without_a_seed_orders_differ():
    data = dataset(30)
    ((_, first, _, _),) = iterate_batches(data, 30, 1, False)
    ((_, second, _, _),) = iterate_batches(data, 30, 1, False)
    assert not np.array_equal(first, second)


def test_iterate_batches__padding_repeats_rows_with_weight_0():
    *_, (X, _, w, ids) = iterate_batches(dataset(7), 5, pad_batches=True)
    assert len(X) == 5
    assert w[:, 0].tolist() == [1, 1, 0, 0, 0]
    assert ids.tolist() == ["row5", "row6", "row5", "row6", "row5"]


def test_generate_batches__labels_and_weights_come_as_lists():
    ((inputs, labels, weights),) = generate_batches(dataset(3), batch_size=5, deterministic=True)
    assert [len(part) for part in (inputs, labels, weights)] == [1, 1, 1]
    assert labels[0][:, 0].tolist() == [0, 1, 2]


def test_check_labels__integer_labels_pass_as_they_are():
    y = np.array([[1], [0]])
    labels, _ = check_labels(y, np.ones((2, 1)), np.array(["a", "b"]))
    assert labels is y


@pytest.mark.parametrize("missing", [np.nan, np.inf])
@pytest.mark.parametrize("w", [np.array([1.0, 0.0]), np.array([[1.0], [0.0]])])
@pytest.mark.parametrize("shape", [(2,), (2, 1)])
def test_check_labels__what_is_not_finite_becomes_0_where_the_weight_is_0(w, shape, missing):
    y = np.array([1.0, missing]).reshape(shape)
    labels, _ = check_labels(y, w, np.array(["a", "b"]))
    assert labels.tolist() == np.reshape([1.0, 0.0], shape).tolist()
    assert not np.isfinite(y[1])  # the input is not modified


def test_check_labels__a_label_that_is_no_number_is_named():
    with pytest.raises(LabelError, match=mentions("'b'", "'bound'")):
        check_labels(np.array([["1"], ["bound"]]), np.ones((2, 1)), np.array(["a", "b"]))


@pytest.mark.parametrize(("sizes", "batch_size", "expected"), [([16, 3], 16, [16, 16]), ([10, 3], 10, [10, 3])])
def test_last_batch__is_filled_up_where_batches_are_large(sizes, batch_size, expected):
    batches = [([np.arange(n) + 1], [n], None) for n in sizes]
    found = list(fill_up_last(batches, batch_size))
    assert [len(inputs[0]) for inputs, _, _ in found] == expected
    assert found[1][0][0][:3].tolist() == [1, 2, 3] and set(found[1][0][0][3:]) <= {1}


@pytest.mark.parametrize("batch_size", [7, 16, 1000])
def test_prediction__of_a_row_is_that_of_its_own_batch(batch_size):
    rows = dc.data.NumpyDataset(np.eye(4, dtype=np.int8)[np.random.default_rng(0).integers(0, 4, (37, 31))])
    model = models.TFBindingModel(length=31, batch_size=batch_size, seed=1)
    alone = [model.predict(dc.data.NumpyDataset(rows.X[[i]]))[0, 0] for i in range(37)]
    np.testing.assert_allclose(model.predict(rows)[:, 0], alone, atol=1e-6)
    mean, _ = model.predict_uncertainty(rows, 2)
    assert mean.shape == (37, 1)


def rows_at_once(model: models.TFBindingModel, data: dc.data.Dataset, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many rows the network takes at once in a prediction."""
    sizes, compute = [], model._compute_model

    def counted(inputs):
        sizes.append(len(inputs[0] if isinstance(inputs, list) else inputs))
        return compute(inputs)

    monkeypatch.setattr(model, "_compute_model", counted)
    model.predict(data)
    return sizes


@pytest.mark.parametrize(
    ("length", "batch_size", "n_rows", "sizes"),
    [
        (101, 32, 2100, [1000, 1000, 100]),  # those with 101,000 bases
        (101, 1024, 2100, [1024, 1024, 52]),  # those of the training, which are more
        (50_500, 1, 3, [2, 1]),
        (101_001, 1, 17, [1] * 17),
    ],
)
def test_prediction__takes_more_rows_at_once_than_small_batches_of_the_training(
    length, batch_size, n_rows, sizes, monkeypatch
):
    model = models.TFBindingModel(
        length=length, batch_size=batch_size, n_layers=1, filters=1, kernel_size=3, seed=0, progress=False
    )
    X = np.eye(4, dtype=np.int8)[np.random.default_rng(0).integers(0, 4, (n_rows, length))]
    assert rows_at_once(model, dc.data.NumpyDataset(X), monkeypatch) == sizes


def test_prediction__takes_as_many_rows_at_once_as_loading_asked_for(make_model, windows, tmp_path, monkeypatch):
    data, model = windows(120, seed=0), make_model(batch_size=30)
    model.save(tmp_path / "model")
    asked = models.load(tmp_path / "model", batch_size=50)
    travelled = pickle.loads(pickle.dumps(PortableModel(asked))).model
    for each, sizes in ((models.load(tmp_path / "model"), [120]), (asked, [50, 50, 20]), (travelled, [50, 50, 20])):
        np.testing.assert_allclose(each.predict(data), model.predict(data), rtol=1e-5)
        assert rows_at_once(each, data, monkeypatch) == sizes
