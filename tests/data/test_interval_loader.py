"""Intervals and a genome to a dataset: exact contents, and every decision written down."""

import hashlib
import re

import deepchem as dc
import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.data import IntervalLoader, SideInput
from deepchem_genomics.errors import (
    BadValueError,
    ChromosomeNameError,
    EmptyInputError,
    GenomeFileError,
    IntervalError,
    LabelError,
    OutOfBoundsError,
    SequenceLengthError,
    ShapeMismatchError,
)

SITES = "chr1\t0\t5\t1\nchr1\t5\t10\t0\nchr2\t0\t5\t0\nchr2\t12\t17\t\n"


@pytest.fixture
def sites(tiny):
    return tiny.write("sites.tsv", SITES)


def many(n, seed=0):
    """Intervals all over the tiny genome, some of them more than once."""
    rng = np.random.default_rng(seed)
    chroms = rng.choice(["chr1", "chr2"], n)
    starts = np.where(chroms == "chr1", rng.integers(0, 13, n), rng.integers(0, 15, n))
    return pd.DataFrame({"chrom": chroms, "start": starts, "end": starts + 5, "label": rng.integers(0, 2, n)})


def test_rows__are_the_sequences_labels_and_ids_in_order(tiny, sites):
    dataset = IntervalLoader(["label"], tiny.fasta).create_dataset(sites, tiny.out)
    places = [("chr1", 0, 5), ("chr1", 5, 10), ("chr2", 0, 5), ("chr2", 12, 17)]
    np.testing.assert_array_equal(dataset.X, tiny.rows_of([tiny.letters(*place) for place in places]))
    assert dataset.X.dtype == np.int8
    assert dataset.ids.tolist() == ["chr1:0-5", "chr1:5-10", "chr2:0-5", "chr2:12-17"]
    assert dataset.y.tolist() == [[1], [0], [0], [0]]
    assert dataset.w.tolist() == [[1], [1], [1], [0]], "a missing label has weight 0"
    assert dataset.y.dtype == dataset.w.dtype == np.float32


def test_rows__of_several_files_and_tables_follow_one_another(tiny, sites):
    bed = tiny.write("more.csv", "chrom,start,end,label\nchr1,1,6,1\n")
    dataset = IntervalLoader(["label"], tiny.fasta).create_dataset([bed, sites, many(3)], tiny.out)
    assert len(dataset) == 8
    assert dataset.ids[0] == "chr1:1-6"
    assert [entry["role"] for entry in tiny.manifest()["inputs"]] == ["intervals"] * 3 + ["genome"]
    assert tiny.manifest()["inputs"][2] == {"role": "intervals", "table": 3}


def test_rows__on_the_minus_strand_are_the_reverse_complement(tiny):
    bed = tiny.write("stranded.bed", "chr1\t0\t5\ta\t0\t-\nchr1\t0\t5\tb\t0\t+\nchr1\t0\t5\tc\t0\t.\n")
    dataset = IntervalLoader([], tiny.fasta).create_dataset(bed, tiny.out)
    expected = [tiny.letters("chr1", 0, 5, strand) for strand in "-+."]
    np.testing.assert_array_equal(dataset.X, tiny.rows_of(expected))
    assert dataset.ids.tolist() == ["chr1:0-5:-", "chr1:0-5:+", "chr1:0-5"]
    assert tiny.manifest()["tasks"] == []


def test_rows__are_centered_on_middle_or_summit(tiny):
    peaks = tiny.write("peaks.narrowPeak", "chr1\t2\t12\tp\t0\t.\t1\t1\t1\t3\n")
    middle = IntervalLoader([], tiny.fasta, length=5, at="middle").create_dataset(peaks, tiny.folder / "middle")
    summit = IntervalLoader([], tiny.fasta, length=5, at="summit").create_dataset(peaks, tiny.folder / "summit")
    assert (middle.ids.tolist(), summit.ids.tolist()) == (["chr1:5-10"], ["chr1:3-8"])
    with pytest.raises(BadValueError, match=mentions("at", "summit", "length", "None")):
        IntervalLoader([], tiny.fasta, at="summit").create_dataset(peaks, tiny.out)


def test_labels__of_several_tasks_are_missing_one_by_one(tiny):
    table = tiny.write("two.csv", "chrom,start,end,a,b,note\nchr1,0,5,1,NA,x\nchr1,1,6,0,0,y\nchr1,2,7,.,1,z\n")
    dataset = IntervalLoader(["b", "a"], tiny.fasta, balance=True).create_dataset(table, tiny.out)
    assert dataset.tasks.tolist() == ["b", "a"]
    assert dataset.y.tolist() == [[0, 1], [0, 0], [1, 0]]
    assert dataset.w.tolist() == [[0, 1], [1, 1], [1, 0]]
    assert tiny.manifest()["labels"] == {"b": {"0": 1, "1": 1, "missing": 1}, "a": {"0": 1, "1": 1, "missing": 1}}


