"""From peaks to an explained model in one call: build, train and explain, each the command that its user would type."""

import json
import logging
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from deepchem_genomics._version import __version__
from deepchem_genomics.errors import BadValueError, StepError
from deepchem_genomics.experiments.checks import (
    Checks,
    IntervalReading,
    check_recipe,
    check_windows,
    genome_sizes,
    require_signal,
)
from deepchem_genomics.io.outputs import Kind, atomic_file, require_folder
from deepchem_genomics.quiet import import_quietly
from deepchem_genomics.recipes import parse_settings
from deepchem_genomics.reports.blocks import Block, Facts, Files, Notice, Page, Section, Text
from deepchem_genomics.reports.page import render_page
from deepchem_genomics.runs import Execution
from deepchem_genomics.runs.folder import file_fingerprint, open_run, require_run_folder
from deepchem_genomics.runs.worker import PARENT

__all__ = ["OFF", "STEPS", "TOGETHER", "Pipeline", "flags", "run"]

logger = logging.getLogger(__name__)

STEPS = {"build": ("build", "intervals"), "train": ("train",), "explain": ("explain",)}
"""The commands by the name of their step, in order."""

DEFAULTS: dict[str, dict[str, Any]] = {
    "build": {"negatives": 3, "unknown-chromosomes": "drop"},
    "train": {},
    "explain": {},
}
"""Options that differ from those of the commands."""

OFF = {
    "calibrate": "no-calibrate",
    "check-assembly": "no-check-assembly",
    "exclude-one-based": "exclude-zero-based",
    "negatives-one-based": "negatives-zero-based",
    "one-based": "zero-based",
}
"""Options that have a name for what they are not."""

TOGETHER = ("fractions",)
"""Options that take all values of a list at once."""

_WRITTEN = ("checkpoints",)

_DONE = "steps.json"
_COMMANDS = "commands.sh"
_REPORT = "report.html"


class Pipeline(NamedTuple):
    """What a pipeline did.

    Parameters
    ----------
    ran : list of str
        Steps that were run.
    kept : list of str
        Steps whose command and input files were those of an earlier run.
    verdicts : list of str
        Whether the model beats its baselines, a sentence per task.
    report : Path
        The page.
    """

    ran: list[str]
    kept: list[str]
    verdicts: list[str]
    report: Path


class _Step(NamedTuple):
    name: str
    arguments: tuple[str, ...]  # of dcgenomics
    inputs: Mapping[str, Path]
    output: Path

    @property
    def command(self) -> str:
        return shlex.join(["dcgenomics", *self.arguments])


