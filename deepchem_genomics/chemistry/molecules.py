"""Strands and duplexes as RDKit molecules, by way of HELM, the notation in which RDKit reads biopolymers."""

from collections.abc import Iterable
from functools import cache
from typing import Any, NoReturn, overload

import numpy as np
from numpy.typing import NDArray
from rdkit import Chem
from rdkit.Chem.Descriptors import MolWt  # type: ignore[attr-defined]  # made at run time

from deepchem_genomics.arguments import require_choice
from deepchem_genomics.errors import (
    AlphabetMismatchError,
    BadValueError,
    EmptyInputError,
    SequenceLengthError,
    UnknownBaseError,
)
from deepchem_genomics.feat.alphabet import DNA, RNA, Alphabet
from deepchem_genomics.feat.records import read_records

__all__ = [
    "KINDS",
    "PHOSPHATES",
    "alphabet_of",
    "check_kind",
    "check_phosphate",
    "clean_strand",
    "duplex_molecule",
    "molecular_weight",
    "name_the_letter",
    "named_molecule",
    "nucleic_acid_molecule",
    "smiles",
]

KINDS = {"RNA": RNA, "DNA": DNA}
PHOSPHATES = ("none", "5'", "3'", "both")


def check_kind(kind: str) -> None:
    """Raise BadValueError for what is neither "RNA" nor "DNA"."""
    require_choice("kind", kind, KINDS)


def check_phosphate(phosphate: str, name: str = "phosphate") -> None:
    """Raise BadValueError, naming the parameter, for anything but "none", "5'", "3'" and "both"."""
    require_choice(name, phosphate, PHOSPHATES)


def alphabet_of(kind: str) -> Alphabet:
    """Return the letters of "RNA" or "DNA"."""
    check_kind(kind)
    return KINDS[kind]


def clean_strand(sequence: str, kind: str, name: str = "the sequence") -> str:
    """Return a strand in upper case; raise if it is empty or has a letter of the other kind or no known base.

    ``name`` is what errors call the sequence.
    """
    alphabet = alphabet_of(kind)
    if not isinstance(sequence, str):
        raise BadValueError(f"{name} is {sequence!r}, a {type(sequence).__name__}; it must be a str; convert it")
    if not sequence:
        raise EmptyInputError(f"{name} is empty; a molecule needs at least one base; give the bases, or drop it")
    if not set(sequence) <= set(alphabet.letters + alphabet.letters.lower()):
        name_the_letter(sequence, kind, name)
    return sequence.upper()


def name_the_letter(sequence: str, kind: str, name: str) -> NoReturn:
    """Raise the error that names the letter of a strand that is not one of the four bases."""
    alphabet = alphabet_of(kind)
    at = next(i for i, letter in enumerate(sequence) if letter not in alphabet.letters + alphabet.letters.lower())
    letter, bases = sequence[at], ", ".join(alphabet.letters)
    found = f"{name} has {letter!r} at position {at}; {kind} has the bases {bases}"
    if letter.upper() == alphabet.foreign_letter:
        other = "DNA" if kind == "RNA" else "RNA"
        raise AlphabetMismatchError(f'{found}; write {alphabet.letters[3]} for it, or pass kind="{other}"')
    if letter.upper() in alphabet.codes:
        raise UnknownBaseError(f"{found}, and a molecule must have one of them in each place; drop the sequence")
    raise UnknownBaseError(f"{found}; correct the letter")


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
    return named_molecule(sequence, kind, phosphate, "the sequence")


def named_molecule(sequence: str, kind: str, phosphate: str, name: str) -> Any:
    """Build the molecule of a strand that errors call by a name; see :func:`nucleic_acid_molecule`."""
    return _built([_chain(sequence, kind, phosphate, name, "phosphate")])


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
        Chem.MolToSmiles(named_molecule(sequence, kind, phosphate, f"sequence {i}"))
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


@overload
def molecular_weight(sequences: str, kind: str = "RNA", phosphate: str = "none") -> float: ...
@overload
def molecular_weight(sequences: Any, kind: str = "RNA", phosphate: str = "none") -> NDArray[np.float64]: ...
def molecular_weight(
    sequences: str | Iterable[str], kind: str = "RNA", phosphate: str = "none"
) -> float | NDArray[np.float64]:
    """Weigh strands.

    A strand of L bases weighs what its L nucleosides weigh, and L - 1 times what a link between two adds (a phosphate
    less two molecules of water). RDKit weighs those pieces; no molecule of the strand is built.

    Parameters
    ----------
    sequences : str or iterable of str
        One strand, or N of any lengths in anything that :func:`deepchem_genomics.feat.one_hot` takes.
    kind : {"RNA", "DNA"}, default "RNA"
        Ribose and U, or deoxyribose and T.
    phosphate : {"none", "5'", "3'", "both"}, default "none"
        Ends that carry a phosphate.

    Returns
    -------
    float or ndarray of shape (N,), float64
        Average molecular weight in g/mol (natural isotopes), of the neutral acid without counter-ions. A float for a
        string. That of a duplex is the sum of its strands'.

    Raises
    ------
    UnknownBaseError
        If a letter is not a base.
    AlphabetMismatchError
        If there is T in RNA or U in DNA.
    EmptyInputError
        If there are no sequences, or one has no bases.
    BadValueError
        If a sequence is not a string, or an option has no such value.

    Examples
    --------
    >>> molecular_weight(["A", "UUCUCCGAACGUGUCACGUUU"], phosphate="5'").round(2)
    array([ 347.22, 6666.91])
    """
    check_phosphate(phosphate)
    nucleosides, link, end = _pieces(kind)
    if isinstance(sequences, str):
        text = clean_strand(sequences, kind)
        codes, lengths = np.frombuffer(text.encode(), np.uint8), np.array([len(text)])
    else:
        records = read_records(sequences)
        codes, lengths = records.codes(0, len(records)), np.array(records.lengths())
        if not lengths.all():
            empty = records.name(int(np.argmin(lengths)))
            raise EmptyInputError(f"{empty} is empty; a molecule needs at least one base; give the bases, or drop it")
    weights = nucleosides[codes]
    starts = np.cumsum(lengths) - lengths
    if np.isnan(weights).any():
        bad = int(np.searchsorted(starts, np.argmax(np.isnan(weights)), side="right")) - 1
        name_the_letter(records.text(bad), kind, records.name(bad))
    n_ends = {"none": 0, "5'": 1, "3'": 1, "both": 2}[phosphate]
    totals = np.add.reduceat(weights, starts) + (lengths - 1) * link + n_ends * end
    return float(totals[0]) if isinstance(sequences, str) else totals


@cache
def _pieces(kind: str) -> tuple[NDArray[np.float64], float, float]:
    """Weigh nucleosides, by ASCII code (256,), NaN for what is none; a link between two; a phosphate at an end."""
    nucleosides = np.full(256, np.nan)
    for base in alphabet_of(kind).letters:
        nucleosides[[ord(base), ord(base.lower())]] = MolWt(nucleic_acid_molecule(base, kind))
    link = MolWt(nucleic_acid_molecule("AA", kind)) - 2 * nucleosides[ord("A")]
    end = MolWt(nucleic_acid_molecule("A", kind, "5'")) - nucleosides[ord("A")]
    return nucleosides, link, end
