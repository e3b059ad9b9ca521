"""Sequences to arrays as DeepChem featurizers: one-hot rows, counts of k-mers, and the features of siRNA models."""

import logging
from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from deepchem.feat import Featurizer
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, SequenceLengthError
from deepchem_genomics.feat.alphabet import RNA, Alphabet
from deepchem_genomics.feat.encoding import OneHotEncoding, one_hot
from deepchem_genomics.feat.guide_blocks import guide_block_names, guide_blocks
from deepchem_genomics.feat.guides import require_guide_length
from deepchem_genomics.feat.kmers import gapped_kmer_counts, gapped_kmer_patterns, kmer_counts, kmer_names
from deepchem_genomics.feat.records import as_text, read_records
from deepchem_genomics.typing import OneHot

__all__ = ["GappedKmerFeaturizer", "GuideFeaturizer", "KmerFeaturizer", "OneHotNucleotideFeaturizer"]

logger = logging.getLogger(__name__)

_ROWS_AT_A_TIME = 4096
_MOST_COLUMNS = 100_000  # of a dense array: 400 kB per row


class SequenceFeaturizer(Featurizer):
    """What our featurizers share: all sequences at once, and errors where DeepChem's stock featurizers only log.

    DeepChem reads a constructor's arguments back by name, and ``str()`` names cache folders after them: they stay as
    they are given, but for an alphabet, which is kept as its letters.
    """

    def featurize(self, datapoints: Iterable[str], log_every_n: int = 1000, **kwargs: Any) -> NDArray[Any]:
        """Encode sequences, all at once.

        Parameters
        ----------
        datapoints : iterable of str
            N sequences, in anything that :func:`deepchem_genomics.feat.one_hot` takes. A string by itself is one
            sequence, as ``InMemoryLoader`` passes it.
        log_every_n : int, default 1000
            Not used, since sequences are not encoded one by one: their number is logged once.
        **kwargs
            None; DeepChem's signature has it.

        Returns
        -------
        ndarray, (N, ...)
            A row for each sequence, as the class says.

        Raises
        ------
        GenomicsError
            If a sequence cannot be encoded: see :func:`deepchem_genomics.feat.one_hot`.
        TypeError
            If there are keyword arguments: options belong to the constructor.
        """
        if kwargs:
            raise TypeError(f"featurize() takes no {', '.join(kwargs)}; give options to {type(self).__name__}()")
        datapoints = as_text(datapoints)
        if isinstance(datapoints, str | bytes):
            datapoints = [datapoints]
        rows = self._rows(datapoints)
        logger.info("encoded %d sequences as rows of shape %s", len(rows), rows.shape[1:])
        return rows

    def _featurize(self, datapoint: str, **kwargs: Any) -> NDArray[Any]:
        """Encode one sequence."""
        found: NDArray[Any] = self.featurize([datapoint], **kwargs)[0]
        return found

    @abstractmethod
    def _rows(self, sequences: Iterable[str]) -> NDArray[Any]:
        """Encode N sequences; what a subclass fills."""


class OneHotNucleotideFeaturizer(SequenceFeaturizer):
    """Encode nucleotide sequences, one row of four numbers for each base: (N, L, 4), int8 or float32.

    Unlike DeepChem's stock featurizers it raises an error for what it cannot encode, where they log a warning and
    store an empty row. See :func:`deepchem_genomics.feat.one_hot` for the encoding. Columns are in the order of the
    alphabet; DeepChem's own encoders use A, T, C, G, N and A, C, T, G, other.

    Parameters
    ----------
    alphabet : str or Alphabet, default "ACGT"
        The columns: "ACGT" or "DNA", "ACGU" or "RNA".
    length : int, optional
        Number of bases L. By default that of the sequences, which must all be equally long; give it when loading in
        shards, so that all shards agree.
    unknown : {"zeros", "fractional", "error"}, default "zeros"
        What N and the other IUPAC codes become: a row of zeros; equal shares of the bases they stand for, in float32;
        or an error.
    on_length : {"error", "pad", "crop", "fit", "guide"}, default "error"
        What happens to sequences that do not have ``length`` bases: blanks are put around them, their middle is kept,
        or either; "guide" completes or cuts siRNA guides at their 3' end.
    interchange_tu : bool, default False
        Whether U in DNA is read as T, and T in RNA as U.

    Raises
    ------
    AlphabetMismatchError
        If the alphabet is neither DNA nor RNA.
    BadValueError
        If an option has no such value.

    Examples
    --------
    >>> OneHotNucleotideFeaturizer().featurize(["GaN"])[0].tolist()
    [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    >>> str(OneHotNucleotideFeaturizer(length=101))
    'OneHotNucleotideFeaturizer_length_101'
    """

    def __init__(
        self,
        alphabet: str | Alphabet = "ACGT",
        length: int | None = None,
        unknown: str = "zeros",
        on_length: str = "error",
        interchange_tu: bool = False,
    ) -> None:
        self.alphabet = Alphabet.of(alphabet).letters
        self.length = length
        self.unknown = unknown
        self.on_length = on_length
        self.interchange_tu = interchange_tu
        _ = self.encoding

    @property
    def encoding(self) -> OneHotEncoding:
        """The same without DeepChem, for other processes."""
        return OneHotEncoding(self.alphabet, self.length, self.unknown, self.on_length, self.interchange_tu)

    def _rows(self, sequences: Iterable[str]) -> OneHot:
        return self.encoding(sequences)


