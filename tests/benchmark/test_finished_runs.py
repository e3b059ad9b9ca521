"""Runs on disk: whole, or not there."""

import json

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.benchmark.finished_runs import FORMAT, Predictions, folder_of_run, read_run, read_runs, write_run
from deepchem_genomics.errors import DataFolderError

PREDICTIONS = Predictions(np.array(["a", "bc"]), np.array([0.0, 1.0]), np.array([0.25, 1 / 3]), np.zeros(2, np.int16))


def record(problem="p", recipe="e", seed=0):
    return {"format": FORMAT, "problem": problem, "recipe": recipe, "seed": seed, "scores": {"pearson": None}}


def test_run__comes_back_as_it_was_written(tmp_path):
    write_run(tmp_path, record(), PREDICTIONS)
    (run,) = read_runs(tmp_path)
    assert run.record == record()
    for found, written in zip(run.predictions(), PREDICTIONS, strict=True):
        np.testing.assert_array_equal(found, written)
    assert run.predictions().ids.dtype.kind == "U"
    assert run.predictions().fold.dtype == np.int16


def test_run__replaces_an_earlier_one_and_leaves_nothing_beside_it(tmp_path):
    write_run(tmp_path, record(), PREDICTIONS)
    write_run(tmp_path, record() | {"scores": {"pearson": 0.5}}, PREDICTIONS)
    assert read_runs(tmp_path)[0].record["scores"] == {"pearson": 0.5}
    assert [path.name for path in (tmp_path / "runs/p/e").iterdir()] == ["seed0"]


def test_read_runs__orders_by_problem_recipe_and_seed_as_a_number(tmp_path):
    for problem, recipe, seed in [("q", "a", 0), ("p", "b", 10), ("p", "b", 9), ("p", "a", 0)]:
        write_run(tmp_path, record(problem, recipe, seed), PREDICTIONS)
    found = [tuple(run.record[key] for key in ("problem", "recipe", "seed")) for run in read_runs(tmp_path)]
    assert found == [("p", "a", 0), ("p", "b", 9), ("p", "b", 10), ("q", "a", 0)]


def test_read_runs__finds_none_where_there_is_no_folder(tmp_path):
    assert read_runs(tmp_path / "absent") == []


def test_read_runs__does_not_take_what_is_being_written_for_a_run(tmp_path):
    write_run(tmp_path, record(), PREDICTIONS)
    folder_of_run(tmp_path, "p", "e", 0).rename(tmp_path / "runs/p/e/.seed0.partial-abc")
    assert read_runs(tmp_path) == []


def test_write_run__refuses_nan_which_json_does_not_know(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_run(tmp_path, record() | {"scores": {"pearson": float("nan")}}, PREDICTIONS)
    assert read_runs(tmp_path) == []


@pytest.mark.parametrize(
    ("damage", "facts"),
    [
        (lambda folder: (folder / "result.json").write_text("{"), ("result.json", "Expecting")),
        (lambda folder: (folder / "predictions.npz").unlink(), ("predictions.npz",)),
        (lambda folder: (folder / "result.json").write_text(json.dumps(record() | {"format": 0})), ("format", "0")),
        (lambda folder: (folder / "result.json").write_text(json.dumps(record("q"))), ("q/e/seed0",)),
    ],
)
def test_read_run__names_what_is_not_a_whole_run(tmp_path, damage, facts):
    folder = write_run(tmp_path, record(), PREDICTIONS).folder
    damage(folder)
    with pytest.raises(DataFolderError, match=mentions(*facts)):
        read_run(folder)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\3\4"])
def test_predictions__a_damaged_file_is_named(tmp_path, content):
    run = write_run(tmp_path, record(), PREDICTIONS)
    (run.folder / "predictions.npz").write_bytes(content)
    with pytest.raises(DataFolderError, match=mentions("predictions.npz")):
        run.predictions()
