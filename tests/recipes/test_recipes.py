"""The registry of recipes: what registers, what each one trains, and what all of them refuse."""

import inspect
import subprocess
import sys

import numpy as np
import pytest
from deepchem.data import NumpyDataset
from messages import mentions

from deepchem_genomics import motifs, recipes
from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import BadValueError, LabelError, MissingExtraError, NameTakenError, SideInputError
from deepchem_genomics.models import boosting
from deepchem_genomics.motifs.jaspar import ATF3
from deepchem_genomics.recipes import KINDS, RECIPES, Choice, Fitted, Recipe, parse_settings, recipe, strand_networks
from deepchem_genomics.recipes.code import code_of
from deepchem_genomics.recipes.training import hold_out, rows_of, unweighted
from deepchem_genomics.simulate import simulated_sirna_datasets, simulated_tf_datasets

OURS = {name: one for name, one in RECIPES.items() if one.fit.__module__.startswith("deepchem_genomics.")}
STRAND = [name for name, one in OURS.items() if one.fit.__module__ == strand_networks.__name__]
"""Trained in test_strand_networks.py."""
SETTINGS = [(name, setting) for name, one in OURS.items() for setting in one.defaults]
QUICK = {"epochs": 2, "trees": 5, "leaves": 2, "filters": 4, "batch_size": 100}
"""Few epochs and trees, of those that a recipe has."""
OUT_OF_RANGE = {float: (-1.0, "many", float("nan")), int: (-1, 1.5, "many"), bool: (1, "perhaps"), str: ("other", 1)}
"""Values that no setting of a kind may have."""


def fewest_motifs(accessions):
    return [ATF3]


@pytest.fixture(scope="module")
def windows():
    train, valid, accessibility = simulated_tf_datasets(400, 60, seed=0, prevalence=0.06)
    return train, valid, {"accessibility": accessibility}


@pytest.fixture(scope="module")
def guides():
    train, valid = simulated_sirna_datasets(n_train=80, n_valid=20)
    ids = [*train.ids, *valid.ids]
    targets = {name: f"mrna{number % 7}" for number, name in enumerate(ids)}
    studies = {name: f"study {number % 2}" for number, name in enumerate(ids)}
    return train, valid, {"targets": targets, "contexts": dict.fromkeys(ids, "ACGU" * 15), "studies": studies}


@pytest.fixture
def data_of(windows, guides):
    return {"binding": windows, "efficacy": guides}


@pytest.fixture
def registry():
    """Put the registry back after the test."""
    before = dict(RECIPES)
    yield RECIPES
    RECIPES.clear()
    RECIPES.update(before)


@pytest.fixture
def few_motifs(monkeypatch):
    """Take one motif, which is in this package, for those of JASPAR's database."""
    for module in (motifs, boosting):
        monkeypatch.setattr(module, "jaspar_motifs", fewest_motifs, raising=False)
    monkeypatch.setattr(Recipe, "require_extras", lambda self: None)
    for name in ("_SCRATCH", "_MOTIFS"):
        monkeypatch.setitem(getattr(strand_networks, name), "epochs", 1)
    monkeypatch.setitem(strand_networks._SHALLOW, "trees", 5)


def quick(one):
    return {name: value for name, value in QUICK.items() if name in one.defaults}


def coin(train, valid, side_inputs, settings, seed, progress):
    """Predict what was seen.

    In all cases.
    """
    return Fitted(settings)


def test_recipe__registers_a_function_with_its_docstring_as_description(registry):
    assert recipe("coin", "binding", defaults={"k": 3}, is_baseline=True)(coin) is coin
    found = registry["coin"]
    assert (found.name, found.kind, found.fit, found.is_baseline) == ("coin", "binding", coin, True)
    assert found.description == "Predict what was seen. In all cases."
    assert found.summary == "Predict what was seen."


