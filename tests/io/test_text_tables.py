"""Text tables: lines become columns in chunks, with their numbers, as one line at a time would give them."""

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchem_genomics.errors import BadValueError, LabelError
from deepchem_genomics.io.tables import BLANKS, TextTable, first_lines, numbers_of

CELLS = st.sampled_from(["a", "1.5", "", " b ", '"c"', '""', "x,y", "#d", 'e"f'])


@settings(max_examples=100)
@given(
    st.lists(st.one_of(st.tuples(CELLS, CELLS, CELLS), st.sampled_from(["# note", "", "  ", "\t\t"])), max_size=12),
    st.integers(1, 5),
    st.sampled_from(["\n", "\r\n"]),
)
def test_chunks__are_the_rows_of_each_line_by_itself(tmp_path_factory, rows, size, end):
    path = tmp_path_factory.mktemp("tables") / "x.tsv"
    lines = [row if isinstance(row, str) else "\t".join(row) for row in rows]
    path.write_bytes(("above" + end + end.join(lines)).encode())
    expected = [
        [number, *next(csv.reader([line], delimiter="\t"))]
        for number, line in enumerate(lines, 2)
        if line.strip() and not line.startswith("#")
    ]
    chunks = list(TextTable(path, "\t", comments=("#",)).read_chunks(size, 3, n_above=1))
    assert all(0 < len(numbers) <= size for numbers, _ in chunks)
    found = [list(row) for numbers, columns in chunks for row in zip(numbers.tolist(), *columns, strict=True)]
    assert found == expected


def test_blanks__are_one_separator_however_many(tmp_path):
    path = tmp_path / "x.txt"
    path.write_text(' "a"  1\n\nb\t \t2\n')
    ((numbers, columns),) = TextTable(path, BLANKS).read_chunks(9, 2)
    assert (numbers.tolist(), columns) == ([1, 3], [["a", "b"], ["1", "2"]])
    ((_, (names, _)),) = TextTable(path, BLANKS, quotes=False).read_chunks(9, 2)
    assert names == ['"a"', "b"]


@pytest.mark.parametrize("closed_later", ["", '"z",2\n'])
def test_quotes__that_are_not_closed_swallow_no_line(tmp_path, closed_later):
    path = tmp_path / "x.csv"
    path.write_text('"a",1\n"b,2\nc,3\n' + closed_later)
    with pytest.raises(LabelError) as error:
        list(TextTable(path, ",", error=LabelError).read_chunks(9, 2))
    assert f"{path}:2:" in str(error.value)


def test_lines__of_another_width_are_named_with_both_widths(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,1\nb,2\nc\nd,1,4\n")  # as many cells as four rows of two would have
    with pytest.raises(BadValueError) as error:
        list(TextTable(path, ",").read_chunks(9, 2))
    assert all(fact in str(error.value) for fact in (f"{path}:3:", "1 column", "2", "'c'"))


def test_first_lines__are_numbered_in_the_file(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("\n#a\n \nb\n")
    assert first_lines(path, 2) == [(2, "#a\n"), (4, "b\n")]
    assert first_lines(path, 1, lambda line: "b" in line) == [(4, "b\n")]


def test_numbers__are_read_whole_or_one_by_one_alike():
    texts = ["1", " 2.5", "1_0", ".", "1e400", "nan", "x"]
    values, wrong = numbers_of(texts, missing={"."})
    assert wrong == [2, 6]
    np.testing.assert_array_equal(values, [1, 2.5, np.nan, np.nan, np.inf, np.nan, np.nan])
    np.testing.assert_array_equal(numbers_of(["1", "2.5"])[0], [1, 2.5])
    values, wrong = numbers_of(["7", "1_0", "9" * 25, "1.5", "-3"], int)
    assert (values.tolist(), values.dtype, wrong) == ([7, 0, 0, 0, -3], np.int64, [1, 2, 3])
