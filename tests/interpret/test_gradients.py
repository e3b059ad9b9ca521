"""Gradients and integrated gradients, of every input; completeness."""

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import feat, interpret, models
from deepchem_genomics.errors import BadValueError, ShapeMismatchError
from deepchem_genomics.interpret.gradients import NetworkOutput, network_inputs


def logits_of(model, inputs):
    return NetworkOutput(model)([np.asarray(values, np.float32) for values in inputs]).numpy()[:, 0].astype(float)


@pytest.mark.parametrize("name", ["sequence_model", "two_input_model", "strand_model"])
@pytest.mark.parametrize("baseline", ["zeros", interpret.Shuffled(2, seed=1)])
def test_integrated_gradients__are_complete(name, baseline, windows, request):
    model, X, ids = request.getfixturevalue(name), windows[0][:6], windows[1][:6]
    found = interpret.integrated_gradients(model, X, ids, baseline, n_steps=200)
    total = found.sequence.sum(axis=(1, 2), dtype=float)
    assert list(found.side_inputs) == list(model.side_inputs)
    for shares in found.side_inputs.values():
        total += shares.sum(axis=1)
    scale = np.abs(found.sequence).sum(axis=(1, 2))
    assert (np.abs(found.completeness_gap) < 0.01 * scale).all(), found.completeness_gap / scale
    if baseline == "zeros":
        inputs = network_inputs(model, X, ids)
        start = [np.zeros_like(X, np.float32)]
        for table in model.side_inputs.values():
            start.append(np.broadcast_to(table.lookup(table.ids).mean(axis=0), (6, 2)))
        difference = logits_of(model, inputs) - logits_of(model, start)
        np.testing.assert_allclose(total - difference, found.completeness_gap, atol=1e-4)
        np.testing.assert_allclose(total, difference, atol=0.01 * scale.max())


def test_integrated_gradients__the_gap_shrinks_with_the_steps(sequence_model, windows):
    gaps = [
        np.abs(interpret.integrated_gradients(sequence_model, windows[0][:20], n_steps=steps).completeness_gap).mean()
        for steps in (2, 20, 200)
    ]
    assert gaps[0] > 3 * gaps[1] > 9 * gaps[2]


def test_integrated_gradients__are_what_a_loop_over_steps_gives(two_input_model, windows):
    X, ids = windows[0][3:4], windows[1][3:4]
    found = interpret.integrated_gradients(
        two_input_model, X, ids, n_steps=7, side_baselines={"accessibility": [0.5, 1]}
    )
    ends = network_inputs(two_input_model, X, ids)
    start = two_input_model.side_inputs["accessibility"].scaling.apply(np.array([[0.5, 1.0]]))
    gradients = [0.0, 0.0]
    for step in range(7):
        share = (step + 0.5) / 7
        point = [share * ends[0], start + share * (ends[1] - start)]
        for i, slope in enumerate(_slopes(two_input_model, point)):
            gradients[i] = gradients[i] + slope / 7
    np.testing.assert_allclose(found.sequence, X * gradients[0], atol=1e-5)
    np.testing.assert_allclose(found.side_inputs["accessibility"], (ends[1] - start) * gradients[1], atol=1e-5)


def _slopes(model, point):
    import tensorflow as tf

    tensors = [tf.constant(values, tf.float32) for values in point]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        logit = model.model(tensors)[1]
    return [slope.numpy() for slope in tape.gradient(logit, tensors)]


def test_integrated_gradients__per_base_is_what_the_letters_that_are_there_contribute(sequence_model, windows):
    for baseline in ("zeros", interpret.Shuffled(), np.full((24, 4), 0.25)):
        X = windows[0][2:7]
        found = interpret.integrated_gradients(sequence_model, X, baseline=baseline, n_steps=10)
        np.testing.assert_allclose(found.per_base, found.sequence.sum(axis=2), atol=1e-5)
        np.testing.assert_allclose(found.per_base, (X * found.hypothetical).sum(axis=2), atol=1e-5)


def test_integrated_gradients__follow_from_the_seed_and_not_from_the_batches(sequence_model, windows):
    X = windows[0][:10]
    first, second = (
        interpret.integrated_gradients(sequence_model, X, baseline=interpret.Shuffled(seed=4)) for _ in range(2)
    )
    np.testing.assert_array_equal(first.sequence, second.sequence)
    given = interpret.shuffled_backgrounds(X, 5, seed=4).reshape(10, 5, 24, 4)
    each = [interpret.integrated_gradients(sequence_model, X, baseline=given[:, i]).sequence for i in range(5)]
    np.testing.assert_allclose(first.sequence, np.mean(each, axis=0), atol=1e-5)


