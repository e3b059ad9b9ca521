"""Featurizers and splitters by name."""

from typing import Any, TypeVar

from deepchem import molnet
from deepchem.feat import Featurizer
from deepchem.splits import Splitter

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import GappedKmerFeaturizer, GuideFeaturizer, KmerFeaturizer, OneHotNucleotideFeaturizer
from deepchem_genomics.splits import BlockSplitter, ChromosomeSplitter, SimilaritySplitter

__all__ = ["featurizer_named", "featurizers", "splitter_named", "splitters"]

featurizers: dict[str, Featurizer] = {
    "dna-gapped-kmers": GappedKmerFeaturizer(),
    "dna-kmers": KmerFeaturizer(),
    "dna-onehot": OneHotNucleotideFeaturizer(),
    "rna-guide": GuideFeaturizer(),
    "rna-kmers": KmerFeaturizer((1, 2, 3), "ACGU", canonical=False),
    "rna-onehot": OneHotNucleotideFeaturizer("ACGU"),
}
"""Our featurizers by the names that MoleculeNet loaders take, once registered."""

splitters: dict[str, Splitter] = {
    "block": BlockSplitter(),
    "chromosome": ChromosomeSplitter(),
    "similarity": SimilaritySplitter(),
}
"""Our splitters by the names that MoleculeNet loaders take, once registered; each with its defaults."""

Named = TypeVar("Named")


def featurizer_named(featurizer: Featurizer | str) -> Featurizer:
    """Return a featurizer given by name, ours or DeepChem's; or itself.

    Examples
    --------
    >>> featurizer_named("RNA-onehot")
    OneHotNucleotideFeaturizer[alphabet='ACGU', length=None, unknown='zeros', on_length='error', interchange_tu=False]
    """
    return _named("featurizer", featurizer, molnet.featurizers | featurizers)


def splitter_named(splitter: Splitter | str | None) -> Splitter | None:
    """Return a splitter given by name, ours or DeepChem's; or itself.

    Examples
    --------
    >>> splitter_named("block")
    BlockSplitter[block_size=None, guard=1000, stratify=False]
    """
    return None if splitter is None else _named("splitter", splitter, molnet.splitters | splitters)


def _named(what: str, named: Named | str, known: dict[str, Any]) -> Named:
    if not isinstance(named, str):
        return named
    if named.lower() not in known:
        raise BadValueError(f"there is no {what} named {named!r}; choose one of {', '.join(sorted(known))}")
    found: Named = known[named.lower()]
    return found
