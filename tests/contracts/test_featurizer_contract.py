"""What DeepChem expects of a featurizer, asked of every public one in deepchem_genomics.feat."""

import copy
import inspect
import pickle

import deepchem as dc
import numpy as np
import pandas as pd
import pytest

from deepchem_genomics import feat

FEATURIZERS = [
    value
    for value in (getattr(feat, name) for name in feat.__all__)
    if inspect.isclass(value) and issubclass(value, dc.feat.Featurizer)
]

# For each: arguments other than the defaults, and datapoints that these and the defaults can encode.
CASES = {
    "GappedKmerFeaturizer": (
        {"width": 5, "k": 3, "alphabet": "ACGU", "interchange_tu": True},
        ["ACGNACGA", "NCGAACC", "GGCAACG"],
    ),
    "GuideFeaturizer": ({"length": 20}, ["ACGACCGAACGAGACACGA", "GGCACCGAACGAGACACGAAA", "ACGACCGAACGAGACACGANCC"]),
    "KmerFeaturizer": (
        {"k": 3, "alphabet": "ACGU", "canonical": False, "interchange_tu": True},
        ["ACGNACGA", "NCGAACC", "GGCAACG"],
    ),
    "OneHotNucleotideFeaturizer": (
        {
            "alphabet": "ACGU",
            "length": 4,
            "unknown": "fractional",
            "on_length": "fit",
            "interchange_tu": True,
        },
        ["ACGN", "NCGA", "GGCA"],
    ),
}


@pytest.fixture(params=FEATURIZERS, ids=lambda featurizer: featurizer.__name__)
def featurizer_class(request):
    return request.param


@pytest.fixture
def arguments(featurizer_class):
    return CASES[featurizer_class.__name__][0]


@pytest.fixture
def datapoints(featurizer_class):
    return list(CASES[featurizer_class.__name__][1])


@pytest.fixture(params=["defaults", "all arguments"])
def featurizer(request, featurizer_class, arguments):
    return featurizer_class() if request.param == "defaults" else featurizer_class(**arguments)


def test_contract__there_are_featurizers_and_each_has_a_case():
    assert {featurizer.__name__ for featurizer in FEATURIZERS} == CASES.keys()


def test_contract__arguments_are_stored_unchanged_under_their_own_names(featurizer_class, arguments):
    parameters = inspect.signature(featurizer_class).parameters
    assert arguments.keys() == parameters.keys(), "the case must give every argument"
    featurizer = featurizer_class(**arguments)
    for name, value in arguments.items():
        assert getattr(featurizer, name) is value
        assert parameters[name].default != value, f"the case must give {name} another value than its default"
    for name, parameter in parameters.items():
        assert getattr(featurizer_class(), name) is parameter.default


def test_contract__repr_and_str_tell_every_argument_apart(featurizer_class, arguments):
    everything = featurizer_class(**arguments)
    for name in arguments:
        if name == "length":
            continue  # on_length needs it
        other = featurizer_class(**{key: value for key, value in arguments.items() if key != name})
        assert repr(other) != repr(everything)
        assert str(other) != str(everything)
        assert f"_{name}_{arguments[name]}" in str(everything)
    assert str(featurizer_class()) == featurizer_class.__name__


def test_contract__str_can_name_a_folder(featurizer, tmp_path):
    (tmp_path / str(featurizer)).mkdir()


def test_contract__one_by_one_is_the_same_as_all_at_once(featurizer, datapoints):
    together = featurizer.featurize(datapoints)
    assert len(together) == len(datapoints)
    for datapoint, features in zip(datapoints, together, strict=True):
        np.testing.assert_array_equal(featurizer.featurize([datapoint])[0], features)
        np.testing.assert_array_equal(featurizer._featurize(datapoint), features)


def test_contract__the_same_input_gives_the_same_output_and_stays_unchanged(featurizer, datapoints):
    before = copy.deepcopy(datapoints)
    first, state = featurizer.featurize(datapoints), copy.deepcopy(vars(featurizer))
    second = featurizer(datapoints)
    np.testing.assert_array_equal(first, second)
    assert first.dtype == second.dtype and not np.shares_memory(first, second)
    assert datapoints == before and vars(featurizer) == state


def test_contract__global_random_state_is_left_alone(featurizer, datapoints):
    before = np.random.get_state()[1].copy()
    featurizer.featurize(datapoints)
    np.testing.assert_array_equal(np.random.get_state()[1], before)


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda original: pickle.loads(pickle.dumps(original))])
def test_contract__copies_do_the_same(featurizer, datapoints, duplicate):
    other = duplicate(featurizer)
    assert repr(other) == repr(featurizer)
    np.testing.assert_array_equal(other.featurize(datapoints), featurizer.featurize(datapoints))


def test_contract__in_memory_loader_keeps_features_and_labels_together(featurizer, datapoints):
    loader = dc.data.InMemoryLoader(tasks=["label"], featurizer=featurizer)
    expected = featurizer.featurize(datapoints)
    np.testing.assert_array_equal(loader.create_dataset(datapoints, shard_size=2).X, expected)
    labels = np.arange(len(datapoints))
    labeled = loader.create_dataset(zip(datapoints, labels, strict=True), shard_size=2)
    np.testing.assert_array_equal(labeled.X, expected)
    np.testing.assert_array_equal(labeled.y.ravel(), labels)


def test_contract__csv_loader_keeps_features_labels_and_ids_together(featurizer, datapoints, tmp_path):
    labels = np.arange(len(datapoints))
    path = tmp_path / "sequences.csv"
    pd.DataFrame({"sequence": datapoints, "label": labels}).to_csv(path, index=False)
    loader = dc.data.CSVLoader(["label"], feature_field="sequence", featurizer=featurizer)
    dataset = loader.create_dataset([str(path)], shard_size=2)
    expected = featurizer.featurize(datapoints)
    np.testing.assert_array_equal(dataset.X, expected)
    assert dataset.X.dtype == expected.dtype
    np.testing.assert_array_equal(dataset.y.ravel(), labels)
    assert list(dataset.ids) == datapoints
