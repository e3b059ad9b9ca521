"""Signal: bigWig values over intervals equal those of a list with one value per base."""

import logging
import pickle
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import (
    BadValueError,
    ChromosomeNameError,
    GenomeFileError,
    MissingExtraError,
    OutOfBoundsError,
)
from deepchem_genomics.genome import Genome, Signal

pybigtools = pytest.importorskip("pybigtools")
SIZES = {"chr21": 183, "chr22": 140, "chrM": 20_000}


def write_bigwig(path, sizes, entries):
    writer = pybigtools.open(str(path), "w")
    writer.write(sizes, iter(entries))
    writer.close()
    return path


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """Write a bigWig with gaps; return it and its values, one per base."""
    rng = np.random.default_rng(0)
    values = {chrom: np.full(size, np.nan) for chrom, size in SIZES.items()}
    entries = []
    for chrom, size in SIZES.items():
        start = 0
        while start < size:
            end = min(size, start + int(rng.integers(1, 30)))
            if rng.random() < 0.6:
                value = np.float32(rng.normal())
                entries.append((chrom, start, end, float(value)))
                values[chrom][start:end] = value
            start = end
    return write_bigwig(tmp_path_factory.mktemp("bigwig") / "toy.bw", SIZES, entries), values


def slow_summary(values, statistic, missing):
    present = values[~np.isnan(values)]
    if statistic == "coverage":
        return len(present) / len(values)
    if missing != "nan":
        present = np.where(np.isnan(values), missing, values)
    return {"mean": np.mean, "min": np.min, "max": np.max}[statistic](present) if len(present) else np.nan


@st.composite
def tables(draw):
    rows = []
    for _ in range(draw(st.integers(1, 15))):
        chrom = draw(st.sampled_from(sorted(SIZES)))
        start = draw(st.integers(0, SIZES[chrom] - 1))
        rows.append((chrom, start, draw(st.integers(start + 1, min(SIZES[chrom], start + 200)))))
    return pd.DataFrame(rows, columns=["chrom", "start", "end"])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tables(), st.sampled_from(["mean", "min", "max", "coverage"]), st.sampled_from(["nan", 0.0, -2.5]))
def test_summarize__equals_the_slow_sum(toy, table, statistic, missing):
    path, values = toy
    expected = [slow_summary(values[row.chrom][row.start : row.end], statistic, missing) for row in table.itertuples()]
    with Signal(path) as signal:
        found = signal.summarize(table, statistic, missing=missing)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("statistic", ["mean", "min", "max", "coverage"])
def test_summarize__gathers_scattered_windows_in_their_order(statistic, toy, monkeypatch):
    path, values = toy
    monkeypatch.setattr("deepchem_genomics.genome.signal._WIDEST_GAP", 5)
    rng = np.random.default_rng(0)
    starts = rng.integers(0, SIZES["chrM"] - 30, 200)
    table = pd.DataFrame({"chrom": "chrM", "start": [*starts, *starts[:5], 0, SIZES["chrM"] - 30]})
    table = pd.concat([table, pd.DataFrame({"chrom": "chr22", "start": [110, -20, 130, 200, 0]})], ignore_index=True)
    table = table.assign(end=table["start"] + 30).sample(frac=1, random_state=0)
    padded = {chrom: np.pad(of, 300, constant_values=np.nan) for chrom, of in values.items()}
    of_rows = [padded[row.chrom][row.start + 300 : row.end + 300] for row in table.itertuples()]
    with Signal(path) as signal:
        found = signal.summarize(table, statistic, missing=0.0, out_of_bounds="missing")
    np.testing.assert_allclose(found, [slow_summary(of, statistic, 0.0) for of in of_rows], rtol=1e-5, atol=1e-6)