class _KmerFeaturizer(SequenceFeaturizer):
    """Counts of k-mers, for sequences of any lengths; each must have room for the longest k-mer."""

    alphabet: str
    interchange_tu: bool

    def feature_names(self) -> list[str]:
        """Name the columns, in their order."""
        raise NotImplementedError

    def _rows(self, sequences: Iterable[str]) -> NDArray[np.float32]:
        texts = list(sequences)
        records = read_records(texts)
        lengths = records.lengths()
        shortest = int(np.argmin(lengths))
        if lengths[shortest] < self._longest():
            raise SequenceLengthError(
                f"{records.name(shortest)} has {lengths[shortest]} bases and the k-mers have up to {self._longest()}; "
                "drop the record, or count shorter k-mers"
            )
        longest = max(lengths)
        parts = []
        for start in range(0, len(texts), _ROWS_AT_A_TIME):
            part = one_hot(
                texts[start : start + _ROWS_AT_A_TIME],
                self.alphabet,
                longest,
                on_length="pad",  # blanks are in no k-mer
                interchange_tu=self.interchange_tu,
            )
            parts.append(self._counts(part))
        return np.concatenate(parts)

    def _longest(self) -> int:
        raise NotImplementedError

    def _counts(self, rows: OneHot) -> NDArray[np.float32]:
        raise NotImplementedError


class KmerFeaturizer(_KmerFeaturizer):
    """Count the k-mers of each sequence: (N, n) float32, for scikit-learn, XGBoost and dense networks.

    A k-mer with a base that is not known for certain is not counted. Sequences may have different lengths. The columns
    are those of :func:`deepchem_genomics.feat.kmer_counts`.

    Parameters
    ----------
    k : int or sequence of int, default 5
        Lengths of the k-mers, 1 to 8 bases.
    alphabet : str or Alphabet, default "ACGT"
        "ACGT" or "DNA", "ACGU" or "RNA".
    canonical : bool, default True
        Whether a k-mer and its reverse complement are one: for double-stranded DNA. Say False for RNA.
    interchange_tu : bool, default False
        Whether U in DNA is read as T, and T in RNA as U.

    Raises
    ------
    BadValueError
        If k is not a whole number from 1 to 8, or none is given.
    AlphabetMismatchError
        If the alphabet is neither DNA nor RNA.

    Examples
    --------
    >>> featurizer = KmerFeaturizer(k=2)
    >>> dict(zip(featurizer.feature_names(), featurizer.featurize(["AACA"])[0].tolist()))["AA"]
    1.0
    >>> KmerFeaturizer().featurize(["ACGTACGT", "ACGTAC"]).shape
    (2, 512)
    """

    def __init__(
        self,
        k: int | Sequence[int] = 5,
        alphabet: str | Alphabet = "ACGT",
        canonical: bool = True,
        interchange_tu: bool = False,
    ) -> None:
        self.k = k
        self.alphabet = Alphabet.of(alphabet).letters
        self.canonical = canonical
        self.interchange_tu = interchange_tu
        _require_columns(len(self.feature_names()))

    def feature_names(self) -> list[str]:
        """Name the columns, in their order: the k-mers.

        Returns
        -------
        list of str
            n k-mers.
        """
        return kmer_names(self.k, self.alphabet, canonical=self.canonical)

    def _longest(self) -> int:
        return int(np.max(self.k))

    def _counts(self, rows: OneHot) -> NDArray[np.float32]:
        return kmer_counts(rows, self.k, canonical=self.canonical)


