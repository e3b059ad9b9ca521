"""Saturation mutagenesis: the same numbers as one mutant at a time, for every kind of model."""

import deepchem as dc
import numpy as np
import pytest
from deepchem.metrics.genomic_metrics import in_silico_mutagenesis
from messages import mentions

from deepchem_genomics import interpret, models
from deepchem_genomics.errors import BadValueError, EmptyInputError, MissingIdError, ShapeMismatchError


def one_by_one(predict, X, ids):
    """Mutate in the obvious way: a loop over sequences, positions and letters."""
    effects = np.full(X.shape, np.nan)
    for n in range(len(X)):
        reference = predict(X[n : n + 1], ids[n : n + 1])
        for position in range(X.shape[1]):
            if X[n, position].sum() != 1:
                continue
            for letter in range(4):
                mutant = X[n : n + 1].copy()
                mutant[0, position] = np.eye(4)[letter]
                effects[n, position, letter] = predict(mutant, ids[n : n + 1]) - reference
    return effects


def predicted_by(model, task=0):
    return lambda X, ids: float(np.reshape(model.predict(dc.data.NumpyDataset(X, ids=ids)), (1, -1))[0, task])


@pytest.mark.parametrize("name", ["sequence_model", "two_input_model", "strand_model"])
def test_saturation_mutagenesis__is_what_a_loop_over_mutants_gives(name, windows, request):
    model, X, ids = request.getfixturevalue(name), windows[0][:1], windows[1][:1]
    found = interpret.saturation_mutagenesis(model, X, ids)
    assert found.effects.dtype == np.float32 and found.effects.shape == X.shape
    np.testing.assert_allclose(found.effects, one_by_one(predicted_by(model), X, ids), rtol=1e-4, atol=2e-6)
    np.testing.assert_allclose(found.reference, model.predict(dc.data.NumpyDataset(X, ids=ids))[:, 0], atol=1e-6)


def test_saturation_mutagenesis__is_0_at_the_reference_and_nan_at_unknown_bases(sequence_model, windows):
    X = windows[0]
    effects = interpret.saturation_mutagenesis(sequence_model, X).effects
    unknown = X.sum(axis=2) == 0
    assert unknown.sum() == 4
    np.testing.assert_array_equal(np.isnan(effects), np.repeat(unknown[:, :, None], 4, axis=2))
    np.testing.assert_array_equal(effects[X == 1], 0)


def test_saturation_mutagenesis__takes_a_shared_out_base_for_unknown(sequence_model, windows):
    X = windows[0][2:3].astype(np.float32)
    X[0, 7] = [0.5, 0, 0.5, 0]
    effects = interpret.saturation_mutagenesis(sequence_model, X).effects
    assert np.isnan(effects[0]).all(axis=1).nonzero()[0].tolist() == [7]


@pytest.mark.parametrize("batch_size", [1, 100, 500])
def test_saturation_mutagenesis__does_not_depend_on_the_batch_size(two_input_model, windows, batch_size):
    X, ids = windows[0][:7], windows[1][:7]
    whole = interpret.saturation_mutagenesis(two_input_model, X, ids)
    parts = interpret.saturation_mutagenesis(two_input_model, X, ids, batch_size=batch_size)
    np.testing.assert_allclose(parts.effects, whole.effects, atol=1e-6)


def test_saturation_mutagenesis__leaves_the_input_and_the_network_as_they_are(strand_model, windows):
    X, ids = windows[0][:3].copy(), windows[1][:3]
    before = [weight.copy() for weight in strand_model.model.get_weights()]
    interpret.saturation_mutagenesis(strand_model, X, ids)
    interpret.saturation_mutagenesis(strand_model, X, ids, scale="logit")
    interpret.integrated_gradients(strand_model, X, ids, n_steps=2)
    for old, new in zip(before, strand_model.model.get_weights(), strict=True):
        np.testing.assert_array_equal(new, old)
    np.testing.assert_array_equal(X, windows[0][:3])
    assert strand_model.progress is False


