"""Motifs written into backgrounds, and the backgrounds."""

from collections import Counter
from itertools import pairwise

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import feat, interpret, models
from deepchem_genomics.errors import BadValueError, EmptyInputError, SequenceLengthError, UnknownBaseError
from deepchem_genomics.motifs.jaspar import ATF3, JUND


class CountsA:
    """Predicts the number of A, and that of the first ten bases, for two tasks."""

    def predict(self, dataset):
        return np.stack([dataset.X[:, :, 0].sum(axis=1), dataset.X[:, :10, 0].sum(axis=1)], axis=1).astype(float)


@pytest.fixture(scope="module")
def backgrounds():
    return feat.one_hot(["C" * 20, "ACGT" * 5, "G" * 20])


def test_insert_motif__writes_into_the_middle(backgrounds):
    found = interpret.insert_motif(CountsA(), backgrounds, "aAAA")
    assert (found.site, found.positions.tolist(), found.without.tolist()) == ("AAAA", [8], [0, 5, 0])
    assert found.with_site[:, 0].tolist() == [4, 8, 4]  # one of the four was an A before
    assert found.difference.estimate == pytest.approx(11 / 3)
    assert found.difference == found.by_position[0]
    assert found.difference.low == 3 and found.difference.high == 4


def test_insert_motif__at_positions_and_for_a_task(backgrounds):
    found = interpret.insert_motif(CountsA(), backgrounds, "AA", positions=[0, 9, 18], task=1)
    assert (found.with_site - found.without[:, None])[0].tolist() == [2, 1, 0]
    assert [interval.estimate for interval in found.by_position] == pytest.approx([5 / 3, 1, 0])
    assert found.difference.estimate == pytest.approx(8 / 9)


def test_insert_motif__leaves_the_background_under_an_n_and_as_it_was(backgrounds):
    before = backgrounds.copy()
    found = interpret.insert_motif(CountsA(), backgrounds, "ANNA", positions=0)
    assert found.with_site[:, 0].tolist() == [2, 6, 2]
    np.testing.assert_array_equal(backgrounds, before)


def test_insert_motif__takes_the_consensus_of_a_matrix(sequence_model, windows):
    found = interpret.insert_motif(sequence_model, windows[0], ATF3, scale="logit")
    assert (found.site, found.positions.tolist()) == ("GATGACGTCATC", [6])
    changed = windows[0].copy()
    changed[:, 6:18] = feat.one_hot(["GATGACGTCATC"])
    p = sequence_model.predict(dc.data.NumpyDataset(changed))[:, 0].astype(float)
    np.testing.assert_allclose(found.with_site[:, 0], np.log(p / (1 - p)), rtol=1e-3, atol=1e-4)
    again = interpret.insert_motif(sequence_model, windows[0], ATF3, scale="logit")
    assert again.difference == found.difference  # to the bit, by its seed
    assert found.difference.low < found.difference.estimate < found.difference.high


def test_insert_motif__writes_u_into_guides(guides):
    model = models.SiRNAEfficacyModel(seed=1, progress=False)
    found = interpret.insert_motif(model, guides.X, "TTT", positions=0)
    assert found.without.shape == (60,)


def test_marginalize__is_one_row_a_motif_and_position(sequence_model, windows):
    table = interpret.marginalize(sequence_model, windows[0], [ATF3, JUND, "TGACTCA"], positions=[1, 9])
    assert table.motif.tolist() == ["MA0605.2"] * 2 + ["MA0491.2"] * 2 + ["TGACTCA"] * 2
    one = interpret.insert_motif(sequence_model, windows[0], JUND, positions=[1, 9])
    assert table.difference[2:4].tolist() == [interval.estimate for interval in one.by_position]
    np.testing.assert_allclose(table.with_site - table.without, table.difference)


def test_insert_motif__explains_what_it_cannot_write(sequence_model, backgrounds):
    with pytest.raises(SequenceLengthError, match=mentions("4", "position 17", "20")):
        interpret.insert_motif(CountsA(), backgrounds, "AAAA", positions=[3, 17])
    with pytest.raises(EmptyInputError, match=mentions("motif")):
        interpret.insert_motif(CountsA(), backgrounds, "")
    with pytest.raises(EmptyInputError, match=mentions("positions")):
        interpret.insert_motif(CountsA(), backgrounds, "A", positions=[])
    with pytest.raises(EmptyInputError, match=mentions("motifs")):
        interpret.marginalize(CountsA(), backgrounds, [])
    with pytest.raises(UnknownBaseError):
        interpret.insert_motif(CountsA(), backgrounds, "AXA")
    with pytest.raises(BadValueError, match=mentions("positions", "float64", "0")):
        interpret.insert_motif(CountsA(), backgrounds, "A", positions=[0.5])


def test_shuffled_backgrounds__keep_every_dinucleotide(windows):
    shuffled = interpret.shuffled_backgrounds(windows[0], n_shuffles=3, seed=2)
    assert shuffled.shape == (180, 24, 4) and shuffled.dtype == np.int8
    for n, text in enumerate(feat.decode(windows[0])):
        for other in feat.decode(shuffled[3 * n : 3 * n + 3]):
            assert Counter(pairwise(text)) == Counter(pairwise(other))
