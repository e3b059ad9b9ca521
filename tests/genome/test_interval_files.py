"""Files of intervals: what is read from each format, and how each fault is named."""

import gzip

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.errors import (
    BadValueError,
    DamagedFileError,
    EmptyInputError,
    GenomeFileError,
    IntervalError,
    LabelError,
    MissingExtraError,
    TextEncodingError,
)
from deepchem_genomics.genome import center, interval_ids, read_interval_chunks, read_intervals


@pytest.fixture
def write(tmp_path):
    def write_file(name, text):
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode(), mtime=0) if name.endswith("gz") else text.encode())
        return path

    return write_file


def rows(table):
    return table.reset_index().values.tolist()


def test_read_intervals__passes_over_preamble_and_keeps_line_numbers(write):
    text = 'browser position chr1\ntrack name="x"\n# note\n\nchr1\t1\t5\nchr2\t2\t6\n#end\nchr3\t3\t7\n'
    table = read_intervals(write("peaks.bed", text))
    assert table.index.name == "line"
    assert rows(table) == [[5, "chr1", 1, 5], [6, "chr2", 2, 6], [8, "chr3", 3, 7]]
    assert table.dtypes[["start", "end"]].tolist() == [np.int64, np.int64]
    assert table.attrs["path"].endswith("peaks.bed")


NAMES_BED = ["chrom", "start", "end", "name", "score", "strand", "thickStart", "thickEnd", "itemRgb", "blockCount"]
NAMES_BED += ["blockSizes", "blockStarts"]


@pytest.mark.parametrize("n_columns", [*range(3, 10), 11, 12])
def test_read_intervals__names_the_columns_of_bed(n_columns, write):
    fields = ["chr1", "10", "30", "site", "500", "-", "10", "30", "0,0,0", "2", "5,5", "0,15"]
    table = read_intervals(write("sites.bed.gz", "\t".join(fields[:n_columns]) + "\n"))
    assert list(table.columns) == NAMES_BED[:n_columns]
    if n_columns > 5:
        assert table[["score", "strand"]].values.tolist() == [[500.0, "-"]]


@pytest.mark.parametrize("name", ["JUND.narrowPeak", "JUND.narrowPeak.gz", "JUND.bed", "JUND"])
def test_read_intervals__gives_narrow_peaks_their_summits(name, write):
    text = "chr1\t100\t200\t.\t9\t.\t4.8\t-1\t0.3\t35\nchr1\t300\t400\tp2\t.\t.\t4.8\t-1\t0.3\t-1\n"
    table = read_intervals(write(name, text))
    assert list(table.columns[-5:]) == ["signalValue", "pValue", "qValue", "peak", "summit"]
    assert table["summit"].tolist() == [135, -1]
    assert table["score"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("windows.tsv", "chr1\t0\t5\t1\t0.5\nchr1\t5\t10\t\tNA\n"),
        ("windows.csv", "chr1,0,5,1,0.5\nchr1,5,10,.,nan\n"),
        ("windows.txt.gz", "chr1 0 5 1 0.5\nchr1  5 10 . NaN\n"),
        ("windows", "chr1,0,5,1,0.5\n chr1, 5,10,,\n".replace(" ", "")),
    ],
)
def test_read_intervals__calls_the_columns_of_a_table_without_header_labels(name, text, write):
    table = read_intervals(write(name, text))
    assert list(table.columns) == ["chrom", "start", "end", "label_1", "label_2"]
    np.testing.assert_array_equal(table[["label_1", "label_2"]].to_numpy(), [[1, 0.5], [np.nan, np.nan]])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("windows.tsv", "chrom\tstart\tend\tJUND\n"),
        ("windows.tsv", "# from here\n#Chromosome\tchromStart\tstop\tJUND\n"),
        ("windows.csv", '"chr","start","end","JUND"\n'),
    ],
)
def test_read_intervals__takes_the_names_from_a_header(name, text, write):
    separator = "," if name.endswith("csv") else "\t"
    table = read_intervals(write(name, text + separator.join(["chr1", "0", "5", "1"]) + "\n"))
    assert table.reset_index(drop=True).to_dict("list") == {"chrom": ["chr1"], "start": [0], "end": [5], "JUND": [1.0]}
    assert table.index.tolist() == [text.count("\n") + 1]


