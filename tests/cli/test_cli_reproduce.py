"""``dcgenomics reproduce``: what it prints, what it writes, what it refuses."""

import json
import re
import shutil

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.data import SideInput
from deepchem_genomics.io import outputs
from deepchem_genomics.io.outputs import MARKER
from deepchem_genomics.reproduce import results

FILES = {"config.json", "weights.npz", results.RESULTS, results.FIGURE, MARKER}

NAMES = ["tf-binding", "chromatin", "rnai"]
NETWORKS = dict(zip(NAMES, ["TFBindingModel", "AccessibilityTFBindingModel", "SiRNAEfficacyModel"], strict=True))


def hidden_files(folder):
    return [path for path in folder.rglob(".*") if path.name != outputs.MARKER]


def read_records(out):
    return {name: json.loads((out / name / "results.json").read_text()) for name in NAMES if (out / name).exists()}


@pytest.fixture(scope="module")
def finished(dcgenomics, chapter_folder_template, tmp_path_factory):
    """Return click's result and the output folder of a run of all three experiments."""
    out = tmp_path_factory.mktemp("finished") / "out"
    result = dcgenomics("reproduce", "--source", chapter_folder_template, "--epochs", 3, "--every", 2, "--out", out)
    assert result.exit_code == 0, result.output
    return result, out


@pytest.fixture(scope="module")
def records(finished):
    return read_records(finished[1])


def test_reproduce__runs_all_three_experiments_by_default(records):
    assert list(records) == NAMES


def test_reproduce__puts_tables_on_stdout_and_everything_else_on_stderr(finished):
    result, out = finished
    blocks = result.stdout.strip().split("\n\n")
    assert [block.split(":")[0] for block in blocks] == NAMES
    assert "dcgenomics:" not in result.stdout
    assert all(line.startswith("dcgenomics: ") for line in result.stderr.splitlines())
    assert result.stderr.splitlines()[-1].endswith(f"records, figures and models written to {out}")


def test_reproduce__writes_a_figure_and_a_model_for_each(finished, chapter_folder_template):
    _, out = finished
    accessibility = SideInput.from_file(chapter_folder_template / "accessibility.txt")
    for name in NAMES:
        assert (out / name / "learning_curves.png").read_bytes().startswith(b"\x89PNG")
        model = models.load(out / name, side_inputs=accessibility if name == "chromatin" else None)
        assert type(model).__name__ == NETWORKS[name]
    assert hidden_files(out) == []
    assert {path.name for path in out.iterdir()} == set(NAMES)
    assert {path.name for path in out.glob("*/*")} == FILES


@pytest.mark.parametrize("name", NAMES)
def test_results__curves_are_of_equal_length_and_end_with_the_last_epoch(records, name):
    record = records[name]
    assert record["epochs"] == [2, 3]
    assert len(record["train"]) == len(record["valid"]) == 2


@pytest.mark.parametrize("name", NAMES)
def test_results__the_best_is_the_highest_and_the_interval_is_of_the_last(records, name):
    record = records[name]
    assert record["best_valid"] == max(record["valid"])
    assert record["valid"][record["epochs"].index(record["best_epoch"])] == record["best_valid"]
    low, high = record["valid_ci"]
    assert low < record["valid"][-1] < high


@pytest.mark.parametrize("name", NAMES)
def test_results__say_what_was_run_on_what(records, name, chapter_folder_template):
    record = records[name]
    assert record["source"] == str(chapter_folder_template)
    assert record["simulated"] is False
    assert (record["n_train"], record["n_valid"]) == ((100, 50) if name == "rnai" else (400, 500))
    assert record["metric"] == ("pearson" if name == "rnai" else "roc_auc")
    assert record["seed"] == 0
    assert record["scale"] == ("log-standard" if name == "chromatin" else None)
    assert record["published"]["valid"] == {"tf-binding": 0.75, "chromatin": 0.80, "rnai": 0.65}[name]
    assert record["command"].startswith(f"dcgenomics reproduce {name} --source {chapter_folder_template} --epochs 3")
    assert {"deepchem", "tensorflow", "deepchem_genomics"} <= set(record["versions"])


