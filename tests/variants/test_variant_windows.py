"""Alleles as pairs of windows, against editing the whole contig as a string."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import ChromosomeNameError
from deepchem_genomics.genome import Genome
from deepchem_genomics.genome.variant_files import trimmed
from deepchem_genomics.variants import REASONS, variant_windows


def table_of(*variants):
    return pd.DataFrame(variants, columns=["chrom", "pos", "ref", "alt"])


def texts(windows):
    pairs = zip(windows.reference, windows.alternative, strict=True)
    return [(ref.tobytes().decode(), alt.tobytes().decode()) for ref, alt in pairs]


def window_around(contig, start, allele, length):
    """Cut a window with the middle base of an allele, or what is right of an empty one, at index length // 2."""
    first = start + len(allele) // 2 - length // 2
    assert contig[start : start + len(allele)] == allele
    return contig[first : first + length]


def edited(contig, pos, ref, alt, length):
    """Make the change to the whole contig, and cut both windows."""
    changed = contig[: pos - 1] + alt + contig[pos - 1 + len(ref) :]
    left, removed, inserted = trimmed(ref, alt)
    start = pos - 1 + left
    return window_around(contig, start, removed, length), window_around(changed, start, inserted, length)


letters = st.text("ACGT", min_size=1, max_size=9)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pos=st.integers(30, 240), n_ref=st.integers(1, 9), alt=letters, length=st.integers(9, 24))
def test_windows__are_those_of_the_contig_edited_as_a_string(genome, toy, pos, n_ref, alt, length):
    contig = toy.contigs["chr21"]
    ref = contig[pos - 1 : pos - 1 + n_ref]
    windows, skipped = variant_windows(table_of(("chr21", pos, ref, alt)), genome, length)
    if ref == alt:
        assert skipped["reason"].tolist() == ["no_change"]
    else:
        assert texts(windows) == [edited(contig, pos, ref, alt, length)]


@settings(max_examples=50)
@given(ref=letters, alt=letters)
def test_trimmed__leaves_a_change_that_makes_the_same_of_the_genome(ref, alt):
    left, removed, inserted = trimmed(ref, alt)
    right = len(ref) - left - len(removed)
    assert ref[:left] + inserted + ref[len(ref) - right :] == alt
    assert not (removed and inserted and (removed[0] == inserted[0] or removed[-1] == inserted[-1]))


@pytest.mark.parametrize(
    ("variant", "windows"),
    [
        (("c", 6, "C", "T"), ("CCCGG", "CCTGG")),
        (("c", 5, "CCG", "CTG"), ("CCCGG", "CCTGG")),  # what both share plays no part
        (("c", 6, "C", "CTA"), ("CCGGG", "CTAGG")),
        (("c", 6, "CG", "C"), ("CCGGG", "CCGGT")),
        (("c", 6, "CGG", "C"), ("CGGGT", "CCGTT")),
        (("c", 4, "CCC", "CC"), ("AACCC", "AACCG")),  # of a repeat, the left-most letter that the record has
        (("c", 6, "CG", "TA"), ("CCGGG", "CTAGG")),
    ],
)
def test_windows__frozen_ones(tmp_path, variant, windows):
    path = tmp_path / "c.fa"
    path.write_text(">c\nAAACCCGGGTTT\n")
    with Genome(path) as genome:
        built, _ = variant_windows(table_of(variant), genome, 5)
    assert texts(built) == [windows]


def test_windows__undoing_a_change_swaps_them(tmp_path, toy):
    contig = toy.contigs["chr22"]
    changed = contig[:100] + "GATTACA" + contig[103:]
    path = tmp_path / "two.fa"
    path.write_text(f">before\n{contig}\n>after\n{changed}\n")
    there, back = ("before", 101, contig[100:103], "GATTACA"), ("after", 101, "GATTACA", contig[100:103])
    with Genome(path) as genome:
        forth, undone = texts(variant_windows(table_of(there, back), genome, 21)[0])
    assert forth == undone[::-1]


def test_windows__ids_are_the_places_of_the_reference(genome, toy):
    contig = toy.contigs["chr21"]
    other = "A" if contig[99] != "A" else "C"
    windows, _ = variant_windows(table_of(("21", 100, contig[99], other)), genome, toy.length)
    assert windows.ids.tolist() == ["chr21:94-105"]
    assert texts(windows)[0][0] == genome.fetch(windows.ids)[0]


def test_windows__take_lower_case(genome, toy):
    ref = toy.contigs["chr21"][99:101]
    windows, _ = variant_windows(table_of(("chr21", 100, ref.lower(), "t" + ref.lower())), genome, toy.length)
    assert texts(windows) == [edited(toy.contigs["chr21"], 100, ref, "T" + ref, toy.length)]


def reason_of(genome, toy, variant):
    windows, skipped = variant_windows(table_of(variant), genome, toy.length)
    assert len(windows.rows) == 0
    assert windows.reference.shape == windows.alternative.shape == (0, toy.length)
    [(reason, detail)] = skipped[["reason", "detail"]].values.tolist()
    assert reason in REASONS
    return reason, detail


