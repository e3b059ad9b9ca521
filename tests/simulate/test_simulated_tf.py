"""Simulated transcription-factor binding: labeled, reproducible, and made as the module says."""

import hashlib

import numpy as np
import pytest
from messages import mentions
from sklearn.metrics import roc_auc_score

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.motifs.jaspar import ATF3, JUND, JUND_AND_ATF3, JUND_VARIANT
from deepchem_genomics.simulate import simulated_tf_datasets
from deepchem_genomics.simulate import tf_binding as simulated_tf
from deepchem_genomics.simulate.ideal_observer import ideal_tf_scores
from deepchem_genomics.simulate.tf_binding import simulate_tf_binding


@pytest.fixture(scope="module")
def simulated():
    return simulate_tf_binding(n=60_000, seed=1)


@pytest.fixture(scope="module")
def ideal(simulated):
    return ideal_tf_scores(simulated)


def planted(simulated, number):
    """Return (rows, width) letters of the sites of one motif, turned to the motif's strand."""
    width = JUND_AND_ATF3[number].width
    rows = np.flatnonzero(simulated.site_motif == number)
    codes = simulated.X[rows].argmax(axis=2)
    sites = codes[np.arange(len(rows))[:, None], simulated.site_start[rows, None] + np.arange(width)]
    reverse = simulated.site_strand[rows] == -1
    sites[reverse] = 3 - sites[reverse, ::-1]
    return sites, reverse


def test_simulate__shapes_and_types(simulated):
    n = 60_000
    shapes = {name: (column.shape, column.dtype.name) for name, column in simulated._asdict().items()}
    assert shapes == {
        "X": ((n, 101, 4), "int8"),
        "y": ((n, 1), "float32"),
        "w": ((n, 1), "float32"),
        "ids": ((n,), "object"),
        "accessibility": ((n,), "float32"),
        "site_start": ((n,), "int32"),
        "site_strand": ((n,), "int8"),
        "site_motif": ((n,), "int8"),
        "is_open": ((n,), "bool"),
    }
    assert (simulated.X.sum(axis=2) == 1).all()


def test_simulate__ids_say_simulated_and_are_unique(simulated):
    assert simulated.ids[:2].tolist() == ["simulated1:0-101", "simulated1:101-202"]
    assert all(name.startswith("simulated1:") for name in simulated.ids)
    assert len(set(simulated.ids)) == len(simulated.ids)
    assert not set(simulate_tf_binding(10, seed=0).ids) & set(simulate_tf_binding(10, seed=1).ids)


def test_simulate__same_seed_same_bits_and_another_seed_others():
    first, again, other = (simulate_tf_binding(n=9000, seed=seed) for seed in (4, 4, 5))
    for name, column in first._asdict().items():
        assert np.array_equal(column, getattr(again, name))
    assert not np.array_equal(first.X, other.X)
    assert not np.array_equal(first.accessibility, other.accessibility)


@pytest.mark.parametrize("n", [1, 100, 8192, 8193, 20_000])
def test_simulate__first_windows_do_not_depend_on_how_many(simulated, n):
    fewer = simulate_tf_binding(n=n, seed=1)
    for name in set(fewer._fields) - {"w"}:
        assert np.array_equal(getattr(fewer, name), getattr(simulated, name)[:n]), name


def test_simulate__does_not_touch_the_global_random_state():
    before = hashlib.sha256(np.random.get_state()[1].tobytes()).hexdigest()
    simulate_tf_binding(n=10)
    assert hashlib.sha256(np.random.get_state()[1].tobytes()).hexdigest() == before


@pytest.mark.parametrize("prevalence", [0.003, 0.01, 0.05])
def test_simulate__prevalence_is_as_asked(prevalence):
    y = simulate_tf_binding(n=60_000, seed=2, prevalence=prevalence, length=20).y
    assert y.mean() == pytest.approx(prevalence, abs=4 * np.sqrt(prevalence / len(y)))


def test_simulate__weights_make_both_classes_count_alike(simulated):
    y, w = simulated.y, simulated.w
    assert w[y == 1].sum() == pytest.approx(len(y) / 2, rel=1e-4)
    assert w[y == 0].sum() == pytest.approx(len(y) / 2, rel=1e-4)
    assert np.unique(w).size == 2


