"""A scaling is fitted once, gives mean 0 and sd 1 there, and survives JSON without loss."""

import json
import logging
import re

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.data import Scaling
from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError

unhurried = settings(max_examples=50)
positive = st.floats(0, 1e6, width=32)
tables = arrays.arrays(np.float32, st.tuples(st.integers(2, 30), st.integers(1, 4)), elements=positive)
methods = st.sampled_from(["none", "standard", "log-standard"])


@unhurried
@given(values=tables, method=st.sampled_from(["standard", "log-standard"]))
def test_scaling__gives_mean_0_and_sd_1_where_it_was_fitted(values, method):
    scaled = Scaling.fit(method, values).apply(values).astype(np.float64)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-5)
    varies = scaled.min(axis=0) < scaled.max(axis=0)
    np.testing.assert_allclose(scaled.std(axis=0)[varies], 1, atol=1e-5)


@unhurried
@given(values=tables, method=methods)
def test_scaling__agrees_with_its_formula_one_number_at_a_time(values, method):
    scaling = Scaling.fit(method, values)
    for row, scaled in zip(values.tolist(), scaling.apply(values), strict=True):
        for track, value in enumerate(row):
            if method == "log-standard":
                value = np.log(value + scaling.offset[track])
            expected = (value - scaling.mean[track]) / scaling.sd[track]
            assert scaled[track] == np.float32(expected)


@unhurried
@given(values=tables, method=methods)
def test_scaling__survives_json_without_loss(values, method):
    scaling = Scaling.fit(method, values)
    again = Scaling.from_json(json.loads(json.dumps(scaling.to_json())))
    assert again == scaling
    assert hash(again) == hash(scaling)
    np.testing.assert_array_equal(again.apply(values), scaling.apply(values))


@unhurried
@given(values=tables)
def test_scaling__keeps_the_order_of_the_values(values):
    scaled = Scaling.fit("log-standard", values).apply(values)
    for raw, track in zip(values.T, scaled.T, strict=True):
        assert (np.diff(track[np.argsort(raw)]) >= 0).all()


def test_scaling__has_these_frozen_numbers():
    scaling = Scaling.fit("log-standard", [[0.0, 5.0], [1.0, 5.0], [3.0, 7.0]])
    assert scaling.offset.tolist() == [2.0, 5.0]  # the median of the positive values
    np.testing.assert_allclose(scaling.mean, [(np.log(2) + np.log(3) + np.log(5)) / 3, np.log(1200) / 3])
    np.testing.assert_allclose(
        scaling.apply([[0, 5], [1, 5], [3, 7]])[:, 0], [-1.175215, -0.093679, 1.268895], atol=1e-6
    )


@pytest.mark.parametrize("method", ["standard", "log-standard"])
def test_scaling__does_not_depend_on_the_unit(method):
    values = np.random.default_rng(0).gamma(2.0, 0.002, (100, 1))
    in_thousands = Scaling.fit(method, values * 1000).apply(values * 1000)
    np.testing.assert_allclose(in_thousands, Scaling.fit(method, values).apply(values), rtol=1e-5)


@pytest.mark.parametrize("method", ["standard", "log-standard"])
def test_scaling__makes_a_constant_track_zero_and_says_so(method, caplog):
    with caplog.at_level(logging.WARNING):
        scaling = Scaling.fit(method, [[0.1, 1], [0.1, 2], [0.1, 4]], names=["flat", "slope"])
    (message,) = caplog.messages
    assert re.search(mentions("track flat", "3"), message)
    assert scaling.sd[0] == 1
    assert scaling.apply([[0.1, 1]])[0, 0] == 0


def test_scaling__gives_zeros_for_a_track_of_zeros():
    assert Scaling.fit("log-standard", np.zeros((3, 1))).apply(np.zeros((2, 1))).tolist() == [[0], [0]]


@pytest.mark.parametrize("method", ["none", "standard", "log-standard"])
def test_scaling__leaves_its_input_alone(method):
    values = np.array([[0.5], [1.5]], dtype=np.float32)
    scaled = Scaling.fit(method, values).apply(values)
    scaled[:] = 7
    assert values.tolist() == [[0.5], [1.5]]


def test_scaling__cannot_be_changed():
    mean = np.zeros(1)
    scaling = Scaling("standard", np.zeros(1), mean, np.ones(1))
    mean[0] = 5
    assert scaling.mean.tolist() == [0]
    with pytest.raises(ValueError, match="read-only"):
        scaling.mean[0] = 5
    with pytest.raises(AttributeError):
        scaling.sd = np.ones(1)


def test_scaling__says_which_value_has_no_logarithm():
    words = "row 1 has -0.5 in track 'DNase': a negative value has no logarithm; use the scaling 'standard' or 'none'"
    with pytest.raises(BadValueError) as error:
        Scaling.fit("log-standard", [[1.0], [-0.5]], names=["DNase"])
    assert str(error.value) == words
    with pytest.raises(BadValueError, match=mentions("row 0", "-2", "track 1", "fitted")):
        Scaling.fit("log-standard", np.ones((2, 2))).apply([[1, -2]])


@pytest.mark.parametrize(
    ("method", "values", "error", "facts"),
    [
        ("log", [[1.0]], BadValueError, ("'log'", "'none', 'standard', 'log-standard'")),
        ("standard", [1.0], ShapeMismatchError, ("(1,)", "(N, K)")),
        ("standard", np.empty((0, 2)), EmptyInputError, ("(0, 2)",)),
        ("standard", [[1.0], [np.nan]], BadValueError, ("nan", "row 1", "track 0")),
    ],
)
def test_fit__refuses(method, values, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        Scaling.fit(method, values)


@pytest.mark.parametrize("values", [[1.0], [[1.0, 2.0, 3.0]]])
def test_apply__refuses_another_number_of_tracks(values):
    with pytest.raises(ShapeMismatchError, match=mentions("(n, 2)")):
        Scaling.fit("standard", [[1, 2], [3, 5]]).apply(values)


@pytest.mark.parametrize(
    ("changes", "error", "facts"),
    [
        ({"method": "zscore"}, BadValueError, ("zscore",)),
        ({"sd": [0.0]}, BadValueError, ("sd", "[0.0]", "0")),
        ({"mean": [np.nan]}, BadValueError, ("mean", "nan")),
        ({"mean": [1.0, 2.0]}, ShapeMismatchError, ("1", "offsets", "2", "means")),
        ({"offset": [0.0]}, BadValueError, ("offset", "[0.0]", "logarithm")),
    ],
)
def test_from_json__refuses_what_no_fit_gives(changes, error, facts):
    record = Scaling.fit("log-standard", [[1.0], [2.0]]).to_json()
    with pytest.raises(error, match=mentions(*facts)):
        Scaling.from_json(record | changes)


def test_from_json__names_what_is_lacking():
    with pytest.raises(BadValueError, match=mentions("'mean', 'sd'", "['method', 'offset']")):
        Scaling.from_json({"method": "none", "offset": [0.0]})
