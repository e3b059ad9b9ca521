"""The folder of a run: whose it is, what it keeps, and when it is refused."""

import json
import os
import re

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.errors import DataFolderError, OutputInUseError
from deepchem_genomics.runs import Execution
from deepchem_genomics.runs.folder import (
    RunFolder,
    file_fingerprint,
    kept_map,
    open_pieces,
    open_run,
    require_free,
    run_folder_of,
    tidy_finished,
)


class StopHereError(Exception):
    pass


@pytest.fixture
def reads(tmp_path):
    path = tmp_path / "reads.txt"
    path.write_text("one")
    return path


def interrupted(out, reads, n_pieces=1, kind="scan", **settings):
    with pytest.raises(StopHereError), open_pieces(out, kind, settings, {"input": reads}) as run:
        for number in range(n_pieces):
            run.write(f"{number:08d}", {"x": np.arange(number)})
        raise StopHereError
    return run_folder_of(out)


def test_run__says_what_it_is_and_is_opened_again(tmp_path):
    for _ in range(2):
        with open_run(tmp_path / "run", "search", {"seed": 1, "space": {"filters": [5, 10]}}):
            pass
    record = json.loads((tmp_path / "run" / "run.json").read_text())
    assert (record["kind"], record["settings"]) == ("search", {"seed": 1, "space": {"filters": [5, 10]}})


@pytest.mark.parametrize(
    ("settings", "facts"),
    [
        ({"seed": 2, "space": {"filters": [5, 10]}}, ("search", "seed", "1", "2")),
        ({"seed": 1, "space": {"filters": [5]}}, ("filters", "[5, 10]", "[5]")),
        ({"seed": 1, "space": {}}, ("filters", "[5, 10]", "nothing")),
    ],
)
def test_run__of_other_settings_is_refused(tmp_path, settings, facts):
    with open_run(tmp_path / "run", "search", {"seed": 1, "space": {"filters": [5, 10]}}):
        pass
    with pytest.raises(DataFolderError, match=mentions(*facts)), open_run(tmp_path / "run", "search", settings):
        pass


def test_run__refuses_folders_of_other_kinds_of_something_else_and_damaged_ones(tmp_path):
    with open_run(tmp_path / "run", "search", {}):
        pass
    with (
        pytest.raises(DataFolderError, match=mentions("search", "1", "benchmark")),
        open_run(tmp_path / "run", "benchmark", {}),
    ):
        pass
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").touch()
    with (
        pytest.raises(DataFolderError, match=mentions("mine", "search")),
        open_run(tmp_path / "mine", "search", {}),
    ):
        pass
    (tmp_path / "run" / "run.json").write_text("{")
    with (
        pytest.raises(DataFolderError, match=mentions("run.json")),
        open_run(tmp_path / "run", "search", {}),
    ):
        pass
    with (
        pytest.raises(DataFolderError, match=mentions("mine", "folder")),
        open_run(tmp_path / "mine/thesis.tex", "search", {}),
    ):
        pass


def test_run__is_of_one_process_at_a_time_and_clears_what_a_killed_one_left(tmp_path):
    with (
        open_run(tmp_path / "run", "search", {}),
        pytest.raises(OutputInUseError, match=mentions("process")),
        open_run(tmp_path / "run", "search", {}),
    ):
        pass
    (tmp_path / "run" / ".scratch-killed").mkdir()
    with open_run(tmp_path / "run", "search", {}) as run, run.scratch() as scratch:
        assert [path.name for path in run.path.glob(".scratch-*")] == [scratch.name]
    assert [path.name for path in run.path.iterdir()] == ["run.json"]


def test_pieces__stay_after_an_interruption_and_go_when_all_is_done(tmp_path, reads):
    folder = interrupted(tmp_path / "out.tsv", reads, 2, stride=3)
    assert sorted(path.name for path in folder.iterdir()) == ["00000000.npz", "00000001.npz", "run.json"]
    with open_pieces(tmp_path / "out.tsv", "scan", {"stride": 3}, {"input": reads}) as run:
        assert run.read("00000001")["x"].tolist() == [0]
        assert run.read("00000002") is None
    assert not folder.exists()


def test_pieces__none_is_left_leaves_no_folder(tmp_path, reads):
    assert not interrupted(tmp_path / "out.tsv", reads, 0).exists()


def test_pieces__of_inputs_that_changed_since_are_made_again(tmp_path, reads, caplog):
    folder = interrupted(tmp_path / "out.tsv", reads, 2)
    reads.write_text("another")
    with open_pieces(tmp_path / "out.tsv", "scan", {}, {"input": reads}) as run:
        assert not run.has_pieces()
    (message,) = caplog.messages
    assert re.search(mentions("input", "changed", str(folder)), message)


