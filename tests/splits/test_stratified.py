import deepchem as dc
import numpy as np
import pytest

from deepchem_genomics import splits
from deepchem_genomics.data.dividing import Division, divide


def windows(n_chromosomes=20, n_each=100, seed=0):
    """Make windows, 100 kb apart, whose positives crowd on few chromosomes and in few places."""
    rng = np.random.default_rng(seed)
    ids, labels = [], []
    for chromosome in range(n_chromosomes):
        share = rng.beta(0.3, 3)
        for place in range(n_each):
            ids.append(f"chr{chromosome}:{place * 100_000}-{place * 100_000 + 101}")
            labels.append(float(rng.random() < share * (2 if place < 20 else 0.5)))
    # A hundred different sequences, so that clusters of similar ones are as many.
    X = np.eye(4, dtype=np.int8)[rng.integers(0, 4, (100, 101))][np.arange(len(ids)) % 100]
    return dc.data.NumpyDataset(X, np.array(labels)[:, None], ids=np.array(ids, dtype=object))


def worst_share(dataset, parts, fractions=(0.8, 0.1, 0.1)):
    """Return how far a part's share of the positives is from its fraction, at the worst, relative to the fraction."""
    positives = dataset.y[:, 0]
    return max(
        abs(positives[rows].sum() / positives.sum() - wanted) / wanted
        for rows, wanted in zip(parts, fractions, strict=True)
    )


SPLITTERS = {
    "chromosome": lambda stratify: splits.ChromosomeSplitter(stratify=stratify),
    "block": lambda stratify: splits.BlockSplitter(1_000_000, stratify=stratify),
    "similarity": lambda stratify: splits.SimilaritySplitter(k=15, stratify=stratify),
    "group": lambda stratify: splits.GroupSplitter(lambda name: name.split(":")[0], stratify=stratify),
}


@pytest.mark.parametrize("kind", SPLITTERS)
def test_stratified_split__gives_each_part_its_share_of_positives(kind):
    dataset = windows()
    plain, stratified = (
        np.mean([worst_share(dataset, SPLITTERS[kind](on).split(dataset, seed=seed)) for seed in range(5)])
        for on in (False, True)
    )
    assert stratified < plain / 2
    assert stratified < 0.5


@pytest.mark.parametrize("kind", SPLITTERS)
def test_stratified_split__has_the_rows_of_each_part_once(kind):
    dataset = windows()
    parts = SPLITTERS[kind](True).split(dataset, seed=1)
    rows = np.concatenate(parts)
    assert len(set(rows.tolist())) == len(rows) and len(rows) > 0.97 * len(dataset)


def test_stratified_split__without_classes_is_that_of_the_rows():
    dataset = windows()
    measured = dc.data.NumpyDataset(dataset.X, dataset.y + 0.25, ids=dataset.ids)
    for stratified, plain in zip(
        splits.ChromosomeSplitter(stratify=True).split(measured, seed=3),
        splits.ChromosomeSplitter().split(measured, seed=3),
        strict=True,
    ):
        assert stratified.tolist() == plain.tolist()


@pytest.mark.parametrize("kind", ["random", "block", "chromosome", "similarity"])
def test_divided_folder__has_its_share_of_positives_in_each_part(kind):
    dataset = windows()
    parts = divide(dataset, Division(kind), seed=0).datasets
    shares = {part: rows.y.sum() / dataset.y.sum() for part, rows in parts.items()}
    assert shares["train"] == pytest.approx(0.8, abs=0.06)
    assert shares["valid"] == pytest.approx(0.1, abs=0.04)
    assert shares["test"] == pytest.approx(0.1, abs=0.04)


def test_divided_folder__random_parts_have_the_same_share_of_each_class_to_the_row():
    dataset = windows()
    parts = divide(dataset, Division("random"), seed=0).datasets
    for part, fraction in (("train", 0.8), ("valid", 0.1), ("test", 0.1)):
        assert parts[part].y.sum() == pytest.approx(fraction * dataset.y.sum(), abs=1)
        assert len(parts[part]) == pytest.approx(fraction * len(dataset), abs=1)
