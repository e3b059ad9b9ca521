"""Training stops in time and gives the best weights back."""

import contextlib
import re

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import metrics, models
from deepchem_genomics.errors import BadValueError


class Scripted:
    """A metric whose scores are written down beforehand."""

    def __init__(self, name: str, scores: list[float]) -> None:
        self.name, self.scores = name, iter(scores)


@pytest.fixture
def scripted_model(make_model, monkeypatch):
    model = make_model()
    monkeypatch.setattr(model, "evaluate", lambda dataset, metrics: {metrics[0].name: next(metrics[0].scores)})
    return model


def test_early_stopping__stops_after_patience_and_restores_the_best(scripted_model, train, valid):
    stopping = models.EarlyStopping(valid, Scripted("roc_auc", [0.5, 0.7, 0.6, 0.65, 0.9]), patience=2)
    weights = {}
    keep = lambda model, step: weights.update({int(step): model.model.get_weights()})  # noqa: E731
    scripted_model.fit(train, nb_epoch=10, checkpoint_interval=0, callbacks=[keep, stopping])
    assert [score for _, score in stopping.history] == [0.5, 0.7, 0.6, 0.65]
    assert (stopping.best_step, stopping.best_score) == (10, 0.7)
    for best, final in zip(weights[10], scripted_model.model.get_weights(), strict=True):
        np.testing.assert_array_equal(best, final)


def test_early_stopping__restores_the_best_when_epochs_run_out(scripted_model, train, valid):
    stopping = models.EarlyStopping(valid, Scripted("pearson", [0.9, 0.1]), patience=5)
    scripted_model.fit(train, nb_epoch=2, checkpoint_interval=0, callbacks=stopping)
    assert stopping.best_step == 5


def test_early_stopping__an_error_is_better_when_lower(scripted_model, train, valid):
    stopping = models.EarlyStopping(valid, Scripted("rmse", [0.5, 0.3, 0.4]), patience=5)
    scripted_model.fit(train, nb_epoch=3, checkpoint_interval=0, callbacks=stopping)
    assert stopping.best_score == 0.3


def test_early_stopping__the_checkpoint_has_the_best_weights(make_model, train, valid, tmp_path):
    model = make_model(model_dir=tmp_path)
    stopping = models.EarlyStopping(valid, metrics.roc_auc, patience=2)
    model.fit(train, nb_epoch=30, callbacks=stopping)
    restored = make_model(model_dir=tmp_path)
    restored.restore()
    assert restored.evaluate(valid, [metrics.roc_auc])["roc_auc"] == pytest.approx(stopping.best_score)


def test_early_stopping__fit_generator_needs_an_interval(make_model, train, valid):
    batches = models.generate_batches(train, 2, 50, seed=0)
    with pytest.raises(BadValueError, match=mentions("EarlyStopping")):
        make_model().fit_generator(batches, callbacks=models.EarlyStopping(valid, metrics.roc_auc))
    stopping = models.EarlyStopping(valid, metrics.roc_auc, interval=4)
    batches = models.generate_batches(train, 2, 50, seed=0)
    make_model().fit_generator(batches, checkpoint_interval=0, callbacks=stopping)
    assert [step for step, _ in stopping.history] == [4, 8]


def test_early_stopping__a_score_of_nan_is_an_error(scripted_model, train, valid):
    stopping = models.EarlyStopping(valid, Scripted("pearson", [float("nan")]))
    with pytest.raises(BadValueError, match=mentions("pearson", "NaN")):
        scripted_model.fit(train, nb_epoch=1, callbacks=stopping)


class KilledError(Exception):
    """Stands for a kill."""


