"""Experiments in one call: train, evaluate, tune and benchmark, on datasets, folders and named data sets."""

import json
import shutil
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from deepchem.data import DiskDataset, NumpyDataset
from messages import mentions
from sklearn.metrics import roc_auc_score

from deepchem_genomics import experiments, models
from deepchem_genomics.benchmark import Reading
from deepchem_genomics.benchmark.finished_runs import read_runs
from deepchem_genomics.data import (
    IntervalLoader,
    SequenceLoader,
    SideInput,
)
from deepchem_genomics.data.dividing import Division
from deepchem_genomics.errors import (
    AlphabetMismatchError,
    BadValueError,
    DataFolderError,
    LabelError,
    ModelFolderError,
    ShapeMismatchError,
    SideInputError,
)
from deepchem_genomics.experiments import baselines
from deepchem_genomics.experiments.baselines import fit_baselines
from deepchem_genomics.experiments.scores import ScoreTable, format_scores, score, verdicts
from deepchem_genomics.feat import OneHotNucleotideFeaturizer
from deepchem_genomics.metrics import pearson, roc_auc
from deepchem_genomics.motifs import read_motifs
from deepchem_genomics.recipes import RECIPES, Fitted, Progress, Recipe
from deepchem_genomics.simulate import simulated_sirna_datasets, simulated_tf_datasets
from deepchem_genomics.tuning import Search

LENGTH, WINDOWS, MOTIF = 31, 600, "TGACTCAT"
QUICK = {"epochs": 2, "patience": 1, "n_layers": 1, "filters": 4, "batch_size": 100}


@pytest.fixture(scope="module")
def guides():
    return simulated_sirna_datasets(n_train=160, n_valid=60, seed=3)


@pytest.fixture(scope="module")
def windows():
    train, valid, accessibility = simulated_tf_datasets(500, 200, seed=1, prevalence=0.06)
    return train, valid, accessibility


@pytest.fixture(scope="module")
def window_folder(tmp_path_factory):
    """Build a folder of windows with a track; those with a motif in open chromatin are bound."""
    pybigtools = pytest.importorskip("pybigtools")
    folder = tmp_path_factory.mktemp("windows")
    rng = np.random.default_rng(7)
    letters = rng.choice(list("ACGT"), LENGTH * WINDOWS)
    has_motif, is_open = rng.random(WINDOWS) < 0.4, rng.random(WINDOWS) < 0.5
    for window in np.flatnonzero(has_motif):
        letters[window * LENGTH + 10 : window * LENGTH + 18] = list(MOTIF)
    (folder / "toy.fa").write_text(f">chr1\n{''.join(letters)}\n")
    starts = np.arange(WINDOWS) * LENGTH
    writer = pybigtools.open(str(folder / "dnase.bw"), "w")
    entries = [("chr1", int(s), int(s) + LENGTH, 1.0 if o else 0.1) for s, o in zip(starts, is_open, strict=True)]
    writer.write({"chr1": len(letters)}, iter(entries))
    writer.close()
    table = pd.DataFrame(
        {"chrom": "chr1", "start": starts, "end": starts + LENGTH, "bound": (has_motif & is_open).astype(float)}
    )
    loader = IntervalLoader(
        ["bound"], folder / "toy.fa", signals={"accessibility": folder / "dnase.bw"}, balance=True, progress=False
    )
    loader.create_dataset(table, folder / "data", shard_size=256)
    return folder / "data"


@pytest.fixture(scope="module")
def guide_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("guides")
    rng = np.random.default_rng(3)
    rows = ["".join(rng.choice(list("ACGU"), 21)) for _ in range(160)]
    table = pd.DataFrame({"sequence": rows, "efficacy": [row.count("A") / 21 + 0.01 * rng.random() for row in rows]})
    table.to_csv(folder / "guides.csv", index=False)
    loader = SequenceLoader(["efficacy"], OneHotNucleotideFeaturizer("ACGU"), progress=False)
    loader.create_dataset(folder / "guides.csv", folder / "data")
    return folder / "data"


def estimate(scores, part, metric, task="0", what="model"):
    return scores[part][task]["scores"][what][metric][0]


