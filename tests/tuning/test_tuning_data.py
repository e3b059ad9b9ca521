"""Trials see no row that the benchmark scores."""

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.benchmark import PROBLEMS, Fold, ProblemData, Reading
from deepchem_genomics.errors import BadValueError, LabelError, SplitError
from deepchem_genomics.tuning import TuningData, tune, tuning_data
from deepchem_genomics.tuning.tuning_data import data_of_problem, fingerprint, require_scorable


def rows(names, labels):
    return dc.data.NumpyDataset(
        np.zeros((len(names), 5, 4), np.int8), np.array(labels, float)[:, None], ids=np.array(names, dtype=object)
    )


def problem_of(monkeypatch, *folds):
    one = PROBLEMS["jund"]._replace(read=lambda *_: ProblemData([Fold(*fold) for fold in folds]))
    monkeypatch.setitem(PROBLEMS, "jund", one)


@pytest.mark.parametrize("name", ["simulated-tf", "simulated-sirna"])
def test_data_of_problem__never_has_a_row_that_is_scored(name, tmp_path):
    data = data_of_problem(name, reading=Reading(data_dir=str(tmp_path)))
    scored = set(PROBLEMS[name].load(data_dir=str(tmp_path)).folds[0].test.ids)
    assert len(scored) > 200
    assert not scored & {*data.train.ids, *data.valid.ids}
    assert not set(data.train.ids) & set(data.valid.ids)
    assert set(data.side_inputs) == set(PROBLEMS[name].side_inputs)
    for side_input in data.side_inputs.values():
        assert not scored & set(side_input.ids)


def test_data_of_problem__holds_out_a_tenth_of_each_class_where_there_is_no_valid_part(monkeypatch):
    names = [f"row{i}" for i in range(300)]
    train = rows(names[:200], [i % 20 == 0 for i in range(200)])
    problem_of(monkeypatch, (train, None, rows(names[200:], [0, 1] * 50)))
    data = data_of_problem("jund", seed=4)
    assert (len(data.train), len(data.valid), int(data.valid.y.sum())) == (180, 20, 1)
    assert {*data.train.ids, *data.valid.ids} == set(names[:200])
    assert "drawn with seed 4" in data.about
    other = data_of_problem("jund", seed=5)
    assert set(other.valid.ids) != set(data.valid.ids)
    assert fingerprint(other) != fingerprint(data) == fingerprint(data_of_problem("jund", seed=4))


def test_data_of_problem__refuses_a_row_that_is_in_two_parts(monkeypatch):
    problem_of(monkeypatch, (rows(["a", "b"], [0, 1]), rows(["c", "d"], [0, 1]), rows(["e", "b"], [0, 1])))
    with pytest.raises(SplitError, match=mentions("jund", "b", "train", "test")):
        data_of_problem("jund")


@pytest.mark.parametrize("name", ["sirna-cv10", "sirna-gene5"])
def test_data_of_problem__refuses_a_cross_validation_before_reading_anything(name):
    with pytest.raises(BadValueError, match=mentions(name)):
        data_of_problem(name)


def test_require_scorable__names_the_part_whose_labels_do_not_vary():
    data = TuningData("mine", "binding", rows(["a", "b"], [0, 1]), rows(["c", "d"], [1, 1]))
    with pytest.raises(LabelError, match=mentions("mine", "task 0")):
        require_scorable(data)


def test_require_scorable__refuses_measured_values_for_binding():
    data = TuningData("mine", "binding", rows(["a", "b"], [0, 0.7]), rows(["c", "d"], [0, 1]))
    with pytest.raises(LabelError, match=mentions("mine", "train", "0.7", "0", "1")):
        require_scorable(data)


def test_tune__reads_no_test_part(monkeypatch, tmp_path, in_this_process):
    """A test part that breaks when it is read stands for the benchmark's."""
    train = dc.data.NumpyDataset(np.zeros((40, 101, 4), np.int8), np.tile([[0.0], [1.0]], (20, 1)))
    handed = []
    monkeypatch.setattr(tuning_data, "hold_out", lambda rows, seed: (handed.append(len(rows)), (rows, rows))[1])
    test = rows([f"scored{i}" for i in range(7)], [0, 1, 0, 1, 0, 1, 0])
    problem_of(monkeypatch, (train, None, test))
    with pytest.raises(SplitError, match=mentions("train")):  # as the two are the same here
        tune("jund", out=tmp_path / "out")
    assert handed == [40]
    assert in_this_process == []
