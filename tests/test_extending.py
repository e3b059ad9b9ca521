"""The examples of docs/extending.md are whole, short, and do what the page says."""

import re
from pathlib import Path

import numpy as np
import pytest

from deepchem_genomics.molnet import by_name

PAGE = Path(__file__).parents[1] / "docs" / "extending.md"
CODE = {
    code.split("\n", 1)[0].removeprefix("# "): code
    for code in re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
}


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run an example in a folder of its own, and leave no data set behind."""
    monkeypatch.chdir(tmp_path)

    def run_example(name):
        names = {"__name__": "example"}
        exec(compile(CODE[name], f"{PAGE.name}: {name}", "exec"), names)
        return names

    yield run_example
    by_name.loaders.pop("lab_sirna", None)


def test_extending__shows_a_featurizer_a_model_and_a_data_set():
    assert list(CODE) == ["featurizer", "model", "data set"]


@pytest.mark.parametrize("name", ["featurizer", "model", "data set"])
def test_extending__each_example_has_less_than_40_lines(name):
    assert len(CODE[name].splitlines()) < 40


def test_extending__the_featurizer_encodes_pairs(run):
    X = run("featurizer")["X"]
    assert X.shape == (2, 3, 16) and X.dtype == np.int8
    assert X[0].argmax(axis=1).tolist() == [1, 6, 11]  # AC, CG, GT
    assert X[1].sum(axis=1).tolist() == [1, 0, 0]  # AA, and two pairs with N


def test_extending__the_model_trains_and_is_saved(run):
    names = run("model")
    assert 0 < names["scores"]["roc_auc"] <= 1
    valid = names["valid"]
    np.testing.assert_array_equal(names["again"].predict(valid), names["model"].predict(valid))


def test_extending__the_data_set_is_loaded_by_name_and_split_by_mRNA(run):
    names = run("data set")
    assert names["tasks"] == ["efficacy"]
    assert [len(part) for part in (names["train"], names["valid"], names["test"])] == [2, 0, 1]
    assert names["train"].X.shape == (2, 21, 4)
