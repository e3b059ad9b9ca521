"""The report: its numbers against direct computation, its page, and what it says when runs are missing."""

import base64
import csv
import io
import json
import re
import shutil
from html.parser import HTMLParser

import numpy as np
import pytest
from messages import mentions
from sklearn.metrics import matthews_corrcoef, roc_auc_score

from deepchem_genomics import metrics
from deepchem_genomics.benchmark import report, tables
from deepchem_genomics.benchmark.finished_runs import FORMAT, Predictions, read_runs, write_run
from deepchem_genomics.benchmark.intervals import matthews
from deepchem_genomics.benchmark.one_run import score_all
from deepchem_genomics.benchmark.page import draw, shown
from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.benchmark.summary import matched, summarize
from deepchem_genomics.errors import DataFolderError, EmptyInputError

N = 80
HOSTILE = '<script>alert("x")&lt; | $a_b$'


def keep(out, problem, recipe, predicted, seed=0, uses_seed=True, kind="binding", y=None, **fields):
    """Write a run as the runner would."""
    y = labels(kind) if y is None else y
    names = PROBLEMS[problem].metrics if problem in PROBLEMS else ("roc_auc", "pr_auc")
    is_baseline = fields.pop("is_baseline", "network" not in recipe)
    record = {
        "format": FORMAT,
        "problem": problem,
        "kind": kind,
        "recipe": recipe,
        "side_inputs": ["accessibility"] if "accessibility" in recipe else [],
        "is_baseline": is_baseline,
        "uses_seed": uses_seed,
        "seed": seed,
        "scores": score_all(names, y, predicted),
        "n_train": 1200,
        "n_scored": len(y),
        "parameters": None if is_baseline else 6661,
        "seconds_fit": 2.0 + seed,
        "seconds_predict": 0.1,
        "peak_memory_mb": 900.0 + seed,
        "history": [] if is_baseline else [{"fold": 0, "epoch": k, "score": 0.5 + k / 10} for k in (1, 2, 3)],
        "folds": 1,
        "versions": {"numpy": "2.0"},
        "machine": {"cpus": 2},
        "fingerprint": {"data": "d", "settings": "s"},
        "finished": f"2026-01-0{seed + 1}T00:00:00+00:00",
    }
    record |= {"prevalence": y.mean()} if kind == "binding" else {"label_mean": y.mean(), "label_sd": y.std()}
    ids = np.array([f"row{i}" for i in range(len(y))])
    return write_run(out, record | fields, Predictions(ids, y, predicted, np.zeros(len(y), np.int16)))


def labels(kind="binding"):
    values = np.random.default_rng(7).random(N)
    return (values < 0.4).astype(float) if kind == "binding" else values


def guess(strength, seed=0, kind="binding"):
    """Return probabilities that know something of the labels."""
    return np.clip(strength * labels(kind) + np.random.default_rng(seed).random(N) * (1 - strength), 0, 1)


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Two binding problems and one of efficacy, with networks, baselines and a constant."""
    folder = tmp_path_factory.mktemp("benchmark")
    for problem in ("gue-tf0", "simulated-tf"):
        for seed in (0, 1, 2):
            keep(folder, problem, "network", guess(0.4, seed), seed)
            keep(folder, problem, "motif-boosting", guess(0.3, 10 + seed), seed)
        keep(folder, problem, "kmers", guess(0.2, 20), uses_seed=False)
        keep(folder, problem, "prevalence", np.full(N, 0.4), uses_seed=False)
    keep(folder, "sirna-huesken", "sirna-network", guess(0.5, 1, "efficacy"), kind="efficacy")
    keep(folder, "sirna-huesken", "ridge", guess(0.4, 2, "efficacy"), kind="efficacy", uses_seed=False)
    keep(folder, "sirna-huesken", "mean", np.full(N, 0.5), kind="efficacy", uses_seed=False)
    report.write_report(folder, 20)
    return folder


def of(out, problem, n_resamples=20):
    """Sum up one problem."""
    runs = [run for run in read_runs(out) if run.record["problem"] == problem]
    return summarize(runs, PROBLEMS, n_resamples)[0]


def rows_of(table):
    """Return a Markdown table's rows by their first column."""
    lines = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return {line[0]: dict(zip(lines[0], line, strict=True)) for line in lines[2:]}


