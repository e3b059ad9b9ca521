"""Contenders take turns, and are compared within a round: what slows the machine for a while slows all alike."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tqdm import tqdm

__all__ = ["Contender", "Contest", "Seconds", "Spread", "take_turns"]


class Seconds(float):
    """How long a job took by its own clock, where that is not the time until it returned."""


class Spread(NamedTuple):
    """What was measured over the rounds: the middle, the lowest and the highest."""

    median: float
    lowest: float
    highest: float

    @classmethod
    def of(cls, values: list[float]) -> "Spread":
        """Summarize one value a round."""
        return cls(statistics.median(values), min(values), max(values))


class Contender(NamedTuple):
    """A job, and how much of the work it does in one turn: slow ones may be given less."""

    run: Callable[[], object]
    amount: float


@dataclass
class Contest:
    """The seconds of each contender, round by round, and what they mean."""

    title: str
    unit: str  # "windows/s", or "ms per sequence" if not as_rate
    ours: str  # the contender that others are compared with
    checked: str  # how it is known that all did the same
    amounts: dict[str, float]
    seconds: dict[str, list[float]]
    as_rate: bool = True
    scale: float = 1.0  # 1000 for milliseconds, or rows in thousands
    note: str = ""
    left_out: dict[str, str] = field(default_factory=dict)

    def value(self, name: str) -> Spread:
        """Return what a contender does in a unit of time, or the time it takes for one piece of work."""
        if self.as_rate:
            return Spread.of([self.scale * self.amounts[name] / seconds for seconds in self.seconds[name]])
        return Spread.of([self.scale * seconds / self.amounts[name] for seconds in self.seconds[name]])

    def times_as_long(self, name: str) -> Spread:
        """Return how many times as long as ours a contender took for the same amount, both in the same round."""
        own = [seconds / self.amounts[self.ours] for seconds in self.seconds[self.ours]]
        theirs = [seconds / self.amounts[name] for seconds in self.seconds[name]]
        return Spread.of([other / base for other, base in zip(theirs, own, strict=True)])

    def as_json(self) -> dict[str, Any]:
        """Return everything, for :meth:`from_json`."""
        rounded = {name: [float(f"{value:.6g}") for value in values] for name, values in self.seconds.items()}
        return {"kind": "contest", **self.__dict__, "seconds": rounded}

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> "Contest":
        """Read what :meth:`as_json` gave."""
        return cls(**{name: value for name, value in found.items() if name != "kind"})


def take_turns(
    jobs: Mapping[str, Callable[[], object]],
    rounds: int,
    at_least: float = 0.0,
    title: str = "",
) -> dict[str, list[float]]:
    """Run all jobs in turn, ``rounds`` times over, each second round in the opposite order.

    Nothing is run beforehand: what is compiled or read at the first call must have been called.

    Parameters
    ----------
    jobs : mapping of str to callable
        By name. What returns :class:`Seconds` was timed elsewhere, by itself; all others are timed here.
    rounds : int
        How often each has its turn.
    at_least : float
        Jobs shorter than so many seconds are repeated within their turn, and count with their mean.
    title : str
        Shown beside the progress bar.

    Returns
    -------
    dict of str to list of float
        Seconds a call, one value a round.
    """
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    with tqdm(total=rounds * len(jobs), desc=title[:40], leave=False, unit="turn") as shown:
        for number in range(rounds):
            for name in list(jobs) if number % 2 == 0 else list(jobs)[::-1]:
                taken[name].append(_seconds(jobs[name], at_least))
                shown.update()
    return taken


def _seconds(job: Callable[[], object], at_least: float) -> float:
    """Time one turn of a job."""
    total, calls = 0.0, 0
    while calls == 0 or total < at_least:
        started = time.perf_counter()
        returned = job()
        elapsed = time.perf_counter() - started
        total += float(returned) if isinstance(returned, Seconds) else elapsed
        calls += 1
    return total / calls
