"""What a command takes: wall time, processor time, memory, disk."""

import contextlib
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

import psutil

__all__ = ["DCGENOMICS", "ONE_CORE", "ROOT", "Cost", "MemoryWatch", "cost_of", "size_of"]

ROOT = Path(__file__).parents[1]
DCGENOMICS = [sys.executable, "-m", "deepchem_genomics.cli"]
ONE_CORE = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}


class Cost(NamedTuple):
    """What a command took; memory is the most that it or one of its processes had, parts of files not counted."""

    wall: float
    processor: float
    megabytes: float
    printed: str


class MemoryWatch:
    """The most memory that a process has, and the most that one of its children has, looked at 20 times a second.

    Mapped parts of files are not counted, because the system frees them when it needs memory.
    """

    def __init__(self, pid: int) -> None:
        self.own = self.child = 0.0
        self._process = psutil.Process(pid)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop looking."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.05):
            with contextlib.suppress(psutil.Error, OSError):  # it has just ended
                self.own = max(self.own, _anonymous_megabytes(self._process.pid))
                for child in self._process.children(recursive=True):
                    self.child = max(self.child, _anonymous_megabytes(child.pid))


def _anonymous_megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return 0.0


def cost_of(command: list[str], cwd: Path = ROOT, **environment: str) -> Cost:
    """Run a command and measure it."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout
    watch = MemoryWatch(process.pid)
    printed = process.stdout.read()
    watch.stop()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        lines = printed.strip().splitlines() or [f"status {process.returncode}"]
        raise RuntimeError(f"{' '.join(command[:5])}: {lines[-1]}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, max(watch.own, watch.child), printed)


def size_of(path: Path) -> int:
    """Return the bytes of a file or of everything in a folder."""
    return path.stat().st_size if path.is_file() else sum(f.stat().st_size for f in path.rglob("*") if f.is_file())
