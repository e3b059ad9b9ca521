"""Arguments of constructors are spelled out, and misspelled names and impossible values are refused by name."""

import inspect

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import data, models
from deepchem_genomics.errors import BadValueError, SideInputError
from deepchem_genomics.models import SequenceModel
from deepchem_genomics.motifs.jaspar import ATF3
from deepchem_genomics.recipes import RECIPES
from deepchem_genomics.reproduce.experiments import EXPERIMENTS

NETWORKS = [
    models.TFBindingModel,
    models.AccessibilityTFBindingModel,
    models.RCTFBindingModel,
    models.SiRNAEfficacyModel,
]
TABLE = {"chr1:0-101": 0.5, "chr1:101-202": 0.25}


def public_models() -> list[type]:
    public = (getattr(models, name) for name in models.__all__)
    found = [one for one in public if isinstance(one, type) and issubclass(one, SequenceModel)]
    assert len(found) > 15
    return found


@pytest.mark.parametrize("model", public_models(), ids=lambda one: one.__name__)
def test_constructor__spells_its_arguments_out(model):
    if model in (SequenceModel, models.Baseline):  # bases, whose subclasses name their own
        return
    parameters = inspect.signature(model).parameters.values()
    assert not [one.name for one in parameters if one.kind in (one.VAR_KEYWORD, one.VAR_POSITIONAL)]


@pytest.mark.parametrize("network", NETWORKS)
def test_constructor__of_a_network_shows_deepchems_arguments(network):
    shown = inspect.signature(network).parameters
    stock = inspect.signature(dc.models.KerasModel.__init__).parameters
    for name in ("batch_size", "learning_rate", "optimizer", "model_dir", "tensorboard", "log_frequency"):
        assert name in shown
        if name != "batch_size":
            assert shown[name].default == stock[name].default
    assert {"progress", "augmentation", "seed"} <= set(shown)


def test_constructor__batches_are_the_chapters():
    assert models.TFBindingModel().batch_size == models.AccessibilityTFBindingModel(TABLE).batch_size == 1000
    assert models.SiRNAEfficacyModel().batch_size == RECIPES["sirna-network"].defaults["batch_size"] == 100
    rnai = EXPERIMENTS["rnai"]
    assert rnai.simulated.batch_size == rnai.folder.batch_size == 100


@pytest.mark.parametrize("model", public_models(), ids=lambda one: one.__name__)
def test_constructor__refuses_a_name_that_it_does_not_have(model):
    if model in (SequenceModel, models.Baseline):
        return
    with pytest.raises(TypeError, match=mentions(model.__name__, "'nosuch'")):
        model(nosuch=1)


@pytest.mark.parametrize(
    ("model", "given", "nearest"),
    [
        (models.TFBindingModel, "n_filters", "filters"),
        (models.TFBindingModel, "kernal_size", "kernel_size"),
        (models.TFBindingModel, "drop_out", "dropout"),
        (models.SiRNAEfficacyModel, "learning_rte", "learning_rate"),
        (models.RCTFBindingModel, "batchsize", "batch_size"),
        (models.KmerRegression, "penalty", "inverse_penalty"),
        (models.SiRNABoosting, "tree", "trees"),
        (models.Blend, "weight", "weights"),
    ],
)
def test_constructor__names_the_nearest_argument(model, given, nearest):
    with pytest.raises(TypeError, match=mentions(repr(given), f"mean {nearest}?")):
        model(**{given: 3})


