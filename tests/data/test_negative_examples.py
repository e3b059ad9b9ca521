"""Negatives next to peaks: tables and datasets."""

import itertools
import json
import logging
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.data import IntervalLoader, NegativeOptions, SequenceLoader, with_negatives, with_shuffles
from deepchem_genomics.errors import BadValueError, EmptyInputError, LabelError, SequenceLengthError
from deepchem_genomics.genome import Genome, gc_content, interval_ids, share_of_n
from deepchem_genomics.splits import BlockSplitter, ChromosomeSplitter

LENGTH = 21


@pytest.fixture(scope="module")
def genome(tmp_path_factory):
    """Two chromosomes: every other 500 bp are rich in G and C; a fifth of chr1 is N."""
    rng = np.random.default_rng(0)
    path = tmp_path_factory.mktemp("genome") / "toy.fa"
    lines = []
    for name in ("chr1", "chr2"):
        shares = ([0.35, 0.15, 0.15, 0.35], [0.15, 0.35, 0.35, 0.15])  # of A, C, G, T
        blocks = ["".join(rng.choice(list("ACGT"), 500, p=shares[i % 2])) for i in range(20)]
        if name == "chr1":
            blocks[4:8] = ["N" * 500] * 4
        lines.append(f">{name}\n{''.join(blocks)}\n")
    path.write_text("".join(lines))
    with Genome(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def peaks():
    """Forty peaks of 30 bp, all where G and C are many."""
    starts = [1000 * block + 520 + 60 * i for block in (0, 1, 4, 5, 6) for i in range(4)]
    return pd.DataFrame(
        [(chrom, start, start + 30, f"peak{start}") for chrom in ("chr1", "chr2") for start in starts],
        columns=["chrom", "start", "end", "name"],
    )


@pytest.fixture(scope="module")
def regions():
    """Open chromatin, rich and poor in G and C."""
    rows = [(chrom, 100 * i, 100 * i + 70) for chrom in ("chr1", "chr2") for i in range(0, 100, 2)]
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


def gap(window, other):
    """Slow, obvious: how many bases lie between two places, below 0 if they share some."""
    return max(other.start - window.end, window.start - other.end) if window.chrom == other.chrom else 10**9


def mean_gc(genome, table):
    gc = gc_content(genome.fetch(table))
    return gc[table["bound"] == 1].mean(), gc[table["bound"] == 0].mean()


@pytest.mark.parametrize("source", ["gc", "genome", "flanks", "regions"])
@pytest.mark.parametrize("per_positive", [1, 3])
@pytest.mark.parametrize("distance", [0, 5])
def test_negatives__are_as_many_as_asked_and_away_from_all_peaks(
    genome, peaks, regions, source, per_positive, distance
):
    options = NegativeOptions(per_positive, regions if source == "regions" else source, distance, seed=1)
    table = with_negatives(peaks, genome, options, length=LENGTH)
    assert table.columns.tolist() == ["chrom", "start", "end", "bound"]
    assert table.index.tolist() == list(range(40 * (1 + per_positive)))
    assert table["bound"].tolist() == [1.0] * 40 + [0.0] * 40 * per_positive
    assert ((table["end"] - table["start"]) == LENGTH).all()
    positives, negatives = table[:40], table[40:]
    assert (positives["start"] == peaks["start"] + 15 - LENGTH // 2).all()
    assert not negatives.duplicated().any()
    for negative in negatives.itertuples():
        assert all(gap(negative, peak) >= distance for peak in peaks.itertuples())
        assert all(gap(negative, positive) >= 0 for positive in positives.itertuples())
        middle = pd.Series({"chrom": negative.chrom, "start": negative.start + 10, "end": negative.start + 11})
        if source == "regions":
            assert any(gap(middle, region) < 0 for region in regions.itertuples())
        if source == "flanks":
            assert any(gap(negative, positive) < 50 * LENGTH for positive in positives.itertuples())
    assert not share_of_n(genome.fetch(negatives)).any()


def test_negatives__stay_away_from_peaks_that_are_wider_than_windows_or_elsewhere(genome):
    wide = pd.DataFrame({"chrom": ["chr1", "chr1", "chr2"], "start": [500, 9990, 500], "end": [900, 10_000, 600]})
    for source in ("gc", "flanks"):
        table = with_negatives(wide, genome, NegativeOptions(3, source, 50), length=LENGTH)
        assert len(table) == 2 * 4, "the window of the second peak is past the end"
        for negative in table[2:].itertuples():
            assert all(gap(negative, peak) >= 50 for peak in wide.itertuples())


def test_negatives__from_flanks_are_the_nearest_places(genome):
    peak = pd.DataFrame({"chrom": ["chr2"], "start": [500], "end": [530]})
    table = with_negatives(peak, genome, NegativeOptions(4, "flanks", 10, seed=0), length=LENGTH)
    assert table["start"][0] == 505
    # 505 - 10 - 21 is 6 bp from the peak, so too near; then every 21 bp.
    assert sorted(table["start"][1:]) == [505 - 31 - 42, 505 - 31 - 21, 505 + 31 + 21, 505 + 31 + 42]


def test_negatives__matched_in_gc_are_alike_and_others_are_not(genome, peaks, regions, caplog):
    caplog.set_level(logging.INFO)
    for source in ("gc", regions):
        positive, negative = mean_gc(genome, with_negatives(peaks, genome, NegativeOptions(2, source), length=LENGTH))
        assert abs(positive - negative) < 0.01
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    positive, negative = mean_gc(genome, with_negatives(peaks, genome, NegativeOptions(2, "genome"), length=LENGTH))
    assert positive - negative > 0.08
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == 1
    assert re.search(mentions("genome", "GC", f"{positive:.3f}", f"{negative:.3f}", "0.02"), warnings[0])


def test_negatives__that_cannot_match_in_gc_are_a_warning_with_figures(genome, peaks, caplog):
    poor = pd.DataFrame({"chrom": ["chr2"] * 8, "start": range(1000, 9000, 1000), "end": range(1500, 9500, 1000)})
    table = with_negatives(peaks, genome, NegativeOptions(1, poor), length=LENGTH)
    positive, negative = mean_gc(genome, table)
    assert re.search(mentions("regions", "GC", f"{positive:.3f}", f"{negative:.3f}"), caplog.text)


def test_negatives__differ_in_gc_where_the_means_agree_and_the_spread_does_not(tmp_path, caplog):
    even, extreme = "ACGT" * 2500, "AT" * 20 + "GC" * 20
    (tmp_path / "toy.fa").write_text(f">chr1\n{even}{extreme * 125}\n")
    peaks = pd.DataFrame({"chrom": "chr1", "start": range(0, 9000, 50), "end": range(20, 9020, 50)})
    halves = pd.DataFrame({"chrom": "chr1", "start": range(10_019, 19_900, 40), "end": range(10_022, 19_903, 40)})
    with_negatives(peaks, tmp_path / "toy.fa", NegativeOptions(1, halves), length=20)
    assert re.search(mentions("mean GC 0.500", "GC"), caplog.text)


def test_negatives__follow_from_the_seed_and_leave_the_peaks_alone(genome, peaks, regions):
    peaks = peaks[::4]
    before = peaks.copy(deep=True)
    for source in ("gc", "genome", "flanks", regions):
        first, again, other = (
            with_negatives(peaks, genome, NegativeOptions(1, source, seed=seed), length=LENGTH) for seed in (3, 3, 4)
        )
        pd.testing.assert_frame_equal(first, again)
        assert not first.equals(other)
    pd.testing.assert_frame_equal(peaks, before)


def test_negatives__lie_on_the_chromosomes_of_the_peaks_under_their_names(genome, tmp_path):
    path = tmp_path / "peaks.narrowPeak"
    path.write_text("".join(f"2\t{start}\t{start + 60}\tp\t0\t.\t1\t1\t1\t25\n" for start in (500, 1500, 9900)))
    table = with_negatives(path, genome.path, length=LENGTH, label="JUND")
    assert table["JUND"].tolist() == [1, 1, 1, 0, 0, 0]
    assert set(table["chrom"]) == {"2"}
    assert table["start"][0] == 525 - LENGTH // 2


def test_negatives__have_the_strands_of_the_positives(genome, peaks):
    stranded = peaks.assign(strand=["-", "+", "-", "-"] * 10)
    table = with_negatives(stranded, genome, NegativeOptions(2), length=LENGTH)
    assert table["strand"][:40].tolist() == stranded["strand"].tolist()
    assert Counter(table["strand"][40:]) == {"-": 60, "+": 20}


def test_negatives__positives_that_do_not_fit_are_left_out_and_counted(genome, caplog):
    odd = pd.DataFrame(
        {"chrom": ["chr1", "chr1", "chr1", "chr9"], "start": [500, 2100, 0, 5], "end": [530, 2130, 4, 35]}
    )
    table = with_negatives(odd, genome, length=LENGTH)
    assert table["bound"].tolist() == [1.0, 0.0]
    for reason in ("N", "past an end", "chromosome that"):
        assert re.search(rf"dropped 1 of 4 .*{reason}", caplog.text)
    with pytest.raises(EmptyInputError, match=mentions("1", "0", "N")):
        with_negatives(odd[1:2], genome, length=LENGTH)
    with pytest.raises(EmptyInputError, match=mentions("1", "chromosome")):
        with_negatives(odd[3:], genome, length=LENGTH)


def test_negatives__are_fewer_where_there_is_no_room_and_none_is_an_error(genome, caplog):
    nearly = pd.DataFrame({"chrom": ["chr2"], "start": [30], "end": [10_000]})
    table = with_negatives(nearly, genome, NegativeOptions(50, distance=0), length=LENGTH)
    assert table["bound"].tolist() == [1.0] + [0.0] * 10
    assert re.search(mentions("10 of 50", "gc", "0 bp"), caplog.text)
    everywhere = pd.DataFrame({"chrom": ["chr2"], "start": [10], "end": [9990]})
    for source in ("gc", "genome", "flanks", nearly):
        with pytest.raises(EmptyInputError, match=mentions("21 bp", "0 bp", "distance")):
            with_negatives(everywhere, genome, NegativeOptions(1, source, 0), length=LENGTH)
    with pytest.raises(EmptyInputError, match=mentions("1", "toy.fa")):
        with_negatives(nearly, genome, NegativeOptions(1, nearly.assign(chrom="chrX")), length=LENGTH)


def test_negatives__options_are_refused_with_the_rule(genome, peaks):
    for options, facts in (
        ({"per_positive": 0}, ("per_positive", "0", "1")),
        ({"per_positive": True}, ("per_positive", "True")),
        ({"distance": -1}, ("distance", "-1", "0")),
        ({"seed": 0.5}, ("seed", "0.5")),
        ({"source": "flank"}, ("flank", "gc", "flanks", "shuffled", "genome")),
    ):
        with pytest.raises(BadValueError, match=mentions(*facts)):
            NegativeOptions(**options)
    with pytest.raises(BadValueError, match=mentions("shuffled", "IntervalLoader", "with_shuffles")):
        with_negatives(peaks, genome, NegativeOptions(source="shuffled"))
    labeled = peaks.assign(label=[1] * 39 + [0])
    with pytest.raises(LabelError, match=mentions("interval 39", "label", "0")):
        with_negatives(labeled, genome)


def test_loader__makes_the_same_rows_as_the_table_and_counts_them(genome, peaks, tmp_path):
    options = NegativeOptions(2, seed=1)
    table = with_negatives(peaks, genome, options, length=LENGTH)
    loader = IntervalLoader(["bound"], genome, length=LENGTH, negatives=options)
    dataset = loader.create_dataset(peaks, tmp_path / "data")
    expected = dict(zip(interval_ids(table), table["bound"], strict=True))
    assert dict(zip(dataset.ids, dataset.y.ravel(), strict=True)) == expected
    assert 0 < dataset.y[:40].sum() < 40, "rows are shuffled"
    manifest = json.loads((tmp_path / "data" / "manifest.json").read_text())
    assert manifest["labels"] == {"bound": {"0": 80, "1": 40, "missing": 0}}
    gc = manifest["negatives"].pop("gc")
    assert manifest["negatives"] == {
        "source": "gc", "per_positive": 2, "distance": 100, "seed": 1, "positives": 40, "wanted": 80, "found": 80,
    }  # fmt: skip
    positive, negative = mean_gc(genome, table)
    assert (gc["positives"], gc["negatives"]) == pytest.approx((positive, negative), abs=1e-6)
    assert abs(positive - negative) < 0.02


@pytest.mark.parametrize("source", ["gc", "flanks", "shuffled", "regions"])
def test_loader__gives_equal_bytes_whatever_the_processes(genome, peaks, regions, source, tmp_path):
    peaks.to_csv(tmp_path / "peaks.bed", sep="\t", header=False, index=False)
    regions.to_csv(tmp_path / "dnase.bed", sep="\t", header=False, index=False)
    options = NegativeOptions(3, tmp_path / "dnase.bed" if source == "regions" else source, seed=2)
    contents = []
    for jobs in (1, 2, 1):
        out = tmp_path / f"out{len(contents)}"
        IntervalLoader(["bound"], genome.path, length=LENGTH, negatives=options, jobs=jobs).create_dataset(
            tmp_path / "peaks.bed", out
        )
        contents.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert contents[0] == contents[1] == contents[2]
    roles = [one["role"] for one in json.loads(contents[0]["manifest.json"])["inputs"]]
    assert roles == ["intervals", "genome", *(["negatives"] if source == "regions" else [])]


def test_loader__keeps_negatives_out_of_excluded_regions_and_of_the_peaks_of_all_files(genome, peaks, tmp_path):
    black = pd.DataFrame({"chrom": ["2"], "start": [0], "end": [9000]})
    loader = IntervalLoader(
        ["bound"], genome, length=LENGTH, exclude=black, negatives=NegativeOptions(3, "genome", distance=0)
    )
    both = [peaks[:20].reset_index(drop=True), peaks[20:].assign(chrom="2")]
    dataset = loader.create_dataset(both, tmp_path / "data")
    assert dataset.y.sum() == 20, "those of chr2 are excluded"
    for name, label in zip(dataset.ids, dataset.y.ravel(), strict=True):
        chrom, span = name.split(":")
        start, end = map(int, span.split("-"))
        window = pd.Series({"chrom": chrom, "start": start, "end": end})
        assert chrom == "chr1"
        assert label == 1 or all(gap(window, peak) >= 0 for peak in peaks.itertuples())


def test_loader__shuffles_positives_and_keeps_them_in_the_part_of_their_original(genome, peaks, tmp_path):
    loader = IntervalLoader(["bound"], genome, length=LENGTH, negatives=NegativeOptions(2, "shuffled", seed=5))
    dataset = loader.create_dataset(peaks, tmp_path / "data")
    assert len(dataset) == 120 == len(set(dataset.ids))
    letters = {
        name: "".join("ACGT"[i] for i in row) for name, row in zip(dataset.ids, dataset.X.argmax(2), strict=True)
    }
    originals = [name for name, label in zip(dataset.ids, dataset.y.ravel(), strict=True) if label]
    assert len(originals) == 40
    for name in originals:
        texts = [letters[name], letters[f"{name}:shuffled1"], letters[f"{name}:shuffled2"]]
        pairs = [Counter(itertools.pairwise(text)) for text in texts]
        assert pairs[0] == pairs[1] == pairs[2]
        assert len(set(texts)) == 3
    for splitter in (ChromosomeSplitter(valid=["chr2"]), BlockSplitter(guard=30)):
        parts = splitter.split(dataset)
        places = [{dataset.ids[i].split(":shuffled")[0] for i in part} for part in parts]
        assert places[0] and places[1]
        assert not places[0] & places[1] and not places[0] & places[2]


def test_loader__gives_shuffles_the_signal_of_their_original(genome, peaks, tmp_path):
    pybigtools = pytest.importorskip("pybigtools")
    writer = pybigtools.open(str(tmp_path / "dnase.bw"), "w")
    writer.write(
        dict(genome.sizes), iter([(c, i, i + 10, i / 7) for c in ("chr1", "chr2") for i in range(0, 9990, 10)])
    )
    writer.close()
    loader = IntervalLoader(
        ["bound"], genome, length=LENGTH, signals={"d": tmp_path / "dnase.bw"}, negatives=NegativeOptions(1, "shuffled")
    )
    loader.create_dataset(peaks, tmp_path / "data")
    values = pd.read_csv(tmp_path / "data" / "side_input.tsv.gz", sep="\t", index_col="id")["d"]
    assert all(values[name] == values[name.split(":shuffled")[0]] for name in values.index)


def test_loader__centers_on_summits_where_there_are_some_and_counts_them(genome, tmp_path):
    path = tmp_path / "peaks.narrowPeak"
    path.write_text("".join(f"chr2\t{s}\t{s + 60}\tp\t0\t.\t1\t1\t1\t{p}\n" for s, p in ((500, 5), (900, -1))))
    loader = IntervalLoader(["bound"], genome, length=LENGTH, negatives=NegativeOptions(2))
    dataset = loader.create_dataset(path, tmp_path / "data")
    positives = sorted(dataset.ids[dataset.y.ravel() == 1])
    assert positives == ["chr2:495-516", "chr2:920-941"]
    noted = json.loads((tmp_path / "data" / "manifest.json").read_text())["rows"]["noted"]
    assert noted == {"centered on a summit": 1, "centered on the middle, without a summit": 1}
    with_at = IntervalLoader(["bound"], genome, length=LENGTH, at="summit", negatives=NegativeOptions(2))
    path.write_text("chr2\t500\t560\tp\t0\t.\t1\t1\t1\t5\n")
    assert len(with_at.create_dataset(path, tmp_path / "strict")) == 3


def test_loader__refuses_negatives_that_it_cannot_label(genome, peaks, tmp_path):
    for tasks in ([], ["a", "b"]):
        with pytest.raises(BadValueError, match=mentions("tasks", str(tasks), "bound")):
            IntervalLoader(tasks, genome, length=LENGTH, negatives=NegativeOptions()).create_dataset(peaks)
    uneven = peaks.assign(end=peaks["end"] + np.arange(40))
    with pytest.raises(SequenceLengthError, match=mentions("30", "length")):
        IntervalLoader(["bound"], genome, negatives=NegativeOptions()).create_dataset(uneven, tmp_path / "data")
    assert not (tmp_path / "data").exists()
    even = IntervalLoader(["bound"], genome, negatives=NegativeOptions()).create_dataset(peaks, tmp_path / "data")
    assert even.X.shape == (80, 30, 4)


def test_shuffles__have_the_same_dinucleotides_and_make_a_dataset(genome, peaks, tmp_path):
    sequences = pd.Series(genome.fetch(peaks), index=peaks["name"] + peaks["chrom"])
    table = with_shuffles(sequences, 2, seed=1)
    assert len(table) == 120
    assert table["label"].tolist() == [1.0] * 40 + [0.0] * 80
    assert table["id"][0] == sequences.index[0]
    assert table["id"][80] == f"{sequences.index[0]}:shuffled2"
    pairs = [Counter(itertools.pairwise(text)) for text in table["sequence"]]
    assert pairs[:40] == pairs[40:80] == pairs[80:]
    assert (table["sequence"][40:80].to_numpy() != table["sequence"][80:].to_numpy()).any()
    dataset = SequenceLoader(["label"], id_column="id").create_dataset(table, tmp_path / "data")
    assert dataset.ids.tolist() == table["id"].tolist()
    with pytest.raises(BadValueError, match=mentions("ratio", "0")):
        with_shuffles(["ACGT"], 0)