def test_read_intervals__takes_columns_in_any_order_and_labels_as_told(write):
    path = write("windows.tsv", "gene\tend\tstart\tchrom\tJUND\nTP53\t9\t2\tchr1\t1\n")
    assert read_intervals(path, labels=["JUND"]).iloc[0].to_dict() == {
        "gene": "TP53", "end": 9, "start": 2, "chrom": "chr1", "JUND": 1.0,
    }  # fmt: skip
    with pytest.raises(LabelError, match=mentions(f"{path}:2", "gene", "'TP53'", "labels=[...]")):
        read_intervals(path)
    with pytest.raises(LabelError, match=mentions("MAX", "gene, end, start, chrom, JUND")):
        read_intervals(path, labels=["MAX"])


def test_read_intervals__names_columns_as_told(write):
    path = write("windows.bed", "chr1\t0\t5\t1\t+\n")
    table = read_intervals(path, columns=["JUND", "strand"])
    assert rows(table) == [[1, "chr1", 0, 5, 1.0, "+"]]
    with pytest.raises(IntervalError, match=mentions("windows.bed:1", "2", "columns=", "1")):
        read_intervals(path, columns=["JUND"])


def test_read_intervals__reads_a_file_as_the_format_given(write):
    path = write("windows.txt", "chr1\t0\t5\tsite\t7\t+\n")
    assert list(read_intervals(path, format="bed").columns) == ["chrom", "start", "end", "name", "score", "strand"]
    with pytest.raises(BadValueError, match=mentions("format", "sam", "'bed', 'narrowPeak', 'broadPeak'")):
        read_intervals(path, format="sam")


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_read_interval_chunks__joined_are_the_whole(size, write):
    text = "#chrom\tstart\tend\tlabel\n# x\n" + "".join(f"chr{i}\t{i}\t{i + 1}\t{i % 2}\n#\n" for i in range(7))
    path = write("windows.tsv", text)
    chunks = list(read_interval_chunks(path, size))
    assert all(len(chunk) <= size for chunk in chunks)
    assert pd.concat(chunks).equals(read_intervals(path))
    assert all(chunk.attrs == {"path": str(path)} for chunk in chunks)


def test_read_intervals__reads_parquet(tmp_path):
    pytest.importorskip("pyarrow")
    path = tmp_path / "windows.parquet"
    pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [0, 5], "end": [5, 10], "JUND": [1, 0]}).to_parquet(path)
    table = read_intervals(path)
    assert rows(table) == [[0, "chr1", 0, 5, 1.0], [1, "chr2", 5, 10, 0.0]]
    assert [chunk.index.tolist() for chunk in read_interval_chunks(path, 1)] == [[0], [1]]
    pd.DataFrame({"chrom": ["chr1", "chr2"], "start": [0, 10], "end": [5, 5]}).to_parquet(path)
    with pytest.raises(IntervalError, match=mentions("windows.parquet", "row 1", "start 10", "end 5")):
        read_intervals(path)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DamagedFileError, match=mentions("windows.parquet", "Parquet")):
        read_intervals(path)


def test_read_intervals__names_the_extra_for_parquet(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=mentions("pyarrow", "deepchem_genomics[parquet]")):
        read_intervals(tmp_path / "windows.parquet")


