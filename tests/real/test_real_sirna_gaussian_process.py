"""What the Gaussian process reaches on the guides of Huesken et al., and that the model shipped is made from them."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from deepchem.data import NumpyDataset

from deepchem_genomics import metrics, molnet
from deepchem_genomics.models import SiRNAGaussianProcess
from deepchem_genomics.molnet.sirna import sirna_contexts
from deepchem_genomics.splits import GroupSplitter

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def told(real_data):
    return {"targets": molnet.sirna_genes(real_data), "contexts": sirna_contexts(real_data)}


def parts(real_data, folder, split):
    _, (train, valid, test), _ = molnet.load_sirna(split=split, source=real_data, save_dir=str(folder))
    return train, valid if split == "book" else test


@pytest.mark.parametrize(("split", "from_guides", "with_targets"), [("book", 0.757, 0.793), ("huesken", 0.734, 0.761)])
def test_published_parts__correlate_as_they_did(real_data, tmp_path, told, split, from_guides, with_targets):
    train, scored = parts(real_data, tmp_path, split)
    for arguments, expected in (({}, from_guides), (told, with_targets)):
        model = SiRNAGaussianProcess(**arguments)
        model.fit(train)
        assert model.evaluate(scored, [metrics.pearson])["pearson"] == pytest.approx(expected, abs=0.003)


def test_new_targets__correlate_as_they_did_and_intervals_cover(real_data, tmp_path, told):
    _, (guides,), _ = molnet.load_sirna(splitter=None, source=real_data, save_dir=str(tmp_path))
    mean, sd = np.zeros((2, len(guides)))
    for train, test in GroupSplitter(told["targets"]).k_fold_indices(guides, 5, seed=0):
        learned, scored = (NumpyDataset(guides.X[rows], guides.y[rows], ids=guides.ids[rows]) for rows in (train, test))
        model = SiRNAGaussianProcess(**told)
        model.fit(learned)
        mean[test], sd[test] = (values[:, 0] for values in model.predict_uncertainty(scored))
    y = guides.y[:, 0]
    assert np.corrcoef(mean, y)[0, 1] == pytest.approx(0.665, abs=0.003)
    assert 0.87 < (np.abs(y - mean) < 1.645 * sd).mean() < 0.93


def test_contexts__are_those_of_the_joined_table(real_data):
    import pandas as pd

    table = pd.read_csv(real_data / "sirna" / "huesken2431.tsv", sep="\t", dtype=str)
    expected = dict(zip(table["id"], table["mrna_context"].str.strip("X"), strict=True))
    assert sirna_contexts(real_data) == expected


def test_pretrained__is_what_the_script_makes_of_the_data(real_data, tmp_path):
    script = Path(__file__).parents[2] / "scripts" / "train_pretrained_sirna.py"
    spec = importlib.util.spec_from_file_location("train_pretrained_sirna", script)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.trained(str(real_data), None).save(tmp_path / "model")
    assert module.largest_difference(tmp_path / "model", module.SHIPPED) < 1e-6
