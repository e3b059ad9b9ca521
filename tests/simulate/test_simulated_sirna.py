"""Simulated siRNA efficacies: labeled, reproducible, and governed by the published rules."""

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.errors import BadValueError, ShapeMismatchError, UnknownBaseError
from deepchem_genomics.simulate import simulated_sirna_datasets
from deepchem_genomics.simulate import sirna as simulated_sirna
from deepchem_genomics.simulate.sirna import expected_efficacy, simulate_sirna

PLAIN = "CAGUCAGUCAGUCAGUCAGUC"  # no rule's favorite


@pytest.fixture(scope="module")
def simulated():
    return simulate_sirna(n=40_000, seed=1)


def rated(*guides):
    """Return the expected efficacies of guides given as strings."""
    codes = np.array([["ACGU".index(letter) for letter in guide] for guide in guides])
    return expected_efficacy(np.eye(4, dtype=np.int8)[codes])[:, 0]


def with_letter(position, letter, guide=PLAIN):
    """Return the guide with another letter at a position counted from 1."""
    return guide[: position - 1] + letter + guide[position:]


def test_simulate__shapes_and_types(simulated):
    n = 40_000
    shapes = {name: (column.shape, column.dtype.name) for name, column in simulated._asdict().items()}
    assert shapes == {
        "X": ((n, 21, 4), "int8"),
        "y": ((n, 1), "float32"),
        "w": ((n, 1), "float32"),
        "ids": ((n,), "object"),
        "sequences": ((n,), "object"),
        "expected": ((n, 1), "float32"),
    }
    assert (simulated.X.sum(axis=2) == 1).all()
    assert (simulated.w == 1).all()


def test_simulate__ids_say_simulated_and_are_unique(simulated):
    assert simulated.ids[:2].tolist() == ["simulated1:guide0", "simulated1:guide1"]
    assert len(set(simulated.ids)) == len(simulated.ids)


def test_simulate__sequences_are_the_one_hot_rows_as_letters(simulated):
    for row in range(50):
        assert simulated.sequences[row] == "".join("ACGU"[code] for code in simulated.X[row].argmax(axis=1))
    assert type(simulated.sequences[0]) is str


def test_simulate__same_seed_same_bits_and_another_seed_others():
    first, again, other = (simulate_sirna(n=500, seed=seed) for seed in (4, 4, 5))
    for name, column in first._asdict().items():
        assert np.array_equal(column, getattr(again, name))
    assert not np.array_equal(first.X, other.X)


def test_simulate__efficacies_are_on_the_scale_of_huesken(simulated):
    y, expected = simulated.y, simulated.expected
    assert y.mean() == pytest.approx(0.69, abs=0.02)
    assert y.std() == pytest.approx(0.20, abs=0.02)
    assert y.min() == 0
    assert 0.04 < (y > 1).mean() < 0.08
    assert ((expected > 0) & (expected < 1)).mean() > 0.98  # within a sigmoid's reach


def test_simulate__no_model_can_pass_a_pearson_r_of_three_quarters(simulated):
    r = np.corrcoef(simulated.y[:, 0], simulated.expected[:, 0])[0, 1]
    assert 0.70 < r < 0.75


def test_simulate__a_linear_model_learns_it_from_as_many_guides_as_the_book_has():
    guides = simulate_sirna(n=2187 + 1000, seed=0)
    flat = np.c_[guides.X.reshape(-1, 84), np.ones(len(guides.X))]
    weights = np.linalg.lstsq(flat[:2187], guides.y[:2187, 0], rcond=None)[0]
    assert np.corrcoef(flat[2187:] @ weights, guides.y[2187:, 0])[0, 1] > 0.62


def test_simulate__noise_is_as_documented(simulated):
    noise = (simulated.y - simulated.expected)[simulated.y > 0.3]
    assert noise.std() == pytest.approx(simulated_sirna.NOISE_SD, abs=0.01)


