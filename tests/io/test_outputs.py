"""Output appears under its name only when whole."""

import contextlib
import fcntl
import gzip
import os
import re
import sys
import tempfile

import numpy as np
import pytest
from killing import die, killed_while
from messages import mentions

from deepchem_genomics.errors import InputChangedError
from deepchem_genomics.io import outputs
from deepchem_genomics.io.outputs import (
    Kind,
    atomic_directory,
    atomic_file,
    only_writer,
    remove_abandoned,
    require_folder,
    temporary_directory,
    unchanged,
)
from deepchem_genomics.io.table_writers import text_stream


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


def test_atomic_file__what_a_killed_process_left_goes_with_the_next_attempt(tmp_path):
    target = tmp_path / "scores.json"

    def half():
        with atomic_file(target) as partial:
            partial.write_text("half")
            die()

    killed_while(half)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".scores.partial-") and left.suffix == ".json"
    other = tmp_path / ".scores.backup.json"
    other.touch()
    with atomic_file(tmp_path / "scores.csv") as partial:
        partial.touch()
    assert left.exists()  # is of another file
    with atomic_file(target) as partial:
        partial.write_text("whole")
        with atomic_file(target) as second:  # leaves the first alone, which is at work
            second.write_text("later")
        assert partial.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == [other.name, "scores.csv", "scores.json"]
    assert target.read_text() == "whole"


def test_atomic_file__works_where_the_file_system_has_no_locks(tmp_path, monkeypatch):
    def no_locks(*_):
        raise OSError(95, "Operation not supported")

    left = tmp_path / ".scores.partial-abcdefgh.json"
    left.touch()
    monkeypatch.setattr(fcntl, "flock", no_locks)
    with atomic_file(tmp_path / "scores.json") as partial:
        partial.write_text("whole")
    assert (tmp_path / "scores.json").read_text() == "whole"
    assert left.exists()  # for whether somebody is at work on it cannot be told


def test_atomic_directory__what_a_killed_process_left_goes_with_the_next_attempt(tmp_path):
    target = tmp_path / "model"

    def half():
        with atomic_directory(target) as partial:
            (partial / "weights").write_text("half")
            die()

    killed_while(half)
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(".model.partial-")
    with atomic_directory(target) as partial:
        (partial / "weights").write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_atomic_directory__the_old_folder_is_given_back_after_a_kill_between_two_renames(tmp_path, monkeypatch):
    target = tmp_path / "model"
    target.mkdir()
    (target / "weights").write_text("old")
    rename = type(target).rename

    def half():
        monkeypatch.setattr(type(target), "rename", lambda self, name: rename(self, name) and die())
        with atomic_directory(target, overwrite=True) as partial:
            (partial / "weights").write_text("new")

    killed_while(half)
    assert not target.exists()
    with pytest.raises(FileExistsError), atomic_directory(target):
        pass
    assert (target / "weights").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    assert remove_abandoned(target) == []


def test_temporary_directory__is_removed_also_after_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(KeyError), temporary_directory("parts-") as folder:
        (folder / "shard").touch()
        raise KeyError
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("when", ("before it is opened", "before it is locked"))
def test_temporary_directory__taken_for_abandoned_while_it_is_made_is_made_again(tmp_path, monkeypatch, when):
    call, module = ("open", os) if when == "before it is opened" else ("flock", fcntl)
    whole, taken = getattr(module, call), []

    def taken_first(*arguments, **options):
        if not taken:  # as another thread does that makes one beside it
            taken.extend(tmp_path.glob("parts-*"))
            taken[0].rmdir()
        return whole(*arguments, **options)

    monkeypatch.setattr(module, call, taken_first)
    with temporary_directory("parts-", tmp_path) as folder:
        assert [*tmp_path.iterdir()] == [folder] != taken
    assert not [*tmp_path.iterdir()]


def test_temporary_directory__removes_what_killed_processes_left_but_nothing_in_use(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "another").mkdir()

    def work():
        with temporary_directory("parts-") as folder:
            (folder / "shard").touch()
            die()

    killed_while(work)
    (left,) = tmp_path.glob("parts-*")
    with temporary_directory("parts-") as folder:
        assert not left.exists()
        with temporary_directory("parts-") as other:
            assert folder.exists() and other != folder
    assert [path.name for path in tmp_path.iterdir()] == ["another"]


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


def test_require_folder__names_what_was_not_written_with_it(tmp_path):
    target = tmp_path / "model"
    with atomic_directory(target, Kind.MODEL) as partial:
        (partial / "weights").touch()
    require_folder(target, Kind.MODEL, overwrite=True)
    with pytest.raises(FileExistsError, match=mentions("model", "dataset")):
        require_folder(target, Kind.DATASET, overwrite=True)
    with pytest.raises(FileExistsError, match=mentions("model", "weights")):
        require_folder(target, Kind.MODEL, overwrite=True, inputs=[target / "weights"])
    (target / "notes").mkdir()
    require_folder(target, Kind.MODEL, overwrite=True)  # nothing is lost with an empty folder
    (target / "notes" / "link").symlink_to(tmp_path)
    with pytest.raises(FileExistsError, match=mentions("notes/link")):
        require_folder(target, Kind.MODEL, overwrite=True)


