"""``dcgenomics tune``: what it prints, what it refuses, and what can be done with the model it finds."""

import json
import re

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.benchmark import PROBLEMS, Fold, ProblemData
from deepchem_genomics.simulate import simulated_sirna_datasets

pytestmark = pytest.mark.usefixtures("in_this_process")

SPACE = "epochs = 2\nbatch_size = 50\nfilters = [5, 10]\n"


@pytest.fixture
def small_problem(monkeypatch):
    train, valid = simulated_sirna_datasets(200, 80, seed=3)
    _, test = simulated_sirna_datasets(10, 30, seed=4)
    small = PROBLEMS["simulated-sirna"]._replace(read=lambda *_: ProblemData([Fold(train, valid, test)]))
    monkeypatch.setitem(PROBLEMS, "simulated-sirna", small)


@pytest.fixture
def space(tmp_path):
    path = tmp_path / "space.toml"
    path.write_text(SPACE)
    return path


@pytest.mark.usefixtures("small_problem")
def test_tune__puts_the_table_on_stdout_and_everything_else_on_stderr(dcgenomics, space, tmp_path):
    out = tmp_path / "out"
    result = dcgenomics("tune", "simulated-sirna", "--trials", 3, "--space", space, "--out", out)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].split()[:3] == ["trial", "valid", "pearson"]
    assert len(lines) >= 7
    assert re.search(mentions("score", "best"), lines[-1])
    said = [line for line in result.stderr.splitlines() if line.startswith("dcgenomics: ")]
    assert any("tuning sirna-network on simulated-sirna: 200 rows to learn from" in line for line in said)
    assert "dcgenomics:   filters = [5, 10]" in said
    assert said[-1].startswith("dcgenomics: 3 trials in ")
    assert re.search(mentions("trials.csv", "best.json", "tuning.png", f"{out}"), said[-1])


@pytest.mark.usefixtures("small_problem")
def test_tune__quiet_says_nothing_but_the_table(dcgenomics, space, tmp_path):
    result = dcgenomics("tune", "simulated-sirna", "--trials", 1, "--space", space, "--out", tmp_path / "o", "--quiet")
    assert result.exit_code == 0, result.output
    assert result.stderr == ""


@pytest.mark.usefixtures("small_problem")
def test_tune__another_space_in_the_same_folder_is_one_line(dcgenomics, space, tmp_path):
    arguments = ["tune", "simulated-sirna", "--trials", 1, "--space", space, "--out", tmp_path / "out"]
    assert dcgenomics(*arguments).exit_code == 0
    space.write_text(SPACE.replace("10]", "20]"))
    result = dcgenomics(*arguments)
    assert result.exit_code == 1
    assert re.search(
        mentions("dcgenomics: error: ", str(tmp_path / "out"), "search", "filters", "[5, 10]", "[5, 20]"),
        result.stderr.splitlines()[-1],
    )


def test_tune__a_bad_space_is_one_line(dcgenomics, tmp_path):
    space = tmp_path / "space.toml"
    space.write_text("dropot = 0.5\n")
    result = dcgenomics("tune", "simulated-sirna", "--space", space, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert re.search(mentions(str(space), "sirna-network", "'dropot'", "dropout"), result.stderr.splitlines()[-1])
    assert not (tmp_path / "out").exists()


def test_tune__names_the_problems_when_it_is_given_none_of_them(dcgenomics):
    result = dcgenomics("tune", "jound")
    assert result.exit_code == 2
    assert re.search(mentions("jound", "jund, sirna-book"), " ".join(result.stderr.split()))


def test_tune__refuses_a_cross_validation(dcgenomics, tmp_path):
    result = dcgenomics("tune", "sirna-cv10", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert re.search(mentions("sirna-cv10"), result.stderr)


@pytest.fixture
def built(dcgenomics, tmp_path):
    """Build a folder from windows of a simulated genome whose label is in their sequence."""
    rng = np.random.default_rng(7)
    length, n = 31, 900
    letters = rng.choice(list("ACGT"), length * n)
    bound = rng.random(n) < 0.3
    for window in np.flatnonzero(bound):
        letters[window * length + 10 : window * length + 18] = list("TGACTCAT")
    (tmp_path / "toy.fa").write_text(f">chr1\n{''.join(letters)}\n")
    rows = [f"chr1\t{i * length}\t{(i + 1) * length}\t{int(label)}\n" for i, label in enumerate(bound)]
    (tmp_path / "peaks.tsv").write_text("".join(rows))
    result = dcgenomics(
        "build", "intervals", tmp_path / "peaks.tsv", "--genome", tmp_path / "toy.fa", "--label-column", "label",
        "--length", 31, "--out", tmp_path / "data",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return tmp_path


def test_tune__works_on_a_folder_and_scores_the_best_once_on_its_test_part(dcgenomics, built, space):
    space.write_text("epochs = 3\nbatch_size = 50\nfilters = [5, 10]\nlearning_rate = 0.01\n")
    out = built / "out"
    arguments = ["tune", built / "data", "--trials", 2, "--space", space, "--out", out]
    result = dcgenomics(*arguments)
    assert result.exit_code == 0, result.output
    assert "The best model on the test part, which no trial saw:" in result.stdout
    best = json.loads((out / "best" / "best.json").read_text())
    assert (best["data"], best["model"]) == ("data", "network")
    assert best["valid_rows"] == "the validation part of a split by block, seed 0"
    predicted = dcgenomics("predict", built / "data", "--model", out / "best", "--out", built / "predicted.tsv")
    assert predicted.exit_code == 0, predicted.output
    scored = dcgenomics("evaluate", built / "data", "--model", out / "best")
    assert scored.exit_code == 0, scored.output
    again = dcgenomics(*arguments)
    assert "2 there already" in again.stderr
    assert again.stdout == result.stdout
