"""Features of siRNA guides, as blocks of numbers."""

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.feat.alphabet import RNA
from deepchem_genomics.feat.duplex import duplex_ends, duplex_energy, melting_temperature, stacking_energies
from deepchem_genomics.feat.guides import PAIRED
from deepchem_genomics.feat.kmers import kmer_counts, kmer_names
from deepchem_genomics.typing import OneHot

__all__ = ["guide_block_names", "guide_blocks", "pairing"]

Float = NDArray[np.float64]

_SEED = slice(1, 8)
_KMERS, _LONG_KMERS = (1, 2, 3, 4), 5


def guide_blocks(guides: OneHot) -> dict[str, Float]:
    """Describe guides (N, L, 4) of at least 19 nt, columns A, C, G, U, by four blocks of numbers (N, n).

    ``bases``: which base is where (4 L columns). ``kmers``: how often each k-mer of 1 to 4 bases occurs (340);
    ``long_kmers``: of 5 bases (1,024). ``pairing``: see :func:`pairing` (L + 4).
    """
    return {
        "bases": guides.reshape(len(guides), -1).astype(np.float64),
        "kmers": kmer_counts(guides, _KMERS).astype(np.float64),
        "long_kmers": kmer_counts(guides, _LONG_KMERS).astype(np.float64),
        "pairing": pairing(guides),
    }


def guide_block_names(length: int) -> dict[str, list[str]]:
    """Name the columns of :func:`guide_blocks` for guides of ``length`` bases; positions count from 1 at the 5' end."""
    return {
        "bases": [f"{letter}{place}" for place in range(1, length + 1) for letter in RNA.letters],
        "kmers": kmer_names(_KMERS, RNA),
        "long_kmers": kmer_names(_LONG_KMERS, RNA),
        "pairing": [
            *(f"stack {place}-{place + 1} (kcal/mol)" for place in range(1, length)),
            "duplex (kcal/mol)",
            "5' end (kcal/mol)",
            "3' end (kcal/mol)",
            "5' minus 3' end (kcal/mol)",
            "seed melting temperature (C)",
        ],
    }


def pairing(guides: OneHot) -> Float:
    """Describe how tightly guides pair, (N, L + 4).

    Free energies at 37 C of each stack, of the duplex, its two ends and their difference, in kcal/mol, and the melting
    temperature of the seed in C.
    """
    duplex, seed = duplex_energy(guides[:, :PAIRED]), melting_temperature(guides[:, _SEED])
    return np.column_stack([stacking_energies(guides), duplex, *duplex_ends(guides), seed])
