"""Files and tables of sequences to a dataset."""

import bz2
import gzip
import re

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.data import SequenceLoader
from deepchem_genomics.errors import (
    BadValueError,
    DamagedFileError,
    DataFolderError,
    DuplicateIdError,
    EmptyInputError,
    GenomeFileError,
    LabelError,
    ShapeMismatchError,
    UnknownBaseError,
)
from deepchem_genomics.feat import OneHotNucleotideFeaturizer

SEQUENCES = ["ACGT", "ttga", "NNAC"]
LABELS = [0.5, None, 1.25]


def expected(tiny):
    return tiny.rows_of([text.upper() for text in SEQUENCES])


def write_table(tiny, kind):
    table = pd.DataFrame({"name": ["a", "b", "c"], "sequence": SEQUENCES, "label": LABELS, "note": ["x,y", "", "z"]})
    path = tiny.folder / f"sequences.{kind}"
    if kind.startswith("parquet"):
        pytest.importorskip("pyarrow")
        table.to_parquet(path)
    else:
        table.to_csv(path, sep="," if kind.startswith("csv") else "\t", index=False, lineterminator="\r\n")
    return path


@pytest.mark.parametrize("kind", ["csv", "tsv", "txt", "csv.gz", "tsv.gz", "parquet"])
def test_tables__give_sequences_values_and_ids(tiny, kind):
    path = write_table(tiny, kind)
    dataset = SequenceLoader(["label"]).create_dataset(path, tiny.folder / "numbered")
    np.testing.assert_array_equal(dataset.X, expected(tiny))
    assert dataset.y.ravel().tolist() == [0.5, 0, 1.25]
    assert dataset.w.ravel().tolist() == [1, 0, 1]
    assert dataset.ids.tolist() == [f"sequences.{kind}:{row}" for row in (1, 2, 3)]
    named = SequenceLoader(["label"], id_column="name").create_dataset(path, tiny.folder / "named")
    assert named.ids.tolist() == ["a", "b", "c"]
    manifest = tiny.manifest(tiny.folder / "named")
    assert manifest["labels"]["label"]["missing"] == 1
    assert manifest["parameters"]["id_column"] == "name"
    assert [entry["path"] for entry in manifest["inputs"]] == [str(path)]


def test_tables__in_memory_do_the_same(tiny):
    table = pd.DataFrame({"sequence": SEQUENCES, "label": LABELS}, index=[7, 7, 9])
    dataset = SequenceLoader(["label"]).create_dataset(table, tiny.out)
    np.testing.assert_array_equal(dataset.X, expected(tiny))
    assert dataset.w.ravel().tolist() == [1, 0, 1]
    assert dataset.ids.tolist() == ["table:1", "table:2", "table:3"]


def test_rna__has_u_as_its_last_column(tiny):
    path = tiny.write("guides.csv", "guide,efficacy\nACGU,0.5\nUUAA,0.25\n")
    loader = SequenceLoader(["efficacy"], OneHotNucleotideFeaturizer("ACGU"), "guide")
    dataset = loader.create_dataset(path, tiny.out)
    np.testing.assert_array_equal(dataset.X, tiny.rows_of(["ACGT", "TTAA"]))
    assert tiny.manifest()["alphabet"] == "ACGU"
    with pytest.raises(UnknownBaseError, match=mentions("guides.csv", "row 1", "U", "position 3", "DNA")):
        SequenceLoader(["efficacy"], sequence_column="guide").create_dataset(path, tiny.folder / "dna")


FASTA = "".join(f">r{i} of three\r\n{text[:2]}\r\n{text[2:]}\r\n" for i, text in enumerate(SEQUENCES))
FASTQ = "".join(f"@r{i}\n{text}\n+\nII@I\n" for i, text in enumerate(SEQUENCES))


@pytest.mark.parametrize(
    ("name", "text"), [("s.fa", FASTA), ("s.fasta.gz", FASTA), ("s.fq", FASTQ), ("s.FASTQ.gz", FASTQ)]
)
def test_fasta_and_fastq__give_sequences_by_name(tiny, name, text):
    pytest.importorskip("pysam")
    path = tiny.folder / name
    path.write_bytes(gzip.compress(text.encode(), mtime=0) if name.endswith("gz") else text.encode())
    dataset = SequenceLoader([]).create_dataset(path, tiny.out)
    np.testing.assert_array_equal(dataset.X, expected(tiny))
    assert dataset.ids.tolist() == ["r0", "r1", "r2"]


def test_several_files__follow_one_another_across_shards(tiny, monkeypatch):
    from deepchem_genomics.data import builders

    monkeypatch.setattr(builders, "ROWS_AT_ONCE", 2)
    files = [write_table(tiny, "csv"), write_table(tiny, "tsv")]
    dataset = SequenceLoader(["label"], shuffle_seed=None).create_dataset(files, tiny.out, shard_size=4)
    assert dataset.get_number_shards() == 2
    assert dataset.ids.tolist() == [f"sequences.{kind}:{row}" for kind in ("csv", "tsv") for row in (1, 2, 3)]


