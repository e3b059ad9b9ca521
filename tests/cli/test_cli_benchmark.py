"""``dcgenomics benchmark``: what it lists, runs, keeps and prints."""

import subprocess
import sys
from dataclasses import replace

import pytest

from deepchem_genomics.benchmark.finished_runs import read_runs
from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.recipes import RECIPES

ARGUMENTS = ("simulated-sirna", "--models", "mean,ridge", "--models", "rules-ui-tei", "--jobs", 2)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("benchmark") / "out"


@pytest.fixture(scope="module")
def first(dcgenomics, out):
    return dcgenomics("benchmark", *ARGUMENTS, "--out", out)


def test_benchmark__prints_tables_and_says_what_it_did(first, out):
    assert first.exit_code == 0, first.output
    assert "ridge" in first.stdout
    assert "dcgenomics:" not in first.stdout
    assert first.stderr.splitlines()[-1] == f"dcgenomics: 3 run, 0 there already, 0 failed; see {out / 'report.html'}"
    assert [run.record["recipe"] for run in read_runs(out)] == ["mean", "ridge", "rules-ui-tei"]
    assert sorted(path.name for path in out.iterdir()) == [
        *(f"report.{ending}" for ending in ("csv", "html", "json", "md")),
        "run.json",
        "runs",
    ]


def test_benchmark__does_not_run_again_what_is_there(first, dcgenomics, out):
    again = dcgenomics("benchmark", *ARGUMENTS, "--out", out)
    assert again.exit_code == 0, again.output
    assert "dcgenomics: 0 run, 3 there already, 0 failed" in again.stderr
    assert again.stdout == first.stdout


def test_benchmark__fails_at_the_end_if_a_model_failed(dcgenomics, tmp_path, monkeypatch):
    def fit(*_):
        raise ValueError("no such luck")

    monkeypatch.setitem(RECIPES, "mean", replace(RECIPES["mean"], fit=fit))
    result = dcgenomics("benchmark", "simulated-sirna", "--models", "mean,ridge", "--out", tmp_path / "out", "--quiet")
    assert result.exit_code == 1
    assert "simulated-sirna mean seed 0: ValueError: no such luck" in result.stderr
    assert "ridge" in result.stdout
    assert [run.record["recipe"] for run in read_runs(tmp_path / "out")] == ["ridge"]


def test_benchmark__lists_data_and_models_without_importing_deepchem():
    script = """
import sys
from deepchem_genomics.cli import main
try:
    main(["benchmark", "--list"])
except SystemExit as end:
    print(end.code, [name for name in ("deepchem", "tensorflow", "sklearn") if name in sys.modules])
"""
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    lines = printed.splitlines()
    assert lines[-1] == "0 []"
    listed = [line.split()[0] for line in lines if line.startswith("  ")]
    assert listed == [*PROBLEMS, *RECIPES]
    assert all(len(line) < 160 for line in lines)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("judn",), "'judn' is not a folder, and not one of jund, "),
        (("jund", "--models", "knn"), "'knn' is not one of prevalence, "),
        (("jund", "--seeds", 0), "0 is not in the range x>=1"),
    ],
)
def test_benchmark__says_what_is_wrong_with_the_command_line(dcgenomics, arguments, words):
    result = dcgenomics("benchmark", *arguments)
    assert result.exit_code == 2
    assert words in result.stderr


def test_benchmark__a_model_that_suits_no_data_set_is_an_error_in_one_line(dcgenomics, tmp_path):
    result = dcgenomics("benchmark", "simulated-sirna", "--models", "kmers", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "dcgenomics: error: no chosen model can compete on simulated-sirna (efficacy); name another one"
    )
