"""Kill commands at random moments (``kill -9``), and see whether what is left is whole and what follows is the same.

``python scripts/kill.py build train scan benchmark --times 50`` makes small simulated input, lets each command run
once in peace, which gives the output to compare with, then kills it that many times, and finishes each attempt, after
one kill or several in a row, with the command that the documentation names: the same again, for ``train`` with
``--resume``. The moment is drawn anew each time, one of

a time
    evenly over the time for which the undisturbed command worked: all its processes are killed, or its first one
    alone, whose helpers must then end by themselves;
a change
    just before the n-th file or folder that the first process opens for writing, renames or removes, n drawn evenly
    over those of the undisturbed command: so the short ends are hit as often as the long middle;
a worker
    at a time, one helper alone (with ``--workers``, ``--jobs``), and the command itself goes on.

After each kill, whatever has its final name must be whole and the same as in peace, and open. At the end, so must all,
and nothing else may lie beside it. What may differ is in ``VARIES``. A fault keeps its folder, is printed with what
repeats it (``--seed``, ``--attempt``), and makes the exit status 1.

DeepChem is imported once, in a process that computes nothing and is copied (``fork``) for each attempt, so that nearly
all of an attempt is work. This needs Linux. Cells of a benchmark are copied likewise; with ``--fresh`` they are started
as they are for users, each with some seconds of imports.
"""

import argparse
import contextlib
import gzip
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import psutil
from tqdm import tqdm

CHROMOSOMES, BASES, LENGTH = 12, 25_000, 101
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
HANGS = 124  # exit status of ``timeout``
SHARE_OF_CHANGES = 0.4  # of kills
PATIENCE = 300  # seconds after which a command counts as hanging
LOG, COUNT, INPUTS, SYSTEM_TEMPORARY = "log.txt", "changes.txt", "inputs", "tmp"

VARIES = {
    "cell.json": {"seconds_fit", "seconds_predict", "peak_memory_mb", "base_memory_mb", "finished"},
    "training.json": {"resume", "overwrite"},  # among the options that are written down
    "report.json": {"seconds_fit", "peak_memory_mb", "finished"},
    "report.csv": {"seconds_fit", "peak_memory_mb"},
    "report.md": r"\d[\d,.]* (s|MB)\b| +|-+|\d{4}-\d\d-\d\dT[\d:+]+( to )?",  # the same, and the width of columns
    "report.html": r"\d[\d,.]* (s|MB)\b|\d{4}-\d\d-\d\dT[\d:+]+( to )?",
}
"""What differs between two undisturbed runs: times, memory, dates, and how the command was given. All else is equal."""


class Command(NamedTuple):
    """One command and what is known of it."""

    arguments: tuple[str, ...]
    again: tuple[tuple[str, ...], ...]  # what may be added to go on; one is drawn
    side_by_side: tuple[str, ...]  # what may be added for helpers
    outputs: tuple[str, ...]  # final names
    folders: tuple[str, ...]  # patterns of folders that are there whole or not at all
    own: tuple[str, ...]  # what is copied, so that files are made beside it anew
    open: Callable[[Path], None]
    aside: tuple[str, ...] = ()  # what is there for going on only and need not be equal
    later: str = ""  # beginning of names that are compared at the end alone
    has_helpers: bool = False  # also without side_by_side
    share: float = 0.15  # of attempts side by side: starting helpers takes long
    in_a_row: tuple[int, ...] = (1, 1, 2, 3)  # how often it is killed before it may end; one is drawn


class Plan(NamedTuple):
    """How a command is given, and how it is killed."""

    arguments: list[str]
    way: str | None  # None: not at all
    change: int | None  # just before this one
    seconds: float  # how long it is waited for


def open_dataset(folder: Path) -> None:
    """Read every row of the dataset."""
    from deepchem.data import DiskDataset

    from deepchem_genomics.data import SideInput

    if (folder / "dataset").exists():
        dataset = DiskDataset(str(folder / "dataset"))
        if len(dataset.X) != len(dataset.y) or len(set(dataset.ids)) != len(dataset.ids):
            raise AssertionError("rows are missing")
        SideInput.from_file(folder / "dataset" / "side_input.tsv.gz").lookup(dataset.ids)


