"""Guides of 19 to 23 nt on the command line: completed or cut at the 3' end, and never centered."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.feat.encoding import decode
from deepchem_genomics.models.adapting import adapted_to_table
from deepchem_genomics.simulate import simulate_sirna

CORES = ["UUAUCAAUGGUGAUCAUGG", "GCCCGGGCGCCGAUCAUGG"]


@pytest.fixture
def guides(tmp_path):
    """Write two guides as given, and return a function that does so."""

    def write(name, ends):
        path = tmp_path / name
        path.write_text("".join(f">g{i}\n{core}{end}\n" for i, (core, end) in enumerate(zip(CORES, ends, strict=True))))
        return path

    return write


def test_predict__completes_and_cuts_guides_at_their_end(dcgenomics, guides):
    whole = dcgenomics("predict", guides("21.fa", ["UU", "UU"]), "-m", "sirna-huesken", "-o", "-")
    for ends in (["", ""], ["UUAC", "dTdT"], ["U", "TT"]):
        more = guides("other.fa", ends)
        found = dcgenomics("predict", more, "-m", "sirna-huesken", "-o", "-", "--on-length", "guide")
        assert found.exit_code == 0, found.stderr
        assert found.stdout == whole.stdout and whole.stdout.count("\n") == 3


def test_predict__advises_guides_of_19_nt_what_exists_and_refuses_to_center_them(dcgenomics, guides, tmp_path):
    short = guides("19.fa", ["", ""])
    asked = ["predict", short, "-m", "sirna-huesken", "-o", tmp_path / "out.tsv"]
    result = dcgenomics(*asked)
    assert result.exit_code == 1 and "--on-length guide" in result.stderr
    for policy in ("pad", "fit"):
        result = dcgenomics(*asked, "--on-length", policy)
        assert result.exit_code == 1 and "--on-length guide" in result.stderr
    assert not (tmp_path / "out.tsv").exists()


@pytest.mark.parametrize("name", ["out.csv", "out.CSV.gz", "out.xlsx"])
def test_predict__writes_no_table_with_tabs_under_the_name_of_another_format(dcgenomics, guides, tmp_path, name):
    result = dcgenomics("predict", guides("21.fa", ["UU", "UU"]), "-m", "sirna-huesken", "-o", tmp_path / name)
    assert result.exit_code == 1 and re.search(mentions(name, ".tsv.gz", ".parquet"), result.stderr)
    assert not (tmp_path / name).exists()


def test_build_and_evaluate__take_guides_of_19_nt(dcgenomics, tmp_path):
    rows = "".join(f"{core[:19]},{0.2 + 0.5 * i}\n" for i, core in enumerate(CORES * 3))
    (tmp_path / "guides.csv").write_text("sequence,efficacy\n" + rows)
    built = dcgenomics(
        "build", "sequences", tmp_path / "guides.csv", "--alphabet", "RNA", "--label-column", "efficacy",
        "--length", 21, "--on-length", "guide", "-o", tmp_path / "data",
    )  # fmt: skip
    assert built.exit_code == 0, built.stderr
    assert json.loads((tmp_path / "data" / "manifest.json").read_text())["rows"]["kept"] == 6
    scored = dcgenomics("evaluate", tmp_path / "data", "-m", "sirna-huesken")
    assert scored.exit_code == 0, scored.stderr


# Adapted to measurements


@pytest.fixture
def measured(tmp_path):
    """Write a table of 30 simulated guides, with percentages."""
    simulated = simulate_sirna(30, seed=1)
    guides = ["".join(RNA.letters[code] for code in guide) for guide in simulated.X.argmax(axis=2)]
    path = tmp_path / "measured.csv"
    pd.DataFrame({"sequence": guides, "efficacy": 100 * simulated.y[:, 0]}).to_csv(path, index=False)
    return path


def test_predict__adapts_a_model_to_a_table_on_its_scale(dcgenomics, guides, measured, tmp_path):
    file = guides("21.fa", ["UU", "UU"])
    out = tmp_path / "out.tsv"
    done = dcgenomics("predict", file, "-m", "sirna-huesken", "--adapt", measured, "--uncertainty", "-o", out)
    assert done.exit_code == 0, done.stderr
    assert re.search(mentions("30 guides", "measured.csv"), done.stderr)
    adapted, predicted = adapted_to_table(models.load("sirna-huesken"), measured), pd.read_csv(out, sep="\t")
    expected = adapted.predict_sequences([core + "UU" for core in CORES])
    np.testing.assert_allclose(predicted["prediction"], expected[:, 0], rtol=1e-5)
    assert predicted["prediction_sd"].between(1, 100).all()


def test_predict__checks_the_table_of_measurements_before_any_work(dcgenomics, guides, tmp_path):
    asked = ["predict", guides("21.fa", ["UU", "UU"]), "-o", tmp_path / "out.tsv", "-m", "sirna-huesken", "--adapt"]
    (tmp_path / "wrong.csv").write_text("guide,efficacy\nACGU,1\n")
    for table, facts in (("wrong.csv", ("wrong.csv", "'sequence'")), ("nowhere.csv", ("nowhere.csv", "exist"))):
        done = dcgenomics(*asked, tmp_path / table)
        assert done.exit_code == 1
        assert re.search(mentions(*facts), done.stderr)
    assert not (tmp_path / "out.tsv").exists()


def test_sirna_design__adapts_the_model_to_a_table(dcgenomics, measured, tmp_path):
    rng = np.random.default_rng(0)
    transcript = "".join(rng.choice(list("ACGU"), 120))
    (tmp_path / "t.fa").write_text(f">t\n{transcript}\n")
    arguments = ["sirna", "design", tmp_path / "t.fa", "--fold", "no", "--adapt", measured, "-o", tmp_path / "design"]
    done = dcgenomics(*arguments)
    assert done.exit_code == 0, done.stderr
    sites = pd.read_csv(tmp_path / "design" / "sites.tsv", sep="\t")
    adapted = adapted_to_table(models.load("sirna-huesken"), measured)
    r = np.corrcoef(sites["efficacy"], adapted.predict_sequences(list(sites["guide"]))[:, 0])[0, 1]
    assert r > 0.99 and sites["efficacy"].max() > 2, "percentages, but for the surroundings of the sites"
    assert "measured.csv" in (tmp_path / "design" / "manifest.json").read_text()


def test_sirna_design__names_known_mirnas_with_the_seed_of_a_guide(dcgenomics, tmp_path):
    transcript = "".join(np.random.default_rng(0).choice(list("ACGU"), 60))
    seed = transcript[20 + 13 : 20 + 20].translate(str.maketrans("ACGU", "UGCA"))[::-1]  # of the site at 20
    (tmp_path / "t.fa").write_text(f">t\n{transcript}\n")
    (tmp_path / "mature.fa").write_text(f">hsa-miR-1\nA{seed}ACGU\n")
    arguments = ["--fold", "no", "--mirnas", tmp_path / "mature.fa", "-o", tmp_path / "design"]
    done = dcgenomics("sirna", "design", tmp_path / "t.fa", *arguments)
    assert done.exit_code == 0, done.stderr
    sites = pd.read_csv(tmp_path / "design" / "sites.tsv", sep="\t").set_index("start")
    assert sites.loc[20, "mirna"] == "hsa-miR-1" and sites.loc[20, "mirna_pass"] == "fail"
    assert "mature.fa" in (tmp_path / "design" / "manifest.json").read_text()


def test_build__reports_guides_that_are_not_antisense(dcgenomics, tmp_path):
    target = "".join(np.random.default_rng(4).choice(list("ACGU"), 200))
    guides = [reverse_complement(target[at : at + 21], RNA) for at in (10, 60, 90)]
    guides[1:] = [guides[1][::-1], reverse_complement(guides[2], RNA)]
    rows = "".join(f"g{n},{guide},0.5\n" for n, guide in enumerate(guides))
    (tmp_path / "guides.csv").write_text("name,sequence,efficacy\n" + rows)
    (tmp_path / "mrna.fa").write_text(f">t\n{target}\n")
    arguments = ["build", "sequences", tmp_path / "guides.csv", "--label-column", "efficacy", "--id-column", "name"]
    arguments += ["--targets", tmp_path / "mrna.fa", "-o", tmp_path / "data"]
    built = dcgenomics(*arguments, "--alphabet", "RNA")
    assert built.exit_code == 0, built.stderr
    for facts in (("1 of 3", "antisense"), ("1 of 3", "complement-only", "g1"), ("1 of 3", "sense", "g2")):
        assert re.search(mentions(*facts), built.stderr), built.stderr
    assert json.loads((tmp_path / "data" / "manifest.json").read_text())["rows"]["kept"] == 3
    refused = dcgenomics(*arguments)
    assert refused.exit_code == 2 and re.search(mentions("--targets", "--alphabet RNA"), refused.stderr)
    (tmp_path / "mrna.fa").write_text(">t\nMVLSPADKTNV\n")
    wrong = dcgenomics(*arguments, "--alphabet", "RNA", "--overwrite")
    assert wrong.exit_code == 1 and re.search(mentions("mrna.fa", "'L'"), wrong.stderr)


def test_train_and_predict__learn_studies_that_a_table_names_and_predict_for_one(dcgenomics, tmp_path):
    simulated = simulate_sirna(120, seed=5)
    studies = np.where(np.arange(120) % 2, "percent", "fraction")
    pd.DataFrame({
        "id": [f"g{i}" for i in range(120)], "sequence": decode(simulated.X, "ACGU"), "study": studies,
        "efficacy": np.where(studies == "percent", 0.2 + 0.4 * simulated.y[:, 0], simulated.y[:, 0]),
    }).to_csv(table := tmp_path / "guides.csv", index=False)  # fmt: skip
    for command in (
        ("build", "sequences", table, "--alphabet", "RNA", "--label-column", "efficacy", "--id-column", "id", "--out",
         tmp_path / "data"),
        ("train", tmp_path / "data", "--guides", table, "--out", tmp_path / "model"),
        *(("predict", table, "--model", tmp_path / "model", "--id-column", "id", "--study", name, "--jobs", jobs,
           "--uncertainty", "--out", tmp_path / f"{name}{jobs}.tsv")
          for name in ("fraction", "percent") for jobs in (1, 2)),
    ):  # fmt: skip
        found = dcgenomics(*command)
        assert found.exit_code == 0, found.stderr
    model = models.SiRNAGaussianProcess.load(tmp_path / "model")
    guides = pd.read_csv(table)["sequence"].tolist()
    for name in ("fraction", "percent"):
        one, two = ((tmp_path / f"{name}{jobs}.tsv").read_bytes() for jobs in (1, 2))
        assert one == two
        written = pd.read_csv(tmp_path / f"{name}1.tsv", sep="\t")["efficacy"]
        np.testing.assert_allclose(written, model.for_study(name).predict_sequences(guides)[:, 0], rtol=1e-5)
    scores = {}
    for name in ("fraction", "percent"):
        pd.read_csv(table).query("study == @name").to_csv(tmp_path / f"{name}.csv", index=False)
        assert not dcgenomics(
            "build", "sequences", tmp_path / f"{name}.csv", "--alphabet", "RNA", "--label-column", "efficacy", "--out",
            tmp_path / name,
        ).exit_code  # fmt: skip
        for study in ("fraction", "percent"):
            asked = ("evaluate", tmp_path / name, "--model", tmp_path / "model", "--study", study, "--json")
            found = json.loads(dcgenomics(*asked).stdout)["scores"]["efficacy"]["scores"]["model"]
            scores[name, study] = found["rmse"][0]
    assert scores["fraction", "fraction"] < scores["fraction", "percent"]
    assert scores["percent", "percent"] < scores["percent", "fraction"]
    unknown = dcgenomics(
        "predict", table, "--model", tmp_path / "model", "--study", "third", "--out", tmp_path / "x.tsv"
    )
    assert unknown.exit_code == 1 and re.search(mentions("'third'", "fraction, percent"), unknown.stderr)
    assert not (tmp_path / "x.tsv").exists()
    refused = dcgenomics("train", tmp_path / "data", "--model", "sirna-gaussian-process-studies", "-o", tmp_path / "y")
    assert refused.exit_code == 1 and re.search(mentions("studies", "--guides TABLE"), refused.stderr)
