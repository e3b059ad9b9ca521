"""Start-up: importing the package, help, and a first prediction, beside importing TensorFlow and DeepChem."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.contest import Contender, Contest
from benchmarks.processes import DCGENOMICS, ROOT
from benchmarks.record import Record, Settings

PREDICT = "`dcgenomics predict` of 10 sequences"
LIBRARIES = "`import deepchem, tf_keras`, as the commands do"
TENSORFLOW = "`import tensorflow`, as the commands do"
WITHOUT_KERAS_3 = {"TF_USE_LEGACY_KERAS": "1"}
WITHOUT_SEARCHES = "import gc; gc.disable(); import {}; gc.freeze()"  # for unreachable objects


def run(record: Record, settings: Settings) -> None:
    """Start processes in turn."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        save_model(folder / "model")
        rows = np.frombuffer(b"ACGT", np.uint8)[np.random.default_rng(0).integers(0, 4, (10, 101))]
        fasta = folder / "windows.fa"
        fasta.write_text("".join(f">w{i}\n{row.tobytes().decode()}\n" for i, row in enumerate(rows)))
        predict = [*DCGENOMICS, "predict", str(fasta), "--model", str(folder / "model"), "--out", "-", "--quiet"]
        commands = {
            PREDICT: predict,
            "`dcgenomics build sequences` of the same": [
                *DCGENOMICS,
                "build",
                "sequences",
                str(fasta),
                "-o",
                str(folder / "data"),
                "--overwrite",
                "--quiet",
            ],
            "`import deepchem`": [sys.executable, "-c", "import deepchem"],
            "`import tensorflow`": [sys.executable, "-c", "import tensorflow"],
            "`dcgenomics --help`": [*DCGENOMICS, "--help"],
            "`import deepchem_genomics`": [sys.executable, "-c", "import deepchem_genomics"],
            "`import numpy`": [sys.executable, "-c", "import numpy"],
            "an empty Python program": [sys.executable, "-c", "pass"],
        }
        if start(predict)().count("\n") < len(rows):
            raise AssertionError("predict printed fewer rows than sequences")
        jobs = {title: start(command) for title, command in commands.items()}
        for title, names in ((LIBRARIES, "deepchem, tf_keras"), (TENSORFLOW, "tensorflow")):
            jobs[title] = start([sys.executable, "-c", WITHOUT_SEARCHES.format(names)], **WITHOUT_KERAS_3)
        for job in jobs.values() if not settings.quick else []:
            job()  # files come into the cache
        record.contest(
            "a new process",
            {title: Contender(job, 1) for title, job in jobs.items()},
            settings.turns(7, 1),
            unit="seconds",
            ours=PREDICT,
            as_rate=False,
            checked="every command ends without an error, and `predict` prints a row for each sequence",
            note=shares,
        )
    record.use_versions("deepchem", "tensorflow", "numpy")


def shares(found: Contest) -> str:
    """Say how much of a first prediction is libraries."""
    everything, tensorflow = (found.times_as_long(title).median for title in (LIBRARIES, TENSORFLOW))
    return (
        f"So {everything:.0%} of a first prediction is importing DeepChem, TensorFlow and Keras 2, {tensorflow:.0%} "
        "importing TensorFlow alone."
    )


def save_model(folder: Path) -> None:
    """Save the chapter's network, untrained, from a process of its own: this one stays small."""
    program = (
        "import sys; from deepchem_genomics.quiet import import_quietly; import_quietly(); "
        "from deepchem_genomics.models import TFBindingModel; TFBindingModel(seed=0).save(sys.argv[1])"
    )
    subprocess.run([sys.executable, "-c", program, str(folder)], cwd=ROOT, check=True)


def start(command: list[str], **variables: str) -> Callable[[], str]:
    """Return a job that runs a command and gives what it prints."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2", **variables}

    def job() -> str:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(command[:4])}: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
        return done.stdout

    return job
