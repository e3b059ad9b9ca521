"""A folder of data appears whole or not at all, and DeepChem works on it."""

import gzip
import json
import os
import re
import resource
import signal
import time
import tracemalloc
from collections import Counter
from pathlib import Path

import deepchem as dc
import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.data import IntervalLoader, SideInput, manifest
from deepchem_genomics.data.dataset_folder import FolderOptions, class_weights, write_dataset_folder
from deepchem_genomics.data.parts import Part
from deepchem_genomics.data.row_store import RowStore
from deepchem_genomics.data.shard_files import Shard, ShardFiles, write_shards
from deepchem_genomics.errors import DataFolderError, EmptyInputError, LabelError, ShapeMismatchError
from deepchem_genomics.io.outputs import MARKER, remove_abandoned


def part(first, n, dropped=0):
    rng = np.random.default_rng(first)
    X = np.eye(4, dtype=np.int8)[rng.integers(0, 4, (n, 25))]
    ids = np.array([f"chr1:{i}-{i + 25}" for i in range(first, first + n)], dtype=object)
    y = (np.arange(first, first + n) % 3 == 0).astype(np.float32)[:, None]
    return Part(X, y, ids, rng.random((n, 1), dtype=np.float32), Counter({"too dull": dropped} if dropped else {}))


def write(folder, n_parts=6, **options):
    parts = (part(500 * i, 500, dropped=i) for i in range(n_parts))
    return write_dataset_folder(
        parts, folder, ["bound"], {}, FolderOptions(tracks=["dnase"], shard_size=400, **options)
    )


def child(function):
    """Run a function in a forked process; return its number. It may be killed at any time."""
    pid = os.fork()
    if pid == 0:
        try:
            function()
        finally:
            os._exit(0)
    return pid


def left_beside(folder):
    return sorted(path.name for path in folder.parent.iterdir() if path.name.startswith(f".{folder.name}."))


def test_deepchem__opens_iterates_and_splits_the_folder(tmp_path):
    write(tmp_path / "data", shuffle_seed=0)
    dataset = dc.data.DiskDataset(str(tmp_path / "data"))
    assert dataset.get_shape() == ((3000, 25, 4), (3000, 1), (3000, 1), (3000,))
    assert dataset.get_number_shards() == 8
    n_rows = sum(len(ids) for *_, ids in dataset.iterbatches(batch_size=100, epochs=2))
    assert n_rows == 6000
    train, valid, test = dc.splits.RandomSplitter().train_valid_test_split(dataset, seed=1)
    assert [len(rows) for rows in (train, valid, test)] == [2400, 300, 300]
    assert train.X.dtype == np.int8
    side = SideInput.from_file(tmp_path / "data" / "side_input.tsv.gz")
    assert side.lookup(valid.ids).shape == (300, 1)
    moved = (tmp_path / "data").rename(tmp_path / "elsewhere")
    assert dc.data.DiskDataset(str(moved)).X.shape == (3000, 25, 4)


@pytest.mark.parametrize("labels", [True, False])
def test_shards__are_written_as_deepchem_writes_them(tmp_path, content, labels):
    rows = [part(0, 30), part(30, 7)]
    shards = [Shard(p.X, p.y if labels else None, p.y + 1 if labels else None, p.ids.astype(str)) for p in rows]
    (tmp_path / "ours").mkdir()
    write_shards(shards, tmp_path / "ours", ["bound", "open"])
    dc.data.DiskDataset.create_dataset(map(tuple, shards), str(tmp_path / "theirs"), ["bound", "open"])
    ours, theirs = content(tmp_path / "ours"), content(tmp_path / "theirs")
    table = "metadata.csv.gzip"  # DeepChem's has the time in it
    assert gzip.decompress(ours.pop(table)) == gzip.decompress(theirs.pop(table))
    assert ours == theirs


def test_equal_input__gives_equal_bytes(tmp_path, content):
    write(tmp_path / "first", shuffle_seed=5, balance=True)
    time.sleep(1.1)  # gzip and file systems store seconds
    write(tmp_path / "second", shuffle_seed=5, balance=True)
    assert content(tmp_path / "first") == content(tmp_path / "second")


def test_folder__has_nothing_but_shards_manifest_and_side_input(tmp_path):
    write(tmp_path / "data", n_parts=1)
    names = {path.name for path in (tmp_path / "data").iterdir()}
    shards = {f"shard-{i}-{name}.npy" for i in range(2) for name in ("X", "y", "w", "ids")}
    assert names == shards | {"metadata.csv.gzip", "tasks.json", "manifest.json", "side_input.tsv.gz", MARKER}