def test_summarize__takes_ids_and_logs_missing_bases(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    path = write_bigwig(tmp_path / "toy.bw", {"chr1": 100}, [("chr1", 0, 10, 2.0), ("chr1", 20, 30, 4.0)])
    signal = Signal(path)
    np.testing.assert_array_equal(signal.summarize(["1:0-10", "1:5-15", "1:10-20"]), np.float32([2, 2, np.nan]))
    assert re.search(mentions("2 of 3", "15 bp"), caplog.text)
    assert signal.summarize(["1:0-40"], missing=0.0).tolist() == [1.5]
    assert pickle.loads(pickle.dumps(signal)).summarize(["chr1:0-10"]).tolist() == [2.0]
    with pytest.raises(
        GenomeFileError, match=mentions("interval 1", "5 bp", "toy.bw", "2 of 3", "15 bp", 'missing="nan"')
    ):
        signal.summarize(["1:0-10", "1:5-15", "1:10-20"], missing="error")


def test_summarize__takes_what_is_not_there_for_missing_when_told(tmp_path, caplog):
    path = write_bigwig(tmp_path / "toy.bw", {"chr1": 100}, [("chr1", 0, 100, 2.0)])
    signal, ids = Signal(path), ["chr1:95-105", "chr2:0-10"]
    policy = {"out_of_bounds": "missing", "unknown_chromosomes": "missing"}
    np.testing.assert_array_equal(signal.summarize(ids, **policy), np.float32([2, np.nan]))
    np.testing.assert_array_equal(signal.summarize(ids, missing=0.0, **policy), np.float32([1, 0]))
    np.testing.assert_array_equal(signal.summarize(ids, "coverage", **policy), np.float32([0.5, 0]))
    assert re.search(mentions("1 of 2", "missing"), caplog.text)
    with pytest.raises(
        OutOfBoundsError,
        match=mentions("interval 0", "chr1:95-105", "5 bp", "100 bp", "toy.bw", 'out_of_bounds="missing"'),
    ):
        signal.summarize(ids[:1])
    with pytest.raises(ChromosomeNameError, match=mentions("toy.bw", "chr1", 'unknown_chromosomes="missing"')):
        signal.summarize(ids[1:])
    with pytest.raises(BadValueError, match=mentions("out_of_bounds", "drop", "'error', 'missing'")):
        signal.summarize(ids, out_of_bounds="drop")


def test_signal__names_both_sizes_of_another_assembly(toy_fasta, tmp_path):
    sizes = {"21": 183, "22": 150, "MT": 2}
    path = write_bigwig(tmp_path / "toy.bw", sizes, [(chrom, 0, 1, 1.0) for chrom in sizes])
    with pytest.raises(
        GenomeFileError, match=mentions("toy.bw", "toy.fa", "22", "150 bp", "chr22", "140 bp", "1 more")
    ):
        Signal(path, genome=Genome(toy_fasta))
    assert Signal(path, genome={"chr21": 183, "chr7": 9}).sizes == sizes
    with pytest.raises(GenomeFileError, match=mentions("toy.bw", "21, 22, MT")):
        Signal(path, genome={"chr7": 9})


@pytest.mark.parametrize("name", ["toy.BW", "toy.BigWig", "toy.signal", "toy", "toy.bigBed", "toy.bw.tsv"])
def test_signal__knows_a_bigwig_by_its_content(toy, tmp_path, name):
    path, values = toy
    (tmp_path / name).write_bytes(path.read_bytes())
    found = pickle.loads(pickle.dumps(Signal(tmp_path / name))).summarize(["chr22:10-60", "chr21:0-183"])
    assert np.array_equal(found, Signal(path).summarize(["chr22:10-60", "chr21:0-183"]))
    assert found[1] == pytest.approx(np.nanmean(values["chr21"]), abs=1e-6)
    (tmp_path / name).write_text("chr1\t0\t5\n")
    with pytest.raises(GenomeFileError, match=mentions(name, "bigWig")):
        Signal(tmp_path / name)


def test_signal__says_what_is_wrong_with_a_file(tmp_path, monkeypatch):
    path = tmp_path / "toy.bw"
    with pytest.raises(FileNotFoundError, match=mentions(path.name)):
        Signal(path)
    path.write_text("chr1\t0\t5\n")
    with pytest.raises(GenomeFileError, match=mentions("toy.bw", "bigWig")):
        Signal(path)
    with pytest.raises(GenomeFileError, match=mentions("bigWig")):
        Signal(tmp_path)
    whole = write_bigwig(path, {"chr1": 100}, [("chr1", 0, 100, 2.0)]).read_bytes()
    path.write_bytes(whole[:100])
    with pytest.raises(GenomeFileError, match=mentions("toy.bw", "bigWig")):
        Signal(path)
    rng = np.random.default_rng(0)
    entries = [("chr1", i, i + 1, float(value)) for i, value in enumerate(rng.normal(size=50_000))]
    whole = write_bigwig(path, {"chr1": 50_000}, entries).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(GenomeFileError, match=mentions("toy.bw", "bigWig")):
        Signal(path)
    path.write_bytes(whole[:2000] + b"\0" * 90_000 + whole[92_000:])
    with pytest.raises(GenomeFileError, match=mentions("toy.bw", "chr1:9000-9100")):
        Signal(path).summarize(["chr1:9000-9100"])
    monkeypatch.setitem(__import__("sys").modules, "pybigtools", None)
    with pytest.raises(MissingExtraError, match=mentions("pybigtools", "deepchem_genomics[genome]")):
        Signal(path)


def test_signal__refuses_options_that_are_none(toy):
    signal = Signal(toy[0])
    with pytest.raises(BadValueError, match=mentions("statistic", "median", "'mean', 'min', 'max', 'coverage'")):
        signal.summarize(["chr21:0-5"], "median")
    with pytest.raises(BadValueError, match=mentions("missing", "zero", "'nan', 'error'")):
        signal.summarize(["chr21:0-5"], missing="zero")
    signal.close()
    signal.close()
    with pytest.raises(GenomeFileError, match=mentions("toy.bw", "Signal")):
        signal.summarize(["chr21:0-5"])
    assert repr(signal) == f"Signal({str(toy[0])!r})"


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_signal__names_the_place_of_an_infinite_value(value, tmp_path):
    path = write_bigwig(tmp_path / "i.bw", {"chr1": 100}, [("chr1", 10, 20, 1.0), ("chr1", 20, 22, float(value))])
    with Signal(path) as signal:
        assert signal.summarize(["chr1:5-20"], missing=0.0).tolist() == pytest.approx([10 / 15])
        for statistic in ("mean", "min", "max", "coverage"):
            with pytest.raises(GenomeFileError, match=mentions("i.bw", "chr1:20-21", str(value), "2")):
                signal.summarize(["chr1:5-30"], statistic)
        with pytest.raises(GenomeFileError, match=mentions("chr1:20-21")):
            signal.summarize(["chr1:19-23", "chr1:0-3"])


@pytest.mark.parametrize("missing", [np.inf, 1e39])
def test_missing__is_a_number_of_float32(missing, toy):
    with Signal(toy[0]) as signal, pytest.raises(BadValueError, match=mentions("missing", str(missing))):
        signal.summarize(["chr21:0-9"], missing=missing)


def test_signal__without_any_value_is_called_that(tmp_path):
    path = write_bigwig(tmp_path / "e.bw", {"chr1": 100}, [("chr1", 10, 20, 1.0)])
    content = bytearray(path.read_bytes())
    content[24:32] = bytes(8)  # where the index is: 0 in what pyBigWig writes of no values
    path.write_bytes(content)
    with pytest.raises(GenomeFileError, match=mentions("e.bw", "without any value")):
        Signal(path)
