"""Whole scans: what is written is what a window-by-window loop gives, in one process or two, interrupted or not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import errors, models
from deepchem_genomics.feat import reverse_complement
from deepchem_genomics.runs import Execution
from deepchem_genomics.scan import ScanOptions, scan_genome

pybigtools = pytest.importorskip("pybigtools")

LENGTH = 12


def slowly(contigs, weights, stride, both=True, max_n=0.0):
    """Predict window by window: {(chrom, start): prediction}."""
    found = {}
    for chrom, sequence in contigs.items():
        sequence = sequence.upper()
        for start in range(0, len(sequence) - LENGTH + 1, stride):
            window = sequence[start : start + LENGTH]
            if sum(letter not in "ACGT" for letter in window) <= max_n * LENGTH:
                strands = [window, reverse_complement(window)] if both else [window]
                scores = [
                    sum(weights[i, "ACGT".index(letter)] for i, letter in enumerate(strand) if letter in "ACGT")
                    for strand in strands
                ]
                found[chrom, start] = float(np.mean(scores))
    return found


def n_windows(contigs, stride):
    return sum(len(range(0, len(sequence) - LENGTH + 1, stride)) for sequence in contigs.values())


def read_track(path):
    file = pybigtools.open(str(path))
    return {chrom: file.values(chrom, 0, size, fillna=None) for chrom, size in file.chroms().items()}


def expected_track(contigs, predictions, stride):
    values = {chrom: np.full(len(sequence), np.nan) for chrom, sequence in contigs.items()}
    span = min(stride, LENGTH)
    for (chrom, start), score in predictions.items():
        first = start + LENGTH // 2 - span // 2
        assert np.isnan(values[chrom][first : first + span]).all()  # no two values share a base
        assert start <= first < first + span <= start + LENGTH
        values[chrom][first : first + span] = score
    return values


@pytest.mark.parametrize(
    ("stride", "options"),
    [
        (1, {}),
        (5, {}),
        (12, {"strands": "forward"}),
        (5, {"block": 37}),
        (30, {"max_n": 0.1}),
        (5, {"max_n": 1.0, "block": 11}),
    ],
)
def test_track__has_what_a_loop_over_windows_gives(linear, genome, contigs, weights, tmp_path, stride, options):
    scan = scan_genome(linear, genome, tmp_path / "track.bw", options=ScanOptions(stride=stride, **options))
    both, max_n = options.get("strands") != "forward", options.get("max_n", 0.0)
    predictions = slowly(contigs, weights, stride, both, max_n)
    found, expected = read_track(tmp_path / "track.bw"), expected_track(contigs, predictions, stride)
    assert found.keys() == expected.keys()
    for chrom in expected:
        np.testing.assert_allclose(found[chrom], expected[chrom], atol=1e-5)
    assert scan.windows == len(predictions)
    assert scan.skipped == n_windows(contigs, stride) - len(predictions)
    assert scan.peaks is scan.threshold is None
    assert [path.name for path in tmp_path.iterdir()] == ["track.bw"]


def slow_peaks(predictions, threshold):
    peaks = []
    for (chrom, start), score in predictions.items():
        if score >= threshold:
            if peaks and peaks[-1][0] == chrom and start <= peaks[-1][2]:
                last = peaks[-1]
                last[2] = start + LENGTH
                if score > last[4]:
                    last[3:] = [start + LENGTH // 2, score]
            else:
                peaks.append([chrom, start, start + LENGTH, start + LENGTH // 2, score])
    return [(chrom, start, end, summit - start, score) for chrom, start, end, summit, score in peaks]


def read_peaks(path):
    rows = [line.split("\t") for line in path.read_text().splitlines()]
    assert [row[3] for row in rows] == [f"peak_{i}" for i in range(1, len(rows) + 1)]
    assert all(row[5] == "." and row[7:9] == ["-1", "-1"] for row in rows)
    assert all(int(row[4]) == min(1000, max(0, round(1000 * float(row[6])))) for row in rows)
    return [(row[0], int(row[1]), int(row[2]), int(row[9]), float(row[6])) for row in rows]


@pytest.mark.parametrize("block", [20, 1000])
@pytest.mark.parametrize("stride", [1, 5, 12, 20])
def test_peaks__are_windows_that_overlap_or_touch_merged(linear, genome, contigs, weights, tmp_path, stride, block):
    scan = scan_genome(
        linear, genome, options=ScanOptions(stride=stride, threshold=1.5, block=block), peaks=tmp_path / "hits.bed"
    )
    expected = slow_peaks(slowly(contigs, weights, stride), 1.5)
    found = read_peaks(tmp_path / "hits.bed")
    assert [peak[:4] for peak in found] == [peak[:4] for peak in expected]
    assert [peak[4] for peak in found] == pytest.approx([peak[4] for peak in expected], abs=1e-4)
    assert (scan.peaks, scan.threshold) == (len(expected), 1.5)


def test_peaks__of_the_top_fraction_are_those_of_its_threshold(linear, genome, contigs, weights, tmp_path):
    scores = sorted(slowly(contigs, weights, 3).values(), reverse=True)
    scan = scan_genome(linear, genome, options=ScanOptions(stride=3, top_fraction=0.1), peaks=tmp_path / "top.bed")
    assert scan.threshold == pytest.approx(scores[int(np.ceil(0.1 * len(scores))) - 1], abs=1e-5)
    again = scan_genome(
        linear, genome, options=ScanOptions(stride=3, threshold=scan.threshold), peaks=tmp_path / "same.bed"
    )
    assert (tmp_path / "top.bed").read_bytes() == (tmp_path / "same.bed").read_bytes()
    assert again.peaks == scan.peaks > 0


def test_scan__of_some_chromosomes_by_either_name(linear, genome, contigs, weights, tmp_path):
    scan_genome(linear, genome, tmp_path / "one.bw", options=ScanOptions(stride=5, chroms=["10"]))
    found = read_track(tmp_path / "one.bw")
    assert list(found) == ["chr10"]
    expected = expected_track({"chr10": contigs["chr10"]}, slowly({"chr10": contigs["chr10"]}, weights, 5), 5)
    np.testing.assert_allclose(found["chr10"], expected["chr10"], atol=1e-5)


@pytest.fixture(scope="module")
def whole(saved, genome, tmp_path_factory):
    """Scan in one go with a saved network."""
    folder = tmp_path_factory.mktemp("whole")
    scan = scan_genome(
        saved, genome, folder / "t.bw", folder / "p.bed", options=ScanOptions(stride=3, top_fraction=0.2, block=50)
    )
    return folder, scan


def assert_same_files(folder, whole):
    for name in ("t.bw", "p.bed"):
        assert (folder / name).read_bytes() == (whole[0] / name).read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == ["p.bed", "t.bw"]


def test_scan__predicts_what_the_model_predicts_for_strings(saved, whole, contigs):
    model = models.load(saved)
    window = contigs["chr2"][60:91]
    both = model.predict_sequences([window, reverse_complement(window)]).mean()
    assert read_track(whole[0] / "t.bw")["chr2"][60 + 15] == pytest.approx(both, abs=1e-6)


class StopHereError(Exception):
    pass


def stop_after(n_windows):
    def on_windows(done, total):
        if done >= n_windows:
            raise StopHereError

    return on_windows


def test_scan__interrupted_and_resumed_writes_the_same_bytes(saved, genome, tmp_path, whole):
    arguments = (saved, genome, tmp_path / "t.bw", tmp_path / "p.bed")
    for n_done in (1, 50):
        with pytest.raises(StopHereError):
            scan_genome(
                *arguments, options=ScanOptions(stride=3, top_fraction=0.2, block=50), on_windows=stop_after(n_done)
            )
        assert [path.name for path in tmp_path.iterdir()] == ["t.bw.run"]
    steps = []
    scan = scan_genome(
        *arguments,
        options=ScanOptions(stride=3, top_fraction=0.2, block=50),
        on_windows=lambda *done: steps.append(done),
    )
    assert scan.resumed == steps[0][0] >= 50
    assert steps[-1][0] == steps[-1][1] == scan.windows + scan.skipped
    assert scan[:2] + scan[3:5] == whole[1][:2] + whole[1][3:5]
    assert_same_files(tmp_path, whole)


def test_scan__makes_a_damaged_part_again(saved, genome, tmp_path, whole):
    arguments = (saved, genome, tmp_path / "t.bw", tmp_path / "p.bed")
    with pytest.raises(StopHereError):
        scan_genome(*arguments, options=ScanOptions(stride=3, top_fraction=0.2, block=50), on_windows=stop_after(60))
    parts = sorted((tmp_path / "t.bw.run").glob("*.npz"))
    parts[0].write_bytes(parts[0].read_bytes()[:100])
    parts[1].write_bytes(b"")
    scan_genome(*arguments, options=ScanOptions(stride=3, top_fraction=0.2, block=50))
    assert_same_files(tmp_path, whole)


def test_scan__may_be_resumed_with_another_threshold_but_no_other_stride(saved, genome, tmp_path):
    arguments = (saved, genome, None, tmp_path / "p.bed")
    with pytest.raises(StopHereError):
        scan_genome(*arguments, options=ScanOptions(stride=3, top_fraction=0.2, block=50), on_windows=stop_after(50))
    folder = tmp_path / "p.bed.run"
    with pytest.raises(errors.DataFolderError, match=mentions("scan", "stride", "3", "4")):
        scan_genome(*arguments, options=ScanOptions(stride=4, top_fraction=0.2, block=50))
    assert any(folder.glob("*.npz"))
    other = models.TFBindingModel(length=31, batch_size=50, seed=5)
    with pytest.raises(errors.DataFolderError, match=mentions("p.bed.run", "model")):
        scan_genome(other, genome, None, tmp_path / "p.bed", options=ScanOptions(stride=3, block=50, top_fraction=0.2))
    assert scan_genome(*arguments, options=ScanOptions(stride=3, block=50, threshold=0.0)).resumed >= 50


@pytest.mark.slow  # for what it imports: DeepChem, in two more processes
def test_scan__in_two_processes_writes_the_same_bytes(saved, genome, tmp_path, whole):
    scan = scan_genome(
        saved,
        genome,
        tmp_path / "t.bw",
        tmp_path / "p.bed",
        options=ScanOptions(stride=3, top_fraction=0.2, block=50),
        execution=Execution(jobs=2),
    )
    assert scan[:2] == whole[1][:2]
    assert_same_files(tmp_path, whole)


KILLED = """
import sys, time
from deepchem_genomics.quiet import import_quietly
import_quietly("deepchem")
from deepchem_genomics.scan import ScanOptions, scan_genome
saved, genome, out = sys.argv[1:]
def on_windows(done, total):
    print(done, flush=True)
    time.sleep(done >= 60 and 60)
