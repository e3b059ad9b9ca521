"""Fixtures shared by all tests: where the real data are, a script about releases, and a quiet DeepChem."""

import contextlib
import gc
import importlib.util
import os
import pickle
import sys
from pathlib import Path

import pytest
from hypothesis import settings

from deepchem_genomics.quiet import import_quietly
from deepchem_genomics.runs import Execution, Failure
from deepchem_genomics.runs.worker import one_line

sys.path.append(str(Path(__file__).parent))  # for messages.py, which tests of errors import
settings.register_profile("untimed", deadline=None)  # a busy machine is not a fault
settings.load_profile("untimed")
import_quietly("deepchem")  # once, without its two dozen lines in the first test's output
gc.freeze()  # what was imported stays: Python need not search it again and again


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real data, or skip with the reason."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("DEEPCHEM_GENOMICS_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; set DEEPCHEM_GENOMICS_DATA to the folder that has them")
    return folder


@pytest.fixture(scope="session")
def dependency_sets():
    """Import ``scripts/dependency_sets.py``; scripts are not part of the package."""
    script = Path(__file__).parents[1] / "scripts" / "dependency_sets.py"
    specification = importlib.util.spec_from_file_location(script.stem, script)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def in_this_process(monkeypatch):
    """Make calls that get a process of their own in this one: starting another takes seconds. Return their keys."""
    ran = []

    def calls(self, function, work):
        for each in work:
            ran.append(each.key)
            try:
                yield each.key, function(pickle.loads(each.shared.read_bytes()), *each.arguments)
            except Exception as error:
                yield each.key, Failure(one_line(error), "")

    monkeypatch.setattr(Execution, "in_fresh_processes", calls)
    return ran


@pytest.fixture
def one_epoch(monkeypatch):
    """Train every network for one epoch."""
    from deepchem_genomics import models

    fit = models.GenomicsModel.fit
    monkeypatch.setattr(
        models.GenomicsModel, "fit", lambda self, train, nb_epoch=10, **given: fit(self, train, 1, **given)
    )


@pytest.fixture(scope="session")
def cluster():
    """Start a dask cluster of two workers on this machine."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as running:
        yield running


@pytest.fixture
def descendants():
    """Return a function that lists the processes below this one whose command has some text."""
    psutil = pytest.importorskip("psutil")

    def listed(text):
        found = []
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if text in " ".join(process.cmdline()):
                    found.append(process.pid)
        return found

    return listed