@pytest.mark.parametrize(
    ("position", "better", "worse"),
    [
        (1, "U", "A"),  # Reynolds: A in sense position 19
        (1, "A", "C"),  # Ui-Tei: A or U at the guide's 5' end
        (1, "U", "G"),
        (2, "A", "G"),  # Ui-Tei: A/U-rich 5' third
        (6, "U", "C"),
        (7, "G", "C"),  # Reynolds: no G in sense position 13
        (10, "A", "U"),  # Reynolds: U in sense position 10
        (17, "U", "A"),  # Reynolds: A in sense position 3
        (19, "G", "A"),  # Ui-Tei: G or C at the sense strand's 5' end
        (19, "C", "U"),
    ],
)
def test_rules__favor_what_the_literature_does(position, better, worse):
    good, bad = rated(with_letter(position, better), with_letter(position, worse))
    assert good > bad + 0.005


@pytest.mark.parametrize("position", [8, 9, 11, 12, 13, 14, 15, 20, 21])
def test_rules__other_positions_do_not_matter(position):
    assert len(set(rated(with_letter(position, "A"), with_letter(position, "U")))) == 1


def test_rules__moderate_gc_content_is_best():
    base = "AAAAAAAAAAAAAAAAAAGAA"

    def gc(n):  # G at positions without a letter rule, then at any but 1, 10 and 19
        places = [8, 9, 11, 12, 13, 14, 15, 6, 5, 4, 3, 2][: n - 1]
        guide = base
        for place in places:
            guide = with_letter(place, "G", guide)
        return guide

    one, six, eight = rated(gc(1), gc(6), gc(8))
    assert six == pytest.approx(eight)  # 6 and 8 of 19 are both within 30 to 52%
    assert six - one == pytest.approx(5 * simulated_sirna.GC_PENALTY, abs=1e-6)
    assert rated("G" * 8 + "A" * 10 + "GAA") > rated("G" * 8 + "A" * 6 + "GGGG" + "GAA")


def test_rules__a_stretch_of_ten_g_or_c_is_penalized_and_one_of_nine_is_not():
    nine, ten = rated("A" * 7 + "GC" * 4 + "G" + "A" * 2 + "GAA", "A" * 7 + "GC" * 5 + "A" * 1 + "GAA")
    # The tenth G or C at position 17 gains 0.01 there, and 11 of 19 is one G or C more beyond the best.
    assert nine - ten == pytest.approx(simulated_sirna.STRETCH_PENALTY + simulated_sirna.GC_PENALTY - 0.01, abs=1e-6)


def test_rules__show_in_the_simulated_data(simulated):
    mean = {letter: simulated.y[simulated.X[:, 0, code] == 1].mean() for code, letter in enumerate("ACGU")}
    assert mean["U"] > mean["A"] > mean["C"] > mean["G"]


def test_expected_efficacy__is_what_the_simulation_used(simulated):
    assert np.array_equal(expected_efficacy(simulated.X), simulated.expected)


def test_expected_efficacy__refuses_other_shapes_and_unknown_bases(simulated):
    with pytest.raises(ShapeMismatchError, match=mentions("X", "(40000, 20, 4)", "(N, 21, 4)")):
        expected_efficacy(simulated.X[:, 1:])
    unknown = simulated.X[:1].copy()
    unknown[0, 3] = 0
    with pytest.raises(UnknownBaseError, match=mentions("21")):
        expected_efficacy(unknown)


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        ({"n": 0}, ("n", "0", "1")),
        ({"n": "many"}, ("n", "many")),
        ({"seed": -1}, ("seed", "-1", "0")),
    ],
)
def test_simulate__says_which_parameter_is_out_of_range(arguments, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        simulate_sirna(**arguments)


def test_datasets__have_the_sizes_of_the_book():
    train, valid = simulated_sirna_datasets()
    assert (train.X.shape, train.y.shape, valid.X.shape) == ((2187, 21, 4), (2187, 1), (244, 21, 4))
    assert not set(train.ids) & set(valid.ids)


@pytest.mark.parametrize(("sizes", "facts"), [((-1, 5), ("n_train", "-1")), ((5, 0), ("n_valid", "0"))])
def test_datasets__both_sets_need_a_row(sizes, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        simulated_sirna_datasets(*sizes)
