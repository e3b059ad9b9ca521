"""Build data sets: this package beside a plain pysam loop, kipoiseq and DeepChem's FASTALoader.

    python -m benchmarks.building windows --n 50000
    python -m benchmarks.building workers --n 500000
    python -m benchmarks.building fasta --records 10000 20000 40000

A genome of 51 million bases is drawn, with intervals on it in random order and a 0/1 label each. "windows" compares
what ends in the same arrays, contenders taking turns; what is not installed is left out, with a note. "workers" builds
whole folders, each in a process of its own, and gives the most memory beside the time; importing DeepChem is not in the
time. "fasta" reads records of 101 bases.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from deepchem_genomics.feat import one_hot
from deepchem_genomics.genome import Genome, read_intervals
from deepchem_genomics.quiet import import_quietly

SIZE, LENGTH = 51_000_000, 101


def make_inputs(folder: Path, n: int) -> tuple[Path, Path]:
    """Draw a genome and n intervals."""
    rng = np.random.default_rng(0)
    letters = np.frombuffer(b"ACGT", np.uint8)[rng.integers(0, 4, (SIZE // 60, 60))]
    lines = np.concatenate([letters, np.full((len(letters), 1), ord("\n"), np.uint8)], axis=1)
    fasta, table = folder / "genome.fa", folder / "intervals.tsv"
    fasta.write_bytes(b">chr22\n" + lines.tobytes())
    starts = rng.choice((SIZE - LENGTH) // LENGTH, n, replace=n > SIZE // LENGTH) * LENGTH
    labels = (rng.random(n) < 0.004).astype(int)
    table.write_text("".join(f"chr22\t{s}\t{s + LENGTH}\t{y}\n" for s, y in zip(starts, labels, strict=True)))
    Genome(fasta).close()  # writes the index
    return fasta, table


def ours_to_array(fasta: Path, table: Path) -> np.ndarray:
    with Genome(fasta) as genome:
        return one_hot(genome.fetch_bytes(read_intervals(table)))


def ours_to_folder(fasta: Path, table: Path) -> np.ndarray:
    from deepchem_genomics.data import IntervalLoader

    with tempfile.TemporaryDirectory() as folder:
        return IntervalLoader(["label"], fasta).create_dataset(table, f"{folder}/data").X


def pysam_loop_to_array(fasta: Path, table: Path) -> np.ndarray:
    import pysam

    codes = np.zeros(256, np.int64) + 4
    codes[np.frombuffer(b"ACGT", np.uint8)] = np.arange(4)
    rows = np.eye(5, 4, dtype=np.int8)
    X = []
    with pysam.FastaFile(str(fasta)) as genome, table.open() as lines:
        for line in lines:
            chrom, start, end, _ = line.split("\t")
            sequence = genome.fetch(chrom, int(start), int(end)).upper()
            X.append(rows[codes[np.frombuffer(sequence.encode(), np.uint8)]])
    return np.stack(X)


def pysam_loop_to_folder(fasta: Path, table: Path) -> np.ndarray:
    import deepchem as dc

    X = pysam_loop_to_array(fasta, table)
    frame = pd.read_csv(table, sep="\t", names=["chrom", "start", "end", "label"])
    ids = frame["chrom"] + ":" + frame["start"].astype(str) + "-" + frame["end"].astype(str)
    with tempfile.TemporaryDirectory() as folder:
        y = frame["label"].to_numpy(np.float32)[:, None]
        shards = (
            (X[i : i + 8192], y[i : i + 8192], np.ones_like(y[i : i + 8192]), ids[i : i + 8192].to_numpy(str))
            for i in range(0, len(X), 8192)
        )
        return dc.data.DiskDataset.create_dataset(shards, folder, ["label"]).X


def kipoiseq_to_array(fasta: Path, table: Path) -> np.ndarray:
    from kipoiseq.dataloaders import SeqIntervalDl

    dataset = SeqIntervalDl(str(table), str(fasta), auto_resize_len=LENGTH, label_dtype=np.float32)
    return np.asarray(dataset.load_all()["inputs"]).astype(np.int8)


CONTENDERS: list[Callable[[Path, Path], np.ndarray]] = [
    ours_to_array,
    pysam_loop_to_array,
    kipoiseq_to_array,
    ours_to_folder,
    pysam_loop_to_folder,
]


def compare_windows(n: int, rounds: int) -> None:
    import_quietly()
    with tempfile.TemporaryDirectory() as folder:
        fasta, table = make_inputs(Path(folder), n)
        expected = ours_to_array(fasta, table)
        seconds: dict[str, list[float]] = {}
        for contender in CONTENDERS:
            try:
                if not np.array_equal(contender(fasta, table), expected):
                    raise SystemExit(f"{contender.__name__} gives other numbers")
                seconds[contender.__name__] = []
            except ImportError as error:
                print(f"left out: {contender.__name__} ({error})")
        for _ in range(rounds):
            for name, times in seconds.items():
                started = time.perf_counter()
                globals()[name](fasta, table)
                times.append(time.perf_counter() - started)
        print(f"{n:,} windows of {LENGTH} bp in random order, {rounds} rounds, {os.cpu_count()} cores")
        print("| contender | windows/s, median | lowest to highest | ratio to ours, same round |")
        print("|---|---:|---:|---:|")
        for name, times in seconds.items():
            base = seconds["ours_to_folder" if name.endswith("folder") else "ours_to_array"]
            ratio = statistics.median(other / own for other, own in zip(times, base, strict=True))
            speeds = [n / value for value in times]
            spread = f"{min(speeds):,.0f} to {max(speeds):,.0f}"
            print(f"| {name} | {statistics.median(speeds):,.0f} | {spread} | {ratio:.2f} |")


def build_once(fasta: str, table: str, workers: int) -> None:
    """Build one folder, and say how long it took and how much memory; run in a process of its own."""
    import_quietly()
    from deepchem_genomics.data import IntervalLoader

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    largest = [0.0]
    threading.Thread(target=watch_workers, args=(largest,), daemon=True).start()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        loader = IntervalLoader(["label"], fasta, balance=True, shuffle_seed=0, workers=workers, progress=False)
        loader.create_dataset(table, f"{folder}/data")
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("result", seconds, before, peak, largest[0])


def watch_workers(largest: list[float]) -> None:
    """Keep the most memory that a worker has, in MB; what is forked and not yet another program does not count."""
    import psutil

    while True:
        for process in psutil.Process().children(recursive=True):
            try:
                if "spawn_main" in " ".join(process.cmdline()):
                    largest[0] = max(largest[0], process.memory_info().rss / 2**20)
            except psutil.Error:
                continue
        time.sleep(0.05)


def compare_workers(sizes: list[int], rounds: int) -> None:
    print("| windows | workers | seconds, median (lowest to highest) | windows/s | MB: after import, at most, worker |")
    print("|---:|---:|---:|---:|---:|")
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            fasta, table = make_inputs(Path(folder), n)
            results: dict[int, list[list[float]]] = {1: [], 2: []}
            for _ in range(rounds):
                for workers, found in results.items():
                    command = [
                        sys.executable,
                        "-m",
                        "benchmarks.building",
                        "once",
                        str(fasta),
                        str(table),
                        str(workers),
                    ]
                    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                    found.append([float(value) for value in output.split("result")[1].split()])
            for workers, found in results.items():
                times, before, peak, children = zip(*found, strict=True)
                middle = statistics.median(times)
                print(
                    f"| {n:,} | {workers} | {middle:.1f} ({min(times):.1f} to {max(times):.1f}) | {n / middle:,.0f} "
                    f"| {max(before):.0f}, {max(peak):.0f}, {max(children):.0f} |"
                )


def compare_fasta(counts: list[int]) -> None:
    dc = import_quietly()
    from deepchem_genomics.data import SequenceLoader

    rng = np.random.default_rng(0)
    print("| records | SequenceLoader, s | DeepChem FASTALoader, s | ratio |")
    print("|---:|---:|---:|---:|")
    for n in counts:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "records.fa"
            rows = np.frombuffer(b"ACGT", np.uint8)[rng.integers(0, 4, (n, LENGTH))]
            path.write_text("".join(f">r{i}\n{row.tobytes().decode()}\n" for i, row in enumerate(rows)))
            SequenceLoader([], progress=False).create_dataset(path, f"{folder}/first")  # imports are not compared
            started = time.perf_counter()
            ours = SequenceLoader([], progress=False).create_dataset(path, f"{folder}/ours")
            between = time.perf_counter()
            theirs = dc.data.FASTALoader(legacy=False).create_dataset(str(path), f"{folder}/theirs")
            ended = time.perf_counter()
            reordered = np.asarray(theirs.X[:100])[:, :, [0, 1, 3, 2]]  # its columns are A, C, T, G, other
            if not np.array_equal(ours.X[:100], reordered):
                raise SystemExit("the two give other numbers")
        own, stock = between - started, ended - between
        print(f"| {n:,} | {own:.2f} | {stock:.1f} | {stock / own:.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    windows = commands.add_parser("windows")
    windows.add_argument("--n", type=int, default=50_000)
    windows.add_argument("--rounds", type=int, default=5)
    workers = commands.add_parser("workers")
    workers.add_argument("--n", type=int, nargs="+", default=[50_000, 500_000])
    workers.add_argument("--rounds", type=int, default=3)
    fasta = commands.add_parser("fasta")
    fasta.add_argument("--records", type=int, nargs="+", default=[10_000, 20_000])
    once = commands.add_parser("once")
    once.add_argument("fasta")
    once.add_argument("table")
    once.add_argument("workers", type=int)
    arguments = parser.parse_args()
    if arguments.command == "windows":
        compare_windows(arguments.n, arguments.rounds)
    elif arguments.command == "workers":
        compare_workers(arguments.n, arguments.rounds)
    elif arguments.command == "fasta":
        compare_fasta(arguments.records)
    else:
        build_once(arguments.fasta, arguments.table, arguments.workers)


if __name__ == "__main__":
    main()
