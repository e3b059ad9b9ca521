"""How long it takes to predict siRNA efficacy as well as the chapter does: r = 0.60 on the book's validation guides.

Two contenders take turns in one process: the chapter's network in DeepChem's own ``KerasModel``, trained ten epochs at
a time and scored after each ten, as the chapter's script does; and ``SiRNAGaussianProcess``, learnt and scored. Data
are read before. Run with ``python -m benchmarks.time_to_quality FOLDER``, the folder with the published files.
"""

import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"  # DeepChem's own model cannot train without it; ours does not mind

import argparse
import statistics
import tempfile
import time

from deepchem_genomics.quiet import import_quietly

dc = import_quietly("deepchem")

import tensorflow as tf  # noqa: E402

from deepchem_genomics import metrics, molnet  # noqa: E402
from deepchem_genomics.models import SiRNAGaussianProcess  # noqa: E402

ENOUGH = 0.60
MOST_EPOCHS = 400


def chapters_model() -> dc.models.KerasModel:
    """Build the network as the chapter does, with Keras's own layers."""
    layers = tf.keras.layers
    hidden = guide = layers.Input((21, 4))
    for _ in range(2):
        hidden = layers.Conv1D(filters=10, kernel_size=10, activation="relu", padding="same")(hidden)
        hidden = layers.Dropout(rate=0.3)(hidden)
    efficacy = layers.Dense(units=1, activation="sigmoid")(layers.Flatten()(hidden))
    return dc.models.KerasModel(tf.keras.Model(guide, efficacy), dc.models.losses.L2Loss(), batch_size=1000)


def chapter(train: dc.data.Dataset, valid: dc.data.Dataset) -> tuple[float, float, str]:
    """Return seconds, the correlation reached, and how."""
    start = time.perf_counter()
    model, epochs, r = chapters_model(), 0, -1.0
    while r < ENOUGH and epochs < MOST_EPOCHS:
        model.fit(train, nb_epoch=10)
        epochs += 10
        model.evaluate(train, [metrics.pearson])  # so does the chapter
        r = model.evaluate(valid, [metrics.pearson])["pearson"]
    return time.perf_counter() - start, r, f"{epochs} epochs"


def gaussian_process(train: dc.data.Dataset, valid: dc.data.Dataset) -> tuple[float, float, str]:
    """Return seconds, the correlation reached, and how."""
    start = time.perf_counter()
    model = SiRNAGaussianProcess()
    model.fit(train)
    r = model.evaluate(valid, [metrics.pearson])["pearson"]
    return time.perf_counter() - start, r, "one fit"


def main() -> None:
    """Read arguments, let contenders take turns, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", help="folder of the published files")
    parser.add_argument("--turns", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _, parts, _ = molnet.load_sirna(split="book", source=arguments.source, save_dir=folder)
        train, valid = (dc.data.NumpyDataset(part.X, part.y, part.w, part.ids) for part in parts[:2])
    contenders = {"chapter's network, KerasModel": chapter, "SiRNAGaussianProcess": gaussian_process}
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(arguments.turns):
        for name in list(contenders) if turn % 2 == 0 else list(contenders)[::-1]:
            seconds, r, how = contenders[name](train, valid)
            times[name].append(seconds)
            print(f"turn {turn + 1}: {name:<32}{seconds:8.2f} s   r {r:.3f}   {how}", flush=True)
    reference = statistics.median(times["chapter's network, KerasModel"])
    print(f"\n{'contender':<34}{'median s':>10}{'fastest-slowest s':>20}{'ratio':>8}")
    for name, values in times.items():
        median = statistics.median(values)
        print(f"{name:<34}{median:>10.2f}{min(values):>11.2f}-{max(values):<8.2f}{median / reference:>8.3f}")


if __name__ == "__main__":
    main()
