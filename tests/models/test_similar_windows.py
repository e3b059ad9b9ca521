"""What is known of the training windows that share k-mers with a window, counted again k-mer by k-mer."""

import deepchem as dc
import numpy as np
import pytest

from deepchem_genomics.feat import one_hot
from deepchem_genomics.metrics import roc_auc
from deepchem_genomics.models import SequenceBoosting, similar_windows
from deepchem_genomics.models.similar_windows import SimilarWindows

LENGTH = 60
COMPLEMENT = str.maketrans("ACGTN", "TGCAN")
FEWEST = (2, 3, 4, 6, 8, 12, 16, 24, 40)


def reverse_complement(window):
    return window.translate(COMPLEMENT)[::-1]


def mutated(rng, window, rate):
    return "".join(rng.choice(list("ACGT")) if rng.random() < rate else base for base in window)


def drawn(rng):
    return "".join(rng.choice(list("ACGT"), LENGTH))


@pytest.fixture
def families():
    """Six windows, and for each some that differ from it in one base of ten: labels go with the family."""
    rng = np.random.default_rng(2)
    founders = [drawn(rng) for _ in range(6)]
    windows = [mutated(rng, founder, 0.1) for founder in founders for _ in range(7)]
    windows = [reverse_complement(window) if number % 3 == 0 else window for number, window in enumerate(windows)]
    windows[4] = f"{windows[4][:20]}N{windows[4][21:]}"
    asked = [mutated(rng, founder, 0.1) for founder in founders] + [drawn(rng), "A" * LENGTH, "N" * LENGTH]
    return windows, np.repeat([1, 0, 1, 0, 0, 1], 7), asked


def kmers(window):
    """Return the k-mers of a window, each as the first of its two strands in the alphabet."""
    found = set()
    for start in range(len(window) - 18):
        both = []
        for strand in (window[start : start + 19], reverse_complement(window[start : start + 19])):
            both.append("".join(strand[place] for place in (0, 1, 3, 5, 6, 9, 12, 13, 15, 17, 18)))
        if "N" not in both[0]:
            found.add(min(both))
    return found


def expected(window, windows, labels):
    known = set().union(*map(kmers, windows))
    own = kmers(window) & known
    shared = [(len(own & kmers(other)), label) for other, label in zip(windows, labels, strict=True)]
    shared = [(number, label) for number, label in shared if 2 <= number <= 0.75 * len(own)]
    row = [sum(n >= fewest and label == kind for n, label in shared) for fewest in FEWEST for kind in (1, 0)]
    most = max((number for number, _ in shared), default=0)
    nearest = [label for number, label in shared if number == most]
    return [*row, most, (sum(nearest) + 0.5) / (len(nearest) + 1)]


def test_features__count_windows_that_share_kmers(families):
    windows, labels, asked = families
    found = SimilarWindows.of(one_hot(windows), labels).features(one_hot(asked))
    wanted = [expected(window, windows, labels) for window in asked]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)
    assert (found[:6, :2].sum(axis=1) > 0).all() and not found[7:, :2].any()


def test_features__of_a_training_window_do_not_know_its_label(families):
    windows, labels, _ = families
    turned = np.where(np.arange(len(labels)) == 11, 1 - labels, labels)
    first, second = (
        SimilarWindows.of(one_hot(windows), given).features(one_hot(windows)) for given in (labels, turned)
    )
    np.testing.assert_array_equal(first[11], second[11])
    assert (first != second).any()
    np.testing.assert_allclose(first, [expected(window, windows, labels) for window in windows], rtol=1e-6)


def test_features__leave_a_training_window_out_for_both_alleles_of_a_variant(families):
    windows, labels, _ = families
    window = windows[11]
    other = window[:30] + {"A": "C"}.get(window[30], "A") + window[31:]
    turned = np.where(np.arange(len(labels)) == 11, 1 - labels, labels)
    first, second = (
        SimilarWindows.of(one_hot(windows), given).features(one_hot([other])) for given in (labels, turned)
    )
    np.testing.assert_array_equal(first, second)


def test_features__are_the_same_for_both_strands_and_in_any_number_at_a_time(families, monkeypatch):
    windows, labels, asked = families
    similar = SimilarWindows.of(one_hot(windows), labels)
    found = similar.features(one_hot(asked))
    np.testing.assert_array_equal(similar.features(one_hot([reverse_complement(window) for window in asked])), found)
    monkeypatch.setattr(similar_windows, "_ROWS_AT_A_TIME", 2)
    np.testing.assert_array_equal(similar.features(one_hot(asked)), found)
    assert similar.features(one_hot(asked)[:0]).shape == (0, 20)


def test_features__ask_no_kmers_that_many_windows_have(families, monkeypatch):
    windows, labels, _ = families
    monkeypatch.setattr(similar_windows, "_COMMON", 3)
    windows = [*windows[:7], *[f"{'ACGTTGCAAT' * 3}{window[30:]}" for window in windows[7:11]]]
    similar = SimilarWindows.of(one_hot(windows), labels[: len(windows)])
    assert not similar.features(one_hot([f"{'ACGTTGCAAT' * 3}{'T' * 30}"]))[:, :18].any()


def test_windows__shorter_than_a_kmer_are_like_no_other():
    similar = SimilarWindows.of(one_hot(["ACGT", "ACGT"]), np.array([0, 1]))
    assert not similar.features(one_hot(["ACGT"]))[:, :18].any()


@pytest.mark.parametrize("change", (
    {"bases": np.zeros((3, 60), np.uint8)}, {"bases": np.zeros(6, np.uint8)}, {"bases": np.full((42, 60), 9, np.uint8)},
))  # fmt: skip
def test_arrays__bring_the_same_windows_back_and_damaged_ones_do_not(families, change):
    windows, labels, asked = families
    similar = SimilarWindows.of(one_hot(windows), labels)
    again = SimilarWindows.from_arrays(similar.arrays())
    np.testing.assert_array_equal(again.features(one_hot(asked)), similar.features(one_hot(asked)))
    with pytest.raises(ValueError, match="windows"):
        SimilarWindows.from_arrays(similar.arrays() | change)


def test_boosting__knows_families_of_windows_better_by_them():
    rng = np.random.default_rng(3)
    founders = [drawn(rng) for _ in range(250)]
    labels = rng.integers(0, 2, 250)
    windows = [mutated(rng, founder, 0.1) for founder in founders for _ in range(4)]
    asked = [mutated(rng, founder, 0.1) for founder in founders]
    train = dc.data.NumpyDataset(one_hot(windows), np.repeat(labels, 4)[:, None])
    valid = dc.data.NumpyDataset(one_hot(asked), labels[:, None])
    scores = []
    for similar in (True, False):
        model = SequenceBoosting((1, 2, 3, 4), similar=similar, trees=60, feature_share=0.5)
        model.fit(train)
        scores.append(model.evaluate(valid, roc_auc)["roc_auc"])
    assert scores[0] > 0.95 > 0.9 > scores[1]
