"""Build datasets: this package beside a plain pysam loop, kipoiseq and DeepChem's FASTALoader; growth; processes.

``python -m benchmarks.building FASTA INTERVALS WORKERS`` builds one folder and says what it took: the growth and
jobs tables run it, each time in a new process.
"""

import importlib.util
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.contest import Contender, Seconds
from benchmarks.drawn_genome import CHROM, draw_genome, draw_intervals
from benchmarks.page import number
from benchmarks.peers import Job, Peer
from benchmarks.processes import MemoryWatch, cost_of
from benchmarks.record import Record, Settings

SIZE, LENGTH = 51_000_000, 101


def run(record: Record, settings: Settings) -> None:
    """Growth first, while this process is small; then arrays, folders, reading of FASTA, and windows in any order."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fasta = draw_genome(folder, SIZE)
        grow(record, fasta, settings.pick([50_000, 200_000, 1_000_000, 3_000_000], [50_000, 200_000]))
        if settings.quick:
            record.leave_out("`jobs=2`", "not in a quick run")
        else:
            compare_jobs(record, fasta, 1_000_000, settings.turns(3, 1))
        n = settings.pick(50_000, 20_000)
        table = draw_intervals(folder / "intervals.tsv", n, SIZE, LENGTH)
        compare_arrays(record, settings, str(fasta), str(table), n)
        compare_folders(record, settings, str(fasta), str(table), n)
        compare_fasta(record, settings, folder)
        compare_orders(record, settings, draw_genome(folder, settings.pick(250_000_000, SIZE)), folder / "signal.bw")
    record.use_versions("numpy", "pandas", "pysam", "pybigtools", "kipoiseq", "deepchem", "distributed")


# Growth


def grow(record: Record, fasta: Path, sizes: list[int]) -> None:
    """Build folders of more and more windows, each in its own process."""
    rows, seconds, peaks = [], [], []
    for n in sizes:
        with tempfile.TemporaryDirectory() as folder:
            table = draw_intervals(Path(folder) / "intervals.tsv", n, SIZE, LENGTH)
            took, imported, peak, _, with_files = build_elsewhere(fasta, table, 1)
        seconds.append(took)
        peaks.append(peak)
        rows.append(
            [f"{n:,}", number(took), number(n / took), f"{imported:,.0f}", f"{peak:,.0f}", f"{with_files:,.0f}"]
        )
    each = [(b - a) / (m - n) for a, b, n, m in zip(seconds, seconds[1:], sizes, sizes[1:], strict=False)]
    exponent = float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
    more = (peaks[-1] - peaks[-2]) / ((sizes[-1] - sizes[-2]) / 1e6)
    record.table(
        "Growth, one process",
        ["windows", "seconds", "windows/s", "MB after import", "peak MB", "with mapped files"],
        rows,
        f"Time grows as the number of windows to the power of {exponent:.2f} (1 is linear); a million more take "
        f"{', '.join(number(1e6 * value) for value in each)} s from row to row, and {more:.0f} MB of memory between "
        "the last two rows. Mapped parts of files are not counted, because the system frees them when it needs memory.",
    )


def compare_jobs(record: Record, fasta: Path, n: int, rounds: int) -> None:
    """Build with one process and with two."""
    with tempfile.TemporaryDirectory() as folder:
        table = draw_intervals(Path(folder) / "intervals.tsv", n, SIZE, LENGTH)
        most: dict[int, list[float]] = {1: [], 2: []}

        def job(jobs: int) -> Callable[[], Seconds]:
            def build() -> Seconds:
                took, _, peak, largest, _ = build_elsewhere(fasta, table, jobs)
                most[jobs].append(max(peak, largest))
                return Seconds(took)

            return build

        record.contest(
            f"{n:,} windows to a folder",
            {f"`jobs={jobs}`": Contender(job(jobs), n) for jobs in most},
            rounds,
            unit="windows/s",
            checked="the shards are the same to the byte regardless of the number of processes (tests/data)",
            note=lambda found: (
                "The time includes starting the processes. "
                f"Peak memory of a process: {max(most[1]):,.0f} and {max(most[2]):,.0f} MB."
            ),
        )


def build_elsewhere(fasta: Path, table: Path, jobs: int) -> list[float]:
    """Return seconds, MB after importing DeepChem, MB at most, MB of the largest process, MB with files."""
    command = [sys.executable, "-m", "benchmarks.building", str(fasta), str(table), str(jobs)]
    return [float(value) for value in cost_of(command).printed.split("result")[1].split()]


def build_once(fasta: str, table: str, jobs: str) -> None:
    """Build one folder and print what it took."""
    from deepchem_genomics.quiet import import_quietly

    import_quietly()
    from deepchem_genomics.data import IntervalLoader

    watch = MemoryWatch(os.getpid())
    time.sleep(0.5)  # what importing took is seen
    before = watch.own
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        loader = IntervalLoader(["label"], fasta, balance=True, shuffle_seed=0, jobs=int(jobs), progress=False)
        loader.create_dataset(table, f"{folder}/data")
    seconds = time.perf_counter() - started
    watch.stop()
    files = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print("result", seconds, before, watch.own, watch.child, files)


# Arrays and folders


def ours(fasta: str, table: str) -> dict[str, Job]:
    from deepchem_genomics.quiet import import_quietly

    import_quietly()
    from deepchem_genomics.data import IntervalLoader
    from deepchem_genomics.feat import one_hot
    from deepchem_genomics.genome import Genome, read_intervals

    def to_array() -> np.ndarray:
        with Genome(fasta) as genome:
            return one_hot(genome.fetch_bytes(read_intervals(table)))

    def to_folder() -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder:
            found: np.ndarray = (
                IntervalLoader(["label"], fasta, progress=False).create_dataset(table, f"{folder}/data").X
            )
            return found

    return {"array": Job(to_array), "folder": Job(to_folder)}


def pysam_loop(fasta: str, table: str) -> dict[str, Job]:
    import pysam

    codes = np.zeros(256, np.int64) + 4
    codes[np.frombuffer(b"ACGT", np.uint8)] = np.arange(4)
    rows = np.eye(5, 4, dtype=np.int8)

    def to_array() -> np.ndarray:
        X = []
        with pysam.FastaFile(fasta) as genome, Path(table).open() as lines:
            for line in lines:
                chrom, start, end, _ = line.split("\t")
                sequence = genome.fetch(chrom, int(start), int(end)).upper()
                X.append(rows[codes[np.frombuffer(sequence.encode(), np.uint8)]])
        return np.stack(X)

    def to_folder() -> np.ndarray:
        import deepchem as dc
        import pandas as pd

        X = to_array()
        frame = pd.read_csv(table, sep="\t", names=["chrom", "start", "end", "label"])
        ids = frame["chrom"] + ":" + frame["start"].astype(str) + "-" + frame["end"].astype(str)
        y = frame["label"].to_numpy(np.float32)[:, None]
        shards = (
            (X[i : i + 8192], y[i : i + 8192], np.ones_like(y[i : i + 8192]), ids[i : i + 8192].to_numpy(str))
            for i in range(0, len(X), 8192)
        )
        with tempfile.TemporaryDirectory() as folder:
            found: np.ndarray = dc.data.DiskDataset.create_dataset(shards, folder, ["label"]).X
            return found

    return {"array": Job(to_array), "folder": Job(to_folder)}


def compare_arrays(record: Record, settings: Settings, fasta: str, table: str, n: int) -> None:
    """Compare what ends in a one-hot array."""
    arguments = {"fasta": fasta, "table": table}
    jobs = {"`Genome` and `one_hot`": ours(**arguments)["array"]}
    with record.attempt("pysam loop"):
        jobs["a loop over `pysam.FastaFile.fetch`"] = pysam_loop(**arguments)["array"]
    contenders = {name: Contender(job.run, n) for name, job in jobs.items()}
    expected, *others = (job.normalize(job.run()) for job in jobs.values())
    peer = None
    with record.attempt("kipoiseq"):
        here = importlib.util.find_spec("kipoiseq") is not None
        given = {**arguments, "length": LENGTH}
        peer = Peer("benchmarks.genome_peers:kipoiseq", given, None if here else settings.peers_python)
        others.append(peer.value("array"))
        record.versions |= {name: peer.versions[name] for name in ("kipoiseq",) if name in peer.versions}
        contenders["kipoiseq `SeqIntervalDl.load_all`"] = Contender(peer.job("array"), n)
    if not all(np.array_equal(other, expected) for other in others):
        raise AssertionError("a contender gives other numbers")
    record.contest(
        f"{n:,} windows of {LENGTH} bp to an array",
        contenders,
        settings.turns(5, 3),
        unit="windows/s",
        checked="the arrays are equal",
    )
    if peer:
        peer.close()


def compare_folders(record: Record, settings: Settings, fasta: str, table: str, n: int) -> None:
    """Compare what ends in a folder that DeepChem opens, and read it back."""
    jobs = {"`IntervalLoader`": ours(fasta, table)["folder"]}
    with record.attempt("pysam loop and DiskDataset.create_dataset"):
        jobs["the same loop and `DiskDataset.create_dataset`"] = pysam_loop(fasta, table)["folder"]
    expected, *others = (job.run() for job in jobs.values())
    if not all(np.array_equal(other, expected) for other in others):
        raise AssertionError("a contender gives other numbers")
    record.contest(
        f"{n:,} windows to a folder, and read from it",
        {name: Contender(job.run, n) for name, job in jobs.items()},
        settings.turns(5, 3),
        unit="windows/s",
        checked="what is read from the folders is equal",
    )


def compare_fasta(record: Record, settings: Settings, folder: Path) -> None:
    """Compare reading of FASTA records with DeepChem's, which gets slower with their number."""
    from deepchem_genomics.quiet import import_quietly

    dc = import_quietly()
    from deepchem_genomics.data import SequenceLoader

    n = settings.pick(20_000, 5_000)
    path = folder / "records.fa"
    rows = np.frombuffer(b"ACGT", np.uint8)[np.random.default_rng(0).integers(0, 4, (n, LENGTH))]
    path.write_text("".join(f">r{i}\n{row.tobytes().decode()}\n" for i, row in enumerate(rows)))

    def our_rows() -> np.ndarray:
        with tempfile.TemporaryDirectory() as out:
            found: np.ndarray = SequenceLoader([], progress=False).create_dataset(path, f"{out}/data").X
            return found

    def their_rows() -> np.ndarray:
        with tempfile.TemporaryDirectory() as out:
            found: np.ndarray = dc.data.FASTALoader(legacy=False).create_dataset(str(path), f"{out}/data").X
            return found

    if not np.array_equal(our_rows(), np.asarray(their_rows())[:, :, [0, 1, 3, 2]]):  # A, C, T, G, other
        raise AssertionError("FASTALoader gives other numbers")
    record.contest(
        f"{n:,} FASTA records of {LENGTH} bases to a folder",
        {"`SequenceLoader`": Contender(our_rows, n), "DeepChem `FASTALoader`": Contender(their_rows, n)},
        settings.turns(3, 2),
        unit="records/s",
        checked="the arrays are equal, columns put in one order",
    )