def open_model(folder: Path) -> None:
    """Load the model, and find its weights in the newest checkpoint too."""
    from deepchem_genomics import models

    if not (folder / "model").exists():
        return
    model = models.load(folder / "model")
    weights = model.model.get_weights()
    model.restore(model_dir=folder / "checkpoints")
    if not all(map(np.array_equal, weights, model.model.get_weights())):
        raise AssertionError("the last checkpoint has other weights than the model")


def open_tracks(folder: Path) -> None:
    """Read every value and every peak."""
    import pybigtools

    if (folder / "track.bw").exists():
        with pybigtools.open(str(folder / "track.bw")) as track:
            for chromosome, size in track.chroms().items():
                if np.isnan(track.values(chromosome, 0, size)).all():
                    raise AssertionError(f"{chromosome} has no values")
    if (folder / "peaks.bed").exists():
        for line in (folder / "peaks.bed").read_text().splitlines():
            if len(line.split("\t")) != 10:
                raise AssertionError(f"half a line: {line}")


def open_benchmark(folder: Path) -> None:
    """Read every cell and its predictions."""
    from deepchem_genomics.benchmark import read_cells

    for cell in read_cells(folder / "out"):
        if len(cell.predictions().predicted) != cell.record["n_scored"]:
            raise AssertionError(f"{cell.folder} has not all predictions")


SIGNAL = ("--accessibility", f"{INPUTS}/dnase.bw")
COMMANDS = {
    "build": Command(
        ("build", "intervals", f"{INPUTS}/peaks.tsv", "-g", "genome.fa.gz", *SIGNAL, "--shuffle", "--balance",
         "--shard-size", "2000", "-o", "dataset"),
        ((), ("--overwrite",)), ("--workers", "2"), ("dataset",), ("dataset",), ("genome.fa.gz",), open_dataset,
        share=0.3,
    ),
    "train": Command(
        ("train", f"{INPUTS}/data", "-o", "model", "--split", "random", "--checkpoints", "checkpoints", "--epochs",
         "15", "--patience", "4", "--batch-size", "200", "--learning-rate", "0.01", "--seed", "3"),
        (("--resume", "--overwrite"),), (), ("model",), ("model",), (), open_model, ("checkpoints",),
    ),
    "scan": Command(
        ("scan", "-m", f"{INPUTS}/model", "-g", "genome.fa", *SIGNAL, "-o", "track.bw", "-o", "peaks.bed", "--top",
         "0.1", "--stride", "50"),
        ((), ("--overwrite",)), ("--jobs", "2"), ("track.bw", "peaks.bed"), (), ("genome.fa",), open_tracks,
    ),
    "benchmark": Command(
        ("benchmark", "simulated-sirna", "--models", "mean,rules-chapter,rules-reynolds", "--seeds", "1", "--jobs", "2",
         "--out", "out"),
        ((),), (), ("out/report.html",), ("out/cells/*/*/seed*",), (), open_benchmark, has_helpers=True,
        later="out/report.", in_a_row=(1, 2, 3, 4, 5),
    ),
}  # fmt: skip


