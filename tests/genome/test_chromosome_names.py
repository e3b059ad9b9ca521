"""Chromosome names: which of one file is which of another."""

import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.errors import ChromosomeNameError
from deepchem_genomics.genome import match_names, overlap_bases
from deepchem_genomics.genome.placing import ChromosomeNames


@pytest.mark.parametrize(
    ("wanted", "available", "expected"),
    [
        (["chr22", "chrX"], ["22", "X"], {"chr22": "22", "chrX": "X"}),
        (["22", "X"], ["chr22", "chrX"], {"22": "chr22", "X": "chrX"}),
        (["chr22"], ["22", "chr22"], {"chr22": "chr22"}),
        (["22", "22"], ["22"], {"22": "22"}),
        (["chrM"], ["MT"], {"chrM": "MT"}),
        (["MT"], ["chrM"], {"MT": "chrM"}),
        (["M"], ["chrM"], {"M": "chrM"}),
        (["chrMT"], ["M"], {"chrMT": "M"}),
        (["chr1", "GL192.1", "2"], ["1", "GL192.1", "chr2"], {"chr1": "1", "GL192.1": "GL192.1", "2": "chr2"}),
        (["chr23", "Chr1"], ["1", "22"], {}),
    ],
)  # fmt: skip
def test_match_names__matches(wanted, available, expected):
    assert match_names(wanted, available) == expected


@pytest.mark.parametrize(
    ("first", "second", "there"), [("chr22", "22", "22"), ("chrM", "MT", "MT"), ("22", "chr22", "chr22")]
)
def test_match_names__refuses_one_chromosome_by_two_names(first, second, there):
    with pytest.raises(
        ChromosomeNameError, match=mentions("peaks.bed", repr(first), repr(second), repr(there), "hg19.fa")
    ):
        match_names([first, second], [there], wanted_in="peaks.bed", available_in="hg19.fa")


def test_match_names__reads_numbers_as_names():
    table = pd.DataFrame({"chrom": [1, 2], "start": [5, 5], "end": [9, 9]})
    assert match_names(table["chrom"].unique(), ["chr1", "2"]) == {1: "chr1", 2: "2"}
    assert match_names(["chr2"], table["chrom"].unique()) == {"chr2": 2}
    assert overlap_bases(table, ["chr2:0-7"]).tolist() == [0, 2]


def test_match_names__lets_two_names_be_two_chromosomes_where_both_are_there():
    assert match_names(["22", "chr22"], ["22", "chr22"]) == {"22": "22", "chr22": "chr22"}


def test_chromosome_names__remember_a_file_but_not_tables_without_one():
    names = ChromosomeNames(["chr1", "chr2"], "toy.fa")
    assert names.match(["1", "9"], "peaks.bed") == {"1": "chr1", "9": None}
    assert names.match(["2"], "peaks.bed") == {"1": "chr1", "9": None, "2": "chr2"}
    assert names.match(["1"]) == {"1": "chr1"}
    assert names.match(["chr1"]) == {"chr1": "chr1"}
    with pytest.raises(ChromosomeNameError, match=mentions("peaks.bed", "'1'", "'chr1'")):
        names.match(["chr1"], "peaks.bed")


def test_chromosome_names__shorten_a_long_list():
    names = ChromosomeNames([f"chr{i}" for i in range(1, 12)], "toy.fa")
    assert str(names.unknown("chr77", "peaks.bed:3", 1, "drop")) == (
        "peaks.bed:3: chromosome 'chr77' is not in toy.fa; it has chr1, chr2, chr3, chr4, chr5, chr6, chr7, chr8 and 3 "
        'more; correct the name, or pass unknown_chromosomes="drop"'
    )
