"""Kill commands at random moments, and see whether what is left is whole and what follows is the same.

``python scripts/kill.py all --times 150`` makes small simulated input, lets each command run once in peace, which gives
the output to compare with, then kills it that many times with KILL, TERM and INT in turn, and finishes each
attempt, after one kill or several in a row, with the command that the documentation names: the same again, for
``train`` with ``--resume``. The moment is drawn, one of

a time
    evenly over the time for which the undisturbed command worked: all its processes are killed, or its first one
    alone, whose helpers must then end by themselves;
a change
    just before the n-th file or folder that the first process opens for writing, renames or removes, n drawn evenly
    over those of the undisturbed command: so the short ends are hit as often as the long middle;
a worker
    at a time, one helper alone (with ``--jobs``), and the command itself goes on.

After each kill, whatever has its final name must be whole and the same as in peace, and open. After TERM and INT the
status must say so (143, 130), and no unfinished file may be left, not even a hidden one. At the end, all must be there
and the same, nothing else may lie beside it, and the inputs must be what they were. What may differ is in
``kill_outputs.VARIES``. A fault keeps its folder, is printed with what repeats it (``--seed``, ``--attempt``), and
makes the exit status 1.

With ``--twice N`` each command is also started twice at once, N times: one must do its work, and the other end with an
error that says why. With ``--cut N`` an input of each is cut to half its size while it runs, N times: it must end with
an error in one line that names the file, or be whole because it had read it.

DeepChem is imported once, in a process that computes nothing and is copied (``fork``) for each attempt, so that nearly
all of an attempt is work. This needs Linux. Runs of a benchmark and steps of ``run`` are copied likewise; with
``--fresh`` they are started as they are for users, each with some seconds of imports.
"""

import argparse
import contextlib
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psutil
from kill_commands import COMMANDS, INPUTS, make_inputs  # beside this file
from kill_outputs import differences, digests, files_of, unfinished
from kill_processes import COUNT, LOG, begin, copy_programs, ended, helpers, in_copy, of_session
from tqdm import tqdm

HANGS = 124  # exit status of ``timeout``
SHARE_OF_CHANGES = 0.4  # of kills
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
PATIENCE = 300  # seconds after which a command counts as hanging


class Plan(NamedTuple):
    """How a command is given, and how it is killed."""

    arguments: list[str]
    way: str | None  # None: not at all
    sent: signal.Signals
    change: int | None  # just before this one
    seconds: float  # how long it is waited for


