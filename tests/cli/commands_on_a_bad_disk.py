"""Run commands that write to disks with no room, or where nobody may write; print what each said and left, as JSON.

``test_cli_full_disk.py`` runs this in a process that sees mounts of its own.
"""

import json
import resource
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
from click.testing import CliRunner

from deepchem_genomics import models
from deepchem_genomics.cli import main
from deepchem_genomics.genome import Genome

LENGTH = 40
LEAST = 2000  # bytes: less than any of the outputs


def write_inputs(folder: Path) -> None:
    """Write a small model, data and genome."""
    letters = np.random.default_rng(1).choice(list("ACGT"), (300, LENGTH))
    table = pd.DataFrame({"sequence": ["".join(row) for row in letters], "label": (np.arange(300) % 3 > 0).astype(int)})
    table.to_csv(folder / "rows.csv", index=False)
    genome = "".join(table["sequence"])
    (folder / "genome.fa").write_text(f">chr1\n{genome}\n")
    (folder / "bound.bed").write_text("".join(f"chr1\t{i}\t{i + 101}\n" for i in range(300, 9000, 300)))
    (folder / "mrna.fa").write_text(f">t1\n{genome[:900]}\n")
    (folder / "run.toml").write_text('[train]\nmodel = "kmers"\n')
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    lines = [
        f"chr1\t{i}\t.\t{genome[i - 1]}\t{'CATG'['ACGT'.index(genome[i - 1])]}\t.\t.\t.\n" for i in range(100, 900)
    ]
    (folder / "calls.vcf").write_text(head + "".join(lines))
    models.TFBindingModel(length=LENGTH, filters=4, seed=1).save(folder / "model")
    done = run("build", "sequences", folder / "rows.csv", "--label-column", "label", "--out", folder / "data")
    if done["status"]:
        raise SystemExit(str(done["stderr"]))
    Genome(folder / "genome.fa").close()  # writes the index


def arguments_of(name: str, inputs: Path, out: Path) -> list[object]:
    """Return a command's arguments."""
    scored = ["-m", inputs / "model", "-g", inputs / "genome.fa", "--out", out]
    return {
        "build": ["build", "sequences", inputs / "rows.csv", "--label-column", "label", "--out", out],
        "intervals": [
            "build",
            "intervals",
            inputs / "bound.bed",
            "-g",
            inputs / "genome.fa",
            "--negatives",
            1,
            "--out",
            out,
        ],
        "tiles": ["build", "tiles", "--peaks", inputs / "bound.bed", "-g", inputs / "genome.fa", "--out", out],
        "evaluate": ["evaluate", inputs / "data", "-m", inputs / "model", "--report", out],
        "inspect": ["inspect", inputs / "data", "--plot", out],
        "train": ["train", inputs / "data", "--out", out, "--model", "kmers", "--split", "random"],
        "predict": ["predict", inputs / "data", "-m", inputs / "model", "--out", out],
        "variants": ["variants", inputs / "calls.vcf", *scored, "--background", 0],
        "scan": ["scan", *scored, *(["--threshold", 0] if out.suffix == ".bed" else [])],
        "sirna": ["sirna", "design", inputs / "mrna.fa", "--out", out, "--fold", "no"],
        "explain": ["explain", inputs / "model", inputs / "data", "--out", out, "--sample", 8, "--top", 1],
        "benchmark": ["benchmark", "simulated-sirna", "--models", "mean", "--out", out],
        "tune": ["tune", inputs / "data", "--model", "kmers", "--trials", 1, "--out", out],
        "reproduce": ["reproduce", "rnai", "--epochs", 1, "--every", 1, "--out", out],
        "run": ["run", inputs / "bound.bed", "-g", inputs / "genome.fa", "--config", inputs / "run.toml", "--out", out],
    }[name.split()[0]] + ["--quiet"] * (name != "inspect")


def run(*arguments: object) -> dict[str, object]:
    """Run a command, and return its status and what it said."""
    result = CliRunner().invoke(main, list(map(str, arguments)), prog_name="dcgenomics")
    return {"status": result.exit_code, "stderr": result.stderr, "stdout": result.stdout}


@contextmanager
def small_files():
    """Let no file grow beyond a size: writing more fails as it does on some file systems."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LEAST, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def main_program(work: Path, outputs: dict[str, str]) -> None:
    """Run every command on every kind of disk, writing to the output that is given for it."""
    inputs, full, sealed, small = (work / name for name in ("inputs", "full", "sealed", "small"))
    for folder in (inputs, full, sealed, small):
        folder.mkdir()
    write_inputs(inputs)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", full], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", sealed], check=True)
    found = {}
    for name, output in outputs.items():
        (full / "ballast").write_bytes(b"\0" * 60_000)
        found[f"{name}, full"] = run(*arguments_of(name, inputs, full / output))
        found[f"{name}, full"]["left"] = sorted(str(path) for path in full.rglob("*") if path.name != "ballast")
        found[f"{name}, sealed"] = run(*arguments_of(name, inputs, sealed / output))
        with small_files():
            found[f"{name}, small"] = run(*arguments_of(name, inputs, small / output))
        found[f"{name}, small"]["left"] = sorted(str(path) for path in small.rglob("*"))
        subprocess.run(["rm", "-rf", *full.iterdir(), *small.iterdir()], check=True)
    sys.stdout.write("\n" + json.dumps(found) + "\n")


if __name__ == "__main__":
    main_program(Path(sys.argv[1]), json.loads(sys.argv[2]))
