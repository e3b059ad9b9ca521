"""The comparison of readers with independent tools finds no difference, and would find one."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

for package in ("pysam", "pybigtools", "Bio"):
    pytest.importorskip(package)

SCRIPT = Path(__file__).parents[1] / "scripts" / "compare_readers.py"
spec = importlib.util.spec_from_file_location("compare_readers", SCRIPT)
compare_readers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(compare_readers)


@pytest.mark.parametrize("kind", compare_readers.COMPARISONS)
def test_readers__agree_with_independent_tools(kind, tmp_path_factory):
    for seed in range(10):
        assert compare_readers.COMPARISONS[kind](np.random.default_rng(seed), tmp_path_factory.mktemp(kind)), seed


def test_intervals__that_are_one_off_are_a_difference(monkeypatch, tmp_path):
    from deepchem_genomics import genome

    read = genome.read_intervals
    monkeypatch.setattr(
        genome, "read_intervals", lambda path: read(path).assign(start=lambda table: table["start"] + 1)
    )
    assert not compare_readers.compare_intervals(np.random.default_rng(0), tmp_path)
