"""Tables of intervals, of sequences and of signals: rows come back as they are, in order; damage gives our errors."""

import csv
import gzip
import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.data.sequence_files import read_sequence_chunks
from deepchem_genomics.data.side_input import SideInput
from deepchem_genomics.errors import (
    BadValueError,
    DamagedFileError,
    GenomeFileError,
    IntervalError,
    LabelError,
    TextEncodingError,
)
from deepchem_genomics.genome import read_interval_chunks, read_intervals
from deepchem_genomics.sirna.annotations import read_coding_regions
from deepchem_genomics.sirna.exons import read_exons
from deepchem_genomics.sirna.transcriptome import read_genes

CHROMS = st.text("chrXYM0129_.-", min_size=1, max_size=8).filter(lambda name: not name.startswith(("track", "browser")))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
ROWS = st.lists(
    st.builds(
        lambda chrom, start, length, strand, number, peak: (chrom, start, start + length, strand, number, peak),
        CHROMS, st.integers(0, 10**12), st.integers(1, 10**6), st.sampled_from("+-."), NUMBERS, st.integers(-1, 500),
    ),
    min_size=1, max_size=12,
)  # fmt: skip
PREAMBLE = st.sampled_from(["", "# made by hand\n", "track name=x\n\n", "browser position chr1\n#\n"])


@settings(max_examples=50)
@given(ROWS, PREAMBLE, st.sampled_from(["\t", " "]))
def test_bed__gives_every_line_back_in_order(scratch, rows, preamble, separator):
    lines = "".join(
        separator.join(map(str, (c, s, e, "n", number, strand))) + "\n" for c, s, e, strand, number, _ in rows
    )
    table = read_intervals(scratch("x.bed", preamble + lines))
    assert table[["chrom", "start", "end", "strand", "score"]].values.tolist() == [list(row[:5]) for row in rows]
    assert table.index.tolist() == list(range(preamble.count("\n") + 1, preamble.count("\n") + 1 + len(rows)))


@settings(max_examples=50)
@given(ROWS)
def test_narrow_peak__has_the_summit_on_the_chromosome(scratch, rows):
    lines = "".join(f"{c}\t{s}\t{e}\tn\t0\t{strand}\t{x!r}\t-1\t-1\t{peak}\n" for c, s, e, strand, x, peak in rows)
    table = read_intervals(scratch("x.narrowPeak", lines))
    assert table[["chrom", "start", "end", "strand", "signalValue"]].values.tolist() == [list(row[:5]) for row in rows]
    assert table["summit"].tolist() == [row[1] + row[5] if row[5] >= 0 else -1 for row in rows]


@settings(max_examples=50)
@given(ROWS, st.sampled_from(["tsv", "csv"]), st.permutations(["chrom", "start", "end", "strand", "bound"]), st.data())
def test_tables__give_every_row_back_whatever_the_order_of_columns(scratch, rows, kind, order, data):
    text = io.StringIO()
    writer = csv.writer(text, delimiter="," if kind == "csv" else "\t", lineterminator="\n")
    writer.writerow(order)
    for row in rows:
        named = dict(zip(["chrom", "start", "end", "strand", "bound"], row[:5], strict=True))
        writer.writerow([named[name] for name in order])
    path = scratch(f"x.{kind}", text.getvalue())
    table = read_intervals(path)
    assert table[["chrom", "start", "end", "strand", "bound"]].values.tolist() == [list(row[:5]) for row in rows]
    pieces = list(read_interval_chunks(path, data.draw(st.integers(1, 5))))
    assert [line for piece in pieces for line in piece.values.tolist()] == table.values.tolist()


@settings(max_examples=100)
@given(st.sampled_from(["x.bed", "x.tsv", "x.csv", "x.narrowPeak", "windows"]), st.booleans(), st.data())
def test_intervals__damaged_give_a_table_or_one_of_our_errors(scratch, damaged, answer, name, with_commas, data):
    whole = b"#chrom\tstart\tend\tstrand\tbound\nchr1\t5\t9\t+\t0.5\nchr2\t0\t7\t-\tNA\n"
    path = scratch(name, data.draw(damaged(whole.replace(b"\t", b",") if with_commas else whole)))
    table = answer(read_intervals, path)
    if table is not None:
        assert len(table) and (table["start"] < table["end"]).all() and (table["start"] >= 0).all()
        assert not table["chrom"].str.contains("\n").any()