def test_train__on_a_dataset_scores_the_model_on_each_part(guides):
    train, valid = guides
    trained = experiments.train(experiments.Data(train, valid=valid), "ridge")
    assert (trained.recipe, type(trained.model)) == ("ridge", models.OneHotRidge)
    assert set(trained.scores) == {"train", "valid"}
    for part, dataset in (("train", train), ("valid", valid)):
        by_hand = trained.model.evaluate(dataset, [pearson])["pearson"]
        assert estimate(trained.scores, part, "pearson") == pytest.approx(by_hand)
    rmse = estimate(trained.scores, "valid", "rmse", what="mean of the training labels")
    assert rmse == pytest.approx(np.sqrt(np.mean((valid.y - train.y.mean()) ** 2)), rel=1e-5)
    assert json.loads(json.dumps(trained.record)) == trained.record


def test_train__divides_a_dataset_by_the_seed_so_that_nothing_leaks(guides):
    divided = [experiments.train(guides[0], "ridge", seed=seed) for seed in (0, 0, 1)]
    assert divided[0].scores == divided[1].scores != divided[2].scores
    record = divided[0].record
    assert record["split"] == "similarity"
    assert sum(record["rows"].values()) == len(guides[0])
    assert set(divided[0].scores) == {"train", "valid", "test"}
    random = experiments.train(experiments.Data(guides[0], division=Division("random", (0.5, 0.5, 0.0))), "ridge")
    assert random.record["rows"] == {"train": 80, "valid": 80, "in no part": 0}


def test_train__chooses_a_recipe_by_kind_side_inputs_and_rows(windows, guides):
    train, valid, accessibility = windows
    assert (
        experiments.train(experiments.Data(train, valid=valid, side_inputs=accessibility)).recipe
        == "kmer-blend-accessibility"
    )
    assert experiments.train(experiments.Data(train, valid=valid)).recipe == "kmer-blend"
    assert experiments.train(experiments.Data(guides[0], valid=guides[1])).recipe == "sirna-gaussian-process"


def test_train__reports_each_epoch(windows):
    train, valid, accessibility = windows
    told = []
    trained = experiments.train(
        experiments.Data(train, valid=valid, side_inputs={"accessibility": accessibility}),
        "network-accessibility",
        settings=QUICK,
        progress=Progress(told.append),
    )
    assert trained.record["settings"]["filters"] == 4
    assert [entry["epoch"] for entry in trained.record["history"]] == list(range(1, len(told) + 1))
    assert "track_0 alone" in trained.scores["valid"]["0"]["scores"]


@pytest.mark.parametrize("recipe", ["network-accessibility", "kmers"])
def test_train__on_a_folder_saves_what_evaluate_reads_from_disk(window_folder, tmp_path, recipe):
    settings = {**QUICK, "epochs": 8} if recipe != "kmers" else {"k": 4}
    trained = experiments.train(window_folder, recipe, tmp_path / "out", settings=settings, seed=2)
    written = json.loads((tmp_path / "out" / "training.json").read_text())
    assert written == json.loads(json.dumps(trained.record))
    assert (written["recipe"], written["seed"], written["tasks"], written["split"]) == (recipe, 2, ["bound"], "block")
    saved = experiments.evaluate(tmp_path / "out", window_folder, seed=2)
    attached = experiments.evaluate(trained.model, window_folder, seed=2)
    assert saved["bound"]["scores"]["model"] == attached["bound"]["scores"]["model"]
    assert set(saved["bound"]["scores"]) - set(attached["bound"]["scores"]) == {"GC content", "5-mers"}
    assert saved["bound"]["seen"] == {part: trained.record["rows"][part] for part in ("train", "valid")}
    assert saved["bound"]["best_baseline"] == written["scores"]["valid"]["bound"]["best_baseline"]
    dataset = DiskDataset(str(window_folder))
    assert saved["bound"]["rows"] == WINDOWS
    side = SideInput.from_file(window_folder / "side_input.tsv.gz")
    loaded = models.load(tmp_path / "out", side_inputs=side if trained.model.side_inputs else None)
    score = loaded.evaluate(dataset, [roc_auc])["roc_auc"]
    assert saved["bound"]["scores"]["model"]["roc_auc"][0] == pytest.approx(score)
    assert ("accessibility alone" in saved["bound"]["scores"]) == (recipe != "kmers")


