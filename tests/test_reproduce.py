"""``reproduce.run`` on simulated data: what it returns, and that a seed decides everything."""

import json
import re

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import reproduce
from deepchem_genomics.errors import BadValueError, EmptyInputError, LabelError
from deepchem_genomics.reproduce import EXPERIMENTS, SimulatedSource, format_table, run
from deepchem_genomics.reproduce.scoring import labeled
from deepchem_genomics.reproduce.sources import Split


def small_source(seed=0):
    return SimulatedSource(seed, n_train=400, n_valid=300, prevalence=0.06, n_train_sirna=120, n_valid_sirna=60)


@pytest.fixture(scope="module")
def records():
    return run(["rnai", "chromatin"], small_source(), epochs=2, every=1, out=None)


def test_run__is_a_function_whatever_was_imported():
    import deepchem_genomics.reproduce.runner  # noqa: F401

    assert callable(reproduce.run)


def test_run__keeps_the_order_asked_for(records):
    assert list(records) == ["rnai", "chromatin"]


def test_run__returns_what_json_can_hold(records):
    assert json.loads(json.dumps(records, allow_nan=False)) == records


def test_run__says_that_data_are_simulated(records):
    for record in records.values():
        assert record["source"] == "simulated"
        assert record["simulated"] is True
        assert "SIMULATED" in format_table(record)
        assert "on the book's data, not these" in format_table(record)


def test_run__hands_each_record_over_when_it_is_finished():
    seen = []
    finished = run("rnai", small_source(), epochs=1, out=None, on_result=seen.append)
    assert seen == list(finished.values())


def test_run__the_same_seed_gives_the_same_scores_and_another_seed_others(records):
    again = run(["rnai"], small_source(), epochs=2, every=1, out=None)["rnai"]
    other = run(["rnai"], small_source(), epochs=2, every=1, out=None, seed=1)["rnai"]
    assert again["valid"] == records["rnai"]["valid"]
    assert other["valid"] != records["rnai"]["valid"]


def test_run__scores_every_few_epochs_and_always_the_last():
    record = run(["rnai"], small_source(), epochs=5, every=2, out=None)["rnai"]
    assert record["epochs"] == [2, 4, 5]
    assert run(["rnai"], small_source(), epochs=2, every=9, out=None)["rnai"]["epochs"] == [2]


def test_run__scoring_in_between_does_not_change_the_training():
    often = run(["rnai"], small_source(), epochs=4, every=1, out=None)["rnai"]
    once = run(["rnai"], small_source(), epochs=4, every=4, out=None)["rnai"]
    assert often["valid"][-1] == once["valid"][-1]


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        ({"experiments": ["dna"]}, ("experiments", "'dna'", "tf-binding, chromatin, rnai")),
        ({"experiments": []}, ("experiments",)),
        ({"epochs": 0}, ("epochs", "0", "1")),
        ({"every": -1}, ("every", "-1", "1")),
        ({"seed": -1}, ("seed", "-1", "0")),
        ({"scale": "log"}, ("scale", "log", "'none', 'standard', 'log-standard'")),
    ],
)
def test_run__names_the_argument_that_is_wrong(arguments, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        run(**{"source": small_source(), "out": None} | arguments)


def test_run__needs_both_classes_to_score():
    with pytest.raises(LabelError, match=mentions("5 labels")):
        run(["tf-binding"], SimulatedSource(n_train=500, n_valid=5, prevalence=0.01), out=None)


def test_run__needs_rows():
    class Empty(SimulatedSource):
        def load(self, experiment):
            train, valid = super().load(experiment)[:2]
            return Split(train, valid.select([]))

    with pytest.raises(EmptyInputError, match=mentions("valid_siRNA")):
        run(["rnai"], Empty(n_train_sirna=10, n_valid_sirna=5), out=None)


def test_run__tells_when_windows_are_in_both_sets(caplog):
    class Leaking(SimulatedSource):
        def load(self, experiment):
            train, _, accessibility = super().load(experiment)
            return Split(train, train, accessibility)

    run(["tf-binding"], Leaking(n_train=300, n_valid=10, prevalence=0.06), epochs=1, out=None)
    assert re.search(mentions("300", "valid_dataset", "train_dataset"), caplog.text)


def test_run__rows_of_weight_0_have_no_label():
    class Unlabeled(SimulatedSource):
        def load(self, experiment):
            from deepchem.data import NumpyDataset

            train, valid = super().load(experiment)[:2]
            y, w = valid.y.copy(), valid.w.copy()
            y[:10], w[:10] = np.nan, 0
            return Split(train, NumpyDataset(valid.X, y, w, valid.ids))

    source = Unlabeled(n_train_sirna=100, n_valid_sirna=50)
    assert len(labeled(source.load(EXPERIMENTS["rnai"]).valid)[0]) == 40
    assert np.isfinite(run(["rnai"], source, epochs=1, out=None)["rnai"]["valid"][-1])


def test_simulated_source__two_experiments_share_their_windows():
    source = small_source()
    assert source.load(EXPERIMENTS["tf-binding"]) is source.load(EXPERIMENTS["chromatin"])


def test_experiments__hold_what_the_chapter_reports():
    published = {name: experiment.published[:2] for name, experiment in EXPERIMENTS.items()}
    assert published == {"tf-binding": (0.87, 0.75), "chromatin": (0.91, 0.80), "rnai": (None, 0.65)}
