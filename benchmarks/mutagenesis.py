"""Saturation mutagenesis: this package beside DeepChem's ``in_silico_mutagenesis``.

Run it with ``python -m benchmarks.mutagenesis``. All contenders mutate the same windows with the same weights in one
process, taking turns round after round, so that a busy moment of the machine hits all alike; the effects of each are
first checked to be those of the first. Ratios are taken within a round and their median is printed.

DeepChem's function calls ``predict`` once a sequence, on a ``KerasModel`` with DeepChem's batch size of 100; also
shown with batches of 1000, in which all mutants of a sequence fit, and with this package's own ``predict``. "Every
mutant" is the way that :func:`deepchem_genomics.interpret.saturation_mutagenesis` goes with models that it cannot take
apart.
"""

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from deepchem_genomics.quiet import import_quietly

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")  # DeepChem's own KerasModel needs Keras 2


class Contender(NamedTuple):
    name: str
    n_sequences: int  # fewer for the slow ones; times are for one
    run: Callable[[int], np.ndarray]  # of the first n: mutant minus reference, (n, L, 4)


def contenders(model: Any, X: np.ndarray, n_slow: int) -> list[Contender]:
    from deepchem_genomics import interpret
    from deepchem_genomics.interpret import mutagenesis
    from deepchem_genomics.interpret.predictions import Predictor

    def every_mutant(n: int) -> np.ndarray:
        predictor, ids = Predictor(model), np.arange(n).astype(str).astype(object)
        at_once = max(1, 16384 // (3 * X.shape[1]))
        parts = [slice(start, min(start + at_once, n)) for start in range(0, n, at_once)]
        return np.concatenate([mutagenesis._effects(predictor, X[p], ids[p], predictor(X[p], ids[p])) for p in parts])

    return [
        Contender("saturation_mutagenesis", len(X), lambda n: interpret.saturation_mutagenesis(model, X[:n]).effects),
        Contender("saturation_mutagenesis, every mutant", len(X) // 4, every_mutant),
        Contender("DeepChem, KerasModel", n_slow, in_silico(keras_model(model, 100), X)),
        Contender("DeepChem, KerasModel, batches of 1000", n_slow, in_silico(keras_model(model, 1000), X)),
        Contender("DeepChem, this package's predict", n_slow, in_silico(Transposed(model), X)),
    ]


class Transposed:
    """A model for arrays as in_silico_mutagenesis makes them, (n, letters, L, 1)."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def predict(self, dataset: Any) -> np.ndarray:
        dc = import_quietly()
        return self.model.predict(dc.data.NumpyDataset(dataset.X[..., 0].transpose(0, 2, 1)))


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


def compare(title: str, found: list[Contender], rounds: int) -> None:
    expected = found[0].run(4)
    for contender in found:  # also the warm-up, for what is compiled at the first call
        np.testing.assert_allclose(contender.run(4), expected, atol=2e-6)
        contender.run(contender.n_sequences)
    times: dict[str, list[float]] = {contender.name: [] for contender in found}
    for _ in range(rounds):
        for contender in found:
            begin = time.perf_counter()
            contender.run(contender.n_sequences)
            times[contender.name].append((time.perf_counter() - begin) / contender.n_sequences)
    print(f"\n{title}")
    print(f"{'':40s} {'ms a sequence':>14s} {'times as long':>14s}")
    ours = times[found[0].name]
    for name, each in times.items():
        ratio = statistics.median(theirs / our for theirs, our in zip(each, ours, strict=True))
        print(f"{name:40s} {1e3 * statistics.median(each):14.2f} {ratio:14.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--windows", type=int, default=384, help="windows of 101 bp (384)")
    parser.add_argument("--rounds", type=int, default=7, help="how often all take their turn (7)")
    parser.add_argument("--slow", type=int, default=16, help="sequences for DeepChem's function (16)")
    arguments = parser.parse_args()
    import_quietly()
    from deepchem_genomics import data, models

    cores = len(os.sched_getaffinity(0))
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {cores} cores")
    windows = data.simulate_tf_binding(arguments.windows, seed=1).X
    binding = models.TFBindingModel(seed=1, progress=False)
    title = "The chapter's network for binding, windows of 101 bp"
    compare(title, contenders(binding, windows, arguments.slow), arguments.rounds)
    guides = data.simulate_sirna(4 * arguments.windows, seed=1).X
    efficacy = models.SiRNAEfficacyModel(seed=1, progress=False)
    title = "The chapter's network for efficacy, guides of 21 nt"
    compare(title, contenders(efficacy, guides, arguments.slow), arguments.rounds)


if __name__ == "__main__":
    main()