def test_simulate__letters_are_those_of_a_genome(simulated):
    codes = simulated.X[simulated.site_motif < 0].argmax(axis=2)
    shares = np.bincount(codes.ravel(), minlength=4) / codes.size
    assert shares[1] + shares[2] == pytest.approx(0.446, abs=0.01)
    assert shares[0] == pytest.approx(shares[3], abs=0.002)
    assert shares[1] == pytest.approx(shares[2], abs=0.002)
    cpg = ((codes[:, :-1] == 1) & (codes[:, 1:] == 2)).mean() / (shares[1] * shares[2])
    tpg = ((codes[:, :-1] == 3) & (codes[:, 1:] == 2)).mean() / (shares[3] * shares[2])
    assert cpg == pytest.approx(0.2, abs=0.02)
    assert tpg > 1.2
    gc_of_window = ((codes == 1) | (codes == 2)).mean(axis=1)
    assert gc_of_window.std() > 1.2 * np.sqrt(0.25 / 101)  # more varied than coin tosses


@pytest.mark.parametrize("number", range(3))
def test_simulate__planted_sites_follow_the_count_matrix(simulated, number):
    motif = JUND_AND_ATF3[number]
    sites, reverse = planted(simulated, number)
    assert len(sites) == pytest.approx(simulated_tf.MOTIF_SHARES[number] * (simulated.site_motif >= 0).sum(), rel=0.2)
    assert 0.4 < reverse.mean() < 0.6  # both strands
    seen = (sites[:, :, None] == np.arange(4)).mean(axis=0)  # (width, 4)
    assert seen == pytest.approx(motif.probabilities(), abs=2.5 / np.sqrt(len(sites)))
    score = motif.log_odds()[np.arange(motif.width), sites].sum(axis=1)
    assert np.mean(score > 0) > 0.97


def test_simulate__sites_lie_about_the_middle(simulated):
    for number, motif in enumerate(JUND_AND_ATF3):
        start = simulated.site_start[simulated.site_motif == number]
        middle = start + motif.width / 2
        assert middle.mean() == pytest.approx(101 / 2, abs=4 * simulated_tf.PLACE_SD / np.sqrt(len(start)))
        assert middle.std() == pytest.approx(simulated_tf.PLACE_SD, rel=0.15)


def test_simulate__sites_never_lie_across_an_end():
    narrow = simulate_tf_binding(n=20_000, length=23)
    for number, motif in enumerate(JUND_AND_ATF3):
        start = narrow.site_start[narrow.site_motif == number]
        assert start.min() == 0
        assert start.max() == 23 - motif.width


def test_simulate__windows_without_a_site_say_so(simulated):
    without = simulated.site_motif == -1
    assert (simulated.site_start[without] == -1).all()
    assert (simulated.site_strand[without] == 0).all()
    assert (np.abs(simulated.site_strand[~without]) == 1).all()


def test_simulate__far_more_windows_have_a_site_than_are_bound(simulated):
    assert (simulated.site_motif >= 0).mean() > 8 * simulated.y.mean()


def test_simulate__binding_needs_a_site_and_open_chromatin(simulated):
    bound, has_site, is_open = simulated.y[:, 0], simulated.site_motif >= 0, simulated.is_open
    assert bound[has_site & is_open].mean() == pytest.approx(0.50, abs=0.06)
    assert bound[has_site & ~is_open].mean() == pytest.approx(0.01, abs=0.01)
    assert bound[~has_site & is_open].mean() == pytest.approx(0.006, abs=0.005)
    assert bound[~has_site & ~is_open].sum() == 0


def test_simulate__accessibility_looks_like_a_dnase_track(simulated):
    accessibility = simulated.accessibility
    assert (accessibility > 0).all()
    assert accessibility.mean() == pytest.approx(0.0035, abs=0.0003)
    assert accessibility.std() == pytest.approx(0.0025, abs=0.0003)
    assert np.median(accessibility) < accessibility.mean()  # skewed


