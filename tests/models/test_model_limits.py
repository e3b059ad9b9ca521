"""Folders that would fill the memory are refused, in one line that names the limit, before anything is unpacked."""

import json
import re
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.io import npz
from deepchem_genomics.io.provenance import sha256_of
from deepchem_genomics.models import saving

ROOM = 1 << 30  # bytes that a load may take before it ends in a MemoryError

LOAD = """
import json, resource, sys
from deepchem_genomics import models
from deepchem_genomics.errors import ModelFolderError
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

models.TFBindingModel(length=21)
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + int(sys.argv[1]),) * 2)
for folder in sys.argv[2:]:
    before, error = peak(), "none"
    try:
        models.load(folder)
    except ModelFolderError as refused:
        error = str(refused)
    print(json.dumps({"error": error, "grown": peak() - before}))
"""


def change(folder, weights=None, **changes):
    """Write other weights or arguments, with all hashes right."""
    config = json.loads((folder / saving.CONFIG).read_text())
    config["arguments"] |= changes.pop("arguments", {})
    config |= changes
    if weights is not None:
        weights(folder / saving.WEIGHTS)
    config["files"] = {name: sha256_of(folder / name) for name in config["files"]}
    config["sha256"] = saving._sha256_of_config(config)
    (folder / saving.CONFIG).write_text(json.dumps(config))


def zeros(n_declared, n_written=0):
    """Return a function that writes so many zeros to a compressed file, a piece at a time."""

    def write(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("w.npy", "w") as member:
            header = {"descr": "<f4", "fortran_order": False, "shape": (n_declared,)}
            np.lib.format.write_array_header_1_0(member, header)
            for _ in range(n_written >> 20):
                member.write(bytes(4 << 20))

    return write


BOMBS = {
    "zeros": ({"weights": zeros(3 << 26, 3 << 26)}, ("weights.npz", f"{12 << 26:,}", "100")),
    "numbers": ({"weights": zeros(1 << 30)}, ("weights.npz", f"{1 << 30:,}", "1,000,000,000")),
    "windows": ({"arguments": {"length": 400_000_000}, "length": 400_000_000}, ("400,000,000", "10,000,000")),
    "network": ({"arguments": {"length": 400_000_000}}, ("400,000,000", "10,000,000")),
    "filters": ({"arguments": {"filters": 400_000_000}}, ("TFBindingModel", "16,000,000,001", "212")),
    "width": ({"arguments": {"kernel_size": 400_000_000}}, ("TFBindingModel", "212")),
    "tasks": ({"arguments": {"n_tasks": 400_000_000}}, ("TFBindingModel", "212")),
    "configuration": ({"arguments": {"name": "a" * (1 << 27)}}, ("config.json", "67,108,864")),
}


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    """Return what another process says of each folder, and by how much its memory grew."""
    root = tmp_path_factory.mktemp("bombs")
    models.TFBindingModel(length=21, filters=2, seed=1).save(root / "sound")
    for what, (changes, _) in BOMBS.items():
        change(shutil.copytree(root / "sound", root / what), **changes)
    ended = subprocess.run(
        [sys.executable, "-c", LOAD, str(ROOM), *(root / what for what in BOMBS), root / "sound"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-2000:]
    found = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    return dict(zip([*BOMBS, "sound"], found, strict=True))


@pytest.mark.parametrize("what", BOMBS)
def test_load__refuses_what_would_fill_the_memory(loaded, what):
    _, facts = BOMBS[what]
    assert re.search(mentions(what, *facts), loaded[what]["error"])
    assert len(loaded[what]["error"].splitlines()) == 1
    assert loaded[what]["grown"] < 100_000_000


def test_load__reads_what_is_sound_in_the_same_room(loaded):
    assert loaded["sound"]["error"] == "none"


def test_arrays__that_are_small_may_shrink_a_thousandfold(tmp_path):
    npz.write_arrays(tmp_path / "x.npz", {"x": np.zeros(1 << 24)})
    assert (tmp_path / "x.npz").stat().st_size * npz.MOST_TIMES < 8 << 24
    assert not npz.read_arrays(tmp_path / "x.npz")["x"].any()
