"""A network with two side inputs, of one and of two tracks: everything that one of them can do."""

from concurrent.futures import ThreadPoolExecutor

import deepchem as dc
import numpy as np
import pytest
import tf_keras as keras
from deepchem.models.losses import SigmoidCrossEntropy
from messages import mentions

from deepchem_genomics import interpret, models
from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import BadValueError, ShapeMismatchError, SideInputError

LENGTH, N = 20, 40
IDS = np.array([f"chr1:{i}-{i + LENGTH}" for i in range(N)])


class TwoSides(models.GenomicsModel):
    mode = "classification"

    def __init__(self, openness, conservation, n_tasks=1, length=LENGTH, seed=None, **kwargs):
        start = keras.initializers.GlorotUniform
        sides = {"openness": openness, "conservation": conservation}
        inputs = [keras.layers.Input((length, 4)), *(keras.layers.Input((s.n_tracks,)) for s in sides.values())]
        joined = keras.layers.Concatenate()([keras.layers.Flatten()(inputs[0]), *inputs[1:]])
        hidden = keras.layers.Dense(6, activation="tanh", kernel_initializer=start(seed))(joined)
        logits = keras.layers.Dense(n_tasks, kernel_initializer=start(seed))(hidden)
        super().__init__(
            keras.Model(inputs, [keras.layers.Activation("sigmoid")(logits), logits]),
            SigmoidCrossEntropy(),
            {"n_tasks": n_tasks, "length": length},
            length=length,
            side_inputs=sides,
            output_types=["prediction", "loss"],
            seed=seed,
            **kwargs,
        )


@pytest.fixture(scope="module")
def table():
    values = np.random.default_rng(0).lognormal(size=(N, 3)).astype(np.float32)
    return SideInput(IDS, values, names=["openness", "conservation.phyloP", "conservation.phastCons"])


@pytest.fixture(scope="module")
def rows():
    letters = np.random.default_rng(1).integers(0, 4, (N, LENGTH))
    return dc.data.NumpyDataset(np.eye(4, dtype=np.int8)[letters], (letters[:, :1] == 0).astype(np.float32), ids=IDS)


@pytest.fixture(scope="module")
def model(table, rows):
    sides = models.side_inputs.of_table(table)
    scaled = {name: sides[name].scaled("log-standard", IDS) for name in ("openness", "conservation")}
    model = TwoSides(**scaled, seed=1, batch_size=10, learning_rate=0.01)
    model.fit(rows, nb_epoch=3, checkpoint_interval=0)
    return model


def test_model__is_saved_and_takes_a_table_whose_columns_are_in_another_order(model, table, rows, tmp_path):
    model.save(tmp_path / "model")
    turned = table.select(["conservation.phastCons", "openness", "conservation.phyloP"])
    loaded = models.load(tmp_path / "model", side_inputs=turned)
    np.testing.assert_array_equal(loaded.predict(rows), model.predict(rows))
    by_name = {"openness": table, "conservation": table}
    np.testing.assert_array_equal(
        models.load(tmp_path / "model", side_inputs=by_name).predict(rows), model.predict(rows)
    )


def test_model__refuses_values_that_lack_a_track(model, table, tmp_path):
    model.save(tmp_path / "model")
    with pytest.raises(SideInputError, match=r"conservation\.phastCons"):
        models.load(tmp_path / "model", side_inputs=table.select(["openness", "conservation.phyloP"]))


def test_gradients__are_those_of_finite_differences_for_each_side_input(model, rows):
    found = interpret.input_gradients(model, rows.X[:3], IDS[:3])
    assert {name: values.shape for name, values in found.side_inputs.items()} == {
        "openness": (3, 1),
        "conservation": (3, 2),
    }
    inputs = [values.astype(np.float32) for values in model.batch_inputs(rows.X[:3], IDS[:3])]
    step = 1e-2
    for number, name in enumerate(found.side_inputs, start=1):
        for track in range(inputs[number].shape[1]):
            logits = []
            for sign in (1, -1):
                moved = [values.copy() for values in inputs]
                moved[number][:, track] += sign * step
                logits.append(model.model(moved)[1].numpy()[:, 0])
            difference = (logits[0] - logits[1]) / (2 * step)
            np.testing.assert_allclose(found.side_inputs[name][:, track], difference, atol=1e-3)


