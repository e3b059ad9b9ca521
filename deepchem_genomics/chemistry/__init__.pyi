from .mol_featurizer import NucleicAcidMolFeaturizer
from .molecules import duplex_molecule, nucleic_acid_molecule, smiles
from .weights import molecular_weight

__all__ = [
    "NucleicAcidMolFeaturizer",
    "duplex_molecule",
    "molecular_weight",
    "nucleic_acid_molecule",
    "smiles",
]
