"""``dcgenomics inspect``: what it says of a folder, and that it runs nothing that is in it."""

import json
import os
import re

import joblib
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from deepchem.data import DiskDataset
from messages import mentions

from deepchem_genomics.cli import main
from deepchem_genomics.data import SideInput
from deepchem_genomics.data.dataset_folder import FolderOptions, write_dataset_folder
from deepchem_genomics.data.inspection import GC_BINS, inspect_folder
from deepchem_genomics.data.parts import Part
from deepchem_genomics.data.shard_files import ShardFiles
from deepchem_genomics.feat import one_hot


def run(*arguments):
    return CliRunner().invoke(main, ["inspect", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path):
    """Write a dataset of 5 windows in 3 shards, with a missing label and a signal."""
    X = one_hot(["GGGG", "ACGT", "ATNN", "NNNN", "CCCC"])
    y = np.array([[1], [0], [0], [np.nan], [1]], np.float32)
    ids = np.array([f"chr1:{i}-{i + 4}" for i in range(5)], dtype=object)
    signals = np.array([[0], [0.5], [1], [0], [0.25]], np.float32)
    part = Part(X, y, ids, signals)
    description = {"loader": "IntervalLoader", "alphabet": "ACGT", "inputs": [{"role": "genome", "table": 3}]}
    write_dataset_folder(
        [part], tmp_path / "data", ["JUND"], description, FolderOptions(2, balance=True, tracks=["dnase"])
    )
    return tmp_path / "data"


def test_inspect__tells_rows_labels_weights_letters_signals_and_origin(folder):
    result = run(folder)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == f"{folder}: 5 rows in 3 shards; X 5 x 4 x 4 int8, letters ACGT"
    for line in (
        "task JUND: 2 positive (50.000%), 2 negative, 1 missing; weights 1 a 0, 1 a 1",
        "bases: A 14.29%, C 35.71%, G 35.71%, T 14.29%",
        "GC content: mean 62.5%, sd 41.5%",
        "unknown bases: 30.00% of all; 2 rows have some, 1 nothing else",
        "signal dnase: mean 0.35, sd 0.3742, 0 to 1, 40.0% of it 0",
        "  rows read 5, kept 5; dropped: none",
    ):
        assert line in result.stdout
    assert result.stderr == ""


def test_inspect__gives_the_same_as_json_with_histograms(folder):
    found = json.loads(run(folder, "--json").stdout)
    assert found == inspect_folder(folder)
    assert found["shape"] == [5, 4, 4]
    task = found["tasks"]["JUND"]
    assert task["counts"] == {"0": 2, "1": 2}
    assert np.sum(task["gc_histogram"]["1"]) == 2
    assert task["gc_histogram"]["1"][-1] == 2
    assert np.sum(found["composition"]["gc_histogram"]) == 4  # not the one of nothing but N
    assert len(found["composition"]["gc_histogram"]) == len(GC_BINS) - 1


def test_inspect__draws(folder, tmp_path):
    result = run(folder, "--plot", tmp_path / "picture.png")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["picture", "picture.v2", os.devnull])
def test_inspect__names_a_figure_without_a_known_ending_before_any_work(folder, tmp_path, name):
    result = run(folder, "--plot", tmp_path / name)
    assert result.exit_code == 1
    assert re.search(mentions(str(tmp_path / name), ".png", ".pdf", ".svg"), result.stderr)
    assert result.stdout == ""


def test_inspect__draws_by_the_ending_in_capitals_too(folder, tmp_path):
    assert run(folder, "--plot", tmp_path / "picture.SVG").exit_code == 0
    assert b"<svg" in (tmp_path / "picture.SVG").read_bytes()


def test_inspect__reads_a_plain_deepchem_folder_and_misses_the_manifest(tmp_path):
    X = one_hot(["ACGT", "GGGG"])
    DiskDataset.from_numpy(X, np.array([0.25, 1.5]), ids=np.array(["a", "a"]), data_dir=str(tmp_path / "plain"))
    result = run(tmp_path / "plain")
    assert result.exit_code == 0, result.output
    assert "task 0: 2 measured, mean 0.875, sd 0.625, 0.25 to 1.5; weights 1 to 1" in result.stdout
    assert result.stderr.splitlines() == [
        f"dcgenomics: warning: {tmp_path}/plain: there is no manifest.json, so nothing is known of where the rows came "
        "from",
        f"dcgenomics: warning: {tmp_path}/plain: 1 row with the id of another row",
    ]


def test_inspect__says_nothing_of_letters_that_are_none(tmp_path):
    DiskDataset.from_numpy(np.ones((2, 7)), ids=np.array(["a", "b"]), data_dir=str(tmp_path / "plain"))
    result = run(tmp_path / "plain")
    assert "bases:" not in result.stdout
    assert re.search(mentions("X", "[7]"), result.stderr)


