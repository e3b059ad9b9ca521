"""The one training loop: what its settings do, what it remembers, and that there is no other."""

import ast
import json
import math
from pathlib import Path
from types import SimpleNamespace
from typing import ClassVar

import numpy as np
import pytest
from deepchem.data import NumpyDataset
from messages import mentions

import deepchem_genomics
from deepchem_genomics import metrics
from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import EmptyInputError, ModelFolderError
from deepchem_genomics.models import AccessibilityTFBindingModel, Augmentation, SiRNAEfficacyModel, TFBindingModel
from deepchem_genomics.recipes import Progress
from deepchem_genomics.recipes.training import TRAINING, balanced, hold_out, n_bound, thinned, train_network
from deepchem_genomics.simulate import simulated_sirna_datasets, simulated_tf_datasets

SMALL = {"n_layers": 1, "filters": 4, "batch_size": 100, "learning_rate": 0.01}


@pytest.fixture(scope="module")
def guides():
    return simulated_sirna_datasets(n_train=250, n_valid=80, seed=3)


@pytest.fixture(scope="module")
def windows():
    return simulated_tf_datasets(400, 150, seed=1, prevalence=0.06)


class Stub:
    """Stand for a network: remember what it is built with and trained on; score what it is told to."""

    mode = "classification"
    side_inputs: ClassVar[dict] = {}

    def __init__(self, scores=(), **given):
        self.given, self.scores = given, list(scores)
        self.stop_training = False
        self.epoch = 0
        self.model = SimpleNamespace(
            trainable_variables=[np.zeros((2, 3)), np.zeros(4)],
            get_weights=lambda: [np.array(self.epoch)],
            set_weights=lambda weights: setattr(self, "epoch", int(weights[0])),
        )

    def fit(self, rows, nb_epoch, checkpoint_interval, callbacks, resume):
        self.rows, self.checkpoint_interval, self.resume = rows, checkpoint_interval, resume
        self.n_steps_per_epoch = math.ceil(len(rows) / self.given["batch_size"])
        for step in range(1, nb_epoch * self.n_steps_per_epoch + 1):
            self.epoch = np.int32(step) // self.n_steps_per_epoch
            for callback in callbacks:
                callback(self, np.int32(step))
            if self.stop_training:
                break
        for callback in callbacks:
            if hasattr(callback, "on_fit_end"):
                callback.on_fit_end(self)

    def evaluate(self, dataset, metrics):
        self.scored = dataset
        return {metrics[0].name: self.scores[self.epoch - 1]}


def trained(windows, valid=None, progress=None, scores=(), **settings):
    """Train a stub on the windows."""
    train, _, tracks = windows
    given = {"patience": 0, "epochs": 2, "batch_size": 100, **settings}
    return train_network(
        lambda **given: Stub(scores, **given), train, valid, {"accessibility": tracks}, given, 0, progress or Progress()
    )


def test_train_network__without_patience_trains_all_epochs_on_all_rows_and_takes_the_last(guides):
    train, valid = guides
    fitted = train_network(SiRNAEfficacyModel, train, None, {}, {**SMALL, "epochs": 3, "patience": 0}, 5, Progress())
    by_hand = SiRNAEfficacyModel(length=21, seed=5, progress=False, **SMALL)
    by_hand.fit(train, nb_epoch=3, checkpoint_interval=0)
    np.testing.assert_array_equal(fitted.model.predict(valid), by_hand.predict(valid))
    assert fitted.history == []


def test_train_network__with_patience_takes_the_best_epoch(guides):
    train, valid = guides
    fitted = train_network(SiRNAEfficacyModel, train, valid, {}, {**SMALL, "epochs": 60, "patience": 3}, 5, Progress())
    scores = [entry["score"] for entry in fitted.history]
    best = int(np.argmax(scores)) + 1
    assert [entry["epoch"] for entry in fitted.history] == list(range(1, len(scores) + 1))
    assert len(scores) == best + 3 < 60
    assert fitted.model.evaluate(valid, [metrics.pearson])["pearson"] == max(scores)
    by_hand = SiRNAEfficacyModel(length=21, seed=5, progress=False, **SMALL)
    by_hand.fit(train, nb_epoch=best, checkpoint_interval=0)
    np.testing.assert_array_equal(fitted.model.predict(valid), by_hand.predict(valid))


