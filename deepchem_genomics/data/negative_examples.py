"""Peaks say where a factor binds; a classifier also needs places and sequences where it does not."""

import logging
import os
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.genome import (
    Genome,
    Intervals,
    center,
    dinucleotide_shuffle,
    gc_matched_windows,
    match_names,
    random_windows,
    read_intervals,
    share_of_n,
)

__all__ = ["with_negatives", "with_shuffles"]

logger = logging.getLogger(__name__)

CANDIDATES = (10, 5, 2, 1)
"""Windows drawn for each that is chosen, where they are matched in G and C; fewer where there is no room for more."""


def with_negatives(
    peaks: Intervals | str | os.PathLike[str],
    genome: Genome | str | os.PathLike[str],
    kind: str = "gc-matched",
    ratio: int = 1,
    *,
    length: int = 101,
    at: str = "middle",
    distance: int = 0,
    max_n: float = 0.0,
    label: str = "label",
    seed: int = 0,
) -> Intervals:
    r"""Label windows around peaks 1, add windows away from all peaks and label these 0.

    Negatives lie on the chromosomes that the peaks are on, and share no base with a peak or a positive window.

    Parameters
    ----------
    peaks : DataFrame or path-like
        Where something binds; a table or a file that :func:`deepchem_genomics.genome.read_intervals` reads.
    genome : Genome or path-like
        FASTA or 2bit.
    kind : {"gc-matched", "random"}, default "gc-matched"
        Whether negatives have the content of G and C of the positives, or are drawn from anywhere. What tells random
        ones from peaks is in good part G and C, which a network learns first.
    ratio : int, default 1
        Negatives for each positive.
    length : int, default 101
        L, in bp.
    at : {"middle", "summit"}, default "middle"
        What positive windows are centered on; "summit" for narrowPeak files.
    distance : int, default 0
        How many bp at least lie between a negative and a peak.
    max_n : float, default 0.0
        Largest share of N in a window, positive or negative.
    label : str, default "label"
        Name of the column of labels.
    seed : int, default 0
        Two calls with one seed draw the same windows.

    Returns
    -------
    DataFrame
        Columns chrom, start, end and the label, positives first, in the order of the peaks: what
        :class:`IntervalLoader` takes. Peaks whose windows reach past an end, lie on a chromosome that the genome does
        not have or have too much N are left out, and counted in the log.

    Raises
    ------
    EmptyInputError
        If no positive is left.
    BadValueError
        If an option is out of range, or there is no room for as many negatives.
    GenomicsError
        Whatever is wrong with a file.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> fasta = Path(tempfile.mkdtemp()) / "toy.fa"
    >>> _ = fasta.write_text(">chr1\n" + "ACGTTGCATT" * 20 + "\n")
    >>> peaks = pd.DataFrame({"chrom": ["chr1"], "start": [100], "end": [120]})
    >>> table = with_negatives(peaks, fasta, length=10, seed=1)
    >>> table["label"].tolist(), table.values[0].tolist()
    ([1.0, 0.0], ['chr1', 105, 115, 1.0])
    """
    if kind not in ("gc-matched", "random"):
        raise BadValueError(f"kind is {kind!r}; it must be 'gc-matched' or 'random'")
    _require_ratio(ratio)
    table = peaks if isinstance(peaks, pd.DataFrame) else read_intervals(peaks, labels=[])
    opened = genome if isinstance(genome, Genome) else Genome(genome)
    try:
        positives = _positives(table, opened, length, at, max_n)
        # Both, since a window around a summit or a short peak sticks out of it.
        taken = pd.concat([table[["chrom", "start", "end"]], positives])
        places = _Places(opened, taken, positives["chrom"].unique(), length, distance, max_n)
        n = ratio * len(positives)
        if kind == "random":
            negatives = places.draw(n, seed)
        else:
            candidates = places.draw_many(n, seed)
            negatives = gc_matched_windows(
                opened, positives, candidates, per_positive=ratio, max_unknown=max_n, seed=seed
            )
    finally:
        if opened is not genome:
            opened.close()
    logger.info("%d positives and %d %s negatives of %d bp", len(positives), len(negatives), kind, length)
    return pd.concat([positives.assign(**{label: 1.0}), negatives.assign(**{label: 0.0})], ignore_index=True)


