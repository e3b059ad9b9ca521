"""What a section found, as it is kept in ``benchmarks/results``; and how a section is to be run."""

import importlib.metadata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.contest import Contender, Contest, take_turns

__all__ = ["Record", "Settings"]


@dataclass(frozen=True)
class Settings:
    """How a section is to be run."""

    quick: bool = False
    rounds: int | None = None  # for all contests, instead of what each asks for
    peers_python: str | None = None  # an interpreter for what this environment does not have
    data: Path | None = None  # the folder of real data, if there is one
    before: Path | None = None  # a checkout of the commit whose commands run beside those of this version

    def pick(self, full: Any, quick: Any) -> Any:
        """Choose between the whole measurement and the quick one."""
        return quick if self.quick else full

    def turns(self, full: int, quick: int) -> int:
        """Return the number of rounds: as requested, or the section's own."""
        return self.rounds or self.pick(full, quick)


@dataclass
class Record:
    """Tables, notes, and who is missing, in the order in which they were found."""

    parts: list[dict[str, Any]] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)  # contender: reason
    versions: dict[str, str] = field(default_factory=dict)

    def contest(
        self,
        title: str,
        contenders: Mapping[str, Contender],
        rounds: int,
        *,
        unit: str,
        checked: str,
        ours: str | None = None,
        as_rate: bool = True,
        scale: float = 1.0,
        at_least: float = 0.0,
        note: Callable[[Contest], str] = lambda found: "",
    ) -> Contest:
        """Let contenders take turns and keep their times. Ours is the first if not named; the note comes afterwards."""
        jobs: dict[str, Callable[[], object]] = {name: contender.run for name, contender in contenders.items()}
        found = Contest(
            title=title,
            unit=unit,
            ours=ours or next(iter(contenders)),
            checked=checked,
            amounts={name: contender.amount for name, contender in contenders.items()},
            seconds=take_turns(jobs, rounds, at_least, title),
            as_rate=as_rate,
            scale=scale,
        )
        found.note = note(found)
        self.parts.append(found.as_json())
        return found

    def table(self, title: str, columns: list[str], rows: list[list[str]], note: str = "") -> None:
        """Keep figures that are no contest."""
        self.parts.append({"kind": "table", "title": title, "columns": columns, "rows": rows, "note": note})

    def leave_out(self, contender: str, reason: object) -> None:
        """Name who could not take part, and why."""
        lines = str(reason).strip().splitlines() or [type(reason).__name__]
        self.left_out[contender] = lines[-1][:200]

    @contextmanager
    def attempt(self, contender: str) -> Iterator[None]:
        """Leave a peer out that is not installed or fails; one that computes something else is no such case."""
        try:
            yield
        except AssertionError:  # numbers that differ are no reason to go on
            raise
        except Exception as error:
            self.leave_out(contender, f"{type(error).__name__}: {error}")

    def use_versions(self, *packages: str) -> None:
        """Note the versions of installed packages."""
        for package in packages:
            try:
                self.versions[package] = importlib.metadata.version(package)
            except importlib.metadata.PackageNotFoundError:
                continue

    def as_json(self) -> dict[str, Any]:
        """Return everything that was found."""
        return {"parts": self.parts, "left_out": self.left_out, "versions": self.versions}
