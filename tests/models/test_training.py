"""fit, fit_generator, seeds, schedules, checkpoints and resuming."""

import logging

import deepchem as dc
import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.errors import EmptyInputError, LabelError, MissingIdError, ModelFolderError, ShapeMismatchError
from deepchem_genomics.simulate import simulated_sirna_datasets

ROC_AUC = dc.metrics.Metric(dc.metrics.roc_auc_score)


def n_trainable(model) -> int:
    return sum(int(np.prod(variable.shape)) for variable in model.model.trainable_variables)


def test_models__chapter_networks_have_the_chapters_number_of_parameters(signals):
    assert n_trainable(models.TFBindingModel()) == 6661
    one_track = type(signals).from_dict({"chr22:0-101": 0.1})
    assert n_trainable(models.AccessibilityTFBindingModel(one_track)) == 6662
    assert n_trainable(models.AccessibilityTFBindingModel(signals)) == 6663
    assert n_trainable(models.SiRNAEfficacyModel()) == 1631


def test_fit__learns_a_few_samples_by_heart(make_model, train):
    model = make_model(dropout=0.0)
    model.fit(train, nb_epoch=40, checkpoint_interval=0)
    assert model.evaluate(train, [ROC_AUC])["roc_auc_score"] > 0.99


def test_fit__two_runs_with_one_seed_agree_to_the_bit(make_model, trained, train, valid):
    np.random.seed(17)  # what others draw from the global generator does not matter
    again = make_model()
    again.fit(train, nb_epoch=3, checkpoint_interval=0)
    np.testing.assert_array_equal(again.predict(valid), trained.predict(valid))
    other = make_model(seed=4)
    other.fit(train, nb_epoch=3, checkpoint_interval=0)
    assert not np.array_equal(other.predict(valid), trained.predict(valid))


def test_fit__leaves_numpys_global_generator_alone(make_model, train, valid):
    np.random.seed(5)
    expected = np.random.random(3)
    np.random.seed(5)
    model = make_model()
    model.fit(train, nb_epoch=1, checkpoint_interval=0)
    model.predict(valid)
    np.testing.assert_array_equal(np.random.random(3), expected)


def test_fit__three_times_one_epoch_is_one_time_three(make_model, trained, train, valid):
    model = make_model()
    for _ in range(3):
        model.fit(train, nb_epoch=1, checkpoint_interval=0)
    np.testing.assert_array_equal(model.predict(valid), trained.predict(valid))


def test_fit_generator__the_chapters_explicit_way_gives_the_same_numbers(make_model, trained, train, valid):
    model = make_model()
    batches = models.generate_batches(train, epochs=3, batch_size=50, seed=3)
    model.fit_generator(batches, checkpoint_interval=0)
    np.testing.assert_array_equal(model.predict(valid), trained.predict(valid))


def test_fit_generator__gives_the_same_numbers_with_a_second_input(
    make_two_input_model, trained_two_input, signals, train, valid
):
    model = make_two_input_model()
    batches = models.generate_batches(train, epochs=3, batch_size=50, side_input=signals, seed=3)
    model.fit_generator(batches, checkpoint_interval=0)
    np.testing.assert_array_equal(model.predict(valid), trained_two_input.predict(valid))


def test_evaluate_generator__agrees_with_evaluate(trained, trained_two_input, signals, valid):
    expected = trained.evaluate(valid, [ROC_AUC])
    assert trained.evaluate_generator(models.generate_batches(valid, 1, 50), [ROC_AUC]) == pytest.approx(expected)
    expected = trained_two_input.evaluate(valid, [ROC_AUC])
    batches = models.generate_batches(valid, 1, 50, side_input=signals)
    assert trained_two_input.evaluate_generator(batches, [ROC_AUC]) == pytest.approx(expected)


def test_predict_on_generator__agrees_with_predict(trained_two_input, signals, valid):
    batches = models.generate_batches(valid, 1, 50, side_input=signals, deterministic=True)
    predicted = trained_two_input.predict_on_generator(batches)
    np.testing.assert_allclose(predicted, trained_two_input.predict(valid), rtol=1e-6)


def test_fit__the_second_input_is_looked_up_by_id_not_by_position(trained_two_input, valid):
    backwards = valid.select(np.arange(len(valid))[::-1])
    expected = trained_two_input.predict(valid)[::-1]
    np.testing.assert_allclose(trained_two_input.predict(backwards), expected, rtol=1e-5)


def test_fit__several_tasks_at_once(make_model, windows):
    model = make_model(n_tasks=3, dropout=0.0)
    data = windows(200, seed=4, n_tasks=3)
    model.fit(data, nb_epoch=30, checkpoint_interval=0)
    assert model.predict(data).shape == (200, 3)
    _, by_task = model.evaluate(data, [ROC_AUC], per_task_metrics=True)
    assert len(by_task["roc_auc_score"]) == 3
    assert min(by_task["roc_auc_score"]) > 0.9