# Order


def compare_orders(record: Record, settings: Settings, fasta: Path, signal: Path) -> None:
    """Read windows and their bigWig values in order and out of order, 8,192 at a time, as `predict` does."""
    import pandas as pd
    import pybigtools

    from deepchem_genomics.genome import Genome, Signal

    genome = Genome(fasta)
    size, rng = genome.sizes[CHROM], np.random.default_rng(0)
    heights = rng.random(size // 50)
    entries = ((CHROM, 50 * i, 50 * i + 50, float(height)) for i, height in enumerate(heights))
    pybigtools.open(str(signal), "w").write(genome.sizes, entries)
    values = Signal(signal, genome)
    n = settings.pick(65_536, 16_384)
    starts = rng.integers(0, size - LENGTH, n)

    def reader(read: Callable[[pd.DataFrame], np.ndarray], order: np.ndarray) -> Callable[[], np.ndarray]:
        windows = pd.DataFrame({"chrom": CHROM, "start": starts[order], "end": starts[order] + LENGTH})
        return lambda: np.concatenate([read(windows[i : i + 8192]) for i in range(0, n, 8192)])

    in_order, as_drawn = np.argsort(starts), np.arange(n)
    readers: dict[str, Callable[[pd.DataFrame], np.ndarray]] = {
        "windows": genome.fetch_bytes,
        "bigWig values of windows": values.summarize,
    }
    for what, read in readers.items():
        jobs = {"in order": reader(read, in_order), "in random order": reader(read, as_drawn)}
        if not np.array_equal(jobs["in order"](), jobs["in random order"]()[in_order]):
            raise AssertionError(f"{what} depend on the order")
        record.contest(
            f"{n:,} {what} of {LENGTH} bp on {size / 1e6:.0f} Mb, 8,192 at a time",
            {name: Contender(job, n) for name, job in jobs.items()},
            settings.turns(5, 2),
            unit="windows/s",
            checked="the rows are equal, put in one order",
        )


if __name__ == "__main__":
    build_once(*sys.argv[1:])
