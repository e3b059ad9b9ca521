"""Simulated transcription-factor binding and siRNA efficacy, loaded as MoleculeNet loads data sets."""

from collections.abc import Sequence

from deepchem.feat import Featurizer
from deepchem.molnet import TransformerGenerator
from deepchem.splits import Splitter

from deepchem_genomics.data import SideInput
from deepchem_genomics.feat import DNA, RNA
from deepchem_genomics.molnet.loader import Loaded, SimulatedLoader, Wanted
from deepchem_genomics.simulate import simulate_sirna, simulate_tf_binding

__all__ = [
    "SIMULATED_SIRNA_TASKS",
    "SIMULATED_TF_TASKS",
    "load_simulated_sirna",
    "load_simulated_tf",
    "simulated_accessibility",
]

SIMULATED_TF_TASKS = ["bound"]
SIMULATED_SIRNA_TASKS = ["efficacy"]


def load_simulated_tf(
    featurizer: Featurizer | str = "dna-onehot",
    splitter: Splitter | str | None = "random",
    transformers: Sequence[TransformerGenerator | str] = (),
    reload: bool = True,
    data_dir: str | None = None,
    save_dir: str | None = None,
    *,
    n: int = 10_000,
    seed: int = 0,
    length: int = 101,
    prevalence: float = 0.01,
) -> Loaded:
    """Load simulated windows, some of which a transcription factor binds.

    Nothing in it was measured; results on it say nothing about a genome. What the data are and which scores are the
    best possible is described in :mod:`deepchem_genomics.simulate.tf_binding` and
    :mod:`deepchem_genomics.simulate.ideal_observer`. The model's second input is :func:`simulated_accessibility`.

    ================  ===================================================================
    rows              ``n``: 10,000 windows
    sequence          DNA, ``length`` bases: 101
    tasks             1, classification: ``bound``, 1 where the factor is bound
    prevalence        about 1%
    weights           N / (2 x class size), so that both classes count equally
    missing labels    none
    ids               ``simulated<seed>:start-end``, side by side, not overlapping
    split             random; windows are independent of each other
    source, license   made by this package from JASPAR's JUND and ATF3 matrices; simulated
    ================  ===================================================================

    Parameters
    ----------
    featurizer, splitter, transformers, reload, data_dir, save_dir
        As for every loader of :mod:`deepchem_genomics.molnet`. Weights are balanced already.
    n, seed, length, prevalence
        As for :func:`deepchem_genomics.simulate.simulate_tf_binding`. They are part of the folder's name.

    Returns
    -------
    tuple
        Tasks, ``["bound"]``; data sets: train, valid and test; and transformers.
        With the default featurizer X is int8 (N, L, 4).

    Raises
    ------
    BadValueError
        As for every loader.

    Examples
    --------
    >>> import tempfile
    >>> tasks, (train, valid, test), _ = load_simulated_tf(n=1000, save_dir=tempfile.mkdtemp())
    >>> tasks, train.X.shape, len(valid), len(test)
    (['bound'], (800, 101, 4), 100, 100)
    """
    loader = SimulatedLoader(
        Wanted(featurizer, splitter, transformers, data_dir, save_dir, has_positions=True),
        SIMULATED_TF_TASKS,
        simulate_tf_binding,
        DNA,
        n=n,
        seed=seed,
        length=length,
        prevalence=prevalence,
    )
    return loader.load("simulated_tf", reload)


def simulated_accessibility(n: int = 10_000, seed: int = 0, length: int = 101, prevalence: float = 0.01) -> SideInput:
    """Return the chromatin accessibility of the windows of :func:`load_simulated_tf`, for all three parts.

    Parameters
    ----------
    n, seed, length, prevalence
        The same as were given to :func:`load_simulated_tf`; other windows have other ids.

    Returns
    -------
    SideInput
        One track, ``accessibility``, with a value for each id; simulated.

    Raises
    ------
    BadValueError
        If a parameter is out of range.

    Examples
    --------
    >>> import tempfile
    >>> _, (train, _, _), _ = load_simulated_tf(n=1000, save_dir=tempfile.mkdtemp())
    >>> simulated_accessibility(n=1000).lookup(train.ids).shape
    (800, 1)
    """
    simulated = simulate_tf_binding(n, seed, length, prevalence)
    return SideInput(simulated.ids, simulated.accessibility, names=["accessibility"])


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