@settings(max_examples=100)
@given(st.data())
def test_side_input__damaged_gives_finite_numbers_or_one_of_our_errors(scratch, damaged, answer, data):
    whole = data.draw(st.sampled_from([b"id\topen\nchr1:5-9\t0.5\nchr1:6-10\t7\n", b"chr1:5-9,0.5\nchr1:6-10,1e3\n"]))
    table = answer(SideInput.from_file, scratch("x.tsv", data.draw(damaged(whole))))
    if table is not None:
        assert len(table) == len(table.values) > 0 and abs(table.values).max() < float("inf")


@settings(max_examples=100)
@given(st.data())
def test_sequences__damaged_tables_give_text_or_one_of_our_errors(scratch, damaged, answer, data):
    content = data.draw(damaged(b'sequence\tlabel\nACGT\t1\n"AC"\t.\nGG\t0.5\n'))
    chunks = answer(
        lambda path: list(read_sequence_chunks(path, 2, label_columns=["label"])), scratch("x.tsv", content)
    )
    for chunk in chunks or ():
        assert chunk["sequence"].str.len().min() > 0 and chunk["label"].dtype == float


def test_csv__a_field_longer_than_python_reads_is_our_error(scratch):
    path = scratch("x.csv", 'chr1,5,9,0\nchr1,5,9,"' + "1" * 140_000 + '"\n')
    with pytest.raises(IntervalError, match=mentions(":2", "','", "field limit")):
        read_intervals(path)


def test_csv__a_quote_that_is_not_closed_is_no_part_of_a_name(scratch):
    path = scratch("x.csv", 'start,end,chrom\n5,9,"chr1\n')
    with pytest.raises(IntervalError, match=mentions(":2:", "','", "end of data")):
        read_intervals(path)


@pytest.mark.parametrize("number", ["1_0", "1000000000000000000", "9" * 25])
def test_coordinates__are_digits_and_no_more_than_ids_may_have(scratch, number):
    path = scratch("x.bed", f"chr1\t5\t9\nchr1\t{number}\t{number}0\n")
    with pytest.raises(IntervalError, match=mentions("x.bed:2", "start", f"'{number}'")):
        read_intervals(path)


def test_labels__are_not_read_as_python_writes_numbers(scratch):
    path = scratch("x.tsv", "chr1\t5\t9\t1\nchr1\t5\t9\t1_0\n")
    with pytest.raises(LabelError, match=mentions("x.tsv:2", "label", "1_0")):
        read_intervals(path)


@pytest.mark.parametrize("letter", ["\x1c", "\x1f", "\u2028"])
def test_coordinates__are_named_where_white_space_is_of_the_odd_kind(scratch, letter):
    # These are white space to patterns and to text, and not all of them are to int().
    path = scratch("x.bed", f"chr1\t5\t9\nchr1\tx{letter}\t9\n".replace("x", "0") + "chr1\tzero\t9\n")
    with pytest.raises(IntervalError, match=mentions("x.bed", "start")):
        read_intervals(path)


READERS = {
    "intervals": (read_intervals, "x.tsv", b"chr1\t5\t9\t1\nchr2\t0\t7\tNA\n"),
    "signals": (SideInput.from_file, "x.tsv", b"chr1:5-9\t0.5\nchr1:6-10\t7\n"),
    "sequences": (lambda path: next(read_sequence_chunks(path, 9)), "x.csv", b"sequence,label\nACGT,1\n"),
    "genes": (read_genes, "x.tsv", b"# of a toy\nt1\tG1\nt2\tG1\n"),
    "coding regions": (read_coding_regions, "x.bed", b"t1\t5\t9\nt2\t0\t7\n"),
    "exons": (
        read_exons,
        "x.gtf",
        b'1\tx\texon\t6\t9\t.\t+\t.\tgene_id "G"; transcript_id "T.1";\n'
        b'1\tx\texon\t20\t30\t.\t+\t.\ttranscript_id "T"; transcript_version "1";\n',
    ),
}


def content_of(found):
    if isinstance(found, SideInput):
        return found.ids.tolist(), found.values.tolist()
    return found.astype(str).values.tolist() if isinstance(found, pd.DataFrame) else found


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=40)
@given(data=st.data())
def test_gzip__is_read_as_the_file_in_it_also_where_that_is_damaged(scratch, damaged, answer, kind, data):
    read, name, whole = READERS[kind]
    content = data.draw(damaged(whole, pieces=(b"\t", b"\n", b"-1", b"nan", b"9" * 25, b'"', b"\xff")))
    plain, packed = scratch(name, content), scratch(f"{name}.gz", gzip.compress(content))
    if plain.read_bytes()[:2] != b"\x1f\x8b":
        one, other = content_of(answer(read, plain)), content_of(answer(read, packed))
        assert str(one).replace("x.csv:", "") == str(other).replace("x.csv.gz:", "")


