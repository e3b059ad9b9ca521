"""``scripts/kill.py``, a few kills of it: in full, it is run before a release. What it would find, it finds."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "scripts" / "kill.py"

pytest.importorskip("psutil")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs the processes of Linux")


@pytest.mark.slow  # a genome, a model, and each command several times
def test_kill__build_and_scan_leave_nothing_half(tmp_path):
    pytest.importorskip("pybigtools")
    pytest.importorskip("distributed")
    ended = subprocess.run(
        [sys.executable, SCRIPT, "build", "scan", "--times", "3", "--out", tmp_path],
        check=False, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr[-2000:]
    for name, line in zip(("build", "scan"), ended.stdout.splitlines(), strict=True):
        assert line.startswith(f"{name}: 3 kills (")
        assert " 0 faults; " in line
    assert not [
        path.name for path in tmp_path.iterdir() if path.name[-1].isdecimal()
    ]  # nothing is kept without a fault


@pytest.fixture(scope="module")
def kill():
    spec = importlib.util.spec_from_file_location("kill_script", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def trial(kill, tmp_path):
    """Return a trial of scans whose undisturbed output is there already."""
    made = kill.Trial.__new__(kill.Trial)
    made.name, made.command, made.reference = "scan", kill.COMMANDS["scan"], tmp_path / "undisturbed"
    for folder in (made.reference, tmp_path / "found"):
        folder.mkdir()
        (folder / "track.bw").write_bytes(b"values")
        (folder / "peaks.bed").write_text("chr1\n")
    return made


def test_differences__are_what_is_half_other_or_left_over(trial, tmp_path):
    found = tmp_path / "found"
    assert trial.differences(found, finished=True) == ""
    (found / "track.bw.scan").mkdir()
    (found / ".peaks.partial-x.bed").write_text("ch")
    assert trial.differences(found, finished=False) == ""
    left = "left over: ['.peaks.partial-x.bed', 'track.bw.scan'], missing: []"
    assert trial.differences(found, finished=True) == left
    (found / "peaks.bed").write_text("ch")
    assert trial.differences(found, finished=False) == "peaks.bed is not what it is undisturbed"


def test_differences__are_half_a_folder(kill, trial, tmp_path):
    trial.command = kill.COMMANDS["build"]
    for folder in (trial.reference, tmp_path / "found"):
        (folder / "dataset").mkdir()
        (folder / "dataset" / "manifest.json").write_text("{}")
    (trial.reference / "dataset" / "shard-0-X.npy").touch()
    assert trial.differences(tmp_path / "found", finished=False) == "half a folder, without ['dataset/shard-0-X.npy']"


def test_content__is_compared_but_for_times(kill, tmp_path):
    path = tmp_path / "cell.json"
    path.write_text('{"seconds_fit": 1, "scores": {"rmse": 2}, "finished": "now"}')
    assert kill.content(path) == '{"scores": {"rmse": 2}}'
    path = tmp_path / "report.csv"
    path.write_text("model,seconds_fit,rmse\nmean,0.1,2\n")
    assert kill.content(path) == "model,rmse\nmean,2"