def test_results__baselines_are_scored_without_a_network(records, chapter_folder_template):
    import deepchem as dc
    from sklearn.metrics import average_precision_score, roc_auc_score

    valid = dc.data.DiskDataset(str(chapter_folder_template / "valid_dataset"))
    alone = SideInput.from_file(chapter_folder_template / "accessibility.txt").lookup(valid.ids)
    for name in ("tf-binding", "chromatin"):
        baselines = records[name]["baselines"]
        assert baselines["accessibility_alone"]["valid"] == pytest.approx(roc_auc_score(valid.y, alone))
        assert baselines["accessibility_alone"]["second"]["valid"] == pytest.approx(
            average_precision_score(valid.y, alone)
        )
        assert baselines["accessibility_alone"]["network_minus_this"] == pytest.approx(
            records[name]["valid"][-1] - baselines["accessibility_alone"]["valid"]
        )
        assert baselines["coin"]["valid"] == 0.5
        assert baselines["coin"]["second"]["valid"] == pytest.approx(valid.y.mean())


def test_results__the_correlation_of_a_constant_is_null(records):
    baseline = records["rnai"]["baselines"]["always_mean"]
    assert baseline["valid"] is None
    assert baseline["second"]["valid"] > 0


def test_results__the_saved_model_is_the_one_that_was_scored(finished, records, chapter_folder_template):
    import deepchem as dc

    valid = dc.data.DiskDataset(str(chapter_folder_template / "valid_siRNA"))
    predicted = models.load(finished[1] / "rnai").predict(valid)[:, 0]
    assert np.corrcoef(predicted, valid.y[:, 0])[0, 1] == pytest.approx(records["rnai"]["valid"][-1], abs=1e-5)


def test_table__has_the_published_score_the_baseline_and_the_interval(finished, records):
    table = finished[0].stdout
    low, high = records["chromatin"]["valid_ci"]
    assert f"{low:.3f} to {high:.3f}" in table
    assert "published                                         0.91    0.80" in table
    assert "accessibility alone, no network" in table
    assert "undefined: a constant has no correlation" in table


def test_reproduce__an_experiment_run_again_replaces_its_own_record_alone(
    dcgenomics, finished, records, chapter_folder_template, tmp_path
):
    out = shutil.copytree(finished[1], tmp_path / "out")
    arguments = ["--source", chapter_folder_template, "--epochs", 1, "--seed", 5, "--out", out, "--quiet"]
    result = dcgenomics("reproduce", "rnai", *arguments)
    assert result.exit_code == 0, result.output
    assert result.stderr == ""
    again = read_records(out)
    assert (again["rnai"]["seed"], again["rnai"]["epochs"]) == (5, [1])
    assert {name: again[name] for name in NAMES[:2]} == {name: records[name] for name in NAMES[:2]}
    assert json.loads((out / "rnai" / "config.json").read_text())["training"]["seed"] == 5