@pytest.mark.parametrize(
    ("model", "arguments", "facts"),
    [
        (models.TFBindingModel, {"learning_rate": "0.1"}, ("learning_rate", "'0.1'", "above 0")),
        (models.TFBindingModel, {"learning_rate": float("nan")}, ("learning_rate", "nan", "above 0")),
        (models.TFBindingModel, {"n_tasks": 0}, ("n_tasks", "0", "1 or more")),
        (models.TFBindingModel, {"batch_size": -1}, ("batch_size", "-1", "1 or more")),
        (models.SiRNAEfficacyModel, {"batch_size": 0}, ("batch_size", "0", "1 or more")),
        (models.SiRNAEfficacyModel, {"seed": 1.5}, ("seed", "1.5", "whole number")),
        (models.RCTFBindingModel, {"filters": [3]}, ("filters", "[3]", "whole number")),
        (models.RCTFBindingModel, {"dropout": 1.0}, ("dropout", "1.0", "below 1")),
        (models.RCTFBindingModel, {"freeze_motifs": 3}, ("freeze_motifs", "3", "true or false")),
        (models.TFBindingModel, {"optimizer": "adam"}, ("optimizer", "'adam'", "Adam()")),
        (models.TFBindingModel, {"model_dir": 3}, ("model_dir", "3", "path")),
        (models.TFBindingModel, {"progress": "no"}, ("progress", "'no'", "true or false")),
        (models.TFBindingModel, {"augmentation": 0.5}, ("augmentation", "0.5", "Augmentation")),
        (models.KmerRegression, {"k": "6"}, ("k", "'6'", "whole number")),
        (models.KmerRegression, {"inverse_penalty": 0}, ("inverse_penalty", "0", "above 0")),
        (models.GappedKmerRegression, {"width": 9.0}, ("width", "9.0", "whole number")),
        (models.SequenceBoosting, {"k": 3}, ("k", "3", "sequence")),
        (models.SequenceBoosting, {"leaves": 1}, ("leaves", "1", "2 or more")),
        (models.SequenceBoosting, {"k": (3, 0)}, ("k", "(3, 0)", "1 or more")),
        (models.SiRNABoosting, {"row_share": [0.5]}, ("row_share", "[0.5]", "above 0")),
        (models.SiRNASupportVectors, {"cost": -1}, ("cost", "-1", "above 0")),
        (models.SiRNAGaussianProcess, {"noise": 0}, ("noise", "0", "above 0")),
    ],
)
def test_constructor__says_in_one_line_which_value_is_wrong(model, arguments, facts):
    with pytest.raises(BadValueError, match=mentions(model.__name__, *facts)) as error:
        model(**arguments)
    assert len(str(error.value).splitlines()) == 1


def test_constructor__takes_numbers_of_numpy_and_the_model_is_saved_with_them(tmp_path):
    model = models.TFBindingModel(
        filters=np.int64(3),
        dropout=np.float64(0.2),
        learning_rate=np.float32(0.25),
        seed=np.int32(1),
        batch_size=np.int8(9),
    )
    model.save(tmp_path / "model")
    assert models.load(tmp_path / "model").arguments["filters"] == 3


def test_constructor__of_a_subclass_with_kwargs_is_checked_as_well():
    class Narrow(models.GenomicsModel):
        def __init__(self, filters=3, **kwargs):
            base = models.TFBindingModel(filters=filters)
            super().__init__(
                base.model, dc.models.losses.SigmoidCrossEntropy(), {"filters": filters}, length=101, **kwargs
            )

    class Narrower(Narrow):
        def __init__(self, **kwargs):
            super().__init__(filters=2, **kwargs)

    for one in (Narrow, Narrower):
        assert {"batch_size", "learning_rate", "seed", "filters"} <= set(inspect.signature(one).parameters)
        assert one(learning_rate=0.1, batch_size=7, seed=3).batch_size == 7
        with pytest.raises(TypeError, match=mentions("'learning_rat'", "mean learning_rate?")):
            one(learning_rat=0.1)
        with pytest.raises(BadValueError, match=mentions("batch_size", "0", "1 or more")):
            one(batch_size=0)