def test_integrated_gradients__add_up_over_the_sequence_and_both_side_inputs(model, rows):
    found = interpret.integrated_gradients(
        model, rows.X[:3], IDS[:3], n_steps=300, side_baselines={"openness": [1.0]}, baseline="zeros"
    )
    assert set(found.side_inputs) == {"openness", "conservation"}
    total = found.sequence.sum(axis=(1, 2)) + sum(values.sum(axis=1) for values in found.side_inputs.values())
    assert np.abs(found.completeness_gap).max() < 0.01 * np.abs(total).max()
    with pytest.raises(BadValueError, match="methylation"):
        interpret.integrated_gradients(model, rows.X[:1], IDS[:1], side_baselines={"methylation": [0.0]})


def test_saliency_and_mutagenesis__take_both(model, rows):
    _, of_logit = model.compute_saliency(rows.X[:2], IDS[:2])
    assert [part.shape for part in of_logit] == [(2, 1, LENGTH, 4), (2, 1, 1), (2, 1, 2)]
    effects = interpret.saturation_mutagenesis(model, rows.X[:2], IDS[:2]).effects
    changed = rows.X[:1].copy()
    changed[0, 5] = np.roll(changed[0, 5], 1)
    letter = changed[0, 5].argmax()
    predicted = [model.predict(dc.data.NumpyDataset(X, ids=IDS[:1]))[0, 0] for X in (rows.X[:1], changed)]
    assert effects[0, 5, letter] == pytest.approx(predicted[1] - predicted[0], abs=1e-6)


def test_side_input_effects__are_what_the_prediction_loses_without_each_track(model, table, rows):
    medians = {
        "openness": np.median(table.values[:, :1], axis=0),
        "conservation": np.median(table.values[:, 1:], axis=0),
    }
    effects = interpret.side_input_effects(model, rows.X, IDS, medians)
    before = model.side_inputs
    changed = table.values.copy()
    changed[:, 2] = np.median(changed[:, 2])
    model.attach(SideInput(IDS, changed, names=table.names))
    without = model.predict(rows)[:, 0]
    model.side_inputs = before
    np.testing.assert_allclose(effects["conservation"][:, 1], model.predict(rows)[:, 0] - without, atol=1e-6)
    with pytest.raises(BadValueError, match="conservation"):
        interpret.side_input_effects(model, rows.X, IDS, {"openness": medians["openness"]})


def test_side_input_effects__in_threads_are_those_of_one_after_the_other(model, rows):
    baselines = {"openness": [0.5], "conservation": [0.1, 0.2]}
    both = models.Blend([model, models.Ensemble([model])])
    expected = interpret.side_input_effects(both, rows.X, IDS, baselines)
    with ThreadPoolExecutor(4) as threads:
        several = list(threads.map(lambda _: interpret.side_input_effects(both, rows.X, IDS, baselines), range(8)))
    for found in several:
        for name, values in expected.items():
            np.testing.assert_array_equal(found[name], values)


@pytest.mark.parametrize("explained", [interpret.side_input_effects, interpret.integrated_gradients])
@pytest.mark.parametrize(
    ("given", "error", "facts"),
    [
        ({"conservation": [0.5]}, ShapeMismatchError, ["conservation", "(1,)", "(2,)"]),
        ({"conservation": 0.5}, ShapeMismatchError, ["conservation", "()", "(2,)"]),
        ({"conservation": [0.5, 0.1, 0.2]}, ShapeMismatchError, ["conservation", "(3,)", "(2,)"]),
        ({"conservation": [0.5, np.nan]}, BadValueError, ["conservation", "nan"]),
        ({"conservation": [0.5, 0.5], "opennes": [1.0]}, BadValueError, ["opennes", "openness"]),
    ],
)
def test_side_baselines__that_do_not_fit_are_refused(model, rows, explained, given, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        explained(model, rows.X, IDS, side_baselines={"openness": [0.5], **given})
