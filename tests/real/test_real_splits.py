"""What the splitters do to the book's windows and guides."""

import itertools
import re

import deepchem as dc
import joblib
import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.feat import RNA, one_hot
from deepchem_genomics.splits import BlockSplitter, ChromosomeSplitter, GroupSplitter, SimilaritySplitter
from deepchem_genomics.splits.positions import read_interval_ids

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def windows(real_data):
    """The book's valid windows; X is not needed."""
    folder = real_data / "book" / "valid_dataset"
    ids, y, w = (joblib.load(folder / f"shard-0-{name}.joblib") for name in ("ids", "y", "w"))
    return dc.data.NumpyDataset(np.zeros((len(ids), 1), dtype=np.int8), y, w, ids)


@pytest.fixture(scope="module")
def guides(real_data):
    return pd.read_csv(real_data / "sirna" / "huesken2431.tsv", sep="\t")


def kmers(sequences, k):
    return {text[start : start + k] for text in sequences for start in range(len(text) - k + 1)}


def test_windows__three_blocks_of_chr22_with_a_gap_between(windows, caplog):
    caplog.set_level("INFO", logger="deepchem_genomics")
    parts = BlockSplitter().split(windows)
    assert [len(rows) for rows in parts] == [27_622, 3_451, 3_453]
    assert re.search(mentions("BlockSplitter", "1000 bp", "1 valid"), caplog.text)
    place = read_interval_ids(windows.ids)
    spans = [(place.start[rows].min(), place.end[rows].max()) for rows in parts]
    assert spans[1][0] - spans[0][1] >= 1_000
    assert spans[2][0] - spans[1][1] >= 1_000
    assert [int(windows.y[rows].sum()) for rows in parts] == [124, 13, 9]


def test_windows__of_all_chr22_lose_few_rows_to_the_gap(real_data):
    table = real_data / "genome" / "JUND.HepG2.chr22.101bp_intervals.tsv.gz"
    places = pd.read_csv(table, sep="\t", header=None, names=["chrom", "start", "end", "label"])
    ids = places["chrom"] + ":" + places["start"].astype(str) + "-" + places["end"].astype(str)
    dataset = dc.data.NumpyDataset(np.zeros((len(ids), 1)), places["label"].to_numpy()[:, None], ids=ids)
    parts = BlockSplitter().split(dataset)
    assert [len(rows) for rows in parts] == [406_104, 50_754, 50_764]  # of 507,642
    assert [int(dataset.y[rows].sum()) for rows in parts] == [1_061, 228, 171]


@pytest.mark.parametrize("seed", [0, 1])
def test_windows__blocks_of_a_megabase_and_folds_keep_the_gap(windows, seed):
    place = read_interval_ids(windows.ids)
    splitter = BlockSplitter(1_000_000)
    parts = splitter.split(windows, seed=seed)
    assert sum(map(len, parts)) > 0.99 * len(windows)
    pairs = [*itertools.permutations(parts, 2), *splitter.k_fold_indices(windows, 5, seed)]
    for one, other in pairs:
        starts = np.sort(place.start[other])
        after = np.searchsorted(starts, place.start[one])
        right = starts[np.minimum(after, len(starts) - 1)] - place.end[one]
        left = place.start[one] - (starts[np.maximum(after - 1, 0)] + 101)
        assert right[after < len(starts)].min(initial=1_000) >= 1_000
        assert left[after > 0].min(initial=1_000) >= 1_000


def test_windows__of_one_chromosome_cannot_be_split_by_chromosome(windows):
    with pytest.raises(ValueError, match=mentions("1", "chromosomes")):
        ChromosomeSplitter().split(windows)


def test_guides__the_books_split_shares_19_mers_and_ours_none(guides):
    sequences = guides["antisense21"]
    in_train = kmers(sequences[guides["book_split"] == "train"], 19)
    leaked = [not in_train.isdisjoint(kmers([text], 19)) for text in sequences[guides["book_split"] == "valid"]]
    assert (sum(leaked), len(leaked)) == (114, 244)

    dataset = dc.data.NumpyDataset(one_hot(sequences, RNA), guides["efficacy"].to_numpy()[:, None])
    splitter = SimilaritySplitter(k=19, reverse_complement=False)
    for seed in range(3):
        parts = splitter.split(dataset, seed=seed)
        assert [len(rows) for rows in parts] == [1945, 243, 243]
        found = [kmers(sequences.iloc[rows], 19) for rows in parts]
        assert not any(one & other for one, other in itertools.combinations(found, 2))
    for train, held_out in splitter.k_fold_indices(dataset, 5):
        assert kmers(sequences.iloc[train], 19).isdisjoint(kmers(sequences.iloc[held_out], 19))


def test_guides__no_gene_is_in_two_parts(guides):
    dataset = dc.data.NumpyDataset(np.zeros((len(guides), 1)), ids=guides["id"].astype(str))
    gene_of = dict(zip(guides["id"].astype(str), guides["gene"], strict=True))
    parts = GroupSplitter(gene_of).split(dataset)
    genes = [set(guides["gene"].iloc[rows]) for rows in parts]
    assert sum(map(len, genes)) == len(set.union(*genes)) == guides["gene"].nunique()