class GappedKmerFeaturizer(_KmerFeaturizer):
    """Count k-mers with gaps on both strands of each sequence: (N, n) float32.

    The columns are those of :func:`deepchem_genomics.feat.gapped_kmer_counts`, dense, as DeepChem's data sets are: the
    defaults are narrower than there. For more, take :class:`deepchem_genomics.models.GappedKmerRegression`, which keeps
    them sparse.

    Parameters
    ----------
    width : int, default 6
        Bases from the first that counts to the last, at most.
    k : int, default 4
        Bases that count.
    alphabet : str or Alphabet, default "ACGT"
        "ACGT" or "DNA", "ACGU" or "RNA".
    interchange_tu : bool, default False
        Whether U in DNA is read as T, and T in RNA as U.

    Raises
    ------
    BadValueError
        If k or the width is out of range, or there are more than 100,000 k-mers.
    AlphabetMismatchError
        If the alphabet is neither DNA nor RNA.

    Examples
    --------
    >>> featurizer = GappedKmerFeaturizer(width=3, k=2)
    >>> rows = featurizer.featurize(["ACA"])
    >>> [name for name, count in zip(featurizer.feature_names(), rows[0]) if count]
    ['AC', 'CA', 'GT', 'TG', 'A.A', 'T.T']
    """

    def __init__(
        self, width: int = 6, k: int = 4, alphabet: str | Alphabet = "ACGT", interchange_tu: bool = False
    ) -> None:
        self.width = width
        self.k = k
        self.alphabet = Alphabet.of(alphabet).letters
        self.interchange_tu = interchange_tu
        _require_columns(len(gapped_kmer_patterns(width, k)) * 4**k)

    def feature_names(self) -> list[str]:
        """Name the columns, in their order: the k-mers, with a dot where any base fits.

        Returns
        -------
        list of str
            n k-mers.
        """
        kmers = kmer_names(self.k, self.alphabet)
        return [
            "".join(letters.get(place, ".") for place in range(pattern[-1] + 1))
            for pattern in gapped_kmer_patterns(self.width, self.k)
            for letters in (dict(zip(pattern, kmer, strict=True)) for kmer in kmers)
        ]

    def _longest(self) -> int:
        return self.width

    def _counts(self, rows: OneHot) -> NDArray[np.float32]:
        counts: NDArray[np.float32] = gapped_kmer_counts(rows, self.width, self.k).toarray()
        return counts


def _require_columns(columns: int) -> None:
    if columns > _MOST_COLUMNS:
        raise BadValueError(
            f"{columns} k-mers are more than the {_MOST_COLUMNS} that fit into a data set's rows; count shorter ones, "
            "or take models.KmerRegression or models.GappedKmerRegression, which keep the counts sparse"
        )


class GuideFeaturizer(SequenceFeaturizer):
    """Describe siRNA guides by what this package's siRNA models learn from: (N, n) float32.

    Which base is where, how often each k-mer of 1 to 5 bases occurs, the free energies (kcal/mol, 37 C) of the stacks,
    the duplex and its ends, and the melting temperature (C) of the seed: 1,473 numbers for 21 nt.

    Parameters
    ----------
    length : int, default 21
        Bases of a guide, 19 to 23. Guides of another of these lengths are completed or cut at their 3' end, and T is
        read as U: see :func:`deepchem_genomics.feat.complete_guides`.

    Raises
    ------
    BadValueError
        If the length is out of range.

    Examples
    --------
    >>> featurizer = GuideFeaturizer()
    >>> rows = featurizer.featurize(["UGCAGCACAUUUGCAUCAUUA"])
    >>> rows.shape
    (1, 1473)
    >>> featurizer.feature_names()[-1], round(float(rows[0, -1]), 1)
    ('seed melting temperature (C)', 60.1)
    """

    def __init__(self, length: int = 21) -> None:
        self.length = length
        require_guide_length(length)

    def feature_names(self) -> list[str]:
        """Name the columns, in their order; positions count from 1 at the guide's 5' end.

        Returns
        -------
        list of str
            n names.
        """
        return [name for names in guide_block_names(self.length).values() for name in names]

    def _rows(self, sequences: Iterable[str]) -> NDArray[np.float32]:
        guides = one_hot(sequences, RNA, self.length, on_length="guide")
        return np.hstack(list(guide_blocks(guides).values())).astype(np.float32)
