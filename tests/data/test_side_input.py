"""A side input is a dictionary of id to numbers, looked up a batch at a time, and strict about what it is made of."""

import copy
import csv
import gzip
import logging
import pickle
import subprocess
import sys
import tracemalloc

import hypothesis.extra.numpy as arrays
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.data import Scaling, SideInput
from deepchem_genomics.data.side_files import _exact_text, read_text
from deepchem_genomics.errors import (
    BadValueError,
    DamagedFileError,
    DataFolderError,
    DuplicateIdError,
    EmptyInputError,
    MissingExtraError,
    MissingIdError,
    ShapeMismatchError,
    TextEncodingError,
)

unhurried = settings(max_examples=50)
printable = st.text(min_size=1, max_size=12).filter(lambda text: text.isprintable() and text == text.strip())
float32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
book = "chr22:100-201\t0.25\nchr22:201-302\t0.5\n"


@st.composite
def side_inputs(draw):
    ids = draw(st.lists(printable, min_size=1, max_size=12, unique=True))
    names = draw(st.lists(printable, min_size=1, max_size=3, unique=True))
    values = draw(arrays.arrays(np.float32, (len(ids), len(names)), elements=float32))
    return SideInput(ids, values, names)


@pytest.fixture
def table():
    return SideInput.from_dict({"chr22:100-201": 0.25, "chr22:201-302": 0.5, "chr22:302-403": 1.0}, names=["DNase"])


def written(folder, text, name="side.txt"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# Lookup


@unhurried
@given(side_inputs(), st.data())
def test_lookup__equals_a_dictionary_for_any_order_and_repeats(side_input, data):
    reference = dict(zip(side_input.ids.tolist(), side_input.values.tolist(), strict=True))
    batch = data.draw(st.lists(st.sampled_from(list(reference)), max_size=20))
    expected = np.array([reference[name] for name in batch], dtype=np.float32).reshape(len(batch), side_input.n_tracks)
    for ids in (batch, np.array(batch, dtype=object), np.array(batch, dtype=str), pd.Series(batch, dtype=object)):
        found = side_input.lookup(ids)
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, expected)


def test_lookup__takes_ids_that_are_not_text_as_their_text():
    side_input = SideInput([7, 8], [1.0, 2.0])
    for ids in ([8, 7], ["8", "7"], [b"8", b"7"], np.array([8, 7]), np.array(["8", "7"], dtype="S")):
        assert side_input.lookup(ids).tolist() == [[2], [1]]
    assert side_input.lookup([8]).tolist() == [[2]]


def test_lookup__gives_an_array_of_its_own(table):
    table.lookup(["chr22:100-201"])[:] = 9
    assert table.lookup(["chr22:100-201"]).tolist() == [[0.25]]


def test_lookup__names_the_first_missing_id_and_counts_them(table):
    with pytest.raises(MissingIdError, match=mentions("chr21:5-106", "2 of the 3", "chr22:100-201")):
        table.lookup(["chr22:100-201", "chr21:5-106", "chr21:6-107"])
    with pytest.raises(MissingIdError, match=mentions("nowhere", "1 of the 1")):
        table.lookup(["nowhere"])


@pytest.mark.parametrize(
    ("asked", "has", "differs"),
    [
        ("22:100-201", "chr22:100-201", ("'chr'",)),
        ("chr22:100-201", "22:100-201", ("'chr'",)),
        ("chr22:100-201:+", "chr22:100-201", ("strand",)),
        ("chr22:100-201", "chr22:100-201:-", ("strand",)),
        ("chr22:100-201:+", "chr22:100-201:-", ("strand",)),
        ("22:100-201:+", "chr22:100-201", ("'chr'", "strand")),
    ],
)
def test_lookup__tells_that_only_the_spelling_of_the_ids_differs(asked, has, differs):
    with pytest.raises(MissingIdError, match=mentions(repr(has), *differs)):
        SideInput([has], [1.0]).lookup([asked])


