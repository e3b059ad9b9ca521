"""The machine that figures belong to, and whether it had anything else to do."""

import contextlib
import ctypes
import os
import platform
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

__all__ = ["BUSY", "LoadWatch", "adopt_orphans", "describe_machine", "reap_orphans"]

BUSY = 0.10  # of all cores' time, taken by others: more than this, and figures are marked


def describe_machine() -> dict[str, Any]:
    """Return processor, cores, memory and Python."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
        name = facts["model name"]
        numbers = ", ".join(f"{key} {facts[key]}" for key in ("cpu family", "model") if key in facts)
        return f"{name} ({numbers})" if numbers else name
    except (OSError, KeyError):
        return platform.processor() or platform.machine()


def adopt_orphans() -> None:
    """Become the parent of processes whose own ends first, so that what they worked counts as ours.

    dask kills the nannies of its workers; nobody else would ask what the workers used. Only Linux knows how.
    """
    set_child_subreaper = 36
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)


def reap_orphans() -> None:
    """Have all that has ended counted; nobody else must be waiting for a process of ours."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


@dataclass
class LoadWatch:
    """How busy the machine was with other things, from ``start`` to ``stop``; children that ended count as ours."""

    wall: float = 0.0
    busy: float = 0.0
    own: float = 0.0
    load: float = 0.0

    @classmethod
    def start(cls) -> "LoadWatch":
        """Note where the clocks stand."""
        return cls(time.perf_counter(), _busy_seconds(), _own_seconds(), os.getloadavg()[0])

    def stop(self) -> dict[str, float]:
        """Return seconds, the load average before and after, and the share of all cores' time that others had."""
        wall = time.perf_counter() - self.wall
        others = (_busy_seconds() - self.busy) - (_own_seconds() - self.own)
        cores = psutil.cpu_count() or 1
        return {
            "seconds": round(wall, 1),
            "load_before": round(self.load, 2),
            "load_after": round(os.getloadavg()[0], 2),
            "others": round(max(0.0, others / (wall * cores)), 3),
        }


def _busy_seconds() -> float:
    """Return what all cores have worked since the machine started, also for other guests of its host."""
    times = psutil.cpu_times()
    found: float = sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "guest", 0.0)
    return found


def _own_seconds() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
