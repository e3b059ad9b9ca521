"""The figures of docs/data_faults.md, counted in the data again."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from deepchem_genomics.data.dividing import count_neighbors
from deepchem_genomics.molnet import load_jund
from deepchem_genomics.sirna import check_guides

PAGE = (Path(__file__).parents[2] / "docs" / "data_faults.md").read_text()
TEXT = " ".join(PAGE.split())
pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def guides(real_data):
    return pd.read_csv(real_data / "sirna" / "huesken2431.tsv", sep="\t").set_index("id")


@pytest.fixture
def targets(real_data):
    return real_data / "sirna" / "sources" / "gnn4sirna_dataset_1_mRNA_1.fas"


def row_of_page(scored, learned):
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[:2] == [scored, learned]:
            return [int(cell) for cell in cells[2:]]
    raise LookupError(scored)


def test_page__counts_strands_of_guides(guides, targets, real_data):
    sequences = guides["antisense21"]
    complements = sequences.str.translate(str.maketrans("ACGU", "UGCA"))
    others = real_data / "sirna" / "sources" / "gnn4sirna_dataset_1_sirna_1.fas"
    counts = [len(sequences), (check_guides(others, targets)["verdict"] == "antisense").sum()]
    assert (check_guides(sequences.to_dict(), targets)["verdict"] == "antisense").all()
    assert (check_guides(complements.to_dict(), targets)["verdict"] == "reversed").all()
    assert all(f"{count:,} " in TEXT for count in counts)
    assert f"{(guides['efficacy'] > 1).sum()} of Huesken's 2,431 efficacies exceed 1" in TEXT


@pytest.mark.parametrize(
    ("scored", "part", "learned", "other"),
    [
        ("the book's valid", ("book_split", "valid"), "the book's train", ("book_split", "train")),
        ("Huesken's test", ("huesken_split", "test"), "Huesken's train", ("huesken_split", "train")),
        ("Huesken's test", ("huesken_split", "test"), "the book's train", ("book_split", "train")),
    ],
)
def test_page__counts_copies_across_parts(guides, targets, scored, part, learned, other):
    ours, theirs = (guides.loc[guides[column] == name, "antisense21"].to_dict() for column, name in (part, other))
    found = check_guides(ours, targets, theirs)
    counts = [(found[name].fillna("") != "").sum() for name in ("against_same", "against_near")]
    assert row_of_page(scored, learned) == [len(ours), *counts]


def test_page__counts_windows_beside_training_windows(real_data, tmp_path):
    folders = {"source": real_data, "save_dir": str(tmp_path), "data_dir": str(tmp_path), "reload": False}
    _, (train, valid, _), _ = load_jund(part="available", **folders)
    ((same, near),) = count_neighbors(train, valid)
    assert (
        f"Of the book's {len(valid):,} valid windows, {near:,} lie within 1,000 bp of one of the {len(train):,} "
        in TEXT
    )
    assert f"({same} are the same)" in TEXT
    _, (train, valid, _), _ = load_jund(part="available", splitter="block", **folders)
    assert count_neighbors(train, valid) == [(0, 0)]


def test_page__counts_repeated_windows_of_gue(real_data):
    parts = {}
    for task in (0, 1):
        for part in ("train", "dev", "test"):
            with gzip.open(real_data / "tf_binding_101bp" / f"tf{task}_{part}.csv.gz", "rt") as file:
                parts[task, part] = pd.read_csv(file)["sequence"]
    repeated = parts[0, "train"].duplicated().sum()
    equal = [parts[task, part].isin(set(parts[task, "train"])).sum() for task, part in ((0, "dev"), (1, "test"))]
    assert f"{repeated} training windows of `tf0` are repeated" in TEXT and equal == [1, 1]
    alike = []
    for task in (0, 1):
        known = {text[i : i + 30] for text in parts[task, "train"] for i in range(72)}
        for part in ("dev", "test"):
            alike.append(sum(any(text[i : i + 30] in known for i in range(72)) for text in parts[task, part]))
    assert "{} of 1,000 (dev) and {} (test) in `tf0`, {} and {} in `tf1`".format(*alike) in TEXT


def test_page__counts_windows_that_two_tasks_share(real_data):
    tables = []
    for task in (0, 1):
        with gzip.open(real_data / "tf_binding_101bp" / f"tf{task}_train.csv.gz", "rt") as file:
            tables.append(pd.read_csv(file))
    rows = zip(tables[1]["sequence"], tables[1]["label"], strict=True)
    known = {text[i : i + 30]: label for text, label in rows for i in range(72)}
    same = []
    for text, label in zip(tables[0]["sequence"], tables[0]["label"], strict=True):
        found = [known[text[i : i + 30]] for i in range(72) if text[i : i + 30] in known]
        same += [label == found[0]] if found else []
    words = " ".join(TEXT.split())
    assert f"{len(same):,} of the {len(tables[0]):,} training windows of `tf0` share a stretch of 30 bases" in words
    assert f"and {sum(same):,} of these have its label" in words
