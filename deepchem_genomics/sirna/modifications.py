"""Modified strands: the patterns in use, how strands are written with them, and their molecules.

A strand is written base by base from 5' to 3': ``U`` for RNA, ``dT`` for DNA, ``mU`` with a 2'-O-methyl group, ``fU``
with 2'-fluorine, and ``*`` after a base whose link to the next one is a phosphorothioate: ``mU*fC*mA``.
"""

import re
from typing import Any, NamedTuple

from rdkit import Chem

from deepchem_genomics.errors import BadValueError, UnknownBaseError

__all__ = ["MODIFICATIONS", "Base", "Modification", "modified_molecule", "modified_strand", "read_strand"]

_BASE = re.compile(r"(?P<sugar>[dmf]?)(?P<letter>[ACGTU])(?P<thio>\*?)")
_SUGARS = {"": "R", "d": "[dR]", "m": "R", "f": "R"}  # in HELM; what RDKit has no name for is changed afterwards
_FLUORINE, _SULFUR, _CARBON = 9, 16, 6


class Base(NamedTuple):
    """A base of a strand.

    Parameters
    ----------
    letter : str
        A, C, G, T or U.
    sugar : str, default ""
        "" for ribose, "d" for deoxyribose, "m" with 2'-O-methyl, "f" with 2'-fluorine.
    thio : bool, default False
        Whether the link to the next base is a phosphorothioate.
    """

    letter: str
    sugar: str = ""
    thio: bool = False


class Modification(NamedTuple):
    """A pattern of modifications for both strands of 21 nt.

    Parameters
    ----------
    guide, passenger : str
        A letter a base, from 5' to 3': "m" 2'-O-methyl, "f" 2'-fluorine, "r" unmodified.
    guide_thio, passenger_thio : tuple of int
        How many links are phosphorothioates, from the 5' end and from the 3' end.
    about : str
        Where it is from.
    """

    guide: str
    passenger: str
    guide_thio: tuple[int, int]
    passenger_thio: tuple[int, int]
    about: str


MODIFICATIONS = {
    "none": Modification("r" * 21, "r" * 21, (0, 0), (0, 0), "unmodified"),
    "ome2": Modification(
        "rm" + "r" * 19,
        "r" * 21,
        (0, 0),
        (0, 0),
        "2'-O-methyl at base 2 of the guide, against what its seed does elsewhere: Jackson et al. (2006), RNA 12, 1197",
    ),
    "alternating": Modification(
        "mf" * 10 + "m",
        "fm" * 10 + "f",
        (2, 2),
        (2, 2),
        "2'-O-methyl and 2'-fluorine in turn, one of each in every pair, 2'-fluorine at bases 2 and 14 of the guide: "
        "after Allerson et al. (2005), J. Med. Chem. 48, 901; phosphorothioates at all ends",
    ),
    "esc": Modification(
        "mfmmmfmffmmmmfmfmmmmm",
        "mmmmfmfffmmmmmmmmmmmm",
        (2, 2),
        (2, 2),
        "2'-fluorine at bases 2, 6, 8, 9, 14 and 16 of the guide and opposite its bases 11, 12, 13 and 15, 2'-O-methyl "
        "elsewhere: after Foster et al. (2018), Mol. Ther. 26, 708, for duplexes of 21 and 23 nt with a conjugate; not "
        "measured here in this form of 21 and 21 nt",
    ),
}
"""Patterns by name."""


def read_strand(text: str) -> list[Base]:
    """Read a strand as it is written here; UnknownBaseError where it cannot be."""
    bases, at = list[Base](), 0
    while at < len(text):
        found = _BASE.match(text, at)
        if found is None:
            raise UnknownBaseError(
                f"the strand {text!r} has {text[at]!r} at character {at + 1}; a base is A, C, G, T or U after d, m, f "
                "or nothing, with * behind it for a phosphorothioate, such as 'mU*fC*mA'"
            )
        bases.append(Base(found["letter"], found["sugar"], bool(found["thio"])))
        at = found.end()
    if not bases or bases[-1].thio:
        raise UnknownBaseError(f"the strand {text!r} has no base at its end; end it with one, such as 'mU*fC*mA'")
    return bases


def modified_strand(text: str, pattern: str, thio: tuple[int, int]) -> str:
    """Write a strand with a pattern; what is DNA stays DNA.

    Parameters
    ----------
    text : str
        The strand, such as "UUCGdTdT".
    pattern : str
        A letter a base, as of :class:`Modification`.
    thio : tuple of int
        Links from the 5' end and from the 3' end that are phosphorothioates.

    Returns
    -------
    str
        As this module writes strands.

    Raises
    ------
    UnknownBaseError, BadValueError
        If the strand cannot be read, or has another length than the pattern.

    Examples
    --------
    >>> modified_strand("UCAUdTdT", "mfmfmf", (1, 2))
    'mU*fCmAfU*dT*dT'
    """
    bases = read_strand(text)
    if len(bases) != len(pattern):
        raise BadValueError(
            f"the strand {text!r} has {len(bases)} bases and the pattern {len(pattern)}; give a letter for each base"
        )
    last = len(bases) - 1
    written = [
        Base(
            base.letter,
            base.sugar or letter.replace("r", ""),
            base.thio or at < thio[0] or last - thio[1] <= at < last,
        )
        for at, (base, letter) in enumerate(zip(bases, pattern, strict=True))
    ]
    return "".join(f"{base.sugar}{base.letter}{'*' * base.thio}" for base in written)


def modified_molecule(strand: str) -> Any:
    """Build the molecule of a modified strand.

    Parameters
    ----------
    strand : str
        From 5' to 3', as :data:`MODIFICATIONS` are written in orders: "mU*fC*mAfGdTdT".

    Returns
    -------
    rdkit.Chem.Mol
        Without explicit hydrogens or coordinates. The stereochemistry of every sugar is set; that of phosphorothioates
        is not, as they are synthesized as mixtures.

    Raises
    ------
    UnknownBaseError
        If a base is not one.

    Examples
    --------
    >>> from rdkit import Chem
    >>> Chem.MolToSmiles(modified_molecule("fU"))
    'O=c1ccn([C@@H]2O[C@H](CO)[C@@H](O)[C@H]2F)c(=O)[nH]1'
    """
    bases = read_strand(strand)
    helm = "P.".join(f"{_SUGARS[base.sugar]}({base.letter})" for base in bases)
    plain = Chem.MolFromHELM(f"RNA1{{{helm}}}$$$$")
    if plain is None:  # what comes here was checked, so it would be RDKit that had changed
        raise RuntimeError(f"RDKit cannot read the HELM notation {helm}")
    molecule = Chem.RWMol(plain)
    for atom in list(molecule.GetAtoms()):
        residue = atom.GetPDBResidueInfo()
        name, number = residue.GetName().strip(), residue.GetResidueNumber() - 1
        if name == "O2'" and bases[number].sugar == "f":
            atom.SetAtomicNum(_FLUORINE)
            residue.SetName(" F2'")
        elif name == "O2'" and bases[number].sugar == "m":
            methyl = molecule.AddAtom(Chem.Atom(_CARBON))
            molecule.AddBond(atom.GetIdx(), methyl, Chem.BondType.SINGLE)
        elif name == "OP2" and bases[number - 1].thio:  # the link before this base
            atom.SetAtomicNum(_SULFUR)
            residue.SetName(" SP2")
    Chem.SanitizeMol(molecule)
    return molecule.GetMol()
