"""Weights from another network: ``load_from_pretrained``."""

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.errors import BadValueError, ShapeMismatchError


@pytest.fixture
def source(make_model, train, tmp_path):
    model = make_model(model_dir=tmp_path / "source")
    model.fit(train, nb_epoch=1)
    return model


def with_signals(signals, **kwargs):
    return models.AccessibilityTFBindingModel(signals, length=30, seed=8, **kwargs)


def test_transfer__to_the_accessibility_model_copies_all_but_the_last_layer(source, signals):
    model = with_signals(signals)
    top = {name: values for name, values in model.arrays().items() if "logits" in name}
    model.load_from_pretrained(source, include_top=False)
    copied, mine = source.arrays(), model.arrays()
    convolutions = [name for name in mine if "conv" in name and "draws" not in name]
    assert len(convolutions) == 6
    for name in convolutions:
        np.testing.assert_array_equal(mine[name], copied[name])
    for name, values in top.items():
        np.testing.assert_array_equal(mine[name], values)


def test_transfer__by_its_defaults_says_what_does_not_fit_and_copies_nothing(source, signals):
    model = with_signals(signals)
    before = model.arrays()
    with pytest.raises(
        ShapeMismatchError, match=mentions("logits/kernel:0", "(452, 1)", "(450, 1)", "include_top=False")
    ):
        model.load_from_pretrained(source)
    for name, values in model.arrays().items():
        np.testing.assert_array_equal(values, before[name])


def test_transfer__between_equal_networks_predicts_the_same(source, make_model, valid):
    model = make_model(seed=9)
    model.load_from_pretrained(source)
    np.testing.assert_array_equal(model.predict(valid), source.predict(valid))


def test_transfer__takes_statistics_of_batch_normalization_too(train, valid):
    source, model = (models.RCTFBindingModel(length=30, filters=4, batch_size=50, seed=seed) for seed in (1, 2))
    source.fit(train, nb_epoch=2)
    model.load_from_pretrained(source)
    np.testing.assert_array_equal(model.predict(valid), source.predict(valid))


def test_transfer__of_a_loaded_model_takes_its_present_weights(source, make_model, valid, tmp_path):
    source.save(tmp_path / "saved")
    model = make_model(seed=9)
    model.load_from_pretrained(models.load(tmp_path / "saved"))
    np.testing.assert_array_equal(model.predict(valid), source.predict(valid))


def test_transfer__of_a_checkpoint_by_its_folder(source, make_model, valid, tmp_path):
    expected = source.predict(valid)
    model = make_model(seed=9)
    model.load_from_pretrained(make_model(seed=10), model_dir=str(tmp_path / "source"))
    np.testing.assert_array_equal(model.predict(valid), expected)


def test_transfer__maps_of_ones_own_are_checked_first(source, make_model):
    model = make_model(filters=4)
    kernel, other = source.model.trainable_variables[:1], model.model.trainable_variables[:1]
    with pytest.raises(ShapeMismatchError, match=mentions("(10, 4, 4)", "(10, 4, 15)")):
        model.load_from_pretrained(source, {kernel[0].ref(): other[0]})
    with pytest.raises(BadValueError, match=mentions("value_map", "conv1/kernel:0")):
        model.load_from_pretrained(source, {kernel[0].ref(): other[0]}, {})
    value = np.full(other[0].shape, 0.5)
    model.load_from_pretrained(source, {kernel[0].ref(): other[0]}, {kernel[0].ref(): value})
    np.testing.assert_array_equal(other[0].numpy(), value)


def test_transfer__refuses_other_kinds_of_sources(make_model, source):
    with pytest.raises(BadValueError, match=mentions("KmerRegression")):
        make_model().load_from_pretrained(models.KmerRegression())
    with pytest.raises(ShapeMismatchError, match=mentions("8", "6")):
        make_model(n_layers=2).load_from_pretrained(source)


def test_transfer__of_a_network_in_deepchems_own_model():
    network = models.TFBindingModel(length=30, seed=4).model
    plain = dc.models.KerasModel(network, dc.models.losses.SigmoidCrossEntropy(), output_types=["prediction", "loss"])
    model = models.TFBindingModel(length=30, seed=5)
    model.load_from_pretrained(plain)
    np.testing.assert_array_equal(model.model.get_weights()[0], network.get_weights()[0])