def test_integrated_gradients__of_an_unknown_base_are_0(sequence_model, windows):
    found = interpret.integrated_gradients(sequence_model, windows[0][:1], n_steps=5)
    assert not found.sequence[0, 5].any() and found.per_base[0, 5] == 0


def test_input_gradients__are_compute_saliencys_on_the_logit(two_input_model, windows):
    X, ids = windows[0][:5], windows[1][:5]
    found = interpret.input_gradients(two_input_model, X, ids)
    probability, logit = two_input_model.compute_saliency(X, ids)
    np.testing.assert_allclose(found.sequence, logit[0][:, 0], atol=1e-6)
    np.testing.assert_allclose(found.side_inputs["accessibility"], logit[1][:, 0], atol=1e-6)
    assert (found.scale, found.completeness_gap) == ("logit", None)
    on_probability = interpret.input_gradients(two_input_model, X, ids, scale="prediction")
    np.testing.assert_allclose(on_probability.sequence, probability[0][:, 0], atol=1e-6)


def test_input_gradients__are_slopes_also_before_a_sigmoid_inside_a_dense_layer(guides):
    model = models.SiRNAEfficacyModel(seed=1, progress=False)
    on_logit = interpret.input_gradients(model, guides.X[:3])
    on_efficacy = interpret.input_gradients(model, guides.X[:3], scale="prediction")
    efficacy = model.predict_sequences(feat.decode(guides.X[:3], feat.RNA))[:, :, None]
    assert on_logit.scale == "logit"
    np.testing.assert_allclose(on_logit.sequence * efficacy * (1 - efficacy), on_efficacy.sequence, atol=1e-6)


def test_input_gradients__hypothetical_contributions_are_centered(sequence_model, windows):
    found = interpret.input_gradients(sequence_model, windows[0])
    np.testing.assert_allclose(found.hypothetical.sum(axis=2), 0, atol=1e-6)
    assert found.side_inputs == {}


def test_input_gradients__of_an_ensemble_are_the_mean_of_its_members(sequence_model, windows):
    other = models.TFBindingModel(length=24, kernel_size=5, filters=6, seed=2, progress=False)
    together = interpret.input_gradients(models.Ensemble([sequence_model, other]), windows[0])
    alone = [interpret.input_gradients(model, windows[0]).sequence for model in (sequence_model, other)]
    np.testing.assert_allclose(together.sequence, np.mean(alone, axis=0), atol=1e-6)


def test_gradients__of_a_reverse_complement_are_turned_around(strand_model, windows):
    X, ids = windows[0][:4], windows[1][:4]
    for method in (interpret.input_gradients, interpret.integrated_gradients):
        forward, backward = method(strand_model, X, ids), method(strand_model, X[:, ::-1, ::-1], ids)
        np.testing.assert_allclose(forward.sequence, backward.sequence[:, ::-1, ::-1], atol=1e-4)


def test_gradients__explain_what_they_cannot_take(sequence_model, two_input_model, windows):
    X, ids = windows
    with pytest.raises(ShapeMismatchError, match=mentions("20", "TFBindingModel", "24")):
        interpret.input_gradients(sequence_model, X[:, :20])
    with pytest.raises(BadValueError, match=mentions("baseline", "'mean'", "'zeros'", "Shuffled")):
        interpret.integrated_gradients(sequence_model, X, baseline="mean")
    with pytest.raises(ShapeMismatchError, match=mentions("baseline", "(4,)", "(24, 4)", "(60, 24, 4)")):
        interpret.integrated_gradients(sequence_model, X, baseline=np.ones(4))
    with pytest.raises(BadValueError, match=mentions("side_baselines", "accessibility")):
        interpret.integrated_gradients(sequence_model, X, side_baselines={"accessibility": [1.0]})
    with pytest.raises(BadValueError, match=mentions("side_baselines", "phyloP", "accessibility")):
        interpret.integrated_gradients(two_input_model, X, ids, side_baselines={"phyloP": [1.0]})
    with pytest.raises(ShapeMismatchError, match=mentions("accessibility", "(1,)", "(2,)")):
        interpret.integrated_gradients(two_input_model, X, ids, side_baselines={"accessibility": [1.0]})
    with pytest.raises(BadValueError, match=mentions("n_steps", "0")):
        interpret.integrated_gradients(sequence_model, X, n_steps=0)
