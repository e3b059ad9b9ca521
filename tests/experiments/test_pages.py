import html
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from deepchem.data import DiskDataset, NumpyDataset

from deepchem_genomics import experiments
from deepchem_genomics.data.dividing import Division
from deepchem_genomics.simulate import simulated_sirna_datasets, simulated_tf_datasets


class Tables(HTMLParser):
    """The rows of all tables, as lists of texts."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.cell = [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.cell = ""

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.rows[-1].append(self.cell.strip())
            self.cell = None


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    train, valid, _ = simulated_tf_datasets(3000, 1500, prevalence=0.06)
    ids = np.array([f"chr{row % 3 + 1}:{row * 500}-{row * 500 + 101}" for row in range(len(train))], dtype=object)
    out = tmp_path_factory.mktemp("pages") / "model"
    placed = NumpyDataset(train.X, train.y, ids=ids)
    return experiments.train(placed, "kmers", out), out, valid


def test_training_page__has_the_scores_of_the_record_and_the_verdict(trained):
    result, out, _ = trained
    text = (out / "report.html").read_text()
    rows = Tables(text).rows
    record = result.record["scores"]["test"]["0"]
    estimate, low, high = record["scores"]["5-mers"]["roc_auc"]
    row = next(row for row in rows if "5-mers" in row and "test" in row)
    assert row[:3] == ["5-mers", "test", "0"] and str(record["rows"]) in row
    assert any(f"{estimate:.4f}({low:.4f} to {high:.4f})" in row for row in rows)
    assert html.escape(result.record["verdicts"][0]) in text


def test_training_page__draws_curves_calibration_and_the_split(trained):
    _, out, _ = trained
    alts = re.findall(r'alt="([^"]*)"', (out / "report.html").read_text())
    for part in ("test", "valid"):
        assert {f"ROC curves on {part}", f"Precision and recall on {part}", f"Calibration on {part}"} <= set(alts)
    assert "Where the windows of each part lie" in alts


def test_training_page__names_leaks_calibration_and_threshold(trained):
    result, out, _ = trained
    text = (out / "report.html").read_text()
    rows = Tables(text).rows
    errors = result.record["calibration"]["0"]["test"]
    for when in ("before", "after"):
        assert ["0", "test", when, *(f"{errors[when][name]:.4f}" for name in ("log_loss", "brier", "ece"))] in rows
    assert f"Threshold for 0: {result.record['threshold']['0']['value']:.4g}, chosen on valid by the rule f1" in text
    # Windows lie 500 bp apart, and the splitter leaves none of another part within 1,000 bp.
    for part in ("valid", "test"):
        assert f"Rows of {part} that are also in train: 0; within 1,000 bp of a training window: 0." in text


def test_training_page__counts_the_leaks_of_a_random_split(trained, tmp_path):
    train, _, _ = simulated_tf_datasets(600, 2, prevalence=0.06)
    ids = np.array([f"chr1:{row * 200}-{row * 200 + 101}" for row in range(len(train))], dtype=object)
    placed = NumpyDataset(train.X, train.y, ids=ids)
    experiments.train(
        experiments.Data(placed, division=Division("random", (0.5, 0.25, 0.25))), "gc-content", tmp_path / "out"
    )
    text = (tmp_path / "out" / "report.html").read_text()
    found = re.search(r"test that are also in train: 0; within 1,000 bp of a training window: (\d+). The score", text)
    assert int(found[1]) > 140


def test_evaluation_page__is_written_where_it_is_asked_for(trained, tmp_path):
    _, out, valid = trained
    scores = experiments.evaluate(out, valid, report=tmp_path / "page.html")
    text = (tmp_path / "page.html").read_text()
    estimate, low, high = scores["0"]["scores"]["model"]["roc_auc"]
    assert f"{estimate:.4f}<small>({low:.4f} to {high:.4f})</small>" in text and str(out) in text


def test_training_page__of_guides_shows_predictions_against_measurements(tmp_path):
    train, valid = simulated_sirna_datasets(n_train=100, n_valid=50, seed=3)[:2]
    experiments.train(
        experiments.Data(train, valid=valid), "sirna-network", tmp_path / "out", settings={"epochs": 3, "patience": 2}
    )
    alts = re.findall(r'alt="([^"]*)"', (tmp_path / "out" / "report.html").read_text())
    assert "Predicted against measured, valid" in alts
    assert "Pearson r on valid by epoch" in alts


def test_training_page__of_the_same_call_is_the_same_bytes(trained, tmp_path):
    train, valid, _ = simulated_tf_datasets(500, 300, prevalence=0.06)
    for name in ("one", "two"):
        experiments.train(experiments.Data(train, valid=valid), "gc-content", tmp_path / name)
    assert (tmp_path / "one" / "report.html").read_bytes() == (tmp_path / "two" / "report.html").read_bytes()


def test_pages__escape_names_that_look_like_markup(tmp_path):
    evil = "<script>alert(1)<script>"
    train, valid, _ = simulated_tf_datasets(600, 600, prevalence=0.06)
    disk = DiskDataset.from_numpy(train.X, train.y, ids=train.ids, tasks=[evil], data_dir=str(tmp_path / "data"))
    out = tmp_path / evil
    experiments.train(experiments.Data(disk, valid=valid), "gc-content", out)
    experiments.evaluate(out, valid, report=tmp_path / "page.html")
    for page in (out / "report.html", tmp_path / "page.html"):
        assert "<script>alert" not in page.read_text()
        assert "&lt;script&gt;alert(1)" in page.read_text()
