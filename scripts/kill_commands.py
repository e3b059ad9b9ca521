"""The commands that ``kill.py`` can kill: how each is given, what it writes and how that is opened, and its input.

There is one for each command of ``dcgenomics``, named as it is typed; ``tests/test_kill.py`` says which is missing.
"""

import gzip
import json
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
    parallel_options: tuple[str, ...]  # what may be added for helpers
    outputs: tuple[str, ...]  # final names
    folders: tuple[str, ...]  # patterns of folders that are there whole or not at all
    own: tuple[str, ...]  # what is copied, so that files are made beside it anew
    open: Callable[[Path], None]
    aside: tuple[str, ...] = ()  # what is there for going on only and need not be equal
    later: str = ""  # beginning of names that are compared at the end alone
    has_helpers: bool = False  # also without parallel_options
    has_steps: bool = False  # helpers are commands that write too, and must end before it is given again
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
        tracks = folder / "dataset" / "side_input.tsv.gz"
        if tracks.exists():
            SideInput.from_file(tracks).lookup(dataset.ids)


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
    """Read every run and its predictions."""
    from deepchem_genomics.benchmark import read_runs

    for run in read_runs(folder / "out"):
        if len(run.predictions().predicted) != run.record["n_scored"]:
            raise AssertionError(f"{run.folder} has not all predictions")


def open_scores(folder: Path) -> None:
    """Read every row of the tables."""
    for name in ("scores.tsv", "scores.skipped.tsv", "design/sites.tsv", "design/selected.tsv"):
        if (folder / name).exists():
            widths = {line.count("\t") for line in (folder / name).read_text().splitlines()}
            if len(widths) != 1:
                raise AssertionError(f"{name}: half a line")


def open_pages(folder: Path) -> None:
    """Read every page, record and picture that has its final name, and load every model."""
    from deepchem_genomics import models

    for path in folder.rglob("*"):
        inside = path.relative_to(folder).parts
        if inside[0] == INPUTS or any(part.startswith(".") for part in inside):
            continue
        if path.suffix == ".html" and not path.read_text().rstrip().endswith("</html>"):
            raise AssertionError(f"{path}: half a page")
        if path.suffix == ".png" and not path.read_bytes().endswith(b"IEND\xaeB`\x82"):
            raise AssertionError(f"{path}: half a picture")
        if path.suffix == ".json":
            json.loads(path.read_text())
        if path.name in ("best", "model", "rnai") and path.is_dir():
            models.load(path)


