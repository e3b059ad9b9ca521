"""Featurizers and splitters by name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from deepchem import molnet
from deepchem.feat import Featurizer
from deepchem.molnet import TransformerGenerator
from deepchem.splits import Splitter, TaskSplitter
from deepchem.splits import splitters as dc_splitters

from deepchem_genomics.arguments import nearest
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import GappedKmerFeaturizer, GuideFeaturizer, KmerFeaturizer, OneHotNucleotideFeaturizer
from deepchem_genomics.splits import BlockSplitter, ChromosomeSplitter, SimilaritySplitter

__all__ = ["featurizer_named", "featurizers", "splitter_named", "splitters", "transformers_named"]

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


_OF_MOLECULES = (
    dc_splitters.ButinaSplitter,
    dc_splitters.FingerprintSplitter,
    dc_splitters.MaxMinSplitter,
    dc_splitters.MolecularWeightSplitter,
    dc_splitters.ScaffoldSplitter,
    dc_splitters.TimeSplitterPDBbind,
)


def splitter_named(
    splitter: Splitter | str | None, own: Sequence[str] = (), has_positions: bool = True
) -> Splitter | None:
    """Return a splitter given by name, ours or DeepChem's; or itself. ``own`` are further names, for messages.

    BadValueError for one that does not split rows of sequences: those for molecules, the one that splits tasks, and by
    name those that need ids with positions in a genome where there are none.

    Examples
    --------
    >>> splitter_named("block")
    BlockSplitter[block_size=None, guard=1000, stratify=False]
    """
    if splitter is None:
        return None
    known = molnet.splitters | splitters
    reasons = {name: _why_not(one) for name, one in known.items()}
    if not has_positions:
        reasons.update(dict.fromkeys(_BY_POSITION, "needs ids with positions in a genome, and these have none"))
    suited = {name: one for name, one in known.items() if not reasons[name]}
    choices = sorted({*suited, *own})
    if isinstance(splitter, str):
        called, reason = repr(splitter), reasons.get(splitter.lower(), "")
    else:
        called, reason = type(splitter).__name__, _why_not(splitter)
    if reason:
        raise BadValueError(f"the splitter {called} {reason}; choose one of {', '.join(choices)}")
    return _named("splitter", splitter, suited, choices)


_BY_POSITION = ("block", "chromosome")


def _why_not(splitter: Any) -> str:
    """Return why a splitter cannot divide rows of sequences; nothing if it can."""
    if isinstance(splitter, _OF_MOLECULES):
        return "reads ids as molecules, and these are sequences"
    return "divides tasks, not rows" if isinstance(splitter, TaskSplitter) else ""


def transformers_named(given: Sequence[TransformerGenerator | str]) -> list[TransformerGenerator]:
    """Return makers of transformers, those given by name from DeepChem's.

    Examples
    --------
    >>> [one.get_directory_name() for one in transformers_named(["minmax"])]
    ['MinMaxTransformer_transform_y_True']
    """
    choices = ", ".join(map(repr, sorted(molnet.transformers)))
    rule = f"a list of dc.molnet.TransformerGenerator or of names: {choices}"
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise BadValueError(f"transformers is {given!r:.60}; it must be {rule}")
    found = [_named("transformer", one, molnet.transformers) for one in given]
    wrong = [one for one in found if not hasattr(one, "create_transformer")]
    if wrong:
        raise BadValueError(f"transformers has a {type(wrong[0]).__name__} in it; it must be {rule}")
    return found


def _named(what: str, named: Named | str, known: Mapping[str, Any], choices: Sequence[str] = ()) -> Named:
    if not isinstance(named, str):
        return named
    if named.lower() not in known:
        raise BadValueError(
            f"there is no {what} named {named!r}; {nearest(named, known)}choose one of "
            f"{', '.join(choices or sorted(known))}"
        )
    found: Named = known[named.lower()]
    return found