def drawn_in(page):
    """Return the SVGs of a page."""
    found = re.findall(r"data:image/svg\+xml;base64,([^\"]+)", page)
    return [base64.b64decode(image).decode() for image in found]


def section(text, problem):
    return next(part for part in text.split("## ") if part.startswith(problem + ":"))


def test_report__scores_are_the_mean_and_deviation_over_seeds(out):
    summary = of(out, "gue-tf0")
    network = next(recipe for recipe in summary.recipes if recipe.name == "network")
    by_hand = [roc_auc_score(labels(), guess(0.4, seed)) for seed in (0, 1, 2)]
    assert network.scores["roc_auc"].runs == pytest.approx(by_hand)
    assert network.scores["roc_auc"].mean == pytest.approx(np.mean(by_hand))
    assert network.scores["roc_auc"].sd == pytest.approx(np.std(by_hand, ddof=1))
    text = rows_of(section(report.format_tables(out, 20), "gue-tf0"))["network"]
    assert text["ROC AUC (mean ± sd [95% interval])"].startswith(
        f"{np.mean(by_hand):.3f} ± {np.std(by_hand, ddof=1):.3f} ["
    )


def test_report__intervals_and_differences_are_of_the_median_seeds(out):
    def median(strength, first):
        runs = [guess(strength, first + seed) for seed in (0, 1, 2)]
        return sorted(runs, key=lambda predicted: roc_auc_score(labels(), predicted))[1]

    ours, rival = median(0.4, 0), median(0.3, 10)
    summary = of(out, "gue-tf0", 200)
    assert summary.best_baseline == "motif-boosting"
    network = next(recipe for recipe in summary.recipes if recipe.name == "network")
    expected = metrics.ranking_interval("roc_auc", labels(), ours)
    assert network.scores["roc_auc"].interval == pytest.approx(expected)
    difference = metrics.ranking_difference("roc_auc", labels(), ours, rival)
    assert network.scores["roc_auc"].difference == pytest.approx(difference)
    by_bootstrap = metrics.bootstrap_interval(matthews, labels(), ours, 200)
    assert network.scores["mcc"].interval == pytest.approx(by_bootstrap)


def test_report__has_no_interval_but_a_reason_where_positives_are_few(tmp_path):
    few = np.zeros(N)
    few[:19] = 1
    keep(tmp_path, "gue-tf0", "network", guess(0.4), y=few)
    keep(tmp_path, "gue-tf0", "kmers", guess(0.2, 20), y=few, uses_seed=False)
    summary = of(tmp_path, "gue-tf0")
    assert [(one.interval, one.difference) for one in summary.recipes[0].scores.values()] == [(None, None)] * 3
    assert summary.recipes[0].scores["roc_auc"].mean is not None
    assert any("19 positives" in note for note in summary.notes)


def test_report__matthews_correlation_is_at_the_threshold_of_one_half(out):
    summary = of(out, "gue-tf0")
    kmers = next(recipe for recipe in summary.recipes if recipe.name == "kmers")
    by_hand = matthews_corrcoef(labels(), guess(0.2, 20) >= 0.5)
    assert kmers.scores["mcc"].mean == pytest.approx(by_hand)
    assert kmers.scores["mcc"].interval.estimate == pytest.approx(by_hand)


@pytest.mark.filterwarnings("ignore:A single label")
def test_matthews__agrees_with_scikit_learn():
    rng = np.random.default_rng(0)
    for n in (1, 2, 5, 60):
        for _ in range(20):
            y, predicted = (rng.random(n) < 0.5).astype(float), rng.random(n).round(1)
            assert matthews(y, predicted) == pytest.approx(matthews_corrcoef(y, predicted >= 0.5))