def test_recipe__is_called_with_all_its_settings_and_only_its_side_inputs(registry, windows):
    seen = {}

    def notes(train, valid, side_inputs, settings, seed, progress):
        """Note what it is given."""
        seen.update(valid=valid, side_inputs=side_inputs, settings=settings, seed=seed, progress=progress)
        return Fitted(None)

    recipe("notes", "binding", side_inputs=("accessibility",), defaults={"epochs": 3, "dropout": 0.5})(notes)
    sides = {"other": None, **windows[2]}
    registry["notes"](windows[0], side_inputs=sides, settings={"dropout": "0.25"}, seed=7)
    assert (seen["valid"], seen["settings"], seen["seed"]) == (None, {"epochs": 3, "dropout": 0.25}, 7)
    assert seen["side_inputs"] == windows[2]
    assert isinstance(seen["progress"], recipes.Progress)


def test_recipe__the_same_function_may_be_registered_again_and_no_other(registry):
    recipe("coin", "binding")(coin)
    recipe("coin", "binding")(coin)
    with pytest.raises(NameTakenError, match=r"'coin'.*coin"):

        @recipe("coin", "binding")
        def other(train, valid, side_inputs, settings, seed, progress):
            """Predict otherwise."""

    assert registry["coin"].fit is coin


def test_recipe__that_returns_a_bare_model_is_told_to_wrap_it(registry, windows):
    @recipe("bare", "binding")
    def bare(train, valid, side_inputs, settings, seed, progress):
        """Return what it was given."""
        return settings

    with pytest.raises(BadValueError, match=mentions("'bare'", "dict", "recipes.Fitted(model)")):
        registry["bare"](windows[0])


def test_recipe__refuses_an_unknown_kind_and_a_function_without_docstring(registry):
    with pytest.raises(BadValueError, match=mentions("folding", "'binding', 'efficacy'")):
        recipe("coin", "folding")
    with pytest.raises(BadValueError, match="'coin'"):
        recipe("coin", "binding")(lambda *_: None)
    assert "coin" not in registry


def test_recipes__have_a_kind_a_description_and_ranges_of_their_own_settings():
    assert len(OURS) > 25
    for name, one in OURS.items():
        assert one.name == name and one.kind in KINDS
        assert one.summary[0].isupper() and one.description.endswith(".")
        assert {*one.space, *one.grid} <= set(one.defaults)
        assert list(inspect.signature(one.fit).parameters) == [
            "train", "valid", "side_inputs", "settings", "seed", "progress",
        ]  # fmt: skip


@pytest.mark.parametrize("name", [name for name in OURS if name not in STRAND])
def test_recipe__trains_predicts_and_depends_on_nothing_but_its_seed(data_of, few_motifs, name):
    one = RECIPES[name]
    train, valid, side_inputs = data_of[one.kind]
    seeds = (1, 1, 2) if one.uses_seed else (1, 2)
    before = np.random.get_state()[1].copy()
    fitted = [one(train, valid, side_inputs, quick(one), seed) for seed in seeds]
    predictions = [np.asarray(each.model.predict(valid)) for each in fitted]
    assert predictions[0].shape == (len(valid), 1)
    assert np.isfinite(predictions[0]).all()
    assert (np.random.get_state()[1] == before).all()
    np.testing.assert_array_equal(predictions[0], predictions[1])
    if one.uses_seed:
        assert (predictions[0] != predictions[2]).any()
    for each in fitted:
        assert each.parameters is None or each.parameters > 0
        assert [entry["epoch"] for entry in each.history] == list(range(1, len(each.history) + 1))


@pytest.mark.parametrize("name", OURS)
def test_recipe__names_the_setting_that_was_meant(data_of, name):
    one = RECIPES[name]
    if not one.defaults:
        with pytest.raises(BadValueError, match=mentions(name, "'epochs'")):
            one(data_of[one.kind][0], settings={"epochs": 1})
        return
    for setting in one.defaults:
        with pytest.raises(BadValueError, match=mentions(name, f"'{setting}s'", setting)):
            one(data_of[one.kind][0], settings={f"{setting}s": 1})