def test_labels__that_are_measured_values_are_kept_and_described(tiny):
    table = tiny.write("measured.tsv", "chr1\t0\t5\t0.25\nchr1\t1\t6\t-3\n")
    dataset = IntervalLoader(["label"], tiny.fasta).create_dataset(table, tiny.out)
    assert dataset.y.ravel().tolist() == [0.25, -3.0]
    assert tiny.manifest()["labels"]["label"] == {"measured": 2, "missing": 0, "mean": -1.375, "min": -3.0, "max": 0.25}
    with pytest.raises(LabelError, match=mentions("task 'label'", "0.25", "0", "1")):
        IntervalLoader(["label"], tiny.fasta, balance=True).create_dataset(table, tiny.folder / "other")


def test_labels__that_are_not_numbers_are_named_with_their_line(tiny):
    for text, facts in (("chr1\t0\t5\t1\nchr1\t5\t10\thigh\n", ("sites.tsv:2", "label", "high")),
                        ("chr1\t0\t5\t1\nchr1\t5\t10\tinf\n", ("sites.tsv:2", "label", "inf"))):  # fmt: skip
        with pytest.raises(LabelError, match=mentions(*facts)):
            IntervalLoader(["label"], tiny.fasta).create_dataset(tiny.write("sites.tsv", text), tiny.out)
    table = pd.DataFrame({"chrom": ["chr1"] * 2, "start": [0, 1], "end": [5, 6], "label": ["1", "high"]})
    with pytest.raises(LabelError, match=mentions("interval 1", "label", "high")):
        IntervalLoader(["label"], tiny.fasta).create_dataset(table, tiny.out)
    with pytest.raises(LabelError, match=mentions("bound", "chrom, start, end, label")):
        IntervalLoader(["bound"], tiny.fasta).create_dataset(table, tiny.out)
    with pytest.raises(LabelError, match=mentions("bound")):
        IntervalLoader(["bound"], tiny.fasta).create_dataset(tiny.write("sites.tsv", SITES), tiny.out)
    assert not tiny.out.exists()


def test_weights__come_out_as_the_books(tiny):
    # 34,527 windows of which 146 are positive have the weights 0.502 and 118.2.
    n, n_bound = 34_527, 146
    table = pd.DataFrame({"chrom": "chr1", "start": np.arange(n) % 13, "label": np.arange(n) < n_bound})
    table = table.assign(end=table["start"] + 5, label=table["label"].astype(int))
    dataset = IntervalLoader(["label"], tiny.fasta, balance=True).create_dataset(table, tiny.out)
    weights = dataset.w.ravel()
    assert set(np.round(weights[:n_bound], 1).tolist()) == {np.float32(118.2).item()}
    assert set(np.round(weights[n_bound:], 3).tolist()) == {np.float32(0.502).item()}
    assert weights[:n_bound].sum(dtype=float) == pytest.approx(weights[n_bound:].sum(dtype=float))
    assert tiny.manifest()["class_weights"]["label"] == [n / 2 / (n - n_bound), n / 2 / n_bound]


def test_weights__are_those_of_deepchems_balancing(tiny):
    ours = IntervalLoader(["label"], tiny.fasta, balance=True).create_dataset(many(40), tiny.folder / "ours")
    plain = IntervalLoader(["label"], tiny.fasta).create_dataset(many(40), tiny.folder / "plain")
    theirs = dc.trans.BalancingTransformer(plain).transform(plain)
    assert (plain.w == 1).all()
    # DeepChem gives the majority weight 1; the ratio of the classes is what training feels.
    np.testing.assert_allclose(ours.w / ours.w.min(), theirs.w / theirs.w.min(), rtol=1e-6)


