"""Work of the size of a genome: windows and signals against peers, and whole commands, on rows sorted and in any order.

A genome is drawn, with a value for each 50 bases in a bigWig file. Peers read fewer windows than we do, one by one, as
they are made to; times are for the same number.
"""

import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contest import Contender, take_turns
from benchmarks.drawn_genome import CHROM, draw_genome, draw_intervals
from benchmarks.processes import DCGENOMICS, Cost, cost_of
from benchmarks.record import Record, Settings
from benchmarks.startup import save_model
from deepchem_genomics.genome import Genome, Signal, read_intervals

LENGTH, STEP = 101, 50

Values = NDArray[Any]


def run(record: Record, settings: Settings) -> None:
    """Draw the inputs, compare with peers, then run the commands in turn."""
    size = settings.pick(250_000_000, 4_000_000)
    few, many, n_variants = settings.pick((300_000, 3_000_000, 200_000), (8_000, 16_000, 500))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fasta = draw_genome(folder, size)
        signal = draw_signal(folder / "signal.bw", size)
        for rows, title in ((few, "few"), (many, "many")):
            table = draw_intervals(folder / f"{title}.tsv", rows, size, LENGTH)
            write_sorted(table, folder / f"{title}_sorted.tsv")
        draw_variants(folder / "variants.vcf", fasta, n_variants)
        save_model(folder / "model")
        tables = {"in any order": folder / "few.tsv", "sorted": folder / "few_sorted.tsv"}
        compare_windows(record, settings, fasta, tables)
        compare_signals(record, settings, signal, tables)
        compare_commands(record, settings, folder, {"few": few, "many": many, "variants": n_variants})
    record.use_versions("deepchem", "tensorflow", "numpy", "pybigtools", "pyfaidx", "pyBigWig")


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


def compare_windows(record: Record, settings: Settings, fasta: Path, tables: Mapping[str, Path]) -> None:
    """Read windows as letters."""
    windows = {title: read_intervals(path, labels=[]) for title, path in tables.items()}
    some = {title: table.head(settings.pick(20_000, 500)) for title, table in windows.items()}
    with Genome(fasta) as genome:
        contenders = {
            f"`Genome.fetch_bytes`, {title}": Contender(partial(genome.fetch_bytes, table), len(table))
            for title, table in windows.items()
        }
        with record.attempt("pyfaidx"):
            import pyfaidx

            theirs = pyfaidx.Fasta(str(fasta), as_raw=True, sequence_always_upper=True, read_ahead=None)

            def read(table: pd.DataFrame) -> list[str]:
                places = zip(table["start"].tolist(), table["end"].tolist(), strict=True)
                return [theirs[CHROM][start:end] for start, end in places]

            for title, table in some.items():
                if read(table) != [row.tobytes().decode() for row in genome.fetch_bytes(table)]:
                    raise AssertionError(f"pyfaidx reads other letters of windows {title}")
                contenders[f"pyfaidx, {title}"] = Contender(partial(read, table), len(table))
        record.contest(
            "windows of 101 bases as letters",
            contenders,
            settings.turns(5, 1),
            unit="windows/s",
            checked="the letters are the same",
        )


def compare_signals(record: Record, settings: Settings, path: Path, tables: Mapping[str, Path]) -> None:
    """Give windows their mean value."""
    windows = {title: read_intervals(table, labels=[]) for title, table in tables.items()}
    some = {title: table.head(settings.pick(20_000, 500)) for title, table in windows.items()}
    with Signal(path) as signal:
        contenders = {
            f"`Signal.summarize`, {title}": Contender(partial(signal.summarize, table), len(table))
            for title, table in windows.items()
        }
        for name, peer in (("pybigtools", _pybigtools), ("pyBigWig", _pybigwig)):
            with record.attempt(name):
                means = peer(path)
                for title, table in some.items():
                    if not np.allclose(means(table), signal.summarize(table), rtol=1e-5):
                        raise AssertionError(f"{name} gives windows {title} other means")
                    contenders[f"{name}, {title}"] = Contender(partial(means, table), len(table))
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


def _pybigwig(path: Path) -> Callable[[pd.DataFrame], Values]:
    import pyBigWig

    track = pyBigWig.open(str(path))

    def means(table: pd.DataFrame) -> Values:
        places = zip(table["start"].tolist(), table["end"].tolist(), strict=True)
        return np.array([track.stats(CHROM, start, end, exact=True)[0] for start, end in places])

    return means


# Whole commands


def compare_commands(record: Record, settings: Settings, folder: Path, counts: Mapping[str, int]) -> None:
    """Run each command in a process of its own, in turn, on one core."""
    commands = _commands(folder, counts)
    found: dict[str, list[Cost]] = {title: [] for title in commands}

    def job(title: str) -> Callable[[], None]:
        return lambda: found[title].append(
            cost_of([*DCGENOMICS, *commands[title][1], "--overwrite"], OMP_NUM_THREADS="1")
        )

    take_turns({title: job(title) for title in commands}, settings.turns(2, 1), title="commands")
    middle = {title: sorted(costs, key=lambda cost: cost.wall)[len(costs) // 2] for title, costs in found.items()}
    record.table(
        "Commands, each in a process of its own",
        ["command", "rows", "seconds", "of a processor", "rows/s", "MB at most"],
        [
            [
                title,
                f"{n:,}",
                f"{middle[title].wall:.1f}",
                f"{middle[title].processor:.1f}",
                f"{n / middle[title].wall:,.0f}",
                f"{middle[title].megabytes:,.0f}",
            ]
            for title, (n, _) in commands.items()
        ],
        "Seconds are from the start of the process to its end, of the middle of the rounds. "
        + _ratios({title: cost.processor for title, cost in middle.items()}, f"{counts['many']:,} windows"),
    )


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


def _commands(folder: Path, counts: Mapping[str, int]) -> dict[str, tuple[int, list[str]]]:
    """Return the number of rows and the arguments of each command, in the order in which they need one another."""
    genome = ["--genome", str(folder / "genome.fa")]
    model = ["--model", str(folder / "model")]
    track = ["--track", f"signal={folder / 'signal.bw'}"]
    train = ["train", str(folder / "few"), "--model", "network", "--set", "epochs=1", "--out", str(folder / "trained")]
    windows = {f"{n:,} windows {order}": (n, folder / f"{size}{ending}.tsv")
               for size, n in (("few", counts["few"]), ("many", counts["many"]))
               for order, ending in (("in any order", ""), ("sorted", "_sorted"))}  # fmt: skip
    found = {}
    for title, (n, table) in windows.items():
        build = ["build", "intervals", str(table), "--as-given", "--label-column", "label", *genome]
        out = ["--out", str(folder / table.stem)]
        found[f"`build`, {title}"] = n, [*build, *out]
        found[f"`build` with a bigWig, {title}"] = n, [*build, *track, *out]
        found[f"`predict` from intervals, {title}"] = (
            n,
            ["predict", str(table), *model, *genome, "--out", str(folder / "predicted.tsv")],
        )
    n = counts["few"]
    found[f"`train` one epoch, {n:,} windows"] = n, train
    found[f"`evaluate`, {n:,} windows"] = n, ["evaluate", str(folder / "few"), *model]
    n = counts["variants"]
    found[f"`variants`, {n:,} in any order"] = (
        n,
        ["variants", str(folder / "variants.vcf"), *model, *genome, "--out", str(folder / "variants.tsv")],
    )
    return found
