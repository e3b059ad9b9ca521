"""Guides with the seed of a known miRNA, which may act on that miRNA's targets."""

import os
import re
from collections import defaultdict
from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.errors import EmptyInputError, GenomeFileError, UnknownBaseError
from deepchem_genomics.io.fasta import read_records
from deepchem_genomics.sirna.seed_counts import SEED, numbers_of
from deepchem_genomics.sirna.sites import CODES
from deepchem_genomics.wording import listed

__all__ = ["MOST_NAMED", "mirna_seeds", "read_mirnas"]

MOST_NAMED = 3
"""Names in a cell of a table."""
_SPECIES = re.compile(r"([a-z0-9]{3,5})-")  # hsa-miR-21-5p
_BASES = re.compile(r"[ACGU]*")
_LONGEST = 36  # bases; hairpins have more


def read_mirnas(path: str | os.PathLike[str]) -> dict[str, str]:
    r"""Read mature miRNAs of one species, by name, from a FASTA file such as miRBase's ``mature.fa``.

    Parameters
    ----------
    path : path-like
        The file; T is read as U. The package has none of its own.

    Returns
    -------
    dict of str to str
        Sequences 5' to 3', upper case.

    Raises
    ------
    GenomeFileError
        If names begin with several species, as ``hsa-`` and ``mmu-``: between them they have nearly every seed.
    UnknownBaseError
        If a miRNA has fewer than 8 bases or more than 36, as hairpins have, or a letter other than A, C, G, T and U.
    EmptyInputError, DuplicateIdError
        If the file is empty, or two miRNAs have one name.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "mature.fa"
    >>> _ = path.write_text(">hsa-miR-0 made up\nUAGCUUAUCAGACUGAUGUUGA\n")
    >>> read_mirnas(path)
    {'hsa-miR-0': 'UAGCUUAUCAGACUGAUGUUGA'}
    """
    found = {}
    for record in read_records(path, unique=True):
        sequence = record.sequence.upper().replace("T", "U")
        if not SEED.stop <= len(sequence) <= _LONGEST or not _BASES.fullmatch(sequence):
            raise UnknownBaseError(
                f"{os.fspath(path)}:{record.line}: {record.name} has {len(sequence)} bases, {record.sequence[:40]!r}; "
                f"a mature miRNA has {SEED.stop} to {_LONGEST}, A, C, G and U or T; give these, and not their hairpins"
            )
        found[record.name] = sequence
    if not found:
        raise EmptyInputError(f"{os.fspath(path)} has no records; give miRNAs")
    species = sorted({begin[1] for name in found if (begin := _SPECIES.match(name))})
    if len(species) > 1:
        raise GenomeFileError(
            f"{os.fspath(path)} has miRNAs of {len(species)} species ({listed(species, 5)}); give those of one, "
            "such as the records whose names begin with 'hsa-'"
        )
    return found


def mirna_seeds(guides: NDArray[np.uint8], mirnas: Mapping[str, str]) -> pd.DataFrame:
    """Name the miRNAs whose bases 2 to 8 each guide shares: columns ``mirna`` and ``mirna_pass``.

    >>> guides = np.array([list(b"UAGCUUAUGGUGAUCAUGGCU")], np.uint8)
    >>> mirna_seeds(CODES[guides], {"miR-0": "UAGCUUAUCAGACUGAUGUUGA"}).to_numpy().tolist()
    [['miR-0', False]]
    """
    names = defaultdict[int, list[str]](list)
    for name, sequence in mirnas.items():
        codes = CODES[np.frombuffer(sequence[SEED].encode("ascii"), np.uint8)]
        names[int(numbers_of(codes[np.newaxis])[0])].append(name)
    told = {number: listed(found, MOST_NAMED) for number, found in names.items()}
    shared = pd.Series([told.get(number, "") for number in numbers_of(guides[:, SEED]).tolist()], dtype=object)
    return pd.DataFrame({"mirna": shared, "mirna_pass": (shared == "").astype("boolean")})
