"""From peaks to a page in one call: each step is a command, and is not repeated without need."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pybigtools
import pytest
from click.testing import CliRunner
from killing import heed_signals
from messages import mentions

from deepchem_genomics import experiments
from deepchem_genomics.cli import main, run
from deepchem_genomics.errors import BadValueError, ChecksError, StepError
from deepchem_genomics.experiments import pipeline

ROOT = Path(__file__).parents[2]
OPTIONS = {
    "build": {"length": 31, "negatives": 2},
    "train": {"model": "kmers", "set": ["k=4"], "block_size": 5000},
    "explain": {"top": 1, "sample": 20},
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Write a SIMULATED genome of 300 kb whose 150 peaks have a motif."""
    folder = tmp_path_factory.mktemp("pipeline")
    rng = np.random.default_rng(0)
    genome = rng.choice(list("ACGT"), 300_000)
    starts = np.arange(1000, 299_000, 2000)
    for start in starts:
        genome[start + 46 : start + 54] = list("TGACTCAT")
    (folder / "genome.fa").write_text(">chr1\n" + "".join(genome) + "\n")
    lines = (f"chr1\t{start}\t{start + 100}\tpeak\t0\t.\t5\t-1\t-1\t50\n" for start in starts)
    (folder / "peaks.narrowPeak").write_text("".join(lines))
    return folder


def call(files, out, **changed):
    options = {step: {**OPTIONS[step], **changed.get(step, {})} for step in OPTIONS}
    return experiments.run(files / "peaks.narrowPeak", files / "genome.fa", out, options=options)


def test_run__builds_trains_explains_and_repeats_only_what_changed(files, tmp_path):
    out = tmp_path / "out"
    first = call(files, out)
    assert (first.ran, first.kept) == (["build", "train", "explain"], [])
    labels = json.loads((out / "data" / "manifest.json").read_text())
    assert labels["rows"]["kept"] > 300
    assert first.verdicts == json.loads((out / "model" / "training.json").read_text())["verdicts"]
    page = first.report.read_text()
    assert first.verdicts[0].split(":")[0] in page
    for linked in ("model/report.html", "explained/index.html"):
        assert linked in page and (out / linked).exists()
    commands = [shlex.split(line) for line in (out / "commands.sh").read_text().splitlines()[1:]]
    assert [line[:2] for line in commands] == [
        ["dcgenomics", "build"], ["dcgenomics", "train"], ["dcgenomics", "explain"]
    ]  # fmt: skip

    weights = (out / "model" / "weights.npz").read_bytes()
    again = call(files, out)
    assert (again.ran, again.kept) == ([], ["build", "train", "explain"])
    changed = call(files, out, train={"set": ["k=3"]})
    assert (changed.ran, changed.kept) == (["train", "explain"], ["build"])
    assert (out / "model" / "weights.npz").read_bytes() != weights


def test_run__a_failed_step_keeps_what_was_finished_and_goes_on_there(files, tmp_path, monkeypatch):
    commands = []

    def fail(step):
        commands.append(step.arguments)
        if step.name == "train":
            return 1
        step.output.mkdir()
        return 0

    monkeypatch.setattr(pipeline, "_call", fail)
    with pytest.raises(StepError, match=mentions("train", "1", "--out")):
        call(files, tmp_path / "out")
    assert [command[0] for command in commands] == ["build", "train"]
    with pytest.raises(StepError):
        call(files, tmp_path / "out")
    assert [command[0] for command in commands] == ["build", "train", "train"]


def test_run__leaves_no_page_of_an_earlier_run_beside_a_new_model(files, tmp_path, monkeypatch):
    monkeypatch.setattr(pipeline, "_call", lambda step: 1)
    with pytest.raises(StepError):
        call(files, tmp_path / "out")
    for name in ("report.html", "commands.sh"):
        (tmp_path / "out" / name).write_text("of an earlier run")
    with pytest.raises(StepError):
        call(files, tmp_path / "out")
    assert not list((tmp_path / "out").glob("report.html")) + list((tmp_path / "out").glob("commands.sh"))


