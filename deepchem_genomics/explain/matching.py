"""Motifs of a model beside known ones: which are alike, and which say too little to be compared."""

from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics import interpret, plots
from deepchem_genomics.errors import MissingExtraError
from deepchem_genomics.explain.known_motifs import KnownMotifs
from deepchem_genomics.explain.question import Question
from deepchem_genomics.explain.sections import Table
from deepchem_genomics.motifs import CountMatrix

__all__ = [
    "ALIKE",
    "SIGNIFICANT",
    "agreement",
    "best_matches",
    "gallery_matches",
    "information_of",
    "match_table",
    "write_jaspar",
]

SIGNIFICANT = 0.05
"""Matches of a lower q, which agree too, are called alike."""

ALIKE = "q < 0.05, and an agreement of 0.7 or more"
"""What is called alike, in words."""

_LOOKED_AT = 50  # matches of lowest p that are looked at
_EACH = 3  # matches of each motif in the table
_AGREEMENT = 0.7  # of a match, see agreement(): half of what the two say is the same
_FEWEST_BITS = 5.0  # of a motif that is compared: less is like every motif with a stretch of which nothing is known
_EDGE_BITS = 0.25  # of a position at an end: less is cut off, for the same reason


def best_matches(motifs: list[CountMatrix], question: Question) -> tuple[pd.DataFrame | None, str]:
    """Compare motifs with the known ones.

    Parameters
    ----------
    motifs : list of CountMatrix
        What the model has learned.
    question : Question
        With the known motifs.

    Returns
    -------
    pandas.DataFrame or None
        As :func:`deepchem_genomics.interpret.match_motifs` returns, up to three a motif, with the columns ``family``,
        ``agreement`` and ``alike``, best motif first; :func:`agreement` says why q alone does not do. Motifs of less
        than 5 bits are left out, and the ends of others that say nothing are cut off.
    str
        Why there is none, or how many were left out; empty if all were compared.
    """
    if isinstance(question.known, str):
        return None, question.known
    told = [motif for motif in motifs if information_of(motif) >= _FEWEST_BITS]
    if not told:
        return (
            None,
            f"none of {len(motifs)} motifs has {_FEWEST_BITS:g} bits of information, which is needed to compare",
        )
    cut = [_without_flat_ends(motif) for motif in told]
    try:
        matches = interpret.match_motifs([motif for motif, _ in cut], question.known.matrices, n_best=_LOOKED_AT)
    except MissingExtraError as error:
        return None, str(error)
    own, known = {motif.accession: motif for motif, _ in cut}, question.known.by_accession()
    matches["agreement"] = [
        agreement(own[row["query"]], known[row["target"]], int(row["offset"]), row["strand"] == "-")
        for row in matches.to_dict("records")
    ]
    matches["alike"] = (matches["q"] < SIGNIFICANT) & (matches["agreement"] >= _AGREEMENT)
    matches["family"] = [question.known.families.get(target, "") for target in matches["target"]]
    matches["offset"] += matches["query"].map({motif.accession: start for motif, start in cut})
    matches = matches.sort_values(["alike", "p"], ascending=[False, True], kind="stable")
    matches["place"] = matches["query"].map({query: i for i, query in enumerate(matches["query"].unique())})
    few = len(motifs) - len(told)
    left_out = f"{few} of less than {_FEWEST_BITS:g} bits of information are not compared." if few else ""
    shown = matches.groupby("query", sort=False).head(_EACH)
    return shown.sort_values("place", kind="stable").drop(columns="place").reset_index(drop=True), left_out


def agreement(motif: CountMatrix, known: CountMatrix, offset: int, reverse: bool) -> float:
    """Return how much two aligned motifs say the same, over all positions of both.

    It is the cosine between what the two have beyond equal shares of the letters. A flat stretch says nothing in it; in
    a comparison of columns it is as like as can be to any other flat stretch, which makes the p-value of a motif that
    says little, beside the gap of one in two parts, absurdly low.

    Parameters
    ----------
    motif, known : CountMatrix
        The motifs.
    offset : int
        Position of ``motif`` at which ``known`` begins, after it was turned.
    reverse : bool
        Whether ``known`` is turned.

    Returns
    -------
    float
        1 for motifs that are the same, 0 for motifs that have nothing to do with each other.

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


def match_table(file: str, matches: pd.DataFrame) -> Table:
    """Lay matches out as a table.

    Parameters
    ----------
    file : str
        Its name.
    matches : pandas.DataFrame
        As :func:`best_matches` returns them.

    Returns
    -------
    Table
        One row a match.
    """
    columns = ["query", "target", "name", "family", "p", "q", "agreement", "alike", "offset", "strand"]
    words = matches[columns].assign(alike=np.where(matches["alike"], "yes", "no"))
    heads = ("motif", "known motif", "factor", "family", "p", "q", "agreement", "alike", "offset", "strand")
    rows = list(words.itertuples(index=False, name=None))
    return Table(file, heads, rows, shown=12)


def write_jaspar(motifs: list[CountMatrix], path: Path) -> None:
    """Write matrices in JASPAR's format, which :func:`deepchem_genomics.motifs.read_motifs` reads.

    Parameters
    ----------
    motifs : list of CountMatrix
        The matrices.
    path : Path
        The file.
    """
    lines = []
    for motif in motifs:
        lines.append(f">{motif.accession} {motif.name}")
        for letter, counts in zip("ACGT", motif.counts, strict=True):
            lines.append(f"{letter} [ {' '.join(f'{count:.6g}' for count in counts)} ]")
    path.write_text("".join(f"{line}\n" for line in lines))


def gallery_matches(first: pd.DataFrame | None, known: KnownMotifs | str) -> dict[str, plots.MotifMatch]:
    """Return what :func:`deepchem_genomics.plots.filter_gallery` draws below each motif.

    Parameters
    ----------
    first : pandas.DataFrame or None
        One row a motif.
    known : KnownMotifs or str
        The motifs compared with.

    Returns
    -------
    dict of str to MotifMatch
        Those that are alike, by the name of the motif.
    """
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
    """Return what a motif says, summed over its positions.

    Parameters
    ----------
    motif : CountMatrix
        The motif.

    Returns
    -------
    float
        Bits, relative to letters that are equally frequent.

    Examples
    --------
    >>> round(information_of(CountMatrix("m", "m", ((1000, 1), (0, 1), (0, 1), (0, 1)))), 1)
    2.0
    """
    return float(_bits(motif).sum())


def _bits(motif: CountMatrix) -> NDArray[np.float64]:
    shares = motif.probabilities(pseudocount=0.25)
    return (shares * np.log2(4 * shares)).sum(axis=1)


def _without_flat_ends(motif: CountMatrix) -> tuple[CountMatrix, int]:
    """Return a motif and the number of positions cut off at its beginning."""
    kept = np.flatnonzero(_bits(motif) >= _EDGE_BITS)
    first, last = (int(kept[0]), int(kept[-1])) if len(kept) else (0, motif.width - 1)
    return motif._replace(counts=tuple(row[first : last + 1] for row in motif.counts)), first
