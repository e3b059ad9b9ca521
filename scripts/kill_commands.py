"""The commands that ``kill.py`` can kill: how each is given, what it writes and how that is opened, and its input."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np

CHROMOSOMES, BASES, LENGTH = 12, 25_000, 101
INPUTS = "inputs"


class Command(NamedTuple):
    """One command and what is known of it."""

    arguments: tuple[str, ...]
    again: tuple[tuple[str, ...], ...]  # what may be added to go on; one is drawn
    side_by_side: tuple[str, ...]  # what may be added for helpers
    outputs: tuple[str, ...]  # final names
    folders: tuple[str, ...]  # patterns of folders that are there whole or not at all
    own: tuple[str, ...]  # what is copied, so that files are made beside it anew
    open: Callable[[Path], None]
    aside: tuple[str, ...] = ()  # what is there for going on only and need not be equal
    later: str = ""  # beginning of names that are compared at the end alone
    has_helpers: bool = False  # also without side_by_side
    share: float = 0.15  # of attempts side by side: starting helpers takes long
    in_a_row: tuple[int, ...] = (1, 1, 2, 3)  # how often it is killed before it may end; one is drawn


def open_dataset(folder: Path) -> None:
    """Read every row of the dataset."""
    from deepchem.data import DiskDataset

    from deepchem_genomics.data import SideInput

    if (folder / "dataset").exists():
        dataset = DiskDataset(str(folder / "dataset"))
        if len(dataset.X) != len(dataset.y) or len(set(dataset.ids)) != len(dataset.ids):
            raise AssertionError("rows are missing")
        SideInput.from_file(folder / "dataset" / "side_input.tsv.gz").lookup(dataset.ids)


def open_model(folder: Path) -> None:
    """Load the model, and find its weights in the newest checkpoint too."""
    from deepchem_genomics import models

    if not (folder / "model").exists():
        return
    model = models.GenomicsModel.load(folder / "model")
    weights = model.model.get_weights()
    model.restore(model_dir=folder / "checkpoints")
    if not all(map(np.array_equal, weights, model.model.get_weights())):
        raise AssertionError("the last checkpoint has other weights than the model")


def open_tracks(folder: Path) -> None:
    """Read every value and every peak."""
    import pybigtools

    if (folder / "track.bw").exists():
        with pybigtools.open(str(folder / "track.bw")) as track:
            for chromosome, size in track.chroms().items():
                if np.isnan(track.values(chromosome, 0, size)).all():
                    raise AssertionError(f"{chromosome} has no values")
    if (folder / "peaks.bed").exists():
        for line in (folder / "peaks.bed").read_text().splitlines():
            if len(line.split("\t")) != 10:
                raise AssertionError(f"half a line: {line}")


def open_benchmark(folder: Path) -> None:
    """Read every cell and its predictions."""
    from deepchem_genomics.benchmark import read_cells

    for cell in read_cells(folder / "out"):
        if len(cell.predictions().predicted) != cell.record["n_scored"]:
            raise AssertionError(f"{cell.folder} has not all predictions")


def open_scores(folder: Path) -> None:
    """Read every row of the tables."""
    for name in ("scores.tsv", "scores.skipped.tsv", "design/sites.tsv", "design/selected.tsv"):
        if (folder / name).exists():
            widths = {line.count("\t") for line in (folder / name).read_text().splitlines()}
            if len(widths) != 1:
                raise AssertionError(f"{name}: half a line")


SIGNAL = ("--track", f"accessibility={INPUTS}/dnase.bw")
COMMANDS = {
    "build": Command(
        ("build", "intervals", f"{INPUTS}/peaks.tsv", "-g", "genome.fa.gz", *SIGNAL, "--shuffle", "--balance",
         "--shard-size", "2000", "-o", "dataset"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("dataset",), ("dataset",), ("genome.fa.gz",), open_dataset,
        share=0.3,
    ),
    "train": Command(
        ("train", f"{INPUTS}/data", "-o", "model", "--model", "network-accessibility", "--split", "random",
         "--checkpoints", "checkpoints", "--set", "epochs=15", "--set", "patience=4", "--set", "batch_size=200",
         "--set", "learning_rate=0.01", "--seed", "3"),
        (("--resume", "--overwrite"),), (), ("model",), ("model",), (), open_model, ("checkpoints",),
    ),
    "scan": Command(
        ("scan", "-m", f"{INPUTS}/model", "-g", "genome.fa", *SIGNAL, "-o", "track.bw", "-o", "peaks.bed", "--top",
         "0.1", "--stride", "50"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("track.bw", "peaks.bed"), (), ("genome.fa",), open_tracks,
    ),
    "predict": Command(
        ("predict", f"{INPUTS}/peaks.tsv", "-m", f"{INPUTS}/model", "-g", "genome.fa", *SIGNAL, "-o", "scores.tsv"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("scores.tsv",), (), ("genome.fa",), open_scores,
    ),
    "variants": Command(
        ("variants", f"{INPUTS}/calls.vcf", "-m", f"{INPUTS}/model", "-g", "genome.fa", *SIGNAL, "-o", "scores.tsv"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("scores.tsv", "scores.skipped.tsv"), (), ("genome.fa",), open_scores,
    ),
    "sirna": Command(
        ("sirna", "design", f"{INPUTS}/transcripts.fa", "--fold", "no", "-o", "design"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("design",), ("design",), (), open_scores,
    ),
    "benchmark": Command(
        ("benchmark", "simulated-sirna", "--models", "mean,rules-chapter,rules-reynolds", "--seeds", "1", "--jobs", "2",
         "--out", "out"),
        ((),), (), ("out/report.html",), ("out/cells/*/*/seed*",), (), open_benchmark, has_helpers=True,
        later="out/report.", in_a_row=(1, 2, 3, 4, 5),
    ),
}  # fmt: skip


def make_inputs(folder: Path) -> int:
    """Write a genome, labelled intervals, a signal; build a dataset and train a model on it."""
    import pybigtools

    chance = np.random.default_rng(0)
    sizes = {f"chr{i + 1}": BASES for i in range(CHROMOSOMES)}
    genome = {name: "".join(chance.choice(list("ACGT"), size)) for name, size in sizes.items()}
    genome = {name: bases[:9000] + "N" * 300 + bases[9300:] for name, bases in genome.items()}
    text = "".join(f">{name}\n{bases}\n" for name, bases in genome.items())
    (folder / "genome.fa").write_text(text)
    (folder / "genome.fa.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    entries = [(name, at, at + 50, float(chance.lognormal())) for name in sizes for at in range(0, BASES, 50)]
    writer = pybigtools.open(str(folder / "dnase.bw"), "w")
    writer.write(sizes, iter(entries))
    writer.close()
    starts = [(name, at) for name in sizes for at in range(100, BASES - 200, 25) if not 8800 < at < 9400]
    rows = [f"{name}\t{at}\t{at + LENGTH}\t{int(chance.random() < 0.3)}\n" for name, at in starts]
    (folder / "peaks.tsv").write_text("chrom\tstart\tend\tlabel\n" + "".join(rows))
    (folder / "few.tsv").write_text("chrom\tstart\tend\tlabel\n" + "".join(rows[::10]))
    turned = str.maketrans("ACGTN", "CATGN")
    calls = [(name, at) for name in sizes for at in range(200, BASES - 200, 30)]
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    records = [
        f"{name}\t{at + 1}\t.\t{(base := genome[name][at])}\t{base.translate(turned)}\t.\t.\t.\n" for name, at in calls
    ]
    (folder / "calls.vcf").write_text(head + "".join(records))
    transcripts = ["".join(chance.choice(list("ACGU"), 6_000)) for _ in range(8)]
    (folder / "transcripts.fa").write_text("".join(f">t{i}\n{bases}\n" for i, bases in enumerate(transcripts)))
    failed = run_command(
        ["build", "intervals", str(folder / "few.tsv"), "-g", str(folder / "genome.fa"), "--track",
         f"accessibility={folder / 'dnase.bw'}", "-o", str(folder / "data")]
    )  # fmt: skip
    failed = failed or run_command(
        ["train", str(folder / "data"), "-o", str(folder / "model"), "--model", "network-accessibility", "--split",
         "random", "--set", "epochs=1"]
    )  # fmt: skip
    (folder / "genome.fa.fai").unlink()
    return failed


def run_command(arguments: list[str]) -> int:
    """Run the command line in this process; return its exit status."""
    from deepchem_genomics.cli import main

    try:
        main(arguments, prog_name="dcgenomics")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
