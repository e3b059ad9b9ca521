"""Motifs to compare with, and which of a model's say enough to be compared."""

import re
import sys

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.errors import BadValueError, EmptyInputError, MissingExtraError
from deepchem_genomics.explain import KnownMotifs, jaspar_core, motifs_of_files
from deepchem_genomics.explain.known_motifs import (
    _without_flat_ends,
    agreement,
    best_matches,
    information_of,
    write_jaspar,
)
from deepchem_genomics.explain.motif_sections import match_table
from deepchem_genomics.motifs import CountMatrix, read_motifs
from deepchem_genomics.motifs.jaspar import ATF3, JUND

TOY = CountMatrix("M1", "TOY", ((8, 0, 1), (0, 0, 1), (0, 8, 1), (0, 0, 5)))


def test_jaspar_core__has_the_vertebrates_with_their_families():
    pytest.importorskip("pyjaspar")
    known = jaspar_core()
    assert known.source == "JASPAR2024 CORE, vertebrates, 879 matrices"
    assert known.by_accession()["MA0605.3"].name == "ATF3"
    assert known.families["MA0605.3"] == "Fos-related"
    with pytest.raises(BadValueError, match=mentions("CORE", "martians")):
        jaspar_core("martians")


def test_jaspar_core__says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyjaspar", None)
    with pytest.raises(MissingExtraError, match=mentions("deepchem_genomics[motifs]", "file of motifs")):
        jaspar_core()


def test_motifs_of_files__keeps_the_first_of_an_accession_and_counts_the_rest(tmp_path, caplog):
    pytest.importorskip("Bio")
    for name in ("a.jaspar", "b.jaspar"):
        write_jaspar([TOY], tmp_path / name)
    known = motifs_of_files([tmp_path / "a.jaspar", tmp_path / "b.jaspar"])
    assert [matrix.accession for matrix in known.matrices] == ["M1"]
    assert known.source == "a.jaspar, b.jaspar, 1 matrices"
    assert re.search(mentions("1", "accession"), caplog.text)
    with pytest.raises(EmptyInputError, match=mentions("files")):
        motifs_of_files([])


def test_write_jaspar__is_read_back(tmp_path):
    pytest.importorskip("Bio")
    shares = CountMatrix("M2", "M2", ((0.25, 1 / 3), (0.75, 1 / 3), (0, 1 / 3), (0, 0)))
    write_jaspar([TOY, shares], tmp_path / "m.jaspar")
    toy, back = read_motifs(tmp_path / "m.jaspar")
    assert toy == TOY
    np.testing.assert_allclose(back.counts, shares.counts, rtol=1e-5)


def test_information__flat_ends_are_cut_off_and_counted():
    counts = np.array([[25] * 4, [100, 0, 0, 0], [25] * 4, [0, 100, 0, 0], [26, 25, 25, 24]]).T
    motif = CountMatrix("m", "m", tuple(map(tuple, counts.tolist())))
    cut, start = _without_flat_ends(motif)
    assert (cut.width, start) == (3, 1)
    assert information_of(cut) == pytest.approx(information_of(motif), abs=0.01)
    assert 3.8 < information_of(motif) < 4


def turned(motif):
    return motif._replace(counts=tuple(tuple(row[::-1]) for row in motif.counts[::-1]))


def part(motif, start, end):
    return motif._replace(counts=tuple(row[start:end] for row in motif.counts))


def test_agreement__is_one_for_the_same_motif_wherever_and_however_it_lies():
    assert agreement(JUND, JUND, 0, False) == pytest.approx(1)
    assert agreement(JUND, turned(JUND), 0, True) == pytest.approx(1)
    assert agreement(JUND, JUND, 4, False) < 0.3


def test_agreement__of_a_piece_is_its_share_of_the_whole():
    piece = part(JUND, 3, 9)
    power = [np.square(each.probabilities() - 0.25).sum() for each in (piece, JUND)]
    assert agreement(piece, JUND, -3, False) == pytest.approx(np.sqrt(power[0] / power[1]))


def test_agreement__a_flat_stretch_agrees_with_nothing():
    flat = CountMatrix("flat", "flat", ((25,) * 9,) * 4)
    gapped = JUND._replace(counts=tuple((*row, *(25,) * 9, *row) for row in JUND.counts))
    assert agreement(flat, gapped, -JUND.width, False) == 0


def test_best_matches__finds_a_turned_motif_and_says_where_it_lies():
    pytest.importorskip("memelite")
    rng = np.random.default_rng(0)
    others = [
        CountMatrix(f"R{i}", f"R{i}", tuple(map(tuple, (100 * rng.dirichlet([0.3] * 4, 9)).T.tolist())))
        for i in range(60)
    ]
    known = KnownMotifs([*others, JUND], {JUND.accession: "Jun-related"}, "toys")
    flanked = turned(part(JUND, 3, 12))
    flanked = flanked._replace(accession="mine", counts=tuple((25, 25, *row) for row in flanked.counts))
    weak = CountMatrix("weak", "weak", ((30, 25), (25, 25), (25, 25), (25, 25)))
    matches, left_out = best_matches([weak, flanked], known)
    best = matches.iloc[0]
    assert (best["query"], best["target"], best["strand"], best["family"]) == (
        "mine",
        JUND.accession,
        "-",
        "Jun-related",
    )
    assert best["alike"] and best["agreement"] > 0.9
    assert best["offset"] == 2 - (JUND.width - 12)  # what the turned motif has before the piece
    assert left_out == "1 of less than 5 bits of information are not compared."
    assert match_table("m.tsv", matches).rows[0][7] == "yes"


def test_best_matches__says_why_there_are_none():
    weak = CountMatrix("weak", "weak", ((30, 25), (25, 25), (25, 25), (25, 25)))
    assert best_matches([weak], "no pyjaspar") == (None, "no pyjaspar")
    none, why = best_matches([weak], KnownMotifs([ATF3], {}, "one"))
    assert none is None
    assert why == "none of 1 motif has 5 bits of information, which is needed to compare"
