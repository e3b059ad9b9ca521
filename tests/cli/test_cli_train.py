"""``dcgenomics train``, ``evaluate`` and ``predict``, from a genome with planted motifs to predictions in a file."""

import errno
import gzip
import json
import re

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.cli import main
from deepchem_genomics.data import SideInput

pybigtools = pytest.importorskip("pybigtools")

LENGTH, WINDOWS = 31, 900
MOTIF = "TGACTCAT"


def run(*arguments):
    return CliRunner().invoke(main, list(map(str, arguments)))


def ok(*arguments):
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    return result


def error_of(result):
    assert result.exit_code == 1, result.output
    assert result.stderr.splitlines()[-1].startswith("dcgenomics: error: ")
    return result.stderr.splitlines()[-1].removeprefix("dcgenomics: error: ")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Write a genome whose open windows with a motif are peaks."""
    folder = tmp_path_factory.mktemp("simulated")
    rng = np.random.default_rng(7)
    letters = rng.choice(list("ACGT"), LENGTH * WINDOWS)
    has_motif, is_open = rng.random(WINDOWS) < 0.3, rng.random(WINDOWS) < 0.5
    for window in np.flatnonzero(has_motif):
        letters[window * LENGTH + 10 : window * LENGTH + 18] = list(MOTIF)
    genome = "".join(letters)
    (folder / "toy.fa").write_text(f">chr1\n{genome}\n")
    starts = np.arange(WINDOWS) * LENGTH
    rows = [f"chr1\t{s}\t{s + LENGTH}\t{int(label)}\n" for s, label in zip(starts, has_motif & is_open, strict=True)]
    (folder / "peaks.tsv").write_text("".join(rows))
    writer = pybigtools.open(str(folder / "dnase.bw"), "w")
    entries = [("chr1", int(s), int(s) + LENGTH, 1.0 if o else 0.1) for s, o in zip(starts, is_open, strict=True)]
    writer.write({"chr1": len(genome)}, iter(entries))
    writer.close()
    ids = [f"chr1:{s}-{s + LENGTH}" for s in starts]
    sequences = [genome[s : s + LENGTH] for s in starts]
    (folder / "windows.fa").write_text("".join(f">{i}\n{s}\n" for i, s in zip(ids, sequences, strict=True)))
    pd.DataFrame({"name": ids, "dna": sequences}).to_csv(folder / "windows.csv", index=False)
    pd.DataFrame({"name": ids, "dna": sequences}).to_parquet(folder / "windows.parquet")
    return folder


@pytest.fixture(scope="module")
def data(files):
    ok(
        "build", "intervals", files / "peaks.tsv", "--genome", files / "toy.fa", "--length", LENGTH, "--track",
        f"accessibility={files / 'dnase.bw'}", "--balance", "--shard-size", 256, "--out", files / "data",
    )  # fmt: skip
    return files / "data"


SETTINGS = ("--set", "batch_size=100", "--set", "learning_rate=0.01", "--set", "patience=5")
TRAINING = ("--model", "network-accessibility", *SETTINGS)


@pytest.fixture(scope="module")
def trained(files, data):
    result = ok("train", data, "--out", files / "model", "--set", "epochs=12", *TRAINING, "--fractions", 0.6, 0.2, 0.2)
    return files / "model", result


def test_train__with_accessibility_beats_what_needs_no_network(trained):
    model, _ = trained
    record = json.loads((model / "training.json").read_text())
    scores = record["scores"]["test"]["label"]["scores"]
    assert set(scores) == {"model", "GC content", "5-mers", "accessibility alone", "a coin"}
    estimate, low, high = scores["model"]["roc_auc"]
    assert low <= estimate <= high  # all three are 1 if the few bound windows come first
    assert estimate > scores["accessibility alone"]["roc_auc"][0] + 0.03
    assert record["split"] == "block"
    assert record["rows"].keys() == {"train", "valid", "test", "in no part"}
    assert record["tasks"] == ["label"]
    assert record["scores"]["test"]["label"]["prevalence"] == pytest.approx(scores["a coin"]["pr_auc"][0])


def test_train__tells_split_counts_model_and_scores(trained):
    model, result = trained
    assert "split by block: rows " in result.stderr
    assert re.search(mentions("side input accessibility", "log-standard", "training rows"), result.stderr)
    record = json.loads((model / "training.json").read_text())
    assert record["recipe"] == "network-accessibility"
    assert (record["settings"]["scale"], record["settings"]["epochs"]) == ("log-standard", 12)
    assert [entry["epoch"] for entry in record["history"]] == list(range(1, len(record["history"]) + 1))
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["part", "task", "rows", "positive", "scored", "roc_auc", "pr_auc"]
    assert sum(line.startswith("test ") for line in lines) == 5
    assert sum(line.startswith("train ") for line in lines) == 1
    assert lines[-2] == f"{model}\tnetwork-accessibility\tAccessibilityTFBindingModel"
    assert [lines[-1]] == record["verdicts"]


@pytest.fixture(scope="module")
def below_zero(files):
    """Write a track of log ratios."""
    writer = pybigtools.open(str(files / "ratio.bw"), "w")
    rng = np.random.default_rng(3)
    entries = [("chr1", LENGTH * i, LENGTH * (i + 1), float(value)) for i, value in enumerate(rng.normal(size=WINDOWS))]
    writer.write({"chr1": LENGTH * WINDOWS}, iter(entries))
    writer.close()
    return files / "ratio.bw"


def test_train__says_which_recipes_take_negative_tracks(files, below_zero, tmp_path):
    ok(
        "build", "intervals", files / "peaks.tsv", "--genome", files / "toy.fa", "--length", LENGTH,
        "--track", below_zero, "--out", tmp_path / "data",
    )  # fmt: skip
    facts = ("ratio", "network-raw-accessibility", "network-accessibility", "scale=standard")
    for model in ("accessibility", "network-accessibility"):
        result = run("train", tmp_path / "data", "--out", tmp_path / "model", "--model", model)
        assert result.exit_code == 1
        assert re.search(mentions("id 'chr1:", *facts), result.stderr)
        assert "scaling 'standard'" not in result.stderr
    for more in (("network-raw-accessibility",), ("network-accessibility", "--set", "scale=standard")):
        ok("train", tmp_path / "data", "--out", tmp_path / more[0], "--set", "epochs=1", "--model", *more)


def test_predict__names_the_window_and_the_track_that_has_no_logarithm(trained, files, below_zero, tmp_path):
    from_file = ("predict", files / "peaks.tsv", "--genome", files / "toy.fa", "--out", tmp_path / "scores.tsv")
    for command in (from_file, ("scan", "--genome", files / "toy.fa", "--out", tmp_path / "track.bw")):
        result = run(*command, "--model", trained[0], "--track", below_zero)
        assert result.exit_code == 1
        assert re.search(mentions("id 'chr1:", "'accessibility'", "fitted"), result.stderr)


def test_train__fits_the_scaling_on_training_rows_only(trained, data):
    scaling = models.load(trained[0]).side_inputs["accessibility"].scaling
    side = SideInput.from_file(data / "side_input.tsv.gz")
    assert scaling.method == "log-standard"
    assert scaling.to_json() != side.scaled("log-standard", side.ids).scaling.to_json()


def test_evaluate__scores_with_intervals_and_baselines(trained, data):
    result = ok("evaluate", data, "--model", trained[0])
    assert sum(line.startswith("data ") for line in result.stdout.splitlines()) == 5
    scores = json.loads(ok("evaluate", data, "--model", trained[0], "--json").stdout)["scores"]["label"]
    assert scores["rows"] == WINDOWS
    assert scores["scores"]["model"]["roc_auc"][0] > 0.8


def read(path):
    return pd.read_csv(path, sep="\t") if path.suffix == ".tsv" else pd.read_parquet(path)


@pytest.fixture(scope="module")
def expected(trained, data):
    from deepchem.data import DiskDataset

    dataset = DiskDataset(str(data))
    side = SideInput.from_file(data / "side_input.tsv.gz")
    return dataset.ids, models.load(trained[0], side_inputs=side).predict(dataset).ravel()


INPUTS = {
    "folder": ("data", ()),
    "FASTA and bigWig": ("windows.fa", ("--track", "dnase.bw")),
    "FASTA and table": ("windows.fa", ("--track", "data/side_input.tsv.gz")),
    "CSV": ("windows.csv", ("--sequence-column", "dna", "--id-column", "name", "--track", "dnase.bw")),
    "Parquet": ("windows.parquet", ("--sequence-column", "dna", "--id-column", "name", "--track", "dnase.bw")),
    "intervals": ("peaks.tsv", ("--genome", "toy.fa", "--track", "dnase.bw")),
}


@pytest.mark.parametrize("kind", INPUTS)
@pytest.mark.parametrize("ending", [".tsv", ".parquet"])
def test_predict__gives_the_same_for_every_kind_of_input(trained, files, expected, tmp_path, kind, ending):
    source, more = INPUTS[kind]
    more = [files / word if (files / word).exists() else word for word in more]
    out = tmp_path / f"scores{ending}"
    result = ok("predict", files / source, "--model", trained[0], "--out", out, *more)
    assert result.stdout == f"{out}\t{WINDOWS} rows\n"
    table = read(out)
    assert table.columns.tolist() == ["id", "label"]
    assert table["id"].tolist() == expected[0].tolist()
    np.testing.assert_allclose(table["label"], expected[1], atol=1e-5)


def test_predict__pads_windows_past_an_end_with_a_signal(trained, files, tmp_path):
    bed, out = tmp_path / "start.bed", tmp_path / "scores.tsv"
    bed.write_text("chr1\t0\t10\n")
    more = ("--at", "middle", "--out-of-bounds", "pad", "--track", files / "dnase.bw")
    ok("predict", bed, "--genome", files / "toy.fa", "--model", trained[0], "--out", out, *more)
    assert read(out)["id"].tolist() == [f"chr1:{5 - LENGTH // 2}-{5 - LENGTH // 2 + LENGTH}"]


def test_predict__does_not_depend_on_how_much_is_held_at_a_time(trained, data, files, tmp_path, monkeypatch):
    monkeypatch.setattr("deepchem_genomics.models.prediction_files.CHUNK", 7)
    ok(
        "predict",
        files / "windows.fa",
        "-m",
        trained[0],
        "-o",
        tmp_path / "a.tsv",
        "--track",
        files / "dnase.bw",
    )
    monkeypatch.undo()
    ok(
        "predict",
        files / "windows.fa",
        "-m",
        trained[0],
        "-o",
        tmp_path / "b.tsv",
        "--track",
        files / "dnase.bw",
    )
    few, many = read(tmp_path / "a.tsv"), read(tmp_path / "b.tsv")
    assert few["id"].tolist() == many["id"].tolist()
    np.testing.assert_allclose(few["label"], many["label"], atol=1e-5)


def test_predict__writes_to_stdout_and_adds_uncertainty(trained, data):
    result = ok("predict", data, "-m", trained[0], "-o", "-", "--uncertainty", "--masks", 3)
    lines = result.stdout.splitlines()
    assert lines[0] == "id\tlabel\tlabel_sd"
    assert len(lines) == WINDOWS + 1
    assert any(float(line.split("\t")[2]) > 0 for line in lines[1:])


def test_predict__calls_by_the_models_threshold_or_another(trained, data, tmp_path):
    kept = json.loads((trained[0] / "training.json").read_text())["threshold"]["label"]
    result = ok("predict", data, "-m", trained[0], "-o", tmp_path / "kept.tsv", "--call")
    assert re.search(mentions("f1", f"{kept['positives']} of {kept['rows']}"), result.stderr)
    table = read(tmp_path / "kept.tsv")
    assert list(table) == ["id", "label", "call"] and set(table["call"]) == {0, 1}
    assert table["call"].tolist() == (table["label"] >= kept["value"]).astype(int).tolist()
    ok(
        "predict",
        data,
        "-m",
        trained[0],
        "-o",
        tmp_path / "given.parquet",
        "--call",
        "--threshold",
        0.9,
        "--uncertainty",
    )
    table = read(tmp_path / "given.parquet")
    assert list(table) == ["id", "label", "label_sd", "call"]
    assert table["call"].tolist() == (table["label"] >= 0.9).astype(int).tolist()


def test_predict__calls_nothing_without_a_threshold(trained, data, files, tmp_path):
    models.load(trained[0]).save(tmp_path / "bare")
    common = ("predict", data, "-m", tmp_path / "bare", "-o", tmp_path / "out.tsv")
    result = run(*common, "--call")
    assert result.exit_code == 1 and not (tmp_path / "out.tsv").exists()
    assert re.search(mentions("bare", "--threshold P", "dcgenomics train"), result.stderr.splitlines()[-1])
    assert run(*common, "--threshold", 0.5).exit_code == 2


def test_train__leaves_probabilities_as_they_are_if_told_to(data, tmp_path):
    common = ("train", data, "--model", "kmers", "--set", "k=3", "--fractions", 0.6, 0.2, 0.2, "--out")
    ok(*common, tmp_path / "raw", "--no-calibrate", "--threshold-rule", "fdr=0.5")
    record = json.loads((tmp_path / "raw" / "training.json").read_text())
    assert "calibration" not in record and record["threshold"]["label"]["rule"] == "fdr=0.5"
    assert not models.load(tmp_path / "raw").calibrations
    ok(*common, tmp_path / "calibrated")
    assert models.load(tmp_path / "calibrated").calibrations
    result = run(*common, tmp_path / "none", "--threshold-rule", "f2")
    assert result.exit_code == 1 and re.search(mentions("f2", "fdr=0.2"), result.stderr.splitlines()[-1])


def test_train__validates_on_another_folder_from_the_sequence_alone(files, data, tmp_path):
    result = ok(
        "train",
        data,
        "--valid",
        data,
        "--model",
        "network",
        "--set",
        "epochs=1",
        *SETTINGS,
        "--out",
        tmp_path / "model",
    )
    assert re.search(mentions(f"{WINDOWS} of {WINDOWS}", "valid", "train"), result.stderr)
    assert result.stdout.splitlines()[-2].endswith("TFBindingModel")
    ok("predict", files / "windows.fa", "-m", tmp_path / "model", "-o", tmp_path / "scores.tsv")


@pytest.fixture(scope="module")
def halves(files):
    """Return folders of the first and the second half of the windows, and the second with another signal."""
    rows = (files / "peaks.tsv").read_text().splitlines(keepends=True)
    folders = [files / name for name in ("first", "second", "other")]
    for folder, half in zip(folders, (rows[:450], rows[450:], rows[450:]), strict=True):
        (files / f"{folder.name}.tsv").write_text("".join(half))
        ok(
            "build", "intervals", files / f"{folder.name}.tsv", "-g", files / "toy.fa", "--length", LENGTH,
            "--track", f"accessibility={files / 'dnase.bw'}", "--out", folder,
        )  # fmt: skip
    table = gzip.decompress((folder / "side_input.tsv.gz").read_bytes()).replace(b"\taccessibility\n", b"\tATAC\n")
    (folder / "side_input.tsv.gz").write_bytes(gzip.compress(table, mtime=0))
    return folders


def test_train__looks_the_signals_of_another_folder_up_there(files, halves, tmp_path):
    first, second, _ = halves
    result = ok("train", first, "--valid", second, "--set", "epochs=1", *TRAINING, "--out", tmp_path / "model")
    assert result.stdout.splitlines()[-2].endswith("AccessibilityTFBindingModel")
    assert "are in train too" not in result.stderr
    again = ok("train", first, "--valid", first, "--set", "epochs=1", *TRAINING, "--out", tmp_path / "again")
    assert re.search(mentions("450 of 450", "valid", "train"), again.stderr)
    one, two = (json.loads((tmp_path / name / "config.json").read_text())["side_inputs"] for name in ("model", "again"))
    assert one["accessibility"]["scaling"] == two["accessibility"]["scaling"], "the scale is that of the training rows"


def test_train__refuses_a_folder_with_other_signals_or_none(files, halves, tmp_path):
    first, _, other = halves
    said = error_of(run("train", first, "--valid", other, "--out", tmp_path / "model"))
    assert said.startswith(f"{other} has other tracks than the training data: ATAC instead of accessibility; ")
    assert said.endswith("build both with the same tracks, or choose a recipe that takes sequences alone")
    bare = tmp_path / "bare"
    ok("build", "intervals", files / "other.tsv", "-g", files / "toy.fa", "--length", LENGTH, "--out", bare)
    said = error_of(run("train", first, "--valid", bare, "--out", tmp_path / "model"))
    assert said.startswith(f"{bare} has other tracks than the training data: none instead of accessibility; ")
    assert not (tmp_path / "model").exists()


def test_train__names_the_leak_of_a_random_split(data, tmp_path):
    result = ok("train", data, "--split", "random", "--set", "epochs=1", *TRAINING, "--out", tmp_path / "model")
    assert re.search(mentions("valid", "1000 bp"), result.stderr)


def test_train__resumes_from_checkpoints_to_the_same_weights(data, tmp_path):
    common = ("train", data, *TRAINING[:-1], "patience=9", "--model", "network")
    ok(*common, "--set", "epochs=2", "--out", tmp_path / "whole", "--checkpoints", tmp_path / "a")
    assert "has checkpoints; continue from them (resume)" in error_of(
        run(*common, "--set", "epochs=2", "--out", tmp_path / "other", "--checkpoints", tmp_path / "a")
    )
    again = ok(*common, "--set", "epochs=3", "--out", tmp_path / "more", "--checkpoints", tmp_path / "a", "--resume")
    assert "trained 3 epochs" in again.stderr
    steps = [
        json.loads((tmp_path / name / "config.json").read_text())["training"]["steps"] for name in ("whole", "more")
    ]
    assert steps[1] * 2 == steps[0] * 3


def test_train__an_existing_model_is_refused_unless_told(data, trained, tmp_path):
    message = error_of(run("train", data, "--out", trained[0]))
    assert re.search(mentions(str(trained[0]), "--overwrite"), message)


def guides(folder, letters="ACGU", length=21):
    rng = np.random.default_rng(3)
    rows = ["".join(rng.choice(list(letters), length)) for _ in range(160)]
    table = pd.DataFrame({"sequence": rows, "efficacy": [row.count(letters[0]) / length for row in rows]})
    table.to_csv(folder / "guides.csv", index=False)
    ok(
        "build", "sequences", folder / "guides.csv", "--label-column", "efficacy", "--alphabet",
        "RNA" if letters[-1] == "U" else "DNA", "--out", folder / "guides",
    )  # fmt: skip
    return folder / "guides"


def test_train__guesses_sirna_and_splits_by_similarity(tmp_path):
    folder = guides(tmp_path)
    result = ok(
        "train", folder, "--out", tmp_path / "model", "--set", "epochs=2", *SETTINGS, "--model", "sirna-network"
    )
    assert "split by similarity" in result.stderr
    assert "mean of the training labels" in result.stdout
    ok("evaluate", folder, "--model", tmp_path / "model")
    out = tmp_path / "scores.tsv"
    ok("predict", tmp_path / "guides.csv", "--model", tmp_path / "model", "--out", out)
    assert read(out)["id"].tolist()[:2] == ["guides.csv:1", "guides.csv:2"]


def test_train__refuses_what_it_has_no_model_or_score_for(tmp_path):
    folder = guides(tmp_path, "ACGT")
    assert re.search(mentions("DNA", "measured"), error_of(run("train", folder, "-o", tmp_path / "m")))
    (tmp_path / "one.csv").write_text("sequence,y\n" + "ACGTACGTACGTACGTACGTACGT,0\n" * 30)
    ok("build", "sequences", tmp_path / "one.csv", "--label-column", "y", "--out", tmp_path / "one")
    result = run("train", tmp_path / "one", "-o", tmp_path / "m", "--split", "random")
    assert re.search(mentions("task 0", "train", "24"), error_of(result))
    ok("build", "sequences", tmp_path / "one.csv", "--out", tmp_path / "bare")
    assert re.search(mentions("labels"), error_of(run("train", tmp_path / "bare", "-o", tmp_path / "m")))
    assert not (tmp_path / "m").exists()


def test_evaluate__refuses_another_alphabet_and_another_length(trained, tmp_path):
    message = error_of(run("evaluate", guides(tmp_path), "--model", trained[0]))
    assert "has the letters ACGU and" in message and "takes ACGT" in message
    (tmp_path / "short.csv").write_text("sequence,y\nACGT,1\nACGA,0\n")
    ok("build", "sequences", tmp_path / "short.csv", "--label-column", "y", "--out", tmp_path / "short")
    message = error_of(run("evaluate", tmp_path / "short", "--model", trained[0]))
    assert re.search(mentions("(N, 4, 4)", str(trained[0]), "(N, 31, 4)", "31 bp"), message)


BAD_INPUTS = {
    "foreign letter": ("bad.fa", ">a\n" + "A" * 31 + "\n>b\n" + "A" * 30 + "U\n", ("bad.fa", "record 'b'", "'U'")),
    "wrong length": ("bad.fa", ">a\n" + "A" * 31 + "\n>b\nACGT\n", ("bad.fa", "record 'b'", "4")),
    "empty record": (
        "bad.fa",
        ">a\n" + "A" * 31 + "\n>b\n>c\n" + "A" * 31 + "\n",
        ("bad.fa:3", "record 'b'"),
    ),
    "wrong length in a table": ("bad.csv", "sequence\n" + "A" * 31 + "\nACGT\n", ("bad.csv", "row 2", "4")),
    "empty": ("bad.fa", "", ("bad.fa", "empty")),
}


@pytest.mark.parametrize("fault", BAD_INPUTS)
def test_predict__names_the_record_and_leaves_no_file(trained, files, tmp_path, fault):
    name, text, facts = BAD_INPUTS[fault]
    (tmp_path / name).write_text(text)
    result = run("predict", tmp_path / name, "-m", trained[0], "-o", tmp_path / "out.tsv", "--track",
                 f"accessibility={files / 'dnase.bw'}")  # fmt: skip
    assert re.search(mentions(*facts), error_of(result))
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_predict__names_the_line_of_an_interval_of_another_length(trained, files, tmp_path):
    (tmp_path / "bad.bed").write_text("chr1\t0\t31\nchr1\t31\t90\n")
    common = ("predict", tmp_path / "bad.bed", "-m", trained[0], "-g", files / "toy.fa", "--track",
              files / "dnase.bw", "-o", tmp_path / "out.tsv")  # fmt: skip
    assert "bad.bed:2 is 59 bp long and the model takes 31" in error_of(run(*common))
    ok(*common, "--at", "middle")
    assert read(tmp_path / "out.tsv")["id"].tolist() == ["chr1:0-31", "chr1:45-76"]


def test_predict__names_a_truncated_gzip(trained, files, tmp_path):
    whole = gzip.compress((files / "windows.fa").read_bytes(), mtime=0)
    (tmp_path / "cut.fa.gz").write_bytes(whole[: len(whole) // 2])
    result = run("predict", tmp_path / "cut.fa.gz", "-m", trained[0], "-o", tmp_path / "out.tsv", "--track",
                 files / "dnase.bw")  # fmt: skip
    assert "cut.fa.gz is cut short" in error_of(result)
    assert not (tmp_path / "out.tsv").exists()


def test_predict__says_which_tracks_are_missing(trained, files, tmp_path):
    result = run("predict", files / "windows.fa", "-m", trained[0], "-o", tmp_path / "out.tsv")
    assert "the model takes the tracks accessibility, and" in error_of(result)
    result = run("predict", files / "windows.fa", "-m", trained[0], "-o", tmp_path / "out.tsv", "--track", "ATAC=a.bw")
    assert re.search(mentions("accessibility", "ATAC", str(trained[0])), error_of(result))


def test_predict__tells_of_a_full_disk_and_goes_on_when_there_is_room(trained, data, tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("deepchem_genomics.io.table_writers.TsvWriter.write", full)
    message = error_of(run("predict", data, "-m", trained[0], "-o", tmp_path / "out.tsv"))
    assert re.search(mentions(f"{tmp_path}/out.tsv", "disk"), message)
    assert [path.name for path in tmp_path.iterdir()] == ["out.tsv.run"]
    monkeypatch.undo()
    run("predict", data, "-m", trained[0], "-o", tmp_path / "out.tsv")
    assert [path.name for path in tmp_path.iterdir()] == ["out.tsv"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["train", "d"],
        ["train", "d", "--out", "m", "--valid", "v", "--split", "block"],
        ["train", "d", "--out", "m", "--resume"],
        ["train", "d", "--out", "m", "--valid-chrom", "chr1", "--split", "random"],
        ["train", "d", "--out", "m", "--block-size", "100", "--split", "random"],
        ["evaluate", "d"],
        ["predict", "d", "--model", "m"],
        ["predict", "d", "--model", "m", "--out", "o.tsv", "--at", "middle"],
    ],
)
def test_train_evaluate_predict__answer_a_wrong_command_line_with_status_2(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: ")
