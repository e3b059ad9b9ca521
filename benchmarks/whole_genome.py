"""What a whole genome would cost: commands on a part of one and on a quarter of that, and what follows for all of it.

Also one small job with no cluster, and on dask clusters of one and of two workers.
"""

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks.contest import Contender, Contest, Seconds, take_turns
from benchmarks.drawn_genome import CHROM, draw_genome
from benchmarks.processes import DCGENOMICS, ROOT, Cost, cost_of, size_of
from benchmarks.record import Record, Settings
from benchmarks.startup import save_model

LENGTH = 101
HG38 = 3_088_269_832  # bases of chr1 to chr22, X and Y
WINDOWS = HG38 // LENGTH


class Measured(NamedTuple):
    """What one command took for so many windows."""

    windows: int
    cost: Cost
    written: int  # bytes


def run(record: Record, settings: Settings) -> None:
    """Measure on both parts, extrapolate; then clusters."""
    size = settings.pick(88_000_000, 4_000_000)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_model(folder / "model")
        parts = [make_part(folder / "quarter", size // 4), make_part(folder / "part", size)]
        titles: dict[str, Callable[[Path], Measured]] = {
            "`build tiles` (to a DiskDataset)": build,
            "`predict` (of that folder, to TSV)": predict,
            "`scan`, one process (genome to bigWig)": scan,
            "`scan --jobs 2`": lambda folder: scan(folder, 2),
        }
        if settings.quick:
            del titles["`scan --jobs 2`"]
            record.leave_out("`scan --jobs 2` and the cluster of one worker", "not in a quick run")
        measured: dict[str, list[list[Measured]]] = {title: [[], []] for title in titles}
        for _ in range(settings.turns(3, 1)):
            for title, command in titles.items():
                for found, part in zip(measured[title], parts, strict=True):
                    found.append(command(part))
        table(record, {title: [_middle(found) for found in both] for title, both in measured.items()}, size)
        compare_clusters(record, settings, parts[1] if settings.quick else parts[0])
    record.use_versions("deepchem", "tensorflow", "numpy", "dask", "distributed", "pybigtools")


def make_part(folder: Path, size: int) -> Path:
    """Draw a genome, and a peak every 25,000 bases on it."""
    folder.mkdir()
    draw_genome(folder, size)
    starts = range(10_000, size - 1000, 25_000)
    (folder / "peaks.bed").write_text("".join(f"{CHROM}\t{s}\t{s + 200}\n" for s in starts))
    return folder


def build(folder: Path, *options: str) -> Measured:
    """Cut the genome into windows side by side and write a dataset folder."""
    out = folder / "dataset"
    arguments = ["--peaks", str(folder / "peaks.bed"), "--task", "bound", "--genome", str(folder / "genome.fa")]
    cost = cost_of([*DCGENOMICS, "build", "tiles", *arguments, "--out", str(out), "--overwrite", "--quiet", *options])
    (kept,) = (line.split("\t")[1] for line in cost.printed.splitlines() if line.startswith(str(out)))
    return Measured(int(kept.split()[0]), cost, size_of(out))


def predict(folder: Path) -> Measured:
    """Predict for that folder."""
    out = folder / "predicted.tsv"
    arguments = [str(folder / "dataset"), "--model", str(folder.parent / "model"), "--out", str(out)]
    cost = cost_of([*DCGENOMICS, "predict", *arguments, "--overwrite", "--quiet"])
    with out.open() as lines:
        return Measured(sum(1 for _ in lines) - 1, cost, size_of(out))


def scan(folder: Path, jobs: int = 1) -> Measured:
    """Predict along the genome, forward strand, windows side by side, to a track."""
    out = folder / "track.bw"
    arguments = ["--model", str(folder.parent / "model"), "--genome", str(folder / "genome.fa"), "--out", str(out)]
    along = ["--stride", str(LENGTH), "--strands", "forward", "--jobs", str(jobs), "--overwrite", "--quiet"]
    cost = cost_of([*DCGENOMICS, "scan", *arguments, *along])
    return Measured(((folder / "genome.fa").stat().st_size * 60 // 61) // LENGTH, cost, size_of(out))


def _middle(found: list[Measured]) -> Measured:
    """Return the run with the median wall time."""
    return sorted(found, key=lambda run: run.cost.wall)[len(found) // 2]


def table(record: Record, measured: dict[str, list[Measured]], size: int) -> None:
    """Write what was measured, and what all of hg38 would take."""
    rows, whole = [], []
    for title, (quarter, part) in measured.items():
        each = (part.cost.wall - quarter.cost.wall) / (part.windows - quarter.windows)
        start = max(0.0, part.cost.wall - each * part.windows)
        processor = (part.cost.processor - quarter.cost.processor) / (part.windows - quarter.windows)
        bytes_each = (part.written - quarter.written) / (part.windows - quarter.windows)
        rows.append(
            [
                title,
                f"{part.windows:,}",
                f"{part.cost.wall:.1f}",
                f"{start:.1f}",
                f"{1 / each:,.0f}" if each > 0 else "not measurable",
                f"{quarter.cost.megabytes:,.0f}, {part.cost.megabytes:,.0f}",
                f"{part.written / 1e6:,.1f}",
            ]
        )
        whole.append(
            [
                title,
                _duration(each * WINDOWS),
                "not counted" if "--jobs" in title else _duration(processor * WINDOWS),  # of the workers
                f"{part.cost.megabytes / 1024:.1f}",
                f"{bytes_each * WINDOWS / 1e9:.1f}",
            ]
        )
    record.table(
        f"Measured on {size / 1e6:.0f} Mb",
        ["command", "windows", "seconds", "of that to start", "windows/s after", "MB: quarter, part", "MB written"],
        rows,
    )
    record.table(
        f"Extrapolated to {WINDOWS / 1e6:.1f} million windows",
        ["command", "time", "processor time", "GB of memory", "GB written"],
        whole,
        "Memory is that of the part, most of it for libraries; the table of growth shows what a million more windows "
        "add.",
    )


def _duration(seconds: float) -> str:
    if seconds <= 0:
        return "not measurable"
    return f"{seconds / 3600:.1f} h" if seconds >= 5400 else f"{seconds / 60:.0f} min"


def compare_clusters(record: Record, settings: Settings, folder: Path) -> None:
    """Build the same folder alone, on a dask cluster of one worker, and on one of two."""
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        record.leave_out("dask cluster", error)
        return
    windows, fingerprints = {}, {}

    def job(title: str, *options: str) -> Callable[[], Seconds]:
        def build_there() -> Seconds:
            found = build(folder, *options)
            windows[title] = found.windows
            fingerprints[title] = _contents(folder / "dataset")
            return Seconds(found.cost.wall)

        return build_there

    with _cluster(1) as one, _cluster(2) as two:
        jobs = {
            "one process, no cluster": job("one process, no cluster"),
            "cluster of one worker": job("cluster of one worker", "--scheduler", one),
            "cluster of two workers": job("cluster of two workers", "--scheduler", two),
        }
        if settings.quick:
            del jobs["cluster of one worker"]
        seconds = take_turns(jobs, settings.turns(3, 1), title="dask")
    if len(set(fingerprints.values())) != 1:
        raise AssertionError("the cluster wrote another folder")
    contenders = {title: Contender(run, windows[title]) for title, run in jobs.items()}
    contest = Contest(
        title=f"`build tiles` of {next(iter(windows.values())):,} windows, whole command",
        unit="windows/s",
        ours="one process, no cluster",
        checked="X, y, w and ids of every shard are equal to the byte",
        amounts={title: contender.amount for title, contender in contenders.items()},
        seconds=seconds,
        note="Workers are processes on this machine that are already running; `dcgenomics build --scheduler ADDRESS`.",
    )
    record.parts.append(contest.as_json())


@contextmanager
def _cluster(workers: int) -> Iterator[str]:
    """Run a dask cluster in a process of its own, and give its address."""
    program = (
        "import sys; from distributed import LocalCluster\n"
        "if __name__ == '__main__':\n"
        "    with LocalCluster(n_workers=int(sys.argv[1]), threads_per_worker=1, processes=True,\n"
        "                      dashboard_address=None) as cluster:\n"
        "        print(cluster.scheduler_address, flush=True); sys.stdin.read()\n"
    )
    with tempfile.TemporaryDirectory() as name:
        script = Path(name) / "cluster.py"  # workers start by importing it: it must be a file
        script.write_text(program)
        command = [sys.executable, str(script), str(workers)]
        environment = {**_environment(), "DASK_TEMPORARY_DIRECTORY": name}
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert process.stdout and process.stdin
            address = process.stdout.readline().strip()
            if not address:
                raise RuntimeError("the dask cluster did not start")
            yield address
        finally:
            process.communicate()


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}  # the workers import the package


def _contents(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob("shard-*.npy")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
