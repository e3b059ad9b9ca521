"""save and load: nothing pickled, nothing half-made, nothing read that was not written."""

import copy
import json
import pickle
from pathlib import Path

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import metrics, models, tuning
from deepchem_genomics.errors import (
    BadValueError,
    MissingIdError,
    ModelFolderError,
    SequenceLengthError,
    ShapeMismatchError,
    SideInputError,
    UnknownBaseError,
)
from deepchem_genomics.io.outputs import MARKER


@pytest.fixture
def saved(trained, tmp_path):
    trained.save(tmp_path / "model")
    return tmp_path / "model"


def test_save__load_predicts_the_same_to_the_bit(saved, trained, valid):
    np.testing.assert_array_equal(models.load(saved).predict(valid), trained.predict(valid))
    np.testing.assert_array_equal(models.TFBindingModel.load(saved).predict(valid), trained.predict(valid))


def test_save__writes_a_configuration_and_weights_and_nothing_else(saved):
    assert sorted(file.name for file in saved.iterdir()) == [MARKER, "config.json", "weights.npz"]
    with np.load(saved / "weights.npz", allow_pickle=False) as weights:
        assert all(weights[name].dtype.kind in "fi" for name in weights.files)
    config = json.loads((saved / "config.json").read_text())
    assert config["class"] == "TFBindingModel"
    assert config["training"]["steps"] == 15


def test_save__refuses_to_replace_unless_told(saved, trained):
    with pytest.raises(FileExistsError, match=mentions(str(saved))):
        trained.save(saved)
    trained.save(saved, overwrite=True)
    assert sorted(path.name for path in saved.parent.iterdir()) == ["model"]


@pytest.mark.parametrize(
    ("builder", "space"),
    [
        (lambda **one: models.TFBindingModel(length=30, batch_size=50, seed=1, **one), {"filters": [2, 3]}),
        (lambda model_dir, **one: models.KmerRegression(**one), {"k": [2, 3]}),
    ],
    ids=["network", "k-mers"],
)
@pytest.mark.parametrize("search", [dc.hyper.GridHyperparamOpt, tuning.GridSearch])
def test_save__deepchems_search_runs_twice_in_one_folder(search, builder, space, train, valid, tmp_path):
    for _ in range(2):
        best, _, scores = search(builder).hyperparam_search(
            space, train, valid, metrics.roc_auc, nb_epoch=1, logdir=str(tmp_path)
        )
        assert len(scores) == 2
    loaded = models.load(Path(best.model_dir) / "saved")
    np.testing.assert_array_equal(loaded.predict(valid), best.predict(valid))


def test_save__deepchems_search_over_a_misspelled_argument_ends(train, valid):
    search = dc.hyper.GridHyperparamOpt(lambda **one: models.TFBindingModel(length=30, **one))
    with pytest.raises(TypeError, match=mentions("'n_filters'", "mean filters?")):
        search.hyperparam_search({"n_filters": [2, 3]}, train, valid, metrics.roc_auc, nb_epoch=1)


