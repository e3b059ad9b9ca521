"""No command touches a file that it did not write: each, with every kind of output that is not free."""

import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

import click
import pytest
from messages import mentions

from deepchem_genomics import experiments
from deepchem_genomics.cli import main

OUT = "OUT"


class Case(NamedTuple):
    """Arguments with OUT for the output, the inputs among them, and the ending of a file; a folder has none."""

    arguments: tuple[str, ...]
    inputs: tuple[str, ...]
    ending: str | None = None


GENOME = ("-g", "g.fa")
CASES = {
    "benchmark": Case(("benchmark", "ds", "--models", "gc-content", "--seeds", "1", "-o", OUT), ("ds",)),
    "build intervals": Case(("build", "intervals", "i.tsv", *GENOME, "-o", OUT), ("i.tsv", "g.fa")),
    "build sequences": Case(("build", "sequences", "s.fa", "-o", OUT), ("s.fa",)),
    "build tiles": Case(("build", "tiles", "--peaks", "p.bed", *GENOME, "-o", OUT), ("p.bed", "g.fa")),
    "evaluate": Case(("evaluate", "ds", "-m", "m", "--report", OUT), ("ds", "m"), ".html"),
    "explain": Case(("explain", "m", "s.fa", "-o", OUT), ("m", "s.fa")),
    "inspect": Case(("inspect", "ds", "--plot", OUT), ("ds",), ".png"),
    "predict": Case(("predict", "s.fa", "-m", "m", "-o", OUT), ("s.fa", "m"), ".tsv"),
    "reproduce": Case(("reproduce", "rnai", "--epochs", "1", "--out", OUT), ()),
    "run": Case(("run", "p.bed", *GENOME, "-o", OUT), ("p.bed", "g.fa")),
    "scan": Case(("scan", "-m", "m", *GENOME, "-o", OUT, "--threshold", "0.5"), ("m", "g.fa"), ".bed"),
    "sirna check": Case(("sirna", "check", "s.fa", "--targets", "tx.fa", "-o", OUT), ("s.fa", "tx.fa"), ".tsv"),
    "sirna design": Case(("sirna", "design", "tx.fa", "--fold", "no", "-o", OUT), ("tx.fa",)),
    "train": Case(("train", "ds", "--model", "gc-content", "-o", OUT), ("ds",)),
    "tune": Case(("tune", "ds", "--model", "gc-content", "--trials", "1", "-o", OUT), ("ds",)),
    "variants": Case(
        ("variants", "v.vcf", "-m", "m", *GENOME, "--background", "0", "--skipped", "rest.tsv", "-o", OUT),
        ("v.vcf", "m", "g.fa"),
        ".tsv",
    ),
}
FILES = [name for name, case in CASES.items() if case.ending is not None]
FOLDERS = [name for name in CASES if name not in FILES]


def commands(group=main, before=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*before, name))
        else:
            yield " ".join((*before, name)), command


def test_every_command__is_among_the_cases():
    assert {name for name, _ in commands()} == set(CASES)


@pytest.fixture
def world(made, tmp_path, monkeypatch):
    """Copy the inputs to a folder of this test's, and go there."""
    shutil.copytree(made, tmp_path / "world")
    monkeypatch.chdir(tmp_path / "world")
    return tmp_path / "world"


def content(folder):
    """Return kind and content of everything in a folder; an index next to a genome does not count."""
    found = {}
    for at, folders, files in os.walk(folder):
        for path in (Path(at) / name for name in (*folders, *files) if not name.endswith(".fai")):
            kind = stat.S_IFMT(path.lstat().st_mode)
            data = path.readlink() if path.is_symlink() else path.read_bytes() if path.is_file() else None
            found[path.relative_to(folder).as_posix()] = kind, data
    return found


def call(dcgenomics, name, out):
    """Run a command with an output, with --overwrite if it has that."""
    may_overwrite = any(parameter.name == "overwrite" for parameter in dict(commands())[name].params)
    arguments = [str(out) if argument == OUT else argument for argument in CASES[name].arguments]
    return dcgenomics(*arguments, *["--overwrite"] * may_overwrite)


def assert_refused(dcgenomics, name, out, world):
    before = content(world)
    result = call(dcgenomics, name, out)
    assert result.exit_code in (1, 2), (result.exit_code, result.stdout, result.stderr)
    assert isinstance(result.exception, SystemExit)
    assert "--debug" not in result.stderr and "Errno" not in result.stderr, result.stderr
    if result.exit_code == 1:
        assert all(line.startswith("dcgenomics: error: ") for line in result.stderr.splitlines()), result.stderr
    assert content(world) == before


PAIRS = [(name, given) for name, case in CASES.items() for given in case.inputs]


@pytest.mark.parametrize(("name", "given"), PAIRS)
def test_output__is_no_input(dcgenomics, world, name, given):
    assert_refused(dcgenomics, name, given, world)