def test_report__trivial_scores_and_labels_stand_above_the_table(out):
    tables = report.format_tables(out, 20)
    share, deviation = labels().mean(), labels("efficacy").std()
    assert f"PR AUC {share:.3g} (a coin: the prevalence)" in section(tables, "gue-tf0")
    assert f"RMSE {deviation:.3g} (always the mean of the scored labels)" in section(tables, "sirna-huesken")
    assert f"{100 * share:.3g}% of the scored rows are positive ({labels().sum():.0f})" in tables


def test_report__the_best_stands_first_and_published_figures_in_their_place(out):
    rows = rows_of(section(report.format_tables(out, 20), "sirna-huesken"))
    scores = [row["Pearson r (mean ± sd [95% interval])"].split()[0] for row in rows.values()]
    assert scores[-1] == "-"  # the constant's
    assert scores[:-1] == sorted(scores[:-1], reverse=True)
    assert "Vert, Foveau" in rows["DSIR (published)"]["source"]
    assert rows["DSIR (published)"]["Pearson r (mean ± sd [95% interval])"] == "0.67 (no interval)"


def test_report__a_constant_has_no_correlation_but_an_error(out):
    row = rows_of(section(report.format_tables(out, 20), "sirna-huesken"))["mean"]
    assert row["Pearson r (mean ± sd [95% interval])"] == "- (undefined)"
    error = np.sqrt(np.mean((labels("efficacy") - 0.5) ** 2))
    assert row["RMSE, lower is better (mean ± sd [95% interval])"].startswith(f"{error:.3f} [")


def test_report__who_does_not_depend_on_the_seed_has_one_run(out):
    rows = rows_of(section(report.format_tables(out, 20), "gue-tf0"))
    assert (rows["kmers"]["runs"], rows["network"]["runs"]) == ("1 run", "3 seeds")
    assert rows["motif-boosting"]["minus best baseline [95% interval]"] == "best baseline"


def test_report__the_best_baseline_by_an_error_has_the_lowest(tmp_path):
    known = PROBLEMS["sirna-book"]._replace(metrics=("rmse",))
    for name, strength in (("ridge", 0.9), ("mean", 0.1)):
        keep(tmp_path, "sirna-book", name, guess(strength, 1, "efficacy"), kind="efficacy", uses_seed=False)
    (summary,) = summarize(read_runs(tmp_path), {"sirna-book": known}, 20)
    assert summary.best_baseline == "ridge"
    assert [recipe.name for recipe in summary.recipes] == ["ridge", "mean"]


def test_report__pooled_folds_are_warned_of(tmp_path):
    keep(tmp_path, "sirna-cv10", "ridge", guess(0.4, 2, "efficacy"), kind="efficacy", uses_seed=False, folds=10)
    (summary,) = summarize(read_runs(tmp_path), PROBLEMS, 20)
    assert any("the predictions of all folds are scored together" in note for note in summary.notes)
    assert "1,200 trained on in each of 10 folds (mean)" in report.format_tables(tmp_path, 20)


def test_matched__rows_in_another_order_are_put_in_order():
    rng = np.random.default_rng(0)
    here = Predictions(np.array(list("abcd")), np.arange(4.0), np.arange(4.0), np.zeros(4, np.int16))
    order = rng.permutation(4)
    there = Predictions(here.ids[order], here.y[order], 10 * here.y[order], here.fold)
    np.testing.assert_array_equal(matched(here, there), [0, 10, 20, 30])


def test_matched__other_rows_do_not_match():
    here = Predictions(np.array(["a"]), np.ones(1), np.ones(1), np.zeros(1, np.int16))
    assert matched(here, here._replace(ids=np.array(["b"]))) is None
    assert matched(here, here._replace(y=np.zeros(1))) is None
    assert matched(here, Predictions(*(column[:0] for column in here))) is None


def test_matched__a_model_scored_on_other_rows_has_no_difference_and_a_note(tmp_path):
    keep(tmp_path, "simulated-tf", "kmers", guess(0.3), uses_seed=False)
    keep(tmp_path, "simulated-tf", "network", guess(0.4), y=labels()[::-1])
    (summary,) = summarize(read_runs(tmp_path), PROBLEMS, 20)
    network = next(recipe for recipe in summary.recipes if recipe.name == "network")
    assert network.scores["roc_auc"].difference is None
    assert any("network was scored on other rows than the best baseline" in note for note in summary.notes)


