"""Making this package's featurizers, splitters and data sets known to DeepChem."""

from collections.abc import MutableMapping
from typing import Any, NamedTuple

from deepchem_genomics.errors import NameTakenError

__all__ = ["Registered", "register"]


class Registered(NamedTuple):
    """The names that stand for something of this package.

    Parameters
    ----------
    featurizers : tuple of str
        In ``dc.molnet.featurizers``: what to give a ``dc.molnet.load_*`` function as ``featurizer``.
    splitters : tuple of str
        In ``dc.molnet.splitters``: what to give it as ``splitter``.
    loaders : tuple of str
        Functions in ``dc.molnet``.
    """

    featurizers: tuple[str, ...]
    splitters: tuple[str, ...]
    loaders: tuple[str, ...]


def register() -> Registered:
    """Add our featurizers, splitters and data sets to DeepChem's MoleculeNet, by name.

    =====================================  ==========================================================================
    ``featurizer="dna-onehot"``            :class:`~deepchem_genomics.feat.OneHotNucleotideFeaturizer`, A, C, G, T
    ``featurizer="rna-onehot"``            the same for A, C, G, U
    ``featurizer="dna-kmers"``             :class:`~deepchem_genomics.feat.KmerFeaturizer`, 5-mers of both strands
    ``featurizer="rna-kmers"``             the same for A, C, G, U: 1- to 3-mers of the strand
    ``featurizer="dna-gapped-kmers"``      :class:`~deepchem_genomics.feat.GappedKmerFeaturizer`, 4 bases of up to 6
    ``featurizer="rna-guide"``             :class:`~deepchem_genomics.feat.GuideFeaturizer`, siRNA guides of 21 nt
    ``splitter="chromosome"``              :class:`~deepchem_genomics.splits.ChromosomeSplitter`, by fractions
    ``splitter="block"``                   :class:`~deepchem_genomics.splits.BlockSplitter`, three stretches, 1000 bp
    ``splitter="similarity"``              :class:`~deepchem_genomics.splits.SimilaritySplitter`, 15-mers, both strands
    ``dc.molnet.load_jund()``              :func:`~deepchem_genomics.molnet.load_jund`
    ``dc.molnet.load_sirna()``             :func:`~deepchem_genomics.molnet.load_sirna`
    ``dc.molnet.load_gue_tf()``            :func:`~deepchem_genomics.molnet.load_gue_tf`
    ``dc.molnet.load_simulated_tf()``      :func:`~deepchem_genomics.molnet.load_simulated_tf`
    ``dc.molnet.load_simulated_sirna()``   :func:`~deepchem_genomics.molnet.load_simulated_sirna`
    =====================================  ==========================================================================

    DeepChem has no entry points for extensions, so this is a call to make once; making it again changes nothing.

    Returns
    -------
    Registered
        All the names, whether they were added now or before.

    Raises
    ------
    NameTakenError
        If a name stands for something that is not ours; then nothing is added.

    Examples
    --------
    >>> import deepchem as dc
    >>> register().featurizers
    ('dna-gapped-kmers', 'dna-kmers', 'dna-onehot', 'rna-guide', 'rna-kmers', 'rna-onehot')
    >>> dc.molnet.featurizers["dna-onehot"]
    OneHotNucleotideFeaturizer[alphabet='ACGT', length=None, unknown='zeros', on_length='error', interchange_tu=False]
    """
    from deepchem import molnet

    from deepchem_genomics.molnet import featurizers, loaders, splitters

    functions = {f"load_{name}": function for name, function in loaders.items()}
    additions: list[tuple[str, MutableMapping[str, Any], dict[str, Any]]] = [
        ("dc.molnet.featurizers", molnet.featurizers, dict(featurizers)),
        ("dc.molnet.splitters", molnet.splitters, dict(splitters)),
        ("dc.molnet", vars(molnet), functions),
    ]
    for where, table, ours in additions:
        _require_free(where, table, ours)
    for _, table, ours in additions:
        for name, thing in ours.items():
            table.setdefault(name, thing)
    return Registered(tuple(sorted(featurizers)), tuple(sorted(splitters)), tuple(sorted(functions)))


def _require_free(where: str, table: MutableMapping[str, Any], ours: dict[str, Any]) -> None:
    """Each name must be new, or stand for something of this package already."""
    for name in ours:
        if name in table and not _is_ours(table[name]):
            raise NameTakenError(
                f"{where} has {name!r} already, and it is {table[name]!r}, not of deepchem_genomics; nothing was "
                "registered; pass our objects themselves instead of their names, or remove that entry first"
            )


def _is_ours(thing: Any) -> bool:
    module = thing.__module__ if hasattr(thing, "__name__") else type(thing).__module__
    return module.split(".")[0] == "deepchem_genomics"