def test_simulate__neither_half_is_enough_and_both_are_better(simulated, ideal):
    alone, sequence, both = (
        roc_auc_score(simulated.y, values) for values in (simulated.accessibility, ideal.sequence, ideal.both)
    )
    assert 0.76 < alone < 0.86
    assert 0.85 < sequence < 0.94
    assert both > max(alone, sequence) + 0.02


def test_ideal_scores__are_probabilities_that_keep_their_word(simulated, ideal):
    for scores in ideal:
        assert (scores >= 0).all() and (scores <= 1).all()
        assert scores.mean() == pytest.approx(simulated.y.mean(), rel=0.2)
    likely = ideal.both > 0.3
    assert simulated.y[likely].mean() == pytest.approx(ideal.both[likely].mean(), abs=0.1)


def test_ideal_scores__accessibility_only_ranks(simulated, ideal):
    order = np.argsort(simulated.accessibility)
    assert (np.diff(ideal.accessibility[order]) >= 0).all()


def test_simulate__a_window_may_be_as_short_as_the_widest_motif():
    shortest = simulate_tf_binding(n=2000, length=15)
    assert shortest.X.shape == (2000, 15, 4)
    assert (shortest.site_start[shortest.site_motif == 1] == 0).all()


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        ({"n": 0}, ("n", "0", "1")),
        ({"n": 2.5}, ("n", "2.5")),
        ({"seed": -1}, ("seed", "-1", "0")),
        ({"length": 14}, ("length", "14", "15")),
        ({"prevalence": 0.5}, ("prevalence", "0.5", "0.0688")),
        ({"prevalence": float("nan")}, ("prevalence", "nan")),
    ],
)
def test_simulate__says_which_parameter_is_out_of_range(arguments, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        simulate_tf_binding(**arguments)


def test_simulate__the_smallest_prevalence_plants_no_site():
    smallest = simulated_tf.OPEN_SHARE * simulated_tf.P_BOUND["no site", "open"]
    assert (simulate_tf_binding(n=5000, prevalence=smallest).site_motif == -1).all()


def test_motifs__are_the_jaspar_matrices():
    assert [(motif.accession, motif.name, motif.width) for motif in JUND_AND_ATF3] == [
        ("MA0491.2", "JUND", 13),
        ("MA0492.1", "JUND(var.2)", 15),
        ("MA0605.2", "ATF3", 12),
    ]
    assert "TGACTCA" in JUND.consensus
    assert "TGATGTCA" in JUND_VARIANT.consensus
    assert "TGACGTCA" in ATF3.consensus
    digits = repr([motif.counts for motif in JUND_AND_ATF3]).encode()
    assert hashlib.sha256(digits).hexdigest()[:16] == "3e5416268956e5a8"


@pytest.mark.parametrize("motif", JUND_AND_ATF3, ids=lambda motif: motif.accession)
def test_motifs__probabilities_and_log_odds(motif):
    assert motif.probabilities().sum(axis=1) == pytest.approx(1)
    assert np.isfinite(motif.log_odds()).all()
    background = motif.probabilities(1.0)[0]
    assert motif.log_odds(background)[0] == pytest.approx(0, abs=1e-12)
    with pytest.raises(BadValueError, match=mentions("pseudocount", "-1")):
        motif.probabilities(-1)


def test_datasets__train_and_valid_share_no_window_and_all_have_accessibility():
    train, valid, accessibility = simulated_tf_datasets(n_train=300, n_valid=100, seed=3)
    assert (len(train), len(valid)) == (300, 100)
    assert not set(train.ids) & set(valid.ids)
    simulated = simulate_tf_binding(400, seed=3)
    assert np.array_equal(np.concatenate([train.X, valid.X]), simulated.X)
    assert np.array_equal(accessibility.lookup(valid.ids)[:, 0], simulated.accessibility[300:])


@pytest.mark.parametrize(("sizes", "facts"), [((0, 5), ("n_train", "0")), ((5, 0), ("n_valid", "0"))])
def test_datasets__both_sets_need_a_row(sizes, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        simulated_tf_datasets(*sizes)
