"""What a scan refuses, each in one line, before any work is done or anything is left behind."""

import logging
import re

import pytest
from messages import mentions

from deepchem_genomics import errors, models
from deepchem_genomics.scan import ScanOptions, scan_genome

pytest.importorskip("pybigtools")


@pytest.mark.parametrize(
    ("options", "error", "facts"),
    [
        ({"stride": 0}, errors.BadValueError, ("stride", "0", "1")),
        ({"block": 0}, errors.BadValueError, ("block", "0", "1")),
        ({"strands": "reverse"}, errors.BadValueError, ("strands", "'reverse'", "'both', 'forward'")),
        ({"max_n": 2}, errors.BadValueError, ("max_n", "2", "0", "1")),
        ({"top_fraction": 0.0}, errors.BadValueError, ("top_fraction", "0.0", "0", "1")),
        ({"threshold": float("nan")}, errors.BadValueError, ("threshold", "nan")),
        (
            {"threshold": 0.1, "top_fraction": 0.1},
            errors.BadValueError,
            ("threshold", "top_fraction"),
        ),
        ({"task": 1}, errors.BadValueError, ("task", "1", "0")),
        (
            {"chroms": ["chr10", "chr3"]},
            errors.ChromosomeNameError,
            ("chroms", "'chr3'", "toy.fa", "chr2, chr10, short"),
        ),
        (
            {"chroms": ["short"]},
            errors.EmptyInputError,
            ("toy.fa", "12 bp"),
        ),
    ],
)
def test_scan__says_what_is_wrong(linear, genome, tmp_path, options, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        scan_genome(linear, genome, tmp_path / "t.bw", tmp_path / "p.bed", ScanOptions(**options))
    assert not list(tmp_path.iterdir())


def test_scan__of_sequences_alone_takes_no_side_inputs(linear, genome, tmp_path):
    with pytest.raises(errors.SideInputError, match=mentions("sequences")):
        scan_genome(linear, genome, tmp_path / "t.bw", side_inputs="dnase.bw")
    assert not list(tmp_path.iterdir())


def test_scan__takes_a_model_of_dna_only(genome, tmp_path):
    with pytest.raises(errors.AlphabetMismatchError, match=mentions("RNA", "DNA")):
        scan_genome(models.SiRNAEfficacyModel(seed=1), genome, tmp_path / "t.bw")
    with pytest.raises(errors.BadValueError, match=mentions("dict", "deepchem_genomics.models")):
        scan_genome({}, genome, tmp_path / "t.bw")
    with pytest.raises(errors.ModelFolderError, match=mentions("nowhere", "save()")):
        scan_genome(tmp_path / "nowhere", genome, tmp_path / "t.bw")


def test_scan__asks_for_a_task_of_several(genome, tmp_path):
    model = models.TFBindingModel(n_tasks=2, length=31, seed=1)
    with pytest.raises(errors.BadValueError, match=mentions("2 tasks", "0", "1")):
        scan_genome(model, genome, tmp_path / "t.bw")
    assert scan_genome(model, genome, tmp_path / "t.bw", options=ScanOptions(task=1)).windows > 0


def test_scan__takes_no_protein(linear, tmp_path):
    (tmp_path / "protein.fa").write_text(">p53\nMEEPQSDPSVEPPLSQETFSDLWKLL\n")
    with pytest.raises(errors.UnknownBaseError, match=mentions("protein")):
        scan_genome(linear, tmp_path / "protein.fa", tmp_path / "t.bw")


def test_scan__leaves_files_alone_that_exist(linear, genome, tmp_path):
    (tmp_path / "p.bed").write_text("mine\n")
    with pytest.raises(FileExistsError, match=mentions("p.bed")):
        scan_genome(linear, genome, tmp_path / "t.bw", tmp_path / "p.bed", options=ScanOptions(threshold=0))
    assert [path.name for path in tmp_path.iterdir()] == ["p.bed"]
    scan_genome(linear, genome, tmp_path / "t.bw", tmp_path / "p.bed", options=ScanOptions(threshold=0, overwrite=True))
    assert "mine" not in (tmp_path / "p.bed").read_text()
    with pytest.raises(errors.EmptyInputError):
        scan_genome(linear, genome)


def test_scan__needs_a_window_that_is_known(linear, tmp_path):
    (tmp_path / "gap.fa").write_text(">chr1\n" + "ACGTN" * 20 + "\n")
    with pytest.raises(errors.EmptyInputError, match=mentions("15", "0%", "max_n")):
        scan_genome(linear, tmp_path / "gap.fa", tmp_path / "t.bw")


def test_scan__says_where_the_model_predicts_what_is_no_number(linear, genome, weights, tmp_path):
    before = linear.model.get_weights()
    linear.model.set_weights([weights.reshape(-1, 1) * float("nan"), before[1]])
    try:
        with pytest.raises(errors.BadValueError, match=mentions("nan", "chr2:0-12")):
            scan_genome(linear, genome, tmp_path / "t.bw")
    finally:
        linear.model.set_weights(before)


def test_scan__is_not_run_twice_into_the_same_file(linear, genome, tmp_path):
    def again(done, total):
        with pytest.raises(errors.DataFolderError, match=mentions("process")):
            scan_genome(linear, genome, tmp_path / "t.bw")

    scan_genome(linear, genome, tmp_path / "t.bw", on_windows=again)


def test_scan__warns_of_half_where_nothing_was_calibrated(linear, genome, tmp_path, caplog):
    with caplog.at_level(logging.INFO, logger="deepchem_genomics"):
        scan = scan_genome(linear, genome, peaks=tmp_path / "p.bed")
    assert scan.threshold == 0.5
    assert re.search(mentions("calibrated"), caplog.text)
    assert re.search(mentions("1 of 3 chromosomes", "short"), caplog.text)
