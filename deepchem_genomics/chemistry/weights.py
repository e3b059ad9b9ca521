"""Molecular weights of many strands at once: they add up from the letters."""

from collections.abc import Iterable
from functools import cache
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray
from rdkit.Chem.Descriptors import MolWt  # type: ignore[attr-defined]  # made at run time

from deepchem_genomics.chemistry.molecules import nucleic_acid_molecule
from deepchem_genomics.chemistry.strands import alphabet_of, check_phosphate, clean_strand, name_the_letter
from deepchem_genomics.errors import EmptyInputError
from deepchem_genomics.feat.records import read_records

__all__ = ["molecular_weight"]


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
