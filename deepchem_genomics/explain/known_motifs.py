"""Motifs to compare with: all of JASPAR's for vertebrates, or those of files."""

import logging
import os
import warnings
from collections.abc import Mapping, Sequence
from contextlib import closing
from importlib import import_module
from typing import NamedTuple

from deepchem_genomics.errors import BadValueError, EmptyInputError, MissingExtraError
from deepchem_genomics.motifs import CountMatrix, read_motifs
from deepchem_genomics.motifs.reading import to_count_matrix

__all__ = ["KnownMotifs", "jaspar_core", "motifs_of_files"]

logger = logging.getLogger(__name__)


class KnownMotifs(NamedTuple):
    """Matrices, and where they come from.

    Parameters
    ----------
    matrices : sequence of CountMatrix
        With accessions of their own.
    families : mapping of str to str
        Family of the factor by accession, where it is known.
    source : str
        A few words, such as ``JASPAR2024 CORE, vertebrates``.
    """

    matrices: Sequence[CountMatrix]
    families: Mapping[str, str]
    source: str

    def by_accession(self) -> dict[str, CountMatrix]:
        """Return the matrices by accession.

        Returns
        -------
        dict of str to CountMatrix
            In their order.
        """
        return {matrix.accession: matrix for matrix in self.matrices}


def jaspar_core(taxon: str = "vertebrates", release: str = "JASPAR2024") -> KnownMotifs:
    """Return the latest version of each matrix of JASPAR's CORE collection; nothing is downloaded.

    Parameters
    ----------
    taxon : str, default "vertebrates"
        Group of species, as JASPAR names it.
    release : str, default "JASPAR2024"
        Which of the releases that pyjaspar has.

    Returns
    -------
    KnownMotifs
        With the families of the factors; 879 matrices for the defaults.

    Raises
    ------
    MissingExtraError
        If pyjaspar is not installed.
    BadValueError
        If it has no such release or group.

    References
    ----------
    Rauluseviciute et al. (2024), JASPAR 2024, Nucleic Acids Research 52:D174-D182, doi:10.1093/nar/gkad1059.
    """
    try:
        pyjaspar = import_module("pyjaspar")
    except ImportError:
        raise MissingExtraError(
            "JASPAR's matrices come with pyjaspar, which is not installed; pip install 'deepchem_genomics[motifs]', or "
            "give a file of motifs (--jaspar)"
        ) from None
    if release not in pyjaspar.jaspar_releases:
        raise BadValueError(f"unknown release {release!r}; choose one of {', '.join(pyjaspar.jaspar_releases)}")
    database = pyjaspar.jaspardb(release=release)
    with closing(database.conn), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = database.fetch_motifs(collection="CORE", tax_group=[taxon])
    if not found:
        raise BadValueError(f"{release} has no CORE matrices for {taxon!r}; 'vertebrates' is one of its groups")
    found = sorted(found, key=lambda motif: motif.matrix_id)
    matrices = [to_count_matrix(release, motif.matrix_id, motif.name, motif.counts) for motif in found]
    families = {motif.matrix_id: "::".join(dict.fromkeys(motif.tf_family or ())) for motif in found}
    return KnownMotifs(matrices, families, f"{release} CORE, {taxon}, {len(matrices)} matrices")


def motifs_of_files(paths: Sequence[str | os.PathLike[str]]) -> KnownMotifs:
    """Read the motifs of files.

    Parameters
    ----------
    paths : sequence of path-like
        As for :func:`deepchem_genomics.motifs.read_motifs`.

    Returns
    -------
    KnownMotifs
        Without families. Of matrices with one accession the first is kept, and the number left out is logged.

    Raises
    ------
    EmptyInputError
        If there are no files.
    GenomicsError
        If a file is not a motif file.
    """
    if not paths:
        raise EmptyInputError("there are no files of motifs; give one or more")
    matrices = [matrix for path in paths for matrix in read_motifs(path)]
    kept = {matrix.accession: matrix for matrix in reversed(matrices)}
    if len(kept) < len(matrices):
        logger.warning("%d motifs have the accession of another and are left out", len(matrices) - len(kept))
    in_order = [matrix for matrix in matrices if kept[matrix.accession] is matrix]
    names = ", ".join(os.path.basename(os.fspath(path)) for path in paths)  # noqa: PTH119 (the names alone)
    return KnownMotifs(in_order, {}, f"{names}, {len(in_order)} matrices")