def test_train__on_a_named_data_set_scores_its_published_test_part(tmp_path, monkeypatch):
    monkeypatch.setenv("DEEPCHEM_DATA_DIR", str(tmp_path))
    trained = experiments.train("simulated-sirna", "sirna-network", settings={"epochs": 2}, out=tmp_path / "out")
    assert trained.record["rows"] == {"train": 1944, "valid": 243, "test": 244}
    assert trained.record["dataset"]["name"] == "simulated-sirna"
    assert type(models.load(tmp_path / "out")).__name__ == "SiRNAEfficacyModel"


def test_train__refuses_an_existing_folder_before_it_reads_anything(tmp_path, guides):
    (tmp_path / "out").mkdir()
    with pytest.raises(FileExistsError, match=mentions("out")):
        experiments.train("no data at all", "ridge", tmp_path / "out")
    experiments.train(experiments.Data(guides[0], valid=guides[1]), "ridge", tmp_path / "out", overwrite=True)
    assert models.load(tmp_path / "out").length == 21


def test_train__of_a_recipe_that_makes_a_model_of_another_package_says_so(windows, monkeypatch):
    class Coin:
        def predict(self, dataset):
            return np.full((len(dataset), 1), 0.5)

    coin = Recipe("coin", "binding", "Toss one.", lambda *given: Fitted(Coin()))
    monkeypatch.setitem(RECIPES, "coin", coin)
    with pytest.raises(BadValueError, match=mentions("'coin'", "Coin", "models.Baseline")):
        experiments.train(windows[0], "coin")