@pytest.mark.parametrize("ids", ["chr22:100-201", b"chr22:100-201"])
def test_lookup__refuses_one_text_in_place_of_a_list(table, ids):
    with pytest.raises(ShapeMismatchError, match=mentions("ids", "list")):
        table.lookup(ids)


def test_lookup__refuses_an_array_of_more_dimensions(table):
    with pytest.raises(ShapeMismatchError, match=mentions("ids", "(1, 1)")):
        table.lookup(np.array([["chr22:100-201"]]))


# The table


def test_side_input__tells_what_it_holds(table):
    assert (len(table), table.n_tracks, table.names) == (3, 1, ("DNase",))
    assert table.ids.tolist() == ["chr22:100-201", "chr22:201-302", "chr22:302-403"]
    assert table.values.dtype == np.float32
    assert table.scaling.method == "none"
    assert "chr22:100-201" in table
    assert "chr22:1-2" not in table
    assert repr(table) == "SideInput(3 ids, track DNase, scaling none)"
    assert repr(SideInput(["a"], np.zeros((1, 7)))) == (
        "SideInput(1 ids, tracks track_0, track_1, track_2, track_3, track_4 and 2 more, scaling none)"
    )


def test_side_input__cannot_be_changed(table):
    values = np.array([[1.0]], dtype=np.float32)
    side_input = SideInput(["a"], values)
    values[0] = 5
    side_input.ids[0] = "b"
    assert side_input.lookup(["a"]).tolist() == [[1]]
    for name in ("ids", "values", "names", "scaling", "other"):
        with pytest.raises(AttributeError):
            setattr(side_input, name, None)
    with pytest.raises(ValueError, match="read-only"):
        table.values[0] = 5


def test_side_input__can_be_pickled(table):
    scaled = table.scaled("standard", table.ids)
    for again in (pickle.loads(pickle.dumps(scaled)), copy.deepcopy(scaled)):
        np.testing.assert_array_equal(again.lookup(scaled.ids), scaled.lookup(scaled.ids))
        with pytest.raises(ValueError, match="read-only"):
            again.values[0] = 5


def test_from_dict__takes_one_number_or_several():
    assert SideInput.from_dict({"a": 1, "b": np.float64(2)}).values.tolist() == [[1], [2]]
    assert SideInput.from_dict({"a": [1, 2], "b": np.array([3, 4])}).values.tolist() == [[1, 2], [3, 4]]


def test_from_frame__takes_the_index_if_it_is_text_else_the_first_column():
    frame = pd.DataFrame({"window": ["a", "b", "c"], "DNase": [1, 2, 3], "CpG": [0.5, 0.25, 0.0]})
    expected = [[1, 0.5], [2, 0.25], [3, 0]]
    for made in (
        SideInput.from_frame(frame),
        SideInput.from_frame(frame.set_index("window")),
        SideInput.from_frame(frame[["DNase", "CpG", "window"]], id_column="window"),
        SideInput.from_frame(frame.assign(gene="JUND"), columns=["DNase", "CpG"]),
    ):
        assert (made.ids.tolist(), made.names) == (["a", "b", "c"], ("DNase", "CpG"))
        assert made.values.tolist() == expected
    assert SideInput.from_frame(frame[frame.DNase > 1]).ids.tolist() == ["b", "c"]  # whose index is 1, 2