def test_require_folder__finds_inputs_by_their_inode(tmp_path):
    target = tmp_path / "model"
    with atomic_directory(target, Kind.MODEL) as partial:
        (partial / "weights").touch()
    os.link(target / "weights", tmp_path / "other")
    with pytest.raises(FileExistsError, match=mentions("other")):
        require_folder(target, Kind.MODEL, overwrite=True, inputs=[tmp_path / "other"])


def test_atomic_directory__does_not_replace_what_came_while_it_was_filled(tmp_path):
    target = tmp_path / "model"
    with pytest.raises(FileExistsError), atomic_directory(target, Kind.MODEL) as partial:
        (partial / "weights").touch()
        target.mkdir()
        (target / "notes").write_text("mine")
    assert (target / "notes").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("target", ["blob", "plain.tsv", "other.bz2"])
def test_atomic_file__has_the_ending_of_the_link_and_not_of_its_target(tmp_path, target):
    (tmp_path / target).touch()
    (tmp_path / "scores.tsv.gz").symlink_to(target)
    with atomic_file(tmp_path / "scores.tsv.gz") as partial, text_stream(partial) as stream:
        stream.write("0.5")
    assert gzip.decompress((tmp_path / target).read_bytes()) == b"0.5"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["scores.tsv.gz", target])


def test_atomic_directory__replaces_the_target_of_a_link(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    with atomic_directory(tmp_path / "link", Kind.MODEL, overwrite=True) as partial:
        (partial / "weights").touch()
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "weights").exists()


def test_atomic_file__writes_to_an_open_descriptor_as_to_stdout(tmp_path):
    with (tmp_path / "shell").open("w") as shell:
        shell.write("before\n")
        shell.flush()
        with atomic_file(f"/dev/fd/{shell.fileno()}") as partial:
            partial.write_text("scores\n")
        shell.seek(0, os.SEEK_END)
        shell.write("after\n")
    assert (tmp_path / "shell").read_text() == "before\nscores\nafter\n"


@pytest.mark.parametrize("name", ["file/below", "dangling"])
def test_atomic_file__says_where_it_cannot_write(tmp_path, name):
    (tmp_path / "file").touch()
    (tmp_path / "dangling").symlink_to("nothing")
    with pytest.raises((NotADirectoryError, FileNotFoundError), match=mentions(name)), atomic_file(tmp_path / name):
        pass