def test_train_network__stops_when_patience_is_over_and_puts_the_best_weights_back(windows):
    fitted = trained(windows, windows[1], scores=[0.5, 0.7, 0.6, 0.65, 0.9], epochs=5, patience=2)
    assert fitted.history == [{"epoch": e, "score": s} for e, s in enumerate([0.5, 0.7, 0.6, 0.65], start=1)]
    assert fitted.model.epoch == 2
    assert fitted.model.scored is windows[1]


def test_train_network__holds_a_tenth_out_where_there_are_no_validation_rows(windows):
    model = trained(windows, scores=[0.5, 0.6], patience=2).model
    kept, held_out = hold_out(windows[0], 0)
    assert model.rows.ids.tolist() == kept.ids.tolist()
    assert model.scored.ids.tolist() == held_out.ids.tolist()


def test_train_network__builds_with_the_settings_that_are_not_of_training(windows):
    model = trained(windows, dropout=0.25, motifs=()).model
    assert {name: model.given[name] for name in ("dropout", "motifs", "n_tasks", "length", "batch_size", "seed")} == {
        "dropout": 0.25, "motifs": (), "n_tasks": 1, "length": 101, "batch_size": 100, "seed": 0,
    }  # fmt: skip
    assert not {*TRAINING, "scale"} & set(model.given) - {"batch_size", "learning_rate"}
    assert trained(windows).parameters == 10


@pytest.mark.parametrize("scale", ["log-standard", "standard", "none"])
def test_train_network__scales_side_inputs_on_the_rows_that_are_trained_on(windows, scale):
    model = trained(windows, scores=[0.5, 0.6], patience=2, thin=3, scale=scale).model
    expected = windows[2].scaled(scale, model.rows.ids).scaling
    assert len(model.rows) < len(windows[0]) / 2
    assert model.given["accessibility"].scaling.to_json() == expected.to_json()


def test_train_network__balance_makes_both_classes_count_alike(windows):
    train = windows[0]
    bound = train.y[:, 0] == 1
    assert trained(windows).model.rows is train
    w = trained(windows, balance=True).model.rows.w[:, 0]
    np.testing.assert_allclose(w[bound], len(train) / (2 * bound.sum()), rtol=1e-6)
    np.testing.assert_allclose(w[~bound], len(train) / (2 * (~bound).sum()), rtol=1e-6)
    assert w[bound].sum() == pytest.approx(w[~bound].sum(), rel=1e-5)


def test_train_network__balance_leaves_rows_without_a_label_without(windows):
    train = windows[0]
    w = np.ones_like(train.w)
    w[:7] = 0
    unlabeled = type(train)(train.X, train.y, w, train.ids)
    model = trained((unlabeled, *windows[1:]), balance=True).model
    assert (model.rows.w[:7] == 0).all() and (model.rows.w[7:] > 0).all()


def test_train_network__thin_draws_so_many_unbound_rows_for_each_bound_one(windows):
    train = windows[0]
    rows = trained(windows, thin=4).model.rows
    bound = rows.y[:, 0] == 1
    assert set(rows.ids[bound]) == set(train.ids[train.y[:, 0] == 1])
    assert (~bound).sum() == 4 * bound.sum()
    assert rows.w[bound].sum() == pytest.approx(rows.w[~bound].sum(), rel=1e-5)
    place = {name: number for number, name in enumerate(train.ids)}
    assert [place[name] for name in rows.ids] == sorted(place[name] for name in rows.ids)
    assert trained(windows, thin=1000).model.rows is train


def test_train_network__decay_lowers_the_rate_in_a_straight_line_to_a_fraction_in_the_last_step(windows):
    assert trained(windows, learning_rate=0.01).model.given["learning_rate"] == 0.01
    decay = trained(windows, learning_rate=0.01, decay=20.0, epochs=3).model.given["learning_rate"]
    n_steps = 3 * 4
    rates = [float(decay._create_tf_tensor(step)) for step in range(n_steps + 1)]
    np.testing.assert_allclose(rates, np.linspace(0.01, 0.0005, n_steps + 1), rtol=1e-5)


