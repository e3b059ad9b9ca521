"""Copies of this process (``fork``) that run a command, are counted and killed while they do, and are waited for."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
from kill_commands import run_command  # beside this file

MOST_FILES = 1024  # that a process has open
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
LOG, COUNT, SYSTEM_TEMPORARY = "log.txt", "changes.txt", "tmp"


def in_copy(work: Callable[[], int], folder: Path, prepare: Callable[[], None] = lambda: None) -> int:
    """Begin work in a copy of this process, which leads a session of its own; return its number."""
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    status = 99
    try:
        os.setsid()
        os.chdir(folder)
        (folder / SYSTEM_TEMPORARY).mkdir(exist_ok=True)
        os.environ["TMPDIR"] = str(folder / SYSTEM_TEMPORARY)
        os.environ["DEEPCHEM_GENOMICS_CACHE"] = str(folder / "cache")
        tempfile.tempdir = None
        log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        os.dup2(log, 1)
        os.dup2(log, 2)
        prepare()
        status = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def count_changes(folder: Path, kill_at: int | None, sent: int) -> Callable[[], tuple[float, int]]:
    """Count what this process does to files below a folder; send a signal to its session just before a certain one.

    Returns what tells the seconds until the first, and how many there were.
    """
    counted, began, first, process = 0, time.monotonic(), 0.0, os.getpid()

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal counted, first
        if os.getpid() != process:  # a run
            return
        if event == "open":
            if not isinstance(arguments[2], int) or not arguments[2] & WRITES:
                return
        elif event not in ("os.mkdir", "os.rename", "os.remove", "os.rmdir"):
            return
        path = arguments[0]
        if not isinstance(path, str | bytes | os.PathLike):
            return
        name = os.fsdecode(path)
        if name.startswith("/") and not name.startswith(f"{folder}/"):
            return
        counted += 1
        first = first or time.monotonic() - began
        if counted == kill_at:
            os.killpg(0, sent)

    sys.addaudithook(watch)
    return lambda: (first, counted)


def begin(arguments: list[str], folder: Path, kill_at: int | None = None, sent: int = signal.SIGKILL) -> int:
    """Start a command in a copy of this process."""
    counter: list[Callable[[], tuple[float, int]]] = []

    def work() -> int:
        try:
            status = run_command(arguments)
            (folder / COUNT).write_text("{} {}".format(*counter[0]()))
        except KeyboardInterrupt:  # before or after the command
            return 128 + signal.SIGINT
        return status

    return in_copy(work, folder, lambda: counter.append(count_changes(folder, kill_at, sent)))


class Copied:
    """Stands for ``subprocess.Popen`` where a command starts another program: a copy of this process."""

    def __init__(self, work: Callable[[], object], environment: dict[str, str], *outputs: Any) -> None:
        self.pid = os.fork()
        if self.pid:
            return
        status = 1
        try:
            for number, output in enumerate(outputs, 1):
                os.dup2(output.fileno(), number)
            os.closerange(3, MOST_FILES)  # as Popen does: the lock of the run's folder is among them
            for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(each, signal.default_int_handler if each == signal.SIGINT else signal.SIG_DFL)
            os.environ.update(environment)
            status = int(work() or 0)  # type: ignore[call-overload]
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)

    def wait(self) -> int:
        """Wait for its end, and return its status."""
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def kill(self) -> None:
        """End it."""
        self.send(signal.SIGKILL)

    def terminate(self) -> None:
        """Tell it to end."""
        self.send(signal.SIGTERM)

    def send(self, number: int) -> None:
        """Send it a signal, if it is there."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


def copied_run(command: list[str], stdin: int, stdout: Any, stderr: Any, env: dict[str, str]) -> Copied:
    """Copy this process for a run of a benchmark."""
    from deepchem_genomics.runs import fresh_process

    return Copied(lambda: fresh_process._main(*map(Path, command[-2:])), env, stdout, stderr)


def copied_step(command: list[str], process_group: int, env: dict[str, str]) -> Copied:
    """Copy this process for a step of a pipeline."""
    from deepchem_genomics.runs.worker import PARENT, exit_with_parent

    def work() -> int:
        os.setpgid(0, process_group)
        exit_with_parent(int(env[PARENT]))
        return run_command(command[3:])

    return Copied(work, env)


def copy_programs() -> None:
    """Let commands in this process copy it where they start programs: runs of a benchmark, steps of a pipeline."""
    from deepchem_genomics.experiments import pipeline
    from deepchem_genomics.runs import fresh_process

    runs, steps = SimpleNamespace(Popen=copied_run, DEVNULL=subprocess.DEVNULL), SimpleNamespace(Popen=copied_step)
    fresh_process.subprocess = runs  # type: ignore[assignment,attr-defined]
    pipeline.subprocess = steps  # type: ignore[assignment,attr-defined]


def ended(process: int, seconds: float) -> int | None:
    """Wait for a process to end; return its status (negative: the signal that ended it), None if it still runs."""
    until = time.monotonic() + seconds
    while True:
        number, status = os.waitpid(process, os.WNOHANG)
        if number:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= until:
            return None
        time.sleep(min(0.005, max(0.0, until - time.monotonic())))


def of_session(leader: int) -> list[psutil.Process]:
    """List the living processes of a session."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(OSError, psutil.Error):
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def helpers(leader: int) -> list[psutil.Process]:
    """List the processes that do a command's work, not those that hand it out."""
    found = []
    for process in of_session(leader):
        with contextlib.suppress(psutil.Error):
            command = " ".join(process.cmdline())
            if process.pid != leader and not re.search("resource_tracker|Scheduler", command):
                found.append(process)
    return found
