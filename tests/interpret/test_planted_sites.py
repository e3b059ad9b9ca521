"""On simulated data, contributions point at what was planted, and accessibility counts for binding."""

import numpy as np
import pytest

from deepchem_genomics import interpret, models
from deepchem_genomics.data import SideInput
from deepchem_genomics.motifs import CountMatrix
from deepchem_genomics.motifs.jaspar import ATF3, JUND_AND_ATF3
from deepchem_genomics.simulate import simulate_tf_binding

pytestmark = pytest.mark.slow  # trains a network for half a minute

N_TOP = 8  # letters of the core TGACGTCA; the rest of a site is loosely specified and hardly tells anything


def _some(n, seed):
    """Return simulated windows, and the rows of all bound ones with three times as many others."""
    simulated = simulate_tf_binding(n, seed=seed, prevalence=0.03)
    rng = np.random.default_rng(seed)
    bound = np.flatnonzero(simulated.y[:, 0] == 1)
    others = rng.choice(np.flatnonzero(simulated.y[:, 0] == 0), 3 * len(bound), replace=False)
    return simulated, rng.permutation(np.concatenate([bound, others]))


@pytest.fixture(scope="module")
def learned():
    """Return a network, its accessibility, and new windows that it rightly is confident about."""
    import deepchem as dc

    (train, rows), (test, test_rows) = _some(40_000, 0), _some(20_000, 1)
    ids, values = (np.concatenate([getattr(part, name) for part in (train, test)]) for name in ("ids", "accessibility"))
    side = SideInput(ids, values[:, None]).scaled("log-standard", train.ids[rows])
    model = models.RCTFBindingModel(
        side, filters=12, hidden=8, dropout=0.1, batch_size=64, learning_rate=0.003, seed=1, progress=False
    )
    model.fit(dc.data.NumpyDataset(train.X[rows], train.y[rows], ids=train.ids[rows]), 8, checkpoint_interval=0)
    p = model.predict(dc.data.NumpyDataset(test.X[test_rows], ids=test.ids[test_rows]))[:, 0]
    is_sure = (p > 0.7) & (test.y[test_rows, 0] == 1) & (test.site_start[test_rows] >= 0)
    return model, side, test, test_rows[is_sure][:100]


def _share_inside(per_base, simulated, rows):
    """Return how many of the highest contributions of each window lie within its planted site."""
    first = simulated.site_start[rows, None]
    width = np.array([motif.width for motif in JUND_AND_ATF3])[simulated.site_motif[rows], None]
    highest = np.argsort(-per_base, axis=1)[:, :N_TOP]
    return float(((highest >= first) & (highest < first + width)).mean())


def test_planted_sites__have_more_than_80_percent_of_the_top_contributions(learned):
    model, _, test, rows = learned
    X, ids = test.X[rows], test.ids[rows]
    by_chance = _share_inside(np.random.default_rng(0).random(X.shape[:2]), test, rows)
    assert len(rows) == 100 and by_chance < 0.2
    gradients = interpret.integrated_gradients(model, X, ids, n_steps=25)
    mutants = interpret.saturation_mutagenesis(model, X[:40], ids[:40], scale="logit")
    assert _share_inside(gradients.per_base, test, rows) > 0.8
    assert _share_inside(mutants.per_base, test, rows[:40]) > 0.8


def test_planted_sites__accessibility_counts_for_binding(learned):
    model, side, test, rows = learned
    X, ids = test.X[rows], test.ids[rows]
    assert (interpret.input_gradients(model, X, ids).side_inputs["accessibility"] > 0).mean() > 0.95
    shares = interpret.integrated_gradients(model, X, ids, n_steps=10).side_inputs["accessibility"][:, 0]
    assert np.corrcoef(shares, side.lookup(ids)[:, 0])[0, 1] > 0.8
    assert shares.mean() > 0  # bound windows are more open than the average


def test_planted_sites__a_planted_motif_raises_the_prediction(learned):
    model, _, test, rows = learned
    backgrounds = interpret.shuffled_backgrounds(test.X[rows], seed=1)
    table = interpret.marginalize(model, backgrounds, [ATF3, "ACACACACACAC"], ids=test.ids[rows], scale="logit")
    assert table.low[0] > 1 and table.difference[0] > 3 * abs(table.difference[1])


def test_planted_sites__a_filter_has_learned_the_planted_motif(learned):
    pytest.importorskip("memelite")
    model, _, test, rows = learned
    rng = np.random.default_rng(0)
    others = [CountMatrix(f"R{i}", "", tuple(map(tuple, 99 * rng.dirichlet([0.3] * 4, 11).T))) for i in range(97)]
    table = interpret.match_motifs(interpret.filter_motifs(model, test.X[rows]), [*JUND_AND_ATF3, *others], n_best=1)
    planted = table[table["target"].isin([motif.accession for motif in JUND_AND_ATF3])]
    assert planted["q"].min() < 0.001