@pytest.mark.parametrize(
    ("pos", "ref", "alt", "reason"),
    [
        (100, "ref", ".", "no_alternative"),
        (100, "ref", "*", "overlapping_deletion"),
        (100, "ref", "<DEL>", "symbolic"),
        (100, "ref", "A[chr22:5[", "breakend"),
        (100, "ref", ".A", "breakend"),
        (100, "ref", "AN", "unknown_base"),
        (100, "ref", "R", "unknown_base"),
        (305, "N", "A", "unknown_base"),
        (100, "ref", "ref", "no_change"),
        (100, "ref", "C" * 20, "too_long"),
        (0, "N", "A", "unknown_base"),
        (0, "A", "C", "outside_contig"),
        (400, "ref", "ACG", "window_outside_contig"),
        (401, "A", "C", "outside_contig"),
        (3, "ref", "refA", "window_outside_contig"),
        (297, "ref", "refA", "unknown_base_in_window"),
    ],
)
def test_windows__what_cannot_be_scored_is_told_with_its_reason(genome, toy, pos, ref, alt, reason):
    letter = toy.contigs["chr21"][min(pos, 400) - 1]
    variant = ("chr21", pos, ref.replace("ref", letter), alt.replace("ref", letter))
    assert reason_of(genome, toy, variant)[0] == reason


def test_windows__an_unknown_contig_is_told(genome, toy):
    assert reason_of(genome, toy, ("chr7", 100, "A", "C")) == ("unknown_contig", "")


def test_windows__another_reference_than_the_genomes_is_told_and_not_scored(genome, toy):
    here = toy.contigs["chr21"][99:102]
    wrong = "".join("CATG"["ACGT".index(letter)] for letter in here)
    assert reason_of(genome, toy, ("chr21", 100, wrong, wrong[0])) == ("ref_mismatch", f"the genome has {here}")


def test_windows__a_mismatch_is_found_in_letters_that_both_alleles_share(genome, toy):
    here = toy.contigs["chr21"][99:101]
    wrong = here[0] + "CATG"["ACGT".index(here[1])]
    assert reason_of(genome, toy, ("chr21", 100, wrong, "GGG" + wrong[1]))[0] == "ref_mismatch"


def test_windows__deletions_are_scored_up_to_the_windows_length(tmp_path):
    contig = "C" * 20 + "AG" * 10 + "T" * 20
    path = tmp_path / "c.fa"
    path.write_text(f">c\n{contig}\n")
    just, more = (("c", 20, contig[19 : 20 + n], "C") for n in (10, 11))
    with Genome(path) as genome:
        windows, skipped = variant_windows(table_of(just, more), genome, 10)
    assert texts(windows) == [edited(contig, *just[1:], 10)]
    assert skipped[["reason", "detail"]].values.tolist() == [["too_long", "11 bp; the window has 10"]]


def test_windows__a_change_that_comes_again_is_told_however_it_is_written(tmp_path):
    path = tmp_path / "c.fa"
    path.write_text(">c\nAAACCCGGGTTT\n")
    table = table_of(("c", 6, "C", "CT"), ("c", 5, "CC", "CCT"), ("c", 6, "C", "G"), ("c", 6, "c", "g"))
    with Genome(path) as genome:
        windows, skipped = variant_windows(table, genome, 5)
    assert windows.rows.tolist() == [0, 2]
    assert skipped.index.tolist() == [1, 3]
    assert skipped["reason"].tolist() == ["duplicate", "duplicate"]


def test_windows__one_contig_by_two_names_is_an_error(genome, toy):
    ref = toy.contigs["chr21"][99]
    table = table_of(("chr21", 100, ref, "A"), ("21", 100, ref, "A"))
    with pytest.raises(ChromosomeNameError, match=mentions("'chr21'", "'21'")):
        variant_windows(table, genome, toy.length)


def test_windows__the_table_stays_as_it_was(genome, toy):
    table = table_of(("chr21", 100, toy.contigs["chr21"][99], "<DEL>"))
    before = table.copy()
    variant_windows(table, genome, toy.length)
    pd.testing.assert_frame_equal(table, before)


def test_ref__may_be_a_base_of_the_iupac_code_that_the_genome_has(tmp_path):
    path = tmp_path / "g.fa"
    path.write_text(">chr1\nAAACRCGGGTTT\n")
    table = pd.DataFrame(
        [("chr1", 5, "A", "C"), ("chr1", 5, "G", "C"), ("chr1", 5, "T", "C"), ("chr1", 4, "CA", "C")],
        columns=["chrom", "pos", "ref", "alt"],
    )
    with Genome(path) as genome:
        _, skipped = variant_windows(table, genome, length=5)
    assert skipped["reason"].tolist() == [*["unknown_base_in_window"] * 2, "ref_mismatch", "unknown_base_in_window"]