def test_save__a_failure_leaves_nothing(trained, tmp_path, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("No space left on device")

    monkeypatch.setattr("deepchem_genomics.models.saving.write_arrays", fail)
    with pytest.raises(OSError, match="No space left"):
        trained.save(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_load__continues_training_with_the_same_optimizer(make_model, train, tmp_path):
    schedule = dc.models.optimizers.ExponentialDecay(0.02, decay_rate=0.5, decay_steps=5)
    make_model(learning_rate=schedule).save(tmp_path / "model")
    loaded = models.load(tmp_path / "model")
    assert vars(loaded.optimizer.learning_rate) == vars(schedule)
    assert loaded.batch_size == 50
    assert np.isfinite(loaded.fit(train, nb_epoch=1, checkpoint_interval=0))


def test_load__a_second_input_keeps_the_scaling_of_training(make_two_input_model, signals, train, valid, tmp_path):
    scaled = signals.scaled("log-standard", train.ids)
    model = make_two_input_model(scaled)
    model.fit(train, nb_epoch=1, checkpoint_interval=0)
    model.save(tmp_path / "model")
    raw = type(signals)(signals.ids, signals.values, names=signals.names)
    loaded = models.load(tmp_path / "model", side_inputs=raw)
    np.testing.assert_array_equal(loaded.predict(valid), model.predict(valid))


def test_load__without_signals_a_second_input_is_missed_at_predict(trained_two_input, valid, tmp_path):
    trained_two_input.save(tmp_path / "model")
    loaded = models.load(tmp_path / "model")
    with pytest.raises(MissingIdError, match=mentions("chr1:1000-1030", "dnase, atac", "models.load")):
        loaded.predict(valid)


def test_load__refuses_another_number_of_tracks(trained_two_input, signals, tmp_path):
    trained_two_input.save(tmp_path / "model")
    one_track = type(signals)(signals.ids, signals.values[:, :1])
    with pytest.raises(SideInputError, match=mentions("dnase, atac", "track_0")):
        models.load(tmp_path / "model", side_inputs=one_track)


def test_load__says_how_values_of_a_side_input_are_passed(trained_two_input, tmp_path):
    trained_two_input.save(tmp_path / "model")
    with pytest.raises(SideInputError, match=mentions("accessibility", "'dnase.bw'", "side_inputs={'accessibility':")):
        models.load(tmp_path / "model", accessibility="dnase.bw")


@pytest.mark.parametrize("name", ["config.json", "weights.npz"])
def test_load__names_the_piece_that_a_half_written_folder_lacks(saved, name):
    (saved / name).unlink()
    with pytest.raises(ModelFolderError, match=mentions(name)):
        models.load(saved)


def test_load__refuses_weights_that_were_changed(saved):
    file = saved / "weights.npz"
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(ModelFolderError, match=mentions("weights.npz", "config.json")):
        models.load(saved)


def test_load__refuses_a_configuration_that_is_not_one(saved):
    (saved / "config.json").write_text('{"format": 2, "class": "TFBind')
    with pytest.raises(ModelFolderError, match=mentions("configuration")):
        models.load(saved)
    (saved / "config.json").write_text('{"format": 99}')
    with pytest.raises(ModelFolderError, match=mentions("99", "2")):
        models.load(saved)
    (saved / "config.json").write_text('{"format": 2}')
    with pytest.raises(ModelFolderError, match=mentions("alphabet, arguments, calibrations, class")):
        models.load(saved)


def test_load__refuses_a_configuration_that_was_changed(saved):
    config = json.loads((saved / "config.json").read_text())
    config["arguments"]["dropout"] += 0.1
    (saved / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelFolderError, match=mentions("config.json", "changed")):
        models.load(saved)


@pytest.mark.parametrize("name", ["os.system", "load", "Calibration", ""])
def test_load__refuses_a_class_it_does_not_know(saved, change_config, name):
    change_config(saved, **{"class": name})
    with pytest.raises(ModelFolderError, match=mentions(name, "--plugin")):
        models.load(saved)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("class", ["TFBindingModel"]),
        ("arguments", []),
        ("alphabet", None),
        ("length", "30"),
        ("side_inputs", None),
        ("calibrations", {}),
        ("members", None),
        ("members", False),
        ("files", "weights.npz"),
        ("training", []),
    ],
)
def test_load__names_what_is_of_another_kind_than_it_should_be(saved, change_config, name, value):
    change_config(saved, **{name: value})
    with pytest.raises(ModelFolderError, match=mentions("config.json", name, repr(value))):
        models.load(saved)


@pytest.mark.parametrize("changes", [{"length": 31}, {"length": None}, {"alphabet": "ACGU"}])
def test_load__refuses_a_configuration_that_contradicts_its_arguments(saved, change_config, changes):
    change_config(saved, **changes)
    with pytest.raises(ModelFolderError, match=mentions("30", "ACGT")):
        models.load(saved)


def test_load__refuses_another_class_than_asked_for(saved):
    with pytest.raises(ModelFolderError, match=mentions("TFBindingModel", "SiRNAEfficacyModel")):
        models.SiRNAEfficacyModel.load(saved)


def test_load__refuses_weights_of_another_network(make_model, change_config, tmp_path):
    make_model(filters=7).save(tmp_path / "other")
    config = json.loads((tmp_path / "other" / "config.json").read_text())
    change_config(tmp_path / "other", arguments={**config["arguments"], "filters": 15})
    with pytest.raises(ModelFolderError, match=mentions("TFBindingModel")):
        models.load(tmp_path / "other")


def test_load__a_missing_folder_is_named(tmp_path):
    with pytest.raises(ModelFolderError, match=mentions("nowhere", "folder")):
        models.load(tmp_path / "nowhere")


def test_predict_sequences__refuses_another_alphabet_or_length(trained):
    assert trained.predict_sequences(["acgtn" * 6]).shape == (1, 1)
    with pytest.raises(UnknownBaseError, match="'U'"):
        trained.predict_sequences(["ACGU" * 7 + "AC"])
    with pytest.raises(ShapeMismatchError, match=mentions("(N, 4, 4)")):
        trained.predict_sequences(["ACGT"])
    with pytest.raises(SequenceLengthError):
        trained.predict_sequences(["ACGT", "ACG"])


def test_predict_sequences__agrees_with_predict(trained_two_input, valid):
    from deepchem_genomics.feat import decode

    predicted = trained_two_input.predict_sequences(decode(valid.X), ids=valid.ids)
    np.testing.assert_array_equal(predicted, trained_two_input.predict(valid))


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))])
def test_copy__of_a_model_that_is_no_network_has_a_folder_of_its_own(copied, train):
    model = models.Blend([models.KmerRegression(k=3), models.GCContentRegression()])
    model.fit(train)
    expected = model.predict(train)
    other = copied(model)
    np.testing.assert_array_equal(other.predict(train), expected)
    folders = {Path(each.model_dir) for each in (model, other)}
    assert len(folders) == 2 and all(folder.is_dir() for folder in folders)
    del other
    model.save()
    np.testing.assert_array_equal(models.load(Path(model.model_dir) / "saved").predict(train), expected)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, pickle.dumps])
def test_copy__of_a_network_is_refused(copied, make_model):
    with pytest.raises(BadValueError, match=mentions("TFBindingModel", "models.load(folder)")):
        copied(models.Ensemble([make_model()]) if copied is not copy.copy else make_model())