GOOD = "# peaks\nchr1\t0\t5\n"
FAULTS = {
    "backward": (
        "peaks.bed", GOOD + "chr1\t9\t9\nchr1\t9\t5\nchr1\t9\t8\n", IntervalError,
        (":4", "start 9", "end 5", "2"),
    ),
    "negative": (
        "peaks.bed", GOOD + "chr1\t-1\t5\n", IntervalError,
        (":3", "start -1"),
    ),
    "not whole": (
        "peaks.bed", GOOD + "chr1\t1.5\t5\n", IntervalError,
        (":3", "start", "'1.5'"),
    ),
    "scientific": (
        "peaks.bed.gz", GOOD + "chr1\t1\t5e6\n", IntervalError,
        (":3", "end", "'5e6'"),
    ),
    "label": (
        "peaks.tsv", "chr1\t0\t5\t1\nchr1\t0\t5\tyes\n", LabelError,
        (":2", "label", "'yes'", "labels=[...]"),
    ),
    "too few columns": (
        "peaks.bed", "chr1\t0\n", IntervalError,
        (":1", "2", "chrom, start", "format="),
    ),
    "too few columns later": (
        "peaks.bed", GOOD + "chr1\t7\n", IntervalError,
        (":3", "2", "3"),
    ),
    "too many columns": (
        "peaks.narrowPeak", "\t".join(["chr1", "0", "5", *"abcdefgh"]), IntervalError,
        (":1", "11", "narrowPeak", "10", "columns=[...]"),
    ),
    "no header": (
        "peaks.csv", "contig_id,from,to\nchr1,0,5\n", IntervalError,
        (":1", "'contig_id', 'from', 'to'", "chrom, start"),
    ),
    "two names": (
        "peaks.tsv", "chrom\tstart\tend\tx\tx\n", IntervalError,
        (":1", "columns", "'x'"),
    ),
    "strand": (
        "peaks.bed", "chr1\t0\t5\tx\t0\t+\nchr1\t0\t5\tx\t0\t*\n", IntervalError,
        (":2", "strand", "'*'", "'+'", "'-'"),
    ),
    "empty": ("peaks.bed", "", EmptyInputError, ("", "intervals")),
    "header only": (
        "peaks.tsv", "chrom\tstart\tend\n", EmptyInputError,
        ("", "intervals"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_read_intervals__names_file_line_and_fault(fault, write):
    name, text, kind, (place, *facts) = FAULTS[fault]
    path = write(name, text)
    with pytest.raises(kind, match=mentions(f"{path}{place}", *facts)):
        read_intervals(path)


def test_read_intervals__finds_a_fault_in_a_later_chunk(write):
    path = write("peaks.bed", "chr1\t0\t5\n" * 10 + "chr1\t0\tx\n")
    chunks = read_interval_chunks(path, 4)
    assert [len(next(chunks)) for _ in range(2)] == [4, 4]
    with pytest.raises(IntervalError, match=mentions("peaks.bed:11", "end", "'x'")):
        next(chunks)


def test_read_intervals__says_when_a_file_is_no_text_or_cut_short(tmp_path):
    with pytest.raises(GenomeFileError, match=mentions(tmp_path.name, "folder")):
        read_intervals(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_intervals(tmp_path / "nowhere.bed")
    path = tmp_path / "peaks.bed"
    path.write_bytes(b"\x00\xff\xfe" * 9)
    with pytest.raises(TextEncodingError, match=mentions("peaks.bed:1", "0xff", "UTF-8")):
        read_intervals(path)
    rng = np.random.default_rng(0)
    packed = gzip.compress("".join(f"chr1\t{i}\t{i + 1}\n" for i in rng.integers(0, 10**8, 50_000)).encode(), mtime=0)
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(DamagedFileError, match=mentions("peaks.bed", "gzip")):
        read_intervals(path)


def test_read_intervals__keeps_points_which_have_windows_but_no_bases(tmp_path):
    path = tmp_path / "insertions.bed"
    path.write_text("chr1\t50\t50\n")
    table = read_intervals(path)
    assert center(table, 21)[["start", "end"]].values.tolist() == [[40, 61]]
    with pytest.raises(IntervalError, match=mentions("insertions.bed:1", "start 50", "end 50")):
        interval_ids(table)


@pytest.mark.parametrize("name", ["x.tsv", "x.txt", "x.csv", "x"])
def test_read_intervals__takes_the_separator_that_is_there(tmp_path, name):
    path = tmp_path / name
    for separator in ["\t", ","] + [";"] * (name == "x.csv"):
        path.write_text("chrom start end label\nchr1 5 9 1\n".replace(" ", separator))
        assert rows(read_intervals(path)) == [[2, "chr1", 5, 9, 1.0]]


def test_labels__in_bed_without_header_are_the_fourth_column_if_asked_for(write):
    path = write("windows.bed", "chr1\t0\t5\t1\nchr1\t5\t9\t.\n")
    assert list(read_intervals(path).columns) == ["chrom", "start", "end", "name"]
    np.testing.assert_array_equal(read_intervals(path, labels=["label"])["label"], [1, np.nan])
    named = write("sites.bed", "chr1\t0\t5\tsite\t7\t+\n")
    with pytest.raises(LabelError, match=mentions("sites.bed:1", "label", "'site'")):
        read_intervals(named, labels=["label"])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sites.tsv", "chrom\tstart\tend\tgene\tpeak\nchr1\t0\t5\tTP53\tp1\n"),
        ("sites.bed", "chr1\t0\t5\tTP53\thigh\t+\n"),
        ("sites.narrowPeak", "chr1\t0\t5\tTP53\t0\t+\thigh\t-\tx\t2\n"),
    ],
)
def test_text__stops_nothing_that_reads_no_labels(name, text, write):
    table = read_intervals(write(name, text), labels=[])
    assert table[["chrom", "start", "end"]].values.tolist() == [["chr1", 0, 5]]
    assert ("TP53" in table.iloc[0].tolist()) and ("summit" in table) == name.endswith("narrowPeak")


def test_names_of_columns__match_in_any_case(write):
    path = write("sites.tsv", "Chromosome\tSTART\tEnd\tStrand\tSummit\nchr1\t0\t5\t-\t3\n")
    assert rows(read_intervals(path)) == [[2, "chr1", 0, 5, "-", 3.0]]