@pytest.mark.parametrize(
    ("batch_size", "scores"),
    [
        (50, [0.5, 0.7, 0.6, 0.65, 0.1]),  # stops early
        (230, [0.5, 0.4, 0.6, 0.7, 0.65]),  # does not; and checkpoints are written before the score of their step
    ],
)
def test_early_stopping__resumed_training_ends_as_if_never_interrupted(
    make_model, train, valid, tmp_path, monkeypatch, batch_size, scores
):
    steps = -(-230 // batch_size)

    def fit(folder, stop_at=None, patience=2):
        model = make_model(model_dir=folder, batch_size=batch_size)
        stopping = models.EarlyStopping(valid, Scripted("roc_auc", []), patience=patience)
        # The score of an epoch is the same whenever it is requested, as it is of weights that are the same.
        score = lambda *_: {"roc_auc": scores[model.get_global_step() // steps - 1]}  # noqa: E731
        monkeypatch.setattr(model, "evaluate", score)

        def interrupt(model, step):
            if step == stop_at:
                raise KilledError

        callbacks = [interrupt, stopping]
        model.fit(train, nb_epoch=5, checkpoint_interval=steps, callbacks=callbacks, resume=True)
        return stopping, model

    expected, whole = fit(tmp_path / "whole")
    for stop_at in (3 * steps, 4 * steps):
        with contextlib.suppress(KilledError):
            fit(tmp_path / "broken", stop_at)
    for _ in range(2):  # also when all but the saving was done
        stopping, model = fit(tmp_path / "broken")
        assert stopping.history == expected.history
        assert (stopping.best_step, stopping.best_score) == (expected.best_step, expected.best_score)
        for found, wanted in zip(model.model.get_weights(), whole.model.get_weights(), strict=True):
            np.testing.assert_array_equal(found, wanted)


def test_early_stopping__its_memory_is_in_no_other_checkpoint(make_model, train, valid, tmp_path):
    model = make_model(model_dir=tmp_path)
    model.fit(train, nb_epoch=1)  # without
    stopping = models.EarlyStopping(valid, metrics.roc_auc)
    model.fit(train, nb_epoch=2, callbacks=stopping, resume=True)
    assert [step for step, _ in stopping.history] == [10]
    for checkpoint in ("ckpt-1", "ckpt-2"):
        make_model(model_dir=tmp_path).restore(str(tmp_path / checkpoint))
        model.restore(str(tmp_path / checkpoint))


def test_early_stopping__scores_of_another_kind_begin_anew(make_model, train, valid, tmp_path, caplog):
    make_model(model_dir=tmp_path).fit(train, nb_epoch=1, callbacks=models.EarlyStopping(valid, metrics.roc_auc))
    stopping = models.EarlyStopping(valid, metrics.pr_auc)
    make_model(model_dir=tmp_path).fit(train, nb_epoch=2, callbacks=stopping, resume=True)
    assert re.search(mentions("checkpoint", "roc_auc", "pr_auc"), caplog.text)
    assert [step for step, _ in stopping.history] == [5, 10]


def test_early_stopping__starts_over_with_another_model(make_model, train, valid):
    shared = models.EarlyStopping(valid, metrics.roc_auc, patience=1)
    for seed in (0, 1):
        alone = models.EarlyStopping(valid, metrics.roc_auc, patience=1)
        expected, found = (make_model(seed=seed) for _ in range(2))
        expected.fit(train, nb_epoch=6, checkpoint_interval=0, callbacks=alone)
        found.fit(train, nb_epoch=6, checkpoint_interval=0, callbacks=shared)
        assert (shared.history, shared.best_score) == (alone.history, alone.best_score)
        np.testing.assert_array_equal(found.predict(valid), expected.predict(valid))
    untrained = make_model(seed=2)
    before = untrained.predict(valid)
    untrained.fit(train, nb_epoch=0, checkpoint_interval=0, callbacks=shared)
    np.testing.assert_array_equal(untrained.predict(valid), before)


@pytest.mark.parametrize(
    ("name", "higher"),
    [
        ("roc_auc", True),
        ("pearson_r2_score", True),
        ("d2_log_loss_score", True),
        ("mean-d2_absolute_error_score", True),
        ("neg_mean_squared_error", True),
        ("rms_score", False),
        ("mean-mae_score", False),
        ("brier_score_loss", False),
        ("median_absolute_error", False),
        ("mean_absolute_percentage_error", False),
        ("mean_squared_log_error", False),
        ("max_error", False),
        ("mean_poisson_deviance", False),
    ],
)
def test_early_stopping__judges_by_the_name_whether_a_score_is_an_error(valid, name, higher):
    assert models.EarlyStopping(valid, Scripted(name, [])).higher_is_better is higher
