"""What a space file may say, what it is told when it may not, and what is drawn from it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import BadValueError, SideInputError
from deepchem_genomics.recipes import RECIPES, Choice, Range, default_recipe, find_recipe
from deepchem_genomics.tuning import read_space
from deepchem_genomics.tuning.search_space import as_toml, full_space, parse_space, searched, settings_of_trials

NETWORK = RECIPES["network"]
SEARCHABLE = {name: recipe for name, recipe in RECIPES.items() if recipe.space}


def space_file(folder, text):
    path = folder / "space.toml"
    path.write_text(text)
    return path


def draw(given, trials, seed=0, recipe=NETWORK):
    return settings_of_trials(full_space(recipe, "random", given), recipe, "random", trials, seed)


def test_read_space__takes_values_lists_and_ranges(tmp_path):
    path = space_file(
        tmp_path,
        "learning_rate = {low = 1e-7, high = 1e-1, log = true}\ndropout = {low = 0, high = 0.5, points = 5}\n"
        "filters = [8, 16]\nn_layers = 2\nkernel_size = {low = 3, high = 9}\n",
    )
    assert read_space(path, NETWORK) == {
        "learning_rate": Range(1e-7, 0.1, log=True),
        "dropout": Range(0.0, 0.5, points=5),
        "filters": Choice((8, 16)),
        "n_layers": Choice((2,)),
        "kernel_size": Range(3, 9, integer=True),
    }


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("filter = 8", ("network", "'filter'", "filters")),
        ("scale = 'none'", ("network", "'scale'", "learning_rate")),
        ("dropout = [0.2, 1.5]", ("dropout", "1.5", "0", "1")),
        ("learning_rate = 0", ("learning_rate", "0")),
        ("learning_rate = nan", ("learning_rate", "nan")),
        ("filters = true", ("filters", "True", "1")),
        ("filters = 7.5", ("filters", "7.5", "1")),
        ("filters = []", ("filters", "empty")),
        ("filters = [8, 8]", ("filters", "[8, 8]")),
        ("dropout = {low = 0.1}", ("dropout", "'high'")),
        ("dropout = {min = 0.1, max = 1}", ("dropout", "'min'", "low")),
        ("dropout = {low = 0.1, high = 1}", ("dropout.high", "1")),
        ("dropout = {low = 0.5, high = 0.5}", ("dropout", "0.5", "low", "high")),
        ("dropout = {low = 0, high = 0.5, log = true}", ("dropout.low", "0", "logarithm")),
        ("dropout = {low = 0.1, high = 0.5, log = 1}", ("dropout.log", "1", "true", "false")),
        ("dropout = {low = 0.1, high = 0.5, points = 1}", ("dropout.points", "1", "2")),
        ("kernel_size = {low = 3, high = 9.5}", ("kernel_size.high", "9.5")),
    ],
)
def test_read_space__says_which_line_is_wrong_and_what_it_should_be(tmp_path, text, facts):
    path = space_file(tmp_path, text)
    with pytest.raises(BadValueError, match=mentions(str(path), *facts)):
        read_space(path, NETWORK)


def test_read_space__says_where_it_is_not_toml(tmp_path):
    path = space_file(tmp_path, "filters = [8,\ndropout 3")
    with pytest.raises(BadValueError, match=mentions("space.toml", "line 2")):
        read_space(path, NETWORK)


def test_parse_space__refuses_a_range_of_words():
    with pytest.raises(BadValueError, match=mentions("scale", "'log-standard'")):
        parse_space({"scale": {"low": 1, "high": 2}}, RECIPES["network-accessibility"])


@pytest.mark.parametrize("recipe", SEARCHABLE.values(), ids=list(SEARCHABLE))
def test_default_spaces__pass_their_own_rules_and_can_be_written_to_a_file(recipe, tmp_path):
    for space in (recipe.space, recipe.grid):
        text = "".join(f"{name} = {as_toml(entry)}\n" for name, entry in space.items())
        assert read_space(space_file(tmp_path, text), recipe) == space


def test_default_spaces__are_of_every_recipe_with_numbers_to_choose():
    assert set(SEARCHABLE) == {name for name, recipe in RECIPES.items() if recipe.defaults}
    assert all(recipe.grid for recipe in SEARCHABLE.values())
    assert {"network", "network-accessibility", "network-raw-accessibility", "sirna-network"} <= set(SEARCHABLE)


@given(
    seed=st.integers(0, 1000),
    fewer=st.integers(1, 10),
    more=st.integers(10, 30),
    recipe=st.sampled_from(list(SEARCHABLE.values())),
)
def test_draw__a_trial_is_the_same_whatever_the_number_of_trials(seed, fewer, more, recipe):
    longer = draw({}, more, seed, recipe)
    assert draw({}, fewer, seed, recipe) == longer[:fewer]
    assert longer[0] == recipe.defaults
    assert len({tuple(settings.values()) for settings in longer}) == more


@given(seed=st.integers(0, 1000), low=st.floats(1e-7, 0.1), factor=st.floats(1.001, 1e5), log=st.booleans())
def test_draw__numbers_are_within_their_range(seed, low, factor, log):
    entry = Range(low, low * factor, log)
    assert low <= entry.draw(np.random.default_rng(seed)) <= low * factor
    assert all(low <= number <= low * factor for number in entry.grid())


@given(seed=st.integers(0, 1000), low=st.integers(1, 50), width=st.integers(1, 50), log=st.booleans())
def test_draw__whole_numbers_stay_whole_and_within_their_range(seed, low, width, log):
    drawn = Range(low, low + width, log, integer=True).draw(np.random.default_rng(seed))
    assert type(drawn) is int
    assert low <= drawn <= low + width


def test_draw__a_logarithmic_range_has_as_many_numbers_in_each_decade():
    rng = np.random.default_rng(0)
    rates = np.array([Range(1e-5, 1e-1, log=True).draw(rng) for _ in range(4000)])
    counts = np.histogram(np.log10(rates), [-5, -4, -3, -2, -1])[0]
    assert counts.min() > 900


def test_draw__ends_when_a_space_has_no_other_settings():
    one_value = {name: value for name, value in NETWORK.defaults.items() if name != "filters"}
    settings = draw(parse_space({**one_value, "filters": [15, 30, 60]}, NETWORK), 50)
    assert sorted(trial["filters"] for trial in settings) == [15, 30, 60]


def test_draw__the_first_trial_keeps_what_was_fixed():
    assert draw(parse_space({"epochs": 3}, NETWORK), 1) == [NETWORK.defaults | {"epochs": 3}]


def test_draw__does_not_depend_on_the_order_in_the_file():
    entries = {"filters": [8, 16], "dropout": {"low": 0.1, "high": 0.2}}
    turned = dict(reversed(entries.items()))
    assert draw(parse_space(entries, NETWORK), 5) == draw(parse_space(turned, NETWORK), 5)


def test_grid__has_all_combinations():
    space = full_space(NETWORK, "grid", parse_space({"dropout": {"low": 0.1, "high": 0.5, "points": 2}}, NETWORK))
    settings = settings_of_trials(space, NETWORK, "grid", None, 0)
    assert len(settings) == 3 * 2 * 2
    assert {trial["dropout"] for trial in settings} == {0.1, 0.5}
    assert searched(space) == ["learning_rate", "dropout", "filters"]


def test_find_recipe__names_those_that_suit():
    with pytest.raises(SideInputError, match=mentions("network-accessibility", "accessibility")):
        find_recipe("network-accessibility", "binding", (), "gue-tf0")
    with pytest.raises(BadValueError, match=mentions("gue-tf0", "prevalence", "network")) as error:
        find_recipe("sirna-network", "binding", (), "gue-tf0")
    assert "network-accessibility" not in str(error.value)
    assert default_recipe("efficacy", ()) == "sirna-network"
