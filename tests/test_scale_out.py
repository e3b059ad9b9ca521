"""Every long command gives the same bytes in this process, in two, and on a cluster, also if a worker is killed."""

import importlib
import os
import signal
import threading

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from deepchem_genomics import models
from deepchem_genomics.cli import main
from deepchem_genomics.data import SideInput

pytestmark = pytest.mark.slow  # for the processes, each of which imports DeepChem

LENGTH = 31
COMMANDS = {
    "build": ("build", "intervals", "peaks.tsv", "-g", "genome.fa", "--track", "dnase=dnase.bw", "--shuffle", "-o"),
    "predict": ("predict", "windows.fa", "-m", "plain", "-o"),
    "predict-places": (
        "predict", "peaks.tsv", "-g", "genome.fa", "-m", "tracks", "--track", "dnase.bw", "--uncertainty", "-o",
    ),
    "variants": ("variants", "calls.vcf", "-g", "genome.fa", "-m", "tracks", "--track", "dnase.bw", "-o"),
    "scan": (
        *("scan", "-m", "tracks", "-g", "genome.fa", "--track", "dnase.bw"),
        *("--stride", "30", "--top-fraction", "0.1", "-o"),
    ),
    "sirna": ("sirna", "design", "transcripts.fa", "--fold", "no", "-o"),
    "tune": ("tune", "simulated-sirna", "--trials", "2", "--space", "space.toml", "--out"),
    "benchmark": ("benchmark", "simulated-sirna", "--models", "mean,rules-reynolds", "--seeds", "1", "--out"),
}  # fmt: skip
OUTPUTS = {"predict": "scores.tsv", "predict-places": "scores.tsv", "variants": "scores.tsv", "scan": "peaks.bed"}
PIECES = {"predict", "predict-places", "variants", "scan", "sirna"}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    pybigtools = pytest.importorskip("pybigtools")
    folder = tmp_path_factory.mktemp("inputs")
    chance = np.random.default_rng(0)
    sizes = {"chr1": 700_000, "chr2": 650_000}
    genome = {name: "".join(chance.choice(list("ACGT"), size)) for name, size in sizes.items()}
    (folder / "genome.fa").write_text("".join(f">{name}\n{bases}\n" for name, bases in genome.items()))
    writer = pybigtools.open(str(folder / "dnase.bw"), "w")
    writer.write(sizes, iter([(name, at, at + 500, float(chance.lognormal())) for name in sizes
                              for at in range(0, 600_000, 500)]))  # fmt: skip
    writer.close()
    starts = chance.integers(0, 500_000, 900)
    pd.DataFrame({"chrom": "chr1", "start": starts, "end": starts + LENGTH, "label": starts % 2}).to_csv(
        folder / "peaks.tsv", sep="\t", index=False
    )
    windows = ["".join(chance.choice(list("ACGT"), LENGTH)) for _ in range(900)]
    (folder / "windows.fa").write_text("".join(f">w{i}\n{bases}\n" for i, bases in enumerate(windows)))
    turned = str.maketrans("ACGT", "CATG")
    lines = [f"chr1\t{at + 1}\t.\t{(ref := genome['chr1'][at])}\t{ref.translate(turned)}\t.\t.\t.\n"
             for at in range(1000, 91_000, 100)]  # fmt: skip
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    (folder / "calls.vcf").write_text(head + "".join(lines))
    transcripts = ["".join(chance.choice(list("ACGU"), 150)) for _ in range(6)]
    (folder / "transcripts.fa").write_text("".join(f">t{i}\n{bases}\n" for i, bases in enumerate(transcripts)))
    (folder / "space.toml").write_text("epochs = 2\nbatch_size = 50\nfilters = [5, 10]\n")
    models.TFBindingModel(length=LENGTH, seed=3).save(folder / "plain")
    accessibility = SideInput(["a", "b"], np.array([1.0, 3.0], dtype=np.float32), names=["dnase"])
    models.AccessibilityTFBindingModel(accessibility, length=LENGTH, seed=3).save(folder / "tracks")
    return folder


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch, inputs):
    from deepchem_genomics.data import genome_builder
    from deepchem_genomics.models import prediction_files
    from deepchem_genomics.variants import scoring

    monkeypatch.chdir(inputs)
    monkeypatch.setattr(genome_builder, "ROWS_AT_ONCE", 100)
    monkeypatch.setattr(prediction_files, "CHUNK", 100)
    monkeypatch.setitem(scoring.score_variants.__kwdefaults__, "chunk_size", 100)
    monkeypatch.setattr(importlib.import_module("deepchem_genomics.sirna.design"), "_BATCH", 300)


def run(command, folder, *options):
    """Run a command; return what it wrote."""
    folder.mkdir()
    out = folder / OUTPUTS.get(command, "out")
    result = CliRunner().invoke(main, [*COMMANDS[command], str(out), *options], prog_name="dcgenomics")
    assert result.exit_code == 0, result.output
    return written(command, folder)


def written(command, folder):
    assert not list(folder.glob("*.run"))
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.name == "trials.csv":
            found[name] = pd.read_csv(path).drop(columns="seconds").to_csv()
        elif path.is_file() and not (command in ("tune", "benchmark") and path.suffix not in (".npz", ".toml")):
            found[name] = path.read_bytes()
    assert found
    return found


@pytest.fixture(scope="module")
def alone(inputs, tmp_path_factory):
    """Return what each command writes in this process, made once."""
    made = {}

    def of(command):
        if command not in made:
            made[command] = run(command, tmp_path_factory.mktemp(command) / "alone")
        return made[command]

    return of


@pytest.mark.parametrize("command", COMMANDS)
def test_jobs__give_the_bytes_of_one_process(alone, tmp_path, command):
    assert run(command, tmp_path / "two", "--jobs", "2") == alone(command)


@pytest.mark.parametrize("command", COMMANDS)
def test_scheduler__gives_the_bytes_of_one_process_though_a_worker_is_killed(alone, cluster, tmp_path, command):
    distributed = pytest.importorskip("distributed")
    expected = alone(command)
    with distributed.Client(cluster) as client:
        client.wait_for_workers(2, timeout=120)
        killed = min(client.run(os.getpid).values())

        done = threading.Event()

        def kill():
            while not done.wait(0.01 if command in PIECES else 1):
                if command not in PIECES or list((tmp_path / "two").glob("*.run/0*.npz")):
                    os.kill(killed, signal.SIGKILL)
                    return

        killer = threading.Thread(target=kill)
        killer.start()
        try:
            assert run(command, tmp_path / "two", "--scheduler", cluster.scheduler_address) == expected
        finally:
            done.set()
            killer.join()
        if command in PIECES:
            client.wait_for_workers(1, timeout=120)
            assert killed not in client.run(os.getpid, on_error="ignore").values()