def ends_with(work):
    """Do work in a copy of this process; return what it raised, by name."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException as error:
            os.write(writer, f"{type(error).__name__}: {error}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    with os.fdopen(reader) as told:
        return told.read()


def enter(path):
    with only_writer(path):
        pass


def test_only_writer__keeps_other_processes_out_by_whatever_name(tmp_path):
    page, link = tmp_path / "page.html", tmp_path / "link.html"
    page.touch()
    link.symlink_to(page)

    def another():
        outputs._written.clear()  # of the process that was copied
        enter(link)

    with only_writer(page):
        told = ends_with(another)
        assert told.startswith("OutputInUseError")
        assert re.search(mentions(str(link), "another process", "another name"), told)
        assert (tmp_path / ".page.html.lock").exists(), "it is its owner's"
    assert ends_with(another) == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.html", "page.html"]


def test_only_writer__lets_this_process_in_again(tmp_path):
    with only_writer(tmp_path / "model"), only_writer(tmp_path / "model"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_only_writer__takes_over_from_a_process_that_was_killed(tmp_path):
    def work():
        with only_writer(tmp_path / "model"):
            die()

    killed_while(work)
    assert [path.name for path in tmp_path.iterdir()] == [".model.lock"]
    enter(tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


def test_only_writer__leaves_no_folder_that_it_made(tmp_path):
    enter(tmp_path / "new" / "newer" / "model")
    assert list(tmp_path.iterdir()) == []
    with only_writer(tmp_path / "new" / "newer" / "model"):
        (tmp_path / "new" / "mine").touch()
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["mine"]


@pytest.mark.parametrize("name", ["/dev/null", "/dev/stdout", "/proc/dcgenomics/model"])
def test_only_writer__locks_nothing_where_nothing_is_made(name):
    enter(name)


def test_atomic_directory__an_interrupt_between_two_renamings_keeps_the_old_folder(tmp_path, monkeypatch):
    folder = tmp_path / "model"
    with atomic_directory(folder, Kind.MODEL) as partial:
        (partial / "weights").write_text("old")
    renamed = []
    rename = type(folder).rename

    def interrupted(path, target):
        rename(path, target)
        renamed.append(target)
        if len(renamed) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr(type(folder), "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), atomic_directory(folder, Kind.MODEL, overwrite=True) as partial:
        (partial / "weights").write_text("new")
    assert (folder / "weights").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize("make", [atomic_file, atomic_directory, lambda path: temporary_directory("dcgenomics-test-")])
def test_outputs__an_interrupt_while_they_are_begun_leaves_nothing(make, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(outputs.fcntl, "flock", interrupted)
    with pytest.raises(KeyboardInterrupt), make(tmp_path / "out.txt"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_unchanged__an_input_that_changes_leaves_the_output_as_it_was(tmp_path):
    (tmp_path / "data").mkdir()
    shard, target = tmp_path / "data" / "shard-0.npy", tmp_path / "scores.txt"
    shard.write_text("one")
    target.write_text("old")
    facts = mentions("shard-0.npy", "changed", "again")
    with unchanged([tmp_path / "data"]):
        with pytest.raises(InputChangedError, match=facts), atomic_file(target) as partial:
            partial.write_text("new")
            shard.write_text("on")
        with (
            pytest.raises(InputChangedError, match=facts),
            atomic_directory(tmp_path / "model", Kind.MODEL) as partial,
        ):
            shard.unlink()
    assert target.read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "scores.txt"]


def test_unchanged__an_error_of_a_library_over_a_changed_input_names_the_input(tmp_path):
    shard = tmp_path / "shard-0.npy"
    np.save(shard, np.arange(1000))
    with pytest.raises(InputChangedError, match=mentions("shard-0.npy", "changed")) as error, unchanged([tmp_path]):
        os.truncate(shard, 500)
        np.load(shard)
    assert isinstance(error.value.__cause__, ValueError)
    with pytest.raises(ValueError) as another, unchanged([tmp_path]):
        np.load(shard)
    assert not isinstance(another.value, InputChangedError)


def test_unchanged__what_is_new_in_a_folder_is_not_an_input(tmp_path):
    (tmp_path / "manifest.json").touch()
    with unchanged([tmp_path]), atomic_file(tmp_path / "plot.png") as partial:
        partial.write_text("drawn")
    with atomic_file(tmp_path / "manifest.json"):
        pass


# Interrupted at any line


def interrupted_at(number, work):
    """Run ``work``, and raise KeyboardInterrupt before the n-th line of outputs.py; return whether it came to that."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        if frame.f_code.co_filename != outputs.__file__:
            return None
        if event == "line":
            count += 1
            if count == number:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.parametrize("kind", ["file", "folder", "temporary"])
def test_remove_unfinished__leaves_the_old_output_or_the_new_wherever_an_interruption_comes(tmp_path, kind):
    def write():
        if kind == "file":
            with outputs.only_writer(tmp_path / "out"), outputs.atomic_file(tmp_path / "out") as partial:
                partial.write_text("new")
        elif kind == "folder":
            with (
                outputs.only_writer(tmp_path / "out"),
                outputs.atomic_directory(tmp_path / "out", Kind.MODEL, overwrite=True) as partial,
            ):
                (partial / "x").write_text("new")
        else:
            with outputs.temporary_directory("t-", tmp_path) as folder:
                (folder / "x").write_text("new")

    def content():
        return (tmp_path / "out" / "x" if kind == "folder" else tmp_path / "out").read_text()

    if kind != "temporary":
        write()
    names = sorted(path.name for path in tmp_path.iterdir())
    number = 0
    while True:
        number += 1
        came = interrupted_at(number, write)
        outputs.remove_unfinished()
        assert sorted(path.name for path in tmp_path.iterdir()) == names, f"before line {number}"
        assert kind == "temporary" or content() == "new"
        if not came:
            break
    assert number > 10


def test_remove_unfinished__while_a_thread_removes_its_own(tmp_path, monkeypatch):
    remove, work = outputs._remove, contextlib.ExitStack()

    def removed_by_both(made):
        monkeypatch.setattr(outputs, "_remove", remove)
        work.close()
        remove(made)

    folder = work.enter_context(temporary_directory("t-", tmp_path))
    monkeypatch.setattr(outputs, "_remove", removed_by_both)
    outputs.remove_unfinished()
    assert not folder.exists()


@pytest.mark.parametrize("ending", [".fai", ".gzi", ".tbi", ".csi"])
def test_require_file__never_replaces_the_index_of_what_is_read(tmp_path, ending):
    genome, index = tmp_path / "g.fa", tmp_path / f"g.fa{ending}"
    for path in (genome, index):
        path.write_text(">chr1\nACGT\n")
    with pytest.raises(FileExistsError, match=mentions(str(index), "read")):
        outputs.require_file(index, overwrite=True, inputs=[genome])
    outputs.require_file(tmp_path / f"h.fa{ending}", inputs=[genome])