@pytest.mark.parametrize("kind", READERS)
@settings(max_examples=40)
@given(data=st.data())
def test_gzip__damaged_gives_one_of_our_errors(scratch, damaged, answer, kind, data):
    read, name, whole = READERS[kind]
    answer(read, scratch(f"{name}.gz", data.draw(damaged(gzip.compress(whole, mtime=0)))))


PARQUET = {
    "intervals": (read_intervals, GenomeFileError, {"chrom": ["chr1"], "start": [5], "end": [9], "label": [1.0]}),
    "signals": (SideInput.from_file, DamagedFileError, {"id": ["a", "b"], "open": [0.5, 1.0]}),
    "sequences": (
        lambda path: list(read_sequence_chunks(path, 9)),
        DamagedFileError,
        {"sequence": ["ACGT"], "label": [1]},
    ),
}
CHANGES = [
    (b'"index_columns"', b'"index_colomns"'),
    (b'"columns":', b'"columns";'),
    (b'"pandas_type"', b'"pandas_t\xffpe"'),
]


@pytest.mark.parametrize("kind", ["intervals", "sequences"])
@pytest.mark.parametrize(("was", "becomes"), CHANGES)
def test_parquet__damage_to_what_pandas_noted_is_our_error(scratch, kind, was, becomes):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    read, error, columns = PARQUET[kind]
    path = scratch("x.parquet", b"")
    pd.DataFrame(columns).to_parquet(path, index=False)
    assert was in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(was, becomes))
    with pytest.raises(error, match=mentions("x.parquet", "Parquet")):
        read(path)


@pytest.mark.parametrize(("kind", "text"), [("intervals", b"chr1"), ("signals", b"a"), ("sequences", b"ACGT")])
def test_parquet__text_that_is_no_text_is_our_error(scratch, kind, text):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    read, error, columns = PARQUET[kind]
    path = scratch("x.parquet", b"")
    pd.DataFrame(columns).to_parquet(path, index=False, compression="none", use_dictionary=False)
    stored = len(text).to_bytes(4, "little") + text
    assert stored in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(stored, stored[:4] + b"\x95" * len(text)))
    with pytest.raises(error, match=mentions("x.parquet", "UTF8")):
        read(path)


@pytest.mark.parametrize("kind", PARQUET)
@settings(max_examples=100)
@given(data=st.data())
def test_parquet__damaged_gives_a_table_or_one_of_our_errors(scratch, answer, kind, data):
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    read, _, columns = PARQUET[kind]
    path = scratch("x.parquet", b"")
    pd.DataFrame(columns).to_parquet(path, index=False)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 2))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.one_of(st.none(), st.integers(0, len(content))))])
    answer(read, path)


REGIONS = {
    "no digit of ASCII": ("t1 ² 9\n", ("x.bed:1", "t1 ² 9")),
    "more digits than a number has": (
        f"t1 0 {'9' * 5000}\n",
        ("x.bed:1", "'t1 0 "),
    ),
    "no text": (b"t1 0 9\n\xff", ("x.bed:2", "0xff", "UTF-8")),
    "half of gzip": (gzip.compress(b"t1 0 9\n", mtime=0)[:-9], ("x.bed", "gzip")),
    "no gzip": (b"\x1f\x8b\x07", ("x.bed", "gzip")),
}


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"t1\tG\xff\n", TextEncodingError), (gzip.compress(b"t1\tG1\n", mtime=0)[:-9], DamagedFileError)],
    ids=["no text", "half of gzip"],
)
def test_genes__that_cannot_be_read_are_our_error(scratch, content, error):
    with pytest.raises(error, match=r"x\.tsv"):
        read_genes(scratch("x.tsv", content))


@pytest.mark.parametrize(("content", "facts"), REGIONS.values(), ids=REGIONS)
def test_coding_regions__that_cannot_be_read_are_our_error(scratch, content, facts):
    with pytest.raises((BadValueError, GenomeFileError), match=mentions(*facts)):
        read_coding_regions(scratch("x.bed", content))
