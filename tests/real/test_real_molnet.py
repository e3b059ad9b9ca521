"""The published data sets themselves, from the local folder."""

import gzip

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics import molnet
from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.feat import RNA, decode
from deepchem_genomics.metrics import roc_auc

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def table(real_data):
    return pd.read_csv(real_data / "sirna/huesken2431.tsv", sep="\t", dtype={"id": str}).set_index("id")


@pytest.mark.parametrize(
    ("split", "column", "sizes"),
    [("huesken", "huesken_split", (2182, 0, 249)), ("book", "book_split", (2187, 244, 0)), ("gene", "gene", None)],
)
def test_load_sirna__agrees_with_the_joined_table(split, column, sizes, table, real_data, tmp_path):
    tasks, parts, _ = molnet.load_sirna(split=split, source=real_data, save_dir=str(tmp_path))
    assert tasks == ["efficacy"]
    assert sorted(name for part in parts for name in part.ids) == sorted(table.index)
    for part in parts:
        if len(part):
            rows = table.loc[part.ids]
            assert decode(part.X, RNA) == rows["antisense21"].tolist()
            np.testing.assert_array_equal(part.y[:, 0], rows["efficacy"].to_numpy(np.float32))
    if sizes is None:
        genes = [set(table.loc[part.ids, column]) for part in parts]
        assert sum(map(len, genes)) == len(set.union(*genes)) == 30
        assert [len(part) > 150 for part in parts] == [True, True, True]
    else:
        assert tuple(map(len, parts)) == sizes
        for name, part in zip(("train", "valid", "test"), parts, strict=True):
            assert set(table.loc[part.ids, column]) == ({name} if len(part) else set())


def test_sirna_genes__agrees_with_the_joined_table(table, real_data):
    assert molnet.sirna_genes(real_data) == table["accession"].to_dict()


def test_load_sirna__the_efficacy_is_as_the_docstring_says(table):
    efficacy = table["efficacy"]
    facts = (efficacy.min(), efficacy.max(), round(efficacy.mean(), 3), round(efficacy.std(), 3), (efficacy > 1).sum())
    assert facts == (0, 1.341, 0.693, 0.201, 134)
    in_book = table.loc[table["huesken_split"] == "test", "book_split"]
    assert (in_book == "train").sum() == 222


def test_load_jund__what_is_available_is_not_the_published_training_set(real_data, tmp_path):
    with pytest.raises(DataFolderError, match=mentions("part='available'")):
        molnet.load_jund(source=real_data, save_dir=str(tmp_path))
    with pytest.raises(DataFolderError, match=mentions("blob", "7b751447c4223d48b5672323f33b6f2e40a4f992")):
        molnet.jund_accessibility(source=real_data)
    _, parts, _ = molnet.load_jund(part="available", source=real_data, save_dir=str(tmp_path))
    assert [len(part) for part in parts] == [47_496, 34_527, 34_528]
    assert [int(part.y.sum()) for part in parts] == [107, 146, 146]
    ids = [set(part.ids) for part in parts]
    assert len(set.union(*ids)) == sum(map(len, ids)) == sum(map(len, parts))
    accessibility = molnet.jund_accessibility("available", real_data)
    valid = parts[1]
    score = roc_auc.compute_metric(valid.y, accessibility.lookup(valid.ids))
    assert round(float(score), 4) == 0.8092


@pytest.mark.parametrize(("task", "repeated", "shared"), [(0, 8, (1, 0)), (1, 0, (0, 1))])
def test_load_gue_tf__rows_are_those_of_the_files(task, repeated, shared, real_data, tmp_path):
    _, parts, _ = molnet.load_gue_tf(task=task, source=real_data, save_dir=str(tmp_path))
    assert [len(part) for part in parts] == [(32_378, 30_672)[task], 1000, 1000]
    windows = [decode(part.X) for part in parts]
    for name, part, of_part in zip(("train", "dev", "test"), parts, windows, strict=True):
        with gzip.open(real_data / f"tf_binding_101bp/tf{task}_{name}.csv.gz", "rt") as stream:
            published = pd.read_csv(stream)
        assert of_part == published["sequence"].tolist()
        assert part.y[:, 0].tolist() == published["label"].tolist()
    train, valid, test = map(set, windows)
    assert len(windows[0]) - len(train) == repeated
    assert (len(train & valid), len(train & test)) == shared


def test_load_gue_tf__a_task_that_is_not_there_is_said_so(real_data, tmp_path):
    with pytest.raises(DataFolderError, match=mentions("tf4_train.csv.gz", "source")):
        molnet.load_gue_tf(task=4, source=real_data, save_dir=str(tmp_path))
