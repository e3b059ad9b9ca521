"""Searches in processes of their own, as users run them: killed, side by side, on a cluster."""

import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

from deepchem_genomics.runs import Execution
from deepchem_genomics.tuning import Search, tune

pytestmark = pytest.mark.slow

SPACE = "epochs = 20\nbatch_size = [50, 100]\nfilters = [5, 10]\nlearning_rate = [0.01, 1e30]\n"
"""One learning rate makes trials fail."""


def start(out, space, *arguments):
    command = [sys.executable, "-m", "deepchem_genomics.cli", "tune", "simulated-sirna", "--trials", "3"]
    command += ["--space", str(space), "--out", str(out), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(out):
    return sorted(path.parent.name for path in out.glob("trials/[0-9]*/trial.json"))


def without_times(out):
    return pd.read_csv(out / "trials.csv").drop(columns="seconds")


@pytest.fixture(scope="module")
def space(tmp_path_factory):
    path = tmp_path_factory.mktemp("space") / "space.toml"
    path.write_text(SPACE)
    return path


@pytest.fixture(scope="module")
def whole(space, tmp_path_factory):
    """Search without an interruption, two trials at a time."""
    out = tmp_path_factory.mktemp("whole") / "out"
    process = start(out, space, "--jobs", "2")
    said = process.communicate(timeout=600)
    assert process.returncode == 0, said[1]
    return out


def test_tune__killed_in_mid_search_and_begun_again_ends_the_same(space, whole, tmp_path):
    out = tmp_path / "out"
    killed = start(out, space)
    deadline = time.monotonic() + 300
    while not finished(out) and time.monotonic() < deadline and killed.poll() is None:
        time.sleep(0.1)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert killed.returncode == -signal.SIGKILL
    before = finished(out)
    assert 0 < len(before) < 3
    again = start(out, space, "--jobs", "1")
    _, said = again.communicate(timeout=600)
    assert again.returncode == 0, said
    # Side by side or one after the other, interrupted or not: to the last digit.
    pd.testing.assert_frame_equal(without_times(out), without_times(whole), check_exact=True)
    assert (out / "best" / "weights.npz").exists()
    assert not any(f"trial {int(number)}: " in said for number in before)  # what was finished is not run again
    assert list(out.glob(".*")) == []


def test_tune__some_trials_fail_and_the_others_count(whole):
    table = pd.read_csv(whole / "trials.csv")
    failed = table["error"].notna()
    assert 0 < failed.sum() < len(table)
    assert (table["learning_rate"][failed] == 1e30).all()


def test_tune__on_a_cluster_gives_the_same(guides, tmp_path):
    distributed = pytest.importorskip("distributed")
    quick = {"epochs": 2, "batch_size": 50}
    here = tune(guides, out=tmp_path / "here", search=Search(trials=1, space=quick))
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    ) as cluster:
        there = tune(
            guides,
            out=tmp_path / "there",
            search=Search(trials=1, space=quick),
            execution=Execution(scheduler=cluster.scheduler_address),
        )
    pd.testing.assert_frame_equal(without_times(here.out), without_times(there.out), check_exact=True)
    assert here.best == there.best
