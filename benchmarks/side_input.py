"""Load a side input and look up batches, beside the book's own way and beside other indexes.

Without the real ``accessibility.txt`` a file of the same shape is made. Each batch is 1,000 random ids: strings of its
own, as a data set's shard gives them, and not those of the table; before each, 30 MB are written, as a training step
would, so that the table is not served from the nearest cache.
"""

import tempfile
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contest import Contender, Contest, Seconds
from benchmarks.page import number
from benchmarks.record import Record, Settings
from deepchem_genomics.quiet import import_quietly

import_quietly()

from deepchem_genomics.data.side_input import SideInput  # noqa: E402

N_WINDOWS, BATCH = 345_271, 1000

Lookup = Callable[[np.ndarray], np.ndarray]


def the_books_way(path: Path) -> Lookup:
    accessibility = {}
    for line in path.open():
        fields = line.split()
        accessibility[fields[0]] = float(fields[1])
    return lambda ids: np.array([accessibility[i] for i in ids], dtype=np.float32)[:, None]


def side_input(path: Path) -> Lookup:
    return SideInput.from_file(path).lookup


def side_input_log_standard(path: Path) -> Lookup:
    table = SideInput.from_file(path)
    return table.scaled("log-standard", table.ids).lookup


def pandas_index(path: Path) -> Lookup:
    ids, values = _read_with_pandas(path)
    index = pd.Index(ids, dtype=object)
    index.get_indexer(index[:1])  # builds its hash table
    return lambda batch: values[index.get_indexer(pd.Index(batch.astype(object), dtype=object))]


def sorted_array(path: Path) -> Lookup:
    ids, values = _read_with_pandas(path)
    fixed_width = ids.astype("S")
    order = np.argsort(fixed_width)
    fixed_width, values = fixed_width[order], values[order]
    return lambda batch: values[np.searchsorted(fixed_width, batch.astype(fixed_width.dtype))]


CONTENDERS = {
    "`SideInput`": side_input,
    "`SideInput`, log-standard": side_input_log_standard,
    "a loop over lines into a dict": the_books_way,
    "pandas index": pandas_index,
    "sorted array": sorted_array,
}
SCALED = "`SideInput`, log-standard"  # the one with other values


def _read_with_pandas(path: Path) -> tuple[np.ndarray, np.ndarray]:
    frame = pd.read_csv(path, sep="\t", header=None, dtype={0: object, 1: np.float32}, na_filter=False)
    return frame[0].to_numpy(), frame[[1]].to_numpy()


def find_or_make(folder: Path, data: Path | None) -> Path:
    if data is not None and (real := data / "book" / "accessibility.txt").is_file():
        return real
    made = folder / "accessibility.txt"
    rng = np.random.default_rng(0)
    starts = 16_050_000 + 101 * rng.permutation(N_WINDOWS)
    values = rng.gamma(2.6, 0.0015, N_WINDOWS)
    made.write_text("".join(f"chr22:{s}-{s + 101}\t{v:.6f}\n" for s, v in zip(starts, values, strict=True)))
    return made


def run(record: Record, settings: Settings) -> None:
    """Load, keep, look up, and look up within training."""
    with tempfile.TemporaryDirectory() as folder:
        path = find_or_make(Path(folder), settings.data)
        compare_loads(record, settings, path)
        compare_lookups(record, settings, path, object, "str in an object array")
        compare_lookups(record, settings, path, str, "fixed-width text")
        measure_in_training(record, path, settings.pick(4, 2))
    record.use_versions("numpy", "pandas", "deepchem", "tensorflow")


def compare_loads(record: Record, settings: Settings, path: Path) -> None:
    """Load the whole table; also say how much memory stays allocated."""
    kept = []
    for name, load in CONTENDERS.items():
        tracemalloc.start()
        lookup = load(path)
        kept.append(f"{name} {number(tracemalloc.get_traced_memory()[0] / 1e6)}")
        tracemalloc.stop()
        del lookup
    record.contest(
        f"load `{path.name}`, {path.stat().st_size / 1e6:.1f} MB",
        {name: Contender(partial(load, path), 1) for name, load in CONTENDERS.items()},
        settings.turns(7, 2),
        unit="seconds",
        as_rate=False,
        checked="look-ups give the same values, below",
        note=lambda found: "Memory kept, MB: " + ", ".join(kept) + ".",
    )


def compare_lookups(record: Record, settings: Settings, path: Path, dtype: type, what: str) -> None:
    """Look up batches of ids that the contenders have not seen as these strings."""
    lookups = {name: load(path) for name, load in CONTENDERS.items()}
    ids = SideInput.from_file(path).ids
    rng = np.random.default_rng(0)
    other_work = np.zeros(30_000_000 // 8)
    n_batches = settings.pick(50, 20)

    def job(lookup: Lookup) -> Seconds:
        taken = 0.0
        for _ in range(n_batches):
            batch: NDArray[Any] = np.array(
                [ids[i].encode().decode() for i in rng.integers(0, len(ids), BATCH)], dtype=dtype
            )
            other_work[:] += 1
            start = time.perf_counter()
            lookup(batch)
            taken += time.perf_counter() - start
        return Seconds(taken)

    batch: NDArray[Any] = np.array([ids[i] for i in rng.integers(0, len(ids), BATCH)], dtype=dtype)
    expected = lookups["`SideInput`"](batch)
    for name, lookup in lookups.items():
        if name != SCALED and not np.array_equal(lookup(batch), expected):
            raise AssertionError(f"{name} gives other values")
    record.contest(
        f"look {BATCH:,} ids up, {what}",
        {name: Contender(partial(job, lookup), n_batches) for name, lookup in lookups.items()},
        settings.turns(9, 3),
        unit="ms",
        as_rate=False,
        scale=1000,
        checked="the values of a batch are equal, those of the log-standard table aside",
    )


def measure_in_training(record: Record, path: Path, epochs: int) -> None:
    """Train the book's two-input network and time the look-ups within its steps."""
    dc = import_quietly()
    from deepchem_genomics.models import AccessibilityTFBindingModel

    table = SideInput.from_file(path)
    rng = np.random.default_rng(0)
    ids = table.ids[rng.permutation(len(table))[:20_000]].astype(str)
    X = np.eye(4, dtype=np.int8)[rng.integers(0, 4, (len(ids), 101))]
    dataset = dc.data.NumpyDataset(X, rng.integers(0, 2, (len(ids), 1)).astype(np.float32), ids=ids)
    model = AccessibilityTFBindingModel(table.scaled("log-standard", ids), seed=0, progress=False)
    look_up, spent = model.batch_inputs, []

    def timed(X: np.ndarray, ids: np.ndarray) -> list[np.ndarray]:
        start = time.perf_counter()
        inputs = look_up(X, ids)
        spent.append(time.perf_counter() - start)
        return inputs

    model.batch_inputs = timed  # type: ignore[method-assign]
    model.fit(dataset, nb_epoch=1, checkpoint_interval=0)  # traces the network
    steps, lookups = [], []
    for _ in range(epochs):
        spent.clear()
        start = time.perf_counter()
        model.fit(dataset, nb_epoch=1, checkpoint_interval=0)
        steps.append((time.perf_counter() - start) / len(spent))
        lookups.append(float(np.mean(spent)))
    found = Contest(
        title=f"within training, batches of {BATCH:,}",
        unit="ms",
        ours="a training step",
        checked="both are timed within the same steps",
        amounts={"a training step": 1.0, "its look-up": 1.0},
        seconds={"a training step": steps, "its look-up": lookups},
        as_rate=False,
        scale=1000,
    )
    record.parts.append(found.as_json())
