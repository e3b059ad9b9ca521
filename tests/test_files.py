"""Output appears under its name only when whole."""

import pytest

from deepchem_genomics.files import atomic_directory, atomic_file


def test_atomic_file__a_failure_keeps_the_old_file(tmp_path):
    target = tmp_path / "scores.json"
    target.write_text("old")
    with pytest.raises(OSError, match="disk full"), atomic_file(target) as partial:
        partial.write_text("half")
        raise OSError("disk full")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["scores.json"]


def test_atomic_file__replaces_in_one_step_with_ordinary_rights(tmp_path):
    target = tmp_path / "new" / "scores.json"
    plain = tmp_path / "plain"
    plain.touch()
    with atomic_file(target) as partial:
        partial.write_text("whole")
        assert not target.exists()
    assert target.read_text() == "whole"
    assert target.stat().st_mode == plain.stat().st_mode


def test_atomic_directory__a_failure_leaves_the_old_folder_whole(tmp_path):
    target = tmp_path / "model"
    target.mkdir()
    (target / "weights").write_text("old")
    with pytest.raises(KeyboardInterrupt), atomic_directory(target, overwrite=True) as partial:
        (partial / "weights").write_text("half")
        raise KeyboardInterrupt
    assert (target / "weights").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_atomic_directory__refuses_what_exists(tmp_path):
    with pytest.raises(FileExistsError), atomic_directory(tmp_path):
        pass
    (tmp_path / "file").touch()
    with pytest.raises(FileExistsError), atomic_directory(tmp_path / "file", overwrite=True):
        pass


def test_atomic_directory__replaces_when_told(tmp_path):
    target = tmp_path / "model"
    for text in ("old", "new"):
        with atomic_directory(target, overwrite=True) as partial:
            (partial / text).write_text(text)
    assert [path.name for path in target.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
