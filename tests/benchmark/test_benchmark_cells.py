"""Cells on disk: whole, or not there."""

import json

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.benchmark.cells import FORMAT, Predictions, cell_folder, read_cell, read_cells, write_cell
from deepchem_genomics.errors import DataFolderError

PREDICTIONS = Predictions(np.array(["a", "bc"]), np.array([0.0, 1.0]), np.array([0.25, 1 / 3]), np.zeros(2, np.int16))


def record(problem="p", recipe="e", seed=0):
    return {"format": FORMAT, "problem": problem, "recipe": recipe, "seed": seed, "scores": {"pearson": None}}


def test_cell__comes_back_as_it_was_written(tmp_path):
    write_cell(tmp_path, record(), PREDICTIONS)
    (cell,) = read_cells(tmp_path)
    assert cell.record == record()
    for found, written in zip(cell.predictions(), PREDICTIONS, strict=True):
        np.testing.assert_array_equal(found, written)
    assert cell.predictions().ids.dtype.kind == "U"
    assert cell.predictions().fold.dtype == np.int16


def test_cell__replaces_an_earlier_one_and_leaves_nothing_beside_it(tmp_path):
    write_cell(tmp_path, record(), PREDICTIONS)
    write_cell(tmp_path, record() | {"scores": {"pearson": 0.5}}, PREDICTIONS)
    assert read_cells(tmp_path)[0].record["scores"] == {"pearson": 0.5}
    assert [path.name for path in (tmp_path / "cells/p/e").iterdir()] == ["seed0"]


def test_read_cells__orders_by_problem_recipe_and_seed_as_a_number(tmp_path):
    for problem, recipe, seed in [("q", "a", 0), ("p", "b", 10), ("p", "b", 9), ("p", "a", 0)]:
        write_cell(tmp_path, record(problem, recipe, seed), PREDICTIONS)
    found = [tuple(cell.record[key] for key in ("problem", "recipe", "seed")) for cell in read_cells(tmp_path)]
    assert found == [("p", "a", 0), ("p", "b", 9), ("p", "b", 10), ("q", "a", 0)]


def test_read_cells__finds_none_where_there_is_no_folder(tmp_path):
    assert read_cells(tmp_path / "absent") == []


def test_read_cells__does_not_take_what_is_being_written_for_a_cell(tmp_path):
    write_cell(tmp_path, record(), PREDICTIONS)
    cell_folder(tmp_path, "p", "e", 0).rename(tmp_path / "cells/p/e/.seed0.partial-abc")
    assert read_cells(tmp_path) == []


def test_write_cell__refuses_nan_which_json_does_not_know(tmp_path):
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_cell(tmp_path, record() | {"scores": {"pearson": float("nan")}}, PREDICTIONS)
    assert read_cells(tmp_path) == []


@pytest.mark.parametrize(
    ("damage", "facts"),
    [
        (lambda folder: (folder / "cell.json").write_text("{"), ("cell.json", "Expecting")),
        (lambda folder: (folder / "predictions.npz").unlink(), ("predictions.npz",)),
        (lambda folder: (folder / "cell.json").write_text(json.dumps(record() | {"format": 0})), ("format", "0")),
        (lambda folder: (folder / "cell.json").write_text(json.dumps(record("q"))), ("q/e/seed0",)),
    ],
)
def test_read_cell__names_what_is_not_a_whole_cell(tmp_path, damage, facts):
    folder = write_cell(tmp_path, record(), PREDICTIONS).folder
    damage(folder)
    with pytest.raises(DataFolderError, match=mentions(*facts)):
        read_cell(folder)


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\3\4"])
def test_predictions__a_damaged_file_is_named(tmp_path, content):
    cell = write_cell(tmp_path, record(), PREDICTIONS)
    (cell.folder / "predictions.npz").write_bytes(content)
    with pytest.raises(DataFolderError, match=mentions("predictions.npz")):
        cell.predictions()
