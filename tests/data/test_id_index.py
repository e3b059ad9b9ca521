"""Ids in little memory: as a dictionary would find them, in this process and in another."""

import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import deepchem_genomics
from deepchem_genomics.data import id_index
from deepchem_genomics.data.id_index import IdIndex, PackedTexts


@given(st.lists(st.text(), unique=True, min_size=1), st.lists(st.text()))
def test_find__gives_the_rows_that_a_dictionary_gives(texts, others):
    rows = {text: row for row, text in enumerate(texts)}
    index = IdIndex(PackedTexts(texts))
    wanted = [*others, *texts[::-1]]
    assert index.find(wanted).tolist() == [rows.get(text, -1) for text in wanted]
    assert [text in index for text in wanted] == [text in rows for text in wanted]
    assert list(index.texts) == texts
    assert [index.texts[row] for row in range(-len(texts), len(texts))] == texts * 2


@given(st.lists(st.sampled_from("abcdef"), min_size=1))
def test_index__names_the_first_row_that_repeats_one(texts):
    if len(set(texts)) == len(texts):
        IdIndex(PackedTexts(texts))
        return
    second = next(row for row, text in enumerate(texts) if text in texts[:row])
    with pytest.raises(KeyError) as error:
        IdIndex(PackedTexts(texts))
    assert error.value.args == (texts.index(texts[second]), second)


def test_index__tells_texts_with_one_hash_apart(monkeypatch):
    hashes = id_index._hashes

    def often_alike(texts, attempt):
        return hashes(texts, attempt) % (8 if attempt < 3 else 1 << 62)

    monkeypatch.setattr(id_index, "_hashes", often_alike)
    texts = [f"chr1:{i}-{i + 4}" for i in range(100)]
    assert IdIndex(PackedTexts(texts)).find([*texts, "chr1:0-5"]).tolist() == [*range(100), -1]


def test_index__works_in_a_process_with_other_hashes(tmp_path):
    texts = [f"chr1:{i}-{i + 4}" for i in range(100)]
    (tmp_path / "index").write_bytes(pickle.dumps(IdIndex(PackedTexts(texts))))
    script = f"import pickle; print(pickle.load(open('index', 'rb')).find({texts[::-1]}).tolist())"
    environment = {"PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(deepchem_genomics.__file__).parents[1])}
    printed = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert printed.strip() == str([*range(99, -1, -1)])


def test_index__takes_a_third_of_the_memory_of_a_dictionary():
    texts = [f"chr1:{i}-{i + 101}" for i in range(0, 5_000_000, 101)]
    index = IdIndex(PackedTexts(texts))
    kept = len(index.texts._bytes) + 8 * len(texts) + index._hashes.nbytes + index._order.nbytes
    rows = dict(zip(texts, range(len(texts)), strict=True))
    dictionary = sys.getsizeof(rows) + sum(map(sys.getsizeof, [*rows, *rows.values()]))
    assert kept < dictionary / 3
    assert np.array_equal(index.find(texts), np.arange(len(texts)))
