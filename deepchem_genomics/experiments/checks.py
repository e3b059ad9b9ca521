"""All that can be found wrong with a pipeline's inputs in a moment, before any step: neither DeepChem nor TensorFlow.

The beginning of the peaks is read, the chromosomes of the genome and of the signal, and the names of options.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from deepchem_genomics.errors import GenomicsError
from deepchem_genomics.genome import Genome, Signal, match_names, read_interval_chunks
from deepchem_genomics.genome.intervals import Intervals
from deepchem_genomics.recipes import RECIPES

__all__ = ["problems_of"]

_ROWS = 10_000
"""Peaks that are read."""
_LARGEST = 200_000_000
"""Bytes of a genome without an index that is read through; a larger one is left to the step that builds."""


def problems_of(inputs: Mapping[str, Path], folder: Path, options: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return all problems of a pipeline's inputs that can be found at once.

    Parameters
    ----------
    inputs : mapping of str to Path
        "peaks", "genome" and perhaps "accessibility".
    folder : Path
        What is written to.
    options : mapping of str to mapping
        Of the steps "build", "train" and "explain".

    Returns
    -------
    list of str
        One line each; empty if nothing was found.
    """
    problems = [f"{name}: there is no file {path}" for name, path in inputs.items() if not path.is_file()]
    inside = [path for path in inputs.values() if folder.resolve() in path.resolve().parents]
    problems += [f"{path} lies in {folder}, which is written to; move it" for path in inside]
    there = {name: path for name, path in inputs.items() if path.is_file()}
    found: dict[str, Any] = {}
    for name, read in (("peaks", _peaks), ("genome", _sizes), ("accessibility", Signal)):
        if name in there:
            problems += _problem(found, name, read, there[name])
    build = options.get("build", {})
    if "peaks" in found and found.get("genome"):
        problems += _misplaced(found["peaks"], found["genome"], there)
    if "accessibility" in found:
        if found.get("genome") and not (build.get("any-assembly") or build.get("any_assembly")):
            problems += _problem({}, "", found["accessibility"].require_assembly_of, found["genome"])
        found["accessibility"].close()
    return [*problems, *_problems_of_recipe(options.get("train", {}), "accessibility" in inputs)]


def _peaks(path: Path) -> Intervals:
    return next(islice(read_interval_chunks(path, _ROWS, labels=[]), 1))


def _sizes(path: Path) -> dict[str, int]:
    """Return the chromosomes of a genome; empty if that would take long."""
    has_index = path.suffix == ".2bit" or path.with_name(path.name + ".fai").exists()
    if not has_index and path.stat().st_size > _LARGEST:
        return {}
    with Genome(path) as genome:
        return genome.sizes


def _problem(found: dict[str, Any], name: str, read: Callable[[Any], Any], path: Any) -> Iterator[str]:
    """Keep what is read, or yield why it cannot be."""
    try:
        found[name] = read(path)
    except (GenomicsError, OSError) as error:
        yield str(error)


def _misplaced(peaks: Intervals, sizes: Mapping[str, int], files: Mapping[str, Path]) -> Iterator[str]:
    """Yield what is wrong if no peak lies on the genome."""
    names = match_names(peaks["chrom"].unique(), sizes)
    where = f"of the first {len(peaks):,} peaks in {files['peaks'].name} none"
    if not names:
        shown = ", ".join(map(repr, peaks["chrom"].unique()[:3]))
        ours = ", ".join(map(repr, list(sizes)[:3]))
        yield f"{where} is on a chromosome of {files['genome'].name}: they are on {shown}, and it has {ours}"
        return
    limits = peaks["chrom"].map({name: sizes[ours] for name, ours in names.items()})
    if not (peaks["end"] <= limits).any():
        yield f"{where} ends within its chromosome in {files['genome'].name}; is it of another assembly?"


def _problems_of_recipe(options: Mapping[str, Any], has_accessibility: bool) -> Iterator[str]:
    name = options.get("model", "auto")
    if name == "auto":
        return
    recipe = RECIPES.get(str(name))
    if recipe is None or recipe.kind != "binding":
        known = ", ".join(each.name for each in RECIPES.values() if each.kind == "binding")
        yield f"train: there is no recipe {name!r} for binding; choose one of {known}"
        return
    try:
        recipe.require_extras()
        recipe.chosen_side_inputs({"accessibility": True} if has_accessibility else {})
    except (GenomicsError, ImportError) as error:
        yield str(error)