def run(
    peaks: str | os.PathLike[str],
    genome: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    accessibility: str | os.PathLike[str] | None = None,
    options: Mapping[str, Mapping[str, Any]] | None = None,
    execution: Execution | None = None,
    seed: int = 0,
    plugins: Sequence[str | os.PathLike[str]] = (),
) -> Pipeline:
    """Make negatives, build a dataset, train and score a model and explain it; each step is a command of dcgenomics.

    A step whose command and input files, those in options and plugins among them, are those of an earlier run in the
    same folder is not repeated.

    Parameters
    ----------
    peaks : path-like
        Where something binds: narrowPeak, BED or a table.
    genome : path-like
        FASTA or 2bit.
    out : path-like
        Folder for ``data``, ``model``, ``explained``, ``report.html`` and ``commands.sh``, which has the commands.
    accessibility : path-like, optional
        bigWig with the side input "accessibility".
    options : mapping of str to mapping, optional
        Further options of the commands, by step ("build", "train", "explain"), named as on the command line without
        dashes: ``{"build": {"negatives": 5}, "train": {"model": "kmers", "set": ["k=5"]}}``. A list repeats an option,
        or has the three values of ``fractions``; True is an option without a value, False one that is left out, or
        the opposite of one that has it: ``{"calibrate": False}`` is ``--no-calibrate``.
    execution : Execution, optional
        Where the steps that can use several processes run; in one process by default.
    seed : int, default 0
        Of all steps.
    plugins : sequence of path-like, optional
        Python files that each step imports first, such as one that registers the recipe that is trained.

    Returns
    -------
    Pipeline
        What was run, and the verdict.

    Raises
    ------
    BadValueError
        If a step or option is not what it should be.
    ChecksError
        If ``out`` holds something else, or anything is wrong with the inputs: all that can be found without running a
        step, in one message.
    StepError
        If a step failed; what was finished before is kept, and the same call continues there.

    Examples
    --------
    >>> from deepchem_genomics import experiments
    >>> done = experiments.run("peaks.narrowPeak", "hg38.fa", "jund")  # doctest: +SKIP
    >>> done.verdicts  # doctest: +SKIP
    ['The model beats the best baseline, 5-mers: ...']
    """
    folder = Path(out)
    files = {"peaks": peaks, "genome": genome, "accessibility": accessibility}
    inputs = {name: Path(file) for name, file in files.items() if file is not None}
    chosen = _checked(options or {})
    with Checks() as check:
        _check(check, inputs, folder, chosen)
    before = tuple(text for plugin in plugins for text in ("--plugin", os.fspath(plugin)))
    imported = {f"plugin {plugin}": Path(plugin) for plugin in plugins}
    steps = [
        step._replace(
            arguments=(*before, *step.arguments), inputs={**step.inputs, **imported, **dict(_files(chosen[step.name]))}
        )
        for step in _steps(inputs, folder, chosen, execution or Execution(), seed)
    ]
    ran: list[str] = []
    kept: list[str] = []
    with open_run(folder, "pipeline", {}):
        done = _read_done(folder)
        for step in steps:
            record = _record(step)
            if done.get(step.name) == record and step.output.exists():
                logger.info("%s: done already", step.name)
                kept.append(step.name)
                continue
            # What an earlier run wrote here is replaced, and what depends on it is not trusted any more.
            replaced = step._replace(arguments=(*step.arguments, "--overwrite")) if step.output.exists() else step
            for name in (_COMMANDS, _REPORT):  # they are of the earlier run, and come back at the end
                (folder / name).unlink(missing_ok=True)
            logger.info("%s: %s", step.name, replaced.command)
            done = {name: one for name, one in done.items() if name in kept or name in ran}
            _write_json(folder / _DONE, done)
            status = _call(replaced)
            if status:
                raise StepError(f"{step.name} ended with status {status}: {step.command}; run it again to continue")
            ran.append(step.name)
            done[step.name] = _record(step)
            _write_json(folder / _DONE, done)
        import_quietly("deepchem")
        from deepchem_genomics.models.saving import read_training

        training = read_training(folder / "model")
        verdicts = [str(one) for one in training.get("verdicts", ())]
        _write_texts(folder, steps, training)
    return Pipeline(ran, kept, verdicts, folder / _REPORT)


def _check(check: Checks, inputs: Mapping[str, Path], folder: Path, options: Mapping[str, Mapping[str, Any]]) -> None:
    """Check all inputs, the names of options and what is written, for all steps."""
    check(require_run_folder, folder, "pipeline", inputs.values())
    for name, kind in (("data", Kind.DATASET), ("model", Kind.TRAINED_MODEL), ("explained", Kind.EXPLANATION)):
        check(require_folder, folder / name, kind, overwrite=True)
    build, train = options["build"], options["train"]
    sizes = check(genome_sizes, inputs["genome"])
    given = set(flags(build))
    one_based = True if "--one-based" in given else False if "--zero-based" in given else None
    check_windows(check, [inputs["peaks"]], sizes, inputs["genome"], IntervalReading(one_based=one_based))
    tracks: list[str] = []
    if "accessibility" in inputs:
        tracks = ["accessibility"]
        to_check = sizes and "--no-check-assembly" not in given
        check(require_signal, inputs["accessibility"], inputs["genome"] if to_check else None)
    texts = train.get("set", ())
    settings = check(parse_settings, [texts] if isinstance(texts, str) else texts) or {}
    check_recipe(check, str(train.get("model", "auto")), "binding", tracks, settings)