SIGNAL = ("--track", f"accessibility={INPUTS}/dnase.bw")
COMMANDS = {
    "build intervals": Command(
        ("build", "intervals", f"{INPUTS}/peaks.tsv", "-g", "genome.fa.gz", *SIGNAL, "--shuffle", "--balance",
         "--shard-size", "2000", "-o", "dataset"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("dataset",), ("dataset",), ("genome.fa.gz",), open_dataset,
        share=0.3,
    ),
    "build tiles": Command(
        ("build", "tiles", "--peaks", f"{INPUTS}/bound.bed", "-g", "genome.fa", *SIGNAL, "--stride", "50",
         "--shard-size", "2000", "-o", "dataset"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("dataset",), ("dataset",), ("genome.fa",), open_dataset,
    ),
    "build sequences": Command(
        ("build", "sequences", f"{INPUTS}/rows.csv", "--label-column", "label", "--shuffle", "--shard-size", "2000",
         "-o", "dataset"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("dataset",), ("dataset",), (), open_dataset,
    ),
    "train": Command(
        ("train", f"{INPUTS}/data", "-o", "model", "--model", "network-accessibility", "--split", "random",
         "--checkpoints", "checkpoints", "--set", "epochs=2", "--set", "batch_size=200", "--seed", "3"),
        (("--resume", "--overwrite"),), (), ("model",), ("model",), (), open_model, ("checkpoints",),
    ),
    "tune": Command(
        ("tune", f"{INPUTS}/data", "--model", "kmers", "--trials", "3", "-o", "search"),
        ((),), ("--jobs", "2"), ("search/best",), ("search/best",), (), open_pages, later="search/trials.csv",
    ),
    "evaluate": Command(
        ("evaluate", f"{INPUTS}/data", "-m", f"{INPUTS}/model", "--report", "page.html"),
        ((), ("--overwrite",)), (), ("page.html",), (), (), open_pages,
    ),
    "predict": Command(
        ("predict", f"{INPUTS}/peaks.tsv", "-m", f"{INPUTS}/model", "-g", "genome.fa", *SIGNAL, "-o", "scores.tsv"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("scores.tsv",), (), ("genome.fa",), open_scores,
    ),
    "explain": Command(
        ("explain", f"{INPUTS}/model", f"{INPUTS}/data", "--sample", "20", "--top", "1", "-o", "explained"),
        ((), ("--overwrite",)), (), ("explained",), ("explained",), (), open_pages,
    ),
    "scan": Command(
        ("scan", "-m", f"{INPUTS}/model", "-g", "genome.fa", *SIGNAL, "-o", "track.bw", "-o", "peaks.bed",
         "--top-fraction", "0.1", "--stride", "50"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("track.bw", "peaks.bed"), (), ("genome.fa",), open_tracks,
    ),
    "variants": Command(
        ("variants", f"{INPUTS}/calls.vcf", "-m", f"{INPUTS}/model", "-g", "genome.fa", *SIGNAL, "-o", "scores.tsv"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("scores.tsv", "scores.skipped.tsv"), (), ("genome.fa",), open_scores,
    ),
    "sirna check": Command(
        ("sirna", "check", f"{INPUTS}/guides.fa", "--targets", f"{INPUTS}/transcripts.fa", "-o", "scores.tsv"),
        ((), ("--overwrite",)), (), ("scores.tsv",), (), (), open_scores,
    ),
    "sirna design": Command(
        ("sirna", "design", f"{INPUTS}/transcripts.fa", "--fold", "no", "-o", "design"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("design",), ("design",), (), open_scores,
    ),
    "inspect": Command(
        ("inspect", f"{INPUTS}/data", "--plot", "plot.png"),
        ((), ("--overwrite",)), (), ("plot.png",), (), (), open_pages,
    ),
    "benchmark": Command(
        ("benchmark", "simulated-sirna", "--models", "mean,rules-chapter,rules-reynolds", "--seeds", "1", "--jobs", "2",
         "--out", "out"),
        ((),), (), ("out/report.html",), ("out/runs/*/*/seed*",), (), open_benchmark, has_helpers=True,
        later="out/report.", in_a_row=(1, 2, 3, 4, 5),
    ),
    "reproduce": Command(
        ("reproduce", "rnai", "--epochs", "2", "--every", "1", "--out", "reproduced"),
        ((),), (), ("reproduced/rnai",), ("reproduced/rnai",), (), open_pages,
    ),
    "run": Command(
        ("run", f"{INPUTS}/bound.bed", "-g", "genome.fa", "--config", f"{INPUTS}/run.toml", "-o", "project"),
        ((),), (), ("project/report.html",), ("project/data", "project/model", "project/explained"), ("genome.fa",),
        open_pages, has_helpers=True, has_steps=True, later="project/steps.json", in_a_row=(1, 2, 3),
    ),
}  # fmt: skip


def make_inputs(folder: Path) -> int:
    """Write a genome, labeled intervals, a signal; build a dataset and train a model on it."""
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
    (folder / "bound.bed").write_text("".join(f"{name}\t{at}\t{at + LENGTH}\n" for name, at in starts[::40]))
    (folder / "run.toml").write_text('[train]\nmodel = "kmers"\n[explain]\nsample = 20\ntop = 1\n')
    sequences = [f"{genome[name][at : at + LENGTH]},{int(chance.random() < 0.3)}\n" for name, at in starts]
    (folder / "rows.csv").write_text("sequence,label\n" + "".join(sequences))
    turned = str.maketrans("ACGTN", "CATGN")
    calls = [(name, at) for name in sizes for at in range(200, BASES - 200, 30)]
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    records = [
        f"{name}\t{at + 1}\t.\t{(base := genome[name][at])}\t{base.translate(turned)}\t.\t.\t.\n" for name, at in calls
    ]
    (folder / "calls.vcf").write_text(head + "".join(records))
    transcripts = ["".join(chance.choice(list("ACGU"), 1_500)) for _ in range(6)]
    (folder / "transcripts.fa").write_text("".join(f">t{i}\n{bases}\n" for i, bases in enumerate(transcripts)))
    guides = "".join(f">g{i}\n{transcripts[0][i : i + 21]}\n" for i in range(1_000))
    (folder / "guides.fa").write_text(guides)
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
