"""Augmentation against a slow and obvious account of each change."""

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.errors import BadValueError, ShapeMismatchError
from deepchem_genomics.feat import decode, one_hot, reverse_complement
from deepchem_genomics.models.batches import Augmentation


@pytest.fixture(scope="module")
def X():
    rng = np.random.default_rng(0)
    return one_hot(["".join(rng.choice(list("ACGT"), 40)) for _ in range(300)])


def changed(X, seed=1, **options):
    return Augmentation(**options)(X, np.random.default_rng(seed))


def test_augmentation__of_nothing_changes_nothing(X):
    assert np.array_equal(changed(X), X)


def test_augmentation__leaves_its_input_alone(X):
    before = X.copy()
    everything = {"shift": 5, "deletion": 5, "insertion": 5, "inversion": 5, "mutation": 0.3, "reverse_complement": 0.5}
    result = changed(X, **everything)
    assert np.array_equal(X, before)
    assert (result.sum(axis=2) == 1).all()
    assert result.dtype == np.int8


def test_augmentation__same_generator_same_bits(X):
    options = {"shift": 5, "mutation": 0.1, "noise": 0.2}
    assert np.array_equal(changed(X, seed=3, **options), changed(X, seed=3, **options))
    assert not np.array_equal(changed(X, seed=3, **options), changed(X, seed=4, **options))


def test_reverse_complement__of_about_the_share_asked_for(X):
    before, after = decode(X), decode(changed(X, reverse_complement=0.25))
    turned = [b == reverse_complement(a) for a, b in zip(before, after, strict=True)]
    assert all(t or a == b for t, a, b in zip(turned, before, after, strict=True))
    assert 0.15 < np.mean(turned) < 0.35


def test_shift__moves_the_window_and_no_further_than_allowed(X):
    before, after = decode(X), decode(changed(X, shift=3))
    distances = [
        next(d for d in range(-3, 4) if (b[max(0, -d) : 40 - max(0, d)] == a[max(0, d) : 40 - max(0, -d)]))
        for a, b in zip(before, after, strict=True)
    ]
    assert set(distances) == set(range(-3, 4))


def test_deletion__cuts_one_stretch_out(X):
    for a, b in zip(decode(X), decode(changed(X, deletion=6)), strict=True):
        assert any(b.startswith(a[:start] + a[start + size :]) for size in range(7) for start in range(41 - size))


def test_insertion__puts_one_stretch_in(X):
    for a, b in zip(decode(X), decode(changed(X, insertion=6)), strict=True):
        assert any(
            b[:start] == a[:start] and b[start + size :] == a[start : 40 - size]
            for size in range(7)
            for start in range(41 - size)
        )


def test_inversion__turns_one_stretch(X):
    for a, b in zip(decode(X), decode(changed(X, inversion=6)), strict=True):
        assert any(
            b == a[:start] + (reverse_complement(a[start : start + size]) if size else "") + a[start + size :]
            for size in range(7)
            for start in range(41 - size)
        )


def test_mutation__of_three_quarters_of_the_share_asked_for(X):
    different = (changed(X, mutation=0.2) != X).any(axis=2)
    assert different.mean() == pytest.approx(0.15, abs=0.015)


def test_noise__is_added_and_makes_floats(X):
    noisy = changed(X, noise=0.5)
    assert noisy.dtype == np.float32
    assert (noisy - X).std() == pytest.approx(0.5, abs=0.01)


def test_unknown_bases__stay_unknown():
    X = one_hot(["ACGTNNNNACGTACGTNNNN"] * 50)
    for options in ({"mutation": 1.0}, {"reverse_complement": 1.0}, {"inversion": 10}):
        assert (changed(X, **options).sum(axis=(1, 2)) == 12).all(), options


@pytest.mark.parametrize(
    ("options", "facts"),
    [
        ({"mutation": 1.5}, ("mutation", "1.5", "0", "1")),
        ({"shift": -1}, ("shift", "-1", "0")),
        ({"deletion": 2.5}, ("deletion", "2.5")),
        ({"noise": float("nan")}, ("noise", "nan")),
        ({"noise": float("inf")}, ("noise", "inf")),
        ({"mutation": "0.1"}, ("mutation", "'0.1'", "fraction")),
    ],
)
def test_augmentation__says_which_option_is_out_of_range(options, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        Augmentation(**options)


def test_augmentation__refuses_sequences_shorter_than_its_changes(X):
    with pytest.raises(ShapeMismatchError, match=mentions("40", "41")):
        changed(X, insertion=41)
    with pytest.raises(ShapeMismatchError, match=mentions("(n, L, 4)")):
        changed(X[0], shift=1)
