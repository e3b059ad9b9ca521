"""Known motifs, from JASPAR or from files, and what a model has learned compared with them."""

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics import interpret, plots
from deepchem_genomics.errors import BadValueError, EmptyInputError, MissingExtraError
from deepchem_genomics.motifs import CountMatrix, read_motifs
from deepchem_genomics.motifs.jaspar import opened_release
from deepchem_genomics.motifs.matrices import to_count_matrix
from deepchem_genomics.wording import counted

__all__ = [
    "ALIKE",
    "SIGNIFICANT",
    "KnownMotifs",
    "agreement",
    "best_matches",
    "gallery_matches",
    "information_of",
    "jaspar_core",
    "motifs_of_files",
    "write_jaspar",
]

logger = logging.getLogger(__name__)

SIGNIFICANT = 0.05
"""Matches of a lower q, which agree too, are called alike."""

ALIKE = "q < 0.05, and an agreement of 0.7 or more"
"""What is called alike, in words."""

_LOOKED_AT = 50  # matches of lowest p that are looked at
_EACH = 3  # matches of each motif in the table
_AGREEMENT = 0.7  # of a match, see agreement()
_FEWEST_BITS = 5.0  # of a motif that is compared: less is like every motif with a flat stretch
_EDGE_BITS = 0.25  # of a position at an end: less is cut off, for the same reason


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
    with opened_release(release, ", or give a file of motifs") as database:
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


def best_matches(motifs: list[CountMatrix], known_motifs: KnownMotifs | str) -> tuple[pd.DataFrame | None, str]:
    """Compare motifs that a model has learned with the known ones, or say why there are none.

    Returns up to three matches a motif, best motif first, as :func:`deepchem_genomics.interpret.match_motifs` does,
    with the columns ``family``, ``agreement`` and ``alike`` (:func:`agreement` explains why q alone is not enough), and
    a remark on how many motifs were left out; or None and the reason. Motifs of less than 5 bits are left out, and ends
    without information are cut off.
    """
    if isinstance(known_motifs, str):
        return None, known_motifs
    informative = [motif for motif in motifs if information_of(motif) >= _FEWEST_BITS]
    if not informative:
        return (
            None,
            f"none of {counted(len(motifs), 'motif')} has {_FEWEST_BITS:g} bits of information, which is needed to "
            "compare",
        )
    cut = [_without_flat_ends(motif) for motif in informative]
    try:
        matches = interpret.match_motifs([motif for motif, _ in cut], known_motifs.matrices, n_best=_LOOKED_AT)
    except MissingExtraError as error:
        return None, str(error)
    own, known = {motif.accession: motif for motif, _ in cut}, known_motifs.by_accession()
    matches["agreement"] = [
        agreement(own[row["query"]], known[row["target"]], int(row["offset"]), row["strand"] == "-")
        for row in matches.to_dict("records")
    ]
    matches["alike"] = (matches["q"] < SIGNIFICANT) & (matches["agreement"] >= _AGREEMENT)
    matches["family"] = [known_motifs.families.get(target, "") for target in matches["target"]]
    matches["offset"] += matches["query"].map({motif.accession: start for motif, start in cut})
    matches = matches.sort_values(["alike", "p"], ascending=[False, True], kind="stable")
    matches["place"] = matches["query"].map({query: i for i, query in enumerate(matches["query"].unique())})
    few = len(motifs) - len(informative)
    left_out = f"{few} of less than {_FEWEST_BITS:g} bits of information are not compared." if few else ""
    shown = matches.groupby("query", sort=False).head(_EACH)
    return shown.sort_values("place", kind="stable").drop(columns="place").reset_index(drop=True), left_out


def agreement(motif: CountMatrix, known: CountMatrix, offset: int, reverse: bool) -> float:
    """Return how much two aligned motifs agree, over all positions of both.

    It is the cosine between what the two have beyond equal shares of the letters: 1 for equal motifs, 0 for unrelated
    ones. ``known`` begins at position ``offset`` of ``motif``, after it was reversed if ``reverse``. A flat stretch
    counts for nothing. In a comparison of columns it is identical to any other flat stretch, which makes the p-value of
    a motif with little information, next to the gap of one in two parts, absurdly low.

    Examples
    --------
    >>> toy = CountMatrix("m", "m", ((8, 0, 1), (0, 0, 1), (0, 8, 1), (0, 0, 5)))
    >>> [round(agreement(toy, toy, offset, False), 2) for offset in (0, 3)]
    [1.0, 0.0]
    """
    one, other = (each.probabilities() - 0.25 for each in (motif, known))
    if reverse:
        other = other[::-1, ::-1]
    start, end = max(0, offset), min(len(one), offset + len(other))
    shared = float((one[start:end] * other[start - offset : end - offset]).sum()) if end > start else 0.0
    return shared / max(float(np.linalg.norm(one) * np.linalg.norm(other)), 1e-12)


def write_jaspar(motifs: list[CountMatrix], path: Path) -> None:
    """Write matrices in JASPAR's format, which :func:`deepchem_genomics.motifs.read_motifs` reads."""
    lines = []
    for motif in motifs:
        lines.append(f">{motif.accession} {motif.name}")
        for letter, counts in zip("ACGT", motif.counts, strict=True):
            lines.append(f"{letter} [ {' '.join(f'{count:.6g}' for count in counts)} ]")
    path.write_text("".join(f"{line}\n" for line in lines))


def gallery_matches(first: pd.DataFrame | None, known: KnownMotifs | str) -> dict[str, plots.MotifMatch]:
    """Return what :func:`deepchem_genomics.plots.filter_gallery` draws below each motif that is alike, by its name."""
    if first is None or isinstance(known, str):
        return {}
    matrices = known.by_accession()
    matches = {}
    for row in first[first["alike"]].to_dict("records"):
        matrix = np.transpose(matrices[row["target"]].counts)
        label = f"{row['name']} {row['target']}"
        matches[row["query"]] = plots.MotifMatch(
            label, matrix, int(row["offset"]), row["strand"] == "-", float(row["q"])
        )
    return matches


def information_of(motif: CountMatrix) -> float:
    """Return the information of a motif in bits, relative to letters that are equally frequent.

    Examples
    --------
    >>> round(information_of(CountMatrix("m", "m", ((1000, 1), (0, 1), (0, 1), (0, 1)))), 1)
    2.0
    """
    return float(_bits(motif).sum())


def _bits(motif: CountMatrix) -> NDArray[np.float64]:
    shares = motif.probabilities(pseudocount=0.25)
    found: NDArray[np.float64] = (shares * np.log2(4 * shares)).sum(axis=1)
    return found


def _without_flat_ends(motif: CountMatrix) -> tuple[CountMatrix, int]:
    """Return a motif and the number of positions cut off at its beginning."""
    kept = np.flatnonzero(_bits(motif) >= _EDGE_BITS)
    first, last = (int(kept[0]), int(kept[-1])) if len(kept) else (0, motif.width - 1)
    return motif._replace(counts=tuple(row[first : last + 1] for row in motif.counts)), first