def test_lengths__that_differ_are_cut_to_measure_or_refused(tiny):
    path = tiny.write("s.csv", "sequence\nACGTA\nACG\n")
    loader = SequenceLoader([], OneHotNucleotideFeaturizer(length=4, on_length="fit"))
    assert loader.create_dataset(path, tiny.out).X.shape == (2, 4, 4)
    files = [tiny.write("long.csv", "sequence\nACGTA\n"), tiny.write("short.csv", "sequence\nACG\n")]
    with pytest.raises(ShapeMismatchError, match=mentions("short.csv:1", "X", "(3, 4)", "length")):
        SequenceLoader([]).create_dataset(files, tiny.folder / "other")


@pytest.mark.parametrize(
    ("name", "text", "error", "facts"),
    [
        ("s.csv", "", EmptyInputError, ("s.csv", "empty")),
        ("s.csv", "\n \n", EmptyInputError, ("s.csv", "header")),
        ("s.csv", "sequence,label\n", EmptyInputError, ("s.csv", "rows")),
        ("s.csv", "seq,label\nAC,1\n", DataFolderError, ("s.csv", "'sequence'", "seq, label")),
        ("s.csv", "sequence,label,label\nAC,1,2\n", DataFolderError, ("s.csv", "2", "'label'")),
        ("s.csv", "sequence,label\nAC,1\nGT,low\n", LabelError, ("s.csv", "row 2", "low", "label")),
        ("s.csv", "sequence,label\nAC,1\nGT,1e39\n", LabelError, ("s.csv", "row 2", "1e39", "label")),
        ("s.csv", "sequence,label\nAC,1\n,1\n", EmptyInputError, ("s.csv", "row 2")),
        ("s.csv", "sequence,label\nAC,1\nAC,1,7\n", BadValueError, ("s.csv:3", "3 columns", "2")),
        ("s.csv", "sequence,label\nAC,1\nAC\n", BadValueError, ("s.csv:3", "1 column", "2")),
        ("s.csv", "sequence,label\nAC,1\n\nAX,1\n", UnknownBaseError, ("s.csv", "row 2", "X", "position 1")),
        ("s.fa", ">a\nAC\n", DataFolderError, ("s.fa", "FASTA", "labels")),
    ],
)
def test_bad_tables__are_named_with_their_row_and_leave_nothing(tiny, name, text, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        SequenceLoader(["label"]).create_dataset(tiny.write(name, text), tiny.out)
    assert [path.name for path in tiny.folder.iterdir() if "dataset" in path.name] == []


@pytest.mark.parametrize(
    ("name", "text", "error", "facts"),
    [
        ("s.fa", "sequence\nAC\n", GenomeFileError, ("s.fa:1", "'sequence'")),
        ("s.fa", ">a\nAC\n>b\n>c\nAC\n", EmptyInputError, ("s.fa:3", "record 'b'")),
        ("s.fa", ">a\nAC\n>\nAC\n", GenomeFileError, ("s.fa:3", "name")),
        ("s.fa", ">a\nAC\n>b\nAC\n>a\nGT\n", DuplicateIdError, ("1", "'a'")),
        ("s.fa", ">a\nAC\n>b\nA-\n", UnknownBaseError, ("s.fa", "record 'b'", "'-'", "position 1")),
        (
            "s.fq",
            "@a\nAC\n+\nII\n@b\nAC\n+\nI",
            GenomeFileError,
            ("s.fq:5", "record 'b'", "2 bases", "1"),
        ),
        ("s.fq", "@a\nAC\n+\nII\n@b\nAC\n", GenomeFileError, ("s.fq:5", "record 'b'", "2 bases", "0")),
    ],
)
def test_bad_fasta__is_named_with_its_record_and_leaves_nothing(tiny, name, text, error, facts):
    pytest.importorskip("pysam")
    with pytest.raises(error, match=mentions(*facts)):
        SequenceLoader([]).create_dataset(tiny.write(name, text), tiny.out)
    assert [path.name for path in tiny.folder.iterdir() if "dataset" in path.name] == []


def test_labels__of_whole_files_and_names_that_files_share(tiny, caplog):
    bound = tiny.write("bound.fa.gz", ">a\nACGT\n>b\nAAAA\n>c\nCCCC\n")
    unbound = tiny.write("unbound.fq", "@b\nGGGG\n+\nIIII\n@d\nTTTT\n+\nIIII\n")
    table = tiny.write("more.csv", "sequence\nGATC\n")
    loader = SequenceLoader(["bound"], labels=[1, 0, 0.0])
    dataset = loader.create_dataset([bound, unbound, table], tiny.out)
    rows = {name: ("".join("ACGT"[i] for i in row), y) for name, row, y in zip(
        dataset.ids, dataset.X.argmax(2), dataset.y.ravel(), strict=True)}  # fmt: skip
    assert rows == {
        "a": ("ACGT", 1), "bound:b": ("AAAA", 1), "c": ("CCCC", 1),
        "unbound:b": ("GGGG", 0), "d": ("TTTT", 0), "more.csv:1": ("GATC", 0),
    }  # fmt: skip
    assert list(dataset.ids) != list(rows) or dataset.y.ravel().tolist() != [1, 1, 1, 0, 0, 0], "rows are shuffled"
    assert re.search(mentions("1", "bound:NAME"), caplog.text)
    manifest = tiny.manifest()
    assert manifest["labels"] == {"bound": {"0": 3, "1": 3, "missing": 0}}
    assert (manifest["parameters"]["labels"], manifest["shared_names"]) == ([1.0, 0.0, 0.0], 1)


def test_names__that_files_of_one_name_share_get_their_number(tiny):
    (tiny.folder / "other").mkdir()
    files = [tiny.write("s.fa", ">a\nAC\n"), tiny.write("t.fa", ">b\nAC\n"), tiny.write("other/s.fa", ">a\nGT\n")]
    assert SequenceLoader([]).create_dataset(files, tiny.out).ids.tolist() == ["s_1:a", "b", "s_3:a"]


@pytest.mark.parametrize(
    ("tasks", "labels", "texts", "error", "facts"),
    [
        (["y"], [1], [">a\nAC\n", ">b\nAC\n"], BadValueError, ("1", "2 files")),
        (["y"], [1, float("nan")], [">a\nAC\n", ">b\nAC\n"], BadValueError, ("labels", "nan")),
        ([], [1, 0], [">a\nAC\n", ">b\nAC\n"], BadValueError, ("tasks", "[]")),
        (["y"], [1, 0], [">a\nAC\n>a\nAC\n", ">a\nAC\n"], DuplicateIdError, ("1", "'s0:a'")),
        (["y"], None, [">a\nAC\n"], DataFolderError, ("s0.fa", "'y'", "labels=[1, 0]")),
    ],
)
def test_labels__of_whole_files_that_do_not_fit_are_refused(tiny, tasks, labels, texts, error, facts):
    files = [tiny.write(f"s{i}.fa", text) for i, text in enumerate(texts)]
    with pytest.raises(error, match=mentions(*facts)):
        SequenceLoader(tasks, labels=labels).create_dataset(files, tiny.out)
    assert not tiny.out.exists()


def test_files__given_twice_are_refused(tiny):
    file = tiny.write("s.fa", ">a\nAC\n")
    with pytest.raises(BadValueError, match=mentions(str(file))):
        SequenceLoader([]).create_dataset([file, str(file)], tiny.out)


@pytest.mark.parametrize("name", ["s.csv.gz", "s.fa.gz", "s.parquet"])
def test_files_cut_short__are_said_to_be_so(tiny, name, capfd):
    rng = np.random.default_rng(0)
    texts = ["".join(row) for row in rng.choice(list("ACGT"), (20_000, 20))]
    path = tiny.folder / name
    if name == "s.parquet":
        pytest.importorskip("pyarrow")
        pd.DataFrame({"sequence": texts}).to_parquet(path)
    elif name == "s.csv.gz":
        path.write_bytes(gzip.compress("\n".join(["sequence", *texts]).encode(), mtime=0))
    else:
        pytest.importorskip("pysam")
        path.write_bytes(gzip.compress("".join(f">r{i}\n{text}\n" for i, text in enumerate(texts)).encode(), mtime=0))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DamagedFileError, match=mentions(name)):
        SequenceLoader([]).create_dataset(path, tiny.out)
    assert "[E::" not in capfd.readouterr().err, "htslib must not write past the error"
    assert not tiny.out.exists()


