"""The notes of a report: how its numbers were obtained, and how to read them."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.recipes import RECIPES

if TYPE_CHECKING:
    from deepchem_genomics.benchmark.finished_runs import FinishedRun

__all__ = ["HOW_TO_READ", "Provenance", "provenance_of"]

HOW_TO_READ = (
    "Scores are the mean over seeds with its standard deviation (±); recipes without a seed have 1 run. "
    "Square brackets are 95% intervals, over rows, of one run, the median seed by the first metric: of areas under "
    "curves by the influence of each row, of other scores by the bootstrap. They "
    "show the sampling error of a score; the deviation shows how much seeds differ. "
    "Rows are assumed to be independent; neighboring windows and guides against one mRNA are not, and their true "
    "intervals are wider.",
    "Differences are to the best baseline by the first metric, paired: both models on the same rows. The "
    "best baseline was chosen on the rows it is scored on, which favors it. For RMSE, less is better, and so is a "
    "difference below zero. Differences by the other metrics are in report.csv.",
    "Published figures come from their sources, on the authors' own terms: other training rows, other seeds, no "
    "interval. PR AUC is average precision; that of a coin is the prevalence.",
    "Time is wall time of training, the mean over seeds; memory is the most that the process of a run took, libraries "
    "included.",
)
"""Paragraphs for the head of a report."""


class Provenance(NamedTuple):
    """Where the numbers come from.

    Parameters
    ----------
    command : str
        What makes such runs, worked out from them.
    versions : str
        Of the packages.
    machine : str
        What it ran on.
    finished : str
        When the first and the last run were finished.
    seeds : tuple of int
        All seeds.
    n_runs : int
        Finished runs.
    missing : tuple of str
        Runs that are missing or failed, one per line.
    """

    command: str
    versions: str
    machine: str
    finished: str
    seeds: tuple[int, ...]
    n_runs: int
    missing: tuple[str, ...]

    def in_words(self) -> list[tuple[str, str]]:
        """Return names with their values, for the head of a report."""
        seeds = ", ".join(map(str, self.seeds))
        return [
            ("Command", self.command),
            ("Versions", self.versions),
            ("Machine", self.machine),
            ("Finished", self.finished),
            ("Seeds", seeds),
            ("Runs", f"{self.n_runs} finished" + (f", {len(self.missing)} missing" if self.missing else "")),
        ]


def provenance_of(runs: "Sequence[FinishedRun]", missing: Sequence[str]) -> Provenance:
    """Sum up where runs come from; where they disagree, each variant is named with its number of runs."""
    versions = [_named(run.record.get("versions") or {}, " ") for run in runs]
    machines = [_named(run.record.get("machine") or {}, ": ") for run in runs]
    times = sorted(str(run.record["finished"]) for run in runs if run.record.get("finished"))
    seeds = {run.record["seed"] for run in runs}
    finished = " to ".join(dict.fromkeys(times[:1] + times[-1:])) or "not recorded"
    return Provenance(
        _command(runs),
        _variants(versions),
        _variants(machines),
        finished,
        tuple(sorted(seeds)),
        len(runs),
        tuple(missing),
    )


def _command(runs: "Sequence[FinishedRun]") -> str:
    """Return the command that makes these runs, or the closest one."""
    records = [run.record for run in runs]
    problems = [name for name in PROBLEMS if any(record["problem"] == name for record in records)]
    present = {record["recipe"] for record in records}
    able = {
        recipe.name
        for name in problems
        for recipe in RECIPES.values()
        if recipe.suits(PROBLEMS[name].kind, PROBLEMS[name].side_inputs, name)
    }
    models = [] if able <= present else ["--models", ",".join(name for name in RECIPES if name in present)]
    seeds = ["--seeds", str(max(record["seed"] for record in records) + 1)]
    own = sorted({record["problem"] for record in records} - set(problems) | present - set(RECIPES))
    remark = f"  (and your own: {', '.join(own)})" if own else ""
    return " ".join(["dcgenomics benchmark", *problems, *models, *seeds]) + remark


def _named(values: dict[str, object], between: str) -> str:
    return ", ".join(f"{name}{between}{value}" for name, value in values.items()) or "not recorded"


def _variants(texts: Sequence[str]) -> str:
    counts = Counter(texts)
    if len(counts) == 1:
        return texts[0]
    return "; ".join(f"{text} ({n} runs)" for text, n in counts.most_common())