def test_inspect__tells_when_shards_and_manifest_disagree(folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["rows"]["kept"] = 6
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert re.search(mentions("manifest", "6", "5"), run(folder).stderr)


def test_inspect__counts_rows_without_a_signal(folder):
    SideInput.from_dict({"chr1:0-4": 1.0}, names=["dnase"]).to_file(folder / "side_input.tsv.gz")
    assert re.search(mentions("4", "side_input.tsv.gz"), run(folder).stderr)


class Trap:
    """A pickle that makes a folder when it is read."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (self.path,)


def old_folder(tmp_path, ids):
    """Write shards as DeepChem once did."""
    old = tmp_path / "old"
    old.mkdir()
    arrays = {"X": one_hot(["ACGT", "GGGG"]), "y": np.array([[0], [1]]), "w": np.ones((2, 1)), "ids": ids}
    for name, array in arrays.items():
        joblib.dump(array, old / f"shard-0-{name}.joblib")
    names = {name: [f"shard-0-{name}.joblib"] for name in ("ids", "X", "y", "w")}
    pd.DataFrame(names).to_csv(old / "metadata.csv.gzip", index=False, compression="gzip")
    (old / "tasks.json").write_text("[0]")
    return old


def test_inspect__does_not_unpickle_unless_told_to_trust(tmp_path):
    trap = tmp_path / "sprung"
    old = old_folder(tmp_path, Trap(str(trap)))
    result = run(old)
    assert result.exit_code == 1
    facts = ("dcgenomics: error: ", f"{old}/shard-0-X.joblib", "pickle", "--allow-pickle")
    assert re.search(mentions(*facts), result.stderr)
    assert not trap.exists()


def test_inspect__reads_old_shards_that_are_trusted(tmp_path):
    old = old_folder(tmp_path, np.array(["a", "b"], dtype=object))
    result = run(old, "--allow-pickle")
    assert result.exit_code == 0, result.output
    assert "2 rows in 1 shard" in result.stdout
    assert "task 0: 1 positive (50.000%), 1 negative" in result.stdout


@pytest.mark.parametrize("ids", [["a", "b"], [None, 1], [np.str_("a"), np.float64(0.5)]])
def test_shard_files__read_the_ids_that_deepchem_keeps_as_objects(tmp_path, ids):
    folder = tmp_path / "plain"
    DiskDataset.from_numpy(one_hot(["ACGT", "GGGG"]), ids=np.array(ids, dtype=object), data_dir=str(folder))
    assert np.load(folder / "shard-0-ids.npy", allow_pickle=True).dtype == object
    assert next(iter(ShardFiles(folder))).ids.tolist() == [str(name) for name in ids]


def test_shard_files__refuse_arrays_of_objects_that_could_be_a_program(tmp_path):
    folder, trap = tmp_path / "plain", tmp_path / "sprung"
    DiskDataset.from_numpy(one_hot(["ACGT", "GGGG"]), ids=np.array(["a", "b"]), data_dir=str(folder))
    np.save(folder / "shard-0-ids.npy", np.array(["a", Trap(str(trap))], dtype=object))
    assert re.search(mentions("shard-0-ids.npy", "pickle"), run(folder).stderr)
    assert not trap.exists()


def test_shard_files__refuse_an_older_table_of_shards_that_deepchem_would_unpickle(folder):
    joblib.dump((["JUND"], None), folder / "metadata.joblib")
    assert re.search(mentions("metadata.joblib", "pickle"), run(folder).stderr)


def test_shard_files__refuse_names_outside_the_folder(folder):
    table = pd.read_csv(folder / "metadata.csv.gzip", compression="gzip")
    table.loc[0, "X"] = "../../elsewhere.npy"
    table.to_csv(folder / "metadata.csv.gzip", index=False, compression="gzip")
    assert re.search(mentions("../../elsewhere.npy"), run(folder).stderr)


def damaged(folder, fault):
    if fault == "no folder":
        return folder / "elsewhere", ("elsewhere", "folder")
    if fault == "a file":
        return folder / "tasks.json", ("tasks.json", "folder")
    if fault == "no dataset":
        (folder / "metadata.csv.gzip").unlink()
        return folder, ("metadata.csv.gzip",)
    if fault == "shard gone":
        (folder / "shard-1-X.npy").unlink()
        return folder, ("shard-1-X.npy", "metadata.csv.gzip")
    shard = folder / "shard-1-X.npy"
    shard.write_bytes(shard.read_bytes()[:-5])
    return folder, ("shard-1-X.npy", "damaged")


@pytest.mark.parametrize("fault", ["no folder", "a file", "no dataset", "shard gone", "shard cut"])
def test_inspect__says_in_one_line_what_is_wrong_with_a_folder(folder, fault):
    path, facts = damaged(folder, fault)
    result = run(path)
    assert result.exit_code == 1
    assert re.search(mentions(*facts), result.stderr)
    assert result.stderr.count("\n") == 1