@pytest.mark.parametrize(("name", "setting"), SETTINGS)
def test_recipe__refuses_values_out_of_range_and_takes_its_default_as_text(name, setting):
    one = RECIPES[name]
    default = one.defaults[setting]
    for value in OUT_OF_RANGE[type(default)]:
        with pytest.raises(BadValueError, match=mentions(setting, repr(value))):
            one.checked_settings({setting: value})
    for value in (default, str(default)):
        checked = one.checked_settings({setting: value})
        assert checked == one.defaults
        assert type(checked[setting]) is type(default)


@pytest.mark.parametrize("name", [name for name, one in OURS.items() if one.fewest_positives > 1])
def test_recipe__says_how_many_positives_it_needs(windows, few_motifs, name):
    train, _, side_inputs = windows
    one = RECIPES[name]
    bound = np.flatnonzero(train.y[:, 0] > 0)
    few = rows_of(train, np.setdiff1d(np.arange(len(train)), bound[one.fewest_positives - 1 :]))
    with pytest.raises(LabelError, match=mentions(name, str(one.fewest_positives), str(one.fewest_positives - 1))):
        one(few, side_inputs=side_inputs)
    one.require_positives(rows_of(train, np.setdiff1d(np.arange(len(train)), bound[one.fewest_positives :])))


@pytest.mark.parametrize("name", OURS)
def test_recipe__refuses_labels_of_another_kind_before_it_trains(data_of, few_motifs, monkeypatch, name):
    train, _, others = data_of[OURS[name].kind]
    y = train.y.copy()
    y[3] = 94.9 if OURS[name].kind == "efficacy" else -1
    facts = (repr(str(train.ids[3])), f"{y[3][0]:g}", "100" if OURS[name].kind == "efficacy" else "0 and 1")
    monkeypatch.setattr(Recipe, "require_extras", lambda self: None)
    with pytest.raises(LabelError, match=mentions(*facts)):
        RECIPES[name](NumpyDataset(train.X, y, train.w, train.ids), side_inputs=others)
    w = train.w.copy()
    w[3] = 0  # without a weight it is no label
    RECIPES[name].require_labels(NumpyDataset(train.X, y, w, train.ids))


def test_recipe__rows_without_a_label_are_no_positives(windows):
    train = windows[0]
    train = NumpyDataset(train.X, train.y, np.zeros_like(train.w), train.ids)
    with pytest.raises(LabelError, match=mentions("network", "1", "0")):
        RECIPES["network"](train)


@pytest.mark.parametrize("name", [name for name, one in OURS.items() if one.side_inputs])
def test_recipe__names_the_side_input_that_is_missing(data_of, few_motifs, name):
    one = RECIPES[name]
    for given in ({}, {"DNase": None}, dict.fromkeys(one.side_inputs)):
        with pytest.raises(SideInputError, match=mentions(name, one.side_inputs[0])):
            one(data_of[one.kind][0], side_inputs=given)


@pytest.mark.parametrize("name", [name for name, one in OURS.items() if one.extras])
def test_recipe__names_the_extra_that_is_missing(windows, monkeypatch, name):
    monkeypatch.setattr("importlib.util.find_spec", lambda package: None)
    with pytest.raises(MissingExtraError, match=mentions(name, "deepchem_genomics[motifs]")):
        RECIPES[name](windows[0], side_inputs=windows[2])


# This one sees neighbors on purpose: a scored window's signals are part of what is known of the next.
USING_TRACKS = sorted(
    name for name, one in OURS.items() if "accessibility" in one.side_inputs and name != "blend-nearby-accessibility"
)


@pytest.mark.parametrize("name", USING_TRACKS)
def test_recipe__tracks_of_scored_rows_have_no_part_in_the_scaling(windows, few_motifs, name):
    """Whatever the accessibility of one scored row is, all others are predicted as before, to the bit."""
    train, scored, side_inputs = windows
    ids = [*train.ids, *scored.ids]
    values = side_inputs["accessibility"].lookup(ids)
    changed = values.copy()
    changed[ids.index(scored.ids[0])] *= 1e6
    one = RECIPES[name]
    predictions = [
        one(train, None, {"accessibility": SideInput(ids, table)}, quick(one)).model.predict(scored).ravel()
        for table in (values, changed)
    ]
    np.testing.assert_array_equal(predictions[0][1:], predictions[1][1:])