def test_train__leaves_nothing_behind_where_it_fails(tmp_path, guides, monkeypatch):
    def full(*_, **__):
        raise OSError("no space left")

    monkeypatch.setattr(models.OneHotRidge, "save", full)
    with pytest.raises(OSError, match="no space left"):
        experiments.train(experiments.Data(guides[0], valid=guides[1]), "ridge", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", ["train", "tune"])
@pytest.mark.parametrize(
    ("name", "error", "facts"),
    [
        ("ridg", BadValueError, ("ridg", "ridge")),
        ("kmers", BadValueError, ("kmers", "DNA", "ridge")),
        ("sirna-gaussian-process-targets", SideInputError, ("targets",)),
    ],
)
def test_train_and_tune__refuse_recipes_that_are_unknown_or_made_for_other_data(
    guides, tmp_path, call, name, error, facts
):
    with pytest.raises(error, match=mentions(*facts)):
        getattr(experiments, call)(guides[0], name, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_train__refuses_settings_that_the_recipe_does_not_have(guides, tmp_path):
    with pytest.raises(BadValueError, match=mentions("sirna-network", "'epoch'", "epochs")):
        experiments.train(guides[0], "sirna-network", tmp_path / "out", settings={"epoch": 3})
    with pytest.raises(BadValueError, match=mentions("epochs", "0")):
        experiments.train(guides[0], "sirna-network", tmp_path / "out", settings={"epochs": 0})
    assert not (tmp_path / "out").exists()


def test_train__refuses_labels_that_do_not_vary_and_none(guides):
    train, valid = guides
    flat = NumpyDataset(valid.X, np.full_like(valid.y, 0.5), valid.w, valid.ids)
    with pytest.raises(LabelError, match="valid"):
        experiments.train(experiments.Data(train, valid=flat), "ridge")
    with pytest.raises(LabelError, match=mentions("labels")):
        experiments.train(NumpyDataset(train.X, np.zeros((len(train), 0)), ids=train.ids), "ridge")
    unclear = NumpyDataset(valid.X, valid.y, np.full(valid.y.shape, np.nan), valid.ids)
    with pytest.raises(LabelError, match=mentions("w", "not finite")):
        experiments.train(experiments.Data(train, valid=unclear), "ridge")


def test_train__names_what_data_there_are():
    with pytest.raises(DataFolderError, match=mentions("junt", "jund")):
        experiments.train("junt", "kmers")
    with pytest.raises(BadValueError, match="checkpoints"):
        experiments.train("simulated-sirna", "ridge", progress=Progress(resume=True))


def test_train__goes_on_from_checkpoints_only_where_it_is_told_to(guides, tmp_path):
    train, valid = guides

    def start(epochs, **given):
        progress = Progress(checkpoints=str(tmp_path / "checkpoints"), **given)  # text is a path, too
        settings = {**QUICK, "patience": 5, "epochs": epochs}
        return experiments.train(
            experiments.Data(train, valid=valid), "sirna-network", settings=settings, progress=progress
        )

    start(2)
    with pytest.raises(FileExistsError, match="checkpoints"):
        start(4)
    resumed = start(4, resume=True)
    shutil.rmtree(tmp_path / "checkpoints")
    whole = start(4)
    assert resumed.record["history"] == whole.record["history"]
    np.testing.assert_array_equal(resumed.model.predict(valid), whole.model.predict(valid))


def test_evaluate__refuses_data_of_another_shape_and_without_labels(guides, windows):
    model = experiments.train(experiments.Data(guides[0], valid=guides[1]), "ridge").model
    with pytest.raises(ShapeMismatchError, match="101"):
        experiments.evaluate(model, windows[0])
    two = NumpyDataset(guides[1].X, np.tile(guides[1].y, (1, 2)), ids=guides[1].ids)
    with pytest.raises(ShapeMismatchError, match=mentions("2 tasks")):
        experiments.evaluate(model, two)


def test_evaluate__of_a_named_data_set_scores_its_published_test_part(tmp_path, monkeypatch):
    monkeypatch.setenv("DEEPCHEM_DATA_DIR", str(tmp_path))
    trained = experiments.train("simulated-tf", "accessibility", tmp_path / "model")
    scores = experiments.evaluate(tmp_path / "model", "simulated-tf")
    assert scores["0"]["rows"] == trained.record["rows"]["test"]
    assert scores["0"].pop("seen") == {"train": 0, "valid": 0}
    assert scores == trained.scores["test"]
    with pytest.raises(AlphabetMismatchError, match=mentions("test", "simulated-sirna", "ACGU")):
        experiments.evaluate(tmp_path / "model", "simulated-sirna")


def test_evaluate__needs_the_side_inputs_of_the_model(windows, tmp_path):
    train, valid, accessibility = windows
    experiments.train(
        experiments.Data(train, valid=valid, side_inputs={"accessibility": accessibility}),
        "accessibility",
        tmp_path / "out",
    )
    with pytest.raises(SideInputError, match="track_0"):
        experiments.evaluate(tmp_path / "out", valid)
    scores = experiments.evaluate(tmp_path / "out", valid, side_inputs=accessibility)["0"]["scores"]
    assert scores["model"]["roc_auc"] == scores["track_0 alone"]["roc_auc"]


def test_tune__on_a_folder_scores_the_best_once_on_rows_that_no_trial_saw(window_folder, tmp_path, in_this_process):
    space = {**QUICK, "filters": [4, 8]}
    found = experiments.tune(
        window_folder, "network-accessibility", tmp_path / "out", search=Search(space=space, trials=2)
    )
    assert set(found.scores) == {"test"}
    best = tmp_path / "out" / "best"
    record = json.loads((best / "training.json").read_text())
    assert record["settings"] == found.tuned.best["parameters"]
    assert json.loads((best / "best.json").read_text()) == found.tuned.best and (best / "tuning.png").exists()
    assert record["rows"]["test"] == found.scores["test"]["bound"]["rows"]
    assert (
        found.tuned.best["n_train"] + found.tuned.best["n_valid"] == record["rows"]["train"] + record["rows"]["valid"]
    )
    assert experiments.evaluate(best, window_folder)["bound"]["rows"] == WINDOWS


def test_tune__interrupted_while_it_scores_leaves_no_half_best_model(
    window_folder, tmp_path, in_this_process, monkeypatch
):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("deepchem_genomics.experiments.tuning.score_parts", interrupted)
    with pytest.raises(KeyboardInterrupt):
        experiments.tune(window_folder, "kmers", tmp_path / "out", search=Search(trials=1))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["run.json", "trials", "trials.csv"]


def test_tune__on_a_dataset_goes_through_a_grid_of_what_is_no_network(guides, tmp_path, in_this_process):
    space = {"cost": [0.1, 1.0], "gamma": 0.8}
    found = experiments.tune(guides[0], "support-vectors", tmp_path / "out", search=Search(method="grid", space=space))
    assert found.tuned.trials["cost"].tolist() == [0.1, 1.0]
    assert found.tuned.trials["valid_pearson"].notna().all()
    assert type(models.load(tmp_path / "out" / "best")).__name__ == "SiRNASupportVectors"


def test_tune__runs_one_trial_of_a_recipe_with_nothing_to_search(guides, tmp_path, in_this_process):
    found = experiments.tune(guides[0], "ridge", tmp_path / "out")
    assert found.tuned.trials["trial"].tolist() == [0]
    alone = experiments.train(guides[0], "ridge")
    assert found.scores["test"] == alone.scores["test"]


def test_tune__keeps_models_of_several_members(guides, tmp_path, in_this_process, monkeypatch):
    from deepchem_genomics.recipes import RECIPES, Fitted, recipe

    monkeypatch.setitem(RECIPES, "two-ridges", RECIPES["ridge"])
    monkeypatch.delitem(RECIPES, "two-ridges")

    @recipe("two-ridges", "efficacy")
    def two_ridges(train, valid, side_inputs, settings, seed, progress):
        """Average of two ridge regressions."""
        members = [RECIPES["ridge"](train).model for _ in range(2)]
        return Fitted(models.Blend(members))

    found = experiments.tune(guides[0], "two-ridges", tmp_path / "out")
    loaded = models.load(tmp_path / "out" / "best")
    assert len(loaded.members) == 2
    assert found.scores["test"]["0"]["scores"]["model"]["pearson"][0] > 0


def test_tune__on_a_named_data_set_leaves_its_scored_rows_alone(tmp_path, in_this_process):
    found = experiments.tune(
        experiments.Data("simulated-sirna", reading=Reading(data_dir=str(tmp_path / "data"))),
        out=tmp_path / "out",
        search=Search(trials=1, space={"epochs": 1}),
    )
    assert found.scores == {}
    assert (found.tuned.best["n_train"], found.tuned.best["n_valid"]) == (1944, 243)
    with pytest.raises(BadValueError, match="source"):
        experiments.tune(
            experiments.Data(NumpyDataset(np.zeros((2, 21, 4)), np.zeros((2, 1))), reading=Reading(source="somewhere")),
            "ridge",
        )


def test_benchmark__compares_recipes_on_folders_and_named_data_sets(guide_folder, window_folder, tmp_path):
    out = tmp_path / "out"
    summary = experiments.benchmark(
        [str(guide_folder), "simulated-sirna"],
        ["mean", "ridge"],
        2,
        out,
        progress=False,
        reading=Reading(data_dir=str(tmp_path / "molnet")),
    )
    assert summary.failed == {}
    assert sorted(summary.ran) == [
        "data mean seed 0", "data ridge seed 0", "simulated-sirna mean seed 0", "simulated-sirna ridge seed 0",
    ]  # fmt: skip
    runs = {(run.record["problem"], run.record["recipe"]): run for run in read_runs(out)}
    trained = experiments.train(guide_folder, "ridge")
    own = runs["data", "ridge"].record
    assert own["n_scored"] == trained.record["rows"]["test"]
    assert own["scores"]["pearson"] == pytest.approx(
        estimate(trained.scores, "test", "pearson", task="efficacy"), rel=1e-6
    )
    assert (out / "report.html").is_file()
    again = experiments.benchmark(
        [str(guide_folder)],
        ["mean", "ridge"],
        2,
        out,
        report=False,
        progress=False,
        reading=Reading(data_dir=str(tmp_path / "molnet")),
    )
    assert again.ran == [] and len(again.kept) == 2


def test_benchmark__takes_the_side_inputs_of_a_folder(window_folder, tmp_path):
    summary = experiments.benchmark(
        [str(window_folder)], ["accessibility", "kmers"], 1, tmp_path / "out", report=False, progress=False
    )
    assert (summary.failed, len(summary.ran)) == ({}, 2)
    (run, _) = read_runs(tmp_path / "out")
    assert (run.record["recipe"], run.record["side_inputs"]) == ("accessibility", ["accessibility"])


def test_benchmark__refuses_recipes_that_are_unknown_or_made_for_other_data(guide_folder, tmp_path):
    with pytest.raises(BadValueError, match=mentions("ridg", "ridge")):
        experiments.benchmark([str(guide_folder)], ["ridg"], 1, tmp_path / "out")
    with pytest.raises(BadValueError, match=mentions("data (efficacy)")):
        experiments.benchmark([str(guide_folder)], ["kmers"], 1, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("given", "facts"),
    [
        ({"division": Division("random")}, ("simulated-tf",)),
        ({"side_inputs": {}}, ("side_inputs", "simulated-tf")),
    ],
)
def test_data__of_a_named_data_set_take_nothing_that_it_has_itself(given, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        experiments.Data("simulated-tf", **given)


def test_train__refuses_validation_rows_where_it_cannot_take_them(tmp_path, window_folder, windows):
    train, valid, _ = windows
    with pytest.raises(BadValueError, match=mentions("simulated-tf")):
        experiments.train(experiments.Data("simulated-tf", valid=valid), "prevalence")
    with pytest.raises(BadValueError, match=mentions("valid", "split")):
        experiments.train(experiments.Data(train, valid=valid, division=Division("random")), "prevalence")
    with pytest.raises(BadValueError, match=mentions("side_inputs", "folder")):
        experiments.train(experiments.Data(window_folder, side_inputs={}), "prevalence")


def test_benchmark__takes_a_folder_once_and_refuses_two_of_one_name(guide_folder, tmp_path):
    other, named = tmp_path / "other" / guide_folder.name, tmp_path / "jund"
    shutil.copytree(guide_folder, other)
    shutil.copytree(guide_folder, named)
    again = guide_folder / ".." / guide_folder.name
    found = experiments.benchmark([str(guide_folder), str(again)], ["mean"], 1, tmp_path / "out")
    assert len(found.ran) == 1
    with pytest.raises(BadValueError, match=mentions(guide_folder.name)):
        experiments.benchmark([str(guide_folder), str(other)], ["mean"], 1, tmp_path / "more")
    with pytest.raises(BadValueError, match=mentions("jund")):
        experiments.benchmark([str(named)], ["mean"], 1, tmp_path / "more")


def test_evaluate__of_rows_trained_on_warns_and_gives_no_verdict(window_folder, tmp_path, caplog):
    trained = experiments.train(window_folder, "kmers", tmp_path / "out")
    found = experiments.evaluate(tmp_path / "out", window_folder)
    n_train, n_valid = (trained.record["rows"][part] for part in ("train", "valid"))
    assert f"trained on {n_train}" in caplog.text and f"chosen on {n_valid}" in caplog.text
    assert f"trained on {n_train} " in verdicts({"data": found})[0]
    dataset = DiskDataset(str(window_folder))
    others = NumpyDataset(dataset.X, dataset.y, ids=[f"other {name}" for name in dataset.ids])
    caplog.clear()
    found = experiments.evaluate(tmp_path / "out", others)
    assert found["0"]["seen"] == {"train": 0, "valid": 0}
    assert "trained on" not in caplog.text and "trained on" not in verdicts({"data": found})[0]


@pytest.mark.parametrize("mode", ["classification", "regression"])
def test_verdicts__ask_whether_labels_are_exchanged(mode, window_folder, guides, tmp_path):
    dataset = DiskDataset(str(window_folder)) if mode == "classification" else guides[0]
    experiments.train(dataset, "kmers" if mode == "classification" else "rules-amarzguioui", tmp_path / "out")
    right, wrong = (
        experiments.evaluate(
            tmp_path / "out", NumpyDataset(dataset.X, y, ids=[f"other {name}" for name in dataset.ids])
        )
        for y in (dataset.y, 1 - dataset.y)
    )
    assert "exchanged" not in verdicts({"data": right})[0]
    assert "exchanged" in verdicts({"data": wrong})[0]


def test_scores__of_few_positives_have_the_reason_instead_of_an_interval():
    train, _, _ = simulated_tf_datasets(2000, 2, prevalence=0.06)
    few = simulated_tf_datasets(2, 600, prevalence=0.02, seed=5)[1]
    trained = experiments.train(experiments.Data(train, valid=few), "kmers")
    record = trained.scores["valid"]["0"]
    n = record["positives"]
    assert 0 < n < 20
    assert str(n) in record["no_interval"]
    assert all(ends[1:] == [None, None] for scores in record["scores"].values() for ends in scores.values())
    table = format_scores(trained.scores)
    assert sum(f"{n} (" in line and " *" in line for line in table.splitlines()) == len(record["scores"])
    assert f"* valid: {record['no_interval']}" in table.splitlines()
    assert record["no_interval"] in trained.record["verdicts"][0]


def test_scores__of_the_training_part_have_neither_intervals_nor_baselines(guides):
    trained = experiments.train(experiments.Data(guides[0], valid=guides[1]), "ridge")
    record = trained.scores["train"]["0"]
    assert set(record["scores"]) == {"model"}
    assert record["scores"]["model"]["pearson"][1:] == [None, None]


def test_verdict__is_by_the_interval_of_the_difference_to_the_best_baseline_on_valid():
    train, valid, tracks = simulated_tf_datasets(4000, 4000, prevalence=0.06)
    better = experiments.train(experiments.Data(train, valid=valid, side_inputs=tracks), "accessibility")
    record = better.scores["valid"]["0"]
    assert record["best_baseline"] == "track_0 alone"
    assert record["difference"]["roc_auc"][0] == pytest.approx(0, abs=1e-9)  # it is the same ranking
    assert "not shown to beat" in better.record["verdicts"][0]
    sequence = experiments.train(experiments.Data(train, valid=valid), "gc-content")
    assert sequence.scores["valid"]["0"]["best_baseline"] == "5-mers"
    assert sequence.scores["valid"]["0"]["difference"]["roc_auc"][2] < 0
    assert "worse than the best baseline, 5-mers" in sequence.record["verdicts"][0]
    scores = {task: dict(record) for task, record in sequence.scores["valid"].items()}
    scores["0"]["difference"] = {"roc_auc": [0.05, 0.01, 0.09]}
    assert "beats the best baseline, 5-mers" in verdicts({"test": scores})[0]


def test_baselines__are_compared_with_as_chosen_on_valid():
    train, valid, _ = simulated_tf_datasets(2000, 1000, prevalence=0.06)
    fitted = fit_baselines(train, "binding", seed=0)
    model = fitted.models[0]["GC content"]
    found = score(model, valid, ["bound"], None, 0, fitted._replace(best=["GC content"])).records["bound"]
    assert found["best_baseline"] == "GC content"
    assert found["difference"]["roc_auc"][0] == 0


def test_baselines__of_many_rows_are_fitted_on_as_many_of_either_class(monkeypatch):
    monkeypatch.setattr(baselines, "MOST_ROWS", 300)
    labels = (np.arange(5000) % 50 == 0).astype(float)
    rows = baselines._drawn(labels, np.ones(5000, dtype=bool), seed=1)
    assert len(rows) == 300 and labels[rows].sum() == 100
    assert (np.diff(rows) > 0).all()


def write_motif(path, name, site):
    rows = "\n".join(f"{base} [{' '.join('18' if base == letter else '1' for letter in site)}]" for base in "ACGT")
    path.write_text(f">{name} {name.lower()}\n{rows}\n")


def test_train__compares_with_the_best_of_the_motifs_that_are_given(tmp_path, caplog):
    train, valid, _ = simulated_tf_datasets(2000, 1000, prevalence=0.06)
    files = [tmp_path / f"{name}.jaspar" for name in ("off", "on", "wide")]
    for file, site in zip(files, ("CCCGGG", "TGACGTCA", "A" * 200), strict=True):
        write_motif(file, file.stem.upper(), site)
    data = experiments.Data(train, valid)
    with caplog.at_level("WARNING"):
        trained = experiments.train(data, "gc-content", tmp_path / "out", scoring=experiments.Scoring(motifs=files))
    assert "1 of 3 motifs" in caplog.text
    record = trained.scores["valid"]["0"]
    motif = models.BestMotifScore(read_motifs(files[1])[0])
    motif.fit(train)
    expected = roc_auc_score(valid.y[:, 0], motif.predict(valid)[:, 0])
    assert record["scores"]["motif on (ON)"]["roc_auc"][0] == pytest.approx(expected)
    assert record["best_baseline"] == "motif on (ON)"
    again = experiments.evaluate(tmp_path / "out", valid)["0"]
    assert again["scores"]["motif on (ON)"] == record["scores"]["motif on (ON)"]


def test_train__refuses_motifs_for_guides(guides, tmp_path):
    write_motif(tmp_path / "m.jaspar", "M", "TGACGTCA")
    scoring = experiments.Scoring(motifs=[tmp_path / "m.jaspar"])
    with pytest.raises(BadValueError, match=mentions("motifs", "efficacy")):
        experiments.train(experiments.Data(*guides[:2]), "ridge", scoring=scoring)


def test_baselines__read_back_predict_the_same(tmp_path):
    train, valid, _ = simulated_tf_datasets(1000, 200, prevalence=0.06)
    fitted = fit_baselines(train, "binding", seed=0)._replace(best=["5-mers"])
    baselines.write_baselines(fitted, tmp_path)
    found = baselines.read_baselines(tmp_path)
    assert found.best == ["5-mers"] and baselines.read_baselines(tmp_path / "none") is None
    for (name, one), (other_name, other) in zip(fitted.predict(0, valid), found.predict(0, valid), strict=True):
        assert name == other_name
        np.testing.assert_array_equal(one, other)
    (tmp_path / "baselines" / "names.json").write_text("[]")
    with pytest.raises(ModelFolderError, match=r"names\.json"):
        baselines.read_baselines(tmp_path)


def test_results__print_as_tables_and_are_drawn_by_a_notebook(guides):
    trained = experiments.train(guides[0], "mean")
    assert repr(trained.scores).splitlines()[0].split()[:2] == ["part", "task"]
    assert repr(trained).startswith(f"{trained.model!r} of the recipe mean\n")
    assert "<table" in trained._repr_html_() and "pearson" in trained._repr_html_()
    table = ElementTree.fromstring(trained.scores._repr_html_().partition("<p>")[0])
    parts = [row[0].text for row in table.iter("tr")]
    assert list(dict.fromkeys(parts)) == ["part", "train", "valid", "test"]
    evaluated = experiments.evaluate(trained.model, guides[1])
    assert "scored" in repr(evaluated) and "<table" in evaluated._repr_html_()
    assert repr(type(evaluated)()) == repr(type(trained.scores)()) == "{}"


def test_scores__escape_names_that_look_like_markup():
    record = {
        "rows": 3,
        "scores": {"<b>x</b>": {"pearson": [0.5, None, None]}, "model": {"pearson": [0.1, None, None]}},
    }
    page = ScoreTable(valid={"<i>": record})._repr_html_()
    assert "<b>" not in page and "<i>" not in page and "&lt;b&gt;" in page


def test_train__several_tasks_need_a_network_which_is_named(guides):
    train, valid = guides
    two = [NumpyDataset(part.X, np.tile(part.y, (1, 2)), ids=part.ids) for part in (train, valid)]
    with pytest.raises(BadValueError, match=mentions("2 tasks", "'sirna-network'", "several")):
        experiments.train(experiments.Data(two[0], valid=two[1]))
    for recipe in ("sirna-gaussian-process", "ridge"):
        with pytest.raises(ShapeMismatchError, match=mentions(f"({len(train)}, 2)", "one task", "'sirna-network'")):
            experiments.train(experiments.Data(two[0], valid=two[1]), recipe)
    trained = experiments.train(
        experiments.Data(two[0], valid=two[1]), "sirna-network", settings={"epochs": 1, "filters": 2}
    )
    assert trained.model.get_num_tasks() == 2
