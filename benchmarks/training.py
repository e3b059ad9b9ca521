"""Train and predict with the chapter's network: this package against DeepChem's own ``KerasModel``.

The same data, batch (1,000), dropout, optimizer and mathematics; contenders take turns in one process, since the
machine is noisy, and what counts is the ratio of medians. Run with ``python -m benchmarks.training``.
"""

import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"  # DeepChem's own model cannot train without it; ours does not mind

import argparse
import statistics
import time
from collections.abc import Callable

import numpy as np

from deepchem_genomics.quiet import import_quietly

dc = import_quietly("deepchem")

import tensorflow as tf  # noqa: E402

from deepchem_genomics.models import TFBindingModel  # noqa: E402


def chapters_model() -> dc.models.KerasModel:
    """Build the network as a DeepChem user would: with Keras's own layers."""
    layers = tf.keras.layers
    hidden = sequence = layers.Input((101, 4))
    for _ in range(3):
        hidden = layers.Conv1D(filters=15, kernel_size=10, activation="relu", padding="same")(hidden)
        hidden = layers.Dropout(rate=0.5)(hidden)
    logits = layers.Dense(units=1)(layers.Flatten()(hidden))
    network = tf.keras.Model(sequence, [layers.Activation("sigmoid")(logits), logits])
    loss = dc.models.losses.SigmoidCrossEntropy()
    return dc.models.KerasModel(network, loss, output_types=["prediction", "loss"], batch_size=1000)


def seconds(job: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def compare(title: str, jobs: dict[str, Callable[[], object]], n_windows: int, rounds: int) -> None:
    """Let contenders take turns and print windows per second and the ratio to the first."""
    for job in jobs.values():
        job()  # tracing and first allocations are not what is compared
    times: dict[str, list[float]] = {name: [] for name in jobs}
    for turn in range(rounds):
        names = list(jobs) if turn % 2 == 0 else list(jobs)[::-1]
        for name in names:
            times[name].append(seconds(jobs[name]))
    reference = statistics.median(times[next(iter(jobs))])
    print(f"\n{title}, {n_windows:,} windows, {rounds} turns each")
    print(f"{'contender':<42}{'windows/s':>12}{'fastest-slowest s':>22}{'ratio':>8}")
    for name, values in times.items():
        median = statistics.median(values)
        spread = f"{min(values):.2f}-{max(values):.2f}"
        print(f"{name:<42}{n_windows / median:>12,.0f}{spread:>22}{reference / median:>8.2f}")


def main() -> None:
    """Run both comparisons."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--windows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    rng = np.random.default_rng(0)
    X = np.eye(4, dtype=np.int8)[rng.integers(0, 4, (args.windows, 101))]
    y = (rng.random((args.windows, 1)) < 0.01).astype(np.float32)
    data = dc.data.NumpyDataset(X, y, np.where(y == 1, 50, 0.5))
    stock, ours = chapters_model(), TFBindingModel(seed=0)
    compare(
        "fit, one epoch, batch 1,000, dropout 0.5",
        {
            "DeepChem KerasModel": lambda: stock.fit(data, nb_epoch=1, checkpoint_interval=0),
            "deepchem_genomics TFBindingModel": lambda: ours.fit(data, nb_epoch=1, checkpoint_interval=0),
        },
        args.windows,
        args.rounds,
    )
    stock_100 = chapters_model()
    stock_100.batch_size = 100  # DeepChem's default
    compare(
        "predict",
        {
            "DeepChem KerasModel, batch 1,000": lambda: stock.predict(data),
            "DeepChem KerasModel, its default batch 100": lambda: stock_100.predict(data),
            "deepchem_genomics TFBindingModel": lambda: ours.predict(data),
        },
        args.windows,
        args.rounds,
    )


if __name__ == "__main__":
    main()
