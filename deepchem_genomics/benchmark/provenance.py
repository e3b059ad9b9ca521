"""How the numbers of a report came about, and how they are to be read."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from deepchem_genomics.benchmark.problems import PROBLEMS
from deepchem_genomics.recipes import RECIPES

if TYPE_CHECKING:
    from deepchem_genomics.benchmark.cells import FinishedCell

__all__ = ["HOW_TO_READ", "Provenance", "provenance_of"]

HOW_TO_READ = (
    "Scores are the mean over seeds with its standard deviation (±); who does not depend on the seed has 1 run. "
    "Square brackets are 95 % intervals, over rows, of one run, the median seed by the first metric: of areas under "
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
        What makes such cells, worked out from them.
    versions : str
        Of the packages.
    machine : str
        What it ran on.
    finished : str
        When the first and the last cell were finished.
    seeds : tuple of int
        All seeds.
    n_cells : int
        Finished cells.
    missing : tuple of str
        Cells that are missing or failed, one a line.
    """

    command: str
    versions: str
    machine: str
    finished: str
    seeds: tuple[int, ...]
    n_cells: int
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
            ("Cells", f"{self.n_cells} finished" + (f", {len(self.missing)} missing" if self.missing else "")),
        ]


def provenance_of(cells: "Sequence[FinishedCell]", missing: Sequence[str]) -> Provenance:
    """Sum up where cells come from; where they disagree, each variant is named with its number of cells."""
    versions = [_named(cell.record.get("versions") or {}, " ") for cell in cells]
    machines = [_named(cell.record.get("machine") or {}, ": ") for cell in cells]
    times = sorted(str(cell.record["finished"]) for cell in cells if cell.record.get("finished"))
    seeds = {cell.record["seed"] for cell in cells}
    finished = " to ".join(dict.fromkeys(times[:1] + times[-1:])) or "not recorded"
    return Provenance(
        _command(cells),
        _variants(versions),
        _variants(machines),
        finished,
        tuple(sorted(seeds)),
        len(cells),
        tuple(missing),
    )


def _command(cells: "Sequence[FinishedCell]") -> str:
    """Return the command that makes these cells, or the closest one."""
    records = [cell.record for cell in cells]
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
    return "; ".join(f"{text} ({n} cells)" for text, n in counts.most_common())
