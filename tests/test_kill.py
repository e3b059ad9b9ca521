"""``scripts/kill.py``, a few kills of it: in full, it is run before a release. What it would find, it finds."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import click
import pytest

from deepchem_genomics.cli import main

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / "scripts" / "kill.py"
sys.path.insert(0, str(SCRIPT.parent))  # scripts are not part of the package

pytest.importorskip("psutil")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs the processes of Linux")

from kill_commands import COMMANDS  # noqa: E402
from kill_outputs import content, differences, files_of, unfinished  # noqa: E402


@pytest.mark.slow  # a genome, a model, and each command several times
def test_kill__build_and_scan_leave_nothing_half(tmp_path):
    pytest.importorskip("pybigtools")
    pytest.importorskip("distributed")
    ended = subprocess.run(
        [sys.executable, SCRIPT, "build intervals", "scan", "--times", "3", "--out", tmp_path],
        check=False, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr[-2000:]
    for name, line in zip(("build intervals", "scan"), ended.stdout.splitlines(), strict=True):
        assert line.startswith(f"{name}: 3 kills (")
        assert " 0 faults; " in line
    assert not [
        path.name for path in tmp_path.iterdir() if path.name[-1].isdecimal()
    ]  # nothing is kept without a fault


@pytest.mark.slow  # each command thrice
def test_kill__every_command_twice_at_once_does_its_work_once_and_tells_the_other(tmp_path):
    pytest.importorskip("pybigtools")
    ended = subprocess.run(
        [sys.executable, SCRIPT, "all", "--times", "0", "--twice", "1", "--out", tmp_path],
        check=False, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr[-2000:]
    for told in ("; 1 times twice at once; ", "; 0 faults; "):
        assert ended.stdout.count(told) == len(COMMANDS)


def commands_of(group, *before):
    """Yield the name of each command below a group, as it is typed."""
    for name in group.list_commands(click.Context(group)):
        found = group.get_command(click.Context(group), name)
        if isinstance(found, click.Group):
            yield from commands_of(found, *before, name)
        else:
            yield " ".join((*before, name))


def test_kill__knows_every_command():
    assert sorted(COMMANDS) == sorted(commands_of(main))
    for name, command in COMMANDS.items():
        assert " ".join(command.arguments).startswith(f"{name} ")


@pytest.fixture
def folders(tmp_path):
    """Return a folder of undisturbed output of a scan, and one that holds the same."""
    made = tmp_path / "undisturbed", tmp_path / "found"
    for folder in made:
        folder.mkdir()
        (folder / "track.bw").write_bytes(b"values")
        (folder / "peaks.bed").write_text("chr1\n")
    return made


def test_differences__are_what_is_half_other_or_left_over(folders):
    found = folders[1]
    compare = partial(differences, *folders, COMMANDS["scan"])
    assert compare(finished=True) == ""
    (found / "track.bw.run").mkdir()
    (found / ".peaks.partial-x.bed").write_text("ch")
    assert compare(finished=False) == ""
    assert compare(finished=True) == "left over: ['.peaks.partial-x.bed', 'track.bw.run'], missing: []"
    (found / "peaks.bed").write_text("ch")
    assert compare(finished=False) == "peaks.bed is not what it is undisturbed"


def test_differences__are_half_a_folder(folders):
    for folder in folders:
        (folder / "dataset").mkdir()
        (folder / "dataset" / "manifest.json").write_text("{}")
    (folders[0] / "dataset" / "shard-0-X.npy").touch()
    different = differences(*folders, COMMANDS["build intervals"], finished=False)
    assert different == "half a folder, without ['dataset/shard-0-X.npy']"


def test_unfinished__are_hidden_files_of_ours_whatever_their_folder(tmp_path):
    left = ("inputs/.a.partial-1", "scores.tsv.run/.1.partial-x.npz", "tmp/dcgenomics-scan-1")
    for name in (*left, "scores.tsv", ".mine"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "out" / ".scratch-1").mkdir(parents=True)
    assert unfinished(tmp_path) == ["out/.scratch-1", "scores.tsv.run/.1.partial-x.npz", "tmp/dcgenomics-scan-1"]


def test_files__may_vanish_while_they_are_listed(tmp_path, monkeypatch):
    for name in ("kept/scores.tsv", "gone/part.npz"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).touch()
    look = os.scandir

    def scandir(path):
        if Path(path).name == "gone":  # as a worker of a killed command does just then
            (tmp_path / "gone" / "part.npz").unlink()
            (tmp_path / "gone").rmdir()
        return look(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert {"kept", "kept/scores.tsv"} <= set(files_of(tmp_path)) <= {"kept", "kept/scores.tsv", "gone"}


def test_content__is_compared_but_for_times(tmp_path):
    path = tmp_path / "result.json"
    path.write_text('{"seconds_fit": 1, "scores": {"rmse": 2}, "finished": "now"}')
    assert content(path) == '{"scores": {"rmse": 2}}'
    path = tmp_path / "report.csv"
    path.write_text("model,seconds_fit,rmse\nmean,0.1,2\n")
    assert content(path) == "model,rmse\nmean,2"