def test_report__all_four_are_written_and_nothing_else(out):
    assert report.write_report(out, 20) == out / "report.html"
    written = sorted(path.name for path in out.iterdir())
    assert written == ["report.csv", "report.html", "report.json", "report.md", "runs"]


def test_report__csv_has_the_columns_that_are_documented_and_a_row_each(out):
    rows = list(csv.DictReader(io.StringIO((out / "report.csv").read_text())))
    assert tuple(rows[0]) == tables.COLUMNS
    for column in tables.COLUMNS:
        metric = next((m for m in ("roc_auc", "pr_auc", "mcc", "pearson", "spearman", "rmse") if m in column), None)
        documented = column.replace(metric, "<metric>", 1) if metric else column
        assert f"``{documented}``" in tables.__doc__, column
    named = [(row["problem"], row["recipe"]) for row in rows]
    assert named.count(("gue-tf0", "network")) == 1
    assert ("gue-tf0", "Caduceus-Ph") in named
    network = rows[named.index(("gue-tf0", "network"))]
    by_hand = np.mean([roc_auc_score(labels(), guess(0.4, seed)) for seed in (0, 1, 2)])
    assert float(network["roc_auc"]) == pytest.approx(by_hand)
    assert (network["seeds"], network["n_runs"], network["simulated"]) == ("0 1 2", "3", "0")
    assert (network["pearson"], network["best_baseline"]) == ("", "motif-boosting")


def test_report__json_says_the_same_as_the_csv(out):
    record = json.loads((out / "report.json").read_text())
    assert record["provenance"]["seeds"] == [0, 1, 2]
    problem = next(problem for problem in record["problems"] if problem["name"] == "gue-tf0")
    rows = csv.DictReader(io.StringIO((out / "report.csv").read_text()))
    by_name = {row["recipe"]: row for row in rows if row["problem"] == "gue-tf0"}
    for recipe in problem["recipes"]:
        score = recipe["scores"]["pr_auc"]
        assert float(by_name[recipe["name"]]["pr_auc_high"]) == score["interval"]["high"]
    assert problem["published"][0]["model"] == "Caduceus-Ph"


def test_report__simulated_data_are_called_so_in_every_title(out):
    markdown, page = (out / "report.md").read_text(), (out / "report.html").read_text()
    assert "## simulated-tf: Simulated transcription factor binding, SIMULATED data" in markdown
    assert page.count('<span class="label">SIMULATED data</span>') == 2  # in the contents, and above the section
    titles = [title for svg in drawn_in(page) for title in re.findall(r">(simulated-tf[^<]*)</text>", svg)]
    assert len(titles) == 5
    assert all("(SIMULATED data)" in title for title in titles)


def test_report__the_head_says_how_the_numbers_came_about(out):
    markdown = (out / "report.md").read_text()
    assert "- Command: dcgenomics benchmark " in markdown
    assert "- Seeds: 0, 1, 2\n" in markdown
    assert "- Finished: 2026-01-01T00:00:00+00:00 to 2026-01-03T00:00:00+00:00\n" in markdown
    assert "- Machine: cpus: 2\n" in markdown
    assert "which favors it" in markdown


def test_report__a_report_of_nothing_is_one_error(tmp_path):
    for make in (report.write_report, report.format_tables):
        with pytest.raises(EmptyInputError, match=mentions("finished")):
            make(tmp_path / "nowhere")
    assert not list(tmp_path.iterdir())


def test_report__a_damaged_run_is_named_and_the_earlier_report_stays(out, tmp_path):
    out = shutil.copytree(out, tmp_path / "copy")
    before = (out / "report.html").read_bytes()
    keep(out, "gue-tf0", "kmers", guess(0.5, 20), uses_seed=False)
    (out / "runs/gue-tf0/kmers/seed0/predictions.npz").write_bytes(b"PK")
    with pytest.raises(DataFolderError, match="kmers"):
        report.write_report(out, 20)
    assert (out / "report.html").read_bytes() == before