def test_dropped__rows_are_counted_by_reason(tiny, caplog):
    text = (
        "chr1\t0\t5\n"
        "chr1\t18\t23\n"  # all N
        "chr1\t16\t21\n"  # 3 of 5 are N
        "chr1\t38\t43\n"  # past the end
        "chr3\t0\t5\n"  # no such chromosome
        "chr2\t0\t5\n"  # excluded
    )
    loader = IntervalLoader(
        [],
        tiny.fasta,
        out_of_bounds="drop",
        unknown_chromosomes="drop",
        max_n=0.5,
        exclude=tiny.write("black.bed", "chr2\t4\t6\n"),
    )
    dataset = loader.create_dataset(tiny.write("sites.bed", text), tiny.out)
    assert dataset.ids.tolist() == ["chr1:0-5"]
    assert tiny.manifest()["rows"] == {
        "read": 6,
        "kept": 1,
        "dropped": {
            "in an excluded region": 1,
            "more than 0.5 of N": 2,
            "on a chromosome that the genome does not have": 1,
            "past an end of its chromosome": 1,
        },
        "noted": {},
    }
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("deepchem_genomics.")]
    assert "dropped 2 of 6 rows: more than 0.5 of N" in ours
    assert not any("reach past" in message for message in ours), "counted once, at the end"


def test_dropped__windows_of_nothing_but_n_go_without_being_asked(tiny):
    sites = tiny.write("sites.bed", "chr1\t18\t23\nchr1\t16\t21\n")
    assert IntervalLoader([], tiny.fasta).create_dataset(sites, tiny.out).ids.tolist() == ["chr1:16-21"]
    with pytest.raises(EmptyInputError, match=mentions("1", "0", "N")):
        other = tiny.write("other.bed", "chr1\t18\t23\n")
        IntervalLoader([], tiny.fasta, max_n=0).create_dataset(other, tiny.folder / "other")


def test_padded__windows_have_n_past_the_end_and_are_noted(tiny):
    sites = tiny.write("sites.bed", "chr1\t1\t4\nchr2\t18\t20\n")
    dataset = IntervalLoader([], tiny.fasta, length=6, out_of_bounds="pad").create_dataset(sites, tiny.out)
    expected = [tiny.letters("chr1", -1, 5), tiny.letters("chr2", 16, 22)]
    np.testing.assert_array_equal(dataset.X, tiny.rows_of(expected))
    assert tiny.manifest()["rows"]["noted"] == {"filled up with N past an end of the chromosome": 2}


def test_signals__lie_beside_as_a_side_input(tiny, sites):
    signal = tiny.big_wig("dnase.bw", [("chr1", 0, 10, 2.0), ("chr2", 0, 20, 0.1)])
    half = tiny.big_wig("half.bw", [("chr1", 0, 4, 5.0), ("chr2", 0, 20, 1.0)])
    loader = IntervalLoader(["label"], tiny.fasta, signals={"dnase": signal, "half": half}, shuffle_seed=3)
    dataset = loader.create_dataset(sites, tiny.out)
    side = SideInput.from_file(tiny.out / "side_input.tsv.gz")
    assert side.names == ("dnase", "half")
    expected = {"chr1:0-5": [2, 4], "chr1:5-10": [2, 0], "chr2:0-5": [0.1, 1], "chr2:12-17": [0.1, 1]}
    np.testing.assert_array_equal(side.lookup(dataset.ids), np.float32([expected[name] for name in dataset.ids]))
    assert tiny.manifest()["tracks"] == ["dnase", "half"]
    assert tiny.manifest()["rows"]["noted"] == {"with bases that have no value in half": 2}


def test_signals__left_out_where_missing_take_their_windows_with_them(tiny, sites):
    signal = tiny.big_wig("half.bw", [("chr1", 0, 4, 5.0), ("chr2", 0, 20, 1.0)])
    loader = IntervalLoader(["label"], tiny.fasta, signals={"half": signal}, missing="nan")
    dataset = loader.create_dataset(sites, tiny.out)
    assert dataset.ids.tolist() == ["chr1:0-5", "chr2:0-5", "chr2:12-17"]
    assert tiny.manifest()["rows"]["dropped"] == {"without a value in half": 1}
    values = SideInput.from_file(tiny.out / "side_input.tsv.gz").lookup(dataset.ids)
    assert values.ravel().tolist() == [5, 1, 1]


def test_signals__of_another_assembly_are_refused(tiny, sites):
    signal = tiny.big_wig("other.bw", [("chr1", 0, 10, 2.0)], {"chr1": 50, "chr2": 20})
    with pytest.raises(GenomeFileError, match=mentions("other.bw", "tiny.fa", "chr1", "50 bp")):
        IntervalLoader(["label"], tiny.fasta, signals={"x": signal}).create_dataset(sites, tiny.out)
    loader = IntervalLoader(["label"], tiny.fasta, signals={"x": signal}, check_assembly=False)
    assert len(loader.create_dataset(sites, tiny.out)) == 4


