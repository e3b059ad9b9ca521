"""From sequences to molecules.

DeepChem's own subject is molecules, and a nucleic acid is one. This chapter builds it with RDKit, DeepChem's own tool,
so that everything that takes a molecule takes a guide, a primer or an aptamer:

``nucleic_acid_molecule``, ``duplex_molecule``
    One strand of DNA or RNA, with or without phosphates at its ends, as an RDKit ``Mol`` with every stereo center; two
    strands as two fragments of one ``Mol``.
``smiles``, ``molecular_weight``
    What to order and how much to weigh in: canonical isomeric SMILES, and g/mol of thousands of strands at once.
:class:`NucleicAcidMolFeaturizer`
    Sequences to molecules as a DeepChem featurizer, and on to any molecular featurizer: fingerprints,
    descriptors, graphs.

Strands are written from 5' to 3'. Molecules are the neutral acids: each phosphate carries its hydrogens, no counter-ion
is drawn and no base pair, since a hydrogen bond is not part of a molecule's graph.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