def test_train_network__shift_and_mutation_change_the_training_windows_alone(windows):
    assert "augmentation" not in trained(windows).model.given
    assert trained(windows, shift=2, mutation=0.1).model.given["augmentation"] == Augmentation(shift=2, mutation=0.1)
    train, valid, _ = windows
    settings = {**SMALL, "epochs": 2, "patience": 0}
    fitted = train_network(TFBindingModel, train, None, {}, {**settings, "shift": 2}, 1, Progress())
    by_hand = TFBindingModel(length=101, seed=1, progress=False, augmentation=Augmentation(shift=2), **SMALL)
    by_hand.fit(train, nb_epoch=2, checkpoint_interval=0)
    np.testing.assert_array_equal(fitted.model.predict(valid), by_hand.predict(valid))
    plain = train_network(TFBindingModel, train, None, {}, settings, 1, Progress())
    assert (plain.model.predict(valid) != fitted.model.predict(valid)).any()


class InterruptionError(Exception):
    """Stands for the power going out."""


def test_train_network__goes_on_from_checkpoints_to_the_bits_of_an_uninterrupted_run(windows, tmp_path):
    train, valid, tracks = windows
    settings = {**SMALL, "epochs": 5, "patience": 3, "balance": True, "thin": 8, "shift": 2, "decay": 10.0}

    def train_in(name, interrupt=None, resume=False):
        def on_epoch(_, epoch):
            if epoch == interrupt:
                raise InterruptionError

        progress = Progress(checkpoints=tmp_path / name, resume=resume, on_epoch=on_epoch)
        return train_network(
            AccessibilityTFBindingModel, train, valid, {"accessibility": tracks}, settings, 2, progress
        )

    whole = train_in("whole")
    with pytest.raises(InterruptionError):
        train_in("parts", interrupt=3)
    parts = train_in("parts", resume=True)
    assert parts.history == whole.history
    np.testing.assert_array_equal(parts.model.predict(valid), whole.model.predict(valid))
    again = train_in("parts", resume=True)
    np.testing.assert_array_equal(again.model.predict(valid), whole.model.predict(valid))


@pytest.mark.parametrize(
    ("changed", "facts"),
    [
        ({"seed": 3}, ("seed", "2", "3")),
        ({"settings": {"learning_rate": 0.02}}, ("learning_rate", "0.01", "0.02")),
        ({"flipped": "train"}, ("training rows",)),
        ({"flipped": "valid"}, ("other", "epoch")),
        ({"steps": 1.0}, ("training rows",)),
    ],
)
def test_train_network__does_not_go_on_with_another_training(windows, tmp_path, changed, facts):
    train, valid, tracks = windows

    def opposite(dataset):
        return NumpyDataset(dataset.X, 1 - dataset.y, dataset.w, dataset.ids)

    def train_in(epochs, resume, seed=2, settings=None, flipped=None, steps=0.0):
        return train_network(
            AccessibilityTFBindingModel,
            opposite(train) if flipped == "train" else train,
            opposite(valid) if flipped == "valid" else valid,
            {"accessibility": SideInput(tracks.ids, tracks.values + steps * np.arange(len(tracks))[:, None])},
            {**SMALL, "epochs": epochs, "patience": 3, **(settings or {})},
            seed,
            Progress(checkpoints=tmp_path, resume=resume),
        )

    train_in(1, resume=False)
    with pytest.raises(ModelFolderError, match=mentions(str(tmp_path), *facts)):
        train_in(2, resume=True, **changed)
    assert len(train_in(2, resume=True).history) == 2  # more epochs of the same


def test_train_network__writes_a_checkpoint_an_epoch_only_where_one_is_wanted(windows, tmp_path):
    assert trained(windows).model.checkpoint_interval == 0
    model = trained(windows, progress=Progress(checkpoints=tmp_path, resume=True)).model
    assert (model.checkpoint_interval, model.resume, model.given["model_dir"]) == (4, True, tmp_path)


