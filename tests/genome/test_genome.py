"""Genome: every kind of file gives the same letters as slicing a string."""

import logging
import multiprocessing
import pickle
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import (
    ChromosomeNameError,
    EmptyInputError,
    GenomeFileError,
    IntervalError,
    OutOfBoundsError,
    SequenceLengthError,
    UnknownBaseError,
)
from deepchem_genomics.genome import Genome, read_intervals

KINDS = ("plain", "crlf", "gzip", "bgzip", "2bit")
SIZES = {"chr1": 50_000, "chr2": 130, "chr3": 1}
COMPLEMENT = str.maketrans("ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN")


def slow_fetch(sequence, start, end, strand):
    text = sequence[start:end].upper()
    return text.translate(COMPLEMENT)[::-1] if strand == "-" else text


@st.composite
def tables(draw, sizes):
    rows = []
    for _ in range(draw(st.integers(1, 12))):
        chrom = draw(st.sampled_from(sorted(sizes)))
        start = draw(st.integers(0, sizes[chrom] - 1))
        rows.append((chrom, start, draw(st.integers(start + 1, sizes[chrom])), draw(st.sampled_from("+-."))))
    return pd.DataFrame(rows, columns=["chrom", "start", "end", "strand"])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
@pytest.mark.parametrize("kind", KINDS)
def test_fetch__is_a_slice_of_the_record(kind, write_genome, records, tmp_path, data):
    if kind == "2bit":  # which knows A, C, G, T and N only
        records = {name: "".join(c if c in "ACGTacgtNn" else "N" for c in text) for name, text in records.items()}
    width = data.draw(st.sampled_from([1, 7, 60, 1000]))
    with Genome(write_genome(kind, records, width), cache_dir=tmp_path / "cache") as genome:
        assert genome.sizes == {name: len(text) for name, text in records.items()}
        table = data.draw(tables(genome.sizes))
        expected = [slow_fetch(records[row.chrom], row.start, row.end, row.strand) for row in table.itertuples()]
        assert genome.fetch(table) == expected


@given(st.lists(st.tuples(st.integers(0, 173), st.sampled_from("+-.")), min_size=1))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_fetch_bytes__rows_are_what_fetch_gives(toy_fasta, rows):
    table = pd.DataFrame(rows, columns=["start", "strand"]).assign(chrom="chr21")
    table["end"] = table["start"] + 10
    with Genome(toy_fasta) as genome:
        matrix = genome.fetch_bytes(table)
        assert matrix.shape == (len(rows), 10)
        assert matrix.dtype == np.uint8
        assert [row.tobytes().decode() for row in matrix] == genome.fetch(table)


def test_fetch__takes_ids_and_upper_cases(toy_fasta):
    assert Genome(toy_fasta).fetch(["chr21:15-19", "chr21:15-19:-", "chr22:8-12"]) == ["ACGT", "ACGT", "TTCC"]


def test_fetch__of_no_intervals_is_empty(toy_fasta):
    assert Genome(toy_fasta).fetch(pd.DataFrame({"chrom": [], "start": [], "end": []})) == []
    with pytest.raises(EmptyInputError, match=mentions("intervals")):
        Genome(toy_fasta).fetch_bytes([])


@pytest.mark.parametrize("longest", [1 << 9, 1 << 21])
@pytest.mark.parametrize("length", [1, 20, 61, 300])
@pytest.mark.parametrize("kind", KINDS)
def test_fetch__gathers_scattered_windows_in_their_order(kind, length, longest, write_genome, tmp_path, monkeypatch):
    rng = np.random.default_rng(length)
    records = {name: "".join(rng.choice(list("ACGTacgtN"), size)) for name, size in SIZES.items()}
    monkeypatch.setattr("deepchem_genomics.genome.placing.blocks.__defaults__", (longest,))
    rows = [("chr1", start) for start in rng.integers(0, SIZES["chr1"] - length, 60)]
    rows += [("chr2", start) for start in rng.integers(-length, SIZES["chr2"] + 5, 20)]  # overlapping, past the ends
    rows += [("chr1", 0), ("chr1", SIZES["chr1"] - length), ("chr3", 0), ("chr3", 1), ("chr3", -length), *rows[:9]]
    table = pd.DataFrame(rows, columns=["chrom", "start"]).sample(frac=1, random_state=0, ignore_index=True)
    table = table.assign(end=table["start"] + length, strand=rng.choice(list("+-"), len(table)))
    padded = {name: "N" * 400 + text + "N" * 400 for name, text in records.items()}
    expected = [slow_fetch(padded[row.chrom], row.start + 400, row.end + 400, row.strand) for row in table.itertuples()]
    with Genome(write_genome(kind, records, 60), cache_dir=tmp_path / "cache") as genome:
        letters = genome.fetch_bytes(table, out_of_bounds="pad")
        assert [row.tobytes().decode() for row in letters] == expected
        of_two_lengths = pd.concat([table, table.iloc[:1].assign(end=table["start"] + length + 1)])
        assert genome.fetch(of_two_lengths, out_of_bounds="pad")[:-1] == expected


def test_fetch__names_the_place_of_a_letter_among_scattered_windows(write_genome):
    path = write_genome("plain", {"chr1": "A" * 50_000 + "R" + "A" * 9999})
    with Genome(path) as genome:
        genome.fetch(["chr1:0-5"])
        path.write_bytes(path.read_bytes().replace(b"R", b"J"))
        with pytest.raises(UnknownBaseError, match=mentions(path.name, "chr1", "'J'", "50000")):
            genome.fetch_bytes(["chr1:59000-59100", "chr1:49950-50050", "chr1:7-107"])