def test_run__repeats_a_step_whose_options_or_plugins_name_a_file_that_changed(files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    commands = []

    def do(step):
        commands.append(step.name)
        step.output.mkdir(exist_ok=True)
        return 1 if step.name == "explain" else 0

    monkeypatch.setattr(pipeline, "_call", do)
    named = {"build": ("away.bed", "signal.bw"), "train": ("motif.jaspar", "valid/y.npy"), "all": ("plugin.py",)}
    for path in (tmp_path / name for of_step in named.values() for name in of_step):
        path.parent.mkdir(exist_ok=True)
        path.write_text("as it was")

    def ran():
        commands.clear()
        with pytest.raises(StepError):
            experiments.run(
                files / "peaks.narrowPeak", files / "genome.fa", "out", plugins=["plugin.py"],
                options={
                    "build": {"exclude": "away.bed", "track": ["dnase=signal.bw"]},
                    "train": {"motif": "motif.jaspar", "valid": "valid", "checkpoints": "kept"},
                },
            )  # fmt: skip
        return commands

    assert ran() == ["build", "train", "explain"]
    (tmp_path / "kept").mkdir()
    assert ran() == ["explain"]
    for step, names in named.items():
        for name in names:
            (tmp_path / name).write_text("it changed")
            assert ran() == (["train", "explain"] if step == "train" else ["build", "train", "explain"]), name
    assert ran() == ["explain"]


def test_run__passes_options_as_they_are_typed():
    options = {"as_given": True, "shuffle": False, "set": ["k=4", "trees=5"], "max-n": 0.1, "negatives": False}
    assert list(pipeline.flags(options)) == ["--as-given", "--set", "k=4", "--set", "trees=5", "--max-n", "0.1"]
    typed = ["--fractions", "0.6", "0.2", "0.2", "--no-calibrate", "--no-check-assembly"]
    assert list(pipeline.flags({"fractions": [0.6, 0.2, 0.2], "calibrate": False, "check_assembly": False})) == typed


def test_run__knows_which_options_have_an_opposite_or_take_several_values():
    parameters = [parameter for command in run._commands_of_steps().values() for parameter in command.params]
    both = {each.opts[0][2:]: each.secondary_opts[0][2:] for each in parameters if each.secondary_opts}
    assert both == pipeline.OFF
    assert {each.opts[0][2:] for each in parameters if each.nargs not in (1, -1)} == set(pipeline.TOGETHER)


def test_run__names_all_missing_files_at_once_and_writes_nothing(files, tmp_path):
    with pytest.raises(ChecksError, match=mentions("none.bed", "none.fa")):
        experiments.run(tmp_path / "none.bed", tmp_path / "none.fa", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_run__refuses_a_folder_of_something_else_and_inputs_in_its_own(files, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ChecksError, match=mentions(str(tmp_path))):
        call(files, tmp_path)
    with pytest.raises(ChecksError, match=mentions("genome.fa", str(files))):
        call(files, files)
    assert (files / "genome.fa").exists() and (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "facts"),
    [
        ({"scan": {}}, ("'scan'", "build, train, explain")),
        ({"train": 3}, ("train", "3")),
        ({"train": {"set": [{}]}}, ("train", "set")),
    ],
)
def test_run__refuses_options_of_no_step_or_kind(files, tmp_path, options, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        experiments.run(files / "peaks.narrowPeak", files / "genome.fa", tmp_path / "out", options=options)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("[scan]\n", ("[scan]", "[build]")),
        ("[train]\nmodle = 'kmers'\n", ("'modle'", "model")),
        ("[train]\nout = 'x'\n", ("'out'", "[train]")),
        ("[train\n", ("run.toml",)),
        ("[train]\nsplit = 'blok'\n", ("[train]", "'blok'", "--split", "block")),
        ("[train]\nfractions = [0.8, 0.2]\n", ("[train]", "--fractions", "3")),
        ("[explain]\ntop = 'five'\n", ("[explain]", "--top", "'five'")),
        ("[explain]\ntop = 0\n", ("[explain]", "--top", "0")),
    ],
)
def test_run_command__checks_the_names_and_values_of_a_config_before_anything_runs(files, tmp_path, text, facts):
    (tmp_path / "run.toml").write_text(text)
    arguments = [files / "peaks.narrowPeak", "-g", files / "genome.fa", "-o", tmp_path / "out"]
    result = CliRunner().invoke(main, ["run", *map(str, arguments), "--config", str(tmp_path / "run.toml")])
    assert result.exit_code == 2
    assert re.search(mentions(*facts), result.output)
    assert not (tmp_path / "out").exists()


def test_run__uses_this_python(files, tmp_path, monkeypatch):
    seen = []

    class Ended:
        def __init__(self, arguments, **_):
            seen.append(arguments)

        def wait(self):
            return 3

    monkeypatch.setattr(pipeline.subprocess, "Popen", Ended)
    with pytest.raises(StepError, match=mentions("3")):
        call(files, tmp_path / "out")
    assert seen[0][:3] == [sys.executable, "-m", "deepchem_genomics.cli"]