def test_saturation_mutagenesis__holds_accessibility_at_the_value_of_the_id(two_input_model, windows, signals):
    X, ids = np.repeat(windows[0][5:6], 2, axis=0), windows[1][[5, 9]]
    logits = interpret.saturation_mutagenesis(two_input_model, X, ids, scale="logit")
    weights = two_input_model.model.get_layer("logits").get_weights()[0][-2:, 0]
    expected = float(np.diff(signals.lookup(ids), axis=0)[0] @ weights)
    # a linear last layer: accessibility moves the reference and not the effects
    assert np.diff(logits.reference)[0] == pytest.approx(expected, rel=1e-4)
    np.testing.assert_allclose(logits.effects[0], logits.effects[1], atol=1e-5)


def test_saturation_mutagenesis__on_the_logit_is_that_of_the_probability(sequence_model, windows):
    X = windows[0][2:5]
    on_logit = interpret.saturation_mutagenesis(sequence_model, X, scale="logit")
    p = interpret.saturation_mutagenesis(sequence_model, X)
    probability = p.reference[:, None, None] + p.effects
    expected = np.log(probability / (1 - probability)) - on_logit.reference[:, None, None]
    np.testing.assert_allclose(on_logit.effects, expected, rtol=1e-3, atol=1e-3)


def test_saturation_mutagenesis__finds_the_logit_of_a_sigmoid_inside_a_dense_layer(guides):
    model = models.SiRNAEfficacyModel(seed=1, progress=False)
    p = interpret.saturation_mutagenesis(model, guides.X[:2])
    on_logit = interpret.saturation_mutagenesis(model, guides.X[:2], scale="logit")
    np.testing.assert_allclose(on_logit.reference, np.log(p.reference / (1 - p.reference)), atol=1e-5)


def test_saturation_mutagenesis__takes_models_that_are_no_networks(guides, windows, dataset):
    labeled = dc.data.NumpyDataset(guides.X, guides.y, ids=guides.ids)
    process = models.SiRNAGaussianProcess()
    process.fit(labeled)
    words = models.KmerRegression()
    words.fit(dataset)
    for model, X, ids in [(process, guides.X[:1], guides.ids[:1]), (words, dataset.X[5:6], dataset.ids[5:6])]:
        found = interpret.saturation_mutagenesis(model, X, ids).effects
        np.testing.assert_allclose(found, one_by_one(predicted_by(model), X, ids), atol=1e-6)
    with pytest.raises(BadValueError, match=mentions("SiRNAGaussianProcess", "network")):
        interpret.saturation_mutagenesis(process, guides.X[:1], scale="logit")


def test_saturation_mutagenesis__of_an_ensemble_is_the_mean_of_its_members(sequence_model, windows):
    other = models.TFBindingModel(length=24, kernel_size=5, filters=6, seed=2, progress=False)
    X = windows[0][:3]
    together = interpret.saturation_mutagenesis(models.Ensemble([sequence_model, other]), X, scale="logit")
    alone = [interpret.saturation_mutagenesis(model, X, scale="logit") for model in (sequence_model, other)]
    np.testing.assert_allclose(together.effects, (alone[0].effects + alone[1].effects) / 2, atol=1e-5)


def test_saturation_mutagenesis__is_calibrated_as_predict_is(windows, dataset):
    model = models.TFBindingModel(length=24, kernel_size=5, filters=6, seed=1, progress=False)
    model.calibrate(dataset)
    X = windows[0][2:3]
    found = interpret.saturation_mutagenesis(model, X)
    assert found.reference[0] == pytest.approx(model.predict(dc.data.NumpyDataset(X))[0, 0], abs=1e-6)


class Recorder:
    """Notes how many rows it is requested."""

    def __init__(self):
        self.asked = []

    def predict(self, dataset):
        self.asked.append(len(dataset.X))
        return dataset.X[:, 0, :1].astype(float)


def test_saturation_mutagenesis__hands_over_only_mutants_and_no_more_than_the_batch_size(windows):
    recorder, X = Recorder(), windows[0]
    found = interpret.saturation_mutagenesis(recorder, X, batch_size=300)
    assert sum(recorder.asked) == len(X) + 3 * X.sum()  # each sequence once, three mutants of each known base
    assert max(recorder.asked) <= 300
    np.testing.assert_array_equal(found.effects[2:, 1:], 0)
    np.testing.assert_array_equal(found.effects[2:, 0, 0], 1 - X[2:, 0, 0])


