"""A dataset folder of the user's own as a problem of a benchmark."""

import functools
from pathlib import Path

from deepchem_genomics.benchmark.problem import BINDING, EFFICACY, Fold, Problem, ProblemData, Source
from deepchem_genomics.data.dividing import Division, divide
from deepchem_genomics.data.opened_folder import open_folder
from deepchem_genomics.errors import BadValueError, SplitError
from deepchem_genomics.models.side_inputs import of_table
from deepchem_genomics.recipes.training import rows_of

__all__ = ["problem_of_folder"]

OWN = "own"


def problem_of_folder(path: Path, allow_pickle: bool = False) -> Problem:
    """Make a problem of a dataset folder: divided as by ``train``, its test part scored.

    Parameters
    ----------
    path : Path
        The folder, as ``dcgenomics build`` writes it.
    allow_pickle : bool, default False
        Whether pickles may be read.

    Returns
    -------
    Problem
        Its name is that of the folder.

    Raises
    ------
    DataFolderError
        If it is not a dataset folder.
    LabelError
        If it has no labels, or no recipe is made for them.
    BadValueError
        If it has several tasks.
    """
    opened = open_folder(path, allow_pickle)
    if opened.n_tasks > 1:
        raise BadValueError(
            f"{path} has {opened.n_tasks} tasks and a benchmark compares scores of one; build it with one"
        )
    kind = opened.kind
    split = Division().kind(opened.dataset)
    return Problem(
        name=opened.path.resolve().name,
        kind=kind,
        title=f"Data in {opened.path.resolve().name}",
        metrics=BINDING if kind == "binding" else EFFICACY,
        scored=f"The test part, a tenth of the {len(opened.dataset):,} rows of the folder, divided by {split}; trained "
        "on eight tenths; epochs chosen on a tenth.",
        leak="Not known of these data; the division keeps neighbors and similar sequences in one part.",
        published=(),
        read=functools.partial(_read, path, allow_pickle),
        side_inputs=tuple(of_table(opened.side_input)),
        stands_for=OWN,
    )


def _read(path: Path, allow_pickle: bool, source: Source, data_dir: str | None, seed: int) -> ProblemData:
    opened = open_folder(path, allow_pickle)
    parts = divide(opened.dataset, Division(), seed, rna=opened.kind == "efficacy").datasets
    if "test" not in parts:
        raise SplitError(f"{path} has too few rows for a test part; build it with more")
    fold = Fold(*(rows_of(parts[part]) for part in ("train", "valid", "test")))
    return ProblemData([fold], of_table(opened.side_input))
