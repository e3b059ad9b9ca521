"""Predictions in a file are those that were made: every id in order, every float to the bit."""

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deepchem_genomics.io.table_writers import writing_table

CHUNKS = st.lists(
    st.lists(
        st.tuples(st.text("chr019:-+.|_ '\",\t\r\n", min_size=1, max_size=9), st.floats(width=32, allow_nan=False)),
        min_size=1,
        max_size=6,
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.parametrize("name", ["out.tsv", "out.parquet"])
@settings(max_examples=30)
@given(chunks=CHUNKS)
def test_predictions__come_back_in_order_to_the_bit(scratch, name, chunks):
    if name.endswith(".parquet"):
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    path = scratch("nothing", b"").with_name(name)
    with writing_table(path) as writer:
        for chunk in chunks:
            ids, values = zip(*chunk, strict=True)
            writer.write(pd.DataFrame({"id": ids, "y": np.array(values, np.float32)}))
    table = (
        pd.read_parquet(path)
        if name.endswith(".parquet")
        else pd.read_csv(path, sep="\t", dtype=str, skip_blank_lines=False)
    )
    rows = [row for chunk in chunks for row in chunk]
    assert table["id"].tolist() == [name for name, _ in rows]
    assert np.array(table["y"], np.float32).tobytes() == np.array([value for _, value in rows], np.float32).tobytes()


def test_predictions__quote_ids_that_would_break_a_line_and_no_others(scratch):
    path = scratch("nothing", b"").with_name("out.tsv")
    ids = ["chr1:0-9", "it's", "a\tb", "a\r", "a\nb", 'the "a"', ""]
    with writing_table(path) as writer:
        writer.write(pd.DataFrame({"id": ids, '5" end': np.zeros(len(ids), np.float32)}))
    text = path.read_bytes().decode()
    assert text.startswith(
        'id\t"5"" end"\nchr1:0-9\t0.0\nit\'s\t0.0\n"a\tb"\t0.0\n"a\r"\t0.0\n"a\nb"\t0.0\n"the ""a"""\t'
    )
    with path.open(newline="") as file:
        assert [row[0] for row in csv.reader(file, delimiter="\t")] == ["id", *ids]