def test_fit__an_interrupted_run_resumes_to_the_same_bits(make_model, train, valid, tmp_path):
    whole = make_model(model_dir=tmp_path / "whole")
    whole.fit(train, nb_epoch=4, checkpoint_interval=1)

    def interrupt(model, step):
        if step == 12:  # in the middle of the third epoch of five steps
            raise KeyboardInterrupt

    broken = make_model(model_dir=tmp_path / "broken")
    with pytest.raises(KeyboardInterrupt):
        broken.fit(train, nb_epoch=4, checkpoint_interval=5, callbacks=interrupt)
    resumed = make_model(model_dir=tmp_path / "broken")
    resumed.fit(train, nb_epoch=4, checkpoint_interval=5, resume=True)
    assert resumed.get_global_step() == whole.get_global_step() == 20
    np.testing.assert_array_equal(resumed.predict(valid), whole.predict(valid))

    resumed.fit(train, nb_epoch=4, resume=True)  # nothing is left to do
    assert resumed.get_global_step() == 20


def test_schedule__decays_and_goes_on_after_a_restore(make_model, train, tmp_path):
    schedule = dc.models.optimizers.ExponentialDecay(0.02, decay_rate=0.5, decay_steps=5)

    def rate(model) -> float:
        return float(model._tf_optimizer._decayed_lr(np.float32))

    model = make_model(learning_rate=schedule, model_dir=tmp_path)
    model.fit(train, nb_epoch=2)
    assert rate(model) == pytest.approx(0.005)
    later = make_model(learning_rate=schedule, model_dir=tmp_path)
    later.restore()
    assert rate(later) == pytest.approx(0.005)
    assert later.get_global_step() == 10


def test_schedule__changes_what_is_learned(make_model, trained, train, valid):
    stopped = dc.models.optimizers.PiecewiseConstantSchedule(0.01, {5: 0.0})
    model = make_model(learning_rate=stopped)
    model.fit(train, nb_epoch=1, checkpoint_interval=0)
    after_one = model.predict(valid)
    model.fit(train, nb_epoch=2, checkpoint_interval=0)
    # one more step still has the first rate: it is the sixth that is the first at rate 0
    assert np.abs(model.predict(valid) - after_one).max() < 0.2
    assert np.abs(trained.predict(valid) - after_one).max() > np.abs(model.predict(valid) - after_one).max()


def test_restore__the_learning_rate_given_wins_over_the_checkpoints(make_model, train, tmp_path):
    make_model(learning_rate=0.01, model_dir=tmp_path).fit(train, nb_epoch=1)
    model = make_model(learning_rate=0.5, model_dir=tmp_path)
    model.fit(train, nb_epoch=1, restore=True)
    assert float(model._tf_optimizer._decayed_lr(np.float32)) == pytest.approx(0.5)


def test_restore__refuses_the_checkpoint_of_another_network(make_model, train, tmp_path):
    make_model(model_dir=tmp_path).fit(train, nb_epoch=1)
    with pytest.raises(ModelFolderError, match=mentions("checkpoint", "another")):
        make_model(n_layers=4, model_dir=tmp_path).restore()
    with pytest.raises(ModelFolderError, match=mentions("checkpoint", "another")):
        make_model(filters=16, model_dir=tmp_path).restore()
    with pytest.raises(ModelFolderError, match=mentions("checkpoint_interval")):
        make_model(model_dir=tmp_path / "empty").restore()


def test_restore__says_when_a_checkpoint_is_cut_short(make_model, train, tmp_path):
    make_model(model_dir=tmp_path).fit(train, nb_epoch=1)
    data = next(tmp_path.glob("*.data-*"))
    data.write_bytes(data.read_bytes()[:100])
    with pytest.raises(ModelFolderError):
        make_model(model_dir=tmp_path).restore()


def test_fit__callbacks_are_called_after_each_step(make_model, train):
    steps = []
    make_model().fit(train, nb_epoch=2, checkpoint_interval=0, callbacks=lambda model, step: steps.append(int(step)))
    assert steps == list(range(1, 11))


def test_fit__deepchems_validation_callback_works(make_model, train, valid, capsys):
    callback = dc.models.ValidationCallback(valid, interval=5, metrics=[ROC_AUC], save_on_minimum=False)
    make_model().fit(train, nb_epoch=2, checkpoint_interval=0, callbacks=callback)
    assert 0 <= callback.get_best_score() <= 1


def test_fit__progress_is_silent_when_not_on_a_terminal(make_model, train, valid, capfd):
    model = make_model()
    model.fit(train, nb_epoch=1, checkpoint_interval=0)
    model.predict(valid)
    assert "training" not in capfd.readouterr().err


def test_fit__progress_can_be_turned_on(make_model, train, valid, capfd):
    model = make_model(progress=True)
    model.fit(train, nb_epoch=1, checkpoint_interval=0)
    model.predict(valid)
    shown = capfd.readouterr()
    assert "5/5" in shown.err
    assert "predicting" in shown.err
    assert shown.out == ""


def test_fit__names_the_sample_whose_label_is_nan(make_model, windows):
    data = windows(20, seed=0)
    data.y[7] = np.nan
    with pytest.raises(LabelError, match=mentions("chr1:7-37", "NaN", "0")):
        make_model().fit(data, nb_epoch=1)


