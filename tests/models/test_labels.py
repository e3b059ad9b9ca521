"""Labels that a network cannot learn are an error that names the row."""

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import models
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
    models.SiRNAEfficacyModel().fit(rows([0.9, 1.34], 21), nb_epoch=1)


@pytest.mark.parametrize(
    "model", [models.AlwaysPrevalence, models.GCContentRegression, models.KmerRegression, models.GappedKmerRegression]
)
def test_classifier__that_is_no_network_refuses_them_too(model):
    with pytest.raises(LabelError, match=mentions("row1", "-1", "0 and 1")):
        model().fit(rows([1, -1, 0], 12))
