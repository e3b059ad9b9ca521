"""Scores of motifs at all places on both strands, against a slow, obvious reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import BadValueError, EmptyInputError, SequenceLengthError, ShapeMismatchError
from deepchem_genomics.feat import one_hot
from deepchem_genomics.motifs import CountMatrix, best_scores, log_odds_filters, occupancy_scores
from deepchem_genomics.motifs.jaspar import ATF3, JUND, JUND_AND_ATF3

COMPLEMENT = str.maketrans("ACGTN", "TGCAN")
BACKGROUND = (0.3, 0.2, 0.2, 0.3)


def scores_at_all_places(sequence: str, motif: CountMatrix, background=BACKGROUND) -> list[float]:
    """Slow, obvious: letter by letter, forward and then the reverse complement."""
    log_odds = motif.log_odds(background)
    found = []
    for strand in (sequence, sequence.translate(COMPLEMENT)[::-1]):
        for start in range(len(strand) - motif.width + 1):
            letters = strand[start : start + motif.width]
            found.append(sum(log_odds[i, "ACGT".index(c)] for i, c in enumerate(letters) if c != "N"))
    return found


@st.composite
def matrices(draw, widest: int = 9) -> CountMatrix:
    width = draw(st.integers(1, widest))
    row = st.tuples(*[st.integers(0, 50)] * width)
    return CountMatrix("MA0000.1", "TOY", tuple(draw(row) for _ in range(4)))


windows = st.integers(9, 30).flatmap(
    lambda n: st.lists(st.text("ACGTN", min_size=n, max_size=n), min_size=1, max_size=4)
)


@given(windows, st.lists(matrices(), min_size=1, max_size=4))
def test_scores__are_those_of_the_slow_reference(sequences, motifs):
    expected = [[scores_at_all_places(sequence, motif) for motif in motifs] for sequence in sequences]
    best = best_scores(one_hot(sequences), motifs, BACKGROUND)
    occupancy = occupancy_scores(one_hot(sequences), motifs, BACKGROUND)
    assert best.dtype == occupancy.dtype == np.float32
    np.testing.assert_allclose(best, [[max(places) for places in row] for row in expected], atol=1e-3)
    log_means = [[np.log(np.mean(np.exp(places))) for places in row] for row in expected]
    np.testing.assert_allclose(occupancy, log_means, atol=2e-3)
    assert (occupancy <= best + 1e-5).all()


@given(windows, st.lists(matrices(), min_size=1, max_size=3))
def test_scores__are_the_same_for_the_reverse_complement(sequences, motifs):
    X = one_hot(sequences)
    np.testing.assert_array_equal(best_scores(X[:, ::-1, ::-1], motifs), best_scores(X, motifs))
    np.testing.assert_allclose(
        occupancy_scores(X[:, ::-1, ::-1], motifs), occupancy_scores(X, motifs), rtol=1e-5, atol=1e-5
    )


def test_best_scores__are_the_same_to_the_bit_in_any_company():
    X = np.eye(4, dtype=np.int8)[np.random.default_rng(0).integers(0, 4, (2500, 101))]
    together = best_scores(X, JUND_AND_ATF3)
    alone = np.concatenate([best_scores(X[i : i + 1], JUND_AND_ATF3) for i in (0, 1023, 1024, 2499)])
    np.testing.assert_array_equal(together[[0, 1023, 1024, 2499]], alone)
    np.testing.assert_array_equal(together[:, [2]], best_scores(X, [ATF3]))


def test_best_scores__a_planted_site_scores_as_the_consensus_on_either_strand():
    site = ATF3.consensus
    sequences = ["T" * 5 + site + "T" * 9, "A" * 9 + site.translate(COMPLEMENT)[::-1] + "A" * 5]
    expected = ATF3.log_odds().max(axis=1).sum()
    np.testing.assert_allclose(best_scores(one_hot(sequences), [ATF3])[:, 0], expected, atol=1e-3)


def test_scores__unknown_bases_score_nothing():
    X = one_hot(["N" * 20])
    assert best_scores(X, [ATF3, JUND]).tolist() == [[0, 0]]
    assert occupancy_scores(X, [ATF3, JUND]).tolist() == [[0, 0]]


def test_occupancy_scores__stay_finite_where_every_place_is_hopeless():
    motif = CountMatrix("MA0000.1", "TOY", ((100_000,) * 40, (0,) * 40, (0,) * 40, (0,) * 40))
    X = one_hot(["C" * 60, "A" * 60])
    np.testing.assert_allclose(occupancy_scores(X, [motif])[0], best_scores(X, [motif])[0], rtol=1e-6)
    assert np.isfinite(occupancy_scores(X, [motif])).all()


def test_scores__a_motif_may_be_as_wide_as_the_sequence_and_none_of_no_rows_is_none():
    X = one_hot([JUND.consensus])
    assert best_scores(X, [JUND]).shape == (1, 1)
    assert best_scores(X[:0], [JUND]).shape == (0, 1)


def test_scores__do_not_change_the_input():
    X = one_hot(["ACGTACGTACGTACGT"])
    before = X.copy()
    occupancy_scores(X, [ATF3])
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize("score", [best_scores, occupancy_scores])
def test_scores__say_what_is_wrong(score):
    X = one_hot(["ACGTACGTACGT"])
    with pytest.raises(EmptyInputError, match=mentions("motifs")):
        score(X, [])
    with pytest.raises(ShapeMismatchError, match=mentions("X", "(12, 4)", "(N, L, 4)")):
        score(X[0], [ATF3])
    with pytest.raises(SequenceLengthError, match=mentions("MA0491.2 (JUND)", "13", "12")):
        score(X, [ATF3, JUND])
    with pytest.raises(BadValueError, match=mentions("background", "(1, 0, 0, 0)")):
        score(X, [ATF3], background=(1, 0, 0, 0))


def test_log_odds_filters__a_convolution_with_them_scores_every_place():
    X = one_hot(["TTGATGACGTCATCTTTT"])[0].astype(float)
    filters = log_odds_filters([ATF3, JUND], width=15)
    assert filters.shape == (15, 4, 2)
    by_hand = [(X[p : p + 15, :, None] * filters).sum(axis=(0, 1)) for p in range(len(X) - 14)]
    expected = [[(X[p : p + m.width] * m.log_odds()).sum() for m in (ATF3, JUND)] for p in range(len(X) - 14)]
    np.testing.assert_allclose(by_hand, expected, atol=1e-4)


def test_log_odds_filters__refuses_a_motif_wider_than_the_filters():
    with pytest.raises(BadValueError, match=mentions("MA0491.2 (JUND)", "13", "12")):
        log_odds_filters([ATF3, JUND], width=12)
