"""The frame around commands: help without heavy imports, errors in one line, exit codes."""

import importlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from killing import heed_signals
from messages import mentions

from deepchem_genomics import __version__, cli, models
from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.simulate import simulated_sirna_datasets

ROOT = Path(__file__).parents[2]


@pytest.fixture
def failing(monkeypatch):
    """Add a command that raises what it is told to."""

    def add(error):
        @click.command("fail")
        def command():
            click.echo("a result")
            raise error

        module = type(sys)("failing_command")
        module.command = command
        monkeypatch.setitem(sys.modules, "failing_command", module)
        monkeypatch.setitem(cli.COMMANDS, "fail", "failing_command")

    return add


def test_help__lists_every_command_with_its_line(dcgenomics):
    result = dcgenomics("--help")
    assert result.exit_code == 0
    for name in cli.COMMANDS:
        assert f"  {name}  " in result.stdout


def test_commands__are_each_in_a_module_that_has_one():
    for name, module in cli.COMMANDS.items():
        assert importlib.import_module(module).command.name == name


def commands_of(command, name):
    """Yield every command of a group, by its whole name."""
    if not isinstance(command, click.Group):
        yield name, command
        return
    for each in command.commands.values():
        yield from commands_of(each, f"{name} {each.name}")


def test_help__shows_the_least_of_every_whole_number():
    seen = 0
    for first, module in cli.COMMANDS.items():
        for name, command in commands_of(importlib.import_module(module).command, first):
            for option in command.params:
                if not isinstance(option.type, click.types.IntParamType):
                    continue
                seen += 1
                least, shown = getattr(option.type, "min", None), option.get_help_record(click.Context(command))
                assert least is not None and f"x>={least}" in " ".join(shown), (name, option.name)
                assert "INTEGER RANGE" in shown[0] or option.metavar == "BP", (name, option.name)
    assert seen > 30


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in cli.COMMANDS)])
def test_help__imports_nothing_heavy(arguments):
    script = f"""
import sys
from deepchem_genomics.cli import main
try:
    main({arguments!r})
except SystemExit as end:
    assert end.code == 0
heavy = {{"deepchem", "tensorflow", "numpy", "pandas", "matplotlib", "scipy"}} & set(sys.modules)
print("heavy:", sorted(heavy))
"""
    process = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert process.stdout.splitlines()[-1] == "heavy: []"
    assert process.stderr == ""


def test_version__is_the_packages(dcgenomics):
    assert dcgenomics("--version").stdout == f"dcgenomics, version {__version__}\n"


def test_usage__an_unknown_command_ends_with_2(dcgenomics):
    result = dcgenomics("reproduec")
    assert result.exit_code == 2
    assert "No such command 'reproduec'" in result.stderr


def test_errors__are_one_line_on_stderr_and_end_with_1(dcgenomics, failing):
    failing(DataFolderError("here: it lacks\n a piece"))
    result = dcgenomics("fail")
    assert result.exit_code == 1
    assert result.stdout == "a result\n"
    assert result.stderr == "dcgenomics: error: here: it lacks a piece\n"


def test_errors__of_the_system_are_one_line_too(dcgenomics, failing):
    failing(PermissionError(13, "Permission denied", "/somewhere"))
    result = dcgenomics("fail")
    assert result.exit_code == 1
    assert result.stderr == "dcgenomics: error: /somewhere: permission denied\n"


def test_errors__give_remedies_in_the_words_of_the_command_line(dcgenomics, failing):
    failing(DataFolderError('past the end; trim it, or pass not_an_option="x"'))
    assert dcgenomics("fail").stderr == "dcgenomics: error: past the end; trim it\n"


def test_errors__not_made_for_users_are_named_and_say_how_to_see_more(dcgenomics, failing):
    failing(ZeroDivisionError("division by zero"))
    result = dcgenomics("fail")
    assert result.exit_code == 1
    assert result.stderr.startswith(
        "dcgenomics: error: ZeroDivisionError: division by zero (run with dcgenomics --debug"
    )
    assert result.stderr.count("\n") == 1


def test_errors__that_quote_a_million_letters_are_clipped(dcgenomics, failing):
    failing(DataFolderError(f"peaks.bed:3: {'x' * 1_000_000} is not a number; correct it"))
    line = dcgenomics("fail").stderr
    assert len(line) < 2200
    assert line.startswith("dcgenomics: error: peaks.bed:3: xxx") and line.endswith("xxx is not a number; correct it\n")