@pytest.mark.parametrize(
    ("name", "parameters"), [("network", 6661), ("network-accessibility", 6662), ("sirna-network", 1631)]
)
def test_network__has_the_chapters_size_and_chooses_its_epoch_on_held_out_training_rows(data_of, name, parameters):
    one = RECIPES[name]
    train, _, side_inputs = data_of[one.kind]
    fitted = one(train, None, side_inputs, {"epochs": 3})
    assert fitted.parameters == parameters
    kept, held_out = hold_out(train, 0)
    again = one(kept, held_out, side_inputs, {"epochs": 3})
    assert fitted.history == again.history
    np.testing.assert_array_equal(fitted.model.predict(train), again.model.predict(train))


def test_hold_out__keeps_the_share_of_each_class_and_no_row_twice(windows):
    train = windows[0]
    kept, held_out = hold_out(train, seed=3)
    assert sorted([*kept.ids, *held_out.ids]) == sorted(train.ids)
    assert len(held_out) == len(train) / 10
    assert abs(held_out.y.sum() - train.y.sum() / 10) < 1
    assert hold_out(train, seed=3)[1].ids.tolist() == held_out.ids.tolist()
    assert hold_out(train, seed=4)[1].ids.tolist() != held_out.ids.tolist()


def test_unweighted__lets_all_rows_with_a_label_count_alike(windows):
    rows = windows[0]
    assert (unweighted(rows).w == 1).all()
    w = rows.w.copy()
    w[:5] = 0
    rows = NumpyDataset(rows.X, rows.y, w, rows.ids)
    assert unweighted(rows).w.ravel().tolist() == [0.0] * 5 + [1.0] * (len(rows) - 5)


def test_suits__needs_kind_and_side_inputs_and_on_named_data_the_name():
    one = Recipe("mine", "binding", "Mine.", coin, side_inputs=("accessibility",), only=("jund",))
    assert one.suits("binding", ["accessibility", "DNase"])
    assert one.suits("binding", ["accessibility"], "jund")
    assert not one.suits("binding", ["accessibility"], "gue-tf0")
    assert not one.suits("binding", [])
    assert not one.suits("efficacy", ["accessibility"])


def test_find_recipe__names_the_nearest_and_those_that_suit():
    with pytest.raises(BadValueError, match=mentions("netwerk", "network")) as error:
        recipes.find_recipe("netwerk", "binding")
    assert "sirna-network" not in str(error.value)
    assert recipes.find_recipe("network") is RECIPES["network"]


@pytest.mark.parametrize(
    ("kind", "side_inputs", "name"),
    [
        ("binding", [], "network"),
        ("binding", ["DNase"], "network"),
        ("binding", ["DNase", "accessibility"], "network-accessibility"),
        ("efficacy", [], "sirna-network"),
    ],
)
def test_default_recipe__is_the_chapters_network(kind, side_inputs, name):
    assert recipes.default_recipe(kind, side_inputs) == name
    assert RECIPES[name].suits(kind, side_inputs)


@pytest.mark.parametrize(
    ("kind", "side_inputs", "n_rows", "n_bound", "name"),
    [
        ("binding", [], 400, 100, "kmer-blend"),
        ("binding", ["DNase"], 8000, 1999, "kmer-blend"),
        ("binding", ["accessibility"], 8000, 1999, "kmer-blend-accessibility"),
        ("binding", [], 8000, 2000, "blend"),
        ("binding", ["accessibility"], 80_000, 20_000, "blend-accessibility"),
        ("efficacy", [], 2000, 0, "sirna-gaussian-process"),
        ("efficacy", ["contexts", "targets"], 2000, 0, "sirna-gaussian-process-targets"),
        ("efficacy", ["targets", "studies"], 2000, 0, "sirna-gaussian-process-studies"),
        ("efficacy", ["targets"], 5000, 0, "sirna-boosting"),
    ],
)
def test_auto_recipe__is_by_kind_side_inputs_and_rows(kind, side_inputs, n_rows, n_bound, name):
    assert recipes.auto_recipe(kind, side_inputs, n_rows, n_bound) == name
    assert RECIPES[name].suits(kind, side_inputs)