@pytest.mark.parametrize(
    ("ids", "values", "error", "facts"),
    [
        ([], [], EmptyInputError, ("ids",)),
        (
            ["a", "b", "a"],
            [1, 2, 3],
            DuplicateIdError,
            ("row 0", "row 2", "'a'", "1 of 3"),
        ),
        (
            ["a", None],
            [1, 2],
            BadValueError,
            ("row 1", "''"),
        ),
        (
            ["a", "b\t"],
            [1, 2],
            BadValueError,
            ("row 1", r"'b\t'"),
        ),
        (
            ["a", "b"],
            [[1, 2], [3, np.nan]],
            BadValueError,
            ("row 1", "id 'b'", "nan", "track 1", "float32"),
        ),
        (
            ["a", "b"],
            [1, 1e39],
            BadValueError,
            ("row 1", "id 'b'", "1e+39", "track 0", "float32"),
        ),
        (
            ["a", "b"],
            [[1, 2], [3, "high"]],
            BadValueError,
            ("row 1", "id 'b'", "'high'", "track 1"),
        ),
        (
            ["a", "b"],
            [[1, 2], [3]],
            ShapeMismatchError,
            ("row 1", "id 'b'", "1", "2"),
        ),
        (
            ["a", "b"],
            [1, 2, 3],
            ShapeMismatchError,
            ("2 ids", "(3, 1)", "(N, K)"),
        ),
        (
            ["a"],
            np.empty((1, 0)),
            ShapeMismatchError,
            ("1 ids", "(1, 0)", "(N, K)"),
        ),
    ],
)
def test_side_input__refuses(ids, values, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        SideInput(ids, values)


@pytest.mark.parametrize(
    ("names", "error", "facts"),
    [
        ("DNase", ShapeMismatchError, ("names", "DNase", "2")),
        (["DNase"], ShapeMismatchError, ("names", "['DNase']", "2")),
        (["DNase", "DNase"], BadValueError, ("'DNase'",)),
        (["DNase", ""], BadValueError, ("''",)),
    ],
)
def test_side_input__refuses_names(names, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        SideInput(["a"], [[1, 2]], names)


@pytest.mark.parametrize(
    ("frame", "options", "facts"),
    [
        (pd.DataFrame({"id": ["a"], "x": ["high"]}), {}, ("row 0", "id 'a'", "'high'", "track 0")),
        (pd.DataFrame({"id": ["a"], "x": [None]}), {}, ("row 0", "id 'a'", "None", "track 0")),
        (pd.DataFrame({"id": ["a"], "x": pd.array([pd.NA], "Float64")}), {}, ("row 0", "id 'a'", "track 0")),
        (pd.DataFrame({"id": ["a"], "x": pd.to_datetime(["2020"])}), {}, ("datetime64",)),
        (pd.DataFrame({"id": ["a", pd.NA], "x": [1, 2]}), {}, ("row 1", "''")),
        (pd.DataFrame({"id": ["a"], "x": [1]}), {"id_column": "window"}, ("window", "['id', 'x']")),
        (pd.DataFrame({"id": ["a"], "x": [1]}), {"columns": ["y"]}, ("'y'", "['id', 'x']")),
        (pd.DataFrame([["a", 1, 2]], columns=["id", "x", "x"]), {}, ("columns", "x")),
    ],
)
def test_from_frame__refuses(frame, options, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        SideInput.from_frame(frame, **options)


def test_from_dict__refuses_rows_of_unequal_length():
    with pytest.raises(ShapeMismatchError, match=mentions("row 1", "id 'b'", "1", "2")):
        SideInput.from_dict({"a": [1, 2], "b": 3})


# Scaling


def test_scaled__fits_on_the_given_ids_only(table):
    training = ["chr22:100-201", "chr22:201-302"]
    scaled = table.scaled("standard", training)
    assert scaled.lookup(training).tolist() == [[-1], [1]]
    assert scaled.lookup(["chr22:302-403"]).tolist() == [[5]]
    assert scaled.values.tolist() == table.values.tolist()
    assert table.lookup(training).tolist() == [[0.25], [0.5]]
    assert scaled.scaled("none", training).scaling == table.scaling


def test_scaled__reads_ids_from_an_iterator_without_a_list_of_them():
    ids = [f"chr1:{start}-{start + 101}" for start in range(200_000)]
    side_input = SideInput(ids, np.arange(len(ids)))
    expected = side_input.scaled("standard", ids).scaling
    tracemalloc.start()
    assert side_input.scaled("standard", iter(ids)).scaling == expected
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40 * len(ids)  # rows and values: 24 bytes each, and 33 more where all are looked up at once


@unhurried
@given(
    arrays.arrays(np.float32, (10, 2), elements=st.floats(0, 1, width=32)),
    st.sampled_from(["standard", "log-standard"]),
)
def test_scaled__gives_the_training_ids_mean_0_and_sd_1(values, method):
    side_input = SideInput([f"w{i}" for i in range(10)], values)
    training = side_input.ids[:7]
    scaled = side_input.scaled(method, training).lookup(training).astype(np.float64)
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-5)
    varies = scaled.min(axis=0) < scaled.max(axis=0)
    np.testing.assert_allclose(scaled.std(axis=0)[varies], 1, atol=1e-5)


def test_with_scaling__does_what_the_fitted_one_did(table):
    fitted = table.scaled("log-standard", table.ids[:2])
    again = table.with_scaling(Scaling.from_json(fitted.scaling.to_json()))
    np.testing.assert_array_equal(again.lookup(table.ids), fitted.lookup(table.ids))
    assert again.names == table.names


def test_with_scaling__refuses_another_number_of_tracks(table):
    with pytest.raises(ShapeMismatchError, match=mentions("scaling", "2", "1")):
        table.with_scaling(Scaling.fit("none", [[1, 2]]))


def test_scaled__names_the_id_that_has_no_logarithm_even_if_not_fitted_on():
    side_input = SideInput(["a", "b", "c"], [[1, 1], [2, 2], [3, -0.5]], names=["DNase", "signal"])
    fitted = Scaling.fit("log-standard", [[1, 1], [2, 2]])
    for attempt, advice in (
        (lambda: side_input.scaled("log-standard", ["a", "b"]), ("'standard'", "'none'")),
        (lambda: side_input.with_scaling(fitted), ("fitted",)),
        (lambda: SideInput(side_input.ids, side_input.values, side_input.names, fitted), ("fitted",)),
    ):
        with pytest.raises(BadValueError, match=mentions("id 'c'", "-0.5", "track 'signal'", *advice)):
            attempt()


def test_scaled__refuses_unknown_ids_and_none_at_all(table):
    with pytest.raises(MissingIdError):
        table.scaled("standard", ["chr1:1-2"])
    with pytest.raises(EmptyInputError, match=mentions("scaling")):
        table.scaled("standard", [])


def test_subset__keeps_rows_names_and_scaling(table):
    part = table.scaled("standard", table.ids).subset(["chr22:302-403", "chr22:100-201"])
    assert part.ids.tolist() == ["chr22:302-403", "chr22:100-201"]
    np.testing.assert_array_equal(part.lookup(part.ids), table.scaled("standard", table.ids).lookup(part.ids))
    with pytest.raises(DuplicateIdError, match=mentions("row 0", "row 1", "chr22:100-201")):
        table.subset(["chr22:100-201", "chr22:100-201"])
    with pytest.raises(EmptyInputError):
        table.subset([])


# Files


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (book, ("track_0",)),
        (book.replace("\n", "\r\n"), ("track_0",)),
        (book.replace("\t", "   "), ("track_0",)),
        (book.replace("\t", ","), ("track_0",)),
        (book.rstrip() + "\n\n  \n\n", ("track_0",)),
        ("\n" + book.replace("\n", "\n\n"), ("track_0",)),
        ("\ufeff" + book, ("track_0",)),
        ("window\tDNase\n" + book, ("DNase",)),
        ("#window\tDNase\n" + book, ("DNase",)),
        (" \n\nid\t1\n" + book, ("1",)),
        ('"","DNase"\n"chr22:100-201",0.25\n"chr22:201-302",0.5\n', ("DNase",)),
        ('"DNase"\n"chr22:100-201" 0.25\n"chr22:201-302" 0.5\n', ("DNase",)),
        (gzip.compress(("window\tDNase\n" + book).encode(), mtime=0), ("DNase",)),
    ],
)
def test_from_file__finds_out_the_layout(tmp_path, text, names):
    side_input = SideInput.from_file(written(tmp_path, text))
    assert side_input.ids.tolist() == ["chr22:100-201", "chr22:201-302"]
    assert side_input.values.tolist() == [[0.25], [0.5]]
    assert side_input.names == names