class Trial:
    """One command, its undisturbed output, and what was found out about it."""

    def __init__(self, name: str, inputs: Path, out: Path, seed: int, bar: "tqdm[Any]") -> None:
        self.name, self.command, self.inputs = name, COMMANDS[name], inputs
        self.label = name.replace(" ", "-")
        self.out, self.seed, self.bar = out, seed, bar
        self.kills: Counter[str] = Counter()
        self.ways: Counter[str] = Counter()
        self.signals: Counter[str] = Counter()
        self.cuts: Counter[int] = Counter()
        self.finished = self.equal = self.together = 0
        self.faults: list[str] = []
        self.measured: dict[bool, tuple[float, float, int]] = {}  # with helpers, and without
        self.reference = self.out / f"{self.label}-undisturbed"
        self.undisturbed(together=False)

    def undisturbed(self, together: bool) -> tuple[float, float, int]:
        """Run the command in peace; return seconds until it first changed a file and in all, and number of changes."""
        if together not in self.measured:
            folder = self.fresh(f"{self.label}-side-by-side" if together else self.reference.name)
            began = time.monotonic()
            status = ended(begin(self.arguments(together), folder), PATIENCE)
            if status != 0:
                raise SystemExit(f"{self.name} does not run undisturbed ({status}); see {folder / LOG}")
            first, changes = (folder / COUNT).read_text().split()
            self.measured[together] = float(first), time.monotonic() - began, int(changes)
            different = differences(self.reference, folder, self.command, finished=True)
            if different:
                raise SystemExit(f"{self.name} with helpers is not what it is without: {different}")
        return self.measured[together]

    def arguments(self, together: bool, added: tuple[str, ...] = ()) -> list[str]:
        """Write the command down."""
        return [*self.command.arguments, *(self.command.parallel_options if together else ()), *added]

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
        folder = self.fresh(f"{self.label}-{number}")
        wanted = min(most, int(chance.choice(self.command.in_a_row)))
        again = self.command.again[int(chance.integers(len(self.command.again)))]  # one: a run is repeated to finish it
        leaders: list[int] = []
        killed = 0
        status: int | None = None
        while status is None:
            added = again if leaders else ()
            plan = self.plan(chance, number + killed, killed < wanted, added)
            before, left = self.state(folder), unfinished(folder)
            leader = begin(plan.arguments, folder, plan.change, plan.sent)
            leaders.append(leader)
            status = ended(leader, plan.seconds)
            if status is None and plan.way is None:
                self.fault(number, f"it hangs after {PATIENCE} s", folder)
                self.end_all(leaders)
                return killed
            if status is None or (plan.way and status in ends_of(plan.sent)):
                self.kills[self.stage(folder, before)] += 1
                way, status = (plan.way, None) if status else self.kill(plan, leader, chance)
                self.ways[str(way)] += 1
                self.signals["SIGKILL" if way == "worker" else plan.sent.name] += 1
                killed += 1
                self.bar.update()
                gently = plan.sent != signal.SIGKILL and way != "worker"
                if self.command.has_steps or gently:
                    self.left_running([leader])
                if not self.check(number, folder, finished=False) or (gently and not self.tidy(number, folder, left)):
                    self.end_all(leaders)
                    return killed
        if status == 1 and plan.way == "worker":  # which the command told
            status = ended(begin(self.arguments(False, again), folder), PATIENCE)
        self.finished += 1
        if self.conclude(number, folder, status, leaders):
            self.equal += 1
            shutil.rmtree(folder)
        self.end_all(leaders)
        return killed

    def twice(self, number: int) -> None:
        """Start the command twice at once: one does its work, the other ends with an error that says why."""
        chance = np.random.default_rng([self.seed, sorted(COMMANDS).index(self.name), number, 2])
        folder = self.fresh(f"{self.label}-twice-{number}")
        leaders = [begin(self.arguments(False), folder)]
        time.sleep(float(chance.uniform(0, 0.3 * self.undisturbed(False)[1])))
        leaders.append(begin(self.arguments(False), folder))
        statuses = [ended(leader, PATIENCE) for leader in leaders]
        told = [line for line in (folder / LOG).read_text(errors="replace").splitlines() if ": error: " in line]
        if sorted(status if status is not None else HANGS for status in statuses) != [0, 1] or len(told) != 1:
            self.fault(number, f"twice at once, they end with {statuses}: {told}", folder)
        elif not re.search("another process is writing there| exists;", told[0]):
            self.fault(number, f"twice at once: {told[0]}", folder)
        elif self.check(number, folder, finished=True) and self.tidy(number, folder):
            self.together += 1
            shutil.rmtree(folder)
        self.end_all(leaders)

    def cut(self, number: int) -> None:
        """Cut an input short while the command reads: it ends with an error that names it, or has read it before."""
        chance = np.random.default_rng([self.seed, sorted(COMMANDS).index(self.name), number, 3])
        folder = self.fresh(f"{self.label}-cut-{number}")
        (folder / INPUTS).unlink()
        shutil.copytree(self.inputs, folder / INPUTS)
        given = [folder / text for text in (*self.command.arguments, *self.command.own) if (folder / text).exists()]
        given += [folder / text.split("=")[1] for text in self.command.arguments if f"={INPUTS}/" in text]
        if not given:  # it is simulated
            shutil.rmtree(folder)
            return
        chosen = given[int(chance.integers(len(given)))]
        files = sorted(path for path in chosen.iterdir() if path.is_file()) if chosen.is_dir() else [chosen]
        file = files[int(chance.integers(len(files)))]
        leader = begin(self.arguments(False), folder)
        status = ended(leader, float(chance.uniform(0.1, 0.9)) * self.undisturbed(False)[1])
        os.truncate(file, file.stat().st_size // 2)
        if status is None:
            status = ended(leader, PATIENCE)
        for own in self.command.own:
            shutil.copy2(self.inputs / own, folder)
        log = (folder / LOG).read_text(errors="replace")
        told = [line for line in log.splitlines() if ": error: " in line]
        named = len(told) == 1 and any(name in told[0] for name in (file.name, str(chosen.relative_to(folder))))
        if status not in (0, 1) or "Traceback" in log or (status == 1 and not named):
            self.fault(number, f"when {file.name} is cut, it ends with {status}: {told or log[-200:]}", folder)
        elif self.check(number, folder, finished=status == 0) and self.tidy(number, folder):
            self.cuts[status] += 1
            shutil.rmtree(folder)
        self.end_all([leader])

    def plan(self, chance: np.random.Generator, turn: int, may_kill: bool, added: tuple[str, ...]) -> Plan:
        """Draw how a command is given, and how and when it is killed; the signals take turns."""
        together = bool(self.command.parallel_options) and chance.random() < self.command.share
        arguments = self.arguments(together, added)
        first, seconds, changes = self.undisturbed(together)
        sent = SIGNALS[turn % len(SIGNALS)]
        if not may_kill:
            return Plan(arguments, None, sent, None, PATIENCE)
        if chance.random() < SHARE_OF_CHANGES:
            return Plan(arguments, "change", sent, int(chance.integers(1, changes + 1)), PATIENCE)
        way = str(chance.choice(["all", "first", "worker"])) if together or self.command.has_helpers else "all"
        return Plan(arguments, way, sent, None, float(chance.uniform(0.7 * first, seconds)))

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

    def kill(self, plan: Plan, leader: int, chance: np.random.Generator) -> tuple[str, int | None]:
        """Kill a session, its first process, or one helper; tell which, and the first one's status if it went on."""
        candidates = helpers(leader) if plan.way == "worker" else []
        if candidates:
            with contextlib.suppress(psutil.Error):
                candidates[int(chance.integers(len(candidates)))].kill()
            status = ended(leader, PATIENCE)
            return "worker", HANGS if status is None else status
        way = "first" if plan.way == "first" else "all"
        try:
            if way == "first":
                os.kill(leader, plan.sent)
            else:
                os.killpg(leader, plan.sent)
        except ProcessLookupError:  # not yet a session of its own
            os.kill(leader, plan.sent)
        status = ended(leader, PATIENCE)
        return way, None if status in ends_of(plan.sent) else HANGS if status is None else status

    def tidy(self, number: int, folder: Path, before: Sequence[str] = ()) -> bool:
        """See that a command that was told to end has left nothing unfinished; others may have, that were killed."""
        left = sorted(set(unfinished(folder)) - set(before))
        if left:
            self.fault(number, f"left, unfinished: {left}", folder)
        return not left

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

    def check(self, number: int, folder: Path, finished: bool) -> bool:
        """See that what is there is whole, and opens."""
        when = "at the end" if finished else "after a kill"
        different = differences(self.reference, folder, self.command, finished)
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
        ways = ", ".join(f"{count} {way}" for way, count in (self.signals + self.ways).items())
        return (
            f"{self.name}: {self.kills.total()} kills ({stages}; {ways}); {self.finished} finished afterwards, "
            f"{self.equal} equal; {self.together} times twice at once; "
            f"inputs cut {self.cuts.total()} times, {self.cuts[0]} after they were read; "
            f"{len(self.faults)} faults; undisturbed {self.measured[False][1]:.1f} s"
        )


def ends_of(sent: int) -> tuple[int, int]:
    """Return the statuses of a process that a signal ended: as the system does, and as a command does."""
    return -sent, 128 + sent


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
    import deepchem_genomics.experiments.pipeline
    import deepchem_genomics.experiments.training
    import deepchem_genomics.models.saving
    import deepchem_genomics.scan.genome_scan  # noqa: F401


def main() -> int:
    """Make inputs, then kill one command after the other."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("commands", nargs="+", choices=[*COMMANDS, "all"])
    parser.add_argument("--times", type=int, default=50, help="kills of each command")
    parser.add_argument("--twice", type=int, default=0, help="how often each is also started twice at once")
    parser.add_argument("--cut", type=int, default=0, help="how often an input of each is cut short while it runs")
    parser.add_argument("--seed", type=int, default=0, help="decides the moments")
    parser.add_argument("--attempt", type=int, help="repeat this one alone")
    parser.add_argument("--parallel", type=float, help="share of attempts with --jobs", metavar="SHARE")
    parser.add_argument("--fresh", action="store_true", help="start runs and steps as users' are")
    parser.add_argument("--out", type=Path, help="folder to work in; faults are kept there")
    arguments = parser.parse_args()
    names = list(COMMANDS) if "all" in arguments.commands else list(dict.fromkeys(arguments.commands))
    import_all()
    if not arguments.fresh:
        copy_programs()
    faults = 0
    with place(arguments.out) as out, tqdm(total=arguments.times * len(names), unit="kill", file=sys.stderr) as bar:
        inputs = out / INPUTS
        shutil.rmtree(inputs, ignore_errors=True)
        inputs.mkdir()

        if names != ["benchmark"] and ended(in_copy(lambda: make_inputs(inputs), out), PATIENCE) != 0:
            raise SystemExit(f"the inputs could not be made; see {out / LOG}")
        given = digests(inputs)
        for name in names:
            bar.set_description(name)
            trial = Trial(name, inputs, out, arguments.seed, bar)
            if arguments.parallel is not None:
                trial.command = trial.command._replace(share=arguments.parallel)
            killed, number = 0, 0 if arguments.attempt is None else arguments.attempt
            while killed < (1 if arguments.attempt is not None else arguments.times):
                killed += trial.attempt(number, arguments.times - killed)
                if arguments.attempt is not None:
                    break
                number += 1
            for again in range(arguments.twice):
                trial.twice(again)
            for again in range(arguments.cut):
                trial.cut(again)
            if digests(inputs) != given:
                trial.fault(number, "the inputs have changed", inputs)
            tqdm.write(trial.summary(), sys.stdout)
            sys.stdout.flush()
            faults += len(trial.faults)
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