def test_report__a_whole_run_misses_nothing(tmp_path):
    keep(tmp_path, "simulated-tf", "network", guess(0.4))
    keep(tmp_path, "simulated-tf", "kmers", guess(0.2), uses_seed=False)
    report.write_report(tmp_path, 20)
    assert "partial" not in (tmp_path / "report.md").read_text()


def test_report__seeds_and_models_that_others_have_are_named(tmp_path):
    keep(tmp_path, "simulated-tf", "network", guess(0.4), 0)
    keep(tmp_path, "simulated-tf", "network", guess(0.4, 1), 1)
    keep(tmp_path, "simulated-tf", "motif-boosting", guess(0.3), 0)
    keep(tmp_path, "jund", "motif-boosting", guess(0.3), 1)
    report.write_report(tmp_path, 20)
    missing = json.loads((tmp_path / "report.json").read_text())["provenance"]["missing"]
    assert missing == [
        "jund / motif-boosting / seed 0: not finished, or not requested",
        "jund / network / seed 0: not finished, or not requested",
        "jund / network / seed 1: not finished, or not requested",
        "simulated-tf / motif-boosting / seed 1: not finished, or not requested",
    ]
    page = (tmp_path / "report.html").read_text()
    assert "<title>Benchmark (partial)</title>" in page
    assert "<li>jund / network / seed 1: not finished, or not requested</li>" in page


def test_report__failures_are_named_with_their_reason(tmp_path):
    keep(tmp_path, "simulated-tf", "kmers", guess(0.2), uses_seed=False)
    failures = [
        {"problem": "simulated-tf", "recipe": "network", "seed": 0, "message": "killed <9>", "details": ""},
        {"problem": "simulated-tf", "recipe": "kmers", "seed": 0, "message": "no memory", "details": ""},
    ]
    (tmp_path / "failures.json").write_text(json.dumps(failures))
    report.write_report(tmp_path, 20)
    page = (tmp_path / "report.html").read_text()
    assert "simulated-tf / network / seed 0: failed: killed &lt;9&gt;" in page
    assert "simulated-tf / kmers / seed 0: failed: no memory (the report shows an earlier result)" in page


def test_report__a_damaged_list_of_failures_does_no_harm(tmp_path):
    keep(tmp_path, "simulated-tf", "kmers", guess(0.2), uses_seed=False)
    (tmp_path / "failures.json").write_text("[{]")
    assert report.write_report(tmp_path, 20).is_file()


class Page(HTMLParser):
    """What a browser would load or run, and whether elements are closed."""

    EMPTY = frozenset({"meta", "path", "use", "image", "rect", "br", "link", "img", "input", "hr"})

    def __init__(self, text):
        super().__init__()
        self.opened, self.tags, self.addresses, self.ids = [], set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        self.ids += [value for name, value in attributes if name == "id"]
        self.addresses += [value for name, value in attributes if name in ("href", "src", "xlink:href", "data")]
        if tag not in self.EMPTY:
            self.opened.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.EMPTY:
            self.opened.pop()

    def handle_endtag(self, tag):
        if tag not in self.EMPTY:
            assert self.opened.pop() == tag


def test_page__it_is_well_formed_and_refers_to_nothing_outside_itself(out):
    text = (out / "report.html").read_text()
    page = Page(text)
    assert page.opened == []
    assert all(address.startswith(("#", "data:image/svg+xml;base64,")) for address in page.addresses)
    assert not page.tags & {"script", "link", "iframe", "object", "svg"}
    assert not re.search(r"@import|url\((?!#)", text)
    assert {address[1:] for address in page.addresses if address[0] == "#"} <= set(page.ids)


def test_page__no_two_elements_share_an_id(out):
    page = Page((out / "report.html").read_text())
    assert len(page.ids) == len(set(page.ids))


