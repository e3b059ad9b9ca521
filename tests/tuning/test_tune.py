"""A search from its first trial to its files: what it writes, goes on with, refuses and survives."""

import json
import logging
import re

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics import metrics, models
from deepchem_genomics.errors import BadValueError, DataFolderError, LabelError
from deepchem_genomics.io.outputs import MARKER
from deepchem_genomics.recipes import RECIPES
from deepchem_genomics.runs import Execution, Failure
from deepchem_genomics.runs.folder import open_run
from deepchem_genomics.tuning import Search, tune
from deepchem_genomics.tuning.summary import OPTIMISTIC

QUICK = {"epochs": 2, "patience": 1, "batch_size": 50, "filters": [5, 10], "n_layers": [1, 2]}

pytestmark = pytest.mark.usefixtures("in_this_process")


@pytest.fixture
def found(guides, tmp_path):
    return tune(guides, out=tmp_path / "out", search=Search(trials=4, space=QUICK))


def without_times(out):
    return pd.read_csv(out / "trials.csv").drop(columns="seconds")


def test_tune__writes_table_best_model_and_picture(found):
    assert sorted(path.name for path in found.out.iterdir()) == [
        "best", "run.json", "trials", "trials.csv",
    ]  # fmt: skip
    assert {path.name for path in found.out.rglob(".*")} == {MARKER}
    table = pd.read_csv(found.out / "trials.csv")
    assert table["trial"].tolist() == [0, 1, 2, 3]
    assert table.columns.tolist() == [
        *(
            "trial",
            "valid_pearson",
            "best_epoch",
            "epochs",
            "weights",
            "learning_rate",
            "dropout",
            "n_layers",
            "filters",
        ),
        *("kernel_size", "batch_size", "max_epochs", "patience", "decay", "shift", "mutation", "seconds", "error"),
    ]
    assert (found.out / "best" / "tuning.png").read_bytes().startswith(b"\x89PNG")


def test_tune__the_best_model_has_the_best_score(found, guides):
    record = json.loads((found.out / "best" / "best.json").read_text())
    assert record == found.best
    assert record["trial"] == int(found.trials["valid_pearson"].idxmax())
    model = models.load(found.out / "best")
    score = model.evaluate(guides.valid, [metrics.pearson])["pearson"]
    assert score == pytest.approx(record["valid_score"]["estimate"], abs=1e-6)
    assert found.trials["valid_pearson"].max() == pytest.approx(score, abs=1e-6)
    assert record["valid_score"]["low"] < score < record["valid_score"]["high"]
    assert record["note"] == OPTIMISTIC
    assert OPTIMISTIC in found.table


def test_tune__the_table_is_ranked_and_says_how_far_the_defaults_are(guides, tmp_path):
    fixed = {name: value for name, value in RECIPES["sirna-network"].defaults.items() if name != "filters"}
    found = tune(
        guides, out=tmp_path / "out", search=Search(trials=2, space={**fixed, "epochs": 2, "filters": [10, 20]})
    )
    lines = found.table.splitlines()
    assert lines[0].split() == ["trial", "valid", "pearson", "epoch", "weights", "filters"]
    scores = [float(line.split()[1]) for line in lines[1:3]]
    assert scores == sorted(scores, reverse=True)
    assert f"best: trial {found.best['trial']}, valid pearson " in found.table
    assert found.best["defaults"]["trial"] == 0
    assert ("default settings: trial 0, valid pearson " in found.table) == (found.best["trial"] != 0)


def test_tune__the_first_trial_is_the_network_of_the_benchmark(guides, tmp_path):
    found = tune(guides, out=tmp_path / "out", search=Search(trials=1, space={"epochs": 3}))
    fitted = RECIPES["sirna-network"](guides.train, guides.valid, settings={"epochs": 3})
    np.testing.assert_array_equal(
        models.load(found.out / "best").predict(guides.valid), fitted.model.predict(guides.valid)
    )