def test_repeated_ids__are_noted_and_have_one_row_in_the_side_input(tiny):
    table = pd.DataFrame({"chrom": "chr1", "start": [0, 1, 0, 0], "end": [5, 6, 5, 5], "label": [1, 0, 0, 1]})
    signal = tiny.big_wig("dnase.bw", [("chr1", 0, 40, 2.0)])
    dataset = IntervalLoader(["label"], tiny.fasta, signals={"dnase": signal}).create_dataset(table, tiny.out)
    assert len(dataset) == 4
    assert tiny.manifest()["rows"]["noted"] == {"with an id that an earlier row has": 2}
    assert SideInput.from_file(tiny.out / "side_input.tsv.gz").ids.tolist() == ["chr1:0-5", "chr1:1-6"]


def test_shuffling__is_across_shards_and_follows_from_the_seed(tiny):
    def ids(seed, name):
        loader = IntervalLoader(["label"], tiny.fasta, shuffle_seed=seed)
        dataset = loader.create_dataset(many(100), tiny.folder / name, shard_size=10)
        assert dataset.get_number_shards() == 10
        return dataset

    plain, first, again, other = ids(None, "plain"), ids(0, "first"), ids(0, "again"), ids(1, "other")
    order = np.random.default_rng(0).permutation(np.arange(100))
    for name in ("X", "y", "w", "ids"):
        np.testing.assert_array_equal(getattr(first, name), getattr(plain, name)[order])
        np.testing.assert_array_equal(getattr(again, name), getattr(first, name))
    assert (other.ids != first.ids).any()
    from_shards = {int(row) // 10 for row in order[:10]}
    assert len(from_shards) > 4, "the first shard has rows of many"


def test_chunks__make_no_difference(tiny, content, monkeypatch):
    from deepchem_genomics.data import genome_builder, parts

    signal = tiny.big_wig("dnase.bw", [("chr1", 0, 10, 2.0), ("chr2", 0, 20, 0.1)])
    loader = IntervalLoader(["label"], tiny.fasta, signals={"dnase": signal}, balance=True, shuffle_seed=1)
    loader.create_dataset(many(300), tiny.folder / "whole", shard_size=64)
    monkeypatch.setattr(genome_builder, "ROWS_AT_ONCE", 37)
    monkeypatch.setattr(parts, "BASES_AT_ONCE", 100)
    loader.create_dataset(many(300), tiny.folder / "pieces", shard_size=64)
    assert content(tiny.folder / "pieces") == content(tiny.folder / "whole")


def test_names__of_chromosomes_are_matched_and_ids_are_those_of_the_intervals(tiny):
    dataset = IntervalLoader([], tiny.fasta).create_dataset(tiny.write("sites.bed", "1\t0\t5\n"), tiny.out)
    assert dataset.ids.tolist() == ["1:0-5"]
    np.testing.assert_array_equal(dataset.X, tiny.rows_of([tiny.letters("chr1", 0, 5)]))


def test_lengths__that_differ_need_a_length_from_the_featurizer(tiny):
    from deepchem_genomics.feat import OneHotNucleotideFeaturizer

    sites = tiny.write("sites.bed", "chr1\t0\t5\nchr1\t2\t9\n")
    featurizer = OneHotNucleotideFeaturizer(length=8, on_length="pad")
    dataset = IntervalLoader([], tiny.fasta, featurizer).create_dataset(sites, tiny.out)
    assert dataset.X.shape == (2, 8, 4)
    assert dataset.X.sum(axis=(1, 2)).tolist() == [5, 7]
    with pytest.raises(SequenceLengthError, match=mentions("sites.bed:2", "7 bp", "sites.bed:1", "length=...")):
        IntervalLoader([], tiny.fasta).create_dataset(sites, tiny.folder / "other")


def test_featurizers__of_deepchem_get_strings(tiny, sites):
    featurizer = dc.feat.OneHotFeaturizer(charset=list("ACGT"), max_length=5)
    dataset = IntervalLoader(["label"], tiny.fasta, featurizer).create_dataset(sites, tiny.out)
    assert dataset.X.shape == (4, 5, 5)
    np.testing.assert_array_equal(dataset.X[..., :4], tiny.rows_of([tiny.letters(*place) for place in
        (("chr1", 0, 5), ("chr1", 5, 10), ("chr2", 0, 5), ("chr2", 12, 17))]))  # fmt: skip
    assert "OneHotFeaturizer" in tiny.manifest()["featurizer"]


class FailsOnTheSecond(dc.feat.Featurizer):
    """DeepChem's loop logs a failure and goes on with an empty row."""

    def _featurize(self, datapoint, **kwargs):
        if datapoint.startswith("G"):
            raise ValueError("no G at the beginning")
        return np.zeros(3)


def test_featurizers__that_leave_rows_out_are_refused(tiny, sites):
    with pytest.raises(ShapeMismatchError, match="FailsOnTheSecond"):
        IntervalLoader(["label"], tiny.fasta, FailsOnTheSecond()).create_dataset(sites, tiny.out)
    assert not tiny.out.exists()


def test_manifest__says_what_went_in_and_how(tiny, sites):
    exclude = tiny.write("black.bed", "chr2\t18\t20\n")
    loader = IntervalLoader(["label"], tiny.fasta, assembly="toy1", exclude=exclude, max_n=0.25)
    loader.create_dataset(sites, tiny.out)
    manifest = tiny.manifest()
    assert manifest["format"] == 1
    assert (manifest["loader"], manifest["assembly"], manifest["alphabet"]) == ("IntervalLoader", "toy1", "ACGT")
    for entry, path in zip(manifest["inputs"], (sites, tiny.fasta, exclude), strict=True):
        assert entry["path"] == str(path)
        assert entry["bytes"] == path.stat().st_size
        assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert manifest["parameters"] == {
        "out_of_bounds": "drop",
        "unknown_chromosomes": "error",
        "max_n": 0.25,
        "one_based": None,
        "exclude_one_based": None,
        "statistic": "mean",
        "missing": 0.0,
        "check_assembly": True,
        "balance": False,
        "shuffle_seed": None,
        "at": "auto",
        "columns": None,
    }
    assert {"deepchem_genomics", "deepchem", "numpy", "pandas", "python"} <= manifest["versions"].keys()
    assert manifest["labels"]["label"] == {"0": 2, "1": 1, "missing": 1}


@pytest.mark.parametrize(
    ("text", "error", "facts"),
    [
        ("chr1\t5\t5\t1\n", IntervalError, ("sites.tsv:1", "start 5", "end 5")),
        ("chr1\t0\t5\t1\nchr1\t-1\t4\t1\n", IntervalError, ("sites.tsv:2", "start -1")),
        ("chr1\t36\t41\t1\n", OutOfBoundsError, ("sites.tsv:1", "chr1:36-41", "1 bp", "40 bp", "tiny.fa")),
        ("chr9\t0\t5\t1\n", ChromosomeNameError, ("sites.tsv:1", "chr9", "tiny.fa")),
        ("chr1\t0\t5\t1\n1\t0\t5\t1\n", ChromosomeNameError, ("'chr1'", "'1'")),
        ("", EmptyInputError, ("sites.tsv",)),
    ],
)
def test_bad_intervals__are_named_and_leave_nothing(tiny, text, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        loader = IntervalLoader(["label"], tiny.fasta, out_of_bounds="error")
        loader.create_dataset(tiny.write("sites.tsv", text), tiny.out)
    left = [path.name for path in tiny.folder.iterdir() if "dataset" in path.name]
    assert left == []


def test_line_ends_of_windows__are_read_like_any(tiny, content):
    sites = tiny.write("sites.tsv", SITES.replace("\n", "\r\n"))
    dataset = IntervalLoader(["label"], tiny.fasta).create_dataset(sites, tiny.out)
    assert dataset.y.ravel().tolist() == [1, 0, 0, 0]
    assert dataset.w.ravel().tolist() == [1, 1, 1, 0]


def test_options__out_of_range_are_refused_before_anything_is_written(tiny, sites):
    for options, facts in (
        ({"max_n": 1.5}, ("max_n", "1.5", "0", "1")),
        ({"out_of_bounds": "clip"}, ("out_of_bounds", "clip")),
        (
            {"statistic": "median", "signals": {"x": tiny.big_wig("x.bw", [("chr1", 0, 40, 2.0)])}},
            ("statistic", "median"),
        ),
        ({"jobs": 0}, ("jobs", "0", "1")),
    ):
        with pytest.raises(BadValueError, match=mentions(*facts)):
            IntervalLoader(["label"], tiny.fasta, **options).create_dataset(sites, tiny.out)
    with pytest.raises(BadValueError, match=mentions("shard_size", "0")):
        IntervalLoader(["label"], tiny.fasta).create_dataset(sites, tiny.out, shard_size=0)
    assert not tiny.out.exists()


def test_exclude__of_other_chromosomes_is_said_to_be_so(tiny, sites, caplog):
    exclude = tiny.write("black.bed", "NC_000001\t4\t6\n")
    IntervalLoader(["label"], tiny.fasta, exclude=exclude).create_dataset(sites, tiny.out)
    assert re.search(mentions("tiny.fa", "NC_000001"), caplog.text)
