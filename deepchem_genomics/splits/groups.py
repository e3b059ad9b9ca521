"""Splits by group: groups that are given, or clusters of sequences that share k-mers."""

import logging
import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from deepchem.data import Dataset, DiskDataset
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from deepchem_genomics.errors import BadValueError, MissingIdError, ShapeMismatchError, SplitError
from deepchem_genomics.splits.assignment import binary_labels
from deepchem_genomics.splits.base import WholeGroupSplitter
from deepchem_genomics.typing import OneHot

__all__ = ["Clusters", "GroupSplitter", "SimilaritySplitter", "cluster_by_shared_kmers", "kmer_codes"]

logger = logging.getLogger(__name__)


class GroupSplitter(WholeGroupSplitter):
    """Split by group, such as the gene that a guide targets: no group is in two parts.

    Groups are shared out by size and seed, so that the parts come close to the fractions; see
    :func:`~deepchem_genomics.splits.assignment.share_into_parts`. Folds are of like size; see
    :func:`~deepchem_genomics.splits.assignment.share_into_folds`. X is not read.

    Parameters
    ----------
    groups : sequence or ndarray of length N, mapping or callable
        The group of each row, in the order of the data set; or of each id; or a function from an id to its group. A
        group is a string, a number or anything hashable. MoleculeNet's cache knows a function by its module and name
        only; what has no name of its own, such as a lambda, is never found there again.
    stratify : bool, default False
        Whether each part should have its share of the positives, too, where labels are 0 and 1; and whether folds
        should have the same share of positives, where there is one task: they are then those of
        ``StratifiedGroupKFold``, which is slow with more than some ten thousand groups.

    Raises
    ------
    BadValueError
        When splitting, if a row's group is missing (None or NaN).
    MissingIdError
        When splitting, if the mapping lacks an id.
    ShapeMismatchError
        When splitting, if there are more or fewer groups in the sequence than rows in the data set.
    SplitError
        When splitting, if there are fewer groups than parts or folds, or labels do not suit ``stratify``.

    Examples
    --------
    >>> import deepchem as dc
    >>> dataset = dc.data.NumpyDataset(np.zeros((4, 21, 4), dtype=np.int8), ids=["g1", "g2", "g3", "g4"])
    >>> splitter = GroupSplitter({"g1": "TP53", "g2": "TP53", "g3": "MYC", "g4": "KRAS"})
    >>> [part.tolist() for part in splitter.split(dataset, 0.5, 0.25, 0.25, seed=0)]
    [[0, 1], [3], [2]]
    """

    def __init__(
        self,
        groups: Sequence[Hashable] | NDArray[Any] | Mapping[str, Hashable] | Callable[[str], Hashable],
        stratify: bool = False,
    ) -> None:
        self.groups = groups  # DeepChem reads the arguments back by name
        self.stratify = stratify

    def _group_of(self, dataset: Dataset) -> NDArray[np.int64]:
        groups = np.fromiter(self._look_up(dataset), dtype=object, count=len(dataset))
        codes, _ = pd.factorize(groups)
        if (codes < 0).any():
            row = int(np.argmax(codes < 0))
            raise BadValueError(
                f"row {row} (id {dataset.ids[row]!r}) has the group {groups[row]!r}; every row needs a group; give "
                "each row without one a group of its own"
            )
        return codes.astype(np.int64)

    def _look_up(self, dataset: Dataset) -> list[Hashable]:
        if callable(self.groups):
            return [self.groups(name) for name in dataset.ids]
        if isinstance(self.groups, Mapping):
            missing = [name for name in dataset.ids if name not in self.groups]
            if missing:
                raise MissingIdError(
                    f"{len(missing)} of {len(dataset)} ids have no group, the first is {missing[0]!r}; every id needs "
                    "one; add them to the mapping"
                )
            return [self.groups[name] for name in dataset.ids]
        if isinstance(self.groups, np.ndarray) and self.groups.ndim > 1:
            raise ShapeMismatchError(
                f"groups has the shape {self.groups.shape}; give one group per row, (N,): choose a column"
            )
        if len(self.groups) != len(dataset):
            raise ShapeMismatchError(
                f"there are {len(self.groups)} groups and {len(dataset)} rows; give one group per row, in the order of "
                "the data set, or a mapping from ids to groups"
            )
        return list(self.groups)

    def _labels(self, dataset: Dataset) -> NDArray[np.int64] | None:
        if not self.stratify:
            return None
        labels = binary_labels(dataset)
        if labels is None or labels.shape[1] != 1 or np.isnan(labels).any():
            raise SplitError(
                "stratify needs one task whose labels are all 0 or 1, none of them missing; pass stratify=False"
            )
        return labels[:, 0].astype(np.int64)

    def __repr__(self) -> str:
        """Return the class and its arguments, a long table by its size only."""
        sized = not callable(self.groups) and len(self.groups) > 10
        groups = f"<{len(self.groups)} of them>" if sized else repr(self.groups)  # type: ignore[arg-type]
        return f"{type(self).__name__}[groups={groups}, stratify={self.stratify}]"


LONGEST_KMER = 31
"""Two bits a base, and the sign of a 64-bit integer is left alone."""


