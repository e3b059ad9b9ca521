"""The three experiments on the book's own data, two epochs each."""

import json

import pytest
from click.testing import CliRunner

from deepchem_genomics.cli import main

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture(scope="module")
def records(real_data, tmp_path_factory):
    out = tmp_path_factory.mktemp("book") / "out"
    arguments = ["reproduce", "--source", str(real_data / "book"), "--epochs", "2", "--out", str(out), "--quiet"]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    return {path.parent.name: json.loads(path.read_text()) for path in sorted(out.glob("*/results.json"))}


def test_book__has_as_many_rows_as_it_should(records):
    assert {name: (record["n_train"], record["n_valid"]) for name, record in records.items()} == {
        "tf-binding": (47_496, 34_527),
        "chromatin": (47_496, 34_527),
        "rnai": (2_187, 244),
    }


def test_book__accessibility_alone_scores_higher_than_what_the_chapter_reports(records):
    for name in ("tf-binding", "chromatin"):
        alone = records[name]["baselines"]["accessibility_alone"]
        assert alone["valid"] == pytest.approx(0.8092, abs=0.001)
        assert alone["second"]["valid"] > records[name]["baselines"]["coin"]["second"]["valid"]
    assert records["chromatin"]["published"]["valid"] < alone["valid"]


def test_book__hardly_any_window_is_bound(records):
    assert records["tf-binding"]["baselines"]["coin"]["second"]["valid"] == pytest.approx(146 / 34_527)


def test_book__with_accessibility_the_network_is_better_from_the_start(records):
    assert records["chromatin"]["best_valid"] > records["tf-binding"]["best_valid"] + 0.1