def test_train_network__reports_one_line_an_epoch_and_calls_back_with_plain_numbers(windows):
    told, epochs = [], []
    progress = Progress(told.append, on_epoch=lambda network, epoch: epochs.append(epoch))
    fitted = trained(windows, windows[1], progress, scores=[0.5, 0.75, 0.6], epochs=3, patience=2)
    assert len(told) == 3
    assert all(f"epoch {number} of 3" in line for number, line in enumerate(told, start=1))
    assert "0.7500" in told[1]
    assert json.loads(json.dumps(epochs)) == [1, 2, 3]
    assert json.loads(json.dumps(fitted.history)) == fitted.history
    told.clear()
    trained(windows, progress=Progress(told.append), epochs=2)
    assert told == ["epoch 1 of 2", "epoch 2 of 2"]


def test_package__trains_networks_in_one_place():
    """Outside models, which has ``fit`` itself, ``.fit(..., nb_epoch=...)`` is called in ``train_network`` alone."""
    package = Path(deepchem_genomics.__file__).parent
    found = [
        path.relative_to(package).as_posix()
        for path in sorted(package.rglob("*.py"))
        if path.relative_to(package).parts[0] != "models"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("fit", "fit_generator", "fit_on_batch")
        and (node.func.attr != "fit" or any(keyword.arg == "nb_epoch" for keyword in node.keywords))
    ]
    assert found == ["recipes/training.py"]


@pytest.mark.parametrize(("n", "n_first", "held"), [(40, 1, 4), (5, 2, 1), (40, 20, 4), (2, 1, 1)])
def test_hold_out__needs_no_class_of_two_rows(n, n_first, held):
    y = np.where(np.arange(n) < n_first, 1.0, 0.5)[:, None]
    kept, rest = hold_out(NumpyDataset(np.zeros((n, 5, 4)), y), seed=0)
    assert (len(kept), len(rest)) == (n - held, held)
    assert sorted([*kept.ids, *rest.ids]) == list(range(n))
    if min(n_first, held) >= 2:
        assert len(np.unique(rest.y)) == 2


def test_hold_out__says_that_one_row_is_too_few():
    with pytest.raises(EmptyInputError, match=mentions("1 row", "held out")):
        hold_out(NumpyDataset(np.zeros((1, 5, 4)), np.ones((1, 1))), seed=0)


@pytest.mark.parametrize("missing", [0.0, np.nan])
def test_balanced__counts_only_rows_with_a_label(missing):
    y = np.array([[1, 1], [0, 1], [0, 0], [0, missing], [missing, missing], [missing, missing]])
    w = np.array([[1, 1], [1, 1], [1, 1], [1, 0], [0, 0], [0, 0]])
    rows = balanced(NumpyDataset(np.zeros((6, 5, 4)), y, w))
    np.testing.assert_allclose(rows.w[:4, 0], [2, 2 / 3, 2 / 3, 2 / 3])
    np.testing.assert_allclose(rows.w[:3, 1], [0.75, 0.75, 1.5])
    assert (rows.w[w == 0] == 0).all()


def test_balanced__gives_a_task_without_labels_no_weight():
    rows = balanced(NumpyDataset(np.zeros((2, 5, 4)), np.array([[1, np.nan], [0, np.nan]]), np.array([[1, 0], [1, 0]])))
    assert rows.w.tolist() == [[1, 0], [1, 0]]


def test_thinned__draws_no_rows_without_a_label():
    y, w = np.zeros((40, 1)), np.ones((40, 1))
    y[:2], w[10:] = 1, 0
    rows = thinned(NumpyDataset(np.zeros((40, 5, 4)), y, w), 3, seed=0)
    assert (len(rows), int((rows.w > 0).sum())) == (8, 8)
    assert rows.w.mean() == pytest.approx(1)


def test_n_bound__counts_rows_once_and_only_where_a_label_counts():
    y, w = np.array([[1, 1], [1, 0], [0, 1], [0, 0]]), np.array([[1, 1], [0, 1], [1, 1], [1, 1]])
    assert n_bound(NumpyDataset(np.zeros((4, 5, 4)), y, w)) == 2
