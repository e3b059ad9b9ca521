"""Work of the size of a genome: windows and signals against peers, and whole commands, on rows sorted and in any order.

A genome is drawn, with a value for each 50 bases in a bigWig file. Peers read fewer windows than we do, one by one, as
they are made to; times are for the same number.
"""

import importlib.util
import statistics
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contest import Contender, take_turns
from benchmarks.drawn_genome import CHROM, draw_genome, draw_intervals
from benchmarks.genome_before import COMMIT, compare_versions
from benchmarks.peers import Peer
from benchmarks.processes import DCGENOMICS, ONE_CORE, ROOT, Cost, cost_of
from benchmarks.record import Record, Settings
from benchmarks.startup import save_model
from deepchem_genomics.feat import one_hot
from deepchem_genomics.genome import Genome, Signal, read_intervals

LENGTH, STEP = 101, 50

Values = NDArray[Any]


def run(record: Record, settings: Settings) -> None:
    """Draw the inputs, compare with peers, then run the commands in turn."""
    size, scanned = settings.pick((250_000_000, 50_000_000), (4_000_000, 400_000))
    few, many, n_variants = settings.pick((300_000, 3_000_000, 200_000), (8_000, 16_000, 500))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fasta = draw_genome(folder, size)
        signal = draw_signal(folder / "signal.bw", size)
        for rows, title in ((few, "few"), (many, "many")):
            table = draw_intervals(folder / f"{title}.tsv", rows, size, LENGTH)
            write_sorted(table, folder / f"{title}_sorted.tsv")
        draw_variants(folder / "variants.vcf", fasta, n_variants)
        (folder / "scanned").mkdir()
        draw_genome(folder / "scanned", scanned)
        save_model(folder / "model")
        tables = Tables.read({"in any order": folder / "few.tsv", "sorted": folder / "few_sorted.tsv"}, settings)
        compare_windows(record, settings, fasta, tables)
        compare_encoded_windows(record, settings, fasta, tables)
        compare_signals(record, settings, signal, tables)
        counts = {"few": few, "many": many, "variants": n_variants, "scanned": scanned}
        compare_commands(record, settings, folder, counts)
        if settings.before:
            with record.attempt(f"commit {COMMIT}"):
                compare_versions(record, settings, folder, settings.before, scanned)
    record.use_versions("deepchem", "tensorflow", "numpy", "pybigtools", "pyfaidx")


