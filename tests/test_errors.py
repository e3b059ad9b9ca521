"""What every error of this package carries."""

import pickle

import pytest

from deepchem_genomics import errors

ALL = [getattr(errors, name) for name in errors.__all__]


@pytest.mark.parametrize("error", [one for one in ALL if one is not errors.ChecksError])
def test_errors__of_every_class_take_a_problem_and_a_remedy(error):
    made = error("a row is odd", "drop it")
    assert str(made) == "a row is odd; drop it" and str(error("a row is odd")) == "a row is odd"
    assert (made.problem, made.remedy) == ("a row is odd", "drop it")


@pytest.mark.parametrize(
    "made", [errors.BadValueError("a", "b"), errors.ChecksError([ValueError("a"), TypeError("b")])]
)
def test_errors__come_back_whole_from_another_process(made):
    again = pickle.loads(pickle.dumps(made))
    assert type(again) is type(made) and str(again) == str(made) and repr(vars(again)) == repr(vars(made))