def with_shuffles(
    sequences: Sequence[str] | pd.Series, ratio: int = 1, *, label: str = "label", seed: int = 0
) -> pd.DataFrame:
    """Label sequences 1, add shuffled ones with the same dinucleotides and label these 0.

    Parameters
    ----------
    sequences : sequence of str or Series
        N sequences of DNA or RNA; the index of a Series names them.
    ratio : int, default 1
        Shuffled sequences for each.
    label : str, default "label"
        Name of the column of labels.
    seed : int, default 0
        Two calls with one seed shuffle alike.

    Returns
    -------
    DataFrame
        Columns id, sequence and the label, the given ones first: what :class:`SequenceLoader` takes, with
        ``id_column="id"``. The id of a shuffled sequence is that of the original and ``:shuffled1`` and so on.

    Raises
    ------
    BadValueError
        If the ratio is not a whole number, at least 1.
    EmptyInputError
        If there are no sequences.
    UnknownBaseError
        If a sequence has a letter that is none of A, C, G, T, U and N.

    Examples
    --------
    >>> with_shuffles(["ACGTACCGGTATTGCA"], seed=1).to_dict("list")
    {'id': ['0', '0:shuffled1'], 'sequence': ['ACGTACCGGTATTGCA', 'ACGTTATGCACCGGTA'], 'label': [1.0, 0.0]}
    """
    _require_ratio(ratio)
    names = [str(name) for name in (sequences.index if isinstance(sequences, pd.Series) else range(len(sequences)))]
    texts = [str(text) for text in sequences]
    shuffled = dinucleotide_shuffle(texts * ratio, seed)
    ids = names + [f"{name}:shuffled{k}" for k in range(1, ratio + 1) for name in names]
    labels = np.repeat([1.0, 0.0], [len(texts), len(shuffled)])
    return pd.DataFrame({"id": ids, "sequence": texts + shuffled, label: labels})


def _require_ratio(ratio: int) -> None:
    if isinstance(ratio, bool) or not isinstance(ratio, int | np.integer) or ratio < 1:
        raise BadValueError(f"ratio is {ratio!r}; it must be a whole number, at least 1")


def _positives(table: Intervals, genome: Genome, length: int, at: str, max_n: float) -> Intervals:
    windows = center(table, length, at)
    inside = genome.within(windows)
    if inside.empty:
        raise EmptyInputError(f"no window around a peak lies within {genome.path.name}; give peaks of this genome")
    known = share_of_n(genome.fetch_bytes(inside)) <= max_n
    if not known.all():
        logger.warning("%d of %d windows around peaks have more than %g of N", (~known).sum(), len(known), max_n)
    if not known.any():
        raise EmptyInputError(f"all {len(known)} windows around peaks have more than {max_n:g} of N; raise max_n")
    return inside.loc[known, ["chrom", "start", "end"]]


class _Places:
    """Where negatives may lie: on some chromosomes, away from what is taken, where not too much is N."""

    def __init__(
        self, genome: Genome, taken: Intervals, chroms: Iterable[str], length: int, distance: int, max_n: float
    ) -> None:
        self.genome, self.taken, self.length, self.distance, self.max_n = genome, taken, length, distance, max_n
        self.sizes = {chrom: genome.sizes[name] for chrom, name in match_names(chroms, genome.sizes).items()}

    def draw(self, n: int, seed: int) -> Intervals:
        """Draw n windows."""
        asked = n
        while True:
            windows = random_windows(
                self.sizes, asked, self.length, away_from=self.taken, distance=self.distance, seed=seed
            )
            known = share_of_n(self.genome.fetch_bytes(windows)) <= self.max_n
            if known.sum() >= n:
                return windows[known].iloc[:n]
            asked *= 2  # gaps of the assembly are in the way

    def draw_many(self, n: int, seed: int) -> Intervals:
        """Draw several times n windows to choose from, or as many times as there is room."""
        for times in CANDIDATES[:-1]:
            try:
                return self.draw(times * n, seed)
            except BadValueError:
                continue
        return self.draw(n, seed)
