"""The same results in this process, in several and on a cluster, also when processes or the whole run are killed."""

import contextlib
import importlib
import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from messages import mentions

from deepchem_genomics import __version__
from deepchem_genomics.errors import BadValueError, LabelError, MissingExtraError
from deepchem_genomics.runs import Execution, Failure, Work
from deepchem_genomics.runs import cluster as clusters
from deepchem_genomics.runs.execution import write_shared

distributed = pytest.importorskip("distributed")
dask = pytest.importorskip("dask")
psutil = pytest.importorskip("psutil")

ROOT = Path(__file__).parents[2]
HEAVY = "sorted({'deepchem', 'tensorflow', 'tf_keras', 'torch', 'rdkit', 'sklearn'} & {*__import__('sys').modules})"


def test_results__come_in_the_order_of_the_items(cluster):
    items = [f"__import__('time').sleep({0.1 * (i % 3 == 0)}) or {i}" for i in range(12)]
    assert list(Execution(scheduler=cluster.scheduler_address).map(eval, items)) == list(range(12))


def test_items__are_read_no_further_ahead_than_workers_are_busy(cluster):
    taken = []

    def items():
        for i in range(100):
            taken.append(i)
            yield str(i)

    results = Execution(scheduler=cluster.scheduler_address).map(eval, items())
    assert next(results) == 0
    assert len(taken) <= 2 * 2 + 1
    results.close()


@contextlib.contextmanager
def cluster_of_killed_workers():
    """Close quietly: dask waits for a process that it was just restarting, and then says that it was not started.

    Some releases wait for ever.
    """
    own = distributed.LocalCluster(n_workers=2, dashboard_address=":0")
    try:
        yield own
    finally:
        with contextlib.suppress(AssertionError, TimeoutError):
            own.close(timeout=30)


def test_killer__of_every_worker_is_an_error_in_one_line(monkeypatch):
    monkeypatch.setattr(clusters, "WAIT", 20)
    killer = "__import__('os').kill(__import__('os').getpid(), 9)"
    # On a busy machine dask may not manage to restart a worker that dies at once.
    with cluster_of_killed_workers() as own, pytest.raises(ChildProcessError, match="worker"):
        list(Execution(scheduler=own.scheduler_address).map(eval, [killer]))


def test_workers__that_leave_for_good_end_the_wait(monkeypatch):
    monkeypatch.setattr(clusters, "WAIT", 1)
    with distributed.LocalCluster(n_workers=1, dashboard_address=":0") as own:

        def items():
            yield "1"
            own.scale(0)
            yield "__import__('time').sleep(100)"

        with pytest.raises(ChildProcessError, match=mentions("worker", "1")):
            list(Execution(scheduler=own.scheduler_address).map(eval, items()))


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
            from deepchem_genomics.runs import Execution
            import heavy_for_the_script

            work = "__import__('time').sleep(0.1) or __import__('os').getpid()"
            for item in Execution(jobs=2).map(eval, [work] * 999):
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
    code = f"from deepchem_genomics.runs.worker import exit_with_parent; exit_with_parent({gone.pid}); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, cwd=ROOT) as orphan:
        assert orphan.wait(timeout=60) == 1


def test_scheduler__that_is_not_there_or_has_no_workers_is_said_to_be_so(monkeypatch):
    with distributed.LocalCluster(n_workers=0, dashboard_address=":0") as empty:
        monkeypatch.setattr(clusters, "WAIT", 0.5)
        with pytest.raises(BadValueError, match=mentions("workers")):
            list(Execution(scheduler=empty.scheduler_address).map(eval, ["1"]))
        address = empty.scheduler_address
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(BadValueError, match=mentions("dask", address)),
    ):
        list(Execution(scheduler=address).map(eval, ["1"]))