def test_from_file__logs_the_layout_it_found(tmp_path, caplog):
    path = written(tmp_path, "window,DNase,CpG\nsi1,1,2\n", "side.csv")
    with caplog.at_level(logging.INFO):
        SideInput.from_file(path)
    assert caplog.messages == [f"{path}: 1 ids, tracks DNase, CpG; read as commas, with a header"]


def test_from_file__picks_columns_by_name_or_number(tmp_path):
    path = written(tmp_path, "gene,window,DNase,CpG\nJUND,a,1,2\nATF3,b,3,4\n", "side.csv")
    for id_column, columns in (("window", ["CpG", "DNase"]), (1, [3, 2])):
        side_input = SideInput.from_file(path, id_column=id_column, columns=columns)
        assert (side_input.ids.tolist(), side_input.names) == (["a", "b"], ("CpG", "DNase"))
        assert side_input.values.tolist() == [[2, 1], [4, 3]]
    with pytest.raises(BadValueError, match=mentions("H3K27ac", "4", "['gene', 'window'")):
        SideInput.from_file(path, columns=["H3K27ac"])
    with pytest.raises(BadValueError, match=mentions("DNase", "2", "header")):
        SideInput.from_file(written(tmp_path, book), columns=["DNase"])


def test_from_file__can_be_told_what_it_would_guess_otherwise(tmp_path):
    semicolons = written(tmp_path, "1;2\na;0.5\n")
    assert SideInput.from_file(semicolons, separator=";", header=True).names == ("2",)
    assert SideInput.from_file(semicolons, separator=";", header=False, names=["x"]).ids.tolist() == ["1", "a"]
    blank_in_id = written(tmp_path, "peak 1,0.5\npeak 2,0.25\n")
    assert SideInput.from_file(blank_in_id, separator=",").ids.tolist() == ["peak 1", "peak 2"]