def test_pieces__of_another_input_are_refused(tmp_path, reads):
    folder = interrupted(tmp_path / "out.tsv", reads, 2)
    (tmp_path / "other.txt").write_text("one")
    with (
        pytest.raises(DataFolderError, match=mentions("scan", "input", "reads.txt", "other.txt")),
        open_pieces(tmp_path / "out.tsv", "scan", {}, {"input": tmp_path / "other.txt"}),
    ):
        pass
    assert len(list(folder.glob("*.npz"))) == 2


def test_pieces__are_not_kept_for_what_can_be_read_or_written_once(tmp_path, reads):
    os.mkfifo(tmp_path / "pipe")
    for out, source in (("-", reads), (tmp_path / "pipe", reads), (tmp_path / "out.tsv", tmp_path / "pipe")):
        with open_pieces(out, "scan", {}, {"input": source}) as run:
            assert run is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pipe", "reads.txt"]


def test_pieces__folder_with_something_else_in_it_stays(tmp_path, reads):
    with open_pieces(tmp_path / "out.tsv", "scan", {}, {"input": reads}) as run:
        (run.path / "notes.txt").touch()
    assert [path.name for path in run.path.iterdir()] == ["notes.txt"]


def test_fingerprint__of_a_folder_is_of_its_files(tmp_path, reads):
    before = file_fingerprint(tmp_path)
    assert before[:2] == [tmp_path.name, 1]
    reads.write_text("another")
    assert file_fingerprint(tmp_path) != before
    with pytest.raises(FileNotFoundError):
        file_fingerprint(tmp_path / "nothing")


def test_free__what_a_killed_run_was_about_to_name_may_be_there(tmp_path, reads):
    out = tmp_path / "out.tsv"
    require_free([out], overwrite=False)
    out.touch()
    with pytest.raises(FileExistsError, match=mentions("out.tsv")):
        require_free([out], overwrite=False)
    require_free([out], overwrite=True)
    folder = interrupted(out, reads)
    RunFolder(folder).mark_assembled()
    require_free([out], overwrite=False)
    with pytest.raises(FileExistsError, match=mentions(tmp_path.name, "folder")):
        require_free([tmp_path], overwrite=True)


def squares(item):
    if item < 0:
        raise ValueError(f"{item} is below 0")
    return {"square": np.array(item**2)}


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("gone", [(), (0,), (1, 3), (4,), (0, 1, 2, 3, 4)])
def test_kept_map__makes_what_is_missing_and_keeps_the_order(tmp_path, jobs, gone):
    with open_run(tmp_path / "run", "scan", {}) as run:
        for number in set(range(5)) - set(gone):
            run.write(f"{number:08d}", {"square": np.array(-number)})  # known by its sign
        found = [int(each["square"]) for each in kept_map(run, Execution(jobs), squares, range(5))]
        assert found == [number**2 if number in gone else -number for number in range(5)]
        assert len(list(run.path.glob("*.npz"))) == 5


def test_kept_map__an_error_leaves_what_was_finished(tmp_path):
    with open_run(tmp_path / "run", "scan", {}) as run:
        with pytest.raises(ValueError, match=mentions("-1", "0")):
            list(kept_map(run, Execution(), squares, [2, 3, -1]))
        assert [int(run.read(f"{number:08d}")["square"]) for number in (0, 1)] == [4, 9]
        assert [int(each["square"]) for each in kept_map(None, Execution(), squares, [2])] == [4]


def test_tidy_finished__removes_what_a_kill_left_of_the_last_removal(tmp_path):
    out = tmp_path / "data"
    run_folder_of(out).mkdir()
    tidy_finished(out)
    assert run_folder_of(out).exists(), "the output is not there yet"
    out.mkdir()
    tidy_finished(out)
    assert not run_folder_of(out).exists()


def test_tidy_finished__leaves_the_pieces_of_a_process_at_work(tmp_path, reads):
    out = tmp_path / "data"
    out.mkdir()
    with open_pieces(out, "scan", {}, {"input": reads}) as run:
        run.write("00000000", {"x": np.arange(3)})
        run.mark_assembled()
        tidy_finished(out)
        assert run.has_pieces()


def test_open_pieces__of_an_input_that_is_read_once_is_for_one_process_too(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    out = tmp_path / "scores.tsv"
    with open_pieces(out, "scan", {}, {"input": tmp_path / "pipe"}) as run:
        assert run is None
        assert [path.name for path in tmp_path.glob(".*")] == [".scores.tsv.lock"]


@pytest.mark.parametrize(("version", "shown"), [("9.9", "'9.9'"), ("\ud800", r"'\ud800'")])
def test_open_run__says_which_version_began_it_in_letters_that_can_be_shown(tmp_path, caplog, version, shown):
    with open_run(tmp_path, "search", {"metric": "roc_auc"}):
        pass
    record = json.loads((tmp_path / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps({**record, "version": version}))
    with open_run(tmp_path, "search", {"metric": "roc_auc"}):
        pass
    assert shown in caplog.text
    caplog.text.encode("utf-8")  # half of a surrogate pair could not be written to a file