def make_inputs(folder: Path) -> int:
    """Write a genome, labelled intervals, a signal; build a dataset and train a model on it."""
    import pybigtools

    chance = np.random.default_rng(0)
    sizes = {f"chr{i + 1}": BASES for i in range(CHROMOSOMES)}
    genome = {name: "".join(chance.choice(list("ACGT"), size)) for name, size in sizes.items()}
    genome = {name: bases[:9000] + "N" * 300 + bases[9300:] for name, bases in genome.items()}
    text = "".join(f">{name}\n{bases}\n" for name, bases in genome.items())
    (folder / "genome.fa").write_text(text)
    (folder / "genome.fa.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    entries = [(name, at, at + 50, float(chance.lognormal())) for name in sizes for at in range(0, BASES, 50)]
    writer = pybigtools.open(str(folder / "dnase.bw"), "w")
    writer.write(sizes, iter(entries))
    writer.close()
    starts = [(name, at) for name in sizes for at in range(100, BASES - 200, 25) if not 8800 < at < 9400]
    rows = [f"{name}\t{at}\t{at + LENGTH}\t{int(chance.random() < 0.3)}\n" for name, at in starts]
    (folder / "peaks.tsv").write_text("chrom\tstart\tend\tlabel\n" + "".join(rows))
    (folder / "few.tsv").write_text("chrom\tstart\tend\tlabel\n" + "".join(rows[::10]))
    failed = run_command(
        ["build", "intervals", str(folder / "few.tsv"), "-g", str(folder / "genome.fa"), "--accessibility",
         str(folder / "dnase.bw"), "-o", str(folder / "data")]
    )  # fmt: skip
    failed = failed or run_command(
        ["train", str(folder / "data"), "-o", str(folder / "model"), "--split", "random", "--epochs", "1"]
    )
    (folder / "genome.fa.fai").unlink()
    return failed


def run_command(arguments: list[str]) -> int:
    """Run the command line in this process; return its exit status."""
    from deepchem_genomics.cli import main

    try:
        main(arguments, prog_name="dcgenomics")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


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


def count_changes(folder: Path, kill_at: int | None) -> Callable[[], tuple[float, int]]:
    """Count what this process does to files below a folder; kill its session just before a certain one.

    Returns what tells the seconds until the first, and how many there were.
    """
    counted, began, first, process = 0, time.monotonic(), 0.0, os.getpid()

    def watch(event: str, arguments: tuple) -> None:
        nonlocal counted, first
        if os.getpid() != process:  # a cell
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
            os.killpg(0, signal.SIGKILL)

    sys.addaudithook(watch)
    return lambda: (first, counted)


def begin(arguments: list[str], folder: Path, kill_at: int | None = None) -> int:
    """Start a command in a copy of this process."""
    counter: list[Callable[[], tuple[float, int]]] = []

    def work() -> int:
        status = run_command(arguments)
        (folder / COUNT).write_text("{} {}".format(*counter[0]()))
        return status

    return in_copy(work, folder, lambda: counter.append(count_changes(folder, kill_at)))


class Copied:
    """Stands for ``subprocess.Popen`` where a benchmark starts a cell: a copy of this process, with its imports."""

    def __init__(self, command: list[str], stdin: int, stdout: Any, stderr: Any, env: dict[str, str]) -> None:
        self.pid = os.fork()
        if self.pid:
            return
        status = 1
        try:
            from deepchem_genomics.benchmark import fresh_process

            os.dup2(stdout.fileno(), 1)
            os.dup2(stderr.fileno(), 2)
            os.environ.update(env)
            fresh_process._main(*map(Path, command[-2:]))
            status = 0
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
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


def copy_cells() -> None:
    """Let a benchmark in this process copy it for each cell."""
    from deepchem_genomics.benchmark import fresh_process

    fresh_process.subprocess = SimpleNamespace(Popen=Copied, DEVNULL=subprocess.DEVNULL)  # type: ignore[assignment]


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


def files_of(folder: Path) -> dict[str, Path]:
    """List what a command wrote, by name; names of the cache do not tell where it was."""
    apart = {INPUTS, SYSTEM_TEMPORARY, LOG, COUNT}
    paths = [path for path in sorted(folder.rglob("*")) if path.relative_to(folder).parts[0] not in apart]
    return {re.sub(r"-[0-9a-f]{12}-[0-9a-f]{12}\.", ".", str(path.relative_to(folder))): path for path in paths}


def content(path: Path) -> bytes | str:
    """Read a file without what varies."""
    varies: Any = VARIES.get(path.name)
    if varies is None:
        return path.read_bytes()
    if path.suffix == ".json":
        return json.dumps(without(json.loads(path.read_text()), varies))
    if path.suffix == ".csv":
        rows = [line.split(",") for line in path.read_text().splitlines()]
        kept = [i for i, name in enumerate(rows[0]) if name not in varies]
        return "\n".join(",".join(row[i] for i in kept) for row in rows)
    return re.sub(varies, "", path.read_text())


def without(value: Any, names: set[str]) -> Any:
    """Leave entries out, however deep."""
    if isinstance(value, dict):
        return {name: without(entry, names) for name, entry in value.items() if name not in names}
    return [without(entry, names) for entry in value] if isinstance(value, list) else value


class Trial:
    """One command, its undisturbed output, and what was found out about it."""

    def __init__(self, name: str, inputs: Path, out: Path, seed: int, bar: tqdm) -> None:
        self.name, self.command, self.inputs = name, COMMANDS[name], inputs
        self.out, self.seed, self.bar = out, seed, bar
        self.kills: Counter[str] = Counter()
        self.ways: Counter[str] = Counter()
        self.finished = self.equal = 0
        self.faults: list[str] = []
        self.measured: dict[bool, tuple[float, float, int]] = {}  # with helpers, and without
        self.reference = self.out / f"{name}-undisturbed"
        self.undisturbed(together=False)

    def undisturbed(self, together: bool) -> tuple[float, float, int]:
        """Run the command in peace; return seconds until it first changed a file and in all, and number of changes."""
        if together not in self.measured:
            folder = self.fresh(f"{self.name}-side-by-side" if together else self.reference.name)
            began = time.monotonic()
            status = ended(begin(self.arguments(together), folder), PATIENCE)
            if status != 0:
                raise SystemExit(f"{self.name} does not run undisturbed ({status}); see {folder / LOG}")
            first, changes = (folder / COUNT).read_text().split()
            self.measured[together] = float(first), time.monotonic() - began, int(changes)
            different = self.differences(folder, finished=True)
            if different:
                raise SystemExit(f"{self.name} with helpers is not what it is without: {different}")
        return self.measured[together]

    def arguments(self, together: bool, added: tuple[str, ...] = ()) -> list[str]:
        """Write the command down."""
        return [*self.command.arguments, *(self.command.side_by_side if together else ()), *added]

    def fresh(self, name: str) -> Path:
        """Make a folder to run in."""
        folder = self.out / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        (folder / INPUTS).symlink_to(self.inputs)
        for own in self.command.own:
            shutil.copy2(self.inputs / own, folder)
        return folder

    def attempt(self, number: int, most: int) -> int:
        """Kill a command once or several times, then let it end; return how often it was killed."""
        chance = np.random.default_rng([self.seed, sorted(COMMANDS).index(self.name), number])
        folder = self.fresh(f"{self.name}-{number}")
        wanted = min(most, int(chance.choice(self.command.in_a_row)))
        leaders: list[int] = []
        killed = 0
        status: int | None = None
        while status is None:
            plan = self.plan(chance, may_kill=killed < wanted, again=bool(leaders))
            before = self.state(folder)
            leader = begin(plan.arguments, folder, plan.change)
            leaders.append(leader)
            status = ended(leader, plan.seconds)
            if status is None and plan.way is None:
                self.fault(number, f"it hangs after {PATIENCE} s", folder)
                self.end_all(leaders)
                return killed
            if status is None or status == -signal.SIGKILL:
                self.kills[self.stage(folder, before)] += 1
                way, status = (plan.way, None) if status else self.kill(plan.way, leader, chance)
                self.ways[str(way)] += 1
                killed += 1
                self.bar.update()
                if not self.check(number, folder, finished=False):
                    self.end_all(leaders)
                    return killed
        if status == 1 and plan.way == "worker":  # which the command told
            status = ended(begin(self.arguments(False, self.command.again[0]), folder), PATIENCE)
        self.finished += 1
        if self.conclude(number, folder, status, leaders):
            self.equal += 1
            shutil.rmtree(folder)
        self.end_all(leaders)
        return killed

    def plan(self, chance: np.random.Generator, may_kill: bool, again: bool) -> Plan:
        """Draw how a command is given, and how and when it is killed."""
        together = bool(self.command.side_by_side) and chance.random() < self.command.share
        added = self.command.again[int(chance.integers(len(self.command.again)))] if again else ()
        arguments = self.arguments(together, added)
        first, seconds, changes = self.undisturbed(together)
        if not may_kill:
            return Plan(arguments, None, None, PATIENCE)
        if chance.random() < SHARE_OF_CHANGES:
            return Plan(arguments, "change", int(chance.integers(1, changes + 1)), PATIENCE)
        way = str(chance.choice(["all", "first", "worker"])) if together or self.command.has_helpers else "all"
        return Plan(arguments, way, None, float(chance.uniform(0.7 * first, seconds)))

    def conclude(self, number: int, folder: Path, status: int | None, leaders: list[int]) -> bool:
        """See that a command that was let alone has done its work, and that nothing of the earlier ones is left."""
        last = " ".join((folder / LOG).read_text(errors="replace").strip().splitlines()[-1:])
        if status != 0 and " exists; " not in last:  # it was done when it was killed
            self.fault(number, f"it ends with status {status}: {last[:300]}", folder)
            return False
        if not self.check(number, folder, finished=True):
            return False
        left = self.left_running(leaders)
        if left:
            self.fault(number, f"still running: {left}", folder)
        return not left

    def kill(self, way: str | None, leader: int, chance: np.random.Generator) -> tuple[str, int | None]:
        """Kill a session, its first process, or one helper; tell which, and the first one's status if it went on."""
        candidates = helpers(leader) if way == "worker" else []
        if candidates:
            with contextlib.suppress(psutil.Error):
                candidates[int(chance.integers(len(candidates)))].kill()
            status = ended(leader, PATIENCE)
            return "worker", HANGS if status is None else status
        way = "first" if way == "first" else "all"
        try:
            if way == "first":
                os.kill(leader, signal.SIGKILL)
            else:
                os.killpg(leader, signal.SIGKILL)
        except ProcessLookupError:  # not yet a session of its own
            os.kill(leader, signal.SIGKILL)
        status = ended(leader, PATIENCE)
        return way, None if status == -signal.SIGKILL else status

    def state(self, folder: Path) -> dict[str, tuple[int, int, int]]:
        """Tell files from later ones of the same name."""
        found = {}
        for name, path in files_of(folder).items():
            with contextlib.suppress(FileNotFoundError):
                status = path.stat()
                found[name] = status.st_ino, status.st_size, status.st_mtime_ns
        return found

    def stage(self, folder: Path, before: dict[str, tuple[int, int, int]]) -> str:
        """Say whether work had begun, and whether the outputs were there."""
        now = self.state(folder)
        if now == before:
            return "before"
        return (
            "after" if all(now.get(out, before.get(out)) != before.get(out) for out in self.command.outputs) else "in"
        )

    def differences(self, folder: Path, finished: bool) -> str:
        """Compare what has its final name with the undisturbed output; say what differs, "" if nothing does."""
        wanted, found = files_of(self.reference), files_of(folder)
        aside = lambda name: Path(name).parts[0] in self.command.aside  # noqa: E731
        hidden = lambda name: any(part.startswith(".") or part.endswith(".scan") for part in Path(name).parts)  # noqa: E731
        wanted = {name: path for name, path in wanted.items() if not aside(name)}
        found = {name: path for name, path in found.items() if not aside(name)}
        if finished and set(found) != set(wanted):
            more, less = sorted(set(found) - set(wanted)), sorted(set(wanted) - set(found))
            return f"left over: {more}, missing: {less}"
        for pattern in self.command.folders:
            for whole in folder.glob(pattern):
                inside = f"{whole.relative_to(folder)}/"
                missing = {name for name in wanted if name.startswith(inside)} - set(found)
                if missing and not hidden(inside):
                    return f"half a folder, without {sorted(missing)}"
        for name, path in found.items():
            if hidden(name) or path.is_dir():
                continue
            if not finished and self.command.later and name.startswith(self.command.later):
                continue  # a report of the cells that did not lose their process
            if name not in wanted:
                if not self.command.folders or not finished:
                    continue
                return f"left over: {name}"
            try:
                same = content(path) == content(wanted[name])
            except ValueError as error:
                return f"{name} is not whole: {error}"
            if not same:
                return f"{name} is not what it is undisturbed"
        return ""

    def check(self, number: int, folder: Path, finished: bool) -> bool:
        """See that what is there is whole, and opens."""
        when = "at the end" if finished else "after a kill"
        different = self.differences(folder, finished)
        if different:
            self.fault(number, f"{when}: {different}", folder)
            return False

        def work() -> int:
            self.command.open(folder)
            return 0

        there = any((folder / out).exists() for out in self.command.outputs) or self.name == "benchmark"
        if there and ended(in_copy(work, folder), PATIENCE) != 0:
            self.fault(number, f"{when}: it does not open", folder)
            return False
        return True

    def fault(self, number: int, what: str, folder: Path) -> None:
        """Tell a fault."""
        self.faults.append(what)
        tqdm.write(f"FAULT {self.name} --seed {self.seed} --attempt {number}: {what} (kept in {folder})", sys.stdout)

    def left_running(self, leaders: list[int]) -> list[str]:
        """Wait until the helpers of ended commands have ended too; name those that do not."""
        until = time.monotonic() + 20
        left: list[psutil.Process] = []
        while time.monotonic() < until:
            left = [process for leader in leaders for process in of_session(leader)]
            if not left:
                return []
            time.sleep(0.2)
        return [" ".join(process.cmdline())[:80] for process in left]

    def end_all(self, leaders: list[int]) -> None:
        """End what a fault has left running."""
        for leader in leaders:
            for process in of_session(leader):
                with contextlib.suppress(psutil.Error):
                    process.kill()

    def summary(self) -> str:
        """Say in one line what was done and found."""
        stages = ", ".join(f"{self.kills[stage]} {words}" for stage, words in STAGES.items())
        ways = ", ".join(f"{count} {way}" for way, count in self.ways.items())
        return (
            f"{self.name}: {self.kills.total()} kills ({stages}; {ways}); {self.finished} finished afterwards, "
            f"{self.equal} equal; {len(self.faults)} faults; undisturbed {self.measured[False][1]:.1f} s"
        )


STAGES = {"before": "before work", "in": "at work", "after": "with the output there"}


@contextlib.contextmanager
def place(out: Path | None) -> Iterator[Path]:
    """Give the folder that was named, or one that is removed unless something is kept in it."""
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        yield out.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="kill-"))
    yield folder.resolve()
    if not any(path.name.rsplit("-", 1)[-1].isdecimal() for path in folder.iterdir()):
        shutil.rmtree(folder)


