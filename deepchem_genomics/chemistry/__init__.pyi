from .mol_featurizer import NucleicAcidMolFeaturizer
from .molecules import duplex_molecule, molecular_weight, nucleic_acid_molecule, smiles

__all__ = [
    "NucleicAcidMolFeaturizer",
    "duplex_molecule",
    "molecular_weight",
    "nucleic_acid_molecule",
    "smiles",
]
