"""How long it takes to predict siRNA efficacy as well as the chapter does: r = 0.60 on the book's validation guides.

Two contenders take turns in one process: the chapter's network in DeepChem's own ``KerasModel``, trained ten epochs at
a time and scored after each ten, as the chapter's script does; and ``SiRNAGaussianProcess``, learned and scored. Data
are read before. Needs the published files, in the folder of real data.
"""

import os

os.environ["TF_USE_LEGACY_KERAS"] = "1"  # DeepChem's own model cannot train without it; ours does not mind

import tempfile
from collections.abc import Callable
from typing import Any

from benchmarks.contest import Contender
from benchmarks.record import Record, Settings
from deepchem_genomics.quiet import import_quietly

dc = import_quietly("deepchem")

import tensorflow as tf  # noqa: E402
from deepchem.data import Dataset  # noqa: E402

from deepchem_genomics import metrics, molnet  # noqa: E402
from deepchem_genomics.models import SiRNAGaussianProcess  # noqa: E402

ENOUGH = 0.60
MOST_EPOCHS = 400


def chapters_model() -> Any:
    """Build the network as the chapter does, with Keras's own layers."""
    layers = tf.keras.layers
    hidden = guide = layers.Input((21, 4))
    for _ in range(2):
        hidden = layers.Conv1D(filters=10, kernel_size=10, activation="relu", padding="same")(hidden)
        hidden = layers.Dropout(rate=0.3)(hidden)
    efficacy = layers.Dense(units=1, activation="sigmoid")(layers.Flatten()(hidden))
    return dc.models.KerasModel(tf.keras.Model(guide, efficacy), dc.models.losses.L2Loss(), batch_size=1000)


def chapter(train: Dataset, valid: Dataset) -> tuple[float, str]:
    """Return the correlation reached, and how."""
    model, epochs, r = chapters_model(), 0, -1.0
    while r < ENOUGH and epochs < MOST_EPOCHS:
        model.fit(train, nb_epoch=10)
        epochs += 10
        model.evaluate(train, [metrics.pearson])  # so does the chapter
        r = model.evaluate(valid, [metrics.pearson])["pearson"]
    return r, f"{epochs} epochs"


def gaussian_process(train: Dataset, valid: Dataset) -> tuple[float, str]:
    """Return the correlation reached, and how."""
    model = SiRNAGaussianProcess()
    model.fit(train)
    return model.evaluate(valid, [metrics.pearson])["pearson"], "one fit"


def run(record: Record, settings: Settings) -> None:
    """Let both learn from scratch in turn."""
    if settings.data is None:
        record.leave_out("both", "there are no real data; set DEEPCHEM_GENOMICS_DATA to the folder that has them")
        return
    with tempfile.TemporaryDirectory() as folder:
        _, parts, _ = molnet.load_sirna(split="book", source=settings.data, save_dir=folder)
        train, valid = (dc.data.NumpyDataset(part.X, part.y, part.w, part.ids) for part in parts[:2])
    contenders = {"`SiRNAGaussianProcess`": gaussian_process, "the chapter's network, `KerasModel`": chapter}
    reached: dict[str, list[str]] = {name: [] for name in contenders}

    def job(name: str) -> Callable[[], None]:
        def learn() -> None:
            r, how = contenders[name](train, valid)
            reached[name].append(f"{r:.3f} ({how})")

        return learn

    record.contest(
        f"until r reaches {ENOUGH:.2f}",
        {name: Contender(job(name), 1) for name in contenders},
        settings.turns(3, 1),
        unit="seconds",
        as_rate=False,
        checked="both are scored on the same validation guides",
        note=lambda found: (
            "Reached: " + "; ".join(f"{name} {', '.join(values)}" for name, values in reached.items()) + "."
        ),
    )
    record.use_versions("deepchem", "tensorflow", "numpy", "scikit-learn")