@pytest.mark.parametrize(
    ("text", "error", "facts"),
    [
        ("", EmptyInputError, ("PATH",)),
        ("\n \n", EmptyInputError, ("PATH",)),
        (
            gzip.compress(b"", mtime=0),
            EmptyInputError,
            ("PATH",),
        ),
        ("id\tDNase\n", EmptyInputError, ("PATH", "header")),
        (
            book + "\nchr22:100-201\t0.75\n",
            DuplicateIdError,
            ("PATH:1", "PATH:4", "chr22:100-201", "1 of 3"),
        ),
        (
            "id\tDNase\n" + book + "chr22:302-403\tabc\n",
            BadValueError,
            ("PATH:4", "chr22:302-403", "'abc'", "column 2 (DNase)", "float32"),
        ),
        (
            "chr22:1-102\tabc\n" + book,
            BadValueError,
            ("PATH:1", "chr22:1-102", "'abc'", "column 2", "header=True"),
        ),
        (
            book + "chr22:302-403\t0.5\t0.5\n",
            BadValueError,
            ("PATH:3", "3 columns", "2", "chr22:302-403"),
        ),
        (
            book + "chr22:302-403\n",
            BadValueError,
            ("PATH:3", "1 column", "2", "chr22:302-403"),
        ),
        (
            "chr22:1-102\nchr22:100-201\n",
            BadValueError,
            ("PATH:1", "chr22:1-102", "separator="),
        ),
        (
            "chr22:1-102;0,5\n",
            BadValueError,
            ("PATH:1", "'chr22:1-102;0,5'", "separator=','"),
        ),
        (
            "id\tDNase\tCpG\na\t1\n",
            BadValueError,
            ("PATH:1", "header", "3", "2"),
        ),
        (
            "id\tDNase\na\t1\t2\n",
            BadValueError,
            ("PATH:1", "header", "2", "3"),
        ),
        (
            gzip.compress(book.encode() * 50, mtime=0)[:-20],
            DamagedFileError,
            ("PATH", "gzip"),
        ),
        (
            b"\x93NUMPY\x01\x00",
            TextEncodingError,
            ("PATH:1", "0x93", "UTF-8", "Latin-1", "iconv -f LATIN1 -t UTF-8"),
        ),
        (
            book + '"chr22:302-403\t0.5\n' + "x" * 200_000,
            BadValueError,
            ("PATH:3", "quote"),
        ),
        (
            book + "\t0.5\n",
            BadValueError,
            ("PATH:3", "''"),
        ),
    ],
)
def test_from_file__refuses(tmp_path, text, error, facts):
    path = written(tmp_path, text)
    with pytest.raises(error, match=mentions(*(fact.replace("PATH", str(path)) for fact in facts))):
        SideInput.from_file(path)


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-inf", "1e39", "-1e39", "", "NA", "1_000", "0,5", "0x10"])
def test_from_file__names_the_line_the_id_and_the_text_of_a_bad_value(tmp_path, text):
    for lines, line in ((book + f"chr22:5-6\t{text}\n", 3), (f"chr22:5-6\t{text}\n" + book, 1)):
        path = written(tmp_path, lines)
        with pytest.raises(BadValueError, match=mentions(f"{path}:{line}", "chr22:5-6", repr(text), "column 2")):
            SideInput.from_file(path)