def draw_signal(path: Path, size: int) -> Path:
    """Write a value for each 50 bases."""
    import pybigtools

    size = size // 60 * 60  # as the genome is drawn
    values = np.random.default_rng(0).random(size // STEP, dtype=np.float32)
    places = ((CHROM, STEP * i, STEP * (i + 1), float(value)) for i, value in enumerate(values))
    pybigtools.open(str(path), "w").write({CHROM: size}, places)
    return path


def write_sorted(table: Path, path: Path) -> None:
    """Write the same intervals in their order on the chromosome."""
    rows = pd.read_csv(table, sep="\t", names=["chrom", "start", "end", "label"]).sort_values("start")
    rows.to_csv(path, sep="\t", header=False, index=False)


def draw_variants(path: Path, fasta: Path, n: int) -> None:
    """Write single-letter variants in random order, whose REF is what the genome has."""
    with Genome(fasta) as genome:
        size = genome.sizes[CHROM]
        places = np.random.default_rng(2).choice(np.arange(LENGTH, size - LENGTH), n, replace=False)
        table = pd.DataFrame({"chrom": CHROM, "start": places, "end": places + 1})
        letters = [row.tobytes().decode() for row in genome.fetch_bytes(table)]
    other = dict(zip("ACGT", "CGTA", strict=True))
    with path.open("w") as file:
        file.write("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n")
        for place, letter in zip(places.tolist(), letters, strict=True):
            file.write(f"{CHROM}\t{place + 1}\t.\t{letter}\t{other[letter]}\t.\t.\t.\n")


# Windows and signals against peers


class Tables(NamedTuple):
    """Windows in each order; and the first of them, and the file that they are in, for peers, which are slower."""

    all: dict[str, pd.DataFrame]
    some: dict[str, pd.DataFrame]
    files: dict[str, Path]

    @classmethod
    def read(cls, paths: Mapping[str, Path], settings: Settings) -> "Tables":
        """Read the places of windows."""
        windows = {title: read_intervals(path, labels=[]) for title, path in paths.items()}
        some = {title: table.head(settings.pick(20_000, 500)) for title, table in windows.items()}
        files = {title: path.with_suffix(".bed") for title, path in paths.items()}
        for title, table in some.items():
            table[["chrom", "start", "end"]].to_csv(files[title], sep="\t", header=False, index=False)
        return cls(windows, some, files)


def _by_order(
    name: str, work: Callable[[pd.DataFrame], object], tables: Mapping[str, pd.DataFrame]
) -> dict[str, Contender]:
    """Return a contender for each order of windows."""
    return {f"{name}, {title}": Contender(partial(work, table), len(table)) for title, table in tables.items()}


def compare_windows(record: Record, settings: Settings, fasta: Path, tables: Tables) -> None:
    """Read windows as letters."""
    with Genome(fasta) as genome, ExitStack() as opened:
        contenders = _by_order("`Genome.fetch_bytes`", genome.fetch_bytes, tables.all)
        with record.attempt("pyfaidx"):
            import pyfaidx

            theirs = pyfaidx.Fasta(str(fasta), as_raw=True, sequence_always_upper=True, read_ahead=None)

            def read(table: pd.DataFrame) -> list[str]:
                places = zip(table["start"].tolist(), table["end"].tolist(), strict=True)
                return [theirs[CHROM][start:end] for start, end in places]

            for title, table in tables.some.items():
                if read(table) != [row.tobytes().decode() for row in genome.fetch_bytes(table)]:
                    raise AssertionError(f"pyfaidx reads other letters of windows {title}")
            contenders |= _by_order("pyfaidx", read, tables.some)
        name = "GenVarLoader `RefDataset`, genome in memory"
        with record.attempt(name):

            def start(title: str) -> Peer:
                return opened.enter_context(_window_peer("genvarloader", fasta, tables.files[title], settings, record))

            contenders |= _of_peer(name, "letters", start, genome.fetch_bytes, tables)
        record.contest(
            "windows of 101 bases as letters",
            contenders,
            settings.turns(5, 1),
            unit="windows/s",
            checked="the letters are the same",
        )


def compare_encoded_windows(record: Record, settings: Settings, fasta: Path, tables: Tables) -> None:
    """Read windows as one-hot arrays."""
    with Genome(fasta) as genome, ExitStack() as opened:

        def encode(table: pd.DataFrame) -> Values:
            return one_hot(genome.fetch_bytes(table))

        contenders = _by_order("`Genome` and `one_hot`", encode, tables.all)
        for package, name in (
            ("kipoiseq", "kipoiseq `SeqIntervalDl.load_all`"),
            ("genvarloader", "GenVarLoader, genome in memory, and SeqPro"),
        ):

            def start(title: str, package: str = package) -> Peer:
                return opened.enter_context(_window_peer(package, fasta, tables.files[title], settings, record))

            with record.attempt(name):
                contenders |= _of_peer(name, "array", start, encode, tables)
        record.contest(
            "windows of 101 bases as a one-hot array",
            contenders,
            settings.turns(5, 1),
            unit="windows/s",
            checked="the arrays are equal",
        )


def _of_peer(
    name: str, job: str, start: Callable[[str], Peer], ours: Callable[[pd.DataFrame], Values], tables: Tables
) -> dict[str, Contender]:
    """Return a peer's contender for each order of windows, whose values are ours; ``start`` takes the order."""
    found = {}
    for title, table in tables.some.items():
        peer = start(title)
        if not np.array_equal(peer.value(job), ours(table)):
            raise AssertionError(f"{name} gives other values for windows {title}")
        found[f"{name}, {title}"] = Contender(peer.job(job), len(table))
    return found


def _window_peer(package: str, fasta: Path, table: Path, settings: Settings, record: Record) -> Peer:
    return _peer(package, {"fasta": str(fasta), "table": str(table), "length": LENGTH}, settings, record)


def _peer(package: str, arguments: Mapping[str, Any], settings: Settings, record: Record) -> Peer:
    """Start a peer, here or in the interpreter that has it."""
    python = None if importlib.util.find_spec(package) else settings.peers_python
    peer = Peer(f"benchmarks.genome_peers:{package.lower()}", arguments, python)
    record.versions |= {name: version for name, version in peer.versions.items() if name == package}
    return peer


def compare_signals(record: Record, settings: Settings, path: Path, tables: Tables) -> None:
    """Give windows their mean value."""
    with Signal(path) as signal, ExitStack() as opened:
        contenders = _by_order("`Signal.summarize`", signal.summarize, tables.all)

        def require_equal(name: str, title: str, means: Values) -> None:
            if not np.allclose(means, signal.summarize(tables.some[title]), rtol=1e-5):
                raise AssertionError(f"{name} gives windows {title} other means")

        with record.attempt("pybigtools"):
            means = _pybigtools(path)
            for title, table in tables.some.items():
                require_equal("pybigtools", title, means(table))
            contenders |= _by_order("pybigtools", means, tables.some)
        with record.attempt("pyBigWig"):
            for title, table in tables.some.items():
                arguments = {"signal": str(path), "table": str(tables.files[title])}
                peer = opened.enter_context(_peer("pyBigWig", arguments, settings, record))
                require_equal("pyBigWig", title, peer.value("means"))
                contenders[f"pyBigWig, {title}"] = Contender(peer.job("means"), len(table))
        record.contest(
            "means of a bigWig over windows of 101 bases",
            contenders,
            settings.turns(5, 1),
            unit="windows/s",
            checked="the means differ by a hundred-thousandth at most",
        )


def _pybigtools(path: Path) -> Callable[[pd.DataFrame], Values]:
    """Use its own summary of the bases of a window."""
    import pybigtools

    track = pybigtools.open(str(path))

    def means(table: pd.DataFrame) -> Values:
        places = zip(table["start"].tolist(), table["end"].tolist(), strict=True)
        return np.array([track.values(CHROM, start, end, bins=1, exact=True)[0] for start, end in places])

    return means


# Whole commands


class Command(NamedTuple):
    """A command, and how many rows it works on."""

    rows: int
    arguments: list[str]


def compare_commands(record: Record, settings: Settings, folder: Path, counts: Mapping[str, int]) -> None:
    """Run each command in a process of its own, in turn, on one core; then those that take it, with two processes."""
    commands = _commands(folder, counts)
    many = f"{counts['many']:,} windows sorted"
    pairs = [title for title in commands if many in title or title.startswith(("`variants`", "`scan`"))]
    found: dict[str, list[Cost]] = {title: [] for title in [*commands, *map(_with_two, pairs)]}

    def job(title: str, name: str, *options: str) -> Callable[[], None]:
        arguments = [*DCGENOMICS, *commands[title].arguments, "--overwrite", *options]
        return lambda: found[name].append(cost_of(arguments, ROOT, **ONE_CORE))

    jobs = {title: job(title, title) for title in commands}
    jobs |= {_with_two(title): job(title, _with_two(title), "--jobs", "2") for title in pairs}
    take_turns(jobs, settings.turns(1, 1), title="commands")
    middle = {title: sorted(costs, key=lambda cost: cost.wall)[len(costs) // 2] for title, costs in found.items()}
    record.table(
        "Commands, each in a process of its own",
        ["command", "rows", "seconds", "CPU seconds", "rows/s", "peak MB"],
        [
            [
                title,
                f"{one.rows:,}",
                f"{middle[title].wall:.1f}",
                f"{middle[title].processor:.1f}",
                f"{one.rows / middle[title].wall:,.0f}",
                f"{middle[title].megabytes:,.0f}",
            ]
            for title, one in commands.items()
        ],
        "Seconds are from the start of the process to its end, in the median round. "
        + _ratios({title: cost.processor for title, cost in middle.items()}, f"{counts['few']:,} windows"),
    )
    record.table(
        "Two processes against one",
        ["command", "seconds with `--jobs 1`", "with `--jobs 2`", "times as fast", "processor time, times"],
        [_pair(title, found[title], found[_with_two(title)]) for title in pairs],
        "Ratios are of the two runs of a round, as the median of the rounds.",
    )


def _with_two(title: str) -> str:
    return f"{title}, two processes"


def _pair(title: str, one: list[Cost], two: list[Cost]) -> list[str]:
    """Return the row of a command that was run with one process and with two."""
    faster = statistics.median(a.wall / b.wall for a, b in zip(one, two, strict=True))
    work = statistics.median(b.processor / a.processor for a, b in zip(one, two, strict=True))
    seconds = (f"{statistics.median(cost.wall for cost in costs):.1f}" for costs in (one, two))
    return [title, *seconds, f"{faster:.2f}", f"{work:.2f}"]


def _ratios(seconds: Mapping[str, float], windows: str) -> str:
    """Say what order and a bigWig cost."""
    build, tracked = seconds[f"`build`, {windows} sorted"], seconds[f"`build` with a bigWig, {windows} sorted"]
    predict = seconds[f"`predict` from intervals, {windows} sorted"]
    mixed = [seconds[f"{command}, {windows} in any order"] for command in ("`build`", "`predict` from intervals")]
    return (
        f"Of {windows}, those in any order take {mixed[0] / build:.2f} times the processor time of sorted ones to "
        f"build and {mixed[1] / predict:.2f} times to predict, and a bigWig makes a build {tracked / build:.2f} times "
        "as long."
    )


def _commands(folder: Path, counts: Mapping[str, int]) -> dict[str, Command]:
    """Return the commands in the order in which they need one another."""
    genome = ["--genome", str(folder / "genome.fa")]
    model = ["--model", str(folder / "model")]
    track = ["--track", f"signal={folder / 'signal.bw'}"]
    found = {}
    for size, order, ending in (
        ("few", "in any order", ""),
        ("few", "sorted", "_sorted"),
        ("many", "sorted", "_sorted"),
    ):
        n, table = counts[size], folder / f"{size}{ending}.tsv"
        title = f"{n:,} windows {order}"
        build = ["build", "intervals", str(table), "--as-given", "--label-column", "label", *genome]
        out = ["--out", str(folder / table.stem)]
        found[f"`build`, {title}"] = Command(n, [*build, *out])
        found[f"`build` with a bigWig, {title}"] = Command(n, [*build, *track, *out])
        predict = ["predict", str(table), *model, *genome, "--out", str(folder / "predicted.tsv")]
        found[f"`predict` from intervals, {title}"] = Command(n, predict)
    n, data = counts["few"], str(folder / "few")
    train = ["train", data, "--model", "network", "--set", "epochs=1", "--out", str(folder / "trained")]
    found[f"`train` one epoch, {n:,} windows"] = Command(n, train)
    found[f"`evaluate`, {n:,} windows"] = Command(n, ["evaluate", data, *model])
    n = counts["variants"]
    variants = ["variants", str(folder / "variants.vcf"), *model, *genome, "--out", str(folder / "variants.tsv")]
    found[f"`variants`, {n:,} in any order"] = Command(n, variants)
    n = counts["scanned"] // STEP
    scan = ["scan", "--genome", str(folder / "scanned" / "genome.fa"), *model, "--stride", str(STEP)]
    found[f"`scan`, both strands of {n:,} windows"] = Command(n, [*scan, "--out", str(folder / "scores.bw")])
    return found
