"""Labels that a network cannot learn are an error that names the row."""

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import metrics, models
from deepchem_genomics.errors import LabelError


def rows(labels, length, weights=None):
    X = np.eye(4, dtype=np.int8)[np.random.default_rng(0).integers(0, 4, (len(labels), length))]
    y = np.array(labels, dtype=np.float32)[:, None]
    w = None if weights is None else np.array(weights, dtype=np.float32)[:, None]
    return dc.data.NumpyDataset(X, y, w, ids=np.array([f"row{i}" for i in range(len(labels))]))


@pytest.mark.parametrize("labels", [(1, -1, 0), (0, 2, 1), (0, 0.5, 1)])
@pytest.mark.parametrize("network", [models.TFBindingModel, models.RCTFBindingModel])
def test_classifier__refuses_labels_other_than_0_and_1(network, labels):
    with pytest.raises(LabelError, match=mentions("'row1'", f"{labels[1]:g}", "0 and 1")):
        network(length=12).fit(rows(labels, 12))
    network(length=12).fit(rows(labels, 12, [1, 0, 1]), nb_epoch=1)  # without a weight it is no label


def test_efficacy__refuses_per_cents_and_takes_what_is_a_little_above_1():
    with pytest.raises(LabelError, match=mentions("'row1'", "94.9", "100")):
        models.SiRNAEfficacyModel().fit(rows([0.9, 94.9], 21))
    models.SiRNAEfficacyModel().fit(rows([0.9, 1.34, -0.2], 21), nb_epoch=1)


def test_efficacy__of_standardized_labels_is_refused_as_a_sigmoid_predicts_none_below_0():
    dataset = rows([0.9, 0.1, 0.8, 0.85], 21)
    standardized = dc.trans.NormalizationTransformer(transform_y=True, dataset=dataset).transform(dataset)
    with pytest.raises(LabelError, match=mentions("'row1'", "-1.72188", "NormalizationTransformer")):
        models.SiRNAEfficacyModel().fit(standardized)


@pytest.mark.parametrize(
    "model", [models.AlwaysPrevalence, models.GCContentRegression, models.KmerRegression, models.GappedKmerRegression]
)
def test_classifier__that_is_no_network_refuses_them_too(model):
    with pytest.raises(LabelError, match=mentions("row1", "-1", "0 and 1")):
        model().fit(rows([1, -1, 0], 12))


@pytest.mark.parametrize("weight", [np.nan, np.inf, -1.0])
@pytest.mark.parametrize(
    "model", [models.TFBindingModel, models.RCTFBindingModel, models.AlwaysPrevalence, models.GappedKmerRegression]
)
def test_weight__that_is_negative_or_not_finite_is_refused(model, weight):
    length = {"length": 12} if model in (models.TFBindingModel, models.RCTFBindingModel) else {}
    with pytest.raises(LabelError, match=mentions("'row1'", f"{weight:g}")):
        model(**length).fit(rows([1, 0, 0], 12, [1, weight, 1]))


@pytest.mark.parametrize("weight", [np.nan, -1.0])
def test_weight__of_a_score_is_refused_too(weight):
    model = models.TFBindingModel(length=12)
    with pytest.raises(LabelError, match=mentions("'row1'", f"{weight:g}")):
        model.evaluate(rows([1, 0, 0], 12, [1, weight, 1]), [metrics.roc_auc])


@pytest.mark.parametrize("y_type", [">f8", "f2", "i8", ">i4", "?", object, "U1"])
@pytest.mark.parametrize("w_type", [">f4", "f2", "i8", "?", object])
def test_fit__labels_and_weights_of_any_type_teach_the_same(y_type, w_type):
    dataset = rows([1, 0, 0, 1, 1], 12, [1, 1, 0, 1, 1])
    other = dc.data.NumpyDataset(dataset.X, dataset.y.astype(int).astype(y_type), dataset.w.astype(w_type), dataset.ids)
    expected, found = (models.TFBindingModel(length=12, seed=0) for _ in range(2))
    expected.fit(dataset, nb_epoch=2)
    found.fit(other, nb_epoch=2)
    np.testing.assert_array_equal(found.predict(dataset), expected.predict(dataset))


def test_fit__fractions_stay_so_after_a_first_batch_of_whole_numbers():
    whole, fractions = rows([1, 0, 1], 21), rows([0.4, 0.7, 0.9], 21)
    expected, found = (models.SiRNAEfficacyModel(seed=0) for _ in range(2))
    expected.fit_on_batch(whole.X, whole.y, whole.w)
    found.fit_on_batch(whole.X, whole.y.astype(int), whole.w)
    for model in (expected, found):
        model.fit_on_batch(fractions.X, fractions.y, fractions.w)
    np.testing.assert_array_equal(found.predict(whole), expected.predict(whole))