def test_other_paths__are_told_apart(tiny):
    with pytest.raises(DataFolderError, match=mentions(tiny.folder.name, "folder")):
        SequenceLoader([]).create_dataset(tiny.folder, tiny.out)
    with pytest.raises(FileNotFoundError, match=r"none\.csv"):
        SequenceLoader([]).create_dataset(tiny.folder / "none.csv", tiny.out)


def test_fastx__is_read_where_the_stock_loader_loses_records(tiny):
    """DeepChem's FASTALoader gives all rows one id, and takes lower case for unknown."""
    pytest.importorskip("pysam")
    import deepchem as dc

    path = tiny.write("s.fa", FASTA.replace("\r", ""))
    stock = dc.data.FASTALoader(legacy=False).create_dataset(str(path))
    ours = SequenceLoader([]).create_dataset(path, tiny.out)
    np.testing.assert_array_equal(stock.X[0][:, [0, 1, 3, 2]], ours.X[0])  # its columns are A, C, T, G, other
    assert stock.X[1][:, :4].sum() == 0
    assert ours.X[1].sum() == 4


@pytest.mark.parametrize("name", ["s.csv", "s.txt", "s.tsv.bz2"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_tables__are_separated_by_what_their_header_has(tiny, name, separator):
    content = f"sequence{separator}label\nACGT{separator}1\n".encode()
    (tiny.folder / name).write_bytes(bz2.compress(content) if name.endswith("bz2") else content)
    dataset = SequenceLoader(["label"]).create_dataset(tiny.folder / name, tiny.out)
    assert (dataset.X.shape, dataset.y.tolist()) == ((1, 4, 4), [[1.0]])