def test_from_file__notices_gzip_whose_content_was_damaged(tmp_path):
    compressed = bytearray(gzip.compress(book.encode() * 50, mtime=0))
    compressed[-6] ^= 0xFF  # the checksum
    with pytest.raises(DamagedFileError, match=mentions("damaged")):
        SideInput.from_file(written(tmp_path, bytes(compressed)))


def test_from_file__refuses_a_folder_and_a_missing_file(tmp_path):
    with pytest.raises(DataFolderError, match=mentions(str(tmp_path), "folder")):
        SideInput.from_file(tmp_path)
    with pytest.raises(FileNotFoundError):
        SideInput.from_file(tmp_path / "none.txt")


cells = st.sampled_from(["0.5", " 1", "-2e-3", "1e400", "nan", "", "x", "1_0", "٣", "chr22:1-2", "a b", '"q', "3\t4"])


@unhurried
@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", " c ", "", "chr1:1-2"]), cells), min_size=1, max_size=6),
    st.booleans(),
)
def test_from_file__reads_whole_columns_as_it_does_line_by_line(tmp_path_factory, rows, ends_in_blank_lines):
    text = "chr22:9-10\t1\n" + "".join(f"{name}\t{cell}\n" for name, cell in rows) + " \n\n" * ends_in_blank_lines
    path = written(tmp_path_factory.mktemp("both"), text)
    try:
        table = read_text(path)
    except BadValueError:
        return  # which the tests above are about
    expected = [next(csv.reader([line], delimiter="\t")) for line in text.splitlines() if line.strip()]
    assert list(table.ids) == [name.strip() for name, _ in expected]
    assert table.values[:, 0].tolist() == [float(number) for _, number in expected]


def test_from_file__reads_more_than_a_chunk_of_lines(tmp_path):
    path = written(tmp_path, "".join(f"w{i}\t{i}\t{-i}\n" for i in range(2_501)))
    side_input = SideInput.from_file(path)
    assert side_input.lookup(["w2500", "w0", "w500"]).tolist() == [[2500, -2500], [0, 0], [500, -500]]