LONG = """
import sys
from deepchem_genomics.cli import main, run
from deepchem_genomics.experiments import pipeline

real, pipeline.subprocess.Popen = pipeline.subprocess.Popen, lambda command, **given: real(
    [sys.executable, "-c", STEP], **given
)
main()
"""
STEP = """
import os, signal, sys, time
from pathlib import Path

def end(number, frame):
    time.sleep(0.5)  # cleans up
    Path("cleaned").write_text(str(number))
    sys.exit(143)

signal.signal(signal.SIGTERM, end)
print("there", flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_run__tells_its_step_to_end_and_waits_for_it(files, tmp_path, sent, status):
    code = f"STEP = {STEP!r}\n{LONG}"
    command = [sys.executable, "-c", code, "run", files / "peaks.narrowPeak", "-g", files / "genome.fa", "-o", "out"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True, preexec_fn=heed_signals,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == "there\n"
        os.killpg(process.pid, sent)
        told = process.communicate(timeout=60)[1].splitlines()
    assert process.returncode == status
    assert re.search(mentions("out", "same command"), told[-1])
    assert (tmp_path / "cleaned").read_text() == str(int(signal.SIGTERM)), "once, whatever was sent to the others"


def test_run__that_is_killed_takes_its_step_along(tmp_path):
    code = (
        "import os, subprocess, sys, time\n"
        "from deepchem_genomics.experiments import pipeline\n"
        "step = pipeline._Step('build', ('build', 'sequences', 'pipe.csv', '-o', 'data'), {}, None)\n"
        "print('there', flush=True)\n"
        "pipeline._call(step)\n"
    )
    os.mkfifo(tmp_path / "pipe.csv")
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": str(ROOT)}
    ) as process:
        assert process.stdout.readline() == b"there\n"
        with (tmp_path / "pipe.csv").open("w"):  # waits until the step reads
            process.kill()
            process.wait()
            assert process.stdout.read() == b"", "ends when the step has closed it too"


def test_run__names_all_problems_of_all_inputs_at_once(files, tmp_path):
    signal = pybigtools.open(str(tmp_path / "other.bw"), "w")
    signal.write({"chr1": 999_999}, iter([("chr1", 0, 100, 1.0)]))
    (tmp_path / "far.bed").write_text("chr7\t5\t9\nchr8\t5\t9\n")
    with pytest.raises(ChecksError) as error:
        experiments.run(
            tmp_path / "far.bed", files / "genome.fa", tmp_path / "out", accessibility=tmp_path / "other.bw",
            options={"train": {"model": "blendd"}},
        )  # fmt: skip
    facts = ("far.bed", "'chr7'", "'chr1'", "other.bw", "999999", "'blendd'")
    assert re.search(mentions(*facts), str(error.value))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("peaks", "options", "facts"),
    [
        ("chr1\t400000\t400100\n", {}, ("peaks.bed", "genome.fa", "assembly")),
        ("chr1\t9\t5\n", {}, ("peaks.bed:1", "9", "5")),
        ("", {}, ("peaks.bed",)),
        ("chr1\t5\t9\n", {"train": {"model": "sirna-network"}}, ("sirna-network", "RNA", "DNA")),
        ("chr1\t5\t9\n", {"train": {"model": "accessibility"}}, ("accessibility", "track")),
    ],
)
def test_run__checks_peaks_genome_and_recipe_before_a_step(files, tmp_path, peaks, options, facts):
    (tmp_path / "peaks.bed").write_text(peaks)
    with pytest.raises(ChecksError, match=mentions(*facts)):
        experiments.run(tmp_path / "peaks.bed", files / "genome.fa", tmp_path / "out", options=options)


def test_run__takes_a_signal_of_a_part_of_the_genome_if_told_to(files, tmp_path, monkeypatch):
    signal = pybigtools.open(str(tmp_path / "other.bw"), "w")
    signal.write({"chr1": 999_999}, iter([("chr1", 0, 100, 1.0)]))
    monkeypatch.setattr(pipeline, "_call", lambda step: 3)
    with pytest.raises(StepError):
        experiments.run(
            files / "peaks.narrowPeak", files / "genome.fa", tmp_path / "out", accessibility=tmp_path / "other.bw",
            options={"build": {"no-check-assembly": True}},
        )  # fmt: skip


def test_run__checks_without_tensorflow_and_deepchem(files):
    code = (
        "import sys, pathlib; from deepchem_genomics.experiments import pipeline, checks; "
        f"folder = pathlib.Path({str(files)!r}); "
        "given = {'peaks': folder / 'peaks.narrowPeak', 'genome': folder / 'genome.fa'}; "
        "check = checks.Checks(); pipeline._check(check, given, folder.parent / 'out', pipeline.DEFAULTS); "
        "assert check.problems == []; "
        "assert not {'tensorflow', 'deepchem'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_page__escapes_names_that_look_like_markup(tmp_path):
    evil = "<script>alert(1)</script>"
    scores = {"valid": {evil: {"rows": 3, "scores": {"model": {"pearson": [0.5, None, None]}}, "no_interval": evil}}}
    training = {"recipe": evil, "split": evil, "rows": {evil: 3}, "verdicts": [evil], "scores": scores}
    step = pipeline._Step(evil, ("train", evil), {}, tmp_path)
    page = pipeline._page(tmp_path / "<i>run", [step], training)
    assert "<script>" not in page and "<i>run" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 7
