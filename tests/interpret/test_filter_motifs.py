"""Filters to matrices, and matrices to known motifs."""

import logging
import re

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import feat, interpret, models
from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError
from deepchem_genomics.motifs import CountMatrix
from deepchem_genomics.motifs.jaspar import ATF3, JUND, JUND_VARIANT
from deepchem_genomics.simulate import simulate_tf_binding


def counted_slowly(model, X, threshold, layer):
    """Score every stretch with every filter in a loop, on one or two strands."""
    weights = model.model.get_layer(layer).get_weights()
    kernel, bias = weights[0], weights[1] if len(weights) > 1 else np.zeros(weights[0].shape[2])
    both = kernel.shape[0] % 2 == 1 and isinstance(model, models.RCTFBindingModel)
    width, counts = len(kernel), []
    for g in range(kernel.shape[2]):
        stretches, activations = [], []
        for row in X:
            for start in range(len(row) - width + 1):
                stretch = row[start : start + width]
                if (stretch.sum(axis=1) != 1).any():
                    continue
                for read in (stretch, stretch[::-1, ::-1]) if both else (stretch,):
                    stretches.append(read)
                    activations.append((read * kernel[:, :, g]).sum() + bias[g])
        kept = np.array(activations) > threshold * max(activations)
        counts.append(np.array(stretches)[kept].sum(axis=0) if max(activations) > 0 else None)
    return counts


@pytest.mark.parametrize(
    ("name", "layer"), [("sequence_model", "conv1"), ("strand_model", "filters"), ("strand_model", "motifs")]
)
def test_filter_motifs__are_what_a_loop_over_stretches_counts(name, layer, windows, request):
    model, X = request.getfixturevalue(name), windows[0][:8].copy()
    X[3, 4:16] = feat.one_hot([ATF3.consensus])[0]
    X[6, 8:20] = feat.one_hot([ATF3.consensus])[0, ::-1, ::-1]
    found = {motif.accession: motif for motif in interpret.filter_motifs(model, X, 0.45, layer=layer)}
    for number, expected in enumerate(counted_slowly(model, X, 0.45, layer)):
        if expected is None:
            assert f"{layer}_{number}" not in found
        else:
            np.testing.assert_array_equal(np.array(found[f"{layer}_{number}"].counts).T, expected)


def test_filter_motifs__do_not_depend_on_the_batches(strand_model, windows):
    whole = interpret.filter_motifs(strand_model, windows[0])
    strand_model.asked_rows = 7
    try:
        assert interpret.filter_motifs(strand_model, windows[0]) == whole
    finally:
        strand_model.asked_rows = None


def test_filter_motifs__count_windows_of_an_even_width_where_they_lie():
    model = models.TFBindingModel(length=12, n_layers=1, filters=1, kernel_size=4, seed=0, progress=False)
    kernel = feat.one_hot(["GATC"])[0].astype(np.float32)[:, :, None]
    convolution = model.model.get_layer("conv1")
    convolution.kernel.assign(kernel)
    convolution.bias.assign([-2.5])
    found = interpret.filter_motifs(model, feat.one_hot(["AAAGATCAAAAA", "GATCAAAAGATC"]), 0.9)
    assert (found[0].consensus, float(np.sum(found[0].counts))) == ("GATC", 12.0)


def test_filter_motifs__leave_dead_filters_out_and_say_so(windows, caplog):
    model = models.TFBindingModel(length=24, n_layers=1, filters=2, kernel_size=5, seed=0, progress=False)
    model.model.get_layer("conv1").bias.assign([-99, 1])
    with caplog.at_level(logging.INFO, "deepchem_genomics.interpret"):
        assert [motif.accession for motif in interpret.filter_motifs(model, windows[0])] == ["conv1_1"]
    assert re.search(mentions("1 of 2 filters"), caplog.text)
    model.model.get_layer("conv1").bias.assign([-99, -99])
    with pytest.raises(EmptyInputError, match=mentions("conv1", "60")):
        interpret.filter_motifs(model, windows[0])


def test_filter_motifs__explain_what_they_cannot_take(strand_model, sequence_model, windows):
    with pytest.raises(BadValueError, match=mentions("conv9")):
        interpret.filter_motifs(strand_model, windows[0], layer="conv9")
    with pytest.raises(BadValueError, match=mentions("threshold", "1")):
        interpret.filter_motifs(sequence_model, windows[0], threshold=1)
    with pytest.raises(BadValueError, match=mentions("Ensemble", "filters")):
        interpret.filter_motifs(models.Ensemble([sequence_model]), windows[0])
    with pytest.raises(ShapeMismatchError, match=mentions("10")):
        interpret.filter_motifs(sequence_model, windows[0][:, :10])


@pytest.mark.slow  # memelite compiles itself in its first call: a minute
def test_match_motifs__find_the_motif_turned_and_shifted(caplog):
    pytest.importorskip("memelite")
    rng = np.random.default_rng(0)
    others = [
        CountMatrix(f"R{i}", f"random{i}", tuple(map(tuple, (100 * rng.dirichlet([0.3] * 4, size=9)).T.tolist())))
        for i in range(30)
    ]
    targets = [*others, ATF3, JUND, JUND_VARIANT]
    counts = np.array(JUND.counts)
    flank = np.full((4, 2), counts.sum() / counts.shape[1] / 4)
    turned = CountMatrix("turned", "turned", tuple(map(tuple, np.hstack([flank, counts[::-1, ::-1][:, 1:]]).tolist())))
    cut = CountMatrix("cut", "cut", tuple(map(tuple, counts[:, 3:].tolist())))
    with caplog.at_level(logging.WARNING, "deepchem_genomics.interpret"):
        table = interpret.match_motifs([turned, cut], targets, n_best=2)
    assert not caplog.records
    assert table["query"].tolist() == ["turned", "turned", "cut", "cut"]
    best = table.iloc[[0, 2]]
    assert best["target"].tolist() == ["MA0491.2"] * 2 and best["name"].tolist() == ["JUND"] * 2
    assert best["strand"].tolist() == ["-", "+"]
    assert best["offset"].tolist() == [1, -3]  # where in the query the target, turned if "-", begins
    assert (best["p"] < 1e-6).all() and (best["q"] < 1e-4).all() and (table["q"] >= table["p"]).all()
    with caplog.at_level(logging.WARNING, "deepchem_genomics.interpret"):
        assert len(interpret.match_motifs([cut], [ATF3, JUND], n_best=None)) == 2
    assert "2 target motifs" in caplog.text


def test_match_motifs__needs_queries_and_targets():
    with pytest.raises(EmptyInputError, match=mentions("0", "queries", "1", "targets")):
        interpret.match_motifs([], [ATF3])


def test_match_motifs__names_the_extra_that_is_missing(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "memelite.tomtom", None)
    with pytest.raises(ImportError, match=mentions("deepchem_genomics[interpret]")):
        interpret.match_motifs([JUND], [ATF3])


def test_filter_motifs__of_filters_that_start_as_motifs_are_like_these():
    model = models.RCTFBindingModel(motifs=[ATF3, JUND], filters=2, hidden=4, seed=1, progress=False)
    found = interpret.filter_motifs(model, simulate_tf_binding(300, seed=3, prevalence=0.06).X, 0.7, layer="motifs")
    assert "TGACGTCA" in found[0].consensus and "TGA" in found[1].consensus and "TCA" in found[1].consensus