def test_load__refuses_arguments_that_no_network_has(tmp_path):
    models.KmerRegression(k=2).fit(dc.data.NumpyDataset(np.eye(4)[[[0, 1, 2]] * 4], np.arange(4)[:, None] % 2))
    models.TFBindingModel(seed=1).save(tmp_path / "model")
    for load in (models.load, models.TFBindingModel.load):
        with pytest.raises(TypeError, match=mentions("'bach_size'", "mean batch_size?")):
            load(tmp_path / "model", bach_size=3)
        assert load(tmp_path / "model", batch_size=3).batch_size == 3


@pytest.mark.parametrize("arguments", [{"batch_size": 0}, {"batch_size": -1}, {"batch_size": 1.5}, {"epochs": -1}])
def test_generate_batches__refuses_sizes_that_never_end(arguments):
    rows = dc.data.NumpyDataset(np.zeros((3, 5, 4)), np.zeros((3, 1)))
    name, value = next(iter(arguments.items()))
    with pytest.raises(BadValueError, match=mentions(name, str(value))):
        next(models.generate_batches(rows, **arguments))


@pytest.mark.parametrize("nb_epoch", ["3", 1.5, -1])
def test_fit__refuses_a_number_of_epochs_that_is_none(nb_epoch):
    rows = dc.data.NumpyDataset(np.zeros((3, 101, 4), np.int8), np.zeros((3, 1)))
    with pytest.raises(BadValueError, match=mentions("nb_epoch", str(nb_epoch))):
        models.TFBindingModel().fit(rows, nb_epoch=nb_epoch)


BUILD = {
    "AccessibilityTFBindingModel": lambda given: models.AccessibilityTFBindingModel(given, seed=1),
    "RCTFBindingModel": lambda given: models.RCTFBindingModel(given, filters=2, seed=1),
    "AccessibilityAlone": models.AccessibilityAlone,
    "MotifAccessibilityRegression": lambda given: models.MotifAccessibilityRegression(ATF3, given),
    "SequenceBoosting": lambda given: models.SequenceBoosting(accessibility=given),
    "MotifBoosting": lambda given: models.MotifBoosting(accessibility=given),
}


@pytest.mark.parametrize("build", BUILD.values(), ids=BUILD)
def test_accessibility__may_be_the_chapters_dict(build):
    model = build(TABLE)
    assert model.side_inputs["accessibility"].names == ("accessibility",)
    np.testing.assert_array_equal(model.side_inputs["accessibility"].lookup(["chr1:101-202"]), [[0.25]])


def test_accessibility__given_as_a_dict_predicts_as_the_table_does():
    X = np.eye(4, dtype=np.int8)[np.random.default_rng(0).integers(0, 4, (2, 101))]
    rows = dc.data.NumpyDataset(X, ids=np.array(list(TABLE)))
    of_dict, of_table = (BUILD["AccessibilityTFBindingModel"](one) for one in (TABLE, data.SideInput.from_dict(TABLE)))
    np.testing.assert_array_equal(of_dict.predict(rows), of_table.predict(rows))


@pytest.mark.parametrize("build", BUILD.values(), ids=BUILD)
@pytest.mark.parametrize("given", [[0.5, 0.25], "accessibility.txt", np.zeros((2, 1))])
def test_accessibility__of_another_kind_is_refused_with_what_to_give(build, given):
    with pytest.raises(SideInputError, match=mentions("accessibility", type(given).__name__, "SideInput.from_file")):
        build(given)


def test_repr__says_what_a_model_is():
    assert repr(models.TFBindingModel()) == "TFBindingModel()"
    assert repr(models.TFBindingModel(filters=4, seed=1)) == "TFBindingModel(filters=4)"
    assert repr(models.KmerRegression(k=4)) == "KmerRegression(k=4)"
    accessibility = data.SideInput.from_dict({"a": 1.0})
    assert repr(models.AccessibilityTFBindingModel(accessibility)) == "AccessibilityTFBindingModel(accessibility)"
    blend = models.Blend([models.KmerRegression(k=4), models.GCContentRegression()])
    assert repr(blend) == "Blend(weights=[1.0, 1.0], 2 members: KmerRegression(k=4), GCContentRegression())"
