"""Models of different kinds that predict together."""

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError
from deepchem_genomics.feat import decode
from deepchem_genomics.metrics import roc_auc
from deepchem_genomics.models import AlwaysMean, AlwaysPrevalence, Blend, KmerRegression, SiRNARuleScore
from deepchem_genomics.models.labeled_model import OneTaskModel
from deepchem_genomics.simulate import simulated_tf_datasets


class Says(OneTaskModel):
    """Predicts what it was told to, and counts how often it was fitted."""

    def __init__(self, values, mode="classification"):
        super().__init__()
        self.values, self.mode, self.fitted = np.asarray(values, dtype=float).reshape(-1, 1), mode, 0

    def fit(self, dataset):
        self.fitted += 1

    def predict(self, dataset, transformers=()):
        return self.values


ROWS = dc.data.NumpyDataset(np.zeros((3, 5, 4)), np.array([[0.0], [1.0], [1.0]]))


def test_predict__averages_logits_by_weight():
    blended = Blend([Says([0.1, 0.5, 0.9]), Says([0.2, 0.5, 0.999])], weights=[3, 1]).predict(ROWS)
    odds = [(0.1 / 0.9) ** 0.75 * (0.2 / 0.8) ** 0.25, 1.0, (0.9 / 0.1) ** 0.75 * (0.999 / 0.001) ** 0.25]
    np.testing.assert_allclose(blended[:, 0], [o / (1 + o) for o in odds], rtol=1e-9)


def test_predict__averages_regressions_as_they_are():
    blended = Blend([Says([0, 1, 2], "regression"), Says([2, 3, 7], "regression")])
    assert blended.predict(ROWS).ravel().tolist() == [1.0, 2.0, 4.5]
    assert (blended.get_num_tasks(), blended.get_task_type()) == (1, "regression")


def test_predict__stays_finite_where_members_are_certain():
    assert np.isfinite(Blend([Says([0, 1, 1]), Says([1, 1, 0])]).predict(ROWS)).all()


def test_predict__refuses_scores_that_are_no_probabilities():
    with pytest.raises(BadValueError, match=mentions("Says", "-2", "3")):
        Blend([Says([-2, 0, 3])]).predict(ROWS)


def test_fit__trains_each_member_once_in_order_and_its_own_way():
    members = [Says([0, 0, 1]), Says([0, 1, 1])]
    Blend(members).fit(ROWS)
    seen = []
    Blend(members).fit(ROWS, lambda member, dataset: seen.append((members.index(member), dataset)))
    assert [member.fitted for member in members] == [1, 1]
    assert seen == [(0, ROWS), (1, ROWS)]


def test_evaluate__is_that_of_the_average():
    blend = Blend([Says([0.1, 0.6, 0.9]), Says([0.7, 0.6, 0.9])])
    assert blend.evaluate(ROWS, roc_auc) == {"roc_auc": 1.0}


def test_blend__needs_members_that_predict_the_same():
    with pytest.raises(EmptyInputError, match=mentions("blend")):
        Blend([])
    with pytest.raises(ShapeMismatchError, match=mentions("tasks", "mode")):
        Blend([AlwaysMean(), AlwaysPrevalence()])


@pytest.mark.parametrize(
    ("weights", "error", "facts"),
    [
        ([1], ShapeMismatchError, ("1", "weights", "2", "members")),
        ([1, -1], BadValueError, ("weights", "-1.0")),
        ([0, 0], BadValueError, ("weights", "0")),
        ([1, float("nan")], BadValueError, ("weights", "nan")),
    ],
)
def test_blend__names_wrong_weights(weights, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        Blend([KmerRegression(), AlwaysPrevalence()], weights)


def test_blend__takes_what_has_the_interface_of_a_model():
    assert Blend([SiRNARuleScore("reynolds"), AlwaysMean()]).get_task_type() == "regression"


def test_predict_uncertainty__is_the_weighted_spread_of_the_members():
    blend = Blend([Says([0, 1, 2], "regression"), Says([2, 1, 6], "regression")], weights=[3, 1])
    mean, spread = blend.predict_uncertainty(ROWS)
    assert mean.ravel().tolist() == blend.predict(ROWS).ravel().tolist() == [0.5, 1.0, 3.0]
    np.testing.assert_allclose(spread.ravel(), [np.sqrt(0.75), 0, np.sqrt(3)])
    probabilities = Blend([Says([0.2, 0.5, 0.9]), Says([0.6, 0.5, 0.5])])
    mean, spread = probabilities.predict_uncertainty(ROWS)
    np.testing.assert_array_equal(mean, probabilities.predict(ROWS))
    np.testing.assert_allclose(spread.ravel(), [0.2, 0, 0.2])


def test_blend__knows_its_sequences_from_the_members_of_this_package():
    train, valid, _ = simulated_tf_datasets(n_train=300, n_valid=20, prevalence=0.06)
    kmers = KmerRegression(k=3)
    kmers.fit(train)
    foreign = KmerRegressionElsewhere(kmers)
    blend = Blend([foreign, kmers])
    assert (blend.length, blend.alphabet.letters) == (101, "ACGT")
    np.testing.assert_allclose(blend.predict_sequences(decode(valid.X)), kmers.predict(valid))
    with pytest.raises(BadValueError, match=mentions("KmerRegressionElsewhere")):
        Blend([foreign]).predict_sequences(decode(valid.X))


class KmerRegressionElsewhere(dc.models.Model):
    """Has the interface of a model of DeepChem and no more."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def predict(self, dataset, transformers=()):
        return self.inner.predict(dataset)

    def get_num_tasks(self):
        return 1

    def get_task_type(self):
        return "classification"
