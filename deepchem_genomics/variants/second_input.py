"""A model's second input, lent to it from bigWig files."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from deepchem_genomics.data.signal_lookup import SignalLookup
from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.genome import Genome, Signal

__all__ = ["with_accessibility"]

PathLike = str | os.PathLike[str]


@contextmanager
def with_accessibility(
    model: Any,
    accessibility: PathLike | Mapping[str, PathLike] | None,
    genome: Genome | None = None,
    statistic: str = "mean",
) -> Iterator[Any]:
    """Let a model look signals up in bigWig files, scaled as in training, while the block runs.

    Parameters
    ----------
    model : GenomicsModel
        A model with or without a second input; afterwards it has the one it had before.
    accessibility : path-like, or mapping of str to path-like, optional
        The bigWig of a model with one signal; or one for each signal by its name. None leaves the model as it is.
    genome : Genome, optional
        The signals must be of its assembly; without it that is not checked.
    statistic : {"mean", "min", "max", "coverage"}, default "mean"
        Of the values over a window: the one that the training data were built with.

    Yields
    ------
    GenomicsModel
        The model.

    Raises
    ------
    DataFolderError
        If the model takes no signals, or others.
    GenomeFileError
        If a file is no bigWig, or of another assembly than the genome.
    FileNotFoundError
        If there is no such file.
    MissingExtraError
        If pybigtools is not installed.
    """
    if accessibility is None:
        yield model
        return
    before = getattr(model, "accessibility", None)
    if before is None:
        raise DataFolderError("the model takes sequences alone; leave the accessibility out")
    wanted = list(before.names)
    if isinstance(accessibility, Mapping):
        files = dict(accessibility)
    else:
        files = {wanted[0] if len(wanted) == 1 else "accessibility": accessibility}
    if set(files) != set(wanted):
        raise DataFolderError(
            f"the model takes the signals {', '.join(wanted)}, not {', '.join(files)}; give a bigWig for each, by name"
        )
    with ExitStack() as opened:
        signals = {name: opened.enter_context(Signal(files[name], genome)) for name in wanted}
        model.accessibility = SignalLookup(signals, before.scaling, statistic)
        try:
            yield model
        finally:
            model.accessibility = before