options = ScanOptions(stride=3, top_fraction=0.2, block=50)
scan_genome(saved, genome, out + "/t.bw", out + "/p.bed", options, on_windows=on_windows)
"""


@pytest.mark.slow  # for what it imports: DeepChem, in one more process
def test_scan__killed_and_resumed_writes_the_same_bytes(saved, genome, tmp_path, whole):
    command = [sys.executable, "-c", KILLED, str(saved), str(genome), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]) as process:
        for line in process.stdout:
            if int(line) >= 60:
                os.kill(process.pid, signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    assert [path.name for path in tmp_path.iterdir()] == ["t.bw.run"]
    scan = scan_genome(
        saved, genome, tmp_path / "t.bw", tmp_path / "p.bed", options=ScanOptions(stride=3, top_fraction=0.2, block=50)
    )
    assert scan.resumed >= 60
    assert_same_files(tmp_path, whole)


@pytest.mark.parametrize("stop_at", ["00001-000000000000.npz", "run.json", "assembled"])
def test_scan__killed_while_it_tidies_up_can_be_given_again(saved, genome, tmp_path, whole, monkeypatch, stop_at):
    out = tmp_path / "t.bw", tmp_path / "p.bed"
    options = ScanOptions(stride=3, top_fraction=0.2, block=50)
    unlink = Path.unlink

    class Killed(BaseException):
        pass

    def dies(path, missing_ok=False):
        if path.name == stop_at:
            raise Killed
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Path, "unlink", dies)
        scan_genome(saved, genome, *out, options)
    assert (tmp_path / "t.bw.run").exists()
    scan_genome(saved, genome, *out, options)
    assert_same_files(tmp_path, whole)


def test_scan__of_which_only_the_empty_folder_is_left_is_done(saved, genome, tmp_path):
    scan_genome(saved, genome, tmp_path / "t.bw", options=ScanOptions(stride=30))
    (tmp_path / "t.bw.run").mkdir()
    with pytest.raises(FileExistsError, match=mentions("t.bw")):
        scan_genome(saved, genome, tmp_path / "t.bw", options=ScanOptions(stride=30))
    assert [path.name for path in tmp_path.iterdir()] == ["t.bw"]
