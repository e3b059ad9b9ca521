"""The table of k-mers against a search letter by letter."""

import numpy as np
import pytest

from deepchem_genomics.runs import Execution
from deepchem_genomics.sirna import near_matches
from deepchem_genomics.sirna.near_matches import KmerTable, write_kmer_table


@pytest.fixture(params=[1 << 22, 50])
def text(request, tmp_path, monkeypatch):
    """Return sequences with repeats, runs and changed copies, and their table, made whole or 50 bases at a time."""
    monkeypatch.setattr(near_matches, "_CHUNK", request.param)
    monkeypatch.setattr(near_matches, "_CANDIDATES", request.param)
    rng = np.random.default_rng(0)
    base = rng.integers(0, 4, 60)
    parts = []
    for _ in range(30):
        copy = base[rng.integers(0, 20) :].copy()
        copy[rng.integers(0, len(copy), 3)] = rng.integers(0, 4, 3)
        parts.append(copy)
    parts += [np.zeros(40, dtype=np.int64), np.full(18, 3), base[:18]]
    codes = np.concatenate(parts).astype(np.uint8)
    done = []
    write_kmer_table(tmp_path, codes, done.append, Execution())
    assert sum(done) == 2 * (len(codes) - 8)
    lengths = np.array([len(part) for part in parts])
    queries = np.stack([base[at : at + 18] for at in range(0, 40, 3)] + [np.zeros(18), np.full(18, 3)])
    return parts, queries.astype(np.uint8), KmerTable(tmp_path, lengths)


@pytest.mark.parametrize("mismatches", [0, 1, 2, 3])
def test_search__finds_what_a_search_letter_by_letter_finds(text, mismatches):
    parts, queries, table = text
    expected = [
        (number, sequence, start, tuple(np.flatnonzero(part[start : start + 18] != query).tolist()))
        for number, query in enumerate(queries)
        for sequence, part in enumerate(parts)
        for start in range(len(part) - 17)
        if (part[start : start + 18] != query).sum() <= mismatches
    ]
    assert list(table.search(queries, mismatches)) == expected and len(expected) > 20


def test_search__of_nothing_finds_nothing(text):
    _, queries, table = text
    assert list(table.search(queries[:0], 2)) == []