@pytest.mark.parametrize("name", ["side.tsv", "side.txt", "side.tsv.gz", "side.parquet"])
@unhurried
@given(side_input=side_inputs())
def test_to_file__gives_the_same_bits_back(tmp_path_factory, name, side_input):
    path = tmp_path_factory.mktemp("side") / name
    side_input.to_file(path)
    again = SideInput.from_file(path)
    assert again.ids.tolist() == side_input.ids.tolist()
    assert again.names == side_input.names
    assert again.values.tobytes() == side_input.values.tobytes()  # -0.0 too
    assert [file.name for file in path.parent.iterdir()] == [name]


@unhurried
@given(arrays.arrays(np.uint32, 50))
def test_to_file__loses_no_bit_of_any_float32(bits):
    numbers = bits.view(np.float32)
    numbers = numbers[np.isfinite(numbers)]
    assert np.array(list(map(float, _exact_text(numbers)))).astype(np.float32).tobytes() == numbers.tobytes()


def test_to_file__loses_no_bit_where_the_shortest_text_would():
    number = np.float32(7.038531e-26)  # by way of float64; read at once as float32 the text is the number next to it
    for neighbor in (np.nextafter(number, np.float32(0)), number, np.nextafter(number, np.float32(1))):
        assert np.float32(float(_exact_text(np.array([neighbor]))[0])) == neighbor


def test_to_file__keeps_ids_with_quotes_commas_and_blanks(tmp_path):
    side_input = SideInput(['"', "a,b", "c d", "#1", "id"], np.arange(10).reshape(5, 2), names=["id", "#"])
    for name in ("side.tsv", "side.parquet"):
        side_input.to_file(tmp_path / name)
        again = SideInput.from_file(tmp_path / name)
        assert again.ids.tolist() == side_input.ids.tolist()
        assert again.names == side_input.names


def test_to_file__writes_equal_tables_as_equal_bytes(tmp_path, table):
    for name in ("one.tsv.gz", "two.tsv.gz"):
        table.to_file(tmp_path / name)
    assert (tmp_path / "one.tsv.gz").read_bytes() == (tmp_path / "two.tsv.gz").read_bytes()


@pytest.mark.parametrize("name", ["side.xlsx", "side", "side.npz.gz", "side.csv"])
def test_to_file__refuses_a_name_it_has_no_format_for(tmp_path, table, name):
    with pytest.raises(BadValueError, match=mentions(".tsv", ".txt", ".tsv.gz", ".txt.gz", ".parquet")):
        table.to_file(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_parquet__names_rows_and_faults(tmp_path):
    path = tmp_path / "side.parquet"
    pd.DataFrame({"id": ["a", "a"], "x": [1.0, 2.0]}).to_parquet(path)
    with pytest.raises(DuplicateIdError, match=mentions(f"{path}: row 0", f"{path}: row 1", "'a'")):
        SideInput.from_file(path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DamagedFileError, match=mentions("Parquet")):
        SideInput.from_file(path)


def test_parquet__names_the_extra_if_pyarrow_is_missing(tmp_path, table, monkeypatch):
    path = tmp_path / "side.parquet"
    path.write_bytes(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for attempt in (lambda: SideInput.from_file(path), lambda: table.to_file(path)):
        with pytest.raises(MissingExtraError, match=mentions("pyarrow", "deepchem_genomics[parquet]")):
            attempt()


def test_side_input__imports_neither_deepchem_nor_pandas():
    code = (
        "import sys; from deepchem_genomics.data import SideInput; SideInput(['a'], [1.0]).lookup(['a']);"
        "print([name for name in ('deepchem', 'tensorflow', 'pandas') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_read_text__gives_values_and_names_apart(tmp_path):
    table = read_text(written(tmp_path, "window\tDNase\n" + book))
    assert (table.ids[0], table.values[0, 0], table.names, table.layout.n_above) == (
        "chr22:100-201",
        0.25,
        ["DNase"],
        1,
    )
