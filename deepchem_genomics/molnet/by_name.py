"""Data sets by name."""

from collections.abc import Callable
from typing import Any

from deepchem_genomics.arguments import nearest, require_known_arguments
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.molnet.gue_tf import load_gue_tf
from deepchem_genomics.molnet.jund import load_jund
from deepchem_genomics.molnet.loader import Loaded
from deepchem_genomics.molnet.simulated import load_simulated_sirna, load_simulated_tf
from deepchem_genomics.molnet.sirna import load_sirna

__all__ = ["load", "loaders"]

loaders: dict[str, Callable[..., Loaded]] = {
    "gue_tf": load_gue_tf,
    "jund": load_jund,
    "simulated_sirna": load_simulated_sirna,
    "simulated_tf": load_simulated_tf,
    "sirna": load_sirna,
}
"""Every data set that :func:`load` knows; ``load_<name>`` is its function."""


def load(name: str, **options: Any) -> Loaded:
    """Load a data set by name.

    Parameters
    ----------
    name : str
        One of ``loaders``.
    **options
        Arguments of its ``load_*`` function: ``featurizer``, ``splitter`` and so on.

    Returns
    -------
    tuple
        Tasks, data sets and transformers, as every loader returns them.

    Raises
    ------
    BadValueError
        If there is no such name.
    TypeError
        If its function has no such argument; the message names the nearest.

    Examples
    --------
    >>> import tempfile
    >>> tasks, datasets, _ = load("simulated_tf", n=1000, splitter="block", save_dir=tempfile.mkdtemp())
    >>> [len(dataset) for dataset in datasets]
    [790, 90, 100]
    """
    if name not in loaders:
        hint = f"{nearest(name, loaders)}choose one of {', '.join(sorted(loaders))}"
        raise BadValueError(f"there is no data set named {name!r}; {hint}")
    require_known_arguments(loaders[name], options)
    return loaders[name](**options)
