"""The book's shards and this package's encoders agree, base by base."""

import csv

import deepchem as dc
import numpy as np
import pytest

from deepchem_genomics import feat

pytestmark = pytest.mark.real


@pytest.mark.parametrize("part", ["train", "valid"])
def test_one_hot__makes_the_books_sirna_arrays_from_the_published_guides(real_data, part):
    with (real_data / "sirna" / "huesken2431.tsv").open() as table:
        rows = [row for row in csv.DictReader(table, delimiter="\t") if row["book_split"] == part]
    rows.sort(key=lambda row: int(row["book_row"]))
    X = feat.one_hot([row["antisense21"] for row in rows], feat.RNA)
    book = dc.data.DiskDataset(str(real_data / "book" / f"{part}_siRNA"))
    np.testing.assert_array_equal(X, book.X)
    np.testing.assert_allclose([float(row["efficacy"]) for row in rows], book.y.ravel(), atol=1e-6)


def test_decode__the_books_windows_encode_to_the_same_array(real_data):
    book = dc.data.DiskDataset(str(real_data / "book" / "valid_dataset"))
    np.testing.assert_array_equal(feat.one_hot(feat.decode(book.X)), book.X)