def test_saturation_mutagenesis__shows_a_bar_when_asked(sequence_model, windows, capsys):
    interpret.saturation_mutagenesis(sequence_model, windows[0][:2])
    assert capsys.readouterr().err == ""
    interpret.saturation_mutagenesis(sequence_model, windows[0][:2], progress=True)
    assert "mutating: 100%" in capsys.readouterr().err


class TransposedForDeepChem:
    """A model as DeepChem's in_silico_mutagenesis calls it: (N, letters, L, 1)."""

    def __init__(self, model):
        self.model = model

    def predict(self, dataset):
        return self.model.predict(dc.data.NumpyDataset(dataset.X[..., 0].transpose(0, 2, 1)))


def test_saturation_mutagenesis__is_deepchems_with_the_sign_turned(sequence_model, windows):
    X = windows[0][2:5]
    theirs = in_silico_mutagenesis(TransposedForDeepChem(sequence_model), X.transpose(0, 2, 1)[..., None].copy())
    ours = interpret.saturation_mutagenesis(sequence_model, X).effects
    np.testing.assert_allclose(ours, -theirs[0, ..., 0].transpose(0, 2, 1), atol=1e-6)


def test_mutagenesis__hypothetical_contributions_are_centered(sequence_model, windows):
    X = windows[0][:4]
    found = interpret.saturation_mutagenesis(sequence_model, X)
    np.testing.assert_allclose(found.hypothetical.sum(axis=2), 0, atol=1e-6)
    np.testing.assert_allclose((X * found.hypothetical).sum(axis=2), found.per_base, atol=1e-6)
    assert (found.per_base[0, 5], found.per_base[1, 0]) == (0, 0)  # unknown


class Constant:
    """Predicts one shape whatever it is asked."""

    def __init__(self, shape):
        self.shape = shape

    def predict(self, dataset):
        return np.zeros((len(dataset.X), *self.shape))


def test_saturation_mutagenesis__takes_any_array_of_predictions():
    X = np.eye(4, dtype=np.int8)[[[0, 1, 2]]]
    for shape in ((), (2,), (2, 2)):
        np.testing.assert_array_equal(interpret.saturation_mutagenesis(Constant(shape), X).effects, np.zeros((1, 3, 4)))
    with pytest.raises(BadValueError, match=mentions("Constant.predict", "(1, 2, 3)", "1")):
        interpret.saturation_mutagenesis(Constant((2, 3)), X)


def test_saturation_mutagenesis__explains_what_it_cannot_take(sequence_model, two_input_model, windows):
    X, ids = windows
    with pytest.raises(ShapeMismatchError, match=mentions("X", "(60, 24)", "(N, L, 4)")):
        interpret.saturation_mutagenesis(sequence_model, X[:, :, 0])
    with pytest.raises(ShapeMismatchError, match=mentions("TFBindingModel", "(N, 24, 4)", "(N, 20, 4)")):
        interpret.saturation_mutagenesis(sequence_model, X[:, :20])
    with pytest.raises(ShapeMismatchError, match=mentions("60", "ids", "(3,)")):
        interpret.saturation_mutagenesis(two_input_model, X, ids[:3])
    with pytest.raises(EmptyInputError, match=mentions("bases")):
        interpret.saturation_mutagenesis(sequence_model, X[:0])
    with pytest.raises(BadValueError, match=mentions("accessibility", "id")):
        interpret.saturation_mutagenesis(two_input_model, X)
    with pytest.raises(MissingIdError):
        interpret.saturation_mutagenesis(two_input_model, X[:1], ["chr9:0-24"])
    with pytest.raises(BadValueError, match=mentions("task", "1", "0")):
        interpret.saturation_mutagenesis(sequence_model, X, task=1)
    with pytest.raises(BadValueError, match=mentions("scale", "odds", "'prediction'", "'logit'")):
        interpret.saturation_mutagenesis(sequence_model, X, scale="odds")
    with pytest.raises(BadValueError, match=mentions("batch_size", "0")):
        interpret.saturation_mutagenesis(sequence_model, X, batch_size=0)