def test_fetch__names_file_line_and_distance_of_an_interval_past_the_end(toy_fasta, tmp_path):
    bed = tmp_path / "peaks.bed"
    bed.write_text("chr21\t0\t101\n" * 11 + "chr21\t100\t201\n")
    with pytest.raises(
        OutOfBoundsError,
        match=mentions(f"{bed}:12", "chr21:100-201", "18 bp", "183 bp", "toy.fa", 'out_of_bounds="pad"'),
    ):
        Genome(toy_fasta).fetch(read_intervals(bed))


def test_fetch__counts_intervals_past_an_end(toy_fasta):
    table = pd.DataFrame({"chrom": "chr21", "start": [-5, 0, 180], "end": [5, 10, 190]})
    with pytest.raises(
        OutOfBoundsError,
        match=mentions("interval 0", "chr21:-5-5", "5 bp", "183 bp", "toy.fa", "2", 'out_of_bounds="pad"'),
    ):
        Genome(toy_fasta).fetch(table)


def test_fetch__drops_what_is_out_of_bounds_and_says_how_many(toy_fasta, caplog):
    table = pd.DataFrame({"chrom": "chr21", "start": [-5, 15, 180], "end": [5, 25, 190], "label": [1, 2, 3]})
    genome = Genome(toy_fasta)
    assert genome.fetch(table, out_of_bounds="drop") == ["ACGTNNGATT"]
    assert re.search(mentions("2 of 3", "interval 0"), caplog.text)
    assert genome.within(table)["label"].tolist() == [2]
    assert genome.fetch_bytes(table.iloc[:1], out_of_bounds="drop").shape == (0, 10)


@given(st.integers(-300, 300), st.integers(1, 300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_fetch__pads_with_n_where_there_is_no_chromosome(toy_fasta, records, start, length):
    around = "N" * 300 + records["chr21"].upper() + "N" * 600
    table = pd.DataFrame({"chrom": ["chr21"], "start": [start], "end": [start + length]})
    assert Genome(toy_fasta).fetch(table, out_of_bounds="pad") == [around[300 + start : 300 + start + length]]


def test_fetch__matches_names_once_and_logs_it_once(toy_fasta, caplog):
    caplog.set_level(logging.INFO)
    genome = Genome(toy_fasta)
    assert genome.fetch(["21:0-2"]) == genome.fetch(["21:0-2"]) == genome.fetch(["chr21:0-2"]) == ["AC"]
    assert genome.fetch(["MT:0-1"]) == ["G"]
    assert sum(bool(re.search(mentions("21", "chr21", "toy.fa"), message)) for message in caplog.messages) == 1


def test_fetch__names_the_unknown_chromosome_and_what_there_is(toy_fasta, tmp_path, caplog):
    bed = tmp_path / "peaks.bed"
    bed.write_text("# peaks\nchr21\t0\t10\nchrX\t0\t10\nchr23\t0\t10\n")
    genome, table = Genome(toy_fasta), read_intervals(bed)
    with pytest.raises(
        ChromosomeNameError,
        match=mentions(f"{bed}:3", "'chrX'", "toy.fa", "1 more", "chr21, chr22, chrM", 'unknown_chromosomes="drop"'),
    ):
        genome.fetch(table)
    assert genome.fetch(table, unknown_chromosomes="drop") == ["ACGTRYSWKM"]
    assert re.search(mentions("2 of 3", "toy.fa"), caplog.text)


def test_fetch__refuses_a_chromosome_with_two_names_across_chunks(toy_fasta, tmp_path):
    bed = tmp_path / "peaks.bed"
    bed.write_text("chr21\t0\t10\n21\t0\t10\n")
    table, genome = read_intervals(bed), Genome(toy_fasta)
    genome.fetch(table.iloc[:1])
    with pytest.raises(ChromosomeNameError, match=mentions("peaks.bed", "'chr21'", "'21'")):
        genome.fetch(table.iloc[1:])


def test_fetch_bytes__names_the_interval_of_another_length(toy_fasta):
    with pytest.raises(SequenceLengthError, match=mentions("interval 1", "4 bp", "interval 0", "5")):
        Genome(toy_fasta).fetch_bytes(["chr21:0-5", "chr21:0-4"])


def test_fetch__refuses_an_unknown_strand(toy_fasta):
    table = pd.DataFrame({"chrom": ["chr21"], "start": [0], "end": [5], "strand": ["*"]})
    with pytest.raises(IntervalError, match=mentions("interval 0", "strand", "'*'", "'+'")):
        Genome(toy_fasta).fetch(table)


@pytest.mark.parametrize("kind", KINDS)
def test_genome__is_opened_anew_from_a_pickle_and_after_a_fork(kind, write_genome, tmp_path):
    genome = Genome(write_genome(kind), cache_dir=tmp_path / "cache")
    again = pickle.loads(pickle.dumps(genome))
    assert again.fetch(["chr22:8-12"]) == ["TTCC"]
    reader, writer = multiprocessing.Pipe()

    def send():
        writer.send(genome.fetch(["chr22:8-12"]))

    child = multiprocessing.get_context("fork").Process(target=send)
    child.start()
    assert reader.recv() == ["TTCC"]
    child.join()


def test_genome__says_that_it_is_closed(toy_fasta):
    with Genome(toy_fasta) as genome:
        pass
    genome.close()
    with pytest.raises(GenomeFileError, match=mentions("toy.fa", "Genome(path)")):
        genome.fetch(["chr21:0-5"])
    assert repr(genome) == f"Genome({str(toy_fasta)!r})"
