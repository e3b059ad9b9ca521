"""Contenders in processes of their own, each of which works only when it is told to.

TensorFlow and PyTorch in one process take each other's threads; other packages cannot be installed beside each other at
all. Such a contender is made by a function of some module here, in a process that lives as long as the contest, under
this interpreter or another one. The process waits for the name of a job on a pipe, does it, and says how long it took:
of several such processes only one works at a time. The other interpreter needs no more than the function imports, and
NumPy and tqdm.
"""

import importlib
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import numpy as np

from benchmarks.contest import Seconds

__all__ = ["Job", "Peer", "PeerError"]

ROOT = Path(__file__).parents[1]


class PeerError(Exception):
    """A contender could not be made, or failed at its job."""


class Job(NamedTuple):
    """What a contender does in a turn, and how its result reads in the common layout."""

    run: Callable[[], Any]
    normalize: Callable[[Any], Any] = np.asarray


class Peer:
    """A contender in a process of its own.

    Parameters
    ----------
    factory : str
        ``module:function``; called there with ``arguments``, it returns a dict of :class:`Job`.
    arguments : mapping
        What JSON can hold.
    python : str, optional
        The interpreter; this one if not given.
    environment : mapping, optional
        Variables beside those of this process.
    """

    def __init__(
        self,
        factory: str,
        arguments: Mapping[str, Any],
        python: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        command = [python or sys.executable, "-m", "benchmarks.peers", factory, json.dumps(dict(arguments))]
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115, is closed with the process
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        hello = self._answer()
        self.names: list[str] = hello["jobs"]
        self.versions: dict[str, str] = hello["versions"]

    def job(self, name: str) -> Callable[[], Seconds]:
        """Return a callable that has a job done there."""
        return lambda: Seconds(self._ask(job=name)["seconds"])

    def value(self, name: str) -> np.ndarray:
        """Have a job done, and return what it computed, in the common layout."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "value.npy"
            self._ask(job=name, keep=str(path))
            found: np.ndarray = np.load(path)
            return found

    def close(self) -> None:
        """End the process."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
        self._errors.close()

    def __enter__(self) -> "Peer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, **request: str) -> dict[str, Any]:
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # what it died of is told below
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": self._last_words()}
        if "error" in answer:
            self.close()
            raise PeerError(answer["error"])
        return answer

    def _last_words(self) -> str:
        self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read().strip().splitlines()
        return lines[-1] if lines else f"it ended with status {self._process.returncode}"


def serve(factory: str, arguments: str) -> None:
    """Make the contender and do jobs as they are requested, until the pipe is closed."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever libraries print must not come between answers

    def say(**answer: Any) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    module, function = factory.split(":")
    try:
        jobs = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    except Exception as error:
        say(error=f"{type(error).__name__}: {error}")
        return
    say(jobs=list(jobs), versions=_versions())
    for line in sys.stdin:
        request = json.loads(line)
        job = jobs[request["job"]]
        try:
            started = time.perf_counter()
            value = job.run()
            seconds = time.perf_counter() - started
            if "keep" in request:
                np.save(request["keep"], job.normalize(value))
            say(seconds=seconds)
        except Exception as error:
            say(error=f"{type(error).__name__}: {error}")
            return


def _versions() -> dict[str, str]:
    """Name the versions of what was imported here and may matter."""
    found: dict[str, str] = {}
    for name in ("torch", "tensorflow", "deepchem", "seqpro", "tangermeme", "kipoiseq", "pyBigWig", "pysam", "numpy"):
        if name in sys.modules:
            try:
                found[name] = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                continue
    return found


if __name__ == "__main__":
    serve(*sys.argv[1:])