def test_tune__with_signals_scales_them_and_saves_the_scaling(windows, tmp_path):
    found = tune(windows, out=tmp_path / "out", search=Search(trials=2, space=QUICK))
    assert found.best["model"] == "network-accessibility"
    model = models.load(found.out / "best", side_inputs=windows.side_inputs)
    score = model.evaluate(windows.valid, [metrics.roc_auc])["roc_auc"]
    assert score == pytest.approx(found.best["valid_score"]["estimate"], abs=1e-6)


def test_tune__goes_on_where_it_was_and_further(guides, tmp_path, in_this_process, caplog):
    whole = tune(guides, out=tmp_path / "whole", search=Search(trials=4, space=QUICK))
    tune(guides, out=tmp_path / "parts", search=Search(trials=2, space=QUICK))
    in_this_process.clear()
    with caplog.at_level(logging.INFO):
        parts = tune(guides, out=tmp_path / "parts", search=Search(trials=4, space=QUICK))
    assert in_this_process == [2, 3]
    assert "4 trials in" in caplog.messages[-1]
    assert "(2 run, 2 there already, 0 failed)" in caplog.messages[-1]
    pd.testing.assert_frame_equal(without_times(whole.out), without_times(parts.out))
    assert whole.best == parts.best


def test_tune__fewer_trials_report_on_those_alone(guides, tmp_path, found):
    fewer = tune(guides, out=found.out, search=Search(trials=2, space=QUICK))
    assert fewer.trials["trial"].tolist() == [0, 1]


@pytest.mark.parametrize(
    ("other", "facts"),
    [
        ({"search": {"space": {**QUICK, "filters": [5, 20]}}}, ("filters", "[5, 10]", "[5, 20]")),
        ({"seed": 1}, ("seed", "0", "1")),
        ({"search": {"method": "grid", "trials": None}}, ("random", "grid")),
    ],
)
def test_tune__refuses_the_folder_of_another_search(guides, found, other, facts):
    search = Search(**{"trials": 4, "space": QUICK} | other.get("search", {}))
    with pytest.raises(DataFolderError, match=mentions("search", *facts)):
        tune(guides, search=search, out=found.out, seed=other.get("seed", 0))


def test_tune__refuses_the_folder_of_a_recipe_whose_code_has_changed(guides, found, monkeypatch):
    monkeypatch.setattr("deepchem_genomics.tuning.search.code_of", lambda recipe: "3f")
    with pytest.raises(DataFolderError, match=mentions("search", "code", "3f")):
        tune(guides, search=Search(trials=4, space=QUICK), out=found.out)


def test_tune__refuses_the_folder_of_other_data_and_of_something_else(guides, found, tmp_path):
    y = guides.train.y.copy()
    y[0] += 0.5
    changed = guides._replace(train=type(guides.train)(guides.train.X, y, guides.train.w, guides.train.ids))
    with pytest.raises(DataFolderError, match=mentions("search", "data")):
        tune(changed, out=found.out, search=Search(trials=4, space=QUICK))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("")
    with pytest.raises(DataFolderError, match=mentions("mine", "search")):
        tune(guides, out=tmp_path / "mine")


def test_tune__a_damaged_trial_is_said_and_run_again(guides, found, in_this_process, caplog):
    in_this_process.clear()
    (found.out / "trials" / "0001" / "trial.json").write_text("{")
    again = tune(guides, out=found.out, search=Search(trials=4, space=QUICK))
    assert in_this_process == [1]
    assert re.search(mentions("0001", "trial"), caplog.text)
    assert again.best == found.best


def test_tune__a_trial_that_fails_is_named_and_does_not_end_the_search(guides, tmp_path, caplog):
    space = {**QUICK, "learning_rate": [1e30, 0.01], "filters": 5}  # a million million million million million
    found = tune(guides, out=tmp_path / "out", search=Search(trials=4, space=space))
    failed = found.trials[found.trials["error"].notna()]
    assert 0 < len(failed) < 4
    assert (failed["learning_rate"] == 1e30).all()
    assert failed["valid_pearson"].isna().all()
    assert failed["error"].str.startswith("BadValueError: ").all()
    assert found.best["n_failed"] == len(failed)
    assert found.best["parameters"]["learning_rate"] != 1e30
    assert any(line.startswith(f"trial {failed['trial'].iloc[0]} failed: BadValueError") for line in caplog.messages)


