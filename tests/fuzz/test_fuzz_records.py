"""Records that are kept as JSON, with a value changed: what reads them takes them, or says what is wrong."""

import copy
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.benchmark.finished_runs import Predictions, read_runs, write_run
from deepchem_genomics.benchmark.report import failed_runs
from deepchem_genomics.data import SideInput, manifest
from deepchem_genomics.data.shard_files import ShardFiles
from deepchem_genomics.errors import GenomicsError, ModelFolderError
from deepchem_genomics.io.outputs import MARKER, Kind, atomic_directory, require_folder
from deepchem_genomics.models import saving
from deepchem_genomics.models.saving import read_training, task_columns
from deepchem_genomics.recipes import RECIPES
from deepchem_genomics.runs.folder import open_run
from deepchem_genomics.simulate import simulated_tf_datasets
from deepchem_genomics.tuning.search_space import read_space
from deepchem_genomics.tuning.trials import read_trial, trial_folder

VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 3),
        st.just(10**30),
        st.floats(),
        st.sampled_from(["", "x", "../x", "SiRNAGaussianProcess", "GenomicsModel", "Ensemble", "load", "\ud800"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["x", "format"]), inner, max_size=2)
    ),
    max_leaves=4,
)
NO_JSON = st.sampled_from([b"", b"\xff", b"[" * 100_000, b"{}", b"[]", b"null", b'{"format": NaN}', b'{"format": 1}'])


def places_in(value, here=()):
    yield here
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places_in(part, (*here, key))


def changed(data, record):
    """Replace or remove a value anywhere in a record."""
    if data.draw(st.integers(0, 9)) == 0:
        return data.draw(NO_JSON)
    record = copy.deepcopy(record)
    *way, last = data.draw(st.sampled_from([place for place in places_in(record) if place]))
    part = record
    for key in way:
        part = part[key]
    if data.draw(st.integers(0, 3)) == 0:
        del part[last]
    else:
        part[last] = data.draw(VALUES)
    return json.dumps(record).encode()


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Return a function that makes each kind of folder once, and gives it with its record and what reads it."""
    root = tmp_path_factory.mktemp("records")
    made = {}

    def get(kind):
        if kind not in made:
            folder = root / kind.replace(" ", "-")
            folder.mkdir(exist_ok=True)
            path, read = KINDS[kind](folder)
            made[kind] = path, json.loads(path.read_text()), read
        return made[kind]

    return get


def a_model(folder):
    models.SiRNAEfficacyModel(seed=1).save(folder / "model")
    return folder / "model" / "config.json", lambda: models.load(folder / "model")


def a_model_with_signals(folder):
    side = SideInput.from_dict({"a": 0.1, "b": 3.0}).scaled("log-standard", ["a", "b"])
    models.AccessibilityTFBindingModel(accessibility=side, length=30, filters=2, seed=1).save(folder / "model")
    return folder / "model" / "config.json", lambda: models.load(folder / "model", side_inputs=side)


def a_gaussian_process(folder):
    [pretrained] = (Path(models.__file__).parent / "pretrained").glob("*/config.json")
    shutil.copytree(pretrained.parent, folder / "model")
    return folder / "model" / "config.json", lambda: models.load(folder / "model")


def an_ensemble(folder):
    models.Ensemble([models.SiRNAEfficacyModel(seed=1)]).save(folder / "model")
    return folder / "model" / "config.json", lambda: models.Ensemble.load(folder / "model")


def a_blend(folder):
    train, _, _ = simulated_tf_datasets(n_train=200, n_valid=2, seed=0, prevalence=0.05)
    blend = models.Blend([models.KmerRegression(k=2), models.SequenceBoosting((1,), trees=2)], [1, 2])
    blend.fit(train)
    blend.save(folder / "model")
    return folder / "model" / "config.json", lambda: models.load(folder / "model")


def a_training(folder):
    path = folder / "training.json"
    path.write_text(json.dumps({"tasks": ["y"], "label_means": [0.5], "options": {"seed": 1}}))
    model = models.SiRNAEfficacyModel(seed=1)
    return path, lambda: task_columns(model, read_training(folder))


def a_manifest(folder):
    path = folder / manifest.MANIFEST
    manifest.write({"rows": {"kept": 1}, "alphabet": "DNA"}, folder)
    return path, lambda: manifest.read(folder)


def a_run(folder):
    record = {"format": 2, "problem": "jund", "recipe": "kmers", "seed": 0, "scores": {"roc_auc": 0.5}}
    run = write_run(folder, record, Predictions(*(np.zeros(2) for _ in Predictions._fields)))
    return run.folder / "result.json", lambda: [each.predictions() for each in read_runs(folder)]


def failures(folder):
    path = folder / "failures.json"
    path.write_text(json.dumps([{"problem": "jund", "recipe": "kmers", "seed": 0, "message": "no luck"}]))
    return path, lambda: failed_runs(folder)


def a_search(folder):
    def opened():
        with open_run(folder, "search", {"metric": "roc_auc", "space": {"filters": [1, 2]}}):
            pass

    opened()
    return folder / "run.json", opened


def a_trial(folder):
    path = trial_folder(folder, 0) / "trial.json"
    (path.parent / "model").mkdir(parents=True)
    record = {"format": 1, "trial": 0, "settings": {"filters": 1}, "measured": {"score": 0.5}, "error": None}
    path.write_text(json.dumps(record))
    return path, lambda: read_trial(folder, 0, {"filters": 1})


def an_unfinished_scan(folder):
    def opened():
        with open_run(folder, "scan", {"stride": 5, "strands": ["+", "-"]}, {"genome": ["x.fa", 5, 7]}):
            pass

    opened()
    return folder / "run.json", opened


def marker(folder):
    made = folder / "model"
    with atomic_directory(made, Kind.MODEL) as partial:
        (partial / "config.json").touch()

    def opened():
        try:
            require_folder(made, Kind.MODEL, overwrite=True)
        except FileExistsError as error:
            raise GenomicsError(str(error)) from error

    return made / MARKER, opened


def tasks(folder):
    import deepchem as dc

    dc.data.DiskDataset.from_numpy(np.zeros((2, 5, 4)), np.zeros((2, 1)), tasks=["y"], data_dir=str(folder / "data"))
    return folder / "data" / "tasks.json", lambda: list(ShardFiles(folder / "data"))


KINDS = {
    "model": a_model,
    "model with signals": a_model_with_signals,
    "gaussian process model": a_gaussian_process,
    "ensemble": an_ensemble,
    "blend": a_blend,
    "training": a_training,
    "manifest": a_manifest,
    "run": a_run,
    "failures": failures,
    "search": a_search,
    "trial": a_trial,
    "unfinished scan": an_unfinished_scan,
    "marker": marker,
    "tasks": tasks,
}


MODELS = ("model", "model with signals", "gaussian process model", "ensemble", "blend")


def sealed(content):
    """Put the sha256 of a model's record right, so that it is read on."""
    try:
        record = json.loads(content)
        return json.dumps({**record, "sha256": saving._sha256_of_config(record)}).encode()
    except (ValueError, RecursionError, TypeError):
        return content