def kmer_codes(X: OneHot, k: int, reverse_complement: bool = True) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Encode the k-mers of one-hot sequences (N, L, 4), k from 1 to 31; return codes (M,) and their sequences (M,).

    A code has two bits per base, with A, C, G, T as 0 to 3, the first base highest, and is listed once per sequence; a
    k-mer with an unknown base has none. With ``reverse_complement`` a k-mer and its reverse complement have the same
    code. ShapeMismatchError if X is not (N, L, 4), or L is smaller than k.

    >>> codes, sequence = kmer_codes(np.eye(4, dtype=np.int8)[None], k=2, reverse_complement=False)  # ACGT
    >>> [np.base_repr(code, 4).zfill(2) for code in codes]  # AC, CG, GT
    ['01', '12', '23']
    """
    X = np.asarray(X)  # type: ignore[assignment]
    if X.ndim != 3 or X.shape[2] != 4 or X.shape[1] < k:
        raise ShapeMismatchError(
            f"X has shape {X.shape}; {k}-mers are read from one-hot sequences (N, L, 4) of {k} bases or more; "
            "featurize the sequences one-hot, or take a smaller k"
        )
    a, c, g, t = np.moveaxis((X == 1).view(np.uint8), 2, 0)  # each (N, L)
    known = (a + c + g + t) == 1
    base = c + 2 * g + 3 * t
    code = _every_stretch(base, k)
    if reverse_complement:
        other_strand = _every_stretch((3 - base)[:, ::-1], k)[:, ::-1]
        np.minimum(code, other_strand, out=code)
    n_known = np.cumsum(known, axis=1, dtype=np.int32)
    n_known[:, k:] -= n_known[:, :-k].copy()  # among the k bases up to each
    code[n_known[:, k - 1 :] < k] = -1
    code.sort(axis=1)
    keep = code >= 0
    keep[:, 1:] &= code[:, 1:] != code[:, :-1]
    return code[keep], np.repeat(np.arange(len(X), dtype=np.int32), keep.sum(axis=1))


def _every_stretch(base: NDArray[np.uint8], k: int) -> NDArray[np.int64]:
    """Return the number of each stretch of k bases, (N, L - k + 1); a long one is made of its two halves."""
    if k == 1:
        return base.astype(np.int64)
    half = _every_stretch(base, k // 2)
    tail = half if k % 2 == 0 else _every_stretch(base, k - k // 2)
    return (half[:, : base.shape[1] - k + 1] << 2 * (k - k // 2)) | tail[:, k // 2 :]


class Clusters(NamedTuple):
    """The cluster of each sequence, from 0 without gaps, and the number of k-mers skipped as too common."""

    cluster: NDArray[np.int64]
    n_repeats: int


def cluster_by_shared_kmers(
    codes: NDArray[np.int64], sequence: NDArray[np.int32], n_sequences: int, max_count: int | None = None
) -> Clusters:
    """Cluster sequences that share a k-mer, and those that share one with these, and so on.

    ``codes`` and ``sequence`` are as :func:`kmer_codes` returns them; k-mers of more than ``max_count`` sequences are
    skipped.

    >>> clusters = cluster_by_shared_kmers(np.array([5, 7, 7, 9]), np.array([0, 0, 2, 1]), n_sequences=4)
    >>> clusters.cluster.tolist()
    [0, 1, 0, 2]
    """
    sequence, same = _sorted_by_kmer(codes, sequence, n_sequences)
    n_repeats = 0
    if max_count is not None and len(sequence):
        first = np.flatnonzero(np.concatenate(([True], ~same)))
        counts = np.diff(first, append=len(sequence))
        n_repeats = int((counts > max_count).sum())
        same &= np.repeat(counts <= max_count, counts)[1:]
    left, right = sequence[:-1][same], sequence[1:][same]
    links = coo_array((np.ones(len(left), dtype=bool), (left, right)), shape=(n_sequences, n_sequences))
    _, cluster = connected_components(links, directed=False)
    return Clusters(cluster.astype(np.int64), n_repeats)


def _sorted_by_kmer(
    codes: NDArray[np.int64], sequence: NDArray[np.int32], n_sequences: int
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Return the sequences sorted by k-mer, (M,), and whether each has the k-mer of the next, (M - 1,)."""
    bits = n_sequences.bit_length()
    if len(codes) and int(codes.max()).bit_length() + bits <= 63:
        # Both fit into one number; sorting numbers is ten times faster than finding their order.
        pairs = codes << bits
        pairs |= sequence
        pairs.sort()
        same = (pairs[1:] ^ pairs[:-1]) < (1 << bits)
        pairs &= (1 << bits) - 1
        return pairs.astype(np.int32), same
    order = np.argsort(codes, kind="stable")
    codes = codes[order]
    return sequence[order], codes[1:] == codes[:-1]


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
    stratify : bool, default False
        Whether each part should have its share of the positives, too, where labels are 0 and 1.

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

    def __init__(
        self, k: int = 15, reverse_complement: bool = True, max_count: int | None = None, stratify: bool = False
    ) -> None:
        self.k = k  # DeepChem reads the arguments back by name
        self.reverse_complement = reverse_complement
        self.max_count = max_count
        self.stratify = stratify
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
        """Warn if random sequences would be similar as well."""
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


def _chunks(dataset: Dataset) -> Iterator[NDArray[Any]]:
    """Yield the X of a data set in pieces, a shard of a DiskDataset at a time."""
    shards = range(dataset.get_number_shards()) if isinstance(dataset, DiskDataset) else [None]
    for shard in shards:
        X = dataset.X if shard is None else dataset.get_shard(shard)[0]
        for start in range(0, len(X), _ROWS_AT_A_TIME):
            yield X[start : start + _ROWS_AT_A_TIME]
