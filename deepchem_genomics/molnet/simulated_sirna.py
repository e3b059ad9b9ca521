"""Simulated siRNA efficacy, loaded as MoleculeNet loads data sets."""

from collections.abc import Sequence

from deepchem.feat import Featurizer
from deepchem.molnet import TransformerGenerator
from deepchem.splits import Splitter

from deepchem_genomics.feat import RNA
from deepchem_genomics.molnet.loader import Loaded, SimulatedLoader, Wanted
from deepchem_genomics.simulate import simulate_sirna

__all__ = ["SIMULATED_SIRNA_TASKS", "load_simulated_sirna"]

SIMULATED_SIRNA_TASKS = ["efficacy"]


def load_simulated_sirna(
    featurizer: Featurizer | str = "rna-onehot",
    splitter: Splitter | str | None = "random",
    transformers: Sequence[TransformerGenerator | str] = (),
    reload: bool = True,
    data_dir: str | None = None,
    save_dir: str | None = None,
    *,
    n: int = 2431,
    seed: int = 0,
) -> Loaded:
    """Load simulated siRNA guides with their efficacy.

    Nothing in it was measured; results on it say nothing about a cell. What the data are is described in
    :mod:`deepchem_genomics.simulate.sirna`.

    ================  =======================================================================
    rows              ``n``: 2,431 guides
    sequence          RNA, 21 nt: the guide strand, 5' to 3'
    tasks             1, regression: ``efficacy``
    label             no unit, on the scale of Huesken et al. (2005): 0 is none, a few above 1;
                      mean about 0.69, standard deviation about 0.2
    best possible     Pearson r about 0.73, the rules without the noise
    weights           1
    missing labels    none
    ids               ``simulated<seed>:guide<number>``
    split             random; guides are independent of each other
    source, license   made by this package from published design rules; simulated
    ================  =======================================================================

    Parameters
    ----------
    featurizer, splitter, transformers, reload, data_dir, save_dir
        As for every loader of :mod:`deepchem_genomics.molnet`.
    n, seed
        As for :func:`deepchem_genomics.simulate.simulate_sirna`. They are part of the folder's name.

    Returns
    -------
    tuple
        Tasks, ``["efficacy"]``; data sets: train, valid and test; and transformers.
        With the default featurizer X is int8 (N, 21, 4).

    Raises
    ------
    BadValueError
        As for every loader.

    Examples
    --------
    >>> import tempfile
    >>> tasks, (train, valid, test), _ = load_simulated_sirna(save_dir=tempfile.mkdtemp())
    >>> tasks, train.X.shape, len(valid), len(test)
    (['efficacy'], (1944, 21, 4), 243, 244)
    """
    loader = SimulatedLoader(
        Wanted(featurizer, splitter, transformers, data_dir, save_dir),
        SIMULATED_SIRNA_TASKS,
        simulate_sirna,
        RNA,
        n=n,
        seed=seed,
    )
    return loader.load("simulated_sirna", reload)
