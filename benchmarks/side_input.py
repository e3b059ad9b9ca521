"""Load a side input and look up batches, beside the book's own way and beside other indexes.

    DEEPCHEM_GENOMICS_DATA=... python -m benchmarks.side_input

Without the real ``accessibility.txt`` a file of the same shape is made. Each batch is 1,000 random ids: strings of its
own, as a data set's shard gives them, and not those of the table; before each, 30 MB are written, as a training step
would, so that the table is not served from the nearest cache.
"""

import os
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from deepchem_genomics.data.side_input import SideInput
from deepchem_genomics.quiet import import_quietly

N_WINDOWS, BATCH, N_BATCHES, N_LOADS = 345_271, 1000, 300, 5

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


CONTENDERS = [the_books_way, side_input, side_input_log_standard, pandas_index, sorted_array]


def _read_with_pandas(path: Path) -> tuple[np.ndarray, np.ndarray]:
    frame = pd.read_csv(path, sep="\t", header=None, dtype={0: object, 1: np.float32}, na_filter=False)
    return frame[0].to_numpy(), frame[[1]].to_numpy()


def find_or_make(folder: Path) -> Path:
    real = Path(os.environ.get("DEEPCHEM_GENOMICS_DATA", "")) / "book" / "accessibility.txt"
    if real.is_file():
        return real
    made = folder / "accessibility.txt"
    rng = np.random.default_rng(0)
    starts = 16_050_000 + 101 * rng.permutation(N_WINDOWS)
    values = rng.gamma(2.6, 0.0015, N_WINDOWS)
    made.write_text("".join(f"chr22:{s}-{s + 101}\t{v:.6f}\n" for s, v in zip(starts, values, strict=True)))
    return made


def time_loads(path: Path) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {contender.__name__: [] for contender in CONTENDERS}
    for _ in range(N_LOADS):
        for contender in CONTENDERS:
            start = time.perf_counter()
            contender(path)
            seconds[contender.__name__].append(time.perf_counter() - start)
    return seconds


def measure_memory(path: Path) -> dict[str, float]:
    """Megabytes that stay allocated after loading."""
    kept = {}
    for contender in CONTENDERS:
        tracemalloc.start()
        lookup = contender(path)
        kept[contender.__name__] = tracemalloc.get_traced_memory()[0] / 1e6
        tracemalloc.stop()
        del lookup
    return kept


def time_lookups(path: Path, dtype: type, used_before: bool) -> dict[str, list[float]]:
    lookups = {contender.__name__: contender(path) for contender in CONTENDERS}
    ids = SideInput.from_file(path).ids
    rng = np.random.default_rng(0)
    other_work = np.zeros(30_000_000 // 8)
    seconds: dict[str, list[float]] = {name: [] for name in lookups}
    for _ in range(N_BATCHES):
        texts = [ids[i].encode().decode() for i in rng.integers(0, len(ids), BATCH)]
        results = []
        for name, lookup in lookups.items():
            batch = np.array([text.encode().decode() for text in texts], dtype=dtype)
            if not used_before:
                other_work += 1
            else:
                lookup(batch)
            start = time.perf_counter()
            results.append(lookup(batch))
            seconds[name].append(time.perf_counter() - start)
        for name, result in zip(lookups, results, strict=True):
            if name != "side_input_log_standard" and not np.array_equal(result, results[0]):
                raise SystemExit(f"{name} gives other values")
    return seconds


def measure_in_training(path: Path, epochs: int = 4) -> None:
    """Train the book's two-input network and time the look-ups within its steps."""
    dc = import_quietly("deepchem")
    from deepchem_genomics.models import AccessibilityTFBindingModel

    table = SideInput.from_file(path)
    rng = np.random.default_rng(0)
    ids = table.ids[rng.permutation(len(table))[:20_000]].astype(str)
    X = np.eye(4, dtype=np.int8)[rng.integers(0, 4, (len(ids), 101))]
    dataset = dc.data.NumpyDataset(X, rng.integers(0, 2, (len(ids), 1)).astype(np.float32), ids=ids)
    model = AccessibilityTFBindingModel(table.scaled("log-standard", ids), seed=0)
    look_up, spent = model.batch_inputs, []

    def timed(X: np.ndarray, ids: np.ndarray) -> list[np.ndarray]:
        start = time.perf_counter()
        inputs = look_up(X, ids)
        spent.append(time.perf_counter() - start)
        return inputs

    model.batch_inputs = timed
    shares = []
    for _ in range(epochs + 1):  # the first traces the network
        spent.clear()
        start = time.perf_counter()
        model.fit(dataset, nb_epoch=1, checkpoint_interval=0)
        shares.append((sum(spent) / (time.perf_counter() - start), np.mean(spent)))
    share, mean = np.median(shares[1:], axis=0)
    print(f"\nwithin training, batches of {BATCH}: {mean * 1e6:.0f} us a look-up, {share:.2%} of a training step")


def report(title: str, seconds: dict[str, list[float]], unit: float) -> None:
    print(f"\n{title}")
    base = np.array(seconds["the_books_way"])
    for name, times in seconds.items():
        ratio = np.median(base / np.array(times))
        print(f"  {name:24s} {np.median(times) / unit:8.1f}   {ratio:5.2f}x the book's way")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = find_or_make(Path(folder))
        print(f"{path.name}: {path.stat().st_size:,} bytes, ids such as {path.open().readline().split()[0]!r}")
        report("load, ms (median; ratio of pairs)", time_loads(path), 1e-3)
        print("\nmemory kept, MB")
        for name, megabytes in measure_memory(path).items():
            print(f"  {name:24s} {megabytes:8.1f}")
        report("1,000 ids, str in an object array, us", time_lookups(path, object, False), 1e-6)
        report("1,000 ids, fixed-width text array, us", time_lookups(path, str, False), 1e-6)
        report("the same 1,000 ids again at once, us", time_lookups(path, object, True), 1e-6)
        measure_in_training(path)


if __name__ == "__main__":
    main()
