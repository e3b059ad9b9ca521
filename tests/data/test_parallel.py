"""The same result whatever the number of workers, also when workers or the whole build are killed."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from deepchem_genomics.data import IntervalLoader, SequenceLoader, TileLoader
from deepchem_genomics.data.parallel import ordered_map
from deepchem_genomics.errors import BadValueError, LabelError, MissingExtraError

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")
psutil = pytest.importorskip("psutil")

ROOT = Path(__file__).parents[2]
HEAVY = "sorted({'deepchem', 'tensorflow', 'tf_keras', 'torch', 'rdkit', 'sklearn'} & {*__import__('sys').modules})"


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(n_workers=2, threads_per_worker=2, dashboard_address=":0") as running:
        yield running


@pytest.fixture
def signals(tiny):
    return {"dnase": tiny.big_wig("dnase.bw", [("chr1", 0, 10, 2.0), ("chr2", 0, 20, 0.1)])}


def many(n=400):
    rng = np.random.default_rng(0)
    starts = rng.integers(0, 13, n)
    return pd.DataFrame({"chrom": "chr1", "start": starts, "end": starts + 5, "label": rng.integers(0, 2, n)})


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    from deepchem_genomics.data import genome_loader, sequence_loader

    monkeypatch.setattr(genome_loader, "ROWS_AT_ONCE", 20)
    monkeypatch.setattr(sequence_loader, "ROWS_AT_ONCE", 20)


def test_results__come_in_the_order_of_the_items(cluster):
    items = [f"__import__('time').sleep({0.1 * (i % 3 == 0)}) or {i}" for i in range(12)]
    assert list(ordered_map(eval, items, scheduler=cluster.scheduler_address)) == list(range(12))


def test_items__are_read_no_further_ahead_than_workers_are_busy(cluster):
    taken = []

    def items():
        for i in range(100):
            taken.append(i)
            yield str(i)

    results = ordered_map(eval, items(), scheduler=cluster.scheduler_address)
    assert next(results) == 0
    assert len(taken) <= 2 * 4 + 1
    results.close()


def test_errors__of_workers_are_raised_as_they_are(cluster, tiny):
    table = many().astype({"label": object})
    table.loc[137, "label"] = "high"
    loader = IntervalLoader(["label"], tiny.fasta, scheduler=cluster.scheduler_address)
    with pytest.raises(LabelError, match="interval 137: label is 'high'; a label is a number"):
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
        assert all("deepchem_genomics.data.sequence_parts" in names for names in loaded.values())
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


def descendants(text):
    found = []
    for process in psutil.Process().children(recursive=True):
        try:
            if text in " ".join(process.cmdline()):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def test_own_workers__give_the_bytes_of_one_process_though_one_is_killed(tiny, signals, content):
    IntervalLoader(["label"], tiny.fasta, signals=signals, shuffle_seed=1).create_dataset(many(), tiny.folder / "one")
    before = set(descendants("spawn_main"))
    loader = KillsAWorker(
        ["label"], tiny.fasta, signals=signals, shuffle_seed=1, workers=2,
        pids=lambda: [pid for pid in descendants("spawn_main") if pid not in before],
    )  # fmt: skip
    loader.create_dataset(many(), tiny.folder / "two")
    assert content(tiny.folder / "one") == content(tiny.folder / "two")
    assert not descendants("dask spec"), "processes are left"
    assert "DASK_LOGGING__DISTRIBUTED" not in os.environ


@contextlib.contextmanager
def cluster_of_killed_workers():
    """Close quietly: dask waits for a process that it was just starting anew, and then says that it was not started.

    Some releases wait for ever.
    """
    own = distributed.LocalCluster(n_workers=2, dashboard_address=":0")
    try:
        yield own
    finally:
        with contextlib.suppress(AssertionError, TimeoutError):
            own.close(timeout=30)


def test_killer__of_every_worker_is_an_error_in_one_line(monkeypatch):
    from deepchem_genomics.data import parallel

    monkeypatch.setattr(parallel, "WAIT", 20)
    killer = "__import__('os').kill(__import__('os').getpid(), 9)"
    # On a busy machine dask may not manage to restart a worker that dies at once.
    message = "several workers died over one piece of work, most likely for want of memory|no worker is left"
    with cluster_of_killed_workers() as own, pytest.raises(ChildProcessError, match=message):
        list(ordered_map(eval, [killer], scheduler=own.scheduler_address))


def test_workers__that_leave_for_good_end_the_wait(monkeypatch):
    from deepchem_genomics.data import parallel

    monkeypatch.setattr(parallel, "WAIT", 1)
    with distributed.LocalCluster(n_workers=1, dashboard_address=":0") as own:

        def items():
            yield "1"
            own.scale(0)
            yield "__import__('time').sleep(100)"

        with pytest.raises(ChildProcessError, match="no worker is left, and none has come back for 1 seconds"):
            list(ordered_map(eval, items(), scheduler=own.scheduler_address))


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_killed_build__takes_its_workers_with_it(tmp_path):
    """The script has no guard for __main__, as people write them."""
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(f"""
            import sys
            sys.path.insert(0, {str(ROOT)!r})
            from deepchem_genomics.data.parallel import ordered_map
            import heavy_for_the_script

            work = "__import__('time').sleep(0.1) or __import__('os').getpid()"
            for item in ordered_map(eval, [work] * 999, workers=2):
                print(item, flush=True)
        """)
    )
    (tmp_path / "heavy_for_the_script.py").write_text("print('imported', flush=True)")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as build:
        assert build.stdout.readline() == "imported\n"
        workers = {int(build.stdout.readline()) for _ in range(10)}  # not "imported" again
        family = psutil.Process(build.pid).children(recursive=True)
        assert workers <= {process.pid for process in family}
        build.kill()
    deadline = time.monotonic() + 30
    while any(alive(process.pid) for process in family) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(alive(process.pid) for process in family)


def test_workers__end_though_the_build_was_killed_before_they_could_look():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    code = "from deepchem_genomics.data import end_with_parent; end_with_parent.dask_setup(None); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"DCGENOMICS_PARENT": str(gone.pid)},
    ) as orphan:
        assert orphan.wait(timeout=60) == 1


def test_own_scheduler__that_does_not_start_is_an_error_in_time(tmp_path, monkeypatch):
    """dask would wait for it for ever."""
    from distributed.deploy.subprocess import SubprocessScheduler

    from deepchem_genomics.data import parallel

    hangs = tmp_path / "python"
    hangs.write_text(f"#!{sys.executable}\nimport time\ntime.sleep(100)\n")
    hangs.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(hangs))
    monkeypatch.setattr(SubprocessScheduler.__init__, "__defaults__", (None, 1))
    monkeypatch.setattr(parallel, "START", 2)
    started = time.monotonic()
    with pytest.raises(ChildProcessError, match=r"2 workers did not start in time \(.*\); the machine may be too busy"):
        list(ordered_map(eval, ["1"], workers=2))
    assert time.monotonic() - started < 30


def test_own_scheduler__that_is_there_is_left_alone_while_workers_take_their_time(monkeypatch):
    from deepchem_genomics.data import parallel

    timers, wait = [], distributed.Client.wait_for_workers

    def timer(*arguments):
        timers.append(threading.Timer(*arguments))
        return timers[-1]

    def wait_when_nothing_ticks(*arguments, **options):
        assert timers[-1].finished.is_set(), "it would kill the scheduler"
        return wait(*arguments, **options)

    monkeypatch.setattr(parallel, "threading", SimpleNamespace(Timer=timer, local=threading.local))
    monkeypatch.setattr(distributed.Client, "wait_for_workers", wait_when_nothing_ticks)
    assert list(ordered_map(eval, ["1", "2"], workers=2)) == [1, 2]
    assert len(timers) == 1


def test_scheduler__that_is_not_there_or_has_no_workers_is_said_to_be_so(monkeypatch):
    from deepchem_genomics.data import parallel

    with distributed.LocalCluster(n_workers=0, dashboard_address=":0") as empty:
        monkeypatch.setattr(parallel, "WAIT", 0.5)
        with pytest.raises(BadValueError, match="has no workers; start some, then try again"):
            list(ordered_map(eval, ["1"], scheduler=empty.scheduler_address))
        address = empty.scheduler_address
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(BadValueError, match=f"there is no dask scheduler at {address}"),
    ):
        list(ordered_map(eval, ["1"], scheduler=address))


def test_workers__are_at_least_one():
    for workers in (0, -1, 1.5, True):
        with pytest.raises(BadValueError, match=f"workers is {workers}; it must be a whole number, at least 1"):
            list(ordered_map(eval, ["1"], workers=workers))


def test_dask__missing_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'deepchem_genomics\[distributed\]'"):
        list(ordered_map(eval, ["1"], workers=2))
    assert list(ordered_map(eval, ["1", "2"])) == [1, 2]
