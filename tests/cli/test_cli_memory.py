"""Whole commands under a limit of memory: it does not grow with the input, and a lack of it is said in one line."""

import re
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from deepchem_genomics import models

pytestmark = [
    pytest.mark.slow,  # commands in processes of their own
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
]

MB = 2**20
FEW, MANY = 500, 150_000  # windows; one-hot, as DeepChem holds them, the many take 240 MB
ALLOWED = 120 * MB
TOO_SMALL = 1200 * MB  # for TensorFlow; with a third of that, OpenBLAS tries for ever as it is loaded
COMMANDS = {
    "build": ("build", "intervals", "{rows}", "-g", "g.fa", "-o", "data"),
    "predict": ("predict", "{rows}", "-g", "g.fa", "-m", "model", "-o", "scores.tsv"),
    "scan": ("scan", "-g", "{genome}", "-m", "model", "-o", "track.bw", "--stride", "20"),
}


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """Return a folder with a model and inputs, few and many."""
    folder = tmp_path_factory.mktemp("memory")
    chance = np.random.default_rng(0)
    letters = "".join(chance.choice(list("ACGT"), 1_500_000))
    for name, size in (("g.fa", len(letters)), ("small.fa", 20_000)):
        (folder / name).write_text(f">chr1\n{letters[:size]}\n")
    for name, rows in (("few.bed", FEW), ("many.bed", MANY)):
        starts = chance.integers(0, len(letters) - 200, rows)
        (folder / name).write_text("".join(f"chr1\t{start}\t{start + 101}\n" for start in starts))
    models.TFBindingModel(filters=2, seed=1).save(folder / "model")
    return folder


def run(work, command, rows, genome, limit=None, more=()):
    """Run a command in a process of its own; return its status, stderr and largest address space in bytes."""
    arguments = [*(part.format(rows=rows, genome=genome) for part in COMMANDS[command]), *more]

    def limited():
        if limit:
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))

    with (work / "stderr").open("w") as stderr:
        program = [sys.executable, "-m", "deepchem_genomics.cli", *arguments, "--overwrite"]
        process = subprocess.Popen(program, cwd=work, stdout=subprocess.DEVNULL, stderr=stderr, preexec_fn=limited)
        peak = 0
        while process.poll() is None:
            found = re.search(r"VmPeak:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
            peak = max(peak, int(found[1]) * 1024) if found else peak
            time.sleep(0.02)
    return process.returncode, (work / "stderr").read_text(), peak


@pytest.mark.parametrize("command", COMMANDS)
def test_memory__does_not_grow_with_the_input(work, command):
    if command == "scan":
        pytest.importorskip("pybigtools")
    status, stderr, peak = run(work, command, "few.bed", "small.fa")
    assert status == 0, stderr
    status, stderr, _ = run(work, command, "many.bed", "g.fa", limit=peak + ALLOWED)
    assert status == 0, stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_memory__lacking_is_said_in_one_line_and_leaves_nothing_half(work, command, tmp_path):
    if command == "scan":
        pytest.importorskip("pybigtools")
    for name in ("g.fa", "few.bed", "small.fa", "model"):
        (tmp_path / name).symlink_to(work / name)
    before = sorted(path.name for path in tmp_path.iterdir())
    more = ("--length", str(MB)) if command == "build" else ()  # of which a shard takes a GB
    status, stderr, _ = run(tmp_path, command, "few.bed", "small.fa", TOO_SMALL, more)
    assert status == 1
    errors = [line for line in stderr.splitlines() if line.startswith("dcgenomics: error: ")]
    assert len(errors) == 1 and "memory" in errors[0] and "Traceback" not in stderr
    after = {path.name for path in tmp_path.iterdir()} - {"stderr", "g.fa.fai", "small.fa.fai"}
    after -= {"data.run"}  # which the same command continues from
    assert sorted(after) == before
