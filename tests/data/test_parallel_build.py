"""Builds on several processes and on a cluster give the bytes of one, though workers are killed."""

import os
import signal
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.data import IntervalLoader, SequenceLoader, TileLoader
from deepchem_genomics.errors import LabelError

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")
psutil = pytest.importorskip("psutil")

ROOT = Path(__file__).parents[2]
HEAVY = "sorted({'deepchem', 'tensorflow', 'tf_keras', 'torch', 'rdkit', 'sklearn'} & {*__import__('sys').modules})"


@pytest.fixture
def signals(tiny):
    return {"dnase": tiny.big_wig("dnase.bw", [("chr1", 0, 10, 2.0), ("chr2", 0, 20, 0.1)])}


def many(n=400):
    rng = np.random.default_rng(0)
    starts = rng.integers(0, 13, n)
    return pd.DataFrame({"chrom": "chr1", "start": starts, "end": starts + 5, "label": rng.integers(0, 2, n)})


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    from deepchem_genomics.data import builders, genome_builder

    monkeypatch.setattr(genome_builder, "ROWS_AT_ONCE", 20)
    monkeypatch.setattr(builders, "ROWS_AT_ONCE", 20)


def test_errors__of_workers_are_raised_as_they_are(cluster, tiny):
    table = many().astype({"label": object})
    table.loc[137, "label"] = "high"
    loader = IntervalLoader(["label"], tiny.fasta, scheduler=cluster.scheduler_address)
    with pytest.raises(LabelError, match=mentions("interval 137", "label", "high")):
        loader.create_dataset(table, tiny.out)
    assert [path.name for path in tiny.folder.iterdir()] == ["tiny.fa", "tiny.fa.fai"]


def test_cluster__gives_the_bytes_of_one_process(cluster, tiny, signals, content):
    options = {"signals": signals, "balance": True, "shuffle_seed": 2, "out_of_bounds": "drop"}
    for name, scheduler in (("one", None), ("many", cluster.scheduler_address)):
        where = tiny.folder / name
        IntervalLoader(["label"], tiny.fasta, **options, scheduler=scheduler).create_dataset(many(), where / "i", 64)
        peaks = tiny.write("jund.bed", "chr1\t0\t9\n")
        TileLoader(tiny.fasta, length=5, stride=1, scheduler=scheduler).create_dataset(peaks, where / "t", 7)
        table = pd.DataFrame({"sequence": ["ACGT", "GGTA"] * 50, "label": range(100)})
        SequenceLoader(["label"], scheduler=scheduler).create_dataset(table, where / "s", 33)
    assert content(tiny.folder / "one") == content(tiny.folder / "many")


def test_workers__import_neither_deepchem_nor_tensorflow(cluster, tiny, signals):
    with distributed.Client(cluster) as client:
        IntervalLoader(["label"], tiny.fasta, signals=signals, scheduler=cluster.scheduler_address).create_dataset(
            many(), tiny.folder / "i"
        )
        SequenceLoader([], scheduler=cluster.scheduler_address).create_dataset(
            pd.DataFrame({"sequence": ["ACGT"] * 100}), tiny.folder / "s"
        )
        loaded = client.run(eval, "[name for name in __import__('sys').modules if name.startswith('deepchem_gen')]")
        assert all("deepchem_genomics.data.parts" in names for names in loaded.values())
        assert list(client.run(eval, HEAVY).values()) == [[], []]
    assert "deepchem" in sys.modules, "this process has it"


class KillsAWorker(IntervalLoader):
    """Kills one of the workers when some of the work is done."""

    def __init__(self, *args, pids, **kwargs):
        super().__init__(*args, **kwargs)
        self.pids = pids

    def _chunks(self, *args):
        for i, chunk in enumerate(super()._chunks(*args)):
            if i == 7:
                os.kill(self.pids()[0], signal.SIGKILL)
            yield chunk


KillsAWorker.__name__ = IntervalLoader.__name__  # as the manifest has it


def test_killed_worker__its_work_is_done_again(cluster, tiny, signals, content):
    IntervalLoader(["label"], tiny.fasta, signals=signals, shuffle_seed=1).create_dataset(many(), tiny.folder / "one")
    with distributed.Client(cluster) as client:
        client.wait_for_workers(2, timeout=60)
        before = list(client.run(os.getpid).values())
        loader = KillsAWorker(
            ["label"], tiny.fasta, signals=signals, shuffle_seed=1, scheduler=cluster.scheduler_address,
            pids=lambda: before,
        )  # fmt: skip
        loader.create_dataset(many(), tiny.folder / "killed")
        client.wait_for_workers(1, timeout=60)
        assert before[0] not in client.run(os.getpid).values()
    assert content(tiny.folder / "one") == content(tiny.folder / "killed")


def test_own_workers__give_the_bytes_of_one_process_though_one_is_killed(tiny, signals, content, descendants):
    IntervalLoader(["label"], tiny.fasta, signals=signals, shuffle_seed=1).create_dataset(many(), tiny.folder / "one")
    before = set(descendants("spawn_main"))
    loader = KillsAWorker(
        ["label"], tiny.fasta, signals=signals, shuffle_seed=1, jobs=2,
        pids=lambda: [pid for pid in descendants("spawn_main") if pid not in before],
    )  # fmt: skip
    loader.create_dataset(many(), tiny.folder / "two")
    assert content(tiny.folder / "one") == content(tiny.folder / "two")
    assert set(descendants("spawn_main")) <= before, "processes are left"