def test_existing_folder__is_refused_before_any_work_and_replaced_when_told(tiny):
    tiny.out.mkdir()
    (tiny.out / "precious").touch()
    table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [5]})

    class Untouched(IntervalLoader):
        def _chunks(self, *args):
            raise AssertionError("work was begun")

    with pytest.raises(FileExistsError, match=mentions("dataset")):
        Untouched([], tiny.folder / "no_such_genome.fa").create_dataset(table, tiny.out)
    assert [path.name for path in tiny.out.iterdir()] == ["precious"]
    with pytest.raises(FileExistsError, match=mentions("dataset")):
        IntervalLoader([], tiny.fasta, overwrite=True).create_dataset(table, tiny.out)
    (tiny.out / "precious").unlink()
    for _ in range(2):
        IntervalLoader([], tiny.fasta, overwrite=True).create_dataset(table, tiny.out)
    file = tiny.write("file", "")
    with pytest.raises(FileExistsError, match=mentions("file")):
        IntervalLoader([], tiny.fasta, overwrite=True).create_dataset(table, file)


def test_overwriting__that_fails_keeps_the_old_folder(tmp_path, content):
    write(tmp_path / "data")
    before = content(tmp_path / "data")

    def broken():
        yield part(0, 10)
        raise ValueError("no more")

    with pytest.raises(ValueError, match="no more"):
        write_dataset_folder(
            broken(), tmp_path / "data", ["bound"], {}, FolderOptions(tracks=["dnase"], overwrite=True)
        )
    assert content(tmp_path / "data") == before
    assert left_beside(tmp_path / "data") == []


def test_kill__at_any_moment_leaves_the_whole_folder_or_nothing(tmp_path, content, caplog):
    reference, folder = tmp_path / "reference", tmp_path / "data"
    started = time.perf_counter()
    os.waitpid(child(lambda: write(reference, shuffle_seed=1)), 0)
    duration = time.perf_counter() - started
    expected = content(reference)
    rng = np.random.default_rng(0)
    whole = interrupted = 0

    def attempt():
        remove_abandoned(folder)
        write(folder, shuffle_seed=1)

    for moment in rng.uniform(0, 1.1 * duration, 20):
        pid = child(attempt)
        time.sleep(moment)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        if folder.exists():
            assert content(folder) == expected
            assert left_beside(folder) == []
            whole += 1
            folder.rename(tmp_path / f"whole{whole}")
        interrupted += bool(left_beside(folder))
    assert interrupted, "no attempt was killed half-way"


def test_kill__leftovers_go_with_the_next_build(tiny, caplog):
    abandoned = tiny.folder / ".dataset.partial-abc"
    ready, release = os.pipe(), os.pipe()

    def hold():
        def slowly():
            os.write(ready[1], b".")
            os.read(release[0], 1)
            yield part(0, 1)

        write_dataset_folder(slowly(), tiny.out, ["bound"], {}, FolderOptions(tracks=["dnase"]))

    pid = child(hold)
    try:
        os.read(ready[0], 1)
        in_use = left_beside(tiny.out)
        assert len(in_use) == 1
        (abandoned / "rows").mkdir(parents=True)
        (abandoned / "rows" / "X.bin").write_bytes(b"0")
        table = pd.DataFrame({"chrom": ["chr1"], "start": [0], "end": [5]})
        IntervalLoader([], tiny.fasta).create_dataset(table, tiny.out)
        assert left_beside(tiny.out) == in_use, "what another process is filling stays"
        assert re.search(mentions(".dataset.partial-abc"), caplog.text)
    finally:  # also if something above is not so: else the child waits, and whoever reads our output waits for it
        os.write(release[1], b".")
        os.waitpid(pid, 0)
    for end in (*ready, *release):
        os.close(end)