@contextlib.contextmanager
def processes_of_a_cluster():
    """Start a scheduler and a worker as on machines of their own; yield the scheduler's process and address."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with contextlib.ExitStack() as stack:

        def start(module, *arguments):
            command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--no-dashboard"]
            process = stack.enter_context(
                subprocess.Popen(
                    command, stderr=subprocess.PIPE, text=True, env=environment, cwd=ROOT, start_new_session=True
                )
            )
            stack.callback(os.killpg, process.pid, signal.SIGKILL)
            return process

        scheduler = start("dask_scheduler", "--host", "127.0.0.1", "--port", "0")
        address = next(found[0] for line in scheduler.stderr if (found := re.search(r"tcp://[\d.:]+", line)))
        start("dask_worker", address, "--nthreads", "2")
        yield scheduler, address


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGSTOP])
def test_scheduler__that_is_gone_ends_the_wait_and_is_named(monkeypatch, tmp_path, sent):
    monkeypatch.setattr(clusters, "WAIT", 10)
    monkeypatch.setattr(clusters, "ANSWER", 1)
    shared = tmp_path / "data.pickle"
    write_shared(shared, None)
    sleeps = "__import__('time').sleep(100)"
    work = [Work(number, shared, (text,)) for number, text in enumerate(["1", sleeps])]
    for fresh in (False, True):
        with processes_of_a_cluster() as (scheduler, address):
            execution = Execution(scheduler=address)
            results = execution.in_fresh_processes(of_data, work) if fresh else execution.map(eval, ["1", sleeps])
            assert next(results) == ((0, 1) if fresh else 1)
            monkeypatch.setattr(clusters, "WAIT", 1)
            scheduler.send_signal(sent)
            with pytest.raises(ChildProcessError, match=mentions("scheduler", address)):
                next(results)
        monkeypatch.setattr(clusters, "WAIT", 10)


def test_scheduler__that_speaks_another_language_is_a_wrong_address():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            connection, _ = server.accept()
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        with (
            dask.config.set({"distributed.comm.timeouts.connect": "5s"}),
            pytest.raises(BadValueError, match=mentions(address)),
        ):
            list(Execution(scheduler=address).map(eval, ["1"]))


def test_workers__without_a_file_or_of_another_version_are_named(cluster, monkeypatch):
    execution = Execution(scheduler=cluster.scheduler_address)
    with pytest.raises(FileNotFoundError, match=mentions("tcp://127.0.0.1", "genome.fa")):
        list(execution.map(eval, ["open('/nowhere/genome.fa')"]))
    monkeypatch.setattr("deepchem_genomics.runs.execution.__version__", "9.9")
    with pytest.raises(ChildProcessError, match=mentions("tcp://127.0.0.1", "9.9", __version__)):
        list(execution.map(eval, ["1"]))


def test_workers__that_lack_a_module_are_named(cluster, tmp_path, monkeypatch):
    (tmp_path / "only_here.py").write_text("def double(x):\n    return 2 * x\n")
    monkeypatch.syspath_prepend(tmp_path)
    double = importlib.import_module("only_here").double
    with pytest.raises(ChildProcessError, match=mentions("tcp://127.0.0.1", "only_here")):
        list(Execution(scheduler=cluster.scheduler_address).map(double, [1]))


def test_jobs__are_at_least_one():
    for jobs in (0, -1, 1.5, True):
        with pytest.raises(BadValueError, match=mentions("jobs", str(jobs), "1")):
            Execution(jobs)


def test_dask__missing_names_the_extra_and_is_not_needed_for_jobs(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MissingExtraError, match=mentions("deepchem_genomics[distributed]")):
        list(Execution(scheduler="tcp://127.0.0.1:1").map(eval, ["1"]))
    assert list(Execution(jobs=2).map(eval, ["1", "2"])) == [1, 2]
    assert list(Execution().map(eval, ["1", "2"])) == [1, 2]


def test_errors__of_processes_are_raised_as_they_are_after_the_results_before():
    results = Execution(jobs=2).map(eval, ["1", "2", "int('x')", "3"])
    assert [next(results), next(results)] == [1, 2]
    with pytest.raises(ValueError, match="invalid literal") as caught:
        next(results)
    assert "worker.py" in caught.value.__notes__[0]


class UnpicklableError(Exception):
    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


def raises_unpicklable(item):
    raise UnpicklableError(1, 2)


def test_errors__that_cannot_be_rebuilt_keep_their_message():
    with pytest.raises(ChildProcessError, match=mentions("UnpicklableError", "1", "2")):
        list(Execution(jobs=2).map(raises_unpicklable, [0]))


def test_errors__of_the_items_come_after_the_results_before():
    def items():
        yield "1"
        yield "2"
        raise LabelError("line 3")

    results = Execution(jobs=2).map(eval, items())
    assert [next(results), next(results)] == [1, 2]
    with pytest.raises(LabelError, match="line 3"):
        next(results)


def test_killer__of_every_process_is_an_error():
    killer = "__import__('os').kill(__import__('os').getpid(), 9)"
    results = Execution(jobs=2).map(eval, ["1", killer, "2"])
    assert next(results) == 1
    with pytest.raises(ChildProcessError, match=mentions("3", "-9")):
        next(results)


def test_results__that_are_no_longer_wanted_end_the_processes_at_once(descendants):
    before = set(descendants("spawn_main"))
    results = Execution(jobs=2).map(eval, ["1", "__import__('time').sleep(100)", "2"])
    assert next(results) == 1
    began = time.monotonic()
    results.close()
    assert time.monotonic() - began < 20
    assert set(descendants("spawn_main")) <= before


FRESH = ["data + 1", "1 / 0", "__import__('os').kill(__import__('os').getpid(), 9)"]


def of_data(data, text):
    return eval(text, {"data": data})


@pytest.mark.parametrize("where", ["here", "cluster"])
def test_fresh_processes__fail_alone(cluster, tmp_path, where):
    shared = tmp_path / "data.pickle"
    write_shared(shared, 41)
    execution = Execution(2) if where == "here" else Execution(scheduler=cluster.scheduler_address)
    work = [Work(number, shared, (text,)) for number, text in enumerate(FRESH)]
    found = dict(execution.in_fresh_processes(of_data, work))
    assert found.pop(0) == 42
    assert all(isinstance(failure, Failure) for failure in found.values())
    assert found[1].message == "ZeroDivisionError: division by zero"
    assert "in of_data" in found[1].details
    assert re.search(mentions("SIGKILL", "memory"), found[2].message)


def die_once(data, folder):
    if not (mark := Path(folder, "died")).exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return data


def test_fresh_process__that_is_killed_once_is_begun_again(tmp_path, caplog):
    shared = tmp_path / "data.pickle"
    write_shared(shared, 41)
    assert list(Execution().in_fresh_processes(die_once, [Work(0, shared, (str(tmp_path),))])) == [(0, 41)]
    assert "SIGKILL" in caplog.text


def test_temporary_files__of_processes_that_are_ended_are_removed(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    make_one_and_wait = "__import__('tempfile').mkdtemp(), __import__('time').sleep(100)"
    results = Execution(jobs=2).map(eval, ["__import__('tempfile').mkdtemp()", make_one_and_wait])
    assert Path(next(results)).parent.parent == tmp_path
    results.close()
    assert list(tmp_path.iterdir()) == []


def test_fresh_processes__compute_on_one_thread(tmp_path):
    shared = tmp_path / "data.pickle"
    write_shared(shared, None)
    text = "__import__('os').environ['TF_NUM_INTRAOP_THREADS'], __import__('os').environ['OMP_NUM_THREADS']"
    [(_, found)] = Execution().in_fresh_processes(of_data, [Work(0, shared, (text,))])
    assert found == ("1", "1")