def test_page__names_that_look_like_markup_are_text(tmp_path):
    keep(tmp_path, HOSTILE, HOSTILE, guess(0.4), is_baseline=False)
    keep(tmp_path, HOSTILE, "kmers", guess(0.2), uses_seed=False, versions={HOSTILE: HOSTILE})
    page = Page(report.write_report(tmp_path, 20).read_text())
    assert page.opened == []
    assert not page.tags & {"script", "svg"}
    table = report.format_tables(tmp_path, 20)
    assert "<" not in table
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1


def test_page__published_rows_are_marked_and_have_their_source(out):
    text = (out / "report.html").read_text()
    (row,) = [line for line in text.splitlines() if line.startswith("<tr") and "Caduceus-Ph" in line]
    assert row.startswith('<tr class="published">')
    assert "no interval" in row
    assert "doi:10.1038/s41467-025-65823-8" in row


def test_figures__each_kind_of_problem_has_its_figures(out):
    drawn = {summary.name: draw(summary) for summary in summarize(read_runs(out), PROBLEMS, 20)}
    binding = ["ranking", "roc", "precision-recall", "calibration", "learning"]
    assert [name for name, _ in drawn["gue-tf0"]] == binding
    efficacy = ["ranking", "scatter-0", "scatter-1", "learning"]
    assert [name for name, _ in drawn["sirna-huesken"]] == efficacy
    figures = [figure for of_problem in drawn.values() for _, figure in of_problem]
    assert all(figure.image.startswith(b"<svg") and figure.alt and figure.caption for figure in figures)
    assert b"Caduceus-Ph" in drawn["gue-tf0"][0][1].image


@pytest.mark.filterwarnings("error:constrained_layout")
def test_figures__leave_room_for_curves_under_long_names(tmp_path):
    for i in range(3):
        keep(tmp_path, "simulated-tf", f"network-{i}-{'x' * 200}", guess(0.1 + i / 40))
    (summary,) = summarize(read_runs(tmp_path), PROBLEMS, 20)
    assert len(draw(summary)) == 5


def test_figures__six_curves_at_most_with_the_best_of_each_group_and_accessibility(tmp_path):
    for i in range(6):
        keep(tmp_path, "simulated-tf", f"own-{i}", guess(0.2 + i / 40), uses_seed=False)
    for i in range(3):
        keep(tmp_path, "simulated-tf", f"network-{i}", guess(0.1 + i / 40))
    keep(tmp_path, "simulated-tf", "accessibility", guess(0.05), uses_seed=False)
    keep(tmp_path, "simulated-tf", "prevalence", np.full(N, 0.4), uses_seed=False)
    (summary,) = summarize(read_runs(tmp_path), PROBLEMS, 20)
    names = [recipe.name for recipe in shown(summary)]
    assert names == ["own-5", "own-4", "own-3", "network-2", "network-1", "accessibility"]


def test_figures__scores_that_are_no_probabilities_are_not_calibrated(tmp_path):
    keep(tmp_path, "simulated-tf", "motif", 5 + guess(0.3), uses_seed=False)
    keep(tmp_path, "simulated-tf", "kmers", guess(0.2), uses_seed=False)
    (summary,) = summarize(read_runs(tmp_path), PROBLEMS, 20)
    calibration = dict(draw(summary))["calibration"]
    assert "Scores that are not probabilities are left out: motif." in calibration.caption
    assert b">motif:" not in calibration.image


def test_report__interrupted_while_it_is_written_leaves_the_earlier_one_whole(tmp_path, monkeypatch):
    keep(tmp_path, "simulated-tf", "network", guess(0.4))
    report.write_report(tmp_path, 20)
    before = {path.name: path.read_bytes() for path in tmp_path.glob("report.*")}
    assert len(before) == 4
    keep(tmp_path, "simulated-tf", "network", guess(0.2), seed=1)

    def interrupted(self, text, **options):
        if self.suffix == ".html":
            raise KeyboardInterrupt
        return write_text(self, text, **options)

    write_text = type(tmp_path).write_text
    monkeypatch.setattr(type(tmp_path), "write_text", interrupted)
    with pytest.raises(KeyboardInterrupt):
        report.write_report(tmp_path, 20)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("report.*")} == before
