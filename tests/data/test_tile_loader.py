"""Chromosomes to labeled windows."""

import logging

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.data import TileLoader
from deepchem_genomics.errors import BadValueError, ChromosomeNameError, EmptyInputError


def test_tiles__lie_side_by_side_and_are_labeled_by_the_longest_overlap(tiny):
    peaks = tiny.write("jund.bed", "chr1\t3\t8\nchr1\t30\t32\nchr1\t32\t34\nchr2\t0\t20\n")
    dataset = TileLoader(tiny.fasta, length=10, min_overlap=4).create_dataset(peaks, tiny.out)
    # chr1:20-30 is all N; chr1:30-40 shares 4 bp with peaks, but with no one of them more than 2.
    places = [("chr1", 0, 10, 1), ("chr1", 10, 20, 0), ("chr1", 30, 40, 0), ("chr2", 0, 10, 1), ("chr2", 10, 20, 1)]
    assert dataset.ids.tolist() == [f"{chrom}:{start}-{end}" for chrom, start, end, _ in places]
    assert dataset.y.ravel().tolist() == [label for *_, label in places]
    np.testing.assert_array_equal(dataset.X, tiny.rows_of([tiny.letters(*place[:3]) for place in places]))
    assert dataset.tasks.tolist() == ["jund"]
    assert tiny.manifest()["rows"]["dropped"] == {"nothing but N": 1}
    parameters = tiny.manifest()["parameters"]
    assert (parameters["stride"], parameters["min_overlap"], parameters["chroms"]) == (10, 4, None)


def test_tiles__with_a_stride_on_some_chromosomes_by_either_name(tiny):
    peaks = tiny.write("jund.bed", "2\t0\t5\n")
    dataset = TileLoader(tiny.fasta, length=8, stride=6, chroms=["2"]).create_dataset(peaks, tiny.out)
    assert dataset.ids.tolist() == ["chr2:0-8", "chr2:6-14", "chr2:12-20"]
    assert dataset.y.ravel().tolist() == [1, 0, 0]
    with pytest.raises(ChromosomeNameError, match=mentions("chr7")):
        TileLoader(tiny.fasta, chroms=["chr7"]).create_dataset(peaks, tiny.folder / "other")


def test_tiles__begin_at_the_offset(tiny):
    dataset = TileLoader(tiny.fasta, length=10, offset=13, chroms=["chr1"]).create_dataset([], tiny.out)
    assert dataset.ids.tolist() == ["chr1:13-23", "chr1:23-33"]
    assert tiny.manifest()["parameters"]["offset"] == 13
    with pytest.raises(BadValueError, match=mentions("offset", "-1")):
        TileLoader(tiny.fasta, length=10, offset=-1).create_dataset([], tiny.folder / "other")


def test_tasks__are_named_after_files_or_as_told(tiny):
    table = pd.DataFrame({"chrom": pd.Categorical(["chr2"]), "start": [9], "end": [20]})  # as PyRanges has it
    files = [tiny.write("jund.hepg2.bed", "chr1\t0\t9\n"), table]
    dataset = TileLoader(tiny.fasta, length=10).create_dataset(files, tiny.out)
    assert dataset.tasks.tolist() == ["jund", "peaks_2"]
    assert dataset.y.tolist() == [[1, 0], [0, 0], [0, 0], [0, 0], [0, 1]]
    named = TileLoader(tiny.fasta, length=10, tasks=["a", "b"]).create_dataset(files, tiny.folder / "named")
    assert named.tasks.tolist() == ["a", "b"]
    for tasks in (["a"], ["a", "a"]):
        with pytest.raises(BadValueError, match=mentions("2", "peaks", "tasks a")):
            TileLoader(tiny.fasta, length=10, tasks=tasks).create_dataset(files, tiny.folder / "other")


def test_tasks__without_peaks_there_are_none(tiny):
    dataset = TileLoader(tiny.fasta, length=10).create_dataset([], tiny.out)
    assert len(dataset) == 5
    assert tiny.manifest()["labels"] == {}


@pytest.mark.parametrize(
    ("overlap", "bases"), [(0.5, 51), (51, 51), (1.0, 101), (1, 1), (0.001, 1), (np.float32(0.5), 51)]
)
def test_min_overlap__is_bases_or_a_fraction(tiny, overlap, bases):
    assert TileLoader(tiny.fasta, min_overlap=overlap)._bases() == bases


def test_min_overlap__as_a_fraction_is_not_led_astray_by_rounding(tiny):
    assert [TileLoader(tiny.fasta, length=100, min_overlap=n / 100)._bases() for n in range(1, 101)] == [*range(1, 101)]


@pytest.mark.parametrize("overlap", [0, 0.0, -1, 1.01, 102])
def test_min_overlap__out_of_range_is_refused(tiny, overlap):
    peaks = tiny.write("jund.bed", "chr1\t0\t9\n")
    with pytest.raises(BadValueError, match=mentions("min_overlap", str(overlap), "1", "101")):
        TileLoader(tiny.fasta, min_overlap=overlap).create_dataset(peaks, tiny.out)


def test_length__of_more_than_any_chromosome_is_refused(tiny):
    peaks = tiny.write("jund.bed", "chr1\t0\t9\n")
    with pytest.raises(EmptyInputError, match=mentions("5000 bp", "offset", "3")):
        TileLoader(tiny.fasta, length=5000, offset=3).create_dataset(peaks, tiny.out)


def test_peaks__of_another_genome_are_not_silently_all_negative(tiny, caplog):
    with pytest.raises(ChromosomeNameError, match=mentions("jund", "NC_1", "tiny.fa", "'chr1', 'chr2'")):
        TileLoader(tiny.fasta, length=10).create_dataset(tiny.write("jund.bed", "NC_1\t0\t9\n"), tiny.out)
    TileLoader(tiny.fasta, length=10).create_dataset(tiny.write("jund.bed", "chr1\t0\t9\nchr1\t39\t45\n"), tiny.out)
    message = (
        "1 of 2 peaks of jund end past the end of their chromosome in tiny.fa: is it of another assembly, or a part?"
    )
    assert message in [record.message for record in caplog.records if record.levelno == logging.WARNING]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    length=st.integers(3, 12),
    stride=st.integers(1, 12),
    overlap=st.integers(1, 3),
    peaks=st.lists(st.tuples(st.sampled_from(["chr1", "chr2"]), st.integers(0, 15), st.integers(1, 5)), min_size=1),
)
def test_labels__agree_with_counting_bases_one_by_one(tiny, length, stride, overlap, peaks):
    table = pd.DataFrame(
        [(chrom, start, start + size) for chrom, start, size in peaks], columns=["chrom", "start", "end"]
    )
    loader = TileLoader(tiny.fasta, length=length, stride=stride, min_overlap=overlap, overwrite=True)
    dataset = loader.create_dataset(table, tiny.out)
    expected = {}
    for chrom, size in (("chr1", 40), ("chr2", 20)):
        for first in range(0, size - length + 1, stride):
            window = set(range(first, first + length))
            if set(tiny.letters(chrom, first, first + length)) == {"N"}:
                continue
            most = max(len(window & set(range(start, start + n))) if where == chrom else 0 for where, start, n in peaks)
            expected[f"{chrom}:{first}-{first + length}"] = float(most >= overlap)
    assert dict(zip(dataset.ids.tolist(), dataset.y.ravel().tolist(), strict=True)) == expected
