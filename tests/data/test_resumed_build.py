"""A build that was interrupted continues where it stopped, to the same bytes."""

import json

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.data import IntervalLoader, NegativeOptions
from deepchem_genomics.data.row_store import RowStore
from deepchem_genomics.errors import DataFolderError, LabelError


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    from deepchem_genomics.data import genome_builder

    monkeypatch.setattr(genome_builder, "ROWS_AT_ONCE", 20)


@pytest.fixture
def table(tiny):
    rng = np.random.default_rng(0)
    starts = rng.integers(0, 13, 200)
    frame = pd.DataFrame({"chrom": "chr1", "start": starts, "end": starts + 5, "label": rng.integers(0, 2, 200)})
    frame.to_csv(tiny.folder / "table.tsv", sep="\t", index=False)
    return tiny.folder / "table.tsv"


class Interrupted(IntervalLoader):
    """Is interrupted when some chunks are encoded."""

    after = 6

    def _chunks(self, *args):
        for number, chunk in enumerate(super()._chunks(*args)):
            if number == self.after:
                raise KeyboardInterrupt
            yield chunk


Interrupted.__name__ = IntervalLoader.__name__  # as the manifest has it


def build(loader, tiny, table, name, **options):
    options = {"balance": True, "shuffle_seed": 1, **options}
    loader(["label"], tiny.fasta, **options).create_dataset(table, tiny.folder / name, 64)


def interrupted(tiny, table, name="again", **options):
    with pytest.raises(KeyboardInterrupt):
        build(Interrupted, tiny, table, name, **options)
    return tiny.folder / f"{name}.run"


def test_build__goes_on_to_the_same_bytes(tiny, table, content, caplog):
    build(IntervalLoader, tiny, table, "whole")
    folder = interrupted(tiny, table)
    assert not (tiny.folder / "again").exists()
    assert sorted(path.name for path in folder.iterdir()) == ["rows", "run.json"]
    with (folder / "rows" / "X.bin").open("ab") as file:  # half a piece, and half a line of the journal
        file.write(b"\1" * 7)
    with (folder / "rows" / "journal.jsonl").open("a") as file:
        file.write('{"rows": 1')
    with caplog.at_level("INFO"):
        build(IntervalLoader, tiny, table, "again", jobs=2)
    assert "resuming: 120 rows are encoded" in caplog.messages
    assert content(tiny.folder / "whole") == content(tiny.folder / "again")
    assert not folder.exists()


def test_build__with_other_options_is_refused(tiny, table):
    folder = interrupted(tiny, table)
    with pytest.raises(DataFolderError, match=mentions("shuffle seed", "1", "2")):
        build(IntervalLoader, tiny, table, "again", shuffle_seed=2)
    assert (folder / "rows" / "journal.jsonl").exists()


@pytest.mark.parametrize("source", ["gc", "flanks", "shuffled"])
def test_build__with_negatives_goes_on_to_the_same_bytes(tmp_path, content, source, caplog):
    rng = np.random.default_rng(0)
    (tmp_path / "toy.fa").write_text(f">chr1\n{''.join(rng.choice(list('ACGT'), 20_000))}\n")
    (tmp_path / "peaks.bed").write_text("".join(f"chr1\t{start}\t{start + 9}\n" for start in range(50, 15_000, 300)))

    def build(loader, name, per_positive=2):
        options = NegativeOptions(per_positive, source, seed=1)
        loader = loader(["bound"], tmp_path / "toy.fa", length=20, negatives=options)
        loader.create_dataset(tmp_path / "peaks.bed", tmp_path / name)

    build(IntervalLoader, "whole")
    with pytest.raises(KeyboardInterrupt):
        build(Interrupted, "again")
    with pytest.raises(DataFolderError, match=mentions("per positive", "2", "1")):
        build(IntervalLoader, "again", per_positive=1)
    with caplog.at_level("INFO"):
        build(IntervalLoader, "again")
    assert "resuming: 110 rows are encoded" in caplog.messages
    assert content(tmp_path / "whole") == content(tmp_path / "again")


def test_build__of_a_changed_table_begins_again(tiny, table, content, caplog):
    interrupted(tiny, table)
    pd.read_csv(table, sep="\t").assign(label=1).to_csv(table, sep="\t", index=False)
    build(IntervalLoader, tiny, table, "again")
    assert any("changed since" in message for message in caplog.messages)
    build(IntervalLoader, tiny, table, "whole")
    assert content(tiny.folder / "whole") == content(tiny.folder / "again")


def test_build__of_a_bad_table_leaves_nothing(tiny, table):
    frame = pd.read_csv(table, sep="\t").astype({"label": object})
    frame.loc[150, "label"] = "high"
    frame.to_csv(table, sep="\t", index=False)
    before = sorted(path.name for path in tiny.folder.iterdir())
    with pytest.raises(LabelError, match="high"):
        build(IntervalLoader, tiny, table, "again")
    assert {path.name for path in tiny.folder.iterdir()} - set(before) <= {"tiny.fa.fai"}


def test_build__killed_when_its_folder_had_its_name_is_done(tiny, table):
    folder = interrupted(tiny, table)
    (folder / "assembled").touch()
    (tiny.folder / "again").mkdir()
    with pytest.raises(FileExistsError):
        build(IntervalLoader, tiny, table, "again")
    assert not folder.exists()


def test_rows__are_those_of_the_last_whole_entry(tmp_path):
    with RowStore(tmp_path) as store:
        for number in range(3):
            store.append({"y": np.full((2, 1), number, dtype=np.float32)}, [f"{number}a", f"{number}b"])
            store.commit({"parts": number + 1})
    with (tmp_path / "y.bin").open("rb+") as file:
        file.truncate(20)  # of 24 bytes: the last entry is of more than there is
    with RowStore(tmp_path) as store:
        assert (store.n_rows, store.committed) == (4, {"parts": 2})
        store.append({"y": np.full((1, 1), 9, dtype=np.float32)}, ["new"])
        assert store.array("y").ravel().tolist() == [0, 0, 1, 1, 9]
        assert store.read_ids(np.arange(5)).tolist() == ["0a", "0b", "1a", "1b", "new"]
    assert json.loads((tmp_path / "journal.jsonl").read_text().splitlines()[0])["rows"] == 2


@pytest.mark.parametrize("gone", ["journal.jsonl", "y.bin", "ids.bin"])
def test_rows__that_were_partly_removed_are_begun_again(tmp_path, gone):
    with RowStore(tmp_path) as store:
        store.append({"y": np.ones((2, 1), dtype=np.float32)}, ["a", "b"])
        store.commit({"parts": 1})
    (tmp_path / gone).unlink()
    with RowStore(tmp_path) as store:
        assert (store.n_rows, store.committed) == (0, {})
        store.append({"y": np.zeros((1, 1), dtype=np.float32)}, ["new"])
        assert store.array("y").tolist() == [[0.0]]
        assert store.read_ids(np.arange(1)).tolist() == ["new"]
