"""Saturation mutagenesis: this package beside DeepChem's ``in_silico_mutagenesis``.

All contenders mutate the same windows with the same weights; the effects of each are first checked to be those of the
first.

DeepChem's function calls ``predict`` once a sequence, on a ``KerasModel`` with DeepChem's batch size of 100; also
shown with batches of 1000, in which all mutants of a sequence fit, and with this package's own ``predict``. "Every
mutant" is the way that :func:`deepchem_genomics.interpret.saturation_mutagenesis` goes with models that it cannot take
apart.
"""

import os
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from benchmarks.contest import Contender
from benchmarks.record import Record, Settings
from deepchem_genomics.quiet import import_quietly

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")  # DeepChem's own KerasModel needs Keras 2


class Mutator(NamedTuple):
    name: str
    n_sequences: int  # fewer for the slow ones; times are for one
    run: Callable[[int], np.ndarray]  # of the first n: mutant minus reference, (n, L, 4)


def contenders(model: Any, X: np.ndarray, n_slow: int) -> list[Mutator]:
    from deepchem_genomics import interpret
    from deepchem_genomics.interpret import mutagenesis
    from deepchem_genomics.interpret.predictions import Predictor

    def ours(n: int) -> np.ndarray:
        return interpret.saturation_mutagenesis(model, X[:n]).effects

    def every_mutant(n: int) -> np.ndarray:
        predictor, ids = Predictor(model), np.arange(n).astype(str).astype(object)
        at_once = max(1, 16384 // (3 * X.shape[1]))
        parts = [slice(start, min(start + at_once, n)) for start in range(0, n, at_once)]
        return np.concatenate([mutagenesis._effects(predictor, X[p], ids[p], predictor(X[p], ids[p])) for p in parts])

    return [
        Mutator("`interpret.saturation_mutagenesis`", len(X), ours),
        Mutator("the same, every mutant in full", len(X) // 4, every_mutant),
        Mutator("DeepChem `in_silico_mutagenesis`, `KerasModel`", n_slow, in_silico(keras_model(model, 100), X)),
        Mutator("the same, batches of 1,000", n_slow, in_silico(keras_model(model, 1000), X)),
        Mutator("DeepChem's function, this package's `predict`", n_slow, in_silico(Transposed(model), X)),
    ]


class Transposed:
    """A model for arrays as in_silico_mutagenesis makes them, (n, letters, L, 1)."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def predict(self, dataset: Any) -> np.ndarray:
        dc = import_quietly()
        found: np.ndarray = self.model.predict(dc.data.NumpyDataset(dataset.X[..., 0].transpose(0, 2, 1)))
        return found


def keras_model(model: Any, batch_size: int) -> Any:
    """DeepChem's own class around the same network, which takes (n, letters, L, 1)."""
    dc = import_quietly()
    import tf_keras as keras

    inputs = keras.layers.Input((4, model.length, 1))
    sequence = keras.layers.Permute((2, 1))(keras.layers.Reshape((4, model.length))(inputs))
    outputs = model.model(sequence)
    network = keras.Model(inputs, outputs)
    output_types = ["prediction", "loss"] if isinstance(outputs, list) else ["prediction"]
    loss = dc.models.losses.L2Loss()
    return dc.models.KerasModel(network, loss, output_types=output_types, batch_size=batch_size)


def in_silico(model: Any, X: np.ndarray) -> Callable[[int], np.ndarray]:
    import_quietly()
    from deepchem.metrics.genomic_metrics import in_silico_mutagenesis

    encoded = np.ascontiguousarray(X.transpose(0, 2, 1)[..., None])
    return lambda n: -in_silico_mutagenesis(model, encoded[:n])[0, ..., 0].transpose(0, 2, 1)


def compare(record: Record, title: str, found: list[Mutator], rounds: int) -> None:
    """Check that the effects are those of the first, and let all take turns."""
    expected = found[0].run(4)
    for mutator in found:  # also the warm-up, for what is compiled at the first call
        np.testing.assert_allclose(mutator.run(4), expected, atol=2e-6)
        mutator.run(mutator.n_sequences)
    record.contest(
        title,
        {m.name: Contender(partial(m.run, m.n_sequences), m.n_sequences) for m in found},
        rounds,
        unit="ms per sequence",
        as_rate=False,
        scale=1000,
        checked="the effects of all agree to 2e-6",
    )


def run(record: Record, settings: Settings) -> None:
    """Compare on windows of DNA and on guides."""
    import_quietly()
    from deepchem_genomics import models, simulate

    n, n_slow = settings.pick((384, 16), (128, 4))
    windows = simulate.simulate_tf_binding(n, seed=1).X
    binding = contenders(models.TFBindingModel(seed=1, progress=False), windows, n_slow)
    compare(record, "binding network, windows of 101 bp", binding, settings.turns(7, 2))
    guides = simulate.simulate_sirna(4 * n, seed=1).X
    efficacy = contenders(models.SiRNAEfficacyModel(seed=1, progress=False), guides, n_slow)
    compare(record, "efficacy network, guides of 21 nt", efficacy, settings.turns(7, 2))
    record.use_versions("deepchem", "tensorflow", "numpy")