def test_fit__a_missing_label_with_weight_0_is_left_out(make_model, windows):
    data = windows(60, seed=0)
    missing = dc.data.NumpyDataset(data.X, np.where(np.arange(60)[:, None] < 10, np.nan, data.y), ids=data.ids)
    missing.w[:10] = 0
    model, reference = make_model(batch_size=60), make_model(batch_size=60)
    assert np.isfinite(model.fit(missing, nb_epoch=2, checkpoint_interval=0))
    zeros = dc.data.NumpyDataset(data.X, np.nan_to_num(missing.y), missing.w, data.ids)
    reference.fit(zeros, nb_epoch=2, checkpoint_interval=0)
    np.testing.assert_array_equal(model.predict(data), reference.predict(data))


def test_fit__names_the_id_without_accessibility(make_two_input_model, windows):
    with pytest.raises(MissingIdError, match=mentions("10 of the 10")):
        make_two_input_model().fit(windows(10, seed=0, start=5000), nb_epoch=1)


def test_fit__refuses_windows_of_another_length(make_model, trained):
    data = dc.data.NumpyDataset(np.zeros((5, 31, 4), np.int8), np.zeros((5, 1)))
    with pytest.raises(ShapeMismatchError, match=mentions("(N, 30, 4)", "(N, 31, 4)")):
        make_model().fit(data)
    with pytest.raises(ShapeMismatchError, match=mentions("(N, 31, 4)")):
        trained.predict(data)
    five_columns = dc.data.NumpyDataset(np.zeros((5, 30, 5), np.int8), np.zeros((5, 1)))
    with pytest.raises(ShapeMismatchError, match=mentions("FASTALoader")):
        trained.predict(five_columns)


def test_fit__an_empty_dataset_is_an_error(make_model):
    empty = dc.data.NumpyDataset(np.zeros((0, 30, 4), np.int8), np.zeros((0, 1)))
    with pytest.raises(EmptyInputError, match=mentions("rows")):
        make_model().fit(empty)


def test_fit__works_from_shards_on_disk(make_model, train, valid, tmp_path):
    shards = [
        (train.X[i : i + 60], train.y[i : i + 60], train.w[i : i + 60], train.ids[i : i + 60])
        for i in (0, 60, 120, 180)
    ]
    on_disk = dc.data.DiskDataset.create_dataset(iter(shards), data_dir=str(tmp_path))
    model = make_model()
    model.fit(on_disk, nb_epoch=2, checkpoint_interval=0)
    np.testing.assert_array_equal(model.predict(on_disk), model.predict(train))


def test_fit_on_batch__works(make_model, train):
    assert np.isfinite(make_model().fit_on_batch(train.X, train.y, train.w))


def test_hyperparameter_search__deepchems_grid_search_builds_the_model(train, valid):
    def build(**kwargs):
        return models.TFBindingModel(length=30, batch_size=50, seed=0, **kwargs)

    search = dc.hyper.GridHyperparamOpt(build)
    best, parameters, _ = search.hyperparam_search(
        {"learning_rate": [0.01], "filters": [4, 8]}, train, valid, ROC_AUC, nb_epoch=1
    )
    assert isinstance(best, models.TFBindingModel)
    assert parameters["filters"] in (4, 8)


def test_many_models__are_trained_and_predict_without_a_warning_of_tensorflow(caplog):
    train, valid = simulated_sirna_datasets(n_train=40, n_valid=20, seed=0)
    with caplog.at_level(logging.WARNING, logger="tensorflow"):
        tf.get_logger().addHandler(caplog.handler)
        for seed in range(6):
            model = models.SiRNAEfficacyModel(batch_size=20, seed=seed)
            model.fit(train, nb_epoch=1, checkpoint_interval=0)
            model.predict(valid)
            model.predict_uncertainty(valid, masks=2)
        tf.get_logger().removeHandler(caplog.handler)
    assert [record.getMessage()[:80] for record in caplog.records if "retracing" in record.getMessage()] == []


def test_fit__losses_and_networks_from_elsewhere_may_have_conditions_on_tensors(train):
    class Gate(keras.layers.Layer):
        def call(self, inputs):
            if tf.reduce_sum(inputs) > 0:  # what only a translation to a graph can ask
                inputs = 2 * inputs
            return inputs

    def loss(outputs, labels, weights):
        error = tf.reduce_mean((outputs[0] - labels[0]) ** 2)
        if error > 0:
            error = error + 1
        return error

    length = train.X.shape[1]
    own = models.TFBindingModel(length=length, seed=0, progress=False)
    assert own.fit(train, nb_epoch=1, checkpoint_interval=0, loss=loss) > 1
    sequence = keras.layers.Input((length, 4))
    total = keras.layers.Dense(1)(keras.layers.Flatten()(Gate()(sequence)))
    other = models.GenomicsModel(keras.Model(sequence, total), loss, {}, length=length, progress=False)
    assert other.fit(train, nb_epoch=1, checkpoint_interval=0) > 1
    assert other.predict(train).shape == (len(train), 1)
