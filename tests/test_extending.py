"""The examples of docs/extending.md are whole, short, and do what the page says."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from deepchem_genomics.molnet import by_name

PAGE = Path(__file__).parents[1] / "docs" / "extending.md"
CODE = {
    code.split("\n", 1)[0].removeprefix("# "): code
    for code in re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE)
}
LENGTH = 31


@pytest.fixture
def run(monkeypatch, tmp_path):
    """Run an example in a folder of its own, and leave no data set behind."""
    monkeypatch.chdir(tmp_path)

    def run_example(name):
        names = {"__name__": "example"}
        exec(compile(CODE[name], f"{PAGE.name}: {name}", "exec"), names)
        return names

    yield run_example
    by_name.loaders.pop("lab_sirna", None)


def test_extending__shows_a_featurizer_a_model_a_recipe_and_a_data_set():
    assert list(CODE) == ["featurizer", "model", "recipe", "data set"]


@pytest.mark.parametrize("name", CODE)
def test_extending__each_example_has_less_than_40_lines(name):
    assert len(CODE[name].splitlines()) < 40


def test_extending__the_featurizer_encodes_pairs(run):
    X = run("featurizer")["X"]
    assert X.shape == (2, 3, 16) and X.dtype == np.int8
    assert X[0].argmax(axis=1).tolist() == [1, 6, 11]  # AC, CG, GT
    assert X[1].sum(axis=1).tolist() == [1, 0, 0]  # AA, and two pairs with N


def test_extending__the_model_trains_and_is_saved(run):
    names = run("model")
    assert 0 < names["scores"]["roc_auc"] <= 1
    valid = names["valid"]
    np.testing.assert_array_equal(names["again"].predict(valid), names["model"].predict(valid))


def test_extending__the_data_set_is_loaded_by_name_and_split_by_mRNA(run):
    names = run("data set")
    assert names["tasks"] == ["efficacy"]
    assert [len(part) for part in (names["train"], names["valid"], names["test"])] == [2, 0, 1]
    assert names["train"].X.shape == (2, 21, 4)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Write a genome, windows, variants, a track called conservation, and the recipe as a file."""
    pybigtools = pytest.importorskip("pybigtools")
    folder = tmp_path_factory.mktemp("conservation")
    (folder / "conservation.py").write_text(CODE["recipe"])
    rng = np.random.default_rng(2)
    n = 600
    letters = rng.choice(list("ACGT"), LENGTH * n)
    bound, conserved = rng.random(n) < 0.4, rng.random(n)
    for window in np.flatnonzero(bound):
        letters[window * LENGTH + 10 : window * LENGTH + 18] = list("TGACTCAT")
    genome = "".join(letters)
    (folder / "toy.fa").write_text(f">chr1\n{genome}\n")
    starts = np.arange(n) * LENGTH
    lines = [f"chr1\t{s}\t{s + LENGTH}\t{int(label)}\n" for s, label in zip(starts, bound, strict=True)]
    (folder / "peaks.tsv").write_text("".join(lines))
    values = [("chr1", int(s), int(s) + LENGTH, float(v + b)) for s, v, b in zip(starts, conserved, bound, strict=True)]
    for name, factor in (("phyloP", 1.0), ("other", 3.0)):
        writer = pybigtools.open(str(folder / f"{name}.bw"), "w")
        writer.write({"chr1": len(genome)}, iter((c, s, e, v * factor) for c, s, e, v in values))
    change = {"A": "C", "C": "A", "G": "T", "T": "G"}
    rows = [f"chr1\t{p + 1}\t.\t{genome[p]}\t{change[genome[p]]}\t.\t.\t.\n" for p in range(100, 400, 10)]
    (folder / "calls.vcf").write_text(
        f"##fileformat=VCFv4.2\n##contig=<ID=chr1,length={len(genome)}>\n"
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" + "".join(rows)
    )
    return folder