def test_reproduce__the_same_seed_gives_the_same_scores(dcgenomics, records, chapter_folder_template, tmp_path):
    source = ["--source", chapter_folder_template]
    result = dcgenomics("reproduce", "rnai", *source, "--epochs", 3, "--every", 2, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    again = read_records(tmp_path)["rnai"]
    assert {key: again[key] for key in ("train", "valid", "valid_ci")} == {
        key: records["rnai"][key] for key in ("train", "valid", "valid_ci")
    }


def test_reproduce__an_interrupt_keeps_what_was_finished_and_nothing_half_made(
    dcgenomics, chapter_folder_template, tmp_path, monkeypatch
):
    def interrupted(*arguments, **keywords):
        raise KeyboardInterrupt

    monkeypatch.setattr(models.AccessibilityTFBindingModel, "fit", interrupted)
    out = tmp_path / "out"
    arguments = ["rnai", "chromatin", "--source", chapter_folder_template, "--epochs", 1, "--out", out]
    result = dcgenomics("reproduce", *arguments)
    assert result.exit_code == 130
    assert result.stderr.splitlines()[-1].startswith("dcgenomics: interrupted")
    assert result.stdout.startswith("rnai: ")
    assert [path.name for path in out.iterdir()] == ["rnai"]
    assert {path.name for path in (out / "rnai").iterdir()} == FILES


def test_reproduce__an_interrupt_while_writing_leaves_no_part_of_a_file(
    dcgenomics, chapter_folder_template, tmp_path, monkeypatch
):
    def interrupted(self, path, **keywords):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(results.Figure, "savefig", interrupted)
    result = dcgenomics("reproduce", "rnai", "--source", chapter_folder_template, "--epochs", 1, "--out", tmp_path)
    assert result.exit_code == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["dna"], "'dna' is not one of 'tf-binding', 'chromatin', 'rnai'"),
        (["--epochs", "0"], "0 is not in the range x>=1"),
        (["--every", "0"], "0 is not in the range x>=1"),
        (["--seed", "-1"], "-1 is not in the range x>=0"),
        (["--scale", "log"], "'log' is not one of 'none', 'standard', 'log-standard'"),
    ],
)
def test_usage__what_is_wrong_on_the_command_line_is_named_with_status_2(dcgenomics, arguments, message):
    result = dcgenomics("reproduce", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_out__a_file_of_that_name_is_refused(dcgenomics, tmp_path):
    (tmp_path / "out").write_text("mine")
    assert dcgenomics("reproduce", "--out", tmp_path / "out").exit_code == 2
    result = dcgenomics("reproduce", "--out", tmp_path / "out" / "below")
    assert result.exit_code == 1
    assert re.search(mentions("dcgenomics: error: ", f"{tmp_path}/out", "folder"), result.stderr)


def notes_in_it(folder):
    (folder / "notes.txt").write_text("mine")
    return "notes.txt"


def no_marker(folder):
    (folder / MARKER).unlink()
    return "reproduced experiment"


@pytest.mark.parametrize("change", [notes_in_it, no_marker])
def test_out__what_this_command_did_not_write_is_refused_before_training(
    dcgenomics, finished, tmp_path, monkeypatch, change
):
    monkeypatch.setattr(models.SiRNAEfficacyModel, "fit", lambda *_, **__: pytest.fail("trained"))
    out = shutil.copytree(finished[1], tmp_path / "out")
    what = change(out / "rnai")
    before = {path: path.is_file() and path.read_bytes() for path in out.rglob("*")}
    result = dcgenomics("reproduce", "rnai", "--out", out)
    assert result.exit_code == 1
    assert re.search(mentions("dcgenomics: error: ", f"{out}/rnai", what), result.stderr)
    assert {path: path.is_file() and path.read_bytes() for path in out.rglob("*")} == before


def test_reproduce__killed_while_it_draws_leaves_the_earlier_run_whole(
    dcgenomics, finished, records, chapter_folder_template, tmp_path, monkeypatch
):
    def interrupted(self, path, **keywords):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    out = shutil.copytree(finished[1], tmp_path / "out")
    before = {path: path.read_bytes() for path in out.glob("*/*")}
    monkeypatch.setattr(results.Figure, "savefig", interrupted)
    arguments = ["--source", chapter_folder_template, "--epochs", 1, "--seed", 5, "--out", out]
    assert dcgenomics("reproduce", "rnai", *arguments).exit_code == 130
    assert {path: path.read_bytes() for path in out.glob("*/*")} == before


def test_out__a_folder_that_cannot_be_written_to_is_refused_before_training(dcgenomics, tmp_path, monkeypatch):
    monkeypatch.setattr(outputs.os, "access", lambda path, mode: path != tmp_path)  # root may write anywhere
    result = dcgenomics("reproduce", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert re.search(mentions(str(tmp_path)), result.stderr)
