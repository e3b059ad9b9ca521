"""Commands of commit 74bc334 beside those of this version, in turns: what work of the size of a genome has gained.

That commit is the last one before the commands were made for genomes. Its options have other names.
"""

import shutil
import statistics
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from benchmarks.contest import take_turns
from benchmarks.processes import DCGENOMICS, ONE_CORE, ROOT, Cost, cost_of
from benchmarks.record import Record, Settings

__all__ = ["COMMIT", "commit_of", "compare_versions"]

COMMIT = "74bc334"
TINY, SMALL = 100, 30_000


def commit_of(checkout: Path) -> str:
    """Return the first 7 digits of the commit that is checked out there; empty if none is."""
    command = ["git", "-C", str(checkout), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout[: len(COMMIT)]


class Version(NamedTuple):
    """A checkout, a folder for what its commands write, and what its options are called."""

    checkout: Path
    folder: Path
    track: list[str]  # before NAME=BIGWIG
    one_epoch: list[str]  # of the chapter's network
    tracked: list[str]  # of the one that sees a bigWig too

    def run(self, arguments: list[str], out: str | None = None) -> Cost:
        """Run a command; what it wrote before is removed first."""
        written = []
        if out:
            path = self.folder / out
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            written = ["--out", str(path)]
        command = [*DCGENOMICS, *arguments, *written]
        return cost_of(command, self.checkout, PYTHONPATH=str(self.checkout), **ONE_CORE)


def compare_versions(record: Record, settings: Settings, folder: Path, before: Path, scanned: int) -> None:
    """Run each command with both, on windows in any order, in a process of its own on one core."""
    old = Version(before, folder / "before", ["--signal"], *[["--model", "tf-binding", "--epochs", "1"]] * 2)
    now = (["--model", name, "--set", "epochs=1"] for name in ("network", "network-accessibility"))
    new = Version(ROOT, folder / "now", ["--track"], *now)
    commands: dict[str, dict[str, Callable[[], Cost]]] = {}
    rows: dict[str, int] = {}
    for name, version in (("before", old), ("now", new)):
        version.folder.mkdir()
        for title, n, arguments, out in _commands(version, folder, scanned):
            rows[title] = n
            commands.setdefault(title, {})[name] = _job(version, arguments, out)
    found: dict[str, dict[str, list[Cost]]] = {title: {"before": [], "now": []} for title in commands}

    def job(title: str, name: str) -> Callable[[], None]:
        return lambda: found[title][name].append(commands[title][name]())

    jobs = {f"{title}, {name}": job(title, name) for title in commands for name in ("before", "now")}
    take_turns(jobs, settings.turns(1, 1), title="versions")
    record.table(
        f"Commands next to those of commit {COMMIT}",
        ["command", "rows", "seconds before", "now", "times as fast", "peak MB before", "now"],
        [[title, f"{rows[title]:,}", *_row(found[title]["before"], found[title]["now"])] for title in commands],
        "On one core, in turns, each in a process of its own; windows are in any order.",
    )


def _job(version: Version, arguments: list[str], out: str | None) -> Callable[[], Cost]:
    return lambda: version.run(arguments, out)


def _row(before: list[Cost], now: list[Cost]) -> list[str]:
    faster = statistics.median(a.wall / b.wall for a, b in zip(before, now, strict=True))
    seconds = [f"{statistics.median(cost.wall for cost in costs):.1f}" for costs in (before, now)]
    memory = [f"{statistics.median(cost.megabytes for cost in costs):,.0f}" for costs in (before, now)]
    return [*seconds, f"{faster:.2f}", *memory]


def _commands(version: Version, folder: Path, scanned: int) -> list[tuple[str, int, list[str], str | None]]:
    """Make what the commands need, and return each with its rows and the name of what it writes."""
    few, tiny, small = folder / "few.tsv", version.folder / "tiny.tsv", version.folder / "small.tsv"
    lines = few.read_text().splitlines(keepends=True)
    tiny.write_text("".join(lines[:TINY]))
    small.write_text("".join(lines[:SMALL]))
    n, n_variants = len(lines), sum(1 for line in (folder / "variants.vcf").open() if not line.startswith("#"))
    genome = ["--genome", str(folder / "genome.fa")]
    track = [*version.track, f"accessibility={folder / 'signal.bw'}"]
    given = ["--as-given", "--label-column", "label", *genome]
    model, tracked = (["--model", str(version.folder / name)] for name in ("model", "tracked"))
    data = str(version.folder / "data")
    for options, one_epoch, trained in (([], version.one_epoch, "model"), (track, version.tracked, "tracked")):
        version.run(["build", "intervals", str(small), *given, *options], "small")
        version.run(["train", str(version.folder / "small"), *one_epoch], trained)
    version.run(["build", "intervals", str(few), *given, *track], "data")
    scan = ["scan", "--genome", str(folder / "scanned" / "genome.fa"), *model, "--stride", "50"]
    return [
        ("`build`", n, ["build", "intervals", str(few), *given], "built"),
        ("`build` with a bigWig", n, ["build", "intervals", str(few), *given, *track], "built"),
        ("`train` with a bigWig, one epoch", n, ["train", data, *version.tracked], "trained"),
        ("`evaluate` with a bigWig", n, ["evaluate", data, *tracked], None),
        ("`predict` from intervals", n, ["predict", str(few), *model, *genome], "predicted.tsv"),
        ("`predict` with a bigWig", n, ["predict", str(few), *tracked, *genome, *track], "predicted.tsv"),
        ("`variants`", n_variants, ["variants", str(folder / "variants.vcf"), *model, *genome], "variants.tsv"),
        ("`scan`, both strands", scanned // 50, scan, "scores.bw"),
        ("`build`, a tiny table", TINY, ["build", "intervals", str(tiny), *given], "built"),
        ("`predict` from a tiny table", TINY, ["predict", str(tiny), *model, *genome], "predicted.tsv"),
    ]