@pytest.mark.parametrize("texts", [["epochs"], ["epochs="], ["=3"], ["epochs=3", "epochs=4"]])
def test_parse_settings__refuses_what_is_no_key_and_value(texts):
    with pytest.raises(BadValueError, match="--set"):
        parse_settings(texts)


def test_parse_settings__leaves_values_as_text():
    assert parse_settings(["start=motifs", "note=a=b"]) == {"start": "motifs", "note": "a=b"}


def test_choice__of_one_value_is_written_as_the_value():
    assert (Choice((3,)).to_json(), Choice((3, 4)).to_json()) == (3, [3, 4])


def test_recipes__are_listed_without_numpy_deepchem_and_tensorflow():
    script = """
import sys
from deepchem_genomics import recipes
names = [(one.name, one.summary, one.space, one.defaults) for one in recipes.RECIPES.values()]
print(len(names), [name for name in ("numpy", "deepchem", "tensorflow", "sklearn") if name in sys.modules])
"""
    printed = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == f"{len(OURS)} []"


@pytest.mark.parametrize("name", ["kmer-blend", "kmer-blend-accessibility"])
def test_kmer_blend__averages_logits_of_its_members_and_keeps_all_bound_rows(monkeypatch, name):
    from deepchem_genomics.recipes import binding_models

    monkeypatch.setattr(binding_models, "_MOST_BLENDED_ROWS", 500)
    train, valid, tracks = simulated_tf_datasets(n_train=1500, n_valid=300, prevalence=0.06)
    side_inputs = {"accessibility": tracks} if name.endswith("accessibility") else {}
    model = RECIPES[name](train, None, side_inputs, seed=1).model
    assert len(model.members) == (4 if side_inputs else 3)
    logits = [np.log(p / (1 - p)) for p in (member.predict(valid) for member in model.members)]
    mean = np.mean(logits, axis=0)
    np.testing.assert_allclose(model.predict(valid), 1 / (1 + np.exp(-mean)), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(("n_rows", "size"), [(10, 32), (3199, 32), (3200, 64), (25_600, 512), (50_000, 1000)])
def test_batch_size__leaves_fifty_steps_an_epoch_within_limits(n_rows, size):
    from deepchem_genomics.recipes.training import _batch_size

    assert _batch_size(n_rows) == size


def test_kmer_blend__refuses_negative_accessibility_before_a_member_is_trained(windows):
    train, _, tracks = windows
    negative = SideInput(tracks["accessibility"].ids, -tracks["accessibility"].raw(tracks["accessibility"].ids))
    reported = []
    with pytest.raises(BadValueError, match=mentions("logarithm", "network-raw-accessibility")):
        RECIPES["kmer-blend-accessibility"](
            train, None, {"accessibility": negative}, progress=recipes.Progress(reported.append)
        )
    assert reported == ["training SequenceBoosting"]


def test_code_of__changes_with_the_file_of_a_recipe_apart_from_comments(tmp_path):
    file = tmp_path / "mine.py"

    def code(text):
        file.write_text(text)
        made = {"__name__": "mine"}
        exec(compile(text, file, "exec"), made)
        return code_of(Recipe("mine", "binding", "Mine.", made["fit"]))

    first = code("K = 3\ndef fit(*given): return K\n")
    assert first and first == code("K = 3  # of three bases\n\n\ndef fit(*given): return K\n")
    assert first != code("K = 4\ndef fit(*given): return K\n")
    assert {code_of(one) for one in OURS.values()} == {None}
    for name, place in (("__main__", file), ("typed", "<stdin>")):
        made = {"__name__": name}
        exec(compile(file.read_text(), place, "exec"), made)
        assert code_of(Recipe("typed", "binding", "Typed.", made["fit"])) is None