def test_tune__trials_that_failed_are_tried_again(guides, tmp_path, in_this_process, monkeypatch):
    def killed(self, function, work):
        reason = "its process was ended by SIGKILL, most likely for lack of memory"
        return ((each.key, Failure(reason, "")) for each in work)

    with monkeypatch.context() as patched:
        patched.setattr(Execution, "in_fresh_processes", killed)
        with pytest.raises(BadValueError, match=mentions("2", "SIGKILL")):
            tune(guides, out=tmp_path / "out", search=Search(trials=2, space=QUICK))
    assert pd.read_csv(tmp_path / "out" / "trials.csv")["error"].notna().all()
    tune(guides, out=tmp_path / "out", search=Search(trials=2, space=QUICK))
    assert in_this_process == [0, 1]


def test_tune__killed_while_it_draws_leaves_the_best_of_the_earlier_search_whole(
    guides, tmp_path, in_this_process, monkeypatch
):
    def interrupted(self, path, **keywords):
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    best = tune(guides, out=tmp_path / "out", search=Search(trials=1, space=QUICK)).out / "best"
    before = {path.name: path.read_bytes() for path in best.iterdir()}
    assert {"best.json", "config.json", "tuning.png", "weights.npz"} <= set(before)
    with monkeypatch.context() as patched:
        patched.setattr("matplotlib.figure.Figure.savefig", interrupted)
        with pytest.raises(KeyboardInterrupt):
            tune(guides, out=tmp_path / "out", search=Search(trials=3, space=QUICK))
    assert {path.name: path.read_bytes() for path in best.iterdir()} == before
    assert tune(guides, out=tmp_path / "out", search=Search(trials=3, space=QUICK)).best["n_trials"] == 3
    assert json.loads((best / "best.json").read_text())["n_trials"] == 3


def test_tune__a_grid_goes_through_all_combinations(guides, tmp_path):
    fixed = {name: value for name, value in RECIPES["sirna-network"].defaults.items() if name != "filters"}
    space = {**fixed, "epochs": 1, "batch_size": [50, 100], "filters": [5, 10]}
    found = tune(guides, out=tmp_path / "out", search=Search(method="grid", space=space))
    assert found.trials[["filters", "batch_size"]].apply(tuple, axis=1).tolist() == [
        (5, 50), (5, 100), (10, 50), (10, 100),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        (lambda: {"search": Search(trials=0)}, ("trials", "0", "1")),
        (lambda: {"execution": Execution(1.5)}, ("jobs", "1.5", "1")),
        (lambda: {"seed": -1}, ("seed", "-1", "0")),
        (lambda: {"search": Search(method="bayes")}, ("method", "bayes", "random", "grid")),
        (lambda: {"search": Search(method="grid", trials=3)}, ("grid", "trials")),
        (lambda: {"recipe": "network"}, ("network", "guides", "sirna-network")),
    ],
)
def test_tune__refuses_what_makes_no_sense_before_it_writes(guides, tmp_path, arguments, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        tune(guides, out=tmp_path / "out", **arguments())
    assert not (tmp_path / "out").exists()


def test_tune__two_searches_do_not_write_to_one_folder(guides, found):
    settings = json.loads((found.out / "run.json").read_text())["settings"]
    with (
        open_run(found.out, "search", settings),
        pytest.raises(DataFolderError, match=mentions("process")),
    ):
        tune(guides, out=found.out, search=Search(trials=4, space=QUICK))


def test_tune__refuses_labels_that_do_not_vary(guides, tmp_path):
    flat = type(guides.valid)(guides.valid.X, np.ones_like(guides.valid.y), guides.valid.w, guides.valid.ids)
    with pytest.raises(LabelError, match=mentions("guides", "task 0")):
        tune(guides._replace(valid=flat), out=tmp_path / "out")
