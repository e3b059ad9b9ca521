"""The defects of DeepChem, and one of dask, that this package works around.

Each test asserts that the defect is still there. One that fails is good news: it is mended upstream, and the
workaround named next to it can go.
"""

import inspect
import subprocess
import sys
import textwrap

import deepchem as dc
import numpy as np
import pytest
import tensorflow as tf
import tf_keras as keras

from deepchem_genomics.models import GenomicsModel


class StockModel(dc.models.KerasModel):
    """DeepChem's own model, but with an optimizer that can be built whatever ``tf.keras`` is."""

    _ensure_built = GenomicsModel._ensure_built


def network(dropout: float = 0.0) -> keras.Model:
    inputs = keras.layers.Input((4,))
    return keras.Model(inputs, keras.layers.Dropout(dropout)(keras.layers.Dense(1)(inputs)))


def test_upstream__a_schedule_is_called_once_and_never_decays():
    """models.optimizers gives the schedule itself to the optimizer."""
    if int(tf.keras.__version__.split(".")[0]) > 2:
        schedule = dc.models.optimizers.ExponentialDecay(1.0, 0.5, 1)
        rate = schedule._create_tf_tensor(tf.Variable(0))
        assert not callable(rate)
        assert float(rate) == 1.0


def test_upstream__batches_are_shuffled_by_numpys_global_generator():
    """models.batches shuffles by a seed of its own."""
    data = dc.data.NumpyDataset(np.arange(20.0)[:, None])
    orders = []
    for _ in range(2):
        np.random.seed(0)
        orders.append(next(data.iterbatches(20, deterministic=False))[0].tolist())
    assert orders[0] == orders[1]


def test_upstream__missing_labels_count_as_0_in_evaluate():
    """models.scoring leaves them out."""
    model = StockModel(network(), dc.models.losses.L2Loss())
    X = np.random.default_rng(0).random((6, 4)).astype(np.float32)
    w = np.array([1, 1, 1, 1, 0, 0.0])[:, None]
    metric = dc.metrics.Metric(dc.metrics.mean_squared_error, mode="regression")
    some = [
        model.evaluate(dc.data.NumpyDataset(X, np.array([0, 0, 0, 0, label, label], float)[:, None], w), [metric])
        for label in (0, 100)
    ]
    assert some[0] != some[1]


def test_upstream__uncertainty_has_no_epistemic_part():
    """models.dropout.monte_carlo keeps dropout on."""
    inputs = keras.layers.Input((4,))
    hidden = keras.layers.Dropout(0.5)(keras.layers.Dense(50)(inputs))
    outputs = [keras.layers.Dense(1)(hidden), keras.layers.Dense(1, kernel_initializer="zeros")(hidden)]
    model = StockModel(keras.Model(inputs, outputs), dc.models.losses.L2Loss(), output_types=["prediction", "variance"])
    _, sd = model.predict_uncertainty(dc.data.NumpyDataset(np.ones((3, 4), np.float32)), masks=5)
    assert np.nan_to_num(sd).max() < 1e-3


def test_upstream__of_several_inner_outputs_the_first_is_returned():
    """models.network_queries.inner_outputs returns all."""
    inputs = keras.layers.Input((4,))
    hidden = keras.layers.Dense(3)(inputs)
    network = keras.Model(inputs, [keras.layers.Dense(1)(hidden), keras.layers.Dense(1)(hidden)])
    model = StockModel(network, dc.models.losses.L2Loss(), output_types=["prediction", "loss"])
    model._output_functions[(hidden.ref(), network.outputs[0].ref())] = lambda X: [np.ones((3, 3)), np.ones((3, 1))]
    dataset = dc.data.NumpyDataset(np.ones((3, 4), np.float32))
    assert model.predict(dataset, outputs=[hidden, network.outputs[0]]).shape == (3, 3)


def test_upstream__a_nan_label_spoils_the_loss_even_at_weight_0():
    """models.batches.check_labels replaces it."""
    losses = dc.models.losses.L2Loss()._compute_tf_loss(tf.constant([[1.0], [1.0]]), tf.constant([[np.nan], [1.0]]))
    assert np.isnan(float(tf.reduce_mean(losses * tf.constant([[0.0], [1.0]]))))


def test_upstream__the_global_step_is_not_in_the_checkpoint():
    """GenomicsModel._ensure_built puts it there."""
    script = """
    import os
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import deepchem as dc, numpy as np, tempfile, tf_keras as keras
    def model(folder):
        inputs = keras.layers.Input((4,))
        net = keras.Model(inputs, keras.layers.Dense(1)(inputs))
        return dc.models.KerasModel(net, dc.models.losses.L2Loss(), model_dir=folder)
    folder = tempfile.mkdtemp()
    data = dc.data.NumpyDataset(np.ones((5, 4), np.float32), np.ones((5, 1)))
    model(folder).fit(data, nb_epoch=3)
    again = model(folder)
    again.restore()
    print("steps after restore:", again.get_global_step())
    """
    run = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)
    assert "steps after restore: 0" in run.stdout, run.stderr[-2000:]


def test_upstream__fit_fails_with_keras_3_unless_a_variable_was_set_in_time():
    """models.layers and models.optimizers use tf_keras by name."""
    script = """
    import deepchem as dc, numpy as np, tensorflow as tf
    inputs = tf.keras.layers.Input((4,))
    net = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(inputs))
    model = dc.models.KerasModel(net, dc.models.losses.L2Loss())
    model.fit(dc.data.NumpyDataset(np.ones((5, 4), np.float32), np.ones((5, 1))), nb_epoch=1)
    """
    run = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )
    assert run.returncode != 0


@pytest.mark.parametrize("sequence", ["acgt"])
def test_upstream__lower_case_is_an_error_in_seq_one_hot_encode(sequence):
    """feat.one_hot reads both cases."""
    from deepchem.utils.genomics_utils import seq_one_hot_encode

    with pytest.raises(KeyError):
        seq_one_hot_encode(np.array([sequence]))


def test_upstream__dask_waits_without_a_limit_for_the_last_words_of_a_scheduler_that_lives():
    """data.parallel ends the scheduler. To see it happen would take for ever, so this reads the source."""
    subprocess_cluster = pytest.importorskip("distributed.deploy.subprocess")
    source = inspect.getsource(subprocess_cluster.SubprocessScheduler._start)
    assert "await self.process.stderr.read()" in source
    assert "kill()" not in source and "terminate()" not in source
