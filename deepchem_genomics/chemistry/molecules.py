"""Strands and duplexes as RDKit molecules, by way of HELM, the notation in which RDKit reads biopolymers."""

from collections.abc import Iterable
from typing import Any, overload

from rdkit import Chem

from deepchem_genomics.chemistry.strands import check_phosphate, clean_strand
from deepchem_genomics.errors import EmptyInputError, SequenceLengthError

__all__ = ["duplex_molecule", "nucleic_acid_molecule", "smiles"]

_SUGARS = {"RNA": "R", "DNA": "[dR]"}
_LONGEST = 1000  # bases; RDKit's canonical order of atoms takes 5 s there, and at 5,000 it ends the process


def nucleic_acid_molecule(sequence: str, kind: str = "RNA", phosphate: str = "none") -> Any:
    """Build the molecule of a single strand.

    Parameters
    ----------
    sequence : str
        L bases from 5' to 3', upper or lower case, at most 1,000.
    kind : {"RNA", "DNA"}, default "RNA"
        Ribose and U, or deoxyribose and T.
    phosphate : {"none", "5'", "3'", "both"}, default "none"
        Ends that carry a phosphate instead of a hydroxyl group. A guide in RISC has one at its 5' end.

    Returns
    -------
    rdkit.Chem.Mol
        Without explicit hydrogens or coordinates; the stereochemistry of every sugar is set. Atoms know their residue:
        ``Chem.MolToSequence`` gives the sequence back.

    Raises
    ------
    UnknownBaseError
        If a letter is not a base: what is N, or another IUPAC code for several bases, is not a molecule.
    AlphabetMismatchError
        If there is T in RNA or U in DNA.
    EmptyInputError
        If there are no bases.
    SequenceLengthError
        If there are more than 1,000 bases.
    BadValueError
        If the sequence is not a string, or an option has no such value.

    References
    ----------
    Zhang et al. (2012), HELM: a hierarchical notation language for complex biomolecule structure representation, J.
    Chem. Inf. Model. 52, 2796-2806, doi:10.1021/ci3001925.

    Examples
    --------
    >>> from rdkit import Chem
    >>> adenosine_monophosphate = nucleic_acid_molecule("A", phosphate="5'")
    >>> Chem.MolToSmiles(adenosine_monophosphate)
    'Nc1ncnc2c1ncn2[C@@H]1O[C@H](COP(=O)(O)O)[C@@H](O)[C@H]1O'
    >>> nucleic_acid_molecule("GATTACA", kind="DNA").GetNumAtoms()
    141
    """
    return _built([_chain(sequence, kind, phosphate, "the sequence", "phosphate")])


def duplex_molecule(
    guide: str,
    passenger: str,
    kind: str = "RNA",
    guide_phosphate: str = "none",
    passenger_phosphate: str = "none",
) -> Any:
    """Build two strands as two fragments of one molecule.

    Whether they pair is not looked at: overhangs, mismatches and wobbles are as good as any. Hydrogen bonds are not
    drawn.

    Parameters
    ----------
    guide, passenger : str
        The strands, each from 5' to 3': chains A and B of the molecule.
    kind : {"RNA", "DNA"}, default "RNA"
        Of both strands.
    guide_phosphate, passenger_phosphate : {"none", "5'", "3'", "both"}, default "none"
        Ends that carry a phosphate.

    Returns
    -------
    rdkit.Chem.Mol
        Two fragments; ``Chem.MolToHELM`` writes them as ``RNA1`` and ``RNA2``.

    Raises
    ------
    UnknownBaseError, AlphabetMismatchError, EmptyInputError, SequenceLengthError, BadValueError
        As for :func:`nucleic_acid_molecule`, naming the strand.

    Examples
    --------
    >>> from rdkit import Chem
    >>> Chem.MolToHELM(duplex_molecule("ACU", "GU", guide_phosphate="5'"))
    'RNA1{P.R(A)P.R(C)P.R(U)}|RNA2{R(G)P.R(U)}$$$$'
    """
    return _built(
        [
            _chain(guide, kind, guide_phosphate, "the guide", "guide_phosphate"),
            _chain(passenger, kind, passenger_phosphate, "the passenger", "passenger_phosphate"),
        ]
    )


@overload
def smiles(sequences: str, kind: str = "RNA", phosphate: str = "none") -> str: ...  # type: ignore[overload-overlap]
@overload
def smiles(sequences: Iterable[str], kind: str = "RNA", phosphate: str = "none") -> list[str]: ...
def smiles(sequences: str | Iterable[str], kind: str = "RNA", phosphate: str = "none") -> str | list[str]:
    """Write the canonical isomeric SMILES of strands: one text for one molecule.

    Parameters
    ----------
    sequences : str or iterable of str
        One strand or several, each from 5' to 3'.
    kind, phosphate
        As for :func:`nucleic_acid_molecule`.

    Returns
    -------
    str or list of str
        A string for a string, a list for anything else.

    Raises
    ------
    UnknownBaseError, AlphabetMismatchError, EmptyInputError, SequenceLengthError, BadValueError
        As for :func:`nucleic_acid_molecule`, naming the sequence.

    Examples
    --------
    >>> smiles("U")
    'O=c1ccn([C@@H]2O[C@H](CO)[C@@H](O)[C@H]2O)c(=O)[nH]1'
    """
    if isinstance(sequences, str):
        return Chem.MolToSmiles(nucleic_acid_molecule(sequences, kind, phosphate))
    written = [
        Chem.MolToSmiles(_built([_chain(sequence, kind, phosphate, f"sequence {i}", "phosphate")]))
        for i, sequence in enumerate(sequences)
    ]
    if not written:
        raise EmptyInputError("there are no sequences; at least one is needed; check what selected them")
    return written


def _chain(sequence: str, kind: str, phosphate: str, name: str, parameter: str) -> str:
    """Write a strand in HELM: P.R(A)P.R(C) is an A and a C, and a phosphate at the 5' end."""
    check_phosphate(phosphate, parameter)
    bases = clean_strand(sequence, kind, name)
    if len(bases) > _LONGEST:
        raise SequenceLengthError(
            f"{name} has {len(bases)} bases; RDKit manages molecules of up to about {_LONGEST} bases; take a part, or "
            "molecular_weight() alone, which takes any length"
        )
    residues = "P.".join(f"{_SUGARS[kind]}({base})" for base in bases)
    return ("P." if phosphate in ("5'", "both") else "") + residues + ("P" if phosphate in ("3'", "both") else "")


def _built(chains: list[str]) -> Any:
    helm = "|".join(f"RNA{i}{{{chain}}}" for i, chain in enumerate(chains, 1)) + "$$$$"
    molecule = Chem.MolFromHELM(helm)
    if molecule is None:  # what comes here was checked, so it would be RDKit that had changed
        raise RuntimeError(f"RDKit cannot read the HELM notation {helm}")
    return molecule