def import_all() -> None:
    """Import what the commands need; none of it may compute yet, or copies of this process would hang."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from deepchem_genomics.quiet import import_quietly

    import_quietly("deepchem")
    import distributed.deploy.subprocess  # noqa: F401
    import pybigtools  # noqa: F401
    import scipy.stats  # noqa: F401
    import tf_keras  # noqa: F401

    import deepchem_genomics.benchmark.report
    import deepchem_genomics.cli.training
    import deepchem_genomics.models.saving
    import deepchem_genomics.scan.genome_scan  # noqa: F401


def main() -> int:
    """Make inputs, then kill one command after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commands", nargs="+", choices=[*COMMANDS, "all"])
    parser.add_argument("--times", type=int, default=50, help="kills of each command")
    parser.add_argument("--seed", type=int, default=0, help="decides the moments")
    parser.add_argument("--attempt", type=int, help="repeat this one alone")
    parser.add_argument(
        "--side-by-side", type=float, help="share of attempts with --workers or --jobs", metavar="SHARE"
    )
    parser.add_argument("--fresh", action="store_true", help="start cells of a benchmark as users' are")
    parser.add_argument("--out", type=Path, help="folder to work in; faults are kept there")
    arguments = parser.parse_args()
    names = list(COMMANDS) if "all" in arguments.commands else list(dict.fromkeys(arguments.commands))
    import_all()
    if not arguments.fresh:
        copy_cells()
    faults = 0
    with place(arguments.out) as out, tqdm(total=arguments.times * len(names), unit="kill", file=sys.stderr) as bar:
        inputs = out / INPUTS
        shutil.rmtree(inputs, ignore_errors=True)
        inputs.mkdir()

        if names != ["benchmark"] and ended(in_copy(lambda: make_inputs(inputs), out), PATIENCE) != 0:
            raise SystemExit(f"the inputs could not be made; see {out / LOG}")
        for name in names:
            bar.set_description(name)
            trial = Trial(name, inputs, out, arguments.seed, bar)
            if arguments.side_by_side is not None:
                trial.command = trial.command._replace(share=arguments.side_by_side)
            killed, number = 0, 0 if arguments.attempt is None else arguments.attempt
            while killed < (1 if arguments.attempt is not None else arguments.times):
                killed += trial.attempt(number, arguments.times - killed)
                if arguments.attempt is not None:
                    break
                number += 1
            tqdm.write(trial.summary(), sys.stdout)
            sys.stdout.flush()
            faults += len(trial.faults)
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
