"""A folder laid out like the book's that lacks a piece, or has a bad one: told before anything is trained."""

import re

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import models


@pytest.fixture(autouse=True)
def no_training(monkeypatch):
    def trained(*arguments, **keywords):
        raise AssertionError("training began")

    monkeypatch.setattr(models.GenomicsModel, "fit", trained)


@pytest.fixture
def failure(dcgenomics, tmp_path):
    """Return a function that runs experiments on a folder and gives the one line that it failed with."""

    def run(folder, *experiments):
        result = dcgenomics("reproduce", *experiments, "--source", folder, "--out", tmp_path / "out", "--quiet")
        assert result.exit_code == 1, result.output
        assert result.stdout == ""
        assert not (tmp_path / "out").exists()
        (line,) = result.stderr.splitlines()
        return line.removeprefix("dcgenomics: error: ")

    return run


def rewrite(folder, **columns):
    """Replace X, y or w of a dataset."""
    old = dc.data.DiskDataset(str(folder))
    rows = {"X": old.X, "y": old.y, "w": old.w, "ids": old.ids} | columns
    for file in folder.iterdir():
        file.unlink()
    dc.data.DiskDataset.from_numpy(rows["X"], rows["y"], rows["w"], rows["ids"], data_dir=str(folder))


def test_source__no_such_folder(failure, tmp_path):
    assert re.search(mentions(f"{tmp_path}/nowhere", "folder"), failure(tmp_path / "nowhere"))


def test_source__all_missing_pieces_are_named_at_once_with_who_needs_them(failure, tmp_path):
    (tmp_path / "empty").mkdir()
    line = failure(tmp_path / "empty")
    for piece in (
        "train_dataset (for tf-binding and chromatin)",
        "valid_dataset (for tf-binding and chromatin)",
        "accessibility.txt (for chromatin)",
        "train_siRNA (for rnai)",
        "valid_siRNA (for rnai)",
    ):
        assert piece in line


def test_source__only_what_the_experiments_need_has_to_be_there(failure, tmp_path):
    (tmp_path / "empty").mkdir()
    line = failure(tmp_path / "empty", "rnai")
    assert re.search(mentions("train_siRNA (for rnai), valid_siRNA (for rnai)"), line)
    assert "dataset (" not in line


def test_source__missing_files_of_a_dataset_are_named(failure, chapter_folder):
    (chapter_folder / "train_siRNA" / "shard-0-w.npy").unlink()
    (chapter_folder / "valid_siRNA" / "tasks.json").unlink()
    line = failure(chapter_folder, "rnai")
    assert re.search(mentions("train_siRNA/shard-0-w.npy (for rnai), valid_siRNA/tasks.json (for rnai)"), line)


@pytest.mark.parametrize("file", ["shard-0-X.npy", "shard-0-y.npy", "metadata.csv.gzip"])
@pytest.mark.parametrize("content", [b"", b"version https://git-lfs.github.com/spec/v1\n"])
def test_source__a_damaged_file_is_told(failure, chapter_folder, file, content):
    (chapter_folder / "valid_siRNA" / file).write_bytes(content)
    line = failure(chapter_folder, "rnai")
    assert line.startswith(f"{chapter_folder}/valid_siRNA")


def test_source__a_truncated_shard_is_told(failure, chapter_folder):
    shard = chapter_folder / "valid_siRNA" / "shard-0-X.npy"
    shard.write_bytes(shard.read_bytes()[:-100])
    assert re.search(mentions("valid_siRNA"), failure(chapter_folder, "rnai"))


def test_source__a_damaged_second_experiment_is_told_before_the_first_is_trained(failure, chapter_folder):
    (chapter_folder / "valid_dataset" / "shard-0-X.npy").write_bytes(b"")
    assert re.search(mentions("valid_dataset"), failure(chapter_folder, "rnai", "tf-binding"))


def test_source__a_window_without_accessibility_is_named(failure, chapter_folder):
    path = chapter_folder / "accessibility.txt"
    first, *others = path.read_text().splitlines(keepends=True)
    path.write_text("".join(others))
    assert first.split()[0] in failure(chapter_folder, "chromatin")


def test_source__a_negative_accessibility_has_no_logarithm(failure, chapter_folder):
    path = chapter_folder / "accessibility.txt"
    path.write_text(path.read_text().replace("\t0.", "\t-0.", 1))
    assert re.search(mentions("logarithm"), failure(chapter_folder, "tf-binding", "chromatin"))


def test_source__sequences_must_be_one_hot_of_four_letters(failure, chapter_folder):
    rewrite(chapter_folder / "train_siRNA", X=np.zeros((100, 21, 5), np.int8))
    assert re.search(mentions("train_siRNA", "X", "(100, 21, 5)", "(N, L, 4)"), failure(chapter_folder, "rnai"))


def test_source__both_sets_must_be_equally_long(failure, chapter_folder):
    rewrite(chapter_folder / "valid_siRNA", X=np.zeros((50, 19, 4), np.int8))
    assert re.search(mentions("'train_siRNA': 21, 'valid_siRNA': 19"), failure(chapter_folder, "rnai"))


def test_source__one_task_is_expected(failure, chapter_folder):
    rewrite(chapter_folder / "train_siRNA", y=np.zeros((100, 2)), w=np.ones((100, 2)))
    assert re.search(mentions("train_siRNA", "y", "(100, 2)", "(N, 1)"), failure(chapter_folder, "rnai"))


@pytest.mark.parametrize(
    ("label", "facts"),
    [
        (0.0, ("valid_dataset", "500")),
        (np.nan, ("valid_dataset", "500", "finite")),
        (2.0, ("valid_dataset", "2", "1", "0")),
    ],
)
def test_source__labels_must_be_fit_to_score(failure, chapter_folder, label, facts):
    rewrite(chapter_folder / "valid_dataset", y=np.full((500, 1), label))
    assert re.search(mentions(*facts), failure(chapter_folder, "tf-binding"))
