"""Models that see more than the sequence, or both strands at once."""

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import errors, models
from deepchem_genomics.data import SideInput
from deepchem_genomics.data.signal_lookup import SignalLookup
from deepchem_genomics.feat import reverse_complement
from deepchem_genomics.genome import Signal
from deepchem_genomics.models.saving import fingerprint
from deepchem_genomics.scan import ScanOptions, scan_genome

pybigtools = pytest.importorskip("pybigtools")

LENGTH, STRIDE = 31, 20


@pytest.fixture(scope="module")
def dnase(contigs, tmp_path_factory):
    path = tmp_path_factory.mktemp("signal") / "dnase.bw"
    rng = np.random.default_rng(6)
    entries = [
        (chrom, start, start + 10, float(rng.gamma(1)))
        for chrom, sequence in contigs.items()
        for start in range(0, len(sequence) - 10, 10)
        if start != 50
    ]
    sizes = {chrom: len(sequence) for chrom, sequence in contigs.items()}
    pybigtools.open(str(path), "w").write({**sizes, "short": 4}, iter(entries))
    return path


def values_at_middles(path, starts, chrom="chr2"):
    file = pybigtools.open(str(path))
    return [file.values(chrom, s + LENGTH // 2, s + LENGTH // 2 + 1, fillna=None)[0] for s in starts]


def test_scan__gives_a_model_its_signals_scaled_as_in_training(genome, contigs, dnase, tmp_path):
    side = SideInput.from_dict({"a": 0.2, "b": 1.5, "c": 4.0}).scaled("log-standard", ["a", "b", "c"])
    models.AccessibilityTFBindingModel(accessibility=side, length=LENGTH, seed=2).save(tmp_path / "model")
    scan = scan_genome(
        tmp_path / "model",
        genome,
        tmp_path / "t.bw",
        options=ScanOptions(stride=STRIDE, block=100, max_n=1.0),
        side_inputs=dnase,
    )
    model = models.load(tmp_path / "model")
    starts = list(range(0, len(contigs["chr2"]) - LENGTH + 1, STRIDE))
    ids = [f"chr2:{start}-{start + LENGTH}" for start in starts]
    sequences = [contigs["chr2"][start : start + LENGTH] for start in starts]
    with Signal(dnase) as signal:
        model.side_inputs = {"accessibility": SignalLookup({side.names[0]: signal}, side.scaling)}
        both = [model.predict_sequences(strands, ids).ravel() for strands in (sequences, reverse_complement(sequences))]
    np.testing.assert_allclose(values_at_middles(tmp_path / "t.bw", starts), np.mean(both, axis=0), atol=1e-6)
    assert scan.without_signal > 0


def test_scan__needs_the_signals_of_the_model(genome, contigs, dnase, tmp_path):
    side = SideInput.from_dict({"a": 0.2, "b": 1.5})
    model = models.AccessibilityTFBindingModel(accessibility=side, length=LENGTH, seed=2)
    name = side.names[0]
    with pytest.raises(errors.SideInputError, match=mentions(name, "bigWig")):
        scan_genome(model, genome, tmp_path / "t.bw")
    with pytest.raises(errors.SideInputError, match=mentions(name, "ATAC")):
        scan_genome(model, genome, tmp_path / "t.bw", side_inputs={"ATAC": dnase})
    assert not list(tmp_path.iterdir())
    (tmp_path / "other.fa").write_text(">chr2\n" + contigs["chr2"][:-7] + "\n")
    with pytest.raises(errors.GenomeFileError, match=mentions("assembly")):
        scan_genome(model, tmp_path / "other.fa", tmp_path / "t.bw", side_inputs=dnase)


def test_scan__asks_a_model_that_sees_both_strands_once(genome, tmp_path, monkeypatch):
    model = models.RCTFBindingModel(length=LENGTH, filters=4, hidden=4, seed=3, progress=False)
    seen = []
    predict = model.predict
    monkeypatch.setattr(model, "predict", lambda dataset: (seen.append(len(dataset)), predict(dataset))[1])
    both = scan_genome(model, genome, tmp_path / "both.bw", options=ScanOptions(stride=STRIDE))
    assert sum(seen) == both.windows
    scan_genome(model, genome, tmp_path / "one.bw", options=ScanOptions(stride=STRIDE, strands="forward"))
    assert (tmp_path / "both.bw").read_bytes() == (tmp_path / "one.bw").read_bytes()


def test_scan__takes_the_folder_of_an_ensemble_and_tells_it_from_its_members(genome, contigs, tmp_path):
    pair = models.Ensemble.of(lambda seed: models.TFBindingModel(length=LENGTH, seed=seed, progress=False), n=2)
    pair.save(tmp_path / "pair")
    scan_genome(
        tmp_path / "pair", genome, tmp_path / "t.bw", options=ScanOptions(stride=STRIDE, strands="forward", max_n=1.0)
    )
    starts = list(range(0, len(contigs["chr2"]) - LENGTH + 1, STRIDE))
    sequences = [contigs["chr2"][start : start + LENGTH] for start in starts]
    expected = np.mean([member.predict_sequences(sequences) for member in pair.members], axis=0).ravel()
    np.testing.assert_allclose(values_at_middles(tmp_path / "t.bw", starts), expected, atol=1e-6)
    prints = {fingerprint(model) for model in (pair, *pair.members, models.load(tmp_path / "pair"))}
    assert len(prints) == 3
