"""What a scan refuses, each in one line, before any work is done or anything is left behind."""

import logging
import re

import pytest

from deepchem_genomics import errors, models
from deepchem_genomics.scan import ScanOptions, scan_genome

pytest.importorskip("pybigtools")


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"stride": 0}, errors.BadValueError, "stride is 0; it must be a whole number, at least 1"),
        ({"block": 0}, errors.BadValueError, "block is 0; it must be a whole number, at least 1"),
        ({"strands": "reverse"}, errors.BadValueError, "strands is 'reverse'; it must be one of 'both', 'forward'"),
        ({"max_n": 2}, errors.BadValueError, "max_n is 2; it must be a fraction from 0 to 1"),
        ({"top": 0.0}, errors.BadValueError, "top is 0.0; it must be a fraction above 0 and up to 1"),
        ({"threshold": float("nan")}, errors.BadValueError, "threshold is nan; it must be a number"),
        (
            {"threshold": 0.1, "top": 0.1},
            errors.BadValueError,
            "threshold and top are two ways to say which windows count; give one of the two",
        ),
        ({"task": 1}, errors.BadValueError, "task is 1; the model has 1, from 0 to 0; choose one of them"),
        (
            {"chroms": ["chr10", "chr3"]},
            errors.ChromosomeNameError,
            "chroms has 'chr3', and toy.fa has chr2, chr10, short; name one of these",
        ),
        (
            {"chroms": ["short"]},
            errors.EmptyInputError,
            "no chromosome of toy.fa that is to be scanned is as long as the model's windows, 12 bp; scan others",
        ),
    ],
)
def test_scan__says_what_is_wrong(linear, genome, tmp_path, options, error, words):
    with pytest.raises(error) as caught:
        scan_genome(linear, genome, tmp_path / "t.bw", tmp_path / "p.bed", ScanOptions(**options))
    assert str(caught.value) == words
    assert not list(tmp_path.iterdir())


def test_scan__of_sequences_alone_takes_no_side_inputs(linear, genome, tmp_path):
    with pytest.raises(errors.SideInputError, match="the model takes sequences alone; leave the side inputs out"):
        scan_genome(linear, genome, tmp_path / "t.bw", side_inputs="dnase.bw")
    assert not list(tmp_path.iterdir())


def test_scan__takes_a_model_of_dna_only(genome, tmp_path):
    with pytest.raises(errors.AlphabetMismatchError, match=r"^the model reads RNA and a genome is DNA; "):
        scan_genome(models.SiRNAEfficacyModel(seed=1), genome, tmp_path / "t.bw")
    with pytest.raises(errors.BadValueError, match=r"^the model is a dict; give a model of deepchem_genomics\.models"):
        scan_genome({}, genome, tmp_path / "t.bw")
    with pytest.raises(errors.ModelFolderError, match=r"nowhere: no such folder; name one that save\(\) wrote$"):
        scan_genome(tmp_path / "nowhere", genome, tmp_path / "t.bw")


def test_scan__asks_for_a_task_of_several(genome, tmp_path):
    model = models.TFBindingModel(n_tasks=2, length=31, seed=1)
    with pytest.raises(errors.BadValueError) as caught:
        scan_genome(model, genome, tmp_path / "t.bw")
    assert str(caught.value) == "the model has 2 tasks and a track holds one; choose a task, 0 to 1"
    assert scan_genome(model, genome, tmp_path / "t.bw", options=ScanOptions(task=1)).windows > 0


def test_scan__takes_no_protein(linear, tmp_path):
    (tmp_path / "protein.fa").write_text(">p53\nMEEPQSDPSVEPPLSQETFSDLWKLL\n")
    with pytest.raises(errors.UnknownBaseError, match="this looks like protein: give the file of its genome"):
        scan_genome(linear, tmp_path / "protein.fa", tmp_path / "t.bw")


def test_scan__leaves_files_alone_that_exist(linear, genome, tmp_path):
    (tmp_path / "p.bed").write_text("mine\n")
    with pytest.raises(FileExistsError, match=r"p\.bed exists; choose another name, or allow overwriting it$"):
        scan_genome(linear, genome, tmp_path / "t.bw", tmp_path / "p.bed", options=ScanOptions(threshold=0))
    assert [path.name for path in tmp_path.iterdir()] == ["p.bed"]
    scan_genome(linear, genome, tmp_path / "t.bw", tmp_path / "p.bed", options=ScanOptions(threshold=0, overwrite=True))
    assert "mine" not in (tmp_path / "p.bed").read_text()
    with pytest.raises(errors.EmptyInputError, match=r"^there is nothing to write; "):
        scan_genome(linear, genome)


def test_scan__needs_a_window_that_is_known(linear, tmp_path):
    (tmp_path / "gap.fa").write_text(">chr1\n" + "ACGTN" * 20 + "\n")
    with pytest.raises(errors.EmptyInputError) as caught:
        scan_genome(linear, tmp_path / "gap.fa", tmp_path / "t.bw")
    assert str(caught.value) == (
        "each of the 15 windows has more than 0% bases that are not known; scan other chromosomes, or allow for more "
        "(max_n)"
    )


def test_scan__says_where_the_model_predicts_what_is_no_number(linear, genome, weights, tmp_path):
    before = linear.model.get_weights()
    linear.model.set_weights([weights.reshape(-1, 1) * float("nan"), before[1]])
    try:
        with pytest.raises(errors.BadValueError, match=r"^the model predicts nan for chr2:0-12; "):
            scan_genome(linear, genome, tmp_path / "t.bw")
    finally:
        linear.model.set_weights(before)


def test_scan__is_not_run_twice_into_the_same_file(linear, genome, tmp_path):
    def again(done, total):
        with pytest.raises(errors.DataFolderError, match=r"another process is writing there; wait for it"):
            scan_genome(linear, genome, tmp_path / "t.bw")

    scan_genome(linear, genome, tmp_path / "t.bw", on_windows=again)


def test_scan__warns_of_half_where_nothing_was_calibrated(linear, genome, tmp_path, caplog):
    with caplog.at_level(logging.INFO, logger="deepchem_genomics"):
        scan = scan_genome(linear, genome, peaks=tmp_path / "p.bed")
    assert scan.threshold == 0.5
    assert any("this model was not calibrated" in message for message in caplog.messages)
    assert any(re.search("^1 of 3 chromosomes are shorter .*: short$", message) for message in caplog.messages)
