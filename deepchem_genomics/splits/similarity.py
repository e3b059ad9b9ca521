"""Clusters of similar sequences to train, valid and test."""

import logging
import math
from collections.abc import Iterator

import numpy as np
from deepchem.data import Dataset, DiskDataset
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.splits.base import WholeGroupSplitter
from deepchem_genomics.splits.kmers import LONGEST_KMER, cluster_by_shared_kmers, kmer_codes

__all__ = ["SimilaritySplitter"]

logger = logging.getLogger(__name__)

_ROWS_AT_A_TIME = 1024  # their k-mers stay in the processor's cache
# Sequences that one shares a k-mer with by chance, if all bases were random. Above 1 most would be in one cluster;
# in real DNA, whose k-mers are not equally frequent, that begins sooner.
_OFTEN, _RARELY = 0.1, 0.01


class SimilaritySplitter(WholeGroupSplitter):
    """Split sequences so that none shares a k-mer with one of another part.

    Sequences that share a k-mer are one cluster, and so are those that share one with these. Clusters are shared out
    whole as the groups of :class:`GroupSplitter` are. Without ``max_count`` no k-mer is ever in two parts.

    Two limits. Windows that overlap along a chromosome are all linked to one another: use :class:`BlockSplitter`. And
    a short k-mer is shared by chance: two sequences of L random bases share one about (L - k + 1)**2 / 4**k times,
    twice as often on both strands. With 10,000 windows of 101 bp that begins to matter for k = 15, and the log says so:
    of 34,378 windows of the GUE benchmark's task tf0, 30,089 are in one cluster with k = 15, and 4,598 with k = 19.

    Parameters
    ----------
    k : int, default 15
        Length of a k-mer, 1 to 31 bases and not longer than the sequences. 15 suits some thousand windows of 101 bp, 19
        a hundred thousand, and 19 guides of 21 nt.
    reverse_complement : bool, default True
        Whether a k-mer is the same on the other strand: right for DNA. Pass False for siRNA guides and other RNA.
    max_count : int, optional
        Pass over a k-mer that more than this many sequences have, such as one of an interspersed repeat or of a run
        of A: sequences alike in nothing else then stay apart, and may end up in different parts. The number of such
        k-mers is logged. By default none is passed over.

    Raises
    ------
    BadValueError
        If an argument is not a whole number or out of range.
    ShapeMismatchError
        When splitting, if X is not one-hot (N, L, 4) with L at least k.
    SplitError
        When splitting, if there are fewer clusters than parts or folds.

    Notes
    -----
    A k-mer with an unknown base is never shared; a sequence of N only is alone. X is read shard by shard. For each of
    the N (L - k + 1) k-mers up to 40 bytes are needed: 1 GB for 300,000 windows of 101 bp.

    Examples
    --------
    >>> import deepchem as dc
    >>> X = np.eye(4, dtype=np.int8)[[[0, 1, 2, 2], [3, 3, 3, 3], [1, 2, 2, 0], [0, 3, 0, 3]]]  # ACGG TTTT CGGA ATAT
    >>> dataset = dc.data.NumpyDataset(X)
    >>> [part.tolist() for part in SimilaritySplitter(k=3).split(dataset, 0.5, 0.25, 0.25)]
    [[0, 2], [3], [1]]
    """

    _noun = "clusters of similar sequences"

    def __init__(self, k: int = 15, reverse_complement: bool = True, max_count: int | None = None) -> None:
        self.k = k  # DeepChem reads the arguments back by name
        self.reverse_complement = reverse_complement
        self.max_count = max_count
        if not isinstance(k, int | np.integer) or not 1 <= k <= LONGEST_KMER:
            raise BadValueError(f"k is {k!r}; it must be a whole number of bases from 1 to {LONGEST_KMER}")
        if max_count is not None and (not isinstance(max_count, int | np.integer) or max_count < 2):
            raise BadValueError(
                f"max_count is {max_count!r}; it must be a whole number of sequences, 2 or more, or None: two are what "
                "makes a k-mer shared"
            )

    def _group_of(self, dataset: Dataset) -> NDArray[np.int64]:
        codes, sequence = self._kmers(dataset)
        n_rows = len(dataset)
        self._warn_of_chance(n_rows, len(codes))
        clusters = cluster_by_shared_kmers(codes, sequence, n_rows, self.max_count)
        sizes = np.bincount(clusters.cluster)
        logger.info("SimilaritySplitter: %d sequences, %d clusters, the largest of %d", n_rows, len(sizes), sizes.max())
        if clusters.n_repeats:
            logger.info(
                "SimilaritySplitter: passed over %d %d-mers that more than %d sequences have; they may be in two parts",
                clusters.n_repeats, self.k, self.max_count,
            )  # fmt: skip
        return clusters.cluster

    def _kmers(self, dataset: Dataset) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return the k-mers of all sequences, and which sequence each comes from."""
        codes, sequence = [], []
        n_rows = 0
        for X in _chunks(dataset):
            chunk_codes, chunk_sequence = kmer_codes(X, self.k, self.reverse_complement)
            codes.append(chunk_codes)
            sequence.append(chunk_sequence + np.int32(n_rows))
            n_rows += len(X)
        return np.concatenate(codes), np.concatenate(sequence)

    def _warn_of_chance(self, n_rows: int, n_kmers: int) -> None:
        """Say so if random sequences would be similar as well."""
        strands = 2 if self.reverse_complement else 1
        pairs = strands * (n_kmers / n_rows) ** 2  # of k-mers, between two sequences
        partners = n_rows * -math.expm1(-pairs / 4**self.k)
        if partners > _OFTEN:
            long_enough = math.ceil(math.log(n_rows * pairs / _RARELY, 4))
            logger.warning(
                "SimilaritySplitter: by chance alone each of %d sequences shares a %d-mer with %.1f others, so that "
                "clusters run into one another; with k=%d that would be rare",
                n_rows, self.k, partners, long_enough,
            )  # fmt: skip


def _chunks(dataset: Dataset) -> Iterator[NDArray]:
    """Yield the X of a data set in pieces, a shard of a DiskDataset at a time."""
    shards = range(dataset.get_number_shards()) if isinstance(dataset, DiskDataset) else [None]
    for shard in shards:
        X = dataset.X if shard is None else dataset.get_shard(shard)[0]
        for start in range(0, len(X), _ROWS_AT_A_TIME):
            yield X[start : start + _ROWS_AT_A_TIME]