def _checked(options: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    unknown = [name for name in options if name not in STEPS]
    if unknown:
        raise BadValueError(f"there is no step {unknown[0]!r}; options are for {', '.join(STEPS)}")
    for step, chosen in options.items():
        if not isinstance(chosen, Mapping):
            raise BadValueError(f"the options of {step} are {chosen!r}; give them by name")
        for name, value in chosen.items():
            values = value if isinstance(value, list | tuple) else [value]
            if any(not isinstance(one, str | int | float | bool) for one in values):
                raise BadValueError(f"{step}: {name} is {value!r}; give text, a number, true, or a list of these")
    return {step: {**DEFAULTS[step], **options.get(step, {})} for step in STEPS}


def _steps(
    inputs: Mapping[str, Path],
    folder: Path,
    options: Mapping[str, Mapping[str, Any]],
    execution: Execution,
    seed: int,
) -> Iterator[_Step]:
    data, model = folder / "data", folder / "model"
    common = ("--seed", str(seed))
    jobs = ("--jobs", str(execution.jobs)) if execution.jobs != 1 else ()
    scheduler = ("--scheduler", execution.scheduler) if execution.scheduler else ()
    track = ("--track", f"accessibility={inputs['accessibility']}") if "accessibility" in inputs else ()
    build = (
        str(inputs["peaks"]),
        "--genome",
        str(inputs["genome"]),
        *track,
        "--out",
        str(data),
        *common,
        *jobs,
        *scheduler,
    )
    yield _Step("build", (*STEPS["build"], *build, *flags(options["build"])), dict(inputs), data)
    train = (str(data), "--out", str(model), *common)
    yield _Step("train", (*STEPS["train"], *train, *flags(options["train"])), {"data": data}, model)
    explained = folder / "explained"
    explain = (str(model), str(data), "--out", str(explained), *common)
    asked = (*STEPS["explain"], *explain, *flags(options["explain"]))
    yield _Step("explain", asked, {"data": data, "model": model}, explained)


def _call(step: _Step) -> int:
    """Run a step, which ends with this process; return its exit status."""
    process = subprocess.Popen(
        [sys.executable, "-m", "deepchem_genomics.cli", *step.arguments],
        process_group=0,  # Ctrl-C reaches this process alone, and a step gets it once
        env={**os.environ, PARENT: str(os.getpid())},
    )
    try:
        return process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise


def flags(options: Mapping[str, Any]) -> Iterator[str]:
    """Yield options as they are typed."""
    for called, value in options.items():
        name = called.replace("_", "-")
        values = value if isinstance(value, list | tuple) else [value]
        if name in TOGETHER:
            yield from (f"--{name}", *map(str, values))
            continue
        for one in values:
            if one is True:
                yield f"--{name}"
            elif one is not False:
                yield from (f"--{name}", str(one))
            elif name in OFF:
                yield f"--{OFF[name]}"


def _files(options: Mapping[str, Any]) -> Iterator[tuple[str, Path]]:
    """Yield the files and folders that options name, such as that of ``exclude``, or of a track after its name."""
    for name, value in options.items():
        for text in value if isinstance(value, list | tuple) else [value]:
            if isinstance(text, str) and name not in _WRITTEN:
                for path in map(Path, filter(None, (text, text.partition("=")[2]))):
                    if path.exists():
                        yield f"{name} {text}", path


def _record(step: _Step) -> dict[str, Any]:
    found = {name: file_fingerprint(path) if path.exists() else None for name, path in step.inputs.items()}
    record: dict[str, Any] = json.loads(json.dumps({"arguments": step.arguments, "inputs": found}))
    return record | {"version": __version__}


def _read_done(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / _DONE).read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_json(path: Path, content: Any) -> None:
    with atomic_file(path) as partial:
        partial.write_text(json.dumps(content, indent=1) + "\n")


def _write_texts(folder: Path, steps: Sequence[_Step], training: Mapping[str, Any]) -> None:
    """Write the commands, and the page that leads to the others."""
    with atomic_file(folder / _COMMANDS) as partial:
        partial.write_text("set -e\n" + "".join(f"{step.command}\n" for step in steps))
    with atomic_file(folder / _REPORT) as partial:
        partial.write_text(_page(folder, steps, training), encoding="utf-8")


def _page(folder: Path, steps: Sequence[_Step], training: Mapping[str, Any]) -> str:
    from deepchem_genomics.experiments.pages import score_table

    rows = ", ".join(f"{count:,} {part}" for part, count in training["rows"].items())
    facts = [("Recipe", str(training["recipe"])), ("Rows", rows), ("Split", str(training["split"]))]
    head: list[Block] = [Notice(training["verdicts"], kind="verdict"), Facts(facts)]
    pages = Files(["model/report.html", "explained/index.html", "data/manifest.json", _COMMANDS])
    sections = [
        Section("scores", "Scores", [score_table(training["scores"])]),
        Section("pages", "Pages", [Text("Curves, what the model has learned, and what is in the data:"), pages]),
        Section("commands", "Commands", [Facts([(step.name, step.command) for step in steps])]),
    ]
    return render_page(Page(f"{folder.name}: from peaks to a model", head, sections))
