"""What is wrong with a command comes in one go, a line for each thing, before TensorFlow is imported."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from messages import mentions

from deepchem_genomics.cli.checking import given_inputs
from deepchem_genomics.errors import ChecksError
from deepchem_genomics.experiments import pipeline
from deepchem_genomics.experiments.checks import Checks, check_windows, genome_sizes, model_facts

FAR = "chr8\t5\t9\n"
FAULTS = {
    "build intervals": (
        "build intervals far.bed none.bed -g g.fa --track a=none.bw --exclude none.txt -o proj --overwrite",
        ("far.bed", "none.bed", "none.bw", "none.txt", "proj"),
    ),
    "build tiles": ("build tiles --peaks far.bed -g g.fa --chroms chr7 -o proj", ("far.bed", "'chr7'", "proj")),
    "build sequences": (
        "build sequences none.fa rna.fa --length 21 -o proj",
        ("none.fa", "record 'r'", "proj"),
    ),
    "train": (
        "train unlabeled --model kmer --threshold-rule best --valid none -o proj --set k",
        ("unlabeled", "'kmer'", "'best'", "none", "proj", "--set"),
    ),
    "train with settings": ("train ds --model kmers --set kk=3 --set k=x -o proj", ("'kk'", "'x'", "proj")),
    "tune": ("tune unlabeled --model kmer -o proj", ("unlabeled", "'kmer'", "proj")),
    "evaluate": ("evaluate unlabeled -m proj --report s.fa", ("unlabeled", "proj", "s.fa", "--overwrite")),
    "predict": ("predict rna.fa -m m --track a=none.bw -o s.fa", ("record 'r'", "none.bw", "m", "--track", "s.fa")),
    "predict for intervals": ("predict far.bed -g g.fa -m m -o s.fa", ("far.bed", "s.fa")),
    "explain": ("explain proj none.fa -o m", ("proj", "none.fa", "m")),
    "scan": ("scan -m proj -g none.fa --track none.bw -o old.bed", ("proj", "none.fa", "none.bw", "old.bed")),
    "variants": ("variants s.fa -m proj -g none.fa -o p.tsv --skipped p.tsv", ("s.fa", "proj", "none.fa", "p.tsv")),
    "sirna check": (
        "sirna check far.bed --targets none.fa --against none.tsv -o s.fa",
        ("far.bed", "none.fa", "none.tsv", "s.fa", "--overwrite"),
    ),
    "sirna design": (
        "sirna design none.fa --model m --genes none.tsv --require luck --penalty luck=1 -o proj",
        ("none.fa", "m", "RNA", "none.tsv", "'luck'", "proj"),
    ),
    "inspect": ("inspect m --plot s.fa", ("m", "s.fa", "--overwrite")),
    "benchmark": ("benchmark unlabeled m -o proj", ("unlabeled", "m", "proj")),
    "reproduce": ("reproduce --source m --out proj", ("m", "proj", "train_siRNA")),
    "run": (
        "run far.bed -g g.fa --accessibility none.bw --config run.toml -o proj",
        ("far.bed", "none.bw", "'kmer'", "proj"),
    ),
}
SCRIPT = """
import sys
from deepchem_genomics.cli import main
try:
    main(sys.argv[1:], prog_name="dcgenomics")
except SystemExit as ended:
    status = ended.code
print(status, sorted({"deepchem", "tensorflow", "tf_keras"} & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def world(made, dcgenomics):
    """Add inputs that are wrong."""
    (made / "far.bed").write_text(FAR)
    (made / "old.bed").write_text(FAR)
    (made / "rna.fa").write_text(">r\n" + "ACGU" * 5 + "A\n")
    (made / "run.toml").write_text('[train]\nmodel = "kmer"\n')
    result = dcgenomics("build", "sequences", made / "s.fa", "-o", made / "unlabeled")
    assert result.exit_code == 0, result.stderr
    return made


@pytest.mark.parametrize("name", FAULTS)
def test_command__names_all_that_is_wrong_before_it_imports_tensorflow(world, name):
    line, facts = FAULTS[name]
    done = subprocess.run([sys.executable, "-c", SCRIPT, *line.split()], cwd=world, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1:] == ["1 []"], (done.stdout, done.stderr)
    lines = done.stderr.splitlines()
    assert all(each.startswith("dcgenomics: error: ") for each in lines), lines
    assert len(lines) == len(set(lines)) >= 2
    assert re.search(mentions(*facts), done.stderr), done.stderr


@pytest.mark.parametrize("name", ["p.bed", "i.tsv", "track.bed"])
def test_command__says_that_sequences_of_intervals_are_read_from_a_genome(world, dcgenomics, tmp_path, name):
    (world / "track.bed").write_text('track name="peaks"\nchr1\t100\t121\n')
    for command in (("predict", world / name, "-m", world / "m"), ("explain", world / "m", world / name)):
        result = dcgenomics(*command, "-o", tmp_path / "out.tsv")
        assert result.exit_code == 1
        assert re.search(mentions(name, "intervals", "--genome FILE"), result.stderr), result.stderr
    result = dcgenomics("build", "sequences", world / name, "-o", tmp_path / "out")
    assert result.exit_code == 1
    assert re.search(mentions(name, "intervals", "genome"), result.stderr), result.stderr


def test_checks__two_names_of_one_chromosome_are_a_problem_like_others(tmp_path):
    (tmp_path / "g.fa").write_text(">chr1\n" + "ACGT" * 25 + "\n")
    (tmp_path / "two.bed").write_text("chr1\t5\t9\n1\t5\t9\n")
    with pytest.raises(ChecksError) as error, Checks() as check:
        check_windows(check, [tmp_path / "two.bed"], check(genome_sizes, tmp_path / "g.fa"), tmp_path / "g.fa")
        check(model_facts, tmp_path / "none")
    assert len(error.value.problems) == 2
    assert re.search(mentions("two.bed", "chr1", "1", "none"), str(error.value))


def test_checks__let_an_error_of_the_program_through():
    def broken():
        raise KeyError("a mistake in the program")

    with pytest.raises(KeyError), Checks() as check:
        check(genome_sizes, "none.fa")
        check(broken)


def test_run__gives_the_files_of_plugin_to_its_steps(world, dcgenomics, tmp_path, monkeypatch):
    plugin = tmp_path / "mine.py"
    plugin.write_text("")
    commands = []

    def record(step):
        commands.append(list(step.arguments))
        return 1

    monkeypatch.setattr(pipeline, "_call", record)
    result = dcgenomics("--plugin", plugin, "run", world / "p.bed", "-g", world / "g.fa", "-o", tmp_path / "out")
    assert re.search(mentions("--plugin", str(plugin), "build"), result.stderr)
    assert [command[:3] for command in commands] == [["--plugin", str(plugin), "build"]]


def test_given_inputs__are_what_parameters_name_and_no_empty_text(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.bw").touch()
    command = click.Command("any", params=[click.Option([name]) for name in ("--track", "--text", "--none", "--out")])
    with click.Context(command) as context:
        context.params = {"track": "x=a.bw", "text": "", "none": None, "out": "a.bw"}
        assert given_inputs() == [Path("a.bw")]