def test_full_disk__is_an_error_that_names_the_folder_and_leaves_nothing(tmp_path):
    report = tmp_path / "report"
    # Files may grow to so many bytes: the row store fails, early or late, or the shard,
    # which has a header: NumPy cuts such a file off without a word.
    for n_bytes in (20_000, 60_000, 300_050):
        for buffered in (10, 500):

            def fill(n_bytes=n_bytes, buffered=buffered):
                resource.setrlimit(resource.RLIMIT_FSIZE, (n_bytes, n_bytes))
                try:
                    parts = (part(buffered * i, buffered) for i in range(3000 // buffered))
                    write_dataset_folder(
                        parts, tmp_path / "data", ["bound"], {}, FolderOptions(tracks=["dnase"], shard_size=3000)
                    )
                except OSError as error:
                    report.write_text(f"{type(error).__name__} {error}")

            os.waitpid(child(fill), 0)
            assert report.read_text().startswith("OSError ")
            assert f"{tmp_path / 'data'} could not be written, and nothing is left of it: " in report.read_text()
            assert "\n" not in report.read_text()
            assert [path.name for path in tmp_path.iterdir()] == ["report"]
            report.unlink()


def test_memory__does_not_grow_with_the_number_of_rows(tmp_path):
    def peak(n_parts, folder):
        parts = (part(2000 * i, 2000) for i in range(n_parts))
        tracemalloc.start()
        write_dataset_folder(
            parts, folder, ["bound"], {}, FolderOptions(tracks=["dnase"], shard_size=2000, shuffle_seed=0)
        )
        megabytes = tracemalloc.get_traced_memory()[1] / 1e6
        tracemalloc.stop()
        return megabytes

    few, many = peak(5, tmp_path / "few"), peak(25, tmp_path / "many")  # 1 and 5 MB of X
    assert many < few + 20 * 2000 * 60e-6, "more than 60 bytes per row are held"


def test_table_of_shards__that_would_fill_the_memory_is_refused(tmp_path):
    folder = tmp_path / "data"
    write(folder, 1)
    with gzip.open(folder / "metadata.csv.gzip", "ab", 1) as packed:
        for _ in range(70):
            packed.write(b"a" * 1_000_000)
    with pytest.raises(DataFolderError, match=mentions("metadata.csv.gzip", "67,108,864")):
        ShardFiles(folder)


def test_no_rows__is_an_error_with_the_reasons(tmp_path):
    nothing = [Part.without_rows(Counter({"nothing but N": 3}))]
    with pytest.raises(EmptyInputError, match=mentions("data", "3", "N")):
        write_dataset_folder(nothing, tmp_path / "data", ["bound"], {}, FolderOptions())
    with pytest.raises(EmptyInputError, match=mentions("data", "rows")):
        write_dataset_folder([], tmp_path / "data", ["bound"], {}, FolderOptions())
    assert list(tmp_path.iterdir()) == []


def test_manifest__counts_and_is_read_back(tmp_path):
    written = write(tmp_path / "data")
    said = manifest.read(tmp_path / "data")
    assert written.items() <= said.items()
    assert said["rows"] == {"read": 3015, "kept": 3000, "dropped": {"too dull": 15}, "noted": {}}
    assert said["labels"] == {"bound": {"0": 2000, "1": 1000, "missing": 0}}


def test_manifest__of_another_kind_is_refused(tmp_path):
    with pytest.raises(DataFolderError, match=mentions("manifest.json", "dcgenomics build")):
        manifest.read(tmp_path)
    for text, facts in (
        ("{", ("manifest.json", "JSON")),
        ("[]", ("manifest.json", "format 1")),
        (json.dumps({"format": 2}), ("manifest.json", "format 1")),
    ):
        (tmp_path / "manifest.json").write_text(text)
        with pytest.raises(DataFolderError, match=mentions(*facts)):
            manifest.read(tmp_path)


def test_class_weights__weigh_each_class_to_half():
    y = np.array([[0, 1], [0, np.nan], [1, 1], [0, 1]], dtype=np.float32)
    assert class_weights(y).round(6).tolist() == [[round(4 / 6, 6), 2.0], [0.0, 0.5]]
    with pytest.raises(LabelError, match=mentions("task 'b'", "2", "0", "1")):
        class_weights(np.array([[0, 2.0]]), ["a", "b"])
    assert class_weights(np.empty((3, 0))).shape == (0, 2)


def test_row_store__wants_rows_alike(tmp_path):
    with RowStore(tmp_path / "rows") as store:
        store.append({"X": np.zeros((2, 3), np.int8)}, ["a", "b"])
        with pytest.raises(ShapeMismatchError, match=mentions("'c'", "X", "(4,)", "(3,)")):
            store.append({"X": np.zeros((1, 4), np.int8)}, ["c"])
        with pytest.raises(ShapeMismatchError, match=mentions("2", "ids", "1", "X")):
            store.append({"X": np.zeros((1, 3), np.int8)}, ["c", "d"])


def test_row_store__keeps_any_shape_dtype_and_name(tmp_path):
    rng = np.random.default_rng(0)
    arrays = {"X": rng.random((7, 2, 3)), "empty": np.zeros((7, 0), np.float32), "flag": rng.random(7) > 0.5}
    ids = ["", "ä", "chr1:0-5", "x" * 300, "a b", "7", "-"]
    with RowStore(Path(tmp_path)) as store:
        for start in (0, 3):
            rows = slice(start, start + (3 if start == 0 else 4))
            store.append({name: array[rows] for name, array in arrays.items()}, ids[rows])
        order = rng.permutation(7)
        for name, array in arrays.items():
            np.testing.assert_array_equal(store.read(name, order), array[order])
            assert store.read(name, order).dtype == array.dtype
        assert store.read_ids(order).tolist() == [ids[i] for i in order]