SCRIPT = """
import sys
from pathlib import Path
from click.testing import CliRunner
from deepchem_genomics.cli import main

def run(line):
    result = CliRunner().invoke(main, ["--plugin", "conservation.py", *line.split()])
    assert result.exit_code == 0, (line, result.output, result.exception)
    print(line.split()[0], "|", result.stdout.strip().splitlines()[-1])

for line in Path(sys.argv[1]).read_text().splitlines():
    run(line)
"""

COMMANDS = """\
build intervals peaks.tsv -g toy.fa --length 31 --track other=other.bw --track conservation=phyloP.bw -o peaks
train peaks --model conservation --set epochs=3 --set batch_size=50 --set learning_rate=0.01 -o model
predict peaks -m model -o folder.tsv
predict peaks.tsv -g toy.fa --track phyloP.bw -m model -o bigwig.tsv
predict peaks.tsv -g toy.fa --track conservation=phyloP.bw -m model -o named.tsv
evaluate peaks -m model
explain model peaks.tsv -g toy.fa --track phyloP.bw --sample 40 --top 1 -o why
variants calls.vcf -m model -g toy.fa --track phyloP.bw --background 20 -o effects.tsv
scan -m model -g toy.fa --track phyloP.bw -o one.bw
scan -m model -g toy.fa --track phyloP.bw --jobs 2 -o two.bw
tune peaks --model conservation --trials 1 -o tuned
benchmark peaks --models conservation,kmers --seeds 1 -o results
"""


@pytest.fixture(scope="module")
def printed(files):
    """Run every command with the recipe in a process that has nothing but the file."""
    (files / "commands.txt").write_text(COMMANDS)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, "commands.txt"], cwd=files, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


@pytest.mark.slow
def test_extending__every_command_takes_the_recipe(printed, files):
    commands = [line.split(" | ")[0] for line in printed.splitlines() if " | " in line]
    assert commands == [line.split()[0] for line in COMMANDS.splitlines()]
    assert (files / "one.bw").read_bytes() == (files / "two.bw").read_bytes()


@pytest.mark.slow
def test_extending__a_side_input_is_matched_by_the_name_of_its_track(printed, files):
    folder, bigwig, named = (pd.read_csv(files / f"{n}.tsv", sep="\t") for n in ("folder", "bigwig", "named"))
    np.testing.assert_allclose(folder["label"], bigwig["label"], atol=1e-6)
    pd.testing.assert_frame_equal(bigwig, named)


@pytest.mark.slow
def test_extending__the_report_says_what_conservation_contributes(printed, files):
    table = pd.read_csv(files / "why" / "signals.tsv", sep="\t")
    assert "contribution of conservation" in table.columns and "contribution of other" not in table.columns
    assert (table["contribution of conservation"] != 0).any()


@pytest.mark.slow
def test_extending__the_model_is_explained_in_python(printed, files, monkeypatch):
    from deepchem_genomics import data, interpret, models, recipes

    monkeypatch.syspath_prepend(str(files))
    import conservation

    recipes.RECIPES.pop("conservation")  # other tests count recipes

    table = data.SideInput.from_file(files / "peaks" / "side_input.tsv.gz")
    model = models.load(files / "model", side_inputs=table)
    assert isinstance(model, conservation.ConservationModel)
    X, ids = np.eye(4, dtype=np.int8)[np.random.default_rng(0).integers(0, 4, (3, LENGTH))], table.ids[:3]
    of_sequence, of_conservation = model.compute_saliency(X, ids)[0]
    assert of_sequence.shape == (3, 1, LENGTH, 4) and of_conservation.shape == (3, 1, 1)
    found = interpret.integrated_gradients(model, X, ids, n_steps=200)
    assert set(found.side_inputs) == {"conservation"} and np.abs(found.completeness_gap).max() < 0.05
    gradients = interpret.input_gradients(model, X, ids)
    np.testing.assert_allclose(
        gradients.side_inputs["conservation"], model.compute_saliency(X, ids)[1][1][:, 0], rtol=1e-5
    )
    assert interpret.saturation_mutagenesis(model, X, ids).effects.shape == (3, LENGTH, 4)