@pytest.mark.parametrize("link", ["hard", "symbolic"])
@pytest.mark.parametrize(("name", "given"), PAIRS)
def test_output__is_no_link_to_an_input(dcgenomics, world, name, given, link):
    out = world / f"link{CASES[name].ending or ''}"
    if link == "symbolic":
        out.symlink_to(world / given)
    elif (world / given).is_dir():
        os.link(next(path for path in sorted((world / given).iterdir()) if path.is_file()), out)
    else:
        os.link(world / given, out)
    assert_refused(dcgenomics, name, out, world)


@pytest.mark.parametrize("out", ["proj", ".", "..", "g.fa/out.bed", "proj/notes.txt/deep/out.tsv"])
@pytest.mark.parametrize("name", CASES)
def test_output__is_nothing_that_this_package_did_not_write(dcgenomics, world, name, out):
    assert_refused(dcgenomics, name, out, world)


@pytest.mark.parametrize("name", CASES)
def test_output__is_no_folder_that_another_command_wrote(dcgenomics, world, name):
    shutil.copytree(world / ("m" if name.startswith("build") else "ds"), world / "other")
    assert_refused(dcgenomics, name, "other", world)


@pytest.mark.parametrize("name", CASES)
def test_output__is_no_link_to_nothing(dcgenomics, world, name):
    out = world / f"dangling{CASES[name].ending or ''}"
    out.symlink_to(world / "nothing")
    assert_refused(dcgenomics, name, out, world)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("name", CASES)
def test_output__is_not_in_a_folder_that_may_not_be_written_to(dcgenomics, world, name):
    (world / "sealed").mkdir(mode=0o500)
    assert_refused(dcgenomics, name, f"sealed/out{CASES[name].ending or ''}", world)


def device(path):
    """Make a copy of /dev/null, or skip."""
    try:
        os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        path.write_bytes(b"")
    except OSError:
        pytest.skip("only root may make devices, and not everywhere")


@pytest.mark.parametrize("make", [device, os.mkfifo])
@pytest.mark.parametrize("name", FOLDERS)
def test_folder__does_not_replace_a_device_or_pipe(dcgenomics, world, name, make):
    make(world / "special")
    assert_refused(dcgenomics, name, "special", world)


@pytest.mark.parametrize("name", FILES)
def test_file__is_written_through_a_device(dcgenomics, world, name):
    out = world / f"null{CASES[name].ending}"
    device(out)
    before = content(world)
    result = call(dcgenomics, name, out)
    assert result.exit_code == 0, result.stderr
    after = content(world)
    after.pop("rest.tsv", None)
    assert after == before


@pytest.mark.parametrize("name", FILES)
def test_file__is_written_through_a_pipe(dcgenomics, world, name):
    out = world / f"pipe{CASES[name].ending}"
    os.mkfifo(out)
    received = []
    reader = threading.Thread(target=lambda: received.append(out.read_bytes()), daemon=True)
    reader.start()
    result = call(dcgenomics, name, out)
    assert result.exit_code == 0, result.stderr
    reader.join(10)
    assert out.is_fifo() and len(received[0]) > 0


@pytest.mark.parametrize("name", FILES)
def test_file__is_replaced_only_when_told_and_behind_a_link(dcgenomics, world, name):
    ending = CASES[name].ending
    (world / f"old{ending}").write_text("old")
    out = world / f"link{ending}"
    out.symlink_to(f"old{ending}")
    arguments = [str(out) if argument == OUT else argument for argument in CASES[name].arguments]
    result = dcgenomics(*arguments)
    assert result.exit_code == 1
    assert re.search(mentions(str(out), "--overwrite"), result.stderr)
    assert (world / f"old{ending}").read_text() == "old"
    assert call(dcgenomics, name, out).exit_code == 0
    assert out.is_symlink() and (world / f"old{ending}").read_bytes() != b"old"


def test_build__replaces_its_own_folder_until_something_else_is_in_it(dcgenomics, world):
    again = ("build", "intervals", "i.tsv", "-g", "g.fa", "--length", "11", "-o", "ds", "--overwrite")
    assert dcgenomics(*again).exit_code == 0
    (world / "ds" / "notes.txt").write_text("mine")
    before = content(world)
    result = dcgenomics(*again)
    assert result.exit_code == 1
    assert re.search(mentions("ds", "notes.txt"), result.stderr)
    assert content(world) == before


def test_predict__goes_round_what_a_killed_command_left(dcgenomics, world):
    (world / ".scores.partial-abc").mkdir()
    (world / ".scores.partial-abc" / "notes.txt").write_text("mine")
    assert dcgenomics("predict", "s.fa", "-m", "m", "-o", "scores").exit_code == 0
    assert (world / ".scores.partial-abc" / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("stdout", [">/dev/full", ">&-"])
def test_stdout__that_takes_nothing_is_named_in_one_line(world, stdout):
    script = f"exec {shlex.quote(sys.executable)} -m deepchem_genomics.cli inspect ds {stdout}"
    done = subprocess.run(["bash", "-c", script], stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "Errno" not in line and ("space" in line or "stdout" in line)


def test_evaluate__in_python_does_not_write_over_the_model(world):
    before = content(world)
    with pytest.raises(FileExistsError, match=mentions("m/config.json")):
        experiments.evaluate("m", "ds", report="m/config.json")
    assert content(world) == before