@pytest.mark.parametrize("kind", KINDS)
def test_records__changed_are_taken_or_refused_in_our_words(folders, answer, kind):
    path, record, read = folders(kind)

    @settings(max_examples=15 if kind in MODELS else 60, suppress_health_check=[HealthCheck.too_slow])
    @given(st.data())
    def refused_or_taken(data):
        content = changed(data, record)
        path.write_bytes(sealed(content) if kind in MODELS else content)
        answer(read)

    refused_or_taken()


@pytest.mark.parametrize("kind", MODELS)
def test_models__changed_are_refused_where_the_sha256_was_not_put_right(folders, kind):
    path, record, read = folders(kind)

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(st.data())
    def refused(data):
        content = changed(data, record)
        if json_of(content) != record:
            path.write_bytes(content)
            with pytest.raises(ModelFolderError):
                read()

    refused()


def json_of(content):
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


@pytest.mark.parametrize("kind", KINDS)
def test_records__of_brackets_within_brackets_are_refused_in_our_words(folders, answer, kind):
    path, _, read = folders(kind)
    path.write_bytes(b"[" * 100_000)
    answer(read)


WRONG_MODELS = {
    "arguments": (
        {"length": "x"},
        ("SiRNAEfficacyModel", "'x'"),
    ),
    "class": ("load", ("load", "import")),
}


@pytest.mark.parametrize("key", WRONG_MODELS)
def test_model__of_a_record_that_makes_none_is_refused(folders, key):
    path, record, read = folders("model")
    value, facts = WRONG_MODELS[key]
    path.write_bytes(sealed(json.dumps({**record, key: value})))
    with pytest.raises(ModelFolderError, match=mentions(*facts)):
        read()


@settings(max_examples=40)
@given(st.data())
def test_space__that_is_changed_is_taken_or_refused_in_our_words(scratch, damaged, answer, data):
    whole = b'dropout = {low = 0.1, high = 0.6}\nfilters = [15, 30]\nscale = "none"\n'
    path = scratch("x.toml", data.draw(damaged(whole)))
    for recipe in RECIPES.values():
        try:
            read_space(path, recipe)
        except GenomicsError as error:
            assert str(error).startswith(f"{path}")