def test_errors__with_debug_come_with_their_traceback(dcgenomics, failing):
    error = DataFolderError("here")
    failing(error)
    result = dcgenomics("--debug", "fail")
    assert result.exit_code == 1
    assert result.exception is error


def test_interrupt__ends_with_130_and_one_line(dcgenomics, failing):
    error = KeyboardInterrupt()
    error.add_note("out.run keeps it")
    failing(error)
    result = dcgenomics("fail")
    assert result.exit_code == 130
    assert result.stderr == "dcgenomics: interrupted; the output was not finished; out.run keeps it\n"


def test_interrupt__that_a_library_answers_with_another_error_ends_with_130(dcgenomics, monkeypatch):
    """TensorFlow raises an AssertionError where it is interrupted within a graph."""

    @click.command("fail")
    def command():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            signal.pause()
        finally:
            raise AssertionError("Concurrent access?")

    module = type(sys)("failing_command")
    module.command = command
    monkeypatch.setitem(sys.modules, "failing_command", module)
    monkeypatch.setitem(cli.COMMANDS, "fail", "failing_command")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # else ignored in the background
    try:
        result = dcgenomics("fail")
    finally:
        signal.signal(signal.SIGINT, before)
    assert result.exit_code == 130
    assert result.stderr == "dcgenomics: interrupted; the output was not finished\n"


@pytest.mark.parametrize(("sent", "status"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_signals__while_the_command_line_is_read_end_it_likewise(sent, status, tmp_path):
    plugin = tmp_path / "slow_plugin.py"
    plugin.write_text(f"import os, signal\nos.kill(os.getpid(), signal.{sent})\nsignal.pause()\n")
    ended = subprocess.run(
        [sys.executable, "-m", "deepchem_genomics.cli", "--plugin", plugin, "inspect", "x"],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
        preexec_fn=heed_signals,
    )  # fmt: skip
    assert ended.returncode == status
    assert ended.stderr.startswith("dcgenomics: ") and ended.stderr.count("\n") == 1


def test_plugin__is_a_file_of_python(dcgenomics, tmp_path):
    (tmp_path / "guides.fa").write_text(">a\nACGU\n")
    result = dcgenomics("--plugin", tmp_path / "guides.fa", "inspect", "x")
    assert result.exit_code == 2 and re.search(mentions("guides.fa", ".py"), result.stderr)


SLOW = """
import os, sys, time
from pathlib import Path
from deepchem_genomics.cli import main
from deepchem_genomics.io import outputs
from deepchem_genomics.models import prediction_files

def slow(*arguments):
    for number, rows in enumerate(real(*arguments)):
        yield rows
        if number and "QUICK" not in os.environ:
            print("there", flush=True)
            time.sleep(60)

real = prediction_files.sequence_rows
prediction_files.sequence_rows = slow
prediction_files.CHUNK = 2
main()
"""


@pytest.fixture
def guides_and_model(tmp_path):
    """A folder with guides.fa and a model of guides."""
    train, _ = simulated_sirna_datasets(60, 10)
    model = models.GuideGCContent()
    model.fit(train)
    model.save(tmp_path / "model")
    (tmp_path / "guides.fa").write_text("".join(f">g{i}\n{'ACGUACGUACGUACGUACGUA'}\n" for i in range(8)))
    return tmp_path


def test_predict__to_dev_stdout_prints_predictions_alone(guides_and_model):
    command = [sys.executable, "-m", "deepchem_genomics.cli", "predict", "guides.fa", "-m", "model", "-o"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    dash, device = (
        subprocess.run([*command, out], cwd=guides_and_model, env=environment, check=True, capture_output=True).stdout
        for out in ("-", "/dev/stdout")
    )
    assert device == dash and dash.count(b"\n") == 9


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)])
def test_signals__end_a_command_cleanly_and_say_what_is_kept(guides_and_model, sent, status):
    tmp_path = guides_and_model
    command = [sys.executable, "-c", SLOW, "predict", "guides.fa", "-m", "model", "-o", "scores.tsv"]
    files = set(tmp_path.iterdir())
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        preexec_fn=heed_signals,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == "there\n"
        process.send_signal(sent)
        _, told = process.communicate(timeout=60)
    assert process.returncode == status
    assert re.search(mentions("scores.tsv.run"), told.splitlines()[-1])
    assert {path.name for path in set(tmp_path.iterdir()) - files} == {"scores.tsv.run"}
    subprocess.run(command, cwd=tmp_path, check=True, env=os.environ | {"PYTHONPATH": str(ROOT), "QUICK": "1"})
    assert {path.name for path in set(tmp_path.iterdir()) - files} == {"scores.tsv"}
