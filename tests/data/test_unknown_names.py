"""What lies on chromosomes that the genome does not have is counted and shown in quotes."""

import logging

import pytest

from deepchem_genomics.data import IntervalLoader, NegativeOptions, TileLoader


def said(caplog, level):
    return " ".join(record.getMessage() for record in caplog.records if record.levelno == level)


@pytest.fixture
def partly(tiny):
    return tiny.write("p.bed", "chr1\t0\t9\nChr2\t3\t9\nchr2 \t5\t9\n")


def test_peaks__on_unknown_chromosomes_are_counted(tiny, partly, caplog):
    with caplog.at_level(logging.INFO):
        TileLoader(tiny.fasta, length=10).create_dataset(partly, tiny.out)
    warned = said(caplog, logging.WARNING)
    assert "p.bed: 2 of 3" in warned and "'Chr2' (1), 'chr2 ' (1)" in warned
    assert "1 of 2 chromosomes" in said(caplog, logging.INFO) and "'chr2'" in said(caplog, logging.INFO)


def test_windows__on_chromosomes_that_a_track_lacks_are_counted(tiny, caplog):
    track = tiny.big_wig("dnase.bw", [("chr1", 0, 40, 1.0)], {"chr1": 40})
    sites = tiny.write("sites.bed", "chr1\t0\t9\nchr2\t3\t12\n")
    IntervalLoader([], tiny.fasta, length=5, signals={"dnase": track}).create_dataset(sites, tiny.out)
    assert "1 of 2 rows are on a chromosome that dnase does not have" in said(caplog, logging.WARNING)


@pytest.mark.parametrize("kind", ["tiles", "intervals"])
def test_excluded_regions__on_unknown_chromosomes_are_counted(kind, tiny, partly, caplog):
    peaks = tiny.write("peaks.bed", "chr1\t12\t22\nchr2\t0\t10\n")
    loader = TileLoader(tiny.fasta, length=10, exclude=partly) if kind == "tiles" else None
    loader = loader or IntervalLoader([], tiny.fasta, length=10, exclude=partly)
    loader.create_dataset(peaks, tiny.out)
    assert "p.bed: 2 of 3" in said(caplog, logging.WARNING)


def test_regions_of_negatives__on_unknown_chromosomes_are_counted(tiny, partly, caplog):
    peaks = tiny.write("peaks.bed", "chr1\t31\t37\n")
    negatives = NegativeOptions(1, source=str(partly), distance=0)
    IntervalLoader(["bound"], tiny.fasta, length=5, negatives=negatives).create_dataset(peaks, tiny.out)
    assert "p.bed: 2 of 3" in said(caplog, logging.WARNING)


def test_excluded_points__have_no_bases_and_are_counted(tiny, caplog):
    exclude = tiny.write("x.bed", "chr1\t5\t5\nchr1\t30\t32\n")
    dataset = TileLoader(tiny.fasta, length=10, exclude=exclude).create_dataset(
        tiny.write("peaks.bed", "chr1\t12\t22\n"), tiny.out
    )
    assert "chr1:0-10" in dataset.ids and "chr1:30-40" not in dataset.ids
    assert "x.bed: 1 of 2" in said(caplog, logging.WARNING)


def test_summits__outside_of_their_peaks_are_counted(tiny, caplog):
    rows = "chr1\t10\t20\t.\t9\t.\t4.8\t-1\t0.3\t2\nchr1\t10\t20\t.\t9\t.\t4.8\t-1\t0.3\t11\n"
    dataset = IntervalLoader([], tiny.fasta, length=4).create_dataset(tiny.write("p.narrowPeak", rows), tiny.out)
    assert dataset.ids.tolist() == ["chr1:10-14", "chr1:13-17"]
    assert "1 of 2" in said(caplog, logging.WARNING) and "summit" in said(caplog, logging.WARNING)
